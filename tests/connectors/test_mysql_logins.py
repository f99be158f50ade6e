"""How a MariaDB account is kept and recorded, as an auditor sees it who may read hashes, and as one who may not."""

from __future__ import annotations

import pytest

from connectors._mysql.logins import recorded_by
from lineage.connector import Structure
from lineage.facts import CredentialFact, TrailFact
from tests.connectors.conformance import read
from tests.servers_mariadb import MariadbSchemas


def told(url: str, identity: str) -> tuple[CredentialFact, TrailFact]:
    facts = read("mysql", {"url": url}, [Structure(identity=identity)])
    [credential] = [fact for fact in facts if isinstance(fact, CredentialFact)]
    [trail] = [fact for fact in facts if isinstance(fact, TrailFact)]
    assert "$" not in repr(credential)
    return credential, trail


@pytest.mark.parametrize(
    ("limit", "ends"),
    [
        ("PASSWORD EXPIRE DEFAULT", True),  # the server's: 90 days
        ("PASSWORD EXPIRE NEVER", False),
        ("PASSWORD EXPIRE INTERVAL 30 DAY", True),
    ],
)
def test_the_limit_of_an_account_counts_before_the_servers(mariadb: MariadbSchemas, limit: str, ends: bool) -> None:
    ai = mariadb.account("ai")
    mariadb.execute(f"ALTER USER '{ai}'@'%' {limit}")

    credential, _ = told(mariadb.server.url(), ai)

    assert credential.ends is ends


def test_who_may_not_see_hashes_does_not_know_the_limit_of_an_account(mariadb: MariadbSchemas) -> None:
    ai, auditor = mariadb.account("ai"), mariadb.account("auditor")

    credential, trail = told(mariadb.url(auditor), ai)

    assert credential.ends is None
    assert "beside its hash" in credential.because
    assert trail.by == ("general log",)


@pytest.mark.parametrize(
    ("settings", "by"),
    [
        ({"general_log": "ON", "log_output": "FILE"}, ["general log"]),
        ({"general_log": "ON", "log_output": "NONE"}, []),
        ({"general_log": "OFF", "log_output": "TABLE"}, []),
        ({"server_audit_logging": "ON"}, ["server_audit"]),
        ({"server_audit_logging": "ON", "server_audit_events": "CONNECT"}, []),
        ({"server_audit_logging": "ON", "server_audit_events": "connect,query_dml_no_select"}, []),
        ({"server_audit_logging": "ON", "server_audit_excl_users": "x,ai"}, []),
        ({"server_audit_logging": "ON", "server_audit_incl_users": "x"}, []),
        (
            {"server_audit_logging": "ON", "server_audit_incl_users": "ai", "server_audit_excl_users": "ai"},
            ["server_audit"],
        ),
    ],
)
def test_reads_are_recorded_as_the_variables_add_up(settings: dict[str, str], by: list[str]) -> None:
    assert list(recorded_by(settings, "ai")) == by
