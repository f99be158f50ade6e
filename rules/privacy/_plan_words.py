"""Words that a plan writes where it has no type for them: lists of texts, single texts."""

from __future__ import annotations

from lineage.plan.model import Plan


def texts(plan: Plan, path: str) -> tuple[str, ...]:
    """Give the texts at a path, one or several; none where nothing is said."""
    found = plan.answer(path)
    items = found if isinstance(found, list) else [found]
    return tuple(str(item).strip() for item in items if isinstance(item, str) and item.strip())


def text(plan: Plan, path: str) -> str:
    """Give the text at a path; empty where nothing is said."""
    return next(iter(texts(plan, path)), "")
