"""A field is masked only after it has been kept or sent raw.

Why it matters
--------------
A mask in front of the prompt looks right in the prompt. The trace of the step before it, the index that was built from
the raw text and the cache between them hold what it hides, for longer and for more readers.

What it looks at
----------------
Fields with a declared mask whose values are raw where the workflow reads them, so that a later step has to mask them.
Broken: a step on the way, before the last one, crosses a boundary itself (a trace, an index, a provider), or a store is
declared to keep raw content. Fields that stand masked where they are read are masked in time.

How to fix it
-------------
Mask the field in what the workflow selects from, so that no step ever holds it raw.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lineage.connector import Request
from lineage.finding import Fix, FixKind, Hop, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Field, Store
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules.privacy import _reading as reading
from rules.privacy._crossing import Crossing, crossings, origins
from rules.privacy._leaves import not_left_by
from rules.source._exposed import subject

_RAW: Final = frozenset({"raw", "full", "all", "unmasked", "plain"})


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for a look at every field that is read."""
    return reading.looks(ground)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge every masked field that is read raw and may be masked by a later step."""
    raw_stores = [store for store in evidence.plan.stores.values() if (store.content or "").lower() in _RAW]
    for dataset, field in reading.read_fields(evidence.plan):
        if field.mask is None or not _is_raw(evidence, dataset, field, field.mask.method):
            continue
        ways = crossings(evidence.plan, dataset, field)
        later = [way for way in ways if not way.direct]
        early = [way for way in ways if way.direct]
        if later and early:
            yield _broken(evidence, dataset, field, _sent_early(early[0], later[0]), early[0].hops)
        elif later and raw_stores:
            yield _broken(evidence, dataset, field, *_kept_early(field, later[0], raw_stores[0]))


def _is_raw(evidence: Evidence, dataset: Dataset, field: Field, method: str) -> bool:
    looked = reading.seen_in(evidence, dataset, field)
    if isinstance(looked, Unknown):
        return origins(evidence, dataset, field).raw
    raw = [label for label in reading.raw_labels(looked) if label.confidence >= reading.LIKELY]
    # What the method may leave says nothing: only a definition that passes everything on does.
    return bool(not_left_by(method, raw)) or (bool(raw) and origins(evidence, dataset, field).raw)


def _sent_early(early: Crossing, later: Crossing) -> str:
    return f"{early.step} sends it raw to {early.boundary} before a step can mask it for {later.boundary}"


def _kept_early(field: Field, later: Crossing, store: Store) -> tuple[str, tuple[Hop, ...]]:
    says = f"{later.step} reads it raw, a later step may mask it for {later.boundary}, and {store.id} keeps raw content"
    return says, (Hop(field.id, later.step, "reads"), Hop(later.step, store.id, "kept in"))


def _broken(evidence: Evidence, dataset: Dataset, field: Field, says: str, path: tuple[Hop, ...]) -> Judgement:
    return Judgement(
        reading.leaf_of(evidence.plan, field, "mask.to", "mask"),
        Verdict.BROKEN,
        Level.OBSERVED,
        subject(dataset, field.name),
        says,
        path=path,
        operations=(Operation(Op.MASK_FIELD, field.id),),
        fixes=(
            Fix(FixKind.CODE, f"mask {field.name} in {dataset.reads}, before any step reads it", effort="hours"),
            Fix(FixKind.CONFIG, "keep masked content only", effort="hours"),
        ),
        confidence="likely",
    )


RULE = Rule(
    id="privacy/late-masking", severity=Severity.BLOCKER, check=check, requests=requests, operations=(Op.MASK_FIELD,)
)
