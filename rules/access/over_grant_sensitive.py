"""A sensitive field can be read that the plan does not need.

Why it matters
--------------
This is the leak that nobody reviewed: the plan masks what it declares, and the same value stands open beside it, often
as the raw base of the masked column.

What it looks at
----------------
Every field that `access/over-grant`, `access/over-grant-dataset` and the other ways in find open, where it is
sensitive: recognised so by a detector, the base of a field that the plan declares sensitive, or taken from one.
A field that the plan declares with `need: none` was seen by who reviewed it: `access/over-grant` alone tells it.
Fields of undeclared datasets are not sampled; they are known by their kin only.

How to fix it
-------------
Revoke it before launch; the SQL cuts every way in. Or declare the field and its mask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lineage.connector import Look, Request
from lineage.finding import Judgement, Op, Operation
from lineage.model import Level, Name, Severity, Verdict
from lineage.plan.model import Dataset
from lineage.rule import Evidence, Ground, Rule
from lineage.sensitive import sensitive_fields
from rules.access._reach import UNDECLARED, Identity, active_chains, counted, identity_of, judged, listed, plural
from rules.access._sql import closing


def requests(ground: Ground) -> Iterable[Request]:
    """Ask what the open, undeclared fields of declared datasets hold."""
    for source in ground.plan.sources.values():
        principal = ground.access.principal(source.id, source.identity) if source.identity else None
        if principal is None or not ground.access.known(source.id):
            continue
        identity = identity_of(ground, source, principal)
        extra = identity.extra_of_declared()
        for name, dataset in identity.datasets.items():
            if fields := tuple(_named(dataset, extra.get(name, ()), name)):
                yield Look(dataset.id, fields)


def _named(dataset: Dataset, extra: Iterable[Name], of: Name) -> Iterator[str]:
    """Give what a request calls these fields: the plan's name, else the system's if the plan means no other by it."""
    plan_names = {field.column: field.name for field in dataset.fields.values()}
    for name in extra:
        if name.dataset == of and (name.field in plan_names or name.field[0] not in dataset.fields):
            yield plan_names.get(name.field, name.field[0])


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each identity: one finding a declared dataset, and one for all datasets that the plan does not name."""
    sensitive: Mapping[Name, str] | None = None
    for found in judged(evidence):
        if isinstance(found, Judgement):
            yield found
            continue
        sensitive = sensitive_fields(evidence) if sensitive is None else sensitive
        broken = list(_broken(found, sensitive))
        yield from broken
        if not broken:
            yield _nothing_found(evidence, found)


def _broken(identity: Identity, sensitive: Mapping[Name, str]) -> Iterator[Judgement]:
    for dataset, names in identity.extra_of_declared().items():
        label = identity.dataset_label(dataset)
        unseen = [name for name in names if not identity.mentions(name)]
        yield from _finding(identity, sensitive, label, unseen, names)
    if identity.speaks:
        every = [name for names in identity.extra_datasets().values() for name in names]
        yield from _finding(identity, sensitive, UNDECLARED, every, every)


def _finding(
    identity: Identity, sensitive: Mapping[Name, str], label: str, names: Iterable[Name], every: Iterable[Name]
) -> Iterator[Judgement]:
    bad = [name for name in names if name in sensitive]
    if not bad:
        return
    told = [f"{name.short} ({sensitive[name]})" for name in sorted(bad)]
    rest = len(list(every)) - len(bad)
    beside = f", and {plural(rest, 'field')} more that it does not need" if rest else ""
    yield Judgement(
        identity.leaf,
        Verdict.BROKEN,
        Level.CONFIGURED,
        identity.subject(label),
        f"{identity.principal} reads {plural(len(bad), 'sensitive field')} that the plan does not need: "
        f"{listed(told, 3)}{beside}",
        counted(identity, len(bad), "sensitive fields"),
        path=active_chains(identity, sorted(bad)[:1])[0].hops,
        operations=(Operation(Op.HOLD_LAUNCH, "launch"),),
        fixes=(closing(identity, active_chains(identity, every), f"close {label} to {identity.principal}"),),
    )


def _nothing_found(evidence: Evidence, identity: Identity) -> Judgement:
    """Hold the claim only where every field that is open beyond the plan was looked at."""
    extra = [name for names in identity.extra().values() for name in names if not identity.mentions(name)]
    blind = [name for name in extra if name not in evidence.looks]
    if not blind:
        return identity.held(f"no field that {identity.principal} reads beyond the plan is known to be sensitive")
    return Judgement(
        identity.leaf,
        Verdict.UNVERIFIED,
        Level.ASSERTED,
        identity.subject(),
        f"nobody has looked whether {plural(len(blind), 'field')} that {identity.principal} reads beyond the plan "
        f"hold what is sensitive: {listed([name.short for name in sorted(blind)], 3)}",
        settle="revoke them, or declare them and allow a sample",
    )


RULE = Rule(
    id="access/over-grant-sensitive",
    severity=Severity.BLOCKER,
    check=check,
    requests=requests,
    operations=(Op.HOLD_LAUNCH,),
    subsumes=(
        "access/over-grant",
        "access/over-grant-dataset",
        "access/reach-through-public",
        "access/reach-through-view",
    ),
)
