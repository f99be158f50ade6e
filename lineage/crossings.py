"""The masking matrix: every sensitive field of a plan, each boundary that it crosses, and what is known of it there.

The graph says where a field goes, the verdicts on its mask say what is left of it. What nothing was declared or seen to
hide is raw; what a declared mask may hide, without anything that shows it, is unverified and never masked; what may get
there by a definition that could not be read is opaque. Only what no way leads to is not reached.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from typing import Final

from lineage.audit import Audit
from lineage.finding import Assumption, Finding
from lineage.graph import BoundaryNode, FieldNode, OutputNode, declared_node
from lineage.model import Exposure, FieldId, Level, Name, SourceId, Verdict
from lineage.plan.model import Field, Plan, Step, Store
from lineage.report import Crosses, Crossing, SensitiveField

_NOT_SENSITIVE: Final = frozenset({"none", "no", "public"})
_WEAK: Final = "privacy/weak-masking"
_RAW_CONTENT: Final = frozenset({"raw", "full", "all", "unmasked"})


@dataclass(frozen=True, slots=True)
class _Known:
    """What the verdicts and the lineage say of a field's mask."""

    declared: Field
    mask: Assumption | None
    """The worst line of the ledger about its mask."""
    left: Exposure | None
    """What the definition that it is read through leaves of it, where that masks; None where it does not."""
    opaque: bool
    """A definition that it is read through could not be read."""
    broken: tuple[Finding, ...]
    """Broken findings about its privacy."""

    @property
    def holds(self) -> str:
        """Why the field is masked wherever it goes; empty where it is not, or that is not known."""
        if self.broken:
            return ""
        if self.mask is not None:
            shown = self.mask.verdict is Verdict.HELD and self.mask.level is not Level.ASSERTED
            return self.mask.says if shown else ""
        return "the definition that it is read through masks it" if self.left is not None else ""

    @property
    def weak(self) -> str:
        """Why the mask that stands there is too weak; empty where it is not, or none was seen to stand there."""
        if not self.broken or any(finding.rule != _WEAK for finding in self.broken):
            return ""
        return self.broken[0].title if self.left is not None or self._seen_weak else ""

    @property
    def _seen_weak(self) -> bool:
        return any(finding.judgement.level is Level.OBSERVED for finding in self.broken)

    @property
    def method(self) -> str:
        """How it is masked: as declared, else by what its definition leaves."""
        if self.declared.mask is not None:
            return self.declared.mask.method
        return self.left.value if self.left is not None else ""

    @property
    def shown(self) -> Level:
        """How the mask was shown."""
        if self.holds and self.mask is not None:
            return self.mask.level
        return Level.OBSERVED if self._seen_weak else Level.CONFIGURED


def matrix(plan: Plan, judged: Audit) -> tuple[SensitiveField, ...]:
    """Give the sensitive fields of a plan, in its order, with every boundary that they cross."""
    found: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in judged.findings:
        subject = finding.judgement.subject.field
        if subject is not None and finding.rule.startswith("privacy/"):
            found[subject].append(finding)
    masks = {line.leaf: line for line in judged.assumptions if ".mask" in line.leaf}
    places = _Places(_declared_boundaries(plan), _veils(plan, judged))
    return tuple(
        _row(judged, declared, found[declared.id], masks.values(), places)
        for declared in plan.fields()
        if _is_sensitive(declared) or any(map(_says_sensitive, found[declared.id]))
    )


def _is_sensitive(declared: Field) -> bool:
    return declared.mask is not None or (
        declared.sensitive is not None and declared.sensitive.lower() not in _NOT_SENSITIVE
    )


def _says_sensitive(finding: Finding) -> bool:
    """Say whether a finding shows that a field is sensitive; that it could not be looked at shows nothing."""
    return finding.judgement.verdict is Verdict.BROKEN


def _row(
    judged: Audit, declared: Field, findings: list[Finding], masks: Iterable[Assumption], places: _Places
) -> SensitiveField:
    path = f"{declared.path}.mask"
    lines = [line for line in masks if line.leaf == path or line.leaf.startswith(f"{path}.")]
    known = _Known(
        declared,
        min(lines, key=lambda line: line.verdict.rank, default=None),
        _left(judged, declared.id),
        judged.ground.graph.opaque_above(declared_node(judged.ground.catalog, declared.id).name) is not None,
        tuple(finding for finding in findings if finding.judgement.verdict is Verdict.BROKEN),
    )
    reached = tuple(_crossings(judged, known))
    veiled = tuple(_veiled(judged, known, places.veils, {crossing.boundary for crossing in reached}))
    crossings = tuple(sorted((*reached, *veiled), key=lambda crossing: crossing.boundary))
    return SensitiveField(
        declared.id,
        declared.sensitive if _is_sensitive(declared) and declared.sensitive else "undeclared",
        declared.mask.method if declared.mask else "",
        crossings,
        tuple(finding.id for finding in findings),
        tuple(sorted(places.boundaries - {crossing.boundary for crossing in crossings})),
    )


def _left(judged: Audit, field: FieldId) -> Exposure | None:
    """Give what definitions leave of a field where they mask it on every way; None where they do not, or are unread."""
    graph, name = judged.ground.graph, declared_node(judged.ground.catalog, field).name
    left = [reached.exposure for reached in graph.upstream(FieldNode(name)) if isinstance(reached.node, FieldNode)]
    worst = min(left, key=lambda exposure: exposure.rank, default=None)
    masks = worst is not None and worst.rank >= Exposure.PSEUDONYM.rank and graph.opaque_above(name) is None
    return worst if masks else None


