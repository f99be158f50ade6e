"""What CONNECT alone shows of a PostgreSQL database: relations, columns, keys, and what the plan's names mean."""

from __future__ import annotations

import pytest

from lineage.facts import AbsentFact, CostFact, DatasetFact, ResolvedFact, SystemFact, UnseenFact
from lineage.model import DatasetKind
from tests.connectors.postgresql_facts import field, named, of, structure, without_moments
from tests.servers import PostgresDatabase

_WORLD = """
CREATE SCHEMA crm; CREATE SCHEMA ai; CREATE SCHEMA "Odd Schema";
CREATE TYPE crm.mood AS ENUM ('calm', 'cross');
CREATE DOMAIN crm.moment AS timestamptz; CREATE DOMAIN crm.moment_again AS crm.moment;
CREATE SEQUENCE crm.counter;
CREATE TABLE crm.contacts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email varchar(80) NOT NULL, region text DEFAULT 'EU',
  mood crm.mood DEFAULT 'calm', seen crm.moment_again DEFAULT now(), dice int DEFAULT 1 + (random() * 5)::int,
  updated_at timestamptz DEFAULT current_timestamp, tags text[] DEFAULT '{}', number int DEFAULT nextval('crm.counter'),
  twice int GENERATED ALWAYS AS (1 + 1) STORED, utc timestamp DEFAULT (now() AT TIME ZONE 'utc'), gone int);
ALTER TABLE crm.contacts DROP COLUMN gone;
COMMENT ON TABLE crm.contacts IS 'people'; COMMENT ON COLUMN crm.contacts.email IS 'how to reach them';
CREATE INDEX ON crm.contacts (updated_at); CREATE INDEX ON crm.contacts (region, number);
CREATE INDEX ON crm.contacts (seen) WHERE region = 'EU'; CREATE INDEX ON crm.contacts USING hash (email);
INSERT INTO crm.contacts (email) SELECT 'someone' FROM generate_series(1, 200);
CREATE TABLE crm.unique_only (a int NOT NULL, b int NOT NULL, c int UNIQUE, UNIQUE (a, b));
CREATE TABLE crm.keyless (c int UNIQUE);
CREATE TABLE crm.events (id int, at timestamptz) PARTITION BY RANGE (at);
CREATE TABLE crm.events_old PARTITION OF crm.events FOR VALUES FROM ('2020-01-01') TO ('2025-01-01');
CREATE TABLE crm.events_new PARTITION OF crm.events FOR VALUES FROM ('2025-01-01') TO ('2030-01-01')
  PARTITION BY LIST (id);
CREATE TABLE crm.events_new_one PARTITION OF crm.events_new FOR VALUES IN (1);
INSERT INTO crm.events VALUES (1, '2021-01-01'), (1, '2026-01-01'), (1, '2026-01-02');
CREATE VIEW ai.contacts_v AS SELECT id, region FROM crm.contacts;
CREATE VIEW ai.asked_v WITH (security_invoker = on) AS SELECT id FROM crm.contacts;
CREATE MATERIALIZED VIEW ai.kept AS SELECT id FROM crm.contacts;
CREATE TABLE "Odd Schema"."Tab le" ("Col""x" int, "Ünï.çode" text, "%s" text);
CREATE TABLE "Odd Schema"."a.b" (x int);
CREATE TABLE public.tickets (id int); CREATE TABLE public."Tickets" (id int); CREATE TABLE public."Mixed" (id int);
CREATE TABLE crm.never (id int);
CREATE TABLE crm.heirs (more int) INHERITS (crm.never);
CREATE FOREIGN DATA WRAPPER elsewhere; CREATE SERVER far FOREIGN DATA WRAPPER elsewhere;
CREATE FOREIGN TABLE crm.far_away (id int) SERVER far;
ANALYZE crm.contacts; ANALYZE crm.events;
"""


@pytest.fixture(scope="module")
def world(postgres_of_module: PostgresDatabase) -> PostgresDatabase:
    postgres_of_module.execute(_WORLD)
    postgres_of_module.role("auditor")
    return postgres_of_module


def _auditor(world: PostgresDatabase) -> str:
    return next(iter(world.roles))


