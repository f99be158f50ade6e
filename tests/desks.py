"""The same small desk in every kind of system: one dataset, its plan, and what takes the system away.

    desk = of_kind("duckdb", tmp_path, request)

A wire is a proxy of the test's own: it passes a TCP connection on until it is cut.
"""

from __future__ import annotations

import csv
import shutil
import socket
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest

from lineage.testing import World
from tests.servers import PostgresDatabase
from tests.servers_mariadb import MariadbSchemas

Row = Mapping[str, object]
FILES = ("sqlite", "duckdb", "sql", "csv", "parquet", "documents")
SERVERS = ("postgresql", "mysql", "sql over postgresql", "sql over mysql")
KINDS = (*FILES, *SERVERS)
ROWS: Sequence[Row] = tuple(
    {"id": n, "region": "EU" if n % 2 else "US", "email": f"p{n}@mail.example", "at": f"2026-11-22 11:{n:02}:00"}
    for n in range(1, 31)
)
NULLS: Sequence[Row] = ({"id": 1, "region": None, "email": None, "at": None},)
PLAN = """\
plan: v1
meta: {id: desk, status: draft, owner: pm@acme.example}
sources:
  crm:
    connector: {type: KIND, SETTING: "${CRM_URL}"}
    datasets:
      contacts:
        reads: 'READS'
        key: id
        fresh: {clock: at, zone: UTC, within: 1 day}
        fields:
          id: required
          region: {need: required, values: [EU, US], complete: 1.0}
          email: {need: helpful, sensitive: email, mask: hmac}
          at: required
steps: {draft: {reads: {crm.contacts: all}, to: prompt}}
rollout: [{stage: first}]
"""


@dataclass
class Desk:
    """A system with the dataset `contacts`, or without."""

    kind: str
    url: str
    reads: str
    place: Path | None = None
    """The file or folder that the system is, where it is one."""
    ends: list[Callable[[], None]] = field(default_factory=list)

    @property
    def connector(self) -> str:
        return {"csv": "files", "parquet": "files"}.get(self.kind, self.kind.partition(" ")[0])

    @property
    def plan(self) -> str:
        setting = "path" if self.connector in {"files", "documents"} else "url"
        return PLAN.replace("KIND", self.connector).replace("SETTING", setting).replace("READS", self.reads)

    def world(self, folder: Path) -> World:
        return World(folder).url("crm", self.url)

    def take_away(self) -> None:
        """Let a system of files be gone."""
        assert self.place is not None
        shutil.rmtree(self.place) if self.place.is_dir() else self.place.unlink()


def of_kind(
    kind: str, folder: Path, request: pytest.FixtureRequest, rows: Sequence[Row] | None = ROWS, wide: int = 0
) -> Desk:
    """Make a desk; without rows, a system without the dataset; with `wide` columns of nothing besides."""
    more = spare(wide)
    made = None if rows is None else [{**row, **dict.fromkeys(more)} for row in rows]
    columns = ("id", "region", "email", "at", *more)
    if kind in {"csv", "parquet", "documents"}:
        place = folder / "desk"
        place.mkdir(parents=True)
        {"csv": _csv, "parquet": _parquet, "documents": _documents}[kind](place, made, columns)
        return Desk(kind, str(place), {"documents": "contacts/"}.get(kind, f"contacts.{kind}"), place)
    if kind in FILES:
        place = folder / f"desk.{kind}"
        _database("duckdb" if kind == "duckdb" else "sqlite", place, made, columns)
        return Desk(kind, f"{'duckdb' if kind == 'duckdb' else 'sqlite'}:///{place}", "contacts", place)
    if "mysql" in kind:
        return _mariadb(kind, request.getfixturevalue("mariadb"), made, columns)
    return _postgresql(kind, request.getfixturevalue("postgres"), made, columns)


def spare(wide: int) -> list[str]:
    """Give the names of columns of nothing: no four digits in a row, which a header of a file may not have."""
    return [f"c{number // 100}_{number % 100}" for number in range(wide)]


def _types(columns: Sequence[str], text: str, moment: str) -> str:
    known = {"id": "int primary key", "region": text, "email": text, "at": moment}
    return ", ".join(f"{name} {known.get(name, 'int')}" for name in columns)


