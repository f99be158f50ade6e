"""Questions that a plan must answer: the rules whose whole check is whether something is said, as one table.

A row of `questions.yaml` is a rule: the paths it asks about, why that matters, what an answer looks like. What is said
is held at level *asserted*, and no more; what names a file is looked up below the plan's folder; what only a system
could show (`settle`) stays unverified, with the evidence that would show it. What is not said is a broken assumption,
but in a draft an open question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from lineage.finding import Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.documents import is_file_name
from lineage.plan.model import Plan
from lineage.rule import Evidence, Rule
from rules._traces_answers import shown

_ANY: Final = "*"
_PLACEHOLDER: Final = "plan/placeholder-answer"
"""A placeholder where a row asks is told by the row, which knows the question."""


@dataclass(frozen=True, slots=True)
class Row:
    """A rule of the table."""

    id: str
    flaw: str
    why: str
    fix: str
    severity: Severity
    op: Op | None
    """The scope operation; None where being silent takes nothing out."""
    asks: Mapping[str, str]
    """Path -> the question; `*` in a path stands for every item of a block."""
    settle: str = ""
    """What would show that the answer is true; empty where saying it is all that can be asked for."""
    subsumes: tuple[str, ...] = ()
    effort: str = "hours"

    @property
    def page(self) -> str:
        """The rule's page, as a module's docstring would have it."""
        asked = "\n".join(f"`{path}`: {question}" for path, question in self.asks.items())
        beyond = f"\nWhat is said there stays unverified until there is {self.settle}." if self.settle else ""
        return (
            f"{self.flaw}\n\nWhy it matters\n--------------\n{self.why}\n\n"
            f"What it looks at\n----------------\nWhether the plan answers:\n{asked}\n"
            f"A file that is named must lie below the plan's folder.{beyond}\n"
            "In a draft these are open questions, which keep the gate closed and break nothing.\n\n"
            f"How to fix it\n-------------\n{self.fix}\n"
        )


def rows() -> Iterator[Row]:
    """Give every row of the table, in its order."""
    table = yaml.load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    for family, flaws in table.items():
        for flaw, row in flaws.items():
            yield Row(
                id=f"{family}/{flaw}",
                severity=Severity(row.pop("severity")),
                op=None if (narrows := row.pop("narrows")) == "none" else Op(narrows),
                subsumes=(_PLACEHOLDER, *row.pop("subsumes", ())),
                **row,
            )


def rule_of(row: Row) -> Rule:
    """Give a row as a rule."""
    return Rule(
        id=row.id,
        severity=row.severity,
        check=_check_of(row),
        operations=(row.op,) if row.op else (),
        subsumes=row.subsumes,
        page=row.page,
    )


def _check_of(row: Row) -> Callable[[Evidence], Iterator[Judgement]]:
    def check(evidence: Evidence) -> Iterator[Judgement]:
        for pattern, question in row.asks.items():
            for path in _places(evidence.plan, pattern):
                yield from _judged(row, evidence, path, question)

    return check


def _places(plan: Plan, pattern: str) -> Iterator[str]:
    """Give the paths that a pattern asks about: the block's items for `*`, whether or not they have what is asked."""
    before, star, after = pattern.partition(f".{_ANY}")
    if not star:
        yield pattern
        return
    below: Any = plan.answer(before)
    names = list(below) if isinstance(below, Mapping) else []
    yield from (f"{before}.{name}{after}" for name in names)


def _judged(row: Row, evidence: Evidence, path: str, question: str) -> Iterator[Judgement]:
    plan = evidence.plan
    if plan.answer(path) is None:
        yield Judgement(
            path,
            Verdict.BROKEN,
            Level.ASSERTED,
            Subject(),
            f"{path} is not answered: {question}",
            operations=_operations(row, plan, path),
            fixes=(Fix(FixKind.DECISION, row.fix[0].lower() + row.fix[1:].rstrip("."), effort=row.effort),),
            unanswered=True,
        )
        return
    for leaf in _leaves(plan, path):
        yield _answered(row, evidence, leaf)


def _leaves(plan: Plan, path: str) -> Iterator[str]:
    for leaf in plan.leaves:
        if (leaf == path or leaf.startswith(f"{path}.")) and plan.answer(leaf) is not None:
            yield leaf


def _answered(row: Row, evidence: Evidence, leaf: str) -> Judgement:
    text = evidence.plan.leaves[leaf].text
    if is_file_name(text):
        return _filed(row, evidence, leaf, text)
    if (seen := shown(row.id, evidence, leaf)) is not None:
        broken = seen.verdict is Verdict.BROKEN
        level = Level.ASSERTED if seen.verdict is Verdict.UNVERIFIED else Level.OBSERVED
        return Judgement(
            leaf,
            seen.verdict,
            level,
            Subject(),
            seen.says,
            operations=_operations(row, evidence.plan, leaf) if broken else (),
            fixes=(Fix(FixKind.DECISION, row.fix[0].lower() + row.fix[1:].rstrip("."), effort=row.effort),)
            if broken
            else (),
            settle=seen.settle,
        )
    if row.settle:
        says = "it is said, and no system that was read shows it"
        return Judgement(leaf, Verdict.UNVERIFIED, Level.ASSERTED, Subject(), says, settle=row.settle)
    return Judgement(leaf, Verdict.HELD, Level.ASSERTED, Subject(), "answered")


def _filed(row: Row, evidence: Evidence, leaf: str, text: str) -> Judgement:
    document = evidence.documents.get(text)
    if document is None:
        settle = "let the auditor read the plan from its own folder"
        says = f"{leaf} names a file that was not looked for"
        return Judgement(leaf, Verdict.UNVERIFIED, Level.ASSERTED, Subject(), says, settle=settle)
    if document.sha256 is not None:
        return Judgement(leaf, Verdict.HELD, Level.CONFIGURED, Subject(), "the file is there", settle=row.settle)
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.OBSERVED,
        Subject(),
        f"{leaf} names a file that is not below the plan's folder",
        operations=_operations(row, evidence.plan, leaf),
        fixes=(Fix(FixKind.CONFIG, "put the file where the plan says, or name the right one", effort=row.effort),),
    )


def _operations(row: Row, plan: Plan, path: str) -> tuple[Operation, ...]:
    match row.op:
        case None:
            return ()
        case Op.HOLD_LAUNCH:
            return (Operation(row.op, "launch"),)
        case Op.HOLD_STAGE:
            # What opens a wider exposure is missing: the stage after the first waits for it.
            return tuple(Operation(row.op, stage.id) for stage in plan.rollout[1:2])
        case _:
            return (Operation(row.op, path),)


RULES: Final = tuple(rule_of(row) for row in rows())
