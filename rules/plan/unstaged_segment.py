"""A segment in scope has no stage, or a stage exposes a segment that is out of scope.

Why it matters
--------------
What no stage exposes is audited and promised, and never launched; what a stage exposes beyond the scope is launched and
was never agreed.

What it looks at
----------------
The segments that `scope.include` lists (every declared segment where there is no such list), against the stages of the
rollout. A stage without a segment exposes every record.
Without a rollout nothing is known.

How to fix it
-------------
Give the segment a stage, or take it out of the scope; let the stage name a segment of the scope.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Stage
from lineage.rule import Evidence, Rule
from rules.plan._scope import listed


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether scope and rollout name the same segments."""
    plan = evidence.plan
    included, excluded = listed(plan, "include").get("segments"), listed(plan, "exclude").get("segments", ())
    # An excluded segment that is included too is for `plan/included-and-excluded` to say.
    in_scope = [name for name in (included or plan.segments) if name in plan.segments and name not in excluded]
    staged = {stage.segment for stage in plan.rollout}
    for name in in_scope:
        leaf, about = plan.segments[name].path, Subject(segment=name)
        if not plan.rollout:
            says = "the plan has no rollout yet"
            settle = "declare the stages of the rollout"
            yield Judgement(leaf, Verdict.UNVERIFIED, Level.ASSERTED, about, says, settle=settle)
        elif name in staged or None in staged:
            yield Judgement(leaf, Verdict.HELD, Level.ASSERTED, about, "a stage exposes it")
        else:
            yield _flaw(leaf, name, about, f"no stage of the rollout exposes {name}", "give it a stage, or take it out")
    for stage in plan.rollout:
        if stage.segment is not None:
            yield _staged(stage, stage.segment, in_scope)
        elif included or excluded:
            yield _boundless(stage)


def _staged(stage: Stage, segment: str, in_scope: list[str]) -> Judgement:
    leaf, about = f"{stage.path}.segment", Subject(segment=segment, stage=stage.id)
    if segment in in_scope:
        return Judgement(leaf, Verdict.HELD, Level.ASSERTED, about, f"{segment} is in scope")
    says = f"stage {stage.id} exposes {segment}, which is out of scope"
    return _flaw(leaf, segment, about, says, "include the segment, or let the stage name another")


def _boundless(stage: Stage) -> Judgement:
    return Judgement(
        stage.path,
        Verdict.BROKEN,
        Level.ASSERTED,
        Subject(stage=stage.id),
        f"stage {stage.id} names no segment and exposes every record, the scope does not",
        fixes=(Fix(FixKind.PLAN, "let the stage name a segment of the scope", "segment: ", effort="minutes"),),
    )


def _flaw(leaf: str, segment: str, about: Subject, says: str, fix: str) -> Judgement:
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.ASSERTED,
        about,
        says,
        operations=(Operation(Op.DROP_SEGMENT, segment),),
        fixes=(Fix(FixKind.PLAN, fix, effort="minutes"),),
    )


RULE = Rule(id="plan/unstaged-segment", severity=Severity.HIGH, check=check, operations=(Op.DROP_SEGMENT,))
