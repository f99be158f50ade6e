"""What the model's provider keeps of the prompts is unknown, or contradicts the plan.

Why it matters
--------------
A prompt holds what every source gave, in one place, at somebody else.
A promise of thirty days at the source says nothing about the copy that the provider keeps of it.

What it looks at
----------------
`model.keeps` where a step sends something to the prompt or the provider: whether it says how long prompts are kept
(`prompts`), by which terms (`ref`) and when somebody looked (`checked`, at most a year ago).
What the provider keeps is held against `stores.prompts.keep`: it may not be longer.
An account's own setting is not read: what is declared is held as asserted, and no more.

How to fix it
-------------
Look the provider's terms and the account's setting up, and declare them: `keeps: {prompts: 0 days, ref: , checked: }`.
Until then send no sensitive field, or use a provider of which it is known.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from lineage.duration import Duration, parse_duration
from lineage.errors import PlanError
from lineage.finding import Actual, Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Plan
from lineage.rule import Evidence, Rule

LEAF: Final = "model.keeps"
_OUTWARD: Final = frozenset({"prompt", "provider"})
_LOOKED_AT: Final = timedelta(days=365)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge what is known of the provider, where anything is sent to it."""
    plan = evidence.plan
    if plan.answer("model") is None or not any(step.to in _OUTWARD for step in plan.steps.values()):
        return
    flaws = list(_flaws(plan, evidence.now))
    yield from (_broken(plan, leaf, says) for leaf, says in flaws)
    if not flaws:
        says = f"the provider keeps prompts for {plan.answer(f'{LEAF}.prompts')}, by {plan.answer(f'{LEAF}.ref')}"
        yield Judgement(LEAF, Verdict.HELD, Level.ASSERTED, Subject(store="provider"), says)


def _flaws(plan: Plan, now: datetime) -> Iterator[tuple[str, str]]:
    if plan.answer(f"{LEAF}.prompts") is None:
        yield LEAF, "nothing says how long the model's provider keeps prompts"
        return
    kept = _duration(plan.answer(f"{LEAF}.prompts"))
    if kept is None:
        yield f"{LEAF}.prompts", "how long the provider keeps prompts is no length of time"
    elif (most := _promised(plan)) is not None and kept.mean() > most.mean():
        yield f"{LEAF}.prompts", f"the provider keeps prompts for {kept}, the plan promises {most}"
    if plan.answer(f"{LEAF}.ref") is None:
        yield LEAF, "no terms are named by which the provider keeps prompts"
    looked = _day(plan.answer(f"{LEAF}.checked"))
    if looked is None:
        yield LEAF, "nothing says when the provider's terms were looked at"
    elif now - looked > _LOOKED_AT:
        yield f"{LEAF}.checked", f"the provider's terms were looked at {(now - looked).days:,} days ago"


def _duration(said: object) -> Duration | None:
    try:
        return Duration() if str(said).casefold() in {"none", "0"} else parse_duration(str(said))
    except PlanError:
        return None


def _promised(plan: Plan) -> Duration | None:
    store = plan.stores.get("prompts")
    if store is None or store.keep is None:
        return None
    return Duration() if store.keep.none else store.keep.limit


def _day(said: object) -> datetime | None:
    try:
        found = said if isinstance(said, date) else date.fromisoformat(str(said)[:10])
    except ValueError:
        return None
    return datetime(found.year, found.month, found.day, tzinfo=UTC)


def _broken(plan: Plan, leaf: str, says: str) -> Judgement:
    sent = dict.fromkeys(
        field
        for step in plan.steps.values()
        if step.to in _OUTWARD
        for fields in step.reads.values()
        for field in fields
        if plan.field(field).sensitive is not None
    )
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.ASSERTED,
        Subject(store="provider"),
        says,
        Actual(None, method="declared"),
        operations=tuple(Operation(Op.DROP_FIELD, field) for field in sent),
        fixes=(
            Fix(FixKind.PLAN, "declare what its terms say", "keeps: {prompts: , ref: , checked: }", effort="hours"),
            Fix(FixKind.DECISION, "use a provider that keeps no prompts", effort="days"),
        ),
        unanswered=plan.answer(f"{LEAF}.prompts") is None,
    )


RULE = Rule(
    id="retention/unknown-provider-retention",
    severity=Severity.HIGH,
    check=check,
    operations=(Op.DROP_FIELD,),
)
