"""Edges of views, from their definitions, held against what the server says they depend on."""

from __future__ import annotations

import pytest

from lineage.connector import Structure
from lineage.facts import EdgeFact, OpaqueFact, UnseenFact
from lineage.plan.model import Budget
from tests.connectors.postgresql_facts import edges, of, read, structure
from tests.servers import PostgresDatabase

_WORLD = """
CREATE SCHEMA crm; CREATE SCHEMA ai;
CREATE TABLE crm.contacts (id int PRIMARY KEY, email text, region text, "Full Name" text);
CREATE TABLE crm.orders (id int, contact_id int, total numeric);
CREATE VIEW ai.contacts_v AS
  SELECT id, md5(email) AS email_key, upper("Full Name") AS "Name" FROM crm.contacts WHERE region = 'marker-in-a-view';
CREATE VIEW ai.totals AS
  SELECT c.region, sum(o.total) AS total FROM crm.contacts c JOIN crm.orders o ON o.contact_id = c.id GROUP BY 1;
CREATE VIEW ai.stacked AS SELECT v.email_key FROM ai.contacts_v v;
CREATE VIEW ai.star AS SELECT * FROM crm.orders;
CREATE VIEW ai.counted AS SELECT count(*) AS n FROM crm.orders;
CREATE VIEW ai.any_order AS SELECT id FROM crm.contacts WHERE EXISTS (SELECT FROM crm.orders);
CREATE VIEW ai.dropped AS SELECT inner_rows.id FROM (SELECT id, email FROM crm.contacts) inner_rows;
CREATE VIEW ai.of_catalogue AS SELECT c.relname FROM pg_catalog.pg_class c;
CREATE VIEW ai.of_information AS SELECT table_name FROM information_schema.tables;
CREATE MATERIALIZED VIEW ai.kept AS SELECT email FROM crm.contacts;
CREATE RECURSIVE VIEW ai.chain (id) AS SELECT id FROM crm.contacts UNION SELECT id + 1 FROM chain WHERE id < 3;
CREATE VIEW ai.whole AS SELECT contacts AS the_row FROM crm.contacts;
"""


@pytest.fixture(scope="module")
def world(postgres_of_module: PostgresDatabase) -> PostgresDatabase:
    postgres_of_module.execute(_WORLD)
    postgres_of_module.role("auditor")
    return postgres_of_module


def _auditor(world: PostgresDatabase) -> str:
    return next(iter(world.roles))


def test_a_views_columns_come_from_its_bases_with_what_is_left_of_each(world: PostgresDatabase) -> None:
    facts = structure(world, _auditor(world))

    assert edges(facts, "ai.contacts_v") == {
        ("crm.contacts.id", "ai.contacts_v.id", "IDENTITY", "raw"),
        ("crm.contacts.email", "ai.contacts_v.email_key", "TRANSFORMATION", "pseudonym"),
        ("crm.contacts.Full Name", "ai.contacts_v.Name", "TRANSFORMATION", "raw"),
        ("crm.contacts.region", "ai.contacts_v", "FILTER", "derived"),
    }


def test_what_decides_on_rows_is_kept_once(world: PostgresDatabase) -> None:
    found = edges(structure(world, _auditor(world)), "ai.totals")

    assert ("crm.contacts.region", "ai.totals.region", "IDENTITY", "raw") in found
    assert ("crm.orders.total", "ai.totals.total", "AGGREGATION", "aggregate") in found
    assert {source for source, target, _, _ in found if target == "ai.totals"} == {
        "crm.contacts.region",
        "crm.contacts.id",
        "crm.orders.contact_id",
    }


def test_views_on_views_stars_and_kept_views_are_followed_a_hop_each(world: PostgresDatabase) -> None:
    facts = structure(world, _auditor(world))

    assert ("ai.contacts_v.email_key", "ai.stacked.email_key", "IDENTITY", "raw") in edges(facts, "ai.stacked")
    assert ("crm.orders.total", "ai.star.total", "IDENTITY", "raw") in edges(facts, "ai.star")
    assert edges(facts, "ai.kept") == {("crm.contacts.email", "ai.kept.email", "IDENTITY", "raw")}
    assert ("crm.contacts.id", "ai.chain.id", "IDENTITY", "raw") in edges(facts, "ai.chain")


