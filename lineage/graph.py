"""The lineage graph: source field -> view field -> step -> boundary or output.

The store is integer ids and adjacency lists; `LineageGraph.networkx()` gives the public NetworkX graph, built when
asked for, since a million fields as NetworkX nodes cost 14 to 27 s.
Only fields that flow or are used are nodes: the catalogue holds the rest.
Row-level dependencies (a filter, a join key) are kept once for a dataset, never multiplied by its columns.
"""

from __future__ import annotations

import gc
import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final

from lineage.catalog import Catalog
from lineage.edges import MOST_LABELS, Edges, Neighbours
from lineage.edges import RANKS as _RANKS
from lineage.extractions import in_force
from lineage.facts import EdgeFact, Fact, OpaqueFact, TagFact
from lineage.finding import Hop
from lineage.model import Confidence, EdgeEvidence, Exposure, FieldId, Name
from lineage.nodes import BoundaryNode, Edge, FieldNode, Node, OutputNode, Reached, StepNode
from lineage.plan.model import Need, Plan

if TYPE_CHECKING:
    import networkx as nx


__all__ = [
    "BoundaryNode",
    "Edge",
    "FieldNode",
    "LineageGraph",
    "Node",
    "OutputNode",
    "Reached",
    "StepNode",
    "add_edges",
    "declared_node",
    "graph_of",
]

_EXPOSURES: Final = tuple(Exposure)


