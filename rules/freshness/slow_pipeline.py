"""The plan needs records fresher than what they are made from is promised to be.

Why it matters
--------------
A view, a model or a copy is as old as its oldest input.
A need of an hour on a table that is loaded once a day holds by luck in the morning, and never at night.

What it looks at
----------------
For each dataset whose freshness is promised: the clocks of other datasets of the plan that flow into its clock, by
views and by runs that are known, and what is promised of those, the longest of all.
The clock of a copy that is set when it is written is not one that flows, and is left to `freshness/lagging-copy`.

How to fix it
-------------
Load the input as often as the need asks for, read nearer to where the records are made, or need less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Op, Operation
from lineage.model import Level, Name, Severity, Verdict
from lineage.plan.model import Dataset, Fresh
from lineage.rule import Evidence, Rule
from rules.freshness._clock import Clock, clock_of, dated
from rules.source._exposed import on_path, subject


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Compare each need with the promises above it."""
    clocks = {dataset.id: clock for dataset, clock in _clocks(evidence)}
    known: defaultdict[Name, list[Clock]] = defaultdict(list)
    for clock in clocks.values():
        known[clock.fact.name].append(clock)
    for dataset, fresh in dated(evidence.plan):
        above = list(_above(evidence, clocks[dataset.id], known)) if dataset.id in clocks else []
        if above:
            yield _judged(evidence, dataset, fresh, max(above, key=lambda one: (one[1].within.mean(), one[0].id)))


def _above(
    evidence: Evidence, clock: Clock, known: Mapping[Name, Sequence[Clock]]
) -> Iterator[tuple[Dataset, Fresh, tuple[Hop, ...]]]:
    """Give the datasets of the plan whose clock flows into this one's, with the way."""
    for name, _, path in evidence.ground.graph.ancestors(clock.fact.name):
        for other in known.get(name, ()):
            if other.dataset.id != clock.dataset.id:
                yield other.dataset, other.fresh, path


def _clocks(evidence: Evidence) -> Iterator[tuple[Dataset, Clock]]:
    for dataset, _ in dated(evidence.plan):
        if (clock := clock_of(evidence.ground, dataset)) is not None:
            yield dataset, clock


def _judged(
    evidence: Evidence, dataset: Dataset, fresh: Fresh, slowest: tuple[Dataset, Fresh, tuple[Hop, ...]]
) -> Judgement:
    other, promised, path = slowest
    leaf, about = f"{fresh.path}.within", subject(dataset)
    actual = Actual(promised.within.mean().total_seconds(), "seconds", method=f"promised of {other.id}")
    if promised.within.mean() <= fresh.within.mean():
        says = f"it is made from {other.id}, which is promised within {promised.within}"
        return Judgement(leaf, Verdict.HELD, Level.ASSERTED, about, says, actual, path=path)
    launched = on_path(evidence.plan, dataset)
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.ASSERTED,
        about,
        f"at most {fresh.within} is needed of what is made from {other.id}, which may be {promised.within} old",
        actual,
        path=path,
        operations=tuple(Operation(Op.DROP_FIELD, field.id) for field in dataset.fields.values()) if launched else (),
        fixes=(
            Fix(FixKind.CONFIG, f"load {other.id} within {fresh.within}", effort="days"),
            Fix(FixKind.PLAN, "need what can be delivered", f"within: {promised.within}", effort="minutes"),
        ),
        severity=None if launched else Severity.LOW,
        incidental=not launched,
    )


RULE = Rule(
    id="freshness/slow-pipeline",
    severity=Severity.BLOCKER,
    check=check,
    operations=(Op.LIMIT_WINDOW, Op.DROP_FIELD),
)
