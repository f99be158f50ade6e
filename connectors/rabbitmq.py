"""Queues and streams of a RabbitMQ virtual host, by its management API; messages only where the plan says so.

To look at a message is to take it and put it back, which marks it as redelivered: `peek` is off unless it is turned on.
See docs/connectors/rabbitmq.md for what was verified against what.
"""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlsplit

from pydantic import BaseModel, Field, SecretStr

from connectors._files.open import not_a_name
from connectors._sql import Failed
from connectors._stores.event_payload import Event, event_of
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
from connectors._stores.index_http import Server, base_of
from lineage.connector import Connector, Settings, Task
from lineage.context import Context
from lineage.duration import Duration
from lineage.errors import ConnectorError
from lineage.facts import Fact, GrantFact, PrincipalFact, Seen
from lineage.model import Name, Principal

_AGE: Final = re.compile(r"(\d{1,12})([YMDhms])")
_UNITS: Final = {"Y": 31_536_000, "M": 2_592_000, "D": 86_400, "h": 3_600, "m": 60, "s": 1}
_NO_PEEK: Final = Failed(
    "messages are not read: to look at one marks it as redelivered",
    "set `peek: true` at the connector where that may be",
)
_STREAM: Final = Failed(
    "messages of a stream are not read: the management API gives none", "read what the stream is written from"
)
_OTHERWISE: Final = Failed("the server answers otherwise than RabbitMQ", "is the connector's url right?", final=True)
_HELD: Final = Failed(
    "messages are fewer than the server counts: a consumer holds some, or they are on their way back",
    "scan again when no consumer holds messages",
)
_PATIENCE: Final = 6.0
"""Seconds: a count of RabbitMQ is up to five seconds old, and a message that was put back takes a moment."""
_PATTERN: Final = Failed(
    "a permission has a pattern that is not decided here", "show who may read each queue to whoever signs the launch"
)


