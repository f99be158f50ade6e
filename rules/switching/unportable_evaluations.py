"""An evaluation suite could not move to another model: it is not listed, or has no version.

Why it matters
--------------
A model can only be exchanged where the same questions can be put to the next one. A suite that lives in a vendor's
tool, or changes while it is compared, proves nothing about the new model.

What it looks at
----------------
`switching.evals`: whether every suite that the plan relies on (`acceptance.*.suite`, `steps.*.eval`) is listed there,
and each with a version (`reply_quality@3f2c`) or as a file below the plan's folder. A suite that is no file is
unverified: nobody has seen that it can be exported.

How to fix it
-------------
Export the suite into the repository, list it with its version or hash, and note its licence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lineage.finding import Judgement, Op, Operation, Subject
from lineage.model import Level, Severity
from lineage.plan.documents import is_file_name
from lineage.plan.model import Plan
from lineage.rule import Evidence, Rule
from rules.plan._said import block, held, unknown, unsaid, words, wrong

_PLACE: Final = "switching.evals"
_DECIDE: Final = (Operation(Op.DECIDE, _PLACE),)
_EXPORT: Final = "export it into the plan's folder, and list its file"


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge every suite that the plan relies on."""
    plan = evidence.plan
    listed = words(plan.answer(_PLACE))
    if not listed:
        says = f"{_PLACE} is not answered: which evaluation suites would a change of model be judged by?"
        yield unsaid(_PLACE, Subject(), says, "list the suites, each with its version", _DECIDE)
        return
    known = {_bare(suite) for suite in listed}
    for path, suite in _used(plan):
        if _bare(suite) not in known:
            says = f"{path} is judged by {suite}, which is not among the suites that would move"
            yield wrong(_PLACE, Subject(), says, "list it with its version", _DECIDE, effort="minutes")
    for suite in listed:
        yield _judged(evidence, suite)


def _judged(evidence: Evidence, suite: str) -> Judgement:
    document = evidence.documents.get(suite)
    if document is not None and document.sha256 is None:
        return wrong(_PLACE, Subject(), f"{suite} is not below the plan's folder", _EXPORT, _DECIDE)
    if document is not None:
        return held(_PLACE, Subject(), "the suite is there, and its hash is recorded", Level.CONFIGURED)
    if is_file_name(suite):
        return unknown(_PLACE, Subject(), f"{suite} was not looked for", "audit the plan from its own folder")
    if "@" not in suite:
        return wrong(_PLACE, Subject(), f"{suite} has no version", "name its version or hash: NAME@HASH", _DECIDE)
    return unknown(_PLACE, Subject(), "the suites are named with a version, and were not seen", _EXPORT)


def _used(plan: Plan) -> Iterator[tuple[str, str]]:
    for block_name, key in (("acceptance", "suite"), ("steps", "eval")):
        for name, entry in block(plan, block_name).items():
            if isinstance(entry, Mapping):
                yield from ((f"{block_name}.{name}", suite) for suite in words(entry.get(key)))


def _bare(suite: str) -> str:
    return suite.partition("@")[0].strip().casefold()


RULE = Rule(id="switching/unportable-evaluations", severity=Severity.HIGH, check=check, operations=(Op.DECIDE,))
