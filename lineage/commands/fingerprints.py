"""Fingerprints of findings as people type them: in full, or a beginning that is one finding's alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lineage.errors import PlanError

_SHORTEST: Final = 6
"""The characters of a beginning, at least: fewer are one finding's by chance."""


def in_full(typed: str, known: Mapping[str, str], option: str = "") -> str:
    """Give the finding that is meant; `known` has its id by each fingerprint that it goes by.

    Raises:
        PlanError: no finding has the fingerprint, or several begin so.
    """
    name = typed.strip()
    if name in known:
        return known[name]
    begun = {whole for each, whole in known.items() if len(name) >= _SHORTEST and each.startswith(name)}
    if len(begun) == 1:
        return begun.pop()
    why = "several findings have a fingerprint that begins with" if begun else "no finding has the fingerprint"
    raise PlanError(f"{option}{why} {name!r}; every report of `lineage audit` shows them")
