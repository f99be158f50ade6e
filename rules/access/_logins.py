"""What was seen of the login that an identity is: its credential, its sessions, what records it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from lineage.facts import SessionFact
from lineage.model import Principal
from lineage.rule import Evidence
from rules.access._reach import Identity

_Told = TypeVar("_Told")


def names(identity: Identity) -> tuple[Principal, ...]:
    """Give the principal of an identity as the system and as the plan spell it: `ai@%`, `ai`."""
    spelt = identity.source.identity or identity.principal.name
    return identity.principal, Principal(identity.principal.namespace, spelt)


def own(told: Mapping[Principal, _Told], identity: Identity) -> _Told | None:
    """Give what is told of the identity's own login; None where nothing is."""
    return next((told[name] for name in names(identity) if name in told), None)


def sessions(evidence: Evidence, identity: Identity) -> tuple[SessionFact, ...]:
    """Give the sessions that the identity's source told of."""
    return tuple(fact for fact in evidence.sessions if fact.seen.source == identity.source.id)
