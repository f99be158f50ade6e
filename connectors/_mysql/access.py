"""Who there is in a MariaDB server, who has which role, and who may do what with the tables that were seen.

Read from the tables of the schema `mysql`, column by column: the auditor needs no right on a password hash, and none is
read. Where it may not read them, nothing is told but that, since half of the grants prove nothing. MySQL keeps roles
and partial revokes elsewhere; nothing of it could be verified, so nothing is told of it.

A grant on a schema or on everything is told as a grant on each table that it opens, since what opens depends on which
of several rows is nearest. A role that is not a default one gives nothing until SET ROLE: it may be become, and is not
inherited.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from connectors._mysql.grants import Account, Effective, Rows, effective, like, merged, nested_in, serves
from connectors._mysql.routine_facts import BODIES, routine_facts, routine_name
from connectors._mysql.routines import Routine, routines_of
from connectors._mysql.session import Database
from connectors._mysql.structure import Catalogue, Rights, quoted_account
from connectors._sql import Failed
from lineage.facts import Fact, GrantFact, MemberFact, PrincipalFact
from lineage.model import PUBLIC, DatasetKind, Name

MAX_GRANTS: Final = 500_000
_DATA: Final = {"select": "select", "insert": "insert", "update": "update", "delete": "delete", "drop": "truncate"}
"""What MariaDB calls a right on rows -> what it is called here: TRUNCATE asks for DROP."""
_FLAGS: Final = ("select", "insert", "update", "delete", "drop", "execute")
_ADMIN: Final = ("create", "alter", "grant", "super", "create_user", "repl_slave", "file")
_ALMIGHTY: Final = frozenset({"select", "insert", "update", "delete", "drop", "create", "alter", "grant", "super"})
GRANT_TABLES: Final[Mapping[str, tuple[str, ...]]] = {
    "user": ("User", "Host", "is_role", "default_role", *(f"{flag.capitalize()}_priv" for flag in (*_FLAGS, *_ADMIN))),
    "db": ("User", "Host", "Db", *(f"{flag.capitalize()}_priv" for flag in _FLAGS)),
    "tables_priv": ("User", "Host", "Db", "Table_name", "Table_priv"),
    "columns_priv": ("User", "Host", "Db", "Table_name", "Column_name", "Column_priv"),
    "procs_priv": ("User", "Host", "Db", "Routine_name", "Routine_type", "Proc_priv"),
    "roles_mapping": ("User", "Host", "Role", "Admin_option"),
    "proc": ("db", "name", "type", "security_type"),
}
"""Where the server keeps grants, and the columns that are read of it."""
PROXY_TABLES: Final = {"proxies_priv": ("User", "Host", "Proxied_user", "Proxied_host")}
"""Where it keeps who may log in as whom: without it all else is told, and that alone is unseen."""
_OWN: Final = """
SELECT '', LOWER(PRIVILEGE_TYPE) FROM information_schema.USER_PRIVILEGES WHERE GRANTEE = %s
UNION ALL
SELECT TABLE_SCHEMA, LOWER(PRIVILEGE_TYPE) FROM information_schema.SCHEMA_PRIVILEGES WHERE GRANTEE = %s"""


@dataclass(slots=True)
class Access:
    """Accounts, roles, grants and routines as the server keeps them."""

    rows: Rows = field(default_factory=Rows)
    accounts: dict[Account, None] = field(default_factory=dict)
    defaults: dict[Account, str] = field(default_factory=dict)
    """Account -> its default role."""
    members: list[tuple[Account, Account, bool]] = field(default_factory=list)
    """(member, role, with the right to give it away)"""
    routines: list[Routine] = field(default_factory=list)


@dataclass(slots=True)
class Held:
    """What each account and role holds on what was seen."""

    by_account: dict[Account, Effective]
    alone: set[Account]
    """Roles whose rights are told with those of the roles within them, since together they are not the sum."""
    tables: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Schema -> its tables."""


