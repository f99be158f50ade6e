"""Who may read and write which keys: users of the server's access control list, and what the server says they may do.

What a user may do is asked of the server itself (`ACL DRYRUN`), for a key of each dataset that its patterns allow.
A user's answer holds hashes of passwords: they are dropped where it is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

from connectors._redis.keys import Database, Shelf, bytes_of, text_of
from connectors._sql import Failed, Session
from lineage.facts import Fact, GrantFact, MemberFact, PrincipalFact, UnseenFact
from lineage.model import PUBLIC, Name, Principal

DEFAULT: Final = "default"
"""The user that whoever does not log in is."""
_MAX_USERS: Final = 500
_SETTLE: Final = "grant +acl|users +acl|getuser +acl|dryrun to the account that scans (Redis 7 or Valkey)"
_READS: Final[Mapping[str, tuple[str, ...]]] = {
    "string": ("GET",),
    "hash": ("HGETALL",),
    "list": ("LRANGE", "0", "0"),
    "set": ("SMEMBERS",),
    "zset": ("ZRANGE", "0", "0"),
    "stream": ("XRANGE", "-", "+"),
}
_WRITES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "insert": {
        "string": ("SET", "x"),
        "hash": ("HSET", "x", "x"),
        "list": ("RPUSH", "x"),
        "set": ("SADD", "x"),
        "zset": ("ZADD", "1", "x"),
        "stream": ("XADD", "*", "x", "x"),
    },
    "delete": dict.fromkeys(("string", "hash", "list", "set", "zset", "stream"), ("DEL",)),
}


@dataclass(frozen=True, slots=True)
class User:
    """A user, without what it proves itself by."""

    name: str
    on: bool
    open: bool
    """It needs no password."""
    patterns: tuple[str, ...]
    """Key patterns that any of its rules names."""


def access(database: Database, namespace: str, shelves: Mapping[str, Shelf], session: Session) -> Iterator[Fact]:
    """Tell the users and what they may do with each dataset."""
    seen = session.seen("access control list")
    try:
        users = _users(database)
        facts = [
            fact
            for user in users
            if user.on
            for name, shelf in shelves.items()
            for fact in _rights(database, namespace, user, Name(namespace, (name,)), shelf, session)
        ]
    except Failed as failed:
        yield UnseenFact(seen, "access", failed.reason, _SETTLE)
        return
    yield GrantFact(seen, Principal(namespace, PUBLIC), Name(namespace, ()), "usage")
    for user in users:
        yield PrincipalFact(seen, Principal(namespace, user.name), frozenset({"login"} if user.on else ()))
    if any(user.name == DEFAULT and user.on and user.open for user in users):
        for user in users:
            if user.name != DEFAULT and user.on:
                default = Principal(namespace, DEFAULT)
                yield MemberFact(seen, Principal(namespace, user.name), default, inherits=False, switchable=True)
    yield from facts


def _users(database: Database) -> list[User]:
    names = sorted(text_of(name) for name in database.ask("ACL", "USERS"))
    if len(names) > _MAX_USERS:
        raise Failed(f"more than {_MAX_USERS:,} users", _SETTLE)
    return [_user(name, database.ask("ACL", "GETUSER", bytes_of(name))) for name in names]


def _user(name: str, answer: Any) -> User:
    told = _told(answer)
    flags = {text_of(flag) for flag in told.get("flags", ())}
    patterns = _patterns(told.get("keys", b""))
    for selector in told.get("selectors", ()):
        patterns += _patterns(_told(selector).get("keys", b""))
    return User(name, "on" in flags, "nopass" in flags, tuple(patterns))


def _told(answer: Any) -> Mapping[str, Any]:
    return {
        text_of(key): value
        for key, value in zip(answer[::2], answer[1::2], strict=False)
        if text_of(key) != "passwords"
    }


def _patterns(keys: Any) -> list[str]:
    words = text_of(keys).split() if isinstance(keys, bytes | str) else [text_of(one) for one in keys]
    return [word.partition("~")[2] if "~" in word else word for word in words]


def _rights(database: Database, namespace: str, user: User, on: Name, shelf: Shelf, session: Session) -> Iterator[Fact]:
    """Tell what a user may do with a dataset: with any key of it, as the server says of one that its patterns name."""
    seen, principal = session.seen("access control list"), Principal(namespace, user.name)
    named = {key for key in shelf.kept if any(_names(pattern, key) for pattern in user.patterns)}
    tried = _one_of_each_type(shelf, [key for key in shelf.kept if key in named] or list(shelf.kept)[:1])
    commands = [
        (right, key, command[kind])
        for kind, key in tried
        for right, command in (("select", _READS), *_WRITES.items())
        if kind in command
    ]
    if not commands:
        return
    asked = [
        ("ACL", "DRYRUN", bytes_of(user.name), command[0], bytes_of(key), *command[1:]) for _, key, command in commands
    ]
    answers = database.several([*asked, ("PING",)])[:-1]
    rights: dict[str, None] = {}
    for (right, _, _), answer in zip(commands, answers, strict=True):
        if isinstance(answer, Failed):
            raise answer
        if text_of(answer) == "OK":
            rights[right] = None
    for right in rights:
        yield GrantFact(seen, principal, on, right)
    if "select" in rights and named and len(named) < len(shelf.kept):
        why = f"{user.name} may read {len(named):,} of {len(shelf.kept):,} keys of it"
        yield UnseenFact(seen, "access", why, "name in the plan the pattern that it may read", on)


def _one_of_each_type(shelf: Shelf, keys: Sequence[str]) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for key in keys:
        found.setdefault(shelf.kept[key].type, key)
    return sorted(found.items())


def _names(pattern: str, key: str) -> bool:
    return pattern == "*" or fnmatchcase(key, pattern)
