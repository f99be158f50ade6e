"""Tables of Apache Iceberg in a catalogue that has logins: PostgreSQL's, and a REST catalogue's by a stand-in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from lineage.connector import Structure
from lineage.errors import ConnectorError
from lineage.facts import AbsentFact
from tests.connectors.conformance import CONTACTS, MARKER, ODD, ODD_COLUMNS, ROWS, ConnectorLaws, System, read
from tests.connectors.saas import TOKEN, Asked, standing_in
from tests.connectors.test_iceberg import bytes_of
from tests.servers import PostgresDatabase


class TestIcebergOnPostgresqlLaws(ConnectorLaws):
    kind = "iceberg"

    @pytest.fixture(autouse=True)
    def _at(self, postgres: PostgresDatabase) -> None:
        self.postgres = postgres

    def uri(self, user: str | None = None, password: str | None = None) -> str:
        return self.postgres.url(user, password).replace("postgresql://", "postgresql+psycopg://")

    def catalog(self, folder: Path) -> Any:
        from pyiceberg.catalog import load_catalog

        catalog = load_catalog("sales-lake", type="sql", uri=self.uri(), warehouse=f"file://{folder}/files")
        catalog.create_namespace_if_not_exists("sales")
        return catalog

    def seen_by(self, label: str, *, granted: bool) -> dict[str, Any]:
        """Give the settings of a login that may read the catalogue, or not."""
        role = self.postgres.role(label)
        if granted:
            self.postgres.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")
        return {"name": "sales-lake", "uri": self.uri(role)}

    def lively(self, folder: Path) -> System:
        import pyarrow as pa

        catalog = self.catalog(folder)
        columns = dict(zip(("id", "region", "email", "at"), map(list, zip(*ROWS, strict=True)), strict=True))
        odd = {**{name: [MARKER] for name in ODD_COLUMNS}, f"{MARKER}@x-example": [MARKER]}
        for name, told in (("contacts", columns), ("odd", odd)):
            rows = pa.table(told)
            catalog.create_table(f"sales.{name}", schema=rows.schema).append(rows)
        catalog.engine.dispose()

        def state() -> object:
            return self.postgres.execute("SELECT t::text FROM iceberg_tables AS t ORDER BY 1"), bytes_of(folder)

        settings = self.seen_by("auditor", granted=True)
        secrets = (str(folder), self.postgres.roles[str(settings["uri"]).partition("//")[2].partition(":")[0]])
        return System(settings, {CONTACTS: "sales.contacts", ODD: "sales.odd"}, state, secrets)

    def bare(self, folder: Path) -> System:
        self.catalog(folder).engine.dispose()
        return System(self.seen_by("auditor", granted=True))

    def unreachable(self, folder: Path) -> Sequence[System]:  # noqa: ARG002 - as the laws call it
        return [System({"uri": f"postgresql+psycopg://x:{MARKER}@127.0.0.1:1/x"}, secrets=(MARKER,))]

    def refused(self, system: System) -> Sequence[System]:
        user = str(system.settings["uri"]).partition("//")[2].partition(":")[0]
        return [System({**system.settings, "uri": self.uri(user, MARKER)}, secrets=(MARKER,))]

    def rightless(self, system: System) -> Sequence[System]:  # noqa: ARG002 - as the laws call it
        return [System(self.seen_by("nobody", granted=False))]


def answers(path: str, _query: dict[str, str]) -> Any:
    """Answer as a REST catalogue does that holds no table."""
    match path:
        case "/v1/config":
            return {"defaults": {}, "overrides": {}}
        case "/v1/namespaces":
            return {"namespaces": []}
    return None


def test_a_rest_catalogue_is_asked_with_its_token_and_a_refusal_is_said() -> None:
    asked = Asked()
    with standing_in(answers, asked) as url:
        given = {"catalog": "rest", "uri": url, "token": TOKEN}
        facts = read("iceberg", given, [Structure({CONTACTS: "sales.contacts"})])
        with pytest.raises(ConnectorError) as caught:
            read("iceberg", {"catalog": "rest", "uri": url, "token": MARKER}, [Structure()])

    assert [fact.proven for fact in facts if isinstance(fact, AbsentFact)] == [False]
    assert TOKEN not in repr(facts)
    assert MARKER not in str(caught.value)
    assert "?" in str(caught.value)
    assert {line.partition(" ")[0] for line in asked.lines} == {"GET"}
