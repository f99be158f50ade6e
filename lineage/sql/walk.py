"""What one statement's walk carries along: the datasets, the numbered source columns, and what could not be decided."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from lineage.model import Exposure
from lineage.sql.naming import Datasets, Naming, Table
from lineage.sql.relation import Deps, Origins, Relation, Scope, Source, base
from lineage.sql.result import Path

if TYPE_CHECKING:
    from sqlglot import exp

    from lineage.sql.writes import Write

Env = Mapping[str, Relation]
"""The queries of WITH that a place in the text can name."""
Stack = list[tuple["exp.Expr", int]]
Handler = Callable[["Walk", Scope, "exp.Expr", int, Stack, Deps], None]
Rules = dict[type["exp.Expr"], int | Handler]
Query = Callable[["Walk", "exp.Expr", Scope | None, Env], Relation]
Change = Callable[["Walk", "exp.Expr", Env], Relation]


class Local:
    """A dataset that the script itself made: its columns are known, and a temporary one is read through."""

    __slots__ = ("columns", "key", "path", "through")

    def __init__(self, path: Path, key: Path, columns: list[str], through: Relation | None) -> None:
        self.path = path
        self.key = key
        self.columns = columns
        self.through = through


class Walk:
    """The state of a walk over the statements of one script."""

    __slots__ = (
        "_locals",
        "_tables",
        "around",
        "beside",
        "change",
        "chosen",
        "datasets",
        "doubts",
        "functions",
        "naming",
        "origins",
        "query",
        "reads",
        "rules",
        "spread",
    )

    def __init__(
        self, datasets: Datasets, rules: Rules, functions: Mapping[str, Exposure], query: Query, change: Change
    ) -> None:
        self.datasets = datasets
        self.naming = Naming(datasets.naming.dialect, datasets.naming.unquoted)
        self.rules = rules
        """Step or handler of each kind of node; kinds met for the first time are added."""
        self.functions = functions
        self.query = query
        """How a query inside an expression becomes a relation (a parameter, since the modules need each other)."""
        self.change = change
        """How an INSERT, UPDATE or DELETE inside WITH becomes the relation that it returns."""
        self.origins = Origins()
        self.reads: dict[Path, None] = {}
        self.doubts: dict[str, None] = {}
        """Reasons why a part of the statement is not understood."""
        self.beside: list[Write] = []
        """What the statement writes inside WITH."""
        self.around: dict[str, Source] = {}
        """Rows that a body names without FROM: those of a loop, NEW and OLD of a trigger."""
        self.chosen: Deps | None = None
        """The column that COLUMNS(...) stands for while it is read for one of them."""
        self.spread: exp.Expr | None = None
        """COLUMNS(...) that was met and stands for many columns."""
        self._tables: dict[Path, Table] = {}
        self._locals: dict[str, list[Local]] = {}

    def begin(self, literals: frozenset[str]) -> None:
        """Start a statement, whose string literals must not become names."""
        self.naming.literals = literals
        self.reads = {}
        self.doubts = {}
        self.beside = []

    def table(self, path: Path, columns: list[str] | None) -> Table:
        """Number a dataset of the script."""
        table = self._tables.get(path)
        if table is None or table.columns is not columns:
            shape = self.datasets.shape(path, columns) if columns is not None else ([], {})
            ident = self.origins.idents = self.origins.idents + 1
            structs = self.datasets.structs(path) if columns is self.datasets.columns(path) else None
            table = self._tables[path] = Table(ident, path, columns, shape, structs)
        return table

    def learn(self, path: Path, key: Path, columns: list[str], through: Relation | None = None) -> None:
        """Note what the script made, for the statements that follow."""
        known = self._locals.setdefault(key[-1], [])
        known[:] = [item for item in known if item.path != path]
        known.insert(0, Local(path, key, columns, through))

    def spelt(self, path: Path | None, names: list[str]) -> list[str]:
        """Spell the columns of a target as the schema does."""
        columns = self.datasets.columns(path) if path is not None else None
        if not columns:
            return names
        known = dict(zip(self.naming.keys(columns), columns, strict=True))
        exact = set(columns)
        return [name if name in exact else known.get(self.naming.key(name, quoted=True), name) for name in names]

    def made(self, key: Path) -> bool:
        """Say whether the script itself made a dataset of that name."""
        return any(item.key == key for item in self._locals.get(key[-1], ()))

    def forget(self, key: Path) -> None:
        """Note that what the script made is dropped."""
        known = self._locals.get(key[-1], [])
        known[:] = [item for item in known if item.key[-len(key) :] != key]

    def rename(self, key: Path, to: tuple[Path, Path]) -> bool:
        """Call a temporary table of the script by another name; False where it is none."""
        found = next((item for item in self._locals.get(key[-1], ()) if item.key[-len(key) :] == key), None)
        if found is None or found.through is None:
            return False
        self.forget(key)
        self.learn(*to, found.columns, found.through)
        return True

    def place(self, shown: Path, key: Path) -> tuple[Path, list[str] | None, Relation | None]:
        """Find the dataset that a name means: its path, its columns, and what to read in its stead."""
        for item in self._locals.get(key[-1], ()) if key else ():
            if item.key[-len(key) :] == key or key[-len(item.key) :] == item.key:
                return item.path, item.columns, item.through
        path, columns = self.datasets.resolve(shown, key)
        return path, columns, None

    def dataset(self, shown: Path, key: Path) -> tuple[Relation, Table | None]:
        """Read a dataset by the name in the text."""
        path, columns, through = self.place(shown, key)
        if through is not None:
            return through, None
        table = self.table(path, columns)
        self.reads[path] = None
        return base(table, self.origins), table

    def doubt(self, reason: str) -> None:
        """Note that a part of the statement is not understood."""
        self.doubts[reason] = None
