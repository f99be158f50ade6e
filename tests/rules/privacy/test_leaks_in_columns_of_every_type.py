"""Raw values in stores whose columns are documents, lists and records: each is text to who reads it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lineage.finding import Assumption, Finding
from lineage.model import Verdict
from lineage.testing import World, assumption, finding
from tests.servers import PostgresDatabase

RULE = "privacy/sensitive-values-in-sink"
PLAN = """
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: sqlite, url: "${{CRM_URL}}"}}
    datasets:
      people: {{reads: people, key: id, fields: {{id: required, email: {{need: none, sensitive: email}}}}}}
  kept:
    connector: {connector}
    datasets:
      events: {{reads: {reads}, key: id, fields: {{id: required}}}}
stores:
  trace: {{at: kept.events}}
"""


def world(folder: Path) -> World:
    cells = ", ".join(f"({n}, 'anna{n}@corp.com')" for n in range(40))
    return World(folder).sqlite(
        "crm", f"create table people (id integer primary key, email text); insert into people values {cells};"
    )


def leak(world: World, connector: str, reads: str) -> Finding:
    found = finding(world.audit(PLAN.format(connector=connector, reads=reads)), RULE, "trace")
    assert found is not None
    assert not any(f"anna{n}@" in repr(found) for n in range(40))
    return found


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("jsonb", """'{"to": [{"mail": "anna' || n || '@corp.com"}]}'"""),
        ("json", """'{"to": "anna' || n || '@corp.com"}'"""),
        ("text[]", "ARRAY['x', 'anna' || n || '@corp.com']"),
        ("varchar(200)", "'to ANNA' || n || '@corp.com'"),
        ("addressee", "ROW('anna' || n || '@corp.com', 1)"),
    ],
)
def test_a_value_is_found_in_every_type_of_postgresql_that_tells_text(
    tmp_path: Path, postgres: PostgresDatabase, kind: str, written: str
) -> None:
    postgres.execute(f"""
        CREATE TYPE addressee AS (mail text, rank int);
        CREATE TABLE events (id int PRIMARY KEY, body {kind});
        INSERT INTO events SELECT n, ({written})::{kind} FROM generate_series(1, 30) n;
    """)

    found = leak(world(tmp_path).url("kept", postgres.url()), '{type: postgresql, url: "${KEPT_URL}"}', "events")

    assert found.judgement.actual.value == 30


@pytest.mark.parametrize("form", ["jsonl", "parquet"])
@pytest.mark.parametrize("body", [{"to": [{"mail": "anna7@corp.com"}]}, ["x", "anna7@corp.com"], "to anna7@corp.com"])
def test_a_value_is_found_in_records_and_lists_of_files(tmp_path: Path, form: str, body: object) -> None:
    made = world(tmp_path)
    made.file("events.jsonl", "\n".join(json.dumps({"id": n, "body": body}) for n in range(5)))
    if form == "parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.table({"id": range(5), "body": [body] * 5}), tmp_path / "files" / "events.parquet")

    found = leak(made, '{type: files, path: "${FILES}"}', f"events.{form}")

    assert found.judgement.actual.value == 5


def packed(folder: Path, texts: str, declared: str = "") -> Assumption:
    made = world(folder).sqlite(
        "kept",
        f"create table events (id integer primary key, {texts} body blob);"
        + "".join(f"insert into events (id, body) values ({n}, x'1f8b0800{n:02x}');" for n in range(20)),
    )
    plan = PLAN.format(connector='{type: sqlite, url: "${KEPT_URL}"}', reads="events")
    return assumption(made.audit(plan.replace("{id: required}}", f"{{id: required{declared}}}}}")), "stores.trace.at")


@pytest.mark.parametrize("texts", ["note text,", ""])
def test_bytes_in_which_nothing_is_looked_for_leave_a_store_open(tmp_path: Path, texts: str) -> None:
    line = packed(tmp_path, texts)

    assert line.verdict is Verdict.UNVERIFIED
    assert "body holds bytes" in line.says


def test_bytes_that_somebody_has_looked_at_leave_nothing_open(tmp_path: Path) -> None:
    line = packed(tmp_path, "note text,", ", body: {need: none, sensitive: none}")

    assert "bytes" not in line.says
    assert line.verdict is Verdict.HELD
