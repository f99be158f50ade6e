"""A source's data was collected for other purposes than the workflow's.

Why it matters
--------------
Data that people gave for one purpose may not simply serve another. That is settled by those who answer for the source,
and after launch it can only be settled by taking the source out.

What it looks at
----------------
`constraints.purposes`, which the workflow serves, against the `purposes` of each source whose fields steps read.
Broken: a purpose of the workflow is none of the source's. Held (asserted): all are.
Unverified: a source from which sensitive fields are read declares no purposes.

How to fix it
-------------
Let the owner of the source confirm the purpose and write it down under `sources.<name>.purposes`, or do without it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Source
from lineage.rule import Evidence, Rule
from rules.privacy import _reading as reading
from rules.privacy._plan_words import texts

_LEAF = "constraints.purposes"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the purposes of every source that is read."""
    plan = evidence.plan
    wanted = plan.constraints.purposes
    if not wanted:
        return
    read = {dataset.source for dataset, _ in reading.read_fields(plan)}
    personal = {dataset.source for dataset, field in reading.read_fields(plan) if reading.declared_kind(field)}
    for source in plan.sources.values():
        if source.id in read:
            covered = texts(plan, f"{source.path}.purposes")
            yield _judged(source, wanted, covered, personal=source.id in personal)


def _judged(source: Source, wanted: tuple[str, ...], covered: tuple[str, ...], *, personal: bool) -> Judgement:
    about = Subject(source=source.id)
    known = {one.casefold() for one in covered}
    missing = [purpose for purpose in wanted if purpose.casefold() not in known]
    if not covered:
        if not personal:
            return Judgement(_LEAF, Verdict.HELD, Level.ASSERTED, about, f"nothing sensitive is read from {source.id}")
        says = f"{source.id} says of no purpose that its sensitive data was collected for"
        settle = f"let its owner declare `sources.{source.id}.purposes`"
        return Judgement(_LEAF, Verdict.UNVERIFIED, Level.ASSERTED, about, says, settle=settle)
    if not missing:
        return Judgement(_LEAF, Verdict.HELD, Level.ASSERTED, about, f"{source.id} covers {', '.join(wanted)}")
    says = f"{source.id} was collected for {', '.join(covered)}, not for {', '.join(missing)}"
    return Judgement(
        _LEAF,
        Verdict.BROKEN,
        Level.ASSERTED,
        about,
        says,
        operations=(Operation(Op.DROP_SOURCE, source.id),),
        fixes=(Fix(FixKind.DECISION, f"ask the owner whether {source.id} may serve {missing[0]}", owner=source.owner),),
    )


RULE = Rule(id="privacy/uncovered-purpose", severity=Severity.BLOCKER, check=check, operations=(Op.DROP_SOURCE,))
