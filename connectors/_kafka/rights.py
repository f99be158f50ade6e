"""Who may read and write topics, from the brokers' access control lists.

An empty list proves nothing: without an authoriser everybody may do everything, and brokers exist that answer so
whatever holds. A rule for some hosts only, and a denial, are not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from connectors._kafka.session import Session
from connectors._sql import Failed
from lineage.facts import Fact, GrantFact, PrincipalFact, Seen
from lineage.model import PUBLIC, Name, Principal

_PATIENCE: Final = 5.0
_NONE: Final = Failed(
    "the brokers tell no access control lists: there is no authoriser, or there are none, or they are not told",
    "let the login describe the cluster's access control lists, or show who may read",
)
_HARD: Final = Failed(
    "access control lists deny something, or allow it from some hosts only: that is not decided here",
    "show who may read each topic to whoever signs the launch",
)
_RIGHTS: Final = {
    "READ": ("select",),
    "WRITE": ("insert",),
    "DELETE": ("truncate",),
    "ALL": ("select", "insert", "truncate"),
}
_DESCRIBED: Final = frozenset({"READ", "WRITE", "DELETE", "ALTER", "DESCRIBE", "ALL"})
"""Operations on a topic with which it is listed too."""
_LEFT_OUT: Final = Failed(
    "topics that the login may not describe are left out of the brokers' list, and the lists do not show that it may "
    "describe all of them",
    "let the login describe every topic, and the cluster's access control lists",
)
Rights = Callable[[str], Callable[[Seen], Iterator[Fact]]]


@dataclass(frozen=True, slots=True)
class Allowed:
    """One line of the lists that allows something on topics."""

    principal: str
    operation: str
    topic: str
    prefix: bool
    """`topic` is how the topics begin that are meant."""

    def covers(self, name: str) -> bool:
        """Tell whether it is about a topic."""
        return self.topic in {"*", name} or (self.prefix and name.startswith(self.topic))


def rights_of(session: Session, login: str | None) -> tuple[Rights | None, Failed | None, tuple[Failed, ...]]:
    """Give what the lists allow; why that is not all, or nothing; and what the login may not be shown."""
    from confluent_kafka import admin

    kinds: Any = admin  # the client names them in a way that type checkers do not follow
    every = kinds.AclBindingFilter(
        kinds.ResourceType.ANY,
        None,
        kinds.ResourcePatternType.ANY,
        None,
        None,
        kinds.AclOperation.ANY,
        kinds.AclPermissionType.ANY,
    )
    session.requests += 1
    try:
        lines = session.admin.describe_acls(every, request_timeout=_PATIENCE).result(2 * _PATIENCE)
    except Exception:  # noqa: BLE001 - of any class: rights that are not told are said to be so
        return None, _NONE, (_LEFT_OUT,)
    allowed, hard = allowed_by(lines)
    if not lines or hard:
        return None, _HARD if hard else _NONE, (_LEFT_OUT,)
    names = list(session.topics())
    shown = () if shows_all(allowed, login) else (_LEFT_OUT,)
    return (lambda namespace: lambda seen: _told(namespace, names, allowed, seen)), None, shown


def shows_all(allowed: Sequence[Allowed], login: str | None) -> bool:
    """Tell whether a login is shown every topic, so that one that is not listed is not there."""
    mine = {"User:*", f"User:{login or 'ANONYMOUS'}"}
    return any(one.principal in mine and one.topic == "*" and one.operation in _DESCRIBED for one in allowed)


def allowed_by(lines: Sequence[Any]) -> tuple[tuple[Allowed, ...], bool]:
    """Give what lines allow on topics, and whether some of them are more than that."""
    about = [one for one in lines if one.restype.name == "TOPIC"]
    hard = any(one.permission_type.name != "ALLOW" or one.host != "*" for one in about)
    return tuple(
        Allowed(one.principal, one.operation.name, one.name, one.resource_pattern_type.name == "PREFIXED")
        for one in about
    ), hard


def _told(namespace: str, names: Sequence[str], allowed: Sequence[Allowed], seen: Seen) -> Iterator[Fact]:
    for who in sorted({one.principal for one in allowed}):
        if who != "User:*":
            yield PrincipalFact(seen, Principal(namespace, who.removeprefix("User:")), frozenset({"login"}))
    for name in names:
        for line in allowed:
            if line.covers(name):
                who = PUBLIC if line.principal == "User:*" else line.principal.removeprefix("User:")
                for right in _RIGHTS.get(line.operation, ()):
                    yield GrantFact(seen, Principal(namespace, who), Name(namespace, (name,)), right)
