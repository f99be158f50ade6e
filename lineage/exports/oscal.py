"""A run for auditors: OSCAL assessment results, and the plan of action and milestones that follows from them.

A rule is a control, an assumption an observation by interview (asserted), examination (configured) or test (observed
or tried out), a finding a finding with its risk. Unverified is not satisfied, with the reason `other` and what would
settle it: nothing here says that a law is complied with.
"""

from __future__ import annotations

import re
from typing import Any, Final

from lineage.errors import PlanError
from lineage.exports import Beside
from lineage.exports._parts import as_json, owner, sections, stable, title, uri, utc, verdicts
from lineage.finding import Assumption, Finding, Status
from lineage.model import Level, Verdict
from lineage.report import Report
from lineage.reports.words import plain

VERSION: Final = "1.2.1"
_NS: Final = "urn:lineage-audit:oscal"
_METHODS: Final = {
    Level.ASSERTED: "INTERVIEW",
    Level.CONFIGURED: "EXAMINE",
    Level.OBSERVED: "TEST",
    Level.EXERCISED: "TEST",
}
_RISKS: Final = {
    Status.OPEN: "open",
    Status.REGRESSED: "open",
    Status.FIXED: "remediating",  # said, and found again
    Status.WAIVED: "deviation-approved",
    Status.ACCEPTED: "deviation-approved",
}


def results(report: Report, _beside: Beside = Beside()) -> str:
    """Give the assessment results."""
    rules = sorted(
        {rule for line in report.assumptions for rule in line.rules} | {each.rule for each in report.findings}
    )
    chosen: dict[str, Any] = {"include-controls": [{"control-id": _token(rule)} for rule in rules]}
    selected = {"description": "The rules that judged."} | (chosen if rules else {"include-all": {}})
    result = {
        "uuid": stable("result", report.run_id),
        "title": _line(f"Audit of {report.plan_id}"),
        "description": _text(f"Decision {report.decision.value}; {verdicts(report)}."),
        "start": utc(report.started_at),
        "end": utc(report.finished_at),
        "props": _props(
            decision=report.decision.value, complete="no" if report.incomplete else "yes", mode=report.mode
        ),
        "reviewed-controls": {"control-selections": [selected]},
        "observations": [
            *(_observation(report, line) for line in report.assumptions),
            *(_observed(report, finding) for finding in report.findings),
        ],
        "risks": [_risk(report, finding) for finding in report.findings],
        "findings": [_finding(report, finding) for finding in report.findings],
        "remarks": _incomplete(report),
    }
    return as_json(
        {
            "assessment-results": {
                "uuid": stable("assessment-results", report.run_id),
                "metadata": _metadata(report, "Assessment results"),
                "import-ap": {"href": uri(report.plan_file) or "plan.yaml", "remarks": "The plan that was judged."},
                "results": [_filled(result)],
            }
        }
    )


def plan_of_action(report: Report, _beside: Beside = Beside()) -> str:
    """Give the plan of action and milestones.

    Raises:
        PlanError: nothing was found, and a plan of action has at least one item.
    """
    if not report.findings:
        raise PlanError("nothing was found, and a plan of action and milestones has at least one item")
    plan = {
        "uuid": stable("poam", report.plan_id),
        "metadata": _metadata(report, "Plan of action and milestones"),
        "system-id": {"id": _word(report.plan_id)},
        "observations": [_observed(report, finding) for finding in report.findings],
        "risks": [_risk(report, finding) for finding in report.findings],
        "findings": [_finding(report, finding) for finding in report.findings],
        "poam-items": [_item(report, finding) for finding in report.findings],
    }
    return as_json({"plan-of-action-and-milestones": plan})


def _metadata(report: Report, what: str) -> dict[str, Any]:
    return {
        "title": _line(f"{what}: {report.plan_id}"),
        "last-modified": utc(report.finished_at),
        "version": _word(report.plan_version or "0"),
        "oscal-version": VERSION,
        "props": _props(run=report.run_id, tool=f"lineage-audit {report.tool_version}", plan_sha256=report.plan_sha256),
        "remarks": _incomplete(report),
    }


def _incomplete(report: Report) -> str:
    if not report.incomplete:
        return "Complete: every source and every rule answered."
    told = "; ".join(f"{each.what}: {each.reason}; {each.settle}" for each in report.failures)
    return _text(f"Incomplete, so silence is no answer: {told}")


