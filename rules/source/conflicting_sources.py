"""Two systems disagree on the same fact.

Why it matters
--------------
A customer is gold in one system and silver in another, and the answer depends on which of them was asked.

What it looks at
----------------
Two datasets are of the same things where the key of one is a field that `joins` the key of the other, or where one is a
whole copy (`copy_of`) with the same key.
Of each such pair, every field of the same name that neither masks and that no clock or key is: how many records of the
same key hold another value.
Keys and values are compared across systems as hashes under a secret that lives as long as the comparison; only counts
leave the process.
A null beside a value is a disagreement; a text that differs by the white space at its ends is none.

How to fix it
-------------
Say which system holds the truth, read the field there, and let the other follow it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.connector import Columns, Compare, CompareKind, Request
from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Field, Need, Plan
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules._expectations import Check
from rules.source._exposed import on_path, open_question, plural, subject
from rules.source._verdict import Case, decided


def requests(ground: Ground) -> Iterable[Request]:
    """Ask to compare each fact that two datasets hold."""
    return (_wanted(*fact) for fact in _facts(ground.plan))


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each fact that two datasets hold."""
    return decided(_case(evidence, *fact) for fact in _facts(evidence.plan))


def _facts(plan: Plan) -> Iterator[tuple[Dataset, Dataset, Field]]:
    """Give each field of a dataset that the dataset of the same things has too."""
    for dataset in plan.datasets():
        for other in _same_things(plan, dataset):
            for field in dataset.fields.values():
                told = other.fields.get(field.name)
                if told is not None and _comparable(dataset, field) and _comparable(other, told):
                    yield dataset, other, field


def _same_things(plan: Plan, dataset: Dataset) -> Iterator[Dataset]:
    if len(dataset.key) != 1:
        return
    key = dataset.fields.get(dataset.key[0])
    joins = key.joins if key is not None else None
    for other in plan.datasets():
        whole = other.id in dataset.copy_of and other.key == dataset.key
        if whole or (len(other.key) == 1 and joins == f"{other.id}.{other.key[0]}"):
            yield other


def _comparable(dataset: Dataset, field: Field) -> bool:
    clocks = {dataset.fresh.clock if dataset.fresh else None, dataset.keep.since if dataset.keep else None}
    plain = field.mask is None and field.joins is None and field.need is not Need.NONE
    return plain and field.name not in {*dataset.key, *clocks}


def _wanted(dataset: Dataset, other: Dataset, field: Field) -> Compare:
    left, right = (Columns(one.id, one.key, value=field.name) for one in (dataset, other))
    return Compare(CompareKind.DIFFERING, left, (right,))


def _case(evidence: Evidence, dataset: Dataset, other: Dataset, field: Field) -> Case | Judgement:
    leaf, about = f"{field.path}.need", subject(dataset, field.name)
    found = evidence.compared(_wanted(dataset, other, field))
    if isinstance(found, Unknown):
        return open_question(leaf, about, found)
    share = found.found / found.common if found.common else 0.0
    actual = Actual(found.found, "records", measured_at=found.seen.at, method="keyed hashes", sample=found.common)
    same = f"{plural(found.common, 'record')} that {other.id} has too"
    held = Judgement(leaf, Verdict.HELD, Level.OBSERVED, about, f"both agree on {field.name} of {same}", actual)
    launched = on_path(evidence.plan, dataset)
    broken = Judgement(
        leaf,
        Verdict.BROKEN,
        Level.OBSERVED,
        about,
        f"{plural(found.found, 'record')} ({share:.1%}) of {same} hold another {field.name} there",
        actual,
        path=(Hop(f"{other.id}.{field.name}", field.id, "same key"),),
        operations=(Operation(Op.SWAP_FIELD, field.id),) if launched else (),
        fixes=(Fix(FixKind.DECISION, f"say which holds the truth on {field.name}, and read it there", effort="days"),),
        severity=None if launched else Severity.LOW,
        incidental=not launched,
    )
    bound = Check(found.found, maximum=0)
    return Case(bound, bound, held, broken)


RULE = Rule(
    id="source/conflicting-sources",
    severity=Severity.HIGH,
    check=check,
    requests=requests,
    operations=(Op.SWAP_FIELD,),
)
