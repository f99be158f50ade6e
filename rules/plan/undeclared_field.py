"""A step uses a field that the plan does not declare.

Why it matters
--------------
What is not declared has no owner, no mask, no retention and no reviewer, and it reaches the model all the same.

What it looks at
----------------
The variables of the prompt templates that a step names: each must be a field that the step or one before it reads, or
be `given`.
What really ran: fields that the workflow's identity selected, by query logs and `pg_stat_statements`, and that its
steps read, by run events; each must be a declared field that the plan needs.
Where a template cannot be read in whole, nothing is known of the step.

How to fix it
-------------
Declare the field and let the step read it, or take it out of the template or the statement; a variable that is no field
belongs to `given`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Op, Operation, Subject
from lineage.model import Level, Name, Severity, SourceId, Verdict
from lineage.plan.model import Dataset, Need, Step
from lineage.rule import Evidence, Rule
from rules.lineage._observed import Used, datasets_by_name, steps_of, unread, used
from rules.plan._templates import taken

_SHOWN = 5


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether all that is used is declared."""
    for step in evidence.plan.steps.values():
        if step.templates:
            yield _of_templates(evidence, step)
    yield from _really_used(evidence)


def _of_templates(evidence: Evidence, step: Step) -> Judgement:
    leaf, about = f"{step.path}.templates", Subject(step=step.id)
    found = taken(evidence, step)
    if found.strangers:
        words = ", ".join(found.strangers[:_SHOWN])
        return Judgement(
            leaf,
            Verdict.BROKEN,
            Level.CONFIGURED,
            about,
            f"the templates of step {step.id} use what it does not read: {words}",
            Actual(len(found.strangers), "variables"),
            path=tuple(Hop(word, f"step {step.id}", "template") for word in found.strangers[:1]),
            operations=(Operation(Op.DROP_STEP, step.id),),
            fixes=(
                Fix(FixKind.PLAN, "declare the field and let the step read it, or list it as given", effort="minutes"),
                Fix(FixKind.CODE, "take it out of the template", effort="minutes"),
            ),
        )
    if found.unread:
        return Judgement(
            leaf,
            Verdict.UNVERIFIED,
            Level.ASSERTED,
            about,
            f"what the templates of step {step.id} use is not all known: {found.unread}",
            settle="name templates that can be parsed, in a source of the kind prompts",
        )
    says = f"all {len(found.fields)} fields that the templates of step {step.id} use are read by it or before it"
    return Judgement(leaf, Verdict.HELD, Level.CONFIGURED, about, says)


@dataclass(slots=True)
class _Seen:
    """What was used of one dataset."""

    strangers: dict[Name, Used] = field(default_factory=dict)
    declared: int = 0
    times: int = 0


def _really_used(evidence: Evidence) -> Iterator[Judgement]:
    declared = datasets_by_name(evidence)
    seen: dict[tuple[SourceId | None, str | None, Name], _Seen] = {}
    for one in used(evidence, "select"):
        about = seen.setdefault((one.source, one.step, one.name.dataset), _Seen())
        about.times += one.fact.times
        datasets = declared.get(one.name.dataset, [])
        if not one.name.field and datasets:
            continue
        if any(_declares(dataset, one.name) for dataset in datasets):
            about.declared += 1
        else:
            about.strangers.setdefault(one.name, one)
    why = unread(evidence)
    for (source, step, name), about in seen.items():
        dataset = next(iter(declared.get(name, [])), None)
        if about.strangers:
            yield from _undeclared(evidence, dataset, name, about, (source, step))
        elif dataset is not None and about.declared:
            says = f"all {about.declared:,} fields of {dataset.id} that really were used are declared"
            verdict, settle = Verdict.HELD, ""
            if why is not None:
                says = f"{says}, and more may have run: {why.reason}"
                verdict, settle = Verdict.UNVERIFIED, why.settle
            subject = Subject(source=dataset.source, dataset=dataset.id)
            yield Judgement(f"{dataset.path}.fields", verdict, Level.OBSERVED, subject, says, settle=settle)


def _declares(dataset: Dataset, name: Name) -> bool:
    clock = {dataset.fresh.clock} if dataset.fresh is not None else set()
    since = {dataset.keep.since} if dataset.keep is not None and dataset.keep.since else set()
    return any(one.column == name.field and one.need is not Need.NONE for one in dataset.fields.values()) or (
        len(name.field) == 1 and name.field[0] in {*clock, *since}
    )


def _undeclared(
    evidence: Evidence, dataset: Dataset | None, name: Name, about: _Seen, by: tuple[SourceId | None, str | None]
) -> Iterator[Judgement]:
    source, step = by
    plan = evidence.plan
    steps = (step,) if step else steps_of(plan, source, dataset.id if dataset is not None else None)
    if not steps:
        return  # what no step of this scope reads is not used by it
    first = next(iter(about.strangers.values()))
    fields = [one.field for one in about.strangers if one.field]
    shown = ", ".join(".".join(path) for path in fields[:_SHOWN])
    more = f" and {len(fields) - _SHOWN} more" if len(fields) > _SHOWN else ""
    place = dataset.id if dataset is not None else name.short
    what = f"{shown}{more} of {place}" if fields else place
    leaf = f"{dataset.path}.fields" if dataset is not None else _leaf(evidence, source, steps[0])
    yield Judgement(
        leaf,
        Verdict.BROKEN,
        Level.OBSERVED,
        Subject(
            source=dataset.source if dataset is not None else source,
            dataset=place,
            step=step,
            identity=first.fact.by.name if first.fact.by is not None and step is None else None,
        ),
        f"{first.who} really read {what}, which the plan does not declare",
        Actual(first.fact.times, "statements", measured_at=first.fact.last, method=first.fact.seen.how),
        path=tuple(Hop(one.short, first.who, first.fact.seen.how) for one in list(about.strangers)[:1]),
        operations=tuple(Operation(Op.DROP_STEP, one) for one in steps),
        fixes=(
            Fix(FixKind.PLAN, "declare what is used, with its need and its mask", effort="minutes"),
            Fix(FixKind.CODE, "select the declared fields by name, and no star", effort="hours"),
        ),
        confidence="observed",
    )


def _leaf(evidence: Evidence, source: SourceId | None, step: str) -> str:
    if source is not None:
        return f"{evidence.plan.sources[source].path}.identity"
    return f"{evidence.plan.steps[step].path}.reads"


RULE = Rule(id="plan/undeclared-field", severity=Severity.BLOCKER, check=check, operations=(Op.DROP_STEP,))
