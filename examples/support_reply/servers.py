"""The company's events, state and index in servers of their own: NATS, Kafka's protocol, Redis or Valkey, PostgreSQL.

What the systems are told beside their records, and what a lie may tell them otherwise, is `Settings`. Loading replaces
what was there before, so that one set of servers serves for all lies.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from examples.support_reply.company import Company, Record
from examples.support_reply.postgresql import LOGIN

if TYPE_CHECKING:
    from psycopg import Connection

PLAN: Final = Path(__file__).with_name("plan.servers.yaml")
STREAM: Final = "USAGE"
TOPIC: Final = "invoices"
_RECENT: Final = timedelta(days=28)

_TABLES: Final = """
drop schema if exists kb cascade; create schema kb; create extension if not exists vector;
create table kb.articles (doc_id text primary key, title text not null, version text not null,
    updated_at timestamptz not null, text text not null, team text not null);
create table kb.chunks (chunk_id text primary key, doc_id text not null, doc_version text not null, text text not null,
    embedded_at timestamptz not null, team text not null, embedding vector({dimension}));
alter table kb.articles enable row level security;
create policy of_support on kb.articles for select using (team = 'support');
grant usage on schema kb to {login};
grant select (doc_id, version, text, updated_at) on kb.articles to {login};
grant select (chunk_id, doc_id, doc_version, text, embedded_at, embedding) on kb.chunks to {login};
"""
_OF_THE_INDEX: Final = """
alter table kb.chunks enable row level security;
create policy of_support on kb.chunks for select using (team = 'support');
"""


@dataclass(slots=True)
class Settings:
    """What the servers are told to do with what they hold."""

    max_age: timedelta | None = timedelta(days=30)
    """After which the stream forgets an event."""
    retention: timedelta = timedelta(days=30)
    """After which the topic may forget a record."""
    cleanup: str = "delete"
    """What the topic does then: `delete` or `compact`."""
    lives: timedelta | None = timedelta(hours=23)
    """How long a session stays."""
    limited: bool = True
    """The index is under the policy of its documents."""
    dimension: int = 8


@dataclass(slots=True)
class Servers:
    """Where the servers are, and who reads the database."""

    nats: str
    kafka: str
    state: Any
    """A client of the store."""
    database: Connection
    login: str
    _topics: int = field(default=0)

    def load(self, company: Company, settings: Settings) -> str:
        """Let the servers hold what the company does; give the plan, which reads what was loaded."""
        asyncio.run(self._events(company, settings))
        self._sessions(company, settings)
        self._index(company, settings)
        topic = self._invoices(company, settings)
        plan = PLAN.read_text(encoding="utf-8").replace(LOGIN, self.login)
        return plan.replace(f"reads: {TOPIC}\n", f"reads: {topic}\n")

    async def _events(self, company: Company, settings: Settings) -> None:
        import nats
        from nats.js.api import StreamConfig
        from nats.js.errors import NotFoundError

        connection = await nats.connect(self.nats)
        try:
            stream = connection.jetstream()
            with suppress(NotFoundError):
                await stream.delete_stream(STREAM)
            age = settings.max_age.total_seconds() if settings.max_age else 0
            await stream.add_stream(StreamConfig(name=STREAM, subjects=["usage.>"], max_age=age))
            for event in _recent(company, "usage", "event_time"):
                await stream.publish(f"usage.{event['feature']}", _json(event))
        finally:
            await connection.close()

    def _invoices(self, company: Company, settings: Settings) -> str:
        """Write invoices into a topic of its own: a broker takes its time to forget one."""
        from confluent_kafka import Producer
        from confluent_kafka.admin import AdminClient
        from confluent_kafka.cimpl import NewTopic

        self._topics += 1
        name = f"{TOPIC}_{self._topics}"
        told = {
            "retention.ms": str(int(settings.retention / timedelta(milliseconds=1))),
            "cleanup.policy": settings.cleanup,
        }
        admin = AdminClient({"bootstrap.servers": self.kafka})
        for made in admin.create_topics([NewTopic(name, 1, 1, config=told)]).values():
            made.result(20)
        producer = Producer({"bootstrap.servers": self.kafka})
        for invoice in _recent(company, "invoices", "updated_at"):
            producer.produce(name, _json(invoice), str(invoice["id"]))
        producer.flush(20)
        return name

    def _sessions(self, company: Company, settings: Settings) -> None:
        self.state.flushdb()
        for session in company.records["sessions"]:
            key = f"session:{session['session_id']}"
            self.state.hset(
                key, mapping={name: str(_told(session[name])) for name in ("user_id", "plan_step", "seen_at")}
            )
            if settings.lives is not None:
                self.state.expire(key, settings.lives)

    def _index(self, company: Company, settings: Settings) -> None:
        from psycopg import sql

        for statements in (_TABLES, _OF_THE_INDEX if settings.limited else ""):
            told = statements.replace("{dimension}", str(settings.dimension))
            self.database.execute(sql.SQL(told).format(login=sql.Identifier(self.login)))
        teams = ("support", "support", "legal")
        documents = {one["doc_id"]: teams[place % 3] for place, one in enumerate(company.records["articles"])}
        for article in company.records["articles"]:
            self._row("kb.articles", {**article, "team": documents[article["doc_id"]]})
        for chunk in company.records["chunks"]:
            if str(chunk["doc_id"]).startswith("kb-"):
                vector = f"[{','.join(str(place / 10) for place in range(settings.dimension))}]"
                team = documents.get(chunk["doc_id"], "support")
                self._row("kb.chunks", {**chunk, "team": team, "embedding": vector})

    def _row(self, table: str, record: Record) -> None:
        from psycopg import sql

        columns = sql.SQL(", ").join(map(sql.Identifier, record))
        marks = sql.SQL(", ").join(sql.Placeholder() * len(record))
        name = sql.SQL(".").join(map(sql.Identifier, table.split(".")))
        insert = sql.SQL("insert into {} ({}) values ({})").format(name, columns, marks)
        self.database.execute(insert, list(record.values()))


def _recent(company: Company, records: str, clock: str) -> Iterable[Record]:
    """Give the records of the last four weeks, the oldest first, as a stream would hold them."""
    told = [one for one in company.records[records] if _age(one[clock], company) < _RECENT]
    return sorted(told, key=lambda one: str(one[clock]))


def _age(moment: object, company: Company) -> timedelta:
    return company.now - moment if isinstance(moment, datetime) else timedelta()


def _json(record: Record) -> bytes:
    return json.dumps({name: _told(value) for name, value in record.items()}).encode()


def _told(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
