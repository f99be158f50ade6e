"""A waiver lacks its reason, its approver, its days or the figure that it accepts.

Why it matters
--------------
Without a reason nobody can judge it later, without a name nobody answers for it, without an end it is for ever,
and without the figure nobody sees when the finding has become worse than what was accepted.

What it looks at
----------------
The keys of each entry: `reason` and `by` that say something, `on` that is not in the future, `until` at most 90 days
later (or the file's `longest`), and `value` where the finding has a figure.
Until it is whole it waives nothing.

How to fix it
-------------
Fill in what is missing, or take the entry out and let `lineage waive` write it.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from lineage.waivers.model import Flaw
from rules.waivers._told import broken, flawed, held


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each waiver says all that it must; of one in force, say so."""
    yield from (held(weighed) for weighed in evidence.waivers if not weighed.flaws)
    for weighed in flawed(evidence, Flaw.INCOMPLETE):
        yield broken(weighed, Flaw.INCOMPLETE, "the waiver is not whole", "fill in what is missing, or take it out")


RULE = Rule(id="waivers/incomplete-waiver", severity=Severity.HIGH, check=check)
