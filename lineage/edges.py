"""The edges of a large graph as arrays of numbers: what bulk questions run on.

A million edges as Python tuples cost 150 MB and every pass over them half a second; as three arrays they are 10 MB, and
a pass in numpy takes milliseconds. Lists of neighbours, which single walks want, are made when they are asked for.
Labels are bits of a mask, handed on level by level, each edge once. What lies on a cycle or behind one is gone through
until nothing is added: masks only grow, so that it ends.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from lineage.model import Exposure
from lineage.nodes import Edge

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

Neighbours = list[list[tuple[int, Edge]]]

RANKS: Final = {exposure: rank for rank, exposure in enumerate(Exposure)}
MOST_LABELS: Final = 64
_BITS: Final = 32
"""Of a node's number in a key of two."""


@dataclass(slots=True)
class Edges:
    """Start, end and kind of every edge, each edge once."""

    starts: array[int] = field(default_factory=lambda: array("i"))
    ends: array[int] = field(default_factory=lambda: array("i"))
    kinds: array[int] = field(default_factory=lambda: array("i"))
    kind_of: dict[Edge, int] = field(default_factory=dict)
    every_kind: list[Edge] = field(default_factory=list)
    _known: list[set[int]] = field(default_factory=list, repr=False)
    """For each kind, the edges that there are already."""
    _lists: dict[bool, tuple[int, int, Neighbours]] = field(default_factory=dict, repr=False)
    _sorted: Any = field(default=None, repr=False)
    _ordered: Any = field(default=None, repr=False)

    def kind(self, edge: Edge) -> int:
        """Give the number of a kind of edge."""
        number = self.kind_of.get(edge)
        if number is None:
            number = self.kind_of[edge] = len(self.every_kind)
            self.every_kind.append(edge)
            self._known.append(set())
        return number

    def connect(self, start: int, end: int, kind: int) -> None:
        """Add an edge; the same one twice is kept once."""
        known, key = self._known[kind], start << _BITS | end
        if key not in known:
            known.add(key)
            self.starts.append(start)
            self.ends.append(end)
            self.kinds.append(kind)

    def neighbours(self, nodes: int, *, forward: bool) -> Neighbours:
        """Give for each node the nodes that its edges lead to (or come from), each with its edge."""
        edges, size, found = self._lists.get(forward, (-1, -1, []))
        if (edges, size) == (len(self.starts), nodes):
            return found
        found = [[] for _ in range(nodes)]
        near, far = (self.starts, self.ends) if forward else (self.ends, self.starts)
        for one, other, kind in zip(near, far, self.kinds, strict=True):
            found[one].append((other, self.every_kind[kind]))
        self._lists[forward] = (len(self.starts), nodes, found)
        return found

    def reach(self, start: int, nodes: int) -> list[list[int]]:
        """Give the nodes that one leads to, by what is left of its value there: the most exposed first.

        A path is as exposed as its most hiding edge, a node as its most exposed path.
        """
        import numpy as np

        first, ends, ranks = self._by_start(nodes)
        best = np.full(nodes, len(RANKS), dtype=np.int8)
        best[start] = 0
        found: list[list[int]] = []
        for rank in range(len(RANKS)):
            front = np.flatnonzero(best == rank)
            level = [front]
            while front.size:
                places = _places(first, front)
                left = np.maximum(ranks[places], rank)
                targets = ends[places]
                closer = left < best[targets]
                targets, left = targets[closer], left[closer]
                np.minimum.at(best, targets, left)
                front = np.unique(targets[left == rank])
                level.append(front)
            found.append([number for part in level for number in part.tolist() if number != start])
        return found

    def spread(self, marks: Mapping[int, int], nodes: int, through: Exposure) -> Numbers:
        """Give for each node the labels that reach it, as bits; an edge that leaves less than `through` stops them."""
        import numpy as np

        first, ends, ranks = self._by_start(nodes)
        masks = np.zeros(nodes, dtype=np.uint64)
        for number, mask in marks.items():
            masks[number] |= np.uint64(mask)
        open_ = ranks <= RANKS[through]

        def give(front: Any) -> Any:
            places = _places(first, front)
            passing = open_[places]
            given = np.repeat(masks[front], first[front + 1] - first[front])[passing]
            targets = ends[places[passing]]
            new = (given & ~masks[targets]) != 0
            np.bitwise_or.at(masks, targets[new], given[new])
            return targets[new]

        levels, circling = self._levels(nodes)
        for level in levels:
            give(level[masks[level] != 0])
        front = circling[masks[circling] != 0]
        while front.size:
            front = np.unique(give(front))
        return masks.view(np.int64)

    def _levels(self, nodes: int) -> tuple[list[Any], Any]:
        """Give the nodes in an order in which each edge is gone through once, and those on cycles or behind one."""
        import numpy as np

        first, ends, _ = self._by_start(nodes)
        if self._ordered is not None and self._ordered[0] == (len(self.starts), nodes):
            found: tuple[list[Any], Any] = self._ordered[1]
            return found
        awaited = np.bincount(ends, minlength=nodes)
        front = np.flatnonzero(awaited == 0)
        levels = []
        while front.size:
            levels.append(front)
            targets, times = np.unique(ends[_places(first, front)], return_counts=True)
            awaited[targets] -= times
            front = targets[awaited[targets] == 0]
        found = levels, np.flatnonzero(awaited > 0)
        self._ordered = ((len(self.starts), nodes), found)
        return found

    def _by_start(self, nodes: int) -> tuple[Any, Any, Any]:
        """Give where each node's edges begin, their ends and ranks, in the order of their starts."""
        import numpy as np

        if self._sorted is not None and self._sorted[0] == (len(self.starts), nodes):
            arrays: tuple[Any, Any, Any] = self._sorted[1]
            return arrays
        # Copies: an array that lends its memory could not grow any more.
        starts = np.array(self.starts, dtype=np.int32)
        order = np.argsort(starts, kind="stable")
        rank_of = np.array([RANKS[edge.exposure] for edge in self.every_kind] or [0], dtype=np.int8)
        first = np.zeros(nodes + 1, dtype=np.int64)
        np.cumsum(np.bincount(starts, minlength=nodes), out=first[1:])
        ends = np.array(self.ends, dtype=np.int32)[order]
        arrays = first, ends, rank_of[np.array(self.kinds, dtype=np.int32)[order]]
        self._sorted = ((len(self.starts), nodes), arrays)
        return arrays


def _places(first: Any, front: Any) -> Any:
    """Give the places of all edges that leave some nodes."""
    import numpy as np

    begin, counts = first[front], first[front + 1] - first[front]
    shift = np.repeat(begin - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
    return shift + np.arange(counts.sum())
