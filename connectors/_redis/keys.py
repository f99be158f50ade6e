"""Keys of a Redis or Valkey database: scanned once, their types and times to live, and their values page by page.

A hash is a record, and so are a text that holds a JSON object, and each entry of a stream; of lists, sets and sorted
sets the first members are read, as one value. Every command reads, and where the server can, it is told not to count
the reads as a use of the key.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from connectors._sql import Failed
from connectors._stores.index_payload import Keys, page_of, value_at

if TYPE_CHECKING:
    import pyarrow as pa

Path = tuple[str, ...]
OWN: Final[Mapping[Path, str]] = {
    ("key",): "VARCHAR",
    ("type",): "VARCHAR",
    ("expires_at",): "TIMESTAMP WITH TIME ZONE",
    ("accessed_at",): "TIMESTAMP WITH TIME ZONE",
    ("added_at",): "TIMESTAMP WITH TIME ZONE",
}
OWN_NAMES: Final = frozenset(path[0] for path in OWN)
MAX_KEYS: Final = 200_000
"""So many keys are looked at; what lies beyond is said to be unseen."""
_CALLS: Final = 500
"""So often the server is asked for keys of a pattern that were not among those: for five million keys."""
_AT_ONCE: Final = 500
_MEMBERS: Final = 1_000
_TEXT_BYTES: Final = 1_000_000
_READS: Final[Mapping[str, tuple[Any, ...]]] = {
    "string": ("GETRANGE", None, 0, _TEXT_BYTES),
    "hash": ("HGETALL", None),
    "list": ("LRANGE", None, 0, _MEMBERS - 1),
    "set": ("SSCAN", None, 0, "COUNT", _MEMBERS),
    "zset": ("ZRANGE", None, 0, _MEMBERS - 1),
}
_SIZES: Final = {"list": "LLEN", "set": "SCARD", "zset": "ZCARD", "stream": "XLEN", "string": "STRLEN"}
_LIMITS: Final = {"list": _MEMBERS, "set": _MEMBERS, "zset": _MEMBERS, "string": _TEXT_BYTES}


def text_of(raw: object) -> str:
    """Give bytes of the server as text; what is no UTF-8 stays told apart."""
    return raw.decode("utf-8", "surrogateescape") if isinstance(raw, bytes) else str(raw)


def bytes_of(key: str) -> bytes:
    """Give a key as the server has it."""
    return key.encode("utf-8", "surrogateescape")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of one key without its value."""

    type: str
    left: int | None
    """Milliseconds until it goes; None: never."""
    idle: int | None
    """Seconds since it was used; None where the server does not keep that."""
    size: int = 1
    """Entries of a stream, members of a collection, bytes of a text."""


