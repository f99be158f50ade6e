"""A role of the launch is not filled, or not exactly one name is accountable.

Why it matters
--------------
Where two are accountable, each waits for the other; where a role is empty, its work is found undone on the day.

What it looks at
----------------
The six roles of `raci`: implementation engineer (responsible), AI product manager (accountable), guardian and business
sponsor (consulted), end users (consulted), operations (informed). Whether each is filled, and whether the accountable
role, or what is marked `is: accountable`, is exactly one name.

How to fix it
-------------
Name one person as the AI product manager, and somebody for each of the other roles.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.plan.directory import names_in
from lineage.plan.model import Plan
from lineage.rule import Evidence, Rule
from rules.plan._said import block, held, unsaid, wrong

_ACCOUNTABLE: Final = "ai_product_manager"
_ROLES: Final = {
    "implementation_engineer": "connects the systems and answers for their security and stability",
    _ACCOUNTABLE: "is accountable for adoption, training and the go-live plan",
    "guardian": "verifies the oversight and reviews the dossier",
    "business_sponsor": "signs the dossier and authorises the launch",
    "end_users": "are trained and give the first feedback",
    "operations": "take over and watch",
}
_SINGLE: Final = "name exactly one accountable person"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each role, and that one name is accountable."""
    plan = evidence.plan
    raci = block(plan, "raci")
    marked = [role for role, entry in raci.items() if _part(entry) == "a"]
    for role, does in _ROLES.items():
        leaf = _leaf(plan, f"raci.{role}")
        if plan.answer(f"raci.{role}") is None:
            says = f"raci.{role} is not filled: who are they that {does}?"
            yield unsaid(leaf, Subject(), says, f"name raci.{role}", _decide(leaf))
        elif role == _ACCOUNTABLE and not marked and len(names := _names(raci[role])) != 1:
            yield wrong(leaf, Subject(), f"{len(names)} names are accountable", _SINGLE, _decide(leaf))
        else:
            yield held(leaf, Subject(), "the role is filled")
    if len(marked) > 1:
        leaf = _leaf(plan, f"raci.{marked[1]}")
        yield wrong(
            leaf, Subject(), f"{len(marked)} roles are accountable: {', '.join(marked)}", _SINGLE, _decide(leaf)
        )
    elif marked and len(names := _names(raci[marked[0]])) != 1:
        leaf = _leaf(plan, f"raci.{marked[0]}")
        yield wrong(leaf, Subject(), f"{len(names)} names are accountable", _SINGLE, _decide(leaf))


def _part(entry: Any) -> str:
    return str(entry.get("is", "")).strip().casefold()[:1] if isinstance(entry, Mapping) else ""


def _names(entry: Any) -> tuple[str, ...]:
    found = entry.get("who") if isinstance(entry, Mapping) else entry
    several = found if isinstance(found, list) else [found]
    return tuple(name for one in several for name in names_in(str(one)))


def _leaf(plan: Plan, path: str) -> str:
    return next((leaf for leaf in plan.leaves if leaf == path or leaf.startswith(f"{path}.")), path)


def _decide(leaf: str) -> tuple[Operation, ...]:
    return (Operation(Op.DECIDE, leaf),)


RULE = Rule(id="ownership/malformed-raci", severity=Severity.HIGH, check=check, operations=(Op.DECIDE,))
