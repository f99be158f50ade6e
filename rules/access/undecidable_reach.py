"""It cannot be decided whether the identity reads something.

Why it matters
--------------
What cannot be decided is not closed. A routine that puts its SQL together while it runs reads whatever its owner may,
and a view that is not understood may read anything.

What it looks at
----------------
Routines of their owner's rights that the identity may execute, and views that it may read, of which what they read
could not be decided from the catalogue, with the reason.

How to fix it
-------------
Revoke them from the identity, or write them so that they can be read: static SQL, no other language. A probe as the
identity settles whether a declared view can be read.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement
from lineage.model import Level, Severity, Verdict
from lineage.rule import Evidence, Rule
from rules.access._reach import Identity, counted, judged, listed


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each identity once; one whose grants could not be read at all is told by the other rules."""
    for found in judged(evidence):
        if isinstance(found, Identity) and found.speaks:
            yield _judgement(found)


def _judgement(identity: Identity) -> Judgement:
    names = sorted(identity.reach.undecided)
    if not names:
        return identity.held(f"all that {identity.principal} may use was decided")
    reasons = dict.fromkeys(identity.reach.undecided[name] for name in names)
    return Judgement(
        identity.leaf,
        Verdict.UNVERIFIED,
        Level.ASSERTED,
        identity.subject(),
        f"what {identity.principal} reads through {len(names):,} of its views and routines"
        f" cannot be decided ({listed([name.short for name in names], 3)}): {listed(reasons, 2)}",
        counted(identity, len(names), "views and routines"),
        settle="revoke them from the identity, or write them as static SQL",
        incidental=True,
    )


RULE = Rule(id="access/undecidable-reach", severity=Severity.HIGH, check=check, finds_unverified=True)
