"""Which times the folders of a dataset's files are named for: `dt=2026-11-20/`, `year=2026/month=11/day=20/hour=05/`.

Only the time in a name is told, never its text: a folder can be named for a person too. What is in a folder is not held
against its name by anybody, so it tells when records came, and not when they are from.
"""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from connectors._files.open import header_of, not_a_name
from connectors._patterns import Found
from lineage.facts import PartitionsFact, Seen
from lineage.model import Name

_FOLDER: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]{0,62})=(.+)", re.DOTALL)
_WHOLE: Final = (
    # (form of the value, of how many of year, month, day, hour)
    (re.compile(r"(\d{4})-(\d\d)-(\d\d)[-T _](\d\d)(?::?00){0,2}Z?"), 4),
    (re.compile(r"(\d{4})-(\d\d)-(\d\d)"), 3),
    (re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(\d\d)"), 4),
    (re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)"), 3),
    (re.compile(r"(\d{4})-(\d\d)"), 2),
)
_PARTS: Final = {
    **dict.fromkeys(("year", "yyyy", "y"), 0),
    **dict.fromkeys(("month", "mm", "m"), 1),
    **dict.fromkeys(("day", "dd", "d"), 2),
    **dict.fromkeys(("hour", "hh", "hr", "h"), 3),
}
"""Name of a folder that holds a part of a time -> which part."""
_FIRST: Final = (1, 1, 1, 0)
"""The first year, month, day and hour."""
_OF_PEOPLE: Final = re.compile(r"birth|born|dob|geb|naiss|nacim|nasc", re.IGNORECASE)
"""A folder of such a name tells when somebody was born: that is not told."""
_NOWHERE: Final = "__HIVE_DEFAULT_PARTITION__"
"""What is written for records without a value."""
_AHEAD: Final = timedelta(days=1)
"""A folder that begins so long before now has begun in every zone."""
_MOST_LOOKED: Final = 200
"""Files that are opened to learn whether a folder holds a record."""
_HEAD_BYTES: Final = 65_536
Span = tuple[datetime | None, datetime | None]
_UNNAMED: Final[Span] = (None, None)


def dated_folders(
    seen: Seen,
    name: Name,
    files: Sequence[Found],
    holds: Callable[[Found], bool | None],
    fields: Collection[str],
    now: datetime,
) -> PartitionsFact | None:
    """Tell the times that the folders of a dataset are named for; None where they are not, or not all by one scheme.

    A key that is a field of the files too is left to them: the folder proves nothing of the values. `holds` says
    whether a file holds a record, None where that is not known.
    """
    spans: defaultdict[Span, list[Found]] = defaultdict(list)
    schemes = set()
    for file in files:
        told = _told(file)
        if told is None:
            return None
        keys, span = told
        schemes.add(keys)
        spans[span].append(file)
    if len(schemes) != 1:
        return None
    [keys] = schemes
    taken = {field.casefold() for field in fields}
    if set(spans) == {_UNNAMED} or any(
        not_a_name(key) or _OF_PEOPLE.search(key) or key.casefold() in taken for key in keys
    ):
        return None
    ordered = sorted(spans, key=_begins)
    filled = _filled(ordered, spans, holds, now)
    return PartitionsFact(
        seen, name, name.at(*keys), tuple((*span, None) for span in ordered), tuple(filled[span] for span in ordered)
    )


def _told(file: Found) -> tuple[tuple[str, ...], Span] | None:
    """Give the keys that tell the time of a file's folder, and the time; None where none do, or two whole times."""
    parts: dict[int, tuple[str, str]] = {}
    whole: list[tuple[str, str]] = []
    for folder in file.parts[:-1]:
        if (found := _FOLDER.fullmatch(folder)) is None:
            continue
        key, value = found[1], unquote(found[2])
        place = _PARTS.get(key.casefold())
        if place is not None and (value.isdecimal() or value == _NOWHERE) and len(value) != 8:
            parts[place] = key, value
        elif value == _NOWHERE or any(form.fullmatch(value) for form, _ in _WHOLE):
            whole.append((key, value))
    if len(whole) > 1 or (whole and set(parts) - {3}):
        return None
    keys = (*(key for key, _ in whole), *(key for _, (key, _) in sorted(parts.items())))
    numbers = _numbers(whole[0][1]) if whole else ()
    values = [value for _, (_, value) in sorted(parts.items())]
    if _NOWHERE in (*values, *(value for _, value in whole)):
        return keys, _UNNAMED
    # Each part after the one before it: a month without a year names no time.
    if sorted(parts) != list(range(len(numbers), len(numbers) + len(parts))):
        return None
    span = _span((*numbers, *(int(value) for value in values)))
    return (keys, span) if span is not None else None


def _numbers(value: str) -> tuple[int, ...]:
    for form, _ in _WHOLE:
        if found := form.fullmatch(value):
            return tuple(int(group) for group in found.groups())
    return ()


def _span(numbers: tuple[int, ...]) -> Span | None:
    """Give from when until when a year, or a month, a day, an hour of it, goes."""
    if not numbers:
        return None
    year, month, day, hour = (*numbers, *_FIRST[len(numbers) :])
    try:
        begins = datetime(year, month, day, hour, tzinfo=UTC)
        match len(numbers):
            case 1:
                ends = begins.replace(year=year + 1)
            case 2:
                ends = begins.replace(year=year + month // 12, month=month % 12 + 1)
            case 3:
                ends = begins + timedelta(days=1)
            case _:
                ends = begins + timedelta(hours=1)
    except (ValueError, OverflowError):
        return None
    return begins, ends


def _begins(span: Span) -> datetime:
    return span[0] or datetime.min.replace(tzinfo=UTC)


def _filled(
    ordered: Sequence[Span],
    spans: defaultdict[Span, list[Found]],
    holds: Callable[[Found], bool | None],
    now: datetime,
) -> dict[Span, bool | None]:
    """Tell which folders hold a record, from the newest down to the first that does and has begun."""
    filled: dict[Span, bool | None] = dict.fromkeys(ordered)
    left = _MOST_LOOKED
    for span in reversed(ordered):
        answers = set()
        for file in spans[span]:
            left -= 1
            if left < 0:
                return filled
            answers.add(holds(file))
            if True in answers:
                break
        filled[span] = True if True in answers else None if None in answers else False
        if filled[span] and _begins(span) <= now - _AHEAD:
            break
    return filled


def holds_a_record(file: Found, kind: str) -> bool | None:
    """Whether a file holds a record, by its footer or its head; None where it cannot be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not file.size:
        return False
    try:
        if kind == "parquet":
            return bool(pq.read_metadata(file.path).num_rows)
        opened = gzip.open if file.path.suffix.lower() == ".gz" else Path.open
        with opened(file.path, "rb") as stream:
            lines = [line for line in stream.read(_HEAD_BYTES).splitlines() if line.strip()]
        if kind == "csv":
            _, _, named = header_of(file)
            return len(lines) > (1 if named else 0)
        return bool(b"".join(lines).strip(b" \t[]{}")) if kind == "json" else bool(lines)
    except (pa.ArrowException, OSError, EOFError, zlib.error, ValueError, csv.Error):
        return None
