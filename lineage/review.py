"""What people decide about findings of the privacy family, in `labels.yaml` beside the plan, and what becomes of these.

The file is read as facts: an audit stays a function of its plan and facts, and a decision is told, never hidden.
A decision is about a finding's fingerprint. It ends on its day, and it ends when the data contradicts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import StringConstraints, model_validator

from lineage.beside import Strict, append_beside, first_moment, last_moment, read_beside
from lineage.facts import ReviewFact, Seen, Snapshot
from lineage.finding import Finding, Status
from lineage.model import SourceId

FILE: Final = "labels.yaml"
DECISIONS: Final = ("confirmed", "not_personal", "accepted")
_FAMILY: Final = "privacy/"
_COUNTED: Final = ("records", "values")
_HEAD: Final = """\
# Decisions about findings of lineage-audit, the newest last: kept under version control beside the plan.
labels: v1
"""


class _Entry(Strict):
    finding: str
    decision: Literal["confirmed", "not_personal", "accepted"]
    by: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
    """A decision is somebody's."""
    on: date
    until: date | None = None
    because: str = ""
    share: float | None = None
    kinds: tuple[str, ...] = ()
    rule: str = ""
    about: str = ""

    @model_validator(mode="after")
    def _accepted_for_a_time(self) -> _Entry:
        if self.decision == "accepted" and self.until is None:
            raise ValueError("accepted needs `until`: a risk is accepted for a time")
        return self


class _File(Strict):
    labels: Literal["v1"]
    decisions: list[_Entry] = []


@dataclass(frozen=True, slots=True)
class Decision:
    """What a named person decides about a finding."""

    finding: Finding
    decision: str
    by: str
    until: date | None = None
    because: str = ""


def decisions_file(plan: Path) -> Path:
    """Give the file of decisions of a plan."""
    return plan.with_name(FILE)


def read_decisions(file: Path) -> tuple[ReviewFact, ...]:
    """Give the decisions of a file, none where there is no file.

    Raises:
        PlanError: it is no such file; says where.
    """
    found = read_beside(file, _File, "decisions", "lineage review")
    return tuple(_fact(entry) for entry in (found.decisions if found else ()))


def _fact(entry: _Entry) -> ReviewFact:
    on, until = first_moment(entry.on), last_moment(entry.until)
    seen = Seen(SourceId(""), on, FILE, entry.by)
    return ReviewFact(seen, entry.finding, entry.decision, entry.by, on, until, entry.because, entry.share, entry.kinds)


def with_decisions(snapshot: Snapshot, plan: Path) -> Snapshot:
    """Give a snapshot with the decisions that stand beside a plan now, in place of those that it was taken with."""
    others = tuple(fact for fact in snapshot.facts if not isinstance(fact, ReviewFact))
    return replace(snapshot, facts=(*others, *read_decisions(decisions_file(plan))))


def write_decisions(file: Path, decisions: Sequence[Decision], now: datetime) -> None:
    """Add decisions to a file; what stands there stays."""
    read_decisions(file)  # a broken file is told, not made worse
    text = file.read_text(encoding="utf-8") if file.exists() else _HEAD
    if "\ndecisions:" not in f"\n{text}":
        text = f"{text.rstrip()}\ndecisions:\n"
    append_beside(file, text, [_entry(decision, now) for decision in decisions])


def _entry(decision: Decision, now: datetime) -> dict[str, object]:
    found = decision.finding
    entry: dict[str, object] = {
        "finding": found.id,
        "rule": found.rule,
        "about": found.judgement.subject.label,
        "decision": decision.decision,
        "by": decision.by,
        "on": now.date().isoformat(),
    }
    if decision.until is not None:
        entry["until"] = decision.until.isoformat()
    if decision.because:
        entry["because"] = decision.because
    if (share := share_of(found)) is not None:
        entry["share"] = share
    if found.judgement.actual.kinds:
        entry["kinds"] = list(found.judgement.actual.kinds)
    return entry


def share_of(finding: Finding) -> float | None:
    """Give the share of values, or of records, that a finding tells; None where it tells none."""
    actual = finding.judgement.actual
    if not isinstance(actual.value, int | float):
        return None
    if actual.unit == "share of values":
        return round(float(actual.value), 4)
    return round(actual.value / actual.sample, 4) if actual.unit in _COUNTED and actual.sample else None


def is_reviewed(finding: Finding) -> bool:
    """Whether findings like this are for people to decide: those of the privacy family."""
    return finding.rule.startswith(_FAMILY)


def reviewed(findings: Sequence[Finding], decisions: Iterable[ReviewFact], now: datetime) -> tuple[Finding, ...]:
    """Give the findings as people decided; of several decisions about one the newest counts."""
    latest = {fact.finding: fact for fact in decisions}
    if not latest:
        return tuple(findings)
    return tuple(_decided(finding, latest.get(finding.id), now) for finding in findings)


def _decided(finding: Finding, fact: ReviewFact | None, now: datetime) -> Finding:
    if fact is None or not is_reviewed(finding):
        return finding
    who = f"{fact.by} on {fact.on:%Y-%m-%d}"
    if fact.decision == "confirmed":
        return replace(finding, title=f"{finding.title} (confirmed by {who})")
    if fact.decision == "accepted":
        if fact.until is None or now <= fact.until:
            end = f" until {fact.until:%Y-%m-%d}" if fact.until is not None else ""
            return replace(finding, status=Status.ACCEPTED, title=f"{finding.title} (accepted{end} by {who})")
        over = f"{finding.title} (was accepted by {who} until {fact.until:%Y-%m-%d}, which is over)"
        return replace(finding, status=Status.REGRESSED, title=over)
    if why := _contradicted(finding, fact):
        says = f"{finding.title} ({who} said that it is not personal; the data contradicts it: {why})"
        return replace(finding, status=Status.REGRESSED, title=says)
    return replace(finding, status=Status.WAIVED, title=f"{finding.title} (not personal, says {who})")


def _contradicted(finding: Finding, fact: ReviewFact) -> str:
    """Say what speaks against somebody's word that it is not personal: much more of it, or another kind; else empty."""
    share, before = share_of(finding), fact.share
    if share is None:
        return ""
    new = sorted(set(finding.judgement.actual.kinds) - set(fact.kinds)) if fact.kinds else []
    if new:
        return f"{', '.join(new)} now, which was not seen then"
    if before is not None and share > max(2 * before, before + 0.02):
        of = finding.judgement.actual.unit if finding.judgement.actual.unit in _COUNTED else "values"
        return f"{before:.1%} of {of} then, {share:.1%} now"
    return ""


def not_found_again(findings: Sequence[Finding], decisions: Iterable[ReviewFact]) -> tuple[ReviewFact, ...]:
    """Give the decisions whose findings are not there any more: the data, or the plan, has changed since."""
    there = {finding.id for finding in findings} | {folded for finding in findings for folded in finding.folded}
    latest = {fact.finding: fact for fact in decisions}
    return tuple(fact for fact in latest.values() if fact.finding not in there)
