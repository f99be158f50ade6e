"""What a query is made of: relations with the origins of each column, and the scopes that names are looked up in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from lineage.model import Confidence
from lineage.sql.lattice import RAW_BIT, SAME, TRANSFORMATION, step, through

if TYPE_CHECKING:
    from sqlglot import exp

    from lineage.sql.naming import Naming, Table
    from lineage.sql.result import Path

Deps = dict[int, int]
"""Source column (a number of `Origins`) -> mask of the steps that it was reached by. Shared: never changed in place."""

NOTHING: Deps = {}
_RAW = step(TRANSFORMATION)


class Origins:
    """The source columns of a statement, numbered, each with how sure it is that it is meant."""

    __slots__ = ("_numbers", "columns", "idents")

    def __init__(self) -> None:
        self.idents = 0
        """How many datasets have been numbered."""
        self.columns: list[tuple[Table, str | Path, Confidence]] = []
        """A field is a path where it lies inside a struct."""
        self._numbers: dict[tuple[int, str | Path, Confidence], int] = {}

    def number(self, table: Table, field: str | Path, confidence: Confidence) -> int:
        """Give the number of a source column."""
        key = (table.ident, field, confidence)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.columns)
            self.columns.append((table, field, confidence))
        return number

    def placeholder(self, table: Table, position: int) -> int:
        """Give a number that stands for a column of a recursive query until that query is known."""
        return self.number(table, str(position), Confidence.EXACT)

    def doubt(self, deps: Deps) -> Deps:
        """Say of the same source columns that others could be meant as well."""
        found: Deps = {}
        for number, mask in deps.items():
            table, field, confidence = self.columns[number]
            sure = confidence in {Confidence.EXACT, Confidence.INFERRED}
            weaker = self.number(table, field, Confidence.AMBIGUOUS) if sure else number
            found[weaker] = found.get(weaker, 0) | mask
        return found


def add(into: Deps, deps: Deps, outer: int = 0) -> None:
    """Merge origins into others, after one more step."""
    if outer == SAME:
        if not into:
            into.update(deps)
            return
        for number, mask in deps.items():
            into[number] = into.get(number, 0) | mask
        return
    for number, mask in deps.items():
        into[number] = into.get(number, 0) | through(mask, outer)


class Open:
    """A relation whose columns are not known, so that any name may be one of its columns."""

    __slots__ = ("deps", "table", "without")

    def __init__(self, table: Table | None, deps: Deps = NOTHING, without: frozenset[str] = frozenset()) -> None:
        self.table = table
        self.deps = deps
        self.without = without

    def column(self, shown: str, origins: Origins, confidence: Confidence) -> Deps:
        """Give the origins of the column with that name, if it is one."""
        if self.table is None:
            return self.deps
        return {origins.number(self.table, shown, confidence): RAW_BIT}

    def star(self, origins: Origins) -> Deps:
        """Give the origins of whatever columns there are."""
        return self.column("*", origins, Confidence.STAR)

    def but(self, keys: frozenset[str]) -> Open:
        """Leave columns out."""
        return Open(self.table, self.deps, self.without | keys) if keys else self


Branches = tuple[tuple[Open, ...], ...]
"""For each branch of a set operation the open relations that a name may belong to."""


class Relation:
    """Ordered columns with their origins, and the columns that decide on its rows."""

    __slots__ = ("_fill", "_index", "cols", "keys", "names", "opens", "rows")

    def __init__(
        self,
        names: list[str],
        keys: list[str],
        cols: list[Deps | None] | list[Deps],
        *,
        rows: Deps = NOTHING,
        opens: Branches = (),
        fill: Callable[[int], Deps] | None = None,
        index: dict[str, int] | None = None,
    ) -> None:
        self.names = names
        self.keys = keys
        self.cols: list[Deps | None] = cols  # type: ignore[assignment]  # lists are invariant; this one is only read as such
        self.rows = rows
        self.opens = opens
        self._fill = fill
        self._index = index

    @property
    def index(self) -> dict[str, int]:
        """Position of each column by key; of namesakes the first."""
        if self._index is None:
            index: dict[str, int] = {}
            for position, key in enumerate(self.keys):
                index.setdefault(key, position)
            if self.opens:
                index.pop("*", None)
            self._index = index
        return self._index

    def at(self, position: int) -> Deps:
        """Give the origins of the column in that place."""
        deps = self.cols[position]
        if deps is None:
            deps = self.cols[position] = self._fill(position) if self._fill else NOTHING
        return deps

    def known(self, key: str) -> Deps | None:
        """Give the origins of a column that is known to be there."""
        index = self._index
        position = (self.index if index is None else index).get(key)
        if position is None:
            return None
        deps = self.cols[position]
        return self.at(position) if deps is None else deps

    def named(self, key: str, shown: str, origins: Origins) -> Deps | None:
        """Give the origins of a column by name, guessing where columns are not known, and saying so."""
        found = self.known(key)
        if found is not None or not self.opens:
            return found
        guessed: Deps = {}
        for branch in self.opens:
            fitting = [part for part in branch if key not in part.without]
            sure = Confidence.INFERRED if len(fitting) == 1 else Confidence.AMBIGUOUS
            for part in fitting:
                add(guessed, part.column(shown, origins, sure))
        return guessed if guessed or any(self.opens) else None

    def whole(self) -> Deps:
        """Give the origins of a whole row."""
        found: Deps = {}
        for position in range(len(self.names)):
            add(found, self.at(position), _RAW)
        return found

    def columns(self) -> Iterator[tuple[str, str, Deps]]:
        """Iterate over name, key and origins of the columns."""
        for position, name in enumerate(self.names):
            yield name, self.keys[position], self.at(position)

    def renamed(self, names: list[str], keys: list[str]) -> Relation:
        """Give other names to the first columns, as `AS t (a, b)` does."""
        if self.opens and self.names[:1] == ["*"]:
            unsure = self.at(0)
            return Relation(names, keys, [dict(unsure) for _ in names], rows=self.rows, opens=self.opens)
        have = len(self.names)
        cols: list[Deps] = [self.at(position) if position < have else NOTHING for position in range(len(names))]
        cols += [self.at(position) for position in range(len(names), have)]
        return Relation(
            names + self.names[len(names) :], keys + self.keys[len(names) :], cols, rows=self.rows, opens=self.opens
        )


def base(table: Table, origins: Origins) -> Relation:
    """Make the relation of a dataset that the statement reads."""
    if table.columns is None:
        part = Open(table)
        return Relation(["*"], ["*"], [part.star(origins)], opens=((part,),))
    names = table.columns

    def fill(position: int) -> Deps:
        return {origins.number(table, names[position], Confidence.EXACT): RAW_BIT}

    return Relation(names, table.keys, table.cols, fill=fill, index=table.index)


class Source:
    """One item of FROM under the name that the query calls it by."""

    __slots__ = ("key", "loose", "merged", "relation", "table")

    def __init__(self, key: str, relation: Relation, table: Table | None = None) -> None:
        self.key = key
        self.relation = relation
        self.table = table
        self.merged: set[str] = set()
        """Keys of columns that USING merged with another source's."""


