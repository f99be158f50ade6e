"""The data contracts that a plan includes (`meta.include`), read from beside it.

A plan is untrusted: only what lies below its own folder is read, no link is followed out of it. What cannot be read is
a fact too.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from lineage.errors import PlanError
from lineage.facts import ContractFact, Seen, UnseenFact
from lineage.odcs import read_contract
from lineage.plan.documents import SEEN_IN
from lineage.plan.model import Plan

_MAX_BYTES: Final = 4 << 20
_MAX_FILES: Final = 200


def included(plan: Plan) -> tuple[str, ...]:
    """Give the files that a plan includes, as it names them, once."""
    named = plan.answer("meta.include")
    return tuple(dict.fromkeys(str(name) for name in named)) if isinstance(named, list) else ()


def read_contracts(plan: Plan, folder: Path, now: datetime) -> Iterator[ContractFact | UnseenFact]:
    """Read every contract that the plan includes, below its folder."""
    seen = Seen(SEEN_IN, now, "file system", "file permissions")
    root = folder.resolve()
    for number, name in enumerate(included(plan)):
        if number < _MAX_FILES:
            yield _read(seen, root, name)
        else:
            yield _unread(seen, f"the plan includes more than {_MAX_FILES} files", f"name {name} earlier, or leave it")


def _read(seen: Seen, root: Path, name: str) -> ContractFact | UnseenFact:
    try:
        path = (root / name).resolve()
        if not path.is_relative_to(root):
            return _unread(seen, "it lies outside the plan's folder", f"keep {name} below the plan's folder")
        if not path.is_file():
            return _unread(seen, "there is no such file", f"put {name} below the plan's folder, or do not include it")
        with path.open("rb") as opened:
            text = opened.read(_MAX_BYTES + 1)
    except (OSError, ValueError) as e:
        return _unread(seen, f"it cannot be read ({type(e).__name__})", f"let the auditor read {name}")
    try:
        return ContractFact(seen, name, read_contract(text))
    except PlanError as e:
        return _unread(seen, f"it is no contract that can be read ({e})", f"mend {name}")


def _unread(seen: Seen, reason: str, settle: str) -> UnseenFact:
    return UnseenFact(seen, "contract", reason, settle)
