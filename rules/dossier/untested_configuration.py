"""The release candidate is not the configuration that was tested.

Why it matters
--------------
One changed prompt, model or setting makes another system. Tests of the one before it prove nothing about what goes
live.

What it looks at
----------------
`gates.tests`: whether the automated tests ran and passed, and on which configuration (`config`, a hash). It must be the
one that is deployed (`golive.config` or `golive.infra.config`), and the one from which the rollback was rehearsed
(`containment.rollback.config`) where that is stated.

How to fix it
-------------
Run the tests on the configuration that is to go live, and record its hash with the report.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Level, Severity
from lineage.rule import Evidence, Rule
from rules.dossier._hashes import digits, same
from rules.plan._said import block, held, there, unknown, unsaid, wrong

_PLACE: Final = "gates.tests"
_BESIDE: Final = ("golive.config", "golive.infra.config", "golive.release.config", "containment.rollback.config")
_HOLD: Final = (Operation(Op.HOLD_LAUNCH, "launch"),)
_FAILED: Final = frozenset({"false", "no", "failed", "fail", "red", "0"})
_RUN: Final = "run the tests on the release candidate, and record its hash"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the tests of the release candidate."""
    plan = evidence.plan
    said = block(plan, _PLACE)
    leaf = f"{_PLACE}.config"
    tested = digits(said.get("config"))
    if not said:
        says = f"{_PLACE} is not answered: did all tests pass, and on which configuration?"
        yield unsaid(_PLACE, Subject(), says, _RUN, _HOLD, effort="days")
        return
    for key in ("passed", "result"):
        if key in said and str(said[key]).strip().casefold() in _FAILED:
            yield wrong(f"{_PLACE}.{key}", Subject(), "the tests of the release candidate failed", _RUN, _HOLD)
    if there(evidence, _PLACE) is False:
        says = "the report of the tests is not below the plan's folder"
        yield wrong(_PLACE, Subject(), says, "put the report where the plan says", _HOLD, level=Level.OBSERVED)
    beside = {path: found for path in _BESIDE if (found := digits(plan.answer(path))) is not None}
    other = [path for path, found in beside.items() if tested is not None and not same(tested, found)]
    if tested is None:
        yield unsaid(leaf, Subject(), "the tested configuration has no hash", _RUN, _HOLD)
    elif other:
        yield wrong(leaf, Subject(), f"what was tested is not what {other[0]} names", _RUN, _HOLD)
    elif beside:
        yield held(leaf, Subject(), f"the tested configuration is that of {next(iter(beside))}")
    else:
        settle = "the hash of the deployed configuration, as golive.config"
        yield unknown(leaf, Subject(), "which configuration is deployed is not said", settle)


RULE = Rule(id="dossier/untested-configuration", severity=Severity.BLOCKER, check=check, operations=(Op.HOLD_LAUNCH,))
