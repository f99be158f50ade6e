"""The workflow is given a tool that the plan does not declare.

Why it matters
--------------
A model uses what it is given; a tool that nobody declared is an action that nobody judged.

What it looks at
----------------
The tools that the workflow's server offers, less the actions of the plan.
No connector reads a list of tools yet: so for a plan with actions this stays unverified, with what would show it.

How to fix it
-------------
Take the tool from the workflow, or declare it as an action with its level.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement, Subject
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from rules.plan._said import unknown


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Say that the list of tools was not seen."""
    if evidence.plan.actions:
        settle = "the list of tools that the workflow's server offers"
        yield unknown("actions", Subject(), "which tools the workflow is given was not seen", settle)


RULE = Rule(id="actions/undeclared-tool", severity=Severity.HIGH, check=check)
