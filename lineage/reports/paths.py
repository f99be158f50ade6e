"""One field's way: where it comes from, which steps use it, and every boundary that it crosses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from lineage.audit import evidence_of
from lineage.facts import Snapshot
from lineage.finding import Hop
from lineage.graph import BoundaryNode, FieldNode, LineageGraph, OutputNode, Reached, declared_node
from lineage.model import FieldId
from lineage.plan.model import Plan
from lineage.reports.lines import Lines
from lineage.reports.words import plain

_Line = tuple[str, str]
"""What a field comes from or goes to, and the path between."""


def render(plan: Plan, snapshot: Snapshot, field: str, console: Console) -> None:
    """Print the paths of a field of the plan, sources first."""
    ground = evidence_of(plan, snapshot.facts, snapshot.taken_at).ground
    graph, node = ground.graph, declared_node(ground.catalog, FieldId(field))
    declared = plan.field(FieldId(field))
    masked = f", to be masked by {plain(declared.mask.method)}" if declared.mask else ""
    lines = Lines(console)
    lines.text(Text(f"{plain(field)}{masked}", "bold"), indent=0)
    _branch(lines, "comes from", _origins(graph, node))
    _branch(lines, "is read by", [(f"step {plain(step)}", "") for step in graph.steps(node.name)])
    ends = [reached for reached in graph.downstream(node) if isinstance(reached.node, BoundaryNode | OutputNode)]
    _branch(lines, "crosses", [_end(reached) for reached in ends])
    if opaque := graph.opaque_above(node.name):
        lines.text(Text(f"cannot be followed through {plain(opaque.name.short)}: {plain(opaque.reason)}", "yellow"))
    if ground.catalog.field(*_split(field)) is None:
        lines.text(Text("was not found in its system, so only the plan's own edges are known", "yellow"))


def _origins(graph: LineageGraph, node: FieldNode) -> list[_Line]:
    found = []
    for reached in graph.upstream(node):
        if isinstance(reached.node, FieldNode):
            left = "" if reached.exposure.rank == 0 else f", {reached.exposure.value} here"
            found.append((f"{plain(graph.label(reached.node))}{left}", _chain(reached.path)))
    return found


def _end(reached: Reached) -> _Line:
    kind, _, identifier = str(reached.node).partition(":")
    return f"{kind} {plain(identifier)}, {reached.exposure.value}", _chain(reached.path)


def _chain(hops: Iterable[Hop]) -> str:
    listed = list(hops)
    steps = [f"→ {plain(hop.target)} ({plain(hop.by)})" for hop in listed]
    return " ".join([plain(listed[0].source), *steps]) if listed else ""


def _branch(lines: Lines, title: str, found: Sequence[_Line]) -> None:
    lines.text(Text(f"{title}{'' if found else ': nothing'}", "cyan"))
    for line, path in found:
        lines.text(line, indent=4)
        if path:
            lines.text(Text(path, "dim"), indent=6)


def _split(field: str) -> tuple[str, str]:
    dataset, _, name = field.rpartition(".")
    return dataset, name
