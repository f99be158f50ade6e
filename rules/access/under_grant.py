"""A declared field cannot be read by the workflow's identity.

Why it matters
--------------
The plan takes the field for granted, and the first real read of it is refused: the workflow fails, or goes on without
it and nobody notices.

What it looks at
----------------
Whether some chain of grants, roles or ownership opens the field to the identity: the right on the field, `CONNECT` on
the database, `USAGE` on the schema and, for a view, the rights that its owner (or its reader) needs beneath it.
Where the auditor may become the identity, the read is planned as it, never run; where plan and grants disagree, that
is said. What is granted but not usable is told by `access/unusable-grant`.

How to fix it
-------------
Grant the declared columns, and nothing else; the SQL is given. Or launch without the field.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from lineage.connector import Probe, Request
from lineage.facts import ProbeFact
from lineage.finding import Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Name, Severity, Verdict
from lineage.plan.model import Dataset, Field, Need, Source
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules.access._reach import Identity, Silent, counted, identities, listed, plural
from rules.access._sql import grant_select, grant_usage

_REFUSED = "42501"
_FAULTS = ("42", "0A", "22", "55000")
"""Codes by which a read fails for good: the statement, not the moment, is at fault."""


@dataclass(frozen=True, slots=True)
class _Answer:
    verdict: Verdict
    says: str
    level: Level
    settle: str = ""
    confidence: str = "proven"


def requests(ground: Ground) -> Iterable[Request]:
    """Ask whether the identity can really read each field that the plan needs."""
    for source in ground.plan.sources.values():
        if source.identity is None or not (ground.access.known(source.id) or any(ground.access.unseen(source.id))):
            continue
        for dataset in source.datasets.values():
            if fields := tuple(field.name for field in _needed(ground, dataset)):
                yield Probe(dataset.id, source.identity, fields)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each needed field, and that the identity is there."""
    for source in evidence.plan.sources.values():
        if source.identity is None and evidence.ground.access.known(source.id):
            yield _nobody(source)
    for found in identities(evidence):
        match found:
            case Identity():
                yield found.held(f"the role {found.principal} is there")
                yield from _of_identity(evidence, found)
            case Silent(absent=True):
                yield from _absent(evidence, found)
            case Silent():
                yield found.judgement()
                yield from _by_probe(evidence, found)


def _nobody(source: Source) -> Judgement:
    says = f"who reads {source.id} is not declared, so what can be read there is not judged"
    settle = f"name the login that the workflow reads {source.id} as, as `identity`"
    return Judgement(source.path, Verdict.UNVERIFIED, Level.ASSERTED, Subject(source=source.id), says, settle=settle)


def _needed(ground: Ground, dataset: Dataset) -> Iterator[Field]:
    for field in dataset.fields.values():
        if field.need is not Need.NONE and ground.catalog.field(dataset.id, field.name) is not None:
            yield field


def _of_identity(evidence: Evidence, identity: Identity) -> Iterator[Judgement]:
    for name, dataset in identity.datasets.items():
        broken: defaultdict[_Answer, list[Field]] = defaultdict(list)
        for field in _needed(evidence.ground, dataset):
            answer = _answered(evidence, identity, dataset, field)
            if answer is None:
                continue
            if answer.verdict is Verdict.BROKEN:
                broken[answer].append(field)
            else:
                yield _told(identity.subject(dataset.id, field.id), field, answer)
        for answer, fields in broken.items():
            yield from _refused(identity, name, dataset, fields, answer)


def _answered(evidence: Evidence, identity: Identity, dataset: Dataset, field: Field) -> _Answer | None:
    """Give what grants and probe say of a field together; None where another rule tells it."""
    name = evidence.ground.catalog.physical_field(dataset.id, field.name)
    if name is None:
        return None
    probe = evidence.probed(Probe(dataset.id, identity.principal.name, (field.name,)), field.name)
    tried = _tried(probe)
    code = probe.code if isinstance(probe, ProbeFact) else ""
    if identity.reach.active(name):
        return _open(identity, name.dataset, tried, code)
    if name.dataset in identity.reach.unusable:
        return None
    undecided = identity.reach.why_undecided(name)
    if undecided is None:
        return _closed(identity, dataset, name, tried)
    return _undecided(identity, undecided, probe, tried)


def _undecided(identity: Identity, why: str, probe: ProbeFact | Unknown, tried: bool | None) -> _Answer:
    if tried is None:
        settle = probe.settle if isinstance(probe, Unknown) else "scan again"
        return _Answer(Verdict.UNVERIFIED, f"not decided: {why}", Level.CONFIGURED, settle)
    if tried:
        return _Answer(Verdict.HELD, f"a read of it was planned as {identity.principal}", Level.EXERCISED)
    return _Answer(Verdict.BROKEN, f"a read is refused, and it is not decided why: {why}", Level.EXERCISED)


def _tried(probe: ProbeFact | Unknown) -> bool | None:
    """Give what a probe proves; None where it failed for a reason of the moment, or was not made."""
    if isinstance(probe, Unknown):
        return None
    return probe.readable or (False if probe.code.startswith(_FAULTS) else None)


