"""Who may read and write what lies in a service of AWS: its own policy, and the policies of the plan's identity.

Only what holds without a condition is told as a right; what is said under a condition, or by what it leaves out, is
said to be undecided. Policies of organisations, sessions and boundaries of permissions are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from connectors._aws.session import EVERYBODY, Caller, Service, Statement, caller
from connectors._sql import Failed, Session
from lineage.facts import Fact, GrantFact, PrincipalFact, UnseenFact
from lineage.model import PUBLIC, Name, Principal

_NO_IAM = "allow iam:Get* and iam:List* on the identity to the auditor"


@dataclass(frozen=True, slots=True)
class Guarded:
    """A dataset, as policies name it."""

    name: Name
    resources: tuple[str, ...]
    """Its ARN; of a dataset of objects, theirs, or some of them."""


def access(
    namespace: str,
    guarded: Sequence[Guarded],
    rights: Mapping[str, tuple[str, ...]],
    policy: Sequence[Statement],
    iam: Service | None,
    identity: str | None,
    session: Session,
) -> Iterator[Fact]:
    """Tell the rights that a resource's policy gives, and those of the plan's identity."""
    seen = session.seen("policies")
    yield GrantFact(seen, Principal(namespace, PUBLIC), Name(namespace, ()), "usage")
    yield PrincipalFact(seen, Principal(namespace, PUBLIC))
    known: dict[str, Caller | None] = {}
    for statement in policy:
        for arn in statement.principals:
            known.setdefault(arn, None)
    if identity is not None and iam is not None:
        try:
            found = caller(iam, identity)
        except Failed as failed:
            yield UnseenFact(seen, "access", f"the identity's own policies: {failed.reason}", _NO_IAM)
            return
        if found is not None:
            known[found.arn] = found
            yield PrincipalFact(seen, Principal(namespace, found.arn), frozenset({"login"}))
            if found.arn != identity:
                same = Principal(namespace, found.arn)
                yield PrincipalFact(seen, Principal(namespace, identity), same_as=same)
    for arn, who in known.items():
        holder = Principal(namespace, PUBLIC if arn == EVERYBODY else arn)
        if who is None and arn != EVERYBODY:
            yield PrincipalFact(seen, holder, frozenset({"login"}))
        own = who.statements if who is not None else ()
        for one in guarded:
            yield from _told(session, holder, one, rights, _about(policy, arn), own)


def _about(policy: Sequence[Statement], arn: str) -> tuple[Statement, ...]:
    account = arn.split(":")[4] if arn.count(":") >= 5 else ""
    # Whoever is of an account may be let in by it as a whole; what lets everybody in is everybody's own.
    named = {arn, f"arn:aws:iam::{account}:root", account} if account else {arn}
    return tuple(
        one for one in policy if named & set(one.principals) or (not one.allows and EVERYBODY in one.principals)
    )


def _told(
    session: Session,
    holder: Principal,
    guarded: Guarded,
    rights: Mapping[str, tuple[str, ...]],
    policy: Sequence[Statement],
    own: Sequence[Statement],
) -> Iterator[Fact]:
    seen, statements = session.seen("policies"), (*policy, *own)
    unsure = [one for one in statements if one.conditional or one.inverted]
    plain = [one for one in statements if not one.conditional and not one.inverted]
    for right, actions in rights.items():
        open_ones = [one for one in guarded.resources if any(_allowed(plain, action, one) for action in actions)]
        if open_ones:
            yield GrantFact(seen, holder, guarded.name, right)
        if right == "select" and 0 < len(open_ones) < len(guarded.resources):
            why = (
                f"{holder.name} may read a part of it: {len(open_ones):,} of {len(guarded.resources):,} that were tried"
            )
            yield UnseenFact(seen, "access", why, "name in the plan what it may read", guarded.name)
    if unsure:
        why = f"{len(unsure):,} statements about {holder.name} hold under a condition, or but for what they name"
        settle = "review these statements, or write them without a condition"
        yield UnseenFact(seen, "access", why, settle, guarded.name)


def _allowed(statements: Sequence[Statement], action: str, resource: str) -> bool:
    meant = [one for one in statements if one.covers(action, resource)]
    return bool(meant) and all(one.allows for one in meant)
