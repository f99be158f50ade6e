"""What the privacy rules share: the fields that steps read, what was seen in them, and what that is enough for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lineage.connector import Look, Request
from lineage.detector import because
from lineage.facts import LabelFact, LookFact
from lineage.finding import Actual, Judgement
from lineage.model import DatasetId, Level, Verdict
from lineage.plan.model import Dataset, Field, Need, Plan, Step
from lineage.rule import Evidence, Ground, Looked, Unknown
from rules.privacy._kinds import NOT_SENSITIVE, is_masked, is_raw, words
from rules.source._exposed import subject

LIKELY: Final = 0.75
"""Confidence from which a label is taken as said; below it a person must decide."""
LEFT_OUT: Final = "values that are text"
"""How a look was taken that passed bytes over: connectors tell them apart, and nothing is known of them."""
MISSED: Final = 0.005
"""Share of values that a sample may have missed, with 95 % confidence, and still support `nothing there`."""


def read_fields(plan: Plan) -> Iterator[tuple[Dataset, Field]]:
    """Give the fields that steps read; in a plan without steps, all that are needed."""
    read = {field for step in plan.steps.values() for fields in step.reads.values() for field in fields}
    for dataset in plan.datasets():
        for field in dataset.fields.values():
            if field.id in read if plan.steps else field.need is not Need.NONE:
                yield dataset, field


def is_read(plan: Plan, field: Field) -> bool:
    """Whether a step reads the field; in a plan without steps, whether it is needed."""
    if not plan.steps:
        return field.need is not Need.NONE
    dataset = DatasetId(field.id.rpartition(".")[0])
    return any(field.id in step.reads.get(dataset, ()) for step in plan.steps.values())


def readers(plan: Plan, dataset: Dataset, field: Field) -> list[Step]:
    """Give the steps that read a field."""
    return [step for step in plan.steps.values() if field.id in step.reads.get(dataset.id, ())]


def looks(ground: Ground) -> Iterator[Request]:
    """Ask for a look at every field that is read and that the catalogue has."""
    wanted: dict[str, tuple[Dataset, list[str]]] = {}
    for dataset, field in read_fields(ground.plan):
        if ground.catalog.field(dataset.id, field.name) is not None:
            wanted.setdefault(dataset.id, (dataset, []))[1].append(field.name)
    return (Look(dataset.id, tuple(names)) for dataset, names in wanted.values())


def seen_in(evidence: Evidence, dataset: Dataset, field: Field) -> Looked | Unknown:
    """Give what a detector saw in a field; a field without any value was not seen."""
    looked = evidence.looked(Look(dataset.id, (field.name,)), field.name)
    if isinstance(looked, Looked) and not looked.look.values_looked:
        return Unknown("no record holds a value to look at", "scan again when there are some")
    return looked


def declared_kind(field: Field) -> str | None:
    """Give the kind that the plan declares; None where it calls the field not sensitive."""
    return None if field.sensitive is None or field.sensitive.lower() in NOT_SENSITIVE else field.sensitive


def leaf_of(plan: Plan, field: Field, *keys: str) -> str:
    """Give the first leaf of a field that the plan has, of these keys; else the field's need, which every field has."""
    for key in keys:
        path = f"{field.path}.{key}"
        if path in plan.leaves:
            return path
        # Few fields have a block there, and every look through all leaves of a large plan costs.
        if path in plan.marks and (below := next((leaf for leaf in plan.leaves if leaf.startswith(f"{path}.")), None)):
            return below
    return f"{field.path}.need"


def raw_labels(looked: Looked) -> list[LabelFact]:
    """Give the labels of raw personal data, surest and most frequent first; secrets and special categories apart."""
    found = [label for label in looked.labels if is_raw(label.label) and label.label != "secret"]
    return sorted(found, key=lambda label: (-label.confidence, -label.hits, label.label))


def masked_share(looked: Looked) -> float:
    """Give the share of values that were masked before they were seen."""
    hits = sum(label.hits for label in looked.labels if is_masked(label.label))
    return min(1.0, hits / looked.look.values_looked) if looked.look.values_looked else 0.0


def enough(look: LookFact) -> bool:
    """Whether a look supports saying that nothing is there."""
    return look.missed <= MISSED


def looked_at(look: LookFact) -> str:
    """Say how much was looked at."""
    if look.whole:
        return f"all {look.values_looked:,} values"
    total = f" of about {look.rows_total:,}" if look.rows_total else ""
    blocks = ", in whole blocks" if look.seen.how == "block sample" else ""
    if blocks and look.blocks:
        blocks = f", in {look.blocks:,} blocks"
    return f"{look.values_looked:,} values{total}{blocks}"


def together(look: LookFact) -> str:
    """Say what a bound supposes, or that it supposes nothing, of values that stand together."""
    if look.seen.how != "block sample":
        return ""
    return ", also where they stand together" if look.blocks else "; what stands together in a few blocks may be more"


def told(labels: Sequence[LabelFact]) -> str:
    """Say which kinds were seen, in what share: `e-mail addresses in 2.0 % of texts`."""
    parts = []
    for label in labels[:4]:
        place = "texts" if "free text" in label.why else "values"
        parts.append(f"{words(label.label)} in {percent(label.hits, label.looked)} of {place}")
    return ", ".join(parts)


def percent(hits: int, looked: int) -> str:
    """Give a share for people; a share that is not zero never reads as zero."""
    share = 100 * hits / looked if looked else 0.0
    if 0 < share < 0.1:
        return "less than 0.1 %"
    return f"{share:.0f} %" if share >= 10 or share == int(share) else f"{share:.1f} %"


def figure(label: LabelFact, look: LookFact, others: Sequence[LabelFact] = ()) -> Actual:
    """Give the share of a label as an actual value, with its interval; other labels are told by their kinds."""
    share = label.hits / label.looked if label.looked else 0.0
    low, high = label.interval
    return Actual(
        round(share, 4),
        "share of values",
        interval=(round(low, 4), round(high, 4)),
        measured_at=label.seen.at,
        method=f"{because(label.why, label.confidence)}; by {look.detector}",
        sample=look.values_looked,
        kinds=tuple(sorted({label.label, *(other.label for other in others)})),
    )


def sure(label: LabelFact) -> str:
    """Give a label's confidence as a judgement says it."""
    return "observed" if label.confidence >= 0.95 else "likely" if label.confidence >= LIKELY else "possible"


def held(leaf: str, dataset: Dataset, field: Field, says: str, level: Level = Level.OBSERVED) -> Judgement:
    """Judge that an assumption about a field is true."""
    return Judgement(leaf, Verdict.HELD, level, subject(dataset, field.name), says)


def open_about(leaf: str, dataset: Dataset, field: Field, says: str, settle: str) -> Judgement:
    """Judge that an assumption about a field cannot be decided, and say what would settle it."""
    return Judgement(leaf, Verdict.UNVERIFIED, Level.ASSERTED, subject(dataset, field.name), says, settle=settle)
