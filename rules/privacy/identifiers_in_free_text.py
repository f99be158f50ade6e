"""Free text that the workflow reads carries identifiers that no declared mask takes out.

Why it matters
--------------
People write addresses, numbers and names into tickets and notes, and so do signatures.
A mask over the columns beside it does not touch them.

What it looks at
----------------
Fields declared `sensitive: free_text`: the kinds of identifiers that a detector sees in their texts, without a language
model: what a format or a check digit proves (e-mail, phone, IBAN, card, IP), and by the words around them, in more than
twenty languages, names of people, postal addresses, dates of birth and ids. A name that nothing around it announces,
that is no common one, and of which no e-mail address beside it is made, is not seen.
Where a text could not be read, a document for instance, the others say nothing of it: the field stays unverified.
Secrets in them are a flaw whatever is masked: they are judged by `privacy/secret-in-content`.
Without `mask: entities` every kind that is seen crosses raw: broken.
With it, the kinds in `of` must cover what is seen.
That the mask is really applied can only be seen behind it: where identifiers stand in the text that is read, the mask
itself stays unverified until a sample of what crosses the boundary is looked at.

How to fix it
-------------
Declare `mask: {to: entities}` with every kind that is seen, apply it before the text is sent, and let a sample of the
prompts be read. Or leave the text out.
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
from rules.privacy import _reading as reading
from rules.privacy._kinds import FREE_TEXT, expected, is_raw, words
from rules.source._exposed import subject

_ENTITIES: Final = {
    "email_address": "email", "phone_number": "phone", "iban_code": "iban", "credit_card": "card", "ip_address": "ip",
    "us_ssn": "ssn", "crypto": "crypto_wallet", "location": "address", "date_of_birth": "birth_date",
}  # fmt: skip
"""Presidio's names of kinds, which plans may use, as ours."""
_SAMPLE: Final = "let a sample of what crosses the boundary be read: a prompt log or the trace"


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for a look at every field that is read."""
    return reading.looks(ground)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge every free text that is read, and the mask that it declares."""
    read = {field.id for _, field in reading.read_fields(evidence.plan)}
    for dataset in evidence.plan.datasets():
        for field in dataset.fields.values():
            entities = field.mask is not None and field.mask.method == "entities"
            if not entities and (field.sensitive or "").lower() not in FREE_TEXT:
                continue
            if field.id in read:
                yield from _judged(evidence, dataset, field)
            else:
                for leaf in _leaves(evidence, field):
                    yield reading.held(leaf, dataset, field, "no step reads it", Level.ASSERTED)


def _leaves(evidence: Evidence, field: Field) -> list[str]:
    """Give the leaves that are judged: the kind, the mask and its kinds, as far as the plan has them."""
    keys = ("sensitive", "mask.to", "mask.of") if field.mask is not None else ("sensitive",)
    leaves = [leaf for leaf in evidence.plan.leaves if any(_below(leaf, f"{field.path}.{key}") for key in keys)]
    return leaves or [reading.leaf_of(evidence.plan, field, "sensitive", "mask")]


def _below(leaf: str, path: str) -> bool:
    return leaf == path or leaf.startswith((f"{path}.", f"{path}["))


def _judged(evidence: Evidence, dataset: Dataset, field: Field) -> Iterator[Judgement]:
    leaves = _leaves(evidence, field)
    looked = reading.seen_in(evidence, dataset, field)
    if isinstance(looked, Unknown):
        yield from (reading.open_about(leaf, dataset, field, looked.reason, looked.settle) for leaf in leaves)
        return
    found = [label for label in looked.labels if is_raw(label.label) and label.confidence >= reading.LIKELY]
    open_kinds = [label for label in found if label.label != "secret" and not _covered(field, label.label)]
    if open_kinds:
        yield _broken(leaves, dataset, field, looked, open_kinds)
    if not found and not reading.enough(looked.look):
        settle = f"allow a spread sample of at least {int(3 / reading.MISSED)} texts"
        says = f"no identifier seen in {reading.looked_at(looked.look)}, which are too few"
        yield from (reading.open_about(leaf, dataset, field, says, settle) for leaf in leaves)
        return
    yield from _others(leaves, dataset, field, looked, found, broken=bool(open_kinds))


def _others(
    leaves: list[str], dataset: Dataset, field: Field, looked: Looked, found: list[LabelFact], *, broken: bool
) -> Iterator[Judgement]:
    """Judge the leaves that are not broken."""
    seen = reading.told(found) if found else f"no identifier seen in {reading.looked_at(looked.look)}"
    for leaf in leaves:
        if leaf.endswith((".mask.to", ".mask")) and found:
            yield reading.open_about(leaf, dataset, field, f"{seen} before the mask; none was seen behind it", _SAMPLE)
        elif not (broken and leaf == _told_at(leaves)):
            says = f"{seen}; names are seen only where they are common or announced"
            yield reading.held(leaf, dataset, field, says)


def _told_at(leaves: list[str]) -> str:
    """Give the leaf that is broken: the kinds that are masked, else the mask, else the kind."""
    of = [leaf for leaf in leaves if ".mask.of" in leaf]
    return of[0] if of else leaves[-1] if leaves[-1].endswith("sensitive") else leaves[0]


def _covered(field: Field, label: str) -> bool:
    if field.mask is None:
        return False
    if field.mask.method in {"drop", "redact"}:
        return True
    if field.mask.method != "entities":
        return False
    if not field.mask.of:
        return True
    kinds = {_ENTITIES.get(kind.lower(), kind.lower()) for kind in field.mask.of}
    return any(label == kind or label in expected(kind) for kind in kinds)


def _broken(
    leaves: list[str], dataset: Dataset, field: Field, looked: Looked, open_kinds: list[LabelFact]
) -> Judgement:
    kinds = sorted({label.label for label in open_kinds})
    wanted = [*(field.mask.of if field.mask else ()), *kinds]
    main = max(open_kinds, key=lambda label: label.hits)
    masked = "its mask leaves them" if field.mask is not None else "no mask is declared"
    return Judgement(
        _told_at(leaves),
        Verdict.BROKEN,
        Level.OBSERVED,
        subject(dataset, field.name),
        f"carries {reading.told(open_kinds)}, and {masked}",
        reading.figure(main, looked.look),
        operations=(Operation(Op.MASK_FIELD, field.id, (("of", ", ".join(words(kind) for kind in kinds)),)),),
        fixes=(
            Fix(
                FixKind.PLAN, "mask every kind that is seen", patch=f"mask: {{to: entities, of: [{', '.join(wanted)}]}}"
            ),
            Fix(FixKind.CODE, "apply it before the text is sent, and let a sample of the prompts be read"),
        ),
        confidence=reading.sure(main),
    )


RULE = Rule(
    id="privacy/identifiers-in-free-text",
    severity=Severity.HIGH,
    check=check,
    requests=requests,
    operations=(Op.MASK_FIELD, Op.DROP_FIELD),
)
