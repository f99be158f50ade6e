"""Nothing says whose the generated artefacts are.

Why it matters
--------------
A draft that nobody owns is deleted by nobody, corrected by nobody, and used again by anybody.

What it looks at
----------------
`outputs.*.owned_by` of everything that a step writes.

How to fix it
-------------
Declare it: `owned_by: acme`, or the customer, or the author who accepts the draft.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.answered import is_placeholder
from lineage.rule import Evidence, Rule


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each output has an owner."""
    for output in evidence.plan.outputs.values():
        about = Subject(store=output.id)
        if output.owned_by is not None and not is_placeholder(output.owned_by):
            says = f"{output.id} belongs to {output.owned_by}"
            yield Judgement(f"{output.path}.owned_by", Verdict.HELD, Level.ASSERTED, about, says)
            continue
        yield Judgement(
            output.path if output.owned_by is None else f"{output.path}.owned_by",
            Verdict.BROKEN,
            Level.ASSERTED,
            about,
            f"nothing says whose {output.id} is once it is written",
            operations=(Operation(Op.DECIDE, output.id),),
            fixes=(Fix(FixKind.PLAN, "say whose it is", "owned_by: ", effort="minutes"),),
        )


RULE = Rule(id="retention/unowned-artefacts", severity=Severity.MEDIUM, check=check, operations=(Op.DECIDE,))
