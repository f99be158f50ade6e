"""MariaDB and MySQL, read through PyMySQL in a read-only session; see `docs/connectors/mysql.md`.

Verified against MariaDB 10.11; not verified against the real MySQL, whose grants are therefore not told at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, Self
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BaseModel, Field, SecretStr, model_validator

from connectors._canary import acted_at_mariadb
from connectors._mysql.access import (
    GRANT_TABLES,
    PROXY_TABLES,
    Access,
    access_facts,
    own_rights,
    read_access,
    undecided_views,
)
from connectors._mysql.filters import confined
from connectors._mysql.jobs import read_jobs
from connectors._mysql.logins import read_logins
from connectors._mysql.passing import PASSING_TABLES, passing_facts
from connectors._mysql.proxies import proxy_facts
from connectors._mysql.routine_facts import BODIES
from connectors._mysql.script import grant_script
from connectors._mysql.session import Database, session
from connectors._mysql.sql import TRAITS
from connectors._mysql.structure import (
    backticked,
    dataset_facts,
    generated_facts,
    key_of,
    read_catalogue,
    target_facts,
    view_facts,
)
from connectors._sql import Failed, Session
from connectors._tasks.profile import read_profile
from connectors._tasks.sample import read_sample
from connectors._tasks.sample_blocks import affordable
from connectors._tasks.stream import read_stream
from lineage.connector import Attempt, Connector, GrantsAsked, Profile, Sample, Settings, Stream, Structure, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import Fact, PrincipalFact, ProbeFact, SystemFact
from lineage.hand import Act
from lineage.model import Name

_SCHEMES: Final = ("mysql", "mariadb", "mysql+pymysql", "mariadb+pymysql")
# Of the driver's parameters only those that say where and how to connect: no files of options, no local files.
_PARAMETERS: Final = frozenset({"unix_socket", "ssl_ca", "ssl_cert", "ssl_key", "ssl_verify_cert"})
_ROWS: Final = """
SELECT TABLE_ROWS FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s AND TABLE_NAME = %s AND TABLE_TYPE <> 'VIEW'"""
_DENIED: Final = ("(1142)", "(1143)", "(1044)", "(1356)")


class MysqlSettings(Settings):
    """Where the server is: a URL, or its parts, or a URL and parts that win over it."""

    url: SecretStr | None = None
    host: str | None = None
    port: int | None = Field(None, ge=1, le=65_535)
    database: str | None = None
    """The schema that a name without one means."""
    user: str | None = None
    password: SecretStr | None = None

    @model_validator(mode="after")
    def _names_a_server(self) -> Self:
        if self.url is None and self.host is None:
            raise ValueError("give a url, or host, database, user and password")
        if self.url is not None and self.url.get_secret_value().partition("://")[0] not in _SCHEMES:
            raise ValueError("the url must begin with mysql:// or mariadb://")
        return self

    def place(self, source: str) -> Mapping[str, Any]:
        """Give the driver's parameters.

        Raises:
            ConnectorError: the URL cannot be read, or has a parameter that is not allowed; no part of it is quoted.
        """
        try:
            parts = urlsplit(self.url.get_secret_value() if self.url else "")
            given = dict(parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query)))
            port = parts.port
        except ValueError:
            raise ConnectorError(f"{source}: the connector's url cannot be read; is it like mysql://...?") from None
        if unknown := sorted(set(given) - _PARAMETERS):
            shown = ", ".join(name for name in unknown if name.isidentifier()) or "that"
            raise ConnectorError(f"{source}: the connector's url may not set {shown}; leave it out")
        named: Mapping[str, Any] = {
            "host": self.host or parts.hostname or "localhost",
            "port": self.port or port or 3306,
            "database": self.database or unquote(parts.path.strip("/")) or None,
            "user": self.user or unquote(parts.username or "") or None,
            "password": self.password.get_secret_value() if self.password else unquote(parts.password or ""),
        }
        return {name: value for name, value in {**named, **given}.items() if value is not None}


def _read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    assert isinstance(settings, MysqlSettings)  # noqa: S101 - the registry made them with our class
    with session(settings.place(context.source), context) as database:
        for task in tasks:
            yield from _answer(database, task)
        yield database.bill()


def _answer(database: Database, task: Task) -> Iterator[Fact]:
    rows = Session(database.context, database.identity, TRAITS, database.execute, database.cost, database.batches)
    match task:
        case Structure():
            try:
                yield from _structure(database, task)
            except Failed as failed:
                raise ConnectorError(
                    f"{database.context.source}: the catalogue cannot be read ({failed.reason}); {failed.settle}"
                ) from None
        case Profile():
            yield from read_profile(rows, task, _rows_estimate(database, task.relation.name))
            yield from confined(database, task)
        case Sample():
            yield from read_sample(affordable(rows, task), task, key_of(database, task.relation.name))
        case Stream():
            yield from read_stream(rows, task, _rows_estimate(database, task.relation.name))
        case Attempt():
            yield from _attempt(database, task)


def _structure(database: Database, task: Structure) -> Iterator[Fact]:
    rights = own_rights(database)
    yield SystemFact(
        database.seen(),
        database.namespace,
        "MariaDB" if database.mariadb else "MySQL",
        database.release,
        complete_catalogue=rights.complete,
        clock_offset_seconds=database.clock_offset,
    )
    catalogue = read_catalogue(database)
    views = list(view_facts(database, catalogue))
    access = read_access(database)
    undecided = undecided_views(catalogue, access)
    yield from dataset_facts(database, catalogue, frozenset(undecided), rights)
    yield from target_facts(database, catalogue, rights, task)
    yield from views
    try:
        yield from generated_facts(database, catalogue)
    except Failed as failed:
        yield database.unseen("structure", failed)
    if isinstance(access, Access):
        yield from access_facts(database, catalogue, access, task.identity)
        yield from proxy_facts(database, access)
        yield from passing_facts(database, access)
        for name, reason in undecided.items():
            settle = "probe the read with the identity's own login"
            yield database.unseen("access", Failed(reason, settle), name)
    else:
        yield PrincipalFact(database.seen(), database.principal(database.identity), frozenset({"login"}))
        yield database.unseen("access", access)
    yield from read_logins(database, task.identity)
    try:
        yield from read_jobs(database, catalogue, rights)
    except Failed as failed:
        yield database.unseen("structure", failed, database.path("mysql", "event"))


def _rows_estimate(database: Database, name: Name) -> int | None:
    try:
        found = database.rows(_ROWS, name.path[-2:])
    except Failed:
        return None
    return int(found[0][0]) if found and found[0][0] is not None else None


def _attempt(database: Database, task: Attempt) -> Iterator[Fact]:
    """Prepare a read of all columns, and where that is refused of each: nothing is run. The session must be it."""
    user, _, _host = database.identity.rpartition("@")
    wanted = task.identity.replace("'", "").replace("`", "")
    if wanted not in {database.identity, user}:
        why = Failed("the session is not the identity, and cannot become it", "scan with the identity's own login")
        yield database.unseen("access", why, task.relation.name)
        return
    columns = {column.path[0]: None for column in task.relation.columns.values() if len(column.path) == 1}
    seen, identity = database.seen("probe"), database.principal(task.identity)
    refused = _prepared(database, task.relation.name, list(columns)) if columns else None
    for column in columns:
        failed = refused and (refused if len(columns) == 1 else _prepared(database, task.relation.name, [column]))
        place = task.relation.name.at(column)
        if failed and not failed.reason.endswith(_DENIED):
            yield database.unseen("access", failed, place)
        else:
            code = failed.reason.rpartition("(")[2].rstrip(")") if failed else ""
            yield ProbeFact(seen, identity, place, readable=not failed, code=code)


def _prepared(database: Database, name: Name, columns: Sequence[str]) -> Failed | None:
    # Identifiers of the catalogue, quoted; the text itself is sent as a value.
    text = f"SELECT {', '.join(map(backticked, columns))} FROM {'.'.join(map(backticked, name.path[-2:]))}"  # noqa: S608 - quoted
    try:
        database.rows("PREPARE lineage_probe FROM %s", (text,))
        database.rows("DEALLOCATE PREPARE lineage_probe")
    except Failed as failed:
        return failed
    return None


def _grant_script(settings: Mapping[str, object], asked: GrantsAsked) -> str:
    url = settings.get("url")
    path = urlsplit(url).path.strip("/") if isinstance(url, str) else ""
    more = {**PASSING_TABLES, "proc": BODIES}
    grants = {table: tuple(dict.fromkeys((*told, *more.get(table, ())))) for table, told in GRANT_TABLES.items()}
    tables = {**grants, **PROXY_TABLES}
    return grant_script(tables, str(settings.get("database") or unquote(path)) or None, asked)


def _act(settings: BaseModel, act: Act, context: Context) -> int:
    assert isinstance(settings, MysqlSettings)  # noqa: S101 - the registry made them with our class
    return acted_at_mariadb(settings.place(context.source), act, context)


CONNECTOR = Connector(
    "mysql", MysqlSettings, _read, schemes=("mysql", "mariadb"), grant_script=_grant_script, hand=_act
)
