"""Stored functions and procedures of MariaDB: what each needs and gives, and which views call which.

A routine with its definer's rights reads as its definer, without default roles, for whoever may execute it; the
definer must hold EXECUTE too. Bodies that only query or return are read: with variables, control flow, writes or SQL
that is put together they are opaque. Bodies hold literals: they stay here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from connectors._mysql.named import asked_of
from connectors._views import Known
from lineage.model import Exposure, Name

if TYPE_CHECKING:
    from sqlglot.expressions import Expr, Query
    from sqlglot.schema import MappingSchema

    from lineage.sql.reader import SqlReader

STRANGE: Final = "its body does more than query, or is not understood in whole"
HIDDEN: Final = "its body was not shown to the auditor"
Path = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Routine:
    """A function or procedure as the server keeps it."""

    schema: str
    name: str
    kind: str
    """`FUNCTION`, `PROCEDURE`, or a kind that is not read."""
    as_definer: bool
    definer: str | None = None
    parameters: str = ""
    body: str | None = None

    @property
    def path(self) -> Path:
        """Where it lies; a function and a procedure may share it."""
        return self.schema, self.name

    @property
    def folded(self) -> Path:
        """Where it lies, in one case: names of routines are the same whatever theirs."""
        return self.schema.casefold(), self.name.casefold()


@dataclass(slots=True)
class Done:
    """What a body does."""

    needs: dict[tuple[Name, str], None] = field(default_factory=dict)
    gives: dict[Name, Exposure] = field(default_factory=dict)
    calls: dict[Path, None] = field(default_factory=dict)
    opaque: str = ""


@dataclass(slots=True)
class Reader:
    """Reads bodies against what the catalogue knows."""

    known: Known
    functions: frozenset[Path]
    """The server's stored functions, by schema and name in one case."""
    _schema: MappingSchema | None = None
    _sql: SqlReader | None = None

    def read(self, routine: Routine) -> Done:
        """Say what a routine does; opaque where not all of it is understood."""
        from sqlglot.errors import SqlglotError

        if routine.body is None or routine.kind not in {"FUNCTION", "PROCEDURE"}:
            return Done(opaque=HIDDEN if routine.body is None else STRANGE)
        done = Done()
        try:
            for query in _queries(routine):
                if not self._take(done, query, routine.schema):
                    return Done(opaque=STRANGE)
        except (SqlglotError, RecursionError, _StrangeError):
            return Done(opaque=STRANGE)
        return done

    def _take(self, done: Done, query: Query, schema: str) -> bool:
        from sqlglot.optimizer.qualify import qualify

        text = qualify(query, dialect="mysql", db=schema, schema=self._tables(), quote_identifiers=True)
        asked = asked_of(text)
        if asked is None or not self._takes_calls(done, text, schema):
            return False
        for path, columns in asked.columns.items():
            dataset = self.known.find(path)
            if dataset is None:
                return False
            spelt = {column.casefold(): column for column in self.known.columns[dataset]}
            for column in columns:
                done.needs[dataset.at(spelt.get(column.casefold(), column)), "select"] = None
            if not columns:
                done.needs[dataset, "select"] = None
        return self._takes_gifts(done, text.sql("mysql"))

    def _takes_calls(self, done: Done, query: Expr, schema: str) -> bool:
        """Note the functions that are called; False where one is neither the server's own nor stored."""
        from sqlglot import exp

        for call in query.find_all(exp.Anonymous):
            where = call.parent.this.name if isinstance(call.parent, exp.Dot) else schema
            path = where.casefold(), call.name.casefold()
            if path not in self.functions:
                return False
            done.calls[path] = None
        return True

    def _takes_gifts(self, done: Done, text: str) -> bool:
        found = self._reader().read(text)
        for edge in found.edges:
            dataset = self.known.find(edge.source)
            if dataset is None:
                return False
            if edge.transformation.type == "DIRECT":
                name = dataset.at(edge.source_field)
                done.gives[name] = min(done.gives.get(name, edge.exposure), edge.exposure, key=lambda item: item.rank)
        return not found.unparsed

    def _tables(self) -> MappingSchema:
        if self._schema is None:
            from sqlglot.schema import MappingSchema

            tables: dict[str, dict[str, dict[str, str]]] = {}
            for name, columns in self.known.columns.items():
                tables.setdefault(name.path[-2], {})[name.path[-1]] = dict.fromkeys(columns, "text")
            self._schema = MappingSchema({**tables}, dialect="mysql", normalize=False)
        return self._schema

    def _reader(self) -> SqlReader:
        if self._sql is None:
            from lineage.sql import sql_reader

            schema = {name.path: tuple(columns) for name, columns in self.known.columns.items()}
            self._sql = sql_reader(dialect="mysql", schema=schema, functions=self.known.functions)
        return self._sql


