"""Topics of a broker that speaks Kafka's protocol, read without a consumer group and without a committed offset.

The ends of a topic are its first and last records, not what the broker says of its offsets and times.
See docs/connectors/kafka.md for what was verified against what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Final

from pydantic import BaseModel

from connectors._kafka.registry import Registry
from connectors._kafka.rights import rights_of
from connectors._kafka.session import KafkaSettings, Session, opened
from connectors._sql import Failed
from connectors._stores.event_payload import Event
from connectors._stores.events import (
    PEEKED,
    Broker,
    Ending,
    Peek,
    Topic,
    answer,
    asked_for,
    lasting,
    own_fields,
    told_of,
)
from lineage.connector import Connector, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import Fact

_SERVER: Final = r"(?:[A-Za-z0-9._-]+|\[[0-9a-fA-F:]+\]):\d{1,5}"
_SERVERS: Final = re.compile(rf"(?:kafka://)?({_SERVER})(?:,{_SERVER})*/?")
_SILENT: Final = Failed(
    "the broker does not say how long it keeps records", "let the login describe the configuration of topics"
)


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from a cluster.

    Raises:
        ConnectorError: it cannot be read.
    """
    given = KafkaSettings.model_validate(settings.model_dump())
    found = _SERVERS.fullmatch(given.url.get_secret_value())
    if found is None:
        raise ConnectorError(f"{context.source}: the url names no broker; is it like host:9092?")
    registry = _registry(given, context)
    with opened(given, context) as session:
        try:
            names = session.topics()
        except Failed as failed:
            raise ConnectorError(f"{context.source}: {failed.reason}; {failed.settle}") from None
        wanted = asked_for(tasks)
        asked = [name for name in names if wanted is None or name in wanted]
        configs = session.configs(asked)
        topics = {name: _shell(name) for name in names}
        for name in asked:
            topics[name] = _topic(session, registry, name, names[name], configs.get(name))
        rights, closed, left_out = rights_of(session, given.user)
        who = "anonymous" if given.user is None else f"User:{given.user}"
        yield from answer(
            Broker(
                *("Kafka protocol", f"kafka://{found.group(1)}", "", who, topics, closed),
                unseen=(*session.unseen, *left_out),
                rights=rights(f"kafka://{found.group(1)}") if rights else None,
                asked=lambda: session.requests + registry.requests,
            ),
            tasks,
            context,
        )


def _registry(given: KafkaSettings, context: Context) -> Registry:
    try:
        return Registry.at(
            "" if given.registry is None else given.registry.get_secret_value(),
            given.registry_user,
            "" if given.registry_password is None else given.registry_password.get_secret_value(),
            used=given.format != "json",
        )
    except Failed as failed:
        raise ConnectorError(f"{context.source}: {failed.reason}; {failed.settle}") from None


def _shell(name: str) -> Topic:
    """Give a topic that nothing is asked of."""
    return Topic(name, 0, {}, Peek, lambda _count: ())


def _topic(
    session: Session, registry: Registry, name: str, partitions: Sequence[int], config: Mapping[str, str] | None
) -> Topic:
    own, partly = own_fields("partition", "offset", "key", "operation"), []
    try:
        bounds = session.bounds(name, partitions)
        schema = registry.latest(name)
    except Failed as failed:
        return Topic(name, 0, own, Peek, lambda _count: (), closed=failed, partly=(failed,))
    rows = sum(max(high - low, 0) for low, high in bounds.values())
    if registry.failed is not None:
        partly.append(registry.failed)

    def peek() -> Peek:
        schemas = registry.schema if registry.used else None
        if rows <= PEEKED:
            return told_of(session.all(name, bounds, schemas, 20 * PEEKED))
        first = told_of(session.first(name, bounds, schemas)).oldest
        last = told_of(session.last(name, bounds, schemas, PEEKED), whole=False)
        return Peek(last.events, first, last.newest)

    def events(count: int | None) -> Iterator[Event]:
        schemas = registry.schema if registry.used else None
        if count is None:
            return session.all(name, bounds, schemas)
        return iter(list(session.last(name, bounds, schemas, count))[-count:])

    return Topic(
        name,
        rows,
        own,
        peek,
        events,
        () if config is None else tuple(_endings(config)),
        schema,
        stamped=(config or {}).get("message.timestamp.type") == "LogAppendTime",
        parts=len(partitions),
        key=("partition", "offset"),
        partly=tuple(partly),
        untold=() if config and "retention.ms" in config else (_SILENT,),
    )


def _endings(config: Mapping[str, str]) -> Iterator[Ending]:
    policy = {one.strip() for one in config.get("cleanup.policy", "delete").split(",")}
    if "delete" not in policy:
        yield Ending("cleanup.policy", None)
        return
    text = config.get("retention.ms", "")
    if text.removeprefix("-").isdigit():
        keeps, open_for = lasting(int(text) / 1_000), config.get("segment.ms", "")
        # A segment goes as a whole: its first record when its last one is due.
        segment = lasting(int(open_for) / 1_000) if open_for.isdigit() else None
        latest = None if keeps is None or segment is None else keeps.plus(timedelta(seconds=segment.seconds))
        yield Ending("retention.ms", keeps, latest)


def _from_url(url: str) -> Mapping[str, object]:
    return {"url": url}


CONNECTOR = Connector("kafka", KafkaSettings, read, schemes=("kafka",), from_url=_from_url)
