"""An alert or a dashboard is not active in production.

Why it matters
--------------
An alert that was written for the launch and switched off in a test week is worse than none: everybody relies on it.

What it looks at
----------------
Each entry of `golive.infra.alerts` and `golive.infra.dashboards`: one that the plan itself calls disabled, or that was
last evaluated more than a day before the audit, is not active. A name alone is unverified, since no alert system was
read.

How to fix it
-------------
Enable the alert, see it evaluated, and write when that was: `{id: mask_failure, enabled: true, evaluated: 2026-11-22}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.plan.answered import name_of_item
from lineage.rule import Evidence, Rule
from rules.plan._said import day, told, unknown, wrong

_PLACES: Final = ("golive.infra.alerts", "golive.infra.dashboards")
_OFF: Final = frozenset({"false", "no", "off", "disabled", "muted", "paused", "silenced", "inactive"})
_SWITCHES: Final = ("enabled", "active", "status", "state")
_OLD: Final = timedelta(days=1)
_HOLD: Final = (Operation(Op.HOLD_LAUNCH, "launch"),)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each alert and dashboard."""
    for place in _PLACES:
        found = evidence.plan.answer(place)
        if isinstance(found, list) and any(isinstance(entry, Mapping) for entry in found):
            for position, entry in enumerate(found):
                yield _judged(evidence, f"{place}.{name_of_item(entry, position)}", entry)
        elif isinstance(found, Mapping):
            for name, entry in found.items():
                yield _judged(evidence, f"{place}.{name}", entry)
        elif told(found):
            yield unknown(
                place, Subject(), "it is named, and no alert system was read", "a reading of the alert system"
            )


def _judged(evidence: Evidence, path: str, entry: Any) -> Judgement:
    said: Mapping[str, Any] = entry if isinstance(entry, Mapping) else {}
    for key in _SWITCHES:
        if key in said and str(said[key]).strip().casefold() in _OFF:
            return wrong(f"{path}.{key}", Subject(), f"{path.rpartition('.')[2]} is switched off", "enable it", _HOLD)
    evaluated = day(said.get("evaluated"))
    if evaluated is not None and evaluated < (evidence.now - _OLD).date():
        says = f"{path.rpartition('.')[2]} was last evaluated on {evaluated}"
        return wrong(f"{path}.evaluated", Subject(), says, "see it evaluated in production", _HOLD)
    leaf = next((leaf for leaf in evidence.plan.leaves if leaf == path or leaf.startswith(f"{path}.")), path)
    return unknown(leaf, Subject(), "it is named, and no alert system was read", "a reading of the alert system")


RULE = Rule(id="observability/inactive-alert", severity=Severity.HIGH, check=check, operations=(Op.HOLD_LAUNCH,))
