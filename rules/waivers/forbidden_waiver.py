"""A waiver is for a finding that nobody may waive.

Why it matters
--------------
Some flaws cannot be accepted by a signature: a plan that contradicts itself, a credential that others can read,
a login that can undo every control, facts that were changed.

What it looks at
----------------
The rule of each waiver and of the finding that it names, against the list in `docs/waivers.md`, which says why.
Such a waiver waives nothing; the finding keeps its own effect.

How to fix it
-------------
Mend the finding, and take the entry out.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from lineage.waivers.model import Flaw
from rules.waivers._told import broken, flawed


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether what each waiver names may be waived."""
    for weighed in flawed(evidence, Flaw.FORBIDDEN):
        yield broken(
            weighed, Flaw.FORBIDDEN, "the waiver is not allowed", "mend what it is about, and take the waiver out"
        )


RULE = Rule(id="waivers/forbidden-waiver", severity=Severity.BLOCKER, check=check)
