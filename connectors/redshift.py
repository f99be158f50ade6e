"""Amazon Redshift, through its dialect of SQLAlchemy: users, roles, grants, masking and row policies.

See docs/connectors/redshift.md. Written from Redshift's documentation, not verified against Redshift itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, Field

from connectors._aws.session import AwsSettings
from connectors._redshift_snapshots import NOT_ASKED, snapshots_of
from connectors._sql import Failed
from connectors._used import Ran
from connectors._warehouse import (
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
from connectors._warehouse_history import ran_by, read_texts, since_in_utc
from lineage.clock import ClockForm
from lineage.connector import Connector, Structure, Task
from lineage.context import Context
from lineage.facts import (
    CostFact,
    DatasetFact,
    Fact,
    GrantFact,
    LingerFact,
    MemberFact,
    PrincipalFact,
    TagFact,
    UnseenFact,
)
from lineage.model import PUBLIC, DatasetKind, Name, Principal

if TYPE_CHECKING:
    from sqlalchemy import URL, ColumnElement

_CATALOG: Final = "grant ACCESS CATALOG to the user that scans, or a role that has it"
_MONITOR: Final = "grant role sys:monitor, or ACCESS SYSTEM TABLE, to the user that scans"
_RIGHTS: Final = ("select", "insert", "update", "delete", "truncate", "references")
_SUPERUSER: Final = "sys:superuser"
_RELATIONS: Final = """
SELECT namespace_name, relation_name, NULL AS column_name, privilege_type, identity_name, identity_type, admin_option
FROM svv_relation_privileges
ORDER BY namespace_name, relation_name, privilege_type, identity_type, identity_name"""
_COLUMNS: Final = """
SELECT namespace_name, relation_name, column_name, privilege_type, identity_name, identity_type, FALSE AS admin_option
FROM svv_column_privileges
ORDER BY namespace_name, relation_name, column_name, privilege_type, identity_type, identity_name"""
_SCHEMAS: Final = """
SELECT namespace_name, privilege_type, identity_name, identity_type, admin_option
FROM svv_schema_privileges ORDER BY namespace_name, privilege_type, identity_type, identity_name"""
_OPENED: Final = """
SELECT n.nspname, u.usename FROM pg_namespace AS n JOIN pg_user AS u ON u.usesysid = n.nspowner ORDER BY n.nspname"""
_TABLES: Final = "SELECT schemaname, tablename, tableowner FROM pg_tables ORDER BY schemaname, tablename"
_VIEWS: Final = "SELECT schemaname, viewname, viewowner FROM pg_views ORDER BY schemaname, viewname"
_USERS: Final = "SELECT usename, usesuper FROM pg_user ORDER BY usename"
_OF_USERS: Final = "SELECT user_name, role_name FROM svv_user_grants ORDER BY user_name, role_name"
_OF_ROLES: Final = "SELECT role_name, granted_role_name FROM svv_role_grants ORDER BY role_name, granted_role_name"
_MASKS: Final = """
SELECT schema_name, table_name, output_columns FROM svv_attached_masking_policy
ORDER BY schema_name, table_name, output_columns"""
_FILTERS: Final = """
SELECT DISTINCT relschema, relname FROM svv_rls_attached_policy WHERE is_rls_on ORDER BY relschema, relname"""
_SIZES: Final = """
SELECT "schema", "table", tbl_rows FROM svv_table_info
ORDER BY "schema", "table", tbl_rows"""

_HISTORY: Final = """
SELECT u.usename, TRIM(h.query_text), COUNT(*), MAX(h.start_time)
FROM sys_query_history AS h JOIN pg_user AS u ON u.usesysid = h.user_id
WHERE h.start_time >= CAST(:since AS TIMESTAMP) AND h.database_name = :database AND h.status = 'success'
AND h.user_id > 1 AND h.query_type NOT IN ('DDL', 'UTILITY', 'COMMAND')
GROUP BY u.usename, TRIM(h.query_text) ORDER BY u.usename, TRIM(h.query_text)"""
_HISTORIES: Final = "ALTER USER ... SYSLOG ACCESS UNRESTRICTED, or grant role sys:monitor, to the user that scans"
_CUT: Final = 3_990
"""Characters of a text from which on it may be cut off: Redshift keeps 4,000, blanks at the end are trimmed."""


class RedshiftSettings(WarehouseSettings, AwsSettings):
    """Where a warehouse is, and which cluster AWS is asked about, as whom."""

    cluster: str | None = Field(None, pattern=r"[a-z][a-z0-9-]{0,62}")
    """The identifier of the cluster, whose snapshots are asked for."""


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from one database of Redshift.

    Raises:
        ConnectorError: it cannot be read, or its dialect is not installed.
    """
    given = settings_of(settings)
    assert isinstance(given, RedshiftSettings)  # noqa: S101 - the registry made them with our class
    tables: list[DatasetFact] = []
    for fact in read_warehouse(WAREHOUSE, given, tasks, context, {}):
        match fact:
            case CostFact() if any(isinstance(task, Structure) for task in tasks):
                yield from _snapshots(given, tables, fact, context)
            case DatasetFact() if fact.kind is not DatasetKind.VIEW:
                tables.append(fact)
                yield fact
            case _:
                yield fact


