"""A run as JUnit XML: an assumption is a test case, a block of the plan its class.

Broken is a failure. Unverified is never a pass: an error where a rule asks attention for it, else skipped with what
would settle it. What was waived or accepted is skipped and says so; a source or a rule that failed is an error of its
own.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import defaultdict

from lineage.exports import Beside
from lineage.exports._parts import sections, title, utc, verdicts
from lineage.finding import Assumption, Finding
from lineage.model import Verdict
from lineage.report import Report
from lineage.reports.words import plain


def written(report: Report, _beside: Beside = Beside()) -> str:
    """Give a run as JUnit XML."""
    found: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in sorted(report.findings, key=lambda finding: finding.severity.rank):
        found[finding.judgement.leaf].append(finding)
    suites: defaultdict[str, list[ET.Element]] = defaultdict(list)
    for line in report.assumptions:
        suites[_suite(line.leaf)].append(_case(report, line, found.pop(line.leaf, [])))
    for leaf, others in found.items():  # of a leaf that the ledger does not have
        case = _named(leaf)
        _judged(report, case, others, Verdict.UNVERIFIED, "")
        suites[_suite(leaf)].append(case)
    for failure in report.failures:
        case = _named(failure.what)
        _add(case, "error", f"{failure.reason}; {failure.settle}", "incomplete")
        suites["run"].append(case)
    root = ET.Element("testsuites", name=plain(f"lineage-audit {report.plan_id}"))
    for name, cases in suites.items():
        root.append(_counted(ET.Element("testsuite", name=name, timestamp=utc(report.as_of).rstrip("Z")), cases))
    _totals(root)
    if (first := root.find("testsuite")) is not None:
        told = ET.Element("properties")
        for name, value in (
            ("decision", report.decision.value),
            ("verdicts", verdicts(report)),
            ("run", report.run_id),
        ):
            ET.SubElement(told, "property", name=name, value=plain(value))
        first.insert(0, told)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(leaf: str) -> str:
    """Give a block's name: a source's, else the plan's first key."""
    parts = plain(leaf).split(".")
    return ".".join(parts[:2]) if parts[0] == "sources" else parts[0]


def _named(leaf: str) -> ET.Element:
    words = plain(leaf)
    return ET.Element("testcase", classname=words.rpartition(".")[0] or words, name=words, time="0")


def _case(report: Report, line: Assumption, findings: list[Finding]) -> ET.Element:
    case = _named(line.leaf)
    says = f"{line.says}; to settle: {line.settle}" if line.settle else line.says
    _judged(report, case, findings, line.verdict, says)
    return case


def _judged(report: Report, case: ET.Element, findings: list[Finding], verdict: Verdict, says: str) -> None:
    """Say what became of a case, in one element, since readers take the first: the worst, the rest in its text."""
    open_ = [finding for finding in findings if not finding.decided]
    text = "\n\n".join(_told(report, finding) for finding in (*open_, *(f for f in findings if f.decided)))
    if open_:
        broken = any(finding.judgement.verdict is Verdict.BROKEN for finding in open_)
        worst = open_[0]
        _add(case, "failure" if broken else "error", title(worst), f"{worst.severity.value} {worst.rule}", text)
    elif findings:
        _add(case, "skipped", f"{findings[0].status.value}: {title(findings[0])}", "", text)
    elif verdict is Verdict.BROKEN:
        _add(case, "failure", says, "broken")
    elif verdict is Verdict.UNVERIFIED:
        _add(case, "skipped", f"unverified: {says}", "")


def _add(case: ET.Element, kind: str, message: str, type_: str, text: str = "") -> None:
    element = ET.SubElement(case, kind, message=plain(message))
    if type_:
        element.set("type", plain(type_))
    if text:
        element.text = text


def _told(report: Report, finding: Finding) -> str:
    lines = [f"{finding.severity.value} {finding.rule} {finding.id}"]
    lines += [f"{head}: {'; '.join(told)}" for head, told in sections(report, finding)]
    for fix in finding.judgement.fixes:
        lines.append(f"Fix: {plain(fix.text)}")
        lines += [f"  {plain(each)}" for each in fix.patch.split("\n") if each.strip()]
    return "\n".join(lines)


def _counted(suite: ET.Element, cases: list[ET.Element]) -> ET.Element:
    suite.extend(cases)
    for key, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(key, str(sum(case.find(tag) is not None for case in cases)))
    suite.set("tests", str(len(cases)))
    suite.set("time", "0")
    return suite


def _totals(root: ET.Element) -> None:
    for key in ("tests", "failures", "errors", "skipped"):
        root.set(key, str(sum(int(suite.get(key, "0")) for suite in root)))
