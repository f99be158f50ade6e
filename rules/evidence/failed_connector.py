"""A connector failed, so nothing that it was to see is known.

Why it matters
--------------
A source that did not answer is not a source that is fine. Kept apart from pass and fail, it says what the run is worth.

What it looks at
----------------
Whether each source gave a fact about its system. The finding itself is told once, by `source/unreachable-source`; here
it stands in the ledger, as the quality of the evidence.

How to fix it
-------------
Let the auditor reach the source, and scan again.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement, Subject
from lineage.model import Level, Severity
from lineage.rule import Evidence, Rule
from rules.plan._said import held, unknown


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each connector brought something back."""
    for source in evidence.plan.sources.values():
        block = f"{source.path}.connector"
        leaf = next((each for key in ("url", "path") if (each := f"{block}.{key}") in evidence.plan.leaves), block)
        silent = [fact for fact in evidence.unseen.get(source.id, ()) if fact.what == "system"]
        if evidence.ground.catalog.system(source.id) is not None and not silent:
            yield held(leaf, Subject(source=source.id), "its connector answered", Level.OBSERVED)
        else:
            why = silent[0] if silent else None
            says = f"its connector failed: {why.reason}" if why else "it was not scanned"
            yield unknown(leaf, Subject(source=source.id), says, why.settle if why else "scan it")


RULE = Rule(id="evidence/failed-connector", severity=Severity.HIGH, check=check)
