"""The scan did not look at everything that the plan reads.

Why it matters
--------------
A scan that stopped half-way through a dataset looks like one that found nothing in the other half.

What it looks at
----------------
Each dataset that was found: whether every declared field was found as well, or what kept a field from being looked at.
The report's coverage counts the same; here each dataset has its line.

How to fix it
-------------
Give the auditor the right, or the budget, that the reason names, and scan again.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Actual, Judgement, Subject
from lineage.model import Level, Severity
from lineage.plan.model import Dataset
from lineage.rule import Evidence, Rule
from rules.plan._said import held, unknown


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge how much of each dataset was looked at."""
    for dataset in evidence.plan.datasets():
        name = evidence.ground.catalog.physical(dataset.id)
        if name is None:
            continue
        leaf, about = f"{dataset.path}.reads", Subject(source=dataset.source, dataset=dataset.id)
        partly = [fact for fact in evidence.unseen.get(name, ()) if fact.what in {"data", "structure", "definition"}]
        unseen = _unseen(evidence, dataset)
        actual = Actual(len(dataset.fields) - len(unseen), f"of {len(dataset.fields)} fields")
        if partly:
            yield unknown(dataset.path, about, f"not all of it was looked at: {partly[0].reason}", partly[0].settle)
        elif unseen:
            says = f"{len(unseen)} of {len(dataset.fields)} fields were not looked at: {', '.join(unseen[:5])}"
            yield unknown(dataset.path, about, says, "let the auditor see them")
        else:
            yield held(leaf, about, "each of its fields was looked at", Level.CONFIGURED, actual)


def _unseen(evidence: Evidence, dataset: Dataset) -> list[str]:
    catalog = evidence.ground.catalog
    return [
        field
        for field in dataset.fields
        if (name := catalog.physical_field(dataset.id, field)) is not None and evidence.unseen.get(name)
    ]


RULE = Rule(id="evidence/incomplete-scan", severity=Severity.HIGH, check=check)
