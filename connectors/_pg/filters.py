"""Whether the rows that an identity reads of a dataset lie within cells of the plan, by policies and views alone.

Expressions of policies and definitions of views hold literals: they are read here, held against the plan's cells, and
forgotten. A fact says the answer only. What is no comparison of a column with a constant is opaque.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from connectors._confined import DEEPEST, EVERYTHING, Filter, of_view, within_cells
from connectors._pg.access import begins_as
from connectors._pg.session import Database
from connectors._sql import Failed
from connectors._sql_condition import condition, filter_of_view
from lineage.access.rows import OPAQUE, Kind, inside
from lineage.connector import Profile
from lineage.facts import ConfinedFact
from lineage.predicate import And, Or, Predicate

_RELATION: Final = """
SELECT c.oid, c.relkind::text, pg_get_userbyid(c.relowner),
       coalesce((SELECT o.option_value::boolean FROM pg_options_to_table(c.reloptions) o
                 WHERE o.option_name = 'security_invoker'), false),
       c.relrowsecurity AND NOT (r.rolsuper OR r.rolbypassrls)
         AND (c.relforcerowsecurity OR NOT pg_has_role(r.oid, c.relowner, 'USAGE')),
       CASE WHEN c.relkind = 'v' THEN pg_get_viewdef(c.oid) END
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace, pg_roles r
WHERE n.nspname = %(schema)s AND c.relname = %(relation)s AND r.rolname = %(role)s"""
_POLICIES: Final = """
SELECT p.polpermissive, pg_get_expr(p.polqual, p.polrelid) FROM pg_policy p
WHERE p.polrelid = %(oid)s AND p.polcmd IN ('r', '*') AND (0 = ANY (p.polroles) OR EXISTS (
  SELECT FROM unnest(p.polroles) m WHERE m <> 0 AND pg_has_role(%(role)s::name, m, 'USAGE')))"""
_COLUMNS: Final = """
SELECT a.attname, t.typname, coalesce(l.collisdeterministic, true) FROM pg_attribute a
JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE a.attrelid = %(oid)s AND a.attnum > 0 AND NOT a.attisdropped"""
_KINDS: Final = {
    "text": Kind.TEXT,
    "varchar": Kind.TEXT,
    "int2": Kind.WHOLE,
    "int4": Kind.WHOLE,
    "int8": Kind.WHOLE,
    "numeric": Kind.NUMBER,
    "date": Kind.DATE,
    "bool": Kind.TRUTH,
}


def confined(database: Database, profile: Profile) -> Iterator[ConfinedFact]:
    """Answer for each few of a profile's cells whether the identity's rows lie within them."""
    identity = database.context.identity
    if identity is None or not profile.cells or profile.relation.name.path[0] != database.name:
        return
    *_, schema, relation = profile.relation.name.path
    try:
        identity = begins_as(database, identity)
        found = _filter(database, schema, relation, identity, identity, 0)
        kinds = _kinds(database, schema, relation, identity)
    except Failed:
        return  # what cannot be read here is told by the structure and the rows themselves
    yield from within_cells(
        profile, found, database.seen("pg_catalog"), lambda wanted: inside(found.given, wanted, kinds)
    )


def _filter(database: Database, schema: str, relation: str, role: str, reader: str, depth: int) -> Filter:
    """Give what `role` is let through to of a relation; beneath views of its reader's rights `reader` is asked."""
    rows = database.rows(_RELATION, {"schema": schema, "relation": relation, "role": role})
    if not rows or depth > DEEPEST:
        return Filter(OPAQUE)
    oid, kind, owner, invoker, bound, definition = rows[0]
    short = f"{schema}.{relation}"
    if kind == "v":
        return _of_view(database, short, definition, reader if invoker else owner, reader, depth)
    if not bound:
        return EVERYTHING
    policies = database.rows(_POLICIES, {"oid": oid, "role": role})
    allowed = Or(tuple(_condition(text) for permissive, text in policies if permissive))
    limits = tuple(_condition(text) for permissive, text in policies if not permissive)
    return Filter(And((allowed, *limits)), (f"the row policies of {short}",))


def _condition(text: str | None) -> Predicate:
    # A policy without an expression lets nothing be limited: it is true.
    return And(()) if text is None else condition(text, "postgres")


def _of_view(database: Database, short: str, definition: str, checked: str, reader: str, depth: int) -> Filter:
    def beneath(base: tuple[str, ...]) -> Filter | None:
        if len(base) != 2:
            return None
        base_kind = database.rows(_RELATION, {"schema": base[0], "relation": base[1], "role": checked})
        asked = reader if base_kind and base_kind[0][1] == "v" else checked
        return _filter(database, *base, asked, reader, depth + 1)

    return of_view(short, filter_of_view(definition, "postgres"), beneath)


def _kinds(database: Database, schema: str, relation: str, role: str) -> Mapping[str, Kind]:
    rows = database.rows(_RELATION, {"schema": schema, "relation": relation, "role": role})
    if not rows:
        return {}
    columns = database.rows(_COLUMNS, {"oid": rows[0][0]})
    # Where a collation takes different texts for equal, nothing is decided.
    return {name: _KINDS[kind] for name, kind, exact in columns if kind in _KINDS and exact}
