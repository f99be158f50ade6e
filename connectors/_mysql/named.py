"""What MariaDB asks rights for when a query runs: each table that its text reaches, and each column that it names.

That is more than what flows: a column of a derived table is asked for though nobody takes it up. And it is less: of a
WITH that nothing reads nothing is asked. The server keeps a view's text with every name spelt out; it stays here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from connectors._views import Asked

if TYPE_CHECKING:
    from sqlglot.expressions import Expr
    from sqlglot.optimizer.scope import Scope

Path = tuple[str, ...]


def asked_by(definition: str) -> Asked | None:
    """Give what the definition of a view asks rights for; None where its names could not be followed."""
    import sqlglot
    from sqlglot.errors import SqlglotError

    try:
        return asked_of(sqlglot.parse_one(definition, read="mysql"))
    except (SqlglotError, RecursionError):
        return None


def asked_of(query: Expr) -> Asked | None:
    """Give what a query asks rights for; None where its names could not be followed.

    Raises:
        SqlglotError: it is no query that sqlglot understands.
    """
    from sqlglot.optimizer.scope import build_scope

    root = build_scope(query)
    if root is None:
        return None
    asked = Asked()
    for scope in _reached(root):
        for path in (path for paths in _tables(scope).values() for path in paths):
            asked.columns.setdefault(path, set())
        if not all(_take(asked, scope, column) for column in _named(scope)):
            return None
    asked.calls.update(_called(query))
    return asked


def _called(query: Expr) -> Iterator[Path]:
    """Give the functions that are called by a name with a schema: others are the server's own."""
    from sqlglot import exp

    for dot in query.find_all(exp.Dot):
        if isinstance(dot.expression, exp.Anonymous):
            yield dot.this.name, dot.expression.name


def _reached(root: Scope) -> Iterator[Scope]:
    """Give the queries that are run: a WITH only where something reads it."""
    from sqlglot.optimizer.scope import Scope

    stack, known = [root], set()
    while stack:
        scope = stack.pop()
        if id(scope) in known:
            continue
        known.add(id(scope))
        yield scope
        read = (source for _, source in scope.selected_sources.values() if isinstance(source, Scope))
        inside = (scope.derived_table_scopes, scope.subquery_scopes, scope.set_operation_scopes, scope.udtf_scopes)
        stack.extend((*read, *(one for several in inside for one in several or ())))


def _tables(scope: Scope) -> dict[str, set[Path]]:
    """Give what a column may call a table by -> the tables; what has no schema is no table, but a WITH."""
    found: dict[str, set[Path]] = {}
    for table in scope.tables:
        if table.db:
            path = (table.db, table.name)
            # Without an alias the columns of a table are written with its schema, those of a view are not.
            for name in (table.alias,) if table.alias else (table.name, ".".join(path)):
                found.setdefault(name.casefold(), set()).add(path)
    return found


def _named(scope: Scope) -> Iterator[Path]:
    """Give the columns that a query names with their table, as they are written."""
    for column in scope.columns:
        if column.table:
            yield tuple(part for part in (column.db, column.table, column.name) if part)


def _take(asked: Asked, scope: Scope, column: Path) -> bool:
    """Note a column of the nearest query around that has its table; False where several could be meant, or none."""
    from sqlglot.optimizer.scope import Scope

    *place, name = column
    wanted = ".".join(place).casefold()
    here: Scope | None = scope
    while here is not None:
        if paths := _tables(here).get(wanted):
            for path in paths:
                asked.columns.setdefault(path, set()).add(name)
            return len(paths) == 1
        if any(
            alias.casefold() == wanted and isinstance(of, Scope) for alias, (_, of) in here.selected_sources.items()
        ):
            return True
        here = here.parent
    return False
