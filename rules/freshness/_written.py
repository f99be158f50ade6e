"""When a dataset was last written, for a plan that judges freshness by that: `clock: load_time`, `clock: copy_time`.

It is what the system, or what loads the dataset, says of it: the time of a file, the last snapshot, the last run. It
tells when records came and not of when they are, so it stands for a clock only where the plan says so by that word.
A field of that name comes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lineage.connector import Measure, MeasureKind
from lineage.finding import Actual, Judgement
from lineage.plan.model import Dataset, Fresh
from lineage.rule import Evidence, Ground, Measured, Unknown
from rules._expectations import Check
from rules.freshness._clock import moved, span, with_figure
from rules.freshness._partitions import Covered, by_partitions, covered, covered_case
from rules.source._exposed import open_question
from rules.source._verdict import Case

KINDS: Final = {"load_time": "load", "copy_time": "copy"}
"""Word of the plan -> the kind of clock that it names."""
_LATE: Final = timedelta(minutes=5)
_NONE: Final = "name a `clock` that exists and tells the time"


@dataclass(frozen=True, slots=True)
class Written:
    """The moment at which a dataset was last written, as far as it is known."""

    at: datetime
    by: str
    """What tells it."""
    error: timedelta
    as_of: datetime
    """Until when it is known that nothing newer came."""
    seen_at: datetime


def by_writing(ground: Ground, dataset: Dataset) -> bool:
    """Whether freshness is promised by when the dataset was written, and no field has that name."""
    fresh = dataset.fresh
    if fresh is None or ground.catalog.field(dataset.id, fresh.clock) is not None:
        return False
    return fresh.clock in KINDS or by_partitions(ground, dataset)


def written_measure(ground: Ground, dataset: Dataset) -> Measure | None:
    """Ask for it where a system may keep it beside each row."""
    system = ground.catalog.system(dataset.source)
    if dataset.fresh is None or system is None or system.product != "PostgreSQL" or not by_writing(ground, dataset):
        return None
    return Measure(dataset.id, MeasureKind.WRITTEN, also=(dataset.fresh.clock,))


def written(evidence: Evidence, dataset: Dataset) -> Written | Covered | Unknown:
    """Give when a dataset was last written, the newest of what is told; by its partitions where nothing else is."""
    parts = covered(evidence, dataset)
    if parts is not None and by_partitions(evidence.ground, dataset):
        return parts
    asked, seen = written_measure(evidence.ground, dataset), evidence.ground.catalog.dataset(dataset.id)
    found: list[Written] = []
    if asked is not None:
        told = evidence.measured(asked)
        if isinstance(told, Measured) and isinstance(told.value, datetime):
            found.append(Written(told.value, "commit times", timedelta(0), told.seen.at, told.seen.at))
    if seen is not None and seen.changed_at is not None:
        error, as_of = timedelta(seconds=seen.changed_error), seen.changed_as_of or seen.seen.at
        found.append(Written(seen.changed_at, seen.changed_by or "its system", error, as_of, seen.seen.at))
    if found:
        return max(found, key=lambda one: one.at)
    if parts is not None:
        return parts
    clock = dataset.fresh.clock if dataset.fresh is not None else None
    otherwise = Unknown("nothing tells when it was written", _NONE)
    return evidence.why_unseen(dataset.id, clock, ("data",), otherwise)


def written_case(evidence: Evidence, dataset: Dataset, fresh: Fresh, like: Judgement) -> Case | Judgement:
    """Judge when a dataset was last written; `like` is the broken judgement, without words and figures."""
    told = written(evidence, dataset)
    if isinstance(told, Unknown):
        return open_question(like.leaf, like.subject, told)
    now, kind = evidence.now, KINDS.get(fresh.clock, "load")
    if isinstance(told, Covered):
        return covered_case(told, fresh, kind, like, now)
    age, cut = now - told.at, fresh.within.before(now)
    if told.at - told.error > now + fresh.skew.mean():
        why = Unknown(f"it was written {span(age)} after now by {told.by}", "look at the clock that wrote it")
        return open_question(like.leaf, like.subject, why)
    late = f", known until {span(now - told.as_of)} ago" if now - told.as_of > _LATE else ""
    bar = f", give or take {span(told.error)}" if told.error else ""
    says = (
        f"it was last written {span(age)} ago by its {kind} clock ({told.by}{bar}{late}); "
        f"at most {fresh.within} is needed"
    )
    seconds, error = age.total_seconds(), told.error.total_seconds()
    within = (round(seconds - error), round(seconds + error)) if error else None
    figure = Actual(round(seconds), "seconds", within, told.seen_at, f"{kind} clock: {told.by}")
    broken, held = with_figure(like, says, figure)
    # What is known until before the limit alone says nothing of what came since.
    known = told.as_of >= cut
    may = Check(moved(told.at, told.error) if known else now, minimum=cut)
    settle = "raise the clock's precision, or name one that exists" if known else f"let {told.by} be told anew"
    return Case(may, Check(moved(told.at, -told.error), minimum=cut), held, broken, settle)
