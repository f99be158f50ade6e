"""Stores of user state: what telling their structure and measuring a column costs.

Redis is a server that runs (Valkey from its wheel), S3 and DynamoDB are the stand-in of the tests, whose own speed is
in the figures; Delta and Iceberg are tables on this machine.
"""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from lineage import registry
from lineage.connector import Column, Measure, MeasureKind, Profile, Relation, Structure
from lineage.context import Context
from lineage.facts import CostFact, DatasetFact, Fact, FieldFact, MeasureFact
from lineage.model import DatasetId, SourceId

_ONE = DatasetId("s.one")
_NOW = datetime(2026, 11, 22, tzinfo=UTC)


def run(*, small: bool) -> list[str]:
    """Measure each store."""
    return [line for one in (redis, s3, dynamodb, delta, iceberg) for line in one(100 if small else 10_000)]


def redis(records: int) -> list[str]:
    """Measure keys of a server: each a hash."""
    from tests.connectors.redis_servers import binary, emptied, running

    program = binary("valkey")
    if program is None:
        return ["redis: no server here"]
    with running(program) as port:
        client = emptied(port)
        for number in range(records):
            client.hset(f"session:{number}", mapping={"region": "EU", "at": "2026-11-01T00:00:00Z"})
        return _measured("redis", {"url": f"redis://127.0.0.1:{port}/0"}, "session:*", "at", records)


def s3(records: int) -> list[str]:
    """Measure objects of a bucket: a hundred records in each."""
    with _aws("s3") as (client, settings):
        client.create_bucket(Bucket="state")
        body = "\n".join(json.dumps({"id": number, "at": "2026-11-01T00:00:00Z"}) for number in range(100))
        for number in range(records // 100):
            client.put_object(Bucket="state", Key=f"notes/{number}.jsonl", Body=body.encode())
        return _measured("s3", {**settings, "bucket": "state"}, "notes/*.jsonl", "at", records)


def dynamodb(records: int) -> list[str]:
    """Measure items of a table."""
    with _aws("dynamodb") as (client, settings):
        client.create_table(
            TableName="carts",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        for start in range(0, records, 25):
            items = [
                {"PutRequest": {"Item": {"id": {"S": str(start + one)}, "at": {"S": "2026-11-01T00:00:00Z"}}}}
                for one in range(25)
            ]
            client.batch_write_item(RequestItems={"carts": items})
        return _measured("dynamodb", settings, "carts", "at", records)


def delta(records: int) -> list[str]:
    """Measure rows of a table of Delta Lake."""
    import pyarrow as pa
    from deltalake import write_deltalake

    with tempfile.TemporaryDirectory() as folder:
        write_deltalake(f"{folder}/orders", pa.table({"id": list(range(records)), "at": [_NOW] * records}))
        return _measured("delta", {"path": folder}, "orders", "at", records)


def iceberg(records: int) -> list[str]:
    """Measure rows of a table of Iceberg."""
    import pyarrow as pa
    from pyiceberg.catalog import load_catalog

    with tempfile.TemporaryDirectory() as folder:
        uri = f"sqlite:///{folder}/catalog.db"
        catalog = load_catalog("default", type="sql", uri=uri, warehouse=f"file://{folder}/files")
        catalog.create_namespace("sales")
        rows = pa.table({"id": list(range(records)), "at": [_NOW] * records})
        catalog.create_table("sales.orders", schema=rows.schema).append(rows)
        return _measured("iceberg", {"uri": uri}, "sales.orders", "at", records)


@contextmanager
def _aws(service: str) -> Iterator[tuple[Any, dict[str, Any]]]:
    from tests.connectors import aws_servers

    with aws_servers.running() as url:
        yield aws_servers.client(url, service), {"endpoint": url, **aws_servers.CREDENTIALS}


def _measured(kind: str, settings: dict[str, Any], reads: str, clock: str, records: int) -> list[str]:
    started = time.perf_counter()
    structure = _read(kind, settings, Structure({_ONE: reads}))
    told = time.perf_counter() - started
    [name] = [fact.name for fact in structure if isinstance(fact, DatasetFact) and fact.name.path[-1] == reads]
    fields = [fact for fact in structure if isinstance(fact, FieldFact) and fact.name.dataset == name]
    relation = Relation(_ONE, name, {one.name.field[-1]: Column(one.name.field, one.type) for one in fields})
    measures = (Measure(_ONE, MeasureKind.ROWS), Measure(_ONE, MeasureKind.OLDEST, clock))
    started = time.perf_counter()
    profile = _read(kind, settings, Profile(relation, None, (), measures))
    took = time.perf_counter() - started
    rows = [fact.value for fact in profile if isinstance(fact, MeasureFact) and fact.measure == "rows"]
    assert rows == [records], rows
    return [
        f"{kind}: structure of 1 dataset, {records:,} records: {len(structure)} facts in {told:.2f} s "
        f"({len(structure) / told:,.0f} a second), {_queries(structure):,} queries; "
        f"a clock's oldest: {took:.2f} s, {_queries(profile):,} queries"
    ]


def _read(kind: str, settings: dict[str, Any], task: Any) -> list[Fact]:
    connector = registry.connector(kind)
    context = Context(SourceId("s"), _NOW)
    return list(connector.read(connector.settings.model_validate(settings), [task], context))


def _queries(facts: list[Fact]) -> int:
    return sum(fact.queries for fact in facts if isinstance(fact, CostFact))
