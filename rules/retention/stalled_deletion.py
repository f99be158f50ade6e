"""What deletes records exists and is on, and does not run.

Why it matters
--------------
A purge that stopped a month ago looks, in every list of settings, like one that works.

What it looks at
----------------
The jobs of the system that are on and delete from the dataset, or from what it is a view of: when each last succeeded,
against how often its schedule says that it runs.
Twice that time and an hour may pass; a job whose last run the system does not tell is not judged here.

How to fix it
-------------
Look at why the job stopped, run it by hand, and raise an alarm on its last success.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from lineage.facts import JobFact
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Rung, Severity, Verdict
from lineage.plan.model import Dataset, Keep
from lineage.rule import Evidence, Rule, Unknown
from rules.freshness._clock import span
from rules.retention._limit import kept, launched
from rules.retention._mechanism import jobs_of
from rules.source._exposed import seen_as, subject

_UNITS: Final = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=31),
    "quarter": timedelta(days=92),
    "year": timedelta(days=366),
}
_EVERY: Final = re.compile(
    r"(?:every\s+)?'?(\d+)'?\s*(second|minute|hour|day|week|month|quarter|year)s?\b", re.IGNORECASE
)
_NAMED: Final = {"@hourly": "hour", "@daily": "day", "@midnight": "day", "@weekly": "week", "@monthly": "month"}
_CRON_FIELDS: Final = 5


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the last run of each job."""
    for holder, keep in kept(evidence.plan):
        if not isinstance(holder, Dataset) or (keep.limit is None and keep.by is None):
            continue
        name = seen_as(evidence, holder)
        if isinstance(name, Unknown):
            continue
        for job in jobs_of(evidence, holder, name, keep):
            period = period_of(job.schedule)
            if job.enabled and job.last_success is not None and period is not None:
                yield _judged(evidence, holder, keep, job, period)


def period_of(schedule: str) -> timedelta | None:
    """Give the longest time between two runs of a schedule; None where it is not understood.

    Cron is read roughly: the coarsest field that is not a star decides.
    """
    text = schedule.strip().lower()
    if text in _NAMED:
        return _UNITS[_NAMED[text]]
    if (found := _EVERY.search(text)) is not None:
        return int(found[1]) * _UNITS[found[2].lower()]
    fields = text.split()
    if len(fields) != _CRON_FIELDS:
        return None
    _minute, hour, day, month, weekday = fields
    for field, unit in ((month, "year"), (day, "month"), (weekday, "week"), (hour, "day")):
        if not field.startswith("*"):
            return _UNITS[unit]
    return _UNITS["day"] if hour.startswith("*/") else _UNITS["hour"]


def _judged(evidence: Evidence, dataset: Dataset, keep: Keep, job: JobFact, period: timedelta) -> Judgement:
    assert job.last_success is not None  # noqa: S101 - the caller has looked
    ago = evidence.now - job.last_success
    leaf = f"{keep.path}.by" if keep.by is not None else f"{keep.path}.limit"
    actual = Actual(round(ago.total_seconds()), "seconds", measured_at=job.seen.at, method=job.seen.how)
    says = f"the job {job.name} last succeeded {span(ago)} ago; it is to run every {span(period)}"
    if ago <= 2 * period + timedelta(hours=1):
        return Judgement(leaf, Verdict.HELD, Level.OBSERVED, subject(dataset), says, actual)
    used = launched(evidence.plan, dataset)
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.OBSERVED,
        subject(dataset),
        says,
        actual,
        operations=tuple(Operation(Op.HOLD_STAGE, stage.id) for stage in evidence.plan.rollout) if used else (),
        fixes=(Fix(FixKind.CONFIG, f"look at why the job {job.name} stopped, and run it", effort="hours"),),
        severity=None if used else Severity.LOW,
        incidental=not used,
    )


RULE = Rule(
    id="retention/stalled-deletion",
    severity=Severity.HIGH,
    rung=Rung.ENFORCED,
    check=check,
    operations=(Op.HOLD_STAGE,),
)
