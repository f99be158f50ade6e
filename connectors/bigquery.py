"""BigQuery, through its dialect of SQLAlchemy: rights on objects, policy tags, expirations, time travel.

See docs/connectors/bigquery.md. Written from BigQuery's documentation, not verified against BigQuery itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel, Field

from connectors._bigquery_partitions import PARTITIONS, in_their_dataset, partition_facts
from connectors._sql import Failed
from connectors._used import Ran
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
    whole_of,
)
from connectors._warehouse_history import ran_by, read_texts, since
from lineage.clock import ClockForm
from lineage.connector import Connector, Task
from lineage.context import Context
from lineage.duration import Duration
from lineage.facts import Fact, GrantFact, JobFact, LingerFact, PrincipalFact, TagFact, UnseenFact
from lineage.model import PUBLIC, DatasetKind, Name, Principal

if TYPE_CHECKING:
    from sqlalchemy import URL, ColumnElement

FAIL_SAFE: Final = 7
"""Days that a table can be had back after time travel, by Google's support."""
_HOURS: Final = 168
"""Of time travel, where a dataset says nothing else."""
_METADATA: Final = "grant roles/bigquery.metadataViewer to the account that scans; is the region right?"
_VIEW: Final = "grant roles/bigquery.dataViewer on what the plan reads to the account that scans"
_POLICY: Final = "let the account that scans do bigquery.datasets.getIamPolicy and bigquery.tables.getIamPolicy"
_WRITES: Final = ("select", "insert", "update", "delete")
_RIGHTS: Final[Mapping[str, tuple[str, ...]]] = {
    "roles/bigquery.dataViewer": ("select",),
    "roles/bigquery.filteredDataViewer": ("select",),
    "roles/bigquery.dataEditor": _WRITES,
    "roles/bigquery.dataOwner": _WRITES,
    "roles/bigquery.admin": _WRITES,
    "roles/bigquery.metadataViewer": (),
}
_OBJECTS: Final = """
SELECT object_schema, object_name, object_type, privilege_type, grantee
FROM `region-{region}`.INFORMATION_SCHEMA.OBJECT_PRIVILEGES
WHERE object_schema = :schema AND object_name = :table
ORDER BY privilege_type, grantee"""
_SCHEMAS: Final = """
SELECT NULL, object_name, object_type, privilege_type, grantee
FROM `region-{region}`.INFORMATION_SCHEMA.OBJECT_PRIVILEGES
WHERE object_name = :schema AND object_type = 'SCHEMA'
ORDER BY privilege_type, grantee"""
_TAGS: Final = """
SELECT table_schema, table_name, field_path
FROM `region-{region}`.INFORMATION_SCHEMA.COLUMN_FIELD_PATHS
WHERE ARRAY_LENGTH(policy_tags) > 0 ORDER BY table_schema, table_name, field_path"""
_STORAGE: Final = """
SELECT table_schema, table_name, total_rows, total_logical_bytes, storage_last_modified_time
FROM `region-{region}`.INFORMATION_SCHEMA.TABLE_STORAGE
WHERE NOT deleted ORDER BY table_schema, table_name"""
_EXPIRY: Final = """
SELECT o.table_schema, o.table_name, o.option_value, c.column_name
FROM `region-{region}`.INFORMATION_SCHEMA.TABLE_OPTIONS AS o
LEFT JOIN `region-{region}`.INFORMATION_SCHEMA.COLUMNS AS c
ON c.table_schema = o.table_schema AND c.table_name = o.table_name AND c.is_partitioning_column = 'YES'
WHERE o.option_name = 'partition_expiration_days' ORDER BY o.table_schema, o.table_name"""
_ENDS: Final = """
SELECT table_schema, table_name
FROM `region-{region}`.INFORMATION_SCHEMA.TABLE_OPTIONS
WHERE option_name = 'expiration_timestamp' ORDER BY table_schema, table_name"""
_TRAVEL: Final = """
SELECT schema_name, option_value
FROM `region-{region}`.INFORMATION_SCHEMA.SCHEMATA_OPTIONS
WHERE option_name = 'max_time_travel_hours' ORDER BY schema_name"""

