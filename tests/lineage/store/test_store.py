"""Runs are kept in SQLite and PostgreSQL, by several processes at once, and the schema grows under them."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from lineage.errors import StoreError
from lineage.history import KeptFinding, KeptRun
from lineage.model import Level, Severity, Verdict
from lineage.report import Change
from lineage.store import default_file, open_store
from tests.servers import PostgresDatabase

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STALE = KeptFinding(
    "0123456789abcdef",
    "freshness/stale-source",
    Severity.BLOCKER,
    Verdict.BROKEN,
    Level.OBSERVED,
    "open",
    "sources.crm.datasets.people.fresh.within",
    "crm.people",
    "the newest record is 10 days old",
    "crm-owner@acme.example",
    864_000,
    "seconds",
)


def kept(number: int, *findings: KeptFinding, plan: str = "reply") -> KeptRun:
    return KeptRun(
        f"{number:016x}",
        plan,
        "a" * 64,
        NOW + timedelta(days=number),
        NOW + timedelta(days=number, seconds=5),
        "0.1.0",
        "sample",
        "narrow",
        False,
        findings,
        {STALE.leaf: (Verdict.BROKEN if findings else Verdict.HELD, Level.OBSERVED)},
        1,
    )


def kept_and_compared(url: str) -> None:
    with open_store(url) as store:
        for run in (kept(1, STALE), kept(2), kept(3, STALE), kept(9, plan="other")):
            store.keep(run)
    with open_store(url) as store:
        assert store.runs("reply") == (kept(3, STALE), kept(2), kept(1, STALE))
        assert store.run("0000000000000002") == kept(2)
        assert store.changes(kept(3, STALE)).changes == {STALE.finding: Change.REGRESSED}
        assert store.changes(kept(2)).gone[0].change is Change.RESOLVED
        assert store.changes(kept(1, STALE)).previous is None
        assert store.first_seen(kept(3)) == {STALE.finding: NOW + timedelta(days=1)}


def test_runs_are_kept_in_a_file(tmp_path: Path) -> None:
    kept_and_compared(str(tmp_path / "deep" / "runs.db"))


def test_a_file_may_be_named_by_a_url(tmp_path: Path) -> None:
    kept_and_compared(f"sqlite:///{tmp_path}/runs.db")

    assert (tmp_path / "runs.db").exists()


@pytest.mark.postgresql
def test_runs_are_kept_in_postgresql(postgres: PostgresDatabase) -> None:
    kept_and_compared(postgres.url())


def test_the_same_run_takes_its_own_place(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "runs.db")) as store:
        store.keep(kept(1, STALE))
        store.keep(replace(kept(1), decision="ship"))

        assert store.runs() == (replace(kept(1), decision="ship"),)


def test_a_store_of_the_first_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine

    import lineage.store as package

    config = Config()
    config.set_main_option("script_location", str(Path(package.__file__).parent / "migrations"))
    engine = create_engine(f"sqlite:///{tmp_path}/old.db")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "insert into runs (run, plan, plan_sha256, as_of, finished_at, tool_version, mode, decision, incomplete)"
            " values ('abcd', 'reply', 'x', '2026-11-01T00:00:00.000000+00:00', '2026-11-01T00:00:01.000000+00:00',"
            " '0.0.9', 'sample', 'hold', 0)"
        )
        connection.exec_driver_sql(
            "insert into findings (number, finding, rule, severity, verdict, level, status, leaf, label, title)"
            " values (1, '0123456789abcdef', 'a/b', 'high', 'broken', 'observed', 'open', 'x', 'crm', 'old')"
        )
    engine.dispose()

    with open_store(str(tmp_path / "old.db")) as store:
        (old,) = store.runs()
        store.keep(kept(1, STALE))

        assert (old.findings[0].value, old.waived) == (None, 0)
        assert store.changes(kept(1, STALE)).changes == {STALE.finding: Change.STILL}


def test_the_migrations_make_the_tables_that_are_used(tmp_path: Path) -> None:
    from sqlalchemy import create_engine, inspect

    from lineage.store.tables import tables

    with open_store(str(tmp_path / "runs.db")):
        pass

    seen = inspect(create_engine(f"sqlite:///{tmp_path}/runs.db"))
    for table in tables().tables.values():
        assert {column["name"] for column in seen.get_columns(table.name)} == set(table.columns.keys())


def test_a_store_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "runs.db")):
        pass
    with sqlite3.connect(tmp_path / "runs.db") as connection:
        connection.execute("update lineage_store set version_num = '9999'")

    with pytest.raises(StoreError, match="later version"), open_store(str(tmp_path / "runs.db")):
        pass


def test_what_is_no_store_is_told_without_its_content(tmp_path: Path) -> None:
    (tmp_path / "runs.db").write_bytes(b"secret text that is no database, longer than a header" * 90)

    with pytest.raises(StoreError) as caught, open_store(str(tmp_path / "runs.db")):
        pass

    assert "secret" not in str(caught.value)
    assert "SQLITE_NOTADB" in str(caught.value)


def test_a_server_that_does_not_answer_is_told_without_its_password() -> None:
    with pytest.raises(StoreError) as caught, open_store("postgresql://me:hunter2@127.0.0.1:1/x"):
        pass

    assert "hunter2" not in str(caught.value)
    assert "OperationalError" in str(caught.value)


@pytest.mark.parametrize("url", ["mysql://h/x", "redis://h"])
def test_no_other_system_is_a_store(url: str) -> None:
    with pytest.raises(StoreError, match="neither sqlite"), open_store(url):
        pass


WRITER = """
import sys
from dataclasses import replace
from lineage.store import open_store
from tests.lineage.store.test_store import STALE, kept
for number in range(20):
    with open_store(sys.argv[1]) as store:
        store.keep(kept(int(sys.argv[2]) + number, STALE))
"""


def written_by_two(url: str) -> int:
    root = Path(__file__).parents[3]
    writers = [
        subprocess.Popen([sys.executable, "-c", WRITER, url, start], cwd=root, stderr=subprocess.PIPE, text=True)
        for start in ("100", "200")
    ]
    for writer in writers:
        _, said = writer.communicate(timeout=120)
        assert writer.returncode == 0, said
    with open_store(url) as store:
        return len(store.runs(limit=100))


def test_two_processes_make_a_store_and_write_at_once(tmp_path: Path) -> None:
    assert written_by_two(str(tmp_path / "runs.db")) == 40


@pytest.mark.postgresql
def test_two_processes_write_to_postgresql_at_once(postgres: PostgresDatabase) -> None:
    assert written_by_two(postgres.url()) == 40


def test_the_default_is_a_file_in_the_users_state_folder() -> None:
    assert default_file({"XDG_STATE_HOME": "/state"}) == Path("/state/lineage-audit/runs.db")
