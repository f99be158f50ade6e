"""Records exist that are older than they may be kept.

Why it matters
--------------
What should be gone can still be answered from, be asked for, and leak.
It shows that deletion is promised and does not happen.

What it looks at
----------------
The number of records whose `keep.since` is longer ago than `keep.limit`, among all that are read, and how many have no
such date and so are never due.
A field without a time zone is judged for every zone there is, a date for the whole of its day.
Where the dataset is read through a `where`, the records that it leaves out are not counted: then some overdue records
break the limit, but none of them do not prove it.
Where the records could not be counted and the table is partitioned by that field, the times that its partitions cover
decide: none that begins before the limit holds it, one that ended before and in which the system counts records breaks.
A system-versioned table that keeps its history for ever is not known to hold nothing over the limit.

How to fix it
-------------
Purge the records, and find out why what should delete them does not.
Until then the workflow can be limited to the records within the limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from lineage.clock import ClockForm
from lineage.connector import Request
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import DatasetKind, Level, Rung, Severity, Verdict
from lineage.plan.model import Dataset
from lineage.rule import Evidence, Ground, Measured, Rule, Unknown
from rules._expectations import Check
from rules.retention._limit import Limit, limit_of, limits
from rules.retention._mechanism import hidden_by
from rules.retention._parts import told_of_limit
from rules.source._exposed import counted, on_path, open_question, plural, seen_as, subject
from rules.source._verdict import Case, decided


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the records over the limit, the oldest, and those without a date."""
    for limit in limits(ground):
        yield limit.overdue
        yield limit.oldest
        yield limit.undated


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each limit of a dataset that counts from a field."""
    return decided(case for dataset in evidence.plan.datasets() for case in _cases(evidence, dataset))


def _cases(evidence: Evidence, dataset: Dataset) -> Iterator[Case | Judgement]:
    keep = dataset.keep
    if keep is None or keep.limit is None or keep.since is None:  # retention/ambiguous-retention says so
        return
    name, limit = seen_as(evidence, dataset), limit_of(evidence.ground, dataset)
    leaf, about = f"{keep.path}.limit", subject(dataset)
    if isinstance(name, Unknown):
        yield open_question(leaf, about, name)
    elif limit is None:
        why = Unknown(f"no clock {keep.since} was found in {dataset.id}", "name a field that tells the time as `since`")
        yield open_question(leaf, about, evidence.why_unseen(dataset.id, keep.since, ("data",), why))
    else:
        yield _case(evidence, limit)


def _case(evidence: Evidence, limit: Limit) -> Case | Judgement:
    leaf, about = f"{limit.keep.path}.limit", subject(limit.dataset)
    overdue, oldest = evidence.measured(limit.overdue), evidence.measured(limit.oldest)
    for answer in (overdue, oldest):
        if isinstance(answer, Unknown):
            return _by_partitions(evidence, limit, answer)
    assert isinstance(overdue, Measured) and isinstance(oldest, Measured)  # noqa: S101, PT018 - the loop says so
    count = overdue.value if isinstance(overdue.value, int) else 0
    actual = counted(overdue, "records", f"{limit.since} longer ago than {limit.limit}")
    undated = _undated(evidence, limit)
    name = evidence.ground.catalog.physical(limit.dataset.id)
    kept_on = hidden_by(evidence, limit.dataset, name) if name is not None else None
    if count == 0 and kept_on is not None:
        says = f"none of {overdue.rows:,} current records is over {limit.limit}; {kept_on.by} is kept for ever"
        return open_question(leaf, about, Unknown(f"{says}, and was not counted", f"end the {kept_on.by}, or count it"))
    if count == 0 and limit.dataset.where is not None:
        return open_question(leaf, about, _partial(limit, overdue.rows))
    held = Judgement(
        leaf,
        Verdict.HELD,
        Level.OBSERVED,
        about,
        f"none of {overdue.rows:,} records is over {limit.limit}{undated}",
        actual,
    )
    broken = _late(
        evidence,
        limit,
        f"{plural(count, 'record')} of {overdue.rows:,} {'is' if count == 1 else 'are'} kept for longer than "
        f"{limit.limit} since {limit.since}{undated}",
        actual,
    )
    may, must = _bounds(evidence, limit, count, oldest)
    return Case(may, must, held, broken, f"declare the zone of {limit.since}, or keep moments in it")


def _by_partitions(evidence: Evidence, limit: Limit, why: Unknown) -> Judgement:
    """Judge records that were not counted by the times that partitions cover."""
    leaf, about = f"{limit.keep.path}.limit", subject(limit.dataset)
    cut = limit.limit.before(evidence.now)
    told = told_of_limit(evidence, limit.dataset, limit.since, cut, str(limit.limit))
    if told is None:
        return open_question(leaf, about, why)
    if told.over is None or (told.over and limit.dataset.where is not None):
        return open_question(leaf, about, Unknown(f"{told.says}; {why.reason}", why.settle))
    actual = Actual(told.over, "records", method="bounds of partitions", measured_at=evidence.now)
    if told.over == 0:
        return Judgement(leaf, Verdict.HELD, Level.OBSERVED, about, told.says, actual)
    return _late(evidence, limit, told.says, actual)


def _late(evidence: Evidence, limit: Limit, says: str, actual: Actual) -> Judgement:
    launched = on_path(evidence.plan, limit.dataset)
    return Judgement(
        f"{limit.keep.path}.limit",
        Verdict.BROKEN,
        Level.OBSERVED,
        subject(limit.dataset),
        says,
        actual,
        operations=_operations(evidence, limit),
        fixes=_fixes(evidence, limit),
        severity=None if launched else Severity.HIGH,
        incidental=not launched,
    )


def _bounds(evidence: Evidence, limit: Limit, count: int, oldest: Measured) -> tuple[Check, Check]:
    plain = Check(count, maximum=0)
    if not limit.zoneless or not isinstance(oldest.value, datetime):
        return plain, plain
    cut = limit.limit.before(evidence.now)
    return _from(oldest.value, cut, limit.latest), _from(oldest.value, cut, limit.earliest)


def _from(oldest: datetime, cut: datetime, shift: timedelta) -> Check:
    try:
        return Check(oldest, minimum=cut - shift)
    except OverflowError:  # a limit of a thousand years is cut to the calendar's first moment
        return Check(oldest, minimum=cut)


def _undated(evidence: Evidence, limit: Limit) -> str:
    undated = evidence.measured(limit.undated)
    if isinstance(undated, Unknown) or not undated.value:
        return ""
    return f"; {undated.value:,} more have no {limit.since} and are never due"


def _partial(limit: Limit, rows: int) -> Unknown:
    if limit.windowed():
        says = f"the workflow reads no record over {limit.limit}; those outside its window were not counted"
    else:
        says = (
            f"none of the {rows:,} records that are read is over {limit.limit}; those outside `where` were not counted"
        )
    return Unknown(says, "scan the dataset without its `where`")


def _operations(evidence: Evidence, limit: Limit) -> tuple[Operation, ...]:
    if not on_path(evidence.plan, limit.dataset):
        return ()
    return (Operation(Op.LIMIT_WINDOW, limit.dataset.id, (("window", str(limit.limit)),)),)


def _fixes(evidence: Evidence, limit: Limit) -> tuple[Fix, ...]:
    by = f"; find out why {limit.keep.by} does not" if limit.keep.by else ""
    return (
        Fix(FixKind.SQL, f"purge what is older than {limit.limit}{by}", _purge(evidence, limit), effort="hours"),
        Fix(FixKind.PLAN, "read only what is within the limit", f'where: "{limit.since} >= now - {limit.limit}"'),
    )


def _purge(evidence: Evidence, limit: Limit) -> str:
    """Give the statement for a PostgreSQL table; elsewhere how a record is deleted is not ours to say."""
    seen = evidence.ground.catalog.dataset(limit.dataset.id)
    system = evidence.ground.catalog.system(limit.dataset.source)
    kinds = (DatasetKind.TABLE, DatasetKind.PARTITIONED)
    if seen is None or system is None or seen.kind not in kinds or "postgres" not in system.product.lower():
        return ""
    if limit.form not in {ClockForm.AWARE, ClockForm.NAIVE, ClockForm.DATE}:
        return ""
    table = ".".join(_quoted(part) for part in seen.name.path[-2:])
    column = _quoted(limit.fact.name.field[-1])
    return f"DELETE FROM {table} WHERE {column} < now() - interval '{limit.limit}';"  # noqa: S608 - text for people


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'


RULE = Rule(
    id="retention/overdue-records",
    severity=Severity.BLOCKER,
    rung=Rung.OBSERVED,
    check=check,
    requests=requests,
    operations=(Op.LIMIT_WINDOW,),
)
