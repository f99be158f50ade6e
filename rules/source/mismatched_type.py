"""A field has another type than the plan takes for granted.

Why it matters
--------------
Code that expects a number breaks on text, or sorts `10` before `9`; a timestamp without a zone is read as another time.

What it looks at
----------------
`type` of each field that declares one, beside the system's own type for it, by the kind of value that both hold: `text`
agrees with `varchar(80)`, `number` with `integer`, `timestamp` with one that has a zone.
Where the plan declares a size, the size must agree too.

How to fix it
-------------
Correct the declared type, or read a field that has it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Field
from lineage.rule import Evidence, Rule, Unknown
from rules.source._exposed import fields_hidden, open_question, seen_as, subject
from rules.source._types import agrees


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each declared type."""
    for dataset in evidence.plan.datasets():
        for field in dataset.fields.values():
            if field.type is not None:
                yield _judged(evidence, dataset, field, field.type)


def _judged(evidence: Evidence, dataset: Dataset, field: Field, declared: str) -> Judgement:
    leaf, about = f"{field.path}.type", subject(dataset, field.name)
    name, seen = seen_as(evidence, dataset), evidence.ground.catalog.field(dataset.id, field.name)
    if isinstance(name, Unknown):
        return open_question(leaf, about, name)
    if seen is None:
        missing = Unknown(f"{dataset.reads} has no such field", "name a field that exists")
        return open_question(leaf, about, fields_hidden(evidence, dataset, field.name) or missing)
    actual = Actual(seen.type, "type", measured_at=seen.seen.at, method=seen.seen.how)
    match agrees(declared, seen.type):
        case True:
            says = f"its type is {seen.type or 'open'}"
            return Judgement(leaf, Verdict.HELD, Level.CONFIGURED, about, says, actual)
        case False:
            return Judgement(
                leaf,
                Verdict.BROKEN,
                Level.CONFIGURED,
                about,
                f"its type is {seen.type}, not {declared}",
                actual,
                operations=(Operation(Op.SWAP_FIELD, field.id),),
                fixes=(Fix(FixKind.PLAN, "correct the declared type", f"type: {seen.type}", effort="minutes"),),
            )
        case _:
            why = Unknown(
                f"its type is {seen.type or 'open'}, and whether that is {declared} is not known",
                f"declare it as {seen.type}" if seen.type else "declare no type, or have the system declare one",
            )
            return open_question(leaf, about, why)


RULE = Rule(
    id="source/mismatched-type",
    severity=Severity.MEDIUM,
    check=check,
    operations=(Op.SWAP_FIELD,),
)
