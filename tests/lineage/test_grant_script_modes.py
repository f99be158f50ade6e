"""What each mode of `lineage grant-script` unlocks, with exactly what it prints: the rest is said to be unseen."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lineage import registry
from lineage.cli import app
from lineage.facts import Fact, LookFact, MeasureFact, ProbeFact, UnseenFact
from lineage.model import Verdict
from lineage.testing import World, assumption, verdict
from tests.servers import PostgresDatabase, quoted
from tests.servers_mariadb import MariadbSchemas

_PLAN = """
plan: v1
meta: {{id: reply, status: draft, owner: po@acme.example}}
sources:
  crm:
    connector: {{type: {type}, url: "${{CRM_URL}}"}}
    owner: dba@acme.example
    identity: {ai}
    datasets:
      contacts:
        reads: {reads}
        key: id
        fields: {{id: required, region: required, email: {{need: required, sensitive: email}}}}
steps:
  draft: {{reads: {{crm.contacts: all}}, to: prompt}}
"""
_TOO_MUCH = "GRANT SELECT (note) ON {of}.contacts TO {ai}"
_FIELDS = {"id", "region", "email"}


def _printed(world: World, plan: str, mode: str, auditor: str, monkeypatch: pytest.MonkeyPatch, url: str) -> list[str]:
    file = world.folder / "asked.yaml"
    file.write_text(plan)
    monkeypatch.setenv("CRM_URL", url)
    done = CliRunner().invoke(app, ["grant-script", str(file), "--mode", mode, "--auditor", auditor])
    assert done.exit_code == 0, done.output
    return [line for line in done.output.splitlines() if line and not line.startswith("--")]


def _told(world: World, plan: str) -> tuple[set[str], set[str], set[str], list[UnseenFact]]:
    """Give the fields that a read was tried of, what was measured, the fields looked at, and what was not seen."""
    facts: tuple[Fact, ...] = tuple(world.scan(plan).facts)
    return (
        {fact.on.field[0] for fact in facts if isinstance(fact, ProbeFact) and fact.on.field},
        {str(fact.measure) for fact in facts if isinstance(fact, MeasureFact)},
        {fact.name.field[0] for fact in facts if isinstance(fact, LookFact) and fact.name.field},
        [fact for fact in facts if isinstance(fact, UnseenFact)],
    )


def _judged(world: World, plan: str, grant: Callable[[], object]) -> tuple[Verdict, Verdict]:
    """Give whether the identity reads too much, before and after a field more is granted to it."""
    rules = [rule for rule in registry.rules() if rule.id == "access/over-grant"]
    before = world.audit(plan, rules=rules)
    grant()
    return verdict(before, "crm.identity"), verdict(world.audit(plan, rules=rules), "crm.identity")


@pytest.fixture
def desk(tmp_path: Path, postgres: PostgresDatabase) -> tuple[World, str, str]:
    """Give a world, its plan and the auditor's name, for whom nothing is granted yet."""
    ai = postgres.role("ai")
    postgres.execute(
        "CREATE SCHEMA desk; CREATE TABLE desk.contacts (id int PRIMARY KEY, region text, email text, note text);"
        "INSERT INTO desk.contacts SELECT n, 'EU', 'a' || n || '@b.example', '' FROM generate_series(1, 30) n;"
        f"GRANT USAGE ON SCHEMA desk TO {quoted(ai)};"
        f"GRANT SELECT (id, region, email) ON desk.contacts TO {quoted(ai)};"
        f"REVOKE CONNECT ON DATABASE {postgres.name} FROM PUBLIC;"
        f"GRANT CONNECT ON DATABASE {postgres.name} TO {quoted(ai)}"
    )
    auditor = f"auditor_{postgres.tag}"
    return World(tmp_path), _PLAN.format(type="postgresql", ai=ai, reads="desk.contacts"), auditor


