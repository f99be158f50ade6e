"""What the identity reads depends on roles that others govern.

Why it matters
--------------
A right that is granted to a role is given and taken for all of its members: what the identity reads changes with it,
and nothing about the identity itself has changed. Who answers for the identity should know by which roles it reads.

What it looks at
----------------
Fields that the identity reads only by memberships whose rights are active at once (`INHERIT`; in PostgreSQL 16 and
later of each membership, in MariaDB of default roles), by the role that it is a member of.

How to fix it
-------------
Nothing need be mended where the role is made for this identity. Else grant what the plan declares to the identity
itself and take the membership away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from lineage.access.model import Chain, Door
from lineage.finding import Fix, FixKind, Judgement
from lineage.model import Level, Name, Severity, Verdict
from lineage.rule import Evidence, Rule
from rules.access._reach import Identity, counted, judged, listed, plural


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each identity: one finding for each role by which alone it reads something."""
    for found in judged(evidence):
        if isinstance(found, Judgement):
            yield found
        elif found.speaks:
            yield from _judgements(found)


def _judgements(identity: Identity) -> Iterator[Judgement]:
    by_role: defaultdict[str, dict[Name, Chain]] = defaultdict(dict)
    for name in identity.reach.fields:
        chains = identity.reach.active(name)
        if chains and all(Door.ROLE in chain.doors for chain in chains):
            for chain in chains:
                by_role[chain.hops[0].target].setdefault(name, chain)
    if not by_role:
        yield identity.held(f"{identity.principal} reads nothing by a role alone")
    for role, fields in sorted(by_role.items()):
        yield _judgement(identity, role, fields)


def _judgement(identity: Identity, role: str, fields: dict[Name, Chain]) -> Judgement:
    who = identity.principal
    extra = [name for name in fields if not identity.needs(name)]
    datasets = listed(sorted({identity.dataset_label(name.dataset) for name in fields}), 3)
    beside = f", {len(extra):,} of them beyond the plan" if extra else ""
    return Judgement(
        # The identity's own claim does not break by it: how it reads is told beside what it reads.
        f"{identity.leaf}.roles",
        Verdict.BROKEN,
        Level.CONFIGURED,
        identity.subject(),
        f"{who} reads {plural(len(fields), 'field')} of {datasets} as a member of {role} only{beside}",
        counted(identity, len(fields), "fields by a role"),
        path=fields[min(fields)].hops,
        fixes=(
            Fix(
                FixKind.DECISION,
                f"leave it where {role} is made for {who}; else grant what is declared to {who} and take {role} away",
                effort="minutes",
                owner=identity.source.owner,
            ),
        ),
        incidental=True,
    )


RULE = Rule(id="access/reach-through-role", severity=Severity.INFO, check=check)
