"""A source is deprecated, retired, or near the end of its support.

Why it matters
--------------
What is built on a dataset that its publisher is about to switch off stops on a day that somebody else has chosen.
Long before that day nobody mends it any more.

What it looks at
----------------
The published contract (ODCS) that the plan includes and that promises the dataset: its `status`, and its service level
for the end of support, beside the moment of the audit.
Support that ends within ninety days counts as ended, since a launch takes that long to move.

How to fix it
-------------
Move to the dataset that replaces it, or have its publisher confirm in the contract how long it stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.rule import Evidence, Rule, Unknown
from rules.source._contracts import Promise, promises
from rules.source._exposed import open_question, subject

_OVER: Final = frozenset({"deprecated", "retired"})
_NOTICE: Final = timedelta(days=90)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the state of each contract."""
    return (_judged(promise, evidence.now) for promise in promises(evidence))


def _judged(promise: Promise, now: datetime) -> Judgement:
    contract, dataset = promise.contract, promise.dataset
    leaf, about = f"{dataset.path}.reads", subject(dataset)
    actual = Actual(contract.status, "status", method=f"contract {promise.file}")
    if contract.status.casefold() in _OVER:
        return _broken(promise, f"its contract {contract.id} is {contract.status.casefold()}", actual)
    if contract.end_of_support is not None:
        ends = _day(contract.end_of_support)
        if ends is None:
            why = Unknown("when its support ends was not understood", "write the end of support as a date")
            return open_question(leaf, about, why)
        left = (ends - now).days
        if ends - now < _NOTICE:
            ended = f"ended {-left:,} days ago" if left < 0 else f"ends in {left:,} days"
            return _broken(promise, f"its support {ended}, says its contract {contract.id}", actual)
    says = f"its contract {contract.id} is {contract.status or 'without a status'}"
    return Judgement(leaf, Verdict.HELD, Level.ASSERTED, about, says, actual)


def _day(said: str) -> datetime | None:
    try:
        found = date.fromisoformat(said[:10])
    except ValueError:
        return None
    return datetime(found.year, found.month, found.day, tzinfo=UTC)


def _broken(promise: Promise, says: str, actual: Actual) -> Judgement:
    dataset = promise.dataset
    return Judgement(
        f"{dataset.path}.reads",
        Verdict.BROKEN,
        Level.ASSERTED,
        subject(dataset),
        says,
        actual,
        operations=(Operation(Op.DECIDE, dataset.id),),
        fixes=(Fix(FixKind.DECISION, "move to what replaces it, or have its publisher say how long it stays"),),
    )


RULE = Rule(id="source/deprecated-source", severity=Severity.MEDIUM, check=check, operations=(Op.DECIDE,))
