"""The facts of a scan as a file of JSON Lines: to judge them again, compare them, or hand them to a colleague.

The first line is a head (format, tool version, moment, how many lines follow); then one line a fact, tagged by its
class, one a failure, and one with what was asked. The same snapshot always gives the same bytes.
The lines are decoded by the types of `lineage.facts`, so that a file from elsewhere can make facts and nothing else.
"""

from __future__ import annotations

import json
import os
import typing
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from lineage import __version__
from lineage.as_json import moment_of, moment_text, plain_object, reader_of, whole
from lineage.errors import SnapshotError
from lineage.facts import Fact, Failure, Snapshot

FORMAT: Final = "lineage-snapshot/v1"

_CLASSES: Final = {member.__name__: member for member in typing.get_args(Fact)}


def write(snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot to a file, all of it or nothing."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("w", encoding="ascii", newline="\n") as file:
            file.writelines(f"{line}\n" for line in lines(snapshot))
        unfinished.replace(path)
    except OSError as e:
        raise SnapshotError(f"{path}: cannot be written ({_why(e)}); is the folder there?") from e
    finally:
        unfinished.unlink(missing_ok=True)


def read(path: Path) -> Snapshot:
    """Read a snapshot from a file.

    Raises:
        SnapshotError: the file cannot be read, is broken (with its line), or is of another version.
    """
    try:
        with path.open(encoding="ascii", newline="\n") as file:
            return snapshot_of(file, str(path))
    except OSError as e:
        raise SnapshotError(f"{path}: cannot be read ({_why(e)}); is the path right?") from e
    except UnicodeDecodeError as e:
        raise SnapshotError(f"{path}: is no snapshot; write one with --snapshot") from e


def _why(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def lines(snapshot: Snapshot) -> Iterator[str]:
    """Give the lines of a snapshot's file, without line ends."""
    count = len(snapshot.facts) + len(snapshot.failures) + 1
    head = {"format": FORMAT, "tool_version": __version__, "taken_at": moment_text(snapshot.taken_at), "lines": count}
    yield _line(head)
    for fact in snapshot.facts:
        yield _line({"fact": type(fact).__name__, **plain_object(fact)})
    for failure in snapshot.failures:
        yield _line({"failure": plain_object(failure)})
    yield _line({"asked": {key: snapshot.asked[key] for key in sorted(snapshot.asked)}})


def snapshot_of(content: Iterable[str], name: str = "snapshot") -> Snapshot:
    """Give the snapshot that lines hold; `name` is for messages.

    Raises:
        SnapshotError: a line is broken, one is missing, or the version is another.
    """
    numbered = enumerate(content, 1)
    taken_at, count = _head(next(numbered, (1, ""))[1], name)
    facts: list[Fact] = []
    failures: list[Failure] = []
    asked: dict[str, str] = {}
    number = 1
    for number, text in numbered:
        try:
            entry = _object(text)
            if (tag := entry.pop("fact", None)) is not None:
                facts.append(reader_of(_CLASSES[tag])(entry))
            elif "failure" in entry:
                failures.append(reader_of(Failure)(entry["failure"]))
            else:
                asked.update(reader_of(Mapping[str, str])(entry["asked"]))
        except (ValueError, TypeError, KeyError, RecursionError) as e:
            raise SnapshotError(f"{name}:{number}: is no line of a {FORMAT} file; scan again") from e
    if number != count + 1:
        raise SnapshotError(
            f"{name}:{number}: the file holds {number - 1} of {count} lines; was it cut off? Scan again"
        )
    return Snapshot(taken_at, tuple(facts), tuple(failures), asked)


def _head(text: str, name: str) -> tuple[datetime, int]:
    try:
        head = _object(text)
        version = head["format"]
    except (ValueError, TypeError, KeyError, RecursionError) as e:
        raise SnapshotError(f"{name}:1: is no snapshot; write one with --snapshot") from e
    if version != FORMAT:
        raise SnapshotError(f"{name}:1: is of another format than {FORMAT}; scan again with this version of the tool")
    try:
        return moment_of(head["taken_at"]), whole(head["lines"])
    except (ValueError, TypeError, KeyError) as e:
        raise SnapshotError(f"{name}:1: the head is broken; scan again") from e


def _line(entry: Mapping[str, object]) -> str:
    return json.dumps(entry, ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def _object(text: str) -> dict[str, Any]:
    entry = json.loads(text)
    if not isinstance(entry, dict):
        raise TypeError
    return entry
