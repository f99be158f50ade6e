"""Tools that a model was offered in a call, out of what the instrumentations write of them; the names alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

OFFERED: Final = re.compile(
    r"gen_ai\.tool\.definitions|gen_ai\.request\.tools|llm\.tools\.\*\.tool\.json_schema"
    r"|llm\.request\.functions\.\*\.name"
)
_LONGEST: Final = 1_000_000
_MOST: Final = 500
_KNOWN: Final = 1_000


def offered(values: Iterable[object], known: dict[str, tuple[str, ...]]) -> Iterator[str]:
    """Give the names of tools that attributes define; `known` remembers texts, for calls repeat them."""
    for value in values:
        if not isinstance(value, str) or len(value) > _LONGEST:
            continue
        if value not in known:
            if len(known) > _KNOWN:
                known.clear()
            known[value] = tuple(_names(value))[:_MOST]
        yield from known[value]


def _names(text: str) -> Iterator[str]:
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        found = {"name": text} if text[:1] not in {"[", "{"} else None
    for one in found if isinstance(found, list) else [found]:
        if isinstance(one, Mapping):
            inner = one.get("function")
            name = inner.get("name") if isinstance(inner, Mapping) else one.get("name")
            if isinstance(name, str):
                yield name
