"""`lineage grant-script`: what it prints is enough for what it says, on real servers, and no secret is in it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from connectors.mysql import CONNECTOR as MYSQL
from connectors.postgresql import CONNECTOR as POSTGRESQL
from lineage.access import access_of
from lineage.cli import app
from lineage.connector import Structure
from lineage.context import Context
from lineage.facts import Fact, UnseenFact
from lineage.model import SourceId
from tests.servers import PostgresDatabase, quoted
from tests.servers_mariadb import MariadbSchemas

_PLAN = """
plan: v1
meta: {{id: reply, status: draft, owner: po@acme.example}}
sources:
  crm:
    connector: {{type: {type}, url: "${{CRM_URL}}"}}
    owner: dba@acme.example
    identity: {identity}
    datasets:
      contacts: {{reads: {reads}, key: id, fields: {{id: required, region: required}}}}
steps:
  draft: {{reads: {{crm.contacts: all}}, to: prompt}}
"""
_SOURCE, _NOW = SourceId("crm"), datetime(2026, 11, 22, tzinfo=UTC)


def _script(folder: Path, monkeypatch: pytest.MonkeyPatch, url: str, *words: str, **plan: str) -> str:
    (folder / "plan.yaml").write_text(_PLAN.format(**plan))
    monkeypatch.setenv("CRM_URL", url)
    done = CliRunner().invoke(app, ["grant-script", str(folder / "plan.yaml"), *words])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.postgresql
@pytest.mark.parametrize("mode", ["catalog", "probe", "sample"])
def test_what_is_printed_is_enough_for_postgresql(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgres: PostgresDatabase, mode: str
) -> None:
    ai, auditor = postgres.role("ai"), f"auditor_{postgres.tag}"
    postgres.execute("CREATE TABLE public.contacts (id int, region text, email text)")
    postgres.execute(f"GRANT SELECT ON public.contacts TO {quoted(ai)}")
    postgres.execute(f"REVOKE CONNECT ON DATABASE {postgres.name} FROM PUBLIC")

    text = _script(
        tmp_path,
        monkeypatch,
        postgres.url(),
        *("--mode", mode, "--auditor", auditor),
        type="postgresql",
        identity=ai,
        reads="public.contacts",
    )

    postgres.execute(text)
    postgres.roles[auditor] = "secret"
    postgres.execute(f"ALTER ROLE {quoted(auditor)} PASSWORD 'secret'")
    settings = POSTGRESQL.settings.model_validate({"url": postgres.url(auditor)})
    facts: list[Fact] = list(POSTGRESQL.read(settings, [Structure()], Context(_SOURCE, _NOW)))
    held = {
        column: postgres.execute("SELECT has_column_privilege(%s, 'public.contacts', %s, 'SELECT')", (auditor, column))[
            0
        ][0]
        for column in ("id", "email")
    }
    become = postgres.execute("SELECT pg_has_role(%s, %s, 'SET')", (auditor, ai))[0][0]
    assert access_of(facts).known(_SOURCE)
    assert [fact for fact in facts if isinstance(fact, UnseenFact)] == []
    assert held == {"id": mode == "sample", "email": False}
    assert become is (mode == "probe")
    assert postgres.server.password not in text


def test_what_is_printed_is_enough_for_mariadb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mariadb: MariadbSchemas
) -> None:
    crm, ai, auditor = mariadb.schema(), mariadb.account("ai"), f"auditor_{mariadb.tag}"
    mariadb.execute(f"CREATE TABLE {crm}.contacts (id int, region text, email text)")

    text = _script(
        tmp_path,
        monkeypatch,
        mariadb.server.url(),
        *("--mode", "sample", "--auditor", auditor),
        type="mysql",
        identity=ai,
        reads=f"{crm}.contacts",
    )

    mariadb.accounts[f"'{auditor}'@'%'"] = "secret"
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    mariadb.execute(*(line.replace("/* a password */", "'secret'") for line in lines))
    settings = MYSQL.settings.model_validate({"url": mariadb.url(auditor)})
    facts = list(MYSQL.read(settings, [Structure()], Context(_SOURCE, _NOW)))
    assert access_of(facts).known(_SOURCE)
    assert access_of(facts).principal(_SOURCE, f"{ai}@%")
    assert mariadb.server.password not in text


def test_a_mode_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plan.yaml").write_text(_PLAN.format(type="postgresql", identity="ai", reads="public.contacts"))

    done = CliRunner().invoke(app, ["grant-script", str(tmp_path / "plan.yaml"), "--mode", "everything"])

    assert done.exit_code != 0


def test_files_know_no_grants(tmp_path: Path) -> None:
    text = _PLAN.format(type="files", identity="ai", reads="contacts.csv").replace('url: "${CRM_URL}"', "path: .")
    (tmp_path / "plan.yaml").write_text(text)

    done = CliRunner().invoke(app, ["grant-script", str(tmp_path / "plan.yaml")])

    assert "file permissions are all there is" in done.output
