"""A tool calls itself something else than the plan does.

Why it matters
--------------
A tool that says of itself that it destroys, under an action of level `read`, is one of the two; and what a tool says of
itself is a hint, never a proof that it is harmless.

What it looks at
----------------
What the tool behind each allowed action says of itself (read only, destructive, open world) against the action's level.
No connector reads a list of tools yet: so each stays unverified, with what would show it.

How to fix it
-------------
Mend the annotation or the level, whichever is wrong, and let the rights decide.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement, Subject
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from rules.actions._control import may
from rules.plan._said import unknown


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Say of each action that its tool was not seen."""
    for action in may(evidence.plan):
        says = f"what the tool behind {action.id} says of itself was not seen"
        settle = f"the annotations of the tool behind {action.id}, from the server's list"
        yield unknown(f"{action.path}.level", Subject(action=action.id), says, settle)


RULE = Rule(id="actions/contradictory-annotation", severity=Severity.MEDIUM, check=check)
