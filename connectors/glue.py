"""The catalogue of AWS Glue with the permissions of Lake Formation: tables, columns and who may read them; no record.

See docs/connectors/glue.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import BaseModel, Field

from connectors._aws.session import AwsSettings, Service, place_of, service, unreachable
from connectors._names import nearest, split_name
from connectors._sql import Cost, Failed, Session, Traits
from lineage.connector import Connector, Structure, Task
from lineage.context import Context
from lineage.facts import (
    AbsentFact,
    DatasetFact,
    Fact,
    FieldFact,
    GrantFact,
    OpaqueFact,
    PrincipalFact,
    ResolvedFact,
    Seen,
    SystemFact,
)
from lineage.model import DatasetKind, Name, Principal

Tables = Mapping[tuple[str, str], Mapping[str, Any]]
_MAX_TABLES: Final = 10_000
_RIGHTS: Final[Mapping[str, tuple[str, ...]]] = {
    "SELECT": ("select",),
    "INSERT": ("insert",),
    "DELETE": ("delete",),
    "ALL": ("select", "insert", "delete"),
    "SUPER": ("select", "insert", "delete"),
}
_EVERYBODY: Final = "IAM_ALLOWED_PRINCIPALS"
_ELSEWHERE: Final = Failed(
    "a catalogue holds no records", "read them where they lie: s3 for their files, sql for an engine"
)


class GlueSettings(AwsSettings):
    """Which account and region: those of the credentials."""

    database: str = Field("default", min_length=1, max_length=255)
    """The database of names that a plan writes without one."""


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from the catalogue of one account and region.

    Raises:
        ConnectorError: it cannot be read.
    """
    given = GlueSettings.model_validate(settings.model_dump())
    glue, lake = service(given, "glue", context), service(given, "lakeformation", context)
    session = Session(context, "access key", Traits(table=_no_table), _no_rows, Cost())
    for task in tasks:
        if isinstance(task, Structure):
            yield from _structure(given, glue, lake, session, task)
        else:
            yield session.unseen("data", _ELSEWHERE, task.relation.name)
    session.cost.queries = glue.queries + lake.queries
    yield session.bill()


def _structure(given: GlueSettings, glue: Service, lake: Service, session: Session, task: Structure) -> Iterator[Fact]:
    namespace, seen = f"glue://{place_of(given)}", session.seen("catalogue")
    try:
        tables, whole = _tables(glue)
    except Failed as failed:
        raise unreachable(session.context, failed) from None
    # Lake Formation leaves out what the auditor may not see, and does not say so.
    yield SystemFact(seen, namespace, "AWS Glue", "", complete_catalogue=False)
    if not whole:
        why = f"more than {_MAX_TABLES:,} tables: the rest was not looked at"
        yield session.unseen("structure", Failed(why, "allow the auditor those that are meant"), None)
    for place, about in tables.items():
        yield from _described(seen, Name(namespace, place), about)
    yield from _rights(lake, session, namespace, tables)
    for dataset, reads in task.targets.items():
        parts = split_name(reads)
        wanted = (given.database, *parts) if len(parts) == 1 else parts
        # Glue folds names to lower case.
        found = tuple(part.lower() for part in wanted)
        if len(found) == 2 and (found[0], found[1]) in tables:
            yield ResolvedFact(seen, dataset, Name(namespace, found))
        else:
            last = (parts or (reads,))[-1]
            yield AbsentFact(seen, dataset, reads, proven=False, nearest=nearest(last, (name for _, name in tables)))


def _tables(glue: Service) -> tuple[Tables, bool]:
    tables: dict[tuple[str, str], Mapping[str, Any]] = {}
    for databases in glue.pages("get_databases"):
        for database in databases["DatabaseList"]:
            for page in glue.pages("get_tables", DatabaseName=database["Name"]):
                for table in page["TableList"]:
                    if len(tables) >= _MAX_TABLES:
                        return tables, False
                    tables[database["Name"], table["Name"]] = table
    return tables, True


def _described(seen: Seen, name: Name, about: Mapping[str, Any]) -> Iterator[Fact]:
    view = about.get("TableType") == "VIRTUAL_VIEW"
    kind = DatasetKind.VIEW if view else DatasetKind.FOREIGN
    changed = about.get("UpdateTime")
    yield DatasetFact(
        seen,
        name,
        kind,
        _counted(about.get("Parameters", {})),
        owner=about.get("Owner") or None,
        documented=bool(about.get("Description")),
        changed_at=changed.astimezone(UTC) if isinstance(changed, datetime) else None,
        default_rights=False,
    )
    columns = [*about.get("StorageDescriptor", {}).get("Columns", ()), *about.get("PartitionKeys", ())]
    for position, column in enumerate(columns, start=1):
        spelt, documented = _spelt(str(column.get("Type", ""))), bool(column.get("Comment"))
        yield FieldFact(seen, name.at(column["Name"]), position, spelt, documented=documented)
    if view:
        yield OpaqueFact(seen, name, "the definition of a view in Glue is its engine's own, and is not read")


