"""The part of a report about keeping: how long each dataset and store may, the first rung where that fails, and how
long each field is really kept over all its copies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from lineage.report import FieldKept, KeptFor, Report
from lineage.reports.lines import Lines
from lineage.reports.words import plain

_SHOWN: Final = 12
_FIELDS: Final = 6


def write_ladder(lines: Lines, report: Report) -> None:
    """Write a line for each promise to delete that is broken; of the others only how many there are."""
    failing = [kept for kept in report.kept if kept.fails is not None]
    if not failing:
        return
    lines.head(f"Promises to delete that fail ({len(failing)} of {len(report.kept)})")
    for kept in failing[:_SHOWN]:
        lines.text(told(kept))
    if len(failing) > _SHOWN:
        lines.text(f"and {len(failing) - _SHOWN:,} more, in the other formats")


def write_lasting(lines: Lines, report: Report) -> None:
    """Write a line for the fields of each dataset that are kept longer than it promises."""
    over = [group for group in together(report.lasting) if group.first.over]
    if not over:
        return
    lines.head(f"Fields that are kept longer than was promised ({sum(len(group.fields) for group in over)})")
    for group in over[:_SHOWN]:
        lines.text(said(group))
    if len(over) > _SHOWN:
        lines.text(f"and those of {len(over) - _SHOWN:,} more datasets, in the other formats")


@dataclass(frozen=True, slots=True)
class Together:
    """Fields of a dataset that are kept alike."""

    fields: tuple[str, ...]
    first: FieldKept


def together(lasting: Iterable[FieldKept]) -> Iterator[Together]:
    """Give fields of a dataset that are kept in the same places, for as long, as one."""

    def alike(kept: FieldKept) -> tuple[object, ...]:
        dataset = kept.field.rpartition(".")[0]
        return dataset, kept.longest, kept.decides, kept.because, kept.holders, kept.unknown, kept.failing

    for _, same in groupby(lasting, alike):
        fields = tuple(same)
        yield Together(tuple(kept.field for kept in fields), fields[0])


def named(group: Together) -> str:
    """Give a dataset and its fields: `crm.contacts: email, name and 3 more`."""
    dataset = group.first.field.rpartition(".")[0]
    names = [plain(field.rpartition(".")[2]) for field in group.fields]
    more = f" and {len(names) - _FIELDS:,} more" if len(names) > _FIELDS else ""
    return f"{plain(dataset)}: {', '.join(names[:_FIELDS])}{more}"


def said(group: Together) -> str:
    """Give one line: the promise, how long it is really kept, and where."""
    kept = group.first
    doubt = doubts(kept)
    where = f"{plain(kept.longest)} in {plain(kept.decides)} ({plain(kept.because)})"
    return f"{named(group)} ({plain(kept.promise) or 'no limit'}): {where}{f'; {doubt}' if doubt else ''}"


def doubts(kept: FieldKept) -> str:
    """Say where it may be kept longer still; empty where nothing hints at that."""
    parts = []
    if kept.unknown:
        parts.append(f"nobody says how long in {', '.join(map(plain, kept.unknown))}")
    if kept.failing:
        parts.append(f"the promise fails in {', '.join(map(plain, kept.failing))}")
    return "; ".join(parts)


def rung_words(kept: KeptFor) -> Iterator[tuple[str, str]]:
    """Give each rung's verdict and what it stands on, in their order."""
    for read in kept.rungs:
        yield read.verdict.value, plain(read.says) + (f" (to settle: {plain(read.settle)})" if read.settle else "")


def told(kept: KeptFor) -> str:
    """Give one line: the promise, the first rung that fails, and why; else how far it is known to hold."""
    promise = plain(kept.promise) or "no limit"
    name = f"{'store ' if kept.store else ''}{plain(kept.holder)}"
    if (failing := kept.fails) is not None:
        return f"{name} ({promise}): first fails as {failing.rung.value}: {plain(failing.says)}"
    if (unknown := kept.unknown) is not None:
        return f"{name} ({promise}): not known as {unknown.rung.value}: {plain(unknown.says)}"
    return f"{name} ({promise}): holds on every rung"


def ladder_document(kept: KeptFor) -> dict[str, Any]:
    """Give the ladder of one dataset or store for the document."""
    return {
        "holder": kept.holder,
        "kind": "store" if kept.store else "dataset",
        "promise": kept.promise or None,
        "fails": kept.fails.rung.value if kept.fails else None,
        "unknown": kept.unknown.rung.value if kept.unknown else None,
        "rungs": [
            {
                "rung": read.rung.value,
                "verdict": read.verdict.value,
                "says": read.says,
                "settle": read.settle,
                "rule": read.rule or None,
            }
            for read in kept.rungs
        ],
    }


def lasting_document(kept: FieldKept) -> dict[str, Any]:
    """Give how long a field is really kept for the document."""
    return {
        "field": kept.field,
        "promise": kept.promise or None,
        "longest": kept.longest,
        "seconds": kept.seconds,
        "decides": kept.decides,
        "because": kept.because,
        "over": kept.over,
        "path": [{"from": hop.source, "to": hop.target, "by": hop.by} for hop in kept.path],
        "holders": list(kept.holders),
        "unknown": list(kept.unknown),
        "failing": list(kept.failing),
    }
