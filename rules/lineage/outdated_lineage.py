"""What is told of how a dataset is made is older than what makes it.

Why it matters
--------------
Labels and bans follow the lineage; where it describes yesterday's code, a path that was added since is not there.

What it looks at
----------------
Every dataset that a step reads, and those that it is made from.
Their lineage is outdated where a model was changed after dbt compiled it, where edges name fields that a complete
catalogue no longer has, or where the dataset's content changed more than an hour after the last run event of any job
that writes it.
What is outdated counts as unverified, and narrows nothing.

How to fix it
-------------
Compile the project again, let the job run with its listener on, or extract the SQL again; then scan.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Final

from lineage.facts import OutdatedFact
from lineage.finding import Fix, FixKind, Hop, Judgement, Subject
from lineage.graph import FieldNode
from lineage.model import Level, Name, Severity, Verdict
from lineage.plan.model import Dataset, Field
from lineage.rule import Evidence, Rule, Unknown
from rules.lineage._followed import datasets_above, physical, read_by_dataset

_LATE: Final = timedelta(hours=1)
"""A job may go on for a while after its last event."""
_AGAIN: Final = "extract the lineage again: compile the project, or run the job with its listener on"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether the lineage of what is read is as new as what it describes."""
    told: dict[Name, OutdatedFact] = {fact.name: fact for fact in evidence.ground.catalog.outdated}
    gone = _gone(evidence)
    if not told and not gone and not evidence.ground.graph.told_at:
        return
    for dataset, fields in read_by_dataset(evidence.plan):
        found = _outdated(evidence, dataset, fields, told, gone)
        leaf, about = f"{dataset.path}.reads", Subject(source=dataset.source, dataset=dataset.id)
        if found is not None:
            name, why = found
            yield Judgement(
                leaf,
                Verdict.UNVERIFIED,
                Level.CONFIGURED,
                about,
                f"the lineage of {dataset.id} is outdated: {why.reason}",
                settle=why.settle,
                path=(Hop(name.short, dataset.id, "flows into"),),
                fixes=(Fix(FixKind.CONFIG, why.settle, effort="hours"),),
            )
        elif evidence.ground.catalog.physical(dataset.id) is not None:
            says = "its lineage is not older than what it describes"
            yield Judgement(leaf, Verdict.HELD, Level.CONFIGURED, about, says)


def _outdated(
    evidence: Evidence,
    dataset: Dataset,
    fields: list[Field],
    told: Mapping[Name, OutdatedFact],
    gone: Mapping[Name, list[Name]],
) -> tuple[Name, Unknown] | None:
    catalog, graph = evidence.ground.catalog, evidence.ground.graph
    name = catalog.physical(dataset.id)
    names = [one for field in fields if (one := physical(evidence, field)) is not None]
    for above in datasets_above(evidence, name, names) if name is not None else ():
        if (fact := told.get(above)) is not None:
            return above, Unknown(fact.reason, fact.settle)
        if lost := gone.get(above):
            shown = ", ".join(".".join(one.field) for one in lost[:3])
            return above, Unknown(f"it names {shown} of {above.short}, which is no longer there", _AGAIN)
        seen, last = catalog.datasets.get(above), graph.told_at.get(above)
        if seen is not None and seen.changed_at is not None and last is not None and seen.changed_at - last > _LATE:
            days = (seen.changed_at - last) / timedelta(days=1)
            why = f"{above.short} changed {days:,.1f} days after the last run that told how it is made"
            return above, Unknown(why, _AGAIN)
    return None


def _gone(evidence: Evidence) -> Mapping[Name, list[Name]]:
    """Give the fields that edges name and that their systems no longer have, by dataset."""
    catalog, graph = evidence.ground.catalog, evidence.ground.graph
    complete = {system.namespace for system in catalog.systems.values() if system.complete_catalogue}
    found: defaultdict[Name, list[Name]] = defaultdict(list)
    folded: dict[Name, set[tuple[str, ...]]] = {}
    for number, node in enumerate(graph.nodes):
        if not isinstance(node, FieldNode) or node.name.namespace not in complete:
            continue
        dataset = node.name.dataset
        known = catalog.fields.get(dataset)
        edges = (*graph.upward[number], *graph.downward[number])
        if not known or node.name.field in known or not any(edge.by in _ELSEWHERE for _, edge in edges):
            continue
        if dataset not in folded:
            folded[dataset] = {tuple(part.casefold() for part in path[:1]) for path in known}
        if tuple(part.casefold() for part in node.name.field[:1]) not in folded[dataset]:
            found[dataset].append(node.name)
    return found


_ELSEWHERE: Final = frozenset({"run event", "dbt", "sql"})
"""Evidence that is kept apart from the system. A view is the system's own; a statement of a log ran when it ran."""


RULE = Rule(id="lineage/outdated-lineage", severity=Severity.MEDIUM, check=check, finds_unverified=True)
