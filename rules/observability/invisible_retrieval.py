"""What retrieval did cannot be seen.

Why it matters
--------------
Most wrong answers of a workflow that retrieves begin with the wrong document, an old version of it, or none at all.
Where that leaves no trace, the prompt is blamed and changed.

What it looks at
----------------
Where the plan reads an index (a dataset with an `embedding`, or one that is read `through` a routine): whether
`observability.retrieval` records the query, the ids of what was found, their versions, their scores, and that nothing
was found. Where traces are read (the connector `otlp`), whether the retrievals of real runs carry these.

How to fix it
-------------
Record with every retrieval what was asked and what came back, empty results too, and list it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lineage.finding import Judgement, Subject
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from rules._traces import Traces, observed
from rules.observability import _trace as trace
from rules.plan._said import unknown, unsaid, words, wrong
from rules.switching._indexes import indexes

_PLACE: Final = "observability.retrieval"
_NEEDED: Final = {
    "the query": r"query|question|search",
    "the ids of what was found": r"(?:^|[._ -])ids?$|doc|chunk|record|source",
    "their versions": r"version|revision|etag",
    "their scores": r"score|rank|distance|similarity",
    "empty results": r"empty|none|no[ _-]?(?:hit|result|match)|count|zero",
}


_CARRIED: Final = {
    "the query": r"query|^input\.value$|observation\.input$",
    "the ids of what was found": r"documents.*\.(?:id|doc_id|document_id)$",
    "their versions": r"documents.*(?:version|revision|etag)",
    "their scores": r"documents.*(?:score|rank|distance|similarity)",
}
"""The same, as the attributes of real spans have it."""


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge what is recorded of retrieval."""
    plan = evidence.plan
    if not any(True for _ in indexes(plan)):
        return
    said = words(plan.answer(_PLACE))
    if not said:
        says = "what is recorded of retrieval is not said"
        yield unsaid(_PLACE, Subject(), says, "list what is recorded of each retrieval", effort="days")
    elif missing := trace.lacking(said, _NEEDED):
        says = f"of retrieval is not recorded: {', '.join(missing)}"
        yield wrong(_PLACE, Subject(), says, "record it with every retrieval", effort="days")
    elif (found := observed(evidence)) is not None:
        yield _shown(found)
    else:
        yield unknown(_PLACE, Subject(), "it is said, and no trace was read", trace.STORE)


def _shown(found: Traces) -> Judgement:
    retrievals = found.count("retrieval")
    if not retrievals:
        says = f"{found.told} were read, and show no retrieval"
        return trace.unseen(found, _PLACE, Subject(), says, "trace each retrieval")
    carried = found.attributes("retrieval")
    missing = [
        kind for kind, pattern in _CARRIED.items() if not any(re.search(pattern, key, re.IGNORECASE) for key in carried)
    ]
    if not any(fact.found is not None for fact in found.of("retrieval")):
        missing.append("how many documents came back")
    if missing:
        says = f"{retrievals:,} retrievals were read, and lack {', '.join(missing)}"
        return trace.unseen(found, _PLACE, Subject(), says, "record it with every retrieval")
    return trace.seen(_PLACE, Subject(), f"{retrievals:,} retrievals tell what was asked and what came back")


RULE = Rule(id="observability/invisible-retrieval", severity=Severity.HIGH, check=check)
