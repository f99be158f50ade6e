"""A finding got worse since it was waived.

Why it matters
--------------
Three stale records were accepted, not three thousand. What is worse than what was signed was never signed.

What it looks at
----------------
The finding's severity, verdict and figure beside those in its waiver.
A figure of what is wrong is worse when it is larger, one of what is there when it is smaller, and one that is a name
when it is another; an age may grow by the time that has passed, a share of a sample by what sampling explains.
A figure that is not known any more, or in another unit, cannot be said to be no worse.

How to fix it
-------------
Mend it, or have it accepted as it is now: take the entry out, and `lineage waive` it again.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from lineage.waivers.model import Flaw
from rules.waivers._told import broken, flawed


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each waived finding is no worse than what was waived."""
    for weighed in flawed(evidence, Flaw.WORSENED):
        yield broken(weighed, Flaw.WORSENED, "the waiver is void", "mend the finding, or have it waived as it is now")


RULE = Rule(id="waivers/worsened-finding", severity=Severity.HIGH, check=check)
