"""An undeclared view lends the identity its owner's rights.

Why it matters
--------------
A view reads with the rights of its owner: who may read the view reads what lies beneath, however well that is closed.
Whoever asks who may read the table does not find this reader.

What it looks at
----------------
Views that the plan does not name, that the identity reads, and that open fields which it cannot read itself, through
any number of views beneath.
The views that the plan names are meant to do so, and are not told.

How to fix it
-------------
Revoke the view from the identity, or let it run with its reader's rights (`security_invoker`, PostgreSQL 15).
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement
from lineage.model import Level, Severity, Verdict
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
    """Judge each identity: one finding for all such views of a source."""
    for found in judged(evidence):
        if isinstance(found, Judgement):
            yield found
        elif found.speaks:
            yield _judgement(found)


def _judgement(identity: Identity) -> Judgement:
    lending = lending_views(identity)
    views = {
        dataset: names
        for dataset, names in identity.extra_datasets().items()
        if dataset in lending and not all(only_public(identity.reach.active(name)) for name in names)
    }
    if not views:
        return identity.held(f"no view beside the declared ones lends {identity.principal} its owner's rights")
    fields = {name: chain for view in sorted(views) for name, chain in lending[view].items()}
    chains = [chain for view in sorted(views) for chain in active_chains(identity, views[view])]
    return Judgement(
        identity.leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        identity.subject(UNDECLARED),
        f"{identity.principal} reads {plural(len(fields), 'field')} that are closed to it through "
        f"{plural(len(views), 'undeclared view')} ({listed([view.short for view in sorted(views)])}): "
        f"{listed([name.short for name in sorted(fields)])}",
        counted(identity, len(fields), "fields"),
        path=next(iter(fields.values())).hops,
        fixes=(closing(identity, chains, f"take the views from {identity.principal}"),),
        incidental=True,
    )


RULE = Rule(id="access/reach-through-view", severity=Severity.HIGH, check=check)
