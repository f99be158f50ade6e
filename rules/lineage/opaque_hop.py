"""What flows into a dataset cannot be followed.

Why it matters
--------------
Behind a hop that cannot be read anything may flow in: a sensitive field under another name, a source that is not
allowed, a table that went stale.
Every label behind it must be thought to come through.

What it looks at
----------------
The way back from each dataset that a step reads: definitions of views that could not be turned into lineage or could
not be read, and foreign tables, at the dataset or anywhere above it.
The code of a system's own functions is not read: what `functions` says that they leave of a value is taken at the
plan's word, as *asserted*.

How to fix it
-------------
Let the auditor read the definition, write it as SQL that can be followed, or scan the system behind it as a source.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Subject
from lineage.model import Level, Name, Severity, Verdict
from lineage.plan.model import Dataset, Field
from lineage.rule import Evidence, Rule, Unknown
from rules.lineage._followed import not_followed, read_by_dataset


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each dataset that a step reads can be followed to where it begins."""
    catalog, graph = evidence.ground.catalog, evidence.ground.graph
    for dataset, fields in read_by_dataset(evidence.plan):
        name = catalog.physical(dataset.id)
        if name is None:  # that it was not found is for the rules about sources to say
            continue
        leaf, about = f"{dataset.path}.reads", Subject(source=dataset.source, dataset=dataset.id)
        lost = not_followed(evidence, dataset, fields)
        if lost is None:
            origins = graph.origin_datasets(name, [name.at(*field.column) for field in fields])
            yield Judgement(leaf, Verdict.HELD, Level.CONFIGURED, about, _followed(name, origins))
        else:
            yield _opaque(dataset, fields, name, lost, about)
    for source in evidence.plan.sources.values():
        for function, left in source.functions.items():
            says = f"that {function} leaves {left.value} of a value is the plan's word; its code is not read"
            leaf = f"{source.path}.functions.{function}"
            yield Judgement(leaf, Verdict.HELD, Level.ASSERTED, Subject(source=source.id), says)


def _followed(name: Name, origins: tuple[Name, ...]) -> str:
    if origins == (name,):
        return "nothing is known to flow into it"
    return f"it can be followed to {' and '.join(origin.short for origin in origins)}"


def _opaque(
    dataset: Dataset, fields: list[Field], name: Name, lost: tuple[Name | None, Unknown], about: Subject
) -> Judgement:
    at, why = lost[0] or name, lost[1]
    return Judgement(
        f"{dataset.path}.reads",
        Verdict.UNVERIFIED,
        Level.CONFIGURED,
        about,
        f"what flows into {dataset.id} cannot be followed through {at.short}: {why.reason}",
        Actual(len(fields), "fields that it may carry anything into"),
        settle=why.settle,
        path=() if at == name else (Hop(at.short, dataset.id, "flows into"),),
        fixes=(Fix(FixKind.CONFIG, why.settle, effort="hours"),),
    )


RULE = Rule(id="lineage/opaque-hop", severity=Severity.HIGH, check=check, finds_unverified=True)
