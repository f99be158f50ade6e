"""Snowflake, through its dialect of SQLAlchemy: roles and grants, policies, Time Travel, as its own views tell them.

See docs/connectors/snowflake.md. Written from Snowflake's documentation, not verified against Snowflake itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from connectors._names import split_name
from connectors._snowflake_tasks import TASKS, lately, task_facts
from connectors._warehouse import (
    DAY,
    About,
    Asked,
    Ground,
    Rows,
    Warehouse,
    WarehouseSettings,
    moment_of,
    read_warehouse,
    settings_of,
    whole_of,
    yes,
)
from connectors._warehouse_history import Tally, Times, of_the_plan, ran_by, since, times_of
from lineage.clock import ClockForm
from lineage.connector import Connector, Task
from lineage.context import Context
from lineage.duration import Duration
from lineage.facts import Fact, GrantFact, LingerFact, MemberFact, PrincipalFact, TagFact, UnseenFact
from lineage.model import PUBLIC, Name, Principal

if TYPE_CHECKING:
    from sqlalchemy import URL, ColumnElement

FAIL_SAFE: Final = 7
"""Days that permanent tables can be had back after Time Travel, by Snowflake's support."""
_HOLD: Final = "grant database role SNOWFLAKE.{} to the role that scans"
_RUNS: Final = "grant the role that scans a database role of SNOWFLAKE that may read ACCOUNT_USAGE.TASK_HISTORY"
_RIGHTS: Final = ("select", "insert", "update", "delete", "truncate", "references")
_GRANTS: Final = """
SELECT PRIVILEGE, GRANTED_ON, NAME, TABLE_CATALOG, TABLE_SCHEMA, GRANTED_TO, GRANTEE_NAME, GRANT_OPTION
FROM SNOWFLAKE.ACCOUNT_USAGE.GRANTS_TO_ROLES
WHERE DELETED_ON IS NULL AND GRANTED_TO IN ('ROLE', 'DATABASE_ROLE')
ORDER BY GRANTED_TO, GRANTEE_NAME, GRANTED_ON, TABLE_CATALOG, TABLE_SCHEMA, NAME, PRIVILEGE"""
_MEMBERS: Final = """
SELECT ROLE, GRANTEE_NAME FROM SNOWFLAKE.ACCOUNT_USAGE.GRANTS_TO_USERS
WHERE DELETED_ON IS NULL ORDER BY GRANTEE_NAME, ROLE"""
_USERS: Final = """
SELECT NAME, DISABLED FROM SNOWFLAKE.ACCOUNT_USAGE.USERS WHERE DELETED_ON IS NULL ORDER BY NAME"""
_POLICIES: Final = """
SELECT POLICY_KIND, REF_DATABASE_NAME, REF_SCHEMA_NAME, REF_ENTITY_NAME, REF_COLUMN_NAME
FROM SNOWFLAKE.ACCOUNT_USAGE.POLICY_REFERENCES
WHERE POLICY_KIND IN ('MASKING_POLICY', 'ROW_ACCESS_POLICY')
ORDER BY REF_DATABASE_NAME, REF_SCHEMA_NAME, REF_ENTITY_NAME, REF_COLUMN_NAME, POLICY_KIND"""
_TABLES: Final = """
SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_OWNER, IS_TRANSIENT, RETENTION_TIME, ROW_COUNT, BYTES, LAST_ALTERED
FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA <> 'INFORMATION_SCHEMA' ORDER BY TABLE_SCHEMA, TABLE_NAME"""

