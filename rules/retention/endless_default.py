"""A store keeps what it is given for ever unless somebody says otherwise, and nothing that deletes is named.

Why it matters
--------------
Caches, queues, indexes, buckets and trace stores have no end of their own: what is written today is there in ten years.
The declared limit is then a wish, and nobody will notice that it was one.

What it looks at
----------------
Every store of the workflow and every dataset that steps read that lies in a kind of system which keeps records for ever
by default: Redis and its kin, NATS, vector indexes, object stores, trace and evaluation stores that one runs oneself,
files, queues and compacted topics; a topic of Kafka where it is seen to be compacted or without a limit of age.
A store's kind is what stands before the colon of `at`, or is named there; a dataset's is its connector.
Broken where it has a limit and the plan names nothing that deletes (`keep.by`), and no job of the system was seen to
delete from it; or where the system's own time to live was seen, and records that have none.
Unverified where no record that was looked at is without an end, and not all were looked at.
What is named and cannot be seen is `retention/unenforced-retention`'s to say; a limit of none, or `as source`, is
judged by what is found there.

How to fix it
-------------
Set a time to live, a lifecycle rule or a retention in the store, and name it in `keep.by`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lineage.facts import JobFact
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Rung, Severity, Verdict
from lineage.plan.answered import is_placeholder
from lineage.plan.model import Dataset, Keep, Plan, Store
from lineage.rule import Evidence, Rule, Unknown
from rules.retention._limit import kept, launched
from rules.retention._mechanism import jobs_of, named_by, unlooked
from rules.source._exposed import open_question, subject

_ENDLESS: Final = {
    "redis": "a key without a time to live stays",
    "valkey": "a key without a time to live stays",
    "memcached": "an entry without an expiry stays until room is needed",
    "nats": "a stream without limits keeps every message",
    "rabbitmq": "a message without a time to live waits until somebody takes it, and a stream keeps every one",
    "compacted": "a compacted topic keeps the last record of each key",
    "chroma": "an index deletes nothing by itself",
    "qdrant": "an index deletes nothing by itself",
    "lancedb": "an index deletes nothing by itself, nor its old versions",
    "pgvector": "an index deletes nothing by itself",
    "weaviate": "an index deletes nothing by itself",
    "milvus": "an index deletes nothing by itself",
    "pinecone": "an index deletes nothing by itself",
    "s3": "an object without a lifecycle rule stays",
    "gs": "an object without a lifecycle rule stays",
    "gcs": "an object without a lifecycle rule stays",
    "azure": "an object without a lifecycle rule stays",
    "minio": "an object without a lifecycle rule stays",
    "langfuse": "one that is run by oneself keeps traces for ever, and data sets wherever it runs",
    "phoenix": "a project without a retention policy keeps every trace",
    "mlflow": "a run stays until somebody deletes it",
    "otlp": "a file of traces stays",
    "jaeger": "a store without a rotation keeps every trace",
    "mongodb": "a collection without a time to live keeps every document",
    "dynamodb": "a table without a time to live keeps every item",
    "elasticsearch": "an index without a lifecycle policy stays",
    "opensearch": "an index without a lifecycle policy stays",
}
"""Kind of system -> why nothing ends there by itself."""
_BY_CONNECTOR: Final = frozenset(_ENDLESS) - {"otlp"}
_SWITCHED: Final = {"kafka": "a topic without a limit of age keeps every record, a compacted one the last of each key"}
"""Kind of system that ends records unless it is told not to -> why nothing ends there then."""
_SHOW: Final = "show its setting to whoever signs the launch, or scan when it holds records"
_OBJECTS: Final = {"s3a": "s3", "abfs": "azure", "abfss": "azure", "az": "azure"}


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge what stands behind the limits of such stores."""
    for holder, keep in kept(evidence.plan):
        kind = _kind(evidence.plan, holder) or _switched(evidence, holder, keep)
        if kind is None or keep.limit is None or not launched(evidence.plan, holder):
            continue
        leaf = f"{keep.path}.limit"
        jobs = _deleting(evidence, holder, keep)
        named = keep.by is not None and not is_placeholder(keep.by)
        meant = [job for job in jobs if named_by(keep, job)]
        full = [job for job in jobs if not job.spares and job.looked is None]
        whole = [job for job in full if job.keeps is not None]
        if (running := next(iter(whole), None)) is not None and not (named and not meant):
            says = f"{kind} keeps for ever by default, and {_told(running)} deletes from it"
            yield Judgement(leaf, Verdict.HELD, Level.CONFIGURED, _about(holder), says)
        elif named and not meant:
            says = f"{kind} keeps for ever by default, and {keep.by} is named"
            yield Judgement(leaf, Verdict.HELD, Level.ASSERTED, _about(holder), says)
        elif not any(job.spares for job in jobs) and (doubt := unlooked(jobs)) is not None:
            yield open_question(leaf, _about(holder), doubt)
        elif full and not any(job.spares for job in jobs):
            why = f"{_told(full[0])} deletes from it, at which age no record and no setting tells"
            yield open_question(leaf, _about(holder), Unknown(why, _SHOW))
        else:
            # The setting is there and leaves out what was written without an end: it is enforced on the rest alone.
            rung = Rung.ENFORCED if any(job.per_record for job in jobs) else None
            yield replace(_endless(holder, keep, kind, sum(job.spares for job in jobs)), rung=rung)


