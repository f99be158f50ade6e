"""Generated plans and findings, for the laws of the scope resolver.

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

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from hypothesis import strategies as st

from lineage.duration import Duration
from lineage.facts import Snapshot
from lineage.finding import Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import DatasetId, Level, Severity, Verdict
from lineage.plan.load import read_plan
from lineage.plan.model import Need, Plan
from lineage.rule import Evidence, Rule
from lineage.scope.cut import LEVELS
from lineage.scope.resolver import Resolved, resolve

NOW = datetime(2026, 11, 22, tzinfo=UTC)
NOTHING = Snapshot(NOW, ())
MONTH = Duration(months=1)
PARTS = ("sources", "fields", "segments", "steps", "actions", "stores", "stages")


@dataclass(frozen=True, order=True)
class Trouble:
    """Something wrong that is found for as long as the plan has any of what it asks to take out."""

    operations: tuple[Operation, ...]
    effort: str = "hours"
    owner: str | None = None

    @property
    def name(self) -> str:
        return " and ".join(f"{each.op.value}:{each.target}:{each.args}" for each in self.operations)


def rule_of(troubles: Sequence[Trouble], severity: Severity = Severity.BLOCKER) -> Rule:
    def check(evidence: Evidence) -> Iterator[Judgement]:
        for trouble in troubles:
            if any(present(evidence.plan, operation) for operation in trouble.operations):
                fix = Fix(FixKind.CONFIG, f"mend {trouble.name}", effort=trouble.effort, owner=trouble.owner)
                yield Judgement(
                    "meta.id",
                    Verdict.BROKEN,
                    Level.OBSERVED,
                    Subject(identity=trouble.name),
                    f"{trouble.name} is wrong",
                    operations=trouble.operations,
                    fixes=(fix,),
                )

    check.__module__ = __name__
    return Rule("source/missing-field", severity, check)


def present(plan: Plan, operation: Operation) -> bool:
    """Say whether a plan still has what an operation is to take out."""
    target = operation.target
    parts: dict[Op, Callable[[], Collection[str]]] = {
        Op.DROP_FIELD: lambda: {declared.id for declared in plan.fields() if declared.need is not Need.NONE},
        Op.DROP_SOURCE: lambda: plan.sources,
        Op.DROP_SEGMENT: lambda: plan.segments,
        Op.DROP_STEP: lambda: plan.steps,
        Op.DROP_ACTION: lambda: plan.actions,
        Op.DROP_STORE: lambda: plan.stores,
        Op.HOLD_STAGE: lambda: {stage.id for stage in plan.rollout},
        Op.HOLD_LAUNCH: lambda: {"launch"},
        Op.LIMIT_WINDOW: lambda: {dataset.id for dataset in plan.datasets() if dataset.where is None},
        Op.DOWNGRADE_ACTION: lambda: {one.id for one in plan.actions.values() if _acts(one.level, operation)},
        Op.ADD_APPROVAL: lambda: {one.id for one in plan.actions.values() if one.approval_by is None},
        Op.SHORTEN_RETENTION: lambda: _kept_long(plan),
        Op.DROP_AUDIENCE: lambda: {who for output in plan.outputs.values() for who in output.audience},
        Op.DROP_INPUT_TYPE: lambda: str(plan.content.get("scope")).split("'"),
    }
    return target in parts[operation.op]()


def _acts(level: str, operation: Operation) -> bool:
    """Say whether an action goes further than a finding is content with."""
    return LEVELS.index(level) > LEVELS.index(dict(operation.args).get("to", "draft"))


def _kept_long(plan: Plan) -> set[str]:
    stores = {
        store.id
        for store in plan.stores.values()
        if store.keep and store.keep.limit and store.keep.limit.mean() > MONTH.mean()
    }
    return stores | {str(dataset.id) for dataset in plan.datasets()}


@st.composite
def plans(draw: st.DrawFn) -> str:
    lines = ["plan: v1", "meta: {id: w, status: draft, owner: pm@acme.example}", "sources:"]
    fields: dict[str, list[str]] = {}
    for s in range(draw(st.integers(1, 3))):
        lines += [f"  s{s}:", "    connector: {type: sqlite, url: '${U}'}", "    datasets:"]
        for d in range(draw(st.integers(1, 2))):
            names = [f"f{f}" for f in range(draw(st.integers(1, 4)))]
            fields[f"s{s}.d{d}"] = names
            lines += [
                f"      d{d}:",
                "        reads: t",
                "        keep: {limit: 2 years, since: f0}",
                "        fields:",
            ]
            lines += [f"          {name}: {draw(st.sampled_from(['required', 'helpful', 'join']))}" for name in names]
    lines.append("segments:")
    segments = [f"g{g}" for g in range(draw(st.integers(1, 3)))]
    for segment in segments:
        dataset = draw(st.sampled_from(sorted(fields)))
        lines.append(f"  {segment}: {{of: {dataset}, where: \"{draw(st.sampled_from(fields[dataset]))} = 'x'\"}}")
    lines.append("steps:")
    for number in range(draw(st.integers(1, 3))):
        reads = draw(st.lists(st.sampled_from(sorted(fields)), unique=True, min_size=1))
        listed = ", ".join(
            f"{dataset}: " + draw(st.sampled_from(["all", "[" + ", ".join(fields[dataset]) + "]"])) for dataset in reads
        )
        after = f", after: [t{number - 1}]" if number and draw(st.booleans()) else ""
        writes = f", writes: [o{number}]" if number < 2 and draw(st.booleans()) else ""
        lines.append(f"  t{number}: {{reads: {{{listed}}}{after}{writes}, to: prompt}}")
    lines += ["outputs:", "  o0: {audience: [agent, lead]}", "  o1: {audience: agent}", "actions:"]
    for number, level in enumerate(draw(st.lists(st.sampled_from(LEVELS), min_size=1, max_size=3))):
        approval = draw(st.sampled_from(["", ", approval: {by: lead}"]))
        lines.append(f"  a{number}: {{level: {level}{approval}}}")
    lines += ["stores:", "  k0: {keep: 2 years}", "  k1: {keep: {limit: 90 days}, content: masked}"]
    lines += ["scope:", "  include:", "    inputs:", "      - {channel: email, formats: [text, pdf]}"]
    lines += ["      - {channel: chat, formats: [text]}", "rollout:"]
    lines += [f"  - {{stage: r{number}, segment: {segment}}}" for number, segment in enumerate(segments)]
    return "\n".join(lines) + "\n"


def operations_of(plan: Plan) -> list[Operation]:
    """Give the operations that findings about a plan can ask for."""
    short = (("limit", str(MONTH)),)
    return [
        *(Operation(Op.DROP_FIELD, declared.id) for declared in plan.fields()),
        *(Operation(Op.DROP_SOURCE, source) for source in plan.sources),
        *(Operation(Op.DROP_SEGMENT, segment) for segment in plan.segments),
        *(Operation(Op.DROP_STEP, step) for step in plan.steps),
        *(Operation(Op.HOLD_STAGE, stage.id) for stage in plan.rollout),
        *(Operation(Op.LIMIT_WINDOW, dataset.id) for dataset in plan.datasets()),
        *(Operation(Op.SHORTEN_RETENTION, DatasetId(dataset.id)) for dataset in plan.datasets()),
        *(Operation(Op.SHORTEN_RETENTION, store, short) for store in plan.stores),
        *(Operation(Op.DROP_STORE, store) for store in plan.stores),
        *(Operation(Op.DOWNGRADE_ACTION, action) for action in plan.actions),
        *(Operation(Op.DOWNGRADE_ACTION, action, (("to", "read"),)) for action in plan.actions),
        *(Operation(Op.DROP_ACTION, action) for action in plan.actions),
        *(Operation(Op.ADD_APPROVAL, action, (("by", "lead"),)) for action in plan.actions),
        *(Operation(Op.DROP_AUDIENCE, who) for who in ("agent", "lead")),
        *(Operation(Op.DROP_INPUT_TYPE, kind) for kind in ("pdf", "text", "chat")),
    ]


@st.composite
def troubles_of(draw: st.DrawFn, text: str) -> tuple[Trouble, ...]:
    known = st.sampled_from(operations_of(loaded(text)))
    groups = draw(st.lists(st.lists(known, min_size=1, max_size=2, unique=True), max_size=5))
    if draw(st.integers(0, 19)) == 0:
        groups.append([Operation(Op.HOLD_LAUNCH, "launch")])
    efforts, owners = st.sampled_from(["minutes", "hours", "days", "unknown"]), st.sampled_from([None, "ops", "crm"])
    found = (Trouble(tuple(group), draw(efforts), draw(owners)) for group in groups)
    return tuple({trouble.name: trouble for trouble in found}.values())


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, tuple[Trouble, ...]]:
    text = draw(plans())
    return text, draw(troubles_of(text))


@lru_cache(maxsize=64)
def loaded(text: str) -> Plan:
    """Read a plan; a law reads the same texts again and again, and no plan is ever changed."""
    plan, problems = read_plan(text, "plan.yaml")
    assert plan is not None, problems
    return plan


def resolved(text: str, troubles: Sequence[Trouble], stage: str | None = None, fixed: Collection[str] = ()) -> Resolved:
    return resolve(loaded(text), text, NOTHING, [rule_of(troubles)], NOW, stage=stage, fixed=fixed)
