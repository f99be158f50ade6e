"""Reads SQL texts of one system: its dialect, schema and functions are looked at once for all of them."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from sqlglot import Dialect, exp
from sqlglot.errors import SqlglotError

from lineage.model import Confidence, Exposure
from lineage.sql import expression
from lineage.sql.lattice import transformations
from lineage.sql.memory import Memory
from lineage.sql.naming import Datasets, Naming, Schema
from lineage.sql.query import query
from lineage.sql.relation import Deps, Source
from lineage.sql.result import ColumnEdge, Outcome, Output, Path, RowEdge, SqlLineage, Statement, Unparsed
from lineage.sql.routines import PARTLY, Inside, constants_of, inside
from lineage.sql.spelling import respelt, salvaged
from lineage.sql.statement import change, read
from lineage.sql.text import DEEP, Chunk, Unreadable, chunks, in_deep_stack, parameters_apart, parsed
from lineage.sql.walk import Walk
from lineage.sql.writes import Read, Write

_NESTED = 5
"""Bodies inside bodies that are read."""
_SURE = {confidence: rank for rank, confidence in enumerate(Confidence)}
_ALIASES = {"postgresql": "postgres", "mssql": "tsql", "sqlserver": "tsql", "mariadb": "mysql", "spark3": "spark"}
_ALIASES |= dict.fromkeys(("ansi", "sql"), "")


class SqlReader:
    """Reads SQL texts of one system."""

    def __init__(
        self,
        *,
        dialect: str,
        schema: Schema | None = None,
        default_schema: str | None = None,
        functions: Mapping[str, Exposure] | None = None,
    ) -> None:
        """Look at dialect, schema and functions.

        Raises:
            ValueError: The dialect is not known.
        """
        name = _ALIASES.get(dialect.lower(), dialect.lower())
        try:
            self._dialect = Dialect.get_or_raise(name)
        except (SqlglotError, ValueError):
            known = ", ".join(sorted(item for item in Dialect.classes if item))
            message = f"unknown SQL dialect {dialect!r}; known: {known}"
            raise ValueError(message) from None
        self._functions = {key.lower(): left for key, left in (functions or {}).items()}
        self._datasets = Datasets(schema, Naming(name), default_schema)
        self._rules = expression.rules(self._functions)
        self._memory = Memory()

    def read(self, sql: str) -> SqlLineage:
        """Read a text of any number of statements; never raises, whatever the text."""
        key = self._memory.key(sql)
        known = self._memory.recall(key)
        return known if known is not None else self._memory.keep(key, self._read(sql))

    def forget(self) -> None:
        """Forget the answers of earlier texts."""
        self._memory = Memory()

    def _read(self, sql: str) -> SqlLineage:
        sql = parameters_apart(sql, self._dialect)
        try:
            found = chunks(sql, self._dialect)
        except Unreadable as reason:
            return _unread(str(reason))
        script = _Script(Walk(self._datasets, self._rules, self._functions, query, change), constants_of(found))
        for chunk in found:
            with _uncollected():
                script.statement(chunk, sql, self._dialect)
        return script.lineage()


@contextmanager
def _uncollected() -> Iterator[None]:
    """Pause Python's collector for one statement: a tree is all alive while it is walked, and going over it again and
    again takes a quarter of the time. Between statements it catches up, so that a long script holds no more than one.
    """
    paused = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if paused:
            gc.enable()


def _unread(reason: str) -> SqlLineage:
    whole = Statement(1, "other", Outcome.UNPARSED, "")
    return SqlLineage(unparsed=(Unparsed(1, reason, 0),), statements=(whole,))


class _Script:
    def __init__(self, walk: Walk, constants: dict[str, str]) -> None:
        self.walk = walk
        self.constants = constants
        self.edges: list[ColumnEdge] = []
        self.row_edges: list[RowEdge] = []
        self.unparsed: list[Unparsed] = []
        self.statements: list[Statement] = []
        self.outputs: list[Output] = []

    def lineage(self) -> SqlLineage:
        return SqlLineage(
            tuple(self.edges), tuple(self.row_edges), tuple(self.unparsed), tuple(self.statements), tuple(self.outputs)
        )

    def statement(self, chunk: Chunk, sql: str, dialect: Dialect) -> None:
        def work() -> tuple[str, list[Write], dict[str, None]]:
            held = inside(chunk, dialect, self.constants)
            if held is not None:
                return self._held(held, sql, dialect)
            self.walk.begin(chunk.literals)
            return self._understood(_trees(chunk, sql, dialect))

        reasons: list[str] = []
        kind, writes = "other", list[Write]()
        try:
            try:
                kind, writes, doubts = in_deep_stack(work) if chunk.depth > DEEP else work()
            except RecursionError:
                kind, writes, doubts = in_deep_stack(work)
            reasons.extend(doubts)
        except Unreadable as reason:
            reasons.append(str(reason))
        except RecursionError:
            reasons.append("nested too deep")
        except Exception as error:  # noqa: BLE001 - a text must not stop a scan; the message may quote it
            reasons.append(f"reading failed ({type(error).__name__})")
        self._account(chunk, kind, writes, reasons)

    def _held(
        self, held: Inside, sql: str, dialect: Dialect, depth: int = 0
    ) -> tuple[str, list[Write], dict[str, None]]:
        if not depth:
            self.walk.begin(frozenset().union(*(chunk.literals for chunk in _chunks_of(held))))
        writes: list[Write] = []
        doubts = {held.doubt: None} if held.doubt else {}
        outer = self.walk.around
        self.walk.around = {**outer, **self._rows_of(held, sql, dialect, doubts)}
        for chunk in held.chunks:
            again = inside(chunk, dialect, self.constants)
            if again is not None and depth < _NESTED:
                _, found, more = self._held(again, sql, dialect, depth + 1)
            else:
                try:
                    _, found, more = self._understood(_trees(chunk, sql, dialect))
                except Unreadable as reason:
                    doubts[str(reason)] = None
                    continue
            writes += [write for write in found if write.target is not None or not held.routine]
            doubts.update(more)
        self.walk.around = outer
        return held.kind, writes, doubts

    def _rows_of(self, held: Inside, sql: str, dialect: Dialect, doubts: dict[str, None]) -> dict[str, Source]:
        """Give the rows that a body names: those of its loops, and those that a trigger fires for."""
        rows: dict[str, Source] = {}
        naming = self.walk.naming
        if held.rows_of:
            shown = tuple(naming.shown(part) for part in held.rows_of)
            relation, table = self.walk.dataset(shown, tuple(naming.key(part) for part in held.rows_of))
            rows.update({naming.key(name): Source(name, relation, table) for name in ("new", "old")})
        for name, chunk in held.loops:
            try:
                (tree,) = _trees(chunk, sql, dialect)
            except (Unreadable, ValueError):
                doubts[PARTLY] = None
            else:
                rows[naming.key(name)] = Source(name, query(self.walk, tree, None, {}))
        return rows

    def _understood(self, trees: list[exp.Expr]) -> tuple[str, list[Write], dict[str, None]]:
        parts: list[Read] = [read(self.walk, tree) for tree in trees]
        doubts = dict(self.walk.doubts)
        doubts.update({part.doubt: None for part in parts if part.doubt})
        writes = [write for part in parts for write in part.writes] + self.walk.beside
        self.walk.beside = []
        return (parts[0].kind if parts else "other"), writes, doubts

    def _account(self, chunk: Chunk, kind: str, writes: list[Write], reasons: list[str]) -> None:
        number = len(self.statements)
        before = len(self.edges) + len(self.row_edges)
        for write in writes:
            self._emit(write, number)
        if reasons:
            outcome = Outcome.UNPARSED
            self.unparsed.extend(Unparsed(chunk.line, reason, number) for reason in dict.fromkeys(reasons))
        else:
            outcome = Outcome.EDGES if len(self.edges) + len(self.row_edges) > before else Outcome.NONE
        target = writes[0].target if writes else None
        reads = tuple(self.walk.reads)
        self.statements.append(Statement(chunk.line, kind, outcome, chunk.fingerprint, target, reads))

    def _emit(self, write: Write, number: int) -> None:
        relation = write.relation
        names = self.walk.spelt(write.target, write.names)
        if write.whole:
            self.outputs.append(Output(write.target, tuple(names), number))
        for position, name in enumerate(names):
            for source, field, below, confidence, mask in self._origins(relation.at(position), sure=write.sure):
                for transformation, exposure in transformations(mask):
                    self.edges.append(
                        ColumnEdge(
                            source, field, write.target, name, transformation, exposure, confidence, number, below
                        )
                    )
        for source, field, below, confidence, mask in self._origins(relation.rows, sure=True):
            for transformation, exposure in transformations(mask):
                self.row_edges.append(
                    RowEdge(source, field, write.target, transformation, exposure, confidence, number, below)
                )

    def _origins(self, deps: Deps, *, sure: bool) -> list[Origin]:
        columns = self.walk.origins.columns
        merged: dict[tuple[Path, str | Path], tuple[Confidence, int]] = {}
        for number, mask in deps.items():
            table, field, confidence = columns[number]
            if not sure:
                confidence = _inferred(confidence)
            if len(deps) == 1:
                return [_origin(table.path, field, confidence, mask)]
            key = (table.path, field)
            known = merged.get(key)
            if known is None:
                merged[key] = (confidence, mask)
            else:
                merged[key] = (min(confidence, known[0], key=_SURE.__getitem__), mask | known[1])
        return [_origin(path, field, confidence, mask) for (path, field), (confidence, mask) in merged.items()]


Origin = tuple[Path, str, Path, Confidence, int]
"""Dataset, column, path inside it, confidence, and the mask of steps."""


def _origin(path: Path, field: str | Path, confidence: Confidence, mask: int) -> Origin:
    if isinstance(field, str):
        return path, field, (), confidence, mask
    return path, field[0], field[1:], confidence, mask


def _chunks_of(held: Inside) -> list[Chunk]:
    return [*held.chunks, *(chunk for _, chunk in held.loops)]


def _trees(chunk: Chunk, sql: str, dialect: Dialect) -> list[exp.Expr]:
    """Parse a statement; if it cannot be, in another spelling."""
    chunk = respelt(chunk, dialect)
    try:
        trees = parsed(chunk, sql, dialect)
    except Unreadable:
        again = salvaged(chunk, dialect)
        if again is None:
            raise
        return parsed(again, sql, dialect)
    if len(trees) == 1 and isinstance(trees[0], exp.Command):
        again = salvaged(chunk, dialect)
        if again is not None:
            return parsed(again, sql, dialect)
    return trees


def _inferred(confidence: Confidence) -> Confidence:
    return Confidence.INFERRED if confidence == Confidence.EXACT else confidence
