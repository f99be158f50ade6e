"""A stage is opened on an audit of an earlier one.

Why it matters
--------------
Fields, feeds and rights change between two stages; what was true of the first hundred people is not true of the rest.

What it looks at
----------------
Each stage that follows another. When it was opened, and whether an audit came before it, stands in the history of runs,
which a plan does not hold: so that stays unverified, with what would show it.

How to fix it
-------------
Run the audit again on the day on which a stage is opened, and keep its report.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement, Subject
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from rules.plan._said import unknown


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Say of each stage but the first that the audit before it was not seen."""
    for stage in evidence.plan.rollout[1:]:
        says = f"whether an audit came right before stage {stage.id} is not known from one run"
        settle = f"the history of runs, with the day on which {stage.id} is opened"
        yield unknown(stage.path, Subject(stage=stage.id), says, settle)


RULE = Rule(id="rollout/unaudited-expansion", severity=Severity.HIGH, check=check)
