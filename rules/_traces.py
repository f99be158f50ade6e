"""What traces of real runs show, for rules of several families: counts and names, as the stores that were read tell.

That something stands in a trace is seen; that it stands in none is seen only where the whole of an export was read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from lineage.facts import SpanFact, Spread, TraceFact
from lineage.plan.model import Plan
from lineage.rule import Evidence

ENOUGH: Final = 20
"""Fewer figures have no 95th percentile that is another than their largest."""
_ALIASES: Final[Mapping[str, str]] = {
    "model": r"gen_ai\.(?:request|response)\.model|llm\.model_name|embedding\.model_name"
    r"|langfuse\.observation\.model\.name",
    "provider": r"gen_ai\.(?:provider\.name|system)|llm\.(?:provider|system)",
    "input tokens": r"gen_ai\.usage\.(?:input|prompt)_tokens|llm\.token_count\.prompt|llm\.usage\.prompt_tokens",
    "output tokens": r"gen_ai\.usage\.(?:output|completion)_tokens|llm\.token_count\.completion"
    r"|llm\.usage\.completion_tokens",
    "conversation": r"gen_ai\.conversation\.id|session\.id",
    "query": r"gen_ai\.retrieval\.query\.text",
}
"""What the dialects call alike."""
OF_CALLS: Final = ("model", "provider", "input tokens", "output tokens")
"""What each call of a model must carry."""


@dataclass(frozen=True, slots=True)
class Traces:
    """The runs that the stores of traces hold."""

    stores: tuple[TraceFact, ...]
    spans: tuple[SpanFact, ...]

    @property
    def runs(self) -> int:
        """How many runs there are."""
        return sum(store.traces for store in self.stores)

    @property
    def whole(self) -> bool:
        """Nothing was left out: what is not here is not there."""
        return all(store.whole for store in self.stores)

    @property
    def told(self) -> str:
        """How many runs were read, for people."""
        return f"{self.runs:,} runs" if self.runs != 1 else "1 run"

    @property
    def sampled(self) -> float | None:
        """The smallest share of runs that a sampler says it kept."""
        return min((store.sampled for store in self.stores if store.sampled is not None), default=None)

    def of(self, *operations: str) -> Iterator[SpanFact]:
        """Give the spans of some operations."""
        return (fact for fact in self.spans if fact.operation in operations)

    def count(self, *operations: str) -> int:
        """Count the spans of some operations."""
        return sum(fact.spans for fact in self.of(*operations))

    def attributes(self, *operations: str) -> Counter[str]:
        """Count the spans that carry each attribute, of some operations or of all."""
        found: Counter[str] = Counter()
        for fact in self.of(*operations) if operations else self.spans:
            found.update(dict(fact.attributes))
        return found

    def content(self) -> Counter[str]:
        """Count the spans on which each attribute holds what was asked, read or answered."""
        found: Counter[str] = Counter()
        for fact in self.spans:
            found.update(dict(fact.content))
        return found

    def marks(self) -> Counter[str]:
        """Count by name whatever a run can carry: attributes, events, steps."""
        found = self.attributes()
        for fact in self.spans:
            found.update(dict(fact.events))
            found[fact.step] += fact.spans
        return found

    def carrying(self, said: str) -> int:
        """Count the spans that carry an attribute or an event by that name, or by its name in another dialect."""
        pattern = next((one for one in _ALIASES.values() if re.fullmatch(one, said)), None)
        wanted = re.escape(said).replace(r"\*", r"[\w.*\-]+")
        known = re.compile(f"(?:{pattern or wanted})", re.IGNORECASE)
        exact = sum(count for key, count in self.marks().items() if known.fullmatch(key))
        # People leave out the prefix that an instrumentation writes: `rubric_score` is `eval.rubric_score`.
        return exact or sum(count for key, count in self.marks().items() if _plain(said) in _parts(key))

    def steps(self, step: str) -> tuple[SpanFact, ...]:
        """Give the spans that are a step of the plan as a whole."""
        return tuple(fact for fact in self.of("step", "agent") if _plain(fact.step) == _plain(step))


def observed(evidence: Evidence) -> Traces | None:
    """Give the runs that were read; None where the plan names no store of traces, or it did not answer."""
    catalog, sources = evidence.ground.catalog, evidence.plan.sources
    stores = tuple(fact for fact in catalog.traces if fact.seen.source in sources)
    return Traces(stores, tuple(fact for fact in catalog.spans if fact.seen.source in sources)) if stores else None


def of_calls(said: str) -> str:
    """Give what of a model's call an attribute tells, in any dialect; empty where it tells something else."""
    return next((kind for kind in OF_CALLS if re.fullmatch(_ALIASES[kind], said)), "")


def steps_of(plan: Plan) -> tuple[str, ...]:
    """Give the steps that run by themselves: what a person does leaves no span."""
    return tuple(step.id for step in plan.steps.values() if step.by is None)


def above(figures: Iterable[Spread | None], stated: float, *, median: bool = False) -> tuple[float, int] | None:
    """Give the figure that is more than is stated, and of how many; None where none is, or too few tell.

    Of a few, half must be above for it to be no accident.
    """
    for found in figures:
        if found is not None:
            figure = found.p50 if median or found.count < ENOUGH else found.p95
            if figure > stated:
                return figure, found.count
    return None


def _plain(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _parts(key: str) -> set[str]:
    parts = key.split(".")
    return {_plain(".".join(parts[start:])) for start in range(len(parts))} - {""}
