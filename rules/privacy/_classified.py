"""How confidential records say that they are themselves, beside what the plan says of their text.

Offices label documents (`sensitivity_label`), tables and indexes keep it as `classification` and the like. The words of
these labels are few and the same everywhere; one that is not among them is counted and left open, never guessed at.
No label is looked at: records are counted by whether theirs is one of these words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lineage.connector import Measure, MeasureKind
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Verdict
from lineage.plan.model import Dataset, Field
from lineage.rule import Evidence, Ground, Measured, Unknown
from rules.privacy import _reading as reading
from rules.privacy._kinds import NOT_SENSITIVE
from rules.source._exposed import exposed, subject

STEPS: Final = (
    ("public", "public, unrestricted, open, öffentlich, publique, público, openbaar, pubblico, offentlig"),
    (
        "internal",
        "internal, general, internal only, internal use only, for internal use only, company internal, business, "
        "official, intern, interne, interno, internt",
    ),
    (
        "confidential",
        "confidential, sensitive, official-sensitive, company confidential, confidential internal, vertraulich, "
        "confidentiel, confidencial, vertrouwelijk, riservato, fortroligt",
    ),
    (
        "secret",
        "secret, restricted, highly confidential, strictly confidential, highly restricted, highly sensitive, "
        "top secret, geheim, streng vertraulich, streng geheim, strictement confidentiel, très confidentiel, secreto, "
        "segreto, zeer vertrouwelijk, hemmelig",
    ),
)
"""What labels say, from the lowest on: the word for it, and the words that are taken for it."""
_SURE: Final = ("sensitivity_label", "security_classification", "confidentiality_label")
"""Fields that are about nothing else, so that a word of theirs that is not known leaves a question open."""
_OTHER: Final = ("classification", "confidentiality", "sensitivity", "data_classification")
_TEXTS: Final = ("text", "content", "body", "chunk", "chunk_text", "document", "page_content")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A field of text that a step reads, what the plan says of it, and the field that says how confidential it is."""

    dataset: Dataset
    field: Field
    label: str
    declared: int
    """Which of STEPS the plan declares; what it calls not sensitive may be internal."""

    @property
    def above(self) -> Measure:
        """Ask for the labels that are higher than what is declared, or not known."""
        return self._outside(self.declared)

    @property
    def strange(self) -> Measure:
        """Ask for the labels that are not known."""
        return self._outside(len(STEPS) - 1)

    @property
    def empty(self) -> Measure:
        """Ask for the records without a label."""
        return Measure(self.dataset.id, MeasureKind.NULLS, self.label)

    def _outside(self, step: int) -> Measure:
        return Measure(self.dataset.id, MeasureKind.OUTSIDE, self.label, values=_words(step))


def labelled(ground: Ground) -> Iterator[Labelled]:
    """Give the texts that steps read of records that are labelled, where the plan does not call them confidential."""
    for dataset, field in reading.read_fields(ground.plan):
        declared = _declared(field)
        if field.name not in _TEXTS or declared is None:
            continue
        for name in (*_SURE, *_OTHER):
            seen = ground.catalog.field(dataset.id, name)
            if seen is not None and any(part in seen.type.casefold() for part in ("char", "text", "string")):
                yield Labelled(dataset, field, name, declared)


def judged(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether what the plan declares is as high as what the records' labels say."""
    for one in labelled(evidence.ground):
        found = _judged(evidence, one)
        if found is not None:
            yield found


def _judged(evidence: Evidence, one: Labelled) -> Judgement | None:
    leaf = reading.leaf_of(evidence.plan, one.field, "sensitive")
    cells = exposed(evidence.plan, one.dataset).cells
    counted: list[Measured] = []
    for measure in (one.above, one.strange, one.empty):
        measured = evidence.measured(measure, cells)
        if isinstance(measured, Unknown):
            sure = one.label in _SURE
            return reading.open_about(leaf, one.dataset, one.field, *_why(measured, one)) if sure else None
        counted.append(measured)
    above, strange, empty = (one.value if isinstance(one.value, int) else 0 for one in counted)
    rows = counted[0].rows
    known = rows - empty - strange
    if rows == empty or (not known and one.label not in _SURE):
        return None
    if above > strange:
        return _broken(leaf, one, above - strange, counted[0])
    if strange:
        says = f"{strange:,} of {rows:,} records have a label in {one.label} that is not known"
        settle = (
            f"a person says how confidential they are: declare `sensitive: confidential` for {one.field.id}, or not"
        )
        return reading.open_about(leaf, one.dataset, one.field, says, settle)
    without = f"; {empty:,} have none" if empty else ""
    says = f"no label of {rows:,} records in {one.label} is higher than {STEPS[one.declared][0]}{without}"
    return reading.held(leaf, one.dataset, one.field, says)


def _why(measured: Unknown, one: Labelled) -> tuple[str, str]:
    return f"{one.label} was not counted: {measured.reason}", measured.settle


def _broken(leaf: str, one: Labelled, count: int, seen: Measured) -> Judgement:
    called = "not sensitive" if _is_plain(one.field) and one.declared else str(one.field.sensitive)
    higher = STEPS[one.declared + 1][0]
    more = "" if one.declared + 2 == len(STEPS) else " or higher"
    are = "1 record is" if count == 1 else f"{count:,} records are"
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.OBSERVED,
        subject(one.dataset, one.field.name),
        f"of {seen.rows:,} records {are} labelled {higher}{more} by {one.label}, and the plan calls it {called}",
        Actual(count, "records", measured_at=seen.seen.at, method=f"by {one.label}", sample=seen.rows),
        operations=(Operation(Op.DROP_FIELD, one.field.id),),
        fixes=(
            Fix(FixKind.CONFIG, f"take them out of what the workflow reads ({one.dataset.reads}), or read by `where`"),
            Fix(
                FixKind.PLAN,
                "declare how confidential it is, where those who may see the output may see that",
                patch=f"{one.field.name}: {{need: {one.field.need.value}, sensitive: {higher}}}",
                effort="minutes",
            ),
        ),
    )


def _declared(field: Field) -> int | None:
    """Give the step that the plan declares; None where it declares another kind, so that nobody calls it harmless."""
    words = [word for word, _ in STEPS]
    told = (field.sensitive or "").lower()
    if told not in words and _is_plain(field):
        return 1
    # What is declared as the highest of all cannot be lower than a label.
    return words.index(told) if told in words[:-1] else None


def _is_plain(field: Field) -> bool:
    return field.sensitive is None or field.sensitive.lower() in NOT_SENSITIVE


def _words(step: int) -> tuple[str, ...]:
    """Give the labels up to a step, as they are usually written; an empty one is none."""
    told = ["", *(word for _, words in STEPS[: step + 1] for word in words.split(", "))]
    return tuple(
        dict.fromkeys(spelt for word in told for spelt in (word, word.title(), word.upper(), word.capitalize()))
    )
