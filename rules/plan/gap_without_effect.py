"""A known gap is declared without its effect on the scope.

Why it matters
--------------
A gap that is known and changes nothing is a gap that is forgotten: the launch goes on as if it were not there.

What it looks at
----------------
Each entry of `known_gaps`: whether `effect` is answered, with an operation on the scope (`drop_segment: us_all`) or in
words.

How to fix it
-------------
Say what the gap takes out of the launch, or that it takes out nothing and why.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.answered import is_placeholder
from lineage.plan.model import Plan
from lineage.rule import Evidence, Rule

_OPERATIONS = frozenset(op.value for op in Op)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each known gap has an effect."""
    plan = evidence.plan
    for gap in dict.fromkeys(".".join(path.split(".")[:2]) for path in plan.leaves if path.startswith("known_gaps.")):
        name = gap.partition(".")[2]
        effects = [
            leaf for path, leaf in plan.leaves.items() if path == f"{gap}.effect" or path.startswith(f"{gap}.effect.")
        ]
        answered = [leaf for leaf in effects if not is_placeholder(leaf.text)]
        unknown = [word for leaf in answered if (word := _operation(gap, leaf.path)) and word not in _OPERATIONS]
        if not answered:
            yield _flaw(plan, gap, f"the known gap {name} does not say what it takes out of the launch")
        elif unknown:
            yield _flaw(plan, gap, f"the effect of the known gap {name} is no operation on the scope: {unknown[0]}")
        else:
            yield Judgement(
                answered[0].path, Verdict.HELD, Level.ASSERTED, Subject(), f"the effect of {name} is declared"
            )


def _operation(gap: str, path: str) -> str:
    return path.removeprefix(f"{gap}.effect").strip(".").partition(".")[0]


def _flaw(plan: Plan, gap: str, says: str) -> Judgement:
    leaf = f"{gap}.effect" if f"{gap}.effect" in plan.marks else gap
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.ASSERTED,
        Subject(),
        says,
        operations=(Operation(Op.DECIDE, gap),),
        fixes=(Fix(FixKind.DECISION, "decide what it takes out", "effect: {drop_segment: }", effort="hours"),),
    )


RULE = Rule(id="plan/gap-without-effect", severity=Severity.HIGH, check=check, operations=(Op.DECIDE,))
