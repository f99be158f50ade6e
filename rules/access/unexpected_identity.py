"""The workflow connects as another identity than the plan declares.

Why it matters
--------------
Everything that is proved of the declared identity is proved of a login that the workflow does not use. What it really
reads is open to whoever it really connects as, and nobody has looked at that.

What it looks at
----------------
Sessions that were open during the scan under the source's `application` (PostgreSQL's `application_name`), and as whom;
and, where a log of statements or a warehouse's history is read, whose reads of the declared datasets it holds.
A session is a moment: that none was seen proves nothing, so scan while the workflow runs.

How to fix it
-------------
Let the workflow connect as the declared identity, or declare the one that it uses, and scan again: another has
another reach.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Op, Operation
from lineage.model import Level, Severity, Verdict
from lineage.rule import Evidence, Rule
from rules.access._logins import names, sessions
from rules.access._reach import Identity, identities, listed, plural
from rules.lineage._observed import account, datasets_by_name


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each identity by its sessions where the plan names the application, and by logs where there are some."""
    for found in identities(evidence):
        if isinstance(found, Identity):
            if found.source.application is not None:
                yield from _by_sessions(evidence, found, found.source.application)
            yield from _by_logs(evidence, found)
        elif found.source.application is not None:
            leaf = f"{found.source.path}.application"
            says = f"as whom {found.source.application} connects to {found.source.id} was not seen: {found.why.reason}"
            about = found.judgement().subject
            yield Judgement(leaf, Verdict.UNVERIFIED, Level.ASSERTED, about, says, settle=found.why.settle)


def _by_sessions(evidence: Evidence, identity: Identity, application: str) -> Iterator[Judgement]:
    leaf, about = f"{identity.source.path}.application", identity.subject()
    under = [fact for fact in sessions(evidence, identity) if fact.declared]
    others = [fact for fact in under if fact.principal not in names(identity)]
    if others:
        count = sum(fact.declared for fact in others)
        yield _broken(identity, leaf, f"{application} was connected as", [str(f.principal) for f in others], count)
    elif under:
        says = (
            f"{plural(sum(fact.declared for fact in under), 'session')} of {application}, all as {identity.principal}"
        )
        yield Judgement(leaf, Verdict.HELD, Level.OBSERVED, about, says)
    else:
        says = f"no session of {application} was open at {identity.source.id} while it was read"
        settle = "scan while the workflow runs; sessions are told by PostgreSQL's pg_stat_activity"
        yield Judgement(leaf, Verdict.UNVERIFIED, Level.ASSERTED, about, says, settle=settle)


def _by_logs(evidence: Evidence, identity: Identity) -> Iterator[Judgement]:
    """Judge by logs that name who ran what: none of the declared reads is the identity's, and others' there are."""
    declared = {
        name
        for name, datasets in datasets_by_name(evidence).items()
        if any(dataset.source == identity.source.id for dataset in datasets)
    }
    uses = [fact for fact in evidence.ground.catalog.used if fact.right == "select" and fact.name.dataset in declared]
    by = {account(fact.by.name): fact for fact in uses if fact.by is not None and fact.by.namespace == _space(identity)}
    mine = {account(name.name) for name in names(identity)}
    if not by:
        return
    if mine & by.keys():
        yield identity.held(f"the log has reads of {identity.principal}", Level.OBSERVED)
        return
    says = (
        f"the log holds reads of {identity.source.id} by {plural(len(by), 'login')} and none by {identity.principal}: "
        "the workflow did not run, or as another"
    )
    settle = "name the workflow's `application`, and scan while it runs"
    yield Judgement(identity.leaf, Verdict.UNVERIFIED, Level.ASSERTED, identity.subject(), says, settle=settle)


def _space(identity: Identity) -> str:
    return identity.principal.namespace


def _broken(identity: Identity, leaf: str, what: str, others: list[str], count: int) -> Judgement:
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.OBSERVED,
        identity.subject(),
        f"{what} {listed(sorted(others), 3)} ({plural(count, 'session')}), and not as {identity.principal} alone",
        Actual(count, "sessions", method="sessions open during the scan"),
        path=(Hop(identity.source.application or "", min(others), "connected as"),),
        operations=(Operation(Op.HOLD_LAUNCH, "launch"),),
        fixes=(
            Fix(
                FixKind.CONFIG,
                f"let the workflow connect to {identity.source.id} as {identity.principal}, or declare what it uses",
                effort="hours",
            ),
        ),
    )


RULE = Rule(id="access/unexpected-identity", severity=Severity.BLOCKER, check=check, operations=(Op.HOLD_LAUNCH,))