@dataclass(slots=True)
class LineageGraph:
    """Nodes and edges by number, in both directions."""

    nodes: list[Node] = field(default_factory=list)
    edges: Edges = field(default_factory=Edges)
    row_sources: dict[Name, set[Name]] = field(default_factory=lambda: defaultdict(set))
    """Dataset -> fields and datasets that decide which of its rows exist."""
    opaque: dict[Name, OpaqueFact] = field(default_factory=dict)
    """Datasets whose definition could not be read."""
    told_at: dict[Name, datetime] = field(default_factory=dict)
    """Dataset -> when a run last told how it is made."""
    tagged: dict[Name, TagFact] = field(default_factory=dict)
    """Fields that a system itself marks as sensitive."""
    labels: dict[Node, str] = field(default_factory=dict)
    """Name for people: the plan's id where it has one."""
    _others: dict[Node, int] = field(default_factory=dict, repr=False)
    """Numbers of steps, boundaries and outputs."""
    _fields: dict[tuple[object, ...], int] = field(default_factory=dict, repr=False)
    """Numbers of the fields, which are most nodes, by the parts of their names: tuples are hashed faster."""

    @property
    def downward(self) -> Neighbours:
        """For each node, what its edges lead to."""
        return self.edges.neighbours(len(self.nodes), forward=True)

    @property
    def upward(self) -> Neighbours:
        """For each node, what leads to it."""
        return self.edges.neighbours(len(self.nodes), forward=False)

    def add(self, source: Node, target: Node, edge: Edge) -> None:
        """Add an edge, and its ends where they are new; the same edge twice is kept once."""
        self.edges.connect(self._number(source), self._number(target), self.edges.kind(edge))

    def flow(self, source: Name, target: Name, edge: Edge) -> None:
        """Add an edge between two fields: what `add` does, for a million of them."""
        self.edges.connect(self._field(source), self._field(target), self.edges.kind(edge))

    def label(self, node: Node) -> str:
        """Give a node's name for people."""
        if found := self.labels.get(node):
            return found
        return node.name.short if isinstance(node, FieldNode) else node.id

    def downstream(self, node: Node) -> Iterator[Reached]:
        """Give every node that a value of `node` flows to, nearest exposure first, itself not included."""
        yield from self._walk(node, self.downward, forward=True)

    def upstream(self, node: Node) -> Iterator[Reached]:
        """Give every node that flows into `node`, most exposed first, itself not included."""
        yield from self._walk(node, self.upward, forward=False)

    def impact(self, node: Node) -> list[tuple[Node, Exposure]]:
        """Give every node that a value of `node` flows to, with what survives there, most exposed first.

        `downstream` without the paths: for graphs of any size.
        """
        start = self.number(node)
        if start is None:
            return []
        reached = self.edges.reach(start, len(self.nodes))
        nodes = self.nodes
        return [
            (nodes[number], exposure) for exposure, level in zip(Exposure, reached, strict=True) for number in level
        ]

    def labelled(
        self, marks: Mapping[Node, Iterable[str]], through: Exposure = Exposure.DERIVED
    ) -> dict[Node, frozenset[str]]:
        """Give every node that a label reaches, with its labels; what leaves less than `through` stops a label.

        All labels go through the graph at once, 64 at a time, as bits of one number.
        """
        listed = sorted({label for labels in marks.values() for label in labels})
        found: dict[Node, frozenset[str]] = {}
        for begin in range(0, len(listed), MOST_LABELS):
            part = {label: 1 << place for place, label in enumerate(listed[begin : begin + MOST_LABELS])}
            told = {self.number(node): sum(part.get(one, 0) for one in set(labels)) for node, labels in marks.items()}
            first = {number: mask for number, mask in told.items() if number is not None and mask}
            masks = self.edges.spread(first, len(self.nodes), through)
            reached = masks.nonzero()[0]
            names: dict[int, frozenset[str]] = {}
            for number, mask in zip(reached.tolist(), masks[reached].tolist(), strict=True):
                labels = names.get(mask)
                if labels is None:
                    labels = names[mask] = frozenset(label for label, bit in part.items() if mask & bit)
                node = self.nodes[number]
                found[node] = found[node] | labels if begin and node in found else labels
        return found

    def sources(self, name: Name) -> Iterator[tuple[Name, Edge]]:
        """Give the fields that flow into a field at once, each with how."""
        number = self.number(FieldNode(name))
        for start, edge in self.upward[number] if number is not None else ():
            node = self.nodes[start]
            if isinstance(node, FieldNode):
                yield node.name, edge

    def ancestors(self, name: Name) -> Iterator[tuple[Name, Exposure, tuple[Hop, ...]]]:
        """Give the fields that a field derives from, with what survives of each and the path to `name`."""
        for reached in self.upstream(FieldNode(name)):
            if isinstance(reached.node, FieldNode):
                yield reached.node.name, reached.exposure, reached.path

    def origins(self, name: Name) -> tuple[Name, ...]:
        """Give the fields at the beginning of all paths to a field: itself where nothing flows into it."""
        node = FieldNode(name)
        found = [
            reached.node.name
            for reached in self.upstream(node)
            if isinstance(reached.node, FieldNode) and not self.upward[self._field(reached.node.name)]
        ]
        return tuple(sorted(found)) or (name,)

    def origin_datasets(self, dataset: Name, fields: Iterable[Name]) -> tuple[Name, ...]:
        """Give the datasets that a dataset's fields and rows derive from, itself where there is none."""
        found = {origin.dataset for name in fields for origin in self.origins(name)}
        stack = [source.dataset for source in self.row_sources.get(dataset, ())]
        passed: set[Name] = set()
        while stack:
            source = stack.pop()
            if source in passed:
                continue
            passed.add(source)
            deeper = [row.dataset for row in self.row_sources.get(source, ()) if row.dataset != source]
            stack.extend(deeper)
            if not deeper:
                found.add(source)
        return tuple(sorted(found - {dataset} or {dataset}))

    def steps(self, name: Name) -> tuple[str, ...]:
        """Give the steps that a field reaches, directly or through views."""
        return tuple(
            sorted(
                {reached.node.id for reached in self.downstream(FieldNode(name)) if isinstance(reached.node, StepNode)}
            )
        )

    def boundaries(self, name: Name) -> tuple[Reached, ...]:
        """Give the boundaries that a field crosses, with what survives of it there."""
        return tuple(reached for reached in self.downstream(FieldNode(name)) if isinstance(reached.node, BoundaryNode))

    def opaque_above(self, name: Name) -> OpaqueFact | None:
        """Give the nearest dataset at or above a field whose definition could not be read."""
        if found := self.opaque.get(name.dataset):
            return found
        for ancestor, _, _ in self.ancestors(name):
            if found := self.opaque.get(ancestor.dataset):
                return found
        stack, passed = [name.dataset], {name.dataset}
        while stack:
            for source in self.row_sources.get(stack.pop(), ()):
                if found := self.opaque.get(source.dataset):
                    return found
                if source.dataset not in passed:
                    passed.add(source.dataset)
                    stack.append(source.dataset)
        return None

    def networkx(self) -> nx.MultiDiGraph[str]:
        """Build the public graph: nodes with `kind` and `label`; edges with `by`, `exposure` and `confidence`."""
        import networkx as nx

        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        for node in self.nodes:
            graph.add_node(str(node), kind=str(node).partition(":")[0], label=self.label(node))
        for start, edges in enumerate(self.downward):
            for end, edge in edges:
                graph.add_edge(
                    str(self.nodes[start]),
                    str(self.nodes[end]),
                    by=edge.by,
                    exposure=edge.exposure.value,
                    confidence=edge.confidence.value,
                    subtype=edge.subtype,
                    masking=edge.masking,
                )
        return graph

    def number(self, node: Node) -> int | None:
        """Give a node's place in `nodes`; None where it is not there."""
        if isinstance(node, FieldNode):
            return self._fields.get((node.name.namespace, node.name.path, node.name.field))
        return self._others.get(node)

    def _number(self, node: Node) -> int:
        if isinstance(node, FieldNode):
            return self._field(node.name)
        number = self._others.get(node)
        if number is None:
            number = self._others[node] = self._new(node)
        return number

    def _field(self, name: Name) -> int:
        key = (name.namespace, name.path, name.field)
        number = self._fields.get(key)
        if number is None:
            number = self._fields[key] = self._new(FieldNode(name))
        return number

    def _new(self, node: Node) -> int:
        self.nodes.append(node)
        return len(self.nodes) - 1

    def _walk(self, node: Node, adjacent: Sequence[list[tuple[int, Edge]]], *, forward: bool) -> Iterator[Reached]:
        # Best first by what survives: a path is as exposed as its most hiding edge, a node as its most exposed path.
        start = self.number(node)
        if start is None:
            return
        queue: list[tuple[int, int, int]] = [(0, 0, start)]
        came: dict[int, tuple[int, Edge]] = {}
        hops_of: dict[int, tuple[int, Hop]] = {}
        best: dict[int, tuple[int, int]] = {start: (0, 0)}
        done: set[int] = set()
        while queue:
            rank, hops, number = heapq.heappop(queue)
            if number in done:
                continue
            done.add(number)
            if number != start:
                there, edge = came[number]
                hops_of[number] = there, self._hop(there, number, edge) if forward else self._hop(number, there, edge)
                yield Reached(self.nodes[number], _EXPOSURES[rank], _path(number, hops_of, forward=forward))
            for other, edge in adjacent[number]:
                cost = (max(rank, _RANKS[edge.exposure]), hops + 1)
                if other not in done and (other not in best or cost < best[other]):
                    best[other] = cost
                    came[other] = (number, edge)
                    heapq.heappush(queue, (*cost, other))

    def _hop(self, start: int, end: int, edge: Edge) -> Hop:
        return Hop(self.label(self.nodes[start]), self.label(self.nodes[end]), _by(edge))


