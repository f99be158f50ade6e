"""One field's way: where it comes from, which steps use it, and every boundary that it crosses."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console
from rich.text import Text
from rich.tree import Tree

from lineage.audit import evidence_of
from lineage.finding import Hop
from lineage.graph import BoundaryNode, FieldNode, LineageGraph, OutputNode, Reached, declared_node
from lineage.model import FieldId, Snapshot
from lineage.plan.model import Plan
from lineage.reports.words import plain


def render(plan: Plan, snapshot: Snapshot, field: str, console: Console) -> None:
    """Print the paths of a field of the plan, sources first."""
    ground = evidence_of(plan, snapshot.facts, snapshot.taken_at).ground
    graph, node = ground.graph, declared_node(ground.catalog, FieldId(field))
    declared = plan.field(FieldId(field))
    masked = f", to be masked by {declared.mask.method}" if declared.mask else ""
    tree = Tree(Text(f"{field}{masked}", style="bold"))
    _branch(tree, "comes from", _origins(graph, node))
    _branch(tree, "is read by", [f"step {plain(step)}" for step in graph.steps(node.name)])
    ends = [reached for reached in graph.downstream(node) if isinstance(reached.node, BoundaryNode | OutputNode)]
    _branch(tree, "crosses", [_end(reached) for reached in ends])
    if opaque := graph.opaque_above(node.name):
        tree.add(Text(f"cannot be followed through {plain(opaque.name.short)}: {plain(opaque.reason)}", style="yellow"))
    if ground.catalog.physical_field(*_split(field)) is None:
        tree.add(Text("was not found in its system, so only the plan's own edges are known", style="yellow"))
    console.print(tree)


def _origins(graph: LineageGraph, node: FieldNode) -> list[str]:
    found = []
    for reached in graph.upstream(node):
        if isinstance(reached.node, FieldNode):
            left = "" if reached.exposure.rank == 0 else f", {reached.exposure.value} here"
            found.append(f"{plain(graph.label(reached.node))}{left}  [{_chain(reached.path)}]")
    return found


def _end(reached: Reached) -> str:
    kind, _, identifier = str(reached.node).partition(":")
    return f"{kind} {plain(identifier)}, {reached.exposure.value}  [{_chain(reached.path)}]"


def _chain(hops: Iterable[Hop]) -> str:
    listed = list(hops)
    return (
        " ".join([plain(listed[0].source), *(f"-{hop.by}-> {plain(hop.target)}" for hop in listed)]) if listed else ""
    )


def _branch(tree: Tree, title: str, lines: list[str]) -> None:
    branch = tree.add(Text(f"{title}{'' if lines else ': nothing'}", style="cyan"))
    for line in lines:
        branch.add(Text(line))


def _split(field: str) -> tuple[str, str]:
    dataset, _, name = field.rpartition(".")
    return dataset, name
