"""What named persons sign, in `confirmations.yaml` beside the plan: a source's declared facts, or the launch.

A signature is on the plan as it stood: its hash, and the hash of the source's block alone, so that an edit elsewhere
is told from one of what was confirmed. The file is read as facts; an audit stays a function of plan and facts.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Final, Literal

from lineage.beside import Strict, append_beside, first_moment, last_moment, read_beside
from lineage.errors import PlanError
from lineage.facts import ConfirmationFact, Seen, Snapshot
from lineage.plan.documents import SEEN_IN
from lineage.plan.model import Plan

FILE: Final = "confirmations.yaml"
LAUNCH: Final = "launch"
"""What stands for the dossier as a whole where a source's id would stand."""
_HEAD: Final = """\
# Who confirmed what of the plan, the newest last: kept under version control beside it.
confirmations: v1
signed:
"""


class _Entry(Strict):
    of: str
    by: str
    on: date
    plan: str
    part: str = ""
    until: date | None = None


class _File(Strict):
    confirmations: Literal["v1"]
    signed: list[_Entry] | None = None


def digest(plan: Plan, source: str) -> str:
    """Give the hash of what a plan declares of a source: the same however it is laid out."""
    declared = plan.content.get("sources", {}).get(source)
    return hashlib.sha256(json.dumps(declared, sort_keys=True, default=str).encode()).hexdigest()


def read_confirmations(file: Path) -> tuple[ConfirmationFact, ...]:
    """Give the confirmations of a file, none where there is no file.

    Raises:
        PlanError: it is no such file; says where.
    """
    found = read_beside(file, _File, "confirmations", "lineage confirm")
    return tuple(_fact(entry) for entry in (found.signed if found else None) or ())


def _fact(entry: _Entry) -> ConfirmationFact:
    on, until = first_moment(entry.on), last_moment(entry.until)
    return ConfirmationFact(Seen(SEEN_IN, on, FILE, entry.by), entry.of, entry.by, on, entry.plan, entry.part, until)


def with_confirmations(snapshot: Snapshot, plan: Path) -> Snapshot:
    """Give a snapshot with the confirmations that stand beside a plan now, in place of those of its day."""
    others = tuple(fact for fact in snapshot.facts if not isinstance(fact, ConfirmationFact))
    return replace(snapshot, facts=(*others, *read_confirmations(plan.with_name(FILE))))


def confirm(plan: Plan, of: str, by: str, now: datetime, until: date | None = None) -> Path:
    """Sign a source's declared facts, or the launch, as the plan stands; give the file.

    Raises:
        PlanError: the plan has no such source, or the file cannot be written.
    """
    file = Path(plan.file).with_name(FILE)
    if of != LAUNCH and of not in plan.sources:
        raise PlanError(f"{plan.file} has no source {of!r}; it has {', '.join(plan.sources)}, or write `{LAUNCH}`")
    read_confirmations(file)  # a broken file is told, not made worse
    entry: dict[str, str] = {"of": of, "by": by, "on": now.date().isoformat(), "plan": plan.sha256}
    if of != LAUNCH:
        entry["part"] = digest(plan, of)
    if until is not None:
        entry["until"] = until.isoformat()
    text = file.read_text(encoding="utf-8") if file.exists() else _HEAD
    append_beside(file, text, [entry])
    return file
