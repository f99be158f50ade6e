"""Where a field goes: the steps that read it, the boundaries they cross, and what lineage leaves of its origins."""

from __future__ import annotations

from dataclasses import dataclass

from lineage.finding import Hop
from lineage.model import Exposure, Name
from lineage.plan.model import Dataset, Field, Plan, Step
from lineage.rule import Evidence
from rules.privacy._reading import readers


@dataclass(frozen=True, slots=True)
class Crossing:
    """A step that reads a field, and a boundary that it, or a step after it, sends data across."""

    step: str
    boundary: str
    direct: bool
    """The step that reads it crosses by itself: nothing is declared in between that could mask."""
    hops: tuple[Hop, ...]


def crossings(plan: Plan, dataset: Dataset, field: Field) -> tuple[Crossing, ...]:
    """Give the boundaries that a field may cross, those that its own reader crosses first."""
    found: list[Crossing] = []
    for step in readers(plan, dataset, field):
        start = (Hop(field.id, step.id, "reads"),)
        found.extend(Crossing(step.id, place, True, (*start, hop)) for place, hop in _sends(step))
        for later, hops in _after(plan, step):
            found.extend(Crossing(step.id, place, False, (*start, *hops, hop)) for place, hop in _sends(later))
    return tuple(sorted(found, key=lambda crossing: not crossing.direct))


def _sends(step: Step) -> tuple[tuple[str, Hop], ...]:
    if step.to is not None:
        return ((step.to, Hop(step.id, step.to, "crosses")),)
    return tuple((output, Hop(step.id, output, "writes")) for output in step.writes)


def _after(plan: Plan, step: Step) -> list[tuple[Step, tuple[Hop, ...]]]:
    """Give the steps that come after a step, each with the way there."""
    found: list[tuple[Step, tuple[Hop, ...]]] = []
    passed = {step.id}
    queue: list[tuple[str, tuple[Hop, ...]]] = [(step.id, ())]
    while queue:
        here, hops = queue.pop(0)
        for later in plan.steps.values():
            if here in later.after and later.id not in passed:
                passed.add(later.id)
                way = (*hops, Hop(here, later.id, "after"))
                found.append((later, way))
                queue.append((later.id, way))
    return found


@dataclass(frozen=True, slots=True)
class Origins:
    """What a field that is read derives from."""

    exposure: Exposure | None
    """What survives on the most exposed path; None where nothing is known to flow into it."""
    raw_path: tuple[Hop, ...]
    """The most exposed path."""
    names: tuple[Name, ...]
    """The fields at the beginning of the paths."""
    opaque: str
    """Why some definition could not be read; empty where all could."""
    constant: bool = False
    """The definition that gives the field takes no value of anything: it writes the same in every record."""

    @property
    def masked(self) -> bool:
        """No path leaves more than a pseudonym or an aggregate."""
        return self.exposure is not None and self.exposure.rank >= Exposure.PSEUDONYM.rank and not self.opaque

    @property
    def raw(self) -> bool:
        """Some path leaves single values as they are."""
        return self.exposure is not None and self.exposure.rank <= Exposure.EXTREME.rank


def origins(evidence: Evidence, dataset: Dataset, field: Field) -> Origins:
    """Give what lineage says of a field's origins."""
    graph = evidence.ground.graph
    name = evidence.ground.catalog.physical_field(dataset.id, field.name)
    if name is None:
        return Origins(None, (), (), "")
    ancestors = list(graph.ancestors(name))
    opaque = graph.opaque_above(name)
    reason = opaque.reason if opaque is not None else ""
    if not ancestors:
        return Origins(None, (), (), reason, _constant(evidence, name, reason))
    roots = set(graph.origins(name))
    ends = [ancestor for ancestor in ancestors if ancestor[0] in roots] or ancestors
    _, exposure, path = min(ends, key=lambda ancestor: (ancestor[1].rank, len(ancestor[2]), ancestor[0]))
    return Origins(exposure, path, tuple(sorted(root for root, _, _ in ends)), reason)


def _constant(evidence: Evidence, name: Name, opaque: str) -> bool:
    """Whether a definition was read that derives other fields beside this one, and this one from nothing."""
    graph = evidence.ground.graph
    beside = (fact.name for fact in evidence.ground.catalog.fields.get(name.dataset, {}).values())
    return not opaque and any(other != name and next(graph.ancestors(other), None) is not None for other in beside)
