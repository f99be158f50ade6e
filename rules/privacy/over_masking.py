"""A mask takes away what a step, a join or an acceptance criterion needs.

Why it matters
--------------
A join on redacted ids matches nothing, a criterion over a dropped field measures nothing, a citation of a hash cites
nothing. It is found in production as bad answers, and the mask is then taken off in a hurry.

What it looks at
----------------
Every declared mask against what the plan uses the field for: `need: required` with a mask that leaves nothing, joins
and keys with a mask that does not give the same value the same token, `cite`, the clock of `fresh` and `keep`, and
fields that acceptance criteria and the outcome are measured `of`. Judged by the plan alone.

How to fix it
-------------
Use a mask that keeps what is needed: `hmac` or `tokenise` joins, `generalise` counts; or another field that is not
sensitive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lineage.finding import Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Field, Need, Plan
from lineage.rule import Evidence, Rule
from rules.privacy import _reading as reading
from rules.source._exposed import subject

_NOTHING: Final = frozenset({"drop", "redact"})
_TELLS_APART: Final = frozenset({"hash", "hmac", "tokenise", "format_preserving"})
"""Methods that give the same value the same token, and another value another one."""
_TIMES: Final = frozenset({"generalise", "format_preserving", "partial"})


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge every mask of a field that steps read."""
    plan = evidence.plan
    measured = _measured(plan)
    for dataset, field in reading.read_fields(plan):
        if field.mask is None:
            continue
        leaf = reading.leaf_of(plan, field, "mask.to", "mask")
        why = _lost(plan, dataset, field, field.mask.method, measured)
        if why:
            yield _broken(leaf, dataset, field, f"{field.mask.method} takes away what is needed: {why}")


def _lost(plan: Plan, dataset: Dataset, field: Field, method: str, measured: frozenset[str]) -> str:
    same = method in _TELLS_APART
    joins = field.joins is not None or field.need is Need.JOIN or any(f.joins == field.id for f in plan.fields())
    clocks = {dataset.fresh.clock if dataset.fresh else None, dataset.keep.since if dataset.keep else None}
    left = method not in _NOTHING
    reasons = (
        (joins and not same, f"{field.name} joins, and records of one key get no common token"),
        (field.name in dataset.key and not same, f"{field.name} is the key that tells records of {dataset.name} apart"),
        (field.cite and not (same and method != "hash"), f"answers must cite {field.name}"),
        (field.name in clocks and method not in _TIMES, f"{field.name} is the clock of {dataset.name}"),
        (field.id in measured and not left, f"a criterion is measured of {field.name}"),
        (field.need is Need.REQUIRED and not left, f"{field.name} is required, and nothing is left of it"),
    )
    return next((reason for lost, reason in reasons if lost), "")


def _measured(plan: Plan) -> frozenset[str]:
    """Give the fields that criteria and the outcome are measured of."""
    found: set[str] = set()
    stack: list[Any] = [plan.answer("acceptance"), plan.answer("workflow.outcome")]
    while stack:
        match stack.pop():
            case Mapping() as block:
                found.update(str(value) for key, value in block.items() if key == "of")
                stack.extend(block.values())
            case list() as items:
                stack.extend(items)
            case _:
                pass
    return frozenset(found)


def _broken(leaf: str, dataset: Dataset, field: Field, says: str) -> Judgement:
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.ASSERTED,
        subject(dataset, field.name),
        says,
        operations=(Operation(Op.SWAP_FIELD, field.id),),
        fixes=(
            Fix(FixKind.PLAN, "use a mask that keeps it", patch="mask: hmac", effort="minutes"),
            Fix(FixKind.DECISION, "or do without it: `need: helpful`"),
        ),
    )


RULE = Rule(
    id="privacy/over-masking",
    severity=Severity.HIGH,
    check=check,
    operations=(Op.SWAP_FIELD, Op.DOWNGRADE_ACTION),
)
