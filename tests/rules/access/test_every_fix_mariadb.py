"""Every access finding that prints SQL for MariaDB: it runs as it stands, the finding goes, and declared reads stay."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors._mysql.access import GRANT_TABLES, PROXY_TABLES
from lineage.finding import FixKind
from lineage.model import Verdict
from lineage.testing import World, assumption
from tests.rules.access.desk import findings
from tests.rules.access.test_mariadb_fixes import RULES
from tests.servers_mariadb import MariadbSchemas, MariadbServer

_SCHEMA = (
    "CREATE TABLE {crm}.contacts (id int PRIMARY KEY, region text, email text)",
    "CREATE TABLE {crm}.tickets (id int PRIMARY KEY, body text)",
    "CREATE TABLE {hr}.people (name text, email text)",
)
_EXACT = ("GRANT SELECT (id, region) ON {crm}.contacts TO '{ai}'@'%'",)
_VIEW = (
    "CREATE VIEW {crm}.shown AS SELECT id, region FROM {crm}.contacts",
    "GRANT SELECT ON {crm}.shown TO '{ai}'@'%'",
)
_PLAN = """
plan: v1
meta: {{id: reply, status: draft, owner: po@acme.example}}
sources:
  crm:
    connector: {{type: mysql, url: "${{CRM_URL}}"}}
    owner: dba@acme.example
    identity: {ai}
    datasets:
      contacts:
        reads: {crm}.contacts
        key: id
        fields: {{id: required, region: {{need: required, sensitive: address}}}}
steps:
  draft: {{reads: {{crm.contacts: all}}, to: prompt}}
