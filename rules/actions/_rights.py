"""Write rights against declared actions: what the identity of each source may write, and which action means it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lineage.model import Name, Principal
from lineage.plan.model import Action, Source
from lineage.rule import Evidence

WRITING = frozenset({"update", "trigger"})


def touched(evidence: Evidence, action: Action) -> Iterator[Source]:
    """Give the sources that an action touches: by its name, or by one of its datasets."""
    for source in evidence.plan.sources.values():
        if action.touches == source.id or action.touches in {dataset.id for dataset in source.datasets.values()}:
            yield source


def writable(
    evidence: Evidence, source: Source, action: Action
) -> tuple[Principal, Mapping[Name, frozenset[str]]] | None:
    """Give who reads a source and what it may write there for an action; None where grants are not known."""
    access = evidence.ground.access
    if source.identity is None or not access.known(source.id):
        return None
    principal = access.principal(source.id, source.identity)
    if principal is None:
        return None
    wanted = None
    for dataset in source.datasets.values():
        if dataset.id == action.touches:
            wanted = evidence.ground.catalog.physical(dataset.id)
    found = access.reach(principal).writable
    return principal, {name: rights for name, rights in found.items() if wanted is None or name == wanted}
