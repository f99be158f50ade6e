"""The plan does not parse, or has a key that nothing reads.

Why it matters
--------------
A key that is misspelt is an assumption that nobody judges, and looks like one that was made.

What it looks at
----------------
The form of the whole file: YAML without doubled keys, the keys that a plan may have, and names that are declared.
A plan that is malformed is refused when it is loaded, by every command, with every problem at once: line, column, the
nearest known key, and exit code 2. It is never audited, so that here this can only be seen to hold.

How to fix it
-------------
Run `lineage check`, and mend the lines that it shows; `lineage schema` gives the keys to an editor.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement, Op, Subject
from lineage.model import Level, Severity
from lineage.rule import Evidence, Rule
from rules.plan._said import held


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Say that the plan was loaded: one that is malformed never comes here."""
    says = f"it was loaded: {len(evidence.plan.leaves):,} answers, each under a key that is known"
    yield held("plan", Subject(), says, Level.OBSERVED)


RULE = Rule(id="plan/malformed-plan", severity=Severity.BLOCKER, check=check, operations=(Op.HOLD_LAUNCH,))