@dataclass(slots=True)
class Database:
    """A database of a server that is open; every answer is bounded, and no error holds one."""

    client: Any = field(repr=False)
    seconds: float
    queries: int = 0
    started: float = field(default_factory=time.monotonic)

    def ask(self, *command: object) -> Any:
        """Run one command.

        Raises:
            Failed: with class only.
        """
        return self.several([command])[0]

    def several(self, commands: Sequence[tuple[Any, ...]]) -> list[Any]:
        """Run commands in one round trip; the answer to one that is refused is the `Failed`.

        Raises:
            Failed: the server is lost, or it is the only command.
        """
        from redis import RedisError

        self.queries += len(commands)
        pipeline = self.client.pipeline(transaction=False)
        for command in commands:
            pipeline.execute_command(*command)
        try:
            answers = pipeline.execute(raise_on_error=False)
        except (RedisError, OSError, ValueError) as error:
            raise Failed(
                f"the server does not answer ({type(error).__name__})", "make it reachable and scan again", final=True
            ) from None
        told = [_refused(one) if isinstance(one, Exception) else one for one in answers]
        if len(told) == 1 and isinstance(told[0], Failed):
            raise told[0]
        return told

    def scanned(self) -> tuple[list[str], bool]:
        """Give the keys, each once, and whether these are all.

        Raises:
            Failed: they may not be scanned.
        """
        found: dict[str, None] = {}
        cursor = "0"
        while True:
            after, keys = self.ask("SCAN", cursor, "COUNT", 1_000)
            cursor = text_of(after)
            found.update(dict.fromkeys(text_of(key) for key in keys))
            if cursor == "0":
                return sorted(found), True
            if len(found) >= MAX_KEYS or time.monotonic() - self.started > self.seconds:
                return sorted(found)[:MAX_KEYS], False

    def sought(self, reads: str) -> list[str]:
        """Give keys that a plan names and that lie beyond those that were scanned, as far as some calls reach.

        Raises:
            Failed: they may not be scanned.
        """
        if not set("*?") & set(reads):
            return [reads] if self.ask("TYPE", bytes_of(reads)) != b"none" else []
        # What else is a pattern to the server stands for itself in a plan.
        pattern = re.sub(r"[\[\]\\^]", r"\\\g<0>", reads)
        found: dict[str, None] = {}
        cursor = "0"
        for _ in range(_CALLS):
            after, keys = self.ask("SCAN", cursor, "MATCH", bytes_of(pattern), "COUNT", 10_000)
            cursor = text_of(after)
            found.update(dict.fromkeys(text_of(key) for key in keys))
            if cursor == "0" or len(found) >= MAX_KEYS or time.monotonic() - self.started > self.seconds:
                break
        return sorted(found)[:MAX_KEYS]

    def kept(self, keys: Sequence[str]) -> dict[str, Kept]:
        """Give what is known of keys without their values; what went meanwhile is left out.

        Raises:
            Failed: it may not be asked for.
        """
        found = {}
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            asked = [
                (*command, bytes_of(key)) for key in some for command in (("TYPE",), ("PTTL",), ("OBJECT", "IDLETIME"))
            ]
            answers = iter(self.several(asked))
            for key, kind, left, idle in zip(some, answers, answers, answers, strict=True):
                for answer in (kind, left):
                    if isinstance(answer, Failed):
                        raise answer
                if (spelt := text_of(kind)) != "none":
                    found[key] = Kept(spelt, left if left >= 0 else None, idle if isinstance(idle, int) else None)
        return self._sized(found)

    def _sized(self, kept: Mapping[str, Kept]) -> dict[str, Kept]:
        found = dict(kept)
        sized = [key for key, one in kept.items() if one.type in _SIZES]
        for start in range(0, len(sized), _AT_ONCE):
            some = sized[start : start + _AT_ONCE]
            answers = self.several([(_SIZES[kept[key].type], bytes_of(key)) for key in some])
            for key, size in zip(some, answers, strict=True):
                one = kept[key]
                found[key] = Kept(one.type, one.left, one.idle, size if isinstance(size, int) else 1)
        return found


