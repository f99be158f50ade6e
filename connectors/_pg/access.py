"""Who there is in a PostgreSQL server, who is a member of whom, and who was granted what in this database.

Everything is read from the catalogue by number, which CONNECT alone allows. Defaults that no list spells out are added
by the server (`acldefault`): PUBLIC may connect to a database and run a routine until it is revoked. What an owner
may do with a relation follows from `DatasetFact.owner`; predefined roles are ordinary roles, their meaning is not said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from connectors._pg.powers import powers
from connectors._pg.session import Database
from connectors._pg.structure import OURS
from lineage.facts import FutureGrantFact, GrantFact, MemberFact, PrincipalFact, UnseenFact
from lineage.model import PUBLIC

_ATTRIBUTES: Final = (
    "login",
    "superuser",
    "bypass_row_security",
    "replication",
    "create_role",
    "create_database",
)
_ROLES: Final = """
SELECT rolname, rolcanlogin, rolsuper, rolbypassrls, rolreplication, rolcreaterole, rolcreatedb
FROM pg_roles ORDER BY rolname"""
# Since PostgreSQL 16 each membership says whether it inherits and may be switched to, and may be there once a grantor.
# A role may be set for a login, a database or both: the nearest setting counts, where the login may become that role.
BEGINS: Final = """
SELECT m.rolname, r.rolname FROM pg_roles m CROSS JOIN LATERAL (
  SELECT substr(line, 6) AS role FROM pg_db_role_setting s CROSS JOIN LATERAL unnest(s.setconfig) line
  WHERE s.setrole IN (0, m.oid) AND line LIKE 'role=%%'
    AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
  ORDER BY s.setrole <> 0 DESC, s.setdatabase <> 0 DESC LIMIT 1) x
