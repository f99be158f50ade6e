"""The store of runs: an SQLite file or a PostgreSQL database that keeps each run's findings, verdicts and report.

No value read from a source is in it: only what reports tell too. Its schema is brought up to date when it is opened,
in one transaction that other processes wait for. Every failure is a StoreError of class and SQLSTATE, without the URL.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lineage.errors import PlanError, StoreError
from lineage.history import KeptFinding, KeptRun, compared
from lineage.model import Level, Severity, Verdict
from lineage.report import History, Report
from lineage.store.kept_report import report_of, text_of
from lineage.store.tables import tables

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine, RowMapping

DEFAULT: Final = "default"
"""What names the file in the user's state folder."""
_WAIT_SECONDS: Final = 30
_LOCK: Final = 7_148_550_193  # any number that nobody else locks by: it keeps two migrations apart


def default_file(environ: Mapping[str, str] = os.environ) -> Path:
    """Give the file in the user's state folder."""
    named = environ.get("XDG_STATE_HOME") or (environ.get("LOCALAPPDATA") if sys.platform == "win32" else None)
    folder = Path(named) if named else Path.home() / ".local" / "state"
    return folder / "lineage-audit" / "runs.db"


class Store:
    """An open store."""

    def __init__(self, engine: Engine, name: str) -> None:
        """Keep the engine; `name` is how errors call the store."""
        self._engine = engine
        self.name = name

    def keep(self, run: KeptRun, report: Report | None = None) -> None:
        """Keep a run, with its whole report where that is given; a run with the same id gives up its place."""
        from sqlalchemy import delete, insert, select

        known = tables().tables
        runs = known["runs"]
        with self._transaction() as connection:
            old = connection.execute(select(runs.c.number).where(runs.c.run == run.run)).scalar()
            if old is not None:
                for name in ("reports", "findings", "assumptions", "runs"):
                    connection.execute(delete(known[name]).where(known[name].c.number == old))
            number = connection.execute(insert(runs).values(_row(run)).returning(runs.c.number)).scalar_one()
            findings = [{"number": number, **_finding_row(found)} for found in run.findings]
            leaves = [
                {"number": number, "leaf": leaf, "verdict": verdict.value, "level": level.value}
                for leaf, (verdict, level) in run.leaves.items()
            ]
            if findings:
                connection.execute(insert(known["findings"]), findings)
            if leaves:
                connection.execute(insert(known["assumptions"]), leaves)
            if report is not None:
                connection.execute(insert(known["reports"]), {"number": number, "content": text_of(report)})

    def runs(self, plan: str | None = None, limit: int = 50) -> tuple[KeptRun, ...]:
        """Give runs, of one plan where it is named, the newest first."""
        from sqlalchemy import select

        table = tables().tables["runs"]
        wanted = select(table).order_by(table.c.as_of.desc(), table.c.number.desc()).limit(limit)
        if plan is not None:
            wanted = wanted.where(table.c.plan == plan)
        with self._transaction() as connection:
            rows = connection.execute(wanted).mappings().all()
            return tuple(_run(connection, row) for row in rows)

    def run(self, identifier: str) -> KeptRun:
        """Give a run by its id, or by the beginning of one.

        Raises:
            PlanError: there is none, or more than one begins so.
        """
        with self._transaction() as connection:
            return _run(connection, self._named(connection, identifier))

    def report(self, identifier: str) -> Report:
        """Give the whole report of a run, as it was told then.

        Raises:
            PlanError: there is no such run.
            StoreError: none of its report was kept, or this version cannot read it.
        """
        from sqlalchemy import select

        table = tables().tables["reports"]
        with self._transaction() as connection:
            row = self._named(connection, identifier)
            content = connection.execute(select(table.c.content).where(table.c.number == row["number"])).scalar()
        if content is None:
            why = f"the run {row['run']} was kept by version {row['tool_version']} without its report"
            raise StoreError(f"{self.name}: {why}; audit again with --store")
        return report_of(content, row["run"], row["tool_version"])

    def _named(self, connection: Connection, identifier: str) -> RowMapping:
        from sqlalchemy import select

        table = tables().tables["runs"]
        wanted = select(table).where(table.c.run.startswith(identifier, autoescape=True)).limit(2)
        rows = connection.execute(wanted).mappings().all()
        if len(rows) != 1:
            how = "two runs begin with" if rows else "no run is called"
            raise PlanError(f"{self.name}: {how} {identifier!r}; `lineage history` lists them")
        return rows[0]

    def before(self, run: KeptRun, *, itself: bool = False) -> KeptRun | None:
        """Give the last run of the same plan that is not later than this one.

        A run that is kept takes the place of one with its id; one that is not is compared with that too: `itself`.
        """
        from sqlalchemy import select

        table = tables().tables["runs"]
        wanted = (
            select(table)
            .where(table.c.plan == run.plan, table.c.as_of <= _moment(run.as_of))
            .where(table.c.run != ("" if itself else run.run))
            .order_by(table.c.as_of.desc(), table.c.number.desc())
            .limit(1)
        )
        with self._transaction() as connection:
            row = connection.execute(wanted).mappings().first()
            return _run(connection, row) if row is not None else None

    def first_seen(self, run: KeptRun) -> Mapping[str, datetime]:
        """Give when each finding of the same plan was first seen in an earlier run."""
        from sqlalchemy import func, select

        runs, findings = (tables().tables[name] for name in ("runs", "findings"))
        wanted = (
            select(findings.c.finding, func.min(runs.c.as_of))
            .join(runs, runs.c.number == findings.c.number)
            .where(runs.c.plan == run.plan, runs.c.run != run.run, runs.c.as_of <= _moment(run.as_of))
            .group_by(findings.c.finding)
        )
        with self._transaction() as connection:
            return {str(name): datetime.fromisoformat(at) for name, at in connection.execute(wanted)}

    def changes(self, run: KeptRun) -> History:
        """Give what changed in a run since the one before it."""
        return compared(self.before(run), run, self.first_seen(run))

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        with _told(self.name), self._engine.begin() as connection:
            yield connection


