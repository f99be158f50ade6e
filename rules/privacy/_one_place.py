"""Where raw ways are closed: the fewest places that every one of several ways passes, by a minimum cut."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lineage.finding import Hop


class Closing(StrEnum):
    """What closes a hop."""

    MASK = "mask"
    """A definition that passes a value on can mask it."""
    REVOKE = "revoke"
    """A right that opens it can be taken away."""
    READ = "read"
    """A step can leave it out."""


@dataclass(frozen=True, slots=True)
class Way:
    """A way by which a raw value gets to somebody: the hops that it takes from its origin, and what closes each."""

    hops: tuple[tuple[Hop, Closing], ...]


def lineage_way(hops: Sequence[Hop], reads: Sequence[Hop] = ()) -> Way:
    """Give a way through definitions, and at its end a step that reads."""
    return Way((*((hop, Closing.MASK) for hop in hops), *((hop, Closing.READ) for hop in reads)))


def opened_way(hops: Sequence[Hop], chain: Sequence[Hop]) -> Way:
    """Give a way through definitions, then by the rights of a chain, which is told from who reads to what is read."""
    turned = [(hop, Closing.REVOKE) for hop in reversed(chain)]
    return Way((*((hop, Closing.MASK) for hop in hops), *turned))


def fewest_places(ways: Sequence[Way]) -> tuple[str, ...]:
    """Give the smallest set of places at which all ways are closed, in words; empty where a way has no hop."""
    import networkx as nx

    if not ways or not all(way.hops for way in ways):
        return ()
    graph: nx.DiGraph[tuple[str, str]] = nx.DiGraph()
    begin, end = ("", "begin"), ("", "end")
    for way in ways:
        before = begin
        for hop, closing in way.hops:
            source, target = _ends(hop, closing)
            if before != source:  # two names of one place: nothing to close between them
                graph.add_edge(before, source)
            if not graph.has_edge(source, target):
                graph.add_edge(source, target, capacity=1, place=_told(hop, closing))
            before = target
        graph.add_edge(before, end)
    _, (here, there) = nx.minimum_cut(graph, begin, end)
    cut = [graph.edges[a, b]["place"] for a in here for b in graph.successors(a) if b in there]
    return tuple(sorted(cut))


def _ends(hop: Hop, closing: Closing) -> tuple[tuple[str, str], tuple[str, str]]:
    """Give the ends of a hop in the direction in which the value goes; what opens is no name of what is opened."""
    if closing is Closing.REVOKE:
        return (hop.target, "right"), (hop.source, "right")
    return (hop.source, "value"), (hop.target, "value")


def _told(hop: Hop, closing: Closing) -> str:
    match closing:
        case Closing.MASK:
            return f"mask it in {hop.target}, which takes it from {hop.source}"
        case Closing.REVOKE:
            return f"take from {hop.source} what opens {hop.target} ({hop.by})"
        case Closing.READ:
            return f"mask it before {hop.target} reads {hop.source}"
