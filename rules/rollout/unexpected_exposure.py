"""A stage reaches more people than the plan says.

Why it matters
--------------
Who approved four hundred people did not approve forty thousand.

What it looks at
----------------
Each stage that says how many people it reaches at most (`people_max`): the records of its segment now, times its share.
A record is a person where other datasets refer to it, or where it holds what people are reached by; of other records
there are at least as many as people, so that only a number below the most settles it.
A stage without a segment exposes every record of the one dataset that segments are cut from.

How to fix it
-------------
Lower the share, narrow the segment, or have the larger number approved.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import ceil

from lineage.connector import Request
from lineage.finding import Actual, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity
from lineage.plan.model import Stage
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules.plan._said import held, unknown, wrong
from rules.rollout._people import exposed_by, is_of_people
from rules.source._exposed import plural, rows, seen_as


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the number of records of what each stage exposes."""
    for stage in ground.plan.rollout:
        found = exposed_by(ground.plan, stage) if stage.people_max is not None else None
        if found is not None:
            yield rows(found[0])


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each stage that says how many people it reaches."""
    for stage in evidence.plan.rollout:
        if stage.people_max is not None:
            yield _judged(evidence, stage, stage.people_max)


def _judged(evidence: Evidence, stage: Stage, most: int) -> Judgement:
    plan = evidence.plan
    leaf, about = f"{stage.path}.people_max", Subject(segment=stage.segment, stage=stage.id)
    found = exposed_by(plan, stage)
    if found is None:
        says = f"which records are the people of stage {stage.id} is not said"
        return unknown(leaf, about, says, "name the segment that it exposes")
    dataset, cells = found
    name = seen_as(evidence, dataset)
    counted = name if isinstance(name, Unknown) else evidence.measured(rows(dataset), cells)
    if isinstance(counted, Unknown):
        return unknown(leaf, about, counted.reason, counted.settle)
    share = 1.0 if stage.share is None else stage.share
    # A share of 0.1 is stored a little above it: 4,000 of 40,000 must not become 4,001.
    reached = ceil(round(counted.rows * share, 6))
    actual = Actual(reached, "records", None, counted.seen.at, "count", counted.rows)
    says = f"it reaches {plural(reached, 'record')} of {dataset.id}; at most {most:,} people are declared"
    if reached <= most:
        return held(leaf, about, says, Level.OBSERVED, actual)
    if not is_of_people(plan, dataset):
        return unknown(leaf, about, f"{says}, and how many people they are of is not known", "cut it from people")
    hold = (Operation(Op.HOLD_STAGE, stage.id),)
    fix = "lower the share, narrow the segment, or have the larger number approved"
    return wrong(
        leaf, about, f"stage {stage.id} is larger than declared: {says}", fix, hold, level=Level.OBSERVED, actual=actual
    )


RULE = Rule(
    id="rollout/unexpected-exposure",
    severity=Severity.HIGH,
    check=check,
    requests=requests,
    operations=(Op.HOLD_STAGE,),
)
