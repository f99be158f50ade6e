"""Between which moments the newest record of a partitioned dataset came, by what its partitions are named or bound for.

A folder `dt=2026-11-20/`, a partition of PostgreSQL or MariaDB that is bound by a time: the newest one that holds a
record is the clock, and its width is the error bar. No record is looked at. Partitions that have not begun yet are cut,
as records are that are dated in the future.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lineage.clock import clock_form
from lineage.facts import PartitionsFact
from lineage.finding import Actual, Judgement
from lineage.plan.model import Dataset, Fresh
from lineage.rule import UTC_WIDENING, Evidence, Ground
from rules._expectations import Check
from rules.freshness._clock import ZONE_UNKNOWN, moved, span, with_figure
from rules.source._verdict import Case

_WEST, _EAST = UTC_WIDENING


@dataclass(frozen=True, slots=True)
class Part:
    """A partition that can hold a record, by the moments that its bounds can be."""

    begins: datetime | None
    begins_last: datetime | None
    ends: datetime | None
    filled: bool | None


@dataclass(frozen=True, slots=True)
class Covered:
    """Between which moments the newest record of a dataset came."""

    earliest: datetime | None
    """None: no partition is known to hold a record."""
    latest: datetime | None
    """Nothing newer can be there; None: no partition that has begun holds anything."""
    by: str
    seen_at: datetime
    ahead: int = 0
    """Partitions left out that begin in the future and hold a record."""
    wall: bool = False
    """They are named for times of a wall clock."""
    zone_known: bool = False
    """The plan declares the zone of that."""

    @property
    def zoneless(self) -> bool:
        """No zone is known: neither their own nor a declared one."""
        return self.wall and not self.zone_known


def by_partitions(ground: Ground, dataset: Dataset) -> bool:
    """Whether the clock that the plan names is what the dataset's files lie in folders by."""
    name = ground.catalog.physical(dataset.id)
    parts = ground.catalog.partitions.get(name) if name is not None else None
    return parts is not None and dataset.fresh is not None and dataset.fresh.clock in parts.since.field


def covered(evidence: Evidence, dataset: Dataset) -> Covered | None:
    """Give between which moments a dataset's newest record came; None where it has no partitions by time."""
    name = evidence.ground.catalog.physical(dataset.id)
    parts = evidence.ground.catalog.partitions.get(name) if name is not None else None
    if parts is None or dataset.fresh is None:
        return None
    fact = evidence.ground.catalog.fields.get(parts.since.dataset, {}).get(parts.since.field)
    zoned = fact is not None and clock_form(fact.type).zoned
    zone = None if zoned else _zone(dataset.fresh)
    spans = [
        Part(*_moments(begins, zone, zoned), _moments(ends, zone, zoned)[1], filled)
        for (begins, ends, _), filled in _told(parts)
        if filled is not False
    ]
    now, limit = evidence.now, moved(evidence.now, dataset.fresh.skew.mean())
    begun = [one for one in spans if one.begins is None or one.begins <= limit]
    # Without an end, or in the default partition, anything up to now can lie.
    latest = max((min(one.ends or now, now) for one in begun), default=None)
    starts = [one.begins for one in begun if one.filled and one.begins and one.begins_last and one.begins_last <= limit]
    return Covered(
        min(max(starts), latest) if starts and latest is not None else None,
        latest,
        f"partitions by {'/'.join(parts.since.field)}",
        parts.seen.at,
        sum(one.filled is True for one in spans if one not in begun),
        wall=not zoned,
        zone_known=zone is not None,
    )


def covered_case(told: Covered, fresh: Fresh, kind: str, like: Judgement, now: datetime) -> Case | Judgement:
    """Judge between which moments the newest record came; `like` is the broken judgement, without words and figures."""
    left = f"; {told.ahead:,} that begin after now are left out" if told.ahead else ""
    if told.latest is None:
        says = f"no record can be fresh by its {kind} clock ({told.by}): none that has begun holds a record{left}"
        figure = Actual(None, "seconds", measured_at=told.seen_at, method=f"{kind} clock: {told.by}")
        return with_figure(like, says, figure)[0]
    cut, youngest = fresh.within.before(now), now - told.latest
    oldest = now - told.earliest if told.earliest is not None else None
    between = f"between {span(youngest)} and {span(oldest)}" if oldest is not None else f"at least {span(youngest)}"
    widened = ", in whichever zone" if told.zoneless else ""
    says = (
        f"its newest record came {between} ago by its {kind} clock ({told.by}{widened}); "
        f"at most {fresh.within} is needed{left}"
    )
    figure = Actual(
        round(youngest.total_seconds()),
        "seconds",
        (round(youngest.total_seconds()), round(oldest.total_seconds())) if oldest is not None else None,
        told.seen_at,
        f"{kind} clock: {told.by}",
    )
    broken, held = with_figure(like, says, figure)
    # What was seen before the limit alone says nothing of what came since.
    may = Check(told.latest if told.seen_at >= cut else now, minimum=cut)
    must = Check(told.earliest or datetime.min.replace(tzinfo=UTC), minimum=cut)
    settle = ZONE_UNKNOWN if told.zoneless else "name a clock that tells each record's time, or narrower partitions"
    return Case(may, must, held, broken, settle)


def _told(parts: PartitionsFact) -> list[tuple[tuple[datetime | None, datetime | None, int | None], bool | None]]:
    filled = parts.filled or (None,) * len(parts.parts)
    return list(zip(parts.parts, filled, strict=True))


def _zone(fresh: Fresh) -> ZoneInfo | None:
    try:
        return ZoneInfo(fresh.zone) if fresh.zone is not None else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def _moments(told: datetime | None, zone: ZoneInfo | None, zoned: bool) -> tuple[datetime | None, datetime | None]:
    """Give the first and the last moment that a bound can be: the same where its zone is known."""
    if told is None or zoned:
        return told, told
    if zone is None:
        return moved(told, _WEST), moved(told, _EAST)
    try:
        moment = told.replace(tzinfo=zone).astimezone(UTC)
    except OverflowError:
        moment = told
    return moment, moment
