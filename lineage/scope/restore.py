"""Restore sets: the cheapest sets of fixes that give back what has left the scope, by owner and effort.

Which fixes are cheapest is a covering problem, and most of it has no choice in it: what left by itself comes back when
every finding that took it out is mended. Where there is a choice (a dataset left with the last of its fields, so that
any field brings it back) the set is found by HiGHS, the solver in SciPy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Final

from lineage.finding import Finding, Operation
from lineage.report import RestoreSet

WEIGHTS: Final = {"minutes": 1, "hours": 8, "days": 64, "unknown": 16}
"""What efforts are taken to weigh against one another: a working day of fixes of minutes is one of hours."""

Lost = Callable[[AbstractSet[Operation]], AbstractSet[str]]
"""What leaves the plan with a set of operations, by the names that people read."""


@dataclass(frozen=True, slots=True)
class Price:
    """What it takes to mend a finding: findings of one key are mended by one fix."""

    key: str
    effort: str
    owner: str | None

    @property
    def weight(self) -> int:
        """What it weighs beside others."""
        return WEIGHTS.get(self.effort, WEIGHTS["unknown"])


def price(finding: Finding) -> Price:
    """Give the cheapest fix that a finding names; a finding that names none is mended in a way that nobody knows."""
    fixes = sorted(finding.judgement.fixes, key=lambda fix: (WEIGHTS.get(fix.effort, WEIGHTS["unknown"]), fix.text))
    if not fixes:
        return Price(finding.id, "unknown", finding.owner)
    cheapest = fixes[0]
    owner = cheapest.owner or finding.owner
    # One statement that is pasted once mends every finding that asks for it; prose may mean another thing each time.
    key = f"{owner}|{cheapest.patch}" if cheapest.kind.value == "sql" and cheapest.patch else finding.id
    effort = cheapest.effort if cheapest.effort in WEIGHTS else "unknown"
    return Price(key, effort, owner)


def restore_sets(
    because: Mapping[Operation, Sequence[str]],
    holds: Sequence[Finding],
    findings: Iterable[Finding],
    lost: Lost,
    jointly: AbstractSet[str],
) -> tuple[RestoreSet, ...]:
    """Give the cheapest set of findings to mend for each thing that left, things of one set together, cheapest first.

    `because` names the findings of each operation that narrowed the scope, `jointly` what may have left because several
    things did; a launch that is held comes last.
    """
    prices = {found.id: price(found) for found in (*findings, *holds)}
    operations = frozenset(because)
    everything = lost(operations)
    alone: dict[str, set[Operation]] = {}
    for operation in operations:
        for thing in lost({operation}):
            alone.setdefault(thing, set()).add(operation)
    taken: dict[frozenset[str], list[str]] = {}
    for thing in sorted(everything):
        forced = frozenset(alone.get(thing, ()))
        restored = forced
        if thing in jointly and (not forced or thing in lost(operations - forced)):
            restored = _cheapest(thing, operations, forced, because, prices, lost)
        taken.setdefault(frozenset(i for operation in restored for i in because[operation]), []).append(thing)
    sets = [_set(_ordered(things), fixes, prices) for fixes, things in taken.items()]
    sets.sort(key=lambda each: (_weight(each.fixes, prices), len(each.fixes), each.fixes))
    if holds:
        sets.append(_set(("the launch",), frozenset(found.id for found in holds), prices))
    return tuple(sets)


_KINDS: Final = ("source", "dataset", "stage", "segment", "step", "action", "store", "output")


def _ordered(things: Iterable[str]) -> tuple[str, ...]:
    places = {kind: number for number, kind in enumerate(_KINDS)}
    return tuple(sorted(things, key=lambda thing: (places.get(thing.partition(" ")[0], len(_KINDS)), thing)))


def _set(things: tuple[str, ...], fixes: AbstractSet[str], prices: Mapping[str, Price]) -> RestoreSet:
    found = [prices[i] for i in sorted(fixes) if i in prices]
    owners = tuple(sorted({each.owner for each in found if each.owner is not None}))
    once = {each.key: each.effort for each in found}
    counts = [(effort, sum(each == effort for each in once.values())) for effort in WEIGHTS]
    return RestoreSet(things, tuple(sorted(fixes)), owners, _in_words(counts))


def _weight(fixes: Iterable[str], prices: Mapping[str, Price]) -> int:
    return sum({prices[i].key: prices[i].weight for i in fixes if i in prices}.values())


def _cheapest(
    thing: str,
    operations: AbstractSet[Operation],
    forced: AbstractSet[Operation],
    because: Mapping[Operation, Sequence[str]],
    prices: Mapping[str, Price],
    lost: Lost,
) -> frozenset[Operation]:
    """Find the cheapest operations to take back so that a thing comes back.

    Each round solves for the causes that are known, and asks whether the thing is still lost; what still takes it out,
    made as small as it can be, is one more cause.
    """
    causes = [frozenset([operation]) for operation in sorted(forced)]
    restored = frozenset(forced)
    while thing in lost(operations - restored):
        causes.append(_cause(thing, operations - restored, lost))
        restored = _hitting(causes, because, prices)
    return restored


def _cause(thing: str, left: AbstractSet[Operation], lost: Lost) -> frozenset[Operation]:
    cause = set(left)
    for operation in sorted(left):
        if thing in lost(cause - {operation}):
            cause.discard(operation)
    return frozenset(cause)


def _hitting(
    causes: Sequence[AbstractSet[Operation]], because: Mapping[Operation, Sequence[str]], prices: Mapping[str, Price]
) -> frozenset[Operation]:
    """Choose the operations that break every cause, by the cheapest fixes: a covering problem of whole numbers.

    A fix is paid once however many findings it mends; an operation is taken back when all its findings are mended.
    """
    import numpy as np
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import lil_array

    operations = sorted({operation for cause in causes for operation in cause})
    keys = sorted({prices[i].key for operation in operations for i in because[operation]})
    weights = {prices[i].key: prices[i].weight for operation in operations for i in because[operation]}
    at = {key: number for number, key in enumerate(keys)}
    needs = [(n, at[prices[i].key]) for n, operation in enumerate(operations) for i in because[operation]]
    size = len(keys) + len(operations)
    rows = lil_array((len(causes) + len(needs), size))
    for row, cause in enumerate(causes):
        for n, operation in enumerate(operations):
            if operation in cause:
                rows[row, len(keys) + n] = 1
    for row, (n, key) in enumerate(needs, len(causes)):
        rows[row, key], rows[row, len(keys) + n] = 1, -1
    floors = np.array([1.0] * len(causes) + [0.0] * len(needs))
    # What costs the same is chosen by name, so that the answer does not hang on the solver's mood.
    by_name = [1e-4 * (n + 1) / len(operations) for n in range(len(operations))]
    cost = np.array([*(float(weights[key]) for key in keys), *by_name])
    solved = milp(
        cost,
        constraints=LinearConstraint(rows.tocsr(), lb=floors),
        integrality=np.ones(size),
        bounds=Bounds(0, 1),
    )
    if solved.x is None:
        return frozenset(operations)
    return frozenset(operation for n, operation in enumerate(operations) if solved.x[len(keys) + n] > 0.5)


def _in_words(counts: Iterable[tuple[str, int]]) -> str:
    """Give `2 fixes of minutes, 1 of unstated effort`."""
    told = [(count, "unstated effort" if effort == "unknown" else effort) for effort, count in counts if count]
    parts = [f"{count} of {effort}" for count, effort in told]
    noun = "fixes of" if told and told[0][0] > 1 else "fix of"
    return ", ".join(parts).replace("of", noun, 1)
