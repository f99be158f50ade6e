"""What stands between a launch and its gate: the entry and exit criteria, each with what was judged of it.

Gate 3 asks for the entry criteria of the go-live phase, Gate 4 for these and the exit criteria. A criterion is closed
only by what holds: what is unverified, or was never judged, is open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from lineage.audit import audit
from lineage.facts import DocumentFact, Failure, Snapshot
from lineage.finding import Assumption, Finding
from lineage.model import Verdict
from lineage.plan.model import Plan
from lineage.requirement import Requirement, answered
from lineage.rule import Rule
from lineage.waivers.model import Waiver, Weighed

GATES: Final[Mapping[int, tuple[str, ...]]] = {3: ("2.2 ",), 4: ("2.2 ", "2.9 ")}
"""The gates, and how the sections begin that hold their criteria."""


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion of a gate, and the evidence for it."""

    id: str
    section: str
    text: str
    verdict: Verdict
    says: str
    """Why it is open; empty where it is not."""
    settle: str
    lines: tuple[Assumption, ...]
    """What was judged of it, the worst first."""
    files: tuple[tuple[str, str], ...] = ()
    """The files that its answers name, with their hashes."""

    @property
    def open(self) -> bool:
        """Whether it keeps the gate closed."""
        return self.verdict is not Verdict.HELD


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate, and what is open before it."""

    number: int
    criteria: tuple[Criterion, ...]
    blockers: tuple[Finding, ...]
    """Findings that must leave the scope before any launch."""
    failures: tuple[Failure, ...] = ()
    accepted: tuple[Finding, ...] = ()
    """Findings that a named person accepts for a time: told, and no blockers."""
    waivers: tuple[Weighed, ...] = ()

    @property
    def open(self) -> bool:
        """Whether anything keeps it closed."""
        return bool(self.blockers or self.failures) or any(criterion.open for criterion in self.criteria)


def gate_of(
    number: int,
    plan: Plan,
    snapshot: Snapshot,
    rules: Sequence[Rule],
    points: Sequence[Requirement],
    now: datetime,
    waivers: Sequence[Waiver] = (),
) -> Gate:
    """Judge a plan before a gate."""
    # What a draft may leave open keeps a gate closed: before it, every plan is judged as one that is in review.
    asked = replace(plan, status="in-review") if plan.status == "draft" else plan
    judged = audit(asked, snapshot, rules, now, waivers=waivers)
    sections = GATES[number]
    wanted = [point for point in points if point.section.startswith(sections)]
    hashes = {fact.name: fact.sha256 for fact in snapshot.facts if isinstance(fact, DocumentFact) and fact.sha256}
    criteria = []
    for answer in answered(wanted, judged.assumptions, [rule.id for rule in rules]):
        lines = tuple(sorted(answer.lines, key=lambda line: line.verdict.rank))
        files = {name: digest for line in lines for name, digest in hashes.items() if name in line.declared}
        point = answer.requirement
        held = answer.verdict is Verdict.HELD
        settle = lines[0].settle if lines and not held else ""
        says = "" if held else answer.says
        criteria.append(
            Criterion(point.id, point.section, point.point, answer.verdict, says, settle, lines, tuple(files.items()))
        )
    accepted = tuple(found for found in judged.findings if found.decided)
    return Gate(number, tuple(criteria), judged.blockers, judged.failures, accepted, judged.waivers)


def checklist(gate: Gate) -> str:
    """Give a gate as Markdown: what is closed, by which evidence, and what is open, and what would close it."""
    parts = [f"# Gate {gate.number}: {'closed' if gate.open else 'open to pass'}", ""]
    section = ""
    for criterion in gate.criteria:
        if criterion.section != section:
            parts += [""] if section else []
            section = criterion.section
            parts += [f"## {section}", ""]
        parts.append(f"- [{' ' if criterion.open else 'x'}] **{criterion.id}** {_line(criterion.text)}")
        if criterion.open:
            parts.append(f"  - {criterion.verdict.value}: {_line(criterion.says)}")
            parts += [f"  - closed by: {_line(criterion.settle)}"] if criterion.settle else []
        for line in criterion.lines:
            parts.append(f"  - `{line.leaf}`: {line.verdict.value}, {line.level.value}: {_line(line.says)}")
        parts += [f"  - `{name}`: sha256 {digest}" for name, digest in criterion.files]
    parts += ["", "## The context", ""]
    parts += [f"- [ ] blocker {found.rule}: {_line(found.title)}" for found in gate.blockers]
    parts += [f"- [ ] not looked at: {_line(failure.what)}: {_line(failure.reason)}" for failure in gate.failures]
    parts += [] if gate.blockers or gate.failures else ["- [x] no blocker, and every source was read"]
    parts += [f"- [x] {found.status.value} {found.rule}: {_line(found.title)}" for found in gate.accepted]
    parts += [f"  - `{each.waiver.place}`, {_line(each.waiver.by)}: {_line(each.told)}" for each in gate.waivers]
    return "\n".join(parts) + "\n"


def _line(text: str) -> str:
    """Keep a text in one line, and what it holds from being taken for Markdown or HTML."""
    plain = "".join(character if character.isprintable() else " " for character in " ".join(text.split()))
    return plain.replace("<", "&lt;").replace("[", "\\[").replace("`", "'")
