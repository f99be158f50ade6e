"""A criterion is to be decided on too small a sample.

Why it matters
--------------
Of twenty answers fifteen were accepted: the true share may be half, or nine in ten. A launch that is decided on that is
decided by chance.

What it looks at
----------------
Each acceptance criterion that says how many cases it is judged on (`n`) and whose thresholds are shares: the 95 %
interval of a share at the threshold, beside the distance between its thresholds (`ship` and `hold`), or 5 points where
there is one.

How to fix it
-------------
Judge it on more cases, or set the thresholds further apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil, isinf, sqrt
from typing import Any, Final

from lineage.finding import Actual, Fix, FixKind, Judgement, Subject
from lineage.model import Level, Severity, Verdict
from lineage.rule import Evidence, Rule
from rules.plan._said import block, bound, held, number

_THRESHOLDS: Final = ("ship", "hold", "narrow", "expand")
_MARGIN: Final = 0.05
_Z: Final = 1.96


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the sample of each criterion about a share."""
    for name, criterion in block(evidence.plan, "acceptance").items():
        said: Mapping[str, Any] = criterion if isinstance(criterion, Mapping) else {}
        size, shares = number(said.get("n")), _shares(said)
        if size is None or size <= 0 or not shares:
            continue
        leaf = f"acceptance.{name}.n"
        margin = max(shares) - min(shares) if len(shares) > 1 else _MARGIN
        least = min(ceil(_needed(share, margin)) for share in shares)
        half = max(_Z * sqrt(share * (1 - share) / size) for share in shares)
        if half <= margin:
            yield held(leaf, Subject(), f"a share is known within {half:.1%} of {size:,.0f} cases")
            continue
        more = f"judge it on {least:,} cases or more"
        yield Judgement(
            leaf,
            Verdict.UNVERIFIED,
            Level.ASSERTED,
            Subject(),
            f"{name} is decided on {size:,.0f} cases: within {half:.1%}, and {margin:.1%} is to be told apart",
            Actual(int(size), "cases"),
            settle=more,
            fixes=(Fix(FixKind.PLAN, more, effort="days"),),
        )


def _shares(said: Mapping[str, Any]) -> list[float]:
    """Give the thresholds that are shares of one."""
    ends = [end for key in _THRESHOLDS for end in (bound(said.get(key)) or ()) if not isinf(end)]
    shares = sorted({end for end in ends if 0 < end < 1})
    return shares if len(shares) == len(set(ends)) else []


def _needed(share: float, margin: float) -> float:
    return share * (1 - share) * (_Z / max(margin, 0.001)) ** 2


RULE = Rule(id="evidence/small-sample", severity=Severity.MEDIUM, check=check, finds_unverified=True)
