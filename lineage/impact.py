"""What a field leads to: where its values flow, whose rows it decides on, and what could not be followed."""

from __future__ import annotations

import difflib
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lineage.catalog import Catalog
from lineage.errors import PlanError
from lineage.facts import OpaqueFact
from lineage.graph import Edge, FieldNode, LineageGraph, Node, StepNode, declared_node
from lineage.model import Exposure, FieldId, Name

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Impact:
    """Everything downstream of a field."""

    values: tuple[tuple[Node, Exposure], ...]
    """Fields, steps, boundaries and outputs that its values flow to, with what survives there."""
    rows: tuple[Name, ...]
    """Datasets whose rows it decides on, as a filter, a join key or a grouping."""
    rows_behind: tuple[Name, ...]
    """Datasets that read those, in any number of steps."""
    rows_steps: tuple[str, ...]
    """Steps that read rows which it decides on."""
    opaque: tuple[OpaqueFact, ...]
    """Datasets of the same system whose definition could not be read: any may read the field."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A part of the graph: nodes by number, and the edges between them."""

    nodes: tuple[int, ...]
    edges: tuple[tuple[int, int, Edge], ...]
    left_out: int = 0
    """Nodes that flow into the field or from it and are further away than those that are shown."""


def find_field(graph: LineageGraph, catalog: Catalog, wanted: str) -> FieldNode:
    """Give the node of a field by its id in the plan, its physical name, or the end of that: `public.contacts.email`.

    Raises:
        PlanError: no field is called so, or several.
    """
    declared = {field.id: field for field in catalog.plan.fields()}
    if wanted in declared:
        return declared_node(catalog, FieldId(wanted))
    physical = {node.name for node in graph.nodes if isinstance(node, FieldNode)}
    physical |= {dataset.at(*path) for dataset, fields in catalog.fields.items() for path in fields}
    found = sorted(name for name in physical if _is_called(name, wanted))
    if len(found) == 1:
        return FieldNode(found[0])
    if found:
        few = ", ".join(str(name) for name in found[:_SHOWN])
        raise PlanError(f"{len(found)} fields are called {wanted!r}; name one in full: {few}")
    near = difflib.get_close_matches(wanted, [*declared, *{name.short for name in physical}], n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "; `lineage scan` lists what there is"
    raise PlanError(f"no field is called {wanted!r}{hint}")


def impact_of(graph: LineageGraph, node: FieldNode) -> Impact:
    """Follow a field downward."""
    values = graph.impact(node)
    fields = {node.name, *(reached.name for reached, _ in values if isinstance(reached, FieldNode))}
    rows = {dataset for dataset, sources in graph.row_sources.items() if sources & fields}
    behind = _readers(graph, rows) if rows else set()
    opaque = tuple(fact for name, fact in sorted(graph.opaque.items()) if name.namespace == node.name.namespace)
    return Impact(
        tuple(values), tuple(sorted(rows)), tuple(sorted(behind - rows)), _steps(graph, rows | behind), opaque
    )


def neighbourhood(graph: LineageGraph, node: FieldNode, most: int) -> Neighbourhood:
    """Give what flows into a field and from it, the nearest nodes first, `most` at most."""
    start = graph.number(node)
    if start is None:
        return Neighbourhood((), ())
    below = _nearest(start, [[other for other, _ in edges] for edges in graph.downward])
    above = _nearest(start, [[other for other, _ in edges] for edges in graph.upward])
    hops = {**above, **{number: min(far, above.get(number, far)) for number, far in below.items()}}
    shown = sorted(hops, key=lambda number: (hops[number], number))[:most]
    kept = set(shown)
    edges = [
        (number, other, edge)
        for number in sorted(kept)
        for other, edge in graph.downward[number]
        # An edge from beside the field's way to beside it would not be a part of the way.
        if other in kept and ((number in below and other in below) or (number in above and other in above))
    ]
    return Neighbourhood(tuple(sorted(kept)), tuple(edges), len(hops) - len(shown))


def whole(graph: LineageGraph) -> Neighbourhood:
    """Give all of the graph."""
    edges = [(number, other, edge) for number, leaving in enumerate(graph.downward) for other, edge in leaving]
    return Neighbourhood(tuple(range(len(graph.nodes))), tuple(edges))


def _is_called(name: Name, wanted: str) -> bool:
    if str(name) == wanted:
        return True
    dotted = ".".join((*name.path, *name.field))
    return dotted == wanted or dotted.endswith(f".{wanted}")


def _readers(graph: LineageGraph, rows: Iterable[Name]) -> set[Name]:
    """Give the datasets that read any of these, in any number of steps: fewer rows there are fewer rows here."""
    readers: defaultdict[Name, set[Name]] = defaultdict(set)
    for dataset, sources in graph.row_sources.items():
        for source in sources:
            readers[source.dataset].add(dataset)
    for node, leaving in zip(graph.nodes, graph.downward, strict=True):
        if isinstance(node, FieldNode):
            ends = (graph.nodes[other] for other, _ in leaving)
            readers[node.name.dataset].update(end.name.dataset for end in ends if isinstance(end, FieldNode))
    found: set[Name] = set()
    waiting = list(rows)
    while waiting:
        for reader in readers.get(waiting.pop(), ()):
            if reader not in found:
                found.add(reader)
                waiting.append(reader)
    return found


def _steps(graph: LineageGraph, datasets: set[Name]) -> tuple[str, ...]:
    if not datasets:
        return ()
    steps: set[str] = set()
    for node, entering in zip(graph.nodes, graph.upward, strict=True):
        if isinstance(node, StepNode):
            read = (graph.nodes[other] for other, _ in entering)
            if any(isinstance(one, FieldNode) and one.name.dataset in datasets for one in read):
                steps.add(node.id)
    return tuple(sorted(steps))


def _nearest(start: int, adjacent: Sequence[Sequence[int]]) -> dict[int, int]:
    hops = {start: 0}
    queue = deque([start])
    while queue:
        number = queue.popleft()
        for other in adjacent[number]:
            if other not in hops:
                hops[other] = hops[number] + 1
                queue.append(other)
    return hops
