"""No latency is stated for the steps, or their sum is more than is accepted.

Why it matters
--------------
A target that the parts cannot meet is met by leaving out a part on the day of the launch.

What it looks at
----------------
`economics.latency`, a length of time for each step, against the threshold for shipping of `acceptance.latency`: the
longest way through the steps (`after`) must not take longer than is accepted. The metric of that criterion tells its
unit (`p95_seconds`, `median_ms`), seconds where it tells none.
Where traces are read (the connector `otlp`), how long each step took in real runs: the 95th percentile, or the median
where there are fewer than twenty. Without traces what is stated and possible stays unverified.

How to fix it
-------------
State what each step may take, drop the source that takes longest, or accept a later answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from lineage.finding import Actual, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, SourceId
from lineage.plan.model import Plan
from lineage.rule import Evidence, Rule
from rules._traces import ENOUGH, above, observed
from rules.plan._said import block, bound, held, number, span, told, unknown, unsaid, wrong

_LEAF: Final = "economics.latency"
_UNITS: Final = {"ms": 0.001, "millis": 0.001, "milliseconds": 0.001, "minutes": 60.0, "min": 60.0, "hours": 3600.0}


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the stated latencies."""
    plan = evidence.plan
    said = block(plan, _LEAF)
    if not said:
        says = "no latency is stated for any step"
        yield unsaid(_LEAF, Subject(), says, f"state it: {_LEAF}: {{STEP: 2 seconds}}")
        return
    taken = {step: _seconds(text) for step, text in said.items()}
    for step in (step for step, length in taken.items() if length is None):
        fix = "write it like 2 seconds"
        yield wrong(
            f"{_LEAF}.{step}", Subject(step=step), f"{_LEAF}.{step} is no length of time", fix, effort="minutes"
        )
    known = {step: length for step, length in taken.items() if length is not None}
    accepted = _accepted(plan)
    way = _longest(plan, known)
    total = sum(known.get(step, 0.0) for step in way)
    if accepted is not None and way and total > accepted:
        yield _impossible(plan, way, known, accepted)
        return
    for step, length in known.items():
        yield _taken(evidence, step, length)


def _taken(evidence: Evidence, step: str, stated: float) -> Judgement:
    """Judge what is stated of a step by the runs that were read."""
    leaf, about, found = f"{_LEAF}.{step}", Subject(step=step), observed(evidence)
    figures = [fact.milliseconds for fact in found.steps(step) if fact.milliseconds] if found is not None else []
    if (more := above(figures, stated * 1_000)) is not None:
        seconds = more[0] / 1_000
        says, actual = f"{step} takes {seconds:,.3g} s, and {stated:g} s are stated", Actual(seconds, "seconds")
        fix = f"let {step} take less, or state what it takes"
        return wrong(leaf, about, says, fix, _sources(evidence.plan, step), level=Level.OBSERVED, actual=actual)
    runs = sum(one.count for one in figures)
    if figures and all(one.count >= ENOUGH for one in figures):
        return held(leaf, about, f"{runs:,} runs of it keep to what is stated", Level.OBSERVED)
    says = f"{runs:,} runs of it were read, too few to tell" if figures else "it is stated, and no run was seen"
    return unknown(leaf, about, says, f"the time that {step} takes, from traces")


def _sources(plan: Plan, step: str) -> tuple[Operation, ...]:
    if step not in plan.steps:
        return ()
    sources = dict.fromkeys(SourceId(dataset.partition(".")[0]) for dataset in plan.steps[step].reads)
    return tuple(Operation(Op.DROP_SOURCE, source) for source in sources)


def _impossible(plan: Plan, way: tuple[str, ...], taken: Mapping[str, float], accepted: float) -> Judgement:
    total = sum(taken.get(step, 0.0) for step in way)
    slowest = max(way, key=lambda step: taken.get(step, 0.0))
    return wrong(
        _LEAF,
        Subject(step=slowest),
        f"the way through {', '.join(way)} takes {total:g} s, and {accepted:g} s are accepted",
        f"let {slowest} take less, or accept a later answer",
        _sources(plan, slowest),
        actual=Actual(total, "seconds"),
    )


def _longest(plan: Plan, taken: Mapping[str, float]) -> tuple[str, ...]:
    """Give the steps of the way that takes longest; steps that nothing is stated of take no time."""
    ways: dict[str, tuple[float, tuple[str, ...]]] = {}
    stack = list(plan.steps)
    while stack:  # steps that come after themselves do not load
        name = stack[-1]
        before = [other for other in plan.steps[name].after if other in plan.steps]
        if waiting := [other for other in before if other not in ways]:
            stack.extend(waiting)
            continue
        length, way = max((ways[other] for other in before), default=(0.0, ()))
        ways[name] = (length + taken[name], (*way, name)) if name in taken else (length, way)
        stack.pop()
    return max(ways.values(), default=(0.0, ()))[1]


def _accepted(plan: Plan) -> float | None:
    criterion: Any = plan.answer("acceptance.latency")
    said = criterion if isinstance(criterion, Mapping) else {"ship": criterion, "metric": criterion}
    limits = bound(said.get("ship"))
    if limits is None or limits[1] == float("inf"):
        return None
    words = str(said.get("metric") or "").lower().replace("_", " ").split()
    return limits[1] * next((_UNITS[word] for word in words if word in _UNITS), 1.0)


def _seconds(said: Any) -> float | None:
    length, figure = span(said), number(said)
    if length is not None:
        return length.mean().total_seconds()
    return figure if figure is not None and told(said) and figure > 0 else None


RULE = Rule(
    id="economics/missing-or-impossible-latency",
    severity=Severity.HIGH,
    check=check,
    operations=(Op.DROP_SOURCE, Op.LIMIT_WINDOW),
)
