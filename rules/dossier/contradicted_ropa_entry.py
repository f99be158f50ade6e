"""The record of processing says other than what was found.

Why it matters
--------------
The record is what an authority reads first. An entry that lacks a category or a recipient which anybody can find in the
system is worse than a late one.

What it looks at
----------------
What `dossier.items.ropa` says beside its reference: `categories` against the kinds of personal data that are declared
or were found, `recipients` against the provider of the model, `regions` against the regions of the model and the
stores, and `keep` against the longest time that a dataset with personal data is kept.
A reference without these is unverified, since nobody has compared what stands there.

How to fix it
-------------
Correct the record, or leave out what it does not cover; then write down what it says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.plan.model import Plan
from lineage.rule import Evidence, Rule
from rules.dossier._personal import found_kinds
from rules.plan._said import held, span, told, unknown, words, wrong

_PLACE: Final = "dossier.items.ropa"
_DECIDE: Final = (Operation(Op.DECIDE, _PLACE),)
_CORRECT: Final = "correct the record, or leave out what it does not cover"
_SAYS: Final = ("categories", "recipients", "regions", "keep")


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge what the record says."""
    plan = evidence.plan
    found = plan.answer(_PLACE)
    if not told(found):
        return  # dossier/missing-item asks for it
    said: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    if not any(told(said.get(key)) for key in _SAYS):
        leaf = next(leaf for leaf in plan.leaves if leaf == _PLACE or leaf.startswith(f"{_PLACE}."))
        settle = "what the record says: `ropa: {ref, categories, recipients, regions, keep}`"
        yield unknown(leaf, Subject(), "what the record says was not compared with what was found", settle)
    if told(said.get("categories")):
        yield _judged("categories", _uncovered(evidence, words(said["categories"])))
    if told(said.get("recipients")):
        yield _judged("recipients", _others(_one(plan, "model.provider"), words(said["recipients"])))
    if told(said.get("regions")):
        regions = (*_one(plan, "model.region"), *_regions(plan))
        yield _judged("regions", _others(regions, words(said["regions"])))
    if (limit := span(said.get("keep"))) is not None:
        personal = {field.rpartition(".")[0] for field, _ in found_kinds(evidence)}
        longer = [
            f"{dataset.id} ({dataset.keep.limit})"
            for dataset in plan.datasets()
            if dataset.id in personal
            and dataset.keep
            and dataset.keep.limit
            and dataset.keep.limit.mean() > limit.mean()
        ]
        yield _judged("keep", longer)


def _judged(key: str, uncovered: list[str]) -> Judgement:
    leaf = f"{_PLACE}.{key}"
    if uncovered:
        says = f"the record's {key} do not cover {', '.join(uncovered)}"
        return wrong(leaf, Subject(), says, _CORRECT, _DECIDE)
    return held(leaf, Subject(), f"the record's {key} cover what is declared and was found")


def _uncovered(evidence: Evidence, categories: tuple[str, ...]) -> list[str]:
    covered = {_plain(category) for category in categories}
    kinds = dict.fromkeys(_plain(kind) for _, kind in found_kinds(evidence))
    return [kind for kind in kinds if not any(kind in category or category in kind for category in covered)]


def _plain(kind: str) -> str:
    return kind.removeprefix("special:").casefold().replace("_", " ").replace("-", " ").strip()


def _others(found: tuple[str, ...], said: tuple[str, ...]) -> list[str]:
    known = {word.casefold() for word in said}
    return [one for one in dict.fromkeys(found) if one.casefold() not in known]


def _one(plan: Plan, path: str) -> tuple[str, ...]:
    return words(plan.answer(path))


def _regions(plan: Plan) -> tuple[str, ...]:
    return tuple(word for store in plan.stores for word in _one(plan, f"stores.{store}.region"))


RULE = Rule(id="dossier/contradicted-ropa-entry", severity=Severity.HIGH, check=check, operations=(Op.DECIDE,))
