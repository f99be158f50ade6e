"""A declared dataset is granted to the identity, and the grant is of no use.

Why it matters
--------------
Whoever asks for grants sees the right one and takes the read for granted; it is refused all the same.

What it looks at
----------------
Declared datasets on which the identity holds the right to read, but lacks what stands before it: `CONNECT` on the
database, `USAGE` on the schema, or, for a view, a right that its owner (or its reader) needs on what lies beneath.
Also whether the identity may log in.

How to fix it
-------------
Grant what is missing; the SQL is given. Or launch without the fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lineage.finding import Fix, FixKind, Judgement, Op, Operation
from lineage.model import Level, Name, Severity, Verdict
from lineage.plan.model import Dataset, Field, Need
from lineage.rule import Evidence, Rule
from rules.access._reach import Identity, counted, judged
from rules.access._sql import grant_connect, grant_usage


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each declared dataset whose fields are granted."""
    for found in judged(evidence):
        if isinstance(found, Judgement):
            yield found
            continue
        broken = [judgement for name, dataset in found.datasets.items() for judgement in _broken(found, name, dataset)]
        yield from broken
        if "login" not in evidence.ground.access.attributes(found.principal):
            yield _cannot_log_in(found)
        elif not broken:
            yield found.held(f"what is granted to {found.principal} on the declared datasets can be used")


def _broken(identity: Identity, name: Name, dataset: Dataset) -> Iterator[Judgement]:
    missing = identity.reach.unusable.get(name)
    fields = [field for field in dataset.fields.values() if _refused(identity, dataset, field)]
    if missing is None or not fields:
        return
    told = Judgement(
        "",
        Verdict.BROKEN,
        Level.CONFIGURED,
        identity.subject(dataset.id),
        f"{identity.principal} holds a grant on {dataset.id} and cannot use it; it lacks {missing}",
        counted(identity, 0, "fields that can be read"),
        operations=tuple(Operation(Op.DROP_FIELD, field.id) for field in fields),
        fixes=(_fix(identity, name, missing),),
    )
    yield from _for_each(told, fields)


def _refused(identity: Identity, dataset: Dataset, field: Field) -> bool:
    there = identity.ground.catalog.field(dataset.id, field.name)
    return field.need is not Need.NONE and there is not None and not identity.reach.active(there.name)


def _for_each(told: Judgement, fields: Sequence[Field]) -> Iterator[Judgement]:
    # One flaw, said for every leaf that it breaks: equal but for the leaf. A read that fails blocks as any other does.
    severity = Severity.BLOCKER if any(field.need is not Need.HELPFUL for field in fields) else Severity.MEDIUM
    for field in fields:
        yield replace(told, leaf=f"{field.path}.need", severity=severity)


def _fix(identity: Identity, name: Name, missing: str) -> Fix:
    statements = []
    if missing.startswith("connect on database"):
        statements.append(grant_connect(identity, name))
    if f"usage on schema {name.path[-2]}" in missing:
        statements.append(grant_usage(identity, name))
    text = f"grant what is missing: {missing}"
    if not all(statements) or not statements:
        # What a view's owner lacks is for the view's owner to ask for.
        return Fix(FixKind.CONFIG, text, effort="hours", owner=identity.source.owner)
    return Fix(FixKind.SQL, text, "\n".join(statements), effort="minutes")


def _cannot_log_in(identity: Identity) -> Judgement:
    return Judgement(
        identity.leaf,
        Verdict.UNVERIFIED,
        Level.CONFIGURED,
        identity.subject(),
        f"{identity.principal} may not log in: its grants are of use only to who becomes it",
        settle="name the login that the workflow connects as",
    )


RULE = Rule(
    id="access/unusable-grant",
    severity=Severity.HIGH,
    check=check,
    operations=(Op.DROP_FIELD,),
)
