"""What has become of findings from run to run: new, still there, back again, resolved, or only not seen.

A finding that is missing is resolved only where its rule could have found it: an incomplete run, or an assumption that
is unverified now, proves nothing. All of it is a pure function of what was kept of runs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lineage.finding import Scalar
from lineage.model import Level, Severity, Verdict
from lineage.report import Change, Gone, History, Report


@dataclass(frozen=True, slots=True)
class KeptFinding:
    """What is kept of a finding: no value read from a source."""

    finding: str
    rule: str
    severity: Severity
    verdict: Verdict
    level: Level
    status: str
    leaf: str
    label: str
    title: str
    owner: str | None = None
    value: Scalar = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class KeptRun:
    """What is kept of a run."""

    run: str
    plan: str
    plan_sha256: str
    as_of: datetime
    finished_at: datetime
    tool_version: str
    mode: str
    decision: str
    incomplete: bool
    findings: tuple[KeptFinding, ...]
    leaves: Mapping[str, tuple[Verdict, Level]] = field(default_factory=dict)
    """Every assumption with its verdict and evidence level."""
    waived: int = 0

    def counts(self) -> Mapping[Verdict, int]:
        """Give how many assumptions are held, broken and unverified."""
        verdicts = [verdict for verdict, _ in self.leaves.values()]
        return {verdict: verdicts.count(verdict) for verdict in Verdict}


def kept(report: Report) -> KeptRun:
    """Give what a store keeps of a report."""
    return KeptRun(
        run=report.run_id,
        plan=report.plan_id,
        plan_sha256=report.plan_sha256,
        as_of=report.as_of,
        finished_at=report.finished_at,
        tool_version=report.tool_version,
        mode=report.mode,
        decision=report.decision.value,
        incomplete=report.incomplete,
        findings=tuple(
            KeptFinding(
                found.id,
                found.rule,
                found.severity,
                found.judgement.verdict,
                found.judgement.level,
                found.status.value,
                found.judgement.leaf,
                found.judgement.subject.label,
                found.title,
                found.owner,
                found.judgement.actual.value,
                found.judgement.actual.unit,
            )
            for found in report.findings
        ),
        leaves={line.leaf: (line.verdict, line.level) for line in report.assumptions},
        waived=report.decided,
    )


def compared(
    before: KeptRun | None,
    now: KeptRun,
    seen: Mapping[str, datetime] | None = None,
    folded: Collection[str] = (),
) -> History:
    """Give a run beside the one before it.

    `seen` is when each finding was first seen in any earlier run; `folded` are findings that others of this run say.
    """
    first = dict(seen or {})
    there = {found.finding for found in before.findings} if before is not None else set()
    changes = {found.finding: _change(found.finding, there, first) for found in now.findings}
    return History(
        previous=before.run if before is not None else None,
        changes=changes,
        first_seen={found.finding: first.get(found.finding, now.as_of) for found in now.findings},
        gone=tuple(_gone(before, now, folded)) if before is not None else (),
    )


def _change(finding: str, there: Collection[str], first: Mapping[str, datetime]) -> Change:
    if finding in there:
        return Change.STILL
    return Change.REGRESSED if finding in first else Change.NEW


def _gone(before: KeptRun, now: KeptRun, folded: Collection[str]) -> Iterator[Gone]:
    there = {found.finding for found in now.findings}
    for found in before.findings:
        if found.finding in there or found.finding in folded:
            continue
        change = Change.RESOLVED if _proved(found, now) else Change.NOT_SEEN
        yield Gone(found.finding, found.rule, found.severity, found.label, change)


def _proved(found: KeptFinding, now: KeptRun) -> bool:
    """Whether a finding that is missing is mended: its assumption is gone from the plan, or was judged as well."""
    if now.incomplete:
        return False
    if found.leaf not in now.leaves:
        return True
    verdict, level = now.leaves[found.leaf]
    if verdict is Verdict.BROKEN:
        # Another rule broke it: with weaker evidence than this one's, this one may not have been able to answer.
        return level.rank >= found.level.rank
    return verdict is Verdict.HELD
