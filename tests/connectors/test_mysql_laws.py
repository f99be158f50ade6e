"""The laws that every connector keeps, on a real MariaDB server."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from lineage.facts import Fact
from lineage.model import Name
from tests.connectors.conformance import CONTACTS, MARKER, ODD, ODD_COLUMNS, ROWS, ConnectorLaws, System
from tests.servers_mariadb import MariadbSchemas, backticked

_ODD_TABLE = 'Tab " l`e; %s'


class TestMariadb(ConnectorLaws):
    kind = "mysql"
    schemas: MariadbSchemas

    @pytest.fixture(autouse=True)
    def _own_schemas(self, mariadb: MariadbSchemas) -> None:
        self.schemas = mariadb

    def lively(self, folder: Path) -> System:  # noqa: ARG002 - the port's
        crm, odd = self.schemas.schema("crm"), self.schemas.schema("Odd %s ` sch'ema Ä")
        columns = ", ".join(f"{backticked(name)} varchar(100) DEFAULT '{MARKER}'" for name in ODD_COLUMNS)
        self.schemas.execute(
            f"""CREATE TABLE {crm}.contacts (
                  id int PRIMARY KEY, region varchar(20) DEFAULT '{MARKER}', email varchar(80) COMMENT '{MARKER}',
                  at datetime, tier enum('{MARKER}', 'free') DEFAULT '{MARKER}') COMMENT '{MARKER}'""",
            f"CREATE TABLE {crm}.parts (id int) PARTITION BY LIST (id) (PARTITION {MARKER} VALUES IN (1))",
            f"CREATE TABLE {backticked(odd)}.{backticked(_ODD_TABLE)} ({columns})",
            f"INSERT INTO {backticked(odd)}.{backticked(_ODD_TABLE)} VALUES ()",
            f"CREATE VIEW {crm}.marked AS SELECT id, '{MARKER}' AS word FROM {crm}.contacts WHERE email <> '{MARKER}'",
            f"CREATE TABLE {crm}.gone (x int)",
            f"CREATE VIEW {crm}.broken AS SELECT concat(x, '{MARKER}') AS y FROM {crm}.gone",
            f"DROP TABLE {crm}.gone",
            f"""CREATE EVENT {crm}.tidy ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01' COMMENT '{MARKER}'
                DO DELETE FROM {crm}.contacts WHERE region = '{MARKER}'""",
            f"CREATE FUNCTION {crm}.word() RETURNS varchar(20) RETURN '{MARKER}'",
        )
        for row in ROWS:
            self.schemas.execute(
                f"INSERT INTO {crm}.contacts (id, region, email, at) VALUES (%s, %s, %s, %s)", parameters=row
            )
        # The server corrects its estimates some time after rows came, unless it just made them.
        self.schemas.execute(f"ANALYZE TABLE {crm}.contacts, {crm}.parts, {backticked(odd)}.{backticked(_ODD_TABLE)}")
        auditor = self.schemas.account("auditor")
        self.schemas.execute(
            f"GRANT SELECT, SHOW VIEW, EVENT ON {crm}.* TO '{auditor}'@'%'",
            f"GRANT SELECT ON {backticked(odd)}.{backticked(_ODD_TABLE)} TO '{auditor}'@'%'",
        )
        url = self.schemas.url(auditor, crm)
        targets = {CONTACTS: "contacts", ODD: f"{backticked(odd)}.{backticked(_ODD_TABLE)}"}
        secrets = (self.schemas.accounts[f"'{auditor}'@'%'"], url)
        return System({"url": url}, targets, lambda: self._state(crm), secrets, lambda fact: _about(fact, (crm, odd)))

    def bare(self, folder: Path) -> System:  # noqa: ARG002 - the port's
        return System({"url": self.schemas.url(self.schemas.account("auditor"))})

    def unreachable(self, folder: Path) -> Sequence[System]:
        auditor, secret = self.schemas.account("auditor"), f"{MARKER}-secret"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            closed = probe.getsockname()[1]
        server = self.schemas.server
        urls = (
            server.url(auditor, secret),
            f"mysql://{auditor}:{secret}@127.0.0.1:{closed}/x",
            self.schemas.url(auditor, MARKER),
            f"mysql://{auditor}:{secret}@127.0.0.1:{server.port}/?read_default_file=/etc/{MARKER}",
            f"mysql://{auditor}:{secret}@127.0.0.1:{MARKER}/",
            f"mysql://{auditor}:{secret}@/?unix_socket={folder}/none",
        )
        return [System({"url": url}, secrets=(secret, url)) for url in urls]

    def meanwhile(self) -> None:
        somebody, elsewhere = self.schemas.account("somebody"), self.schemas.schema("elsewhere")
        self.schemas.execute(
            f"CREATE TABLE {elsewhere}.t (id int)",
            f"GRANT SELECT ON {elsewhere}.* TO '{somebody}'@'%'",
            f"GRANT {self.schemas.role('team')} TO '{somebody}'@'%'",
            f"GRANT SELECT ON {elsewhere}.t TO PUBLIC",
        )

    def _state(self, schema: str) -> Any:
        rows = self.schemas.execute(f"SELECT * FROM {schema}.contacts ORDER BY id")
        counts = self.schemas.execute(
            "SELECT COUNT(*), MAX(UPDATE_TIME) FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s",
            parameters=(schema,),
        )
        return rows, counts


def _about(fact: Fact, schemas: Sequence[str]) -> bool:
    name = getattr(fact, "name", None)
    return not isinstance(name, Name) or name.path[0] in schemas
