"""What kinds of input the workflow takes at launch is not said, or the records are of other kinds.

Why it matters
--------------
A workflow that was tried on English e-mail answers German voice notes too, unless somebody said that it does not.

What it looks at
----------------
`scope.include.inputs`: kinds of input, each with its `channel`, `languages`, `formats` or the like.
For each, the field that tells it: the one that `of` names (beside one kind), or the one that steps read and that is
called like it (`channel`, `language`, `format`). The launched records must hold the listed words there, or null.
Where no field tells it, only a look at the inputs could: that stays unverified.

How to fix it
-------------
List the kinds that really come in, or keep the others away from the workflow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lineage.cells import launch_cells
from lineage.connector import Measure, MeasureKind, Request
from lineage.finding import Actual, Judgement, Subject
from lineage.model import Level, Severity
from lineage.plan.model import Dataset, Field, Plan
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules.plan._said import held, told, unknown, unsaid, words, wrong
from rules.source._exposed import NO_RECORD, plural, present, seen_as

_LEAF: Final = "scope.include.inputs"
_OF: Final = "of"


@dataclass(frozen=True, slots=True)
class _Kind:
    """One thing that the inputs say of themselves: the channels, the languages."""

    leaf: str
    name: str
    values: tuple[str, ...]
    of: str | None


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the records of other kinds."""
    for kind in _kinds(ground.plan):
        for dataset, field in _telling(ground.plan, kind):
            if present(ground, dataset, field.name):
                yield _outside(dataset, field, kind)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the kinds of input."""
    plan = evidence.plan
    if not told(plan.answer(_LEAF)):
        says = "which kinds of input the workflow takes at launch is not said"
        yield unsaid(_LEAF, Subject(), says, f"say it: {_LEAF}: [{{channel: , languages: , formats: }}]")
        return
    for kind in _kinds(plan):
        fields = list(_telling(plan, kind))
        if not fields:
            says = f"no field that is declared tells the {kind.name} of an input"
            yield unknown(kind.leaf, Subject(), says, f"name the field that tells it: {_OF}, or a sample of the inputs")
        for dataset, field in fields:
            yield _judged(evidence, kind, dataset, field)


def _judged(evidence: Evidence, kind: _Kind, dataset: Dataset, field: Field) -> Judgement:
    about = Subject(source=dataset.source, dataset=dataset.id, field=str(field.id))
    name = seen_as(evidence, dataset)
    cells = launch_cells(evidence.plan, dataset)
    counted = name if isinstance(name, Unknown) else evidence.measured(_outside(dataset, field, kind), cells)
    if isinstance(counted, Unknown) or not counted.rows:
        why = counted if isinstance(counted, Unknown) else NO_RECORD
        return unknown(kind.leaf, about, why.reason, why.settle)
    others = counted.value if isinstance(counted.value, int) else 0
    actual = Actual(others, "records", None, counted.seen.at, "neither null nor listed", counted.rows)
    if not others:
        says = f"none of {plural(counted.rows, 'record')} is of another {kind.name}"
        return held(kind.leaf, about, says, Level.OBSERVED, actual)
    says = f"{plural(others, 'record')} of {counted.rows:,} are of a {kind.name} that the inputs do not list"
    fix = f"list it under {kind.leaf}, or keep these records away"
    return wrong(kind.leaf, about, says, fix, level=Level.OBSERVED, actual=actual)


def _outside(dataset: Dataset, field: Field, kind: _Kind) -> Measure:
    return Measure(dataset.id, MeasureKind.OUTSIDE, field.name, values=kind.values)


def _kinds(plan: Plan) -> Iterator[_Kind]:
    """Give what the inputs say of themselves; several inputs add up, as a record may be of any."""
    found: Any = plan.answer(_LEAF)
    inputs = [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
    joined: dict[tuple[str, str | None], dict[str, None]] = {}
    for one in inputs:
        said = {str(key): words(value) for key, value in one.items() if key != _OF and words(value)}
        of = one.get(_OF) if len(said) == 1 else None  # of several, `of` does not say which it tells
        for key, texts in said.items():
            known = joined.setdefault((_singular(key), of if isinstance(of, str) else None), {})
            known.update(dict.fromkeys(texts))
    for (name, of), values in joined.items():
        yield _Kind(_LEAF, name, tuple(values), of)


def _telling(plan: Plan, kind: _Kind) -> Iterator[tuple[Dataset, Field]]:
    """Give the fields that tell a kind: the one that is named, else those that are read and called like it."""
    read = {field for step in plan.steps.values() for fields in step.reads.values() for field in fields}
    for dataset in plan.datasets():
        for field in dataset.fields.values():
            named = kind.of is not None and kind.of == field.id
            called = kind.of is None and field.id in read and _singular(field.name) == kind.name
            if named or called:
                yield dataset, field


def _singular(word: str) -> str:
    return word.lower().removesuffix("s")


RULE = Rule(id="plan/unfounded-input-type", severity=Severity.MEDIUM, check=check, requests=requests)
