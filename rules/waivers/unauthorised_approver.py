"""A waiver is approved by somebody who may not.

Why it matters
--------------
A finding that is waived by whoever is in a hurry is a finding that is ignored. Who accepts a risk must be who answers
for it.

What it looks at
----------------
The `by` of each waiver, against the plan: `meta.owner`, the guardian, sponsor and product manager of `raci`, `outcome`
and `expansion` of `owners`, and the owner of the assumption that is broken.
A plan that names nobody authorises nobody.

How to fix it
-------------
Have one of them approve it, or name the approver's role in the plan, where that change is reviewed.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from lineage.waivers.model import Flaw
from rules.waivers._told import broken, flawed


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether who approved each waiver holds a role that may."""
    for weighed in flawed(evidence, Flaw.UNAUTHORISED):
        yield broken(
            weighed, Flaw.UNAUTHORISED, "the waiver has no authority", "have it approved by one who answers for it"
        )


RULE = Rule(id="waivers/unauthorised-approver", severity=Severity.HIGH, check=check)
