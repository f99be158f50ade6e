"""A run as SARIF 2.1.0: a finding is a result on a line of the plan, a rule brings its page as help.

Code scanning takes results with a physical location only, so every result stands on a line of the plan.
Broken is `fail`; unverified is `open`, to which the standard allows no level but `none`. Assumptions that are held are
no results, since sites that pass over `kind` would show them as alerts; their number is told in the run's properties.
"""

from __future__ import annotations

from typing import Any, Final

from lineage.exports import Beside
from lineage.exports._parts import as_json, line_and_column, owner, sections, stable, uri, utc, verdicts
from lineage.finding import Finding
from lineage.model import Severity, Verdict
from lineage.report import Report
from lineage.reports._escaped import prose
from lineage.reports.effect import scope_effect
from lineage.reports.words import plain

SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
MOST: Final = 25_000
"""Results that code scanning takes in a run; more, and it refuses the file."""
_LEVELS: Final = {
    Severity.BLOCKER: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}


def written(report: Report, beside: Beside = Beside()) -> str:
    """Give a run as SARIF."""
    ordered = sorted(report.findings, key=lambda finding: finding.severity.rank)
    rules = sorted({finding.rule for finding in ordered})
    run = {
        "tool": {
            "driver": {
                "name": "lineage-audit",
                "version": plain(report.tool_version),
                "rules": [_rule(rule, ordered, beside) for rule in rules],
            }
        },
        "automationDetails": {"id": f"lineage-audit/{plain(report.plan_id)}/", "guid": stable("run", report.run_id)},
        "invocations": [_invocation(report, len(ordered))],
        "artifacts": [{"location": {"uri": uri(report.plan_file)}, "roles": ["analysisTarget"]}],
        "columnKind": "unicodeCodePoints",
        "results": [_result(report, finding, rules.index(finding.rule)) for finding in ordered[:MOST]],
        "properties": {
            "decision": report.decision.value,
            "verdicts": verdicts(report),
            "asOf": utc(report.as_of),
            "planVersion": plain(report.plan_version),
            "openQuestions": report.open_questions,
            "boundaries": _boundaries(report),
        },
    }
    return as_json({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(rule: str, findings: list[Finding], beside: Beside) -> dict[str, Any]:
    first = next(finding for finding in findings if finding.rule == rule)
    page = beside.pages.get(rule)
    parts = [("Why it matters", page.why_it_matters if page else first.why_it_matters)]
    if page is not None:
        parts += [("What it looks at", page.what_it_looks_at), ("How to fix it", page.how_to_fix_it)]
    flaw = plain(page.flaw if page else rule)
    return {
        "id": rule,
        "name": "".join(word.capitalize() for word in rule.replace("/", "-").split("-")),
        "shortDescription": {"text": flaw},
        "fullDescription": {"text": plain(parts[0][1])},
        "help": {
            "text": "\n\n".join(f"{head}: {plain(text)}" for head, text in parts),
            "markdown": "\n\n".join(f"**{head}**\n\n{prose(text, len(text) + 1)}" for head, text in parts),
        },
        "defaultConfiguration": {"level": _LEVELS[first.severity]},
        "properties": {"tags": [rule.partition("/")[0]], "problem.severity": _LEVELS[first.severity]},
    }


def _boundaries(report: Report) -> dict[str, dict[str, str]]:
    """Give the masking matrix: what is left of each sensitive field at each boundary."""
    return {
        plain(row.field): {
            **{plain(boundary): "not reached" for boundary in row.not_reached},
            **{plain(crossing.boundary): crossing.state.value for crossing in row.crossings},
        }
        for row in report.matrix
    }


def _invocation(report: Report, findings: int) -> dict[str, Any]:
    told = [
        {
            "level": "error",
            "message": {"text": plain(f"{failure.what}: {failure.reason}; {failure.settle}")},
        }
        for failure in report.failures
    ]
    told += [
        {"level": "warning", "message": {"text": plain(f"not looked at: {what}: {why}")}}
        for what, why in report.coverage.skipped
    ]
    if findings > MOST:
        more = f"{findings - MOST} findings are left out, the least severe; all stand in `lineage audit -f json`"
        told.append({"level": "error", "message": {"text": more}})
    return {
        "executionSuccessful": not report.incomplete,
        "startTimeUtc": utc(report.started_at),
        "endTimeUtc": utc(report.finished_at),
        "toolExecutionNotifications": told,
    }


def _result(report: Report, finding: Finding, index: int) -> dict[str, Any]:
    judged = finding.judgement
    line, column = line_and_column(report, judged.leaf)
    known = judged.verdict is not Verdict.UNVERIFIED
    parts = list(sections(report, finding))
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "kind": "fail" if known else "open",
        "level": _LEVELS[finding.severity] if known else "none",
        "message": {
            "text": "\n".join(f"{head}: {'; '.join(lines)}" for head, lines in parts),
            "markdown": "\n\n".join(
                f"**{head}:** {'; '.join(prose(each, len(each) + 1) for each in lines)}" for head, lines in parts
            ),
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": uri(report.plan_file), "index": 0},
                    "region": {"startLine": line, "startColumn": column},
                },
                "logicalLocations": [{"fullyQualifiedName": plain(judged.leaf), "kind": "member"}],
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": f"{finding.id}:1", "lineageAudit/v1": finding.id},
        "properties": {
            "severity": finding.severity.value,
            "verdict": judged.verdict.value,
            "evidenceLevel": judged.level.value,
            "status": finding.status.value,
            "scopeEffect": scope_effect(report, finding),
            "owner": owner(finding),
            "fixes": [{"kind": fix.kind.value, "text": plain(fix.text), "effort": fix.effort} for fix in judged.fixes],
        },
    }
    if judged.path:
        result["codeFlows"] = [_flow(report, finding)]
    if finding.decided:
        # Without a status, which two editions of the schema call by two names: it then counts as accepted.
        result["suppressions"] = [{"kind": "external", "justification": plain(finding.title)}]
    return result


def _flow(report: Report, finding: Finding) -> dict[str, Any]:
    """Give the path of proof; its steps lie in systems, so each stands where the plan declares what they break."""
    line, column = line_and_column(report, finding.judgement.leaf)
    place = {
        "artifactLocation": {"uri": uri(report.plan_file), "index": 0},
        "region": {"startLine": line, "startColumn": column},
    }
    steps = [
        {
            "location": {
                "physicalLocation": place,
                "message": {"text": plain(f"{hop.source} -> {hop.target} ({hop.by})")},
            }
        }
        for hop in finding.judgement.path
    ]
    return {"threadFlows": [{"locations": steps}]}
