"""Short spellings of edges, so that a test reads as a table."""

from __future__ import annotations

from collections.abc import Mapping

from lineage.model import Exposure
from lineage.sql import Outcome, SqlLineage, column_edges

SCHEMA: Mapping[str, list[str]] = {
    "public.users": ["id", "email", "name", "active"],
    "public.orders": ["id", "user_id", "amount", "at"],
}


def lineage(sql: str, dialect: str = "postgres", schema: Mapping[str, list[str]] | None = SCHEMA) -> SqlLineage:
    """Read a text that must be understood wholly."""
    found = column_edges(sql, dialect=dialect, schema=schema)
    assert found.unparsed == (), found.unparsed
    assert all(statement.outcome != Outcome.UNPARSED for statement in found.statements)
    return found


def direct(sql: str, dialect: str = "postgres", schema: Mapping[str, list[str]] | None = SCHEMA) -> set[str]:
    """Give the DIRECT edges as `users.email -> key`."""
    return {
        f"{edge.source[-1]}.{edge.source_field} -> {edge.target_field}"
        for edge in lineage(sql, dialect, schema).edges
        if edge.transformation.type == "DIRECT"
    }


def indirect(sql: str, dialect: str = "postgres", schema: Mapping[str, list[str]] | None = SCHEMA) -> set[str]:
    """Give the INDIRECT edges of columns as `users.email CONDITIONAL key`."""
    return {
        f"{edge.source[-1]}.{edge.source_field} {edge.transformation.subtype} {edge.target_field}"
        for edge in lineage(sql, dialect, schema).edges
        if edge.transformation.type == "INDIRECT"
    }


def rows(sql: str, dialect: str = "postgres", schema: Mapping[str, list[str]] | None = SCHEMA) -> set[str]:
    """Give the row-level edges as `FILTER users.active`."""
    return {
        f"{edge.transformation.subtype} {edge.source[-1]}.{edge.source_field}"
        for edge in lineage(sql, dialect, schema).row_edges
    }


def exposures(sql: str, dialect: str = "postgres", schema: Mapping[str, list[str]] | None = SCHEMA) -> dict[str, str]:
    """Give the worst exposure of each target column over its DIRECT edges."""
    worst: dict[str, Exposure] = {}
    for edge in lineage(sql, dialect, schema).edges:
        if edge.transformation.type == "DIRECT":
            known = worst.get(edge.target_field, edge.exposure)
            worst[edge.target_field] = min(known, edge.exposure, key=lambda left: left.rank)
    return {name: left.value for name, left in worst.items()}


def confidences(sql: str, dialect: str = "postgres", schema: Mapping[str, list[str]] | None = None) -> dict[str, str]:
    """Give the confidence of each DIRECT edge."""
    return {
        f"{edge.source[-1]}.{edge.source_field} -> {edge.target_field}": edge.confidence.value
        for edge in lineage(sql, dialect, schema).edges
        if edge.transformation.type == "DIRECT"
    }