def _database(dialect: str, place: Path, rows: Sequence[Row] | None, columns: Sequence[str]) -> None:
    import sqlite3

    import duckdb

    connection = duckdb.connect(str(place)) if dialect == "duckdb" else sqlite3.connect(place)
    try:
        connection.execute("create table other (id int)")
        if rows is not None:
            # DuckDB knows a word AT.
            connection.execute(
                f"create table contacts ({_types(columns, 'text', 'timestamp')})".replace(" at ", ' "at" ')
            )
        if rows:
            marks = ", ".join("?" * 4)
            told = [[row[name] for name in columns[:4]] for row in rows]
            connection.executemany(f'insert into contacts (id, region, email, "at") values ({marks})', told)
        connection.commit()
    finally:
        connection.close()


def _csv(place: Path, rows: Sequence[Row] | None, columns: Sequence[str]) -> None:
    (place / "other.csv").write_text("id\n1\n")
    if rows is None:
        return
    with (place / "contacts.csv").open("w", newline="") as opened:
        writer = csv.DictWriter(opened, columns)
        writer.writeheader()
        writer.writerows(rows)


def _parquet(place: Path, rows: Sequence[Row] | None, columns: Sequence[str]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    (place / "other.csv").write_text("id\n1\n")
    if rows is None:
        return
    kinds = {"region": pa.string(), "email": pa.string(), "at": pa.string()}
    schema = pa.schema([(name, kinds.get(name, pa.int32())) for name in columns])
    table = pa.Table.from_pylist([dict(row) for row in rows], schema)
    at = table.schema.get_field_index("at")
    table = table.set_column(at, "at", table["at"].cast(pa.timestamp("us")))
    pq.write_table(table, place / "contacts.parquet")


def _documents(place: Path, rows: Sequence[Row] | None, columns: Sequence[str]) -> None:
    (place / "other").mkdir()
    (place / "other" / "a.md").write_text("# Nothing\n")
    for row in rows or ():
        (place / "contacts").mkdir(exist_ok=True)
        told = "".join(f"{name}: {'' if row[name] is None else row[name]}\n" for name in columns)
        (place / "contacts" / f"{row['id']}.md").write_text(f"---\n{told}---\n# Contact\n")


def _mariadb(kind: str, mariadb: MariadbSchemas, rows: Sequence[Row] | None, columns: Sequence[str]) -> Desk:
    crm, auditor = mariadb.schema(), mariadb.account("auditor")
    mariadb.execute(f"create table {crm}.other (id int)")
    if rows is not None:
        mariadb.execute(f"create table {crm}.contacts ({_types(columns, 'varchar(40)', 'datetime')})")
    for row in rows or ():
        values = [row[name] for name in columns[:4]]
        mariadb.execute(
            f"insert into {crm}.contacts (id, region, email, at) values (%s, %s, %s, %s)", parameters=values
        )
    mariadb.execute(f"grant select, show view, event on {crm}.* to '{auditor}'@'%'")
    url = mariadb.url(auditor, crm)
    return Desk(kind, url if kind == "mysql" else url.replace("mysql://", "mysql+pymysql://"), "contacts")


def _postgresql(kind: str, postgres: PostgresDatabase, rows: Sequence[Row] | None, columns: Sequence[str]) -> Desk:
    auditor = postgres.role("auditor")
    postgres.execute("create table public.other (id int)")
    if rows is not None:
        postgres.execute(f"create table public.contacts ({_types(columns, 'text', 'timestamp')})")
    for row in rows or ():
        postgres.execute(
            "insert into public.contacts (id, region, email, at) values (%s, %s, %s, %s::timestamp)",
            [row[name] for name in columns[:4]],
        )
    postgres.execute(f"grant select on all tables in schema public to {auditor}")
    url = postgres.url(auditor)
    return Desk(
        kind, url if kind == "postgresql" else url.replace("postgresql://", "postgresql+psycopg://"), "public.contacts"
    )


class Wire:
    """A TCP proxy before a server, on this machine only: cut, it ends every connection and takes no other."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._server = (parts.hostname or "127.0.0.1", parts.port or 0)
        self._listener = socket.create_server(("127.0.0.1", 0))
        port = self._listener.getsockname()[1]
        self.url = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[0] + f"@127.0.0.1:{port}"))
        self._ends: list[socket.socket] = []
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def cut(self) -> None:
        """End every connection, and refuse those to come."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)
        for end in self._ends:
            end.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(self._server)
            self._ends += [near, far]
            for one, other in ((near, far), (far, near)):
                thread = threading.Thread(target=_pass_on, args=(one, other), daemon=True)
                self._threads.append(thread)
                thread.start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65_536):
            other.sendall(data)
    with suppress(OSError):
        other.shutdown(socket.SHUT_WR)
