"""What a finding does to the launch, and where in the plan it was declared: lookups that every report needs."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from lineage.finding import Finding
from lineage.plan.model import Mark
from lineage.report import Decision, Report
from lineage.reports.words import operations_told


class Effect(StrEnum):
    """What a finding does to the launch, the hardest first."""

    HOLDS = "holds"
    NARROWS = "narrows"
    TOLD = "told"


def by_effect(report: Report) -> dict[Effect, list[Finding]]:
    """Give the findings by what they do, in the report's order; every effect is there.

    A blocker that asks for no operation of its own is out of the launch with what others take out of it.
    """
    holds, narrows = set(report.scope.holds), _asking(report)
    found: dict[Effect, list[Finding]] = {effect: [] for effect in Effect}
    for finding in report.findings:
        ids = {finding.id, *finding.folded}
        must_leave = bool(ids & narrows) or finding.launch_blocking
        found[Effect.HOLDS if ids & holds else Effect.NARROWS if must_leave else Effect.TOLD].append(finding)
    return found


def heading(report: Report, effect: Effect) -> str:
    """Give what a group of findings is called."""
    held = report.decision is Decision.HOLD and bool(report.scope.holds)
    match effect:
        case Effect.HOLDS:
            return "Holds the launch"
        case Effect.NARROWS:
            return "Would narrow the launch, were it not held" if held else "Narrows the launch"
        case Effect.TOLD:
            return "Told; the scope stays"


def scope_effect(report: Report, finding: Finding) -> str:
    """Give what a finding does to the scope: its operations, or that others' take it out."""
    told = operations_told(finding.judgement.operations)
    asks = {finding.id, *finding.folded} & {*_asking(report), *report.scope.holds}
    if finding.launch_blocking and not asks and report.decision is Decision.NARROW:
        return f"out with what is taken out for other findings; by itself {told}"
    if told and not asks and not finding.launch_blocking:
        return f"stays; {told} would take it out"
    return told


def _asking(report: Report) -> set[str]:
    return {identifier for applied in report.scope.applied for identifier in applied.because}


def place(report: Report, leaf: str) -> Mark | None:
    """Give where a leaf stands in the plan's file, or the nearest block above it; None where no places are known."""
    path = leaf
    while path and path not in report.marks:
        path = path.rpartition(".")[0]
    return report.marks.get(path)


def boundaries_of(report: Report) -> list[str]:
    """Give the boundaries of the plan, and those that sensitive fields cross: places, then outputs, then stores."""
    found = {crossing.boundary for row in report.matrix for crossing in row.crossings}
    found.update(boundary for row in report.matrix for boundary in row.not_reached)
    return sorted(found, key=lambda boundary: (boundary.startswith("store "), boundary.startswith("output "), boundary))


def named(report: Report, identifiers: Sequence[str]) -> list[str]:
    """Give findings by rule and subject: `access/over-grant of crm.people`; by id where the report lacks them."""
    names = {finding.id: f"{finding.rule} of {finding.judgement.subject.label}" for finding in report.findings}
    for finding in report.findings:
        names.update(dict.fromkeys(finding.folded, names[finding.id]))
    return list(dict.fromkeys(names.get(identifier, f"finding {identifier}") for identifier in identifiers))
