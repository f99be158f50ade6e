"""Records that a commitment keeps out of AI processing are among those that the launch exposes.

Why it matters
--------------
"Your data is not used for AI" is a clause in a contract. One opted-out customer in a prompt is a breach of it, however
good the draft was.

What it looks at
----------------
`constraints.commitments` (`of` a dataset, `where` they apply) against what the plan exposes of that dataset: its
`where`, and the segment of every stage. Judged by the predicates alone, without counting records.
Held: each stage's segment, or what is read at all, excludes them (`... AND NOT ai_opt_out`).
Broken: a stage, or a plan without stages, does not exclude them.
Unverified: the dataset is exposed through a segment of another dataset.

How to fix it
-------------
Write the exclusion into the segments of the rollout or into the `where` of the dataset.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lineage.finding import Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import DatasetId, Level, Severity, Verdict
from lineage.plan.model import Plan
from lineage.predicate import And, Compare, Not, Predicate, Truth
from lineage.predicate_text import parse_predicate
from lineage.rule import Evidence, Rule

_OPPOSITE = {"=": "!=", "!=": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge every commitment about a dataset that steps read."""
    plan = evidence.plan
    commitments = plan.answer("constraints.commitments")
    for name, block in commitments.items() if isinstance(commitments, Mapping) else ():
        of = DatasetId(str(block.get("of", "")))
        if any(of == dataset.id for dataset in plan.datasets()):
            yield from _judged(plan, str(name), of, parse_predicate(str(block["where"])))


def _judged(plan: Plan, name: str, of: DatasetId, promised: Predicate) -> Iterator[Judgement]:
    leaf = f"constraints.commitments.{name}.where"
    dataset = plan.dataset(of)
    about = Subject(source=dataset.source, dataset=of)
    if not any(step.reads.get(of) for step in plan.steps.values()) and plan.steps:
        yield Judgement(leaf, Verdict.HELD, Level.ASSERTED, about, f"no step reads {of}")
        return
    if _excludes(dataset.where, promised):
        yield Judgement(leaf, Verdict.HELD, Level.ASSERTED, about, f"what is read of {of} excludes them")
        return
    for segment in dict.fromkeys(stage.segment for stage in plan.rollout) if plan.rollout else (None,):
        yield _segment(plan, leaf, name, about, segment, promised)


def _segment(
    plan: Plan, leaf: str, name: str, about: Subject, segment_id: str | None, promised: Predicate
) -> Judgement:
    segment = plan.segments.get(segment_id) if segment_id is not None else None
    if segment is None:
        says = f"every record of {about.dataset} is exposed, also those that {name} keeps out"
        return _broken(leaf, about, says, ())
    about = Subject(source=about.source, dataset=about.dataset, segment=segment.id)
    if segment.of != about.dataset:
        says = f"{segment.id} is a segment of {segment.of}: whether it excludes records of {about.dataset} is not known"
        settle = f"exclude them by `where` of {about.dataset}"
        return Judgement(leaf, Verdict.UNVERIFIED, Level.ASSERTED, about, says, settle=settle)
    if _excludes(segment.where, promised):
        return Judgement(leaf, Verdict.HELD, Level.ASSERTED, about, f"{segment.id} excludes them")
    says = f"{segment.id} does not exclude the records that {name} keeps out"
    return _broken(leaf, about, says, (Operation(Op.DROP_SEGMENT, segment.id),))


def _excludes(where: Predicate | None, promised: Predicate) -> bool:
    """Whether a predicate can be true of no record of which the promised one is."""
    parts = where.of if isinstance(where, And) else (where,)
    against = {str(Not(promised))}
    match promised:
        case Not():
            against.add(str(promised.of))
        case Compare() if promised.op in _OPPOSITE:
            against.add(str(Compare(promised.field, _OPPOSITE[promised.op], promised.value)))
        case Truth():
            against |= {str(Compare(promised.field, "=", False)), str(Compare(promised.field, "!=", True))}
        case _:
            pass
    return any(part is not None and str(part) in against for part in parts)


def _broken(leaf: str, about: Subject, says: str, operations: tuple[Operation, ...]) -> Judgement:
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.ASSERTED,
        about,
        says,
        operations=operations,
        fixes=(Fix(FixKind.PLAN, "exclude them: `... AND NOT ...` in the segment or in `where`", effort="minutes"),),
        confidence="likely",
    )


RULE = Rule(
    id="privacy/broken-customer-commitment", severity=Severity.BLOCKER, check=check, operations=(Op.DROP_SEGMENT,)
)
