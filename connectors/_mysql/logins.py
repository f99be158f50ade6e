"""How a MariaDB account is kept and recorded: whether its password ends, and whether the server writes its reads down.

An account's own limit stands beside its password's hash, which an auditor has no business to read: it is looked at
only where the auditor may read that column already, and only the limit is asked for. Else it is said to be unseen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from connectors._mysql.session import Database
from connectors._sql import Failed
from lineage.facts import CredentialFact, Fact, TrailFact

_DEFAULT: Final = "SELECT @@GLOBAL.default_password_lifetime"
# -1 is the server's default, 0 is never; a plugin other than a password's proves a login by itself.
_OWN: Final = """
SELECT JSON_VALUE(Priv, '$.password_lifetime'), JSON_VALUE(Priv, '$.plugin')
FROM mysql.global_priv WHERE User = %s AND (%s = '' OR Host = %s)"""
_LOGS: Final = "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('general_log', 'log_output')"
_AUDIT: Final = "SHOW GLOBAL VARIABLES LIKE 'server\\_audit\\_%%'"
_WITHOUT_PASSWORD: Final = frozenset({"unix_socket", "auth_socket", "gssapi", "pam", "auth_gssapi_client"})
_SETTLE: Final = "ALTER USER ... PASSWORD EXPIRE INTERVAL 90 DAY, and have who may read mysql.global_priv scan"


def read_logins(database: Database, identity: str | None) -> Iterator[Fact]:
    """Tell of the identity whether its credential ends, and what records its reads."""
    if identity is None or not database.mariadb:
        return
    try:
        yield _credential(database, identity)
        yield _trail(database, identity)
    except Failed as failed:
        principal = database.principal(identity)
        yield TrailFact(database.seen(), principal, because=failed.reason, settle=failed.settle)


def _parts(identity: str) -> tuple[str, str]:
    user, _, host = identity.replace("'", "").replace("`", "").replace('"', "").partition("@")
    return user, host


def _credential(database: Database, identity: str) -> CredentialFact:
    seen, principal = database.seen("variables"), database.principal(identity)
    [(days,)] = database.rows(_DEFAULT)
    user, host = _parts(identity)
    try:
        rows = database.rows(_OWN, (user, host, host))
    except Failed:
        # Neither default proves anything: an account may have a limit of its own, or none.
        because = f"the server's default is {int(days)} days, and the account's own limit stands beside its hash"
        return CredentialFact(seen, principal, None, because=because, settle=_SETTLE)
    limits = [int(days) if own is None or int(own) < 0 else int(own) for own, _ in rows]
    if rows and all(plugin in _WITHOUT_PASSWORD for _, plugin in rows):
        return CredentialFact(seen, principal, ends=True)
    return CredentialFact(seen, principal, ends=bool(limits) and all(limit > 0 for limit in limits))


def _trail(database: Database, identity: str) -> TrailFact:
    seen, principal = database.seen("variables"), database.principal(identity)
    settings = {str(name): str(value) for query in (_LOGS, _AUDIT) for name, value in database.rows(query)}
    return TrailFact(seen, principal, tuple(recorded_by(settings, _parts(identity)[0])))


def recorded_by(settings: Mapping[str, str], user: str) -> Iterator[str]:
    """Give what records every read of a user, as the server's variables are set."""
    if settings.get("general_log", "").upper() == "ON" and "NONE" not in settings.get("log_output", "").upper():
        yield "general log"
    if settings.get("server_audit_logging", "").upper() == "ON" and _audited(settings, user):
        yield "server_audit"


def _audited(settings: Mapping[str, str], user: str) -> bool:
    events = _words(settings.get("server_audit_events", ""))
    only, never = (_words(settings.get(f"server_audit_{which}_users", "")) for which in ("incl", "excl"))
    reads = not events or bool(events & {"QUERY", "QUERY_DML", "TABLE"})
    # Whom both lists name is recorded: the server lets the first win.
    return reads and (user.upper() in only if only else user.upper() not in never)


def _words(text: str) -> set[str]:
    return {word.strip().upper() for word in text.split(",") if word.strip()}
