"""A name that answers for something does not resolve to somebody who is there.

Why it matters
--------------
A plan outlives the people in it: an alert that goes to a mailbox of somebody who left, or to a group without members,
goes to nobody, and that is found out in the first incident.

What it looks at
----------------
Every owner, role of the RACI, contact of the escalation, member of the launch team and approver of a gate, looked up
in the directory that `owners.directory` names: a CSV or YAML export of the identity system (columns `email` and
`status`, and `groups` or `members` where groups are named), or a CODEOWNERS file, below the plan's folder.
A file of CODEOWNERS says that a name is used, and not whether anybody is behind it still: that stays unverified.
Without a directory nobody was looked up, and that is unverified too.

How to fix it
-------------
Name somebody who is there, or fill the group; export the directory again where it is old.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Level, Severity
from lineage.plan.directory import named_people
from lineage.rule import Evidence, Rule
from rules.plan._said import held, unknown, wrong

_PLACE: Final = "owners.directory"
_SAYS: Final = {
    "absent": "is not in the directory",
    "left": "is not active any more",
    "empty": "is a group without an active member",
}
_EXPORT: Final = "name an export of the directory below the plan's folder as owners.directory"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge every name that answers for something."""
    plan = evidence.plan
    if not evidence.directory:
        if named := named_people(plan):
            yield _not_looked_up(evidence, len(named))
        return
    for leaf, names in named_people(plan).items():
        yield _judged(evidence, leaf, names)


def _not_looked_up(evidence: Evidence, named: int) -> Judgement:
    why = next((fact for facts in evidence.unseen.values() for fact in facts if fact.what == "directory"), None)
    if why is not None:
        says = f"the directory {evidence.plan.answer(_PLACE)} was not read: {why.reason}"
        return unknown(_PLACE, Subject(), says, why.settle)
    says = f"no directory was read, so nobody was looked up who is named in {named} places"
    return unknown(_PLACE, Subject(), says, _EXPORT)


def _judged(evidence: Evidence, leaf: str, names: Sequence[str]) -> Judgement:
    states = {name: fact.state for name in names if (fact := evidence.directory.get(name)) is not None}
    flaws = [f"{name} {_SAYS[state]}" for name, state in states.items() if state in _SAYS]
    if flaws:
        fix = "name somebody who is there, or fill the group"
        operations = (Operation(Op.DECIDE, leaf),)
        return wrong(leaf, Subject(), "; ".join(flaws), fix, operations, level=Level.CONFIGURED, effort="minutes")
    if len(states) < len(names):
        return unknown(leaf, Subject(), "it was not looked up in the directory of this scan", "scan again")
    if "listed" in states.values():
        says = "the directory names it, and does not tell whether anybody is behind it"
        return unknown(leaf, Subject(), says, "export the identity system, with a column status")
    return held(leaf, Subject(), "is in the directory, and active", Level.CONFIGURED)


RULE = Rule(id="ownership/unresolved-owner", severity=Severity.HIGH, check=check, operations=(Op.DECIDE,))
