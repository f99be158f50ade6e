"""A placeholder stands where an answer is needed.

Why it matters
--------------
`TBD` in a plan that was approved is a decision that nobody took; a sentence that was copied to several questions
answers none of them.

What it looks at
----------------
Every question of a plan that is no draft any more: words that hold the place of an answer (`TBD`, `n/a`,
`to be decided`), and a sentence that answers three questions or more.
What is empty is not answered, which the ledger says; in a draft both are open questions.

How to fix it
-------------
Answer it, or take the plan back to draft.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from lineage.finding import Fix, FixKind, Judgement, Op, Operation, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.answered import is_placeholder
from lineage.plan.model import Leaf, LeafKind
from lineage.rule import Evidence, Rule

_EMPTY = frozenset({"", "null", "~", "[]", "{}"})
_SENTENCE_WORDS = 4
_COPIES = 3


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether answers are answers."""
    if evidence.plan.status == "draft":
        return
    questions = [leaf for leaf in evidence.plan.leaves.values() if leaf.kind is LeafKind.QUESTION]
    copied = Counter(_folded(leaf) for leaf in questions)
    for leaf in questions:
        text = _folded(leaf)
        if text in _EMPTY:
            continue
        if is_placeholder(leaf.text):
            yield _flaw(leaf, f"{leaf.path} holds a placeholder and no answer")
        elif copied[text] >= _COPIES and len(text.split()) >= _SENTENCE_WORDS:
            yield _flaw(leaf, f"{leaf.path} holds a sentence that answers {copied[text]} questions alike")


def _folded(leaf: Leaf) -> str:
    return " ".join(leaf.text.split()).casefold()


def _flaw(leaf: Leaf, says: str) -> Judgement:
    return Judgement(
        leaf.path,
        Verdict.BROKEN,
        Level.ASSERTED,
        Subject(),
        says,
        operations=(Operation(Op.DECIDE, leaf.path),),
        fixes=(Fix(FixKind.DECISION, "answer it, or take the plan back to draft", effort="hours"),),
    )


RULE = Rule(id="plan/placeholder-answer", severity=Severity.HIGH, check=check, operations=(Op.DECIDE,))
