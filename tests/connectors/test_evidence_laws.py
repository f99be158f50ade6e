"""Connectors that read evidence about other systems keep the laws of every connector; they hold no records."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from lineage.connector import Column, Measure, MeasureKind, Profile, Relation, Sample
from lineage.facts import CostFact, UnseenFact
from lineage.model import DatasetId, Name
from tests.connectors.conformance import CONTACTS, MARKER, Laws, System, read
from tests.connectors.test_dbt import artifacts, laid
from tests.connectors.test_mcp_tools import TOKEN, desk
from tests.connectors.test_openlineage import event
from tests.servers import PostgresDatabase

TARGETS = {DatasetId("s.contacts"): "contacts", CONTACTS: "crm.contacts"}


def content(folder: Path) -> Callable[[], object]:
    """Give what tells whether anything in a folder changed."""
    return lambda: {
        file.relative_to(folder): (file.stat().st_mtime_ns, file.read_bytes())
        for file in folder.rglob("*")
        if file.is_file()
    }


class EvidenceLaws(Laws):
    """What connectors without records keep beyond."""

    def test_what_is_asked_of_records_is_unseen(self, system: System) -> None:
        place = Name("s", ("contacts",))
        relation = Relation(CONTACTS, place, {"email": Column(("email",), "text")})
        for task in (
            Profile(relation, None, (), (Measure(CONTACTS, MeasureKind.ROWS),)),
            Sample(relation, None, None),
        ):
            facts = read(self.kind, system.settings, [task])

            assert [fact.name for fact in facts if isinstance(fact, UnseenFact)] == [place]
            assert isinstance(facts[-1], CostFact)

    def unreachable(self, folder: Path) -> Sequence[System]:
        return [System({**self.lively(folder).settings, "path": str(folder / "gone")})]


class TestPrompts(EvidenceLaws):
    kind = "prompts"

    def lively(self, folder: Path) -> System:
        (folder / "reply.j2").write_text(f"Dear {{{{ contact.name }}}} {MARKER}\n", encoding="utf-8")
        (folder / "broken.j2").write_text(f"{{% if {MARKER}", encoding="utf-8")
        return System({"path": str(folder)}, TARGETS, content(folder))


class TestOpenlineage(EvidenceLaws):
    kind = "openlineage"

    def lively(self, folder: Path) -> System:
        lines = [json.dumps(event(1, "mail")), json.dumps(event(2, "email")), f"no event {MARKER}"]
        (folder / "events.jsonl").write_text("\n".join(lines), encoding="utf-8")
        return System({"path": str(folder)}, TARGETS, content(folder))


class TestQueryLog(EvidenceLaws):
    kind = "query_log"

    def lively(self, folder: Path) -> System:
        (folder / "run.sql").write_text(
            f"select email from contacts where note = '{MARKER}';\n"
            "insert into mailing (email) select email from contacts;",
            encoding="utf-8",
        )
        settings = {
            "path": str(folder),
            "namespace": "postgres://db:5432",
            "dialect": "postgres",
            "within": ["db", "crm"],
        }
        return System(settings, TARGETS, content(folder))


class TestDbt(EvidenceLaws):
    kind = "dbt"

    def lively(self, folder: Path) -> System:
        return System({"target": str(laid(folder, artifacts()))}, TARGETS, content(folder))

    def unreachable(self, folder: Path) -> Sequence[System]:
        return [System({"target": str(folder / "gone")})]


@pytest.mark.postgresql
class TestPgStatements(EvidenceLaws):
    kind = "pg_statements"

    @pytest.fixture(autouse=True)
    def database(self, postgres: PostgresDatabase) -> None:
        self.postgres = postgres

    def lively(self, folder: Path) -> System:  # noqa: ARG002 - a server, no folder
        self.postgres.execute("CREATE TABLE contacts (id int, email text)")
        return System({"url": self.postgres.url()}, TARGETS)

    def unreachable(self, folder: Path) -> Sequence[System]:  # noqa: ARG002 - a server, no folder
        return [System({"url": f"postgresql://nobody:{MARKER}@127.0.0.1:1/gone"}, secrets=(MARKER,))]


class TestMcpTools(EvidenceLaws):
    kind = "mcp_tools"

    def lively(self, folder: Path) -> System:
        return System(desk(folder), TARGETS, content(folder), secrets=(TOKEN,))

    def unreachable(self, folder: Path) -> Sequence[System]:
        return [System({"command": [str(folder / "gone")]})]
