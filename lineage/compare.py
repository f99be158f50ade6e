"""Compares datasets that may lie in two systems: values are hashed as they arrive, and only counts become facts.

The left side is read first. What is made at the source and copied while we read is then in both; the other way round it
would look like a record that the source does not have. Both sides are streamed: of a key 8 bytes are kept.
"""

from __future__ import annotations

import secrets
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lineage import registry
from lineage.compare_keys import EXACT, Hasher, KeySet, among
from lineage.connector import Columns, Compare, CompareKind, Stream
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import CompareFact, Fact, Seen, UnseenFact

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_EPOCHS = ((1e11, 1.0), (1e14, 1e3), (1e17, 1e6), (float("inf"), 1e9))
"""Counts since 1970 below the first are in seconds, then milli-, micro- and nanoseconds."""


@dataclass(frozen=True, slots=True)
class Side:
    """One dataset of a comparison, and how its system is read."""

    kind: str
    settings: Mapping[str, object]
    columns: Columns
    stream: Stream
    context: Context


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides and the question; picklable, so that another process may answer it."""

    compare: Compare
    left: Side
    right: tuple[Side, ...]
    exact: int = EXACT


@dataclass(slots=True)
class Taken:
    """What was taken of one side: digests of keys, of values, and moments, in the order of the records."""

    columns: Columns
    hasher: Hasher
    keys: KeySet
    ordered: bool
    """Keep each record's place, to look it up later; else only the set of keys."""
    rows: int = 0
    digests: array[int] = field(default_factory=lambda: array("Q"), repr=False)
    values: array[int] = field(default_factory=lambda: array("Q"), repr=False)
    moments: array[float] = field(default_factory=lambda: array("d"), repr=False)
    ended: bool = False

    def __call__(self, rows: Sequence[Sequence[object]]) -> None:
        """Take some rows: hash what they hold and let go of it."""
        width = len(self.columns.key)
        valued, clocked = self.columns.value is not None, self.columns.clock is not None
        self.rows += len(rows)
        fresh: list[int] = []
        for row in rows:
            digest = self.hasher.digest(row[:width])
            if digest is None:
                continue
            fresh.append(digest)
            if valued:
                self.values.append(self.hasher.value(row[width]))
            if self.ordered and clocked:
                self.moments.append(_seconds(row[width + valued], self.columns.zone))
        if self.ordered:
            self.digests.extend(fresh)
        else:
            self.keys.add(fresh)

    def end(self) -> None:
        """Take note that these were all."""
        self.ended = True


def run(comparison: Comparison) -> tuple[Fact, ...]:
    """Compare, and give the facts: the answer, or why there is none, and what reading cost."""
    facts: list[Fact] = []
    hasher = Hasher(secrets.token_bytes(32))
    kind = comparison.compare.kind
    left = Taken(comparison.left.columns, hasher, KeySet(), ordered=True)
    rights = KeySet(comparison.exact)
    ordered = kind is not CompareKind.MISSING
    taken = [Taken(side.columns, hasher, rights, ordered=ordered) for side in comparison.right]
    for side, sink in zip((comparison.left, *comparison.right), (left, *taken), strict=True):
        facts.extend(_read(side, sink))
        if not sink.ended:
            return tuple(facts)
    context = comparison.left.context
    seen = Seen(context.source, datetime.now(UTC), "keyed hashes", context.identity or "")
    match kind:
        case CompareKind.MISSING:
            found = _missing(left, rights)
        case CompareKind.DIFFERING:
            found = _differing(left, taken)
        case CompareKind.EARLIER:
            found = _earlier(left, taken, context.now)
    facts.append(_answer(seen, comparison.compare, left, found, sum(each.rows for each in taken)))
    return tuple(facts)


