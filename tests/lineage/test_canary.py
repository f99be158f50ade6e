"""Test subjects in real databases: planted, erased, looked for in copies, and cleaned up whatever happens."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lineage.canary.trial import canaries
from lineage.errors import ConnectorError, PlanError
from lineage.facts import CanaryFact
from lineage.testing import NOW, World
from tests.servers import PostgresDatabase
from tests.servers_mariadb import MariadbSchemas

MARK = "canary-subject@acme.example"
PLAN = """
plan: v1
meta: {id: canary, owner: owner@acme.example, status: in-review}
sources:
  crm:
    connector: {type: KIND, url: "${CRM_URL}"}
    datasets:
      contacts:
        reads: contacts
        key: id
        CANARY
        fields: {id: required, email: {need: helpful, sensitive: email}}
  index:
    connector: {type: KIND, url: "${INDEX_URL}"}
    datasets:
      chunks:
        reads: chunks
        key: chunk
        copy_of: [crm.contacts]
        key_back: {field: contact}
        FRESH
        fields: {chunk: required, contact: required}
steps: {draft: {reads: {crm.contacts: all, index.chunks: all}, to: prompt}}
rollout: [{stage: first}]
"""
CANARY = f"canary: {{id: 999000001, email: {MARK}}}"
TABLES = """
CREATE TABLE contacts (id INTEGER PRIMARY KEY, email VARCHAR(80));
CREATE TABLE chunks (chunk VARCHAR(20) PRIMARY KEY, contact INTEGER);
INSERT INTO contacts VALUES (1, 'ada@acme.example');
INSERT INTO chunks VALUES ('c1', 1);
"""
COPIED = "CREATE TRIGGER copied AFTER INSERT ON contacts BEGIN INSERT INTO chunks VALUES ('c' || new.id, new.id); END;"
ERASED = "CREATE TRIGGER erased AFTER DELETE ON contacts BEGIN DELETE FROM chunks WHERE contact = old.id; END;"


def plan(kind: str = "sqlite", canary: str = CANARY, fresh: str = "") -> str:
    return PLAN.replace("KIND", kind).replace("CANARY", canary).replace("FRESH", fresh)


def world(folder: Path, *triggers: str) -> World:
    there = World(folder).sqlite("crm", TABLES + "".join(triggers))
    return there.url("index", there.environ["CRM_URL"])


def tried(there: World, text: str, *, allowed: bool = True) -> dict[str, CanaryFact]:
    return {fact.copy: fact for fact in canaries(there.plan(text), there.environ, now=NOW, wait=0, allowed=allowed)}


def rows(there: World) -> tuple[int, int]:
    connection = sqlite3.connect(there.folder / "crm.db")
    try:
        [found] = connection.execute("SELECT (SELECT count(*) FROM contacts), (SELECT count(*) FROM chunks)")
    finally:
        connection.close()
    return found[0], found[1]


def test_a_subject_that_leaves_its_copy_is_gone_everywhere(tmp_path: Path) -> None:
    there = world(tmp_path, COPIED, ERASED)

    told = tried(there, plan())

    assert {copy: (fact.arrived, fact.left, fact.uncleaned) for copy, fact in told.items()} == {
        "crm.contacts": (1, 0, False),
        "index.chunks": (1, 0, False),
    }
    assert rows(there) == (1, 1)


def test_a_subject_that_stays_in_its_copy_is_counted_and_cleaned_up(tmp_path: Path) -> None:
    there = world(tmp_path, COPIED)

    assert tried(there, plan())["index.chunks"].left == 1
    assert rows(there) == (1, 1)


def test_a_copy_that_the_subject_never_reached_is_told_so(tmp_path: Path) -> None:
    assert tried(world(tmp_path), plan())["index.chunks"].arrived == 0


@pytest.mark.parametrize(
    "canary", ["canary: {id: 1, email: nobody@acme.example}", "canary: {id: 7, email: ada@acme.example}"]
)
def test_a_subject_that_is_somebody_is_refused_and_nobody_is_erased(tmp_path: Path, canary: str) -> None:
    there = world(tmp_path, COPIED, ERASED)

    with pytest.raises(PlanError, match="nothing was planted"):
        tried(there, plan(canary=canary))
    assert rows(there) == (1, 1)


def test_nothing_is_written_without_being_allowed_or_without_a_subject(tmp_path: Path) -> None:
    there = world(tmp_path, COPIED, ERASED)

    with pytest.raises(PlanError, match="--allow-canary"):
        tried(there, plan(), allowed=False)
    with pytest.raises(PlanError, match="no dataset declares a test subject"):
        tried(there, plan(canary=""))
    assert rows(there) == (1, 1)


def test_a_failure_on_the_way_leaves_nothing_behind_and_names_no_value(tmp_path: Path) -> None:
    forbidden = (
        "CREATE TRIGGER kept BEFORE DELETE ON contacts WHEN old.id = 999000001 AND (SELECT count(*) FROM chunks) > 1"
    )
    there = world(tmp_path, COPIED, f"{forbidden} BEGIN SELECT RAISE(ABORT, '{MARK}'); END;")

    with pytest.raises(ConnectorError, match="cannot erase") as raised:
        tried(there, plan())

    assert MARK not in str(raised.value)
    assert rows(there)[1] == 1


def test_what_cannot_be_cleaned_up_is_said(tmp_path: Path) -> None:
    kept = "CREATE TRIGGER kept BEFORE DELETE ON chunks BEGIN SELECT RAISE(ABORT, 'never'); END;"
    there = world(tmp_path, COPIED, kept)

    told = tried(there, plan())["index.chunks"]

    assert (told.left, told.uncleaned) == (1, True)


def test_a_subject_is_found_by_its_own_texts_where_the_key_is_lost(tmp_path: Path) -> None:
    lost = "CREATE TRIGGER copied AFTER INSERT ON contacts BEGIN INSERT INTO chunks VALUES ('x', 0, new.email); END;"
    there = world(tmp_path, "ALTER TABLE chunks ADD COLUMN email TEXT;", lost)
    text = plan().replace("contact: required}", "contact: required, email: helpful}")

    assert tried(there, text)["index.chunks"].left == 1
    assert rows(there) == (1, 1)


@pytest.mark.postgresql
def test_two_databases_of_a_server_are_tried_alike(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(TABLES)
    postgres.execute(
        "CREATE FUNCTION copied() RETURNS trigger LANGUAGE plpgsql AS "
        "$$BEGIN INSERT INTO chunks VALUES ('c' || new.id, new.id); RETURN new; END$$"
    )
    postgres.execute("CREATE TRIGGER copied AFTER INSERT ON contacts FOR EACH ROW EXECUTE FUNCTION copied()")
    there = World(tmp_path).url("crm", postgres.url()).url("index", postgres.url())

    told = tried(there, plan("postgresql"))

    assert (told["crm.contacts"].left, told["index.chunks"].arrived, told["index.chunks"].left) == (0, 1, 1)


MARIADB_TABLES = (
    "CREATE TABLE {0}.contacts (id INTEGER PRIMARY KEY, email VARCHAR(80), seen DATETIME) {1}",
    "CREATE TABLE {0}.chunks (chunk VARCHAR(20) PRIMARY KEY, contact INTEGER, `odd``%s{{}}` TEXT)",
    "INSERT INTO {0}.contacts VALUES (1, 'ada@acme.example', NULL)",
    "INSERT INTO {0}.chunks VALUES ('c1', 1, 'about ada')",
)
COPIED_THERE = "CREATE TRIGGER {0}.copied AFTER INSERT ON {0}.contacts FOR EACH ROW INSERT INTO {0}.chunks VALUES "
ERASED_THERE = "CREATE TRIGGER {0}.erased AFTER DELETE ON {0}.contacts FOR EACH ROW DELETE FROM {0}.chunks"


def of_mariadb(folder: Path, mariadb: MariadbSchemas, *triggers: str, more: str = "") -> tuple[World, str]:
    crm, login = mariadb.schema(folder.name[-1]), mariadb.account(f"tester_{folder.name[-1]}")
    mariadb.execute(
        *(one.format(crm, more) for one in (*MARIADB_TABLES, *triggers)),
        f"GRANT SELECT, INSERT, DELETE, EVENT ON {crm}.* TO '{login}'@'%'",
    )
    url = mariadb.url(login, crm)
    return World(folder).url("crm", url).url("index", url), crm


def counted(mariadb: MariadbSchemas, schema: str) -> list[int]:
    tables = (f"{schema}.contacts", f"{schema}.chunks")
    return [mariadb.execute(f"SELECT count(*) FROM {table}")[0][0] for table in tables]


def test_a_subject_is_planted_erased_and_cleaned_up_in_mariadb(tmp_path: Path, mariadb: MariadbSchemas) -> None:
    copied = COPIED_THERE + "(concat('c', new.id), new.id, NULL)"
    follows, followed = of_mariadb(tmp_path / "a", mariadb, copied, ERASED_THERE + " WHERE contact = old.id")
    stays, stayed = of_mariadb(tmp_path / "b", mariadb, copied)
    text = plan("mysql", canary=CANARY.replace("}", ", seen: now}")).replace(
        "email: {need", "seen: helpful, email: {need"
    )

    gone = tried(follows, text)
    left = tried(stays, text)

    assert {copy: (fact.arrived, fact.left) for copy, fact in gone.items()} == {
        "crm.contacts": (1, 0),
        "index.chunks": (1, 0),
    }
    assert (left["index.chunks"].arrived, left["index.chunks"].left, left["index.chunks"].uncleaned) == (1, 1, False)
    assert counted(mariadb, followed) == counted(mariadb, stayed) == [1, 1]


def test_a_text_of_the_subject_inside_another_text_is_counted_and_nobody_is_deleted_by_it(
    tmp_path: Path, mariadb: MariadbSchemas
) -> None:
    inside = COPIED_THERE + "('x', 0, concat('Write to ', new.email, ' and to ada'))"
    there, schema = of_mariadb(tmp_path, mariadb, inside)

    told = tried(there, plan("mysql"))["index.chunks"]

    assert (told.arrived, told.left, told.uncleaned) == (1, 1, True)
    assert counted(mariadb, schema) == [1, 2]


def test_nothing_is_planted_in_a_table_that_keeps_its_history(tmp_path: Path, mariadb: MariadbSchemas) -> None:
    there, schema = of_mariadb(tmp_path, mariadb, more="WITH SYSTEM VERSIONING")

    with pytest.raises(ConnectorError, match="keeps its history") as raised:
        tried(there, plan("mysql"))

    assert MARK not in str(raised.value)
    assert counted(mariadb, schema) == [1, 1]


def kept_in(kind: str, folder: Path, *rows: tuple[str, int, str]) -> str:
    """Keep chunks in a file or an index, and give the block of the plan that reads them."""
    file = folder / f"chunks.{kind}"
    columns = ("chunk", "contact", "body")
    match kind:
        case "duckdb":
            import duckdb

            with duckdb.connect(str(file)) as connection:
                connection.execute("CREATE TABLE chunks (chunk TEXT, contact INTEGER, body TEXT, v FLOAT[3])")
                connection.executemany("INSERT INTO chunks VALUES (?, ?, ?, [1, 2, 3])", rows)
            return f'{{type: duckdb, url: "duckdb:///{file}"}}'
        case "lancedb":
            import lancedb

            records = [{**dict(zip(columns, row, strict=True)), "vector": [0.1, 0.2]} for row in rows]
            lancedb.connect(str(file)).create_table("chunks", records)
            return f'{{type: lancedb, path: "{file}"}}'
        case "csv":
            file.write_text("\n".join(",".join(map(str, row)) for row in (columns, *rows)) + "\n")
        case _:
            file.write_text("".join(json.dumps(dict(zip(columns, row, strict=True))) + "\n" for row in rows))
    return f'{{type: files, path: "{folder}"}}'


@pytest.mark.parametrize("kind", ["csv", "jsonl", "duckdb", "lancedb"])
def test_copies_in_files_and_indexes_are_searched_by_key_and_by_text(tmp_path: Path, kind: str) -> None:
    there = World(tmp_path).sqlite("crm", TABLES)
    there.environ["INDEX_URL"] = "unused"
    (tmp_path / "never").mkdir()
    (tmp_path / "held").mkdir()
    never = kept_in(kind, tmp_path / "never", ("c1", 1, "about ada"))
    rows = [("c1", 1, "about ada"), ("c2", 7, f"Dear {MARK} hello"), ("c3", 999000001, "a key")]
    held = kept_in(kind, tmp_path / "held", *rows)

    def planned(connector: str) -> str:
        named = f"reads: chunks.{kind}" if kind in {"csv", "jsonl"} else "reads: chunks"
        return plan().replace('{type: sqlite, url: "${INDEX_URL}"}', connector).replace("reads: chunks", named)

    told = tried(there, planned(never))["index.chunks"]

    assert (told.arrived, told.left, told.reason) == (0, 0, "")
    with pytest.raises(PlanError, match=r"2 records of index\.chunks"):
        tried(there, planned(held))


def test_a_copy_of_a_copy_is_searched_for_the_subjects_texts(tmp_path: Path) -> None:
    again = "CREATE TRIGGER again AFTER INSERT ON chunks BEGIN INSERT INTO digests VALUES ('of ' || new.body); END;"
    copied = (
        "CREATE TRIGGER copied AFTER INSERT ON contacts BEGIN INSERT INTO chunks VALUES ('n', new.id, new.email); END;"
    )
    tables = "ALTER TABLE chunks ADD COLUMN body TEXT; CREATE TABLE digests (said TEXT);"
    there = world(tmp_path, tables, copied, again, ERASED)
    digests = "      digests: {reads: digests, copy_of: [index.chunks], fields: {said: required}}\nsteps:"

    told = tried(there, plan().replace("steps:", digests, 1))

    assert (told["index.chunks"].left, told["index.digests"].arrived, told["index.digests"].left) == (0, 1, 1)
    assert told["index.digests"].uncleaned


def test_ending_it_early_leaves_nobody_behind(tmp_path: Path) -> None:
    there = world(tmp_path, COPIED)
    (tmp_path / "plan.yaml").write_text(plan())
    command = [sys.executable, "-m", "lineage", "canary", str(tmp_path / "plan.yaml"), "--allow-canary", "--wait", "60"]
    for number in (signal.SIGINT, signal.SIGTERM):
        with subprocess.Popen(command, env={**os.environ, **there.environ}, stderr=subprocess.PIPE) as started:
            until = time.monotonic() + 60
            while rows(there) == (1, 1) and time.monotonic() < until:
                time.sleep(0.05)
            assert rows(there) != (1, 1)
            started.send_signal(number)
            _, said = started.communicate(timeout=60)

        assert started.returncode not in {0, 1}
        assert rows(there) == (1, 1)
        assert MARK.encode() not in said
    assert not (tmp_path / "canary.yaml").exists()