NO_ALIASES, AFTER_COLUMNS, FIRST, AT_LAST = range(4)


class Scope:
    """The names that an expression may use: items of FROM, merged columns, aliases, and those of outer queries."""

    __slots__ = (
        "alias_mode",
        "aliases",
        "by_key",
        "env",
        "guessed",
        "hidden",
        "merged",
        "parent",
        "rows",
        "sources",
        "windows",
    )

    def __init__(self, parent: Scope | None, env: Mapping[str, Relation]) -> None:
        self.parent = parent
        self.env = env
        self.sources: list[Source] = []
        self.by_key: dict[str, Source] = {}
        self.hidden: dict[str, Source] = {}
        """Right sides of SEMI and ANTI joins: named in ON only."""
        self.merged: dict[str, tuple[str, Deps]] = {}
        self.rows: Deps = {}
        self.aliases: dict[str, Deps] = {}
        self.alias_mode = NO_ALIASES
        self.windows: dict[str, exp.Expr] = {}
        self.guessed: set[str] = set()
        """Keys that were taken for columns of an open source."""

    def put(self, source: Source) -> None:
        """Add an item of FROM."""
        self.sources.append(source)
        self.by_key.setdefault(source.key, source)

    def source(self, key: str) -> Source | None:
        """Find the nearest item of FROM by name."""
        scope: Scope | None = self
        while scope is not None:
            found = scope.by_key.get(key)
            if found is not None:
                return found
            scope = scope.parent
        return None

    def behind_alias(self, key: str, naming: Naming, origins: Origins) -> Source | None:
        """Find the item of FROM whose own name its alias hides; None where a column or several items can be meant."""
        scope: Scope | None = self
        while scope is not None:
            if scope.certain(key, origins) is not None:
                return None
            tables = [item for item in scope.sources if item.table is not None and item.table.path]
            named = [item for item in tables if item.table and naming.key(item.table.path[-1], quoted=True) == key]
            if named:
                return named[0] if len(named) == 1 else None
            scope = scope.parent
        return None

    def column(self, key: str, shown: str, origins: Origins) -> Deps | None:
        """Give the origins of an unqualified name; None if it is no column anywhere."""
        scope: Scope | None = self
        while scope is not None:
            found = scope.own(key, shown, origins)
            if found is not None:
                return found
            scope = scope.parent
        return None

    def any_source(self) -> bool:
        """Say whether there is a FROM here or around, so that a name should have been found."""
        return bool(self.sources) or (self.parent is not None and self.parent.any_source())

    def own(self, key: str, shown: str, origins: Origins) -> Deps | None:
        """Give the origins of a name in this scope alone."""
        if self.alias_mode == FIRST and key in self.aliases:
            return self.aliases[key]
        found = self.certain(key, origins)
        if found is not None:
            return found
        if self.alias_mode == AFTER_COLUMNS and key in self.aliases and key not in self.guessed:
            return self.aliases[key]
        guessed = self._guess(key, shown, origins)
        return self.aliases.get(key) if guessed is None and self.alias_mode == AT_LAST else guessed

    def certain(self, key: str, origins: Origins) -> Deps | None:
        """Give the origins of a name among the columns that are known to be here."""
        merged = self.merged.get(key)
        if merged is not None:
            return merged[1]
        first: Deps | None = None
        several: Deps | None = None
        for source in self.sources:
            deps = source.relation.known(key)
            if deps is None:
                continue
            if first is None:
                first = deps
                continue
            if several is None:
                several = dict(origins.doubt(first))
            add(several, origins.doubt(deps))
        return first if several is None else several

    def _guess(self, key: str, shown: str, origins: Origins) -> Deps | None:
        opens = [source.relation for source in self.sources if source.relation.opens]
        guesses = [deps for relation in opens if (deps := relation.named(key, shown, origins)) is not None]
        if not guesses:
            return None
        self.guessed.add(key)
        outer = self._outer(key, origins)
        if len(guesses) == 1 and outer is None:
            return guesses[0]
        several: Deps = {}
        for deps in [*guesses, *([outer] if outer is not None else [])]:
            add(several, origins.doubt(deps))
        return several

    def _outer(self, key: str, origins: Origins) -> Deps | None:
        scope = self.parent
        while scope is not None:
            found = scope.certain(key, origins)
            if found is not None:
                return found
            scope = scope.parent
        return None


def shown_and_key(identifier: exp.Expr, naming: Naming) -> tuple[str, str]:
    """Spell an identifier, and give what it is compared by."""
    args = identifier.args
    text = args.get("this")
    return naming.pair(text if isinstance(text, str) else identifier.name, bool(args.get("quoted")))
