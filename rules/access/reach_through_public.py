"""A field is open to everybody who can connect, by a grant to PUBLIC.

Why it matters
--------------
A grant to PUBLIC is nobody's decision about this workflow: it cannot be taken from one identity, and every login that
is made tomorrow has it as well.

What it looks at
----------------
Fields that the identity reads by a grant to PUBLIC: of declared datasets, needed or not, and of datasets that the plan
does not name.

How to fix it
-------------
Revoke it from PUBLIC and grant the declared columns to the identity; ask first who else lives on that grant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from lineage.access.model import Chain, Door
from lineage.finding import Judgement
from lineage.model import Level, Name, Severity, Verdict
from lineage.rule import Evidence, Rule
from rules.access._reach import (
    UNDECLARED,
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
    """Judge each identity: one finding a declared dataset, and one for all datasets that the plan does not name."""
    for found in judged(evidence):
        if isinstance(found, Judgement):
            yield found
            continue
        broken = list(_broken(found))
        yield from broken
        if not broken:
            yield found.held(f"nothing that {found.principal} reads is open to PUBLIC")


def _broken(identity: Identity) -> Iterator[Judgement]:
    public = _by_public(identity)
    strange: list[Name] = []
    for dataset, names in public.items():
        if identity.partitions.get(dataset, dataset) in identity.datasets:
            label = identity.dataset_label(dataset)
            extra = sum(not identity.needs(name) for name in names)
            tail = f"; {plural(extra, 'field')} of them the plan does not need" if extra else ""
            says = f"{plural(len(names), 'field')} of {label} are open to PUBLIC: {listed(columns(names))}{tail}"
            yield _finding(identity, label, names, says)
        elif not identity.known(dataset):
            strange.extend(name for name in names if only_public(identity.reach.active(name)))
    if strange and identity.speaks:
        datasets = sorted({name.dataset.short for name in strange})
        says = (
            f"{identity.principal} reads {plural(len(datasets), 'dataset')} that the plan does not name, since PUBLIC "
            f"may: {listed(datasets)}"
        )
        yield _finding(identity, UNDECLARED, strange, says)


def _by_public(identity: Identity) -> dict[Name, list[Name]]:
    found: defaultdict[Name, list[Name]] = defaultdict(list)
    for name in identity.reach.fields:
        if _public(identity.reach.active(name)):
            found[name.dataset].append(name)
    return found


def _public(chains: Sequence[Chain]) -> list[Chain]:
    return [chain for chain in chains if Door.PUBLIC in chain.doors]


def _finding(identity: Identity, label: str, names: Sequence[Name], says: str) -> Judgement:
    chains = _public(active_chains(identity, names))
    return Judgement(
        identity.leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        identity.subject(label),
        says,
        counted(identity, len(names), "fields"),
        path=chains[0].hops,
        fixes=(closing(identity, chains, "revoke it from PUBLIC, having asked who else needs it"),),
        incidental=True,
    )


RULE = Rule(id="access/reach-through-public", severity=Severity.HIGH, check=check)
