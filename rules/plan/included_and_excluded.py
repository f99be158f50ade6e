"""The same thing is included and excluded.

Why it matters
--------------
Whoever reads the one half of the plan builds what the other half forbids.

What it looks at
----------------
The lists of `scope.include` and `scope.exclude`, and what the rest of the plan takes in: its own workflow, sources that
steps read, actions that are allowed.
For segments it compares the predicates too: the same predicate under two names is the same segment, two that demand
different values of a field share no record, and of others it is not known whether they share records.

How to fix it
-------------
Decide which half is meant and take the other out; part segments with `AND NOT (...)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Plan, Segment
from lineage.predicate import And, Compare, IsIn, Predicate
from lineage.rule import Evidence, Rule
from rules.plan._scope import listed
from rules.plan._uses import datasets_read


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether what is excluded is included anywhere."""
    plan = evidence.plan
    included = listed(plan, "include")
    for kind, names in listed(plan, "exclude").items():
        leaf = f"scope.exclude.{kind}"
        within = {**dict.fromkeys(included.get(kind, ()), f"scope.include.{kind}"), **_elsewhere(plan, kind)}
        both = [name for name in names if name in within]
        for name in both:
            yield _contradiction(leaf, kind, name, f"is excluded, and included by {within[name]}")
        if kind == "segments":
            yield from _segments(plan, leaf, included.get(kind, ()), [name for name in names if name not in both])
        elif not both:
            yield Judgement(leaf, Verdict.HELD, Level.ASSERTED, Subject(), "nothing of it is included elsewhere")


def _elsewhere(plan: Plan, kind: str) -> dict[str, str]:
    match kind:
        case "workflows":
            return {plan.id: "meta.id"}
        case "actions":
            return {action.id: f"{action.path}.allowed" for action in plan.actions.values() if action.allowed}
        case "integrations" | "sources":
            read = {str(dataset).partition(".")[0] for dataset in datasets_read(plan)}
            return {source.id: source.path for source in plan.sources.values() if source.id in read}
        case _:
            return {}


def _segments(plan: Plan, leaf: str, included: tuple[str, ...], excluded: list[str]) -> Iterator[Judgement]:
    known = plan.segments
    pairs = [(known[out], known[into]) for out in excluded for into in included if out in known and into in known]
    for out, into in pairs:
        if out.of == into.of and str(out.where) == str(into.where):
            yield _contradiction(leaf, "segments", out.id, f"is excluded, and has the same records as {into.id}")
        elif not _apart(out, into):
            yield Judgement(
                leaf,
                Verdict.UNVERIFIED,
                Level.ASSERTED,
                Subject(segment=out.id),
                f"the excluded segment {out.id} and the included {into.id} may share records",
                settle=f"part them: add AND NOT (...) to the predicate of {into.id}",
            )
    if all(_apart(out, into) for out, into in pairs):
        yield Judgement(
            leaf, Verdict.HELD, Level.ASSERTED, Subject(), "no excluded segment shares records with another"
        )


def _apart(one: Segment, other: Segment) -> bool:
    """Whether a field must have one value here and another there, so that no record is in both."""
    if one.of != other.of:
        return False
    here, there = _demanded(one.where), _demanded(other.where)
    return any(field in there and not values & there[field] for field, values in here.items())


def _demanded(where: Predicate) -> dict[str, frozenset[object]]:
    found: dict[str, frozenset[object]] = {}
    for part in where.of if isinstance(where, And) else (where,):
        match part:
            case Compare(field=field, op="=", value=value):
                found[field] = frozenset({value})
            case IsIn(field=field, values=values):
                found[field] = frozenset(values)
            case _:
                continue
    return found


def _contradiction(leaf: str, kind: str, name: str, says: str) -> Judgement:
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.ASSERTED,
        Subject(segment=name) if kind == "segments" else Subject(action=name) if kind == "actions" else Subject(),
        f"{name} {says}",
        operations=(Operation(Op.HOLD_LAUNCH, "launch"),),
        fixes=(Fix(FixKind.PLAN, f"decide whether {name} is in or out", effort="minutes"),),
    )


RULE = Rule(id="plan/included-and-excluded", severity=Severity.BLOCKER, check=check, operations=(Op.HOLD_LAUNCH,))
