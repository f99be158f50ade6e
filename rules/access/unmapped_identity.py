"""The identity is not tied to the organisation's identity provider.

Why it matters
--------------
A login that stands in one database alone outlives whoever asked for it: no leaver's process ends it, no review lists
it, and no group's change reaches it.

What it looks at
----------------
`mapped_to` of each source with an identity, where the plan says that a provider manages access
(`golive.infra.access_management`): whether an account or group of that provider is named, and, where the plan names a
directory (`owners.directory`), whether it is there and active. A provider itself is not asked.

How to fix it
-------------
Name the account or group behind the login as the source's `mapped_to`, or make one and let it manage the login.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.finding import Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.answered import is_placeholder
from lineage.plan.model import Source
from lineage.rule import Evidence, Rule

_PROVIDER: Final = "golive.infra.access_management"
_GONE: Final = {
    "absent": "is not in the directory",
    "left": "is no longer active",
    "empty": "has no active member",
}


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each identity that is mapped, or must be."""
    provided = evidence.plan.answer(_PROVIDER) is not None
    for source in evidence.plan.sources.values():
        if source.identity is None:
            continue
        mapped = source.mapped_to
        if mapped is not None:
            yield _mapped(evidence, source, mapped)
        elif provided:
            yield _wrong(source, f"{source.path}.identity", "is tied to nothing of it", unanswered=True)


def _mapped(evidence: Evidence, source: Source, mapped: str) -> Judgement:
    leaf = f"{source.path}.mapped_to"
    if is_placeholder(mapped):
        return _wrong(source, leaf, "is tied to nothing of it", unanswered=True)
    fact = evidence.directory.get(mapped.rpartition(":")[2])
    if fact is not None and fact.state in _GONE:
        return _wrong(source, leaf, f"is tied to {mapped}, which {_GONE[fact.state]}", unanswered=False)
    about = Subject(source=source.id, identity=source.identity)
    if fact is not None:
        return Judgement(leaf, Verdict.HELD, Level.OBSERVED, about, f"{mapped} is active in the directory")
    if evidence.plan.answer("owners.directory") is not None:
        says, settle = f"{mapped} was not looked up in the directory", "put the directory beside the plan"
        return Judgement(leaf, Verdict.UNVERIFIED, Level.ASSERTED, about, says, settle=settle)
    return Judgement(leaf, Verdict.HELD, Level.ASSERTED, about, f"{source.identity} is said to be {mapped}")


def _wrong(source: Source, leaf: str, what: str, *, unanswered: bool) -> Judgement:
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.ASSERTED,
        Subject(source=source.id, identity=source.identity),
        f"{source.identity} at {source.id} {what.replace('of it', 'of the identity provider')}",
        operations=(Operation(Op.DECIDE, f"{source.path}.identity"),),
        fixes=(
            Fix(
                FixKind.PLAN,
                f"name the account or group behind {source.identity} as {source.path}.mapped_to",
                effort="minutes",
                owner=source.owner,
            ),
        ),
        unanswered=unanswered,
    )


RULE = Rule(id="access/unmapped-identity", severity=Severity.MEDIUM, check=check, operations=(Op.DECIDE,))