def test_the_system_says_what_it_is_and_that_its_catalogue_hides_nothing(world: PostgresDatabase) -> None:
    facts = structure(world, _auditor(world))

    [system] = of(facts, SystemFact)
    release = world.execute("SELECT split_part(current_setting('server_version'), ' ', 1)")[0][0]
    assert (system.product, system.version, system.complete_catalogue) == ("PostgreSQL", release, True)
    assert system.namespace == f"postgres://localhost:{world.server.port}"
    assert system.clock_offset_seconds == 0.0
    assert system.seen.identity == _auditor(world)
    assert isinstance(facts[-1], CostFact)


def test_the_same_facts_are_read_twice(world: PostgresDatabase) -> None:
    first, second = (structure(world, _auditor(world)) for _ in range(2))

    assert without_moments(first) == without_moments(second)
    assert not of(first, UnseenFact)


def test_every_kind_of_relation_is_seen_without_a_right_on_it(world: PostgresDatabase) -> None:
    facts = structure(world, _auditor(world))

    assert {fact.name.short: fact.kind for fact in of(facts, DatasetFact)} == {
        "Odd Schema.Tab le": DatasetKind.TABLE,
        "Odd Schema.a.b": DatasetKind.TABLE,
        "ai.asked_v": DatasetKind.VIEW,
        "ai.contacts_v": DatasetKind.VIEW,
        "ai.kept": DatasetKind.MATERIALIZED_VIEW,
        "crm.contacts": DatasetKind.TABLE,
        "crm.events": DatasetKind.PARTITIONED,
        "crm.events_new": DatasetKind.PARTITIONED,
        "crm.events_new_one": DatasetKind.PARTITION,
        "crm.events_old": DatasetKind.PARTITION,
        "crm.far_away": DatasetKind.FOREIGN,
        "crm.heirs": DatasetKind.TABLE,
        "crm.keyless": DatasetKind.TABLE,
        "crm.never": DatasetKind.TABLE,
        "crm.unique_only": DatasetKind.TABLE,
        "public.Mixed": DatasetKind.TABLE,
        "public.Tickets": DatasetKind.TABLE,
        "public.tickets": DatasetKind.TABLE,
    }


def test_a_table_has_its_key_owner_size_and_an_estimate_of_its_rows(world: PostgresDatabase) -> None:
    facts = structure(world, _auditor(world))

    contacts = named(facts, DatasetFact, "crm.contacts")
    assert (contacts.key, contacts.owner, contacts.rows_estimate) == (("id",), "postgres", 200)
    assert contacts.documented
    assert contacts.size_bytes == world.execute("SELECT pg_relation_size('crm.contacts')")[0][0]
    never = named(facts, DatasetFact, "crm.never")
    assert (never.rows_estimate, never.size_bytes, never.documented) == (None, None, False)


def test_a_unique_key_without_nulls_stands_in_for_a_primary_key(world: PostgresDatabase) -> None:
    facts = structure(world, _auditor(world))

    assert named(facts, DatasetFact, "crm.unique_only").key == ("a", "b")
    assert named(facts, DatasetFact, "crm.keyless").key == ()


def test_partitions_name_their_table_and_are_summed_up_in_it(world: PostgresDatabase) -> None:
    facts = structure(world, _auditor(world))

    events = named(facts, DatasetFact, "crm.events")
    assert (events.rows_estimate, events.parts, events.parent) == (3, 2, None)
    leaf = named(facts, DatasetFact, "crm.events_new_one")
    assert leaf.parent == named(facts, DatasetFact, "crm.events_new").name
    assert named(facts, DatasetFact, "crm.events_new").parent == events.name
    assert named(facts, DatasetFact, "crm.heirs").parent == named(facts, DatasetFact, "crm.never").name


def test_a_view_says_with_whose_rights_it_reads(world: PostgresDatabase) -> None:
    facts = structure(world, _auditor(world))

    assert named(facts, DatasetFact, "ai.contacts_v").runs_as_owner
    assert not named(facts, DatasetFact, "ai.asked_v").runs_as_owner


