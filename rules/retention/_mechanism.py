"""What deletes a dataset's records again and again, as far as a system tells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lineage.facts import JobFact, LingerFact
from lineage.model import Name
from lineage.plan.model import Dataset, Keep
from lineage.rule import Evidence, Unknown

ONCE: Final = "once"
"""The schedule of a job that runs a single time."""
_SETTLE: Final = (
    "let the auditor look at all (its rights, the source's budget), or show who signs the launch what ends them"
)


def jobs_of(evidence: Evidence, dataset: Dataset, name: Name, keep: Keep) -> list[JobFact]:
    """Give the jobs that delete a dataset's records: those that `keep.by` names where it names some, else all.

    A job that runs once keeps no promise about the records that come after it.
    """
    deleting = every_job_of(evidence, dataset, name)
    return [job for job in deleting if named_by(keep, job)] or deleting


def every_job_of(evidence: Evidence, dataset: Dataset, name: Name) -> list[JobFact]:
    """Give all jobs that delete a dataset's records, whichever the plan names; not those that run once."""
    stored = set(kept_in(evidence, dataset, name))
    return [
        job
        for job in evidence.ground.catalog.jobs
        if job.seen.source == dataset.source and job.schedule != ONCE and not stored.isdisjoint(job.deletes_from)
    ]


def named_by(keep: Keep, job: JobFact) -> bool:
    """Whether the plan names a job as what deletes."""
    return keep.by is not None and job.name.casefold() in keep.by.casefold()


def unlooked(jobs: Iterable[JobFact]) -> Unknown | None:
    """Say why a job that spares no record that was looked at is not seen to end all; None where none is in doubt."""
    for job in jobs:
        if job.enabled and not job.spares and job.looked is not None:
            none = "no record was looked at" if not job.looked else "not all records were looked at"
            seen = f", none of {job.looked:,} is without an end" if job.looked else ""
            return Unknown(f"whether {job.name} ends all of them is not seen: {none}{seen}", _SETTLE)
    return None


def deletions(evidence: Evidence, dataset: Dataset, name: Name) -> str:
    """Say how many rows the system counted as deleted from what holds a dataset's records; empty where none.

    Who deleted them and how old they were is not counted, so that by themselves they show no limit to be kept.
    """
    facts = [evidence.ground.catalog.datasets.get(one) for one in dict.fromkeys(kept_in(evidence, dataset, name))]
    counted = {fact.name: fact for fact in facts if fact is not None and fact.deleted}
    rows = max((fact.deleted or 0 for fact in counted.values()), default=0)
    since = min((fact.deleted_since for fact in counted.values() if fact.deleted_since is not None), default=None)
    if not rows:
        return ""
    began = f" since {since:%Y-%m-%d}" if since is not None else ""
    return f"{rows:,} of its rows {'was' if rows == 1 else 'were'} deleted{began}"


def hidden_by(evidence: Evidence, dataset: Dataset, name: Name) -> LingerFact | None:
    """Give what keeps deleted records for ever in the dataset itself, so that deleting there only hides them."""
    held = set(kept_in(evidence, dataset, name))
    found = (fact for fact in evidence.ground.catalog.lingering if fact.in_place and fact.span is None)
    return next((fact for fact in found if fact.name in held), None)


def ages_by(evidence: Evidence, dataset: Dataset, keep: Keep, job: JobFact) -> bool:
    """Whether a job counts an age from the field that the plan counts from, or from what that field is taken from."""
    if job.since is None or keep.since is None:
        return True
    field = evidence.ground.catalog.physical_field(dataset.id, keep.since)
    return field is not None and job.since in {field, *evidence.ground.graph.origins(field)}


def kept_in(evidence: Evidence, dataset: Dataset, name: Name) -> Iterator[Name]:
    """Give the physical names that hold a dataset's records: itself, what it is a view of, what it is a part of."""
    catalog = evidence.ground.catalog
    fields = [name.at(*path) for path in catalog.fields.get(name, {})]
    yield name
    yield from evidence.ground.graph.origin_datasets(name, fields)
    seen = catalog.dataset(dataset.id)
    if seen is not None and seen.parent is not None:
        yield seen.parent
