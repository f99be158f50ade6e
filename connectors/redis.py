"""Keys of Redis and Valkey: user state, sessions, caches and streams; each pattern of keys is a dataset.

Keys are scanned within bounds (`SCAN`, never `KEYS`), and nothing is written.
See docs/connectors/redis.md.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, SecretStr

from connectors._key_patterns import matching, patterns_of
from connectors._redis.acl import DEFAULT, access
from connectors._redis.keys import MAX_KEYS, OWN, Database, Kept, Shelf, text_of
from connectors._sql import Failed, Session
from connectors._stores.index import Collection, Store, answer
from lineage.connector import Connector, Settings, Structure, Task
from lineage.context import Context
from lineage.duration import Duration
from lineage.errors import ConnectorError
from lineage.facts import CostFact, Fact, JobFact
from lineage.model import Name

ADDED: Final = ("added_at",)
_LOOKED: Final = 2_000
"""Records of a dataset from which its fields are learnt."""
_WAY: Final = "is the connector's url right, and may its account scan?"
_SCHEMES: Final = ("redis", "rediss", "unix", "valkey", "valkeys")


class RedisSettings(Settings):
    """Where the server is."""

    url: SecretStr
    """`redis://user:password@host:6379/0`, `rediss://` with TLS, `unix:///path`; `valkey://` means the same."""


@dataclass(frozen=True, slots=True)
class Server:
    """What a server says of itself."""

    product: str
    version: str
    user: str
    policy: str
    """How it makes room when memory is short; empty where it does not, or does not tell."""
    unseen: tuple[Failed, ...]


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from one database of a server.

    Raises:
        ConnectorError: it cannot be read.
    """
    given = RedisSettings.model_validate(settings.model_dump())
    url = given.url.get_secret_value()
    database = Database(_client(url, context), context.budget.seconds)
    try:
        try:
            server = _server(database)
            keys, whole = database.scanned()
            if not whole:
                keys = _with_named(database, keys, tasks)
            kept = database.kept(keys)
        except Failed as failed:
            raise ConnectorError(f"{context.source}: {failed.reason}; {_WAY}") from None
        shelves, unseen = _shelves(database, kept, tasks, context.now), list(server.unseen)
        if not whole:
            why = f"more than {MAX_KEYS:,} keys, or out of time: the rest was not looked at"
            unseen.append(Failed(why, "raise the source's budget of seconds, or scan a database with fewer keys"))
        place = _namespace(url)

        def more(session: Session) -> Iterator[Fact]:
            yield from _deletions(place, shelves, server, session, whole=whole or _all_end(database))
            yield from access(database, place, shelves, session)

        store = Store(
            server.product,
            place,
            server.version,
            server.user,
            {name: _collection(name, shelf, whole=whole) for name, shelf in shelves.items()},
            None,
            tuple(unseen),
            records="keys",
            every=True,
            more=more,
        )
        for fact in answer(store, tasks, context):
            match fact:
                case CostFact():
                    yield replace(fact, queries=fact.queries + database.queries)
                case _:
                    yield fact
    finally:
        database.client.close()


def _client(url: str, context: Context) -> Any:
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    logging.getLogger("redis").setLevel(logging.WARNING)
    spelt = "redis" + url.removeprefix("valkey") if url.startswith("valkey") else url
    way = "is it like redis://user:password@host:6379/0, without options?"
    wrong = ConnectorError(f"{context.source}: the url is none of a Redis or Valkey server; {way}")
    patience = {"socket_timeout": max(1.0, context.budget.seconds), "socket_connect_timeout": 10}
    try:
        known = urlsplit(url).scheme in _SCHEMES and "?" not in url
        client = redis.Redis.from_url(spelt, protocol=2, retry=Retry(NoBackoff(), 0), **patience) if known else None
    except (ValueError, TypeError, redis.RedisError):
        client = None
    if client is None:
        raise wrong
    # Answers are read here as the server gives them: what a version of the client makes of them changes.
    client.response_callbacks.clear()
    return client


def _server(database: Database) -> Server:
    database.ask("PING")
    # Reading then leaves the time of a key's last use as it is (Redis 7.2 and Valkey).
    with suppress(Failed):
        database.ask("CLIENT", "NO-TOUCH", "ON")
    told: dict[str, str] = {}
    unseen: list[Failed] = []
    try:
        for section in ("server", "memory", "cluster"):
            told.update(_info(database.ask("INFO", section)))
    except Failed as failed:
        unseen.append(Failed(f"{failed.reason}: version and eviction are not known", "grant +info"))
    if told.get("cluster_enabled") == "1":
        why = "it is one node of a cluster: what other nodes hold was not looked at"
        unseen.append(Failed(why, "give each node a source of its own"))
    product = "Valkey" if "valkey_version" in told else "Redis"
    policy = told.get("maxmemory_policy", "") if int(told.get("maxmemory", "0")) else ""
    user = DEFAULT
    with suppress(Failed):
        user = text_of(database.ask("ACL", "WHOAMI"))
    version = told.get("valkey_version") or told.get("redis_version", "")
    return Server(product, version, user, "" if policy == "noeviction" else policy, tuple(unseen))


