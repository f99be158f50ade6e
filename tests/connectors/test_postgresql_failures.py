"""What goes wrong with a server: said with a way out, without user, password, message or value."""

from __future__ import annotations

import os
import pickle
import signal
import socket
from collections.abc import Iterator

import pytest
from pydantic import BaseModel, ValidationError

from connectors.postgresql import CONNECTOR
from lineage.connector import MeasureKind, Profile, Structure
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import Fact, MeasureFact, SystemFact, UnseenFact
from tests.connectors.postgresql_facts import CRM, NOW, measure, of, read, relation, structure
from tests.servers import PostgresDatabase, PostgresServer, start_postgres

_SECRET = "marker-of-a-password"


def _facts(settings: dict[str, object]) -> Iterator[Fact]:
    return CONNECTOR.read(_settings(settings), [Structure()], Context(CRM, NOW))


def _settings(settings: dict[str, object]) -> BaseModel:
    return CONNECTOR.settings.model_validate(settings)


def _refusal(settings: dict[str, object]) -> str:
    with pytest.raises(ConnectorError) as caught:
        list(_facts(settings))
    assert _SECRET not in repr(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    return str(caught.value)


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_an_unreachable_port_says_so() -> None:
    said = _refusal({"url": f"postgresql://auditor:{_SECRET}@127.0.0.1:{_closed_port()}/crm"})

    assert said == "crm: cannot connect (connection refused); is the connector's url right?"


def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        said = _refusal({"url": f"postgresql://auditor:{_SECRET}@127.0.0.1:{port}/crm?connect_timeout=2"})

    assert said == "crm: cannot connect (no answer in time); is the host reachable from here?"


def test_an_unknown_host_and_a_missing_socket_say_so() -> None:
    assert "(host not found)" in _refusal({"url": f"postgresql://a:{_SECRET}@nowhere.invalid/crm"})
    assert "(no server at that socket)" in _refusal({"host": "/nowhere", "user": "a", "password": _SECRET})


def test_a_wrong_password_a_wrong_user_and_a_wrong_database_say_so(postgres: PostgresDatabase) -> None:
    auditor = postgres.role("auditor")
    server = postgres.server

    wrong = "crm: cannot connect (wrong user or password); is the connector's url right?"
    assert _refusal({"url": postgres.url(auditor, _SECRET)}) == wrong
    assert _refusal({"url": server.url("nobody_here", _SECRET)}) == wrong
    said = _refusal({"url": server.url(auditor, postgres.roles[auditor], "no_such_database")})
    assert said == "crm: cannot connect (no such database or role); is the connector's url right?"
    assert "(the server asks for a password)" in _refusal({"host": "127.0.0.1", "port": server.port, "user": auditor})


def test_a_role_that_may_not_connect_or_log_in_says_so(postgres: PostgresDatabase) -> None:
    auditor, group = postgres.role("auditor"), postgres.role("group", "NOLOGIN")
    postgres.execute(f"REVOKE CONNECT ON DATABASE {postgres.name} FROM PUBLIC")

    assert "may the auditor CONNECT to the database?" in _refusal({"url": postgres.url(auditor)})
    assert "(the role may not log in)" in _refusal({"url": postgres.url(group)})


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"url": f"mysql://a:{_SECRET}@h/d"},
        {"url": f"host=h password={_SECRET}"},
        {"host": "h", "password": _SECRET, "port": 0},
        {"host": "h", "password": _SECRET, "pasword": _SECRET},
    ],
)
def test_wrong_settings_are_refused_without_being_quoted(settings: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        _settings(settings)

    assert _SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("passfile=/etc/passwd", "may not set passfile"),
        ("options=-c%20role%3Dpostgres", "may not set options"),
        ("service=other", "may not set service"),
        ("nothing=1", "cannot be read"),
        (f"%zz={_SECRET}", "cannot be read"),
    ],
)
def test_a_url_says_where_to_connect_and_nothing_else(query: str, reason: str) -> None:
    assert reason in _refusal({"url": f"postgresql://a:{_SECRET}@127.0.0.1/d?{query}"})


def test_settings_show_no_secret_and_travel_to_other_processes() -> None:
    settings = _settings({"url": f"postgresql://a:{_SECRET}@h/d", "password": _SECRET})

    assert _SECRET not in repr(settings) + str(settings)
    assert pickle.loads(pickle.dumps(settings)) == settings  # noqa: S301 - our own


def test_parts_do_as_well_as_a_url_and_win_over_it(postgres: PostgresDatabase) -> None:
    auditor = postgres.role("auditor")
    password = postgres.roles[auditor]

    parts = {"host": "localhost", "port": postgres.server.port, "database": postgres.name, "user": auditor}
    by_parts = of(list(_facts({**parts, "password": password})), SystemFact)
    by_both = of(list(_facts({"url": postgres.url(auditor, _SECRET), "password": password})), SystemFact)
    by_socket = of(list(_facts({**parts, "password": password, "host": postgres.server.socket_folder})), SystemFact)

    namespace = f"postgres://localhost:{postgres.server.port}"
    assert [fact.namespace for fact in (*by_parts, *by_both, *by_socket)] == [namespace] * 3


