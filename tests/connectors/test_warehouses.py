"""Warehouses: their statements, and what rows of the documented shape tell. No warehouse itself was at hand."""

from __future__ import annotations

import importlib
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.dialects.oracle.base import OracleDialect  # noqa: TID253 - the only folding dialect at hand
from sqlglot import exp

from connectors._sql_engine import Database
from connectors.sql import traits_of
from lineage.connector import Column, Structure
from lineage.duration import Duration
from lineage.errors import ConnectorError
from lineage.facts import (
    DatasetFact,
    Fact,
    GrantFact,
    JobFact,
    LingerFact,
    MemberFact,
    PartitionsFact,
    PrincipalFact,
    TagFact,
    UnseenFact,
)
from lineage.model import Name
from tests.connectors import a_warehouse
from tests.connectors.conformance import (
    CONTACTS,
    MARKER,
    ODD,
    ODD_COLUMNS,
    ROWS,
    ConnectorLaws,
    System,
    context_of,
    read,
)
from tests.connectors.warehouse_views import URLS, VIEWS, Views
from tests.connectors.warehouses import dialects, structure, told, warehouse
from tests.servers import quoted

__all__ = ["dialects"]

DAY = 86_400
KEPT = "delta.deletedFileRetentionDuration"


class WarehouseLaws(ConnectorLaws):
    """The laws, on the stand-in."""

    def lively(self, folder: Path) -> System:
        settings = warehouse(
            self.kind,
            folder,
            script=f"""
            CREATE TABLE contacts (id INTEGER PRIMARY KEY, region TEXT DEFAULT '{MARKER}', email TEXT, at TIMESTAMP);
            CREATE VIEW eu AS SELECT id AS k, '{MARKER}' AS word FROM contacts WHERE region <> '{MARKER}';
            CREATE TABLE "odd ""Tab.le"" Ä" ({", ".join(f"{quoted(name)} TEXT" for name in ODD_COLUMNS)});
            INSERT INTO "odd ""Tab.le"" Ä" VALUES ({", ".join(f"'{MARKER}'" for _ in ODD_COLUMNS)});
            """,
        )
        with sqlite3.connect(folder / "data.db") as connection:
            connection.executemany("INSERT INTO contacts VALUES (?, ?, ?, ?)", ROWS)
        connection.close()
        targets = {CONTACTS: "main.contacts", ODD: '"odd ""Tab.le"" Ä"'}
        secrets = (f"{MARKER}-secret", str(folder))
        return System(settings, targets, lambda: [one.read_bytes() for one in sorted(folder.iterdir())], secrets)

    def bare(self, folder: Path) -> System:
        return System(warehouse(self.kind, folder))

    def unreachable(self, folder: Path) -> Sequence[System]:
        lost, more = f"{MARKER}-secret", {"region": "eu"} if self.kind == "bigquery" else {}
        return [
            System(
                {"url": URLS[self.kind].format(secret=lost, path=folder / "none" / "x.db"), **more}, secrets=(lost,)
            ),
            System({"url": f"sqlite:///{folder}/x.db", **more}),
            System({"url": lost, **more}, secrets=(lost,)),
        ]


class TestSnowflakeLaws(WarehouseLaws):
    kind = "snowflake"


class TestRedshiftLaws(WarehouseLaws):
    kind = "redshift"


class TestDatabricksLaws(WarehouseLaws):
    kind = "databricks"


class TestBigqueryLaws(WarehouseLaws):
    kind = "bigquery"


def grants(facts: Sequence[Fact]) -> set[tuple[str, tuple[str, ...], str]]:
    return {(fact.holder.name, fact.on.path, fact.right) for fact in told(facts, GrantFact)}


def test_roles_of_snowflake_hold_what_was_granted_and_not_taken_back(tmp_path: Path) -> None:
    facts = structure("snowflake", tmp_path, identity="ai_reader")

    assert {one for one in grants(facts) if one[0] != "role:SYSADMIN"} == {
        ("role:READER", ("main",), "usage"),
        ("role:READER", ("main",), "connect"),
        ("role:READER", ("main", "main"), "usage"),
        ("role:READER", ("main", "main", "contacts"), "select"),
    }
    assert ("role:SYSADMIN", ("main", "main", "eu"), "delete") in grants(facts)
    assert {(one.member.name, one.of.name) for one in told(facts, MemberFact)} == {
        ("role:SUPPORT", "role:READER"),
        ("AI_READER", "role:SUPPORT"),
    }
    principals = {one.principal.name: one for one in told(facts, PrincipalFact)}
    assert principals["ai_reader"].same_as == principals["AI_READER"].principal
    assert [sorted(principals[name].attributes) for name in ("AI_READER", "OLD")] == [["login"], []]
    assert principals["role:ACCOUNTADMIN"].attributes == {"superuser"}