def own_rights(database: Database) -> Rights:
    """Give what the session itself holds on everything and on schemas.

    Raises:
        Failed: it cannot be read.
    """
    user, _, host = database.identity.rpartition("@")
    grantee = f"'{user}'@'{host}'"
    everywhere: set[str] = set()
    schemas: defaultdict[str, set[str]] = defaultdict(set)
    for schema, right in database.rows(_OWN, (grantee, grantee)):
        (schemas[schema.replace("\\_", "_").replace("\\%", "%")] if schema else everywhere).add(right)
    return Rights(frozenset(everywhere), {schema: frozenset(rights) for schema, rights in schemas.items()})


def read_access(database: Database) -> Access | Failed:
    """Read accounts, roles and grants; or say why that cannot be, and what lets it be."""
    if not database.mariadb:
        reason = "grants of MySQL are not read: only MariaDB's could be verified"
        return Failed(reason, "probe the reads with the identity's own login, or review its grants by hand")
    found: dict[str, list[tuple[object, ...]]] = {}
    for table, columns in GRANT_TABLES.items():
        try:
            # Our own constants.
            found[table] = database.rows(f"SELECT {', '.join(columns)} FROM mysql.{table}")  # noqa: S608 - names of this file
        except Failed as failed:
            return Failed(failed.reason, _grant_script(database))
    access = Access()
    _take_accounts(access, found["user"])
    _take_grants(access, found)
    roles = {account.name: account for account in access.accounts if account.role}
    for user, host, role, admin in found["roles_mapping"]:
        member = roles.get(str(user)) if not host else Account(str(user), str(host))
        if member is not None and str(role) in roles:
            access.members.append((member, roles[str(role)], admin == "Y"))
    access.routines = _routines(database, found["proc"])
    return access


def _routines(database: Database, rows: Sequence[Sequence[object]]) -> list[Routine]:
    try:
        # Our own constants.
        bodies = database.rows(f"SELECT {', '.join(BODIES)} FROM mysql.proc") if rows else []  # noqa: S608 - names of this file
    except Failed:
        bodies = []
    return [one for one in routines_of(rows, bodies) if one.schema not in {"sys", "mysql"}]


def undecided_views(catalogue: Catalogue, access: Access | Failed) -> Mapping[Name, str]:
    """Give the views whose working does not follow from their definer's rights as these are told: none any more.

    A definer's default role is no help to its views, so that a definer with one is told as a principal of its own.
    """
    if isinstance(access, Access):
        defaults = {account.name for account in access.defaults}
        for table in catalogue.tables.values():
            if table.kind is DatasetKind.VIEW and table.as_definer and table.definer in defaults:
                # A view does not use its definer's default role: what the definer holds by itself counts alone.
                table.definer = _alone(table.definer)
        for place, routine in enumerate(access.routines):
            if routine.definer in defaults:
                access.routines[place] = replace(routine, definer=_alone(routine.definer))
    return {}


def _alone(account: str) -> str:
    """Name the principal that stands for an account without its default role."""
    return f"{account} without roles"


def access_facts(database: Database, catalogue: Catalogue, access: Access, identity: str | None) -> Iterator[Fact]:
    """Tell principals, memberships and grants."""
    seen = database.seen("mysql.*")
    yield PrincipalFact(seen, database.principal(PUBLIC))
    for account in access.accounts:
        if account.name != PUBLIC:
            yield PrincipalFact(seen, database.principal(account.name), attributes(access, account))
    held = _held(catalogue, access)
    for member, role, admin in access.members:
        # A nested role's rights come with the outer role; it cannot be become without being granted itself.
        inherits = member not in held.alone if member.role else access.defaults.get(member) == role.name
        names = database.principal(member.name), database.principal(role.name)
        yield MemberFact(seen, *names, inherits=inherits, switchable=not member.role, admin=admin)
    if any(not table.as_definer for table in catalogue.tables.values()):
        yield from _sessions(database, access, held)
    yield from _alias(database, access, identity)
    for schema in dict.fromkeys(schema for schema, _ in catalogue.tables):
        # Whoever holds a right on a table may name it: schemas have no door of their own.
        yield GrantFact(seen, database.principal(PUBLIC), database.path(schema), "usage")
    yield from _grant_facts(database, access, held)
    yield from routine_facts(database, catalogue, access.routines)
    definers = {table.definer for table in catalogue.tables.values()} | {one.definer for one in access.routines}
    for account in access.defaults:
        if _alone(account.name) in definers and account in held.by_account:
            alone, mine = database.principal(_alone(account.name)), held.by_account[account]
            for name, right in _opened(database, held.tables, mine):
                yield GrantFact(seen, alone, name, right)
            for name, levels in _executed(database, access, mine):
                yield GrantFact(seen, alone, name, "execute", levels=levels)