def _observation(report: Report, line: Assumption) -> dict[str, Any]:
    said = f"{line.says}; to settle: {line.settle}" if line.settle else line.says
    return {
        "uuid": stable("assumption", report.run_id, line.leaf),
        "title": _line(line.leaf),
        "description": _text(f"{line.verdict.value}: {said or 'nothing more is known'}"),
        "props": _props(verdict=line.verdict.value, evidence_level=line.level.value, declared=line.declared),
        "methods": [_METHODS[line.level]],
        "types": ["control-objective"],
        "collected": utc(line.actual.measured_at or report.as_of),
    }


def _observed(report: Report, finding: Finding) -> dict[str, Any]:
    judged = finding.judgement
    return {
        "uuid": stable("observation", report.run_id, finding.id),
        "title": _line(title(finding)),
        "description": _told(report, finding),
        "props": _props(verdict=judged.verdict.value, evidence_level=judged.level.value, leaf=judged.leaf),
        "methods": [_METHODS[judged.level]],
        "types": ["finding"],
        "collected": utc(judged.actual.measured_at or report.as_of),
    }


def _risk(report: Report, finding: Finding) -> dict[str, Any]:
    fixes = [
        {
            "uuid": stable("fix", finding.id, number),
            "lifecycle": "recommendation",
            "title": _line(fix.text),
            "description": _text(f"{fix.text}\n{fix.patch}"),
            "props": _props(effort=fix.effort, kind=fix.kind.value, owner=fix.owner or finding.owner or ""),
        }
        for number, fix in enumerate(finding.judgement.fixes)
    ]
    risk = {
        "uuid": stable("risk", finding.id),
        "title": _line(title(finding)),
        "description": _told(report, finding),
        "statement": _text(finding.why_it_matters),
        "props": _props(severity=finding.severity.value, fingerprint=finding.id, owner=owner(finding)),
        "status": _RISKS[finding.status],
        "remediations": fixes,
        "related-observations": [{"observation-uuid": stable("observation", report.run_id, finding.id)}],
    }
    return _filled(risk)


def _finding(report: Report, finding: Finding) -> dict[str, Any]:
    known = finding.judgement.verdict is not Verdict.UNVERIFIED
    state: dict[str, Any] = {"state": "not-satisfied", "reason": "fail" if known else "other"}
    if not known:
        state["remarks"] = _text(f"unverified; to settle: {finding.judgement.settle or 'nothing that is known'}")
    return {
        "uuid": stable("finding", finding.id),
        "title": _line(title(finding)),
        "description": _told(report, finding),
        "props": _props(rule=finding.rule, severity=finding.severity.value, status=finding.status.value),
        "target": {"type": "objective-id", "target-id": _token(finding.rule), "status": state},
        "related-observations": [{"observation-uuid": stable("observation", report.run_id, finding.id)}],
        "related-risks": [{"risk-uuid": stable("risk", finding.id)}],
    }


def _item(report: Report, finding: Finding) -> dict[str, Any]:
    return {
        "uuid": stable("poam-item", finding.id),
        "title": _line(title(finding)),
        "description": _told(report, finding),
        "props": _props(severity=finding.severity.value, status=finding.status.value, owner=owner(finding)),
        "related-findings": [{"finding-uuid": stable("finding", finding.id)}],
        "related-observations": [{"observation-uuid": stable("observation", report.run_id, finding.id)}],
        "related-risks": [{"risk-uuid": stable("risk", finding.id)}],
    }


def _told(report: Report, finding: Finding) -> str:
    return _text("\n".join(f"{head}: {'; '.join(lines)}" for head, lines in sections(report, finding)))


def _props(**told: str) -> list[dict[str, str]]:
    """Give properties; a token for a name, and a value that neither begins nor ends in a space."""
    return [
        {"name": name.replace("_", "-"), "ns": _NS, "value": _word(value)}
        for name, value in told.items()
        if value.strip()
    ]


def _text(text: str) -> str:
    """Give text for OSCAL's Markdown, in which no name is markup."""
    lines = (re.sub(r"([\\`*_\[\]<>{}#|])", r"\\\1", plain(line)) for line in text.split("\n") if line.strip())
    return "\n\n".join(lines) or "-"


def _line(text: str) -> str:
    found = re.sub(r"([\\`*_\[\]<>])", r"\\\1", _word(text))
    return found or "-"


def _word(text: str) -> str:
    return plain(text).strip() or "-"


def _token(rule: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]", ".", rule)


def _filled(part: dict[str, Any]) -> dict[str, Any]:
    """Leave out lists that are empty, which OSCAL does not allow."""
    return {key: value for key, value in part.items() if value != []}
