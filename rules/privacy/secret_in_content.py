"""A field that the workflow reads holds keys, passwords or other credentials.

Why it matters
--------------
What is read is sent: to a model's provider, into traces, into an index.
A key that has been there must be taken as known to others, and it opens whatever it opens until it is changed.

What it looks at
----------------
The values of every field that a step reads: more than thirty formats of keys and tokens, private keys, addresses with
a password in them, password hashes; and, under a header that says so, values that look generated. One hit counts.

How to fix it
-------------
Change the credential first, then delete it where it stands, and keep the field out of what is read until then.
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
from rules.source._exposed import subject


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for a look at every field that is read."""
    return reading.looks(ground)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge every field that is read."""
    for dataset, field in reading.read_fields(evidence.plan):
        leaf = f"{field.path}.need"
        looked = reading.seen_in(evidence, dataset, field)
        if isinstance(looked, Unknown):
            yield reading.open_about(leaf, dataset, field, looked.reason, looked.settle)
            continue
        found = next((label for label in looked.labels if label.label == "secret"), None)
        if found is not None:
            yield _broken(leaf, dataset, field, looked, found)
        elif reading.enough(looked.look):
            yield reading.held(leaf, dataset, field, f"no secret seen in {reading.looked_at(looked.look)}")


def _broken(leaf: str, dataset: Dataset, field: Field, looked: Looked, found: LabelFact) -> Judgement:
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.OBSERVED,
        subject(dataset, field.name),
        f"holds {reading.told([found])}",
        reading.figure(found, looked.look),
        operations=(Operation(Op.DROP_FIELD, field.id),),
        fixes=(
            Fix(FixKind.DECISION, "change the credentials that stand there: they must be taken as known"),
            Fix(FixKind.CONFIG, f"delete them from {dataset.reads}, and keep the field out until then"),
        ),
        confidence=reading.sure(found),
    )


RULE = Rule(
    id="privacy/secret-in-content",
    severity=Severity.BLOCKER,
    check=check,
    requests=requests,
    operations=(Op.DROP_FIELD, Op.LIMIT_ROWS),
)
