"""What deletes a dataset's records, as far as a system tells."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.facts import JobFact
from lineage.model import Name
from lineage.plan.model import Dataset, Keep
from lineage.rule import Evidence


def jobs_of(evidence: Evidence, dataset: Dataset, name: Name, keep: Keep) -> list[JobFact]:
    """Give the jobs that delete a dataset's records: those that `keep.by` names where it names some, else all."""
    stored = set(_kept_in(evidence, dataset, name))
    deleting = [
        job
        for job in evidence.ground.catalog.jobs
        if job.seen.source == dataset.source and not stored.isdisjoint(job.deletes_from)
    ]
    named = [job for job in deleting if keep.by is not None and job.name.casefold() in keep.by.casefold()]
    return named or deleting


def _kept_in(evidence: Evidence, dataset: Dataset, name: Name) -> Iterator[Name]:
    """Give the physical names that hold a dataset's records: itself, what it is a view of, what it is a part of."""
    catalog = evidence.ground.catalog
    fields = [name.at(*path) for path in catalog.fields.get(name, {})]
    yield name
    yield from evidence.ground.graph.origin_datasets(name, fields)
    seen = catalog.dataset(dataset.id)
    if seen is not None and seen.parent is not None:
        yield seen.parent
