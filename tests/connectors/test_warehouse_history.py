"""What ran in a warehouse, as rows of the documented shape tell it, and what rules make of it. None was at hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from connectors._used import Ran
from connectors._warehouse import Ground
from connectors._warehouse_history import read_texts
from lineage.connector import Structure
from lineage.facts import DatasetFact, EdgeFact, Fact, Seen, UnseenFact, UseFact
from lineage.model import DatasetKind, Name, SourceId, Verdict
from lineage.report import Report
from lineage.testing import NOW, World, assumption
from tests.connectors.conformance import read
from tests.connectors.warehouse_views import USAGE, VIEWS, Views, used
from tests.connectors.warehouses import dialects, structure, told, warehouse

__all__ = ["dialects"]
PLAN = """\
plan: v1
meta: {{id: reply, status: approved, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: snowflake, url: "${{CRM_URL}}", history_days: {days}}}
    identity: ai_reader
    datasets:
      contacts: {{reads: contacts, key: id, fields: {{{fields}}}}}
steps: {{draft: {{reads: {{crm.contacts: all}}, to: prompt, writes: draft}}}}
outputs: {{draft: {{audience: [agent], channel: crm.{channel}}}}}
"""


def uses(facts: Sequence[Fact]) -> dict[tuple[str | None, str, str], tuple[int, str]]:
    return {
        (one.by.name if one.by else None, one.name.short, one.right): (
            one.times,
            f"{one.last:%d %H}" if one.last else "",
        )
        for one in told(facts, UseFact)
    }


def unused(facts: Sequence[Fact]) -> list[str]:
    return [one.reason for one in told(facts, UnseenFact) if one.what == "use"]


def test_access_history_of_snowflake_tells_fields_in_use_and_where_they_flow(tmp_path: Path) -> None:
    facts = structure("snowflake", tmp_path, identity="ai_reader")

    assert uses(facts) == {
        ("ai_reader", "main.contacts.id", "select"): (2, "21 10"),
        ("ai_reader", "main.contacts.email", "select"): (2, "21 10"),
        ("LOADER", "main.contacts.id", "select"): (1, "21 11"),
        ("LOADER", "main.eu", "update"): (1, "21 11"),
    }
    assert [(one.source.short, one.target.short) for one in told(facts, EdgeFact) if one.told_at] == [
        ("main.contacts.id", "main.eu.id")
    ]
    assert unused(facts) == [
        "2 uses of the identity are of another database, and are not told",
        "of 1 statements it is not told in whole what they used",
    ]
    assert {one.fingerprints for one in told(facts, UseFact)} == {("a1",), ("b1",)}


@pytest.mark.parametrize(
    "odd",
    [
        "no json",
        "7",
        '["x"]',
        '[{"objectName": 7, "objectDomain": "Table", "columns": 7}]',
        '[{"objectName": "main.main.contacts", "objectDomain": "Table", "columns": [7, {"columnName": null}]}]',
        "[" * 100_000,
    ],
)
def test_what_snowflake_may_tell_otherwise_is_no_crash_and_no_use(odd: str, tmp_path: Path) -> None:
    view = f"{USAGE}.access_history"
    row = ("1", "AI_READER", odd, odd, "2026-11-20 10:00:00+00:00")

    facts = structure("snowflake", tmp_path, {**VIEWS["snowflake"], view: (VIEWS["snowflake"][view][0], [row])}, "AI")

    assert not [one for one in told(facts, UseFact) if one.name.field]


def test_texts_that_no_time_is_left_for_are_counted(tmp_path: Path) -> None:
    name = Name("redshift://x", ("main", "main", "contacts"))
    seen = Seen(SourceId("crm"), NOW, "system views", "auditor")
    datasets = {("main", "contacts"): DatasetFact(seen, name, DatasetKind.TABLE)}
    ground = Ground("redshift://x", "main", datasets, {}, seen, "ai_reader", NOW, 0.0)

    facts = list(read_texts(ground, "redshift", [Ran("SELECT id FROM main.contacts", "ai_reader", 7)]))

    assert unused(facts) == ["7 statements were not read within the source's budget of seconds"]


def test_a_role_that_is_the_identity_is_told_by_the_role_that_statements_ran_under(tmp_path: Path) -> None:
    facts = structure("snowflake", tmp_path, identity="role:SUPPORT")

    assert {by for by, _, _ in uses(facts)} == {"role:SUPPORT", "LOADER"}


def test_jobs_of_bigquery_tell_fields_in_use_and_none_of_what_failed_or_is_older(tmp_path: Path) -> None:
    facts = structure("bigquery", tmp_path, identity="ai@acme.example")

    assert uses(facts) == {
        ("ai@acme.example", f"main.contacts.{field}", "select"): (1, "20 10") for field in ("id", "email", "region")
    }
    assert sorted(reason.split()[0] for reason in unused(facts)) == ["1", "queries", "the"]


def test_history_of_redshift_tells_fields_in_use_and_what_is_cut_off(tmp_path: Path) -> None:
    facts = structure("redshift", tmp_path, identity="ai_reader")

    assert uses(facts) == {("ai_reader", f"main.contacts.{field}", "select"): (1, "20 10") for field in ("id", "email")}
    assert unused(facts) == ["the texts of 1 statements are cut off at 4,000 characters"]


def test_history_of_redshift_that_shows_nobody_else_is_said_to_be_hidden(tmp_path: Path) -> None:
    columns, _ = VIEWS["redshift"]["sys_query_history"]

    facts = structure("redshift", tmp_path, {**VIEWS["redshift"], "sys_query_history": (columns, [])})

    assert [one.settle.split()[0] for one in told(facts, UnseenFact) if one.what == "use"] == ["ALTER"]


def test_lineage_of_databricks_tells_fields_in_use_and_is_never_all(tmp_path: Path) -> None:
    facts = structure("databricks", tmp_path)

    assert uses(facts) == {
        ("ai", "main.contacts.email", "select"): (2, "21 10"),
        ("crm", "main.contacts.id", "select"): (2, "20 10"),
        ("ai", "main.contacts", "select"): (1, "20 10"),
        ("crm", "main.contacts", "select"): (1, "20 10"),
        ("crm", "main.eu", "insert"): (1, "20 10"),
    }
    assert [(one.source.short, one.target.short) for one in told(facts, EdgeFact) if one.told_at] == [
        ("main.contacts.id", "main.eu.id")
    ]
    assert [reason.split()[0] for reason in unused(facts)] == ["1", "Databricks"]


@pytest.mark.parametrize("kind", sorted(VIEWS))
def test_history_is_not_asked_for_unless_days_of_it_are(kind: str, tmp_path: Path) -> None:
    facts = read(kind, warehouse(kind, tmp_path, days=0), [Structure({}, "ai_reader")])

    assert not told(facts, UseFact)
    assert not unused(facts)


def judged(folder: Path, *fields: str, views: Views | None = None, channel: str = "eu", days: int = 30) -> Report:
    """Audit a plan that needs these fields, on a warehouse with a history."""
    script = "CREATE TABLE contacts (id INTEGER PRIMARY KEY, region TEXT, email TEXT, at TIMESTAMP);"
    settings = warehouse(
        "snowflake", folder, views, script + "CREATE TABLE eu (id INTEGER); CREATE TABLE ca (id INTEGER);"
    )
    world = World(folder).url("crm", settings["url"])
    return world.audit(PLAN.format(fields=", ".join(f"{one}: required" for one in fields), channel=channel, days=days))


def whole(*written: str) -> Views:
    """Give views of a warehouse in which the workflow read `id` and `email`, and wrote to some datasets."""
    accesses, history = f"{USAGE}.access_history", f"{USAGE}.query_history"
    at = "2026-11-20 10:00:00+00:00"
    reads = json.dumps([used("main.main.contacts", "id", "email")])
    writes = json.dumps([used(f"main.main.{one}", "id") for one in written])
    return {
        **VIEWS["snowflake"],
        accesses: (VIEWS["snowflake"][accesses][0], [("1", "AI_READER", reads, writes, at)]),
        history: (VIEWS["snowflake"][history][0], [("1", "SUPPORT", "INSERT", "a1", at, "")]),
    }


def rules_of(report: Report) -> set[str]:
    return {one.rule for one in report.findings}


def test_a_field_that_the_history_shows_in_use_and_no_plan_names_is_told(tmp_path: Path) -> None:
    (tmp_path / "less").mkdir()
    (tmp_path / "all").mkdir()

    less, every = judged(tmp_path / "less", "id", views=whole()), judged(tmp_path / "all", "id", "email", views=whole())

    assert "plan/undeclared-field" in rules_of(less)
    assert "plan/undeclared-field" not in rules_of(every)
    assert assumption(every, "sources.crm.datasets.contacts.fields").verdict is Verdict.HELD


def test_a_field_that_the_history_never_shows_is_an_unused_grant_unless_some_of_it_is_cut(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    (tmp_path / "cut").mkdir()

    seen, cut = (judged(tmp_path / name, "id", "region", views=views) for name, views in WORLDS.items())

    assert "access/unused-grant" in rules_of(seen)
    assert "access/unused-grant" not in rules_of(cut)
    assert assumption(cut, "contacts.fields.region.need").verdict is not Verdict.HELD


def test_a_dataset_that_the_history_shows_written_and_no_plan_names_is_told(tmp_path: Path) -> None:
    (tmp_path / "named").mkdir()
    (tmp_path / "other").mkdir()

    named = judged(tmp_path / "named", "id", "email", views=whole("eu"))
    other = judged(tmp_path / "other", "id", "email", views=whole("ca"))

    assert "lineage/undeclared-path" not in rules_of(named)
    assert "lineage/undeclared-path" in rules_of(other)


def test_without_a_history_nothing_is_said_of_what_ran(tmp_path: Path) -> None:
    report = judged(tmp_path, "id", days=0)

    assert rules_of(report).isdisjoint({"plan/undeclared-field", "access/unused-grant", "lineage/undeclared-path"})


WORLDS = {"whole": whole(), "cut": None}
