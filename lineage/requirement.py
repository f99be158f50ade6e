"""What a launch has to answer for: the points, and what a run says to each of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lineage.finding import Assumption
from lineage.model import Verdict


@dataclass(frozen=True, slots=True)
class Requirement:
    """A point that a launch has to answer for."""

    id: str
    section: str
    point: str
    plan: str
    """Where a plan says it."""
    evidence: str
    """What shows it."""
    rules: tuple[str, ...]
    core: bool = False
    """It is about what the workflow takes for granted of its context."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What a run says to a point: the lines of the ledger that bear on it, and the worst of their verdicts."""

    requirement: Requirement
    verdict: Verdict
    """Unverified where nothing was judged."""
    says: str
    lines: tuple[Assumption, ...] = ()
    rules: tuple[str, ...] = ()
    """Those of its rules that judged something."""
    lacking: tuple[str, ...] = ()
    """Those of its rules that do not exist."""
    settle: str = ""
    """Where unverified: the evidence that would settle it."""

    @property
    def is_answered_for(self) -> bool:
        """Whether there is a rule that would judge it, so that its verdict is one."""
        return len(self.lacking) < len(self.requirement.rules)

    def counts(self) -> Mapping[Verdict, int]:
        """Give how many assumptions bear on the point, by verdict."""
        return {verdict: sum(line.verdict is verdict for line in self.lines) for verdict in Verdict}


def answered(
    requirements: Iterable[Requirement], assumptions: Sequence[Assumption], known: Iterable[str]
) -> tuple[Answered, ...]:
    """Give what a ledger says to each point; `known` are the ids of the rules that there are."""
    by_rule: dict[str, list[Assumption]] = {}
    for line in assumptions:
        for rule in line.rules:
            by_rule.setdefault(rule, []).append(line)
    there = frozenset(known)
    return tuple(_answer(requirement, by_rule, there) for requirement in requirements)


def _answer(requirement: Requirement, by_rule: Mapping[str, list[Assumption]], known: frozenset[str]) -> Answered:
    lines = tuple(dict.fromkeys(line for rule in requirement.rules for line in by_rule.get(rule, ())))
    lacking = tuple(rule for rule in requirement.rules if rule not in known)
    judged = tuple(rule for rule in requirement.rules if rule in by_rule)
    if not lines:
        return _silent(requirement, lacking)
    worst = min(lines, key=lambda line: line.verdict.rank)
    says = f"{worst.leaf}: {worst.says}" if worst.verdict is not Verdict.HELD else "held"
    settle = (worst.settle or requirement.evidence) if worst.verdict is Verdict.UNVERIFIED else ""
    return Answered(requirement, worst.verdict, says, lines, judged, lacking, settle)


def _silent(requirement: Requirement, lacking: tuple[str, ...]) -> Answered:
    if len(lacking) == len(requirement.rules):
        return Answered(requirement, Verdict.UNVERIFIED, "no rule judges it", (), (), lacking, requirement.evidence)
    # The plan may declare it of systems that know no accounts, which are not the ones to tell.
    says = f"neither {requirement.plan} in the plan nor a system that was read tells of it"
    return Answered(requirement, Verdict.UNVERIFIED, says, (), (), lacking, requirement.evidence)
