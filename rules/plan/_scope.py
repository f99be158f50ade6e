"""What a plan's `scope` block lists as included and excluded."""

from __future__ import annotations

from collections.abc import Mapping

from lineage.plan.model import Plan


def listed(plan: Plan, side: str) -> Mapping[str, tuple[str, ...]]:
    """Give the names under `scope.include` or `scope.exclude`, by what they name: `segments`, `actions` ..."""
    prefix = f"scope.{side}."
    found: dict[str, tuple[str, ...]] = {}
    for path, leaf in plan.leaves.items():
        kind = path.removeprefix(prefix)
        if kind != path and "." not in kind:
            names = (name.strip() for name in leaf.text.removeprefix("[").removesuffix("]").split(","))
            found[kind] = tuple(name for name in names if name)
    return found
