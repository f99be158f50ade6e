"""What deletes covers only the records that came after it was set up.

Why it matters
--------------
A changed setting is shown in green the minute it is saved, and says nothing of what was there before: many stores give
a record its end when it is written.
The oldest records, which were promised to be gone first, are the ones that stay.

What it looks at
----------------
When what deletes was set up or last changed - as the system says of its jobs, else as `keep.changed` says - beside the
records that are over the limit.
Broken where there are such records, all of them are from before that day, and it has had a day to run since (a job: it
ran since with success).
Held where no record is over the limit although some could be: the limit has passed since the setting, or older records
were there to be deleted.
Where the records are not to be counted, or none of them is old enough to tell, it stays unverified.

How to fix it
-------------
Delete once what is older than the limit, or move the old records to where the setting covers them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Final

from lineage.connector import Measure, MeasureKind, Request
from lineage.duration import Duration
from lineage.facts import JobFact
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Rung, Severity, Verdict
from lineage.plan.model import Dataset, Keep, Store
from lineage.rule import Evidence, Ground, Measured, Rule, Unknown
from rules.plan._said import day
from rules.retention._limit import Limit, kept, limit_of
from rules.retention._mechanism import jobs_of
from rules.source._exposed import on_path, open_question, plural, seen_as, subject

_RUN: Final = timedelta(days=1)
"""What deletes is given a day to have run."""


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the records over the limit, and for those from before the setting."""
    for holder, keep in kept(ground.plan):
        limit = limit_of(ground, holder) if isinstance(holder, Dataset) else None
        if limit is None:
            continue
        told = [job.changed_at for job in ground.catalog.jobs if job.changed_at is not None]
        for moment in {*told, *([found] if (found := _declared(keep)) is not None else [])}:
            if moment < ground.now:
                yield _before(limit, moment, ground.now)
                yield limit.overdue
                yield limit.oldest


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each setting of which it is known when it was made."""
    for holder, keep in kept(evidence.plan):
        if isinstance(holder, Store):
            if keep.changed is not None:
                yield _of_store(holder, keep)
        else:
            yield from _of_dataset(evidence, holder, keep)


def _of_store(store: Store, keep: Keep) -> Judgement:
    why = Unknown(
        f"whether the setting of {store.id} covers what was there before it was made is not known",
        "show the oldest record of the store to whoever signs the launch",
    )
    return open_question(f"{keep.path}.changed", Subject(store=store.id), why)


def _of_dataset(evidence: Evidence, dataset: Dataset, keep: Keep) -> Iterator[Judgement]:
    leaf = f"{keep.path}.changed" if keep.changed is not None else f"{keep.path}.limit"
    about = subject(dataset)
    job = _job(evidence, dataset, keep)
    since = job.changed_at if job is not None else _declared(keep)
    if keep.changed is not None and _declared(keep) is None:
        why = Unknown("when the setting was made is no day", "write it like 2026-10-01")
        yield open_question(leaf, about, why)
        return
    if since is None:
        return
    name, limit = seen_as(evidence, dataset), limit_of(evidence.ground, dataset)
    if isinstance(name, Unknown):
        yield open_question(leaf, about, name)
    elif limit is None:
        if keep.changed is not None:
            why = Unknown(f"no limit of {dataset.id} counts from a clock that was found", "name it: keep.since")
            yield open_question(leaf, about, why)
    else:
        judged = _judged(evidence, limit, leaf, since, job)
        # Of a job that the plan does not name, only what is proven is told: its limit is judged by others.
        if keep.changed is not None or judged.verdict is Verdict.BROKEN:
            yield judged


def _judged(evidence: Evidence, limit: Limit, leaf: str, since: datetime, job: JobFact | None) -> Judgement:
    about = subject(limit.dataset)
    overdue = evidence.measured(limit.overdue)
    before = evidence.measured(_before(limit, since, evidence.now)) if since < evidence.now else Unknown("", "")
    if since >= evidence.now:
        why = Unknown("the setting is dated ahead of now", "write the day on which it was made")
        return open_question(leaf, about, why)
    for answer in (overdue, before):
        if isinstance(answer, Unknown):
            return open_question(leaf, about, answer)
    assert isinstance(overdue, Measured) and isinstance(before, Measured)  # noqa: S101, PT018 - the loop says so
    late, old = (one.value if isinstance(one.value, int) else 0 for one in (overdue, before))
    cut = limit.limit.before(evidence.now)
    what = f"the job {job.name}" if job is not None else "the setting"
    if late == 0:
        if since <= cut or old:
            says = f"no record is over {limit.limit}; {what} is of {since:%Y-%m-%d}, {old:,} records are from before"
            return Judgement(leaf, Verdict.HELD, Level.OBSERVED, about, says)
        why = Unknown("no record is from before the setting was made", f"scan again {limit.limit} after it")
        return open_question(leaf, about, why)
    # Between the setting and the limit's cut lie the overdue records that came after the setting.
    after = max(0, late - old) if since < cut else 0
    ran = since + _RUN <= evidence.now if job is None else job.last_success is not None and job.last_success > since
    if after or not ran or (limit.zoneless and not _plain(evidence, limit, since, cut)):
        why = Unknown(
            f"{plural(late, 'record')} over {limit.limit}, {after:,} of them from after {what} was set up",
            "find out whether it runs at all (retention/overdue-records)",
        )
        return open_question(leaf, about, why)
    return _broken(evidence, limit, leaf, what, since, late)


def _plain(evidence: Evidence, limit: Limit, since: datetime, cut: datetime) -> bool:
    """Whether no zone that a wall clock may be of changes anything: the oldest is overdue in each of them."""
    oldest = evidence.measured(limit.oldest)
    if isinstance(oldest, Unknown) or not isinstance(oldest.value, datetime):
        return False
    return oldest.value + limit.latest < cut and since >= cut + _RUN


def _broken(evidence: Evidence, limit: Limit, leaf: str, what: str, since: datetime, late: int) -> Judgement:
    window = (("window", str(limit.limit)),)
    launched = on_path(evidence.plan, limit.dataset)
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.OBSERVED,
        subject(limit.dataset),
        f"{what} of {since:%Y-%m-%d} covers new records only: {plural(late, 'record')} from before it "
        f"{'is' if late == 1 else 'are'} over {limit.limit}, and none from after it",
        Actual(late, "records", method=f"{limit.since} beside the day of the setting"),
        operations=(Operation(Op.LIMIT_WINDOW, limit.dataset.id, window),) if launched else (),
        fixes=(Fix(FixKind.DECISION, f"delete once what is older than {limit.limit}", effort="hours"),),
        incidental=not launched,
    )


def _job(evidence: Evidence, dataset: Dataset, keep: Keep) -> JobFact | None:
    name = evidence.ground.catalog.physical(dataset.id)
    jobs = jobs_of(evidence, dataset, name, keep) if name is not None else []
    return next((job for job in jobs if job.enabled and job.changed_at is not None), None)


def _declared(keep: Keep) -> datetime | None:
    found = day(keep.changed) if keep.changed is not None else None
    return datetime.combine(found, time(), UTC) if found is not None else None


def _before(limit: Limit, moment: datetime, now: datetime) -> Measure:
    zone = None if limit.form.zoned else limit.zone
    span = Duration(seconds=(now - moment).total_seconds())
    return Measure(limit.dataset.id, MeasureKind.OLDER, limit.since, span=span, zone=zone)


RULE = Rule(
    id="retention/new-data-only",
    severity=Severity.MEDIUM,
    rung=Rung.ENFORCED,
    check=check,
    requests=requests,
    operations=(Op.LIMIT_WINDOW,),
)
