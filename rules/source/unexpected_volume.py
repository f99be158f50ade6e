"""Records arrive in another number than the plan's figure, by more than the factor that the plan states.

Why it matters
--------------
Reviewers, budgets and limits of a provider are planned for the stated peak.
A day with ten times as many records fills a queue that people work off for a week.

What it looks at
----------------
`economics.volume.per_day` and `peak_factor`, beside the records that the clock named by `economics.volume.of` dates
into each of the last 28 days. Of a table that its system takes to have more than a million records, the last seven days
are told one by one and the three weeks before as weeks, of which the mean day stands for the busiest; in PostgreSQL
they are estimated from a sample of its blocks, each of which is one draw, for a table is to be read once and lightly.
What lies beyond the plan's figure at one end of the 95 % intervals only stays unverified.
Broken where the busiest day had more records than `per_day` times the factor, beyond what chance explains (three
standard errors of a count), or where the mean day had fewer than `per_day` divided by it.
Days before the first record count as none. Without a clock to count by nobody can tell: that stays unverified; a plan
without a factor states none.
What is counted are records, not bytes.

How to fix it
-------------
State the volume and the factor that the records show; the rules of `economics` are judged again by them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import sqrt
from typing import Final

from lineage.clock import clock_form
from lineage.connector import Measure, MeasureKind, Request
from lineage.duration import Duration
from lineage.finding import Actual, Fix, FixKind, Judgement, Subject
from lineage.model import DatasetId, Level, Severity, Verdict
from lineage.plan.model import Dataset, Plan
from lineage.rule import Evidence, Ground, Measured, Rule, Unknown
from rules.plan._said import block, number
from rules.source._estimate import between, told_by
from rules.source._exposed import NO_RECORD, open_question, plural, present, rows, seen_as, subject

_BLOCK: Final = "economics.volume"
_LEAF: Final = f"{_BLOCK}.peak_factor"
_DAYS: Final = 28
"""Four weeks: whole weeks, so that weekends weigh as they do."""
_BY_DAY: Final = 7
"""Of a large table, the days that are told apart; weeks before them."""
_LARGE: Final = 1_000_000
"""From so many rows on each count costs: 22 more of them took a third of the time of all else together."""
_DAY: Final = 86_400
_ERRORS: Final = 3.0
_MORE: Final = "count the days: a sample of so many blocks cannot tell whether it is beyond what is stated"


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the records before each of the last days, for those ahead of now, and for all."""
    found = _counted(ground.plan)
    if found is not None and _stated(ground.plan) is not None and present(ground, *found):
        yield from (*_measures(ground, *found), rows(found[0]))


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the stated volume and its factor by the records of four weeks."""
    stated, found = _stated(evidence.plan), _counted(evidence.plan)
    if stated is None:
        return
    if found is None:
        settle = f"say which records start a task: {_BLOCK}.of: SOURCE.DATASET.FIELD"
        yield open_question(_LEAF, Subject(), Unknown("which records are counted is not said", settle))
        return
    yield _judged(evidence, *stated, *found)


def _judged(evidence: Evidence, per_day: float, factor: float, dataset: Dataset, field: str) -> Judgement:
    about, name = subject(dataset, field), seen_as(evidence, dataset)
    answers: list[Measured] = []
    for measure in (*_measures(evidence.ground, dataset, field), rows(dataset)):
        answer = name if isinstance(name, Unknown) else evidence.measured(measure)
        if isinstance(answer, Unknown):
            return open_question(_LEAF, about, answer)
        answers.append(answer)
    *older, future, undated, every = (answer.value if isinstance(answer.value, int) else 0 for answer in answers)
    dated = every - future - undated
    if dated <= 0:
        return open_question(_LEAF, about, NO_RECORD)
    counts = [max(0, before - after) for before, after in zip((dated, *older), older, strict=False)]
    spans = _spans(evidence.ground, dataset)
    lengths = [end - start for start, end in zip((0, *spans), spans, strict=False)]
    # A week's mean day had no more records than its busiest one.
    busiest = max(count // length for count, length in zip(counts, lengths, strict=True))
    told = f"{_DAYS} days" if len(spans) == _DAYS else f"{_BY_DAY} days, or of the mean days of the weeks before,"
    says = (
        f"{plural(busiest, 'record')} on the busiest of {told} and {sum(counts) / _DAYS:.3g} on a mean one"
        f"{told_by(answers[0])}; {per_day:g} a day are stated, {factor:g} times as many at the peak"
    )
    actual = Actual(busiest, "records a day", None, answers[0].seen.at, f"{field} by day", dated)
    days = [
        (low // length, high // length)
        for (low, high), length in zip((between(one, answers[0]) for one in counts), lengths, strict=True)
    ]
    fewest, most = between(sum(counts), answers[0])
    least_sure = (max(low for low, _ in days), most), (max(high for _, high in days), fewest)
    surely, perhaps = (_beyond(*figures, per_day, factor) for figures in least_sure)
    if surely:
        fix = Fix(FixKind.PLAN, "state the volume and the factor that the records show", effort="minutes")
        return Judgement(_LEAF, Verdict.BROKEN, Level.OBSERVED, about, says, actual, fixes=(fix,))
    if perhaps:
        return open_question(_LEAF, about, Unknown(says, _MORE))
    return Judgement(_LEAF, Verdict.HELD, Level.OBSERVED, about, says, actual)


def _beyond(busiest: int, every_day: int, per_day: float, factor: float) -> bool:
    """Whether the busiest day is above, or the mean day below, what is stated, beyond what chance explains."""
    crowded = busiest - _ERRORS * sqrt(busiest) > per_day * factor
    return crowded or (every_day + _ERRORS * sqrt(max(every_day, 1))) / _DAYS < per_day / factor


def _spans(ground: Ground, dataset: Dataset) -> tuple[int, ...]:
    """Give the ends of the spans that are counted, in days before now."""
    seen = ground.catalog.dataset(dataset.id)
    if seen is None or (seen.rows_estimate or 0) <= _LARGE:
        return tuple(range(1, _DAYS + 1))
    return (*range(1, _BY_DAY + 1), *range(2 * _BY_DAY, _DAYS + 1, _BY_DAY))


def _measures(ground: Ground, dataset: Dataset, field: str) -> Iterator[Measure]:
    fact = ground.catalog.field(dataset.id, field)
    # As other rules ask of the same clock, so that a count that both need is made once.
    zoned = fact is not None and clock_form(fact.type).zoned
    zone = dataset.fresh.zone if dataset.fresh is not None and not zoned else None
    for day in _spans(ground, dataset):
        yield Measure(dataset.id, MeasureKind.OLDER, field, span=Duration(seconds=day * _DAY), zone=zone, rough=True)
    yield Measure(dataset.id, MeasureKind.FUTURE, field, span=Duration(), zone=zone, rough=True)
    yield Measure(dataset.id, MeasureKind.NULLS, field)


def _stated(plan: Plan) -> tuple[float, float] | None:
    said = block(plan, _BLOCK)
    per_day, factor = number(said.get("per_day")), number(said.get("peak_factor"))
    if per_day is None or factor is None or per_day <= 0 or factor < 1:
        return None
    return per_day, factor


def _counted(plan: Plan) -> tuple[Dataset, str] | None:
    """Give the dataset and the clock that the plan counts by; None where it names none that is declared."""
    name, _, field = str(block(plan, _BLOCK).get("of") or "").rpartition(".")
    for dataset in plan.datasets():
        if dataset.id == DatasetId(name) and field in dataset.fields:
            return dataset, field
    return None


RULE = Rule(id="source/unexpected-volume", severity=Severity.MEDIUM, check=check, requests=requests)
