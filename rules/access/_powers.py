"""Rights on what a server keeps for itself: no grant on a dataset, and wider than any."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from lineage.access.model import Access
from lineage.model import Principal

_RIGHT: Final = re.compile(r"(select|execute)(?: \((\w+)\))? on (\w+)")
_KEPT: Final = {
    "pg_authid": "reads everybody's password hashes",
    "pg_shadow": "reads everybody's password hashes",
    "pg_statistic": "reads the values of every table that the planner keeps",
    "pg_statistic_ext_data": "reads the values of every table that the planner keeps",
    "pg_largeobject": "reads every large object",
    "pg_user_mapping": "reads the passwords for other servers",
    "pg_subscription": "reads the passwords for other servers",
    "pg_read_file": "reads the server's files, in which every table lies",
    "pg_read_binary_file": "reads the server's files, in which every table lies",
    "lo_import": "reads the server's files, in which every table lies",
    "lo_export": "writes the server's files",
}
"""Relation or function of the server's own -> what a right on it lets its holder do."""
WATCHES: Final = {
    "pg_read_all_stats": "reads the statements of everybody, and the values in them",
    "pg_read_all_settings": "reads every setting, passwords in them too",
}
"""Predefined role -> what a member sees of others; `pg_monitor` is a member of both."""


LENT: Final = frozenset({"server_files", "replication", "create_role", "create_database"})
"""Attributes that a role of MariaDB lends to whoever has it; PostgreSQL lends none."""


def lent(access: Access, principal: Principal) -> Mapping[str, Principal]:
    """Give attribute -> a role of MariaDB, active for a principal, that lends it; none that it holds itself."""
    own = access.attributes(principal)
    return {
        word: role
        for role in reversed(list(access.roles(principal)))
        if role != principal
        for word in sorted(access.attributes(role) & LENT - own)
    }


def kept_for_itself(access: Access, principal: Principal) -> Mapping[tuple[Principal, str], str]:
    """Give (holder, right) -> what it lets the principal do, for each right that is active for it."""
    found: dict[tuple[Principal, str], str] = {}
    for holder in access.roles(principal):
        for right in sorted(access.attributes(holder)):
            told = _RIGHT.match(right)
            if told is not None and told[3] in _KEPT:
                found[holder, right] = f"{_KEPT[told[3]]} ({right})"
    return found


def revoked(right: str, who: str) -> str:
    """Give the statement that takes such a right from a holder, spelt quoted."""
    verb, place = right.split(" on ", 1)
    kind = "FUNCTION" if verb == "execute" else "TABLE"
    column = verb.removeprefix("select").removeprefix("execute")
    return f"REVOKE {verb.split()[0].upper()}{column} ON {kind} pg_catalog.{place} FROM {who};"


def watches(access: Access, principal: Principal) -> Mapping[Principal, str]:
    """Give the predefined roles, active for a principal, by which it sees what others do."""
    return {role: f"{WATCHES[role.name]} ({role})" for role in access.roles(principal) if role.name in WATCHES}
