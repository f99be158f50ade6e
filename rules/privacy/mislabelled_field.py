"""What the plan says that a field holds is not what it holds.

Why it matters
--------------
Masks, retention and access are chosen by kind: a phone number that is masked as a name is not masked.

What it looks at
----------------
The declared `sensitive` kind of every field that is read, against the kinds that a detector sees in its values.
It is broken where another kind is likely and the declared one is not seen, held where the declared kind is seen or the
values are masked, and unverified where nothing was seen (the detector may not know the kind) or no step reads it.
Free text may hold anything; that is judged by `privacy/identifiers-in-free-text`.

How to fix it
-------------
Declare the kind that the field really holds, and choose its mask anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.connector import Request
from lineage.facts import LabelFact
from lineage.finding import Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Field
from lineage.rule import Evidence, Ground, Looked, Rule, Unknown
from rules.privacy import _reading as reading
from rules.privacy._kinds import FREE_TEXT, MASKED, expected, words
from rules.source._exposed import subject


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for a look at every field that is read."""
    return reading.looks(ground)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge every declared kind."""
    read = {field.id for _, field in reading.read_fields(evidence.plan)}
    for dataset in evidence.plan.datasets():
        for field in dataset.fields.values():
            kind = reading.declared_kind(field)
            if kind is None or kind.lower() in FREE_TEXT:
                continue
            leaf = reading.leaf_of(evidence.plan, field, "sensitive")
            if field.id in read:
                yield _judged(evidence, leaf, dataset, field, kind)
            else:
                settle = f"a person says whether {field.id} holds what the plan says, or a step reads it"
                yield reading.open_about(leaf, dataset, field, "no step reads it, so nobody looked at it", settle)


def _judged(evidence: Evidence, leaf: str, dataset: Dataset, field: Field, kind: str) -> Judgement:
    looked = reading.seen_in(evidence, dataset, field)
    if isinstance(looked, Unknown):
        return reading.open_about(leaf, dataset, field, looked.reason, looked.settle)
    agreeing = expected(kind)
    labels = [label for label in looked.labels if not label.label.startswith(MASKED)]
    seen = [label for label in labels if label.label in agreeing]
    if seen:
        return reading.held(leaf, dataset, field, f"holds {reading.told(seen)}, as declared")
    others = [label for label in labels if label.confidence >= 0.9 and label.hits * 2 >= label.looked]
    if others:
        return _broken(leaf, dataset, field, looked, kind, others[0])
    if reading.masked_share(looked) >= 0.9:
        return reading.held(leaf, dataset, field, "its values are masked, so that nothing contradicts its kind")
    says = f"no {words(next(iter(sorted(agreeing)), kind))} recognised in {reading.looked_at(looked.look)}"
    settle = f"a person says whether {field.id} holds what the plan says; the detector may not know it"
    return reading.open_about(leaf, dataset, field, says, settle)


def _broken(leaf: str, dataset: Dataset, field: Field, looked: Looked, kind: str, found: LabelFact) -> Judgement:
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.OBSERVED,
        subject(dataset, field.name),
        f"is declared {kind} and holds {reading.told([found])}",
        reading.figure(found, looked.look),
        operations=(Operation(Op.DECIDE, field.id),),
        fixes=(Fix(FixKind.PLAN, "declare what it holds", patch=f"sensitive: {found.label}", effort="minutes"),),
        confidence=reading.sure(found),
    )


RULE = Rule(
    id="privacy/mislabelled-field",
    severity=Severity.MEDIUM,
    check=check,
    requests=requests,
    operations=(Op.DECIDE,),
)