def _sessions(database: Database, access: Access, held: Held) -> Iterator[Fact]:
    """Tell that an account which becomes a role keeps its own rights: together they may open an invoker view."""
    seen = database.seen("mysql.*")
    for member, role, _ in access.members:
        if member.role or access.defaults.get(member) == role.name:
            continue
        account, session = database.principal(member.name), database.principal(f"{member.name} with {role.name}")
        yield MemberFact(seen, account, session, inherits=False, switchable=True)
        yield MemberFact(seen, session, database.principal(role.name), inherits=True, switchable=False)
        if member not in access.defaults:
            yield MemberFact(seen, session, account, inherits=True, switchable=False)
        elif member in held.by_account:
            # The default role goes when another is become: what is its own alone is told again.
            for name, right in _opened(database, held.tables, held.by_account[member]):
                yield GrantFact(seen, session, name, right)
            for name, _ in _executed(database, access, held.by_account[member]):
                yield GrantFact(seen, session, name, "execute")


def _held(catalogue: Catalogue, access: Access) -> Held:
    found = Held(dict(effective(access.rows, access.accounts)), set())
    for schema, table in catalogue.tables:
        found.tables[schema].append(table)
    for outer, nested in nested_in(access.members).items():
        together = merged(access.rows, outer, nested)
        parts = [found.by_account[role] for role in (outer, *nested) if role in found.by_account]
        for schema in found.tables:
            if together.on_schema(schema) != frozenset().union(*(part.on_schema(schema) for part in parts)):
                found.alone.add(outer)
                found.by_account[outer] = together
                break
    return found


def _grant_facts(database: Database, access: Access, held: Held) -> Iterator[Fact]:
    seen, count = database.seen("mysql.*"), 0
    for account, mine in held.by_account.items():
        holder = database.principal(account.name)
        if "superuser" not in attributes(access, account):
            for name, right in _opened(database, held.tables, mine):
                yield GrantFact(seen, holder, name, right, levels=tuple(_levels(mine, name, right)))
                count += 1
        for name, levels in _executed(database, access, mine):
            yield GrantFact(seen, holder, name, "execute", levels=levels)
        if count > MAX_GRANTS:
            why = Failed(f"more than {MAX_GRANTS:,} grants", "scan as an account that sees fewer schemas")
            yield database.unseen("access", why)
            return


def _executed(
    database: Database, access: Access, held: Effective
) -> Iterator[tuple[Name, tuple[tuple[str, tuple[str, ...]], ...]]]:
    """Give the routines that may be executed, and where that was granted."""
    for one in access.routines:
        if "execute" in held.on_routine(one.schema, f"{one.name} {one.kind}"):
            yield routine_name(database, one.path), tuple(_routine_levels(held, one.schema, one.name, one.kind))


def _opened(database: Database, tables: Mapping[str, list[str]], held: Effective) -> Iterator[tuple[Name, str]]:
    """Give each (table or field, right) once."""
    whole: dict[tuple[str, str], set[str]] = {}
    if held.everywhere or held.account.user in held.rows.schemas:
        for schema, names in tables.items():
            if rights := held.on_schema(schema) & _DATA.keys():
                whole.update({(schema, name): set(rights) for name in names})
    fields: list[tuple[Name, str]] = []
    for schema, table, rights, columns in held.on_tables():
        if table not in tables.get(schema, ()):
            continue
        granted = whole.setdefault((schema, table), set())
        granted.update(rights & _DATA.keys())
        for column, more in columns:
            place = database.path(schema, table).at(column)
            fields.extend((place, right) for right in sorted(more & _DATA.keys() - granted))
    for (schema, name), rights_here in whole.items():
        for right in sorted(rights_here):
            yield database.path(schema, name), _DATA[right]
    yield from fields


