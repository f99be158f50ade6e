"""ClickHouse over HTTP: its system tables, and read-only statements with the limits sent along; no table is changed.

See docs/connectors/clickhouse.md for what is read, what is not, and the least rights that it needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, Field, SecretStr

from connectors._clickhouse.parts import moments_by_parts
from connectors._clickhouse.rights import rows_hidden
from connectors._clickhouse.session import Server, address_of, connected
from connectors._clickhouse.sql import traits
from connectors._clickhouse.structure import read_structure, rows_estimate
from connectors._sql import Failed, Session
from connectors._tasks.profile import read_profile
from connectors._tasks.sample import read_sample
from connectors._tasks.stream import read_stream
from lineage.connector import Attempt, Connector, Profile, Sample, Settings, Stream, Structure, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import Fact


class ClickhouseSettings(Settings):
    """Where the server is."""

    url: SecretStr = Field(min_length=1, max_length=4096)
    """`clickhouse://user:password@host:8123/database`; `clickhouses://` for TLS."""


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from one server.

    Raises:
        ConnectorError: it cannot be read at all.
    """
    assert isinstance(settings, ClickhouseSettings)  # noqa: S101 - the registry made them with our class
    address = address_of(settings.url.get_secret_value(), context)
    with connected(address, context) as server:
        session = Session(context, server.user, traits(), server.execute, batches=server.batches)
        for task in tasks:
            yield from _answer(server, session, task)
        session.cost.queries = server.queries
        yield session.bill()


def _answer(server: Server, session: Session, task: Task) -> Iterator[Fact]:
    match task:
        case Structure():
            try:
                yield from read_structure(server, session, task)
            except Failed as failed:
                raise ConnectorError(
                    f"{session.context.source}: the catalogue cannot be read ({failed.reason}); {failed.settle}"
                ) from None
        case Profile():
            rows = rows_estimate(server, task.relation.name)
            if rows is not None and rows > session.context.budget.rows:
                yield from moments_by_parts(server, session, task)
            yield from read_profile(session, task, rows)
        case Sample():
            yield from read_sample(session, task)
        case Stream():
            if task.whole and (why := rows_hidden(server, task.relation.name)) is not None:
                yield session.unseen("data", why, task.relation.name)
            else:
                yield from read_stream(session, task, rows_estimate(server, task.relation.name))
        case Attempt():
            why = Failed("a login of ClickHouse cannot read as another one", "scan with the identity's own login")
            yield session.unseen("access", why, task.relation.name)


CONNECTOR = Connector("clickhouse", ClickhouseSettings, read, schemes=("clickhouse", "clickhouses"))
