"""Profiles, samples and probes on a real server: what is denied is unseen with its grant, the rest is measured."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from lineage.connector import Attempt, MeasureKind, Profile, Sample, Task
from lineage.detector import Label
from lineage.duration import Duration
from lineage.facts import Fact, LabelFact, LookFact, MeasureFact, ProbeFact, UnseenFact
from lineage.model import DatasetId
from lineage.plan.model import Budget
from lineage.predicate import Compare, IsIn, Joined, Predicate
from tests.connectors.postgresql_facts import measure, of, read, relation
from tests.servers import PostgresDatabase

_CONTACTS = """
CREATE SCHEMA crm;
CREATE TYPE crm.tier AS ENUM ('free', 'gold');
CREATE TABLE crm.contacts (
  id int PRIMARY KEY, email text, region text, tier crm.tier, updated_at timestamptz, wall timestamp, day date);
INSERT INTO crm.contacts SELECT n, CASE WHEN n % 5 > 0 THEN 'somebody' END, CASE WHEN n % 2 = 0 THEN 'EU' ELSE 'US' END,
  'gold', timestamptz '2026-11-22 11:00+00' - n * interval '1 hour', timestamp '2026-11-22 11:00', date '2026-11-21'
  FROM generate_series(1, 20) n;
INSERT INTO crm.contacts VALUES (21, '  ', 'EU', 'free', '2027-01-01', NULL, NULL);
"""
_ALL = {
    "id": "integer",
    "email": "text",
    "region": "text",
    "tier": "crm.tier",
    "updated_at": "timestamp with time zone",
    "wall": "timestamp without time zone",
    "day": "date",
}
_EU = Compare("region", "=", "EU")


class Shouting:
    """A detector that calls every column by what it saw of it, to prove what reached it."""

    name = "shouting"

    def detect(self, table: Any) -> Iterator[Label]:
        for column in table.column_names:
            values = [value for value in table.column(column).to_pylist() if value is not None]
            yield Label(column, "seen", len(values), len(values), ("list",), 1.0, (0.0, 1.0))


def _profile(database: PostgresDatabase, *asked: tuple[MeasureKind, str], cells: tuple[Predicate, ...] = ()) -> Profile:
    measures = tuple(measure("contacts", kind, name) for kind, name in asked)
    columns = {name: _ALL[name] for name in {*(name for _, name in asked), "region", "tier"}}
    rows = measure("contacts", MeasureKind.ROWS)
    return Profile(relation(database, "crm.contacts", **columns), None, cells, (rows, *measures))


def _values(facts: list[Fact]) -> dict[str, Any]:
    return {fact.measure: fact.value for fact in of(facts, MeasureFact)}


def _auditor(database: PostgresDatabase, rights: str = "SELECT") -> str:
    auditor = database.role("auditor")
    database.execute(f"GRANT USAGE ON SCHEMA crm TO {auditor}; GRANT {rights} ON crm.contacts TO {auditor}")
    return auditor


@pytest.fixture
def contacts(postgres: PostgresDatabase) -> PostgresDatabase:
    postgres.execute(_CONTACTS)
    return postgres


def test_rows_are_counted_for_each_atom_of_the_cells(contacts: PostgresDatabase) -> None:
    task = _profile(contacts, (MeasureKind.NULLS, "email"), (MeasureKind.BLANKS, "email"), cells=(_EU,))

    facts = of(read(contacts, _auditor(contacts), task), MeasureFact)

    found = {(fact.atom, fact.measure): fact.value for fact in facts}
    eu, us = ((str(_EU), True),), ((str(_EU), False),)
    assert {key: value for key, value in found.items() if key[1] == "rows"} == {(eu, "rows"): 11, (us, "rows"): 10}
    assert found[eu, "nulls:email"] == 2
    assert found[us, "nulls:email"] == 2
    assert found[eu, "blanks:email"] == 1


def test_clocks_are_read_as_moments(contacts: PostgresDatabase) -> None:
    asked = [(kind, "updated_at") for kind in (MeasureKind.NEWEST, MeasureKind.OLDEST, MeasureKind.FUTURE)]

    values = _values(read(contacts, _auditor(contacts), _profile(contacts, *asked, (MeasureKind.NEWEST, "wall"))))

    assert values["newest:updated_at"].isoformat() == "2026-11-22T10:00:00+00:00"
    assert values["oldest:updated_at"].isoformat() == "2026-11-21T15:00:00+00:00"
    assert values["future:updated_at"] == 1
    assert values["newest:wall"].isoformat() == "2026-11-22T11:00:00+00:00"


def test_an_enum_is_compared_with_words_that_it_does_not_know(contacts: PostgresDatabase) -> None:
    cell = IsIn("tier", ("gold", "not a tier; '"))

    facts = of(read(contacts, _auditor(contacts), _profile(contacts, cells=(cell,))), MeasureFact)

    assert {fact.atom[0][1]: fact.value for fact in facts} == {True: 20, False: 1}


def test_a_joined_cell_is_told_apart(contacts: PostgresDatabase) -> None:
    contacts.execute("CREATE TABLE crm.tickets (id int, contact_id int); INSERT INTO crm.tickets VALUES (1, 2), (2, 1)")
    auditor = _auditor(contacts)
    contacts.execute(f"GRANT SELECT ON crm.tickets TO {auditor}")
    other = relation(contacts, "crm.contacts", id="integer", region="text")
    cell = Joined("contact_id", DatasetId("crm.contacts"), "id", _EU)
    tickets = relation(contacts, "crm.tickets", contact_id="integer")
    task = Profile(tickets, None, (cell,), (measure("tickets", MeasureKind.ROWS),), {other.dataset: other})

    facts = of(read(contacts, auditor, task), MeasureFact)

    assert {fact.atom[0][1]: fact.value for fact in facts} == {True: 1, False: 1}


def test_a_denied_column_is_unseen_with_its_grant_and_the_others_are_measured(contacts: PostgresDatabase) -> None:
    auditor = _auditor(contacts, "SELECT (id, region, tier)")

    facts = read(contacts, auditor, _profile(contacts, (MeasureKind.NULLS, "email"), (MeasureKind.NULLS, "region")))

    assert _values(facts) == {"rows": 21, "nulls:region": 0}
    [unseen] = of(facts, UnseenFact)
    assert unseen.name is not None
    assert (unseen.what, unseen.reason, unseen.name.short) == (
        "data",
        "permission denied (42501)",
        "crm.contacts.email",
    )
    contacts.execute(unseen.settle.partition(";")[0])
    again = read(contacts, auditor, _profile(contacts, (MeasureKind.NULLS, "email")))
    assert _values(again)["nulls:email"] == 4


def test_a_denied_dataset_is_unseen_with_grants_that_open_it(contacts: PostgresDatabase) -> None:
    auditor = contacts.role("auditor")

    facts = read(contacts, auditor, _profile(contacts, (MeasureKind.NULLS, "email")))

    assert not of(facts, MeasureFact)
    unseen = of(facts, UnseenFact)
    whole = next(fact for fact in unseen if fact.name and not fact.name.field)
    for grant in whole.settle.split("; ")[:2]:
        contacts.execute(grant)
    assert _values(read(contacts, auditor, _profile(contacts, (MeasureKind.NULLS, "email")))) == {
        "rows": 21,
        "nulls:email": 4,
    }


@pytest.mark.parametrize(
    ("select", "code"),
    [("1 / (id - 21) AS id", "22012"), ("CAST('x' || id AS int) AS id", "22P02"), ("pg_sleep(9)::text AS id", "57014")],
)
def test_a_view_that_fails_at_run_time_is_unseen_with_its_code(
    contacts: PostgresDatabase, select: str, code: str
) -> None:
    auditor = _auditor(contacts)
    contacts.execute(f"CREATE VIEW crm.broken AS SELECT {select}, email FROM crm.contacts")
    contacts.execute(f"GRANT SELECT ON crm.broken TO {auditor}")
    asked = (measure("broken", MeasureKind.ROWS), measure("broken", MeasureKind.NULLS, "id"))
    task = Profile(relation(contacts, "crm.broken", id="integer", email="text"), None, (), asked)

    facts = read(contacts, auditor, task, budget=Budget(seconds=0.5))

    assert "nulls:id" not in _values(facts)
    assert any(f"({code})" in fact.reason for fact in of(facts, UnseenFact))


def test_a_view_over_a_function_that_no_longer_compiles_is_unseen(contacts: PostgresDatabase) -> None:
    auditor = _auditor(contacts)
    contacts.execute("""
        CREATE TABLE crm.fees (id int, fee int); INSERT INTO crm.fees VALUES (1, 2);
        CREATE FUNCTION crm.fee(int) RETURNS int STABLE LANGUAGE plpgsql AS
          'BEGIN RETURN (SELECT fee FROM crm.fees WHERE fees.id = $1); END';
        CREATE VIEW crm.broken AS SELECT id, crm.fee(id) AS fee FROM crm.contacts;
        DROP TABLE crm.fees""")
    contacts.execute(f"GRANT SELECT ON crm.broken TO {auditor}")
    task = Profile(
        relation(contacts, "crm.broken", id="integer", fee="integer"),
        None,
        (),
        (measure("broken", MeasureKind.NULLS, "id"), measure("broken", MeasureKind.NULLS, "fee")),
    )

    facts = read(contacts, auditor, task)

    assert _values(facts)["nulls:id"] == 0
    [unseen] = of(facts, UnseenFact)
    assert (unseen.name and unseen.name.short, unseen.reason) == ("crm.broken.fee", "no such table (42P01)")


def test_a_kept_view_that_was_never_filled_is_unseen(contacts: PostgresDatabase) -> None:
    auditor = _auditor(contacts)
    contacts.execute("CREATE MATERIALIZED VIEW crm.kept AS SELECT id FROM crm.contacts WITH NO DATA")
    contacts.execute(f"GRANT SELECT ON crm.kept TO {auditor}")
    task = Profile(relation(contacts, "crm.kept", id="integer"), None, (), (measure("kept", MeasureKind.ROWS),))

    facts = read(contacts, auditor, task)

    assert not of(facts, MeasureFact)
    assert "(55000)" in of(facts, UnseenFact)[0].reason


def test_a_dataset_that_went_away_is_unseen(contacts: PostgresDatabase) -> None:
    auditor = _auditor(contacts)
    task = _profile(contacts)
    contacts.execute("DROP TABLE crm.contacts")

    [unseen] = of(read(contacts, auditor, task), UnseenFact)

    assert unseen.reason == "no such table (42P01)"


def test_more_rows_than_the_budget_allows_are_not_read(contacts: PostgresDatabase) -> None:
    contacts.execute("ANALYZE crm.contacts; CREATE VIEW crm.v AS SELECT id FROM crm.contacts")
    auditor = _auditor(contacts)
    contacts.execute(f"GRANT SELECT ON crm.v TO {auditor}")
    view = Profile(relation(contacts, "crm.v", id="integer"), None, (), (measure("v", MeasureKind.ROWS),))

    for task in (_profile(contacts), view):
        facts = read(contacts, auditor, task, budget=Budget(rows=20))

        assert not of(facts, MeasureFact)
        assert of(facts, UnseenFact)[0].reason.startswith("over budget: about 21 rows")


def test_the_newest_of_too_many_rows_is_told_by_its_index(contacts: PostgresDatabase) -> None:
    contacts.execute("CREATE INDEX ON crm.contacts (updated_at); ANALYZE crm.contacts")
    auditor = _auditor(contacts)
    asked = measure("contacts", MeasureKind.NEWEST, "updated_at", span=Duration(seconds=300))
    whole = relation(contacts, "crm.contacts", updated_at="timestamp with time zone", wall="timestamp")
    known = replace(whole, columns={name: replace(one, indexed=True) for name, one in whole.columns.items()})

    with_index = read(contacts, auditor, Profile(known, None, (), (asked,)), budget=Budget(rows=20))
    without = read(contacts, auditor, Profile(whole, None, (), (asked,)), budget=Budget(rows=20))
    filtered = read(contacts, auditor, Profile(known, _EU, (), (asked,)), budget=Budget(rows=20))

    [told] = of(with_index, MeasureFact)
    assert told.value == datetime(2026, 11, 22, 10, 0, tzinfo=UTC)  # the row of next year is cut off
    assert of(with_index, UnseenFact)[0].reason.startswith("over budget")
    assert not of(without, MeasureFact)
    assert not of(filtered, MeasureFact)


def test_odd_names_are_measured_and_probed(postgres: PostgresDatabase) -> None:
    auditor = postgres.role("auditor")
    postgres.execute('CREATE SCHEMA "Odd %s"; CREATE TABLE "Odd %s"."Tab ""le"" :x" ("Cöl %(a)s" text, ":b" int)')
    postgres.execute('INSERT INTO "Odd %s"."Tab ""le"" :x" VALUES (NULL, 1)')
    postgres.execute(
        f'GRANT USAGE ON SCHEMA "Odd %s" TO {auditor}; GRANT SELECT ON "Odd %s"."Tab ""le"" :x" TO {auditor}'
    )
    odd = relation(postgres, 'Odd %s.Tab "le" :x', **{"Cöl %(a)s": "text", ":b": "integer"})
    asked = tuple(measure('Tab "le" :x', MeasureKind.NULLS, name) for name in odd.columns)
    tasks: tuple[Task, ...] = (Profile(odd, None, (), asked), Sample(odd, None, 1), Attempt(odd, auditor))

    facts = read(postgres, auditor, *tasks, detector=Shouting())

    assert {fact.value for fact in of(facts, MeasureFact) if fact.measure != "rows"} == {0, 1}
    assert len(of(facts, LabelFact)) == 2
    assert [fact.readable for fact in of(facts, ProbeFact)] == [True, True]
    assert not of(facts, UnseenFact)


def test_a_sample_is_seen_by_the_detector_and_bounded(contacts: PostgresDatabase) -> None:
    contacts.execute("ANALYZE crm.contacts")
    task = Sample(relation(contacts, "crm.contacts", email="text", day="date"), None, 21)
    auditor = _auditor(contacts)

    whole = read(contacts, auditor, task, detector=Shouting())
    part = read(contacts, auditor, task, detector=Shouting(), budget=Budget(sample=4))

    assert {(fact.name.field[0], fact.rows_looked, fact.whole) for fact in of(whole, LookFact)} == {
        ("email", 21, True),
        ("day", 21, True),
    }
    assert {(fact.name.field[0], fact.hits) for fact in of(whole, LabelFact)} == {("email", 17), ("day", 20)}
    assert all(0 < fact.rows_looked <= 4 and not fact.whole for fact in of(part, LookFact))
    assert {fact.seen.how for fact in of(part, LookFact)} == {"spread sample"}


@pytest.mark.parametrize(("rows", "how"), [(3_000, "spread sample"), (300, "every row")])
def test_a_table_that_was_never_analysed_is_sampled_by_chance_all_the_same(
    contacts: PostgresDatabase, rows: int, how: str
) -> None:
    contacts.execute(f"CREATE TABLE crm.fresh AS SELECT 'a' || i AS email FROM generate_series(1, {rows}) i")
    auditor = _auditor(contacts)
    contacts.execute(f"GRANT SELECT ON crm.fresh TO {auditor}")
    task = Sample(relation(contacts, "crm.fresh", email="text"), None, None)

    [look] = of(read(contacts, auditor, task, detector=Shouting(), budget=Budget(sample=100)), LookFact)

    assert look.seen.how == how
    assert look.whole == (rows < 500)
    assert 0 < look.rows_looked <= 500


@pytest.mark.parametrize(("rows", "how"), [(3_000, "spread sample"), (300, "every row")])
def test_a_view_is_sampled_all_over(contacts: PostgresDatabase, rows: int, how: str) -> None:
    contacts.execute(
        f"CREATE TABLE crm.many AS SELECT i FROM generate_series(1, {rows}) i;"
        # What the detector shouts at stands in the last rows alone.
        f"CREATE VIEW crm.seen AS SELECT CASE WHEN i > {rows // 2} THEN 'last' END AS word FROM crm.many"
    )
    auditor = _auditor(contacts)
    contacts.execute(f"GRANT SELECT ON crm.seen TO {auditor}")
    task = Sample(relation(contacts, "crm.seen", word="text"), None, None)

    facts = read(contacts, auditor, task, detector=Shouting(), budget=Budget(sample=500))

    [look], [label] = of(facts, LookFact), of(facts, LabelFact)
    assert (look.seen.how, look.rows_total) == (how, rows)
    assert 0.4 < label.hits / look.rows_looked < 0.6
    # A budget that forbids to read all of it leaves its beginning.
    poor = read(contacts, auditor, task, detector=Shouting(), budget=Budget(sample=50, rows=200))
    assert [look.seen.how for look in of(poor, LookFact)] == ["first rows"]


def test_a_denied_column_is_not_sampled_and_the_others_are(contacts: PostgresDatabase) -> None:
    task = Sample(relation(contacts, "crm.contacts", email="text", region="text"), None, None)

    facts = read(contacts, _auditor(contacts, "SELECT (region)"), task, detector=Shouting())

    assert {fact.name.field[0] for fact in of(facts, LookFact)} == {"region"}
    [unseen] = of(facts, UnseenFact)
    assert (unseen.what, unseen.reason) == ("sample", "permission denied (42501)")
    assert 'GRANT SELECT ("email") ON crm.contacts TO' in unseen.settle


def test_a_probe_says_which_columns_the_identity_reads(contacts: PostgresDatabase) -> None:
    auditor, identity = contacts.role("auditor"), contacts.role("identity", "NOLOGIN")
    contacts.execute(f"GRANT {identity} TO {auditor}; GRANT USAGE ON SCHEMA crm TO {identity}")
    contacts.execute(f"GRANT SELECT (id, region) ON crm.contacts TO {identity}")

    facts = read(contacts, auditor, Attempt(relation(contacts, "crm.contacts", **_ALL), identity))

    found = {fact.on.field[0]: (fact.readable, fact.code) for fact in of(facts, ProbeFact)}
    assert {name for name, (readable, _) in found.items() if readable} == {"id", "region"}
    assert found["email"] == (False, "42501")
    assert {fact.seen.identity for fact in of(facts, ProbeFact)} == {identity}
    assert not of(facts, UnseenFact)


def test_a_probe_as_the_session_itself_needs_no_right_to_switch(contacts: PostgresDatabase) -> None:
    auditor = _auditor(contacts, "SELECT (id)")

    facts = read(contacts, auditor, Attempt(relation(contacts, "crm.contacts", id="integer", email="text"), auditor))

    assert [fact.readable for fact in of(facts, ProbeFact)] == [True, False]


def test_an_identity_that_the_auditor_may_not_become_is_unseen_with_the_grant(contacts: PostgresDatabase) -> None:
    auditor, identity = contacts.role("auditor"), contacts.role("identity")
    task = Attempt(relation(contacts, "crm.contacts", id="integer"), identity)

    [unseen] = of(read(contacts, auditor, task), UnseenFact)

    assert (unseen.what, unseen.reason) == ("access", "the auditor may not become the identity")
    contacts.execute(unseen.settle)
    assert of(read(contacts, auditor, task), ProbeFact)


def test_an_identity_that_does_not_exist_is_unseen(contacts: PostgresDatabase) -> None:
    task = Attempt(relation(contacts, "crm.contacts", id="integer"), 'nobody"; RESET ROLE; --')

    [unseen] = of(read(contacts, contacts.role("auditor"), task), UnseenFact)

    assert (unseen.what, unseen.reason) == ("access", "there is no such role")
