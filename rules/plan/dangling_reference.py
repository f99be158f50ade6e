"""An answer of the plan names a dataset or field that the plan does not declare.

Why it matters
--------------
A criterion that is measured on a field which is not there cannot be decided, and opens no gate.

What it looks at
----------------
`of` and `affects` in the blocks that are kept as answers (`workflow`, `acceptance`, `known_gaps` ...), where they are
ids: `crm.contacts`, `crm.contacts.tier`.
What the typed parts of a plan refer to is checked when it is loaded, and such a plan does not load.

How to fix it
-------------
Correct the name, or declare the field with `need: none` where it is measured and not read.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from lineage.finding import Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Leaf, LeafKind, Plan
from lineage.rule import Evidence, Rule
from rules.plan._uses import ids_in

_GATING = "acceptance"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether what answers refer to is declared."""
    plan = evidence.plan
    known = {str(dataset.id) for dataset in plan.datasets()} | {str(field.id) for field in plan.fields()}
    for leaf in plan.leaves.values():
        if leaf.kind is LeafKind.QUESTION and leaf.path.rpartition(".")[2] in ("of", "affects"):
            named = list(ids_in(leaf.text))
            missing = [name for name in named if name not in known]
            if named and not missing:
                yield Judgement(
                    leaf.path, Verdict.HELD, Level.ASSERTED, _about(plan, named[0]), "what it names is declared"
                )
            for name in missing:
                yield _dangling(plan, leaf, name, known)


def _dangling(plan: Plan, leaf: Leaf, name: str, known: set[str]) -> Judgement:
    gates = leaf.path.startswith(f"{_GATING}.")
    alike = get_close_matches(name, known, n=1, cutoff=0.7)
    return Judgement(
        leaf.path,
        Verdict.BROKEN,
        Level.ASSERTED,
        _about(plan, name),
        f"{leaf.path} names {name}, which the plan does not declare" + (f"; it declares {alike[0]}" if alike else ""),
        operations=(Operation(Op.HOLD_LAUNCH, "launch"),) if gates else (Operation(Op.DECIDE, leaf.path),),
        fixes=(Fix(FixKind.PLAN, "name what is declared, or declare it", alike[0] if alike else "", effort="minutes"),),
        # Only what gates the launch can block it; an outcome or a known gap that names nothing must be mended.
        severity=None if gates else Severity.HIGH,
    )


def _about(plan: Plan, name: str) -> Subject:
    source, dataset, *field = name.split(".")
    declared = source if source in plan.sources else None
    return Subject(source=declared, dataset=f"{source}.{dataset}", field=name if field else None)


RULE = Rule(
    id="plan/dangling-reference", severity=Severity.BLOCKER, check=check, operations=(Op.HOLD_LAUNCH, Op.DECIDE)
)