def _declared_boundaries(plan: Plan) -> frozenset[str]:
    """Give every boundary that the plan names: what steps send to and write, and the stores that keep of it."""
    if not plan.steps:
        return frozenset()
    steps = plan.steps.values()
    sent = {step.to for step in steps if step.to is not None}
    written = {f"output {output}" for step in steps for output in step.writes}
    return frozenset(sent | written | {f"store {store.id}" for store in _keeping(plan)})


def _keeping(plan: Plan) -> Iterator[Store]:
    """Give the stores that keep anything of a run: whatever crosses a boundary can be kept by each of them."""
    yield from (store for store in plan.stores.values() if store.keep is None or not store.keep.none)


@dataclass(frozen=True, slots=True)
class _Places:
    """The boundaries that the plan names, and what may lead to them unseen."""

    boundaries: frozenset[str]
    veils: tuple[_Veil, ...]


@dataclass(frozen=True, slots=True)
class _Veil:
    """A dataset whose definition could not be read, and the boundaries that a declared field of it gets to."""

    name: Name
    source: SourceId
    boundaries: frozenset[str]


def _veils(plan: Plan, judged: Audit) -> tuple[_Veil, ...]:
    graph, catalog = judged.ground.graph, judged.ground.catalog
    if not graph.opaque:
        return ()
    found: defaultdict[tuple[Name, SourceId], set[str]] = defaultdict(set)
    for declared in plan.fields():
        node = declared_node(catalog, declared.id)
        opaque, source = graph.opaque_above(node.name), catalog.source_of(node.name)
        if opaque is not None and source is not None:
            found[opaque.name, source].update(_reached(judged, declared.id))
    return tuple(_Veil(name, source, frozenset(ends)) for (name, source), ends in found.items() if ends)


def _reached(judged: Audit, field: FieldId) -> Iterator[str]:
    reached = judged.ground.graph.downstream(declared_node(judged.ground.catalog, field))
    ends = [each.node for each in reached if isinstance(each.node, BoundaryNode | OutputNode)]
    for end in ends:
        yield end.id if isinstance(end, BoundaryNode) else f"output {end.id}"
    if ends:
        yield from (f"store {store.id}" for store in _keeping(judged.plan))


def _veiled(judged: Audit, known: _Known, veils: Iterable[_Veil], seen: Set[str]) -> Iterator[Crossing]:
    """Give the boundaries that a field may get to by a definition of its system that could not be read."""
    catalog = judged.ground.catalog
    name = declared_node(catalog, known.declared.id).name
    told: set[str] = set(seen)
    for veil in veils:
        if veil.name == name.dataset or veil.source != catalog.source_of(name):
            continue
        why = f"the definition of {veil.name.short} could not be read: it may pass the field on"
        for end in sorted(veil.boundaries - told):
            if known.holds:  # what is passed on was masked before
                yield Crossing(end, Crosses.MASKED, known.holds, known.method, known.shown)
            else:
                yield Crossing(end, Crosses.OPAQUE, why)
        told |= veil.boundaries


def _crossings(judged: Audit, known: _Known) -> Iterator[Crossing]:
    plan, graph, field = judged.plan, judged.ground.graph, known.declared.id
    readers = [step for step in plan.steps.values() if any(field in fields for fields in step.reads.values())]
    ends: list[tuple[str, Crosses, str]] = []
    for reached in graph.downstream(declared_node(judged.ground.catalog, field)):
        match reached.node:
            case BoundaryNode(identifier):
                sender = next((step.id for step in readers if step.to == identifier), None)
                ends.append((identifier, *_at_boundary(known, sender)))
            case OutputNode(identifier):
                ends.append((f"output {identifier}", *_in_output(known, identifier, readers)))
            case _:
                pass
    if ends:
        ends.extend((f"store {store.id}", *_in_store(known, store)) for store in _keeping(plan))
    for boundary, state, why in sorted(ends):
        masks = state in {Crosses.MASKED, Crosses.WEAK}
        yield Crossing(boundary, state, why, known.method if masks else "", known.shown if masks else None)


def _at_boundary(known: _Known, sender: str | None) -> tuple[Crosses, str]:
    """Give the state at a boundary; `sender` reads the field and crosses the boundary itself."""
    if known.holds:
        return Crosses.MASKED, known.holds
    if known.declared.mask is None:
        return Crosses.RAW, known.broken[0].title if known.broken else "no mask is declared"
    if known.weak:
        return Crosses.WEAK, known.weak
    if known.mask is not None and known.mask.verdict is Verdict.BROKEN:
        if sender is not None:
            return Crosses.RAW, known.mask.says
        return Crosses.UNKNOWN, f"{known.mask.says}; a step that may mask it stands before the boundary"
    why = known.broken[0].title if known.broken else known.mask.says if known.mask is not None else "no verdict"
    return (Crosses.OPAQUE if known.opaque else Crosses.UNKNOWN), why


def _in_output(known: _Known, output: str, readers: list[Step]) -> tuple[Crosses, str]:
    if known.holds:
        return Crosses.MASKED, known.holds
    writer = next((step.id for step in readers if step.to is None and output in step.writes), None)
    if writer is not None or known.weak:
        return _at_boundary(known, writer)
    return Crosses.UNKNOWN, "what a step leaves of it in what it writes was not seen"


def _in_store(known: _Known, store: Store) -> tuple[Crosses, str]:
    if known.holds:
        return Crosses.MASKED, known.holds
    if known.weak:
        return Crosses.WEAK, known.weak
    if store.content is not None and store.content.lower() in _RAW_CONTENT:
        return Crosses.RAW, f"the content of {store.id} is declared as {store.content}"
    said = f"is declared as {store.content}, and nothing shows it" if store.content else "is not declared"
    return Crosses.UNKNOWN, f"the content of {store.id} {said}"
