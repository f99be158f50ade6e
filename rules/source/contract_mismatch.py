"""The published contract, the plan and the system disagree.

Why it matters
--------------
A plan that counts on more than the publisher promises is right until the publisher changes what was never promised.
A contract that promises what the system does not have is no promise.

What it looks at
----------------
For each dataset that a contract (ODCS) of the plan promises, three ways: the contract's fields, types, least share of
values, value sets, freshness and retention beside those of the plan, and its fields beside the system's catalogue.
Only what the plan takes for granted is compared; what the contract says nothing of is named where the plan needs it.

How to fix it
-------------
Agree with the publisher on what is needed and have the contract say it, or take no more for granted than it does.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Field, Need
from lineage.rule import Evidence, Rule
from rules.source._contracts import Promise, promises
from rules.source._exposed import fields_hidden, percent, subject
from rules.source._types import kind_of

_ALIKE = {"string": "text", "timestamp": "moment", "array": "json", "object": "json"}
Disagreement = tuple[str, str | None, str]
"""Leaf, field, what is said on both sides."""


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each dataset that a contract promises."""
    for promise in promises(evidence):
        found = [*_of_dataset(promise), *_of_fields(evidence, promise)]
        yield from (_broken(promise, *one) for one in found)
        if not found:
            says = f"the contract {promise.contract.id} promises what is needed"
            leaf = f"{promise.dataset.path}.reads"
            yield Judgement(leaf, Verdict.HELD, Level.ASSERTED, subject(promise.dataset), says)


def _of_dataset(promise: Promise) -> Iterator[Disagreement]:
    fresh, keep = promise.dataset.fresh, promise.dataset.keep
    latency, kept = promise.promised.fresh, promise.promised.keep
    if fresh is not None and latency is not None and latency.mean() > fresh.within.mean():
        yield f"{fresh.path}.within", None, f"at most {fresh.within} is needed, {latency} is promised"
    if keep is not None and keep.limit is not None and kept is not None and kept.mean() > keep.limit.mean():
        yield f"{keep.path}.limit", None, f"the plan keeps records for {keep.limit}, the contract for {kept}"


def _of_fields(evidence: Evidence, promise: Promise) -> Iterator[Disagreement]:
    for field in promise.dataset.fields.values():
        if field.need is not Need.NONE:
            yield from _of_field(evidence, promise, field)


def _of_field(evidence: Evidence, promise: Promise, field: Field) -> Iterator[Disagreement]:
    promised = promise.promised.field(field.column[-1])
    if promised is None:
        if field.need is Need.REQUIRED:
            yield f"{field.path}.need", field.name, f"{field.name} is required, and the contract does not promise it"
        return
    if field.complete is not None and promised.complete is not None and promised.complete < field.complete:
        both = f"{percent(field.complete)} is needed, {percent(promised.complete)} is promised"
        yield f"{field.path}.complete", field.name, f"values of {field.name}: {both}"
    if field.values is not None and promised.values is not None:
        others = len(set(promised.values) - {str(value) for value in field.values})
        if others:
            yield f"{field.path}.values", field.name, f"the contract allows {others:,} values that the plan does not"
    yield from _of_system(evidence, promise, field, promised.type)


def _of_system(evidence: Evidence, promise: Promise, field: Field, logical: str | None) -> Iterator[Disagreement]:
    if evidence.ground.catalog.physical(promise.dataset.id) is None:
        return  # source/missing-dataset says so
    seen = evidence.ground.catalog.field(promise.dataset.id, field.name)
    if seen is None:
        if fields_hidden(evidence, promise.dataset, field.name) is None:
            yield (
                f"{field.path}.need",
                field.name,
                f"the contract promises {field.name}, and the system has no such field",
            )
        return
    wanted, there = _ALIKE.get(str(logical), logical), kind_of(seen.type)
    if wanted is None or there is None or wanted == there or {wanted, there} in _COMPATIBLE:
        return
    yield f"{field.path}.need", field.name, f"the contract promises {logical}, its type in the system is {seen.type}"


_COMPATIBLE = ({"moment", "timestamp"}, {"number", "integer"}, {"moment", "date"}, {"text", "uuid"}, {"text", "json"})
"""Kinds that a contract's few words cannot tell apart."""


def _broken(promise: Promise, leaf: str, field: str | None, says: str) -> Judgement:
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.ASSERTED,
        subject(promise.dataset, field),
        says,
        Actual(promise.contract.version, "version", method=f"contract {promise.file}"),
        operations=(Operation(Op.DECIDE, promise.dataset.id),),
        fixes=(Fix(FixKind.DECISION, "agree with the publisher on what is needed, and have the contract say it"),),
    )


RULE = Rule(id="source/contract-mismatch", severity=Severity.HIGH, check=check, operations=(Op.DECIDE,))
