"""The laws of the scope resolver, on generated plans and findings.

Why it matters
--------------
This module's rule stands for any rule, so it has a page like one.

What it looks at
----------------
What a generated world says is wrong.

How to fix it
-------------
Nothing is to be fixed.
"""

import gc
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from lineage.facts import Failure, Snapshot
from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.load import read_plan
from lineage.plan.model import Need, Plan
from lineage.report import Decision
from lineage.rule import Evidence, Rule
from lineage.scope.resolver import Resolved, resolve

NOW = datetime(2026, 11, 22, tzinfo=UTC)
NOTHING = Snapshot(NOW, ())


@dataclass(frozen=True)
class Trouble:
    """Something wrong that is found for as long as the plan has it."""

    op: Op
    target: str


def rule_of(troubles: frozenset[Trouble], severity: Severity = Severity.BLOCKER) -> Rule:
    def check(evidence: Evidence) -> Iterator[Judgement]:
        for trouble in sorted(troubles, key=lambda each: (each.op, each.target)):
            if present(evidence.plan, trouble):
                yield Judgement(
                    "meta.id",
                    Verdict.BROKEN,
                    Level.OBSERVED,
                    Subject(dataset=trouble.target),
                    f"{trouble.target} is wrong",
                    operations=() if trouble.op is Op.HOLD_LAUNCH else (Operation(trouble.op, trouble.target),),
                )

    check.__module__ = __name__
    return Rule("source/missing-field", severity, check)


def present(plan: Plan, trouble: Trouble) -> bool:
    parts: dict[Op, Callable[[], set[str]]] = {
        Op.DROP_FIELD: lambda: {declared.id for declared in plan.fields() if declared.need is not Need.NONE},
        Op.DROP_SOURCE: lambda: set(plan.sources),
        Op.DROP_SEGMENT: lambda: set(plan.segments),
        Op.DROP_STEP: lambda: set(plan.steps),
        Op.HOLD_STAGE: lambda: {stage.id for stage in plan.rollout},
        Op.HOLD_LAUNCH: lambda: {"launch"},
    }
    return trouble.target in parts[trouble.op]()


def loaded(text: str) -> Plan:
    plan, problems = read_plan(text, "plan.yaml")
    assert plan is not None, problems
    return plan


def resolved(text: str, troubles: frozenset[Trouble]) -> Resolved:
    return resolve(loaded(text), text, NOTHING, [rule_of(troubles)], NOW)


def test_a_plan_without_findings_ships() -> None:
    text = loaded_example()

    found = resolved(text, frozenset())

    assert found.decision is Decision.SHIP
    assert found.scope.plan_diff == ""
    assert found.scope.launchable == found.scope.declared


def test_a_blocker_that_nothing_takes_out_of_the_scope_holds_the_launch() -> None:
    found = resolved(loaded_example(), frozenset({Trouble(Op.HOLD_LAUNCH, "launch")}))

    assert found.decision is Decision.HOLD
    assert found.scope.holds
    assert found.scope.launchable.fields == ()


def test_a_finding_that_blocks_nothing_leaves_the_scope_alone() -> None:
    text = loaded_example()
    rule = rule_of(frozenset({Trouble(Op.DROP_FIELD, "s0.d0.f0")}), Severity.HIGH)

    found = resolve(loaded(text), text, NOTHING, [rule], NOW)

    assert found.decision is Decision.SHIP
    assert len(found.audit.findings) == 1


def test_an_incomplete_run_never_says_ship() -> None:
    text = loaded_example()
    broken = Snapshot(NOW, (), (Failure("source s0", "connection refused"),))

    found = resolve(loaded(text), text, broken, [rule_of(frozenset())], NOW)

    assert found.decision is Decision.HOLD


def test_the_diff_is_what_leads_from_the_plan_to_the_narrowed_plan() -> None:
    found = resolved(loaded_example(), frozenset({Trouble(Op.DROP_FIELD, "s0.d0.f1")}))

    removed = [line for line in found.scope.plan_diff.splitlines() if line.startswith("-") and "---" not in line]
    assert removed == ["-          f1: helpful"]
    assert "+          f1: none" in found.scope.plan_diff
    assert found.decision is Decision.NARROW


def loaded_example() -> str:
    return """\
plan: v1
meta: {id: w, status: draft, owner: pm@acme.example}
sources:
  s0:
    connector: {type: sqlite, url: "${U}"}
    datasets:
      d0:
        reads: t
        fields:
          f0: required
          f1: helpful
steps:
  t0: {reads: {s0.d0: all}, to: prompt}
rollout: [{stage: r0}]
"""


def test_what_a_rule_still_asks_for_is_put_back_without_asking_every_rule() -> None:
    text = FIVE
    asked: list[str] = []

    def told(_evidence: Evidence) -> Iterator[Judgement]:
        asked.append("")
        yield from ()

    told.__module__ = __name__
    troubles = frozenset(Trouble(Op.DROP_FIELD, f"s0.d0.f{number}") for number in range(4))
    rules = [rule_of(troubles), Rule("source/missing-dataset", Severity.BLOCKER, told)]

    found = resolve(loaded(text), text, NOTHING, rules, NOW)

    assert len(found.scope.applied) == len(troubles)
    assert len(asked) == 2, "the plan as declared, and the narrowed one"


def test_the_collector_is_left_as_it_was() -> None:
    assert gc.isenabled()

    resolved(FIVE, frozenset({Trouble(Op.DROP_FIELD, "s0.d0.f0")}))

    assert gc.isenabled()


FIVE = """\
plan: v1
meta: {id: w, status: draft, owner: pm@acme.example}
sources:
  s0:
    connector: {type: sqlite, url: '${U}'}
    datasets:
      d0:
        reads: t
        fields: {f0: helpful, f1: helpful, f2: helpful, f3: helpful, f4: required}
steps:
  t0: {reads: {s0.d0: all}, to: prompt}
rollout:
  - {stage: r0}
"""
