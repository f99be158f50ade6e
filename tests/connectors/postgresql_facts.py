"""Read a test's database with the connector, and find facts in what it gave."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

from connectors.postgresql import CONNECTOR
from lineage.connector import Column, Measure, MeasureKind, Relation, Structure, Task
from lineage.context import Context
from lineage.facts import CostFact, EdgeFact, Fact, FieldFact, GrantFact, MemberFact, PrincipalFact, SystemFact
from lineage.model import DatasetId, Exposure, Name, SourceId
from lineage.plan.model import Budget
from tests.servers import PostgresDatabase

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
CRM = SourceId("crm")
_F = TypeVar("_F")


def read(
    database: PostgresDatabase,
    user: str | None,
    *tasks: Task,
    identity: str | None = None,
    budget: Budget = Budget(),
    detector: Any = None,
    functions: Mapping[str, Exposure] | None = None,
) -> list[Fact]:
    """Answer tasks as a user of the database."""
    context = Context(CRM, NOW, budget, detector, identity, functions=functions or {})
    return list(CONNECTOR.read(CONNECTOR.settings.model_validate({"url": database.url(user)}), tasks, context))


def structure(database: PostgresDatabase, user: str | None = None, **targets: str) -> list[Fact]:
    """Answer the first wave; targets are `contacts="ai.contacts_v"`."""
    return read(database, user, Structure({DatasetId(f"crm.{name}"): reads for name, reads in targets.items()}))


def of(facts: Sequence[Fact], kind: type[_F]) -> list[_F]:
    """Give the facts of a kind."""
    return [fact for fact in facts if isinstance(fact, kind)]


def named(facts: Sequence[Fact], kind: type[_F], short: str) -> _F:
    """Give the one fact of a kind on a name, like `crm.contacts.email`."""
    [found] = [fact for fact in of(facts, kind) if _short(fact) == short]
    return found


def field(facts: Sequence[Fact], short: str) -> FieldFact:
    """Give the fact of a field, like `crm.contacts.email`."""
    return named(facts, FieldFact, short)


def edges(facts: Sequence[Fact], target: str) -> set[tuple[str, str, str, str]]:
    """Give (source, target, subtype, exposure) of the edges into a dataset, like `ai.contacts_v`."""
    return {
        (edge.source.short, edge.target.short, edge.transformation.subtype, edge.exposure.value)
        for edge in of(facts, EdgeFact)
        if edge.target.dataset.short == target
    }


def grants(facts: Sequence[Fact], database: PostgresDatabase) -> set[tuple[str, str, str]]:
    """Give (holder, on, right) of the grants to all but the superuser; on is `` for the database itself."""
    prefix = f"{database.name}."
    return {
        (fact.holder.name.removesuffix(f"_{database.tag}"), _on(fact.on).removeprefix(prefix), fact.right)
        for fact in of(facts, GrantFact)
        if fact.holder.name != "postgres"
    }


def relation(database: PostgresDatabase, short: str, **columns: str) -> Relation:
    """Give a relation to select from: `relation(db, "crm.contacts", email="text")`."""
    schema, name = short.split(".")
    namespace = f"postgres://localhost:{database.server.port}"
    found: Mapping[str, Column] = {column: Column((column,), type_) for column, type_ in columns.items()}
    return Relation(DatasetId(f"crm.{name}"), Name(namespace, (database.name, schema, name)), found)


def measure(short: str, kind: MeasureKind, field_name: str | None = None, **more: Any) -> Measure:
    """Give a measure of a dataset of the source."""
    return Measure(DatasetId(f"crm.{short}"), kind, field_name, **more)


def without_moments(facts: Sequence[Fact]) -> list[Fact]:
    """Give facts as they would be, had they been seen at the same moment, and without what they cost.

    Roles belong to the whole server, where tests that run at the same time make theirs: they are left out.
    """
    timeless = [
        replace(fact, seen=replace(fact.seen, at=NOW))
        for fact in facts
        if not isinstance(fact, CostFact | PrincipalFact | MemberFact)
    ]
    return [
        replace(fact, can_become=(), clock_offset_seconds=None) if isinstance(fact, SystemFact) else fact
        for fact in timeless
    ]


def every_text(value: object) -> list[str]:
    """Give every string in a value, however deep."""
    if isinstance(value, str):
        return [value]
    if is_dataclass(value):
        return [text for part in fields(value) for text in every_text(getattr(value, part.name))]
    if isinstance(value, Mapping):
        return [text for pair in value.items() for text in every_text(pair)]
    if isinstance(value, (tuple, list, set, frozenset)):
        return [text for part in value for text in every_text(part)]
    return []


def _short(fact: object) -> str | None:
    name = getattr(fact, "name", None)
    return name.short if isinstance(name, Name) else None


def _on(name: Name) -> str:
    return ".".join((*name.path, *name.field))
