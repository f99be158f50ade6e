"""The second wave on PostgreSQL: profiles, samples and probes, each in a snapshot of its own.

**Row policies.** What counts is the rows that the workflow's identity reads. Where policies limit neither the auditor
nor the identity, both read the same rows. Where they limit one of them, rows are read *as the identity* (SET ROLE) if
the session may become it, and otherwise not at all: a number over other rows than the workflow's would be an answer to
another question. Should a policy apply that was not expected, the server refuses (`row_security = off`), never filters.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from connectors._pg.access import begins_as
from connectors._pg.sample import draw_pages
from connectors._pg.session import Database, quoted
from connectors._pg.targets import spelt
from connectors._sql import Failed, Session, Traits, as_text, is_blank
from connectors._tasks.profile import read_profile
from connectors._tasks.sample import WHOLE, one_of_every, read_sample
from connectors._tasks.stream import read_stream
from lineage.connector import Attempt, Column, Profile, Relation, Sample, Stream
from lineage.facts import Fact, ProbeFact, UnseenFact
from lineage.model import Name

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from sqlalchemy import ColumnElement, FromClause, Select

_SPREAD_BY_ROW: Final = 200_000
"""Up to so many rows a sample is drawn row by row, which reads the whole table; beyond it, page by page."""
_STORED: Final = frozenset({"r", "m", "p"})
"""Tables, materialised views and partitioned tables: what can be sampled."""
_SEED: Final = 20_260_101
"""The same rows are drawn again while the table does not change."""
_BLOCK_SEED: Final = 14
"""The same for blocks: of nine seeds that were tried the one that draws first and last blocks most evenly, where
the oldest and the newest rows lie of a table that is only added to."""
_DENIED: Final = "(42501)"
_POLICIES: Final = """
WITH RECURSIVE reached(oid, reader, part) AS (
  SELECT c.oid, NULL::oid, false FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = %(schema)s AND c.relname = %(relation)s
  UNION
  SELECT b.base, b.reader, b.part FROM reached x CROSS JOIN LATERAL (
    -- A view is read with its owner's rights, an invoker view always with those of the role that asks.
    SELECT d.refobjid, CASE WHEN coalesce((SELECT o.option_value::boolean FROM pg_options_to_table(v.reloptions) o
                                           WHERE o.option_name = 'security_invoker'), false)
                            THEN NULL ELSE v.relowner END, false
    FROM pg_class v JOIN pg_rewrite r ON r.ev_class = v.oid AND r.rulename = '_RETURN'
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid
      AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> v.oid
    WHERE v.oid = x.oid AND v.relkind = 'v'
    UNION
    SELECT i.inhrelid, x.reader, true FROM pg_inherits i WHERE i.inhparent = x.oid) b(base, reader, part)),
asked(name, role) AS (
  SELECT session_user, (SELECT oid FROM pg_roles WHERE rolname = session_user)
  UNION SELECT rolname, oid FROM pg_roles WHERE rolname = %(identity)s)
SELECT c.oid, c.relkind::text, x.part, greatest(c.reltuples, 0)::bigint, c.reltuples < 0,
       -- The policies of a part do not apply to who reads the whole.
       coalesce(c.relrowsecurity AND NOT x.part AND (SELECT bool_or(
         NOT (r.rolsuper OR r.rolbypassrls)
         AND (c.relforcerowsecurity OR NOT pg_has_role(r.oid, c.relowner, 'USAGE')))
         FROM asked a JOIN pg_roles r ON r.oid = coalesce(x.reader, a.role)), false),
       -- 2077 and 3294 are current_setting: such a policy shows each session other rows.
       EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polcmd IN ('r', '*')
               AND p.polqual::text ~ ':funcid (2077|3294) '),
       has_schema_privilege(c.relnamespace, 'USAGE'),
       CASE WHEN c.relkind IN ('r', 'm')
            THEN coalesce(pg_relation_size(c.oid), 0) / current_setting('block_size')::bigint ELSE 0 END
