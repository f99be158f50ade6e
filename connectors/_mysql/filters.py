"""Whether the rows that a MariaDB account reads of a dataset lie within cells of the plan: by views, there is no more.

Definitions of views hold literals: they are read here, held against the plan's cells, and forgotten. A fact says the
answer only. Collations take different texts for equal: texts are compared where it is known which of them are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from connectors._confined import DEEPEST, EVERYTHING, Filter, of_view, within_cells
from connectors._mysql.session import Database
from connectors._sql import Failed
from connectors._sql_condition import filter_of_view
from lineage.access.rows import OPAQUE, Kind, inside
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
    yield from within_cells(
        profile,
        found,
        database.seen("information_schema"),
        lambda wanted: inside(*_comparable(found.given, wanted, columns)),
    )


def _filter(database: Database, schema: str, relation: str, depth: int) -> Filter:
    rows = database.rows(_RELATION, (schema, relation))
    if not rows or depth > DEEPEST:
        return Filter(OPAQUE)
    [(kind, definition)] = rows
    if kind != "VIEW":
        return EVERYTHING

    def beneath(base: tuple[str, ...]) -> Filter:
        place = base if len(base) == 2 else (schema, base[-1])
        return _filter(database, *place, depth + 1)

    view = filter_of_view(definition, "mysql") if definition else None
    return of_view(f"{schema}.{relation}", view, beneath)


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
