"""The company's systems as files: SQLite databases, Parquet, CSV, JSON Lines, Markdown with front matter, traces."""

from __future__ import annotations

import csv
import json
import shutil
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Final

from examples.support_reply import commands, papers, traces
from examples.support_reply.company import Company, Record

DOCUMENTS: Final = Path(__file__).with_name("docs")
"""What the plan's answers name."""

TABLES: Final = {
    "people": (
        "id integer primary key, full_name text not null, email text not null, email_hmac text not null, "
        "phone text, region text not null, tier text, ai_opt_out boolean not null, "
        "created_at text not null, updated_at text not null"
    ),
    "subscriptions": (
        "id integer primary key, contact_id integer not null, plan text not null, seats integer not null, "
        "status text not null, reference text not null, started_at text not null"
    ),
    "hr_core": "person_id integer primary key, grade text not null",
    "tickets": (
        "id integer primary key, contact_id integer not null, channel text not null, status text not null, "
        "subject text not null, body text not null, created_at text not null, updated_at text not null"
    ),
    "replies": ("id integer primary key, ticket_id integer not null, body text not null, created_at text not null"),
    "incidents": (
        "id integer primary key, service text not null, severity text not null, summary text not null, "
        "opened_at text not null, updated_at text not null"
    ),
}
"""Table -> its columns; a column that a lie adds to the records is added as text."""

DATABASES: Final = {
    "crm": (("people", "subscriptions", "hr_core"), ("ai_contacts", "ai_subscriptions")),
    "helpdesk": (("tickets", "replies"), ()),
    "ops": (("incidents",), ("ai_incidents",)),
}
"""Database -> its tables and views, in the order in which they are made."""


def build(folder: Path, company: Company) -> dict[str, str]:
    """Write every system of the company below a folder, and give the environment that its plan needs."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copytree(DOCUMENTS, folder / DOCUMENTS.name, dirs_exist_ok=True)
    environ: dict[str, str] = {}
    for name in DATABASES:
        environ[f"{name.upper()}_URL"] = f"sqlite:///{folder / f'{name}.db'}"
        if name not in company.withheld:
            _database(folder / f"{name}.db", name, company)
    for name, fill in (
        ("product", _product),
        ("billing", _billing),
        ("knowledge", _knowledge),
        ("index", _index),
        ("state", _state),
    ):
        environ[f"{name.upper()}_FILES"] = str(folder / name)
        if name not in company.withheld:
            (folder / name).mkdir(exist_ok=True)
            fill(folder / name, company)
    environ["TRACES"] = str(folder / "traces")
    if "traces" not in company.withheld:
        traces.write(folder / "traces" / "runs.jsonl", company.records["runs"])
    return environ | commands.write(folder / "commands", company) | papers.write(folder, company)


def _database(path: Path, name: str, company: Company) -> None:
    path.unlink(missing_ok=True)
    connection = sqlite3.connect(path)
    try:
        tables, views = DATABASES[name]
        for table in tables:
            if table in company.records:
                _table(connection, table, company.records[table], company.generated.get(table, {}))
        for view in views:
            if view in company.views:
                connection.execute(f"create view {view} as {company.views[view]}")
        for table in company.withheld & set(tables):
            connection.execute(f"drop table {table}")
        connection.commit()
    finally:
        connection.close()


def _table(connection: sqlite3.Connection, table: str, records: list[Record], generated: Mapping[str, str]) -> None:
    columns = dict(spec.strip().split(" ", 1) for spec in TABLES[table].split(","))
    known = dict.fromkeys(column for record in records for column in record) or columns
    there = [column for column in known if column not in generated]
    bytes_in = {column for record in records for column, value in record.items() if isinstance(value, bytes)}
    specs = [f"{column} {columns.get(column, 'blob' if column in bytes_in else 'text')}" for column in there]
    specs += [f"{column} text generated always as ({expression})" for column, expression in generated.items()]
    connection.execute(f"create table {table} ({', '.join(specs)})")
    marks = ", ".join(f":{column}" for column in there)
    connection.executemany(
        f"insert into {table} ({', '.join(there)}) values ({marks})",  # noqa: S608 - names of this file
        [{column: _cell(record.get(column)) for column in there} for record in records],
    )


def _cell(value: object) -> object:
    return stamp(value) if isinstance(value, datetime) else value


def stamp(moment: datetime) -> str:
    """Give a moment as a wall clock in UTC."""
    return moment.strftime("%Y-%m-%d %H:%M:%S")


def _product(folder: Path, company: Company) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    clock = pa.timestamp("us") if "usage" in company.zoneless else pa.timestamp("us", tz="UTC")
    records = company.records["usage"]
    for part, taken in enumerate((records[: len(records) // 2], records[len(records) // 2 :])):
        columns = {column: [record[column] for record in taken] for column in taken[0]}
        arrays = {
            column: pa.array(values, clock) if isinstance(values[0], datetime) else pa.array(values)
            for column, values in columns.items()
        }
        pq.write_table(pa.table(arrays), folder / f"usage-{part}.parquet")


def _billing(folder: Path, company: Company) -> None:
    records = company.records["invoices"]
    with (folder / "invoices.csv").open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(records[0]))
        writer.writeheader()
        writer.writerows({column: _aware(value) for column, value in record.items()} for record in records)


def _knowledge(folder: Path, company: Company) -> None:
    for name in ("articles", "policies"):
        (folder / name).mkdir(exist_ok=True)
        for record in company.records[name]:
            text = "".join(f"{line}\n" for line in _markdown(record))
            (folder / name / f"{record['doc_id']}.md").write_text(text, encoding="utf-8")


def _index(folder: Path, company: Company) -> None:
    _lines(folder / "chunks.jsonl", company.records["chunks"])


def _markdown(record: Record) -> Iterator[str]:
    yield "---"
    yield from (f"{key}: {_aware(value)}" for key, value in record.items() if key not in ("text", "title"))
    yield from ("---", "", f"# {record['title']}", "", str(record["text"]))


def _state(folder: Path, company: Company) -> None:
    _lines(folder / "sessions.jsonl", company.records["sessions"])


def _lines(path: Path, records: Iterable[Record]) -> None:
    with path.open("w", encoding="utf-8") as opened:
        for record in records:
            opened.write(json.dumps({key: _aware(value) for key, value in record.items()}) + "\n")


def _aware(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
