"""Dotted names as people write them in a plan: `contacts`, `main.contacts`, `"odd.schema"."Tab le"`, `[a].[b]`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Final

_PART: Final = re.compile(r'"((?:[^"]|"")*)"|`((?:[^`]|``)*)`|\[([^\]]*)\]|([^".`\[\]]+)')
_NEAREST: Final = 3


def split_name(text: str) -> tuple[str, ...]:
    """Give the parts of a dotted name without their quotes; empty where it is no such name."""
    parts: list[str] = []
    position = 0
    stripped = text.strip()
    while position < len(stripped):
        found = _PART.match(stripped, position)
        if found is None:
            return ()
        double, back, bracket, bare = found.groups()
        part = bracket if bracket is not None else bare
        if double is not None:
            part = double.replace('""', '"')
        elif back is not None:
            part = back.replace("``", "`")
        parts.append(part.strip() if bare is not None else part)
        position = found.end()
        if position < len(stripped):
            if stripped[position] != "." or position + 1 == len(stripped):
                return ()
            position += 1
    return tuple(parts) if all(parts) else ()


def nearest(wanted: str, names: Iterable[str]) -> tuple[str, ...]:
    """Give the few names that look most like the wanted one."""
    by_fold = {name.casefold(): name for name in sorted(names, reverse=True)}
    close = difflib.get_close_matches(wanted.casefold()[:200], by_fold, n=_NEAREST, cutoff=0.5)
    return tuple(by_fold[fold] for fold in close)
