"""The trace lacks an attribute without which a run cannot be explained.

Why it matters
--------------
A trace that does not say which model answered, from which documents, with how many tokens, shows that something
happened and not why it went wrong.

What it looks at
----------------
Whether `observability.trace.attributes` names the model, the tokens used and the data source of a run, in the words of
the OpenTelemetry conventions for generative AI (`gen_ai.request.model`, `gen_ai.usage.*`, `gen_ai.data_source.id`) or
like them. Where traces are read (the connector `otlp`), whether each named attribute stands in the runs, in any of the
dialects, and what is of a model's call on every call.

How to fix it
-------------
Record the attribute that is lacking with every run, and name it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lineage.finding import Judgement, Subject
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from rules._traces import Traces, observed, of_calls
from rules.observability import _trace as trace
from rules.plan._said import unknown, unsaid, wrong

_NEEDED: Final = {
    "the model": r"model",
    "the tokens used": r"usage|token",
    "the data source": r"data[._ ]?source|source|document|doc_id|retriev",
}
_ELSEWHERE: Final = re.compile(r"stale|fresh|missing", re.IGNORECASE)
"""`observability/unrecorded-stale-context` judges these."""
_BETTER: Final = {
    "the provider": r"provider|system",
    "the conversation": r"conversation|session|thread",
    "the step": r"step|task|agent|operation|span",
}


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the attributes of the trace."""
    plan = evidence.plan
    if not trace.kept(plan):
        return
    said = trace.attributes(plan)
    if not said:
        says = "which attributes the trace carries is not said"
        yield unsaid(trace.ATTRIBUTES, Subject(), says, "name the attributes of the trace")
    elif missing := trace.lacking(said, _NEEDED):
        says = f"the trace does not carry {', '.join(missing)}"
        yield wrong(trace.ATTRIBUTES, Subject(), says, "record it with every run, and name it", effort="days")
    elif (found := observed(evidence)) is not None:
        yield _shown(found, said)
    else:
        more = trace.lacking(said, _BETTER)
        says = "the attributes are named, and no trace was read" + (f"; {', '.join(more)} would help" if more else "")
        yield unknown(trace.ATTRIBUTES, Subject(), says, trace.STORE)


def _shown(found: Traces, said: tuple[str, ...]) -> Judgement:
    calls = found.count("model")
    gone: list[str] = []
    for one in said:
        carrying = found.carrying(one)
        if of_calls(one) and 0 < carrying < calls:
            gone.append(f"{one} on {calls - carrying:,} of {calls:,} calls")
        elif not carrying and not _ELSEWHERE.search(one):
            gone.append(one)
    if gone:
        says = f"{found.told} were read, and lack {', '.join(gone)}"
        return trace.unseen(found, trace.ATTRIBUTES, Subject(), says, "record it with every run")
    return trace.seen(trace.ATTRIBUTES, Subject(), f"{found.told} carry what is named")


RULE = Rule(id="observability/incomplete-trace", severity=Severity.HIGH, check=check)