def _snapshots(
    given: RedshiftSettings, tables: Sequence[DatasetFact], cost: CostFact, context: Context
) -> Iterator[Fact]:
    """Tell what snapshots keep of each table, and then what the whole read cost."""
    seen, asked = replace(cost.seen, how="describe_clusters"), 0
    try:
        if given.cluster is None:
            raise NOT_ASKED
        kept, asked = snapshots_of(given.cluster, given, context)
        for table in tables:
            for by, span in kept:
                yield LingerFact(seen, table.name, by, span)
    except Failed as failed:
        yield UnseenFact(seen, "retention", failed.reason, failed.settle)
        # Only of a cluster that the plan names it is known that something of the tables may be kept.
        for table in tables if given.cluster is not None else ():
            yield UnseenFact(seen, "retention", failed.reason, failed.settle, table.name)
    yield replace(cost, queries=cost.queries + asked)


def _users(ground: Ground, rows: Rows) -> Iterator[Fact]:
    """Tell who may log in; whoever may, may connect to each database."""
    for name, superuser in rows:
        attributes = {"login", "superuser"} if yes(superuser) else {"login"}
        yield PrincipalFact(ground.seen, ground.principal(name), frozenset(attributes))
    if ground.above is not None:
        yield GrantFact(ground.seen, ground.principal(PUBLIC), ground.above, "connect")


def _of_users(ground: Ground, rows: Rows) -> Iterator[Fact]:
    for user, role in rows:
        yield _role(ground, role)
        member, of = ground.principal(user), _role(ground, role).principal
        yield MemberFact(ground.seen, member, of, inherits=True, switchable=False)


def _of_roles(ground: Ground, rows: Rows) -> Iterator[Fact]:
    for role, granted in rows:
        yield _role(ground, role)
        yield _role(ground, granted)
        member, of = _role(ground, role).principal, _role(ground, granted).principal
        yield MemberFact(ground.seen, member, of, inherits=True, switchable=False)


def _relations(ground: Ground, rows: Rows) -> Iterator[Fact]:
    """Tell rights on tables, views and columns."""
    for schema, table, column, privilege, who, kind, option in rows:
        name = ground.dataset(schema, table)
        on = name if name is None or column is None else ground.fields.get((name, str(column)))
        right = str(privilege).lower()
        if on is not None and right in _RIGHTS:
            yield from _held(ground, on, right, who, kind, grantable=yes(option))


def _schemas(ground: Ground, rows: Rows) -> Iterator[Fact]:
    for schema, privilege, who, kind, option in rows:
        if (on := ground.schema(schema)) is not None and str(privilege).lower() == "usage":
            yield from _held(ground, on, "usage", who, kind, grantable=yes(option))


def _opened(ground: Ground, rows: Rows) -> Iterator[Fact]:
    for schema, owner in rows:
        if (on := ground.schema(schema)) is not None:
            yield GrantFact(ground.seen, ground.principal(owner), on, "usage")


def _owners(ground: Ground, rows: Rows) -> Iterator[Fact | About]:
    """Tell the rights of owners, which are nowhere written down."""
    for schema, table, owner in rows:
        if (name := ground.dataset(schema, table)) is not None:
            yield About(name, {"owner": str(owner)})
            for right in _RIGHTS:
                yield GrantFact(ground.seen, ground.principal(owner), name, right, grantable=True)


def _masks(ground: Ground, rows: Rows) -> Iterator[Fact]:
    for schema, table, columns in rows:
        name = ground.dataset(schema, table)
        if name is None:
            continue
        why, settle = "a masking policy decides who sees values, and is not read", "review the policy for the identity"
        found = [ground.fields[name, one] for one in _listed(columns) if (name, one) in ground.fields]
        if not found:
            yield UnseenFact(ground.seen, "access", why, settle, name)
        for field in found:
            yield TagFact(ground.seen, field, "personal")
            yield UnseenFact(ground.seen, "access", why, settle, field)


