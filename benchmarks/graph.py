"""The lineage graph at scale: what building it and asking for the impact of one field cost.

    python -m benchmarks.graph [--edges N]

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
from lineage.graph import FieldNode, LineageGraph, add_edges
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edges", type=int, default=1_000_000)
    known = facts(parser.parse_args().edges)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def build() -> LineageGraph:
        graph = LineageGraph()
        add_edges(graph, known)
        return graph

    seconds, graph = timed(build)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"{len(known):,} edges, {len(graph.nodes):,} nodes: built in {seconds:.2f} s, {grown:,.0f} MB")
    names = [known[0].source, *(known[position].source for position in (7, len(known) // 2, len(known) - 7))]
    for name in names:
        seconds, reached = timed(lambda name=name: graph.impact(FieldNode(name)))  # type: ignore[misc]
        print(f"impact of {name.short}: {len(reached):,} nodes in {seconds:.3f} s")
    seconds, steps = timed(lambda: sum(1 for _ in graph.downstream(FieldNode(names[0]))))
    print(f"with the path to each: {steps:,} nodes in {seconds:.3f} s")


if __name__ == "__main__":
    main()
