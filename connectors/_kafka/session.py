"""A connection to brokers: what topics there are, how they are set, and records by partition and offset.

Partitions are assigned, never subscribed to: no group is joined, no offset is committed or stored. The end of a
partition is where the broker has no more to give: what it says of the highest offset may be too low, by a batch.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, Final, Literal, Self

from pydantic import Field, SecretStr, model_validator

from connectors._files.open import not_a_name
from connectors._sql import Failed
from connectors._stores.event_payload import Event, Schemas, event_of
from lineage.connector import Settings
from lineage.context import Context
from lineage.errors import ConnectorError

Bounds = Mapping[int, tuple[int, int]]
"""Partition -> its first offset, and the one that the broker says comes next."""
_PATIENCE: Final = 5.0
_AT_ONCE: Final = 1_000
_CONFIGS: Final = 200
_BEYOND: Final = 100_000
"""So many records after the end that was told are read of a topic that never stops."""
_EPOCH: Final = datetime.fromtimestamp(0, UTC)
_REFUSED: Final = ("TOPIC_AUTHORIZATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED", "GROUP_AUTHORIZATION_FAILED")
_LOGIN: Final = ("_AUTHENTICATION", "SASL_AUTHENTICATION_FAILED", "_SSL")
_QUIET: Final = logging.getLogger("lineage.kafka")
_QUIET.addHandler(logging.NullHandler())
_QUIET.propagate = False


class KafkaSettings(Settings):
    """Where the brokers are, as whom they are asked, and where schemas are registered."""

    url: SecretStr
    """`host:9092`, several with commas between them."""
    user: str | None = Field(None, max_length=512, repr=False)
    password: SecretStr | None = None
    mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    security_protocol: Literal["plaintext", "ssl", "sasl_plaintext", "sasl_ssl"] | None = None
    """`sasl_ssl` where there is a user, else `plaintext`."""
    ca: str | None = Field(None, max_length=4096, repr=False)
    """A file with the certificates of the authority that is trusted."""
    registry: SecretStr | None = None
    """A schema registry: `https://host:8081`."""
    registry_user: str | None = Field(None, max_length=512, repr=False)
    registry_password: SecretStr | None = None
    format: Literal["auto", "json", "avro"] = "auto"
    """With `json`, no payload is looked up in the registry."""

    @model_validator(mode="after")
    def _proves_itself(self) -> Self:
        if (self.user is None) != (self.password is None):
            raise ValueError("give a user and its password, or neither")
        return self

    @property
    def protocol(self) -> str:
        """The protocol that is spoken."""
        return self.security_protocol or ("plaintext" if self.user is None else "sasl_ssl")


@dataclass(slots=True)
class Session:
    """One connection."""

    consumer: Any = field(repr=False)
    admin: Any = field(repr=False)
    ends: float
    errors: list[str] = field(default_factory=list)
    """Names of errors that the client told beside its answers."""
    unseen: list[Failed] = field(default_factory=list)
    requests: int = 0

    def topics(self) -> Mapping[str, Sequence[int]]:
        """Give the topics that the login may see, with their partitions, without the brokers' own.

        Raises:
            Failed: they cannot be listed.
        """
        told = self._asked(lambda: self.consumer.list_topics(timeout=_PATIENCE))
        return {
            name: sorted(one.partitions)
            for name, one in sorted(told.topics.items())
            if not name.startswith("__") and one.error is None
        }

    def configs(self, names: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Give how topics are set; one that is not told is left out."""
        from confluent_kafka import admin

        kinds: Any = admin  # the client names them in a way that type checkers do not follow
        found = {}
        for start in range(0, len(names), _CONFIGS):
            some = [
                kinds.ConfigResource(kinds.ConfigResource.Type.TOPIC, name) for name in names[start : start + _CONFIGS]
            ]
            self.requests += 1
            for resource, answered in self.admin.describe_configs(some, request_timeout=_PATIENCE).items():
                try:
                    entries = answered.result(_PATIENCE * 2)
                except Exception:  # noqa: BLE001, S112 - of any class: topic by topic, what is not told is said to be so
                    continue
                found[resource.name] = {name: str(one.value) for name, one in entries.items() if one.value is not None}
        return found

    def bounds(self, name: str, partitions: Sequence[int]) -> Bounds:
        """Give where each partition begins and ends, as the broker says.

        Raises:
            Failed: it does not.
        """
        from confluent_kafka import TopicPartition

        found = {}
        for one in partitions:
            place = TopicPartition(name, one)
            found[one] = self._asked(lambda: self.consumer.get_watermark_offsets(place, timeout=_PATIENCE))  # noqa: B023 - called at once
        return found

    def all(self, name: str, bounds: Bounds, schemas: Schemas | None, most: int | None = None) -> Iterator[Event]:
        """Give every record, or so many.

        Raises:
            Failed: the broker stops answering, or the time is up.
        """
        yield from islice(self._from(name, {one: low for one, (low, _) in bounds.items()}, bounds, schemas), most)

    def first(self, name: str, bounds: Bounds, schemas: Schemas | None) -> Iterator[Event]:
        """Give the first record of each partition.

        Raises:
            Failed: the broker stops answering, or the time is up.
        """
        for one, (low, high) in bounds.items():
            if high > low:
                yield from self.all(name, {one: (low, high)}, schemas, 1)

    def last(self, name: str, bounds: Bounds, schemas: Schemas | None, count: int) -> Iterator[Event]:
        """Give the last records of each partition, about so many in all.

        Raises:
            Failed: the broker stops answering, or the time is up.
        """
        filled = {one: (low, high) for one, (low, high) in bounds.items() if high > low}
        each, back = max(1, count // max(1, len(filled))), 1
        while filled:
            starts = {one: max(low, high - each * back) for one, (low, high) in filled.items()}
            found = list(self._from(name, starts, filled, schemas))
            yield from found
            # What was compacted away, and marks of transactions, leave gaps: where nothing came, look further back.
            met = {event.own["partition"] for event in found}
            filled = {one: filled[one] for one in filled if one not in met and starts[one] > filled[one][0]}
            back *= 20

    def _from(self, name: str, starts: Mapping[int, int], bounds: Bounds, schemas: Schemas | None) -> Iterator[Event]:
        from confluent_kafka import KafkaError, TopicPartition

        self.requests += 1
        open_, heard = set(starts), time.monotonic()
        self.consumer.assign([TopicPartition(name, one, offset) for one, offset in starts.items()])
        while open_:
            met = self._asked(self._next, requests=0)  # the client fetches by itself, and we look at what has come
            heard = time.monotonic() if met else heard
            if time.monotonic() - heard > 2 * _PATIENCE:
                raise Failed("the broker stopped answering", "make it reachable and scan again", final=True)
            for one in met:
                error = one.error()
                if error is not None and error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - its public name
                    open_.discard(one.partition())
                elif error is not None:
                    raise _failed(str(error.name()), self.errors)
                elif one.partition() in open_:
                    yield event_from(one, schemas)
                    if one.offset() >= bounds[one.partition()][1] + _BEYOND:
                        open_.discard(one.partition())

    def _next(self) -> list[Any]:
        """Give what has come, at most so many: asked for more than there is, the client would wait for the rest."""
        first = self.consumer.consume(1, 0.5)
        return [*first, *(self.consumer.consume(_AT_ONCE, 0) if first else ())]

    def _asked(self, call: Any, requests: int = 1) -> Any:
        from confluent_kafka import KafkaException

        if time.monotonic() > self.ends:
            raise Failed("out of time", "raise the source's budget of seconds", final=True)
        self.requests += requests
        try:
            return call()
        except KafkaException as error:
            told: Any = error.args[0] if error.args else None
            raise _failed(told.name() if hasattr(told, "name") else type(error).__name__, self.errors) from None


def event_from(record: Any, schemas: Schemas | None) -> Event:
    """Make an event of a record."""
    kind, stamp = record.timestamp()
    headers = {name: _text(value) for name, value in record.headers() or () if not not_a_name(name)}
    own: dict[str, object] = {
        "logged_at": _moment(stamp) if kind else None,
        "partition": record.partition(),
        "offset": record.offset(),
        "key": _text(record.key()),
        "operation": "DEL" if record.value() is None else "PUT",
        "headers": headers,
    }
    return event_of(own, record.value(), schemas)


@contextmanager
def opened(settings: KafkaSettings, context: Context) -> Iterator[Session]:
    """Make a client, and end it.

    Raises:
        ConnectorError: there is none, or its settings are refused.
    """
    try:
        from confluent_kafka import Consumer, KafkaException
        from confluent_kafka.admin import AdminClient
    except ImportError:
        why = "the client of Kafka is not installed; install lineage-audit[kafka]"
        raise ConnectorError(f"{context.source}: {why}") from None
    errors: list[str] = []
    config: dict[str, Any] = {
        "bootstrap.servers": settings.url.get_secret_value().removeprefix("kafka://").rstrip("/"),
        "client.id": "lineage-audit",
        "security.protocol": settings.protocol,
        "socket.timeout.ms": int(_PATIENCE * 1_000),
        "log_level": 0,
        "error_cb": lambda error: errors.append(error.name()),
    }
    if settings.user is not None and settings.password is not None:
        config |= {"sasl.mechanism": settings.mechanism, "sasl.username": settings.user}
        config["sasl.password"] = settings.password.get_secret_value()
    if settings.ca is not None:
        config["ssl.ca.location"] = settings.ca
    reading = {
        "group.id": "lineage-audit",  # the client demands one; it is never joined
        "enable.auto.commit": False,
        "enable.auto.offset.store": False,
        "enable.partition.eof": True,
        "allow.auto.create.topics": False,
        "auto.offset.reset": "earliest",
        "fetch.wait.max.ms": 50,
        "isolation.level": "read_committed",
    }
    try:
        consumer, admin = Consumer({**config, **reading}, logger=_QUIET), AdminClient(config, logger=_QUIET)
    except (KafkaException, ValueError, TypeError):
        why = "the client refuses the settings; are they right, and does the file of certificates exist?"
        raise ConnectorError(f"{context.source}: {why}") from None
    try:
        yield Session(consumer, admin, time.monotonic() + max(context.budget.seconds, 1.0), errors)
    finally:
        consumer.close()


def _failed(name: str, errors: Sequence[str]) -> Failed:
    if any(one in {name, *errors} for one in _LOGIN):
        return Failed("login refused", "are the connector's user, password and protocol right?", final=True)
    if name in _REFUSED:
        return Failed(f"permission denied ({name})", "let the login describe and read the topic")
    way = "is the connector's url right, and does the broker advertise an address that can be reached?"
    return Failed(f"the broker does not answer ({name})", way, final=True)


def _moment(stamp: int) -> datetime | None:
    try:
        return _EPOCH + timedelta(milliseconds=stamp) if stamp >= 0 else None
    except OverflowError:
        return None


def _text(raw: bytes | str | None) -> str | None:
    return raw if raw is None or isinstance(raw, str) else raw.decode("utf-8", "replace")
