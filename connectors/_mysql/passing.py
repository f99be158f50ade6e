"""Who may pass on in MariaDB what it holds: `GRANT OPTION` on everything, a schema, a table or a routine."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from connectors._mysql.access import Access, attributes
from connectors._mysql.grants import Account, serves
from connectors._mysql.session import Database
from connectors._mysql.structure import quoted_account
from connectors._sql import Failed
from lineage.facts import Fact, GrantFact
from lineage.model import Name

PASSING_TABLES: Final = {"user": ("User", "Host", "Grant_priv"), "db": ("User", "Host", "Db", "Grant_priv")}
"""Where the server keeps it, beside what is read of tables and routines: without them all else is told."""
_OPTION: Final = "grant"
_Row = tuple[str, str, tuple[str, ...]]
"""(user, host, on what)."""


def passing_facts(database: Database, access: Access) -> Iterator[Fact]:
    """Tell each account and role on what it may pass on what it holds, with the rows that say so."""
    rows = list(_of_tables(access))
    try:
        for table, columns in PASSING_TABLES.items():
            # Our own constants.
            found = database.rows(f"SELECT {', '.join(columns)} FROM mysql.{table}")  # noqa: S608 - names of this file
            rows += [(str(one[0]), str(one[1]), tuple(map(str, one[2:-1]))) for one in found if one[-1] == "Y"]
    except Failed as failed:
        grants = [
            f"GRANT SELECT ({', '.join(columns)}) ON mysql.{table} TO {quoted_account(database.identity)}"
            for table, columns in PASSING_TABLES.items()
        ]
        yield database.unseen("grant option", Failed(failed.reason, "; ".join(grants)))
    seen = database.seen("mysql.*")
    for account in access.accounts:
        if "superuser" not in attributes(access, account):
            for place, holders in _held(account, rows):
                levels = tuple((name, place) for name in holders)
                on = Name(database.namespace, place)
                holder = database.principal(account.name)
                yield GrantFact(seen, holder, on, "grant option", grantable=True, levels=levels)


def _held(account: Account, rows: Iterable[_Row]) -> Iterator[tuple[tuple[str, ...], list[str]]]:
    places: dict[tuple[str, ...], list[str]] = {}
    for user, host, place in rows:
        mine = user == account.user and (serves(host, account) if place else host == account.host)
        if mine:
            places.setdefault(place, []).append(replace(account, host=host).name)
    yield from places.items()


def _of_tables(access: Access) -> Iterator[_Row]:
    for (user, schema, table), hosts in access.rows.tables.items():
        yield from ((user, host, (schema, table)) for host, rights in hosts.items() if _OPTION in rights)
    for (user, schema, routine), hosts in access.rows.routines.items():
        name, _, kind = routine.rpartition(" ")
        yield from ((user, host, (schema, name, kind)) for host, rights in hosts.items() if _OPTION in rights)
