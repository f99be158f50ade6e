"""The handover log has a hole: a change without its validation or its decision.

Why it matters
--------------
Who takes over has to know why the system is as it is. One change that nobody validated or decided, and every later
reading of the log is a guess.

What it looks at
----------------
`dossier.log`: as a list, whether each change has a `validation` and a `decision`, and whether the days do not go back.
A log that is kept elsewhere is unverified.

How to fix it
-------------
Add the validation and the decision, or take the change back; list the log in the plan or export it there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.plan.answered import name_of_item
from lineage.rule import Evidence, Rule
from rules.plan._said import day, held, told, unknown, unsaid, wrong

_PLACE: Final = "dossier.log"
_DECIDE: Final = (Operation(Op.DECIDE, _PLACE),)
_ADD: Final = "add its validation and its decision, or take the change back"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each change of the log."""
    found = evidence.plan.answer(_PLACE)
    if not told(found):
        says = f"{_PLACE} is not answered: where is every change, validation and decision logged?"
        yield unsaid(_PLACE, Subject(), says, "name the log, or list its entries", _DECIDE)
        return
    entries = [entry for entry in found if isinstance(entry, Mapping)] if isinstance(found, list) else []
    if not entries:
        says = "the log is named, and its entries were not read"
        yield unknown(_PLACE, Subject(), says, "its entries as a list: change, validation, decision, on")
        return
    before = None
    for position, entry in enumerate(entries):
        place = f"{_PLACE}.{name_of_item(entry, position)}"
        yield _judged(place, entry)
        on = day(entry.get("on"))
        if on is not None and before is not None and on < before:
            says = "the entry is older than the one before it"
            yield wrong(place, Subject(), says, "put the log in its order", _DECIDE, effort="minutes")
        before = on or before


def _judged(path: str, entry: Mapping[str, Any]) -> Judgement:
    if lacks := [key for key in ("validation", "decision") if not told(entry.get(key))]:
        says = f"the change has no {' and no '.join(lacks)}"
        return wrong(path, Subject(), says, _ADD, _DECIDE)
    return held(path, Subject(), "the change has its validation and its decision")


RULE = Rule(id="dossier/incomplete-handover-log", severity=Severity.MEDIUM, check=check, operations=(Op.DECIDE,))
