"""When a dataset was last written, for a plan that judges freshness by that: `clock: load_time`, `clock: copy_time`.

It is what the system, or what loads the dataset, says of it: the time of a file, the last snapshot, the last run. It
tells when records came and not of when they are, so it stands for a clock only where the plan says so by that word.
A field of that name comes first.

What tells of a whole dataset tells of a part of it (a `where`, the segments that are launched) only that it is no
newer: that can break a promise, and hold none. So does what moves without a record that comes, such as a sweep.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from lineage.connector import Measure, MeasureKind
from lineage.finding import Actual, Judgement
from lineage.plan.model import Dataset, Fresh
from lineage.predicate import Predicate
from lineage.rule import Evidence, Ground, Measured, Unknown
from rules._expectations import Check
from rules.freshness._clock import moved, span, with_figure
from rules.freshness._partitions import Covered, by_partitions, covered, covered_case
from rules.source._exposed import exposed, open_question
from rules.source._verdict import Case

KINDS: Final = {"load_time": "load", "copy_time": "copy"}
"""Word of the plan -> the kind of clock that it names."""
_LATE: Final = timedelta(minutes=5)
_OF_ALL: Final = "of the records that are launched nothing is told by themselves"
_SWEPT: Final = frozenset({"UPDATE_TIME", "storage"})
"""What moves when something is deleted too."""
_AT_MOST: Final = "that moves without a record too"
_NAME_A_CLOCK: Final = (
    "name a `clock` that each record has, since what tells of a whole dataset tells nothing of a part"
)
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
    at_most: bool = False
    """It moves without a record that comes too: nothing is newer, and the newest may be older."""


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
    seen, found = evidence.ground.catalog.dataset(dataset.id), list(_by_commits(evidence, dataset, None))
    if seen is not None and seen.changed_at is not None and seen.changed_by:
        swept = seen.changed_by in _SWEPT and any(
            job.enabled and seen.name in job.deletes_from for job in evidence.ground.catalog.jobs
        )
        error, as_of = timedelta(seconds=seen.changed_error), seen.changed_as_of or seen.seen.at
        found.append(
            Written(seen.changed_at, seen.changed_by, error, as_of, seen.seen.at, seen.changed_at_most or swept)
        )
    if found:
        return max(found, key=lambda one: one.at)
    if parts is not None:
        return parts
    clock = dataset.fresh.clock if dataset.fresh is not None else None
    otherwise = Unknown("nothing tells when it was written", _NONE)
    return evidence.why_unseen(dataset.id, clock, ("data",), otherwise)


def _by_commits(evidence: Evidence, dataset: Dataset, cells: tuple[Predicate, ...] | None) -> Iterator[Written]:
    """Give when the newest of some records was written, where a system keeps that beside each."""
    asked = written_measure(evidence.ground, dataset)
    told = evidence.measured(asked, cells) if asked is not None else None
    if isinstance(told, Measured) and isinstance(told.value, datetime):
        yield Written(told.value, "commit times", timedelta(0), told.seen.at, told.seen.at)


def _of_launched(evidence: Evidence, dataset: Dataset) -> Written | Unknown | None:
    """Give when the launched records were last written; None where that is when the whole dataset was.

    Of several segments it is the one that was written longest ago. Unknown: what is told is of the whole dataset.
    """
    launched = exposed(evidence.plan, dataset)
    if launched.cells is None and dataset.where is None:
        return None
    parts: list[tuple[Predicate, ...] | None] = [(cell,) for cell in launched.segments.values()]
    parts = parts or [None]
    found = [one for part in parts for one in _by_commits(evidence, dataset, part)]
    return min(found, key=lambda one: one.at) if len(found) == len(parts) else Unknown(_OF_ALL, _NAME_A_CLOCK)


def written_case(evidence: Evidence, dataset: Dataset, fresh: Fresh, like: Judgement) -> Case | Judgement:
    """Judge when a dataset was last written; `like` is the broken judgement, without words and figures."""
    told, part = written(evidence, dataset), _of_launched(evidence, dataset)
    if isinstance(told, Unknown):
        return open_question(like.leaf, like.subject, told)
    if isinstance(part, Written):
        told = part
    now, kind = evidence.now, KINDS.get(fresh.clock, "load")
    case = covered_case(told, fresh, kind, like, now) if isinstance(told, Covered) else _case(told, fresh, like, now)
    why = _OF_ALL if isinstance(part, Unknown) else _AT_MOST if isinstance(told, Written) and told.at_most else ""
    return _at_best(case, now, why) if why and isinstance(case, Case) else case


def _at_best(case: Case, now: datetime, why: str) -> Case:
    """Give the case of records that can be as new as is told, and as old as can be."""
    broken, held = (replace(one, says=f"{one.says}; {why}") for one in (case.broken, case.held))
    return Case(case.may, Check(datetime.min.replace(tzinfo=UTC), minimum=now), held, broken, _NAME_A_CLOCK)


def _case(told: Written, fresh: Fresh, like: Judgement, now: datetime) -> Case | Judgement:
    kind = KINDS.get(fresh.clock, "load")
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
