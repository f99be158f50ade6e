"""What deletes records lets them live for shorter than they must be kept.

Why it matters
--------------
What a duty asks to be kept cannot be brought back once a job has deleted it.

What it looks at
----------------
The `keep.floor` of each dataset against the age at which the running jobs of its system delete from it, where their
condition says it with a constant, the shortest of all; a job that `keep.by` does not name counts as well.
A partition that is dropped takes its last records at a lower age than its first ones, and it is theirs that counts.
Where no job tells an age, or another one may delete earlier, the question stays open.

How to fix it
-------------
Let the job delete later, or move what must be kept elsewhere before it runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lineage.duration import Duration
from lineage.facts import JobFact
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Rung, Severity, Verdict
from lineage.plan.model import Dataset, Keep
from lineage.rule import Evidence, Rule, Unknown
from rules.retention._bounds import room
from rules.retention._limit import kept
from rules.retention._mechanism import ages_by, every_job_of, unlooked
from rules.source._exposed import open_question, seen_as, subject

_UNTOLD = Unknown("nothing tells at which age it deletes", "show the setting to whoever signs the launch")


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Compare each floor with the ages at which jobs delete."""
    for holder, keep in kept(evidence.plan):
        if keep.floor is None:
            continue
        if isinstance(holder, Dataset):
            yield _of_dataset(evidence, holder, keep, keep.floor)
        else:
            yield open_question(f"{keep.path}.floor", Subject(store=holder.id), _UNTOLD)


def _of_dataset(evidence: Evidence, dataset: Dataset, keep: Keep, floor: Duration) -> Judgement:
    leaf, about, name = f"{keep.path}.floor", subject(dataset), seen_as(evidence, dataset)
    if isinstance(name, Unknown):
        return open_question(leaf, about, name)
    # A job that the plan does not name deletes all the same.
    deleting = [job for job in every_job_of(evidence, dataset, name) if job.enabled]
    told = [job for job in deleting if job.keeps is not None and not job.at_least]
    telling = [job for job in told if ages_by(evidence, dataset, keep, job)]
    if not telling:
        return open_question(leaf, about, _UNTOLD)
    job = min(telling, key=_age)
    actual = Actual(_age(job), "seconds", measured_at=job.seen.at, method=f"condition of the job {job.name}")
    age = _earliest(job)
    late_enough = room(floor, age)
    if late_enough and (doubt := unlooked(telling) or _early(deleting, telling)) is not None:
        return open_question(leaf, about, doubt)
    if late_enough:
        says = f"the job {job.name} deletes at {age}, not before {floor}"
        return Judgement(leaf, Verdict.HELD, Level.CONFIGURED, about, says, actual)
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        about,
        f"the job {job.name} deletes at {age}; they must be kept for {floor}",
        actual,
        operations=(Operation(Op.EXTEND_RETENTION, dataset.id),),
        fixes=(Fix(FixKind.CONFIG, f"let {job.name} delete nothing younger than {floor}", effort="hours"),),
    )


def _early(deleting: Sequence[JobFact], telling: Sequence[JobFact]) -> Unknown | None:
    """Say which other job may delete earlier; None where all of them tell an age."""
    other = next((job for job in deleting if job not in telling), None)
    if other is None:
        return None
    return Unknown(f"the job {other.name} deletes from it too, at which age is not told", _UNTOLD.settle)


def _age(job: JobFact) -> float:
    return _earliest(job).mean().total_seconds()


def _earliest(job: JobFact) -> Duration:
    return job.earliest or job.keeps or Duration()


RULE = Rule(
    id="retention/shorter-than-floor",
    severity=Severity.HIGH,
    rung=Rung.CONFIGURED,
    check=check,
    operations=(Op.EXTEND_RETENTION,),
)
