"""What narrowing the scope costs and what gives it back, as text for people beside the plan's diff."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lineage.finding import Finding
from lineage.report import Applied, RestoreSet, ScopeSet
from lineage.reports.words import grouped, operated, plain
from lineage.scope.resolver import Resolved

_PARTS = ("sources", "fields", "segments", "steps", "actions", "stores", "stages", "acceptance")


def narrowing(resolved: Resolved, before: ScopeSet | None = None) -> str:
    """Give the text; `before` is what might launch without the fixes that are taken as made."""
    scope = resolved.scope
    findings = {found.id: found for found in (*resolved.audit.findings, *resolved.arisen)}
    lines = [
        f"{resolved.decision.value.upper()}: {_counted(len(scope.applied), 'operation')}, "
        f"{_counted(len(scope.holds), 'hold')}"
    ]
    if before is not None:
        lines += ["", "What would come back", *_come_back(before, scope.launchable)]
    if scope.applied:
        lines += ["", "What narrowing costs"]
    for applied in scope.applied:
        lines += _cost(applied, findings)
    if scope.restore:
        lines += ["", "What gives it back, cheapest first"]
    for restore in scope.restore:
        lines += _restored(restore, findings)
    lines += [f"stage {stage.stage}: {stage.decision.value}, {plain(stage.because)}" for stage in resolved.stages]
    return "\n".join(lines) + "\n"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _come_back(before: ScopeSet, after: ScopeSet) -> Iterator[str]:
    nothing = True
    for part in _PARTS:
        back = [name for name in getattr(after, part) if name not in getattr(before, part)]
        if back:
            nothing = False
            yield f"  {part}: {plain(grouped(back))}"
    if before.records is not None and after.records is not None and after.records != before.records:
        nothing = False
        yield f"  records: {after.records - before.records:,}"
    if nothing:
        yield "  nothing"


def _cost(applied: Applied, findings: Mapping[str, Finding]) -> Iterator[str]:
    yield f"  {operated(applied.operation)}"
    yield f"    because  {_named(applied.because, findings)}"
    yield f"    loses    {grouped(applied.loses)}"
    if applied.records:
        yield f"    records  {applied.records:,}"
    if applied.criteria:
        yield f"    criteria no longer measured: {plain(', '.join(applied.criteria))}"
    if applied.unreached:
        yield f"    samples no longer reached: {plain(', '.join(applied.unreached))}"


def _restored(restore: RestoreSet, findings: Mapping[str, Finding]) -> Iterator[str]:
    yield f"  {grouped(restore.gives_back)}"
    yield f"    fix     {_named(restore.fixes, findings)}"
    yield f"    owners  {plain(', '.join(restore.owners) or 'nobody')}"
    if restore.effort:
        yield f"    effort  {restore.effort}"


def _named(ids: Sequence[str], findings: Mapping[str, Finding]) -> str:
    return plain(", ".join(f"{i} ({findings[i].rule})" if i in findings else i for i in ids))
