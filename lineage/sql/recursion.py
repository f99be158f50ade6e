"""Recursive queries: their columns stand for themselves while the body is read once, and are put in afterwards."""

from __future__ import annotations

from lineage.sql.lattice import RAW_BIT, through
from lineage.sql.naming import Table
from lineage.sql.relation import Deps, Relation
from lineage.sql.walk import Walk


class Recursion:
    """A recursive query while it is read: the relation to use for its own name."""

    __slots__ = ("numbers", "relation")

    def __init__(self, walk: Walk, start: Relation) -> None:
        walk.origins.idents += 1
        table = Table(walk.origins.idents, (), None, ([], {}))
        self.numbers = {walk.origins.placeholder(table, position): position for position in range(len(start.names))}
        cols: list[Deps] = [{number: RAW_BIT} for number in self.numbers]
        self.relation = Relation(start.names, start.keys, cols, opens=start.opens)


def unrolled(recursion: Recursion, body: Relation) -> Relation:
    """Put the origins of a recursive query in for its own columns, until nothing is added any more."""
    numbers = recursion.numbers
    cols = [dict(body.at(position)) for position in range(len(body.names))]
    changed = any(number in deps for deps in cols for number in numbers)
    while changed:
        changed = False
        for deps in cols:
            changed = _put_in(deps, cols, numbers) or changed
    rows = dict(body.rows)
    while _put_in(rows, cols, numbers):
        pass
    for deps in (*cols, rows):
        for number in numbers:
            deps.pop(number, None)
    return Relation(body.names, body.keys, cols, rows=rows, opens=body.opens)


def _put_in(deps: Deps, cols: list[Deps], numbers: dict[int, int]) -> bool:
    changed = False
    for number, mask in list(deps.items()):
        place = numbers.get(number)
        if place is None or place >= len(cols):
            continue
        for inner, first in list(cols[place].items()):
            have = deps.get(inner, 0)
            found = have
            for outer in _steps(mask):
                found |= through(first, outer)
            if found != have:
                deps[inner] = found
                changed = True
    return changed


def _steps(mask: int) -> list[int]:
    return [position for position in range(mask.bit_length()) if mask >> position & 1]
