"""Stored functions and procedures of MariaDB: what each needs and gives, and which views call which.

A routine with its definer's rights reads as its definer, without default roles, for whoever may execute it; the
definer must hold EXECUTE too. Values are followed through variables to what comes back and to what is written; SQL
that is put together, calls of procedures and what is not understood make a body opaque. Bodies hold literals: they stay
here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from connectors._mysql.bodies import Step, StrangeError, body_of
from connectors._mysql.flows import BODY, Part, followed
from connectors._mysql.named import asked_of
from connectors._mysql.writes import Written, apart, together, written
from connectors._views import Known
from lineage.model import Exposure, Name

if TYPE_CHECKING:
    from sqlglot.expressions import Expr
    from sqlglot.schema import MappingSchema

    from lineage.sql.reader import SqlReader

STRANGE: Final = "its body puts SQL together, calls a procedure, or is not understood in whole"
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
    copies: dict[tuple[Name, Name], Exposure] = field(default_factory=dict)
    """(from, into) -> what is left: what it writes on."""
    branches: bool = False
    always: dict[tuple[Name, str], None] = field(default_factory=dict)
    """What is needed by what runs each time, where not all does."""
    opaque: str = ""


@dataclass(slots=True)
class Reader:
    """Reads bodies against what the catalogue knows."""

    known: Known
    functions: frozenset[Path]
    """The server's stored functions, by schema and name in one case."""
    views: frozenset[Name] = frozenset()
    """What is written to one goes further: that is not followed."""
    _schema: MappingSchema | None = None
    _sql: SqlReader | None = None

    def read(self, routine: Routine) -> Done:
        """Say what a routine does; opaque where not all of it is understood."""
        from sqlglot.errors import SqlglotError

        if routine.body is None or routine.kind not in {"FUNCTION", "PROCEDURE"}:
            return Done(opaque=HIDDEN if routine.body is None else STRANGE)
        try:
            parameters = dict(_parameters_of(routine.parameters))
            body = body_of(routine.body, parameters)
            if body.inner & self._columns:
                return Done(opaque=STRANGE)
            parts = [self._part(step, routine.schema, body.variables) for step in body.steps]
        except (SqlglotError, RecursionError, StrangeError):
            return Done(opaque=STRANGE)
        done = Done(branches=any((part.needs or part.calls) and not part.step.sure for part in parts))
        for part in parts:
            done.needs.update(part.needs)
            done.calls.update(part.calls)
            if done.branches and part.step.sure:
                done.always.update(part.needs)
        if done.calls and any(part.into for part in parts):
            # What a function gives is known of all that it gives, not of each place that takes it.
            return Done(opaque=STRANGE)
        done.gives, done.copies = followed(parts, (name for name, back in parameters.items() if back))
        return done

    @property
    def _columns(self) -> frozenset[str]:
        return frozenset(column.casefold() for columns in self.known.columns.values() for column in columns)

    def _part(self, step: Step, schema: str, variables: set[str]) -> Part:
        """Read one query or write.

        Raises:
            StrangeError: it is not understood in whole.
            SqlglotError: it is no SQL.
        """
        import sqlglot
        from sqlglot.optimizer.qualify import qualify

        part = Part(step)
        tree = apart(sqlglot.parse_one(step.text, read="mysql"), variables)
        write = written(tree)
        target = self._target(write, schema, part) if write is not None else None
        query = tree if write is None else write.query
        if query is None:
            return part
        text = qualify(query, dialect="mysql", db=schema, schema=self._tables(), quote_identifiers=True)
        asked = asked_of(text)
        if asked is None or not self._takes_calls(part, text, schema):
            raise StrangeError
        for path, columns in asked.columns.items():
            dataset = self.known.find(path)
            if dataset is None:
                raise StrangeError
            for column in columns:
                part.needs[dataset.at(self._spelt(dataset, column)), "select"] = None
            # Who writes a table and names no column of it needs no right to read it.
            if not columns and dataset != target:
                part.needs[dataset, "select"] = None
        self._take_flows(part, together(text).sql("mysql"))
        return part

    def _spelt(self, dataset: Name, column: str) -> str:
        spelt = {known.casefold(): known for known in self.known.columns[dataset]}
        return spelt.get(column.casefold(), column)

    def _target(self, write: Written, schema: str, part: Part) -> Name:
        """Note the rights that a write needs, and where its values go; give the table."""
        target = self.known.find(write.path if len(write.path) > 1 else (schema, *write.path))
        if target is None or target in self.views:
            raise StrangeError
        columns = [self._spelt(target, column) for column in write.columns]
        if not columns and write.fills:
            columns = list(self.known.columns[target])
        part.into = [target.at(column) for column in columns]
        for right in write.rights:
            for name in part.into if columns and right != "delete" else [target]:
                part.needs[name, right] = None
        return target

    def _takes_calls(self, done: Part, query: Expr, schema: str) -> bool:
        """Note the functions that are called; False where one is neither the server's own nor stored."""
        from sqlglot import exp

        for call in query.find_all(exp.Anonymous):
            where = call.parent.this.name if isinstance(call.parent, exp.Dot) else schema
            path = where.casefold(), call.name.casefold()
            if path not in self.functions:
                return False
            done.calls[path] = None
        return True

    def _take_flows(self, part: Part, text: str) -> None:
        found = self._reader().read(text)
        if found.unparsed:
            raise StrangeError
        columns = found.outputs[0].columns if found.outputs else ()
        part.columns = columns if len(set(columns)) == len(columns) else ()
        for edge in found.edges:
            if edge.transformation.type != "DIRECT":
                continue
            column = edge.target_field if part.columns else ""
            if edge.source[0] == BODY[0]:
                part.take(column, edge.source_field, edge.exposure)
                continue
            dataset = self.known.find(edge.source)
            if dataset is None:
                raise StrangeError
            part.take(column, dataset.at(edge.source_field), edge.exposure)

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


def _parameters_of(text: str) -> Iterator[tuple[str, bool]]:
    """Give the names of parameters, in one case, each with whether it gives a value back."""
    import sqlglot

    depth, fresh, back = 0, True, False
    for token in sqlglot.tokenize(text, read="mysql"):
        depth += (token.text == "(") - (token.text == ")")
        word = token.text.upper()
        if token.text == "," and not depth:
            fresh, back = True, False
        elif fresh and word in {"IN", "OUT", "INOUT"}:
            back = word != "IN"
        elif fresh:
            yield token.text.casefold(), back
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
