"""Test subjects in real databases: planted, erased, looked for in copies, and cleaned up whatever happens."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from lineage.canary import canaries
from lineage.errors import ConnectorError, PlanError
from lineage.facts import CanaryFact
from lineage.testing import NOW, World
from tests.servers import PostgresDatabase

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