"""
_MINE = ("GRANT {reader} TO '{ai}'@'%'", "SET DEFAULT ROLE {reader} FOR '{ai}'@'%'")


@dataclass(frozen=True)
class Flaw:
    """Statements that make one finding, beside grants that are exact."""

    rule: str
    statements: tuple[str, ...]
    exact: tuple[str, ...] = _EXACT
    shown: str = "contacts"


FLAWS = (
    Flaw("alternate-path", ("GRANT SELECT (id, region) ON {crm}.contacts TO '{ai}'@'%'",), _VIEW, "shown"),
    Flaw("latent-reach", ("GRANT SELECT ON {hr}.people TO {reader}", _MINE[0])),
    Flaw("latent-reach", ("GRANT DELETE ON {hr}.people TO {reader}", _MINE[0])),
    Flaw("over-grant", ("GRANT SELECT ON {crm}.contacts TO '{ai}'@'%'",)),
    Flaw("over-grant", ("GRANT SELECT ON {crm}.* TO '{ai}'@'%'",)),
    Flaw("over-grant-dataset", ("GRANT SELECT (name) ON {hr}.people TO '{ai}'@'%'",)),
    Flaw("over-grant-dataset", ("GRANT SELECT ON {hr}.* TO {reader}", *_MINE)),
    Flaw("over-grant-dataset", ("GRANT SELECT ON *.* TO '{ai}'@'%'",)),
    Flaw("over-grant-sensitive", ("GRANT SELECT ON {crm}.contacts TO '{ai}'@'%'",), _VIEW, "shown"),
    Flaw("privileged-identity", ("GRANT ALL PRIVILEGES ON *.* TO '{ai}'@'%' WITH GRANT OPTION",)),
    Flaw("privileged-identity", ("GRANT CREATE USER, REPLICATION SLAVE ON *.* TO '{ai}'@'%'",)),
    Flaw("privileged-identity", ("GRANT FILE ON *.* TO '{ai}'@'%'",)),
    Flaw(
        "reach-through-routine",
        (
            "CREATE FUNCTION {hr}.named() RETURNS text RETURN (SELECT max(name) FROM {hr}.people)",
            "GRANT EXECUTE ON FUNCTION {hr}.named TO '{ai}'@'%'",
        ),
    ),
    Flaw(
        "reach-through-view",
        (
            "CREATE VIEW {crm}.names AS SELECT name FROM {hr}.people",
            "GRANT SELECT ON {crm}.names TO {reader}",
            *_MINE,
        ),
    ),
    Flaw("self-growing-rights", ("GRANT SELECT (id) ON {crm}.contacts TO '{ai}'@'%' WITH GRANT OPTION",)),
    Flaw("self-growing-rights", ("GRANT SELECT (id) ON {crm}.contacts TO {reader} WITH GRANT OPTION", *_MINE)),
    Flaw("self-growing-rights", ("GRANT INSERT ON {crm}.* TO '{ai}'@'%' WITH GRANT OPTION",)),
    Flaw(
        "self-growing-rights",
        ("GRANT SELECT (id) ON {crm}.contacts TO '{ai}'@'%'", "GRANT USAGE ON *.* TO '{ai}'@'%' WITH GRANT OPTION"),
    ),
    Flaw(
        "self-growing-rights",
        (
            "CREATE PROCEDURE {crm}.nothing() SQL SECURITY INVOKER SELECT 1",
            "GRANT EXECUTE ON PROCEDURE {crm}.nothing TO '{ai}'@'%' WITH GRANT OPTION",
        ),
    ),
    Flaw("self-growing-rights", ("GRANT {reader} TO '{ai}'@'%' WITH ADMIN OPTION",)),
    Flaw("undeclared-write", ("GRANT INSERT, UPDATE (email), DROP ON {crm}.contacts TO '{ai}'@'%'",)),
    Flaw("undeclared-write", ("GRANT DELETE ON {crm}.* TO '{ai}'@'%'",)),
    Flaw("undeclared-write", ("GRANT DELETE ON {crm}.tickets TO {reader}", *_MINE)),
    Flaw("under-grant", ("REVOKE SELECT (region) ON {crm}.contacts FROM '{ai}'@'%'",)),
    Flaw("weak-credential", ("ALTER USER '{ai}'@'%' PASSWORD EXPIRE NEVER",)),
)
ELSEWHERE = {
    # What PUBLIC is granted outlives the schemas of a test: on a server of its own.
    "access/reach-through-public",
    # The log is the whole server's.
    "access/unaudited-sensitive-reads",
    # Row policies, connecting and schemas that must be entered are PostgreSQL's; a copy is a table by itself here.
    *("access/application-only-segment", "access/ineffective-row-filter", "access/unusable-grant"),
    "access/reach-through-copy",
}


@pytest.fixture
def lone_schemas(lone_mariadb: MariadbServer) -> Iterator[MariadbSchemas]:
    with lone_mariadb.schemas() as schemas:
        yield schemas


@pytest.mark.parametrize("flaw", FLAWS, ids=lambda flaw: flaw.rule)
def test_what_is_printed_closes_the_finding_and_keeps_declared_reads(
    tmp_path: Path, mariadb: MariadbSchemas, flaw: Flaw
) -> None:
    names = {"crm": mariadb.schema("crm"), "hr": mariadb.schema("hr"), "ai": mariadb.account("ai")}
    names["reader"] = mariadb.role("reader")
    plan = _PLAN.format(**names).replace(f"{names['crm']}.contacts", f"{names['crm']}.{flaw.shown}")
    mariadb.execute(*(one.format(**names) for one in (*_SCHEMA, *flaw.exact, *flaw.statements)))
    world, rule = World(tmp_path).url("crm", mariadb.server.url()), f"access/{flaw.rule}"

    told = findings(world.audit(plan, rules=RULES), rule)
    printed = dict.fromkeys(fix.patch for one in told for fix in one.judgement.fixes if fix.kind is FixKind.SQL)
    for patch in printed:
        mariadb.execute(*patch.splitlines())
    after = world.audit(plan, rules=RULES)

    assert told
    assert printed
    assert all(patch and "/*" not in patch for patch in printed)
    assert findings(after, rule) == []
    assert findings(after, "access/under-grant") == []
    _reads_what_is_declared(mariadb, names, flaw.shown)


def test_what_public_is_granted_is_taken_back(tmp_path: Path, lone_schemas: MariadbSchemas) -> None:
    names = {"crm": lone_schemas.schema("crm"), "hr": lone_schemas.schema("hr"), "ai": lone_schemas.account("ai")}
    lone_schemas.execute(*(one.format(**names) for one in (*_SCHEMA, *_EXACT, "GRANT SELECT ON {hr}.people TO PUBLIC")))
    world, rule = World(tmp_path).url("crm", lone_schemas.server.url()), "access/reach-through-public"

    [found] = findings(world.audit(_PLAN.format(**names), rules=RULES), rule)
    lone_schemas.execute(*found.judgement.fixes[0].patch.splitlines())

    assert findings(world.audit(_PLAN.format(**names), rules=RULES), rule) == []
    _reads_what_is_declared(lone_schemas, names, "contacts")


def test_reads_are_recorded_by_what_is_printed(tmp_path: Path, lone_schemas: MariadbSchemas) -> None:
    names = {"crm": lone_schemas.schema("crm"), "hr": lone_schemas.schema("hr"), "ai": lone_schemas.account("ai")}
    lone_schemas.execute(*(one.format(**names) for one in (*_SCHEMA, *_EXACT, "SET GLOBAL general_log = OFF")))
    world, rule = World(tmp_path).url("crm", lone_schemas.server.url()), "access/unaudited-sensitive-reads"

    [found] = findings(world.audit(_PLAN.format(**names), rules=RULES), rule)
    lone_schemas.execute(*found.judgement.fixes[0].patch.splitlines())

    assert findings(world.audit(_PLAN.format(**names), rules=RULES), rule) == []


def test_an_auditor_who_may_not_see_who_passes_rights_on_says_so(tmp_path: Path, mariadb: MariadbSchemas) -> None:
    names = {"crm": mariadb.schema("crm"), "hr": mariadb.schema("hr"), "ai": mariadb.account("ai")}
    auditor = mariadb.account("auditor")
    mariadb.execute(*(one.format(**names) for one in (*_SCHEMA, *_EXACT)))
    for table, columns in {**GRANT_TABLES, **PROXY_TABLES}.items():
        mariadb.execute(f"GRANT SELECT ({', '.join(columns)}) ON mysql.{table} TO '{auditor}'@'%'")
    world = World(tmp_path).url("crm", mariadb.url(auditor))

    growing = tuple(one for one in RULES if one.id == "access/self-growing-rights")
    before = assumption(world.audit(_PLAN.format(**names), rules=growing), "sources.crm.identity")
    for statement in before.settle.split("; "):
        mariadb.execute(statement)
    after = assumption(world.audit(_PLAN.format(**names), rules=growing), "sources.crm.identity")

    assert (before.verdict, after.verdict) == (Verdict.UNVERIFIED, Verdict.HELD)
    assert "may pass on what it holds is unseen" in before.says


def test_no_access_rule_that_prints_sql_goes_without_a_world() -> None:
    printing = {rule.id for rule in RULES if re.search(r"FixKind\.SQL|closing\(", _source(rule.check))}

    assert printing == {f"access/{flaw.rule}" for flaw in FLAWS} | ELSEWHERE


def _source(check: object) -> str:
    return inspect.getsource(sys.modules[getattr(check, "__module__", "")])


def _reads_what_is_declared(mariadb: MariadbSchemas, names: dict[str, str], shown: str) -> None:
    connection = mariadb.server.connect(names["ai"], mariadb.accounts[f"'{names['ai']}'@'%'"])
    with connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT id, region FROM {names['crm']}.{shown}")
