"""Whether the rows that come through views and policies lie within cells of a plan: what is the same in every system.

A system says what each relation lets through (`Filter`); the literals in it are held against the plan's cells, and
forgotten. A fact says the answer only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from connectors._sql_condition import ViewFilter
from lineage.access.rows import OPAQUE, Inside, over_columns
from lineage.connector import Profile
from lineage.facts import ConfinedFact, Seen
from lineage.predicate import And, Or, Predicate

DEEPEST: Final = 8
"""So many views over views are followed."""
_MOST_CELLS: Final = 6
_MOST_AT_ONCE: Final = 3


@dataclass(frozen=True, slots=True)
class Filter:
    """What a relation lets through, over its columns, and what says so."""

    given: Predicate
    by: tuple[str, ...] = ()


EVERYTHING: Final = Filter(And(()))


def of_view(short: str, view: ViewFilter | None, beneath: Callable[[tuple[str, ...]], Filter | None]) -> Filter:
    """Give what a view lets through: its own condition, and what is let through `beneath` it, where that is known."""
    if view is None:
        return Filter(OPAQUE, (f"the definition of {short}",))
    own = EVERYTHING if view.where is None else Filter(And((view.where,)), (f"the filter of the view {short}",))
    under = beneath(view.base) if view.base is not None else None
    if under is None:
        return own
    return Filter(And((own.given, over_columns(under.given, view.columns))), (*own.by, *under.by))


def within_cells(
    profile: Profile, found: Filter, seen: Seen, decide: Callable[[Predicate], Inside]
) -> Iterator[ConfinedFact]:
    """Answer for each few of a profile's cells whether what is let through lies within them.

    `decide` is given what is wanted, over the relation's columns.
    """
    columns = {name: column.path[0] for name, column in profile.relation.columns.items() if len(column.path) == 1}
    cells = profile.cells[:_MOST_CELLS]
    for size in range(1, min(len(cells), _MOST_AT_ONCE) + 1):
        for few in combinations(cells, size):
            answer = decide(over_columns(Or(few) if size > 1 else few[0], columns))
            keys = tuple(str(cell) for cell in few)
            yield ConfinedFact(seen, profile.relation.dataset, keys, answer.answer, found.by, answer.because)
