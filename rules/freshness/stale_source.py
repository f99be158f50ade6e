"""The newest record that the launch exposes is older than the plan needs.

Why it matters
--------------
A workflow that answers from stale context is wrong with confidence, and nobody sees it in the answer.
The newest record shows whether anything still arrives.

What it looks at
----------------
The newest `fresh.clock` among the records that the rollout exposes, not among all: a fresh segment that is not launched
proves nothing.
Only records up to now, with the allowed skew, count, so that one record dated in the future cannot hide a dead table.
A clock without a time zone is judged for every zone there is, a date for the whole of its day, and the source's clock
may differ from ours: the assumption is broken only if it is broken for all of these, and held only if held for all.
Where records have no time of their own, `clock: load_time` (`copy_time` for a copy) judges when the dataset was last
written: by the time of a file or an object, MariaDB's UPDATE_TIME, the last snapshot of a Delta or Iceberg table, the
newest load in dbt's sources.json, the last run that OpenLineage tells of, or PostgreSQL's commit times where the server
keeps them. Each has an error bar, and one that was told before the limit alone breaks nothing.
What is told of a whole dataset can break a promise for the part of it that is launched, and hold none; so can what
moves without a record that comes (an index, a sweep, a deletion).
Where nothing of that is told, partitions that are bound by a time tell it, and so do folders of files that are named
for one (`dt=2026-11-20/`), by the key as `clock: dt`: the newest that holds a record, with its width as the error bar.
A dataset without any record up to now is not fresh: broken, for there is no context to answer from.

How to fix it
-------------
Run or repair what loads the dataset, or read it nearer to where it is made.
Where the workflow can live with older records, say so in the plan: a longer `fresh.within`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lineage.connector import Request
from lineage.finding import Fix, FixKind, Judgement, Op
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Fresh
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules.freshness._clock import chain, clock_of, clocks, dated, newest_case
from rules.freshness._written import by_writing, written_case, written_measure
from rules.source._exposed import exposed, on_path, open_question, seen_as, subject, without
from rules.source._verdict import Case, decided


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the newest record of each clock, and for those that are fresh in any zone."""
    for clock in clocks(ground):
        yield clock.newest
        yield from clock.witnesses() or ()
    for dataset, _ in dated(ground.plan):
        if (asked := written_measure(ground, dataset)) is not None:
            yield asked


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the newest record that the launch exposes."""
    return decided(case for dataset, fresh in dated(evidence.plan) for case in _cases(evidence, dataset, fresh))


def _cases(evidence: Evidence, dataset: Dataset, fresh: Fresh) -> Iterator[Case | Judgement]:
    leaf = f"{fresh.path}.within"
    name = seen_as(evidence, dataset)
    if isinstance(name, Unknown):
        yield open_question(leaf, subject(dataset), name)
        return
    clock = clock_of(evidence.ground, dataset)
    if by_writing(evidence.ground, dataset):
        yield written_case(evidence, dataset, fresh, _broken(evidence, dataset, fresh))
        return
    if clock is None or not clock.tells:  # freshness/unverifiable-freshness says so
        return
    launched = exposed(evidence.plan, dataset)
    what = "record" if launched.cells is None else "record that is launched"
    like = replace(_broken(evidence, dataset, fresh), path=chain(evidence.ground, clock))
    yield newest_case(evidence, clock, launched.cells, like, what)


def _broken(evidence: Evidence, dataset: Dataset, fresh: Fresh) -> Judgement:
    launched = on_path(evidence.plan, dataset)
    return Judgement(
        f"{fresh.path}.within",
        Verdict.BROKEN,
        Level.OBSERVED,
        subject(dataset),
        "",
        operations=without(evidence.plan, dataset),
        fixes=(
            Fix(FixKind.CONFIG, f"run or repair what loads {dataset.reads}, and look at why it stopped"),
            Fix(FixKind.DECISION, "accept older records where the workflow can live with them: a longer `within`"),
        ),
        severity=None if launched else Severity.LOW,
        incidental=not launched,
    )


RULE = Rule(
    id="freshness/stale-source",
    severity=Severity.BLOCKER,
    check=check,
    requests=requests,
    operations=(Op.HOLD_STAGE, Op.DROP_SOURCE, Op.DROP_FIELD),
    subsumes=("freshness/stale-segment", "freshness/stale-tail", "source/missing-records"),
)
