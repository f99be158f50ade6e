"""The part of a report about scope: what was planned, what may launch, what is lost and what gives it back."""

from __future__ import annotations

from typing import Final

from rich.text import Text

from lineage.report import Decision, Report, ScopeSet
from lineage.reports.effect import named
from lineage.reports.lines import Lines
from lineage.reports.words import grouped, narrowing_costs, operated, plain

_PARTS: Final = ("sources", "fields", "masked", "segments", "steps", "actions", "stores", "stages")
DECISION_STYLE: Final = {Decision.SHIP: "bold green", Decision.NARROW: "bold yellow", Decision.HOLD: "bold red"}
"""The colours of decisions."""


def write_scope(lines: Lines, report: Report) -> None:
    """Write the scope: declared beside launchable, what is lost and why, the plan's diff, what gives it back."""
    scope = report.scope
    lines.head("Scope")
    lines.whole(Text(f"  {'':10}{'declared':>9}{'launchable':>12}   lost", "dim"))
    for part in _PARTS:
        _row(lines, part, scope.declared, scope.launchable)
    if scope.declared.records is not None and scope.launchable.records is not None:
        lost = scope.declared.records - scope.launchable.records
        records = f"{scope.declared.records:>9,}{scope.launchable.records:>12,}   {f'{lost:,}' if lost else '-'}"
        lines.whole(Text(f"  {'records':10}{records}"))
    for applied in scope.applied:
        lines.text(Text(operated(applied.operation), "bold"))
        lines.row("because", plain(", ".join(named(report, applied.because))))
        itself = applied.operation.target, f"{applied.operation.op.value.rpartition('_')[2]} {applied.operation.target}"
        others = [name for name in applied.loses if name not in itself]
        lines.row("also loses", grouped(others))
        lines.row("costs", narrowing_costs(applied))
    for stage in report.stages:
        decision = (stage.decision.value, DECISION_STYLE[stage.decision])
        lines.text(Text.assemble(f"stage {plain(stage.stage)}: ", decision, f", {plain(stage.because)}"))
    if scope.restore:
        lines.head("What gives it back")
    for restore in scope.restore:
        lines.text(grouped(restore.gives_back))
        lines.row("fix", plain(" and ".join(named(report, restore.fixes))))
        lines.row("owners", plain(", ".join(restore.owners) or "nobody"))
        lines.row("effort", restore.effort)
    if scope.plan_diff:
        lines.head("The plan that may launch")
        for line in scope.plan_diff.rstrip("\n").split("\n"):
            lines.verbatim(line, indent=0, style={"+": "green", "-": "red", "@": "dim"}.get(line[:1], ""))


def _row(lines: Lines, part: str, declared: ScopeSet, launchable: ScopeSet) -> None:
    planned: tuple[str, ...] = getattr(declared, part)
    left: tuple[str, ...] = getattr(launchable, part)
    if planned or left:
        lost = [name for name in planned if name not in left]
        numbers = f"{part:10}{len(planned):>9}{len(left):>12}   "
        told = "all" if lost and not left else grouped(lost) or "-"
        lines.text(numbers + told, hang=len(numbers))
