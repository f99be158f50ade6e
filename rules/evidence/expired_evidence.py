"""The evidence is too old to judge by.

Why it matters
--------------
A grant that was right in spring and rows that were fresh in spring say nothing about the launch in autumn; replayed,
they still look like a verdict.

What it looks at
----------------
When each source answered, beside the moment of the audit: at most 30 days before, or as long as `audit.evidence_within`
says.

How to fix it
-------------
Scan the source again, and judge the new facts; keep the old ones only to compare.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.duration import Duration
from lineage.finding import Actual, Fix, FixKind, Judgement, Subject
from lineage.model import Level, Severity, Verdict
from lineage.rule import Evidence, Rule
from rules.plan._said import held, span

_LONGEST: Final = Duration(seconds=30 * 86_400)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the age of each source's facts."""
    longest = span(evidence.plan.answer("audit.evidence_within")) or _LONGEST
    for source in evidence.plan.sources.values():
        system = evidence.ground.catalog.system(source.id)
        if system is None:
            continue
        block = f"{source.path}.connector"
        leaf = next((each for key in ("url", "path") if (each := f"{block}.{key}") in evidence.plan.leaves), block)
        about, days = Subject(source=source.id), (evidence.now - system.seen.at).days
        if system.seen.at >= longest.before(evidence.now):
            yield held(leaf, about, f"it was read on {system.seen.at:%Y-%m-%d}", Level.OBSERVED)
            continue
        yield Judgement(
            leaf,
            Verdict.UNVERIFIED,
            Level.OBSERVED,
            about,
            f"{source.id} was read {days} days ago, and evidence holds for {longest}",
            Actual(days, "days", measured_at=system.seen.at),
            settle="scan it again",
            fixes=(Fix(FixKind.CONFIG, "scan it again", effort="minutes"),),
        )


RULE = Rule(id="evidence/expired-evidence", severity=Severity.HIGH, check=check, finds_unverified=True)