def _path(number: int, hops: Mapping[int, tuple[int, Hop]], *, forward: bool) -> tuple[Hop, ...]:
    path: list[Hop] = []
    while (step := hops.get(number)) is not None:
        number, hop = step
        path.append(hop)
    return tuple(reversed(path)) if forward else tuple(path)


def graph_of(plan: Plan, catalog: Catalog, facts: Iterable[Fact]) -> LineageGraph:
    """Draw the graph of a plan's workflow over the edges that the systems' views and jobs make."""
    graph = LineageGraph()
    add_edges(graph, facts)
    _add_workflow(graph, plan, catalog)
    return graph


def add_edges(graph: LineageGraph, facts: Iterable[Fact]) -> None:
    """Add what facts say of how fields flow, how rows depend on fields, and what could not be read."""
    # The collector would look again and again at a million tuples that all stay: 40 % of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        _add_edges(graph, facts)
    finally:
        if collecting:
            gc.enable()


def _add_edges(graph: LineageGraph, facts: Iterable[Fact]) -> None:
    known: dict[tuple[object, ...], int] = {}
    number_of, connect = graph._field, graph.edges.connect  # noqa: SLF001 - the same module
    for fact in in_force(facts, graph.told_at):
        match fact:
            case EdgeFact() if fact.source.field and fact.target.field and fact.transformation.type == "DIRECT":
                step = fact.transformation
                kind = (fact.evidence, fact.exposure, fact.confidence, step.subtype, step.masking)
                number = known.get(kind)
                if number is None:
                    by = _evidence(fact.evidence)
                    edge = Edge(by, fact.exposure, fact.confidence, step.subtype, step.masking)
                    number = known[kind] = graph.edges.kind(edge)
                connect(number_of(fact.source), number_of(fact.target), number)
            case EdgeFact():
                graph.row_sources[fact.target.dataset].add(fact.source)
            case OpaqueFact():
                graph.opaque[fact.name] = fact
            case TagFact():
                graph.tagged.setdefault(fact.name, fact)
            case _:
                pass


def declared_node(catalog: Catalog, field_id: FieldId) -> FieldNode:
    """Give the node of a declared field; one that was not found in its system stands under the plan's own name."""
    dataset, _, name = field_id.rpartition(".")
    physical = catalog.physical_field(dataset, name)
    return FieldNode(physical or Name("plan", (dataset,), (name,)))


def _add_workflow(graph: LineageGraph, plan: Plan, catalog: Catalog) -> None:
    for declared in plan.fields():
        graph.labels.setdefault(declared_node(catalog, declared.id), declared.id)
        for origin in declared.made_from:
            made = Edge(EdgeEvidence.MANUAL.value, confidence=Confidence.INFERRED)
            graph.add(declared_node(catalog, origin), declared_node(catalog, declared.id), made)
    for step in plan.steps.values():
        for fields in step.reads.values():
            for field_id in fields:
                if plan.field(field_id).need is not Need.NONE:
                    graph.add(declared_node(catalog, field_id), StepNode(step.id), Edge("reads"))
        if step.to is not None:
            graph.add(StepNode(step.id), BoundaryNode(step.to), Edge("crosses"))
        for output in step.writes:
            graph.add(StepNode(step.id), OutputNode(output), Edge("writes"))
        for earlier in step.after:
            graph.add(StepNode(earlier), StepNode(step.id), Edge("after"))


def _by(edge: Edge) -> str:
    return edge.by if edge.exposure is Exposure.RAW else f"{edge.by} ({edge.exposure.value})"


def _evidence(evidence: EdgeEvidence) -> str:
    return {EdgeEvidence.QUERY_LOG: "query log", EdgeEvidence.OPENLINEAGE: "run event"}.get(evidence, evidence.value)
