"""PostgreSQL 12 and later, read through psycopg 3 in read-only snapshots; see `docs/connectors/postgresql.md`.

Structure and grants are read from `pg_catalog`, where CONNECT is enough; rows are aggregated or sampled where the
auditor may read them. A view may call a function with effects outside of the database, which a read-only transaction
does not stop: scan with least rights.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Self
from urllib.parse import unquote, urlsplit

from pydantic import BaseModel, Field, SecretStr, model_validator

from connectors._canary import acted_at_server
from connectors._pg.access import read_access
from connectors._pg.filters import confined
from connectors._pg.idle import read_idle
from connectors._pg.jobs import read_jobs
from connectors._pg.logins import read_logins
from connectors._pg.routines import read_routines
from connectors._pg.rows import answer_attempt, answer_rows
from connectors._pg.script import grant_script
from connectors._pg.session import Database, session
from connectors._pg.structure import read_catalogue, system_fact
from connectors._pg.targets import resolve_targets
from connectors._pg.views import read_generated, read_views
from connectors._sql import Failed
from lineage.connector import Attempt, Connector, GrantsAsked, Profile, Sample, Settings, Stream, Structure, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import Fact
from lineage.hand import Act

# Of libpq's parameters only those that say where and how to connect: no files of passwords, services or server options.
_PARAMETERS: Final = frozenset(
    {
        *("host", "hostaddr", "port", "dbname", "user", "password", "connect_timeout", "target_session_attrs"),
        *("sslmode", "sslrootcert", "sslcert", "sslkey", "sslnegotiation", "channel_binding", "gssencmode"),
    }
)


class PostgresqlSettings(Settings):
    """Where the database is: a URL, or its parts, or a URL and parts that win over it."""

    url: SecretStr | None = None
    host: str | None = None
    port: int | None = Field(None, ge=1, le=65_535)
    database: str | None = None
    user: str | None = None
    password: SecretStr | None = None

    @model_validator(mode="after")
    def _names_a_server(self) -> Self:
        if self.url is None and self.host is None:
            raise ValueError("give a url, or host, database, user and password")
        if self.url is not None and urlsplit(self.url.get_secret_value()).scheme not in CONNECTOR.schemes:
            raise ValueError("the url must begin with postgresql://")
        return self

    def conninfo(self, source: str) -> Mapping[str, str]:
        """Give libpq's parameters.

        Raises:
            ConnectorError: the URL cannot be read, or has a parameter that is not allowed; no part of it is quoted.
        """
        from psycopg import Error, conninfo

        try:
            given = conninfo.conninfo_to_dict(self.url.get_secret_value() if self.url else "")
        except (Error, UnicodeError):
            raise ConnectorError(
                f"{source}: the connector's url cannot be read; is it like postgresql://...?"
            ) from None
        if unknown := sorted(set(given) - _PARAMETERS):
            raise ConnectorError(f"{source}: the connector's url may not set {', '.join(unknown)}; leave it out")
        parts: Mapping[str, object] = {
            "host": self.host,
            "port": self.port,
            "dbname": self.database,
            "user": self.user,
            "password": self.password.get_secret_value() if self.password else None,
        }
        merged = {**given, **{name: value for name, value in parts.items() if value is not None}}
        return {name: str(value) for name, value in merged.items() if value is not None}


def _read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    assert isinstance(settings, PostgresqlSettings)  # noqa: S101 - the registry made them with our class
    with session(settings.conninfo(context.source), context) as database:
        for task in tasks:
            with database.snapshot():
                yield from _answer(database, task)
        yield database.bill()


def _answer(database: Database, task: Task) -> Iterator[Fact]:
    match task:
        case Structure():
            yield from _structure(database, task)
        case Profile():
            yield from confined(database, task)
            yield from answer_rows(database, task)
        case Sample() | Stream():
            yield from answer_rows(database, task)
        case Attempt():
            yield from answer_attempt(database, task)


def _structure(database: Database, task: Structure) -> Iterator[Fact]:
    try:
        yield system_fact(database)
        catalogue, facts = read_catalogue(database)
    except Failed as failed:
        raise ConnectorError(
            f"{database.context.source}: the catalogue cannot be read ({failed.reason}); {failed.settle}"
        ) from None
    yield from facts
    yield from resolve_targets(database, catalogue, task.targets)
    for what, part in (  # generators: nothing is read before its turn
        ("definition", read_views(database, catalogue)),
        ("definition", read_generated(database, catalogue)),
        ("definition", read_routines(database, catalogue)),
        ("access", read_access(database)),
        ("access", read_logins(database, task.identity, task.application)),
        ("structure", read_jobs(database, catalogue)),
        ("structure", read_idle(database)),
    ):
        try:
            yield from part
        except Failed as failed:
            yield database.unseen(what, failed)


def _grant_script(settings: Mapping[str, object], asked: GrantsAsked) -> str:
    url = settings.get("url")
    path = urlsplit(url).path.strip("/") if isinstance(url, str) else ""
    return grant_script(str(settings.get("database") or unquote(path)) or None, asked)


def _act(settings: BaseModel, act: Act, context: Context) -> int:
    assert isinstance(settings, PostgresqlSettings)  # noqa: S101 - the registry made them with our class
    return acted_at_server(settings.conninfo(context.source), act, context)


CONNECTOR = Connector(
    "postgresql",
    PostgresqlSettings,
    _read,
    schemes=("postgresql", "postgres"),
    grant_script=_grant_script,
    hand=_act,
)
