"""Tables of DynamoDB: keys and attributes by a bounded scan, what ends items, what brings them back, who may read them.

See docs/connectors/dynamodb.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from connectors._aws.access import Guarded, access
from connectors._aws.session import AwsSettings, Service, Statement, place_of, service, statements_of, unreachable
from connectors._sql import Failed, Session
from connectors._stores.index import Collection, Store, answer
from connectors._stores.index_payload import Keys, page_of, value_at
from lineage.connector import Connector, Structure, Task
from lineage.context import Context
from lineage.duration import Duration
from lineage.facts import CostFact, Fact, JobFact, LingerFact, UnseenFact
from lineage.model import Name

if TYPE_CHECKING:
    import pyarrow as pa

Path = tuple[str, ...]
_MAX_TABLES: Final = 1_000
_LEARNT: Final = 1_000
_AT_ONCE: Final = 1_000
_RIGHTS: Final = {
    "select": ("dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan", "dynamodb:BatchGetItem"),
    "insert": ("dynamodb:PutItem",),
    "update": ("dynamodb:UpdateItem",),
    "delete": ("dynamodb:DeleteItem",),
}
_TYPES: Final = {"S": "VARCHAR", "N": "DOUBLE", "B": "BLOB"}


class DynamodbSettings(AwsSettings):
    """Which account and region: those of the credentials."""


@dataclass(slots=True)
class Table:
    """One table, and its items."""

    database: Service
    name: str
    about: Mapping[str, Any] = field(repr=False)
    items: Sequence[Mapping[str, object]] = field(default=(), repr=False)
    """The first of them, while its structure is told."""
    whole: bool = False
    """These are all."""

    @property
    def key(self) -> tuple[str, ...]:
        """Its partition key and its sort key."""
        return tuple(one["AttributeName"] for one in self.about.get("KeySchema", ()))

    @property
    def rows(self) -> int:
        """How many items, as counted here or by the service some hours ago."""
        return len(self.items) if self.whole else max(int(self.about.get("ItemCount", 0)), len(self.items) + 1)

    def pages(self, paths: Sequence[Path], start: int, count: int | None) -> Iterator[pa.Table]:
        """Give items from the n-th on.

        Raises:
            Failed: they may not be read.
        """
        del start  # a scan begins at the beginning
        wanted = {path[0] for path in paths}
        left = count
        for items in self.scanned(wanted):
            some = items if left is None else items[:left]
            if some:
                yield _page(paths, some)
            if left is not None and (left := left - len(some)) <= 0:
                return

    def scanned(self, names: set[str] | None = None) -> Iterator[Sequence[Mapping[str, object]]]:
        """Give items, page by page; with names, those attributes only.

        Raises:
            Failed: they may not be read.
        """
        from boto3.dynamodb.types import TypeDeserializer

        told = TypeDeserializer()
        asked: dict[str, Any] = {"TableName": self.name, "Limit": _AT_ONCE}
        if names:
            spelt = {f"#n{number}": name for number, name in enumerate(sorted(names))}
            asked |= {"ProjectionExpression": ", ".join(spelt), "ExpressionAttributeNames": spelt}
        while True:
            page = self.database.ask("scan", **asked)
            yield [{key: _plain(told.deserialize(value)) for key, value in one.items()} for one in page["Items"]]
            if "LastEvaluatedKey" not in page:
                return
            asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _page(paths: Sequence[Path], items: Sequence[Mapping[str, object]]) -> pa.Table:
    return page_of(paths, lambda path: [value_at(one, path, ()) for one in items])


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from the tables of one region.

    Raises:
        ConnectorError: they cannot be read.
    """
    given = DynamodbSettings.model_validate(settings.model_dump())
    database = service(given, "dynamodb", context)
    unseen: list[Failed] = []
    tables: dict[str, Table] = {}
    try:
        names = [name for page in database.pages("list_tables") for name in page["TableNames"]]
        if len(names) > _MAX_TABLES:
            why = f"more than {_MAX_TABLES:,} tables: the rest was not looked at"
            unseen.append(Failed(why, "allow the auditor those that are meant"))
        for name in names[:_MAX_TABLES]:
            tables[name] = Table(database, name, database.ask("describe_table", TableName=name)["Table"])
    except Failed as failed:
        raise unreachable(context, failed) from None
    place = f"dynamodb://{place_of(given)}"
    wanted = {reads for task in tasks if isinstance(task, Structure) for reads in task.targets.values()}
    structure = any(isinstance(task, Structure) for task in tasks)
    if not structure:
        wanted = {one.name.path[-1] for task in tasks if not isinstance(task, Structure) for one in _relations(task)}
    collections = {name: _collection(table, learn=not wanted or name in wanted) for name, table in tables.items()}
    identity = next((task.identity for task in tasks if isinstance(task, Structure)), None)

    def more(session: Session) -> Iterator[Fact]:
        for table in tables.values():
            if not wanted or table.name in wanted:
                yield from _ends(table, Name(place, (table.name,)), context, session)
        yield from _access(given, context, place, tables, identity, session)

    store = Store(
        "Amazon DynamoDB", place, "", "access key", collections, None, tuple(unseen),
        records="items", every=True, more=more,
    )  # fmt: skip
    for fact in answer(store, tasks, context):
        match fact:
            case CostFact():
                yield replace(fact, queries=fact.queries + database.queries)
            case _:
                yield fact


