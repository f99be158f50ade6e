"""The schema of a dataset beside the scan that was approved, on real systems."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.finding import Op
from lineage.model import Severity, Verdict
from lineage.report import Report
from lineage.reports.snapshot import write
from lineage.testing import World, assumption, finding, verdict
from rules.source.schema_drift import RULE
from tests.servers import PostgresDatabase

PLAN = """
plan: v1
meta: {id: drift, owner: owner@acme.example, status: STATUS}
sources:
  crm:
    connector: {type: KIND, url: "${CRM_URL}"}
    datasets:
      contacts: {reads: contacts, key: id, fields: {id: required, email: required}}
steps: {draft: {reads: {crm.contacts: all}, to: prompt}}
rollout: [{stage: first}]
"""
TABLE = "CREATE TABLE contacts (id INTEGER PRIMARY KEY, email VARCHAR(80), note TEXT);"


def plan(kind: str = "sqlite", status: str = "in-review") -> str:
    return PLAN.replace("KIND", kind).replace("STATUS", status)


def approved(world: World, kind: str = "sqlite") -> World:
    write(world.scan(plan(kind), rules=(RULE,)), world.folder / "approved.jsonl")
    return world


def changed(folder: Path, *statements: str) -> Report:
    world = approved(World(folder).sqlite("crm", TABLE))
    world.sqlite("crm", "".join(f"{one};" for one in statements))
    return world.audit(plan(), rules=(RULE,))


def test_the_schema_that_was_approved_is_held(tmp_path: Path) -> None:
    report = changed(tmp_path)

    assert not report.findings
    assert verdict(report, "contacts.fields") is Verdict.HELD


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("ALTER TABLE contacts RENAME COLUMN email TO mail", "email is gone, perhaps renamed to mail"),
        ("ALTER TABLE contacts DROP COLUMN email", "email is gone"),
    ],
)
def test_a_declared_field_that_is_gone_holds_the_stage(tmp_path: Path, statement: str, says: str) -> None:
    found = finding(changed(tmp_path, statement), RULE.id)

    assert found is not None
    assert says in found.judgement.says
    assert found.severity is Severity.HIGH
    assert [(one.op, one.target) for one in found.judgement.operations] == [(Op.HOLD_STAGE, "first")]


def test_a_field_that_nobody_declares_is_told_and_holds_nothing(tmp_path: Path) -> None:
    found = finding(changed(tmp_path, "ALTER TABLE contacts ADD COLUMN birthday TEXT"), RULE.id)

    assert found is not None
    assert "birthday came" in found.judgement.says
    assert found.severity is Severity.LOW
    assert not found.judgement.operations


def test_a_dataset_that_was_not_in_the_approved_scan_is_unverified(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", "CREATE TABLE others (id INTEGER);")
    write(world.scan(plan().replace("reads: contacts", "reads: others"), rules=(RULE,)), tmp_path / "approved.jsonl")
    world.sqlite("crm", TABLE)

    report = world.audit(
        plan().replace("contacts: {reads", "people: {reads").replace("crm.contacts: all", "crm.people: all"),
        rules=(RULE,),
    )

    assert assumption(report, "people.fields").says == "it was not in the scan that was approved"


def test_an_approved_plan_without_its_scan_is_unverified_and_a_plan_in_review_is_not_asked(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", TABLE)

    assert verdict(world.audit(plan(status="approved"), rules=(RULE,)), "sources") is Verdict.UNVERIFIED
    assert not [line for line in world.audit(plan(), rules=(RULE,)).assumptions if line.leaf == "sources"]


@pytest.mark.postgresql
def test_a_retyped_field_of_a_server_is_told_with_both_types(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(TABLE)
    world = approved(World(tmp_path).url("crm", postgres.url()), "postgresql")
    postgres.execute("ALTER TABLE contacts ALTER COLUMN email TYPE text")

    found = finding(world.audit(plan("postgresql"), rules=(RULE,)), RULE.id)

    assert found is not None
    assert "email was character varying(80), is text" in found.judgement.says


@pytest.mark.postgresql
def test_a_dataset_that_is_not_found_any_more_is_left_unverified(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(TABLE)
    world = approved(World(tmp_path).url("crm", postgres.url()), "postgresql")
    postgres.execute("ALTER TABLE contacts RENAME TO elsewhere")

    report = world.audit(plan("postgresql"), rules=(RULE,))

    assert verdict(report, "contacts.fields") is Verdict.UNVERIFIED
