"""The lineage graph at scale: what building it and asking for the impact of one field cost.

    python -m benchmarks.graph [--edges N]

Below 50,000 edges every answer is held against NetworkX on the public graph.
The world is made of datasets of 50 columns in layers; each column derives from two of the layer before, and one field
(a key) flows into a column of every dataset: a hub. CPU seconds of one process, garbage collection as it comes.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import pairwise
from typing import TypeVar

from lineage.facts import EdgeFact, Seen
from lineage.graph import FieldNode, LineageGraph, Node, add_edges
from lineage.model import Confidence, EdgeEvidence, Exposure, Name, SourceId, Transformation

Answer = TypeVar("Answer")
COLUMNS = 50
LAYERS = 20
STEPS = (
    (Transformation("DIRECT", "IDENTITY"), Exposure.RAW),
    (Transformation("DIRECT", "TRANSFORMATION"), Exposure.DERIVED),
    (Transformation("DIRECT", "TRANSFORMATION", True), Exposure.PSEUDONYM),
    (Transformation("DIRECT", "AGGREGATION"), Exposure.AGGREGATE),
)


def facts(edges: int) -> list[EdgeFact]:
    chance = random.Random(7)  # noqa: S311 - the same world each time
    seen = Seen(SourceId("dwh"), datetime(2026, 11, 22, tzinfo=UTC), "catalogue", "auditor")
    tables = edges // (2 * COLUMNS) // LAYERS
    layers = [
        [Name("postgres://dwh:5432", ("app", f"layer{layer}", f"table{table}")) for table in range(tables)]
        for layer in range(LAYERS + 1)
    ]
    key = layers[0][0].at("column0")
    found: list[EdgeFact] = []

    def flow(source: Name, target: Name) -> None:
        step, exposure = chance.choice(STEPS)
        found.append(EdgeFact(seen, source, target, step, exposure, Confidence.EXACT, EdgeEvidence.VIEW, ""))

    for below, above in pairwise(layers):
        for table in above:
            flow(key, table.at("key"))
            for column in range(COLUMNS):
                for _ in range(2):
                    flow(chance.choice(below).at(f"column{chance.randrange(COLUMNS)}"), table.at(f"column{column}"))
    return found


def timed(work: Callable[[], Answer]) -> tuple[float, Answer]:
    started = time.process_time()
    answer = work()
    return time.process_time() - started, answer


def check(graph: LineageGraph, names: list[Name], marks: dict[Node, tuple[str, ...]]) -> None:
    """Hold the answers against those of NetworkX on the public graph; a small graph, since that takes a while."""
    import networkx as nx

    public = graph.networkx()
    by_name = {str(node): node for node in graph.nodes}
    ranks = {exposure: rank for rank, exposure in enumerate(Exposure)}
    for name in names:
        expected: dict[Node, Exposure] = {}
        for exposure in Exposure:
            kept = [(a, b) for a, b, told in public.edges(data=True) if ranks[told["exposure"]] <= ranks[exposure]]
            reached = nx.descendants(nx.DiGraph([*kept, (str(FieldNode(name)),) * 2]), str(FieldNode(name)))
            for node in reached:
                expected.setdefault(by_name[node], exposure)
        assert dict(graph.impact(FieldNode(name))) == expected, name
    through = nx.DiGraph()
    through.add_nodes_from(public)
    through.add_edges_from(
        (a, b) for a, b, told in public.edges(data=True) if ranks[told["exposure"]] <= ranks[Exposure.DERIVED]
    )
    wanted: dict[Node, set[str]] = {}
    for node, labels in marks.items():
        for reached in (str(node), *nx.descendants(through, str(node))):
            wanted.setdefault(by_name[reached], set()).update(labels)
    assert {node: set(labels) for node, labels in graph.labelled(marks).items()} == wanted
    print("impact and labels are NetworkX's own")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edges", type=int, default=1_000_000)
    edges = parser.parse_args().edges
    known = facts(edges)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def build() -> LineageGraph:
        graph = LineageGraph()
        add_edges(graph, known)
        return graph

    seconds, graph = timed(build)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{len(known):,} edges, {len(graph.nodes):,} nodes: built in {seconds:.2f} s, {grown:,.0f} MB")
    seconds, _ = timed(lambda: graph.edges.reach(0, len(graph.nodes)))
    print(f"first question, which sorts the edges: {seconds:.2f} s")
    names = [known[0].source, *(known[position].source for position in (7, len(known) // 2, len(known) - 7))]
    for name in names:
        seconds, reached = timed(lambda name=name: graph.impact(FieldNode(name)))  # type: ignore[misc]
        print(f"impact of {name.short}: {len(reached):,} nodes in {seconds:.3f} s")
    marks = {graph.nodes[number]: (f"label{number % 64}",) for number in range(0, len(graph.nodes), 97)}
    for left in (Exposure.DERIVED, Exposure.REDACTED):
        bits = {number: 1 << number % 64 for number in range(0, len(graph.nodes), 97)}
        ask = lambda left=left, bits=bits: graph.edges.spread(bits, len(graph.nodes), left)  # noqa: E731
        seconds, masks = timed(ask)
        again, _ = timed(ask)
        named, labelled = timed(lambda left=left: graph.labelled(marks, left))  # type: ignore[misc]
        print(
            f"64 labels from {len(marks):,} fields, as far as {left}: {len(masks.nonzero()[0]):,} nodes in"
            f" {seconds:.2f} s, again in {again:.2f} s; as sets of names for {len(labelled):,} nodes {named:.2f} s"
        )
    if edges <= 50_000:
        check(graph, names, marks)
    seconds, steps = timed(lambda: sum(1 for _ in graph.downstream(FieldNode(names[0]))))
    print(f"with the path to each: {steps:,} nodes in {seconds:.3f} s")


if __name__ == "__main__":
    main()
