"""The masking matrix over real views: how each mask was shown, what is too weak, and what no definition tells."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.model import Level
from lineage.report import Crosses, Crossing, SensitiveField
from lineage.scan import Limits
from lineage.testing import World
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql

PLAN = """
plan: v1
meta: {id: reply, owner: pm@acme.example}
sources:
  crm:
    connector: {type: postgresql, url: "${CRM_URL}"}
    datasets:
      people:
        reads: crm.people
        key: id
        fields: {id: required, phone: {need: none, sensitive: phone}, iban: {need: none, sensitive: iban}}
      masked:
        reads: ai.masked_v
        key: id
        fields:
          id: required
          email: {need: helpful, sensitive: email, mask: hmac}
          phone: {need: helpful, sensitive: phone, mask: hash}
      odd: {reads: ai.odd_v, key: id, fields: {id: required, note: helpful}}
steps:
  draft: {reads: {crm.masked: all}, to: prompt, writes: [reply]}
  sum_up: {reads: {crm.odd: all}, to: provider}
outputs: {reply: {audience: [agent], channel: helpdesk, owned_by: acme}}
stores: {traces: {at: "langfuse:x"}}
"""


@pytest.fixture
def rows(tmp_path: Path, postgres: PostgresDatabase) -> dict[str, SensitiveField]:
    postgres.execute("""
        CREATE SCHEMA crm; CREATE SCHEMA ai;
        CREATE TABLE crm.people (id int PRIMARY KEY, email text, phone text, iban text);
        INSERT INTO crm.people SELECT n, 'anna' || n || '@corp.com', '+49 30 ' || 9018200 + n, 'DE' || 10 + n
          FROM generate_series(1, 300) n;
        CREATE VIEW ai.masked_v AS SELECT id, md5('s3cr3t-x91' || email) AS email,
          md5(phone) AS phone FROM crm.people;
        CREATE TABLE crm.queries (q text);
        INSERT INTO crm.queries VALUES ('SELECT iban FROM crm.people WHERE id = $1');
        CREATE FUNCTION ai.told(int) RETURNS text LANGUAGE plpgsql AS $$
          DECLARE r text; q text;
          BEGIN SELECT queries.q INTO q FROM crm.queries; EXECUTE q INTO r USING $1; RETURN r; END $$;
        CREATE VIEW ai.odd_v AS SELECT id, ai.told(id) AS note FROM crm.people;
    """)
    report = World(tmp_path).url("crm", postgres.url()).audit(PLAN)
    return {str(row.field): row for row in report.matrix}


def at(row: SensitiveField, boundary: str) -> Crossing:
    return next(crossing for crossing in row.crossings if crossing.boundary == boundary)


def test_a_mask_that_was_compared_with_the_raw_values_is_told_as_exercised(rows: dict[str, SensitiveField]) -> None:
    crossing = at(rows["crm.masked.email"], "prompt")

    assert crossing.state is Crosses.MASKED
    assert (crossing.method, crossing.shown) == ("hmac", Level.EXERCISED)
    assert crossing.how == "hmac, exercised"


def test_a_hash_that_anybody_can_repeat_is_not_masked(rows: dict[str, SensitiveField]) -> None:
    crossing = at(rows["crm.masked.phone"], "prompt")

    assert crossing.state is not Crosses.MASKED
    assert crossing.how == "" or crossing.state is Crosses.WEAK


def test_what_a_definition_hides_may_be_there_and_is_not_said_to_be_absent(rows: dict[str, SensitiveField]) -> None:
    row = rows["crm.people.iban"]

    assert at(row, "provider").state is Crosses.OPAQUE
    assert "ai.odd_v" in at(row, "provider").why
    assert "provider" not in row.not_reached


def test_a_boundary_that_no_way_leads_to_is_not_reached(rows: dict[str, SensitiveField]) -> None:
    assert "output reply" in rows["crm.people.iban"].not_reached
    assert "prompt" in rows["crm.people.iban"].not_reached


def test_what_is_masked_stays_so_behind_a_definition_that_nobody_can_read(rows: dict[str, SensitiveField]) -> None:
    assert at(rows["crm.masked.email"], "provider").state is Crosses.MASKED


def test_a_weak_method_is_told_apart_from_raw_and_from_masked(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute("""
        CREATE SCHEMA crm; CREATE SCHEMA ai;
        CREATE TABLE crm.people (id int PRIMARY KEY, email text, phone text, iban text);
        INSERT INTO crm.people SELECT n, 'anna' || n || '@corp.com', '+49 30 ' || 9018200 + n, 'DE' || 10 + n
          FROM generate_series(1, 300) n;
        CREATE VIEW ai.masked_v AS SELECT id, md5('pepper-7f1c' || email) AS email,
          md5('pepper-7f1c' || phone) AS phone FROM crm.people;
        CREATE VIEW ai.odd_v AS SELECT id, 'a' AS note FROM crm.people;
    """)
    report = World(tmp_path).url("crm", postgres.url()).audit(PLAN, limits=Limits(sample=False))

    (row,) = (row for row in report.matrix if row.field == "crm.masked.phone")
    crossing = at(row, "prompt")
    assert crossing.state is Crosses.WEAK
    assert crossing.how == "hash, configured"
