"""The clock has no time zone, so that records may be half a day older or younger than they look.

Why it matters
--------------
A stamp of `10:00` without a zone is any moment within 26 hours.
Tools that take it for UTC call a record of ten minutes ago eight hours old, or one of eight hours ago fresh.

What it looks at
----------------
The type of `fresh.clock`, and whether the plan declares a `fresh.zone` for it, one that the IANA list knows.
Text and columns of SQLite may hold a zone in each value: then the type alone does not decide, and it is unverified.
Where no zone is known, every verdict on freshness is widened to an interval, and is held or broken only if it is so at
both of its ends.

How to fix it
-------------
Declare the zone in which the stamps are written: `fresh.zone: UTC`, `fresh.zone: Europe/Berlin`.
Better, keep moments: a timestamp with time zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lineage.finding import Fix, FixKind, Judgement, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Fresh
from lineage.rule import Evidence, Rule, Unknown
from rules.freshness._clock import ZONE_UNKNOWN, Clock, clock_of, dated
from rules.freshness._partitions import Covered
from rules.freshness._written import by_writing, written
from rules.source._exposed import open_question, seen_as, subject


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether every clock has a zone."""
    for dataset, fresh in dated(evidence.plan):
        clock = clock_of(evidence.ground, dataset)
        if clock is not None and clock.tells:
            yield _judged(clock)
        elif (told := _by_wall(evidence, dataset)) is not None:
            yield _zoned(fresh, subject(dataset), told.by) or _without_zone(fresh, subject(dataset), told.by)
        elif by_writing(evidence.ground, dataset):
            leaf = f"{fresh.path}.zone" if fresh.zone is not None else f"{fresh.path}.clock"
            says = f"{fresh.clock} is told by what writes it, as moments"
            yield Judgement(leaf, Verdict.HELD, Level.CONFIGURED, subject(dataset, fresh.clock), says)
        elif fresh.zone is not None:
            yield open_question(f"{fresh.path}.zone", subject(dataset, fresh.clock), _why(evidence, dataset, fresh))


def _judged(clock: Clock) -> Judgement:
    fresh, about = clock.fresh, subject(clock.dataset, clock.fresh.clock)
    leaf = f"{fresh.path}.zone" if fresh.zone is not None else f"{fresh.path}.clock"
    if clock.form.zoned:
        says = f"{fresh.clock} names moments ({clock.fact.type})"
        tail = ", so that the declared zone is not used" if fresh.zone is not None else ""
        return Judgement(leaf, Verdict.HELD, Level.CONFIGURED, about, says + tail)
    if (declared := _zoned(fresh, about, clock.fact.type)) is not None:
        return declared
    if clock.per_value:
        why = Unknown(f"the type of {fresh.clock} ({clock.fact.type}) does not say whether it has a zone", ZONE_UNKNOWN)
        return open_question(fresh.path, about, why)
    return _without_zone(fresh, about, clock.fact.type)


def _by_wall(evidence: Evidence, dataset: Dataset) -> Covered | None:
    """Give the partitions that stand for a dataset's clock, where they are named for times of a wall clock."""
    told = written(evidence, dataset) if by_writing(evidence.ground, dataset) else None
    return told if isinstance(told, Covered) and told.wall else None


def _zoned(fresh: Fresh, about: Subject, form: str) -> Judgement | None:
    """Judge the zone that the plan declares for a wall clock; None where it declares none."""
    if fresh.zone is None:
        return None
    leaf = f"{fresh.path}.zone"
    if not _known(fresh.zone):
        says = f"{fresh.zone} is no time zone that is known"
        fix = Fix(FixKind.PLAN, "name the zone as IANA does", "zone: Europe/Berlin", effort="minutes")
        return Judgement(leaf, Verdict.BROKEN, Level.ASSERTED, about, says, fixes=(fix,), incidental=True)
    says = f"{fresh.clock} has no zone of its own ({form}); the plan says {fresh.zone}"
    return Judgement(leaf, Verdict.HELD, Level.ASSERTED, about, says)


def _without_zone(fresh: Fresh, about: Subject, form: str) -> Judgement:
    return Judgement(
        fresh.path,
        Verdict.BROKEN,
        Level.CONFIGURED,
        about,
        f"{fresh.clock} has no time zone ({form}) and the plan declares none",
        fixes=(
            Fix(FixKind.PLAN, "declare the zone in which it is written", "zone: UTC", effort="minutes"),
            Fix(FixKind.SQL, "keep moments: a timestamp with time zone"),
        ),
        incidental=True,
    )


def _known(zone: str) -> bool:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _why(evidence: Evidence, dataset: Dataset, fresh: Fresh) -> Unknown:
    name = seen_as(evidence, dataset)
    if isinstance(name, Unknown):
        return name
    return Unknown(f"no clock {fresh.clock} was found in {dataset.id}", "name a `clock` that exists")


RULE = Rule(id="freshness/ambiguous-time-zone", severity=Severity.MEDIUM, check=check)