_HISTORY: Final = """
SELECT a.USER_NAME, q.ROLE_NAME, q.QUERY_TYPE, q.QUERY_PARAMETERIZED_HASH,
       CAST(a.DIRECT_OBJECTS_ACCESSED AS VARCHAR) AS ACCESSED, CAST(a.OBJECTS_MODIFIED AS VARCHAR) AS MODIFIED,
       COUNT(*), MAX(a.QUERY_START_TIME)
FROM SNOWFLAKE.ACCOUNT_USAGE.ACCESS_HISTORY AS a
JOIN SNOWFLAKE.ACCOUNT_USAGE.QUERY_HISTORY AS q ON q.QUERY_ID = a.QUERY_ID
WHERE a.QUERY_START_TIME >= TO_TIMESTAMP_TZ(:since) AND q.START_TIME >= TO_TIMESTAMP_TZ(:since)
GROUP BY a.USER_NAME, q.ROLE_NAME, q.QUERY_TYPE, q.QUERY_PARAMETERIZED_HASH, ACCESSED, MODIFIED
ORDER BY a.USER_NAME, q.ROLE_NAME, q.QUERY_PARAMETERIZED_HASH, ACCESSED, MODIFIED"""
_WRITES: Final = {"UPDATE": "update", "MERGE": "update", "DELETE": "delete", "TRUNCATE_TABLE": "delete"}
"""Kind of a statement -> the right that it used on what it changed; any other wrote rows anew."""


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from one database of Snowflake.

    Raises:
        ConnectorError: it cannot be read, or its dialect is not installed.
    """
    yield from read_warehouse(WAREHOUSE, settings_of(settings), tasks, context, {})


def _grants(ground: Ground, rows: Rows) -> Iterator[Fact]:
    """Tell roles, which of them is in which, and what they may do in this database."""
    told: set[Principal] = set()
    for privilege, kind, name, catalog, schema, to, grantee, option in rows:
        holder = _role(ground, grantee, of_database=to == "DATABASE_ROLE")
        yield from _once(ground, holder, told)
        if kind in {"ROLE", "DATABASE_ROLE"}:
            of = _role(ground, name, of_database=kind == "DATABASE_ROLE")
            yield from _once(ground, of, told)
            # Who owns a role manages it, and is no member of it.
            if str(privilege).upper() == "USAGE":
                yield MemberFact(ground.seen, holder, of, inherits=True, switchable=True)
            continue
        on = _place(ground, str(kind), name, catalog, schema)
        if on is not None:
            for right in _rights(str(privilege), str(kind)):
                yield GrantFact(ground.seen, holder, on, right, grantable=yes(option))


def _members(ground: Ground, rows: Rows) -> Iterator[Fact]:
    """Tell the roles of users: a session takes one, and by default the others beside it."""
    for role, user in rows:
        yield MemberFact(ground.seen, ground.principal(user), _role(ground, role), inherits=True, switchable=True)


def _users(ground: Ground, rows: Rows) -> Iterator[Fact]:
    for name, disabled in rows:
        attributes = frozenset() if yes(disabled) else frozenset({"login"})
        yield PrincipalFact(ground.seen, ground.principal(name), attributes)


def _policies(ground: Ground, rows: Rows) -> Iterator[Fact | About]:
    """Tell where a policy decides what is shown; what it decides is written in its body, which is not read."""
    for kind, catalog, schema, table, column in rows:
        name = ground.dataset(schema, table) if str(catalog) == ground.database else None
        if name is None:
            continue
        if kind == "ROW_ACCESS_POLICY":
            yield About(name, {"row_security": True, "row_security_forced": True})
            why = "a row access policy decides which rows a role sees, and is not read"
            yield UnseenFact(ground.seen, "access", why, "review the policy for the identity's role", name)
        elif (one := ground.fields.get((name, str(column)))) is not None:
            yield TagFact(ground.seen, one, "personal")
            why = "a masking policy decides who sees its values, and is not read"
            yield UnseenFact(ground.seen, "access", why, "review the policy for the identity's role", one)


def _tables(ground: Ground, rows: Rows) -> Iterator[Fact | About]:
    """Tell owners, sizes, the last change, and for how long what is deleted can be had back."""
    for schema, table, owner, transient, days, count, size, altered in rows:
        name = ground.dataset(schema, table)
        if name is None:
            continue
        changes: dict[str, Any] = {
            "owner": None if owner is None else _role(ground, owner).name,
            "rows_estimate": whole_of(count),
            "size_bytes": whole_of(size),
            "changed_at": moment_of(altered),
            "changed_by": "LAST_ALTERED",
            "changed_at_most": True,  # what defines it, and the server's own upkeep, alter it too
        }
        yield About(name, changes)
        if (kept := whole_of(days)) is not None:
            yield LingerFact(ground.seen, name, "Time Travel", Duration(seconds=DAY * kept))
            if not yes(transient):
                yield LingerFact(ground.seen, name, "Fail-safe", Duration(seconds=DAY * (kept + FAIL_SAFE)))


def _history(ground: Ground, rows: Rows) -> Iterator[Fact]:
    """Tell fields that were used and flows between them; no text of a statement is asked for."""
    tally, unread = Tally(ground), 0
    for user, role, kind, fingerprint, accessed, modified, count, last in rows:
        times = times_of(ran_by(ground, str(user), f"role:{role}"), count, last, fingerprint)
        read_from, written = _objects(accessed), _objects(modified)
        unread += times.count * ((read_from is None or written is None) and of_the_plan(ground, times.by))
        for one in read_from or ():
            for name in _used(tally, times, one):
                tally.use(name, "select", times)
        for one in written or ():
            _written(tally, one, _WRITES.get(str(kind), "insert"), times)
    yield from tally.facts()
    if unread:
        why = f"of {unread:,} statements it is not told in whole what they used"
        yield UnseenFact(ground.seen, "use", why, "Snowflake cuts what is too long: read fewer days, or look at them")
    if not rows:
        why = "no access is told: Access History needs the Enterprise Edition, and runs hours behind"
        yield UnseenFact(ground.seen, "use", why, "look at the account's edition, or ask for more days")


def _objects(told: object) -> list[dict[str, Any]] | None:
    """Give what a statement used; None where that is cut off, or is no such list."""
    try:
        found = json.loads(str(told)) if told is not None else []
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        return None
    return None if any(one.get("objectName") == "TRUNCATED" for one in found) else found


def _used(tally: Tally, times: Times, told: dict[str, Any]) -> Iterator[Name]:
    """Give the fields of a table or view that a statement used; itself, where it names none."""
    domain = str(told.get("objectDomain")).upper()
    *above, schema, table = ("", "", *split_name(str(told.get("objectName"))))
    if not ("TABLE" in domain or "VIEW" in domain):
        return
    if above[-1:] != [tally.ground.database]:
        tally.beyond += times.count * of_the_plan(tally.ground, times.by)
        return
    columns = [one.get("columnName") for one in _listed(told.get("columns"))]
    for column in columns or [None]:
        if (name := tally.place(times.by, schema, table, column)) is not None:
            yield name


def _written(tally: Tally, told: dict[str, Any], right: str, times: Times) -> None:
    """Take what a statement wrote: the dataset, and what flowed into its fields."""
    target = next(_used(tally, times, {**told, "columns": None}), None)
    if target is None:
        return
    tally.use(target, right, times)
    for column in _listed(told.get("columns")):
        field = tally.ground.fields.get((target, str(column.get("columnName"))))
        if field is None:
            continue
        for source in _listed(column.get("directSources")):
            for name in _used(tally, times, {**source, "columns": [source]}):
                tally.flow(name, field, times.last)


def _listed(told: object) -> list[dict[str, Any]]:
    return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []


def _role(ground: Ground, name: object, *, of_database: bool = False) -> Principal:
    # A user and a role may have the same name.
    if of_database:
        return ground.principal(f"database role:{name}")
    return ground.principal(PUBLIC if name == PUBLIC else f"role:{name}")


def _once(ground: Ground, role: Principal, told: set[Principal]) -> Iterator[Fact]:
    if role not in told:
        told.add(role)
        # It holds every right of the account, or gives it to itself.
        attributes = frozenset({"superuser"}) if role.name == "role:ACCOUNTADMIN" else frozenset[str]()
        yield PrincipalFact(ground.seen, role, attributes)


def _place(ground: Ground, kind: str, name: object, catalog: object, schema: object) -> Name | None:
    if kind == "DATABASE":
        return ground.above if str(name) == ground.database else None
    if str(catalog) != ground.database:
        return None
    if kind == "SCHEMA":
        return ground.schema(name)
    return ground.dataset(schema, name) if "TABLE" in kind or "VIEW" in kind else None


def _rights(privilege: str, kind: str) -> tuple[str, ...]:
    wanted = privilege.upper()
    if kind in {"DATABASE", "SCHEMA"}:
        opening = ("usage", "connect") if kind == "DATABASE" else ("usage",)
        return opening if wanted in {"USAGE", "OWNERSHIP", "ALL", "IMPORTED PRIVILEGES"} else ()
    if wanted in {"OWNERSHIP", "ALL"}:
        return _RIGHTS
    return (wanted.lower(),) if wanted.lower() in _RIGHTS else ()


def _seconds(value: ColumnElement[Any], _form: ClockForm) -> ColumnElement[Any]:
    import sqlalchemy as sa

    return sa.func.date_part(sa.literal_column("'epoch_microsecond'"), value) * sa.literal_column("0.000001")


def _above(url: URL) -> str:
    return (url.database or "").partition("/")[0]


def _same(identity: str) -> Sequence[str]:
    return (identity.upper(), f"role:{identity}", f"role:{identity.upper()}")


WAREHOUSE: Final = Warehouse(
    backend="snowflake",
    package="snowflake-sqlalchemy",
    asked=(
        Asked("grants to roles", "access", _GRANTS, _grants, _HOLD.format("SECURITY_VIEWER")),
        Asked("grants to users", "access", _MEMBERS, _members, _HOLD.format("SECURITY_VIEWER")),
        Asked("users", "access", _USERS, _users, _HOLD.format("SECURITY_VIEWER")),
        Asked("policies", "access", _POLICIES, _policies, _HOLD.format("GOVERNANCE_VIEWER")),
        Asked(
            "settings of tables", "structure", _TABLES, _tables, "grant usage on the database to the role that scans"
        ),
        Asked("tasks that delete", "retention", TASKS, task_facts, _RUNS, each=lately),
    ),
    seconds=_seconds,
    above=_above,
    same=_same,
    history=(Asked("what ran", "use", _HISTORY, _history, _HOLD.format("GOVERNANCE_VIEWER"), each=since),),
)
CONNECTOR = Connector("snowflake", WarehouseSettings, read, schemes=("snowflake",))
