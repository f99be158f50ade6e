"""Sensitive data leaves the allowed regions, or goes to a provider that the plan does not name.

Why it matters
--------------
A region is part of what customers and regulators were promised. A provider in another one, or one that nobody wrote
down, receives the whole prompt, and what it was sent cannot be called back.

What it looks at
----------------
`constraints.regions` against the `region` of each source that is read, of each source that what is read came from or
through (by lineage, or as a declared `copy_of`), of the model's provider (`model.region`) and of each store; and
whether a step that crosses to a provider or a prompt has one named (`model.provider`).
Only what sensitive fields reach is judged.
Broken: a region is none of those allowed, or no provider is named. Held (asserted): all are allowed.
Unverified: a provider or a store does not say where it is.

How to fix it
-------------
Choose the provider's endpoint in an allowed region, and write region and provider into the plan.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Sequence

from lineage.finding import Fix, FixKind, Hop, Judgement, Op, Operation, Subject
from lineage.model import DatasetId, FieldId, Level, Severity, SourceId, Verdict
from lineage.plan.model import Dataset, Plan
from lineage.rule import Evidence, Rule
from rules.privacy import _reading as reading
from rules.privacy._crossing import crossings
from rules.privacy._plan_words import text

_LEAF = "constraints.regions"
_PROVIDER = frozenset({"prompt", "provider", "model", "llm"})


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge where sensitive fields go."""
    plan = evidence.plan
    allowed = {region.casefold() for region in plan.constraints.regions}
    if not allowed:
        return
    sent = _sent(plan)
    places = [(Subject(source=source), f"sources.{source}.region", f"source {source}") for source in sent]
    if any(boundary in _PROVIDER for way in sent.values() for boundary in way):
        places.append((Subject(), "model.region", text(plan, "model.provider") or "the model's provider"))
    if sent:
        kept = [store for store in plan.stores.values() if store.keep is None or not store.keep.none]
        places += [(Subject(store=store.id), f"{store.path}.region", f"store {store.id}") for store in kept]
    for about, path, name in places:
        yield from _judged(plan, about, text(plan, path), name, allowed)
    for source, fields in _passed(evidence, sent).items():
        if not _is_allowed(region := text(plan, f"sources.{source}.region"), allowed):
            yield _on_the_way(plan, source, region, fields)
    if any(path == "model.region" for _, path, _ in places) and not text(plan, "model.provider"):
        says = "sensitive fields cross to a provider, and the plan names none"
        yield _broken(plan, Subject(), says, "name it: `model: {provider: ..., region: ...}`")


def _sent(plan: Plan) -> dict[str, set[str]]:
    """Give the sources whose sensitive fields cross boundaries, and which."""
    found: dict[str, set[str]] = {}
    for dataset, field in reading.read_fields(plan):
        if reading.declared_kind(field) is not None and (ways := crossings(plan, dataset, field)):
            found.setdefault(dataset.source, set()).update(way.boundary for way in ways)
    return found


def _passed(evidence: Evidence, sent: Container[str]) -> dict[SourceId, list[FieldId]]:
    """Give the sources that sensitive fields came from or through, beside those that they are read from."""
    plan, catalog = evidence.plan, evidence.ground.catalog
    found: dict[SourceId, list[FieldId]] = {}
    for dataset, field in reading.read_fields(plan):
        if dataset.source not in sent or reading.declared_kind(field) is None or not crossings(plan, dataset, field):
            continue
        name = catalog.physical_field(dataset.id, field.name)
        ways = evidence.ground.graph.ancestors(name) if name is not None else ()
        sources = {catalog.source_of(way[0].dataset) for way in ways} | set(_copied(plan, dataset, set()))
        for source in sorted(source for source in sources if source is not None and source not in sent):
            found.setdefault(source, []).append(field.id)
    return found


def _copied(plan: Plan, dataset: Dataset, passed: set[DatasetId]) -> Iterator[SourceId]:
    """Give the sources of what a dataset is declared to be a copy of, and of what that is a copy of."""
    for other in dataset.copy_of:
        if other not in passed:
            passed.add(other)
            yield plan.dataset(other).source
            yield from _copied(plan, plan.dataset(other), passed)


def _is_allowed(region: str, allowed: Iterable[str]) -> bool:
    """Whether a region is allowed, or a part of one is; where a source stands that does not say so is not judged."""
    told = region.casefold()
    return not told or any(told == one or told.startswith(f"{one}-") for one in allowed)


def _on_the_way(plan: Plan, source: SourceId, region: str, fields: Sequence[FieldId]) -> Judgement:
    more = f" and {len(fields) - 1} more" if len(fields) > 1 else ""
    told = ", ".join(plan.constraints.regions)
    readers = dict.fromkeys(plan.dataset(DatasetId(field.rpartition(".")[0])).source for field in fields)
    return Judgement(
        _LEAF,
        Verdict.BROKEN,
        Level.ASSERTED,
        Subject(source=source),
        f"{fields[0]}{more} came by source {source}, which is in {region}, and {told} alone is allowed",
        path=(Hop(source, fields[0], "came by"),),
        operations=tuple(Operation(Op.DROP_SOURCE, reader) for reader in readers),
        fixes=(Fix(FixKind.CONFIG, f"move source {source} to {told}, or read from another one", effort="days"),),
    )


def _judged(plan: Plan, about: Subject, region: str, name: str, allowed: set[str]) -> Iterator[Judgement]:
    if not region:
        # Where a system stands that is read is its owner's affair; who receives data must say so.
        if about.source is None:
            says, settle = f"{name} does not say in which region it is", "declare its `region`"
            yield Judgement(_LEAF, Verdict.UNVERIFIED, Level.ASSERTED, about, says, settle=settle)
    elif _is_allowed(region, allowed):
        yield Judgement(_LEAF, Verdict.HELD, Level.ASSERTED, about, f"{name} is in {region}")
    else:
        told = ", ".join(plan.constraints.regions)
        yield _broken(plan, about, f"{name} is in {region}, and {told} alone is allowed", f"move {name} to {told}")


def _broken(plan: Plan, about: Subject, says: str, fix: str) -> Judgement:
    operations: tuple[Operation, ...] = ()
    if about.source is not None:
        operations = (Operation(Op.DROP_SOURCE, about.source),)
    elif about.store is None:
        operations = tuple(Operation(Op.DROP_SOURCE, source) for source in _sent(plan))
    else:
        operations = tuple(Operation(Op.DROP_STORE, about.store) for _ in range(1))
    place = about.source or about.store or text(plan, "model.provider") or "provider"
    return Judgement(
        _LEAF,
        Verdict.BROKEN,
        Level.ASSERTED,
        about,
        says,
        path=(Hop("sensitive fields", place, "cross to"),),
        operations=operations,
        fixes=(Fix(FixKind.CONFIG, fix, effort="days"),),
    )


RULE = Rule(
    id="privacy/forbidden-region-or-recipient",
    severity=Severity.BLOCKER,
    check=check,
    operations=(Op.DROP_SOURCE, Op.DROP_STORE),
)
