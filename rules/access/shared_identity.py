"""The identity is shared with another workload.

Why it matters
--------------
Rights that one workload needs are open to the other, no log tells whose read it was, and nobody can take a right away
or renew the password without stopping both.

What it looks at
----------------
Sessions of the identity that were open during the scan, by the name under which they connected (PostgreSQL's
`application_name`; what differs by a number alone is one name): more than one name, or, where the source names its
`application`, any other. Names are counted and never told, since they can name people.

How to fix it
-------------
Give each workload a login of its own, with the rights that it needs.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.facts import SessionFact
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.rule import Evidence, Rule
from rules.access._logins import names, sessions
from rules.access._reach import Identity, identities, plural


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each identity that was connected, once a system, and each whose application the plan names."""
    for found in identities(evidence):
        if isinstance(found, Identity):
            own = [fact for fact in sessions(evidence, found) if fact.principal in names(found)]
            if own and (found.speaks or found.source.application):
                yield _judgement(found, own[0])


def _judgement(identity: Identity, fact: SessionFact) -> Judgement:
    declared = identity.source.application
    leaf = f"{identity.source.path}.application" if declared else identity.leaf
    others = fact.sessions - fact.declared if declared else 0
    if not others and (declared or fact.applications < 2):
        alone = f"under {declared}" if declared else "under one name" if fact.applications else "under no name"
        says = f"{identity.principal} was connected {alone} ({plural(fact.sessions, 'session')})"
        return Judgement(leaf, Verdict.HELD, Level.OBSERVED, identity.subject(), says)
    says = (
        f"{plural(others, 'session')} of {identity.principal} were not under {declared}"
        if declared
        else f"{identity.principal} was connected under {fact.applications} different names"
    )
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.OBSERVED,
        identity.subject(),
        f"{says}: more than this workflow uses the login",
        Actual(fact.applications, "applications", measured_at=fact.seen.at, method="sessions open during the scan"),
        operations=(Operation(Op.DECIDE, identity.leaf),),
        fixes=(
            Fix(
                FixKind.CONFIG,
                f"give each workload a login of its own; leave {identity.principal} to this one",
                effort="days",
                owner=identity.source.owner,
            ),
        ),
        confidence="observed",
    )


RULE = Rule(id="access/shared-identity", severity=Severity.HIGH, check=check, operations=(Op.DECIDE,))
