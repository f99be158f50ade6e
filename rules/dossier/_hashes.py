"""Hashes as plans write them: `sha256:9f1e...`, whole or cut short."""

from __future__ import annotations

import re
from typing import Any, Final

_HASH: Final = re.compile(r"(?:sha-?256:)?([0-9a-f]{4,64})", re.IGNORECASE)
WHOLE: Final = 64
SURE: Final = 12
"""Digits from which a hash that was cut short tells two files apart."""


def digits(found: Any) -> str | None:
    """Give the digits of a hash; None where it is none."""
    matched = _HASH.fullmatch(str(found).strip()) if found is not None else None
    return matched[1].lower() if matched else None


def same(one: str, other: str) -> bool:
    """Whether two hashes, either of which may be cut short, can be of the same thing."""
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]