FROM reached x JOIN pg_class c ON c.oid = x.oid"""
_BECOMES: Final = """
SELECT pg_has_role(session_user, oid, '{right}') FROM pg_roles WHERE rolname = %(identity)s"""


@dataclass(frozen=True, slots=True)
class Ground:
    """What the catalogue says of a relation that rows are to be read from."""

    kind: str
    rows: int | None
    """Rows of all tables beneath it; None where one of them was never analysed."""
    limited: bool
    """A row policy applies to the auditor or to the identity, on it or beneath it."""
    by_setting: bool
    """Such a policy asks for a setting of the session."""
    usable: bool
    """The auditor holds USAGE on its schema."""
    blocks: int = 0
    """Blocks of all tables beneath it."""


def answer_rows(database: Database, task: Profile | Sample | Stream) -> Iterator[Fact]:
    """Answer a profile, a sample or a stream, as the identity where row policies ask for it."""
    what = "sample" if isinstance(task, Sample) else "data"
    relations = [task.relation, *task.joined.values()]
    try:
        grounds = {relation.name: _ground(database, relation) for relation in relations}
        if isinstance(task, Stream) and task.whole:
            _must_be_whole(grounds.values())
        with _reader(database, [*grounds.values()]):
            session = _session(database, grounds)
            if isinstance(task, Sample):
                sample = _sized(database, task, grounds[task.relation.name])
                facts = list(read_sample(session, sample, draw_pages(task.relation.name)))
            elif isinstance(task, Stream):
                facts = list(read_stream(session, task, grounds[task.relation.name].rows))
            else:
                behind = [ground.rows or 0 for name, ground in grounds.items() if name != task.relation.name]
                facts = list(read_profile(session, task, grounds[task.relation.name].rows, sum(behind)))
    except Failed as failed:
        yield database.unseen(what, failed, task.relation.name)
        return
    usable = grounds[task.relation.name].usable
    yield from (_settled(database, fact, usable=usable) if isinstance(fact, UnseenFact) else fact for fact in facts)


def _sized(database: Database, task: Sample, ground: Ground) -> Sample:
    """Give a sample with the planner's guess of how large a table is that was never analysed."""
    if task.rows_total is not None or ground.rows is not None or ground.kind not in _STORED:
        return task
    *_, schema, table = task.relation.name.path
    wanted = max(1, task.most or WHOLE * database.context.budget.sample)
    rows = f"SELECT FROM {quoted(schema)}.{quoted(table)}"
    try:
        [(few,)] = database.rows(f"SELECT count(*) FROM ({rows} LIMIT {wanted + 1}) t")  # noqa: S608 - quoted names
        if few <= wanted:
            return replace(task, rows_total=few)
        [(plan,)] = database.rows(f"EXPLAIN (FORMAT JSON) {rows}")
    except Failed as failed:
        if failed.final:
            raise
        return task
    return replace(task, rows_total=max(few, int(plan[0]["Plan"]["Plan Rows"])))


def answer_attempt(database: Database, attempt: Attempt) -> Iterator[Fact]:
    """Plan a read of each column as the identity; where the session may not become it, say how it could."""
    relation, identity = attempt.relation, attempt.identity
    try:
        _in_database(database, relation)
        reader = begins_as(database, identity)
        _must_become(database, reader)
        with database.acting_as(reader):
            facts = [_probe(database, relation.name, column, identity) for column in relation.columns.values()]
    except Failed as failed:
        yield database.unseen("access", failed, relation.name)
        return
    yield from facts


def _probe(database: Database, name: Name, column: Column, identity: str) -> Fact:
    field = name.at(*column.path)
    try:
        table = f"{quoted(name.path[-2])}.{quoted(name.path[-1])}"
        database.rows(f"EXPLAIN SELECT {quoted(column.path[0])} FROM {table}")  # noqa: S608 - quoted identifiers
    except Failed as failed:
        if _DENIED not in failed.reason:
            return database.unseen("access", failed, field)
        return ProbeFact(database.seen("probe"), database.principal(identity), field, readable=False, code="42501")
    return ProbeFact(database.seen("probe"), database.principal(identity), field, readable=True)