def _endless(holder: Dataset | Store, keep: Keep, kind: str, spared: int) -> Judgement:
    operation = Op.DROP_STORE if isinstance(holder, Store) else Op.SHORTEN_RETENTION
    seen = f"{spared:,} of its records have no end" if spared else "nothing that deletes is named"
    return Judgement(
        f"{keep.path}.limit",
        Verdict.BROKEN,
        Level.OBSERVED if spared else Level.ASSERTED,
        _about(holder),
        f"{holder.id} promises {keep.limit}, and {seen}: in {kind} {(_ENDLESS | _SWITCHED)[kind]}",
        Actual("for ever", method="records without an end" if spared else f"the default of {kind}"),
        operations=(Operation(operation, holder.id),),
        fixes=(
            Fix(FixKind.CONFIG, f"set {keep.limit} in {kind}", effort="hours"),
            Fix(FixKind.PLAN, "name what deletes", "by: ttl", effort="minutes"),
        ),
    )


def _deleting(evidence: Evidence, holder: Dataset | Store, keep: Keep) -> list[JobFact]:
    name = evidence.ground.catalog.physical(holder.id) if isinstance(holder, Dataset) else None
    if name is None or not isinstance(holder, Dataset):
        return []
    return [job for job in jobs_of(evidence, holder, name, keep) if job.enabled]


def _told(job: JobFact) -> str:
    return f"the job {job.name}"


def _switched(evidence: Evidence, holder: Dataset | Store, keep: Keep) -> str | None:
    """Give the kind of system that was seen to be told to keep a dataset's records for ever."""
    name = evidence.ground.catalog.physical(holder.id) if isinstance(holder, Dataset) else None
    if name is None or not isinstance(holder, Dataset):
        return None
    kind, jobs = evidence.plan.sources[holder.source].kind, jobs_of(evidence, holder, name, keep)
    return kind if kind in _SWITCHED and jobs and not any(job.enabled for job in jobs) else None


def _kind(plan: Plan, holder: Dataset | Store) -> str | None:
    """Give the kind of system that a holder lies in, where it keeps records for ever by default."""
    if isinstance(holder, Dataset):
        kind = plan.sources[holder.source].kind
        return kind if kind in _BY_CONNECTOR else None
    words = re.split(r"[^a-z0-9]+", (holder.at or "").casefold())
    first = _OBJECTS.get(words[0], words[0])
    return first if first in _ENDLESS else next((word for word in words if word in _ENDLESS), None)


def _about(holder: Dataset | Store) -> Subject:
    return Subject(store=holder.id) if isinstance(holder, Store) else subject(holder)


RULE = Rule(
    id="retention/endless-default",
    severity=Severity.HIGH,
    rung=Rung.CONFIGURED,
    check=check,
    operations=(Op.DROP_STORE, Op.SHORTEN_RETENTION),
)
