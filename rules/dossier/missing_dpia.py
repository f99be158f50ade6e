"""Something calls for a data protection impact assessment, and none is named.

Why it matters
--------------
Where the assessment is asked for, it comes before the processing: what it finds may change the scope, and after the
launch that is a rebuild.

What it looks at
----------------
What would call for one: a special category of personal data that was declared or found in what is read, personal data
of very many people (100,000 records, or as many in a stage's `people_max`), or data of employees. Beside it whether
`dossier.items.dpia` names an assessment. It refers to Art. 35 GDPR (as of 25 May 2018), and is no legal verdict.

How to fix it
-------------
Have the assessment made and name its file, or leave out what calls for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from lineage.finding import Actual, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity
from lineage.rule import Evidence, Rule
from rules.dossier._personal import found_kinds, is_special, people
from rules.plan._said import held, there, told, unknown, unsaid, wrong

_PLACE: Final = "dossier.items.dpia"
_MANY: Final = 100_000
_HOLD: Final = (Operation(Op.HOLD_LAUNCH, "launch"),)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether an assessment is named where something calls for one."""
    plan = evidence.plan
    reasons = tuple(_reasons(evidence))
    if told(plan.answer(_PLACE)):
        leaf = next(leaf for leaf in plan.leaves if leaf == _PLACE or leaf.startswith(f"{_PLACE}."))
        at_hand = there(evidence, _PLACE)
        if at_hand is False:
            says = "the assessment is not below the plan's folder"
            yield wrong(leaf, Subject(), says, "put it where the plan says", _HOLD, level=Level.OBSERVED)
        elif at_hand:
            yield held(leaf, Subject(), "the assessment is there", Level.CONFIGURED)
        else:
            yield unknown(leaf, Subject(), "the assessment is no file that was looked for", "name its file")
    elif reasons:
        says = f"no impact assessment is named, and {reasons[0][0]} calls for one"
        judgement = unsaid(_PLACE, Subject(), says, "have it made and name its file", _HOLD, effort="days")
        yield judgement if reasons[0][1] is None else _counted(judgement, reasons[0][1])


def _counted(judgement: Judgement, count: int) -> Judgement:
    return replace(judgement, actual=Actual(count, "records"))


def _reasons(evidence: Evidence) -> Iterator[tuple[str, int | None]]:
    for field, kind in found_kinds(evidence):
        if is_special(kind):
            yield f"{kind.removeprefix('special:').replace('_', ' ')} in {field}", None
    for field, kind in found_kinds(evidence):
        if "employee" in kind.casefold():
            yield f"data of employees in {field}", None
    if (count := people(evidence)) is not None and count >= _MANY:
        yield f"personal data of {count:,} records", count
    most = max((stage.people_max or 0 for stage in evidence.plan.rollout), default=0)
    if most >= _MANY:
        yield f"a stage that reaches {most:,} people", most


RULE = Rule(id="dossier/missing-dpia", severity=Severity.HIGH, check=check, operations=(Op.HOLD_LAUNCH,))