class _StrangeError(Exception):
    """A body does what is not read."""


def _queries(routine: Routine) -> Iterator[Query]:
    """Give the queries of a body, its parameters as NULL.

    Raises:
        _StrangeError: it does more than query.
        SqlglotError: it is not understood.
    """
    import sqlglot
    from sqlglot import exp

    parameters = frozenset(_parameters(routine.parameters))
    for statement in _statements(routine.body or ""):
        query = sqlglot.parse_one(statement, read="mysql")
        writes = (exp.Into, exp.Lock, exp.Command, exp.Parameter, exp.SessionParameter, exp.PropertyEQ, exp.DML)
        if not isinstance(query, exp.Query) or any(True for _ in query.find_all(*writes)):
            raise _StrangeError
        for column in list(query.find_all(exp.Column)):
            if not column.table and column.name.casefold() in parameters:
                column.replace(exp.Null())
        yield query


def _statements(body: str) -> Iterator[str]:
    """Cut a body at its semicolons; `RETURN x` is the query of x."""
    import sqlglot

    tokens = list(sqlglot.tokenize(body, read="mysql"))
    if tokens and tokens[-1].text == ";":
        tokens.pop()
    if len(tokens) > 1 and (tokens[0].text.upper(), tokens[-1].text.upper()) == ("BEGIN", "END"):
        tokens = tokens[1:-1]
    start = 0
    for place, token in enumerate(tokens):
        last = place == len(tokens) - 1
        if token.text != ";" and not last:
            continue
        part = tokens[start : place + (token.text != ";")]
        start = place + 1
        if not part:
            continue
        first = part[0].text.upper()
        if first not in {"SELECT", "WITH", "RETURN", "(", "VALUES"}:
            raise _StrangeError
        text = body[part[0].start : part[-1].end + 1]
        yield f"SELECT {text[len('return') :]}" if first == "RETURN" else text


def _parameters(text: str) -> Iterator[str]:
    """Give the names of parameters, in one case."""
    import sqlglot

    depth, fresh = 0, True
    for token in sqlglot.tokenize(text, read="mysql"):
        depth += (token.text == "(") - (token.text == ")")
        if token.text == "," and not depth:
            fresh = True
        elif fresh and token.text.upper() not in {"IN", "OUT", "INOUT"}:
            yield token.text.casefold()
            fresh = False


def given(start: Path, read: Mapping[Path, Done]) -> tuple[Mapping[Name, Exposure], bool]:
    """Give what a function gives by what it calls too, and whether all of it was understood."""
    found: dict[Name, Exposure] = {}
    stack, seen, whole = [start], {start}, True
    while stack:
        done = read.get(stack.pop())
        if done is None or done.opaque:
            whole = False
            continue
        for name, exposure in done.gives.items():
            found[name] = min(found.get(name, exposure), exposure, key=lambda item: item.rank)
        fresh = done.calls.keys() - seen
        seen |= fresh
        stack.extend(sorted(fresh))
    return found, whole


def routines_of(rows: Iterable[Sequence[Any]], bodies: Iterable[Sequence[Any]]) -> list[Routine]:
    """Put together what the server says of each routine, and its body where that was shown."""
    shown = {tuple(map(_text, row[:3])): row[3:] for row in bodies}
    found = []
    for row in rows:
        schema, name, kind, security = map(_text, row)
        one = Routine(schema, name, kind.upper(), security == "DEFINER")
        if (more := shown.get((schema, name, kind))) is not None:
            definer, parameters, body = map(_text, more)
            one = replace(one, definer=definer.removesuffix("@") or None, parameters=parameters, body=body)
        found.append(one)
    return found


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