@dataclass(slots=True)
class Shelf:
    """The keys of one dataset, as records."""

    database: Database
    kept: Mapping[str, Kept]
    now: datetime

    @property
    def rows(self) -> int:
        """How many records: an entry of a stream is one, and so is any other key."""
        return sum(one.size if one.type == "stream" else 1 for one in self.kept.values())

    @property
    def cut(self) -> Failed | None:
        """Say where members are too many to be read."""
        longer = sum(one.size > _LIMITS[one.type] for one in self.kept.values() if one.type in _LIMITS)
        if not longer:
            return None
        return Failed(f"{longer:,} values are too long to be read in whole", "keep what must be known in hashes")

    def keys(self, looked: int) -> tuple[Keys, bool]:
        """Learn the fields from so many records, evenly spread; and whether these were all.

        Raises:
            Failed: they may not be read.
        """
        found, names = Keys(OWN_NAMES), list(self.kept)
        step = max(1, -(-len(names) // looked))
        seen = 0
        for _, payload, _ in self.records(names[::step], most=looked):
            found.take(payload)
            seen += 1
        return found, step == 1 and seen == self.rows

    def pages(self, paths: Sequence[Path], start: int, count: int | None) -> Iterator[pa.Table]:
        """Give records from the n-th key on.

        Raises:
            Failed: they may not be read.
        """
        names = list(self.kept)[start : None if count is None else start + count]
        valued = any(path not in OWN or path == ("added_at",) for path in paths)
        source = self.records(names, most=count) if valued else ((name, {}, None) for name in self._plain(names))
        batch: list[tuple[str, Mapping[str, object], datetime | None]] = []
        for record in source:
            batch.append(record)
            if len(batch) >= _AT_ONCE * 4:
                yield self._page(paths, batch)
                batch = []
        if batch:
            yield self._page(paths, batch)

    def records(
        self, names: Sequence[str], most: int | None = None
    ) -> Iterator[tuple[str, Mapping[str, object], datetime | None]]:
        """Give key, content and (in a stream) the moment of each record.

        Raises:
            Failed: they may not be read.
        """
        given = 0
        plain = [name for name in names if self.kept[name].type in _READS]
        for start in range(0, len(plain), _AT_ONCE):
            some = plain[start : start + _AT_ONCE]
            commands = [self._read(name) for name in some]
            answers = self.database.several(commands)
            for name, answer in zip(some, answers, strict=True):
                if isinstance(answer, Failed):
                    raise answer
                yield name, _content(self.kept[name].type, answer), None
                given += 1
        for name in [name for name in names if self.kept[name].type == "stream"]:
            for entry in self._entries(name, None if most is None else max(0, most - given)):
                yield entry
                given += 1
        for name in [name for name in names if self.kept[name].type not in {*_READS, "stream"}]:
            yield name, {}, None

    def _plain(self, names: Sequence[str]) -> Iterator[str]:
        for name in names:
            one = self.kept[name]
            yield from [name] * (one.size if one.type == "stream" else 1)

    def _read(self, name: str) -> tuple[Any, ...]:
        return tuple(bytes_of(name) if part is None else part for part in _READS[self.kept[name].type])

    def _entries(self, name: str, most: int | None) -> Iterator[tuple[str, Mapping[str, object], datetime | None]]:
        after, left = "-", most if most is not None else self.kept[name].size
        while left > 0:
            answer = self.database.ask("XRANGE", bytes_of(name), after, "+", "COUNT", min(left, _AT_ONCE))
            for number, pairs in answer:
                moment = datetime.fromtimestamp(int(text_of(number).partition("-")[0]) / 1_000, UTC)
                yield name, _pairs(pairs), moment
                after = f"({text_of(number)}"
            left -= len(answer)
            if not answer:
                return

    def _page(
        self, paths: Sequence[Path], records: Sequence[tuple[str, Mapping[str, object], datetime | None]]
    ) -> pa.Table:
        def values(path: Path) -> Iterator[object]:
            own: Callable[[str, datetime | None], object] | None = {
                "key": lambda key, _at: key,
                "type": lambda key, _at: self.kept[key].type,
                "expires_at": lambda key, _at: self._moment(self.kept[key].left, 1),
                "accessed_at": lambda key, _at: self._moment(self.kept[key].idle, -1_000),
                "added_at": lambda _key, at: at.isoformat() if at is not None else None,
            }.get(path[0] if len(path) == 1 else "")
            for key, payload, at in records:
                yield own(key, at) if own is not None else value_at(payload, path, OWN_NAMES)

        return page_of(paths, values)

    def _moment(self, span: int | None, factor: int) -> str | None:
        if span is None:
            return None
        return datetime.fromtimestamp(self.now.timestamp() + span * factor / 1_000, UTC).isoformat()


def _content(kind: str, answer: Any) -> Mapping[str, object]:
    match kind:
        case "hash":
            return _pairs(answer)
        case "string":
            return _json(text_of(answer))
        case "set":
            return {"value": sorted(text_of(one) for one in answer[1])[:_MEMBERS]}
        case _:
            return {"value": [text_of(one) for one in answer]}


def _pairs(flat: Sequence[Any]) -> Mapping[str, object]:
    found: dict[str, object] = {}
    for place in range(0, len(flat) - 1, 2):
        found[text_of(flat[place])] = text_of(flat[place + 1])
    return found


def _json(text: str) -> Mapping[str, object]:
    if text[:1] == "{":
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            return found
    return {"value": text}


def _refused(error: Exception) -> Failed:
    """Give why a command was refused; what the server says may quote a key, its first word is a code."""
    code = str(error).split(" ", 1)[0]
    known = {"NOPERM": "permission denied (NOPERM)", "NOAUTH": "login refused (NOAUTH)"}
    if type(error).__name__ == "NoPermissionError":
        code = "NOPERM"
    reason = known.get(code, f"refused ({type(error).__name__})")
    return Failed(reason, "grant what docs/connectors/redis.md lists to the account that scans")
