"""The tables of the store as its newest schema has them; `migrations/` makes them, step by step."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy import MetaData


@cache
def tables() -> MetaData:
    """Give `runs`, `findings`, `assumptions` and `reports`; none has a column that could hold a value of a source."""
    from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, Text

    found = MetaData()
    Table(
        "runs",
        found,
        Column("number", Integer, primary_key=True, autoincrement=True),
        Column("run", String(64), nullable=False, unique=True),
        Column("plan", String(200), nullable=False, index=True),
        Column("plan_sha256", String(64), nullable=False),
        Column("as_of", String(40), nullable=False),
        Column("finished_at", String(40), nullable=False),
        Column("tool_version", String(40), nullable=False),
        Column("mode", String(20), nullable=False),
        Column("decision", String(20), nullable=False),
        Column("incomplete", Integer, nullable=False),
        Column("waived", Integer, nullable=False, server_default="0"),
    )
    Table(
        "findings",
        found,
        Column("number", Integer, ForeignKey("runs.number"), primary_key=True),
        Column("finding", String(64), primary_key=True),
        Column("rule", String(200), nullable=False),
        Column("severity", String(20), nullable=False),
        Column("verdict", String(20), nullable=False),
        Column("level", String(20), nullable=False),
        Column("status", String(20), nullable=False),
        Column("leaf", Text, nullable=False),
        Column("label", Text, nullable=False),
        Column("title", Text, nullable=False),
        Column("owner", Text),
        Column("value", Text),
        Column("unit", Text),
    )
    Table(
        "assumptions",
        found,
        Column("number", Integer, ForeignKey("runs.number"), primary_key=True),
        Column("leaf", Text, primary_key=True),
        Column("verdict", String(20), nullable=False),
        Column("level", String(20), nullable=False),
    )
    Table(
        "reports",
        found,
        Column("number", Integer, ForeignKey("runs.number"), primary_key=True),
        Column("content", Text, nullable=False),
    )
    return found
