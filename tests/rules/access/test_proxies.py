"""PROXY grants of a real MariaDB: who may log in as whom is told as latent, and taken away by the printed statement."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from connectors._mysql.access import GRANT_TABLES, PROXY_TABLES
from lineage import registry
from lineage.finding import Finding
from lineage.model import Severity, Verdict
from lineage.report import Report
from lineage.testing import World, assumption, verdict
from tests.rules.access.desk import findings, only
from tests.rules.access.test_mariadb_fixes import PLAN
from tests.servers_mariadb import MariadbSchemas

LATENT = "access/latent-reach"
RULES = tuple(rule for rule in registry.rules() if rule.id == LATENT)


@dataclass
class Town:
    """A login that reads what is declared, a boss who reads people, and somebody else who reads nothing."""

    mariadb: MariadbSchemas
    world: World
    names: dict[str, str]

    def run(self, *statements: str) -> Town:
        self.mariadb.execute(*(statement.format(**self.names) for statement in statements))
        return self

    def audit(self) -> Report:
        return self.world.audit(PLAN.format(**self.names), rules=RULES)

    def said(self, found: Finding) -> str:
        return found.judgement.says.replace(f"_{self.mariadb.tag}", "")

    def patch(self, found: Finding) -> str:
        return found.judgement.fixes[0].patch.replace(f"_{self.mariadb.tag}", "")


@pytest.fixture
def town(tmp_path: Path, mariadb: MariadbSchemas) -> Town:
    names = {"crm": mariadb.schema("crm"), "hr": mariadb.schema("hr")}
    names |= {label: mariadb.account(label) for label in ("ai", "boss", "other")}
    names["reader"] = mariadb.role("reader")
    made = Town(mariadb, World(tmp_path).url("crm", mariadb.server.url()), names)
    # Whoever grants PROXY must hold it: the superuser of the tests did not log in as root.
    mariadb.execute(
        "REPLACE INTO mysql.proxies_priv (Host, User, Proxied_host, Proxied_user, With_grant) "
        "SELECT '%', SUBSTRING_INDEX(CURRENT_USER(), '@', 1), '', '', 1",
        "FLUSH PRIVILEGES",
    )
    return made.run(
        "CREATE TABLE {crm}.contacts (id int PRIMARY KEY, region text, email text)",
        "CREATE TABLE {hr}.people (name text)",
        "GRANT SELECT (id, region) ON {crm}.contacts TO '{ai}'@'%'",
        "GRANT SELECT ON {hr}.people TO '{boss}'@'%'",
    )


@pytest.mark.parametrize(
    ("grant", "account", "patch"),
    [
        ("GRANT PROXY ON '{boss}'@'%' TO '{ai}'@'%'", "boss@%", "REVOKE PROXY ON 'boss'@'%' FROM 'ai'@'%';"),
        (
            "GRANT PROXY ON '{boss}'@'localhost' TO '{ai}'@'%'",
            "boss@localhost",
            "REVOKE PROXY ON 'boss'@'localhost' FROM 'ai'@'%';",
        ),
        ("GRANT PROXY ON ''@'' TO '{ai}'@'%'", "any account", "REVOKE PROXY ON ''@'%' FROM 'ai'@'%';"),
    ],
)
def test_who_may_log_in_as_another_reads_what_that_one_reads(town: Town, grant: str, account: str, patch: str) -> None:
    before = findings(town.audit(), LATENT)
    town.run(grant)

    found = only(town.audit(), LATENT)

    assert before == []
    assert town.said(found).startswith(f"logged in by proxy as {account} ai@% reads ")
    assert town.patch(found) == patch
    town.mariadb.execute(found.judgement.fixes[0].patch)
    assert findings(town.audit(), LATENT) == []


def test_the_roles_of_whom_one_is_proxied_as_come_with_it(town: Town) -> None:
    town.run(
        "GRANT SELECT ON {hr}.people TO {reader}",
        "GRANT {reader} TO '{other}'@'%'",
        "GRANT PROXY ON '{other}'@'%' TO '{ai}'@'%'",
    )

    found = only(town.audit(), LATENT)

    assert town.said(found) == "logged in by proxy as other@% ai@% reads 1 field more of 1 dataset (hr.people)"
    assert town.patch(found) == "REVOKE PROXY ON 'other'@'%' FROM 'ai'@'%';"


def test_to_be_a_proxy_of_a_superuser_is_the_worst(town: Town) -> None:
    town.run(
        "GRANT ALL PRIVILEGES ON *.* TO '{other}'@'%' WITH GRANT OPTION", "GRANT PROXY ON '{other}'@'%' TO '{ai}'@'%'"
    )

    found = only(town.audit(), LATENT)

    assert found.severity is Severity.BLOCKER
    assert "becomes a superuser" in found.judgement.says


@pytest.mark.parametrize(
    "grants",
    [
        # One who reads nothing else; a proxy the other way round; a proxy of a proxy, which the server does not follow.
        ["GRANT PROXY ON '{other}'@'%' TO '{ai}'@'%'"],
        ["GRANT PROXY ON '{ai}'@'%' TO '{boss}'@'%'"],
        ["GRANT PROXY ON '{other}'@'%' TO '{ai}'@'%'", "GRANT PROXY ON '{boss}'@'%' TO '{other}'@'%'"],
    ],
)
def test_proxy_grants_that_open_nothing_are_not_told(town: Town, grants: list[str]) -> None:
    report = town.run(*grants).audit()

    assert findings(report, LATENT) == []
    assert verdict(report, "sources.crm.identity") is Verdict.HELD


def test_proxy_grants_that_may_not_be_read_leave_the_claim_open_with_the_grant(town: Town) -> None:
    auditor = town.mariadb.account("auditor")
    town.names["auditor"] = auditor
    town.run("GRANT PROXY ON '{boss}'@'%' TO '{ai}'@'%'", "GRANT SHOW VIEW ON *.* TO '{auditor}'@'%'")
    for table, columns in GRANT_TABLES.items():
        town.run(f"GRANT SELECT ({', '.join(columns)}) ON mysql.{table} TO '{{auditor}}'@'%'")
    town.run("GRANT SELECT ON {crm}.contacts TO '{auditor}'@'%'", "GRANT SELECT ON {hr}.people TO '{auditor}'@'%'")
    town.world.url("crm", town.mariadb.url(auditor))

    open_claim = assumption(town.audit(), "sources.crm.identity")
    town.mariadb.execute(open_claim.settle or "")
    after = town.audit()

    [columns] = PROXY_TABLES.values()
    assert open_claim.verdict is Verdict.UNVERIFIED
    assert f"SELECT ({', '.join(columns)}) ON mysql.proxies_priv" in (open_claim.settle or "")
    assert town.said(only(after, LATENT)).startswith("logged in by proxy as boss@% ai@% reads 1 field more")