JOIN pg_roles r ON r.rolname = x.role
WHERE r.oid <> m.oid AND pg_has_role(m.oid, r.oid, '{right}')"""
_MEMBERS: Final = """
SELECT m.rolname, r.rolname, bool_or({inherits}), bool_or({switches}), bool_or(a.admin_option), false
FROM pg_auth_members a JOIN pg_roles m ON m.oid = a.member JOIN pg_roles r ON r.oid = a.roleid
GROUP BY m.rolname, r.rolname
UNION ALL
SELECT pg_get_userbyid(d.datdba), r.rolname, true, false, false, false
FROM pg_database d, pg_roles r WHERE d.datname = current_database() AND r.rolname = 'pg_database_owner'
UNION ALL
SELECT b.*, false, false, false, true FROM ({begins}) b
ORDER BY 1, 2, 6"""
_GRANTS: Final = f"""
WITH lists(schema, relation, field, acl) AS (
  SELECT NULL::name, NULL::text, NULL::name, coalesce(d.datacl, acldefault('d', d.datdba))
  FROM pg_database d WHERE d.datname = current_database()
  UNION ALL
  SELECT n.nspname, NULL, NULL, coalesce(n.nspacl, acldefault('n', n.nspowner)) FROM pg_namespace n WHERE {OURS}
  UNION ALL
  SELECT n.nspname, c.relname, NULL, c.relacl FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relacl IS NOT NULL AND c.relkind IN ('r', 'v', 'm', 'p', 'f') AND {OURS}
  UNION ALL
  SELECT n.nspname, c.relname, a.attname, a.attacl FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE a.attacl IS NOT NULL AND NOT a.attisdropped AND c.relkind IN ('r', 'v', 'm', 'p', 'f') AND {OURS}
  UNION ALL
  SELECT n.nspname, p.proname || '(' || oidvectortypes(p.proargtypes) || ')', NULL,
         coalesce(p.proacl, acldefault('f', p.proowner))
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
  WHERE {OURS} AND p.prokind IN ('f', 'p', 'a') AND NOT EXISTS (
    SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'))
SELECT l.schema, l.relation, l.field, CASE WHEN x.grantee = 0 THEN NULL ELSE r.rolname END,
       lower(x.privilege_type), bool_or(x.is_grantable)
FROM lists l CROSS JOIN LATERAL aclexplode(l.acl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
WHERE (x.grantee = 0 OR r.oid IS NOT NULL) AND lower(x.privilege_type) IN
  ('select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger', 'usage', 'connect', 'create',
   'execute')
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1 NULLS FIRST, 2 NULLS FIRST, 3 NULLS FIRST, 4 NULLS FIRST, 5"""  # noqa: S608 - made of our own constants

_FUTURE: Final = """
SELECT pg_get_userbyid(d.defaclrole), n.nspname,
       CASE d.defaclobjtype WHEN 'r' THEN 'table' WHEN 'S' THEN 'sequence' WHEN 'f' THEN 'routine'
                            WHEN 'T' THEN 'type' WHEN 'n' THEN 'schema' ELSE 'object' END,
       CASE WHEN x.grantee = 0 THEN NULL ELSE pg_get_userbyid(x.grantee) END, lower(x.privilege_type)
FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
CROSS JOIN LATERAL aclexplode(d.defaclacl) x
WHERE x.grantee <> d.defaclrole ORDER BY 1, 2 NULLS FIRST, 3, 4 NULLS FIRST, 5"""

_MAPPINGS: Final = f"""
SELECT n.nspname, c.relname, CASE WHEN m.umuser = 0 THEN NULL ELSE m.usename END
FROM pg_foreign_table f JOIN pg_class c ON c.oid = f.ftrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_user_mappings m ON m.srvid = f.ftserver
WHERE {OURS} AND (m.umuser = 0 OR m.usename IS NOT NULL) ORDER BY 1, 2, 3 NULLS FIRST"""  # noqa: S608 - made of our own constants


def read_access(database: Database) -> Iterator[PrincipalFact | MemberFact | GrantFact | FutureGrantFact | UnseenFact]:
    """Read principals, memberships and grants: six statements, however many relations there are."""
    yield from _principals(database)
    yield from _members(database)
    yield from _grants(database)
    yield from _mappings(database)
    yield from _future(database)


def begins(version: int) -> str:
    """Give the query of who begins as whom, its `%` doubled as for a statement with parameters."""
    return BEGINS.format(right="SET" if version >= 160_000 else "MEMBER")


def begins_as(database: Database, identity: str) -> str:
    """Give the role with whose rights the sessions of an identity begin: itself unless a setting names another."""
    found = database.rows(f"{begins(database.version)} AND m.rolname = %(identity)s", {"identity": identity})
    return str(found[0][1]) if found else identity


def _principals(database: Database) -> Iterator[PrincipalFact | UnseenFact]:
    seen = database.seen()
    held = powers(database)
    yield PrincipalFact(seen, database.principal(PUBLIC), held.get(PUBLIC, frozenset()))
    for name, *flags in database.rows(_ROLES):
        if name == PUBLIC:
            settle = "rename that role: it cannot be told from everybody"
            yield UnseenFact(seen, "access", f"a role is called {PUBLIC}", settle)
            continue
        attributes = frozenset(word for word, on in zip(_ATTRIBUTES, flags, strict=True) if on)
        yield PrincipalFact(seen, database.principal(name), attributes | held.get(name, frozenset()))


def _members(database: Database) -> Iterator[MemberFact]:
    modern = database.version >= 160_000
    statement = _MEMBERS.format(
        inherits="a.inherit_option" if modern else "m.rolinherit",
        switches="a.set_option" if modern else "true",
        begins=begins(database.version).replace("%%", "%"),
    )
    seen = database.seen()
    for member, role, *said in database.rows(statement):
        yield MemberFact(seen, database.principal(member), database.principal(role), *said)


def _grants(database: Database) -> Iterator[GrantFact]:
    seen = database.seen()
    for schema, relation, field, holder, right, grantable in database.rows(_GRANTS):
        on = database.path(*(part for part in (schema, relation) if part is not None))
        if field is not None:
            on = on.at(field)
        yield GrantFact(seen, database.principal(holder or PUBLIC), on, right, grantable)


def _mappings(database: Database) -> Iterator[GrantFact]:
    seen = database.seen()
    for schema, table, holder in database.rows(_MAPPINGS):
        yield GrantFact(seen, database.principal(holder or PUBLIC), database.path(schema, table), "user mapping")


def _future(database: Database) -> Iterator[FutureGrantFact]:
    seen = database.seen()
    for maker, schema, kind, holder, right in database.rows(_FUTURE):
        on = database.path() if schema is None else database.path(schema)
        who = database.principal(maker), database.principal(holder or PUBLIC)
        yield FutureGrantFact(seen, *who, right, on, kind)