def _relations(task: Any) -> Iterator[Any]:
    yield task.relation
    yield from task.joined.values() if hasattr(task, "joined") else ()


def _collection(table: Table, *, learn: bool) -> Collection:
    """Describe a table; its attributes are learnt from its first items where the plan names it."""
    keys, partly = Keys(), []
    for one in table.about.get("AttributeDefinitions", ()):
        keys.note(one["AttributeName"], _TYPES[one["AttributeType"]])
    if learn:
        try:
            _learn(table, keys)
        except Failed as failed:
            partly.append(failed)
    if not table.whole:
        why = f"its attributes were learnt from {len(table.items):,} of about {table.rows:,} items"
        partly.append(Failed(why, "name in the plan what may stand in the others"))
    return Collection(
        table.name,
        table.rows,
        keys.fields(),
        table.pages,
        seekable=False,
        key=table.key,
        size_bytes=table.about.get("TableSizeBytes"),
        partly=(*partly, *keys.partly()),
    )


def _learn(table: Table, keys: Keys) -> None:
    items: list[Mapping[str, object]] = []
    whole = True
    for page in table.scanned():
        if len(items) >= _LEARNT:
            whole = False
            break
        items.extend(page)
    table.items, table.whole = items, whole
    for item in items:
        keys.take(item)


def _ends(table: Table, on: Name, context: Context, session: Session) -> Iterator[Fact]:
    """Tell the time to live of items, and for how long deleted ones can be had back."""
    seen = session.seen("time to live")
    try:
        told = table.database.ask("describe_time_to_live", TableName=table.name)["TimeToLiveDescription"]
        kept = table.database.ask("describe_continuous_backups", TableName=table.name)["ContinuousBackupsDescription"]
    except Failed as failed:
        settle = "allow dynamodb:DescribeTimeToLive and dynamodb:DescribeContinuousBackups to the auditor"
        yield UnseenFact(seen, "definition", f"what ends items: {failed.reason}", settle, on)
        return
    if told.get("TimeToLiveStatus") == "ENABLED":
        ends = [item.get(told["AttributeName"]) for item in table.items]
        given = [one for one in ends if isinstance(one, int | float) and not isinstance(one, bool)]
        left = [max(0.0, one - context.now.timestamp()) for one in given]
        keeps = Duration(seconds=round(max(left))) if left else None
        spares, looked = len(ends) - len(given), None if table.whole else len(ends)
        job = JobFact(seen, "ttl", "within days", (on,), keeps=keeps, spares=spares, at_least=True, looked=looked)
        yield replace(job, per_record=True)
    else:
        yield JobFact(seen, "ttl", "never", (on,), spares=table.rows, looked=None if table.rows else 0)
    back = kept.get("PointInTimeRecoveryDescription", {})
    if back.get("PointInTimeRecoveryStatus") == "ENABLED":
        days = int(back.get("RecoveryPeriodInDays", 35))
        yield LingerFact(seen, on, "point-in-time recovery", Duration(seconds=86_400 * days))


def _access(
    settings: DynamodbSettings,
    context: Context,
    place: str,
    tables: Mapping[str, Table],
    identity: str | None,
    session: Session,
) -> Iterator[Fact]:
    iam = service(settings, "iam", context) if identity is not None else None
    guarded = [Guarded(Name(place, (name,)), (table.about["TableArn"],)) for name, table in tables.items()]
    policy: list[Statement] = []
    for table in tables.values():
        absent = ("PolicyNotFoundException", "UnknownOperationException", "InternalFailure", "404")
        try:
            told = table.database.maybe("get_resource_policy", absent, ResourceArn=table.about["TableArn"])
        except Failed as failed:
            settle = "allow dynamodb:GetResourcePolicy to the auditor"
            yield session.unseen("access", Failed(failed.reason, settle), Name(place, (table.name,)))
        else:
            policy.extend(statements_of(told.get("Policy", "")))
    yield from access(place, guarded, _RIGHTS, policy, iam, identity, session)


def _plain(value: Any) -> object:
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case Mapping():
            return {key: _plain(one) for key, one in value.items()}
        case list() | set() | frozenset():
            return [_plain(one) for one in value]
        case str() | bool() | None:
            return value
        case _:
            return None


CONNECTOR = Connector("dynamodb", DynamodbSettings, read)
