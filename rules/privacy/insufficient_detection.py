"""Too few values were looked at to say that a field holds nothing personal.

Why it matters
--------------
A hundred clean values out of a million prove little: up to three in a hundred of the others may still be personal data.
A report that calls such a field clean would be believed.

What it looks at
----------------
For each field that is read, that the plan calls not sensitive and in which nothing was seen: how many values were
looked at, and how they were chosen.
By the rule of three a random sample of n values leaves a share of at most 3/n unseen, with 95 % confidence; more than
0.5 % is too much. The first rows of a table, or the last events of a topic, are no random sample and support nothing
about the others.
Where blocks of rows are drawn, rows of one block may be alike: the share is then at most 3/blocks, wherever the
personal ones stand, and blocks of unequal size count for less (Kish's effective number).
Bytes that stand among texts are no part of what was looked at, and leave the field open.
Of values of more than 20,000 characters the beginnings are read, which leaves their field open.
Where a system does not tell how many blocks it drew, the bound is that of the values, and it is said that more may be
missed of what stands together in a few blocks.

How to fix it
-------------
Allow a larger sample: `budget: {sample: 10000}` in the source, or scan where a spread sample can be taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lineage.connector import Request
from lineage.facts import LookFact
from lineage.finding import Actual, Fix, FixKind, Judgement
from lineage.model import Level, Severity
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules.privacy import _reading as reading


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for a look at every field that is read."""
    return reading.looks(ground)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge how much was looked at of the fields in which nothing was seen."""
    for dataset, field in reading.read_fields(evidence.plan):
        looked = reading.seen_in(evidence, dataset, field)
        if reading.declared_kind(field) is not None or isinstance(looked, Unknown) or reading.raw_labels(looked):
            continue
        leaf = reading.leaf_of(evidence.plan, field, "sensitive")
        look = looked.look
        if reading.enough(look):
            yield reading.held(leaf, dataset, field, f"{reading.looked_at(look)} were looked at, {_bound(look)}")
        else:
            wanted = int(3 / reading.MISSED)
            settle = f"allow a spread sample of at least {wanted:,} values: `budget: {{sample: {2 * wanted}}}`"
            if look.seen.how == reading.LEFT_OUT:
                settle = "review by hand what the bytes among them hold, or keep them in a field of their own"
            elif look.cut:
                settle = "keep long values in parts, or review by hand what stands behind their beginnings"
            judgement = reading.open_about(leaf, dataset, field, _says(look), settle)
            yield replace(
                judgement,
                level=Level.OBSERVED,
                actual=Actual(look.values_looked, "values", measured_at=look.seen.at, method=look.seen.how),
                fixes=(Fix(FixKind.PLAN, settle, effort="minutes"),),
            )


def _bound(look: LookFact) -> str:
    """Say what share such a sample may have missed, and what it supposes."""
    if look.whole:
        return "which is enough"
    bound = f"at most {look.missed:.2%} of the others may hold some, with 95 % confidence"
    return f"which is enough: {bound}{reading.together(look)}"


def _says(look: LookFact) -> str:
    seen = f"nothing personal seen in {reading.looked_at(look)}"
    if look.cut:
        return f"{seen}, of whose longer ones the beginnings were read"
    if not look.spread:
        return f"{seen}, which are the {look.seen.how} and say little of the others"
    return f"{seen}: up to {look.missed:.1%} of the others may hold some{reading.together(look)}"


RULE = Rule(
    id="privacy/insufficient-detection",
    severity=Severity.MEDIUM,
    check=check,
    requests=requests,
    finds_unverified=True,
)
