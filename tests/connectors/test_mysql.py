"""MariaDB, on a real server: structure, moments, and what a bad day brings."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lineage import registry
from lineage.connector import Attempt, Measure, MeasureKind, Profile, Sample, Structure
from lineage.duration import Duration
from lineage.errors import ConnectorError
from lineage.facts import (
    AbsentFact,
    CostFact,
    DatasetFact,
    EdgeFact,
    Fact,
    FieldFact,
    LookFact,
    MeasureFact,
    OpaqueFact,
    ProbeFact,
    ResolvedFact,
    SystemFact,
    UnseenFact,
)
from lineage.model import DatasetId, DatasetKind
from lineage.plan.model import Budget
from lineage.predicate import Compare, Joined
from tests.connectors.conformance import CONTACTS, MARKER, ODD, context_of, read, relation_of, values_of
from tests.servers import CannotStartError
from tests.servers_mariadb import MariadbSchemas, start_mariadb


def auditor_of(mariadb: MariadbSchemas, schema: str, rights: str = "SELECT, SHOW VIEW, EVENT") -> dict[str, str]:
    """Make an account that may read a schema, and give the settings that read as it."""
    user = mariadb.account("auditor")
    mariadb.execute(f"GRANT {rights} ON {schema}.* TO '{user}'@'%'")
    return {"url": mariadb.url(user, schema)}


def profiled(settings: dict[str, str], *measures: Measure, **changes: Any) -> list[Fact]:
    structure = read("mysql", settings, [Structure({CONTACTS: "contacts"})])
    profile = Profile(relation_of(structure, CONTACTS), None, (), measures, **changes)
    return [fact for fact in read("mysql", settings, [profile]) if isinstance(fact, MeasureFact | UnseenFact)]


def test_the_catalogue_tells_keys_defaults_indexes_and_what_is_computed(mariadb: MariadbSchemas) -> None:
    crm = mariadb.schema()
    mariadb.execute(
        f"CREATE SEQUENCE {crm}.numbers",
        f"""CREATE TABLE {crm}.contacts (
          id int AUTO_INCREMENT PRIMARY KEY, tier enum('free', 'gold') NOT NULL DEFAULT 'free',
          made datetime(6) DEFAULT current_timestamp(6), seen timestamp NULL, code char(36) DEFAULT uuid(),
          number int DEFAULT nextval({crm}.numbers), loud varchar(9) AS (upper(tier)) STORED, low int DEFAULT -1,
          bare int, note text COMMENT 'personal', KEY by_made (made, tier)) COMMENT 'personal'""",
        f"CREATE TABLE {crm}.pairs (a int NOT NULL, b int NOT NULL, c int, UNIQUE (c), UNIQUE (a, b))",
        f"CREATE TABLE {crm}.parts (pid int, on_day date) PARTITION BY RANGE (year(on_day))"
        " (PARTITION p0 VALUES LESS THAN (2020), PARTITION p1 VALUES LESS THAN MAXVALUE)",
        f"CREATE TABLE {crm}.kept (kid int) WITH SYSTEM VERSIONING",
    )

    facts = read("mysql", auditor_of(mariadb, crm), [Structure()])

    datasets = {fact.name.path[-1]: fact for fact in facts if isinstance(fact, DatasetFact)}
    fields = {fact.name.field[0]: fact for fact in facts if isinstance(fact, FieldFact)}
    assert {name: fact.key for name, fact in datasets.items()} == {
        "contacts": ("id",),
        "pairs": ("a", "b"),
        "parts": (),
        "kept": (),
    }
    assert (datasets["parts"].kind, datasets["parts"].parts) == (DatasetKind.PARTITIONED, 2)
    assert datasets["contacts"].documented
    assert {name: one.default for name, one in fields.items() if one.default} == {
        "id": "sequence",
        "tier": "constant",
        "made": "now",
        "code": "expression",
        "number": "sequence",
        "low": "constant",
    }
    assert {name for name, one in fields.items() if one.indexed} >= {"made", "a", "c"}
    assert [name for name, one in fields.items() if one.computed] == ["loud"]
    assert [name for name, one in fields.items() if one.documented] == ["note"]
    assert (fields["tier"].type, fields["seen"].type) == ("enum", "timestamp with local time zone")
    assert [fact.what for fact in facts if isinstance(fact, UnseenFact) and fact.name == datasets["kept"].name] == [
        "history"
    ]


def test_when_a_table_changed_is_told_in_utc(mariadb: MariadbSchemas) -> None:
    crm = mariadb.schema()
    mariadb.execute(f"CREATE TABLE {crm}.contacts (id int)", f"INSERT INTO {crm}.contacts VALUES (1)")

    [dataset] = [
        fact for fact in read("mysql", auditor_of(mariadb, crm), [Structure()]) if isinstance(fact, DatasetFact)
    ]

    assert dataset.changed_at is not None
    assert abs(dataset.changed_at - datetime.now(UTC)) < timedelta(minutes=2)


def test_edges_follow_views_across_schemas_and_tell_their_definer(mariadb: MariadbSchemas) -> None:
    crm, ai = mariadb.schema("crm"), mariadb.schema("ai")
    owner = mariadb.account("owner", "localhost")
    mariadb.execute(
        f"CREATE TABLE {crm}.people (id int, mail varchar(9), city varchar(9))",
        f"GRANT SELECT ON {crm}.* TO '{owner}'@'localhost'",
        f"CREATE DEFINER='{owner}'@'localhost' VIEW {ai}.v (first, second) AS"
        f" SELECT lower(mail), id FROM {crm}.people WHERE city = 'x'",
        f"CREATE SQL SECURITY INVOKER VIEW {ai}.w AS SELECT first, 1 AS one FROM {ai}.v",
    )
    user = mariadb.account("auditor")
    mariadb.execute(*(f"GRANT SELECT, SHOW VIEW ON {schema}.* TO '{user}'@'%'" for schema in (crm, ai)))

    facts = read("mysql", {"url": mariadb.url(user)}, [Structure()])

    edges = {
        (fact.source.short.replace(mariadb.tag, ""), fact.target.short.replace(mariadb.tag, ""))
        for fact in facts
        if isinstance(fact, EdgeFact)
    }
    views = {fact.name.path[-1]: fact for fact in facts if isinstance(fact, DatasetFact) and fact.owner}
    assert edges == {
        ("crm_.people.mail", "ai_.v.first"),
        ("crm_.people.id", "ai_.v.second"),
        ("crm_.people.city", "ai_.v"),
        ("ai_.v.first", "ai_.w.first"),
    }
    assert (views["v"].owner, views["v"].runs_as_owner) == (f"{owner}@localhost", True)
    assert not views["w"].runs_as_owner


def test_a_view_that_no_longer_compiles_or_is_hidden_is_opaque_and_the_rest_is_read(mariadb: MariadbSchemas) -> None:
    crm = mariadb.schema()
    mariadb.execute(
        f"CREATE TABLE {crm}.t (x int)",
        f"CREATE TABLE {crm}.u (y int)",
        f"CREATE VIEW {crm}.gone AS SELECT x FROM {crm}.t",
        f"CREATE VIEW {crm}.fine AS SELECT y FROM {crm}.u",
        f"DROP TABLE {crm}.t",
    )

    seen = read("mysql", auditor_of(mariadb, crm), [Structure({CONTACTS: "gone"})])
    blind = mariadb.account("blind")
    mariadb.execute(f"GRANT SELECT ON {crm}.* TO '{blind}'@'%'")
    hidden = read("mysql", {"url": mariadb.url(blind, crm)}, [Structure()])

    assert [fact.name.path[-1] for fact in seen if isinstance(fact, OpaqueFact)] == ["gone"]
    assert [fact.what for fact in seen if isinstance(fact, UnseenFact) and fact.name and fact.name.path[-1] == "gone"]
    assert [fact.name.path[-1] for fact in seen if isinstance(fact, ResolvedFact)] == ["gone"]
    assert {fact.name.path[-1] for fact in hidden if isinstance(fact, OpaqueFact)} == {"gone", "fine"}
    settles = [fact.settle for fact in hidden if isinstance(fact, UnseenFact) and fact.what == "definition"]
    assert any(f"GRANT SELECT, SHOW VIEW ON `{crm}`.`fine` TO '{blind}'@'%'" == settle for settle in settles)


def test_a_column_grant_shows_its_columns_alone_and_absence_is_not_proven(mariadb: MariadbSchemas) -> None:
    crm = mariadb.schema()
    mariadb.execute(f"CREATE TABLE {crm}.contacts (id int, email varchar(9))", f"CREATE TABLE {crm}.other (id int)")
    user = mariadb.account("narrow")
    mariadb.execute(f"GRANT SELECT (id) ON {crm}.contacts TO '{user}'@'%'")

    narrow = read("mysql", {"url": mariadb.url(user, crm)}, [Structure({CONTACTS: "contacts", ODD: "other"})])
    wide = read("mysql", auditor_of(mariadb, crm), [Structure({CONTACTS: "contact"})])

    [system] = [fact for fact in narrow if isinstance(fact, SystemFact)]
    assert (system.product, system.complete_catalogue) == ("MariaDB", False)
    assert [fact.name.field for fact in narrow if isinstance(fact, FieldFact)] == [("id",)]
    assert [(fact.dataset, fact.proven) for fact in narrow if isinstance(fact, AbsentFact)] == [(ODD, False)]
    assert [(fact.proven, fact.nearest) for fact in wide if isinstance(fact, AbsentFact)] == [(True, ("contacts",))]
    assert [fact.complete_fields for fact in narrow if isinstance(fact, DatasetFact)] == [False]
    assert {fact.complete_fields for fact in wide if isinstance(fact, DatasetFact)} == {True}


def test_who_may_select_everything_sees_everything(mariadb: MariadbSchemas) -> None:
    user = mariadb.account("global")
    mariadb.execute(f"GRANT SELECT ON *.* TO '{user}'@'%'")

    [system] = [
        fact for fact in read("mysql", {"url": mariadb.url(user)}, [Structure()]) if isinstance(fact, SystemFact)
    ]

    assert system.complete_catalogue


@pytest.mark.parametrize(
    ("kind", "stored", "zone", "moment"),
    [
        ("datetime(6)", "'2026-11-20 10:00:00.250'", None, datetime(2026, 11, 20, 10, 0, 0, 250_000, tzinfo=UTC)),
        ("datetime", "'2026-11-20 10:00:00'", "Europe/Berlin", datetime(2026, 11, 20, 9, tzinfo=UTC)),
        # The server's own zone is three hours east.
        ("timestamp", "'2026-11-20 10:00:00'", "Europe/Berlin", datetime(2026, 11, 20, 7, tzinfo=UTC)),
        ("date", "'2026-11-20'", None, datetime(2026, 11, 20, tzinfo=UTC)),
        ("varchar(40)", "'2026-11-20T10:00:00+05:30'", None, datetime(2026, 11, 20, 4, 30, tzinfo=UTC)),
        ("varchar(40)", "'2026-11-20 10:00:00-0330'", None, datetime(2026, 11, 20, 13, 30, tzinfo=UTC)),
        ("varchar(40)", "'2026-11-20T10:00:00.5Z'", None, datetime(2026, 11, 20, 10, 0, 0, 500_000, tzinfo=UTC)),
        ("varchar(40)", "'2026-11-20 10:00'", "Europe/Berlin", datetime(2026, 11, 20, 9, tzinfo=UTC)),
        ("bigint", "1763632800000", None, datetime(2025, 11, 20, 10, tzinfo=UTC)),
        ("int unsigned", "1763632800", None, datetime(2025, 11, 20, 10, tzinfo=UTC)),
    ],
)
def test_a_moment_is_what_its_type_says(
    mariadb: MariadbSchemas, kind: str, stored: str, zone: str | None, moment: datetime
) -> None:
    crm = mariadb.schema()
    mariadb.execute(
        f"CREATE TABLE {crm}.contacts (at {kind} NULL)", f"INSERT INTO {crm}.contacts VALUES ({stored}), (NULL)"
    )
    kinds = (MeasureKind.NEWEST, MeasureKind.OLDEST, MeasureKind.OLDER, MeasureKind.FUTURE)

    facts = profiled(auditor_of(mariadb, crm), *(Measure(CONTACTS, kind, "at", zone=zone) for kind in kinds))

    assert values_of(facts) == {"rows": 2, "newest": [moment], "oldest": [moment], "older": 1, "future": 0}


@pytest.mark.parametrize(("kind", "stored"), [("datetime", "'0000-00-00'"), ("varchar(9)", "'yesterday'")])
def test_a_value_that_tells_no_time_makes_the_clock_unseen(mariadb: MariadbSchemas, kind: str, stored: str) -> None:
    crm = mariadb.schema()
    mariadb.execute(
        "SET sql_mode = ''", f"CREATE TABLE {crm}.contacts (at {kind})", f"INSERT INTO {crm}.contacts VALUES ({stored})"
    )

    facts = profiled(auditor_of(mariadb, crm), Measure(CONTACTS, MeasureKind.NEWEST, "at"))

    assert [fact.reason for fact in facts if isinstance(fact, UnseenFact)] == ["1 values tell no time"]


def test_a_text_of_the_plan_is_not_taken_for_a_number(mariadb: MariadbSchemas) -> None:
    crm = mariadb.schema()
    mariadb.execute(f"CREATE TABLE {crm}.contacts (id int)", f"INSERT INTO {crm}.contacts VALUES (0), (5)")

    facts = profiled(
        auditor_of(mariadb, crm), Measure(CONTACTS, MeasureKind.OUTSIDE, "id", values=("abc", "5", "5 apples"))
    )

    assert values_of(facts) == {"rows": 2, "outside": 1}


def test_a_statement_is_ended_when_its_time_is_up(mariadb: MariadbSchemas) -> None:
    crm = mariadb.schema()
    mariadb.execute(
        f"CREATE VIEW {crm}.slow AS SELECT count(*) > 0 AS yes"
        f" FROM {crm}.seq_1_to_100000 a JOIN {crm}.seq_1_to_100000 b"
    )
    settings = auditor_of(mariadb, crm)
    structure = read("mysql", settings, [Structure({CONTACTS: "slow"})])
    relation = relation_of(structure, CONTACTS)
    started = time.monotonic()

    facts = read(
        "mysql",
        settings,
        [Profile(relation, None, (), ()), Sample(relation, None, None)],
        context_of(budget=Budget(seconds=0.5)),
    )

    assert [(fact.what, fact.reason) for fact in facts if isinstance(fact, UnseenFact)] == [
        ("data", "statement timeout (1969)"),
        ("sample", "statement timeout (1969)"),
    ]
    assert time.monotonic() - started < 10


def test_what_may_not_be_read_is_unseen_and_the_rest_is_measured(mariadb: MariadbSchemas) -> None:
    crm = mariadb.schema()
    mariadb.execute(
        f"CREATE TABLE {crm}.contacts (id int, email varchar(40))",
        f"INSERT INTO {crm}.contacts VALUES (1, '{MARKER}@x.example')",
    )
    settings = auditor_of(mariadb, crm)
    relation = relation_of(read("mysql", settings, [Structure({CONTACTS: "contacts"})]), CONTACTS)
    narrow = mariadb.account("narrow")
    mariadb.execute(f"GRANT SELECT (id) ON {crm}.contacts TO '{narrow}'@'%'")
    nulls = tuple(Measure(CONTACTS, MeasureKind.NULLS, name) for name in ("id", "email"))

    facts = read(
        "mysql",
        {"url": mariadb.url(narrow, crm)},
        [Profile(relation, None, (), nulls), Sample(relation, None, None), Attempt(relation, narrow)],
    )

    denied = [(fact.what, fact.name.field) for fact in facts if isinstance(fact, UnseenFact) and fact.name]
    assert denied == [("data", ("email",)), ("sample", ("email",))]
    assert values_of(facts) == {"rows": 1, "nulls": 0}
    probes = {fact.on.field: (fact.readable, fact.code) for fact in facts if isinstance(fact, ProbeFact)}
    assert probes == {("id",): (True, ""), ("email",): (False, "1143")}
    assert MARKER not in repr(facts)


def test_a_probe_as_somebody_else_is_unseen(mariadb: MariadbSchemas) -> None:
    crm = mariadb.schema()
    mariadb.execute(f"CREATE TABLE {crm}.contacts (id int)")
    settings = auditor_of(mariadb, crm)
    relation = relation_of(read("mysql", settings, [Structure({CONTACTS: "contacts"})]), CONTACTS)

    facts = read("mysql", settings, [Attempt(relation, "somebody")])

    assert [(fact.what, fact.settle) for fact in facts if isinstance(fact, UnseenFact)] == [
        ("access", "scan with the identity's own login")
    ]


def test_a_segment_is_followed_through_a_join(mariadb: MariadbSchemas) -> None:
    crm = mariadb.schema()
    mariadb.execute(
        f"CREATE TABLE {crm}.contacts (id int, contact_id int)",
        f"INSERT INTO {crm}.contacts VALUES (1, 10), (2, 20), (3, NULL)",
        f"CREATE TABLE {crm}.people (id int, region varchar(9))",
        f"INSERT INTO {crm}.people VALUES (10, 'EU'), (20, 'US'), (NULL, 'EU')",
    )
    settings, people = auditor_of(mariadb, crm), DatasetId("s.people")
    structure = read("mysql", settings, [Structure({CONTACTS: "contacts", people: "people"})])
    cell = Joined("contact_id", people, "id", Compare("region", "=", "EU"))
    profile = Profile(relation_of(structure, CONTACTS), None, (cell,), (), {people: relation_of(structure, people)})

    facts = read("mysql", settings, [profile])

    assert {fact.atom: fact.value for fact in facts if isinstance(fact, MeasureFact)} == {
        ((str(cell), True),): 1,
        ((str(cell), False),): 2,
    }


def test_an_empty_table_and_columns_of_nulls_are_measured(mariadb: MariadbSchemas) -> None:
    crm = mariadb.schema()
    columns = "id int, email varchar(9), region varchar(9), at datetime"
    mariadb.execute(
        f"CREATE TABLE {crm}.empty ({columns})",
        f"CREATE TABLE {crm}.nulls ({columns})",
        f"INSERT INTO {crm}.nulls (id) VALUES (1), (2)",
    )
    settings = auditor_of(mariadb, crm)
    structure = read("mysql", settings, [Structure({CONTACTS: "empty", ODD: "nulls"})])
    measures = Measure(CONTACTS, MeasureKind.NEWEST, "at"), Measure(CONTACTS, MeasureKind.NULLS, "email")

    told = [
        values_of(read("mysql", settings, [Profile(relation_of(structure, one), None, (), measures)]))
        for one in (CONTACTS, ODD)
    ]

    assert told == [{"rows": 0, "newest": [None], "nulls": 0}, {"rows": 2, "newest": [None], "nulls": 2}]


def test_a_table_of_1000_columns_is_read_in_whole(mariadb: MariadbSchemas) -> None:
    crm = mariadb.schema()
    columns = ", ".join(f"c{number} int" for number in range(1000))
    mariadb.execute(f"CREATE TABLE {crm}.wide ({columns})", f"INSERT INTO {crm}.wide (c0) VALUES (1)")
    settings = auditor_of(mariadb, crm)
    relation = relation_of(read("mysql", settings, [Structure({CONTACTS: "wide"})]), CONTACTS)
    measures = tuple(Measure(CONTACTS, MeasureKind.NULLS, name) for name in relation.columns)

    facts = read("mysql", settings, [Profile(relation, None, (), measures), Sample(relation, None, None)])

    assert values_of(facts) == {"rows": 1, "nulls": 999}
    assert sum(isinstance(fact, LookFact) for fact in facts) == 1000
    assert not any(isinstance(fact, UnseenFact) for fact in facts)


def test_a_large_table_is_sampled_evenly_and_not_in_whole(mariadb: MariadbSchemas) -> None:
    crm = mariadb.schema()
    mariadb.execute(
        f"CREATE TABLE {crm}.contacts (id int PRIMARY KEY, email varchar(40))",
        f"INSERT INTO {crm}.contacts SELECT seq, IF(seq > 4000, 'a@b.example', NULL) FROM {crm}.seq_1_to_5000",
    )
    settings = auditor_of(mariadb, crm)
    relation = relation_of(read("mysql", settings, [Structure({CONTACTS: "contacts"})]), CONTACTS)

    facts = read("mysql", settings, [Sample(relation, None, 5000)])

    [look] = [fact for fact in facts if isinstance(fact, LookFact) and fact.name.field == ("email",)]
    assert (look.rows_looked, look.whole, look.rows_total) == (50, False, 5000)
    assert look.values_looked > 0


def test_questions_do_not_grow_with_the_tables(mariadb: MariadbSchemas) -> None:
    def queries(tables: int) -> int:
        schema = mariadb.schema(f"t{tables}")
        for number in range(tables):
            mariadb.execute(
                f"CREATE TABLE {schema}.t{number} (id int PRIMARY KEY, email varchar(9))",
                f"CREATE VIEW {schema}.v{number} AS SELECT email FROM {schema}.t{number}",
            )
        facts = read("mysql", auditor_of_once(schema), [Structure()])
        [cost] = [fact for fact in facts if isinstance(fact, CostFact)]
        return cost.queries

    def auditor_of_once(schema: str) -> dict[str, str]:
        user = mariadb.account(f"a{schema[:4]}")
        mariadb.execute(f"GRANT SELECT, SHOW VIEW, EVENT ON {schema}.* TO '{user}'@'%'")
        return {"url": mariadb.url(user, schema)}

    assert queries(1) == queries(30) <= 14


def test_a_server_that_dies_midway_is_a_lost_connection() -> None:
    try:
        server = start_mariadb()
    except CannotStartError as error:
        pytest.skip(f"no MariaDB server: {error}")
    settings = {"url": server.url(schema="crm")}
    try:
        server.execute("CREATE SCHEMA crm", "CREATE TABLE crm.contacts (id int)")
        relation = relation_of(read("mysql", settings, [Structure({CONTACTS: "contacts"})]), CONTACTS)

        connector = registry.connector("mysql")
        found = connector.read(
            connector.settings.model_validate(settings),
            [Structure(), Profile(relation, None, (), ())],
            context_of(),
        )
        next(found)
        server.end()
        with pytest.raises(ConnectorError, match="connection was lost"):
            list(found)
        with pytest.raises(ConnectorError, match="cannot connect: no connection"):
            read("mysql", settings, [Structure()])
    finally:
        server.end()


def test_a_measure_of_age_is_judged_by_the_audit_s_own_clock(mariadb: MariadbSchemas) -> None:
    crm = mariadb.schema()
    mariadb.execute(
        f"CREATE TABLE {crm}.contacts (at datetime)",
        f"INSERT INTO {crm}.contacts VALUES ('2026-11-21 11:59:59'), ('2026-11-21 12:00:01'), ('2026-11-22 12:06:00')",
    )

    facts = profiled(
        auditor_of(mariadb, crm),
        Measure(CONTACTS, MeasureKind.OLDER, "at", Duration(seconds=86_400)),
        Measure(CONTACTS, MeasureKind.FUTURE, "at", Duration(seconds=300)),
    )

    assert values_of(facts) == {"rows": 3, "older": 1, "future": 1}
