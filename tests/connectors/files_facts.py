"""What the tests of files ask again and again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lineage.connector import Measure, MeasureKind, Profile, Structure
from lineage.facts import Fact, FieldFact, UnseenFact
from lineage.model import DatasetId
from tests.connectors.conformance import (
    CONTACTS,
    read,
    relation_of,
)

NEWEST = Measure(CONTACTS, MeasureKind.NEWEST, "at")


def structure_of(folder: Path, **targets: str) -> list[Fact]:
    named = {DatasetId(f"s.{name}"): reads for name, reads in targets.items()}
    return read("files", {"path": str(folder)}, [Structure(named)])


def types_of(facts: Sequence[Fact]) -> dict[str, str]:
    return {".".join(fact.name.field): fact.type for fact in facts if isinstance(fact, FieldFact)}


def unseen_of(facts: Sequence[Fact]) -> list[tuple[str, str]]:
    """Give what could not be looked at besides access."""
    return [(fact.what, fact.reason) for fact in facts if isinstance(fact, UnseenFact) and fact.what != "access"]


def profiled(folder: Path, reads: str, *measures: Measure, **changes: object) -> list[Fact]:
    relation = relation_of(structure_of(folder, contacts=reads), CONTACTS)
    profile = Profile(relation, None, (), measures, **changes)  # type: ignore[arg-type]
    return read("files", {"path": str(folder)}, [profile])