def _granted(
    postgres: PostgresDatabase, desk: tuple[World, str, str], monkeypatch: pytest.MonkeyPatch, mode: str
) -> World:
    world, plan, auditor = desk
    for line in _printed(world, plan, mode, auditor, monkeypatch, postgres.url()):
        postgres.execute(line)
    postgres.roles[auditor] = "secret"
    postgres.execute(f"ALTER ROLE {quoted(auditor)} PASSWORD 'secret'")
    return world.url("crm", postgres.url(auditor))


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("mode", "probed", "measured", "looked"),
    [("catalog", set(), False, set()), ("probe", _FIELDS, False, set()), ("sample", set(), True, _FIELDS)],
)
def test_each_mode_unlocks_what_it_says_in_postgresql_and_no_more(
    desk: tuple[World, str, str],
    postgres: PostgresDatabase,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    probed: set[str],
    measured: bool,
    looked: set[str],
) -> None:
    world = _granted(postgres, desk, monkeypatch, mode)

    [ai] = [role for role in postgres.roles if role.startswith("ai_")]
    tried, counted, seen, unseen = _told(world, desk[1])
    exact, over = _judged(world, desk[1], lambda: postgres.execute(_TOO_MUCH.format(ai=quoted(ai), of="desk")))

    assert (tried, bool(counted), seen) == (probed, measured, looked)
    assert {fact.what for fact in unseen if fact.name is not None and fact.settle} >= (
        {"catalog": {"access", "data"}, "probe": {"data"}, "sample": {"access"}}[mode]
    )
    # Who reads what follows from the catalogue alone, in every mode.
    assert (exact, over) == (Verdict.HELD, Verdict.BROKEN)


@pytest.mark.postgresql
def test_a_column_less_is_a_column_unseen(
    desk: tuple[World, str, str], postgres: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = _granted(postgres, desk, monkeypatch, "sample")
    postgres.execute(f"REVOKE SELECT (email) ON desk.contacts FROM {quoted(desk[2])}")

    _, counted, seen, unseen = _told(world, desk[1])

    assert counted
    assert seen == {"id", "region"}
    assert "email" in {fact.name.field[0] for fact in unseen if fact.name is not None and fact.name.field}


@pytest.mark.postgresql
def test_without_connect_the_source_is_said_to_be_unread(
    desk: tuple[World, str, str], postgres: PostgresDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = _granted(postgres, desk, monkeypatch, "catalog")
    postgres.execute(f"REVOKE CONNECT ON DATABASE {postgres.name} FROM {quoted(desk[2])}")

    report = world.audit(desk[1])

    assert [failure.what for failure in report.failures] == ["source crm"]
    assert verdict(report, "crm.identity") is Verdict.UNVERIFIED


@pytest.mark.parametrize(("mode", "measured", "looked"), [("catalog", False, set()), ("sample", True, _FIELDS)])
def test_each_mode_unlocks_what_it_says_in_mariadb_and_no_more(
    tmp_path: Path,
    mariadb: MariadbSchemas,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
    measured: bool,
    looked: set[str],
) -> None:
    crm, ai, auditor = mariadb.schema(), mariadb.account("ai"), f"auditor_{mariadb.tag}"
    world, plan = World(tmp_path), _PLAN.format(type="mysql", ai=ai, reads=f"{crm}.contacts")
    mariadb.execute(
        f"CREATE TABLE {crm}.contacts (id int PRIMARY KEY, region text, email text, note text)",
        f"INSERT INTO {crm}.contacts SELECT seq, 'EU', 'a@b.example', '' FROM {crm}.seq_1_to_30",
        f"GRANT SELECT (id, region, email) ON {crm}.contacts TO '{ai}'@'%'",
    )
    for line in _printed(world, plan, mode, auditor, monkeypatch, mariadb.server.url()):
        mariadb.execute(line.replace("/* a password */", "'secret'"))
    mariadb.accounts[f"'{auditor}'@'%'"] = "secret"
    world.url("crm", mariadb.url(auditor))

    tried, counted, seen, unseen = _told(world, plan)
    too_much = _TOO_MUCH.format(ai=f"'{ai}'@'%'", of=crm)
    exact, over = _judged(world, plan, lambda: mariadb.execute(too_much))

    assert (tried, bool(counted), seen) == (set(), measured, looked)
    assert {fact.what for fact in unseen if fact.name is not None and fact.settle} >= (
        {"access"} if measured else {"data"}
    )
    assert (exact, over) == (Verdict.HELD, Verdict.BROKEN)


def test_the_identitys_own_login_probes_in_mariadb(tmp_path: Path, mariadb: MariadbSchemas) -> None:
    crm, ai = mariadb.schema(), mariadb.account("ai")
    mariadb.execute(
        f"CREATE TABLE {crm}.contacts (id int PRIMARY KEY, region text, email text, note text)",
        f"GRANT SELECT (id, region) ON {crm}.contacts TO '{ai}'@'%'",
    )
    world = World(tmp_path).url("crm", mariadb.url(ai))
    plan = _PLAN.format(type="mysql", ai=ai, reads=f"{crm}.contacts")

    tried, *_, unseen = _told(world, plan)
    line = assumption(world.audit(plan), "crm.identity")

    assert tried >= {"id", "region"}
    # Its own login may not read the tables of grants: what else it reads is not known, and the grants are named.
    assert {fact.what for fact in unseen} >= {"access"}
    assert line.verdict is Verdict.UNVERIFIED
