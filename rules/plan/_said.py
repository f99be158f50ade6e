"""What answers of a plan say, and the judgements of it: held, broken, not said yet, not to be known from here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

from lineage.duration import Duration, parse_duration
from lineage.errors import PlanError
from lineage.finding import Actual, Fix, FixKind, Judgement, Operation, Subject
from lineage.model import Level, Verdict
from lineage.plan.answered import is_placeholder
from lineage.plan.documents import is_file_name
from lineage.plan.model import Plan
from lineage.rule import Evidence

_NONE_OF_IT: Final = frozenset({"none", "no", "never", "false", "nobody", "nothing", "not yet", "untested", "0"})


def held(
    leaf: str, about: Subject, says: str, level: Level = Level.ASSERTED, actual: Actual = Actual(None)
) -> Judgement:
    """Judge that an assumption holds."""
    return Judgement(leaf, Verdict.HELD, level, about, says, actual)


def unknown(leaf: str, about: Subject, says: str, settle: str) -> Judgement:
    """Judge that an assumption cannot be known from here, and what would settle it."""
    return Judgement(leaf, Verdict.UNVERIFIED, Level.ASSERTED, about, says, settle=settle)


def wrong(
    leaf: str,
    about: Subject,
    says: str,
    fix: str,
    operations: tuple[Operation, ...] = (),
    *,
    level: Level = Level.ASSERTED,
    actual: Actual = Actual(None),
    effort: str = "hours",
) -> Judgement:
    """Judge that what is said contradicts something: in a draft too."""
    fixes = (Fix(FixKind.DECISION, fix, effort=effort),)
    return Judgement(leaf, Verdict.BROKEN, level, about, says, actual, operations=operations, fixes=fixes)


def unsaid(
    leaf: str, about: Subject, says: str, fix: str, operations: tuple[Operation, ...] = (), *, effort: str = "minutes"
) -> Judgement:
    """Judge that something is not said yet: in a draft an open question."""
    fixes = (Fix(FixKind.PLAN, fix, effort=effort),)
    return Judgement(
        leaf, Verdict.BROKEN, Level.ASSERTED, about, says, operations=operations, fixes=fixes, unanswered=True
    )


def block(plan: Plan, path: str) -> Mapping[str, Any]:
    """Give the answered entries of a block; nothing where it is no mapping."""
    found = plan.answer(path)
    return found if isinstance(found, Mapping) else {}


def words(found: Any) -> tuple[str, ...]:
    """Give the texts of an answer: one, or a list; what only holds a place is none."""
    several = found if isinstance(found, list) else [found]
    texts = (str(one) for one in several if isinstance(one, str | int | float) and not isinstance(one, bool))
    return tuple(text for text in texts if not is_placeholder(text))


def told(found: Any) -> bool:
    """Whether an answer names something: `none`, `no` and `never` say that there is nothing."""
    match found:
        case None | False:
            return False
        case str():
            return not is_placeholder(found) and found.strip().casefold() not in _NONE_OF_IT
        case int() | float():
            return found != 0
        case Mapping():
            return any(told(part) for part in found.values())
        case list():
            return any(told(part) for part in found)
        case _:
            return True


def day(found: Any) -> date | None:
    """Give the day of an answer (`2026-11-12`); None where it is none."""
    try:
        return date.fromisoformat(str(found).strip()[:10])
    except ValueError:
        return None


def span(found: Any) -> Duration | None:
    """Give the length of time of an answer (`15 minutes`); None where it is none."""
    try:
        return parse_duration(str(found))
    except PlanError:
        return None


def number(found: Any) -> float | None:
    """Give the figure of an answer; None where it is none."""
    if isinstance(found, bool) or found is None:
        return None
    try:
        value = float(str(found).replace("_", ""))
    except ValueError:
        return None
    return value if abs(value) < float("inf") else None


def files(plan: Plan, path: str) -> Iterator[str]:
    """Give the files that an answer, or any answer below it, names."""
    for leaf, found in plan.leaves.items():
        if (leaf == path or leaf.startswith(f"{path}.")) and is_file_name(found.text):
            yield found.text


def there(evidence: Evidence, path: str) -> bool | None:
    """Whether every file that is named below a path was found; None where none is named, or was not looked for."""
    documents = [evidence.documents.get(name) for name in files(evidence.plan, path)]
    if not documents or any(found is None for found in documents):
        return None
    return all(found is not None and found.sha256 is not None for found in documents)


_BOUND: Final = re.compile(
    r"(<=|>=|<|>|=|at least|at most|above|over|below|under|no more than|no less than)\s*(-?\d+(?:[.,]\d+)?)",
    re.IGNORECASE,
)
_UP: Final = frozenset({">=", ">", "at least", "above", "over", "no less than"})
_DOWN: Final = frozenset({"<=", "<", "at most", "below", "under", "no more than"})


def bound(found: Any) -> tuple[float, float] | None:
    """Give the interval that a threshold asks for (`>= 0.7`: 0.7 and above); None where it is no threshold."""
    matched = _BOUND.search(str(found)) if isinstance(found, str) else None
    if matched is None:
        return None
    word, figure = matched[1].lower(), float(matched[2].replace(",", "."))
    if word in _UP:
        return figure, float("inf")
    return (float("-inf"), figure) if word in _DOWN else (figure, figure)
