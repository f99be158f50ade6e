"""Dynamic SQL in PL/pgSQL: read where its texts follow from constants, and left open where anything else decides."""

from __future__ import annotations

import pytest

from lineage.connector import Structure
from lineage.facts import RoutineFact
from tests.connectors.postgresql_facts import of, read
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql
_DESK = """
CREATE TABLE staff (name text, pay int, note text);
CREATE TABLE depots (name text, pay int);
CREATE PROCEDURE swap(INOUT q text) LANGUAGE plpgsql AS $$ BEGIN q := 'SELECT note FROM public.staff'; END $$;
"""
_PAY = "SELECT pay FROM public.staff"


@pytest.mark.parametrize(
    ("declared", "lines", "gives"),
    [
        ("", f"RETURN QUERY EXECUTE '{_PAY}';", {"pay"}),
        ("", "RETURN QUERY EXECUTE format('SELECT %1$I FROM %3$I.%2$I', 'pay', 'staff', 'public');", {"pay"}),
        ("", "RETURN QUERY EXECUTE format('SELECT pay FROM %s WHERE name = %L', 'public.staff', a);", {"pay"}),
        ("", f"RETURN QUERY EXECUTE '{_PAY} WHERE name = ' || quote_literal(a);", {"pay"}),
        ("", f"RETURN QUERY EXECUTE concat('{_PAY}', ' LIMIT ', 1);", {"pay"}),
        ("", f"RETURN QUERY EXECUTE ('{_PAY}'::text || E'\\n');", {"pay"}),
        ("", f"RETURN QUERY EXECUTE $q${_PAY} WHERE name = $1$q$ USING a;", {"pay"}),
        ("q text := 'SELECT pay';", "q := q || ' FROM public.staff'; RETURN QUERY EXECUTE q;", {"pay"}),
        ("q CONSTANT text NOT NULL := 'staff';", "RETURN QUERY EXECUTE 'SELECT pay FROM public.' || q;", {"pay"}),
        # An alias is no variable, though one has its name.
        ("s record;", "FOR s IN EXECUTE 'SELECT s.pay FROM public.staff s' LOOP RETURN NEXT s.pay; END LOOP;", {"pay"}),
        ("v int;", f"EXECUTE '{_PAY} LIMIT 1' INTO v; RETURN NEXT v;", {"pay"}),
        # A value that is put in comes back.
        (
            "v int;",
            "SELECT pay INTO v FROM public.staff; RETURN QUERY EXECUTE format('SELECT %L::int', v);",
            {"pay"},
        ),
        ("v int;", "SELECT pay INTO v FROM public.staff; RETURN QUERY EXECUTE 'SELECT $1' USING v;", {"pay"}),
        (
            "q text;",
            f"IF a = 'x' THEN q := '{_PAY}'; ELSE q := 'SELECT pay FROM public.depots'; END IF;RETURN QUERY EXECUTE q;",
            {"pay", "depots"},
        ),
        # Operators of more than one sign are one word.
        ("", "RETURN QUERY SELECT pay FROM public.staff WHERE name || note <> a AND pay >= 0 AND pay != 1;", {"pay"}),
    ],
)
def test_a_text_that_follows_from_constants_is_read(
    postgres: PostgresDatabase, declared: str, lines: str, gives: set[str]
) -> None:
    told = _told(postgres, declared, lines)

    found = {name.path[-1] if name.path[-1] == "depots" else name.field[0] for name, _ in told.gives}
    assert told.opaque == ""
    assert found == gives