def _ground(database: Database, relation: Relation) -> Ground:
    _in_database(database, relation)
    *_, schema, name = relation.name.path
    identity = _reads_as(database)
    rows = database.rows(_POLICIES, {"schema": schema, "relation": name, "identity": identity})
    if not rows:
        raise Failed("no such table (42P01)", "it went away while it was scanned: scan again")
    first = rows[0]
    tables = [row for row in rows if row[1] in {"r", "m"}]
    known = bool(tables) and not any(row[4] for row in tables)
    return Ground(
        kind=first[1],
        rows=sum(row[3] for row in tables) if known else None,
        limited=any(row[5] for row in rows),
        by_setting=any(row[5] and row[6] for row in rows),
        usable=first[7],
        blocks=sum(row[8] for row in tables),
    )


def _in_database(database: Database, relation: Relation) -> None:
    if relation.name.path[0] != database.name:
        raise Failed("it is in another database", "give that database a source of its own")


def _reads_as(database: Database) -> str | None:
    identity = database.context.identity
    return None if identity is None else begins_as(database, identity)


def _reader(database: Database, grounds: Sequence[Ground]) -> AbstractContextManager[None]:
    identity = _reads_as(database)
    if not any(ground.limited for ground in grounds):
        return nullcontext()
    if any(ground.by_setting for ground in grounds):
        raise Failed(
            "row policies depend on a setting of the session", "review the policies and the workflow's session"
        )
    if identity is None:
        settle = f"name the identity in the plan, or ALTER ROLE {quoted(database.identity)} BYPASSRLS"
        raise Failed("row policies hide rows from the auditor", settle)
    _must_become(database, identity)
    return database.acting_as(identity)


def _must_be_whole(grounds: Iterable[Ground]) -> None:
    if any(ground.limited for ground in grounds):
        raise Failed("row policies hide rows: what is hidden is not gone", "let the auditor read every row")


def _must_become(database: Database, identity: str) -> None:
    modern = database.version >= 160_000
    allowed = database.rows(_BECOMES.format(right="SET" if modern else "MEMBER"), {"identity": identity})
    if not allowed:
        raise Failed("there is no such role", "name a role of the server as the source's identity")
    if not allowed[0][0]:
        how = " WITH INHERIT FALSE, SET TRUE" if modern else ""
        settle = f"GRANT {quoted(identity)} TO {quoted(database.identity)}{how}"
        raise Failed("the auditor may not become the identity", settle)


def _session(database: Database, grounds: dict[Name, Ground]) -> Session:
    def sampled(table: FromClause, name: Name, share: float) -> FromClause | None:
        import sqlalchemy as sa

        ground = grounds.get(name)
        if ground is None:
            return None
        if ground.kind not in _STORED:
            return one_of_every(table, share)
        how = sa.func.system if in_blocks(name) else sa.func.bernoulli
        percent: ColumnElement[Any] = sa.literal_column(f"{min(100.0, share * 100):.6f}")
        seed: ColumnElement[Any] = sa.literal_column(str(_BLOCK_SEED if in_blocks(name) else _SEED))
        return sa.tablesample(table, how(percent), name="dataset", seed=seed)

    def in_blocks(name: Name) -> bool:
        ground = grounds.get(name)
        if ground is None or ground.kind not in _STORED:
            return False
        return ground.rows is None or ground.rows > _SPREAD_BY_ROW

    traits = Traits(
        table=_table,
        comparable=_comparable,
        blank=_blank,
        cell=_cell,
        counted=_counted,
        count=_count,
        filters=True,
        sampled=sampled,
        in_blocks=in_blocks,
        written=_written,
        block=_block,
        blocks=lambda name: grounds[name].blocks if name in grounds and grounds[name].kind in _STORED else None,
    )
    identity = database.acting or database.identity

    def execute(statement: Select[Any]) -> Sequence[Sequence[Any]]:
        from sqlalchemy.dialects.postgresql import psycopg

        compiled = statement.compile(dialect=psycopg.dialect())  # type: ignore[no-untyped-call]  # SQLAlchemy's own
        return database.run(str(compiled), compiled.params)

    def batches(statement: Select[Any], size: int) -> Iterator[Sequence[Sequence[Any]]]:
        from sqlalchemy.dialects.postgresql import psycopg

        compiled = statement.compile(dialect=psycopg.dialect())  # type: ignore[no-untyped-call]  # SQLAlchemy's own
        return database.batches(str(compiled), compiled.params, size)

    return Session(database.context, identity, traits, execute, database.cost, batches)


