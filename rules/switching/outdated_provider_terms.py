"""What the plan says of the provider's terms is out of date.

Why it matters
--------------
What a provider keeps of prompts, where it runs and what it costs is set by terms that change without asking. A plan
that quotes last year's terms promises last year's privacy.

What it looks at
----------------
The day on which the terms were looked up (`model.keeps.checked`, or `checked` beside any reference below `model` and
`switching`): at most 180 days before the audit, or as many as `switching.check_terms_every` says.

How to fix it
-------------
Look the terms up again, correct what changed, and write the day.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.duration import Duration
from lineage.finding import Actual, Judgement, Op, Operation, Subject
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from rules.plan._said import day, held, span, told, unsaid, wrong

_PLACE: Final = "model.keeps.checked"
_DAYS: Final = ("checked", "as_of", "looked_up")
_LONGEST: Final = Duration(seconds=180 * 86_400)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the day of each reference to a provider's terms."""
    plan = evidence.plan
    longest = span(plan.answer("switching.check_terms_every")) or _LONGEST
    dated = [
        leaf for leaf in plan.leaves.values()
        if leaf.path.partition(".")[0] in {"model", "switching"} and leaf.path.rpartition(".")[2] in _DAYS
    ]  # fmt: skip
    if not dated and told(plan.answer("model")):
        says = "when the provider's terms were looked up is not said"
        fix = "look them up, and write the day as `checked`"
        yield unsaid(_PLACE, Subject(), says, fix, (Operation(Op.DECIDE, _PLACE),), effort="hours")
    for leaf in dated:
        decide = (Operation(Op.DECIDE, leaf.path),)
        looked_up = day(leaf.text)
        if looked_up is None or looked_up > evidence.now.date():
            says = "is no day on which terms were looked up"
            yield wrong(leaf.path, Subject(), says, "write the day like 2026-10-01", decide, effort="minutes")
        elif looked_up < longest.before(evidence.now).date():
            age = (evidence.now.date() - looked_up).days
            says = f"the provider's terms were looked up {age} days ago, and may be {longest} old"
            actual = Actual(age, "days")
            yield wrong(leaf.path, Subject(), says, "look the terms up again", decide, actual=actual)
        else:
            yield held(leaf.path, Subject(), f"the terms were looked up on {looked_up}")


RULE = Rule(id="switching/outdated-provider-terms", severity=Severity.MEDIUM, check=check, operations=(Op.DECIDE,))
