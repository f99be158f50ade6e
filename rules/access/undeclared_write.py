"""The identity may write or delete where the plan only reads.

Why it matters
--------------
A workflow that can write will one day write: by a generated statement, an injected instruction or a mistake.
No review of a draft stands between it and the record.

What it looks at
----------------
`INSERT`, `UPDATE`, `DELETE` and `TRUNCATE`, on tables and columns, by any chain of grants and roles, on every dataset
of the system. Writing is declared by an action of level `update` or `trigger` that is allowed and touches the source.
What comes with ownership or superuser is told by `access/privileged-identity`.

How to fix it
-------------
Revoke the write rights, or read as a login that has none. Or declare the action that writes, with its approval.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from lineage.finding import Judgement, Op, Operation
from lineage.model import Level, Name, Severity, Verdict
from lineage.plan.model import Plan
from lineage.rule import Evidence, Rule
from rules.access._reach import Identity, counted, judged, listed, plural
from rules.access._sql import closing

_WRITING = frozenset({"update", "trigger"})


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each identity: one finding a source, for its own datasets and, once a system, for undeclared ones."""
    for found in judged(evidence):
        yield found if isinstance(found, Judgement) else _judgement(evidence, found)


def _judgement(evidence: Evidence, identity: Identity) -> Judgement:
    writable = _granted(evidence, identity)
    if not writable:
        return identity.held(f"no grant lets {identity.principal} write")
    actions = {name: _declared(evidence.plan, identity, name) for name in writable}
    writable = {name: rights for name, rights in writable.items() if not actions[name]}
    if not writable:
        told = " and ".join(sorted(set(actions.values())))
        return identity.held(f"{identity.principal} writes, as {told} declares")
    rights = Counter(right for held in writable.values() for right in held)
    # What the plan reads comes first: that is what the workflow has in hand.
    worst = sorted(writable, key=lambda name: (not identity.known(name), -len(writable[name]), name))
    chains = [chain for name in worst for chain in identity.reach.write_chains[name]]
    return Judgement(
        identity.leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        identity.subject(),
        f"{identity.principal} may {', '.join(f'{right} in {count:,}' for right, count in sorted(rights.items()))} of "
        f"{plural(len(writable), 'dataset')}: {listed([identity.dataset_label(name) for name in worst])}",
        counted(identity, len(writable), "datasets"),
        path=chains[0].hops,
        operations=(Operation(Op.HOLD_LAUNCH, "launch"),),
        fixes=(closing(identity, chains, f"take the write rights from {identity.principal}"),),
    )


def _granted(evidence: Evidence, identity: Identity) -> Mapping[Name, frozenset[str]]:
    if "superuser" in evidence.ground.access.attributes(identity.principal):
        return {}
    return {
        name: rights
        for name, rights in identity.reach.writable.items()
        if "own" not in rights and (_declared_table(identity, name) in identity.datasets or _strange(identity, name))
    }


def _declared_table(identity: Identity, name: Name) -> Name:
    return identity.partitions.get(name, name)


def _strange(identity: Identity, name: Name) -> bool:
    return identity.speaks and not identity.known(name)


def _declared(plan: Plan, identity: Identity, name: Name) -> str:
    """Give the action that declares writing to a dataset, by the dataset or by its source; empty where none does."""
    dataset = identity.datasets.get(_declared_table(identity, name))
    touched = {identity.source.id, dataset.id if dataset else identity.source.id}
    for action in plan.actions.values():
        if action.allowed and action.level in _WRITING and action.touches in touched:
            return f"the action {action.id}"
    return ""


RULE = Rule(
    id="access/undeclared-write",
    severity=Severity.BLOCKER,
    check=check,
    operations=(Op.HOLD_LAUNCH,),
)
