"""Values of a MariaDB body followed through its variables: to what comes back, and to what it writes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

from connectors._mysql.bodies import Step
from lineage.model import Exposure, Name

BODY: Final = ("#body", "#variables")
"""The table that stands for a body's variables while a query of it is read: no schema is called so."""
_Key = TypeVar("_Key")
_Source = Name | str
"""A field, or a variable of the body."""


@dataclass(slots=True)
class Part:
    """A query or write of a body: what it needs, and what flows into each of its columns."""

    step: Step
    needs: dict[tuple[Name, str], None] = field(default_factory=dict)
    calls: dict[tuple[str, str], None] = field(default_factory=dict)
    columns: Sequence[str] = ()
    """Its columns in order; empty where they cannot be told apart."""
    into: list[Name] = field(default_factory=list)
    """The fields that a write fills, in order."""
    flows: defaultdict[str, dict[_Source, Exposure]] = field(default_factory=lambda: defaultdict(dict))

    def take(self, column: str, source: _Source, exposure: Exposure) -> None:
        """Note that something flows into a column."""
        _put(self.flows[column], source, exposure)

    def at(self, place: int, width: int) -> dict[_Source, Exposure]:
        """Give what flows into the column in a place; where columns are not told apart, into any."""
        if len(self.columns) == width:
            return self.flows.get(self.columns[place], {})
        return self.every()

    def every(self) -> dict[_Source, Exposure]:
        """Give what flows into any column."""
        found: dict[_Source, Exposure] = {}
        for flows in self.flows.values():
            for source, exposure in flows.items():
                _put(found, source, exposure)
        return found


def followed(
    parts: Sequence[Part], out: Iterable[str]
) -> tuple[dict[Name, Exposure], dict[tuple[Name, Name], Exposure]]:
    """Give what comes back to who starts a body, and what it writes on: (from, into) -> what is left."""
    held: defaultdict[str, dict[Name, Exposure]] = defaultdict(dict)
    back: dict[Name, Exposure] = {}
    copies: dict[tuple[Name, Name], Exposure] = {}
    moved = True
    # What is known only grows, and only gets worse: it ends.
    while moved:
        before = _size(held)
        for part in parts:
            for place, variable in enumerate(part.step.into):
                for name, exposure in _resolved(part.at(place, len(part.step.into)), held):
                    _put(held[variable], name, exposure)
        moved = _size(held) != before
    for part in parts:
        for name, exposure in _resolved(part.every(), held) if part.step.back else ():
            _put(back, name, exposure)
        for place, target in enumerate(part.into):
            for name, exposure in _resolved(part.at(place, len(part.into)), held):
                if name != target:
                    _put(copies, (name, target), exposure)
    # A variable of the session outlives the call.
    for variable in (*out, *(name for name in held if name.startswith("@"))):
        for name, exposure in held[variable].items():
            _put(back, name, exposure)
    return back, copies


def _resolved(
    flows: dict[_Source, Exposure], held: defaultdict[str, dict[Name, Exposure]]
) -> Iterable[tuple[Name, Exposure]]:
    for source, exposure in list(flows.items()):
        if isinstance(source, Name):
            yield source, exposure
        else:
            for name, before in list(held[source].items()):
                yield name, max(before, exposure, key=lambda one: one.rank)


def _size(held: defaultdict[str, dict[Name, Exposure]]) -> int:
    return sum(100 - exposure.rank for found in held.values() for exposure in found.values())


def _put(into: dict[_Key, Exposure], key: _Key, exposure: Exposure) -> None:
    into[key] = min(into.get(key, exposure), exposure, key=lambda one: one.rank)
