"""How a dialect folds names, and which dataset of the schema a name in the text means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lineage.sql.result import Path

Columns = Iterable[str | tuple[str, ...]] | Mapping[str, object]
"""Names; a path (`("address", "city")`), or a mapping behind a name, says that the column is a struct."""
Schema = Mapping[tuple[str, ...], Columns] | Mapping[str, Columns]

_LOWER = frozenset({"postgres", "materialize", "risingwave"})
_UPPER = frozenset({"snowflake", "oracle", "exasol"})
_SENSITIVE = frozenset({"clickhouse"})

LATERAL_ALIASES = frozenset(
    {"snowflake", "redshift", "databricks", "spark", "duckdb", "clickhouse", "teradata", "mysql_having", "dremio"}
)
"""Dialects where a select item may use the alias of an earlier one."""
ALIASES_IN_WHERE = frozenset({"snowflake", "duckdb", "sqlite", "clickhouse", "teradata", "redshift", "databricks"})
IMPLICIT_LATERAL = frozenset({"duckdb"})
USING_IN_PLACE = frozenset({"duckdb", "sqlite", "clickhouse"})
"""Dialects where `SELECT *` leaves the column of USING where it stands in the left table, not first."""
CAST_KEEPS_NAME = frozenset({"", "postgres", "redshift", "materialize", "risingwave", "spark", "databricks"})
"""Dialects where `CAST(x AS ...)` without an alias is still called x (of an unknown one it is the best guess)."""
_PSEUDO = {
    "postgres": {"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid", "oid"},
    "sqlite": {"rowid", "oid", "_rowid_"},
    "oracle": {
        "rownum",
        "rowid",
        "level",
        "sysdate",
        "systimestamp",
        "user",
        "uid",
        "ora_rowscn",
        "nextval",
        "currval",
    },
    "duckdb": {"rowid"},
    "bigquery": {"_partitiontime", "_partitiondate", "_table_suffix", "_file_name"},
    "databricks": {"_metadata"},
}


_NAMES = 50_000


class Naming:
    """The rule by which a dialect tells names apart (`key`) and prints them (`shown`)."""

    __slots__ = ("_numbered", "dialect", "literals", "pseudo", "quoted_may_be_text", "rule", "unquoted")

    def __init__(self, dialect: str, unquoted: dict[str, tuple[str, str]] | None = None) -> None:
        self.dialect = dialect
        self.literals: frozenset[str] = frozenset()
        """Texts of the statement's string literals that are no names as well."""
        self._numbered: dict[str, str] = {}
        self.unquoted: dict[str, tuple[str, str]] = {} if unquoted is None else unquoted
        """Spelling and key of the unquoted names met so far, which are the same in every statement."""
        self.pseudo = _PSEUDO.get(dialect, frozenset[str]())
        self.quoted_may_be_text = dialect == "sqlite"
        if dialect in _LOWER:
            self.rule = "lower"
        elif dialect in _UPPER:
            self.rule = "upper"
        else:
            self.rule = "exact" if dialect in _SENSITIVE else "any"

    def key(self, text: str, quoted: bool = False) -> str:
        """Give what two spellings of one name have in common."""
        if quoted and text in self.literals:
            return self._place_of(text)
        return self.folded(text, quoted)

    def folded(self, text: str, quoted: bool = False) -> str:
        """Give what a name is compared by, also where a literal makes the name (PIVOT)."""
        if self.rule == "any":
            return text.lower()
        if quoted or self.rule == "exact":
            return text
        return text.lower() if self.rule == "lower" else text.upper()

    def shown(self, text: str, quoted: bool = False) -> str:
        """Spell a name as the system will list it."""
        if quoted and text in self.literals:
            return self._place_of(text)
        if quoted or self.rule in {"any", "exact"}:
            return text
        return text.lower() if self.rule == "lower" else text.upper()

    def keys(self, columns: Iterable[str]) -> list[str]:
        """Give the keys of a dataset's columns.

        Where none is spelt as the dialect folds names, whoever wrote the schema down did not care for case.
        """
        spelt = [self.folded(name, quoted=True) for name in columns]
        folded = [self.folded(name) for name in columns]
        return spelt if set(spelt) & set(folded) else folded

    def pair(self, text: str, quoted: bool) -> tuple[str, str]:
        """Give `shown` and `key` of a name."""
        if quoted:
            return self.shown(text, quoted), self.key(text, quoted)
        found = self.unquoted.get(text)
        if found is None:
            if len(self.unquoted) > _NAMES:
                self.unquoted.clear()
            found = self.unquoted[text] = (self.shown(text), self.key(text))
        return found

    def _place_of(self, text: str) -> str:
        # `FROM 'people.csv'`, `SELECT x 'label'`: a literal in the place of a name stays out of the result.
        return self._numbered.setdefault(text, f"_text_{len(self._numbered) + 1}")


Struct = dict[str, tuple[str, "Struct"]]
"""The fields of a struct by key, each with its spelling and the fields inside it."""
Shape = tuple[list[str], dict[str, int]]
"""The keys of a dataset's columns, and the place of each by key and by spelling; of namesakes the first."""