class RabbitmqSettings(Settings):
    """Where the management API is, as whom it is asked, and whether messages may be looked at."""

    url: SecretStr
    """`https://host:15671` or `http://host:15672`."""
    user: str = Field(max_length=512, repr=False)
    password: SecretStr
    vhost: str = Field("/", min_length=1, max_length=255)
    peek: bool = False
    """Look at the first messages of queues, which marks them as redelivered."""


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from one virtual host.

    Raises:
        ConnectorError: it cannot be read.
    """
    given = RabbitmqSettings.model_validate(settings.model_dump())
    base = base_of(given.url.get_secret_value())
    if base is None:
        raise ConnectorError(f"{context.source}: the url is none of a server; is it like https://host:15671?")
    login = base64.b64encode(f"{given.user}:{given.password.get_secret_value()}".encode()).decode()
    server = Server(base, {"Authorization": f"Basic {login}"}, min(context.budget.seconds, 30.0))
    vhost = quote(given.vhost, safe="")
    try:
        version = server.get("/api/overview").get("rabbitmq_version", "")
        listed = [one for one in server.get(f"/api/queues/{vhost}") if isinstance(one, Mapping) and "name" in one]
    except (Failed, AttributeError, TypeError) as error:
        why = error if isinstance(error, Failed) else _OTHERWISE
        raise ConnectorError(f"{context.source}: {why.reason}; {why.settle}") from None
    wanted, sent = asked_for(tasks), [3]
    topics = {}
    for one in listed:
        name = str(one["name"])
        path = f"/api/queues/{vhost}/{quote(name, safe='')}" if given.peek else ""
        topics[name] = _topic(server, one, path if wanted is None or name in wanted else "", sent)
    namespace = f"amqp://{urlsplit(base).hostname}/{given.vhost.lstrip('/')}".rstrip("/")
    rights, closed = _rights(server, vhost, namespace, tuple(topics))
    said = str(version)[:40] if re.fullmatch(r"[0-9A-Za-z.+-]*", str(version)) else ""
    yield from answer(
        Broker("RabbitMQ", namespace, said, given.user, topics, closed, rights=rights, asked=lambda: sent[0]),
        tasks,
        context,
    )


def _topic(server: Server, told: Mapping[str, Any], path: str, sent: list[int]) -> Topic:
    name, rows, kind = str(told["name"]), int(told.get("messages") or 0), told.get("type")
    head = _moment(told.get("head_message_timestamp"))
    closed = _STREAM if kind == "stream" else None if path else _NO_PEEK
    if closed is None and rows > PEEKED:
        reason = f"the first {PEEKED:,} of about {rows:,} messages are read at most"
        closed = Failed(reason, "judge it by what the queue is written from")

    def events(count: int | None) -> Iterator[Event]:
        for one in _looked_at(server, path, min(count or PEEKED, PEEKED), rows, sent):
            yield _event(one)

    def peek() -> Peek:
        if not path or kind == "stream":
            return Peek(oldest=head)
        # A message that is newer can stand before one that is older: what the head says is the oldest to be taken.
        return told_of(events(None), whole=rows <= PEEKED)

    return Topic(
        name,
        rows,
        own_fields("subject"),
        peek,
        events,
        (_ending(told, stream=kind == "stream"),),
        stamped=False,
        size_bytes=told.get("message_bytes") if isinstance(told.get("message_bytes"), int) else None,
        partly=() if closed is None else (closed,),
        closed=closed,
    )


def _looked_at(server: Server, path: str, count: int, rows: int, sent: list[int]) -> Sequence[Mapping[str, Any]]:
    """Take the first messages and put them back.

    Raises:
        Failed: the server gives fewer than it counts, and goes on to do so.
    """
    ends = time.monotonic() + _PATIENCE
    while True:
        sent[0] += 1
        found = server.post(f"{path}/get", {"count": count, "ackmode": "ack_requeue_true", "encoding": "base64"})
        if not isinstance(found, list):
            raise _OTHERWISE
        if len(found) >= min(count, rows):
            return found
        if time.monotonic() > ends:
            raise _HELD
        time.sleep(0.2)
        sent[0] += 1
        counted = server.get(path)
        rows = int(counted.get("messages") or 0) if isinstance(counted, Mapping) else rows


def _event(told: Mapping[str, Any]) -> Event:
    said = told.get("properties")
    properties: Mapping[str, Any] = said if isinstance(said, Mapping) else {}
    headers = {name: value for name, value in (properties.get("headers") or {}).items() if not not_a_name(name)}
    own = {
        "logged_at": _moment(properties.get("timestamp")),
        "subject": told.get("routing_key"),
        "headers": headers,
    }
    return event_of(own, base64.b64decode(told.get("payload") or ""))


def _ending(told: Mapping[str, Any], *, stream: bool) -> Ending:
    arguments, policy = told.get("arguments") or {}, told.get("effective_policy_definition") or {}
    if stream:
        ages = [_age(one) for one in (arguments.get("x-max-age"), policy.get("max-age")) if one is not None]
        # Which of the two wins differs between versions: the longer one is what can be promised.
        return Ending("max-age", lasting(max(ages)) if ages and None not in ages else None)
    limits = [arguments.get("x-message-ttl"), policy.get("message-ttl")]
    known = [one / 1_000 for one in limits if isinstance(one, int | float)]
    if not known:
        return Ending("message-ttl", None)
    return Ending("message-ttl", lasting(min(known)) if min(known) > 0 else Duration())


def _age(text: object) -> float:
    found = _AGE.fullmatch(str(text))
    return int(found.group(1)) * _UNITS[found.group(2)] if found else 0.0


def _rights(
    server: Server, vhost: str, namespace: str, queues: Sequence[str]
) -> tuple[Callable[[Seen], Iterator[Fact]] | None, Failed | None]:
    """Give who may read which queue; None, and why, where it is not told or not decided."""
    try:
        lines = [one for one in server.get(f"/api/vhosts/{vhost}/permissions") if isinstance(one, Mapping)]
        reading = [(str(one["user"]), _pattern(one["read"]), _pattern(one["configure"])) for one in lines]
    except Failed as failed:
        way = "give the connector a user with the tag `administrator`, or show who may read"
        return None, Failed(f"permissions are not told: {failed.reason}", way)
    except re.error:
        return None, _PATTERN
    except (KeyError, TypeError):
        return None, _OTHERWISE

    def told(seen: Seen) -> Iterator[Fact]:
        for who, read_of, configure_of in reading:
            principal = Principal(namespace, who)
            yield PrincipalFact(seen, principal, frozenset({"login"}))
            for queue in queues:
                for right, pattern in (("select", read_of), ("truncate", configure_of)):
                    if pattern.search(queue) is not None:
                        yield GrantFact(seen, principal, Name(namespace, (queue,)), right)

    return told, None


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text or "^$")  # the server takes an empty pattern for nothing


def _moment(stamp: object) -> datetime | None:
    try:
        return datetime.fromtimestamp(stamp, UTC) if isinstance(stamp, int) and stamp > 0 else None
    except (ValueError, OverflowError, OSError):
        return None


CONNECTOR = Connector("rabbitmq", RabbitmqSettings, read)
