"""The DuckDB that reads files: what a read makes in it is gone when the next one has it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from connectors._files.open import open_folder
from lineage.spare import keeping


def test_a_read_finds_nothing_of_the_read_before_it(tmp_path: Path) -> None:
    import duckdb
    import pyarrow as pa

    with keeping():
        with open_folder(tmp_path, 10) as folder:
            first = folder.connection
            first.execute("CREATE TABLE kept AS SELECT 'someone@x.example' AS email")
            first.execute("CREATE TEMP TABLE aside AS SELECT 1 AS one")
            first.register("handed", pa.table({"email": ["someone@x.example"]}))
        with open_folder(tmp_path, 10) as folder:
            second = folder.connection

            there = second.execute("SELECT table_name FROM information_schema.tables").fetchall()
            views = second.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()

        assert (there, views) == ([], [])
        with pytest.raises(duckdb.Error):
            first.execute("SELECT 1")


def test_two_reads_at_once_have_one_each(tmp_path: Path) -> None:
    with keeping(), open_folder(tmp_path, 10) as one, open_folder(tmp_path, 10) as other:
        one.connection.execute("CREATE TABLE kept AS SELECT 1 AS one")

        assert other.connection.execute("SELECT table_name FROM information_schema.tables").fetchall() == []


def test_the_next_read_may_open_no_more_than_the_first(tmp_path: Path) -> None:
    import duckdb

    inside, outside = tmp_path / "inside", tmp_path / "outside.csv"
    inside.mkdir()
    outside.write_text("a\n1\n")

    with keeping():
        for _ in range(2):
            with open_folder(inside, 10) as folder, pytest.raises(duckdb.PermissionException):
                folder.connection.read_csv(str(outside))
            with open_folder(inside, 10) as folder, pytest.raises(duckdb.InvalidInputException):
                folder.connection.execute("SET enable_external_access = true")


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata"])
def test_times_are_read_in_utc_wherever_the_machine_stands(tmp_path: Path, zone: str) -> None:
    script = (
        "import pathlib, sys\nfrom connectors._files.open import open_folder\n"
        "from lineage.spare import keeping\n"
        "with keeping():\n  for _ in range(2):\n    with open_folder(pathlib.Path(sys.argv[1]), 10) as folder:\n"
        "      print(folder.connection.execute(\"SELECT current_setting('TimeZone')\").fetchone()[0])\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)],
        env={**os.environ, "TZ": zone},
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.split() == ["UTC", "UTC"]
