"""The part of a report about what crosses a boundary: each sensitive field, and what is left of it at which place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from rich.text import Text

from lineage.report import Crosses, Report, SensitiveField
from lineage.reports.effect import boundaries_of
from lineage.reports.lines import Lines
from lineage.reports.words import counted, plain

_STYLES: Final = {
    Crosses.RAW: "red",
    Crosses.OPAQUE: "yellow",
    Crosses.UNKNOWN: "yellow",
    Crosses.WEAK: "yellow",
    Crosses.MASKED: "green",
}
_FIELDS_SHOWN: Final = 12
_WORST: Final = tuple(Crosses)


def worst_first(rows: Iterable[SensitiveField]) -> list[SensitiveField]:
    """Give fields by the worst state that they have anywhere; the plan's order stays within."""
    return sorted(rows, key=_worst)


def _worst(row: SensitiveField) -> int:
    return min((_WORST.index(crossing.state) for crossing in row.crossings), default=len(_WORST))


def write_matrix(lines: Lines, report: Report) -> None:
    """Write where sensitive fields go, those first that are raw anywhere."""
    if not report.matrix:
        return
    lines.head(f"What crosses a boundary ({counted(len(report.matrix), 'sensitive field')})")
    order = boundaries_of(report)
    for row in worst_first(report.matrix)[:_FIELDS_SHOWN]:
        _field(lines, row, order)
    left = len(report.matrix) - _FIELDS_SHOWN
    if left > 0:
        lines.text(f"and {left:,} more, in the other formats")


def _field(lines: Lines, row: SensitiveField, order: list[str]) -> None:
    lines.text(f"{plain(row.field)} ({plain(row.kind)}, {f'mask {plain(row.mask)}' if row.mask else 'no mask'})")
    places: defaultdict[Crosses, list[str]] = defaultdict(list)
    for crossing in sorted(row.crossings, key=lambda crossing: order.index(crossing.boundary)):
        how = f" ({plain(crossing.how)})" if crossing.how else ""
        places[crossing.state].append(f"{plain(crossing.boundary)}{how}")
    for state in Crosses:
        lines.row(state.value, Text(", ".join(places[state]), _STYLES[state]))
    lines.row("not at", ", ".join(plain(boundary) for boundary in order if boundary in row.not_reached))
    if not row.crossings and not row.not_reached:
        lines.text("crosses no declared boundary", indent=4)
