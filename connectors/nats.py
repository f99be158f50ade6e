"""Streams of NATS JetStream and buckets of its key-value store, read message by message and without a consumer.

A dataset is a stream (`ORDERS`), the messages of a subject or of a pattern of subjects (`orders.created`, `orders.>`),
or a bucket (`KV_users`). See docs/connectors/nats.md for what was verified against what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import BaseModel

from connectors._nats_session import BUCKET, NatsSettings, Session, moment_of, opened
from connectors._sql import Failed
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

_SUBJECT: Final = re.compile(r"[^\s*>.]+(\.[^\s*>.]+)*|([^\s>.]+\.)*([^\s*>.]+|\*|>)")
_NANO: Final = 1e9
_RIGHTS: Final = Failed(
    "NATS tells a login neither its own permissions nor those of others",
    "review the permissions of the account's users in the server's configuration or in their JWTs",
)


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from one account of a server.

    Raises:
        ConnectorError: it cannot be read.
    """
    given = NatsSettings.model_validate(settings.model_dump())
    namespace = _namespace(given.url.get_secret_value())
    if namespace is None:
        raise ConnectorError(f"{context.source}: the url is none of NATS; is it like nats://host:4222?")
    with opened(given, context) as session:
        try:
            streams = session.streams()
        except Failed as failed:
            raise ConnectorError(f"{context.source}: {failed.reason}; {failed.settle}") from None
        topics = {name: _topic(session, name, told) for name, told in sorted(streams.items())}
        for asked in sorted(asked_for(tasks) or ()):
            if asked not in topics and (found := _by_subject(session, streams, asked)) is not None:
                topics[asked] = found
        unseen, who = tuple(session.unseen), given.user or "login"
        broker = Broker(
            "NATS", namespace, session.version, who, topics, _RIGHTS, unseen, asked=lambda: session.requests
        )
        yield from answer(broker, tasks, context)


def _topic(session: Session, name: str, told: Mapping[str, Any]) -> Topic:
    config, state = told.get("config") or {}, told.get("state") or {}
    bucket = name.startswith(BUCKET)

    def peek() -> Peek:
        found = told_of(session.last(name, state, PEEKED))
        # What the stream says of its ends is of all that it holds, whatever was read.
        return Peek(found.events, moment_of(state.get("first_ts")), moment_of(state.get("last_ts")))

    return Topic(
        name,
        int(state.get("messages") or 0),
        own_fields("offset", *(("key", "operation") if bucket else ("subject",))),
        peek,
        lambda count: session.all(name, state) if count is None else session.last(name, state, count),
        (_ending(config),),
        size_bytes=state.get("bytes") if isinstance(state.get("bytes"), int) else None,
        key=("offset",),
        partly=_partly(config),
    )


def _by_subject(session: Session, streams: Mapping[str, Mapping[str, Any]], asked: str) -> Topic | None:
    """Give the messages of a subject or a pattern of them, of the one stream that takes it."""
    if _SUBJECT.fullmatch(asked) is None or len(asked) > 1_000:
        return None
    for name, told in sorted(streams.items()):
        config, state = told.get("config") or {}, told.get("state") or {}
        if any(covers(str(one), asked) for one in config.get("subjects") or ()):
            try:
                held = session.held(name, asked)
            except Failed as failed:
                session.unseen.append(failed)
                return None
            return Topic(
                asked,
                held,
                own_fields("offset", "subject"),
                lambda: told_of(session.of_subject(name, state, asked, PEEKED), whole=held <= PEEKED),  # noqa: B023 - returned at once
                lambda count: session.of_subject(name, state, asked, count),  # noqa: B023 - returned at once
                (_ending(config),),
                key=("offset",),
                partly=_partly(config),
            )
    return None


def covers(pattern: str, subject: str) -> bool:
    """Tell whether every message of a subject, or of a pattern of subjects, is one of a pattern."""
    wide, narrow = pattern.split("."), subject.split(".")
    for place, part in enumerate(wide):
        if part == ">":
            return len(narrow) > place
        if place >= len(narrow) or narrow[place] == ">" or part not in {"*", narrow[place]}:
            return False
    return len(wide) == len(narrow)


def _ending(config: Mapping[str, Any]) -> Ending:
    age = config.get("max_age")
    return Ending("max_age", lasting(age / _NANO) if isinstance(age, int | float) else None)


def _partly(config: Mapping[str, Any]) -> tuple[Failed, ...]:
    """Say what may end messages beside their age, or hide that they were there."""
    if config.get("retention") in {None, "limits"}:
        return ()
    reason = f"the stream keeps messages by {config['retention']}, so that what was read is gone".replace(
        "workqueue", "work"
    )
    return (Failed(reason, "name another stream that keeps them, or take it that it tells only what is waiting"),)


def _namespace(url: str) -> str | None:
    try:
        parts = urlsplit(url)
        port = parts.port or 4222
    except ValueError:
        return None
    usable = parts.scheme in {"nats", "tls", "ws", "wss"} and parts.hostname and url.isprintable()
    return f"nats://{parts.hostname}:{port}" if usable and not parts.query and parts.path in {"", "/"} else None


CONNECTOR = Connector("nats", NatsSettings, read, schemes=("nats",))
