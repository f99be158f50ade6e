"""The part of a report about keeping: how long each dataset and store may, and the first rung where that fails."""

from __future__ import annotations

from typing import Any, Final

from lineage.report import KeptFor, Report
from lineage.reports.lines import Lines
from lineage.reports.words import plain

_SHOWN: Final = 12


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