def _read(side: Side, sink: Taken) -> list[Fact]:
    """Read one side into its sink; where that fails, or its connector knows no streams, a fact says so."""
    seen = Seen(side.context.source, side.context.now, "stream", "")
    name = side.stream.relation.name
    try:
        connector = registry.connector(side.kind)
        read = connector.read(
            connector.settings.model_validate(side.settings), (side.stream,), replace(side.context, sink=sink)
        )
        facts = list(read)
    except ConnectorError as e:
        reason = str(e).removeprefix(f"{side.context.source}: ")
        return [UnseenFact(seen, "data", reason, "make the source reachable and scan again", name)]
    except Exception as e:  # noqa: BLE001 - a connector that crashes must not take the run along; its text may hold values
        reason = f"the connector {side.kind} crashed ({type(e).__name__})"
        return [UnseenFact(seen, "data", reason, "report this as a bug of the connector", name)]
    if not sink.ended and not any(isinstance(fact, UnseenFact) for fact in facts):
        reason = f"the connector {side.kind} does not compare keys"
        facts.append(UnseenFact(seen, "data", reason, "compare them by hand, or read it with another connector", name))
    return facts


@dataclass(frozen=True, slots=True)
class Found:
    """Which of the left side's records are what was asked for."""

    these: NDArray[np.bool_]
    common: int
    error: float = 0.0


def _missing(left: Taken, rights: KeySet) -> Found:
    import numpy as np

    there = rights.has(np.frombuffer(left.digests, np.uint64))
    return Found(~there, int(there.sum()), rights.error)


def _differing(left: Taken, taken: Sequence[Taken]) -> Found:
    """A record differs where its key is known on the right and no record of that key there has its value."""
    import numpy as np

    keys, values = (np.frombuffer(part, np.uint64) for part in (left.digests, left.values))
    known, same = np.zeros(len(keys), bool), np.zeros(len(keys), bool)
    for right in taken:
        right_keys, right_values = (np.frombuffer(part, np.uint64) for part in (right.digests, right.values))
        known |= among(np.sort(right_keys), keys)
        same |= among(np.sort(_paired(right_keys, right_values)), _paired(keys, values))
    return Found(known & ~same, int(known.sum()))


def _earlier(left: Taken, taken: Sequence[Taken], now: datetime) -> Found:
    """A record is earlier where a record of its key on the right has a later moment, up to now."""
    import numpy as np

    keys, moments = np.frombuffer(left.digests, np.uint64), np.frombuffer(left.moments, np.float64)
    known, found = np.zeros(len(keys), bool), np.zeros(len(keys), bool)
    for right in taken:
        right_keys, right_moments = np.frombuffer(right.digests, np.uint64), np.frombuffer(right.moments, np.float64)
        # By key, then by moment: the last of a key is its latest. What tells no time, or the future, decides nothing.
        told = right_moments <= now.timestamp()
        order = np.lexsort((right_moments[told], right_keys[told]))
        held, latest = right_keys[told][order], right_moments[told][order]
        there = among(held, keys)
        known |= there
        if len(held):
            last = np.maximum(np.searchsorted(held, keys, side="right") - 1, 0)
            found |= there & (moments < latest[last])
    return Found(found, int(known.sum()))


def _paired(keys: NDArray[np.uint64], values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    import numpy as np

    # Both are outputs of one keyed hash: multiplied by an odd number, a value that is its own key does not cancel it.
    return np.asarray((keys * np.uint64(0x9E3779B97F4A7C15)) ^ values)


def _answer(seen: Seen, compare: Compare, left: Taken, found: Found, right_rows: int) -> CompareFact:
    import numpy as np

    moments = np.frombuffer(left.moments, np.float64)
    told = moments[found.these] if len(moments) == len(found.these) else moments[:0]
    told = told[np.isfinite(told)]
    ends = (told.min(), told.max()) if len(told) else ()
    oldest, newest = (datetime.fromtimestamp(float(end), UTC) for end in ends) if ends else (None, None)
    count, keyed = int(found.these.sum()), len(found.these)
    return CompareFact(
        seen, compare.key, left.rows, keyed, count, found.common, right_rows, oldest, newest, round(found.error, 6)
    )


def _seconds(value: object, zone: str | None) -> float:
    """Give seconds since 1970; not a number for what tells no time."""
    try:
        match value:
            case datetime():
                moment = value
            case date():
                moment = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - a wall clock
            case bool() | None:
                return float("nan")
            case int() | float():
                return next(value / unit for limit, unit in _EPOCHS if abs(value) < limit)
            case _:
                moment = datetime.fromisoformat(str(value).strip())
        told = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone or "UTC"))
        return told.timestamp()
    except (ValueError, OverflowError, OSError, ZoneInfoNotFoundError, StopIteration):
        return float("nan")
