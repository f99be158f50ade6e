"""The laws that every connector keeps, on a real PostgreSQL server."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.conformance import CONTACTS, MARKER, ODD, ODD_COLUMNS, ROWS, ConnectorLaws, System
from tests.servers import PostgresDatabase, quoted

_STATE = """
SELECT (SELECT json_agg(c ORDER BY id)::text FROM public.contacts c), (SELECT count(*) FROM pg_class),
       (SELECT (tup_inserted, tup_updated, tup_deleted)::text FROM pg_stat_database
        WHERE datname = current_database())"""


class TestPostgresql(ConnectorLaws):
    kind = "postgresql"
    database: PostgresDatabase

    @pytest.fixture(autouse=True)
    def _own_database(self, postgres: PostgresDatabase) -> None:
        self.database = postgres

    def lively(self, folder: Path) -> System:  # noqa: ARG002 - the port's
        odd = ", ".join(f"{quoted(name)} text DEFAULT '{MARKER}'" for name in ODD_COLUMNS)
        self.database.execute(f"""
            CREATE TABLE public.contacts (id int PRIMARY KEY, region text DEFAULT '{MARKER}', email text, at timestamp);
            COMMENT ON TABLE public.contacts IS '{MARKER}'; COMMENT ON COLUMN public.contacts.email IS '{MARKER}';
            CREATE SCHEMA "Odd %s "" schema"; CREATE TABLE "Odd %s "" schema"."Tab "" le; %s" ({odd});
            INSERT INTO "Odd %s "" schema"."Tab "" le; %s" DEFAULT VALUES;
            CREATE VIEW public.marked AS SELECT id, '{MARKER}' AS word FROM public.contacts WHERE email <> '{MARKER}';
            CREATE VIEW public.broken AS SELECT ('{MARKER}' || id)::int AS id FROM public.contacts""")
        for row in ROWS:
            self.database.execute("INSERT INTO public.contacts VALUES (%s, %s, %s, %s::timestamp)", row)
        auditor = self.database.role("auditor")
        self.database.execute(f"""
            GRANT USAGE ON SCHEMA "Odd %s "" schema" TO {auditor};
            GRANT SELECT ON ALL TABLES IN SCHEMA public, "Odd %s "" schema" TO {auditor}""")
        url = self.database.url(auditor)
        targets = {CONTACTS: "contacts", ODD: '"Odd %s "" schema"."Tab "" le; %s"'}
        return System({"url": url}, targets, self._state, (self.database.roles[auditor], url))

    def bare(self, folder: Path) -> System:  # noqa: ARG002 - the port's
        return System({"url": self.database.url(self.database.role("auditor"))})

    def unreachable(self, folder: Path) -> Sequence[System]:  # noqa: ARG002 - the port's
        auditor, secret = self.database.role("auditor"), f"{MARKER}-secret"
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            closed = probe.getsockname()[1]
        wrong = self.database.url(auditor, secret)
        refused = f"postgresql://{auditor}:{secret}@127.0.0.1:{closed}/x"
        return [System({"url": url}, secrets=(secret, url)) for url in (wrong, refused)]

    def meanwhile(self) -> None:
        somebody = self.database.role("somebody")
        self.database.execute(f"GRANT {self.database.role('team', 'NOLOGIN')} TO {somebody}")

    def _state(self) -> Any:
        # What earlier sessions did is counted when they end; what this one did, when it is told to.
        self.database.execute("SELECT pg_stat_force_next_flush()")
        return self.database.execute(_STATE)
