"""The escalation path lacks a contact, a response time or a level.

Why it matters
--------------
Who finds a harmful answer at night needs one name and one number of minutes, and to know who comes next.

What it looks at
----------------
Each entry of `oversight.escalation`: whether it names whom (`to`), within which time (`within`) and at which level;
whether a level stands there once, and whether there is a second one for when the first does not answer.

How to fix it
-------------
Write the levels in order, each with its contact and its time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.plan.answered import name_of_item
from lineage.rule import Evidence, Rule
from rules.plan._said import held, span, told, unsaid, wrong

_PLACE: Final = "oversight.escalation"
_HOLD: Final = (Operation(Op.HOLD_LAUNCH, "launch"),)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each level of the escalation."""
    found = evidence.plan.answer(_PLACE)
    levels = [level for level in found if isinstance(level, Mapping)] if isinstance(found, list) else []
    if not levels:
        says = f"{_PLACE} is not answered: who is notified, within which time, and who comes next?"
        yield unsaid(_PLACE, Subject(), says, "write the levels, each with `to` and `within`", _HOLD, effort="hours")
        return
    counted = Counter(str(level.get("level")) for level in levels)
    for position, level in enumerate(levels):
        yield from _level(f"{_PLACE}.{name_of_item(level, position)}", level, counted)
    if len(counted) == 1:
        says = "there is one level: nobody is named for when it does not answer"
        leaf = f"{_PLACE}.{name_of_item(levels[0], 0)}.level"
        yield wrong(leaf, Subject(), says, "name a second level", _HOLD)


def _level(path: str, level: Mapping[str, Any], counted: Counter[str]) -> Iterator[Judgement]:
    if not told(level.get("to")):
        yield unsaid(f"{path}.to", Subject(), "the level names no contact", "name who is notified", _HOLD)
    else:
        yield held(f"{path}.to", Subject(), "the level names its contact")
    if not told(level.get("within")):
        yield unsaid(f"{path}.within", Subject(), "the level has no response time", "say within which time", _HOLD)
    elif span(level["within"]) is None:
        yield wrong(f"{path}.within", Subject(), "is no length of time", "write it like `30 minutes`", _HOLD)
    else:
        yield held(f"{path}.within", Subject(), "the level has its response time")
    if not told(level.get("level")):
        yield unsaid(f"{path}.level", Subject(), "the entry says no level", "number the levels", _HOLD)
    elif counted[str(level["level"])] > 1:
        says = f"level {level['level']} stands there {counted[str(level['level'])]} times"
        yield wrong(f"{path}.level", Subject(), says, "number the levels one after the other", _HOLD)
    else:
        yield held(f"{path}.level", Subject(), "the entry says its level")


RULE = Rule(id="ownership/incomplete-escalation", severity=Severity.HIGH, check=check, operations=(Op.HOLD_LAUNCH,))
