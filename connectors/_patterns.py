"""Files below a folder and the patterns that name them: a pattern is what a plan writes, or what may be told of a name.

A file's name can hold personal data (`anna.schmidt_2024.csv`), so a file that no plan names is called by a pattern in
which only lower-case words remain that name a kind of file.
Nothing outside of the folder is ever found: no `..`, no link that leads out.
"""

from __future__ import annotations

import os
import re
import stat
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import Final

from connectors._failed import Failed

FORMATS: Final = {
    ".csv": "csv",
    ".tsv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".parquet": "parquet",
    ".pq": "parquet",
}
FILE_TIME_ERROR: Final = 2.0
"""Seconds: the coarsest file systems in use keep every second one."""
MAX_FILES: Final = 20_000
_COMPRESSED: Final = (".gz", ".zst")
_FEW: Final = 20
"""So many names in a folder can be kinds of files; more are a list of something."""
_SHARED_BY: Final = 10
"""A word is shared that one in so many names has."""
_WORD: Final = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class Found:
    """A file, with what its directory says of it."""

    path: Path
    parts: tuple[str, ...]
    """Its place below the folder."""
    size: int
    changed: float

    def __repr__(self) -> str:
        """No name: it may hold personal data."""
        return "Found(...)"


@dataclass(frozen=True, slots=True)
class Listing:
    """The files below a folder, and how far they are all."""

    files: tuple[Found, ...]
    closed: int
    """Folders whose names cannot be listed: what lies there is in no answer."""

    @property
    def whole(self) -> bool:
        """Every file below is known."""
        return len(self.files) < MAX_FILES and not self.closed

    def hidden(self, what: str) -> Failed:
        """Say what folders that cannot be listed may hold."""
        why = f"folders that cannot be listed ({self.closed:,}) may hold {what}"
        return Failed(why, "let the scan list every folder below, or name one that it may")


def files_below(root: Path) -> Listing:
    """List the regular files below a folder (or the one file that `root` is), in a stable order, MAX_FILES at most."""
    if root.is_file():
        return Listing(tuple(_found(root.parent, root)), 0)
    closed: list[OSError] = []
    return Listing(tuple(islice(_below(root, closed), MAX_FILES)), len(closed))


def _below(root: Path, closed: list[OSError]) -> Iterator[Found]:
    for folder, folders, names in os.walk(root, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield from _found(root, Path(folder, name))


def matching(files: Sequence[Found], reads: str) -> tuple[Found, ...]:
    """Give the files that a plan's `reads` names: one file, or a pattern with `*`, `?` and `**`; none outside."""
    wanted = tuple(part for part in reads.split("/") if part not in {"", "."})
    if reads.startswith("/") or ".." in wanted or "\\" in reads or not wanted:
        return ()
    exact = tuple(file for file in files if file.parts == wanted)
    return exact or tuple(file for file in files if _matches(file.parts, wanted))


def patterns_of(files: Sequence[Found]) -> dict[str, tuple[Found, ...]]:
    """Group files by a name that they can be told by: words that name a kind of file, its ending, and `*` for all else.

    A lower-case word can be a person's name too. It is told where the files beside it share it, or where it stands in a
    whole name of lower-case words in a folder that holds few: `contacts.csv`, `open_tickets.csv`.
    """
    beside: dict[tuple[tuple[str, ...], str], set[str]] = {}
    for file in files:
        for folder, name, ending in _steps(file):
            beside.setdefault((folder, ending), set()).add(name)
    shared = {
        place: Counter(word for name in names for word in set(_tokens(name)) if _WORD.fullmatch(word))
        for place, names in beside.items()
    }
    groups: dict[str, list[Found]] = {}
    for file in files:
        told = []
        for folder, name, ending in _steps(file):
            place = (folder, ending)
            enough = max(2, len(beside[place]) // _SHARED_BY)
            words = {word for word, count in shared[place].items() if count >= enough}
            if len(beside[place]) <= _FEW and "*" not in _plain(name, shared[place].keys()):
                words |= shared[place].keys()
            told.append(_plain(name, words) + ending)
        groups.setdefault("/".join(told), []).append(file)
    return {pattern: tuple(groups[pattern]) for pattern in sorted(groups)}


def format_of(file: Found) -> str | None:
    """Give a file's format by its ending; None where that says nothing."""
    ending = stem_and_ending(file.parts[-1])[1].lower()
    for compressed in _COMPRESSED:
        ending = ending.removesuffix(compressed)
    return FORMATS.get(ending)


def _found(root: Path, path: Path) -> Iterator[Found]:
    try:
        real = path.resolve(strict=True)
        told = real.stat()
    except (OSError, RuntimeError):
        return
    if stat.S_ISREG(told.st_mode) and real.is_relative_to(root):
        yield Found(real, path.relative_to(root).parts, told.st_size, told.st_mtime)


def _matches(parts: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    # Which prefixes of the pattern can have matched so far: no backtracking, however many `**` there are.
    reached = {0}
    for part in parts:
        reached = _closed(reached, wanted)
        following = set()
        for place in reached:
            if place < len(wanted) and wanted[place] == "**":
                following.add(place)
            elif place < len(wanted) and fnmatchcase(part, wanted[place].replace("[", "[[]")):
                following.add(place + 1)
        reached = following
    return len(wanted) in _closed(reached, wanted)


def _closed(reached: set[int], wanted: tuple[str, ...]) -> set[int]:
    closed = set(reached)
    for place in sorted(reached):
        while place < len(wanted) and wanted[place] == "**":
            place += 1  # noqa: PLW2901 - `**` matches no folder too
            closed.add(place)
    return closed


def stem_and_ending(name: str) -> tuple[str, str]:
    """Part a file's name from the ending that says its format; empty where none does."""
    lower = name.lower()
    for known in FORMATS:
        for end in (known, *(known + compressed for compressed in _COMPRESSED)):
            if lower.endswith(end) and len(name) > len(end):
                return name[: -len(end)], name[-len(end) :]
    return name, ""


def _steps(file: Found) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Give each part of a file's place: the folder it lies in, its name, and for the file its ending."""
    for depth, part in enumerate(file.parts):
        name, ending = stem_and_ending(part) if depth == len(file.parts) - 1 else (part, "")
        yield file.parts[:depth], name, ending


def _tokens(text: str) -> list[str]:
    return re.split(r"([_-])", text)


def _plain(text: str, words: Collection[str]) -> str:
    told = "".join(token if token in {"_", "-"} or token in words else "*" for token in _tokens(text))
    return re.sub(r"\*([_-]*\*)+", "*", told) or "*"
