"""Sensitive data leaves the allowed regions, or goes to a provider that the plan does not name.

Why it matters
--------------
A region is part of what customers and regulators were promised. A provider in another one, or one that nobody wrote
down, receives the whole prompt, and what it was sent cannot be called back.

What it looks at
----------------
`constraints.regions` against the `region` of each source that is read, of the model's provider (`model.region`) and of
each store; and whether a step that crosses to a provider or a prompt has one named (`model.provider`).
Only what sensitive fields reach is judged.
Broken: a region is none of those allowed, or no provider is named. Held (asserted): all are allowed.
Unverified: a provider or a store does not say where it is.

How to fix it
-------------
Choose the provider's endpoint in an allowed region, and write region and provider into the plan.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Fix, FixKind, Hop, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Plan
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


def _judged(plan: Plan, about: Subject, region: str, name: str, allowed: set[str]) -> Iterator[Judgement]:
    if not region:
        # Where a system stands that is read is its owner's affair; who receives data must say so.
        if about.source is None:
            says, settle = f"{name} does not say in which region it is", "declare its `region`"
            yield Judgement(_LEAF, Verdict.UNVERIFIED, Level.ASSERTED, about, says, settle=settle)
    elif any(region.casefold() == one or region.casefold().startswith(f"{one}-") for one in allowed):
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
