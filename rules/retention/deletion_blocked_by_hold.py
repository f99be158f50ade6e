"""A legal hold keeps records that the plan promises to delete.

Why it matters
--------------
While a hold is in force what it covers may not be deleted, whatever was promised.
A plan that does not say so promises too much to those whose data is held, and a job that does not know of it breaks the
law.

What it looks at
----------------
`constraints.holds`: each with the dataset that it is `of`, and which of its records it covers - by `where`, by a
`listed` field that holds their keys, or all of them - beside the limit of that dataset.
A hold blocks the deletion where the dataset has a limit and at least one record is covered; how many of them are over
the limit already is told where `keep.since` says from when it counts.
Keys that another system lists are compared as hashes under a secret that lives as long as the comparison.
A hold whose `until` is past blocks nothing any more.

How to fix it
-------------
Launch with what is within its limit, say in the promise that held records stay, and lift the hold when it ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lineage.connector import Columns, Compare, CompareKind, Request
from lineage.facts import CompareFact
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import DatasetId, Level, Severity, Verdict
from lineage.plan.hold import Hold
from lineage.plan.model import Dataset, Plan
from lineage.rule import Evidence, Ground, Measured, Rule, Unknown
from rules.plan._said import day
from rules.retention._limit import limit_of
from rules.source._exposed import on_path, open_question, plural, rows, seen_as, subject


def requests(ground: Ground) -> Iterable[Request]:
    """Ask how many records each hold covers, and how many of them are over their limit."""
    for hold, dataset in _holds(ground.plan):
        listed = _listed(ground.plan, hold, dataset)
        if listed is not None:
            yield listed
        if hold.listed is None:
            yield rows(dataset)
            if (limit := limit_of(ground, dataset)) is not None:
                yield limit.overdue


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each hold on a dataset."""
    for hold, dataset in _holds(evidence.plan):
        judged = _judged(evidence, hold, dataset)
        for key, said in (("of", True), ("where", hold.where), ("listed", hold.listed), ("until", hold.until)):
            if said:
                yield replace(judged, leaf=f"{hold.path}.{key}")


def _holds(plan: Plan) -> Iterator[tuple[Hold, Dataset]]:
    known = {dataset.id: dataset for dataset in plan.datasets()}
    return ((hold, known[hold.of]) for hold in plan.constraints.holds if hold.of in known)


def _judged(evidence: Evidence, hold: Hold, dataset: Dataset) -> Judgement:
    about, leaf = subject(dataset), f"{hold.path}.of"
    if hold.until is not None:
        last = day(hold.until)
        if last is None:
            why = Unknown("until when the hold is in force is no day", "write it like 2027-01-31, or leave it out")
            return open_question(leaf, about, why)
        if last < evidence.now.date():
            return _free(dataset, hold, f"the hold {hold.id} ended on {last}")
    if dataset.keep is None or (dataset.keep.limit is None and not dataset.keep.none):
        return _free(dataset, hold, f"nothing promises to delete records of {dataset.id}")
    name = seen_as(evidence, dataset)
    covered = name if isinstance(name, Unknown) else _covered(evidence, hold, dataset)
    if isinstance(covered, Unknown):
        return open_question(leaf, about, covered)
    count, of = covered
    if count == 0:
        return _free(dataset, hold, f"the hold {hold.id} covers none of {plural(of, 'record')} of {dataset.id}")
    return _blocked(evidence, hold, dataset, count, of)


def _free(dataset: Dataset, hold: Hold, says: str) -> Judgement:
    level = Level.OBSERVED if "covers" in says else Level.ASSERTED
    return Judgement(f"{hold.path}.of", Verdict.HELD, level, subject(dataset), says)


def _blocked(evidence: Evidence, hold: Hold, dataset: Dataset, count: int, of: int) -> Judgement:
    overdue = _overdue(evidence, hold, dataset)
    due = "" if overdue is None else f", {overdue:,} of them over the limit already"
    limit = dataset.keep.limit if dataset.keep is not None else None
    launched = on_path(evidence.plan, dataset)
    window = () if limit is None or not launched else (("window", str(limit)),)
    return Judgement(
        f"{hold.path}.of",
        Verdict.BROKEN,
        Level.OBSERVED,
        subject(dataset),
        f"the hold {hold.id} keeps {plural(count, 'record')} of {of:,}{due}, which the plan promises to delete",
        Actual(count, "records", method="covered by the hold", sample=of),
        operations=(Operation(Op.LIMIT_WINDOW, dataset.id, window),) if window else (),
        fixes=(
            Fix(FixKind.DECISION, "say in what is promised that held records stay until the hold ends", effort="hours"),
            Fix(FixKind.CONFIG, f"let what deletes from {dataset.id} spare them", effort="hours"),
        ),
        incidental=not launched,
    )


def _covered(evidence: Evidence, hold: Hold, dataset: Dataset) -> tuple[int, int] | Unknown:
    """Give how many records a hold covers, of how many."""
    if hold.listed is not None:
        compare = _listed(evidence.plan, hold, dataset)
        if compare is None:
            return Unknown(
                f"{dataset.id} has no single key that a list could hold", f"declare the `key` of {dataset.id}"
            )
        answer = evidence.compared(compare)
        return (answer.common, answer.rows) if isinstance(answer, CompareFact) else answer
    every = evidence.measured(rows(dataset))
    held = every if hold.where is None else evidence.measured(rows(dataset), (hold.where,))
    if isinstance(every, Unknown):
        return every
    return held if isinstance(held, Unknown) else (held.rows, every.rows)


def _overdue(evidence: Evidence, hold: Hold, dataset: Dataset) -> int | None:
    limit = limit_of(evidence.ground, dataset) if hold.listed is None else None
    if limit is None:
        return None
    answer = evidence.measured(limit.overdue, None if hold.where is None else (hold.where,))
    return answer.value if isinstance(answer, Measured) and isinstance(answer.value, int) else None


def _listed(plan: Plan, hold: Hold, dataset: Dataset) -> Compare | None:
    if hold.listed is None or len(dataset.key) != 1:
        return None
    other, _, field = hold.listed.rpartition(".")
    there = any(one.id == other and field in one.fields for one in plan.datasets())
    right = Columns(DatasetId(other), (field,))
    return Compare(CompareKind.MISSING, Columns(dataset.id, dataset.key), (right,)) if there else None


RULE = Rule(
    id="retention/deletion-blocked-by-hold",
    severity=Severity.MEDIUM,
    check=check,
    requests=requests,
    operations=(Op.LIMIT_WINDOW,),
)
