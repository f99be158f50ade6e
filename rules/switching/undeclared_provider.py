"""A model or provider that the workflow depends on is not declared.

Why it matters
--------------
Prices, terms and models change with weeks of notice. What is not listed as a dependency is not watched, and found when
it stops answering.

What it looks at
----------------
The provider of `model` and the embedding models of the indexes that are read, beside `switching.dependencies`: each
must be named there. Where traces are read (the connector `otlp`), each provider and model that real runs called must
be the plan's model, one of its dependencies or one of its fallbacks.

How to fix it
-------------
List every provider and model, embeddings too; `local` is an answer for one that you run yourself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lineage.finding import Actual, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity
from lineage.plan.model import Plan
from lineage.rule import Evidence, Rule
from rules._traces import observed
from rules.plan._said import held, told, unknown, unsaid, words, wrong
from rules.switching._indexes import indexes

_PLACE: Final = "switching.dependencies"
_OWN: Final = frozenset({"local", "self-hosted", "own", "in-house", "on-premises"})


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge that each provider is a declared dependency."""
    plan = evidence.plan
    provider = plan.answer("model.provider")
    declared = plan.answer(_PLACE)
    decide = (Operation(Op.DECIDE, _PLACE),)
    if provider is None:
        says = "model.provider is not answered: whose model is it?"
        yield unsaid("model.provider", Subject(), says, "name the provider", (Operation(Op.DECIDE, "model.provider"),))
    if not told(declared):
        says = f"{_PLACE} is not answered: on which models and providers does the workflow depend?"
        yield unsaid(_PLACE, Subject(), says, "list every provider and model", decide)
        return
    named = {word.casefold() for word in _named(declared)}
    if provider is not None and not _is_named(str(provider), named):
        says = f"the model is of {provider}, which is no declared dependency"
        yield wrong(_leaf(plan), Subject(), says, "list it among the dependencies", decide, effort="minutes")
    elif models := [model for model in _embeddings(plan) if not named & _OWN and not _is_named(model, named)]:
        embedding = isinstance(declared, Mapping) and told(declared.get("embedding"))
        if not embedding:
            says = f"the index is made with {models[0]}, and no dependency is declared for embeddings"
            yield wrong(_leaf(plan), Subject(), says, "list it among the dependencies", decide, effort="minutes")
    yield from _shown(evidence, named, decide)
    if provider is not None and _is_named(str(provider), named) and observed(evidence) is None:
        says = "the dependencies are named, and no trace was read that would show others"
        yield unknown(_leaf(plan), Subject(), says, "the models and providers of a sample of the trace store")


def _shown(evidence: Evidence, named: set[str], decide: tuple[Operation, ...]) -> Iterator[Judgement]:
    plan, found = evidence.plan, observed(evidence)
    if found is None:
        return
    said = [plan.answer(place) for place in ("model", "switching.fallbacks")]
    known = named | {word.casefold() for one in said for word in _named(one)}
    known |= {model.casefold() for model in _embeddings(plan)}
    calls = tuple(found.of("model", "embedding"))
    # A plan that names no model depends on whatever the provider serves.
    models = {fact.model for fact in calls if plan.answer("model.name") is not None}
    others = sorted(name for name in {fact.provider for fact in calls} | models if name and not _is_named(name, known))
    if others:
        says = f"{found.told} were read, and call {', '.join(others[:5])}, which the plan does not name"
        fix = "list it among the dependencies or the fallbacks, or stop calling it"
        yield wrong(
            _leaf(plan), Subject(), says, fix, decide, level=Level.OBSERVED, actual=Actual(len(others), "names")
        )
    elif found.whole and any(fact.provider or fact.model for fact in calls):
        says = f"{found.told} call nothing that the plan does not name"
        yield held(_leaf(plan), Subject(), says, Level.OBSERVED)
    else:
        says = f"{found.told} were read, not whole or without a call that names its provider"
        yield unknown(_leaf(plan), Subject(), says, "the models and providers of a sample of the trace store")


def _named(declared: Any) -> tuple[str, ...]:
    if isinstance(declared, Mapping):
        return tuple(word for key, below in declared.items() for word in (str(key), *_named(below)))
    return words(declared)


def _is_named(name: str, named: set[str]) -> bool:
    return any(name.casefold() in one or one in name.casefold() for one in named if len(one) > 2)


def _embeddings(plan: Plan) -> Iterator[str]:
    for dataset in indexes(plan):
        embedding = dataset.extra.get("embedding")
        if isinstance(embedding, Mapping) and told(embedding.get("model")):
            yield str(embedding["model"])


def _leaf(plan: Plan) -> str:
    return next((leaf for leaf in plan.leaves if leaf == _PLACE or leaf.startswith(f"{_PLACE}.")), _PLACE)


RULE = Rule(id="switching/undeclared-provider", severity=Severity.HIGH, check=check, operations=(Op.DECIDE,))
