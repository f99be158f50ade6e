"""There are no records where the workflow needs some.

Why it matters
--------------
A segment without records is launched on nothing: the filter is misspelt, the join finds nobody, the load never ran.
All other figures about it look perfect, since nothing is never null and never overdue.

What it looks at
----------------
For each segment, how many records it has; for each dataset with a `where`, how many that leaves.
For each dataset of which a step reads a required field, how many records are launched, in all and in each segment.
Where freshness is promised as well, the freshness rules say it: what has no record is not fresh.

How to fix it
-------------
Look at the predicate and at the load.
A segment that is really empty leaves the launch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lineage.cells import segment_cells
from lineage.connector import Request
from lineage.finding import Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Segment
from lineage.predicate import Predicate
from lineage.rule import Evidence, Ground, Measured, Rule, Unknown
from rules._expectations import Check
from rules.source._exposed import (
    NO_RECORD,
    Exposed,
    counted,
    exposed,
    needing,
    on_path,
    open_question,
    plural,
    rows,
    seen_as,
    subject,
    without,
)
from rules.source._verdict import Case, decided

_EMPTY = "look at the predicate and at what loads the dataset"


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the number of records; every measure is taken for each segment."""
    return (rows(dataset) for dataset in ground.plan.datasets())


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether there are records."""
    plan = evidence.plan
    segments = (_of_segment(evidence, segment) for segment in plan.segments.values())
    return decided((*segments, *(case for dataset in plan.datasets() for case in _of_dataset(evidence, dataset))))


def _of_segment(evidence: Evidence, segment: Segment) -> Case | Judgement:
    dataset = evidence.plan.dataset(segment.of)
    launched = any(stage.segment == segment.id for stage in evidence.plan.rollout)
    like = Judgement(
        f"{segment.path}.where",
        Verdict.BROKEN,
        Level.OBSERVED,
        subject(dataset, segment=segment.id),
        f"no record of {dataset.id} is in the segment {segment.id}",
        operations=(Operation(Op.DROP_SEGMENT, segment.id),) if launched else (),
        severity=None if launched else Severity.LOW,
        incidental=not launched,
    )
    read = evidence.measured(rows(dataset))
    if isinstance(read, Measured) and not read.rows:
        # That there is none at all is told of the dataset, and not again of each segment.
        return open_question(like.leaf, like.subject, NO_RECORD)
    return _case(evidence, dataset, (segment_cells(evidence.plan, dataset)[segment.id],), like)


def _of_dataset(evidence: Evidence, dataset: Dataset) -> Iterator[Case | Judgement]:
    plan = evidence.plan
    needed = any(True for _ in needing(plan, dataset))
    if dataset.where is not None:
        like = _whole(dataset, f"{dataset.path}.where", "its `where` leaves no record")
        yield _case(evidence, dataset, None, _weighed(evidence, dataset, like))
    read = evidence.measured(rows(dataset))
    if not needed or (dataset.where is not None and isinstance(read, Measured) and not read.rows):
        return  # a `where` that leaves no record at all has said so
    launched = exposed(plan, dataset)
    if dataset.where is None or launched.cells is not None:
        like = _whole(dataset, f"{dataset.path}.reads", f"no record of {dataset.id} is launched, and a step needs it")
        if not _told_of_segments(evidence, dataset, launched):
            yield _case(evidence, dataset, launched.cells, _weighed(evidence, dataset, like))
    whole = evidence.measured(rows(dataset), launched.cells)
    if len(launched.segments) < 2 or (isinstance(whole, Measured) and not whole.rows):
        return  # what is said of all records is not said again of each segment
    for segment, cell in launched.segments.items():
        if plan.segments[segment].of == dataset.id:
            continue
        about = subject(dataset, segment=segment)
        says = f"the segment {segment} has no record of {dataset.id}, and a step needs it"
        operation = Operation(Op.DROP_SEGMENT, segment)
        yield _case(evidence, dataset, (cell,), _broken(f"{dataset.path}.reads", about, says, (operation,)))


def _told_of_segments(evidence: Evidence, dataset: Dataset, launched: Exposed) -> bool:
    """Whether there are records, none of which is launched, and the segments of this dataset say so each."""
    read = evidence.measured(rows(dataset))
    whole = evidence.measured(rows(dataset), launched.cells)
    if not (isinstance(read, Measured) and read.rows and isinstance(whole, Measured) and not whole.rows):
        return False
    return all(evidence.plan.segments[segment].of == dataset.id for segment in launched.segments)


def _whole(dataset: Dataset, leaf: str, says: str) -> Judgement:
    return _broken(leaf, subject(dataset), says, ())


def _weighed(evidence: Evidence, dataset: Dataset, like: Judgement) -> Judgement:
    launched = on_path(evidence.plan, dataset)
    return Judgement(
        like.leaf,
        like.verdict,
        like.level,
        like.subject,
        like.says,
        operations=without(evidence.plan, dataset),
        severity=None if launched else Severity.LOW,
        incidental=not launched,
    )


def _broken(leaf: str, about: Subject, says: str, operations: tuple[Operation, ...]) -> Judgement:
    return Judgement(leaf, Verdict.BROKEN, Level.OBSERVED, about, says, operations=operations)


def _case(
    evidence: Evidence, dataset: Dataset, cells: tuple[Predicate, ...] | None, like: Judgement
) -> Case | Judgement:
    name = seen_as(evidence, dataset)
    measured = name if isinstance(name, Unknown) else evidence.measured(rows(dataset), cells)
    if isinstance(measured, Unknown):
        return open_question(like.leaf, like.subject, measured)
    actual = counted(measured, "records", "count", measured.rows)
    held = Judgement(
        like.leaf, Verdict.HELD, Level.OBSERVED, like.subject, f"there are {plural(measured.rows, 'record')}", actual
    )
    broken = Judgement(
        like.leaf,
        like.verdict,
        like.level,
        like.subject,
        like.says,
        actual,
        operations=like.operations,
        fixes=(Fix(FixKind.DECISION, _EMPTY),),
        severity=like.severity,
        incidental=like.incidental,
    )
    bound = Check(measured.rows, minimum=1)
    return Case(bound, bound, held, broken)


RULE = Rule(
    id="source/missing-records",
    severity=Severity.BLOCKER,
    check=check,
    requests=requests,
    operations=(Op.DROP_SEGMENT, Op.HOLD_STAGE, Op.DROP_SOURCE, Op.DROP_FIELD),
)
