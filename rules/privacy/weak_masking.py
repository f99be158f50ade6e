"""The mask that the plan declares is too weak for what it masks, or another one than what stands there.

Why it matters
--------------
There are ten million numbers behind an area code and forty thousand days of birth: whoever holds their plain hashes
reads them by trying all. The last four digits and a name often are one person.

What it looks at
----------------
The declared method against the declared kind, by a table with the reason for each pair; and the values of the field,
where they are partly hidden although a hash, a token or nothing at all is declared to be left.
A method that is strong enough is held as asserted: that a hash is keyed cannot be seen in its values.

How to fix it
-------------
Use a keyed hash (`hmac`) or a token where the value must join or repeat, `redact` or `drop` where it need not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lineage.connector import Request
from lineage.finding import Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Field
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules.privacy import _reading as reading
from rules.privacy._kinds import FREE_TEXT, expected, words
from rules.source._exposed import subject

_FEW_VALUES: Final = "there are so few that a plain hash is undone by trying all"
_LISTED: Final = "lists of them are sold, and a plain hash is undone by hashing the list"
_ENDS: Final = "what is left visible tells one person from the others in a small group"
_FORM: Final = "a reversible form in the same place as the data protects nothing"

WEAK: Final[dict[tuple[str, str], str]] = {
    **{
        ("hash", kind): _FEW_VALUES
        for kind in ("phone", "card", "iban", "bank_account", "ip", "mac_address", "birth_date", "ssn", "national_id")
    },
    **{("hash", kind): _FEW_VALUES for kind in ("passport", "driving_licence", "licence_plate", "address")},
    **{("hash", kind): _LISTED for kind in ("email", "person", "first_name", "username")},
    **{("partial", kind): _ENDS for kind in ("ssn", "national_id", "birth_date", "ip", "person", "address")},
    **{(method, "secret"): _FORM for method in ("partial", "tokenise", "format_preserving", "hash")},
    ("first_name", "email"): "an address holds the name of its owner and more",
}
"""(method, label) -> why it is too weak."""

_HIDES_ALL: Final = frozenset({"hash", "hmac", "tokenise", "redact", "drop"})


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for a look at every field that is read."""
    return reading.looks(ground)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the method of every declared mask."""
    for dataset in evidence.plan.datasets():
        for field in dataset.fields.values():
            if field.mask is not None:
                yield _judged(evidence, dataset, field, field.mask.method)


def _judged(evidence: Evidence, dataset: Dataset, field: Field, method: str) -> Judgement:
    leaf = reading.leaf_of(evidence.plan, field, "mask.to", "mask")
    kind = (field.sensitive or "").lower()
    reasons = [WEAK[method, label] for label in sorted(expected(kind)) if (method, label) in WEAK]
    text = kind in FREE_TEXT
    if reasons:
        says = f"{method} is too weak for {words(min(expected(kind)))}: {reasons[0]}"
        return _broken(leaf, dataset, field, says, Level.ASSERTED)
    if text and method not in {"entities", "drop", "redact"}:
        return _broken(leaf, dataset, field, f"{method} does not mask what stands within a text", Level.ASSERTED)
    if method == "entities" and not text and kind:
        return _broken(leaf, dataset, field, f"entities masks text, and {kind} is none", Level.ASSERTED)
    return _as_seen(evidence, leaf, dataset, field, method)


def _as_seen(evidence: Evidence, leaf: str, dataset: Dataset, field: Field, method: str) -> Judgement:
    read = reading.is_read(evidence.plan, field)
    looked = reading.seen_in(evidence, dataset, field) if read else Unknown("no step reads it", "")
    if not isinstance(looked, Unknown) and method in _HIDES_ALL:
        partly = [label for label in looked.labels if label.label == "masked:partial"]
        if partly and partly[0].hits * 20 >= partly[0].looked:
            says = f"{method} is declared, and {reading.told(partly)} are only partly hidden"
            return _broken(leaf, dataset, field, says, Level.OBSERVED)
    keyed = "; whether the hash is keyed was not tried" if method == "hmac" else ""
    says = f"{method} is strong enough for {field.sensitive or 'what is declared'}{keyed}"
    return reading.held(leaf, dataset, field, says, Level.ASSERTED)


def _broken(leaf: str, dataset: Dataset, field: Field, says: str, level: Level) -> Judgement:
    stronger = "entities" if (field.sensitive or "").lower() in FREE_TEXT else "hmac"
    return Judgement(
        leaf,
        Verdict.BROKEN,
        level,
        subject(dataset, field.name),
        says,
        operations=(Operation(Op.MASK_FIELD, field.id, (("to", stronger),)),),
        fixes=(
            Fix(FixKind.PLAN, "declare a stronger method", patch=f"mask: {stronger}", effort="minutes"),
            Fix(FixKind.CONFIG, f"apply it in {dataset.reads}"),
        ),
        confidence="observed" if level is Level.OBSERVED else "proven",
    )


RULE = Rule(
    id="privacy/weak-masking",
    severity=Severity.HIGH,
    check=check,
    requests=requests,
    operations=(Op.MASK_FIELD,),
)
