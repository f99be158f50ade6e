"""A field that the workflow takes for granted does not exist.

Why it matters
--------------
Everything that is built on the field is built on nothing: the prompt lacks it, the join finds nothing, the segment is
empty.

What it looks at
----------------
The system's catalogue, for each declared field of a dataset that was found.
It is missing only where the catalogue shows every field, whatever the auditor may read; where it may merely be hidden,
`source/hidden-or-missing` says so.

How to fix it
-------------
Correct the name, or give the system's own as `column`; names that exist and look alike are given.
Or launch without what needs it.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from lineage.facts import FieldFact
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Name, Severity, Verdict
from lineage.plan.model import Dataset, Field, Need
from lineage.rule import Evidence, Rule, Unknown
from rules.source._exposed import fields_hidden, open_question, seen_as, subject


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each field exists."""
    for dataset in evidence.plan.datasets():
        name = seen_as(evidence, dataset)
        for field in dataset.fields.values():
            leaf, about = f"{field.path}.need", subject(dataset, field.name)
            seen = evidence.ground.catalog.field(dataset.id, field.name)
            if isinstance(name, Unknown):
                yield open_question(leaf, about, name)
            elif seen is not None:
                yield Judgement(leaf, Verdict.HELD, Level.CONFIGURED, about, _told(seen))
            elif fields_hidden(evidence, dataset, field.name) is None:
                yield _missing(evidence, dataset, field, name)


def _told(seen: FieldFact) -> str:
    tails = ["" if seen.nullable else "never null", "computed on read" if seen.computed else ""]
    return ", ".join(part for part in (f"it is there ({seen.type or 'any type'})", *tails) if part)


def _missing(evidence: Evidence, dataset: Dataset, field: Field, name: Name) -> Judgement:
    there = [".".join(path) for path in evidence.ground.catalog.fields.get(name, {})]
    alike = _alike(".".join(field.column), there)
    needed = field.need is not Need.NONE
    hint = f"; there is {' and '.join(alike)}" if alike else ""
    fact = evidence.ground.catalog.dataset(dataset.id)
    return Judgement(
        f"{field.path}.need",
        Verdict.BROKEN,
        Level.CONFIGURED,
        subject(dataset, field.name),
        f"{dataset.reads} has no field {'.'.join(field.column)}{hint}",
        Actual(0, "fields", measured_at=fact.seen.at, method=fact.seen.how) if fact else Actual(0, "fields"),
        operations=(Operation(Op.DROP_FIELD, field.id),) if needed else (),
        fixes=(
            Fix(
                FixKind.PLAN,
                "name the field that exists",
                f"{field.name}: {{need: {field.need}, column: {alike[0]}}}" if alike else "",
                effort="minutes",
            ),
        ),
        severity=None if needed else Severity.LOW,
        incidental=not needed,
    )


def _alike(wanted: str, there: list[str]) -> list[str]:
    folded = {name.casefold(): name for name in there}
    return [folded[match] for match in get_close_matches(wanted.casefold(), folded, n=3, cutoff=0.6)]


RULE = Rule(
    id="source/missing-field",
    severity=Severity.BLOCKER,
    check=check,
    operations=(Op.DROP_FIELD,),
    subsumes=("rollout/uncomputable-segment",),
)
