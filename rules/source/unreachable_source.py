"""A source cannot be read.

Why it matters
--------------
Nothing that the plan says of it has been looked at, and the workflow may not reach it either.
An audit that passes over a source it could not read has not audited the plan.

What it looks at
----------------
Whether the system answered at all.
A system that is silent is an error, kept apart from one that is there and lacks something: its assumptions are
unverified, never held and never broken.

How to fix it
-------------
Start the system, correct its address or the auditor's credentials, and audit again.
Until then the launch goes without it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Plan, Source
from lineage.rule import Evidence, Rule

_ADDRESSES = ("url", "path")


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each source answered."""
    for source in evidence.plan.sources.values():
        yield _judged(evidence, source)


def _judged(evidence: Evidence, source: Source) -> Judgement:
    leaf, about = _leaf(evidence.plan, source), Subject(source=source.id)
    system = evidence.ground.catalog.system(source.id)
    silent = [fact for fact in evidence.unseen.get(source.id, ()) if fact.what == "system"]
    # One that answered and was lost before its data was read is as little to be relied on as one that never did.
    if system is not None and not silent:
        as_whom = f" as {system.seen.identity}" if system.seen.identity else ""
        says = f"{system.product} {system.version}".strip() + f" answered{as_whom}"
        return Judgement(leaf, Verdict.HELD, Level.EXERCISED, about, says)
    failed = "was lost while it was read" if system is not None else "could not be read"
    return Judgement(
        leaf,
        Verdict.UNVERIFIED,
        Level.ASSERTED,
        about,
        f"{source.id} {failed}: {silent[0].reason if silent else 'it was not scanned'}",
        settle=silent[0].settle if silent else "scan it",
        operations=(Operation(Op.DROP_SOURCE, source.id),),
        fixes=(Fix(FixKind.CONFIG, silent[0].settle if silent else "scan the source"),),
    )


def _leaf(plan: Plan, source: Source) -> str:
    block = f"{source.path}.connector"
    return next((leaf for key in _ADDRESSES if (leaf := f"{block}.{key}") in plan.leaves), block)


RULE = Rule(
    id="source/unreachable-source",
    severity=Severity.HIGH,
    check=check,
    operations=(Op.DROP_SOURCE,),
    finds_unverified=True,
)
