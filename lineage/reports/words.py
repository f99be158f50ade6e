"""Names, figures and ages as words that can be printed and pasted.

Names come from plans and systems and are not trusted: control characters, line breaks and characters that turn the
direction of writing are shown as escapes, so that a table's name can neither colour a report nor forge a line of it.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from lineage.facts import CostFact
from lineage.finding import Actual, Operation, Scalar
from lineage.report import Applied

_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_UNITS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1))
_SECONDS: Final = frozenset({"s", "second", "seconds"})
_SHARE: Final = "share"
_NO_IDENTITY: Final = "file permissions"


def plain(text: object) -> str:
    """Give a text in one line, with every character that would not be seen as itself written as an escape."""
    words = str(text)
    if words.isascii() and words.isprintable():
        return words
    return "".join(
        character
        if unicodedata.category(character) not in _HIDDEN
        else character.encode("unicode_escape").decode("ascii")
        for character in words
    )


def age(seconds: float) -> str:
    """Give a span in its two largest units: `200 days 4 hours`."""
    if not math.isfinite(seconds):
        return "forever"
    if seconds < 0:
        return f"minus {age(-seconds)}"
    if seconds < 1:
        return f"{seconds:.1g} seconds" if seconds else "0 seconds"
    rest, parts = int(seconds), []
    for unit, size in _UNITS:
        whole, rest = divmod(rest, size)
        if whole:
            parts.append(counted(whole, unit))
        elif parts:
            break
        if len(parts) == 2:
            break
    return " ".join(parts)


def counted(number: int, noun: str) -> str:
    """Give a number with its noun: `1 query`, `12,000 rows`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {noun[:-1]}ies" if noun.endswith("ry") else f"{number:,} {noun}s"


def figure(actual: Actual) -> str:
    """Give what was measured, with unit and interval; empty where nothing was."""
    if actual.value is None:
        return ""
    words = _amount(actual.value, actual.unit)
    if actual.interval is not None:
        low, high = (_amount(end, _unit_alone(actual.unit)) for end in actual.interval)
        words += f" (between {low} and {high})"
    return words


def how_measured(actual: Actual) -> str:
    """Give how, when and on how many records something was measured: `aggregate, 2026-11-22 12:00 UTC`."""
    parts = [
        plain(actual.method) if actual.method else "",
        moment(actual.measured_at) if actual.measured_at else "",
        counted(actual.sample, "record") if actual.sample is not None else "",
    ]
    return ", ".join(part for part in parts if part)


def moment(at: datetime) -> str:
    """Give a moment to the minute, in UTC where its zone is known."""
    if at.tzinfo is None:
        return f"{at:%Y-%m-%d %H:%M}"
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def cost(spent: CostFact) -> str:
    """Give what reading a source cost there: `14 queries, 12,000 rows, 1.2 s`."""
    size = f", {_bytes(spent.bytes)}" if spent.bytes else ""
    return f"{counted(spent.queries, 'query')}, {counted(spent.rows, 'row')}{size}, {spent.seconds:,.1f} s"


def operated(operation: Operation) -> str:
    """Give an operation on the scope: `limit_window crm.contacts window 18 months`."""
    arguments = " ".join(f"{plain(key)} {plain(value)}" for key, value in operation.args)
    return f"{operation.op.value} {plain(operation.target)} {arguments}".rstrip()


def narrowing_costs(applied: Applied) -> str:
    """Give what an operation costs beside what leaves with it; empty where nothing is known to be lost."""
    parts = [f"{applied.records:,} record{'' if applied.records == 1 else 's'}"] if applied.records else []
    for names, what in ((applied.criteria, "no longer measured"), (applied.unreached, "sample no longer reached")):
        parts += [f"{what}: {plain(', '.join(names))}"] if names else []
    return "; ".join(parts)


def operations_told(operations: Sequence[Operation]) -> str:
    """Give operations that go together; those of one kind on fields of one dataset are told in one.

    `drop_field crm.contacts: id, email and limit_window crm.tickets window 18 months`.
    """
    groups: dict[tuple[str, str], list[Operation]] = {}
    for operation in operations:
        parent = operation.target.rpartition(".")[0] if operation.target.count(".") > 1 and not operation.args else ""
        groups.setdefault((operation.op.value, parent or operated(operation)), []).append(operation)
    told = []
    for (name, parent), found in groups.items():
        if len(found) == 1:
            told.append(operated(found[0]))
        else:
            fields = ", ".join(plain(each.target.rpartition(".")[2]) for each in found)
            told.append(f"{name} {plain(parent)}: {fields}")
    return " and ".join(told)


def grouped(names: Sequence[str]) -> str:
    """Give names, several fields of one dataset in one: `field crm.contacts: id, email; segment eu`."""
    groups: dict[tuple[bool, str], list[str]] = {}
    for name in names:
        dataset = name.rpartition(".")[0]
        is_field = dataset.count(".") == 1
        groups.setdefault((is_field, dataset if is_field else name), []).append(name)
    told = [
        plain(found[0]) if len(found) == 1 else f"{plain(at)}: {', '.join(plain(n.rpartition('.')[2]) for n in found)}"
        for (_, at), found in groups.items()
    ]
    return ("; " if len(told) < len(names) else ", ").join(told)


def read_as(identity: str) -> str:
    """Give as whom something was read: `as reader`; what is no identity is told as what it is."""
    return "by file permissions" if identity == _NO_IDENTITY else f"as {plain(identity)}"


def _unit_alone(unit: str | None) -> str | None:
    """Give the unit without what it is of: said once beside the value, it is not said again at each end."""
    return unit if unit in _SECONDS else _SHARE if (unit or "").startswith(_SHARE) else None


def _amount(value: Scalar, unit: str | None) -> str:
    tail = f" {plain(unit)}" if unit else ""
    match value:
        case None:
            return "nothing"
        case bool():
            return ("yes" if value else "no") + tail
        case int() | float():
            return _number(value, unit, tail)
        case _:
            return plain(value) + tail


def _number(value: float, unit: str | None, tail: str) -> str:
    if unit in _SECONDS:
        return age(value)
    if unit == _SHARE or (unit or "").startswith(f"{_SHARE} "):  # `share of values`
        return f"{100 * value:.3g} %{tail.removeprefix(f' {_SHARE}')}"
    if isinstance(value, float) and abs(value) < 10_000:
        return f"{value:,.4g}{tail}"
    return f"{value:,.0f}{_of_one(tail) if value == 1 else tail}"


def _of_one(tail: str) -> str:
    """Give a unit as it is said of one: ` records` -> ` record`."""
    first, space, rest = tail.removeprefix(" ").partition(" ")
    if first.endswith("ies"):
        return f" {first[:-3]}y{space}{rest}"
    return f" {first[:-1]}{space}{rest}" if first.endswith("s") and not first.endswith("ss") else tail


def _bytes(size: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:,.0f} TB"
