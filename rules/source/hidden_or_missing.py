"""A dataset or a field is absent, or merely hidden from the auditor: it cannot be told which.

Why it matters
--------------
Many systems show in their catalogue only what the asking identity may read.
What is called missing there may be in daily use, and a plan that drops it loses it for nothing.

What it looks at
----------------
Whether the catalogue that does not show a thing shows everything, or only what the auditor may read.

How to fix it
-------------
Let the auditor see the whole catalogue, or grant it the right that is named; then the question is settled.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Fix, FixKind, Judgement
from lineage.model import Severity
from lineage.plan.model import Dataset
from lineage.rule import Evidence, Rule, Unknown
from rules.source._exposed import fields_hidden, open_question, subject


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Name what the catalogue may hide."""
    for dataset in evidence.plan.datasets():
        yield from _of_dataset(evidence, dataset)


def _of_dataset(evidence: Evidence, dataset: Dataset) -> Iterator[Judgement]:
    catalog = evidence.ground.catalog
    absent = catalog.absent.get(dataset.id)
    if catalog.physical(dataset.id) is None:
        if absent is not None and not absent.proven:
            alike = f"; the auditor sees {' and '.join(absent.nearest[:3])}" if absent.nearest else ""
            otherwise = Unknown(
                f"{dataset.reads} is missing or hidden from {absent.seen.identity or 'the auditor'}{alike}",
                f"let the auditor see {dataset.reads}, or the whole catalogue",
            )
            yield _asked(f"{dataset.path}.reads", dataset, None, otherwise)
        return
    for field in dataset.fields.values():
        if catalog.field(dataset.id, field.name) is None and (why := fields_hidden(evidence, dataset, field.name)):
            yield _asked(f"{field.path}.need", dataset, field.name, why)


def _asked(leaf: str, dataset: Dataset, field: str | None, why: Unknown) -> Judgement:
    asked = open_question(leaf, subject(dataset, field), why)
    return Judgement(
        asked.leaf,
        asked.verdict,
        asked.level,
        asked.subject,
        asked.says,
        settle=asked.settle,
        fixes=(Fix(FixKind.SQL, why.settle),),
    )


RULE = Rule(id="source/hidden-or-missing", severity=Severity.HIGH, check=check, finds_unverified=True)
