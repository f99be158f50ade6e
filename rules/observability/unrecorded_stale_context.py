"""That context was stale or missing is not recorded at run time.

Why it matters
--------------
A language model answers as well from last month's data as from today's: there is no error, and nothing in the answer
shows it. Unless the run records how old its context was, the first to notice is the customer.

What it looks at
----------------
Where a dataset must be fresh, or says what to do when it is stale: whether `observability.trace.attributes` carries a
mark of stale context and one of missing context (`context.stale`, `context.missing`). Where traces are
read (the connector `otlp`), whether real runs carry them.

How to fix it
-------------
Set both marks where the workflow reads its context, and name them among the attributes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.finding import Judgement, Subject
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from rules._traces import observed
from rules.observability import _trace as trace
from rules.plan._said import unknown, words, wrong

_MARKS: Final = {
    "stale context": r"stale|fresh|(?:^|[._])(?:age|lag)(?:$|[._])|outdated|as_of|loaded_at",
    "missing context": r"missing|absent|empty|incomplete|coverage|unavailable",
}


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether the trace marks stale and missing context."""
    plan = evidence.plan
    said = trace.attributes(plan)
    if not said or not any(dataset.fresh is not None for dataset in plan.datasets()):
        return  # without any attribute, observability/incomplete-trace asks for them
    recorded = (*said, *words(plan.answer("observability.events")), *words(plan.answer("observability.context")))
    if missing := trace.lacking(recorded, _MARKS):
        says = f"nothing that is recorded marks {' or '.join(missing)}"
        yield wrong(trace.ATTRIBUTES, Subject(), says, "set a mark where context is read, and record it", effort="days")
    elif (found := observed(evidence)) is not None:
        if gone := trace.lacking(tuple(found.marks()), _MARKS):
            says = f"{found.told} were read, and none marks {' or '.join(gone)}"
            yield trace.unseen(found, trace.ATTRIBUTES, Subject(), says, "set the mark in every run, false too")
        else:
            yield trace.seen(trace.ATTRIBUTES, Subject(), f"{found.told} carry both marks")
    else:
        yield unknown(trace.ATTRIBUTES, Subject(), "both marks are named, and no trace was read", trace.STORE)


RULE = Rule(id="observability/unrecorded-stale-context", severity=Severity.HIGH, check=check)