def test_a_base_that_is_only_counted_is_a_base(world: PostgresDatabase) -> None:
    facts = structure(world, _auditor(world))

    assert {source for source, _, _, _ in edges(facts, "ai.counted")} == {"crm.orders"}
    assert "crm.orders" in {source for source, _, _, _ in edges(facts, "ai.any_order")}


def test_a_column_that_is_named_but_flows_nowhere_still_needs_the_right(world: PostgresDatabase) -> None:
    found = edges(structure(world, _auditor(world)), "ai.dropped")

    assert ("crm.contacts.email", "ai.dropped", "FILTER", "derived") in found
    assert ("crm.contacts.id", "ai.dropped.id", "IDENTITY", "raw") in found


def test_a_whole_row_carries_every_column(world: PostgresDatabase) -> None:
    found = edges(structure(world, _auditor(world)), "ai.whole")

    into = {source for source, target, _, _ in found if target == "ai.whole.the_row"}
    assert {"crm.contacts.email", "crm.contacts.Full Name"} <= into


def test_views_over_the_servers_own_catalogue_have_no_bases_and_no_doubt(world: PostgresDatabase) -> None:
    facts = structure(world, _auditor(world))

    assert edges(facts, "ai.of_catalogue") == set()
    assert edges(facts, "ai.of_information") == set()
    assert not of(facts, OpaqueFact)


def test_every_edge_names_fields_that_exist(world: PostgresDatabase) -> None:
    facts = structure(world, _auditor(world))

    known = {getattr(fact, "name", None) for fact in facts}
    assert of(facts, EdgeFact)
    for edge in of(facts, EdgeFact):
        assert edge.source in known
        assert edge.target in known


def test_the_text_of_a_view_is_nowhere(world: PostgresDatabase) -> None:
    facts = structure(world, _auditor(world))

    assert "marker-in-a-view" not in repr(facts)


def test_what_a_function_gives_is_in_the_view_that_calls_it(postgres: PostgresDatabase) -> None:
    auditor = postgres.role("auditor")
    postgres.execute("""
        CREATE TABLE public.t (x text); CREATE TABLE public.hidden (x text);
        CREATE FUNCTION public.looked_up(text) RETURNS text STABLE LANGUAGE sql AS 'SELECT x FROM public.hidden';
        CREATE FUNCTION public.shortened(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT left($1, 2)';
        CREATE FUNCTION public.made_up(text) RETURNS text LANGUAGE plpgsql
          AS 'BEGIN EXECUTE format(''SELECT %I'', $1) INTO $1; RETURN $1; END';
        CREATE VIEW public.reading AS SELECT public.looked_up(x) AS y FROM public.t;
        CREATE VIEW public.strange AS SELECT public.made_up(x) AS y FROM public.t;
        CREATE VIEW public.pure AS SELECT public.shortened(x) AS y FROM public.t""")

    facts = structure(postgres, auditor)

    [opaque] = of(facts, OpaqueFact)
    assert opaque.name.short == "public.strange"
    assert ("public.t.x", "public.reading.y", "TRANSFORMATION", "raw") in edges(facts, "public.reading")
    assert ("public.hidden.x", "public.reading.y", "TRANSFORMATION", "raw") in edges(facts, "public.reading")


def test_a_view_of_a_locked_table_is_unseen_and_the_others_are_read(postgres: PostgresDatabase) -> None:
    import psycopg

    auditor = postgres.role("auditor")
    postgres.execute("""
        CREATE TABLE public.t (x text); CREATE TABLE public.u (x text);
        CREATE VIEW public.of_t AS SELECT x FROM public.t; CREATE VIEW public.of_u AS SELECT x FROM public.u""")

    with psycopg.connect(postgres.url()) as holder:
        holder.execute("LOCK TABLE public.t IN ACCESS EXCLUSIVE MODE")
        facts = read(postgres, auditor, Structure(), budget=Budget(seconds=0.3))

    [unseen] = of(facts, UnseenFact)
    assert unseen.name is not None
    assert (unseen.what, unseen.name.short) == ("definition", "public.of_t")
    assert [fact.name.short for fact in of(facts, OpaqueFact)] == ["public.of_t"]
    assert edges(facts, "public.of_u")


