"""A sensitive field crosses a boundary unmasked: the declared mask is not applied there, or none is declared.

Why it matters
--------------
"It is masked" is what a reviewer signs. A view that forgot the mask, a mask that left some values as they are, or a new
column beside the masked one sends raw personal data to a provider, and it cannot be called back.

What it looks at
----------------
The boundary that can be seen is what the workflow selects: the values of the dataset that `reads` names, and the
lineage of the field behind it.
Broken: raw values of a likely kind stand there, or the definition hides nothing of them and no value looks like the
mask's, and the step that reads the field crosses a boundary itself.
Held: the values look masked; or the definition masks them and nothing raw was seen; or what is redacted is one and the
same text in every record, by the definition of a view or beside the raw values; or nothing can be had back from the
values beside the raw ones that they stand for; or no step reads the field.
Unverified: a declared step stands between reading and boundary and may mask there, the values look neither raw nor
masked, or nothing could be looked at. Whether a hash is keyed cannot be seen in its values.
A field that is declared sensitive without a mask is judged in the same way, by what stands there: raw values that a
step sends across break it, values that look masked hold it.
`mask: entities` is judged by `privacy/identifiers-in-free-text`.

How to fix it
-------------
Mask the field in the view that the workflow reads, and let the workflow's identity read nothing else.
Where a step masks it, let a sample of what crosses the boundary be read: a prompt log, the index, the trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from lineage.connector import Request
from lineage.facts import ExamineFact, LabelFact
from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Op, Operation
from lineage.model import DatasetKind, Level, Severity, Verdict
from lineage.plan.model import Dataset, Field, Mask
from lineage.rule import Evidence, Ground, Looked, Rule, Unknown
from rules.privacy import _reading as reading
from rules.privacy._crossing import Crossing, Origins, crossings, origins
from rules.privacy._kinds import FREE_TEXT
from rules.privacy._leaves import not_left_by
from rules.privacy._lists.headers import read_header
from rules.privacy._masks.pairs import masked_pair, masked_pairs, stand_alone
from rules.source._exposed import subject

_SAMPLE: Final = "let a sample of what crosses the boundary be read: a prompt log, the index or the trace"


_RECOGNISABLE: Final = frozenset({"hash", "hmac", "redact"})
"""Methods whose result is recognised wherever it stands: values of any other look were not masked by them."""


_LEAVES_NOTHING: Final = frozenset({"redact", "drop"})
_MANY: Final = 20
"""Raw values from which on one text for all of them tells of none."""


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for a look at every field that is read, and for what is masked beside its raw values."""
    yield from reading.looks(ground)
    for _, field, examine in masked_pairs(ground):
        if field.mask is not None and field.mask.method not in {"drop", "entities"}:
            yield examine


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge every declared mask but that of free text."""
    for dataset in evidence.plan.datasets():
        for field in dataset.fields.values():
            if field.mask is not None and field.mask.method != "entities":
                yield _judged(evidence, dataset, field, field.mask)
            elif field.mask is None and (field.sensitive or "").lower() not in {"", *FREE_TEXT}:
                yield _without_mask(evidence, dataset, field)


def _judged(evidence: Evidence, dataset: Dataset, field: Field, mask: Mask) -> Judgement:
    leaf = reading.leaf_of(evidence.plan, field, "mask.to", "mask")
    if not reading.is_read(evidence.plan, field):
        return reading.held(leaf, dataset, field, "no step reads it", Level.ASSERTED)
    if evidence.ground.catalog.field(dataset.id, field.name) is None:
        return reading.open_about(leaf, dataset, field, "the field was not seen", f"let it be seen in {dataset.reads}")
    ways = crossings(evidence.plan, dataset, field)
    behind = origins(evidence, dataset, field)
    if (alike := _alike(evidence, leaf, dataset, field, behind)) is not None:
        return alike
    if mask.method == "drop":
        return _broken(leaf, dataset, field, "is to be dropped and is read", ways, behind, Level.CONFIGURED)
    looked = reading.seen_in(evidence, dataset, field)
    if isinstance(looked, Unknown):
        return _by_lineage(leaf, dataset, field, ways, behind, looked)
    judged = _by_values(leaf, dataset, field, mask, ways, behind, looked)
    tried = "" if judged.verdict is not Verdict.UNVERIFIED or behind.raw else _tried(evidence, dataset, field)
    return reading.held(leaf, dataset, field, tried, Level.EXERCISED) if tried else judged


def _tried(evidence: Evidence, dataset: Dataset, field: Field) -> str:
    """Say that nothing was had back from masked values beside all their raw ones; empty where that was not shown."""
    examine = masked_pair(evidence.ground, dataset, field)
    found = evidence.examined(examine) if examine is not None else None
    if examine is None or not isinstance(found, ExamineFact) or not found.whole:
        return ""
    counts = dict(found.counts)
    of = int(counts.get("pairs", counts.get("values", 0)))
    if not of or "opaque" in counts or stand_alone(counts) or any(name.startswith("flaw:") for name in counts):
        return ""
    return f"nothing can be had back from {of:,} values beside those of {examine.against[0].name.short}"


def _without_mask(evidence: Evidence, dataset: Dataset, field: Field) -> Judgement:
    leaf = f"{field.path}.mask"  # of its kind nothing is untrue: what is missing is the mask
    ways = crossings(evidence.plan, dataset, field)
    if not ways:
        return reading.held(leaf, dataset, field, "it crosses no declared boundary", Level.ASSERTED)
    looked = reading.seen_in(evidence, dataset, field)
    if isinstance(looked, Unknown):
        return reading.open_about(leaf, dataset, field, f"no mask is declared; {looked.reason}", looked.settle)
    raw = [label for label in reading.raw_labels(looked) if label.confidence >= reading.LIKELY]
    if raw:
        says = f"holds {reading.told(raw)} in {dataset.reads}, and no mask is declared"
        behind = origins(evidence, dataset, field)
        judgement = _raw_seen(leaf, dataset, field, says, ways, behind, (raw[0], looked))
        declare = Fix(FixKind.PLAN, "declare the mask that it needs, and apply it there", "mask: hmac")
        return replace(judgement, fixes=(declare, *judgement.fixes)) if judgement.fixes else judgement
    if reading.masked_share(looked) >= 0.99 and reading.enough(looked.look):
        return reading.held(leaf, dataset, field, f"{reading.looked_at(looked.look)} look masked")
    says = f"no mask is declared, and {reading.looked_at(looked.look)} look neither raw nor masked"
    return reading.open_about(leaf, dataset, field, says, "declare its mask, or " + _SAMPLE)


def _is_view(evidence: Evidence, dataset: Dataset) -> bool:
    name = evidence.ground.catalog.physical(dataset.id)
    seen = evidence.ground.catalog.datasets.get(name) if name is not None else None
    return seen is not None and seen.kind in {DatasetKind.VIEW, DatasetKind.MATERIALIZED_VIEW}


def _alike(evidence: Evidence, leaf: str, dataset: Dataset, field: Field, behind: Origins) -> Judgement | None:
    """Hold what is to be redacted or dropped, and is one and the same for all records."""
    if field.mask is None or field.mask.method not in _LEAVES_NOTHING:
        return None
    if behind.constant and _is_view(evidence, dataset):
        says = f"the definition of {dataset.reads} writes the same in every record"
        return reading.held(leaf, dataset, field, says, Level.CONFIGURED)
    examine = masked_pair(evidence.ground, dataset, field) if field.mask.method == "redact" else None
    found = evidence.examined(examine) if examine is not None else None
    if not isinstance(found, ExamineFact):
        return None
    counts = dict(found.counts)
    of = int(counts.get("pairs", counts.get("values", 0)))
    if any(name.startswith("flaw:") for name in counts) or counts.get("distinct") != 1 or of < _MANY or not found.whole:
        return None
    says = f"one and the same text stands in place of {of:,} values"
    return reading.held(leaf, dataset, field, says, Level.EXERCISED)


def _by_values(
    leaf: str,
    dataset: Dataset,
    field: Field,
    mask: Mask,
    ways: tuple[Crossing, ...],
    behind: Origins,
    looked: Looked,
) -> Judgement:
    raw = [label for label in reading.raw_labels(looked) if label.confidence >= reading.LIKELY]
    plain = not_left_by(mask.method, raw)
    if plain:
        says = f"holds {reading.told(plain)} in {dataset.reads}, where {mask.method} is declared"
        return _raw_seen(leaf, dataset, field, says, ways, behind, (plain[0], looked))
    if raw:
        says = f"holds what {mask.method} may leave: {reading.told(raw)}"
        return reading.open_about(leaf, dataset, field, says, "compare it with the raw column by key")
    if reading.masked_share(looked) >= 0.99 and reading.enough(looked.look):
        return reading.held(leaf, dataset, field, f"{reading.looked_at(looked.look)} look masked")
    if behind.masked:
        says = f"what the workflow reads masks it, and nothing raw was seen in {reading.looked_at(looked.look)}"
        return reading.held(leaf, dataset, field, says)
    if behind.raw and ways and ways[0].direct and mask.method in _RECOGNISABLE:
        says = f"{dataset.reads} hides nothing of it by its definition, and no value looks like {mask.method}"
        return _broken(leaf, dataset, field, says, ways, behind, Level.CONFIGURED)
    says = f"{reading.looked_at(looked.look)} look neither raw nor masked"
    return reading.open_about(
        leaf, dataset, field, says, "mask it in a view whose definition can be read, or " + _SAMPLE
    )


def _raw_seen(
    leaf: str,
    dataset: Dataset,
    field: Field,
    says: str,
    ways: tuple[Crossing, ...],
    behind: Origins,
    seen: tuple[LabelFact, Looked],
) -> Judgement:
    if ways and ways[0].direct:
        return _broken(leaf, dataset, field, says, ways, behind, Level.OBSERVED, seen)
    if ways:
        way = ways[0]
        says = f"{says}; {way.step} reads it so, and nothing shows a mask before {way.boundary}"
        return reading.open_about(leaf, dataset, field, says, _SAMPLE)
    return reading.open_about(
        leaf, dataset, field, f"{says}; no boundary is declared that it crosses", "declare the step's `to`"
    )


def _by_lineage(
    leaf: str, dataset: Dataset, field: Field, ways: tuple[Crossing, ...], behind: Origins, why: Unknown
) -> Judgement:
    if behind.masked:
        says = f"{dataset.reads} masks it by its definition; {why.reason}"
        return reading.held(leaf, dataset, field, says, Level.CONFIGURED)
    if behind.raw and ways and ways[0].direct:
        says = f"{dataset.reads} hides nothing of it by its definition"
        if all(read_header(name.field[-1]).masked for name in behind.names):
            # What is called masked where it is kept is not raw for being passed on: its values decide, unseen here.
            kept = ", ".join(name.short for name in behind.names[:3])
            return reading.open_about(leaf, dataset, field, f"{says} from {kept}; {why.reason}", why.settle)
        return _broken(leaf, dataset, field, says, ways, behind, Level.CONFIGURED)
    reason = f"{why.reason}; its definition could not be read" if behind.opaque else why.reason
    return reading.open_about(leaf, dataset, field, reason, why.settle)


def _broken(
    leaf: str,
    dataset: Dataset,
    field: Field,
    says: str,
    ways: tuple[Crossing, ...],
    behind: Origins,
    level: Level,
    seen: tuple[LabelFact, Looked] | None = None,
) -> Judgement:
    way = ways[0].hops if ways else (Hop(dataset.id, field.id, "reads"),)
    place = f"; {ways[0].step} sends it to {ways[0].boundary}" if ways else ""
    return Judgement(
        leaf,
        Verdict.BROKEN,
        level,
        subject(dataset, field.name),
        says + place,
        reading.figure(seen[0], seen[1].look) if seen else Actual(None),
        path=(*behind.raw_path, *way) if behind.raw else way,
        operations=(Operation(Op.DROP_FIELD, field.id),),
        fixes=(
            Fix(FixKind.SQL, f"mask {field.name} in {dataset.reads}, which is what the workflow reads"),
            Fix(FixKind.PLAN, "leave it out of what the steps read, and declare `need: none`"),
        ),
        confidence=reading.sure(seen[0]) if seen else "likely",
    )


RULE = Rule(
    id="privacy/unmasked-at-boundary",
    severity=Severity.BLOCKER,
    check=check,
    requests=requests,
    operations=(Op.DROP_FIELD, Op.HOLD_LAUNCH),
    subsumes=("privacy/ineffective-mask",),
)