def _levels(held: Effective, on: Name, right: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give every row that grants a right: all must go for the right to go, for the nearest hides the others."""
    flag = next(word for word, told in _DATA.items() if told == right)
    rows, account, (schema, table) = held.rows, held.account, on.path[-2:]
    if flag in held.everywhere:
        yield account.name, ()
    for host, pattern, rights in rows.schemas.get(account.user, ()):
        if flag in rights and serves(host, account) and like(pattern, schema):
            yield replace(account, host=host).name, (pattern,)
    key = (account.user, schema, table)
    for host, rights in rows.tables.get(key, {}).items():
        if flag in rights and serves(host, account):
            yield replace(account, host=host).name, (schema, table)
    for host, columns in rows.columns.get(key, {}).items():
        if on.field and serves(host, account) and any(on.field == (name,) and flag in more for name, more in columns):
            yield replace(account, host=host).name, (schema, table, on.field[0])


def _routine_levels(held: Effective, schema: str, routine: str, kind: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    rows, account = held.rows, held.account
    if "execute" in held.everywhere:
        yield account.name, ()
    for host, pattern, rights in rows.schemas.get(account.user, ()):
        if "execute" in rights and serves(host, account) and like(pattern, schema):
            yield replace(account, host=host).name, (pattern,)
    for host, rights in rows.routines.get((account.user, schema, f"{routine} {kind}"), {}).items():
        if "execute" in rights and serves(host, account):
            yield replace(account, host=host).name, (schema, routine, kind)


def _alias(database: Database, access: Access, identity: str | None) -> Iterator[Fact]:
    """Let the plan name an account as people do: without its host where there is but one, or in quotes."""
    if identity is None or any(account.name == identity for account in access.accounts):
        return
    user, at, host = identity.replace("'", "").replace("`", "").replace('"', "").partition("@")
    found = [one for one in access.accounts if not one.role and one.user == user and (not at or one.host == host)]
    if len(found) == 1:
        real = database.principal(found[0].name)
        yield PrincipalFact(database.seen("mysql.*"), database.principal(identity), same_as=real)
    elif found:
        why = Failed("several accounts have that user name", "name the identity with its host: user@host")
        yield database.unseen("access", why)


def attributes(access: Access, account: Account) -> frozenset[str]:
    """Give what an account is by rights on everything."""
    rights = access.rows.everywhere.get(account, frozenset())
    told = {
        "login": not account.role,
        "superuser": not account.role and rights >= _ALMIGHTY,
        "replication": "repl_slave" in rights,
        "server_files": "file" in rights,
        "create_role": "create_user" in rights,
        "create_database": "create" in rights,
    }
    return frozenset(word for word, on in told.items() if on)


def _take_accounts(access: Access, rows: list[tuple[object, ...]]) -> None:
    for user, host, is_role, default, *flags in rows:
        account = Account(str(user), str(host), role=is_role == "Y")
        access.accounts[account] = None
        held = zip((*_FLAGS, *_ADMIN), flags, strict=True)
        access.rows.everywhere[account] = frozenset(flag for flag, on in held if on == "Y")
        if default and not account.role:
            access.defaults[account] = str(default)


def _take_grants(access: Access, found: Mapping[str, list[tuple[object, ...]]]) -> None:
    rows = access.rows
    for user, host, pattern, *flags in found["db"]:
        rights = frozenset(flag for flag, on in zip(_FLAGS, flags, strict=True) if on == "Y")
        rows.schemas[str(user)].append((str(host), str(pattern), rights))
    for user, host, schema, table, told in found["tables_priv"]:
        rows.tables[str(user), str(schema), str(table)][str(host)] = _words(told)
    for user, host, schema, table, column, told in found["columns_priv"]:
        place = rows.columns[str(user), str(schema), str(table)].setdefault(str(host), [])
        place.append((str(column), _words(told)))
    for user, host, schema, routine, kind, told in found["procs_priv"]:
        rows.routines[str(user), str(schema), f"{routine} {str(kind).upper()}"][str(host)] = _words(told)


def _words(told: object) -> frozenset[str]:
    return frozenset(word.strip().lower() for word in str(told or "").split(",") if word.strip())


def _grant_script(database: Database) -> str:
    who = quoted_account(database.identity)
    return "; ".join(
        f"GRANT SELECT ({', '.join(columns)}) ON mysql.{table} TO {who}"
        for table, columns in {**GRANT_TABLES, **PROXY_TABLES}.items()
    )
