"""What the workflow is to read does not exist.

Why it matters
--------------
A step that selects from it fails on its first call, or is given something else under a similar name.

What it looks at
----------------
The system's own catalogue, for the name in `reads`.
It is missing only where the catalogue shows everything, whatever the auditor may read; where it may merely be hidden,
`source/hidden-or-missing` says so.

How to fix it
-------------
Correct `reads`; names that exist and look alike are given.
Or have the dataset made before the launch.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.facts import AbsentFact, DatasetFact
from lineage.finding import Actual, Fix, FixKind, Judgement, Op
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset
from lineage.rule import Evidence, Rule, Unknown
from rules.source._exposed import leaving, on_path, open_question, plural, seen_as, subject


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each dataset exists."""
    for dataset in evidence.plan.datasets():
        absent = evidence.ground.catalog.absent.get(dataset.id)
        name = seen_as(evidence, dataset)
        if not isinstance(name, Unknown):
            yield _found(evidence, dataset, evidence.ground.catalog.dataset(dataset.id))
        elif absent is None:
            yield open_question(f"{dataset.path}.reads", subject(dataset), name)
        elif absent.proven:
            yield _missing(evidence, dataset, absent)


def _found(evidence: Evidence, dataset: Dataset, seen: DatasetFact | None) -> Judgement:
    leaf, about = f"{dataset.path}.reads", subject(dataset)
    if seen is None:
        return Judgement(leaf, Verdict.HELD, Level.CONFIGURED, about, "it is in the catalogue")
    fields = len(evidence.ground.catalog.fields.get(seen.name, {}))
    actual = Actual(fields, "fields", measured_at=seen.seen.at, method=seen.seen.how)
    return Judgement(
        leaf, Verdict.HELD, Level.CONFIGURED, about, f"a {seen.kind} with {plural(fields, 'field')}", actual
    )


def _missing(evidence: Evidence, dataset: Dataset, absent: AbsentFact) -> Judgement:
    launched = on_path(evidence.plan, dataset)
    alike = f"; there is {' and '.join(absent.nearest[:3])}" if absent.nearest else ""
    patch = f"reads: {absent.nearest[0]}" if absent.nearest else ""
    return Judgement(
        f"{dataset.path}.reads",
        Verdict.BROKEN,
        Level.CONFIGURED,
        subject(dataset),
        f"{dataset.reads} does not exist{alike}",
        Actual(0, "datasets", measured_at=absent.seen.at, method=absent.seen.how),
        operations=leaving(evidence.plan, dataset) if launched else (),
        fixes=(
            Fix(FixKind.PLAN, "name the dataset that exists", patch, effort="minutes"),
            Fix(FixKind.CODE, f"have {dataset.reads} made before the launch"),
        ),
        severity=None if launched else Severity.LOW,
        incidental=not launched,
    )


RULE = Rule(
    id="source/missing-dataset",
    severity=Severity.BLOCKER,
    check=check,
    operations=(Op.DROP_SOURCE, Op.DROP_FIELD),
)