@pytest.fixture
def private_server(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """A server of its own, to be killed."""
    server = start_postgres()
    try:
        yield server
    finally:
        server.end()


@pytest.mark.parametrize("blow", [signal.SIGQUIT, signal.SIGINT])
def test_a_server_that_ends_in_the_middle_is_a_connector_error(private_server: PostgresServer, blow: int) -> None:
    facts = _facts({"url": private_server.url()})
    next(facts)

    os.kill(private_server.pid, blow)

    with pytest.raises(ConnectorError, match=r"crm: the connection was lost \(.+\); is the server up\? scan again"):
        list(facts)


def test_a_session_that_is_ended_in_the_middle_is_a_connector_error(postgres: PostgresDatabase) -> None:
    auditor = postgres.role("auditor")
    facts = _facts({"url": postgres.url(auditor)})
    next(facts)

    postgres.execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{auditor}'")

    with pytest.raises(ConnectorError, match=r"the server ended the connection \(57P01\)"):
        list(facts)


def test_a_session_that_is_ended_while_rows_are_counted_is_a_connector_error(postgres: PostgresDatabase) -> None:
    auditor = postgres.role("auditor")
    postgres.execute(f"""
        CREATE TABLE public.t (id int); INSERT INTO public.t VALUES (1); GRANT SELECT ON public.t TO {auditor};
        CREATE VIEW public.ends AS SELECT id, pg_terminate_backend(pg_backend_pid())::text AS x FROM public.t;
        GRANT SELECT ON public.ends TO {auditor}""")
    task = Profile(relation(postgres, "public.ends", x="text"), None, (), (measure("ends", MeasureKind.NULLS, "x"),))

    with pytest.raises(ConnectorError, match="the connection was lost"):
        read(postgres, auditor, task)


def test_nothing_but_what_names_say_leaves_a_catalogue_that_holds_values(postgres: PostgresDatabase) -> None:
    auditor = postgres.role("auditor")
    postgres.execute(f"""
        CREATE TABLE public.t (id int, x text DEFAULT 'MARKER1', CHECK (x <> 'MARKER2'));
        COMMENT ON TABLE public.t IS 'MARKER3'; COMMENT ON COLUMN public.t.x IS 'MARKER4';
        INSERT INTO public.t VALUES (1, 'MARKER5');
        CREATE TABLE public.p (k text) PARTITION BY LIST (k);
        CREATE TABLE public.p_one PARTITION OF public.p FOR VALUES IN ('MARKER6');
        CREATE VIEW public.v AS SELECT id, 'MARKER7' AS y, replace(x, 'MARKER8', '') AS z FROM public.t
          WHERE x = 'MARKER9';
        ALTER TABLE public.t ENABLE ROW LEVEL SECURITY;
        CREATE POLICY p ON public.t USING (x = 'MARKER10');
        CREATE INDEX ON public.t (id) WHERE x = 'MARKER11';
        CREATE FUNCTION public.f() RETURNS text SECURITY DEFINER LANGUAGE sql AS $$ SELECT 'MARKER12'::text $$;
        CREATE TYPE public.e AS ENUM ('MARKER13'); CREATE TABLE public.u (e public.e);
        CREATE STATISTICS public.s ON id, x FROM public.t;
        CREATE VIEW public.bad AS SELECT CAST(x AS int) AS id FROM public.t;
        ANALYZE public.t; GRANT SELECT ON ALL TABLES IN SCHEMA public TO {auditor}; ALTER ROLE {auditor} BYPASSRLS""")
    bad = Profile(relation(postgres, "public.bad", id="integer"), None, (), (measure("bad", MeasureKind.NULLS, "id"),))

    facts = structure(postgres, auditor, t="t") + read(postgres, auditor, bad)

    assert any("22P02" in fact.reason for fact in of(facts, UnseenFact))
    assert "MARKER" not in repr(facts)


def test_a_scan_writes_nothing_and_only_reads_in_read_only_transactions(postgres: PostgresDatabase) -> None:
    auditor = postgres.role("auditor")
    postgres.execute(f"""
        CREATE TABLE public.t (id int, x text); INSERT INTO public.t SELECT n, 'x' FROM generate_series(1, 50) n;
        CREATE SEQUENCE public.s; GRANT ALL ON public.t, public.s TO {auditor};
        CREATE VIEW public.writing AS SELECT nextval('public.s') AS id; GRANT SELECT ON public.writing TO {auditor}""")
    counters = """
        SELECT pg_stat_force_next_flush(), (SELECT (tup_inserted, tup_updated, tup_deleted)::text FROM pg_stat_database
        WHERE datname = current_database()), (SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables),
        (SELECT is_called FROM public.s)"""
    asked = (measure("t", MeasureKind.ROWS), measure("t", MeasureKind.NULLS, "x"))
    task = Profile(relation(postgres, "public.t", x="text"), None, (), asked)
    writing = Profile(
        relation(postgres, "public.writing", id="bigint"), None, (), (measure("writing", MeasureKind.NULLS, "id"),)
    )
    postgres.execute(counters)
    before = postgres.execute(counters)

    facts = read(postgres, auditor, Structure(), task, writing)

    assert of(facts, MeasureFact)
    assert "(25006)" in of(facts, UnseenFact)[-1].reason  # read-only: nextval is refused
    assert postgres.execute(counters) == before
