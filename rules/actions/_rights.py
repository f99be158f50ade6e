"""Write rights against declared actions: what the identity of each source may write, and which action means it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from lineage.model import Name, Principal
from lineage.plan.model import Action, Source
from lineage.rule import Evidence

WRITING = frozenset({"update", "trigger"})
_SHOWN = 3


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


def said(evidence: Evidence, principal: Principal, held: Mapping[Name, frozenset[str]]) -> str:
    """Give the rights that are truly held and on what, widest first: `insert (state), delete in billing.invoices`."""
    chains = evidence.ground.access.reach(principal).write_chains
    found: dict[str, list[str]] = {}
    for name in sorted(held):
        label = evidence.ground.catalog.alias(name) or name.short
        columns: defaultdict[str, set[str]] = defaultdict(set)
        whole = {right for right in held[name] if right == "own"}
        for chain in chains.get(name, ()):
            if chain.opening is not None and chain.opening.on is not None and chain.opening.on.field:
                columns[chain.opening.right].add(".".join(chain.opening.on.field))
            elif chain.opening is not None:
                whole.add(chain.opening.right)
        rights = [f"{right} ({', '.join(sorted(columns[right]))})" for right in sorted(columns.keys() - whole)]
        # An attribute opens by another name than the right that it gives: what is told of no column is held on all.
        rights += sorted(right for right in held[name] if right not in columns or right in whole)
        found.setdefault(", ".join(sorted(rights)), []).append(label)
    parts = [f"{rights} in {_listed(places)}" for rights, places in found.items()]
    return "; ".join(parts[:_SHOWN]) + (f"; and more in {len(parts) - _SHOWN} others" if len(parts) > _SHOWN else "")


def _listed(places: list[str]) -> str:
    return ", ".join(places[:_SHOWN]) + (f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else "")