_HISTORY: Final = """
SELECT user_email, query, COUNT(*), MAX(creation_time)
FROM `region-{region}`.INFORMATION_SCHEMA.JOBS
WHERE creation_time >= CAST(:since AS TIMESTAMP) AND job_type = 'QUERY' AND state = 'DONE' AND error_result IS NULL
AND (statement_type IS NULL OR statement_type <> 'SCRIPT')
GROUP BY user_email, query ORDER BY user_email, query"""
_JOBS: Final = "grant roles/bigquery.resourceViewer (bigquery.jobs.listAll) on the project to the account that scans"
_ACCOUNTS: Final = ".gserviceaccount.com"


class BigquerySettings(WarehouseSettings):
    """Where the project is."""

    region: str = Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$")
    """Of the datasets: `eu`, `us`, `europe-west3`."""


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from one project of BigQuery.

    Raises:
        ConnectorError: it cannot be read, or its dialect is not installed.
    """
    assert isinstance(settings, BigquerySettings)  # noqa: S101 - the registry made them with our class
    yield from read_warehouse(WAREHOUSE, settings, tasks, context, {"region": settings.region})


def _each_table(ground: Ground) -> Sequence[Mapping[str, str]]:
    # The view is asked for one object at a time, so that only what the plan reads is.
    return [{"schema": name.path[-2], "table": name.path[-1]} for name in sorted(set(ground.resolved))]


def _each_schema(ground: Ground) -> Sequence[Mapping[str, str]]:
    return [{"schema": schema} for schema in sorted({name.path[-2] for name in ground.resolved})]


def _rights(ground: Ground, rows: Rows) -> Iterator[Fact]:
    """Tell what roles of IAM on a dataset or on a table of it let somebody do."""
    told: set[Principal] = set()
    for schema, name, _kind, role, grantee in rows:
        holder = _holder(ground, str(grantee))
        if holder not in told:
            told.add(holder)
            attributes = frozenset({"login"}) if holder.name != PUBLIC else frozenset[str]()
            yield PrincipalFact(ground.seen, holder, attributes)
        wide = schema is None
        one = None if wide else ground.dataset(schema, name)
        places = list(ground.within(name)) if wide else [one] if one is not None else []
        rights = _RIGHTS.get(str(role))
        for on in places:
            if rights is None:
                why = "somebody has a role on it that is not known here"
                yield UnseenFact(ground.seen, "access", why, "review what the role of IAM lets one do", on)
            levels = ((holder.name, (str(name),)),) if wide else ()
            for right in rights or ():
                yield GrantFact(ground.seen, holder, on, right, levels=levels)


def _open(ground: Ground, rows: Rows) -> Iterator[Fact]:
    """Tell rights on datasets; what lies in one has no door of its own before it."""
    for schema in sorted({name.path[:-1] for name in ground.resolved}):
        yield GrantFact(ground.seen, ground.principal(PUBLIC), Name(ground.namespace, schema), "usage")
    yield from _rights(ground, rows)


def _tags(ground: Ground, rows: Rows) -> Iterator[Fact]:
    for schema, table, path in rows:
        name = ground.dataset(schema, table)
        field = None if name is None else ground.fields.get((name, str(path)))
        if field is not None:
            yield TagFact(ground.seen, field, "personal")
            why = "a policy tag decides who sees its values, and is not read"
            yield UnseenFact(ground.seen, "access", why, "review the tag's readers and its masking rules", field)


def _storage(ground: Ground, rows: Rows) -> Iterator[About]:
    for schema, table, count, size, changed in rows:
        if (name := ground.dataset(schema, table)) is not None:
            counts = {"rows_estimate": whole_of(count), "size_bytes": whole_of(size)}
            yield About(name, {**counts, "changed_at": moment_of(changed), "changed_by": "storage"})


def _expiry(ground: Ground, rows: Rows) -> Iterator[Fact]:
    """Tell at which age partitions are deleted, counted from the column by which a table is partitioned."""
    for schema, table, told, column in rows:
        name = ground.dataset(schema, table)
        if name is None:
            continue
        try:
            keeps = Duration(seconds=round(float(str(told)) * DAY))
        except (ValueError, OverflowError):
            yield UnseenFact(ground.seen, "structure", "the partition expiration is no number", "look at it", name)
            continue
        since = ground.fields.get((name, str(column)))
        expiry = (ground.seen, "partition expiration", "by partition", (name,))
        yield JobFact(*expiry, keeps=keeps, since=since, drops=True)


def _ends(ground: Ground, rows: Rows) -> Iterator[Fact]:
    """Tell which tables end as a whole, at a moment of their own: no age of a row, and once."""
    for schema, table in rows:
        if (name := ground.dataset(schema, table)) is not None:
            yield JobFact(ground.seen, "table expiration", "once", (name,))


def _travel(ground: Ground, rows: Rows) -> Iterator[Fact]:
    """Tell for how long what is deleted can be had back: seven days unless the dataset says less, and seven more."""
    hours = {str(schema): whole_of(str(value).strip('"')) for schema, value in rows}
    for (schema, _), fact in ground.datasets.items():
        if fact.kind is DatasetKind.TABLE:
            kept = hours.get(schema, _HOURS)
            span = Duration(seconds=3_600 * (kept if kept is not None else _HOURS))
            yield LingerFact(ground.seen, fact.name, "time travel", span)
            yield LingerFact(ground.seen, fact.name, "fail-safe", Duration(seconds=span.seconds + DAY * FAIL_SAFE))


def _history(ground: Ground, rows: Rows) -> Iterator[Fact]:
    """Tell fields that queries of this project used; a script's own text is left out, since its parts are told."""
    ran = [
        Ran(str(text), _account(ground, str(email)), whole_of(count) or 0, moment_of(last))
        for email, text, count, last in rows
        if text is not None
    ]
    yield from read_texts(ground, "bigquery", ran)
    if hidden := sum(whole_of(count) or 0 for _, text, count, _ in rows if text is None):
        yield UnseenFact(ground.seen, "use", f"the text of {hidden:,} queries is hidden", _JOBS)
    why = "queries that other projects run on these datasets are not told"
    yield UnseenFact(ground.seen, "use", why, "let the workflow run in this project, or review the others' jobs")


