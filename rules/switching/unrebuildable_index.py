"""An index could not be built again with another model.

Why it matters
--------------
Embeddings of two models cannot be compared, so a change of model means to embed everything again: from the texts, with
the settings that are known, back to the records. Whichever of the three is lost keeps the old model for ever.

What it looks at
----------------
For each index: whether its embedding model and dimension are declared, what it is a copy of (`copy_of`), how a chunk
finds back to its record (`key_back`), whether a source keeps its text at least as long as the index keeps vectors, and,
where the index itself tells them, whether the vectors have the declared dimension and are made with the declared model.

How to fix it
-------------
Declare `embedding: {model, dimension}`, `copy_of` and `key_back`, and keep the texts as long as the index.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from lineage.finding import Actual, Judgement, Subject
from lineage.model import DatasetId, Level, Severity
from lineage.plan.model import Dataset, Keep, Plan
from lineage.rule import Evidence, Rule
from rules.plan._said import held, number, told, unsaid, wrong
from rules.switching._indexes import indexes

_VECTOR: Final = re.compile(r"(?:.*\.)?(?:vector|halfvec|sparsevec|fixed_size_list<.*?>)[(\[](\d+)[)\]]", re.IGNORECASE)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each index."""
    plan = evidence.plan
    for index in indexes(plan):
        about = Subject(source=index.source, dataset=index.id)
        leaf = next(
            (leaf for leaf in plan.leaves if leaf.startswith(f"{index.path}.embedding")), f"{index.path}.embedding"
        )
        if missing := tuple(_missing(index)):
            says = f"{index.id} cannot be built again: {', '.join(missing)} not declared"
            yield unsaid(leaf, about, says, "declare what it is made of, and how", effort="hours")
        elif gone := [origin for origin in index.copy_of if _outlived(plan, index, origin)]:
            says = f"{index.id} is kept longer than the texts of {', '.join(gone)} that it is made of"
            yield wrong(leaf, about, says, "keep the texts as long as the index, or the index as its source")
        elif (other := _other_dimension(evidence, index) or _other_model(evidence, index)) is not None:
            yield other
        else:
            seen = all(evidence.ground.catalog.dataset(origin) is not None for origin in index.copy_of)
            level = Level.CONFIGURED if seen else Level.ASSERTED
            yield held(leaf, about, "it can be built again from what is declared", level)


def _other_dimension(evidence: Evidence, index: Dataset) -> Judgement | None:
    """Give the judgement of an index none of whose vectors has the declared dimension; None where one has."""
    leaf, said = f"{index.path}.embedding.dimension", evidence.plan.answer(f"{index.path}.embedding.dimension")
    name = evidence.ground.catalog.physical(index.id)
    fields = evidence.ground.catalog.fields.get(name, {}).values() if name is not None else ()
    found = {int(vector[1]) for field in fields if (vector := _VECTOR.fullmatch(field.type)) is not None}
    stated = number(said)
    if not found or stated is None or stated in found:
        return None
    says = f"{index.id} has vectors of dimension {', '.join(map(str, sorted(found)))}, and {stated:g} is declared"
    about = Subject(source=index.source, dataset=index.id)
    fix, actual = "declare the model and the dimension that the index is made with", Actual(min(found), "dimensions")
    return wrong(leaf, about, says, fix, level=Level.CONFIGURED, actual=actual, effort="minutes")


def _other_model(evidence: Evidence, index: Dataset) -> Judgement | None:
    """Give the judgement of an index whose metadata names another model than the plan; None where it names none."""
    leaf, said = f"{index.path}.embedding.model", evidence.plan.answer(f"{index.path}.embedding.model")
    seen = evidence.ground.catalog.dataset(index.id)
    if seen is None or not seen.embedding_model or not isinstance(said, str):
        return None
    # A hub's spelling puts the maker before the name: `intfloat/e5-small`.
    spelt = {one.rpartition("/")[2].casefold() for one in (seen.embedding_model, said)}
    if len(spelt) == 1:
        return None
    says = f"{index.id} says that its vectors are made with another model than {said}"
    about = Subject(source=index.source, dataset=index.id)
    fix = "declare the model that the index is made with, or make it anew with the declared one"
    return wrong(leaf, about, says, fix, level=Level.CONFIGURED, effort="minutes")


def _missing(index: Dataset) -> Iterator[str]:
    embedding = index.extra.get("embedding")
    said: Mapping[str, object] = embedding if isinstance(embedding, Mapping) else {}
    if not told(said.get("model")):
        yield "the embedding model is"
    if not told(said.get("dimension")):
        yield "its dimension is"
    if not index.copy_of:
        yield "what it is a copy of is"
    if index.key_back is None:
        yield "the way back to its records is"


def _outlived(plan: Plan, index: Dataset, origin: DatasetId) -> bool:
    kept, texts = index.keep, plan.dataset(origin).keep
    return kept is not None and texts is not None and _is_longer(kept, texts)


def _is_longer(kept: Keep, texts: Keep) -> bool:
    if texts.none:
        return True
    limits = kept.limit is not None and texts.limit is not None and not kept.as_source
    return limits and kept.limit is not None and texts.limit is not None and kept.limit.mean() > texts.limit.mean()


RULE = Rule(id="switching/unrebuildable-index", severity=Severity.HIGH, check=check)
