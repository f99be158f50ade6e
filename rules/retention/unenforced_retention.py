"""Nothing is seen that deletes what is over its limit.

Why it matters
--------------
A limit that nothing enforces is a wish: the records stay until somebody asks.

What it looks at
----------------
The scheduled jobs of the system that delete from the dataset or from what it is a view of; the one that the plan names
in `keep.by`, where it is among them.
Where the system counts the rows that were deleted (PostgreSQL), that some were shows that a job which is on does work;
by themselves they show no limit to be kept.
A job that exists and is off breaks the promise; one that runs a single time is no such job.
A job of which not all of its condition is understood, or that counts from another field, may spare what is due: it
leaves the promise unverified.
A job that drops partitions, where one that it ought to have dropped still stands, breaks the promise.
A job whose deletions a system-versioned table keeps as history, for ever, deletes nothing: it breaks the promise.
A time to live that ends every record that was looked at, where these were not all, is unverified.
Where no such job is seen it may still exist elsewhere (a script, an orchestrator, a setting of the store), so that the
promise is unverified and not broken.
No connector reads the workflow's own stores yet: their limits are unverified.

How to fix it
-------------
Name what deletes in `keep.by` and let the auditor see it, or have a job, a partition drop or a time to live made.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.facts import JobFact, LingerFact
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Rung, Severity, Verdict
from lineage.plan.model import Dataset, Keep, Plan, Store
from lineage.rule import Evidence, Rule, Unknown
from rules.retention._limit import kept, launched
from rules.retention._mechanism import ages_by, deletions, hidden_by, jobs_of, unlooked
from rules.retention._parts import standing
from rules.source._exposed import open_question, seen_as, subject

_CONDITION: Final = "let its condition be the age alone, or show whoever signs the launch what it spares"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge what enforces each limit."""
    for holder, keep in kept(evidence.plan):
        if keep.limit is None and not keep.none and not keep.as_source and keep.by is None:
            continue
        leaf = f"{keep.path}.by" if keep.by is not None else f"{keep.path}.limit"
        if isinstance(holder, Store):
            yield from _of_store(holder, keep)
        else:
            yield _of_dataset(evidence, holder, keep, leaf)


def _of_store(store: Store, keep: Keep) -> Iterator[Judgement]:
    at = f" at {store.at}" if store.at else ""
    why = Unknown(f"no connector reads the store {store.id}{at} yet", "show its setting to whoever signs the launch")
    for key, declared in (("limit", keep.limit or keep.none or keep.as_source), ("by", keep.by)):
        if declared:
            yield open_question(f"{keep.path}.{key}", Subject(store=store.id), why)


def _of_dataset(evidence: Evidence, dataset: Dataset, keep: Keep, leaf: str) -> Judgement:
    about, name = subject(dataset), seen_as(evidence, dataset)
    if isinstance(name, Unknown):
        return open_question(leaf, about, name)
    jobs = jobs_of(evidence, dataset, name, keep)
    spared = sum(job.spares for job in jobs)
    whole = [job for job in jobs if job.enabled and not job.spares and job.looked is None]
    running = [job for job in whole if job.keeps is not None and ages_by(evidence, dataset, keep, job)]
    gone = deletions(evidence, dataset, name)
    if running:
        return _running(evidence, dataset, leaf, running[0], gone, hidden_by(evidence, dataset, name))
    if not whole and (off := [job for job in jobs if not job.enabled]):
        says = f"the job {off[0].name} that deletes from it is off"
        return _broken(evidence.plan, dataset, leaf, off[0], says, f"turn the job {off[0].name} on")
    if not spared and (doubt := unlooked(jobs)) is not None:
        return open_question(leaf, about, doubt)
    if whole:
        return open_question(leaf, about, Unknown(_doubt(keep, whole[0], gone), _CONDITION))
    named = f"{keep.by} was not seen" if keep.by else "nothing that deletes from it was seen"
    if spared:
        named = f"{', '.join(job.name for job in jobs)} spares {spared:,} records, and nothing else was seen"
    if gone:
        named = f"{named}; {gone}, by whom and at which age is not told"
    settle = "let the auditor see the system's jobs, or show the setting to whoever signs the launch"
    return open_question(leaf, about, Unknown(named, settle))


def _running(
    evidence: Evidence, dataset: Dataset, leaf: str, job: JobFact, gone: str, kept_on: LingerFact | None
) -> Judgement:
    says = f"the job {job.name} deletes from it"
    name = evidence.ground.catalog.physical(dataset.id)
    if name is not None and (ended := standing(evidence, dataset, name, job)) is not None:
        says = f"{job.name} drops partitions at {job.keeps}, and one that ended on {ended:%Y-%m-%d} still stands"
        return _broken(evidence.plan, dataset, leaf, job, says, f"look at why {job.name} does not run, and run it")
    if kept_on is not None:
        fix = f"end the {kept_on.by} too, within the limit"
        says = f"{says}, and what it deletes is kept for ever as {kept_on.by}"
        return _broken(evidence.plan, dataset, leaf, job, says, fix)
    # That rows went is seen; a job that is only set up may never have run.
    level = Level.OBSERVED if gone else Level.CONFIGURED
    return Judgement(leaf, Verdict.HELD, level, subject(dataset), "; ".join(filter(None, (says, gone))), _run(job))


def _doubt(keep: Keep, job: JobFact, gone: str) -> str:
    """Say why a job that is on and deletes from a dataset need not delete what is over the limit."""
    other = f"it counts from another field than {keep.since}"
    why = other if job.keeps is not None else "under a condition of which no age is told: it may spare what is due"
    return f"the job {job.name} deletes from it, {why}{f'; {gone}' if gone else ''}"


def _broken(plan: Plan, dataset: Dataset, leaf: str, job: JobFact, says: str, fix: str) -> Judgement:
    operations = tuple(Operation(Op.HOLD_STAGE, stage.id) for stage in plan.rollout) if launched(plan, dataset) else ()
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        subject(dataset),
        says,
        _run(job),
        operations=operations,
        fixes=(Fix(FixKind.CONFIG, fix),),
    )


def _run(job: JobFact) -> Actual:
    last = job.last_success.isoformat() if job.last_success else None
    return Actual(last, "last success", measured_at=job.seen.at, method=job.seen.how)


RULE = Rule(
    id="retention/unenforced-retention",
    severity=Severity.HIGH,
    rung=Rung.ENFORCED,
    check=check,
    operations=(Op.DROP_STORE, Op.HOLD_STAGE),
)