def _account(ground: Ground, email: str) -> str:
    # A job names the mail alone, a right says what it is of.
    kinds = ("serviceAccount", "user") if email.endswith(_ACCOUNTS) else ("user", "serviceAccount")
    return ran_by(ground, *(f"{kind}:{email}" for kind in kinds), email).name


def _holder(ground: Ground, grantee: str) -> Principal:
    everybody = grantee in {"allUsers", "allAuthenticatedUsers"}
    return ground.principal(PUBLIC if everybody else grantee)


def _seconds(value: ColumnElement[Any], form: ClockForm) -> ColumnElement[Any]:
    import sqlalchemy as sa

    # A wall clock or a day is taken as UTC's; which zone it is of is the plan's to say.
    moment = value if form is ClockForm.AWARE else sa.func.timestamp(value)
    return sa.func.unix_micros(moment) * sa.literal_column("0.000001")


def _above(url: URL) -> str:
    return url.host or ""


def _same(identity: str) -> Sequence[str]:
    return [f"{kind}:{identity}" for kind in ("serviceAccount", "user", "group")]


WAREHOUSE: Final = Warehouse(
    backend="bigquery",
    package="sqlalchemy-bigquery",
    asked=(
        Asked("privileges on datasets", "access", _SCHEMAS, _open, _POLICY, each=_each_schema),
        Asked("privileges on tables", "access", _OBJECTS, _rights, _POLICY, each=_each_table),
        Asked("policy tags", "access", _TAGS, _tags, _METADATA),
        Asked("storage of tables", "structure", _STORAGE, _storage, _METADATA),
        Asked("expirations of partitions", "structure", _EXPIRY, _expiry, _METADATA),
        Asked("partitions of a table", "retention", PARTITIONS, partition_facts, _VIEW, of=in_their_dataset),
        Asked("expirations of tables", "retention", _ENDS, _ends, _METADATA),
        Asked("time travel of datasets", "structure", _TRAVEL, _travel, _METADATA),
    ),
    seconds=_seconds,
    above=_above,
    gap=Failed(
        "rights given on the project, a folder or the organisation, members of groups, authorised views and row access "
        "policies are not read",
        "review the project's IAM",
    ),
    moments=frozenset({"TIMESTAMP"}),
    caller_rights=True,
    same=_same,
    history=(Asked("what ran", "use", _HISTORY, _history, _JOBS, each=since),),
)
CONNECTOR = Connector("bigquery", BigquerySettings, read, schemes=())
