"""The same company in one MariaDB: a schema a system, views of a definer, deleting events, a login with exact grants.

What `world` writes as files are tables here, and the plan is the same but for where it reads. A lie is loaded over the
honest company and taken back by loading that again: only what differs is made anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

from examples.support_reply.company import Company, Record
from lineage.plan.load import read_plan

if TYPE_CHECKING:
    from lineage.plan.model import Dataset

HOLDS: Final = {
    "crm": ("people", "subscriptions", "hr_core"),
    "helpdesk": ("tickets", "replies"),
    "product": ("usage",),
    "billing": ("invoices",),
    "knowledge": ("articles", "policies"),
    "index": ("chunks",),
    "ops": ("incidents",),
    "state": ("sessions",),
}
"""System -> its tables; each system is a schema."""
VIEWS: Final = {"ai_contacts": "crm", "ai_subscriptions": "crm", "ai_incidents": "ops"}
"""View -> its system, in the order in which they are made."""
HELD_TO: Final = {"ai_contacts": "region in ('EU', 'US') and not ai_opt_out"}
"""View -> the rows that it gives: here are identities, so that records outside the segments must be kept from them."""
EVENTS: Final = {
    "crm_purge": ("crm", "delete from people where created_at < now() - interval 24 month"),
    "tickets_purge": ("helpdesk", "delete from tickets where created_at < now() - interval 36 month"),
    "nightly_purge": ("product", "delete from `usage` where event_time < now() - interval 30 day"),
    "sessions_purge": ("state", "delete from sessions where seen_at < now() - interval 24 hour"),
}
"""Event -> its system, and what it does once a day."""
HIDDEN: Final = "coalesce((select max(event_name) from information_schema.events), '')"
"""What the system keeps to itself."""

_CONNECTOR: Final = re.compile(r'connector: \{type: \w+, \w+: "\$\{([A-Z]+)_(?:URL|FILES)\}"\}')
_FILES: Final = re.compile(r"reads: (\w+)(?:-\*\.parquet|\.csv|\.jsonl|/)")


def planned(company: Company, login: str) -> None:
    """Let the plan read tables where it read files, as a login."""
    mapped = f"identity: {login}\\n    mapped_to: idp:svc-support-reply"
    source = rf'connector: {{type: mysql, url: "${{\1_URL}}"}}\n    {mapped}'
    company.plan = _FILES.sub(r"reads: \1", _CONNECTOR.sub(source, company.plan))
    company.hidden = HIDDEN


@dataclass(slots=True)
class Systems:
    """The company's schemas in a server, and what is loaded there."""

    connection: Any
    schemas: Mapping[str, str]
    """System -> the schema that it has in a server which others use too."""
    login: str
    definer: str
    """Accounts, quoted as GRANT wants them."""
    _tables: dict[str, list[Record]] = field(default_factory=dict)
    _columns: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    _views: dict[str, str] = field(default_factory=dict)
    _granted: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    _gone: set[str] = field(default_factory=set)

    def load(self, company: Company) -> None:
        """Let the systems hold what the company does, and its login read what the plan declares."""
        self._run("set session time_zone = '+00:00', sql_mode = 'PIPES_AS_CONCAT,STRICT_TRANS_TABLES'")
        for system, tables in HOLDS.items():
            self._schema(system, missing=system in company.withheld)
            for table in () if system in company.withheld else tables:
                self._table(system, table, company)
        for view, system in VIEWS.items():
            held = f" where {HELD_TO[view]}" if view in HELD_TO else ""
            said = f"{company.views[view]}{held}"
            if self._views.get(view) != said:
                self._run(f"use {self.schemas[system]}")
                self._run(f"create or replace definer = {self.definer} sql security definer view {view} as {said}")
                self._views[view] = said
        self._grant(company)

    def schedule(self) -> None:
        """Make the events that delete what is over its limit; each would run tomorrow for the first time."""
        for event, (system, statement) in EVENTS.items():
            self._run(f"use {self.schemas[system]}")
            starts = "every 1 day starts current_timestamp + interval 1 day"
            self._run(f"create event {event} on schedule {starts} do {statement}")

    def _schema(self, system: str, *, missing: bool) -> None:
        name = self.schemas[system]
        if missing:
            self._run(f"drop schema if exists {name}")
            self._gone.add(system)
            for table in HOLDS[system]:
                self._tables.pop(table, None)
        elif system in self._gone:
            self._run(f"create schema {name}")
            self._gone.discard(system)

    def _table(self, system: str, table: str, company: Company) -> None:
        records = company.records.get(table)
        place = f"{self.schemas[system]}.`{table}`"
        if records is None:
            self._run(f"drop table if exists {place}")
            self._tables.pop(table, None)
            return
        columns = tuple(_columns(records, zoned=table not in company.zoneless))
        if self._tables.get(table) == records and self._columns.get(table) == columns:
            return
        specs = ", ".join(f"`{name}` {kind}" for name, kind in columns)
        self._run(f"drop table if exists {place}")
        self._run(f"create table {place} ({specs})")
        marks = ", ".join(["%s"] * len(columns))
        rows = [[_cell(record.get(name)) for name, _ in columns] for record in records]
        with self.connection.cursor() as cursor:
            cursor.executemany(f"insert into {place} values ({marks})", rows)  # noqa: S608 - names of this file
        self._tables[table], self._columns[table] = [dict(record) for record in records], columns

    def _grant(self, company: Company) -> None:
        plan, _problems = read_plan(company.plan, "plan.yaml")
        for dataset in plan.datasets() if plan is not None else ():
            place = (self.schemas[dataset.source], dataset.reads)
            wanted = frozenset(_declared(dataset)) & self._there(*place)
            if not wanted or self._granted.get(place) == wanted:
                continue
            if place in self._granted:
                self._run(f"revoke all privileges on {place[0]}.`{place[1]}` from {self.login}")
            columns = ", ".join(f"`{name}`" for name in sorted(wanted))
            self._run(f"grant select ({columns}) on {place[0]}.`{place[1]}` to {self.login}")
            self._granted[place] = wanted

    def _there(self, schema: str, table: str) -> frozenset[str]:
        question = "select column_name from information_schema.columns where table_schema = %s and table_name = %s"
        return frozenset(str(name) for (name,) in self._run(question, (schema, table)))

    def _run(self, statement: str, parameters: Sequence[object] | None = None) -> Sequence[tuple[Any, ...]]:
        with self.connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            rows: Sequence[tuple[Any, ...]] = cursor.fetchall()
            return rows


