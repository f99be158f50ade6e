"""A field that the workflow reads holds data of a special category.

Why it matters
--------------
Health, religion, ethnic origin, orientation, union membership, political opinion and criminal offences may be used in
few cases only (GDPR Art. 9 and 10, as of 2016-04-27, are relevant), and a mask of single values does not change that.

What it looks at
----------------
The header and the values of every field that a step reads, against words in several languages and the form of ICD-10
codes. Header and values together are likely; a header alone is a question for a person, and left unverified.

How to fix it
-------------
Leave the field out of what the workflow reads, or declare it and have the legal basis decided by who answers for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.connector import Request
from lineage.finding import Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules.privacy import _reading as reading
from rules.privacy._kinds import SPECIAL, words
from rules.source._exposed import subject


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for a look at every field that is read."""
    return reading.looks(ground)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the fields in which a special category was seen, and hold those in which enough was looked at."""
    for dataset, field in reading.read_fields(evidence.plan):
        looked = reading.seen_in(evidence, dataset, field)
        leaf = reading.leaf_of(evidence.plan, field, "sensitive")
        if isinstance(looked, Unknown):
            continue  # privacy/undeclared-sensitive-data says so
        found = max(
            (label for label in looked.labels if label.label.startswith(SPECIAL)),
            key=lambda label: label.confidence,
            default=None,
        )
        if found is None:
            if reading.enough(looked.look):
                yield reading.held(leaf, dataset, field, "nothing of a special category seen")
        elif found.confidence < reading.LIKELY:
            settle = "a person says what it holds: `sensitive: none`, or the field is left out"
            yield reading.open_about(leaf, dataset, field, f"by its name possibly {words(found.label)}", settle)
        else:
            yield Judgement(
                leaf,
                Verdict.BROKEN,
                Level.OBSERVED,
                subject(dataset, field.name),
                f"holds {words(found.label)}, a special category of personal data",
                reading.figure(found, looked.look),
                operations=(Operation(Op.DROP_FIELD, field.id),),
                fixes=(
                    Fix(FixKind.CONFIG, f"leave it out of what the workflow reads ({dataset.reads})"),
                    Fix(FixKind.DECISION, "have the legal basis decided before it is read"),
                ),
                confidence=reading.sure(found),
            )


RULE = Rule(
    id="privacy/special-category-data",
    severity=Severity.BLOCKER,
    check=check,
    requests=requests,
    operations=(Op.DROP_FIELD, Op.DROP_SEGMENT, Op.HOLD_LAUNCH),
)