def test_policies_of_snowflake_mark_fields_and_leave_what_they_show_open(tmp_path: Path) -> None:
    facts = structure("snowflake", tmp_path)

    assert [one.name.short for one in told(facts, TagFact)] == ["main.contacts.email"]
    assert sorted(one.name.short for one in told(facts, UnseenFact) if one.name) == [
        "main.contacts",
        "main.contacts.email",
    ]
    assert [one.name.path[-1] for one in told(facts, DatasetFact) if one.row_security] == ["contacts"]


def test_what_snowflake_deletes_can_be_had_back_for_time_travel_and_fail_safe(tmp_path: Path) -> None:
    facts = structure("snowflake", tmp_path)

    assert [(one.name.path[-1], one.by, one.span) for one in told(facts, LingerFact)] == [
        ("contacts", "Time Travel", Duration(seconds=30 * DAY)),
        ("contacts", "Fail-safe", Duration(seconds=37 * DAY)),
    ]
    [table] = [one for one in told(facts, DatasetFact) if one.name.path[-1] == "contacts"]
    assert (table.rows_estimate, table.size_bytes, table.owner) == (4, 2048, "role:SYSADMIN")
    assert table.changed_at == datetime(2026, 11, 20, 10, tzinfo=UTC)


def test_partitions_of_bigquery_say_which_times_they_cover_and_how_many_rows(tmp_path: Path) -> None:
    views = VIEWS["bigquery"]
    place = "acme.main.information_schema.partitions"
    odd = [("contacts", part, 1) for part in ("2026", "202612", "2026110123", "__UNPARTITIONED__", "20269999")]
    (tmp_path / "odd").mkdir()

    [parts] = told(structure("bigquery", tmp_path), PartitionsFact)
    [others] = told(structure("bigquery", tmp_path / "odd", {**views, place: (views[place][0], odd)}), PartitionsFact)

    days = [datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2, 3)]
    assert (parts.name.short, parts.since.short) == ("main.contacts", "main.contacts.at")
    assert parts.parts == ((days[0], days[1], 3), (days[1], days[2], 1))
    assert [(ends - begins).days if begins and ends else None for begins, ends, _ in others.parts] == [
        *(None, None),
        *(365, 0, 31),
    ]


def test_tasks_of_snowflake_delete_at_an_age_as_their_newest_text_says(tmp_path: Path) -> None:
    facts = structure("snowflake", tmp_path)

    [job] = told(facts, JobFact)
    assert (job.name, job.keeps, job.since and job.since.short) == (
        *("main.PURGE", Duration(seconds=30 * DAY)),
        "main.contacts.at",
    )
    assert (job.last_success, job.schedule) == (
        datetime(2026, 11, 21, 1, 1, tzinfo=UTC),
        "every 1440 minutes, as it ran",
    )
    assert [one.reason.split()[:3] for one in told(facts, UnseenFact) if one.what == "retention"] == [
        ["what", "1", "tasks"]
    ]


def test_files_of_rows_that_databricks_deleted_stay_as_long_as_the_table_says(tmp_path: Path) -> None:
    views = VIEWS["databricks"]
    bare: Views = {"show tblproperties": (views["show tblproperties"][0], [])}
    unswept: Views = {"describe history": (views["describe history"][0], [])}
    odd: Views = {"show tblproperties": (views["show tblproperties"][0], [("main.main.contacts", KEPT, MARKER)])}
    found = []
    for number, changed in enumerate((views, bare, unswept, odd)):
        folder = tmp_path / str(number)
        folder.mkdir()
        found.append(structure("databricks", folder, {**views, **changed}))

    assert [[one.span for one in told(facts, LingerFact)] for facts in found] == [
        [Duration(seconds=30 * DAY)],
        [Duration(seconds=7 * DAY)],
        [],
        [],
    ]
    unseen = [[one.reason.split()[0] for one in told(facts, UnseenFact) if one.what == "retention"] for facts in found]
    assert unseen == [[], [], ["no"], ["how"]]


