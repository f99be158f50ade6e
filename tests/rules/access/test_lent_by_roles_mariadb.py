"""What a role of MariaDB lends on everything: FILE reads every table in the server's files."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.finding import Finding
from lineage.testing import World
from tests.rules.access.test_mariadb_fixes import PLAN, RULES
from tests.servers_mariadb import MariadbSchemas

PRIVILEGED, LATENT = "access/privileged-identity", "access/latent-reach"


def _findings(tmp_path: Path, mariadb: MariadbSchemas, *statements: str) -> tuple[dict[str, str], World, list[Finding]]:
    names = {"crm": mariadb.schema("crm"), "ai": mariadb.account("ai"), "loader": mariadb.role("loader")}
    mariadb.execute(
        "CREATE TABLE {crm}.contacts (id int PRIMARY KEY, region text, email text)".format(**names),
        "GRANT SELECT (id, region) ON {crm}.contacts TO '{ai}'@'%'".format(**names),
        *(statement.format(**names) for statement in statements),
    )
    world = World(tmp_path).url("crm", mariadb.server.url())
    return names, world, list(world.audit(PLAN.format(**names), rules=RULES).findings)


@pytest.mark.parametrize(
    ("right", "says"),
    [
        ("FILE", "reads and writes the server's files"),
        ("CREATE USER", "makes roles"),
        ("REPLICATION SLAVE", "may copy the whole server"),
    ],
)
def test_what_a_default_role_lends_is_held(tmp_path: Path, mariadb: MariadbSchemas, right: str, says: str) -> None:
    names, world, found = _findings(
        tmp_path,
        mariadb,
        f"GRANT {right} ON *.* TO {{loader}}",
        "GRANT {loader} TO '{ai}'@'%'",
        "SET DEFAULT ROLE {loader} FOR '{ai}'@'%'",
    )

    (one,) = [finding for finding in found if finding.rule == PRIVILEGED]
    assert says in one.judgement.says
    assert f"by the role {names['loader']}" in one.judgement.says

    mariadb.execute(*one.judgement.fixes[0].patch.splitlines())
    assert not world.audit(PLAN.format(**names), rules=RULES).findings


def test_what_a_role_that_is_no_default_lends_is_one_set_role_away(tmp_path: Path, mariadb: MariadbSchemas) -> None:
    _, _, found = _findings(tmp_path, mariadb, "GRANT FILE ON *.* TO {loader}", "GRANT {loader} TO '{ai}'@'%'")

    assert [one.rule for one in found] == [LATENT]
    assert "reaches the server's files and programs (FILE)" in found[0].judgement.says


def test_a_role_that_lends_nothing_is_no_privilege(tmp_path: Path, mariadb: MariadbSchemas) -> None:
    _, _, found = _findings(
        tmp_path, mariadb, "GRANT SELECT (id) ON {crm}.contacts TO {loader}", "GRANT {loader} TO '{ai}'@'%'"
    )

    assert found == []