def _declared(dataset: Dataset) -> Iterator[str]:
    """Give the columns that a plan declares, and the moments by which it judges them."""
    yield from (declared.column[0] for declared in dataset.fields.values())
    moments = [dataset.fresh.clock if dataset.fresh else None, dataset.keep.since if dataset.keep else None]
    yield from (name for name in moments if name is not None)


def _columns(records: Sequence[Record], *, zoned: bool) -> Iterator[tuple[str, str]]:
    """Give the columns that hold the records; the first is the key where it can be one."""
    for place, name in enumerate(dict.fromkeys(chain.from_iterable(records))):
        values = [record.get(name) for record in records]
        there = [value for value in values if value is not None]
        kind = _kind(there, zoned=zoned)
        key = place == 0 and len(there) == len(values) == len(set(there))
        yield name, f"{kind} primary key" if key else f"{kind} {'not null' if len(there) == len(values) else 'null'}"


def _kind(values: Sequence[object], *, zoned: bool) -> str:
    match values[0]:
        case bool():
            return "boolean"
        case int():
            return "int"
        case float():
            return "decimal(12, 2)"
        case datetime():
            return "timestamp" if zoned else "datetime"
    return "varchar(200)" if all(len(str(value)) <= 200 for value in values) else "text"


def _cell(value: object) -> object:
    return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value
