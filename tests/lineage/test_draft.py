"""The clock that a drawn plan proposes: told by a type, or in systems without moments by a name."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lineage.cli import app
from lineage.survey import draft_from_url

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def _draft(folder: Path, columns: str) -> str:
    path = folder / "shop.db"
    with sqlite3.connect(path) as database:
        database.execute(f"CREATE TABLE orders (id INTEGER PRIMARY KEY, {columns})")
    database.close()
    return draft_from_url(f"sqlite:///{path}", {}, (), None, NOW)[0]


@pytest.mark.parametrize(
    ("columns", "clock"),
    [
        ("created TEXT, updated_at TEXT", "updated_at"),
        ("placed_at TEXT", "placed_at"),
        ("created_at INTEGER", "created_at"),
        ("order_date DATE, note TEXT", "order_date"),
        ("vendor_date DATE", "vendor_date"),
        ("shipped_at TEXT, order_date DATE", "order_date"),
    ],
)
def test_the_clock_is_found_by_type_or_name(tmp_path: Path, columns: str, clock: str) -> None:
    assert re.findall(r"fresh: \{clock: (\w+)", _draft(tmp_path, columns)) == [clock]


@pytest.mark.parametrize(
    "columns", ["birth_date DATE", "born_on DATE", "due_date DATE, expires_at TIMESTAMP", "date TEXT", "what TEXT"]
)
def test_what_tells_of_a_person_or_of_days_to_come_is_no_clock(tmp_path: Path, columns: str) -> None:
    assert "fresh:" not in _draft(tmp_path, columns)


def test_a_data_owner_is_told_how_old_records_are(tmp_path: Path) -> None:
    _draft(tmp_path, "placed_at TEXT")
    with sqlite3.connect(tmp_path / "shop.db") as database:
        database.execute("INSERT INTO orders VALUES (1, '2001-02-03T04:05:06Z')")
    database.close()

    told = CliRunner().invoke(app, ["scan", str(tmp_path / "shop.db")])

    assert told.exit_code == 0, told.output
    said = " ".join(told.output.split())
    assert re.search(r"newest [\d,]+ days( \d+ hours?)? ago by placed_at", said)
