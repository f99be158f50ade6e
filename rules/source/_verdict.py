"""Figures and what follows from them: Great Expectations judges, here its answer becomes a judgement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from lineage.finding import Judgement
from lineage.model import Level, Verdict
from rules._expectations import Check, Outcome, judge


@dataclass(frozen=True, slots=True)
class Case:
    """What a figure decides: broken where it fails `may`, held where it keeps `must`, else open.

    Where nothing widens a verdict, `may` and `must` are one check and nothing is open.
    """

    may: Check
    """The bound that the figure keeps if the assumption can be true at all."""
    must: Check
    """The bound that the figure keeps only if the assumption is true for certain."""
    held: Judgement
    broken: Judgement
    settle: str = ""
    """What would close an open verdict."""


def decided(cases: Iterable[Case | Judgement]) -> Iterator[Judgement]:
    """Give the judgements in order; every figure among them is judged in one call."""
    given = list(cases)
    checks = [check for case in given if isinstance(case, Case) for check in (case.may, case.must)]
    outcomes = iter(judge(checks))
    for case in given:
        if isinstance(case, Judgement):
            yield case
        else:
            yield _decided(case, next(outcomes), next(outcomes))


def _decided(case: Case, may: Outcome, must: Outcome) -> Judgement:
    match may, must:
        case (Outcome.BROKEN, _):
            return case.broken
        case (_, Outcome.ERRORED) | (Outcome.ERRORED, _):
            return unverified(case.held, "the figure could not be judged", "report this as a bug, with the snapshot")
        case (_, Outcome.HELD):
            return case.held
        case _:
            return unverified(case.held, case.held.says, case.settle)


def unverified(like: Judgement, says: str, settle: str) -> Judgement:
    """Give the undecided judgement of the same assumption."""
    return replace(
        like,
        verdict=Verdict.UNVERIFIED,
        level=Level.ASSERTED,
        says=says,
        settle=settle,
        operations=(),
        fixes=(),
    )