def _table(name: Name) -> FromClause:
    import sqlalchemy as sa

    *_, schema, relation = name.path
    return sa.table(sa.sql.quoted_name(relation, quote=True), schema=sa.sql.quoted_name(schema, quote=True))


def _comparable(value: ColumnElement[Any], column: Column) -> ColumnElement[Any]:
    # A type outside of pg_catalog is an enum as a rule: an unknown word would be an error instead of no match.
    return as_text(value) if "." in column.type else value


def _cell(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    import sqlalchemy as sa

    # Of a boolean the planner knows that it makes two groups; for a CASE it expects as many as there are rows, and
    # neither hashes in memory nor works in parallel: 2.0 s against 1.0 s for two million rows.
    return condition.is_(sa.true())


def _counted(condition: ColumnElement[bool]) -> ColumnElement[Any]:
    return condition


def _count(condition: ColumnElement[Any]) -> ColumnElement[Any]:
    import sqlalchemy as sa

    # A row that FILTER leaves out costs no transition, a zero that is added does: 0.40 s against 0.51 s for six counts
    # of three million rows.
    found: ColumnElement[Any] = sa.func.count().filter(condition)
    return found


def _blank(text: ColumnElement[Any]) -> ColumnElement[bool]:
    import sqlalchemy as sa

    # To look at the first sign alone spares nearly every row the trimming; a CASE keeps the order.
    first = sa.func.ascii(text) <= sa.literal_column("32")
    return sa.case((first, is_blank(text)), else_=sa.false())


def _block(table: FromClause) -> ColumnElement[Any]:
    import sqlalchemy as sa

    # A place is (block, row), and has no other way to its block in PostgreSQL 12; parts have blocks of one number.
    place: ColumnElement[Any] = sa.column("ctid", sa.types.NullType(), _selectable=table)
    part: ColumnElement[Any] = sa.column("tableoid", sa.types.NullType(), _selectable=table)
    return as_text(part) + sa.func.split_part(as_text(place), sa.literal_column("','"), sa.literal_column("1"))


def _written(table: FromClause) -> ColumnElement[Any]:
    import sqlalchemy as sa

    # Null for what was written before the server kept commit times: older than all that is told.
    found: ColumnElement[Any] = sa.func.pg_xact_commit_timestamp(
        sa.column("xmin", sa.types.NullType(), _selectable=table)
    )
    return found


def _settled(database: Database, fact: UnseenFact, *, usable: bool) -> UnseenFact:
    """Give the grant that lets the auditor see what it was denied."""
    if fact.name is None or _DENIED not in fact.reason:
        return fact
    who, what = quoted(database.identity), spelt(fact.name.dataset)
    if fact.seen.identity != database.identity:
        return replace(
            fact, settle=f"grant the identity what it needs: {quoted(fact.seen.identity)} may not read {what}"
        )
    schema = "" if usable else f"GRANT USAGE ON SCHEMA {quoted(fact.name.path[-2])} TO {who}; "
    columns = f" ({quoted(fact.name.field[0])})" if fact.name.field else ""
    beneath = "; for a view, its owner must hold the rights beneath it"
    return replace(fact, settle=f"{schema}GRANT SELECT{columns} ON {what} TO {who}{beneath}")
