"""A warehouse for a test: the stand-in with its views, and what is told of its structure."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest

from lineage.connector import Structure
from lineage.facts import Fact
from tests.connectors import a_warehouse
from tests.connectors.conformance import CONTACTS, MARKER, read
from tests.connectors.warehouse_views import URLS, VIEWS, Views

T = TypeVar("T")


@pytest.fixture(autouse=True)
def dialects() -> Iterator[None]:
    a_warehouse.register()
    yield
    a_warehouse.unregister()


def warehouse(kind: str, folder: Path, views: Views | None = None, script: str = "", days: int = 30) -> dict[str, Any]:
    path = folder / "data.db"
    connection = sqlite3.connect(path)
    connection.executescript(script)
    connection.close()
    a_warehouse.views(folder / "data.db.views", VIEWS[kind] if views is None else views)
    more = {"region": "eu"} if kind == "bigquery" else {}
    return {"url": URLS[kind].format(secret=f"{MARKER}-secret", path=path), "history_days": days, **more}


def structure(kind: str, folder: Path, views: Views | None = None, identity: str | None = None) -> list[Fact]:
    script = """
        CREATE TABLE contacts (id INTEGER PRIMARY KEY, region TEXT, email TEXT, at TIMESTAMP);
        CREATE VIEW eu AS SELECT id FROM contacts;"""
    return read(kind, warehouse(kind, folder, views, script), [Structure({CONTACTS: "contacts"}, identity)])


def told(facts: Sequence[Fact], kind: type[T]) -> list[T]:
    return [fact for fact in facts if isinstance(fact, kind)]
