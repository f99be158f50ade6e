"""What a tracker says about findings, in `tracker.yaml` beside the plan, and how later runs tell it.

It is what somebody said, never a verdict: decision, scope, counts and exit code are taken before it is looked at. A
finding that is said to be fixed and is found again says both. Whoever accepts a risk so that it counts does so by
review or waiver.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Final, Literal

from pydantic import Field

from lineage.beside import Strict, read_beside
from lineage.errors import PlanError
from lineage.exports.jira import Issue
from lineage.finding import Finding, Status
from lineage.report import Report

FILE: Final = "tracker.yaml"
_HEAD: Final = """\
# What an issue tracker says about findings of lineage-audit, written by `lineage import`: never a verdict.
"""


class _Issue(Strict):
    finding: str = Field(pattern=r"^[0-9a-f]{16}$")
    key: str = Field(default="", max_length=100)
    status: Literal["open", "accepted", "fixed"]
    says: str = Field(default="", max_length=100)


class _File(Strict):
    tracker: Literal["v1"]
    read: date
    issues: list[_Issue] | None = None


def tracker_file(plan: Path) -> Path:
    """Give the file of what a tracker says of a plan's findings."""
    return plan.parent / FILE


def write(file: Path, issues: Sequence[Issue], now: datetime) -> None:
    """Write what a tracker says in place of what it said of the same findings before; the rest stays.

    Raises:
        PlanError: what stands there is no such file, or it cannot be written.
    """
    before, _ = _read(file)
    said = {**before, **{issue.finding: issue for issue in issues}}
    lines = [
        # JSON is YAML: quotes in a status can end nothing.
        "  - "
        + json.dumps(
            {"finding": each.finding, "key": each.key, "status": each.status.value, "says": each.says},
            ensure_ascii=True,
        )
        for _, each in sorted(said.items())
    ]
    text = "\n".join([f"{_HEAD}tracker: v1", f"read: {now:%Y-%m-%d}", "issues:" if lines else "issues: []", *lines, ""])
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as e:
        raise PlanError(f"{file}: cannot be written ({type(e).__name__}); may you write there?") from None


def keys(file: Path) -> Mapping[str, str]:
    """Give the tracker's key of each finding that it knows."""
    return {identifier: issue.key for identifier, issue in _read(file)[0].items() if issue.key}


def with_said(report: Report, file: Path) -> Report:
    """Give a report whose open findings tell what the tracker says of them; nothing else of it changes."""
    issues, on = _read(file)
    if not issues or on is None:
        return report
    return replace(report, findings=tuple(_told(finding, issues.get(finding.id), on) for finding in report.findings))


def _told(finding: Finding, issue: Issue | None, on: date) -> Finding:
    if issue is None or finding.status is not Status.OPEN or issue.status is Status.OPEN:
        return finding
    where = f"{issue.key or 'the tracker'} on {on:%Y-%m-%d}"
    if issue.status is Status.FIXED:
        told = f"{finding.title} (said to be fixed by {where}; it is still found)"
    else:
        told = f"{finding.title} (said to be accepted by {where}; that counts only by review or waiver)"
    return replace(finding, status=issue.status, title=told)


def _read(file: Path) -> tuple[dict[str, Issue], date | None]:
    found = read_beside(file, _File, "issues", "lineage import")
    if found is None:
        return {}, None
    listed = found.issues or ()
    return {each.finding: Issue(each.finding, each.key, Status(each.status), each.says) for each in listed}, found.read
