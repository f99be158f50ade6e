"""Dotted names as people write them in a plan, and those that look most like a name that is not there."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Final

from lineage.model import split_name

__all__ = ["nearest", "split_name"]

_NEAREST: Final = 3


def nearest(wanted: str, names: Iterable[str]) -> tuple[str, ...]:
    """Give the few names that look most like the wanted one."""
    by_fold = {name.casefold(): name for name in sorted(names, reverse=True)}
    close = difflib.get_close_matches(wanted.casefold()[:200], by_fold, n=_NEAREST, cutoff=0.5)
    return tuple(by_fold[fold] for fold in close)
