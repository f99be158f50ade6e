"""A waiver's end has passed.

Why it matters
--------------
A risk was accepted for a time, and that time is over: whoever accepted it has not said that it still may be taken.
The finding counts again, at its own severity, and the launch may be narrower than yesterday for this reason alone.

What it looks at
----------------
The `until` of each waiver whose finding is still there; a waiver holds to the end of its day, in UTC.
It weighs as much as the finding that came back.

How to fix it
-------------
Mend the finding, or have it accepted anew: take the entry out, and `lineage waive` it as it is now.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from lineage.waivers.model import Flaw
from rules.waivers._told import broken, flawed, own_severity


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each waiver still runs."""
    for weighed in flawed(evidence, Flaw.EXPIRED):
        yield broken(
            weighed,
            Flaw.EXPIRED,
            "the waiver is over",
            "mend the finding, or have it waived anew as it is now",
            severity=own_severity(weighed),
        )


RULE = Rule(id="waivers/expired-waiver", severity=Severity.BLOCKER, check=check)