@contextmanager
def open_store(url: str, *, new: bool = True) -> Iterator[Store]:
    """Open the store that a URL, a file's name or `default` names, and bring its schema up to date.

    Whoever only reads asks for one that is not `new`: a name that was mistyped would else be an empty store.

    Raises:
        StoreError: it cannot be opened; says why and the way out.
    """
    if not new and (file := file_of(url)) is not None and not file.exists():
        raise StoreError(f"the store {file} is not there; `lineage audit PLAN --store {url}` makes it")
    engine, name = _engine(url)
    try:
        with _told(name):
            _upgrade(engine)
        yield Store(engine, name)
    finally:
        engine.dispose()


def file_of(url: str) -> Path | None:
    """Give the file in which a store lies; None of one on a server."""
    scheme, _, rest = url.partition("://")
    if rest and scheme != "sqlite":
        return None
    return default_file() if url == DEFAULT else Path(rest.removeprefix("/") if rest else url)


def _engine(url: str) -> tuple[Engine, str]:
    import sqlalchemy

    scheme, _, rest = url.partition("://")
    if rest and scheme in {"postgresql", "postgres", "postgresql+psycopg"}:
        settings: dict[str, Any] = {"connect_args": {"connect_timeout": 10}}
        try:
            parsed = sqlalchemy.make_url(f"postgresql+psycopg://{rest}")
            return sqlalchemy.create_engine(parsed, **settings), "the store in PostgreSQL"
        except (sqlalchemy.exc.ArgumentError, ImportError, ValueError) as error:
            why = (
                "is psycopg there? install lineage-audit[postgresql]" if isinstance(error, ImportError) else "its form"
            )
            raise StoreError(f"--store: PostgreSQL cannot be used ({type(error).__name__}): {why}") from None
    file = file_of(url)
    if file is None:
        raise StoreError(f"--store: {scheme}:// is neither sqlite:// nor postgresql://; a file's name will do too")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(f"the store {file} cannot be opened ({type(error).__name__}); may you write there?") from None
    # As parts: a file's name may hold what a URL gives a meaning to.
    named = sqlalchemy.URL.create("sqlite", database=str(file))
    made = sqlalchemy.create_engine(named, connect_args={"timeout": _WAIT_SECONDS})
    _begin_immediately(made)
    return made, f"the store {file}"


