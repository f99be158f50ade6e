"""Whether the rows that a MariaDB account reads of a dataset lie within cells of the plan: by views, there is no more.

Definitions of views hold literals: they are read here, held against the plan's cells, and forgotten. A fact says the
answer only. Collations take different texts for equal: texts are compared where it is known which of them are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final

from connectors._mysql.session import Database
from connectors._sql import Failed
from connectors._sql_condition import filter_of_view
from lineage.access.rows import OPAQUE, Kind, inside, over_columns
from lineage.connector import Profile
from lineage.facts import ConfinedFact
from lineage.predicate import And, Between, Compare, IsIn, Not, Or, Predicate, Value

_RELATION: Final = """
SELECT t.TABLE_TYPE, v.VIEW_DEFINITION FROM information_schema.TABLES t
LEFT JOIN information_schema.VIEWS v ON v.TABLE_SCHEMA = t.TABLE_SCHEMA AND v.TABLE_NAME = t.TABLE_NAME
WHERE t.TABLE_SCHEMA = %s AND t.TABLE_NAME = %s"""
_COLUMNS: Final = """
SELECT COLUMN_NAME, DATA_TYPE, COLLATION_NAME FROM information_schema.COLUMNS
WHERE TABLE_SCHEMA = %s AND TABLE_NAME = %s"""
_KINDS: Final = {
    **dict.fromkeys(("char", "varchar", "text", "tinytext", "mediumtext", "longtext"), Kind.TEXT),
    **dict.fromkeys(("tinyint", "smallint", "mediumint", "int", "bigint"), Kind.WHOLE),
    "decimal": Kind.NUMBER,
    "date": Kind.DATE,
}
_PLAIN: Final = re.compile(r"[A-Za-z0-9_./:-]+(?: +[A-Za-z0-9_./:-]+)*", re.ASCII)
"""Texts of which it is known when a collation takes two for equal: no accents, and no space at the end."""
_DEEPEST: Final = 8
_MOST_CELLS: Final = 6
_MOST_AT_ONCE: Final = 3


@dataclass(frozen=True, slots=True)
class _Filter:
    """What a relation lets through, over its columns, and what says so."""

    given: Predicate
    by: tuple[str, ...] = ()


def confined(database: Database, profile: Profile) -> Iterator[ConfinedFact]:
    """Answer for each few of a profile's cells whether the rows that can be read lie within them."""
    if database.context.identity is None or not profile.cells:
        return
    schema, relation = profile.relation.name.path[-2:]
    try:
        found = _filter(database, schema, relation, 0)
        columns = database.rows(_COLUMNS, (schema, relation))
    except Failed:
        return  # what cannot be read here is told by the structure and the rows themselves
    spelt = {name: column.path[0] for name, column in profile.relation.columns.items() if len(column.path) == 1}
    cells = profile.cells[:_MOST_CELLS]
    for size in range(1, min(len(cells), _MOST_AT_ONCE) + 1):
        for few in combinations(cells, size):
            wanted = over_columns(Or(few) if size > 1 else few[0], spelt)
            given, wanted, kinds = _comparable(found.given, wanted, columns)
            answer = inside(given, wanted, kinds)
            dataset, keys = profile.relation.dataset, tuple(str(cell) for cell in few)
            seen = database.seen("information_schema")
            yield ConfinedFact(seen, dataset, keys, answer.answer, found.by, answer.because)


def _filter(database: Database, schema: str, relation: str, depth: int) -> _Filter:
    rows = database.rows(_RELATION, (schema, relation))
    if not rows or depth > _DEEPEST:
        return _Filter(OPAQUE)
    [(kind, definition)] = rows
    if kind != "VIEW":
        return _Filter(And(()))
    short = f"{schema}.{relation}"
    view = filter_of_view(definition, "mysql") if definition else None
    if view is None:
        return _Filter(OPAQUE, (f"the definition of {short}",))
    by = (f"the filter of the view {short}",) if view.where is not None else ()
    given = (view.where,) if view.where is not None else ()
    if view.base is None:
        return _Filter(And(given), by)
    place = view.base if len(view.base) == 2 else (schema, view.base[-1])
    beneath = _filter(database, *place, depth + 1)
    return _Filter(And((*given, over_columns(beneath.given, view.columns))), (*by, *beneath.by))


def _comparable(
    given: Predicate, wanted: Predicate, columns: list[tuple[str, str, str | None]]
) -> tuple[Predicate, Predicate, Mapping[str, Kind]]:
    """Give both conditions with texts that a collation takes for equal made one, and the fields that compare."""
    kinds = {name: _KINDS[kind.lower()] for name, kind, _ in columns if kind.lower() in _KINDS}
    for name, _, collation in columns:
        if kinds.get(name) is not Kind.TEXT:
            continue
        folds = (collation or "").endswith("_ci")
        if not folds and not (collation or "").endswith(("_bin", "_cs")):
            del kinds[name]
            continue
        texts = [value for part in (given, wanted) for value in _values(part, name)]
        if not all(isinstance(text, str) and _PLAIN.fullmatch(text) for text in texts):
            del kinds[name]
        elif folds:
            given, wanted = _folded(given, name), _folded(wanted, name)
    return given, wanted, kinds


def _values(condition: Predicate, field: str) -> Iterator[Value]:
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _values(part, field)
        case Not(part):
            yield from _values(part, field)
        case Compare(name, _, value) if name == field:
            yield value
        case IsIn(name, values) if name == field:
            yield from values
        case Between(name, low, high) if name == field:
            yield from (low, high)


def _folded(condition: Predicate, field: str) -> Predicate:
    match condition:
        case And(parts):
            return And(tuple(_folded(part, field) for part in parts))
        case Or(parts):
            return Or(tuple(_folded(part, field) for part in parts))
        case Not(part):
            return Not(_folded(part, field))
        case Compare(name, _, str(value)) if name == field:
            return replace(condition, value=value.lower())
        case IsIn(name, values) if name == field:
            return IsIn(name, tuple(value.lower() if isinstance(value, str) else value for value in values))
    return condition
