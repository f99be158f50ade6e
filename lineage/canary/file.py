"""What became of test subjects, in `canary.yaml` beside the plan: `lineage canary` writes it, audits read it as facts.

It holds counts and moments, and the plan's names of datasets; never what was planted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import Field

from lineage.beside import Strict, append_beside, read_beside
from lineage.facts import CanaryFact, Seen, Snapshot
from lineage.model import DatasetId
from lineage.plan.documents import SEEN_IN

FILE: Final = "canary.yaml"
_HEAD: Final = """\
# What became of planted test subjects, the newest last: kept under version control beside the plan.
canary: v1
told:
"""


class _Entry(Strict):
    dataset: str
    copy_: str = Field(alias="copy")
    on: datetime
    arrived: int
    left: int | None = None
    waited: float
    uncleaned: bool = False
    reason: str = ""


class _File(Strict):
    canary: Literal["v1"]
    told: list[_Entry] | None = None


def read_canaries(file: Path) -> tuple[CanaryFact, ...]:
    """Give what a file tells, nothing where there is none.

    Raises:
        PlanError: it is no such file; says where.
    """
    found = read_beside(file, _File, "entries", "lineage canary")
    return tuple(_fact(entry) for entry in (found.told if found else None) or ())


def with_canaries(snapshot: Snapshot, plan: Path) -> Snapshot:
    """Give a snapshot with what the file beside a plan tells now, in place of what it held of it."""
    others = tuple(fact for fact in snapshot.facts if not isinstance(fact, CanaryFact))
    return replace(snapshot, facts=(*others, *read_canaries(plan.with_name(FILE))))


def write_canaries(plan: Path, facts: Iterable[CanaryFact]) -> Path:
    """Add facts to the file beside a plan, and give it.

    Raises:
        PlanError: it is no such file, or cannot be written.
    """
    file = plan.with_name(FILE)
    read_canaries(file)  # a broken file is told, not made worse
    text = file.read_text(encoding="utf-8") if file.exists() else _HEAD
    append_beside(file, text, [_told(fact) for fact in facts])
    return file


def _told(fact: CanaryFact) -> dict[str, object]:
    told: dict[str, object] = {
        "dataset": fact.dataset,
        "copy": fact.copy,
        "on": fact.seen.at.isoformat(),
        "arrived": fact.arrived,
        "left": fact.left,
        "waited": fact.waited_seconds,
    }
    if fact.uncleaned:
        told["uncleaned"] = True
    if fact.reason:
        told["reason"] = fact.reason
    return told


def _fact(entry: _Entry) -> CanaryFact:
    on = entry.on.astimezone(UTC) if entry.on.tzinfo else entry.on.replace(tzinfo=UTC)
    seen = Seen(SEEN_IN, on, FILE, "")
    dataset, copy = DatasetId(entry.dataset), DatasetId(entry.copy_)
    return CanaryFact(seen, dataset, copy, entry.arrived, entry.left, entry.waited, entry.uncleaned, entry.reason)