class Table:
    """A dataset of the schema, or one that the text only names (`columns` is None)."""

    __slots__ = ("cols", "columns", "ident", "index", "keys", "path", "structs")

    def __init__(
        self, ident: int, path: Path, columns: list[str] | None, shape: Shape, structs: Struct | None = None
    ) -> None:
        self.structs = structs or {}
        self.ident = ident
        self.path = path
        self.columns = columns
        self.keys, self.index = shape
        self.cols: list[dict[int, int] | None] = [None] * len(self.keys)
        """Origins of the columns met so far, shared by all places of a script that read the dataset."""


class Datasets:
    """The datasets of a schema by every suffix of their path, read once for many statements."""

    def __init__(self, schema: Schema | None, naming: Naming, default_schema: str | None) -> None:
        self.naming = naming
        self.default = tuple(default_schema.split(".")) if default_schema else ()
        self._columns: dict[Path, list[str]] = {}
        self._suffixes: dict[Path, list[Path]] = {}
        self._loose: dict[Path, list[Path]] | None = None
        self._shapes: dict[Path, tuple[list[str], Shape]] = {}
        self._meant: dict[tuple[Path, Path], tuple[Path, list[str] | None]] = {}
        self._structs: dict[Path, Struct] = {}
        for name, columns in (schema or {}).items():
            path = tuple(name.split(".")) if isinstance(name, str) else tuple(name)
            names, structs = _laid_out(columns, naming)
            self.add(path, names)
            if structs:
                self._structs[path] = structs

    def add(self, path: Path, columns: list[str]) -> None:
        """Learn a dataset, or learn its columns anew."""
        if path not in self._columns:
            key = tuple(self.naming.key(part, quoted=True) for part in path)
            for start in range(len(key)):
                self._suffixes.setdefault(key[start:], []).append(path)
            self._loose = None
        self._columns[path] = columns
        self._meant.clear()

    def structs(self, path: Path) -> Struct | None:
        """Give the columns of a dataset that have fields of their own."""
        return self._structs.get(path)

    def columns(self, path: Path) -> list[str] | None:
        """Give the columns of a dataset of the schema."""
        return self._columns.get(path)

    def shape(self, path: Path, columns: list[str]) -> Shape:
        """Give the keys of a dataset's columns, worked out once for all statements that read it."""
        known = self._shapes.get(path)
        if known is not None and known[0] is columns:
            return known[1]
        keys = self.naming.keys(columns)
        index: dict[str, int] = {}
        for position, key in (*enumerate(keys), *enumerate(columns)):
            index.setdefault(key, position)
        if self._columns.get(path) is columns:
            self._shapes[path] = (columns, (keys, index))
        return keys, index

    def resolve(self, shown: Path, key: Path) -> tuple[Path, list[str] | None]:
        """Find the dataset that a name in the text means; its columns are None when the schema does not know it."""
        if (shown, key) not in self._meant:
            if len(self._meant) > _NAMES:
                self._meant.clear()
            self._meant[shown, key] = self._resolve(shown, key)
        return self._meant[shown, key]

    def _resolve(self, shown: Path, key: Path) -> tuple[Path, list[str] | None]:
        found = None
        if self.default and len(key) <= len(self.default):
            full = tuple(
                self.naming.key(part, quoted=True) for part in self.default[: len(self.default) - len(key) + 1]
            )
            found = self._one((*full, *key))
        found = found or self._one(key)
        if found is not None:
            return found, self._columns[found]
        missing = len(self.default) + 1 - len(shown)
        return (*self.default[: max(missing, 0)], *shown), None

    def _one(self, key: Path) -> Path | None:
        paths = self._suffixes.get(key)
        if paths is None:
            if self._loose is None:
                self._loose = {}
                for suffix, known in self._suffixes.items():
                    self._loose.setdefault(tuple(part.lower() for part in suffix), []).extend(known)
            paths = self._loose.get(tuple(part.lower() for part in key), [])
        # A name that fits several datasets is nobody's: guessing one would be a guess told as fact.
        exact = [path for path in paths if len(path) == len(key)]
        if len(exact) == 1:
            return exact[0]
        return paths[0] if len(paths) == 1 else None


def _laid_out(columns: Columns, naming: Naming) -> tuple[list[str], Struct]:
    """Give the names of columns, and the fields of those that are structs."""
    if isinstance(columns, Mapping):
        held = {name: _fields(inside, naming) for name, inside in columns.items()}
        return list(held), {naming.key(name, quoted=True): (name, inside) for name, inside in held.items() if inside}
    names: dict[str, None] = {}
    structs: Struct = {}
    for item in columns:
        first, *below = (item,) if isinstance(item, str) else item
        names[first] = None
        place = structs
        for name in (first, *below) if below else ():
            place = place.setdefault(naming.key(name, quoted=True), (name, {}))[1]
    return list(names), structs


def _fields(inside: object, naming: Naming) -> Struct:
    if not isinstance(inside, Mapping):
        return {}
    return {naming.key(str(name), quoted=True): (str(name), _fields(below, naming)) for name, below in inside.items()}
