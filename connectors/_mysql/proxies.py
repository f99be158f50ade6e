"""Who may log in to MariaDB as somebody else: PROXY grants, a door that an authentication plugin opens.

A plugin (PAM, GSSAPI) may answer a login with another account's name; where a PROXY grant lets it, the session then
holds that account's rights and none of its own. Whether a plugin does so is its own configuration, outside the server:
what may happen is told as latent. It goes one step: who is proxied as another does not go on to whom that one may be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from connectors._mysql.access import PROXY_TABLES, Access, attributes
from connectors._mysql.grants import Account, like
from connectors._mysql.session import Database
from connectors._mysql.structure import quoted_account
from connectors._sql import Failed
from lineage.facts import Fact, MemberFact

_ROWS: Final = "SELECT User, Host, Proxied_user, Proxied_host FROM mysql.proxies_priv"


def proxy_facts(database: Database, access: Access) -> Iterator[Fact]:
    """Tell each session that a login may become by a PROXY grant, and whose rights it has."""
    try:
        rows = database.rows(_ROWS)
    except Failed as failed:
        [(table, columns)] = PROXY_TABLES.items()
        grant = f"GRANT SELECT ({', '.join(columns)}) ON mysql.{table} TO {quoted_account(database.identity)}"
        yield database.unseen("proxies", Failed(failed.reason, grant))
        return
    logins = [account for account in access.accounts if not account.role]
    mighty = {account for account in logins if "superuser" in attributes(access, account)}
    for row in rows:
        user, host, proxied_user, proxied_host = map(str, row)
        granted, proxied = Account(user, host), Account(proxied_user, proxied_host)
        for login in _meant(granted, logins):
            # A superuser needs no door.
            if login not in mighty:
                yield from _session(database, access, login, granted, proxied, mighty)


def _session(
    database: Database, access: Access, login: Account, granted: Account, proxied: Account, mighty: set[Account]
) -> Iterator[Fact]:
    seen, me = database.seen("mysql.proxies_priv"), database.principal(login.name)
    others = [one for one in _meant(proxied, access.accounts) if one != login]
    others = [one for one in others if _meet(one.host, login.host) and _meet(one.host, granted.host)]
    if not others:
        return
    # The grant is named as it was made, since that is how it is taken away.
    told = "" if granted == login else f" granted to {granted.name}"
    session = database.principal(f"{login.name} by proxy as {proxied.name}{told}")
    yield MemberFact(seen, me, session, inherits=False, switchable=True)
    for other in others:
        there = database.principal(other.name)
        # To be followed on would tell proxies of proxies, but whoever becomes a superuser is everything anyway.
        yield MemberFact(seen, session, there, inherits=True, switchable=other in mighty)
        for member, role, _ in access.members:
            if member == other and access.defaults.get(member) != role.name:
                yield MemberFact(seen, session, database.principal(role.name), inherits=False, switchable=True)


def _meant(grant: Account, accounts: Iterable[Account]) -> Iterator[Account]:
    """Give the accounts that one side of a grant stands for: no user is every user, hosts are patterns."""
    for one in accounts:
        if not one.role and grant.user in {"", one.user} and _meet(grant.host, one.host):
            yield one


def _meet(one: str, other: str) -> bool:
    """Say whether some client may be of both hosts: one is all of them, or matches the other."""
    return not one or not other or like(one, other, fold=True) or like(other, one, fold=True)