def test_a_name_in_a_command_is_quoted(tmp_path: Path) -> None:
    script = 'CREATE TABLE "a`b; DROP" (id INTEGER);'
    settings = warehouse("databricks", tmp_path, script=script)

    facts = read("databricks", settings, [Structure({CONTACTS: '"a`b; DROP"'})])

    [unseen] = [one for one in told(facts, UnseenFact) if one.what == "retention"]
    assert unseen.name is not None
    assert unseen.name.path[-1] == "a`b; DROP"
    assert "stay for 7 days" in unseen.reason


def test_roles_on_a_dataset_of_bigquery_hold_on_what_lies_in_it(tmp_path: Path) -> None:
    facts = structure("bigquery", tmp_path, identity="ai@acme.example")

    ai, contacts = "serviceAccount:ai@acme.example", ("main", "contacts")
    assert grants(facts) == {
        ("PUBLIC", ("main",), "usage"),
        (ai, contacts, "select"),
        (ai, ("main", "eu"), "select"),
        ("PUBLIC", contacts, "select"),
        *(("group:crm@acme.example", contacts, right) for right in ("select", "insert", "update", "delete")),
    }
    [same] = [one.same_as.name for one in told(facts, PrincipalFact) if one.same_as]
    assert same == ai
    unseen = {
        (one.name and one.name.short, one.reason.split()[0]) for one in told(facts, UnseenFact) if one.what != "use"
    }
    assert unseen == {(None, "rights"), ("main.contacts", "somebody"), ("main.contacts.email", "a")}


def test_bigquery_deletes_partitions_at_an_age_and_keeps_them_for_time_travel(tmp_path: Path) -> None:
    facts = structure("bigquery", tmp_path)

    [job, once] = told(facts, JobFact)
    assert (once.name, once.schedule, once.keeps, once.deletes_from[0].short) == (
        *("table expiration", "once", None),
        "main.eu",
    )
    assert (job.keeps, job.since and job.since.short) == (Duration(seconds=30 * DAY), "main.contacts.at")
    assert [(one.name.short, one.by, one.span) for one in told(facts, LingerFact)] == [
        ("main.contacts", "time travel", Duration(seconds=2 * DAY)),
        ("main.contacts", "fail-safe", Duration(seconds=9 * DAY)),
    ]
    [table] = [one for one in told(facts, DatasetFact) if one.name.path[-1] == "contacts"]
    assert (table.rows_estimate, table.changed_at) == (4, datetime(2026, 11, 20, 10, tzinfo=UTC))
    assert not table.runs_as_owner
    assert [one.name.short for one in told(facts, TagFact)] == ["main.contacts.email"]


def test_users_roles_and_owners_of_redshift_hold_what_is_told(tmp_path: Path) -> None:
    facts = structure("redshift", tmp_path)

    contacts = ("main", "main", "contacts")
    assert {one for one in grants(facts) if one[0] != "owner"} == {
        ("PUBLIC", ("main",), "connect"),
        ("PUBLIC", ("main", "main", "eu"), "select"),
        ("role:reader", ("main", "main"), "usage"),
        ("role:reader", contacts, "select"),
        ("group:crm", contacts, "update"),
        ("ai_reader", contacts, "select"),
    }
    [column] = [one.on.field for one in told(facts, GrantFact) if one.holder.name == "ai_reader"]
    assert column == ("region",)
    assert {("owner", ("main", "main"), "usage"), ("owner", contacts, "delete")} <= grants(facts)
    assert {(one.member.name, one.of.name) for one in told(facts, MemberFact)} == {
        ("ai_reader", "role:support"),
        ("role:support", "role:reader"),
    }
    assert [one.principal.name for one in told(facts, PrincipalFact) if "superuser" in one.attributes] == ["root"]


def test_policies_of_redshift_mark_fields_and_leave_what_they_show_open(tmp_path: Path) -> None:
    facts = structure("redshift", tmp_path)

    assert [one.name.short for one in told(facts, TagFact)] == ["main.contacts.email"]
    assert [one.name.short for one in told(facts, UnseenFact) if one.name] == [
        "main.contacts.email",
        "main.eu",
        "main.contacts",
    ]
    [table] = [one for one in told(facts, DatasetFact) if one.row_security]
    assert (table.name.short, table.rows_estimate, table.owner) == ("main.contacts", 4, "owner")


