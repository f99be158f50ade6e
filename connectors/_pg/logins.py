"""How a PostgreSQL login is kept, used and recorded: until when its password holds, who is connected, what is logged.

All of it stands in views that everybody may read. Names of applications can name people: they are counted here and
never told. Settings that are set for a role or a database win over the server's, in the server's own order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from connectors._pg.session import Database
from connectors._sql import Failed
from lineage.facts import CredentialFact, Fact, SessionFact, TrailFact

_ENDS: Final = """
SELECT rolvaliduntil IS NOT NULL AND isfinite(rolvaliduntil),
       CASE WHEN isfinite(rolvaliduntil) THEN rolvaliduntil END
FROM pg_roles WHERE rolname = %(identity)s AND rolcanlogin"""
# A pool numbers its connections: what differs by a number alone is one application.
_SESSIONS: Final = r"""
SELECT usename, count(*),
       count(DISTINCT regexp_replace(application_name, '\d+', '#', 'g')) FILTER (WHERE application_name <> ''),
       count(*) FILTER (WHERE application_name = ''),
       count(*) FILTER (WHERE application_name = %(application)s)
FROM pg_stat_activity
WHERE datname = current_database() AND usename IS NOT NULL AND pid <> pg_backend_pid()
  AND coalesce(application_name, '') <> 'lineage-audit'
GROUP BY usename
HAVING usename = %(identity)s OR count(*) FILTER (WHERE application_name = %(application)s) > 0
ORDER BY usename"""
_SETTINGS: Final = (
    *("log_statement", "log_min_messages", "log_min_duration_statement"),
    *("pgaudit.log", "pgaudit.role", "pgaudit.log_level"),
)
# A setting of a module that is not loaded is listed nowhere: that pgaudit.log stands here says that it works.
_SET: Final = "SELECT name, setting, source FROM pg_settings WHERE name = ANY(%(names)s)"
_OVERRIDDEN: Final = """
SELECT split_part(line, '=', 1), substr(line, strpos(line, '=') + 1)
FROM pg_db_role_setting s LEFT JOIN pg_roles r ON r.oid = s.setrole CROSS JOIN LATERAL unnest(s.setconfig) line
WHERE (s.setrole = 0 OR r.rolname = %(identity)s)
  AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
  AND split_part(line, '=', 1) = ANY(%(names)s)
ORDER BY s.setrole <> 0, s.setdatabase <> 0"""
_OWN: Final = frozenset({"user", "database user", "client", "session"})
"""Sources of a setting that are the auditor's own: what the server says for others is hidden behind it."""
_SILENT: Final = frozenset({"fatal", "panic"})
"""Levels of `log_min_messages` at which statements are not written; `log` is below them."""


def read_logins(database: Database, identity: str | None, application: str | None) -> Iterator[Fact]:
    """Tell of the identity whether its credential ends, who is connected as it, and what records its reads."""
    if identity is None:
        return
    about = {"identity": identity, "application": application}
    principal, seen = database.principal(identity), database.seen()
    try:
        for ends, until in database.rows(_ENDS, about):
            yield CredentialFact(seen, principal, ends, until)
        for name, sessions, applications, unnamed, declared in database.rows(_SESSIONS, about):
            yield SessionFact(seen, database.principal(name), sessions, applications, unnamed, declared)
        yield _trail(database, identity)
    except Failed as failed:
        # One reason for all of it: these views are closed together, by an administrator's own hand.
        yield CredentialFact(seen, principal, None, because=failed.reason, settle=failed.settle)
        yield TrailFact(seen, principal, because=failed.reason, settle=failed.settle)


def _trail(database: Database, identity: str) -> TrailFact:
    names = {"names": list(_SETTINGS), "identity": identity}
    found: dict[str, str] = {}
    hidden: set[str] = set()
    for name, setting, source in database.rows(_SET, names):
        found[name] = setting
        if source in _OWN:
            hidden.add(name)
    loaded = "pgaudit.log" in found
    for name, setting in database.rows(_OVERRIDDEN, names):
        found[name] = setting
        hidden.discard(name)
    by = tuple(_recorded_by(found, loaded=loaded))
    of = found.get("pgaudit.role", "") if loaded else ""
    because = f"the auditor's own setting of {', '.join(sorted(hidden))} hides the server's" if hidden else ""
    settle = "scan as a login that sets nothing of its own" if hidden else ""
    role = database.principal(of) if of else None
    return TrailFact(database.seen(), database.principal(identity), by if not hidden else (), role, because, settle)


def _recorded_by(settings: Mapping[str, str], *, loaded: bool) -> Iterator[str]:
    if settings.get("log_min_messages", "").strip().lower() in _SILENT:
        return
    if settings.get("log_statement", "").lower() == "all":
        yield "log_statement"
    if settings.get("log_min_duration_statement", "") in {"0", "0ms"}:
        yield "log_min_duration_statement"
    classes = {part.strip().lower() for part in settings.get("pgaudit.log", "").split(",")}
    if loaded and classes & {"read", "all"} and "-read" not in classes:
        yield "pgaudit"
