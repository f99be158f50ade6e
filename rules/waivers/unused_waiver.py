"""A waiver matches no finding.

Why it matters
--------------
What it accepted is mended or gone. An entry that is left behind accepts the same flaw unseen when it comes back.

What it looks at
----------------
Each waiver beside all findings of the run.
Where a source or a rule failed, or the waived rule could not answer, the finding may still be there: unverified.

How to fix it
-------------
Take the entry out of the file, so that the flaw is told again if it comes back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lineage.finding import Actual, Judgement
from lineage.model import Severity, Verdict
from lineage.rule import Evidence, Rule
from lineage.waivers.model import Flaw
from rules.waivers._told import broken, flawed


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each waiver has something to waive."""
    for weighed in flawed(evidence, Flaw.UNUSED):
        judgement = broken(weighed, Flaw.UNUSED, "the waiver waives nothing", "take it out of the file")
        if weighed.sure:
            yield judgement
        else:
            yield replace(
                judgement,
                verdict=Verdict.UNVERIFIED,
                actual=Actual(None),
                settle="a run in which its rule can answer",
                fixes=(),
            )


RULE = Rule(id="waivers/unused-waiver", severity=Severity.LOW, check=check)
