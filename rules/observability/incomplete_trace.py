"""The trace lacks an attribute without which a run cannot be explained.

Why it matters
--------------
A trace that does not say which model answered, from which documents, with how many tokens, shows that something
happened and not why it went wrong.

What it looks at
----------------
Whether `observability.trace.attributes` names the model, the tokens used and the data source of a run, in the words of
the OpenTelemetry conventions for generative AI (`gen_ai.request.model`, `gen_ai.usage.*`, `gen_ai.data_source.id`) or
like them. Whether the attributes really stand in the traces only the trace store could show.

How to fix it
-------------
Record the attribute that is lacking with every run, and name it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.finding import Judgement, Subject
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from rules.observability import _trace as trace
from rules.plan._said import unknown, unsaid, wrong

_NEEDED: Final = {
    "the model": r"model",
    "the tokens used": r"usage|token",
    "the data source": r"data[._ ]?source|source|document|doc_id|retriev",
}
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
    else:
        more = trace.lacking(said, _BETTER)
        says = "the attributes are named, and no trace was read" + (f"; {', '.join(more)} would help" if more else "")
        yield unknown(trace.ATTRIBUTES, Subject(), says, trace.STORE)


RULE = Rule(id="observability/incomplete-trace", severity=Severity.HIGH, check=check)
