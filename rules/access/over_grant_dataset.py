"""A dataset can be read that the plan does not name.

Why it matters
--------------
A workflow whose identity reads more than it was reviewed for has not been reviewed: the next prompt, tool or generated
query can use all of it.

What it looks at
----------------
Every dataset of the system that a chain of grants, roles or ownership opens to the identity at once, less those that
the plan names. What is open by PUBLIC alone is told by `access/reach-through-public`, views that lend their owner's
rights by `access/reach-through-view`. Whatever could not be decided keeps the claim open: a view that could not be
read as lineage, a routine that runs with its owner's rights.

How to fix it
-------------
Revoke the grants, or give the workflow a login of its own that holds the declared columns only; the SQL is given.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.access.model import Door
from lineage.finding import Judgement
from lineage.model import Level, Name, Severity, Verdict
from lineage.rule import Evidence, Rule
from rules.access._reach import (
    UNDECLARED,
    Identity,
    active_chains,
    counted,
    judged,
    lending_views,
    listed,
    only_public,
    plural,
)
from rules.access._sql import closing


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each identity: one finding for all datasets of a source."""
    for found in judged(evidence):
        if isinstance(found, Judgement):
            yield found
        elif found.speaks:
            broken = list(_broken(found))
            undecided = list(_undecided(found))
            yield from (*broken, *undecided)
            if not broken and not undecided:
                yield found.held(f"{found.principal} is granted no dataset that the plan does not name")


def _broken(identity: Identity) -> Iterator[Judgement]:
    lending = lending_views(identity)
    extra = {
        dataset: names
        for dataset, names in identity.extra_datasets().items()
        if dataset not in lending and not all(only_public(identity.reach.active(name)) for name in names)
    }
    if not extra:
        return
    # The widest first: that is what a reader looks for.
    worst = sorted(extra, key=lambda dataset: (-len(extra[dataset]), dataset))
    chains = [chain for dataset in worst for chain in active_chains(identity, extra[dataset])]
    fields = sum(len(names) for names in extra.values())
    yield Judgement(
        identity.leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        identity.subject(UNDECLARED),
        f"{identity.principal} reads {plural(len(extra), 'dataset')} that the plan does not name "
        f"({plural(fields, 'field')}): {listed([dataset.short for dataset in worst])}",
        counted(identity, len(extra), "datasets"),
        path=min(chains, key=lambda chain: (Door.PUBLIC in chain.doors, len(chain.hops))).hops,
        fixes=(closing(identity, chains, f"take from {identity.principal} what the plan does not name"),),
        incidental=True,
    )


def _undecided(identity: Identity) -> Iterator[Judgement]:
    names: list[Name] = sorted(name for name in identity.reach.undecided if not identity.known(name.dataset))
    if not names:
        return
    reason = identity.reach.undecided[names[0]]
    yield Judgement(
        identity.leaf,
        Verdict.UNVERIFIED,
        Level.CONFIGURED,
        identity.subject(UNDECLARED),
        f"what {identity.principal} reads through {listed([name.short for name in names])} is not decided: {reason}",
        counted(identity, len(names), "datasets and routines"),
        settle="revoke them from the identity, or review what they read",
    )


RULE = Rule(id="access/over-grant-dataset", severity=Severity.HIGH, check=check)
