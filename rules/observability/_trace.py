"""What a plan says of the trace of its workflow: attributes, sampling, where it is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from lineage.finding import Judgement, Operation, Subject
from lineage.model import Level
from lineage.plan.model import Plan
from rules._traces import Traces
from rules.plan._said import block, held, number, told, unknown, words, wrong

ATTRIBUTES: Final = "observability.trace.attributes"
STORE: Final = "a sample of the trace store"
_PERCENT: Final = re.compile(r"(\d+(?:\.\d+)?)\s*%")


def kept(plan: Plan) -> bool:
    """Whether a trace is named at all; where none is, `observability/missing-trace` says so."""
    return told(plan.answer("observability.trace"))


def attributes(plan: Plan) -> tuple[str, ...]:
    """Give the attributes that the trace is said to carry."""
    found = plan.answer(ATTRIBUTES)
    return words(list(found) if isinstance(found, Mapping) else found)


def seen(leaf: str, about: Subject, says: str) -> Judgement:
    """Judge that traces of real runs show what is said."""
    return held(leaf, about, says, Level.OBSERVED)


def unseen(found: Traces, leaf: str, about: Subject, says: str, fix: str, *operations: Operation) -> Judgement:
    """Judge that runs do not carry what is said; unverified where not all of an export was read, or none is there."""
    if not found.whole or not found.runs:
        part = "not all of the traces could be read" if found.runs else "no run is in the traces that were read"
        return unknown(leaf, about, f"{part}: {says}" if found.runs else part, STORE)
    return wrong(leaf, about, says, fix, operations, level=Level.OBSERVED, effort="days")


def lacking(said: Sequence[str], wanted: Mapping[str, str]) -> tuple[str, ...]:
    """Give what no attribute is about: name of a kind -> pattern of the words by which attributes tell it."""
    return tuple(
        kind for kind, words in wanted.items() if not any(re.search(words, one, re.IGNORECASE) for one in said)
    )


def sampling(plan: Plan) -> float | None:
    """Give the share of runs that are traced, as said; None where nothing is said, or no figure."""
    return share(block(plan, "observability.trace").get("sampling"))


def share(found: Any) -> float | None:
    """Give a share, `0.1` or `10 %`; `all` is 1 and `errors only` is none."""
    if isinstance(found, str):
        if found.strip().casefold() in {"all", "every", "everything", "full", "always"}:
            return 1.0
        if matched := _PERCENT.fullmatch(found.strip()):
            return float(matched[1]) / 100
    figure = number(found)
    return figure if figure is not None and 0 <= figure <= 1 else None
