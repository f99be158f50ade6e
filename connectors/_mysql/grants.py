"""What grants of MariaDB add up to for an account: of the rows that match it, the most specific alone counts.

Rows of schemas and tables name a user and a pattern of hosts, and a schema row a pattern of schemas. A session of
`u@localhost` uses rows of `u@%` where no row of its own is nearer, and of two patterns that match a schema the nearer
takes away what the wider gives. Rights on everything, on a schema, a table and a column are then united. Tried on
10.11; pure functions.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

Place = tuple[str, str, str]
"""(schema, table, column); empty where it is all of them."""

_Specific = tuple[int, bool, int, int, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Account:
    """An account, a role (no host) or PUBLIC."""

    user: str
    host: str
    role: bool = False

    @property
    def name(self) -> str:
        """`u@%`; the name alone for a role."""
        return self.user if self.role else f"{self.user}@{self.host}"


@dataclass(slots=True)
class Rows:
    """The grants as the server keeps them."""

    everywhere: dict[Account, frozenset[str]] = field(default_factory=dict)
    schemas: defaultdict[str, list[tuple[str, str, frozenset[str]]]] = field(default_factory=lambda: defaultdict(list))
    """User -> (host, pattern of schemas, rights)."""
    tables: defaultdict[tuple[str, str, str], dict[str, frozenset[str]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    """(user, schema, table) -> host -> rights."""
    columns: defaultdict[tuple[str, str, str], dict[str, list[tuple[str, frozenset[str]]]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    """(user, schema, table) -> host -> (column, rights)."""
    routines: defaultdict[tuple[str, str, str], dict[str, frozenset[str]]] = field(
        default_factory=lambda: defaultdict(dict)
    )
    """(user, schema, routine with its kind) -> host -> rights."""


@dataclass(frozen=True, slots=True)
class Effective:
    """What one account holds by its own grants, roles and PUBLIC left out."""

    everywhere: frozenset[str]
    rows: Rows
    account: Account

    def on_schema(self, schema: str) -> frozenset[str]:
        """Give the rights on all of a schema, those on everything included."""
        return self.everywhere | self._nearest_schema(schema)

    def on_tables(self) -> Iterator[tuple[str, str, frozenset[str], list[tuple[str, frozenset[str]]]]]:
        """Give (schema, table, rights on it, rights on its columns) for each table that is granted by itself."""
        keys = {key: None for key in (*self.rows.tables, *self.rows.columns) if key[0] == self.account.user}
        for key in keys:
            hosts = {**dict.fromkeys(self.rows.tables.get(key, {})), **dict.fromkeys(self.rows.columns.get(key, {}))}
            host = _nearest(hosts, self.account)
            if host is not None:
                rights = self.rows.tables.get(key, {}).get(host, frozenset())
                yield key[1], key[2], rights, self.rows.columns.get(key, {}).get(host, [])

    def on_routine(self, schema: str, routine: str) -> frozenset[str]:
        """Give the rights on a routine, those on its schema and on everything included."""
        hosts = self.rows.routines.get((self.account.user, schema, routine), {})
        host = _nearest(hosts, self.account)
        return self.on_schema(schema) | (hosts[host] if host is not None else frozenset())

    def _nearest_schema(self, schema: str) -> frozenset[str]:
        best: tuple[tuple[_Specific, _Specific], frozenset[str]] | None = None
        for host, pattern, rights in self.rows.schemas.get(self.account.user, ()):
            if not serves(host, self.account) or not like(pattern, schema):
                continue
            weight = (_specific(host), _specific(pattern))
            if best is None or weight > best[0]:
                best = (weight, rights)
        return best[1] if best is not None else frozenset()


def nested_in(members: Iterable[tuple[Account, Account, bool]]) -> Mapping[Account, tuple[Account, ...]]:
    """Give the roles that were granted to each role, by way of others too."""
    direct: defaultdict[Account, list[Account]] = defaultdict(list)
    for member, role, _ in members:
        if member.role:
            direct[member].append(role)
    found: dict[Account, tuple[Account, ...]] = {}
    for outer in list(direct):
        reached: dict[Account, None] = {}
        stack = list(direct[outer])
        while stack:
            role = stack.pop()
            if role not in reached and role != outer:
                reached[role] = None
                stack.extend(direct.get(role, ()))
        found[outer] = tuple(reached)
    return found


def merged(rows: Rows, outer: Account, nested: Iterable[Account]) -> Effective:
    """Give what a role holds together with the roles within it.

    The server merges them pattern by pattern, and then the nearest pattern alone counts: a nested role's row may take
    away what the outer role's wider pattern gives.
    """
    found = Rows()
    patterns: defaultdict[str, frozenset[str]] = defaultdict(frozenset)
    everywhere: frozenset[str] = frozenset()
    for role in (outer, *nested):
        everywhere |= rows.everywhere.get(role, frozenset())
        for _, pattern, rights in rows.schemas.get(role.user, ()):
            patterns[pattern] |= rights
        for mine, theirs in ((found.tables, rows.tables), (found.routines, rows.routines)):
            for (user, schema, name), hosts in theirs.items():
                if user == role.user:
                    place = mine[outer.user, schema, name]
                    place[""] = place.get("", frozenset()) | hosts.get("", frozenset())
        for (user, schema, name), columns in rows.columns.items():
            if user == role.user:
                found.columns[outer.user, schema, name].setdefault("", []).extend(columns.get("", ()))
    found.schemas[outer.user] = [("", pattern, rights) for pattern, rights in patterns.items()]
    return Effective(everywhere, found, outer)


def effective(rows: Rows, accounts: Iterable[Account]) -> Mapping[Account, Effective]:
    """Give what each account holds by its own grants."""
    return {account: Effective(rows.everywhere.get(account, frozenset()), rows, account) for account in accounts}


def serves(host: str, account: Account) -> bool:
    """Say whether a row for a host applies to every session of an account."""
    if account.role or host == account.host:
        return host == account.host
    return host in {"", "%"} or like(host, account.host, fold=True)


def like(pattern: str, text: str, *, fold: bool = False) -> bool:
    r"""Say whether a pattern with `%`, `_` and `\` matches a text."""
    parts: list[str] = []
    letters = iter(pattern)
    for letter in letters:
        if letter == "\\":
            parts.append(re.escape(next(letters, "\\")))
        else:
            parts.append({"%": ".*", "_": "."}.get(letter) or re.escape(letter))
    return re.fullmatch("".join(parts), text, re.DOTALL | (re.IGNORECASE if fold else 0)) is not None


def _nearest(hosts: Iterable[str], account: Account) -> str | None:
    found = [host for host in hosts if serves(host, account)]
    return max(found, key=_specific, default=None)


def _specific(pattern: str) -> _Specific:
    """Say how specific a pattern is, as the server sorts them: the longer the shortest text that it matches, the more.

    Of two of one length one without `%` comes first, then with fewer `_`, then with fewer `%`, then by the letters.
    """
    fixed = re.sub("%+", "%", re.sub(r"\\.", "x", pattern))
    ones, many = fixed.count("_"), fixed.count("%")
    return len(fixed) - many, not many, -ones, -many, tuple(-ord(letter) for letter in pattern)
