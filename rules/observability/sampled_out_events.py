"""Sampling drops events that must be audited.

Why it matters
--------------
A sampler that keeps one run in ten keeps one audited event in ten. Who asks a year later for the run that did harm
asks for one of the other nine.

What it looks at
----------------
`observability.trace.sampling` (`0.1`, `10 %`, `all`) beside the events that must be audited: `audit.events`, and the
`audit` of each allowed action. A trace that is sampled must name what it always keeps: `observability.trace.always`.
Where traces are read (the connector `otlp`), the share that their sampler says it kept counts, whatever the plan says.

How to fix it
-------------
Trace every run, list the audited events in `observability.trace.always`, or write them to a log that is not sampled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lineage.finding import Actual, Judgement, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Plan
from lineage.rule import Evidence, Rule
from rules._traces import observed
from rules.observability import _trace as trace
from rules.plan._said import block, unknown, unsaid, words, wrong

_TRACE: Final = "observability.trace"
_PLACE: Final = f"{_TRACE}.sampling"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the sampling by what must be audited."""
    plan = evidence.plan
    audited = _audited(plan)
    if not audited or not trace.kept(plan):
        return
    told = block(plan, "observability.trace")
    sampling = trace.sampling(plan)
    always = {word.casefold() for word in words(told.get("always"))}
    dropped = [event for event in audited if event.casefold() not in always and "all" not in always]
    found = observed(evidence)
    kept = found.sampled if found is not None else None
    if kept is not None and kept < 1 and dropped:
        says = f"the sampler kept {kept:.0%} of the runs that were read, and these events must be audited: "
        fix, actual = "trace every run, or keep the audited events always", Actual(kept, "share of runs")
        leaf = next((one for one in (_PLACE, f"{_TRACE}.at", _TRACE) if one in plan.leaves), _PLACE)
        yield wrong(leaf, Subject(), says + ", ".join(dropped), fix, level=Level.OBSERVED, actual=actual)
    elif kept == 1 and found is not None and sampling in (None, 1):
        yield trace.seen(_PLACE, Subject(), f"the sampler kept every one of {found.told}")
    elif told.get("sampling") is None:
        says = "whether every run is traced is not said"
        asked = unsaid(_PLACE, Subject(), says, "say which share of runs is traced: `sampling: all`")
        yield replace(asked, verdict=Verdict.UNVERIFIED, settle=trace.STORE)
    elif sampling is None:
        yield unknown(_PLACE, Subject(), "the sampling is no share, so what it drops is not known", trace.STORE)
    elif sampling < 1 and dropped:
        says = f"{sampling:.0%} of runs are traced, and these events must be audited: {', '.join(dropped)}"
        fix = "trace every run, or keep the audited events always"
        yield wrong(_PLACE, Subject(), says, fix, actual=Actual(sampling, "share of runs"))
    else:
        yield unknown(_PLACE, Subject(), "what must be audited is said to be kept, and no trace was read", trace.STORE)


def _audited(plan: Plan) -> tuple[str, ...]:
    actions = [action.audit for action in plan.actions.values() if action.allowed and action.audit]
    return tuple(dict.fromkeys((*words(plan.answer("audit.events")), *actions)))


RULE = Rule(id="observability/sampled-out-events", severity=Severity.HIGH, check=check)