_EXOTIC = {
    "rows_from": "SELECT t.x, g.a FROM crm.t, LATERAL ROWS FROM (generate_series(1, t.n), unnest(t.words)) g (a, b)",
    "xml": "SELECT f.c FROM crm.t, XMLTABLE('/r' PASSING t.doc COLUMNS c text PATH 'c') f",
    "sets": "SELECT x, n, sum(n) FILTER (WHERE n > 1) AS s, grouping(x) AS g FROM crm.t "
    "GROUP BY GROUPING SETS ((x), (n), ())",
    "framed": "SELECT x, lag(n) OVER (PARTITION BY x ORDER BY n ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS l "
    "FROM crm.t",
    "ordered": "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY n) AS median FROM crm.t",
    "operators": "SELECT x COLLATE \"C\" AS c, n OPERATOR(pg_catalog.+) 1 AS m, words[1:2] AS w, x ~~* 'a%' AS l "
    "FROM crm.t",
    "cycle": "WITH RECURSIVE r (id) AS (SELECT n FROM crm.t UNION ALL SELECT id + 1 FROM r WHERE id < 9) "
    "CYCLE id SET looped USING way SELECT id FROM r",
    "sampled": "SELECT x FROM crm.t TABLESAMPLE bernoulli (10) REPEATABLE (1)",
    "valued": "SELECT v.a, t.x FROM crm.t JOIN (VALUES (1, 'marker-in-values')) v (a, b) ON v.a = t.n",
    "json": "SELECT j.key, j.value FROM crm.t CROSS JOIN LATERAL jsonb_each_text(t.j) j (key, value)",
    "unioned": "SELECT x FROM crm.t UNION ALL SELECT y FROM crm.u EXCEPT SELECT x FROM crm.t",
    "aliased": "SELECT p.a, p.b FROM crm.t AS p (a, b)",
    "merged": "SELECT * FROM crm.t FULL JOIN crm.u USING (n)",
    "composite": "SELECT (t.pair).left_one AS l FROM crm.t",
    "array": "SELECT ARRAY(SELECT u.y FROM crm.u WHERE u.n = t.n) AS ys, ROW(t.x, t.x)::crm.pair AS r FROM crm.t",
    "odd_columns": 'SELECT x AS "a ""b""", n AS "?column?", 1 AS "1" FROM crm.t',
}
_NOT_UNDERSTOOD = {"rows_from", "xml"}


@pytest.mark.parametrize("name", _EXOTIC)
def test_a_view_of_any_kind_has_an_edge_for_every_column_that_it_names(postgres: PostgresDatabase, name: str) -> None:
    auditor = postgres.role("auditor")
    postgres.execute("""
        CREATE SCHEMA crm; CREATE TYPE crm.pair AS (left_one text, right_one text);
        CREATE TABLE crm.t (x text, n int, words text[], doc xml, j jsonb, pair crm.pair);
        CREATE TABLE crm.u (y text, n int)""")
    postgres.execute(f"CREATE VIEW crm.v AS {_EXOTIC[name]}")
    needed = {
        f"crm.{table}.{column}"
        for table, column in postgres.execute(
            "SELECT c.relname, a.attname FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class c"
            " ON c.oid = d.refobjid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid"
            " WHERE r.ev_class = 'crm.v'::regclass AND c.relkind = 'r' AND d.refobjsubid > 0"
        )
    }

    facts = structure(postgres, auditor)

    assert {source for source, _, _, _ in edges(facts, "crm.v")} >= needed
    assert not of(facts, UnseenFact)
    assert "marker" not in repr(facts)
    assert bool(of(facts, OpaqueFact)) == (name in _NOT_UNDERSTOOD)
