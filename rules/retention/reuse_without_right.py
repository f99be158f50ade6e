"""Prompts, answers or feedback are used again, and nothing says by what right.

Why it matters
--------------
A customer's message was given to get an answer. To train on it, to measure by it or to answer others from it is another
purpose, which a contract, a consent or a law has to allow.
What was put into an evaluation set once is there when the trace that it came from is long gone.

What it looks at
----------------
Stores of the workflow that are made to be used again: for evaluation, training, fine-tuning, examples, feedback or
retrieval, by their name or their place; and datasets that steps read and into which an output is written or flows, by
its channel and by lineage.
Each needs its right: `right` of the store, or of the output. What is said is held as asserted: no system tells a right.

How to fix it
-------------
Say by what right: `right: contract 88, section 4`. Or keep nothing there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lineage.finding import Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.answered import is_placeholder
from lineage.plan.model import Output, Plan, Store
from lineage.rule import Evidence, Rule
from rules.lineage._followed import datasets_above, physical, read_by_dataset
from rules.lineage._observed import named

_AGAIN: Final = re.compile(
    r"(?:^|[^a-z])(?:evals?|evaluations?|training|train|fine_?tun\w*|finetun\w*|few_?shots?|examples?|golden|feedback"
    r"|annotations?|labels|datasets?|index|retrieval|memory|memories)(?:$|[^a-z])"
)
_NONE: Final = frozenset({"none", "no", "nothing", "never", "false"})


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each store that is made to be used again."""
    plan = evidence.plan
    for store in plan.stores.values():
        if store.right is not None or _used_again(plan, store):
            what = f"what {store.id} keeps"
            yield _judged(store.path, Subject(store=store.id), store.right, what, Operation(Op.DROP_STORE, store.id))
    for output in plan.outputs.values():
        right = plan.answer(f"{output.path}.right")
        into = _comes_back(evidence, output)
        if right is not None or into is not None:
            what = f"{output.id}, which comes back through {into}," if into is not None else output.id
            yield _judged(output.path, Subject(store=output.id), None if right is None else str(right), what, None)


def _comes_back(evidence: Evidence, output: Output) -> str | None:
    """Give the dataset that steps read and into which an output is written or flows."""
    written = {name for name, _ in named(evidence, output.channel)} if output.channel else set()
    for dataset, fields in read_by_dataset(evidence.plan) if written else ():
        made_from = [dataset, *(evidence.plan.dataset(one) for one in dataset.copy_of)]
        for one in made_from:
            name = evidence.ground.catalog.physical(one.id)
            read = fields if one is dataset else list(one.fields.values())
            columns = [column for field in read if (column := physical(evidence, field)) is not None]
            if name is not None and not written.isdisjoint(datasets_above(evidence, name, columns)):
                return str(dataset.id)
    return None


def _used_again(plan: Plan, store: Store) -> bool:
    """Whether a store keeps something of the workflow to be used again."""
    if store.keep is not None and store.keep.none:
        return False
    if (store.content or "").casefold() in _NONE or not any(step.to or step.writes for step in plan.steps.values()):
        return False
    return _AGAIN.search(f"{store.id} {store.at or ''}".casefold()) is not None


def _judged(path: str, about: Subject, right: str | None, what: str, without: Operation | None) -> Judgement:
    if right is not None and not is_placeholder(right) and right.casefold() not in _NONE:
        return Judgement(f"{path}.right", Verdict.HELD, Level.ASSERTED, about, f"{what} may be used again: {right}")
    return Judgement(
        path if right is None else f"{path}.right",
        Verdict.BROKEN,
        Level.ASSERTED,
        about,
        f"{what} is made to be used again, and nothing says by what right",
        operations=(without,) if without is not None else (),
        fixes=(
            Fix(FixKind.PLAN, "say by what right", "right: ", effort="hours"),
            Fix(FixKind.DECISION, "use nothing of it again", effort="hours"),
        ),
        unanswered=right is None,
    )


RULE = Rule(id="retention/reuse-without-right", severity=Severity.HIGH, check=check, operations=(Op.DROP_STORE,))
