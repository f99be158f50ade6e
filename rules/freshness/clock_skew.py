"""The source's clock and ours differ by more than can be passed over.

Why it matters
--------------
Ages are differences between two clocks.
Where they disagree by minutes, a record can look fresh that is not, or lie in the future without a fault of its own.

What it looks at
----------------
What the source says the time is, asked once between two looks at our own clock, for sources of which freshness is
promised.
Verdicts on freshness are widened by the difference; this rule only tells of it.

How to fix it
-------------
Let both machines keep their time by the same service (NTP, chrony), and look at which of them is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from lineage.finding import Actual, Fix, FixKind, Judgement, Subject
from lineage.model import Level, Severity, Verdict
from lineage.rule import Evidence, Rule
from rules.freshness._clock import dated, span

_NOTABLE: Final = timedelta(minutes=1)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Tell of each source whose clock is off."""
    for source_id in dict.fromkeys(dataset.source for dataset, _ in dated(evidence.plan)):
        system = evidence.ground.catalog.system(source_id)
        offset = timedelta(seconds=system.clock_offset_seconds or 0) if system is not None else timedelta(0)
        if system is None or abs(offset) <= _NOTABLE:
            continue
        way = "ahead of" if offset > timedelta(0) else "behind"
        yield Judgement(
            evidence.plan.sources[source_id].path,
            Verdict.BROKEN,
            Level.OBSERVED,
            Subject(source=source_id),
            f"the clock of {source_id} is {span(offset)} {way} ours: ages are that unsure",
            Actual(round(offset.total_seconds()), "seconds", measured_at=system.seen.at, method="asked for its time"),
            fixes=(Fix(FixKind.CONFIG, "keep both clocks by one time service", effort="hours"),),
            incidental=True,
        )


RULE = Rule(id="freshness/clock-skew", severity=Severity.LOW, check=check)
