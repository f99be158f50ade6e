"""A run as GitLab's code quality report: a finding on a line of the plan, known by its fingerprint."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote

from lineage.exports import Beside
from lineage.exports._parts import as_json, line_and_column, title, uri
from lineage.model import Severity
from lineage.report import Report

_SEVERITIES: Final = {
    Severity.BLOCKER: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
    Severity.INFO: "info",
}


def written(report: Report, _beside: Beside = Beside()) -> str:
    """Give the findings that nobody has decided about."""
    path = unquote(uri(report.plan_file)).removeprefix("file://").removeprefix("./")
    return as_json(
        [
            {
                "description": title(finding),
                "check_name": finding.rule,
                "fingerprint": finding.id,
                "severity": _SEVERITIES[finding.severity],
                "location": {"path": path, "lines": {"begin": line_and_column(report, finding.judgement.leaf)[0]}},
            }
            for finding in report.findings
            if not finding.decided
        ]
    )
