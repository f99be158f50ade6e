"""What partitions tell of a limit: which times they cover, as the catalogue says without reading a record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lineage.facts import JobFact, PartitionsFact
from lineage.model import Name
from lineage.plan.model import Dataset
from lineage.rule import UTC_WIDENING, Evidence
from rules.retention._mechanism import kept_in

_WEST, _EAST = UTC_WIDENING
_WITHOUT: Final = "no partition begins before {cut:%Y-%m-%d}: none of its records can be over {limit}"
_PAST: Final = "the partition that ended on {ended:%Y-%m-%d} holds {rows:,} records, all over {limit}"
_EMPTY_OR_NOT: Final = "the partition that ended on {ended:%Y-%m-%d} still stands, and what is in it was not counted"


@dataclass(frozen=True, slots=True)
class Told:
    """What the bounds of partitions say of a limit."""

    says: str
    over: int | None
    """Records that are over it: none, or at least so many; None: it is not known."""


def partitions_of(evidence: Evidence, dataset: Dataset, name: Name) -> PartitionsFact | None:
    """Give the partitions of what holds a dataset's records."""
    known = evidence.ground.catalog.partitions
    return next((known[one] for one in kept_in(evidence, dataset, name) if one in known), None)


def told_of_limit(evidence: Evidence, dataset: Dataset, since: str, cut: datetime, limit: str) -> Told | None:
    """Give what partitions say of records that are older than a cut; None where they are not by that field."""
    name = evidence.ground.catalog.physical_field(dataset.id, since)
    parts = partitions_of(evidence, dataset, name.dataset) if name is not None else None
    if name is None or parts is None:
        return None
    if parts.since not in {name, *evidence.ground.graph.origins(name)}:
        return None
    # A wall clock may be of any zone.
    past = [(ends, rows) for _, ends, rows in parts.parts if ends is not None and ends - _WEST <= cut]
    counted = [(ends, rows) for ends, rows in past if rows]
    if counted:
        ended, _ = counted[0]
        rows = sum(rows or 0 for _, rows in counted)
        return Told(_PAST.format(ended=ended, rows=rows, limit=limit), rows)
    if past:
        return Told(_EMPTY_OR_NOT.format(ended=past[0][0]), None)
    early = [begins is None or begins - _EAST < cut for begins, _, _ in parts.parts]
    return None if any(early) or not early else Told(_WITHOUT.format(cut=cut, limit=limit), 0)


def standing(evidence: Evidence, dataset: Dataset, name: Name, job: JobFact) -> datetime | None:
    """Give when the oldest partition ended that a job which drops partitions ought to have dropped."""
    parts = partitions_of(evidence, dataset, name) if job.drops else None
    if parts is None or job.keeps is None:
        return None
    due = job.keeps.before(evidence.now)
    return next((ends for _, ends, _ in parts.parts if ends is not None and ends - _WEST <= due), None)
