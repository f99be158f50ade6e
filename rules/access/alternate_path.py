"""The identity reaches what lies beneath a declared view, beside the view.

Why it matters
--------------
The plan goes through a view: it masks, it cuts off rows, it leaves fields out. An identity that reads the tables
beneath has none of that to keep to, and one generated query goes past it.

What it looks at
----------------
Every view that the plan declares, and the fields beneath it, through any number of views: those that the identity can
read at once in a dataset that the plan does not name.

How to fix it
-------------
Revoke what lies beneath and keep the view; the SQL is given. Or declare the table, if it is what the workflow needs.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement
from lineage.model import DatasetKind, Level, Name, Severity, Verdict
from lineage.plan.model import Dataset
from lineage.rule import Evidence, Rule
from rules.access._reach import Identity, active_chains, columns, counted, judged, listed, plural
from rules.access._sql import closing


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each declared view of each identity."""
    for found in judged(evidence):
        if isinstance(found, Judgement):
            yield found
            continue
        broken = [one for name, dataset in found.datasets.items() if (one := _judgement(found, name, dataset))]
        yield from broken
        if not broken:
            yield found.held(f"{found.principal} reads nothing that lies beneath a declared view beside it")


def _judgement(identity: Identity, name: Name, dataset: Dataset) -> Judgement | None:
    ground = identity.ground
    fact = ground.catalog.datasets.get(name)
    if fact is None or fact.kind is not DatasetKind.VIEW:
        return None
    beneath = {base for field in ground.catalog.fields.get(name, {}) for base in ground.graph.origins(name.at(*field))}
    tables = {base.dataset for base in beneath if base.dataset != name and not identity.known(base.dataset)}
    open_ = sorted(one for one in identity.reach.fields if one.dataset in tables and identity.reach.active(one))
    if not open_:
        return None
    who, datasets = identity.principal, sorted({one.dataset.short for one in open_})
    return Judgement(
        identity.leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        identity.subject(dataset.id),
        f"{who} is to read {dataset.id} through a view, and reads {plural(len(open_), 'field')} of "
        f"{listed(datasets)} beside it: {listed(columns(open_))}",
        counted(identity, len(open_), "fields beneath the view"),
        path=active_chains(identity, open_)[0].hops,
        fixes=(closing(identity, active_chains(identity, open_), f"close {listed(datasets)} to {who}"),),
        incidental=True,
    )


RULE = Rule(id="access/alternate-path", severity=Severity.HIGH, check=check)
