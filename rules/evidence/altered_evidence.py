"""A document is not the one whose hash the plan records.

Why it matters
--------------
A protocol that was approved and then changed is not approved. The hash is what binds the word of the guardian to the
text that the guardian read.

What it looks at
----------------
Each `sha256` of the plan that stands beside a file (`ref`, `file` or `path`): whether the file below the plan's folder
has that hash. One that was cut short to fewer than 12 digits proves nothing, and one of a file that was not read
neither.

How to fix it
-------------
Have the change approved and record the new hash, or bring the approved file back.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Level, Severity
from lineage.rule import Evidence, Rule
from rules.dossier._hashes import SURE, digits, same
from rules.plan._said import held, unknown, wrong

_FILES: Final = ("ref", "file", "path", "report")
_HOLD: Final = (Operation(Op.HOLD_LAUNCH, "launch"),)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each recorded hash of a file."""
    plan = evidence.plan
    for leaf in plan.leaves.values():
        block, _, key = leaf.path.rpartition(".")
        named = next((plan.leaves[path].text for each in _FILES if (path := f"{block}.{each}") in plan.leaves), None)
        if key != "sha256" or named is None:
            continue
        recorded, document = digits(leaf.text), evidence.documents.get(named)
        if recorded is None:
            fix = "record the file's sha256"
            yield wrong(leaf.path, Subject(), "is no hash", fix, _HOLD, effort="minutes")
        elif document is None or document.sha256 is None:
            yield unknown(leaf.path, Subject(), f"{named} was not read", "put the file below the plan's folder")
        elif not same(recorded, document.sha256):
            says = f"{named} has another hash than the plan records"
            yield wrong(leaf.path, Subject(), says, "have the change approved", _HOLD, level=Level.OBSERVED)
        elif len(recorded) < SURE:
            says = f"the hash of {named} begins so, and {len(recorded)} digits prove nothing"
            yield unknown(leaf.path, Subject(), says, "record the whole hash")
        else:
            yield held(leaf.path, Subject(), f"{named} is the recorded file", Level.OBSERVED)


RULE = Rule(id="evidence/altered-evidence", severity=Severity.BLOCKER, check=check, operations=(Op.HOLD_LAUNCH,))
