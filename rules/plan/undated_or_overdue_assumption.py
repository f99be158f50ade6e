"""An assumption that is to be looked at again has no date, or its date has passed.

Why it matters
--------------
A gap that was accepted for now is accepted for ever, where nobody said until when.

What it looks at
----------------
Each entry of `known_gaps`: its `check_by`. Every other `check_by` of the plan too: whether it is a day, and whether it
has passed at the moment of the audit.

How to fix it
-------------
Look at the gap again, and name the next day on which somebody will.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.finding import Actual, Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.plan.answered import is_placeholder
from lineage.rule import Evidence, Rule
from rules.plan._said import day, held, unsaid, wrong

_DATE: Final = "check_by"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge every date on which an assumption is to be looked at again."""
    plan = evidence.plan
    gaps = dict.fromkeys(".".join(path.split(".")[:2]) for path in plan.leaves if path.startswith("known_gaps."))
    dated = [path.rpartition(".")[0] for path in plan.leaves if path.rpartition(".")[2] == _DATE]
    for path in dict.fromkeys((*gaps, *dated)):
        yield _judged(evidence, path)


def _judged(evidence: Evidence, path: str) -> Judgement:
    leaf = f"{path}.{_DATE}"
    decide = (Operation(Op.DECIDE, path),)
    said = evidence.plan.leaves.get(leaf)
    if said is None or is_placeholder(said.text):
        says = f"{path} does not say by when it is looked at again"
        return unsaid(leaf, Subject(), says, f"{_DATE}: YYYY-MM-DD", decide)
    until = day(said.text)
    if until is None:
        return wrong(leaf, Subject(), f"{leaf} is no day", f"{_DATE}: YYYY-MM-DD", decide, effort="minutes")
    days = (evidence.now.date() - until).days
    if days > 0:
        says = f"{path} was to be looked at again {days} day{'s' if days > 1 else ''} ago"
        actual = Actual(days, "days overdue", measured_at=evidence.now)
        return wrong(leaf, Subject(), says, "look at it again, and name the next day", decide, actual=actual)
    return held(leaf, Subject(), f"it is looked at again by {until.isoformat()}")


RULE = Rule(id="plan/undated-or-overdue-assumption", severity=Severity.MEDIUM, check=check, operations=(Op.DECIDE,))
