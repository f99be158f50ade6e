"""An acceptance criterion cannot be decided.

Why it matters
--------------
A criterion without a figure, a window or a sample is met by whoever wants it to be met; one whose
thresholds overlap says ship and hold of the same week.

What it looks at
----------------
Each criterion under `acceptance` that is answered: its `metric`, a threshold for one decision at least (`ship`, `hold`,
`narrow`, `expand`, `stop`, each like `">= 0.7"`), and its `window` or the size `n` of its sample.
`fallback` has no figures: it must say `when` it applies and what to `do` then.
What is missing is an open question in a draft. That `ship` and `hold` are true of the same figures is a contradiction
in a draft too. Which criteria are missing, `plan/missing-criterion` says.

How to fix it
-------------
Write the threshold of each decision, and the window or the sample that it is taken on.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from rules.plan._criteria import contradiction, criteria, lacking
from rules.plan._said import held, unsaid, wrong


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each criterion can be decided."""
    for name, said in criteria(evidence.plan):
        leaf = f"acceptance.{name}"
        decide = (Operation(Op.DECIDE, leaf),)
        if both := contradiction(said):
            fix = "part the thresholds, so that a figure decides one thing"
            yield wrong(leaf, Subject(), f"{leaf} cannot be decided: {both}", fix, decide)
        elif missing := lacking(name, said):
            says = f"{leaf} cannot be decided: it lacks {' and '.join(missing)}"
            yield unsaid(leaf, Subject(), says, 'write it like {metric: , ship: ">= ", window: }', decide)
        else:
            yield held(leaf, Subject(), "a figure decides it")


RULE = Rule(id="plan/undecidable-criterion", severity=Severity.HIGH, check=check, operations=(Op.DECIDE,))
