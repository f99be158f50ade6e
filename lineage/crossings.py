"""The masking matrix: every sensitive field of a plan, each boundary that it crosses, and what is known of it there.

The graph says where a field goes, the verdicts on its mask say what is left of it. What nothing was declared or seen to
hide is raw; what a declared mask may hide, without anything that shows it, is unknown and never masked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from lineage.audit import Audit
from lineage.finding import Assumption, Finding
from lineage.graph import BoundaryNode, FieldNode, OutputNode, declared_node
from lineage.model import Exposure, FieldId, Level, Verdict
from lineage.plan.model import Field, Plan, Step, Store
from lineage.report import Crosses, Crossing, SensitiveField

_NOT_SENSITIVE: Final = frozenset({"none", "no", "public"})
_RAW_CONTENT: Final = frozenset({"raw", "full", "all", "unmasked"})


@dataclass(frozen=True, slots=True)
class _Known:
    """What the verdicts and the lineage say of a field's mask."""

    declared: Field
    mask: Assumption | None
    """The worst line of the ledger about its mask."""
    masked_by_definition: bool
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
        return "the definition that it is read through masks it" if self.masked_by_definition else ""


def matrix(plan: Plan, judged: Audit) -> tuple[SensitiveField, ...]:
    """Give the sensitive fields of a plan, in its order, with every boundary that they cross."""
    found: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in judged.findings:
        subject = finding.judgement.subject.field
        if subject is not None and finding.rule.startswith("privacy/"):
            found[subject].append(finding)
    masks = {line.leaf: line for line in judged.assumptions if ".mask" in line.leaf}
    return tuple(
        _row(plan, judged, declared, found[declared.id], masks.values())
        for declared in plan.fields()
        if _is_sensitive(declared) or found[declared.id]
    )


def _is_sensitive(declared: Field) -> bool:
    return declared.mask is not None or (
        declared.sensitive is not None and declared.sensitive.lower() not in _NOT_SENSITIVE
    )


def _row(
    plan: Plan, judged: Audit, declared: Field, findings: list[Finding], masks: Iterable[Assumption]
) -> SensitiveField:
    path = f"{declared.path}.mask"
    lines = [line for line in masks if line.leaf == path or line.leaf.startswith(f"{path}.")]
    known = _Known(
        declared,
        min(lines, key=lambda line: line.verdict.rank, default=None),
        _masked_by_definition(judged, declared.id),
        tuple(finding for finding in findings if finding.judgement.verdict is Verdict.BROKEN),
    )
    return SensitiveField(
        declared.id,
        declared.sensitive if _is_sensitive(declared) and declared.sensitive else "undeclared",
        declared.mask.method if declared.mask else "",
        tuple(_crossings(plan, judged, known)),
        tuple(finding.id for finding in findings),
    )


def _masked_by_definition(judged: Audit, field: FieldId) -> bool:
    graph, name = judged.ground.graph, declared_node(judged.ground.catalog, field).name
    left = [reached.exposure for reached in graph.upstream(FieldNode(name)) if isinstance(reached.node, FieldNode)]
    return bool(left) and min(e.rank for e in left) >= Exposure.PSEUDONYM.rank and graph.opaque_above(name) is None


def _crossings(plan: Plan, judged: Audit, known: _Known) -> Iterator[Crossing]:
    graph, field = judged.ground.graph, known.declared.id
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
    if ends:  # what crosses a boundary can be kept by every store that keeps anything of a run
        kept = [store for store in plan.stores.values() if store.keep is None or not store.keep.none]
        ends.extend((f"store {store.id}", *_in_store(known, store)) for store in kept)
    yield from (Crossing(*end) for end in sorted(ends, key=lambda end: end[0]))


def _at_boundary(known: _Known, sender: str | None) -> tuple[Crosses, str]:
    """Give the state at a boundary; `sender` reads the field and crosses the boundary itself."""
    if known.holds:
        return Crosses.MASKED, known.holds
    if known.declared.mask is None:
        return Crosses.RAW, known.broken[0].title if known.broken else "no mask is declared"
    if known.mask is not None and known.mask.verdict is Verdict.BROKEN:
        if sender is not None:
            return Crosses.RAW, known.mask.says
        return Crosses.UNKNOWN, f"{known.mask.says}; a step that may mask it stands before the boundary"
    why = known.broken[0].title if known.broken else known.mask.says if known.mask is not None else "no verdict"
    return Crosses.UNKNOWN, why


def _in_output(known: _Known, output: str, readers: list[Step]) -> tuple[Crosses, str]:
    if known.holds:
        return Crosses.MASKED, known.holds
    writer = next((step.id for step in readers if step.to is None and output in step.writes), None)
    if writer is not None:
        return _at_boundary(known, writer)
    return Crosses.UNKNOWN, "what a step leaves of it in what it writes was not seen"


def _in_store(known: _Known, store: Store) -> tuple[Crosses, str]:
    if known.holds:
        return Crosses.MASKED, known.holds
    if store.content is not None and store.content.lower() in _RAW_CONTENT:
        return Crosses.RAW, f"the content of {store.id} is declared as {store.content}"
    said = f"is declared as {store.content}, and nothing shows it" if store.content else "is not declared"
    return Crosses.UNKNOWN, f"the content of {store.id} {said}"