def _begin_immediately(engine: Engine) -> None:
    """Take SQLite's write lock as a transaction begins: a read lock that is to become one fails instead of waiting."""
    from sqlalchemy import event

    @event.listens_for(engine, "connect")
    def _autocommit(connection: Any, _record: object) -> None:
        connection.isolation_level = None

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def _upgrade(engine: Engine) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import text

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def _told(name: str) -> Iterator[None]:
    """Turn what a driver says into class and SQLSTATE: its words may quote what is in the store, or the URL."""
    from alembic.util.exc import CommandError
    from sqlalchemy.exc import DBAPIError, SQLAlchemyError

    try:
        yield
    except DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
        said = f"{type(error.orig).__name__}{f', {state}' if state else ''}"
        raise StoreError(f"{name} cannot be used ({said}); is it there, is it a store, may you write to it?") from None
    except CommandError:
        raise StoreError(f"{name} was written by a later version of lineage-audit; use that one or later") from None
    except SQLAlchemyError as error:
        raise StoreError(f"{name} cannot be used ({type(error).__name__}); is it a store of lineage-audit?") from None


def _moment(at: datetime) -> str:
    # One width and one zone, so that moments sort as text in every database.
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _row(run: KeptRun) -> dict[str, object]:
    return {
        "run": run.run,
        "plan": run.plan,
        "plan_sha256": run.plan_sha256,
        "as_of": _moment(run.as_of),
        "finished_at": _moment(run.finished_at),
        "tool_version": run.tool_version,
        "mode": run.mode,
        "decision": run.decision,
        "incomplete": int(run.incomplete),
        "waived": run.waived,
    }


def _finding_row(found: KeptFinding) -> dict[str, object]:
    return {
        "finding": found.finding,
        "rule": found.rule,
        "severity": found.severity.value,
        "verdict": found.verdict.value,
        "level": found.level.value,
        "status": found.status,
        "leaf": found.leaf,
        "label": found.label,
        "title": found.title,
        "owner": found.owner,
        "value": json.dumps(found.value) if found.value is not None else None,
        "unit": found.unit,
    }


def _run(connection: Connection, row: RowMapping) -> KeptRun:
    from sqlalchemy import select

    findings, leaves = (tables().tables[name] for name in ("findings", "assumptions"))
    number = row["number"]
    found = connection.execute(select(findings).where(findings.c.number == number)).mappings().all()
    lines = connection.execute(select(leaves).where(leaves.c.number == number)).mappings().all()
    return KeptRun(
        run=row["run"],
        plan=row["plan"],
        plan_sha256=row["plan_sha256"],
        as_of=datetime.fromisoformat(row["as_of"]),
        finished_at=datetime.fromisoformat(row["finished_at"]),
        tool_version=row["tool_version"],
        mode=row["mode"],
        decision=row["decision"],
        incomplete=bool(row["incomplete"]),
        findings=tuple(_finding(each) for each in found),
        leaves={each["leaf"]: (Verdict(each["verdict"]), Level(each["level"])) for each in lines},
        waived=row["waived"],
    )


def _finding(row: RowMapping) -> KeptFinding:
    texts = {key: row[key] for key in ("finding", "rule", "status", "leaf", "label", "title", "owner", "unit")}
    return KeptFinding(
        **texts,
        severity=Severity(row["severity"]),
        verdict=Verdict(row["verdict"]),
        level=Level(row["level"]),
        value=json.loads(row["value"]) if row["value"] is not None else None,
    )