@pytest.mark.parametrize(
    ("declared", "lines"),
    [
        ("", "RETURN QUERY EXECUTE a;"),
        ("", "RETURN QUERY EXECUTE format('SELECT pay FROM public.%I', a);"),
        ("", "RETURN QUERY EXECUTE format('SELECT pay FROM public.%s', a);"),
        ("", "RETURN QUERY EXECUTE format('SELECT pay FROM %10s', 'public.staff');"),
        ("", "RETURN QUERY EXECUTE 'SELECT pay FROM public.' || quote_ident(a);"),
        ("", f"RETURN QUERY EXECUTE '{_PAY} WHERE name = ''' || quote_literal(a) || '''';"),
        ("", f"RETURN QUERY EXECUTE '{_PAY} WHERE name = ''' || a || '''';"),
        ("", f"RETURN QUERY EXECUTE '{_PAY}; DROP TABLE staff';"),
        ("", f"RETURN QUERY EXECUTE '{_PAY} WHERE name = $2' USING a;"),
        ("q text;", f"SELECT '{_PAY}' INTO q; RETURN QUERY EXECUTE q;"),
        ("q text;", f"EXECUTE 'SELECT 1' INTO q; q := '{_PAY}'; RETURN QUERY EXECUTE q;"),
        ("q text := 'SELECT 1';", "CALL swap(q); RETURN QUERY EXECUTE q;"),
        ("q text := 'SELECT 1';", "GET DIAGNOSTICS q = PG_CONTEXT; RETURN QUERY EXECUTE q;"),
        # What a loop does after the statement is run by it the next time.
        (
            "q text := 'SELECT 1';",
            f"FOR i IN 1..2 LOOP RETURN QUERY EXECUTE q; q := '{_PAY}'; END LOOP;",
        ),
        ("q text := 'SELECT 1';", f"FOR q IN SELECT '{_PAY}' LOOP RETURN QUERY EXECUTE q; END LOOP;"),
        ("q text[] := ARRAY['SELECT 1'];", f"q[1] := '{_PAY}'; RETURN QUERY EXECUTE q[1];"),
        # A type that cuts a text short makes another text of it.
        ("q varchar(8) := 'SELECT 1 FROM public.staff';", "RETURN QUERY EXECUTE q;"),
        # Two variables of one name.
        (
            "q text := 'SELECT 1';",
            "DECLARE q text := a; BEGIN RETURN QUERY EXECUTE q; END;",
        ),
    ],
)
def test_a_text_that_anything_else_decides_on_is_left_open(
    postgres: PostgresDatabase, declared: str, lines: str
) -> None:
    assert "put together while it runs" in _told(postgres, declared, lines).opaque


def test_what_an_exception_may_leave_undone_is_one_of_two_texts(postgres: PostgresDatabase) -> None:
    lines = f"BEGIN q := '{_PAY}'; PERFORM 1 / 0; EXCEPTION WHEN OTHERS THEN NULL; END; RETURN QUERY EXECUTE q;"

    told = _told(postgres, "q text := 'SELECT pay FROM public.depots';", lines)

    assert {name.path[-1] for name, _ in told.gives} == {"staff", "depots"}
    assert told.branches


def test_a_branch_that_reads_nothing_is_none(postgres: PostgresDatabase) -> None:
    sure = _told(postgres, "", f"IF a = 'x' THEN RAISE NOTICE 'x'; END IF; RETURN QUERY {_PAY};", "noticed")
    left = _told(postgres, "", f"IF a = 'x' THEN RETURN; END IF; RETURN QUERY {_PAY};", "left")
    head = _told(postgres, "r int;", f"FOR r IN {_PAY} LOOP RETURN NEXT r; END LOOP;", "looped")

    assert (left.branches, head.branches) == (True, False)
    # `RAISE` may end a body, whatever its level.
    assert sure.branches


@pytest.mark.parametrize(
    "query",
    [
        "SELECT length(query_to_xml('SELECT pay FROM public.staff', true, false, '')::text)",
        "SELECT length(table_to_xml('public.staff', true, false, '')::text)",
        "SELECT ndoc FROM ts_stat('SELECT to_tsvector(note) FROM public.staff')",
    ],
)
def test_a_function_of_the_server_that_runs_a_text_is_left_open(postgres: PostgresDatabase, query: str) -> None:
    body = f"LANGUAGE sql AS $f${query}$f$"
    postgres.execute(f"{_DESK}; CREATE FUNCTION f() RETURNS int SECURITY DEFINER {body}")

    assert "put together while it runs" in _only(postgres, "f()").opaque


def _told(postgres: PostgresDatabase, declared: str, lines: str, name: str = "f") -> RoutineFact:
    if not postgres.execute("SELECT to_regclass('staff')")[0][0]:
        postgres.execute(_DESK)
    body = f"{f'DECLARE {declared}' if declared else ''} BEGIN {lines} END"
    postgres.execute(
        f"CREATE FUNCTION {name}(a text) RETURNS SETOF int SECURITY DEFINER LANGUAGE plpgsql AS $body${body}$body$"
    )
    return _only(postgres, f"{name}(text)")


def _only(postgres: PostgresDatabase, name: str) -> RoutineFact:
    [found] = [fact for fact in of(read(postgres, None, Structure()), RoutineFact) if fact.name.path[-1] == name]
    return found
