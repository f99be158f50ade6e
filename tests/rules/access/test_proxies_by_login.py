"""A PROXY grant by a real login: PAM says that one account is another, and the grant lets the session be that one.

It writes a service of its own into `/etc/pam.d` and a line into `/etc/security/user_map.conf`, and takes both back:
only where `LINEAGE_TEST_PAM=1` asks for it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lineage.testing import World
from tests.rules.access.desk import findings
from tests.rules.access.test_mariadb_fixes import PLAN
from tests.rules.access.test_proxies import LATENT, RULES
from tests.servers_mariadb import MariadbSchemas, start_mariadb

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("LINEAGE_TEST_PAM") != "1", reason="LINEAGE_TEST_PAM=1 lets it write to /etc"),
    pytest.mark.skipif(shutil.which("mariadb") is None, reason="MariaDB's own client speaks PAM's dialogue"),
]
_SERVICE = Path("/etc/pam.d/lineage_audit_tests")
_MAP = Path("/etc/security/user_map.conf")


@dataclass(frozen=True)
class Town:
    """A login that PAM takes for the boss."""

    mariadb: MariadbSchemas
    names: dict[str, str]

    def logs_in(self) -> str:
        """Log in as the workflow, and give as whom the session runs and what it counts; the error where it cannot."""
        server, names = self.mariadb.server, self.names
        asked = f"SELECT SUBSTRING_INDEX(CURRENT_USER(), '@', 1), count(*) FROM {names['hr']}.people"
        place = ["-h127.0.0.1", f"-P{server.port}", "--skip-ssl", "-px", f"-u{names['ai']}"]
        command = ["mariadb", "--no-defaults", "-N", "-B", *place, "-e", asked]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
        return done.stdout.strip() or done.stderr.strip()


@pytest.fixture
def town() -> Iterator[Town]:
    server, before = start_mariadb(), _MAP.read_text() if _MAP.exists() else None
    try:
        server.execute("INSTALL SONAME 'auth_pam_v1'")
        with server.schemas() as mariadb:
            names = {"crm": mariadb.schema("crm"), "hr": mariadb.schema("hr")}
            names |= {label: mariadb.account(label) for label in ("ai", "boss")}
            _SERVICE.write_text(
                "auth required pam_permit.so\nauth required pam_user_map.so\naccount required pam_permit.so\n"
            )
            _MAP.write_text(f"{before or ''}\n{names['ai']}: {names['boss']}\n")
            mariadb.execute(
                "REPLACE INTO mysql.proxies_priv (Host, User, Proxied_host, Proxied_user, With_grant) "
                "SELECT '%', SUBSTRING_INDEX(CURRENT_USER(), '@', 1), '', '', 1",
                "FLUSH PRIVILEGES",
                f"CREATE TABLE {names['crm']}.contacts (id int PRIMARY KEY, region text, email text)",
                f"CREATE TABLE {names['hr']}.people (name text)",
                f"ALTER USER '{names['ai']}'@'%' IDENTIFIED VIA pam USING '{_SERVICE.name}'",
                f"GRANT SELECT (id, region) ON {names['crm']}.contacts TO '{names['ai']}'@'%'",
                f"GRANT SELECT ON {names['hr']}.people TO '{names['boss']}'@'%'",
            )
            yield Town(mariadb, names)
    finally:
        _SERVICE.unlink(missing_ok=True)
        if before is None:
            _MAP.unlink(missing_ok=True)
        else:
            _MAP.write_text(before)
        server.end()


def test_a_login_that_pam_takes_for_another_reads_what_is_told_as_latent(tmp_path: Path, town: Town) -> None:
    names = town.names
    world = World(tmp_path).url("crm", town.mariadb.server.url())
    plan = PLAN.format(reader="", **names)

    without = town.logs_in()
    town.mariadb.execute(f"GRANT PROXY ON '{names['boss']}'@'%' TO '{names['ai']}'@'%'")
    as_boss, [found] = town.logs_in(), findings(world.audit(plan, rules=RULES), LATENT)
    town.mariadb.execute(found.judgement.fixes[0].patch)

    assert "1045" in without
    assert as_boss == f"{names['boss']}\t0"
    assert "reads 1 field more of 1 dataset" in found.judgement.says
    assert "1045" in town.logs_in()
    assert findings(world.audit(plan, rules=RULES), LATENT) == []
