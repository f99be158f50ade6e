"""What a finding does to the launch, and where in the plan it was declared: lookups that every report needs."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from lineage.finding import Finding
from lineage.plan.model import Mark
from lineage.report import Report


class Effect(StrEnum):
    """What a finding does to the launch, the hardest first."""

    HOLDS = "holds"
    NARROWS = "narrows"
    TOLD = "told"


def by_effect(report: Report) -> dict[Effect, list[Finding]]:
    """Give the findings by what they do, in the report's order; every effect is there."""
    holds = set(report.scope.holds)
    narrows = {identifier for applied in report.scope.applied for identifier in applied.because}
    found: dict[Effect, list[Finding]] = {effect: [] for effect in Effect}
    for finding in report.findings:
        ids = {finding.id, *finding.folded}
        found[Effect.HOLDS if ids & holds else Effect.NARROWS if ids & narrows else Effect.TOLD].append(finding)
    return found


def place(report: Report, leaf: str) -> Mark | None:
    """Give where a leaf stands in the plan's file, or the nearest block above it; None where no places are known."""
    path = leaf
    while path and path not in report.marks:
        path = path.rpartition(".")[0]
    return report.marks.get(path)


def boundaries_of(report: Report) -> list[str]:
    """Give the boundaries that sensitive fields cross: places first, then outputs, then stores."""
    found = {crossing.boundary for row in report.matrix for crossing in row.crossings}
    return sorted(found, key=lambda boundary: (boundary.startswith("store "), boundary.startswith("output "), boundary))


def named(report: Report, identifiers: Sequence[str]) -> list[str]:
    """Give findings by rule and subject: `access/over-grant of crm.people`; by id where the report lacks them."""
    names = {finding.id: f"{finding.rule} of {finding.judgement.subject.label}" for finding in report.findings}
    for finding in report.findings:
        names.update(dict.fromkeys(finding.folded, names[finding.id]))
    return list(dict.fromkeys(names.get(identifier, f"finding {identifier}") for identifier in identifiers))
