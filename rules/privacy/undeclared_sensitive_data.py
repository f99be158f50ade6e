"""A field that the plan calls non-sensitive holds personal data.

Why it matters
--------------
Nobody masks, limits or deletes what nobody knows to be personal.
A field that the plan takes for harmless goes into prompts, traces and indexes as it is, and two real e-mail addresses
among ten thousand values are a leak already.

What it looks at
----------------
The values of every field that a step reads and for which the plan declares no `sensitive`, in one bounded sample, by a
detector in the scanning process: only counts and kinds leave it.
Formats and check digits count from two distinct values; names, addresses and ids only where header and values agree.
It is broken where a kind is likely, unverified where a person must decide or where nothing could be looked at, and held
where nothing was seen in all values or in a sample that would hardly miss one value in two hundred.
A sample that is smaller is `privacy/insufficient-detection`. Masked values are not raw ones.
And how confidential records say that they are: the sensitivity label of documents, or a field such as `classification`
in a table or an index. Texts that the plan calls not sensitive, or by a lower word (`internal`), may not come from
records that are labelled higher; a label that is not known leaves it open. Labels are counted, never told.

How to fix it
-------------
Declare it: `sensitive: email, mask: hmac`, and mask it in the view that the workflow reads.
Or leave the field out of what the workflow reads.
Where a person has looked and it is not personal, say so: `sensitive: none`.
Where whoever sees the output may see what is labelled, say how confidential it is: `sensitive: confidential`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lineage.connector import Request
from lineage.facts import LabelFact
from lineage.finding import Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Field
from lineage.rule import Evidence, Ground, Looked, Rule, Unknown
from rules.privacy import _classified as classified
from rules.privacy import _reading as reading
from rules.source._exposed import subject

_MASKS: Final = {"person": "first_name", "address": "generalise", "birth_date": "generalise"}
"""The mask to propose for a kind; keyed pseudonyms for the others."""


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for a look at every field that is read, and for the labels of records."""
    yield from reading.looks(ground)
    for one in classified.labelled(ground):
        yield from (one.above, one.strange, one.empty)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge every field that is read and declared as nothing sensitive."""
    for dataset, field in reading.read_fields(evidence.plan):
        if reading.declared_kind(field) is None:
            yield from _judged(evidence, dataset, field)
    yield from classified.judged(evidence)


def _judged(evidence: Evidence, dataset: Dataset, field: Field) -> Iterator[Judgement]:
    leaf = reading.leaf_of(evidence.plan, field, "sensitive")
    looked = reading.seen_in(evidence, dataset, field)
    if isinstance(looked, Unknown):
        yield reading.open_about(leaf, dataset, field, looked.reason, looked.settle)
        return
    labels = reading.raw_labels(looked)
    likely = [label for label in labels if label.confidence >= reading.LIKELY]
    if likely:
        yield _broken(leaf, dataset, field, looked, likely)
    elif labels:
        says = f"possibly {reading.told(labels)}"
        settle = f"declare `sensitive: {labels[0].label}` or, where a person has looked, `sensitive: none`"
        yield reading.open_about(leaf, dataset, field, says, settle)
    elif reading.enough(looked.look):
        yield reading.held(leaf, dataset, field, _clean(looked))


def _clean(looked: Looked) -> str:
    masked = ", and they are masked" if reading.masked_share(looked) >= 0.99 else ""
    bound = "" if looked.look.whole else f"; at most {looked.look.missed:.1%} may hold some"
    return f"no personal data seen in {reading.looked_at(looked.look)}{masked}{bound}"


def _broken(leaf: str, dataset: Dataset, field: Field, looked: Looked, labels: list[LabelFact]) -> Judgement:
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.OBSERVED,
        subject(dataset, field.name),
        f"holds {reading.told(labels)}, and the plan calls it not sensitive",
        reading.figure(labels[0], looked.look, labels),
        operations=(Operation(Op.MASK_FIELD, field.id),),
        fixes=(
            Fix(FixKind.PLAN, "declare it, with the mask that it needs", patch=_patch(field, labels)),
            Fix(FixKind.CONFIG, f"mask it in what the workflow reads ({dataset.reads}), or leave it out there"),
        ),
        confidence=reading.sure(labels[0]),
    )


def _patch(field: Field, labels: list[LabelFact]) -> str:
    # What most values do not hold stands within them by chance: a mask of whole values would take the others too.
    if any("free text" in label.why for label in labels) or all(label.hits * 2 < label.looked for label in labels):
        return f"{field.name}: {{need: {field.need.value}, sensitive: free_text, mask: entities}}"
    kind = labels[0].label
    return f"{field.name}: {{need: {field.need.value}, sensitive: {kind}, mask: {_MASKS.get(kind, 'hmac')}}}"


RULE = Rule(
    id="privacy/undeclared-sensitive-data",
    severity=Severity.BLOCKER,
    check=check,
    requests=requests,
    operations=(Op.MASK_FIELD, Op.DROP_FIELD),
)