def test_a_privilege_of_databricks_holds_on_what_lies_below(tmp_path: Path) -> None:
    facts = structure("databricks", tmp_path)

    contacts, eu = ("main", "main", "contacts"), ("main", "main", "eu")
    assert {one for one in grants(facts) if not one[0].startswith("owner")} == {
        ("PUBLIC", ("main",), "usage"),
        ("PUBLIC", ("main",), "connect"),
        ("PUBLIC", eu, "select"),
        ("ai", ("main", "main"), "usage"),
        ("ai", contacts, "select"),
        ("analysts", contacts, "select"),
        ("analysts", eu, "select"),
        *(("crm", contacts, right) for right in ("insert", "update", "delete")),
    }
    assert ("owner@acme.example", contacts, "select") in grants(facts)
    assert [one.name.short for one in told(facts, TagFact)] == ["main.contacts.email"]
    [table] = [one for one in told(facts, DatasetFact) if one.row_security]
    assert (table.owner, table.changed_at) == ("owner@acme.example", datetime(2026, 11, 20, 10, tzinfo=UTC))


@pytest.mark.parametrize("kind", sorted(VIEWS))
def test_every_statement_is_one_select_in_the_warehouses_own_dialect(kind: str) -> None:
    found = importlib.import_module(f"connectors.{kind}").WAREHOUSE
    asked = (*found.asked, *found.history)

    commands = [text for one in asked if "SELECT" not in one.text for text in (one.text, one.then)]
    shown = {text.partition(" {")[0].lower() for text in commands}
    read_from = {
        a_warehouse.flat(table)
        for one in asked
        if "SELECT" in one.text
        for table in a_warehouse.one_select(one.text.format(region="eu", table="`acme`.`main`"), kind).find_all(
            exp.Table
        )
    }

    assert read_from | shown == set(VIEWS[kind])


def test_names_that_a_dialect_folds_are_asked_for_as_the_system_spells_them() -> None:
    import sqlalchemy as sa

    engine = sa.create_engine("sqlite://")
    engine.dialect = OracleDialect()
    database = Database(engine, context_of(), "oracle://x", "auditor")
    traits = traits_of(database)

    table = traits.table(Name("oracle://x", ("crm", "contacts")))
    asked = sa.select(
        traits.column(table, Column(("email",), "text")), traits.column(table, Column(("Größe",), "text"))
    )

    assert str(asked.compile(dialect=engine.dialect)).split() == (
        ["SELECT", '"CRM"."CONTACTS"."EMAIL",', '"CRM"."CONTACTS"."Größe"', "FROM", '"CRM"."CONTACTS"']
    )


@pytest.mark.parametrize("kind", sorted(VIEWS))
def test_a_view_that_is_hidden_is_said_to_be_and_the_others_are_read(kind: str, tmp_path: Path) -> None:
    every = VIEWS[kind]
    for number, hidden in enumerate(every):
        folder = tmp_path / str(number)
        folder.mkdir()

        facts = structure(kind, folder, {name: made for name, made in every.items() if name != hidden})

        unseen = [one for one in told(facts, UnseenFact) if "cannot be read" in one.reason]
        # A view may answer more than one statement.
        assert unseen
        assert all("OperationalError" in one.reason and one.settle for one in unseen)
        assert told(facts, GrantFact) or any(word in unseen[0].reason for word in ("grants", "privileges"))


@pytest.mark.parametrize("kind", sorted(VIEWS))
def test_a_warehouse_whose_views_are_all_hidden_is_still_read(kind: str, tmp_path: Path) -> None:
    facts = structure(kind, tmp_path, {})

    assert {one.name.path[-1] for one in told(facts, DatasetFact)} == {"contacts", "eu"}
    assert [one for one in told(facts, UnseenFact) if one.what == "access" and one.name is None]
    assert not told(facts, GrantFact)


@pytest.mark.parametrize("kind", sorted(VIEWS))
def test_a_dialect_that_is_not_installed_is_named(kind: str) -> None:
    a_warehouse.unregister()

    with pytest.raises(ConnectorError, match=f"install .*{kind}"):
        read(kind, {"url": f"{kind}://u:p@h/d", **({"region": "eu"} if kind == "bigquery" else {})}, [Structure()])
