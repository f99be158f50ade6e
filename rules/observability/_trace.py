"""What a plan says of the trace of its workflow: attributes, sampling, where it is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from lineage.plan.model import Plan
from rules.plan._said import block, number, told, words

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