def _info(told: object) -> Mapping[str, str]:
    lines = (line.partition(":") for line in text_of(told).splitlines())
    return {key: value.strip() for key, colon, value in lines if colon}


def _with_named(database: Database, keys: Sequence[str], tasks: Sequence[Task]) -> list[str]:
    """Add keys that the plan names and that are not among those that were scanned."""
    missed = [reads for reads in sorted(_wanted(tasks)) if not matching(keys, reads)]
    return sorted({*keys, *(key for reads in missed for key in database.sought(reads))})


def _shelves(database: Database, kept: Mapping[str, Kept], tasks: Sequence[Task], now: datetime) -> Mapping[str, Shelf]:
    """Give the keys by dataset: those that the plan names by its patterns, all others by what may be told of them."""
    wanted = _wanted(tasks)
    found: dict[str, Sequence[str]] = {}
    for reads in sorted(wanted):
        if keys := matching(kept, reads):
            found[reads] = keys
    taken = {key for keys in found.values() for key in keys}
    for pattern, keys in patterns_of([key for key in kept if key not in taken], wanted).items():
        found.setdefault(pattern, keys)
    return {name: Shelf(database, {key: kept[key] for key in keys}, now) for name, keys in found.items()}


def _wanted(tasks: Sequence[Task]) -> set[str]:
    wanted: set[str] = set()
    for task in tasks:
        if isinstance(task, Structure):
            wanted |= set(task.targets.values())
        else:
            joined = () if not hasattr(task, "joined") else task.joined.values()
            wanted |= {one.name.path[-1] for one in (task.relation, *joined)}
    return wanted


def _collection(name: str, shelf: Shelf, *, whole: bool) -> Collection:
    partly: list[Failed] = []
    fields = dict(OWN)
    if not any(one.type == "stream" for one in shelf.kept.values()):
        del fields[ADDED]
    try:
        keys, all_seen = shelf.keys(_LOOKED)
        fields |= keys.fields()
        partly.extend(keys.partly())
        if not all_seen:
            why = f"its fields were learnt from {_LOOKED:,} of {shelf.rows:,} records"
            partly.append(Failed(why, "name in the plan what may stand in the others"))
    except Failed as failed:
        partly.append(failed)
    odd = sorted({one.type for one in shelf.kept.values()} - {"string", "hash", "list", "set", "zset", "stream"})
    if odd:
        partly.append(Failed("values of a module's types were not read", "review by hand what is kept in them"))
    behind = shelf.cut
    if not whole:
        behind = Failed("not all keys were looked at", "raise the source's budget of seconds")
    stamped = frozenset({ADDED, ("accessed_at",)}) & fields.keys()
    seekable = not any(one.type == "stream" for one in shelf.kept.values())
    return Collection(
        name,
        shelf.rows,
        fields,
        shelf.pages,
        seekable=seekable,
        key=("key",) if seekable else (),
        stamped=stamped,
        partly=tuple(partly),
        behind=behind,
    )


def _deletions(
    place: str, shelves: Mapping[str, Shelf], server: Server, session: Session, *, whole: bool
) -> Iterator[Fact]:
    """Tell what ends keys: their own time to live, and eviction where memory is bounded.

    A key shows what is left of its time; since it was not used meanwhile, it was given that and its idle time at least.
    """
    seen = session.seen("time to live")
    for name, shelf in shelves.items():
        on = Name(place, (name,))
        given = [one.left / 1_000 + (one.idle or 0) for one in shelf.kept.values() if one.left is not None]
        endless = len(shelf.kept) - len(given)
        keeps = Duration(seconds=round(max(given))) if given else None
        looked = None if whole else len(shelf.kept)
        yield JobFact(seen, "ttl", "at once", (on,), keeps=keeps, spares=endless, at_least=True, looked=looked)
        if server.policy.startswith("allkeys") or (server.policy and given):
            eviction = f"eviction ({server.policy})"
            yield JobFact(seen, eviction, "when memory is short", (on,), keeps=Duration(), spares=len(shelf.kept))


def _all_end(database: Database) -> bool:
    """Say whether every key of the database has a time to live, by the server's own count."""
    with suppress(Failed, ValueError):
        number = database.client.connection_pool.connection_kwargs.get("db", 0)
        told = _info(database.ask("INFO", "keyspace")).get(f"db{number}", "")
        counts = dict(part.split("=", 1) for part in told.split(","))
        return counts.get("keys") == counts.get("expires")
    return False


def _namespace(url: str) -> str:
    parts = urlsplit(url)
    number = parts.path.strip("/") or "0"
    if parts.scheme == "unix":
        return "redis://" + hashlib.sha256(parts.path.encode()).hexdigest()[:12]
    return f"redis://{parts.hostname or 'localhost'}:{parts.port or 6379}/{number}"


def _from_url(url: str) -> Mapping[str, object]:
    return {"url": url}


CONNECTOR = Connector(
    "redis", RedisSettings, read, schemes=("redis", "rediss", "valkey", "valkeys"), from_url=_from_url
)
