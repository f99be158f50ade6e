"""A waiver is wider than one finding.

Why it matters
--------------
A pattern accepts what nobody has looked at: tomorrow's findings pass with today's signature.

What it looks at
----------------
How many findings each waiver matches by its fingerprint, rule and subject.
One that matches several waives none of them.

How to fix it
-------------
Write one waiver for each finding, with its own fingerprint, reason and end.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement, Op, Operation
from lineage.model import Severity
from lineage.rule import Evidence, Rule
from lineage.waivers.model import Flaw
from rules.waivers._told import broken, flawed


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge whether each waiver is about one finding."""
    for weighed in flawed(evidence, Flaw.OVERBROAD):
        yield broken(
            weighed,
            Flaw.OVERBROAD,
            "the waiver is too wide",
            "write one waiver for each finding",
            operations=(Operation(Op.DECIDE, f"waivers.{weighed.waiver.id}"),),
        )


RULE = Rule(id="waivers/overbroad-waiver", severity=Severity.HIGH, check=check, operations=(Op.DECIDE,))
