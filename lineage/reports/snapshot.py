"""The facts of a scan as a file of JSON Lines: to judge them again, compare them, or hand them to a colleague.

The first line is a head (format, tool version, moment, how many lines follow); then one line a fact, tagged by its
class, one a failure, and one with what was asked. The same snapshot always gives the same bytes.
The lines are decoded by the types of `lineage.facts`, so that a file from elsewhere can make facts and nothing else.
"""

from __future__ import annotations

import json
import math
import os
import types
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final

from lineage import __version__
from lineage.errors import SnapshotError
from lineage.facts import Fact, Failure, Snapshot

FORMAT: Final = "lineage-snapshot/v1"

_CLASSES: Final = {member.__name__: member for member in typing.get_args(Fact)}
_NOT_FINITE: Final = {"inf": math.inf, "-inf": -math.inf, "nan": math.nan}


def write(snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot to a file, all of it or nothing."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with unfinished.open("w", encoding="ascii", newline="\n") as file:
            file.writelines(f"{line}\n" for line in lines(snapshot))
        unfinished.replace(path)
    except OSError as e:
        raise SnapshotError(f"{path}: cannot be written ({type(e).__name__}); is the folder there?") from e
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
        raise SnapshotError(f"{path}: cannot be read ({type(e).__name__}); is the path right?") from e
    except UnicodeDecodeError as e:
        raise SnapshotError(f"{path}: is no snapshot; write one with --snapshot") from e


def lines(snapshot: Snapshot) -> Iterator[str]:
    """Give the lines of a snapshot's file, without line ends."""
    count = len(snapshot.facts) + len(snapshot.failures) + 1
    head = {"format": FORMAT, "tool_version": __version__, "taken_at": _moment_text(snapshot.taken_at), "lines": count}
    yield _line(head)
    for fact in snapshot.facts:
        yield _line({"fact": type(fact).__name__, **_plain_object(fact)})
    for failure in snapshot.failures:
        yield _line({"failure": _plain_object(failure)})
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
                facts.append(_reader(_CLASSES[tag])(entry))
            elif "failure" in entry:
                failures.append(_reader(Failure)(entry["failure"]))
            else:
                asked.update(_reader(Mapping[str, str])(entry["asked"]))
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
        return _moment(head["taken_at"]), _whole(head["lines"])
    except (ValueError, TypeError, KeyError) as e:
        raise SnapshotError(f"{name}:1: the head is broken; scan again") from e


def _line(entry: Mapping[str, object]) -> str:
    return json.dumps(entry, ensure_ascii=True, allow_nan=False, separators=(",", ":"))


def _object(text: str) -> dict[str, Any]:
    entry = json.loads(text)
    if not isinstance(entry, dict):
        raise TypeError
    return entry


def _plain_object(value: object) -> dict[str, object]:
    of: Any = type(value)
    return {name: _plain(getattr(value, name)) for name in _names(of)}


def _plain(value: object) -> object:
    match value:
        case float() if not math.isfinite(value):
            return str(value)
        case None | bool() | int() | float() | str():
            return value
        case datetime():
            return _moment_text(value)
        case tuple():
            return [_plain(item) for item in value]
        case frozenset():
            return sorted(_plain(item) for item in value)  # type: ignore[type-var]  # sets hold text only
        case _:
            return _plain_object(value)


def _moment_text(moment: datetime) -> str:
    try:
        return (moment if moment.tzinfo is None else moment.astimezone(UTC)).isoformat()
    except OverflowError:  # within a day of year 1 or 9999
        return moment.isoformat()


@cache
def _names(of: Any) -> tuple[str, ...]:
    return tuple(field.name for field in fields(of))


@cache
def _reader(of: Any) -> Callable[[Any], Any]:  # noqa: PLR0911 - one way out a type
    """Give the function that turns JSON into a value of a type, and raises ValueError or TypeError where it cannot."""
    if isinstance(of, typing.NewType):
        return _reader(of.__supertype__)
    origin, arguments = typing.get_origin(of), typing.get_args(of)
    if origin in (types.UnionType, typing.Union):
        return _union(arguments)
    if origin is tuple:
        return _tuple(arguments)
    if origin is frozenset:
        item = _reader(arguments[0])
        return lambda value: frozenset(item(part) for part in _list(value))
    if origin is not None and issubclass(origin, Mapping):
        item = _reader(arguments[1])
        return lambda value: {_text(key): item(part) for key, part in value.items()}
    if of is datetime:
        return _moment
    if is_dataclass(of):
        return _dataclass(of)
    if isinstance(of, type) and issubclass(of, StrEnum):
        return of
    return {str: _text, bool: _truth, int: _whole, float: _number}[of]


def _dataclass(of: Any) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(of)
    readers = {name: _reader(hints[name]) for name in _names(of)}
    required = {field.name for field in fields(of) if _is_required(field)}

    def decode(entry: Any) -> Any:
        # A field that this version does not know means that the file says more than would be judged.
        if not isinstance(entry, dict) or not required <= entry.keys() <= readers.keys():
            raise TypeError
        return of(**{name: readers[name](value) for name, value in entry.items()})

    return decode


def _is_required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _tuple(arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    if arguments[-1] is Ellipsis:
        item = _reader(arguments[0])
        return lambda value: tuple(item(part) for part in _list(value))
    items = tuple(_reader(argument) for argument in arguments)
    return lambda value: tuple(item(part) for item, part in zip(items, _list(value), strict=True))


def _union(arguments: tuple[Any, ...]) -> Callable[[Any], Any]:
    others = [argument for argument in arguments if argument is not types.NoneType]
    optional = len(others) < len(arguments)
    readers = [_reader(argument) for argument in others]

    def decode(value: Any) -> Any:
        if value is None and optional:
            return None
        for reader in readers:
            try:
                return reader(value)
            except (ValueError, TypeError):
                continue
        raise TypeError

    return decode


def _moment(value: object) -> datetime:
    return datetime.fromisoformat(_text(value))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError
    return value


def _number(value: object) -> float:
    if isinstance(value, str) and value in _NOT_FINITE:
        return _NOT_FINITE[value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return float(value) if isinstance(value, float) else value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value
