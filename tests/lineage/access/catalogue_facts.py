"""The access facts of a PostgreSQL database, straight from its catalogue: the tests' own reading, to compare with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from lineage.facts import DatasetFact, EdgeFact, Fact, FieldFact, GrantFact, MemberFact, PrincipalFact, Seen, SystemFact
from lineage.model import (
    PUBLIC,
    Confidence,
    DatasetKind,
    EdgeEvidence,
    Exposure,
    Name,
    Principal,
    SourceId,
    Transformation,
)
from tests.lineage.access.worlds import World

SPACE = "postgres://test"
SEEN = Seen(SourceId("crm"), datetime(2026, 11, 1, tzinfo=UTC), "pg_catalog", "postgres")
_COPY = Transformation("DIRECT", "IDENTITY")
_ROWS = Transformation("INDIRECT", "FILTER")

_ROLES = "SELECT rolname, rolsuper, rolbypassrls, rolcanlogin FROM pg_roles"
_MEMBERS = """
SELECT m.rolname, r.rolname, a.inherit_option, a.set_option, a.admin_option
FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member JOIN pg_roles r ON r.oid = a.roleid
"""
_RELATIONS = """
SELECT n.nspname, c.relname, c.relkind, pg_get_userbyid(c.relowner), c.relrowsecurity, c.relforcerowsecurity,
       coalesce('security_invoker=true' = ANY (c.reloptions), false), p.nspname, pc.relname, c.relacl IS NULL
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class pc ON pc.oid = i.inhparent
LEFT JOIN pg_namespace p ON p.oid = pc.relnamespace
WHERE n.nspname = ANY (%s) AND c.relkind IN ('r', 'v', 'm', 'p')
"""
_COLUMNS = """
SELECT n.nspname, c.relname, a.attname, a.attnum
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY (%s) AND c.relkind IN ('r', 'v', 'm', 'p') AND a.attnum > 0 AND NOT a.attisdropped
"""
_GRANTS = """
SELECT ARRAY[current_database()]::text[], NULL, x.grantee, x.privilege_type
FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) x WHERE d.datname = current_database()
UNION ALL
SELECT ARRAY[current_database(), n.nspname], NULL, x.grantee, x.privilege_type
FROM pg_namespace n, aclexplode(coalesce(n.nspacl, acldefault('n', n.nspowner))) x WHERE n.nspname = ANY (%(schemas)s)
UNION ALL
SELECT ARRAY[current_database(), n.nspname, c.relname], NULL, x.grantee, x.privilege_type
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace,
     aclexplode(c.relacl) x
WHERE n.nspname = ANY (%(schemas)s) AND c.relkind IN ('r', 'v', 'm', 'p')
UNION ALL
SELECT ARRAY[current_database(), n.nspname, c.relname], a.attname, x.grantee, x.privilege_type
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace,
     aclexplode(a.attacl) x
WHERE n.nspname = ANY (%(schemas)s) AND NOT a.attisdropped
"""


def facts_of(connection: Any, made: World) -> Iterator[Fact]:
    """Give the facts of a world; the edges of its views are known from how it was made."""
    database = connection.execute("SELECT current_database()").fetchone()[0]
    yield SystemFact(SEEN, SPACE, "PostgreSQL", "18", complete_catalogue=True)
    yield from _principals(connection)
    yield from _datasets(connection, made, database)
    yield from _grants(connection, made)
    yield from _edges(made, database)


def named(made: World, database: str, relation: str, *column: str) -> Name:
    """Give the physical name of a relation of a world, or of its column."""
    return Name(SPACE, (database, made.relations[relation].schema, relation), column)


def _principals(connection: Any) -> Iterator[Fact]:
    for name, superuser, bypass, login in connection.execute(_ROLES):
        flags = (("superuser", superuser), ("bypass_row_security", bypass), ("login", login))
        yield PrincipalFact(SEEN, Principal(SPACE, name), frozenset(flag for flag, on in flags if on))
    for member, role, inherits, switchable, admin in connection.execute(_MEMBERS):
        yield MemberFact(SEEN, Principal(SPACE, member), Principal(SPACE, role), inherits, switchable, admin)


def _datasets(connection: Any, made: World, database: str) -> Iterator[Fact]:
    kinds = {"v": DatasetKind.VIEW, "m": DatasetKind.MATERIALIZED_VIEW, "p": DatasetKind.PARTITIONED}
    rows = connection.execute(_RELATIONS, [made.schemas])
    for schema, name, kind, owner, secured, forced, invoker, parent_schema, parent, untouched in rows:
        yield DatasetFact(
            SEEN,
            Name(SPACE, (database, schema, name)),
            DatasetKind.PARTITION if parent else kinds.get(kind, DatasetKind.TABLE),
            owner=owner,
            row_security=secured,
            row_security_forced=forced,
            runs_as_owner=not invoker,
            parent=Name(SPACE, (database, parent_schema, parent)) if parent else None,
            default_rights=untouched,
        )
    for schema, name, column, position in connection.execute(_COLUMNS, [made.schemas]):
        yield FieldFact(SEEN, Name(SPACE, (database, schema, name), (column,)), position, "integer")


def _grants(connection: Any, made: World) -> Iterator[Fact]:
    names = dict(connection.execute("SELECT oid, rolname FROM pg_roles").fetchall())
    for path, column, grantee, right in connection.execute(_GRANTS, {"schemas": made.schemas}):
        holder = PUBLIC if grantee == 0 else names[grantee]
        on = Name(SPACE, tuple(path), (column,) if column is not None else ())
        yield GrantFact(SEEN, Principal(SPACE, holder), on, right.lower())


def _edges(made: World, database: str) -> Iterator[Fact]:
    for view in made.relations.values():
        target = named(made, database, view.name)
        taken = {source for source in view.flows.values() if source}
        for column, source in view.flows.items():
            if source:
                yield _edge(named(made, database, *source), target.at(column), _COPY, Exposure.RAW)
        for base, columns in view.reads.items():
            for column in columns:
                if (base, column) not in taken:
                    yield _edge(named(made, database, base, column), target, _ROWS, Exposure.DERIVED)
            if not columns:
                yield _edge(named(made, database, base), target, _ROWS, Exposure.COUNT)


def _edge(source: Name, target: Name, transformation: Transformation, exposure: Exposure) -> EdgeFact:
    return EdgeFact(SEEN, source, target, transformation, exposure, Confidence.EXACT, EdgeEvidence.VIEW, "job")