def _open(identity: Identity, dataset: Name, tried: bool | None, code: str) -> _Answer:
    who, policies = identity.principal, identity.reach.rows.get(dataset)
    rows = f", of the rows that pass {policies}" if policies else ""
    if tried is None:
        return _Answer(Verdict.HELD, f"{who} reads it by its grants{rows}", Level.CONFIGURED)
    if tried:
        return _Answer(Verdict.HELD, f"{who} reads it: by its grants, and as tried{rows}", Level.EXERCISED)
    why = "is refused" if code == _REFUSED else "fails"
    says = f"the grants open it to {who}, but a read of {dataset.short} {why} ({code})"
    return _Answer(Verdict.BROKEN, says, Level.EXERCISED, confidence="observed")


def _closed(identity: Identity, dataset: Dataset, name: Name, tried: bool | None) -> _Answer:
    who = identity.principal
    latent = identity.reach.latent(name)
    after = f", but to {latent[0].opening.roles[0]}, which {who} may become" if latent and latent[0].opening else ""
    if tried:
        says = f"no grant opens it to {who}, yet a read of {dataset.reads} was planned as it: the two disagree"
        return _Answer(Verdict.UNVERIFIED, says, Level.EXERCISED, "look who opens it, and report this as a bug")
    tail = "; a read is refused" if tried is False else ""
    level = Level.EXERCISED if tried is False else Level.CONFIGURED
    return _Answer(Verdict.BROKEN, f"not granted{after}{tail}", level)


def _told(about: Subject, field: Field, answer: _Answer) -> Judgement:
    return Judgement(
        f"{field.path}.need",
        answer.verdict,
        answer.level,
        about,
        answer.says,
        settle=answer.settle,
        confidence=answer.confidence,
    )


def _refused(
    identity: Identity, name: Name, dataset: Dataset, fields: Sequence[Field], answer: _Answer
) -> Iterator[Judgement]:
    """Give one finding for the fields of a dataset that are refused alike, said for the leaf of each."""
    who, alone = identity.principal, fields[0].id if len(fields) == 1 else None
    named = f"{plural(len(fields), 'field')} of {dataset.id} ({listed([field.name for field in fields])})"
    statements = [grant_select(identity, name, [field.column for field in fields])]
    if not any(other.path[:-1] == name.path[:-1] and identity.reach.active(other) for other in identity.reach.fields):
        statements[:0] = [text for text in (grant_usage(identity, name),) if text]
    latent = [chain for field in fields for chain in identity.reach.latent(name.at(*field.column))]
    told = Judgement(
        "",
        Verdict.BROKEN,
        answer.level,
        identity.subject(dataset.id, alone),
        f"{who} cannot read {alone or named}: {answer.says}",
        counted(identity, 0, "fields that can be read"),
        path=latent[0].hops if latent else (),
        operations=tuple(Operation(Op.DROP_FIELD, field.id) for field in fields),
        fixes=(Fix(FixKind.SQL, f"let {who} read what is declared", "\n".join(statements), effort="minutes"),),
        confidence=answer.confidence,
    )
    yield from _for_each(told, fields)


def _for_each(told: Judgement, fields: Sequence[Field]) -> Iterator[Judgement]:
    # One flaw, said for every leaf that it breaks: equal but for the leaf.
    severity = None if any(field.need is not Need.HELPFUL for field in fields) else Severity.MEDIUM
    for field in fields:
        yield replace(told, leaf=f"{field.path}.need", severity=severity)


def _absent(evidence: Evidence, found: Silent) -> Iterator[Judgement]:
    fields = [field for dataset in found.source.datasets.values() for field in _needed(evidence.ground, dataset)]
    about = Subject(source=found.source.id, identity=found.source.identity)
    told = Judgement(
        found.leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        about,
        found.why.reason,
        operations=tuple(Operation(Op.DROP_FIELD, field.id) for field in fields),
        fixes=(Fix(FixKind.PLAN, found.why.settle, effort="minutes"),),
    )
    yield told
    for field in fields:
        yield _told(
            about,
            field,
            _Answer(
                Verdict.UNVERIFIED,
                f"the identity {found.source.identity} that would read it does not exist",
                Level.CONFIGURED,
                found.why.settle,
            ),
        )


def _by_probe(evidence: Evidence, found: Silent) -> Iterator[Judgement]:
    """Judge fields where grants could not be read but a read could be tried."""
    source, access = found.source, evidence.ground.access
    if not any(access.unseen(source.id)) or evidence.ground.catalog.system(source.id) is None:
        return
    for dataset in source.datasets.values():
        for field in _needed(evidence.ground, dataset):
            probe = evidence.probed(Probe(dataset.id, source.identity or "", (field.name,)), field.name)
            about = Subject(source.id, dataset.id, field.id, identity=source.identity)
            tried = _tried(probe)
            if tried is None:
                yield _told(
                    about, field, _Answer(Verdict.UNVERIFIED, found.why.reason, Level.ASSERTED, found.why.settle)
                )
            elif tried:
                yield _told(about, field, _Answer(Verdict.HELD, "a read of it was planned", Level.EXERCISED))
            else:
                answer = _Answer(Verdict.BROKEN, f"a read of it is refused to {source.identity}", Level.EXERCISED)
                yield replace(_told(about, field, answer), operations=(Operation(Op.DROP_FIELD, field.id),))


RULE = Rule(
    id="access/under-grant",
    severity=Severity.BLOCKER,
    check=check,
    requests=requests,
    operations=(Op.DROP_FIELD,),
)
