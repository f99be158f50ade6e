"""What named persons sign, in `confirmations.yaml` beside the plan: a source's declared facts, or the launch.

A signature is on the plan as it stood: its hash, and the hash of the source's block alone, so that an edit elsewhere
is told from one of what was confirmed. The file is read as facts; an audit stays a function of plan and facts.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

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
_LARGEST: Final = 4_000_000


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    of: str
    by: str
    on: date
    plan: str
    part: str = ""
    until: date | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

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
    import yaml

    if not file.exists():
        return ()
    try:
        with file.open("rb") as opened:
            content = opened.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise PlanError(f"{file}: is larger than {_LARGEST:,} bytes; take old confirmations out")
        found = _File.model_validate(yaml.load(content, Loader=yaml.CSafeLoader))
    except OSError as e:
        raise PlanError(f"{file}: cannot be read ({type(e).__name__}); may you read it?") from None
    except yaml.YAMLError as e:
        mark: Any = getattr(e, "problem_mark", None)
        place = f":{mark.line + 1}:{mark.column + 1}" if mark is not None else ""
        raise PlanError(f"{file}{place}: is no YAML; mend it, or write it with `lineage confirm`") from None
    except ValidationError as e:
        problems = "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in e.errors())
        raise PlanError(f"{file}: {problems}") from None
    return tuple(_fact(entry) for entry in found.signed or ())


def _fact(entry: _Entry) -> ConfirmationFact:
    on = datetime.combine(entry.on, time(), UTC)
    until = datetime.combine(entry.until, time(23, 59, 59), UTC) if entry.until is not None else None
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
    try:
        # JSON is YAML: quotes in a name can end nothing.
        file.write_text(f"{text.rstrip()}\n  - {json.dumps(entry, ensure_ascii=False)}\n", encoding="utf-8")
    except OSError as e:
        raise PlanError(f"{file}: cannot be written ({type(e).__name__}); may you write there?") from None
    return file