def _spelt(type_: str) -> str:
    """Give a type's spelling; of what is nested the kind alone is told."""
    kind, bracket, _ = type_.partition("<")
    return kind if bracket else type_


def _counted(parameters: Mapping[str, str]) -> int | None:
    told = parameters.get("recordCount") or parameters.get("numRows") or ""
    return int(told) if told.isdigit() else None


def _rights(lake: Service, session: Session, namespace: str, tables: Tables) -> Iterator[Fact]:
    """Tell what Lake Formation grants, for each table and column that the catalogue shows."""
    seen = session.seen("Lake Formation")
    asked: dict[str, Any] = {"MaxResults": 100}
    told: list[Mapping[str, Any]] = []
    try:
        while True:
            page = lake.ask("list_permissions", **asked)
            told.extend(page.get("PrincipalResourcePermissions", ()))
            if not page.get("NextToken"):
                break
            asked["NextToken"] = page["NextToken"]
    except Failed as failed:
        why = Failed(f"grants of Lake Formation: {failed.reason}", "allow lakeformation:ListPermissions to the auditor")
        yield session.unseen("access", why, None)
        return
    policies = Failed(
        "policies of IAM and of the buckets are not weighed here", "review them, or read the buckets with s3"
    )
    yield session.unseen("access", policies, None)
    yield from (PrincipalFact(seen, holder) for holder in sorted({_holder(namespace, one) for one in told}, key=str))
    for one in told:
        yield from _granted(session, seen, namespace, tables, one)


def _granted(session: Session, seen: Seen, namespace: str, tables: Tables, told: Mapping[str, Any]) -> Iterator[Fact]:
    resource, holder = told.get("Resource", {}), _holder(namespace, told)
    given = {right for one in told.get("Permissions", ()) for right in _RIGHTS.get(one, ())}
    more = {right for one in told.get("PermissionsWithGrantOption", ()) for right in _RIGHTS.get(one, ())}
    if holder.name == _EVERYBODY:
        why = Failed("Lake Formation leaves it to IAM's policies alone", "revoke it from IAM_ALLOWED_PRINCIPALS")
        about = resource.get("Table") or resource.get("TableWithColumns") or resource.get("Database") or {}
        path = (about.get("DatabaseName"), about.get("Name")) if about.get("DatabaseName") else (about.get("Name"),)
        yield session.unseen("access", why, Name(namespace, tuple(part for part in path if part)))
        return
    if not given:
        return
    if not (about := resource.get("Table") or resource.get("TableWithColumns")):
        kinds = ", ".join(sorted(kind for kind in resource if kind.isalpha()))
        why = Failed(f"a grant by {kinds or 'nothing that is known'} is not followed", "grant by table, or review it")
        yield session.unseen("access", why, None)
        return
    every = "TableWildcard" in about and about["TableWildcard"] is not None
    for place, table in tables.items():
        if place[0] == about["DatabaseName"] and (every or place[1] == about.get("Name")):
            name = Name(namespace, place)
            for on in _places(name, table, about):
                yield from (GrantFact(seen, holder, on, right, right in more) for right in sorted(given))


def _places(name: Name, table: Mapping[str, Any], about: Mapping[str, Any]) -> Iterator[Name]:
    """Give what a grant speaks of: the table, or those of its columns that it names or does not leave out."""
    columns = [*table.get("StorageDescriptor", {}).get("Columns", ()), *table.get("PartitionKeys", ())]
    names = [str(one["Name"]) for one in columns]
    left_out = (about.get("ColumnWildcard") or {}).get("ExcludedColumnNames") or ()
    if about.get("ColumnNames"):
        yield from (name.at(one) for one in names if one in about["ColumnNames"])
    elif left_out:
        yield from (name.at(one) for one in names if one not in left_out)
    else:
        yield name


def _holder(namespace: str, told: Mapping[str, Any]) -> Principal:
    return Principal(namespace, str(told.get("Principal", {}).get("DataLakePrincipalIdentifier", "")))


def _no_table(_name: Name) -> Any:
    raise _ELSEWHERE


def _no_rows(_statement: Any) -> Any:
    raise _ELSEWHERE


CONNECTOR = Connector("glue", GlueSettings, read)
