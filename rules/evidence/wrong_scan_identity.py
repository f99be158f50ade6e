"""Part of a scan ran as another identity than the one that is recorded.

Why it matters
--------------
What is visible depends on who looks. Figures that were counted as an administrator, in a scan that says it ran as the
auditor, say nothing about what the auditor, or the workflow, can see.

What it looks at
----------------
The identity of the session that each source recorded, beside the one of each figure and sample that was taken there:
the same, the workflow's own, or one that the session may become.

How to fix it
-------------
Scan the source again with one account, past any pooler that changes accounts between statements.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from lineage.facts import Seen
from lineage.finding import Fix, FixKind, Judgement, Subject
from lineage.model import Level, Severity, SourceId, Verdict
from lineage.rule import Evidence, Rule
from rules.plan._said import held


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge as whom the figures and samples of each source were taken."""
    taken: defaultdict[SourceId, set[str]] = defaultdict(set)
    for seen in _taken(evidence):
        taken[seen.source].add(seen.identity)
    for source in evidence.plan.sources.values():
        system = evidence.ground.catalog.system(source.id)
        if system is None or not taken[source.id]:
            continue
        block = f"{source.path}.connector"
        leaf = next((each for key in ("url", "path") if (each := f"{block}.{key}") in evidence.plan.leaves), block)
        allowed = {system.seen.identity, source.identity, *system.can_become}
        about, others = Subject(source=source.id), sorted(taken[source.id] - allowed)
        if not others:
            yield held(leaf, about, "every figure was taken as the recorded identity", Level.OBSERVED)
            continue
        yield Judgement(
            leaf,
            Verdict.UNVERIFIED,
            Level.OBSERVED,
            about,
            f"the session is recorded as {system.seen.identity}, and figures were taken as {', '.join(others)}",
            settle="scan the source again with one account",
            fixes=(Fix(FixKind.CONFIG, "scan the source again with one account"),),
        )


def _taken(evidence: Evidence) -> Iterator[Seen]:
    for facts in evidence.measures.values():
        yield from (fact.seen for fact in facts)
    yield from (looked.look.seen for looked in evidence.looks.values())


RULE = Rule(id="evidence/wrong-scan-identity", severity=Severity.HIGH, check=check, finds_unverified=True)
