"""The scan that was approved: a snapshot file beside the plan, by which later scans are judged.

It is written like any snapshot (`lineage audit PLAN --snapshot approved.jsonl`) and never written over, so that what
was approved stays as it is; of its facts only the schema of the plan's datasets is taken.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from lineage.facts import ApprovedFact, FieldFact, ResolvedFact, Snapshot
from lineage.model import Name

FILE: Final = "approved.jsonl"


def with_approved(snapshot: Snapshot, plan: Path) -> Snapshot:
    """Give a snapshot with the schema of the approved scan beside a plan, in place of what it held of one.

    Raises:
        SnapshotError: the approved file is no snapshot, or of another version.
    """
    from lineage.reports.snapshot import read

    file = plan.with_name(FILE)
    others = tuple(fact for fact in snapshot.facts if not isinstance(fact, ApprovedFact))
    approved = tuple(schemas(read(file))) if file.exists() else ()
    return replace(snapshot, facts=(*others, *approved))


def schemas(snapshot: Snapshot) -> Iterator[ApprovedFact]:
    """Give the fields of each dataset of the plan that a snapshot saw."""
    fields: defaultdict[Name, dict[tuple[str, ...], FieldFact]] = defaultdict(dict)
    for fact in snapshot.facts:
        if isinstance(fact, FieldFact):
            fields[fact.name.dataset].setdefault(fact.name.field, fact)
    for fact in snapshot.facts:
        if isinstance(fact, ResolvedFact) and (found := fields.get(fact.name)):
            ordered = sorted(found.values(), key=lambda one: one.position)
            yield ApprovedFact(fact.seen, fact.dataset, tuple((one.name.field, one.type) for one in ordered))
