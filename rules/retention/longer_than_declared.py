"""What deletes records lets them live for longer than was declared.

Why it matters
--------------
The promise and the setting are two numbers, kept by two people: a job that was written for ninety days keeps a promise
of thirty for nobody, however well it runs.

What it looks at
----------------
The running jobs of the system that delete from the dataset, or from what it is a view of, and the age at which each
deletes, where its condition says it with a constant and counts from the field that `keep.since` names.
Held where the shortest of them is within the limit; nothing is said where no job tells such an age.
Where a system shows a time to live only by what records have left of it, a longer one breaks the promise and a shorter
one proves nothing.
Where records go in segments (Kafka) and so may outlive the age that was set by as long as a segment is open, a limit in
between is unverified.

How to fix it
-------------
Have the job delete at the declared age, or declare the age that was meant and let the privacy reviewer agree to it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.facts import JobFact
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Rung, Severity, Verdict
from lineage.plan.model import Dataset, Keep
from lineage.rule import Evidence, Rule, Unknown
from rules.retention._limit import kept
from rules.retention._mechanism import ages_by, jobs_of
from rules.source._exposed import open_question, seen_as, subject


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Compare each declared limit with the ages at which jobs delete."""
    for holder, keep in kept(evidence.plan):
        if not isinstance(holder, Dataset) or keep.limit is None:
            continue
        name = seen_as(evidence, holder)
        if isinstance(name, Unknown):
            continue
        telling = [
            job
            for job in jobs_of(evidence, holder, name, keep)
            if job.enabled and job.keeps is not None and ages_by(evidence, holder, keep, job)
        ]
        # What spares records is no limit to them; what some were given at least is broken by one that has more.
        whole = [job for job in telling if not job.spares and not job.at_least and job.looked is None]
        least = max((job for job in telling if job.at_least or job.looked is not None), key=_age, default=None)
        if whole:
            yield _compared(holder, keep, min(whole, key=_age))
        elif least is not None and _age(least) > keep.limit.mean().total_seconds():
            yield _compared(holder, keep, least)


def _age(job: JobFact) -> float:
    return job.keeps.mean().total_seconds() if job.keeps else 0.0


def _compared(dataset: Dataset, keep: Keep, job: JobFact) -> Judgement:
    limit = keep.limit.mean().total_seconds() if keep.limit else 0.0
    actual = Actual(_age(job), "seconds", measured_at=job.seen.at, method=f"condition of the job {job.name}")
    latest = job.latest.mean().total_seconds() if job.latest is not None else 0.0
    if _age(job) <= limit < latest:
        why = f"the job {job.name} deletes at {job.keeps}, and what lies together with younger records at {job.latest}"
        settle = f"let {job.latest} be within {keep.limit}: smaller parts, or an earlier deletion"
        return open_question(
            f"{keep.path}.limit", subject(dataset), Unknown(f"{why}; {keep.limit} was declared", settle)
        )
    if _age(job) <= limit:
        says = f"the job {job.name} deletes at {job.keeps}, within {keep.limit}"
        return Judgement(f"{keep.path}.limit", Verdict.HELD, Level.CONFIGURED, subject(dataset), says, actual)
    return Judgement(
        f"{keep.path}.limit",
        Verdict.BROKEN,
        Level.CONFIGURED,
        subject(dataset),
        f"the job {job.name} deletes at {job.keeps}; {keep.limit} was declared",
        actual,
        operations=(Operation(Op.SHORTEN_RETENTION, dataset.id),),
        fixes=(Fix(FixKind.CONFIG, f"let {job.name} delete what is older than {keep.limit}", effort="hours"),),
    )


RULE = Rule(
    id="retention/longer-than-declared",
    severity=Severity.HIGH,
    rung=Rung.CONFIGURED,
    check=check,
    operations=(Op.SHORTEN_RETENTION,),
)
