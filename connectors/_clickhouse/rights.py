"""Who may do what in ClickHouse: users, roles, grants and what is taken back of them, and where row policies are.

A grant on everything, on a database or on a table may be taken back for a part of it. So rights are worked out for each
dataset that is known, and for each of its columns where a part of them is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from connectors._clickhouse.session import Server
from connectors._inside import Inside, beneath
from connectors._sql import Failed, Session
from lineage.facts import Fact, GrantFact, MemberFact, PrincipalFact, Seen
from lineage.model import Name, Principal

_GRANTS: Final = """
SELECT ifNull(user_name, ''), ifNull(role_name, ''), toString(access_type), ifNull(database, ''), ifNull(table, ''),
  ifNull(column, ''), is_partial_revoke, grant_option FROM system.grants"""
_USERS: Final = "SELECT name FROM system.users ORDER BY name"
_ROLES: Final = "SELECT name FROM system.roles ORDER BY name"
_MEMBERS: Final = """
SELECT ifNull(user_name, ''), ifNull(role_name, ''), granted_role_name, granted_role_is_default, with_admin_option
FROM system.role_grants ORDER BY 1, 2, 3"""
_POLICIES: Final = "SELECT DISTINCT database, table FROM system.row_policies ORDER BY 1, 2"
_POLICIES_OF: Final = """
SELECT count(), countIf(select_filter IN ('1', 'true') AND NOT is_restrictive
    AND (apply_to_all OR has(apply_to_list, currentUser())) AND NOT has(apply_to_except, currentUser())),
  countIf(is_restrictive)
FROM system.row_policies WHERE database = {database:String} AND table IN ('', {table:String})"""
_WRITES: Final = ("update", "delete")
_RIGHTS: Final[Mapping[str, tuple[str, ...]]] = {
    "SELECT": ("select",),
    "INSERT": ("insert",),
    "ALTER UPDATE": ("update",),
    "ALTER DELETE": ("delete",),
    "ALTER": _WRITES,
    "ALTER TABLE": _WRITES,
    "TRUNCATE": ("truncate",),
    "ALL": ("select", "insert", *_WRITES, "truncate"),
}


@dataclass(frozen=True, slots=True)
class _Line:
    holder: Principal
    right: str
    on: tuple[str, str, str]
    """Database, table, column; empty: all of them."""
    revoked: bool
    grantable: bool

    @property
    def depth(self) -> int:
        return sum(bool(part) for part in self.on)

    def covers(self, place: tuple[str, str, str]) -> bool:
        return all(mine in {"", its} for mine, its in zip(self.on, place, strict=True))


def read_rights(
    server: Server, session: Session, columns: Mapping[Name, Sequence[str]], inside: Inside
) -> Iterator[Fact | Name]:
    """Give facts about rights, and the names (of tables, or of whole databases) that row policies limit.

    What this login may not see of them is said to be unseen.
    """
    seen, namespace = session.seen("system tables"), server.address.namespace
    try:
        for database, table in server.rows(_POLICIES):
            yield Name(namespace, (database, table) if table else (database,))
    except Failed as failed:
        why = Failed(f"row policies are hidden: {failed.reason}", "grant SHOW ROW POLICIES ON *.* to who scans")
        yield session.unseen("access", why, None)
    try:
        users, roles = server.rows(_USERS), server.rows(_ROLES)
        members, grants = server.rows(_MEMBERS), server.rows(_GRANTS)
    except Failed as failed:
        settle = "grant SHOW USERS, SHOW ROLES ON *.* to who scans"
        yield session.unseen("access", Failed(f"grants are hidden: {failed.reason}", settle), None)
        return
    for (name,) in users:
        yield PrincipalFact(seen, Principal(namespace, name), frozenset({"login"}))
    for (name,) in roles:
        yield PrincipalFact(seen, Principal(namespace, name))
    for user, role, granted, default, admin in members:
        # What a role is given, its members have with it; of a user's roles only the default ones are on by themselves.
        member, of = Principal(namespace, user or role), Principal(namespace, granted)
        yield MemberFact(seen, member, of, inherits=bool(default or role), switchable=bool(user), admin=bool(admin))
    lines: list[_Line] = []
    for user, role, access, database, table, column, revoked, grantable in grants:
        holder = Principal(namespace, user or role)
        if "*" in f"{database}{table}{column}":
            why = Failed("a grant by a pattern of names is not followed", "grant by whole names, or review it by hand")
            yield session.unseen("access", why, None)
            continue
        on = (database, table, column)
        lines.extend(_Line(holder, right, on, bool(revoked), bool(grantable)) for right in _RIGHTS.get(access, ()))
    yield from _worked_out(seen, lines, columns, inside)


def rows_hidden(server: Server, name: Name) -> Failed | None:
    """Tell why records of a table may be hidden from this login; None where no row policy is there."""
    asked = {"database": name.path[-2], "table": name.path[-1]}
    try:
        [[count, opened, closing]] = server.rows(_POLICIES_OF, asked)
    except Failed as failed:
        settle = "grant SHOW ROW POLICIES ON *.* to who scans"
        return Failed(f"row policies may hide records, and are hidden: {failed.reason}", settle)
    # Permissive policies are joined by OR: one that lets every row through, for this login by name, shows them all.
    if not count or (opened and not closing):
        return None
    return Failed("row policies may hide records", "give who scans, by name, a permissive policy USING 1")


def _worked_out(
    seen: Seen, lines: Sequence[_Line], columns: Mapping[Name, Sequence[str]], inside: Inside
) -> Iterator[GrantFact]:
    held: dict[tuple[Principal, str], list[_Line]] = {}
    for line in lines:
        held.setdefault((line.holder, line.right), []).append(line)
    for (holder, right), its in sorted(held.items(), key=lambda item: (item[0][0].name, item[0][1])):
        for dataset, fields in columns.items():
            database, table = dataset.path[-2:]
            near = [line for line in its if line.on[0] in {"", database} and line.on[1] in {"", table}]
            if not near:
                continue
            whole = _decides(near, (database, table, ""))
            by_field = {field: _decides(near, (database, table, field)) for field in fields}
            if whole is not None and all(one is not None for one in by_field.values()):
                yield _grant(seen, holder, right, dataset, whole)
                continue
            for field, decided in by_field.items():
                if decided is not None:
                    # A right on a tuple is one on all that lies in it.
                    for place in beneath(dataset, (field,), inside):
                        yield _grant(seen, holder, right, place, decided)


def _decides(lines: Sequence[_Line], place: tuple[str, str, str]) -> _Line | None:
    """Give the grant that allows something there; None where there is none, or the nearest line takes it back."""
    over = [line for line in lines if line.covers(place)]
    if not over:
        return None
    deepest = max(line.depth for line in over)
    nearest = [line for line in over if line.depth == deepest]
    return None if any(line.revoked for line in nearest) else nearest[0]


def _grant(seen: Seen, holder: Principal, right: str, on: Name, line: _Line) -> GrantFact:
    path = tuple(part for part in line.on if part)
    wider = ((holder.name, path),) if line.depth < len(on.path) + len(on.field) else ()
    return GrantFact(seen, holder, on, right, line.grantable, wider)
