"""Fixes of grants in MariaDB's SQL: accounts with their host, and rights taken away at the level they were granted at.

A grant on all of a schema cannot be taken away of one table of it: the whole grant goes, and what the plan declares is
granted back by column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.access.model import Opening
from lineage.model import PUBLIC, Name, Principal
from rules.access._reach import Identity

_RIGHTS = {"truncate": "DROP"}
_ROUTINES = frozenset({"FUNCTION", "PROCEDURE"})
_PROXY = " by proxy as "
_GRANTED = " granted to "


def quoted(identifier: str) -> str:
    """Quote an identifier."""
    return "`" + identifier.replace("`", "``") + "`"


def account(name: str) -> str:
    """Quote an account as its user and host; a role has no host, and PUBLIC is a word."""
    user, at, host = name.rpartition("@")
    if name == PUBLIC:
        return PUBLIC
    if not at:
        return quoted(name)
    return "@".join("'" + part.replace("\\", "\\\\").replace("'", "''") + "'" for part in (user, host))


def relation(name: Name) -> str:
    """Give a dataset with its schema, quoted."""
    return ".".join(quoted(part) for part in name.path[-2:])


def grant_select(who: str, dataset: Name, fields: Iterable[tuple[str, ...]]) -> str:
    """Give the statement that lets an account read fields of a dataset."""
    listed = ", ".join(quoted(field[0]) for field in sorted(fields))
    return f"GRANT SELECT ({listed}) ON {relation(dataset)} TO {account(who)};"


def revoke(identity: Identity, opening: Opening) -> Iterator[str]:
    """Give the statements that take a right away: one for each row that grants it."""
    if opening.roles:
        role = real_role(identity.principal.name, opening.roles)
        yield revoke_role(identity.principal.name, role.name)
        return
    if opening.on is None:
        yield f"REVOKE ALL PRIVILEGES, GRANT OPTION FROM {account(identity.principal.name)};"
        return
    right = _RIGHTS.get(opening.right, opening.right.upper())
    levels = opening.levels or ((opening.holder.name, (*opening.on.path[-2:], *opening.on.field)),)
    for who, place in levels:
        yield f"REVOKE {_what(right, place)} FROM {account(who)};"


def revoke_role(who: str, role: str) -> str:
    """Give the statement that takes a role away."""
    return f"REVOKE {quoted(role)} FROM {account(who)};"


def proxied(who: str, session: str) -> str:
    """Give the account that a session of `who` is a proxy of, as the grant names it; empty for any other principal."""
    head = f"{who}{_PROXY}"
    return session.removeprefix(head).partition(_GRANTED)[0] if session.startswith(head) else ""


def revoke_proxy(who: str, session: str) -> str:
    """Give the statement that takes a PROXY grant away, from whom it names."""
    grantee = session.removeprefix(f"{who}{_PROXY}").partition(_GRANTED)[2] or who
    return f"REVOKE PROXY ON {account(proxied(who, session))} FROM {account(grantee)};"


def real_role(who: str, roles: Iterable[Principal]) -> Principal:
    """Give the first role of a path that can be revoked: a session of an account with a role is none."""
    found = list(roles)
    return next((role for role in found if not role.name.startswith(f"{who} with ")), found[0])


def revoke_option(who: str, place: tuple[str, ...]) -> str:
    """Give the statement that takes away that what is held on a place may be passed on."""
    return f"REVOKE {_what('GRANT OPTION', place)} FROM {account(who)};"


def _what(right: str, place: tuple[str, ...]) -> str:
    match place:
        case ():
            return f"{right} ON *.*"
        case (pattern,):
            return f"{right} ON {quoted(pattern)}.*"
        case (schema, table):
            return f"{right} ON {quoted(schema)}.{quoted(table)}"
        case (schema, routine, kind) if right == "EXECUTE" or (right == "GRANT OPTION" and kind in _ROUTINES):
            return f"{right} ON {kind} {quoted(schema)}.{quoted(routine)}"
        case (schema, table, column, *_):
            return f"{right} ({quoted(column)}) ON {quoted(schema)}.{quoted(table)}"
    raise AssertionError(place)
