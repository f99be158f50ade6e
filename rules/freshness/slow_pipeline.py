"""The plan needs records fresher than what they are made from is promised to be.

Why it matters
--------------
A view, a model or a copy is as old as its oldest input.
A need of an hour on a table that is loaded once a day holds by luck in the morning, and never at night.

What it looks at
----------------
For each dataset whose freshness is promised: the clocks of other datasets of the plan that flow into its clock, by
views and by runs that are known, and what is promised of those.
Delays add up on the way: what passes through a dataset that is loaded or copied within six hours is six hours older,
where that promise is by the moment of loading (a clock that is set when the record is written, `load_time`,
`copy_time`). Of several ways the longest counts.
The clock of a copy that is set when it is written is not one that flows, and is left to `freshness/lagging-copy`.

How to fix it
-------------
Load the input as often as the need asks for, read nearer to where the records are made, or need less.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Op, Operation
from lineage.model import Level, Name, Severity, Verdict
from lineage.plan.model import Dataset, Fresh
from lineage.rule import Evidence, Rule
from rules.freshness._clock import Clock, clock_of, dated, span
from rules.freshness._written import by_writing
from rules.source._exposed import on_path, subject


@dataclass(frozen=True, slots=True)
class Way:
    """The way on which the most delay adds up: whose promise it begins with, and what it passes through."""

    first: Dataset
    promised: Fresh
    delay: timedelta
    through: tuple[Dataset, ...] = ()
    path: tuple[Hop, ...] = ()


@dataclass(slots=True)
class Ways:
    """The longest way to each field that was asked for."""

    evidence: Evidence
    clocks: Mapping[Name, list[Clock]]
    """Field -> the clocks that are it."""
    loads: Mapping[Name, Dataset]
    """Physical dataset -> the dataset whose promise is by the moment of loading."""
    known: dict[Name, Way | None] = field(default_factory=dict)

    def to(self, name: Name, but: Dataset) -> Way | None:
        """Give the longest way to a field, of those that begin with the promise of another dataset than `but`."""
        found: list[Way] = []
        for above, _, path in self.evidence.ground.graph.ancestors(name):
            for clock in self.clocks.get(above, ()):
                if clock.dataset.id != but.id:
                    delay = clock.fresh.within.mean()
                    found.append(Way(clock.dataset, clock.fresh, delay, path=path))
            through = self._through(above)
            if through is not None and through.first.id != but.id:
                found.append(Way(through.first, through.promised, through.delay, through.through, through.path or path))
        return max(found, key=lambda way: (way.delay, way.first.id), default=None)

    def _through(self, name: Name) -> Way | None:
        """Give the longest way that passes through a field of a dataset whose loading takes its time."""
        load = self.loads.get(name.dataset)
        if load is None or load.fresh is None:
            return None
        if name not in self.known:
            self.known[name] = None  # where edges go round, a way ends
            before = self.to(name, load)
            if before is not None:
                delay = before.delay + load.fresh.within.mean()
                self.known[name] = Way(before.first, before.promised, delay, (*before.through, load), before.path)
        return self.known[name]


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Compare each need with the promises above it."""
    clocks: defaultdict[Name, list[Clock]] = defaultdict(list)
    loads: dict[Name, Dataset] = {}
    for dataset, _ in dated(evidence.plan):
        clock, name = clock_of(evidence.ground, dataset), evidence.ground.catalog.physical(dataset.id)
        if clock is not None:
            clocks[clock.fact.name].append(clock)
        if name is not None and (by_writing(evidence.ground, dataset) or (clock is not None and clock.kind != "event")):
            loads[name] = dataset
    ways = Ways(evidence, clocks, loads)
    for dataset, fresh in dated(evidence.plan):
        clock = clock_of(evidence.ground, dataset)
        if clock is not None and (longest := ways.to(clock.fact.name, dataset)) is not None:
            yield _judged(evidence, dataset, fresh, longest)


def _judged(evidence: Evidence, dataset: Dataset, fresh: Fresh, way: Way) -> Judgement:
    leaf, about = f"{fresh.path}.within", subject(dataset)
    named = " and ".join(one.id for one in way.through)
    through = f" through {named}" if named else ""
    actual = Actual(way.delay.total_seconds(), "seconds", method=f"promised of {way.first.id}{through}")
    if way.delay <= fresh.within.mean():
        most = f"; with what it passes {through[1:]} at most {span(way.delay)}" if named else ""
        says = f"it is made from {way.first.id}, which is promised within {way.promised.within}{most}"
        return Judgement(leaf, Verdict.HELD, Level.ASSERTED, about, says, actual, path=way.path)
    launched = on_path(evidence.plan, dataset)
    old = f"{way.promised.within}" if not named else span(way.delay)
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.ASSERTED,
        about,
        f"at most {fresh.within} is needed of what is made from {way.first.id}{through}, which may be {old} old",
        actual,
        path=way.path,
        operations=tuple(Operation(Op.DROP_FIELD, field.id) for field in dataset.fields.values()) if launched else (),
        fixes=(
            Fix(
                FixKind.CONFIG,
                f"load {way.first.id}{f' and {named}' if named else ''} within {fresh.within}",
                effort="days",
            ),
            Fix(FixKind.PLAN, "need what can be delivered", f"within: {old}", effort="minutes"),
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
