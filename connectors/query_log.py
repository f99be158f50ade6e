"""What really ran, from the logs of a server or from files of SQL: fields in use, by login, how often and when last.

See docs/connectors/query_log.md for the formats, and for what a log does not say.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal, Self

from pydantic import BaseModel, Field, model_validator

from connectors._query_log_files import (
    Counts,
    mysql_general,
    pg_csv,
    pg_json,
    pg_stderr,
    prefix_pattern,
    sql_file,
)
from connectors._used import Ran, Usage
from lineage.connector import Connector, Settings, Structure, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import AbsentFact, CostFact, Fact, Seen, SystemFact, UnseenFact
from lineage.model import Name

Format = Literal["pg_csv", "pg_json", "pg_stderr", "mysql_general", "sql"]

IDENTITY: Final = "file permissions"
_ENDINGS: Final[dict[str, Format]] = {".csv": "pg_csv", ".json": "pg_json", ".jsonl": "pg_json", ".sql": "sql"}
_MOST_FILES: Final = 10_000
_SYSTEM: Final = "name the system itself as a source"


class QueryLogSettings(Settings):
    """Where the log is, and of which system it is."""

    path: str = Field(min_length=1, max_length=4096, repr=False)
    """A file, or a folder of files; local."""
    namespace: str = Field(max_length=512, pattern=r"^[^\s@]+$")
    """What the system's own connector calls it, `postgres://host:5432`: the datasets of both are then the same."""
    format: Format | None = None
    """None: by the ending of each file."""
    dialect: str | None = Field(default=None, max_length=40)
    """For `sql`: postgres, mysql, sqlite, snowflake ..."""
    within: tuple[str, ...] = Field(default=(), max_length=4)
    """What names without a schema belong to: `[database, schema]`, as many parts as the system's names have."""
    by: str | None = Field(default=None, max_length=256)
    """Who runs what a log tells no login of."""
    prefix: str = Field(default="%m [%p] ", max_length=256)
    """For `pg_stderr`: the server's `log_line_prefix`; only one with `%u` tells who ran a statement."""

    @model_validator(mode="after")
    def _says_its_dialect(self) -> Self:
        if self.format == "sql" and self.dialect is None:
            raise ValueError("a folder of SQL needs the dialect that it is written in")
        return self


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from the log.

    Raises:
        ConnectorError: it cannot be read; the message does not name it.
    """
    started = time.monotonic()
    checked = QueryLogSettings.model_validate(settings.model_dump())
    files = _files(checked, context.source)
    seen = Seen(context.source, datetime.now(UTC), "query log", IDENTITY)
    counts = Counts()
    for task in tasks:
        if isinstance(task, Structure):
            yield from _structure(checked, files, counts, task, seen)
        else:
            what = {"Profile": "data", "Sample": "sample"}.get(type(task).__name__, "access")
            name = getattr(getattr(task, "relation", None), "name", None)
            yield UnseenFact(seen, what, "logs hold no rows and no grants", _SYSTEM, name)
    yield CostFact(seen, 0, counts.entries, counts.bytes, round(time.monotonic() - started, 3))


def _files(settings: QueryLogSettings, source: str) -> list[tuple[Path, Format]]:
    if "://" in settings.path:
        raise ConnectorError(f"{source}: logs are read from local files only; copy them here")
    try:
        place = Path(settings.path).expanduser().resolve(strict=True)
        found = sorted(one for one in place.rglob("*") if one.is_file()) if place.is_dir() else [place]
    except (OSError, RuntimeError, ValueError) as e:
        raise ConnectorError(
            f"{source}: the log cannot be read ({type(e).__name__}); is the connector's path right?"
        ) from None
    kinds = [(one, settings.format or _ENDINGS.get(one.suffix.lower())) for one in found]
    files = [(one, kind) for one, kind in kinds if kind is not None]
    if not files:
        raise ConnectorError(f"{source}: no file there is known by its ending; say the connector's format")
    if len(files) > _MOST_FILES:
        raise ConnectorError(f"{source}: there are more than {_MOST_FILES:,} files; give a smaller folder")
    if settings.dialect is None and any(kind == "sql" for _, kind in files):
        raise ConnectorError(f"{source}: there are files of SQL; say the connector's dialect")
    return files


def _structure(
    settings: QueryLogSettings, files: list[tuple[Path, Format]], counts: Counts, task: Structure, seen: Seen
) -> Iterator[Fact]:
    yield SystemFact(seen, f"query-log:{seen.source}", "query log", "", complete_catalogue=False)
    for dataset, reads in task.targets.items():
        yield AbsentFact(seen, dataset, reads, proven=False)
    dialects = {"sql": settings.dialect or "", "mysql_general": "mysql"}
    for dialect in dict.fromkeys(dialects.get(kind, "postgres") for _, kind in files):
        usage = _usage(settings, dialect, seen)
        for file, kind in files:
            if dialects.get(kind, "postgres") == dialect:
                try:
                    for ran in _ran(settings, file, kind, counts):
                        usage.take(ran)
                except OSError as e:
                    reason = f"a file of the log cannot be read ({type(e).__name__})"
                    yield UnseenFact(seen, "use", reason, "let the auditor read it")
        yield from usage.facts()
    if counts.unread:
        reason = f"{counts.unread:,} entries have no shape of the log's format"
        yield UnseenFact(seen, "use", reason, "check the connector's format and prefix")


def _usage(settings: QueryLogSettings, dialect: str, seen: Seen) -> Usage:
    from lineage.sql import sql_reader

    def place(path: Sequence[str], ran: Ran) -> Name | None:
        return Name(settings.namespace, _completed(tuple(path), settings.within, ran.within, dialect))

    try:
        reader = sql_reader(dialect=dialect)
    except ValueError:
        raise ConnectorError(f"{seen.source}: the connector's dialect is not known; `lineage sql` lists them") from None
    return Usage(seen, settings.namespace, reader, place, quoted_may_be_text=dialect == "sqlite")


def _completed(path: tuple[str, ...], within: tuple[str, ...], told: tuple[str, ...], dialect: str) -> tuple[str, ...]:
    """Give a path with what is left out in front of it: of the log's own database first, else of the settings."""
    front = (*told, *within[len(told) :]) if told else within
    if told and dialect == "postgres" and len(front) == 1:
        front = (*front, "public")
    missing = len(front) + 1 - len(path)
    return (*front[:missing], *path) if missing > 0 else path


def _ran(settings: QueryLogSettings, file: Path, kind: Format, counts: Counts) -> Iterator[Ran]:
    match kind:
        case "pg_csv":
            found = pg_csv(file, counts)
        case "pg_json":
            found = pg_json(file, counts)
        case "pg_stderr":
            prefix_pattern(settings.prefix)
            found = pg_stderr(file, counts, settings.prefix)
        case "mysql_general":
            found = mysql_general(file, counts)
        case "sql":
            found = sql_file(file, counts)
    for ran in found:
        yield ran if ran.by is not None or settings.by is None else Ran(ran.text, settings.by, 1, ran.at, ran.within)


CONNECTOR = Connector("query_log", QueryLogSettings, read)
