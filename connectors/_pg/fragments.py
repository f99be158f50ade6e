"""What one query of a PostgreSQL body reads, writes and calls, by way of the lineage extractor.

Variables and parameters become NULL before it is read: they are no columns. A table's `NEW` and `OLD` become a read of
that table where it is asked what flows on, and NULL where it is asked which rights are needed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from connectors._pg.structure import Catalogue
from connectors._pg.words import Word, Words, joined, until
from lineage.model import Exposure, Name, Transformation

if TYPE_CHECKING:
    from lineage.sql import ColumnEdge, RowEdge
    from lineage.sql.reader import SqlReader

LOOSE: Final = "lineage search path"
"""Stands for the schemas of a search path: names without a schema are looked up there."""
DYNAMIC: Final = "it runs SQL that is put together while it runs"
UNREAD: Final = "a statement of it could not be turned into edges"
_NULL: Final = Word("word", "NULL")
_ROWS: Final = frozenset({"new", "old"})
_RUNS: Final = re.compile(
    r"(?:query|cursor|table|schema|database)_to_xml\w*|ts_stat|ts_rewrite|crosstab\w*|connectby|xpath_table|dblink\w*"
)
"""Functions of the server, and of extensions that come with it, which run the text that they are given."""
_CATALOGUES: Final = frozenset({"pg_catalog", "information_schema"})


@dataclass(frozen=True, slots=True)
class Routine:
    """A routine of the catalogue, as far as calls of it must be told apart."""

    oid: int
    name: Name
    least: int
    most: int
    """Arguments that a call gives at least and at most."""


@dataclass(slots=True)
class Fragment:
    """What a query does."""

    values: dict[Name, Exposure] = field(default_factory=dict)
    """Fields whose values are in its result."""
    needs: dict[tuple[Name, str], None] = field(default_factory=dict)
    copies: list[tuple[Name, Name, Transformation, Exposure]] = field(default_factory=list)
    """Fields that it copies into fields of the tables that it writes to."""
    calls: dict[int, None] = field(default_factory=dict)
    variables: set[str] = field(default_factory=set)
    """Variables that it uses."""
    opaque: str = ""


@dataclass(slots=True)
class Scope:
    """What the names in a body stand for."""

    catalogue: Catalogue
    reader: SqlReader
    loose: Mapping[str, int]
    """Relation that a name without a schema means."""
    routines: Mapping[tuple[str | None, str], Sequence[Routine]]
    """(schema, or None without one; name) -> the routines that a call may mean."""
    variables: frozenset[str] = frozenset()
    called: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """Bare name -> the relations that have it."""
    own: str = ""
    """The routine's own name, which may stand before its parameters."""
    row: int | None = None
    """The table whose row NEW and OLD are."""

    def fragment(self, query: Words) -> Fragment:
        """Read a query."""
        found = Fragment()
        for number in range(len(query)):
            self._call(query, number, found)
            self._write(query, number, found)
        self._read(query, found)
        return found

    def _read(self, query: Words, found: Fragment) -> None:
        plain, used = self._prepared(query, rows=False)
        found.variables = used
        head = plain[: until(plain, 0, "returning")]
        read = self.reader.read(joined(head))
        # What a routine of the database gives is followed by its own body.
        doubts = [doubt for doubt in read.unparsed if not (found.calls and "table function" in doubt.reason)]
        if doubts or len(read.statements) != 1:
            found.opaque = found.opaque or UNREAD
            return
        target = read.statements[0].target
        named: set[Name] = set()
        every: tuple[ColumnEdge | RowEdge, ...] = (*read.edges, *read.row_edges)
        for edge in every:
            place = self._place(edge.source, found)
            if place is not None:
                named.add(place)
                found.needs[(place if edge.source_field == "*" else place.at(edge.source_field)), "select"] = None
        for path in read.statements[0].reads:
            place = self._place(path, found) if path != target else None
            if place is not None and place not in named:
                found.needs[place, "select"] = None
        if target is None:
            found.values.update(self._values(read.edges))
        else:
            self._flows(query, found)
        if len(head) < len(plain) and target is not None and (table := self._oid(target)) is not None:
            self._returned(plain[len(head) + 1 :], table, found)

    def _flows(self, query: Words, found: Fragment) -> None:
        """Read a change again with the row that fires it: what it copies on."""
        rows, _ = self._prepared(query, rows=True)
        read = self.reader.read(joined(rows[: until(rows, 0, "returning")]))
        for edge in read.edges:
            source = self._place(edge.source, found)
            target = self._place(edge.target, found) if edge.target else None
            if source is not None and target is not None and edge.source_field != "*":
                into = target.at(edge.target_field)
                found.copies.append((source.at(edge.source_field), into, edge.transformation, edge.exposure))

    def _returned(self, listed: Words, table: int, found: Fragment) -> None:
        relation = self.catalogue.relations[table]
        place = joined(
            [Word("quoted", _quoted(relation.schema)), Word("sign", "."), Word("quoted", _quoted(relation.name))]
        )
        # Read, never run; what is in it is the server's own text.
        read = self.reader.read(f"SELECT {joined(listed)} FROM {place}")  # noqa: S608 - no statement that is run
        found.opaque = found.opaque or (UNREAD if read.unparsed else "")
        found.values.update(self._values(read.edges))
        for edge in read.edges:
            if (source := self._place(edge.source, found)) is not None:
                found.needs[source.at(edge.source_field), "select"] = None

    def _values(self, edges: Sequence[ColumnEdge]) -> Mapping[Name, Exposure]:
        values: dict[Name, Exposure] = {}
        for edge in edges:
            oid = self._oid(edge.source)
            if oid is not None and edge.transformation.type == "DIRECT" and edge.source_field != "*":
                name = self.catalogue.names[oid].at(edge.source_field)
                values[name] = min(values.get(name, edge.exposure), edge.exposure, key=lambda item: item.rank)
        return values

    def _oid(self, path: Sequence[str]) -> int | None:
        if len(path) == 1 or path[-2] == LOOSE:
            return self.loose.get(path[-1])
        return self.catalogue.by_path.get((path[-2], path[-1]))

    def _place(self, path: Sequence[str], found: Fragment) -> Name | None:
        oid = self._oid(path)
        if oid is not None:
            return self.catalogue.names[oid]
        if not (path[-1].startswith("pg_") or (len(path) > 1 and path[-2] in _CATALOGUES)):
            found.opaque = found.opaque or "it reads what the catalogue does not hold"
        return None

    def _prepared(self, query: Words, *, rows: bool) -> tuple[list[Word], set[str]]:
        """Put something for every variable that is no column; tell which there were."""
        columns = self._columns(query)
        made: list[Word] = []
        used: set[str] = set()
        number = 0
        while number < len(query):
            word = query[number]
            after = query[number + 1].lower if number + 1 < len(query) else ""
            length = self._variable(query, number, columns, after)
            if not length:
                made.append(word)
                number += 1
                continue
            named = query[number + 2].name if length == 3 and word.name == self.own else word.name
            used.add(named)
            if named in _ROWS and rows and self.row is not None:
                made.extend(self._row(query[number + 2] if length == 3 else None))
            else:
                made.append(_NULL)
            number += length
        return made, used

    def _variable(self, query: Words, number: int, columns: set[str], after: str) -> int:
        """Give how many words a variable takes there; 0 where none stands."""
        word, before = query[number], query[number - 1].lower if number else ""
        if word.kind == "parameter":
            return 1
        name = word.name
        if not name or before in (".", "as") or after == "(":
            return 0
        if after == ".":
            qualified = number + 2 < len(query) and name == self.own and query[number + 2].name in self.variables
            row = name in self.variables and name not in self.called
            return 3 if qualified or row else 0
        return 1 if name in self.variables and name not in columns and name not in self.called else 0

    def _row(self, column: Word | None) -> Iterator[Word]:
        relation = self.catalogue.relations[self.row or 0]
        wanted = [column.name] if column is not None and column.name else self.catalogue.columns[relation.oid]
        for number, name in enumerate(wanted):
            if number:
                yield Word("sign", ",")
            text = f"(SELECT {_quoted(name)} FROM {_quoted(relation.schema)}.{_quoted(relation.name)})"  # noqa: S608 - no statement that is run
            yield Word("string", text)

    def _columns(self, query: Words) -> set[str]:
        """Give the columns of every relation that a query names."""
        return {
            column for word in query for oid in self.called.get(word.name, ()) for column in self.catalogue.columns[oid]
        }

    def _call(self, query: Words, number: int, found: Fragment) -> None:
        name = query[number].name
        if not name or number + 1 >= len(query) or query[number + 1].lower != "(":
            return
        qualified = number > 1 and query[number - 1].lower == "."
        if number and query[number - 1].lower in ("into", "as"):
            return
        schema = query[number - 2].name if qualified else None
        given = _arguments(query, number + 1)
        meant = [one for one in self.routines.get((schema, name), ()) if one.least <= given <= one.most]
        found.calls.update((one.oid, None) for one in meant)
        if not meant and _RUNS.fullmatch(name):
            found.opaque = DYNAMIC
        if len(meant) > 1:
            found.opaque = found.opaque or "it calls a routine of several that could be meant"

    def _write(self, query: Words, number: int, found: Fragment) -> None:
        word, before = query[number].lower, query[number - 1].lower if number else ""
        following = [part.lower for part in query[number + 1 : number + 3]]
        skip = 1
        if word == "insert" and following[:1] == ["into"]:
            right, skip = "insert", 2
        elif word == "delete" and following[:1] == ["from"]:
            right, skip = "delete", 2
        elif word in ("update", "truncate") and before not in ("for", "do", "then", "key"):
            right = word
        else:
            return
        start = number + skip
        while start < len(query) and query[start].lower in ("only", "table"):
            start += 1
        path = tuple(part.name for part in query[start : start + 3] if part.name)
        if start + 1 < len(query) and query[start + 1].lower != ".":
            path = path[:1]
        if path and (place := self._place(path, found)) is not None:
            found.needs[place, right] = None


def _arguments(query: Words, opening: int) -> int:
    depth, count = 0, 0
    for number in range(opening, len(query)):
        sign = query[number].lower
        depth += (sign in ("(", "[")) - (sign in (")", "]"))
        if depth == 0:
            return count if number == opening + 1 else count + 1
        count += depth == 1 and sign == ","
    return count


def by_name(routines: Sequence[Routine]) -> Mapping[tuple[str | None, str], Sequence[Routine]]:
    """Index routines by schema and name, and by the bare name too."""
    found: defaultdict[tuple[str | None, str], list[Routine]] = defaultdict(list)
    for routine in routines:
        bare = routine.name.path[-1].rpartition("(")[0]
        found[routine.name.path[-2], bare].append(routine)
        found[None, bare].append(routine)
    return found


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'