def _filters(ground: Ground, rows: Rows) -> Iterator[Fact | About]:
    for schema, table in rows:
        if (name := ground.dataset(schema, table)) is not None:
            yield About(name, {"row_security": True})
            why = "a row-level policy decides which rows are seen, and is not read"
            yield UnseenFact(ground.seen, "access", why, "review the policy for the identity", name)


def _sizes(ground: Ground, rows: Rows) -> Iterator[About]:
    for schema, table, count in rows:
        if (name := ground.dataset(schema, table)) is not None:
            yield About(name, {"rows_estimate": whole_of(str(count).partition(".")[0])})


def _history(ground: Ground, rows: Rows) -> Iterator[Fact]:
    """Tell fields that statements used; Redshift writes a line's end as two characters."""
    whole = [row for row in rows if len(str(row[1])) < _CUT]
    ran = [
        Ran(str(text).replace("\\n", "\n"), ran_by(ground, str(user)).name, whole_of(count) or 0, moment_of(last))
        for user, text, count, last in whole
    ]
    yield from read_texts(ground, "redshift", ran, "public")
    if cut := sum(whole_of(row[2]) or 0 for row in rows) - sum(whole_of(row[2]) or 0 for row in whole):
        why = f"the texts of {cut:,} statements are cut off at 4,000 characters"
        yield UnseenFact(ground.seen, "use", why, "review them in SYS_QUERY_TEXT")
    if {str(row[0]) for row in rows} <= {ground.seen.identity}:
        why = "no statement of another user is shown: none ran, or they are hidden"
        yield UnseenFact(ground.seen, "use", why, _HISTORIES)


def _held(ground: Ground, on: Name, right: str, who: object, kind: object, *, grantable: bool) -> Iterator[Fact]:
    match str(kind).lower():
        case "public":
            holder = ground.principal(PUBLIC)
        case "user":
            holder = ground.principal(who)
        case "role":
            holder = _role(ground, who).principal
        case other:
            holder = ground.principal(f"{other}:{who}")
            yield PrincipalFact(ground.seen, holder)
    yield GrantFact(ground.seen, holder, on, right, grantable=grantable)


def _role(ground: Ground, name: object) -> PrincipalFact:
    # A user and a role may have the same name.
    attributes = frozenset({"superuser"}) if name == _SUPERUSER else frozenset[str]()
    return PrincipalFact(ground.seen, Principal(ground.namespace, f"role:{name}"), attributes)


def _listed(columns: object) -> Sequence[str]:
    try:
        found = json.loads(str(columns))
    except ValueError:
        return ()
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else ()


def _seconds(value: ColumnElement[Any], _form: ClockForm) -> ColumnElement[Any]:
    import sqlalchemy as sa

    return sa.extract("epoch", value)


def _above(url: URL) -> str:
    return url.database or ""


def _same(identity: str) -> Sequence[str]:
    return (identity.lower(), f"role:{identity}", f"role:{identity.lower()}")


WAREHOUSE: Final = Warehouse(
    backend="redshift",
    package="sqlalchemy-redshift",
    asked=(
        Asked("users", "access", _USERS, _users, _CATALOG),
        Asked("roles of users", "access", _OF_USERS, _of_users, _CATALOG),
        Asked("roles of roles", "access", _OF_ROLES, _of_roles, _CATALOG),
        Asked("privileges on schemas", "access", _SCHEMAS, _schemas, _CATALOG),
        Asked("owners of schemas", "access", _OPENED, _opened, _CATALOG),
        Asked("privileges on tables", "access", _RELATIONS, _relations, _CATALOG),
        Asked("privileges on columns", "access", _COLUMNS, _relations, _CATALOG),
        Asked("owners of tables", "access", _TABLES, _owners, _CATALOG),
        Asked("owners of views", "access", _VIEWS, _owners, _CATALOG),
        Asked("masking policies", "access", _MASKS, _masks, _CATALOG),
        Asked("row-level policies", "access", _FILTERS, _filters, _CATALOG),
        Asked("sizes of tables", "structure", _SIZES, _sizes, _MONITOR),
    ),
    seconds=_seconds,
    above=_above,
    gap=Failed(
        "members of groups are not read, and a user without ACCESS CATALOG is shown its own privileges only",
        "grant to roles instead of groups, and review what the user that scans is shown",
    ),
    same=_same,
    history=(Asked("what ran", "use", _HISTORY, _history, _HISTORIES, each=since_in_utc),),
)
CONNECTOR = Connector("redshift", RedshiftSettings, read, schemes=())
