"""A field of a declared dataset can be read that the plan does not need.

Why it matters
--------------
What the identity can read, the workflow can send: a `SELECT *`, a generated query or an injected instruction reaches
every field that is open, not only those that the plan names.

What it looks at
----------------
Every field of each declared dataset that a chain of grants, roles or ownership opens to the identity at once, less the
fields that the plan needs. A field with `need: none` is not needed.
What is open by PUBLIC alone is told by `access/reach-through-public`.

How to fix it
-------------
Replace the grant on the whole table by one on the declared columns, or read through a view of them; the SQL is given.
Or declare the field, if the workflow needs it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from lineage.finding import Judgement
from lineage.model import Level, Name, Severity, Verdict
from lineage.rule import Evidence, Rule
from rules.access._reach import (
    Identity,
    active_chains,
    columns,
    counted,
    judged,
    listed,
    only_public,
    plural,
)
from rules.access._sql import closing


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each identity: one finding a dataset and way in."""
    for found in judged(evidence):
        if isinstance(found, Judgement):
            yield found
            continue
        broken = list(_broken(found))
        yield from broken
        if not broken:
            yield found.held(f"{found.principal} reads no field of the declared datasets that the plan does not need")


def _broken(identity: Identity) -> Iterator[Judgement]:
    for dataset, names in identity.extra_of_declared().items():
        groups: defaultdict[tuple[object, ...], list[Name]] = defaultdict(list)
        for name in names:
            if not only_public(identity.reach.active(name)):
                groups[_ways(identity, name)].append(name)
        for group in groups.values():
            yield _finding(identity, dataset, group)


def _ways(identity: Identity, name: Name) -> tuple[object, ...]:
    """Give what opens a field, the column that is granted aside: fields that open alike are one finding."""
    chains = identity.reach.active(name)
    return tuple((chain.opening.holder, chain.opening.roles) for chain in chains if chain.opening is not None)


def _finding(identity: Identity, dataset: Name, names: list[Name]) -> Judgement:
    label, chains = identity.dataset_label(dataset), active_chains(identity, names)
    return Judgement(
        identity.leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        identity.subject(label),
        f"{identity.principal} reads {plural(len(names), 'field')} of {label} that the plan does not need: "
        f"{listed(dict.fromkeys(columns(names)))}",
        counted(identity, len(names), "fields"),
        path=chains[0].hops,
        fixes=(closing(identity, chains, f"grant {identity.principal} the declared columns of {label} only"),),
        incidental=True,
    )


RULE = Rule(id="access/over-grant", severity=Severity.HIGH, check=check)