@pytest.mark.parametrize(
    ("column", "type_", "default"),
    [
        ("id", "bigint", "sequence"),
        ("email", "character varying(80)", None),
        ("region", "text", "constant"),
        ("mood", "crm.mood", "constant"),
        ("seen", "timestamp with time zone", "now"),
        ("dice", "integer", "expression"),
        ("updated_at", "timestamp with time zone", "now"),
        ("tags", "text[]", "constant"),
        ("number", "integer", "sequence"),
        ("twice", "integer", "expression"),
        ("utc", "timestamp without time zone", "now"),
    ],
)
def test_a_column_has_its_type_and_the_kind_of_its_default(
    world: PostgresDatabase, column: str, type_: str, default: str | None
) -> None:
    facts = structure(world, _auditor(world))

    found = field(facts, f"crm.contacts.{column}")
    assert (found.type, found.default) == (type_, default)


def test_columns_know_whether_they_are_documented_required_computed_and_cheap_to_order(
    world: PostgresDatabase,
) -> None:
    facts = structure(world, _auditor(world))

    email, twice = field(facts, "crm.contacts.email"), field(facts, "crm.contacts.twice")
    assert (email.documented, email.nullable, email.computed) == (True, False, False)
    assert (twice.documented, twice.nullable, twice.computed) == (False, True, True)
    columns = ("id", "updated_at", "region", "number", "seen", "email")
    indexed = [column for column in columns if field(facts, f"crm.contacts.{column}").indexed]
    assert indexed == ["id", "updated_at", "region"]


def test_dropped_columns_are_gone(world: PostgresDatabase) -> None:
    facts = structure(world, _auditor(world))

    with pytest.raises(ValueError, match="unpack"):
        field(facts, "crm.contacts.gone")


@pytest.mark.parametrize(
    ("reads", "means"),
    [
        ("ai.contacts_v", "ai.contacts_v"),
        ("AI.Contacts_V", "ai.contacts_v"),
        (' ai . "contacts_v" ', "ai.contacts_v"),
        ("tickets", "public.tickets"),
        ("Tickets", "public.tickets"),  # folds, as PostgreSQL folds it
        ('"Tickets"', "public.Tickets"),
        ("Mixed", "public.Mixed"),  # nothing is called mixed: taken as it is spelt
        ('"Odd Schema"."Tab le"', "Odd Schema.Tab le"),
        ("Odd Schema.Tab le", "Odd Schema.Tab le"),
        ('"Odd Schema"."a.b"', "Odd Schema.a.b"),
        ("{database}.crm.contacts", "crm.contacts"),
    ],
)
def test_a_name_of_the_plan_means_what_postgresql_would_read(world: PostgresDatabase, reads: str, means: str) -> None:
    facts = structure(world, _auditor(world), asked=reads.format(database=world.name))

    [found] = of(facts, ResolvedFact)
    assert found.name.short == means


@pytest.mark.parametrize(
    ("reads", "nearest"),
    [
        ("crm.contcats", ("crm.contacts",)),
        ("contacts", ("crm.contacts",)),
        ("mixed", ('public."Mixed"',)),
        ('"tab le"', ('"Odd Schema"."Tab le"',)),
        ("other_database.crm.contacts", ("crm.contacts",)),
        ("crm.", ()),
        ("", ()),
        ('crm."contacts', ("crm.contacts",)),
        ("a.b.c.d", ()),
        ("crm.contacts; DROP TABLE crm.contacts", ("crm.contacts",)),
        ("crm.contacts\x00", ("crm.contacts",)),
    ],
)
def test_a_name_that_nothing_has_is_proved_absent_with_those_that_look_alike(
    world: PostgresDatabase, reads: str, nearest: tuple[str, ...]
) -> None:
    facts = structure(world, _auditor(world), asked=reads)

    [absent] = of(facts, AbsentFact)
    assert absent.proven
    assert absent.nearest[: len(nearest)] == nearest


def test_an_empty_database_is_an_answer(postgres: PostgresDatabase) -> None:
    auditor = postgres.role("auditor")

    facts = structure(postgres, auditor, contacts="crm.contacts")

    assert not of(facts, DatasetFact)
    assert of(facts, AbsentFact)[0].proven
    assert not of(facts, UnseenFact)


def test_temporary_tables_of_others_are_not_datasets(postgres: PostgresDatabase) -> None:
    import psycopg

    auditor = postgres.role("auditor")

    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute("CREATE TEMP TABLE scratch (x int)")
        facts = structure(postgres, auditor)

    assert not of(facts, DatasetFact)
