"""The lineage graph for other tools (node-link JSON, GraphML, OpenLineage) and as a picture (Mermaid, DOT); its impact.

Names come from systems and are not trusted: each format escapes them in its own way, and identifiers are numbers.
Row-level dependencies belong to a whole dataset and are not drawn as edges; `lineage impact` tells them.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.text import Text

from lineage.errors import PlanError
from lineage.graph import Edge, FieldNode, LineageGraph, Node
from lineage.impact import Impact, Neighbourhood
from lineage.model import Exposure
from lineage.reports.graph_events import Told, events
from lineage.reports.lines import Lines
from lineage.reports.words import plain

if TYPE_CHECKING:
    import networkx as nx

FORMATS: Final = ("node-link", "graphml", "openlineage", "mermaid", "dot")
PICTURES: Final = ("mermaid", "dot")
LARGEST_PICTURE: Final = 300
"""Nodes that a picture can hold and still be looked at."""
_SHAPES: Final = {"field": "box", "step": "component", "boundary": "octagon", "output": "note"}
_BRACKETS: Final = {"field": ("[", "]"), "step": ("[[", "]]"), "boundary": ("{{", "}}"), "output": ("(", ")")}


def written(graph: LineageGraph, part: Neighbourhood, name: str, told: Told) -> str:
    """Give a part of the graph in the format of that name; `told` says whose it is, for events.

    Raises:
        PlanError: it is too large for a picture.
    """
    if name in PICTURES and len(part.nodes) > LARGEST_PICTURE:
        raise PlanError(
            f"{len(part.nodes):,} nodes are too many for a picture; draw one field's with --field, or use node-link"
        )
    match name:
        case "node-link":
            return _node_link(graph, part)
        case "graphml":
            return _graphml(graph, part)
        case "openlineage":
            return "".join(f"{event}\n" for event in events(graph, part, told))
        case "mermaid":
            return _mermaid(graph, part)
        case "dot":
            return _dot(graph, part)
        case _:
            raise PlanError(f"--format: {name!r} is none of {', '.join(FORMATS)}")


def render(graph: LineageGraph, node: FieldNode, impact: Impact, console: Console) -> None:
    """Print everything downstream of a field."""
    lines = Lines(console)
    lines.text(Text(plain(graph.label(node)), "bold"), indent=0)
    for title, kind in (("flows to", "field"), ("is read by", "step"), ("crosses", "boundary"), ("ends in", "output")):
        reached = [(one, exposure) for one, exposure in impact.values if _kind(one) == kind]
        _branch(lines, title, [_reached(graph, one, exposure) for one, exposure in reached])
    _branch(lines, "decides on the rows of", [plain(name.short) for name in impact.rows])
    if impact.rows:
        _branch(
            lines, "and so on those that are read from there by", [plain(name.short) for name in impact.rows_behind]
        )
        _branch(lines, "whose rows are read by", [f"step {plain(step)}" for step in impact.rows_steps])
    for opaque in impact.opaque:
        told = f"may be read by {plain(opaque.name.short)}, which was not understood: {plain(opaque.reason)}"
        lines.text(Text(told, "yellow"))


def _reached(graph: LineageGraph, node: Node, exposure: Exposure) -> str:
    return f"{plain(graph.label(node))}, {exposure.value}"


def _branch(lines: Lines, title: str, found: Sequence[str]) -> None:
    lines.text(Text(f"{title}, {len(found):,}" if len(found) > 9 else title, "cyan"))
    for line in found or ["nothing"]:
        lines.text(line, indent=4)


def _node_link(graph: LineageGraph, part: Neighbourhood) -> str:
    import networkx as nx

    return json.dumps(nx.node_link_data(_public(graph, part), edges="edges"), ensure_ascii=True) + "\n"


def _graphml(graph: LineageGraph, part: Neighbourhood) -> str:
    import networkx as nx

    public = _public(graph, part)
    safe: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    # XML cannot hold control characters at all, not even escaped.
    numbers = {node: f"n{number}" for number, node in enumerate(public.nodes)}
    for node, told in public.nodes(data=True):
        safe.add_node(numbers[node], name=plain(node), kind=told["kind"], label=plain(told["label"]))
    for start, end, told in public.edges(data=True):
        safe.add_edge(numbers[start], numbers[end], **told)
    return "\n".join(nx.generate_graphml(safe)) + "\n"


def _public(graph: LineageGraph, part: Neighbourhood) -> nx.MultiDiGraph[str]:
    import networkx as nx

    public = graph.networkx()
    if len(part.nodes) == len(graph.nodes):
        return public
    drawn: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    drawn.add_nodes_from((str(graph.nodes[number]), public.nodes[str(graph.nodes[number])]) for number in part.nodes)
    for start, end in dict.fromkeys((start, end) for start, end, _ in part.edges):
        ends = str(graph.nodes[start]), str(graph.nodes[end])
        drawn.add_edges_from((*ends, told) for told in public.get_edge_data(*ends).values())
    return drawn


def _mermaid(graph: LineageGraph, part: Neighbourhood) -> str:
    lines = ["flowchart LR"]
    for place, number in enumerate(part.nodes):
        opened, closed = _BRACKETS[_kind(graph.nodes[number])]
        lines.append(f'  n{place}{opened}"{_entities(graph.label(graph.nodes[number]))}"{closed}')
    lines += [f'  n{start} -->|"{_entities(text)}"| n{end}' for start, end, text in _arrows(part)]
    return "\n".join(lines) + "\n"


def _dot(graph: LineageGraph, part: Neighbourhood) -> str:
    lines = ["digraph lineage {", "  rankdir=LR;"]
    for place, number in enumerate(part.nodes):
        node = graph.nodes[number]
        lines.append(f"  n{place} [shape={_SHAPES[_kind(node)]}, label={_quoted(graph.label(node))}];")
    lines += [f"  n{start} -> n{end} [label={_quoted(text)}];" for start, end, text in _arrows(part)]
    return "\n".join([*lines, "}"]) + "\n"


def _arrows(part: Neighbourhood) -> list[tuple[int, int, str]]:
    """Give an arrow for each two nodes, by their places in the picture, with what its edges do."""
    places = {number: place for place, number in enumerate(part.nodes)}
    between: dict[tuple[int, int], dict[str, None]] = {}
    for start, end, edge in part.edges:
        between.setdefault((places[start], places[end]), {})[_told(edge)] = None
    return [(start, end, ", ".join(told)) for (start, end), told in between.items()]


def _told(edge: Edge) -> str:
    return edge.by if edge.exposure is Exposure.RAW else f"{edge.by} ({edge.exposure.value})"


def _kind(node: Node) -> str:
    return str(node).partition(":")[0]


def _entities(text: str) -> str:
    # Mermaid reads markup, links and directives in labels; entities of its own kind are the only escape it has.
    return "".join(c if c.isalnum() or c in " ._-," else f"#{ord(c)};" for c in plain(text))


def _quoted(text: str) -> str:
    escaped = plain(text).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
