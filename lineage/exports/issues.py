"""Findings as issues of GitHub and GitLab: the bodies of the REST calls that make them.

Every description begins with a marker that is not shown and holds the fingerprint, so that whoever sends the bodies can
find the issue that is there already. The label `lineage-audit` narrows that search.
"""

from __future__ import annotations

from typing import Any, Final

from lineage.exports import Beside
from lineage.exports._parts import as_json, cut, sections, title, whole
from lineage.finding import Finding, Fix, Status
from lineage.report import Report
from lineage.reports._escaped import code, fenced, prose

TITLE: Final = 255
"""Characters that both sites allow a title."""
BODY: Final = 65_000
"""GitHub allows 65,536, GitLab more."""
_SHARE: Final = 12_000
_CODE: Final = frozenset({"Declared", "Because", "Effect on the scope"})


def github(report: Report, _beside: Beside = Beside()) -> str:
    """Give the bodies of `POST /repos/{owner}/{repo}/issues`."""
    return as_json(
        [
            {"title": _title(finding), "body": described(report, finding), "labels": _labels(finding)}
            for finding in _ordered(report)
        ]
    )


def gitlab(report: Report, _beside: Beside = Beside()) -> str:
    """Give the bodies of `POST /projects/:id/issues`."""
    return as_json([_gitlab(report, finding) for finding in _ordered(report)])


def marker(finding: Finding) -> str:
    """Give the line by which an issue is known as a finding's."""
    return f"<!-- lineage-audit: finding {finding.id} -->"


def described(report: Report, finding: Finding) -> str:
    """Give a finding as Markdown in which no name is markup; fixes come last, and are cut first."""
    lines = [marker(finding), "", f"**{finding.severity.value}** {code(finding.rule)}, finding {code(finding.id)}", ""]
    for head, told in sections(report, finding):
        shown = [code(each) if head in _CODE else prose(each, _SHARE) for each in told]
        lines += [f"### {head}", "", *(f"- {each}" for each in shown), ""]
    for fix in finding.judgement.fixes:
        lines += _fix(fix)
    text = "\n".join(lines).rstrip("\n")
    pointer = f"\n\nFigures are as of {report.as_of:%Y-%m-%d}; the run's report holds it whole: {whole(finding)[5:]}.\n"
    if len(text) + len(pointer) <= BODY:
        return text + pointer
    # A cut could open a fence or a tag for good, so whole lines go, and a fence that was open is closed.
    kept = text[: BODY - len(pointer) - 200].rpartition("\n")[0]
    fences = [line for line in kept.split("\n") if line.startswith("```")]
    closed = f"\n{'`' * (len(fences[-1]) - len(fences[-1].lstrip('`')))}" if len(fences) % 2 else ""
    return f"{kept}{closed}\n\n**Cut here for length.**{pointer}"


def _fix(fix: Fix) -> list[str]:
    who = f", by {prose(fix.owner)}" if fix.owner else ""
    lines = [f"### Fix ({fix.kind.value}, {prose(fix.effort)}{who})", "", prose(fix.text, _SHARE), ""]
    return (
        [*lines, *fenced(fix.patch.rstrip("\n").split("\n"), "sql" if fix.kind.value == "sql" else "text"), ""]
        if (fix.patch)
        else lines
    )


def _gitlab(report: Report, finding: Finding) -> dict[str, Any]:
    return {
        "title": _title(finding),
        "description": _no_quick_action(described(report, finding)),
        "labels": ",".join(_labels(finding)),
        "issue_type": "issue",
    }


def _no_quick_action(text: str) -> str:
    """Keep GitLab from taking a line that begins with a slash for a command (`/close`)."""
    return "\n".join(f"\u200b{line}" if line.lstrip().startswith("/") else line for line in text.split("\n"))


def _title(finding: Finding) -> str:
    return cut(f"[{finding.severity.value}] {title(finding)}", TITLE, f"finding {finding.id}")


def _labels(finding: Finding) -> list[str]:
    family = finding.rule.partition("/")[0]
    labels = ["lineage-audit", f"lineage-{finding.severity.value}", f"lineage-{family}"]
    return labels if finding.status is Status.OPEN else [*labels, f"lineage-{finding.status.value}"]


def _ordered(report: Report) -> list[Finding]:
    return sorted(report.findings, key=lambda finding: finding.severity.rank)
