"""Findings for Jira: a CSV for its importer, and the CSV that Jira gives back.

The fingerprint is the external id, and a label too, which every Jira can search. An issue that an earlier
`lineage import` saw has its key in `Issue key`, by which Jira updates it instead of making a second one.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lineage.errors import PlanError
from lineage.exports import Beside
from lineage.exports._parts import cut, owner, sections, title, whole
from lineage.finding import Finding, Status
from lineage.model import Severity
from lineage.report import Report
from lineage.reports.csv import in_a_cell
from lineage.reports.words import plain

COLUMNS: Final = (
    "External issue ID",
    "Issue key",
    "Issue type",
    "Summary",
    "Priority",
    "Labels",
    "Labels",
    "Labels",
    "Description",
    "Owner",
)
"""Jira takes several columns of one name as several values; new columns are only ever added at the end."""
SUMMARY: Final = 255
DESCRIPTION: Final = 32_000
"""Jira's own limit is 32,767 characters unless its administrator has changed it."""
MARK: Final = re.compile(r"lineage-([0-9a-f]{16})\b")
_PRIORITIES: Final = {
    Severity.BLOCKER: "Highest",
    Severity.HIGH: "High",
    Severity.MEDIUM: "Medium",
    Severity.LOW: "Low",
    Severity.INFO: "Lowest",
}
_LARGEST: Final = 50_000_000
_NEEDED: Final = ("issue key", "status")
_DELIMITERS: Final = (",", ";", "\t", "|", "^")
_DECLINED: Final = re.compile(r"wo?n.?t\b|declin|accept|reject|obsolete|not a |as designed|duplicate", re.IGNORECASE)
_DONE: Final = re.compile(r"^(done|closed|resolved|fixed|complete[d]?|released|verified)$", re.IGNORECASE)


def written(report: Report, beside: Beside = Beside()) -> str:
    """Give the findings as CSV for Jira's importer."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for finding in sorted(report.findings, key=lambda finding: finding.severity.rank):
        writer.writerow([in_a_cell(each) for each in _row(report, finding, beside.issues.get(finding.id, ""))])
    return stream.getvalue()


def _row(report: Report, finding: Finding, key: str) -> Iterator[str]:
    yield finding.id
    yield key
    yield "Task"
    yield cut(title(finding), SUMMARY, f"finding {finding.id}")
    yield _PRIORITIES[finding.severity]
    yield "lineage-audit"
    yield f"lineage-{finding.id}"
    yield f"lineage-{finding.rule.partition('/')[0]}"
    yield cut(_described(report, finding), DESCRIPTION, whole(finding))
    yield owner(finding)


def _described(report: Report, finding: Finding) -> str:
    lines = [f"{finding.severity.value} {finding.rule}, finding {finding.id}"]
    for head, told in sections(report, finding):
        lines += [f"{head}:", *(f"  {_unmarked(each)}" for each in told)]
    for fix in finding.judgement.fixes:
        lines += [f"Fix ({fix.kind.value}, {plain(fix.effort)}):", f"  {_unmarked(plain(fix.text))}"]
        lines += [f"  {_unmarked(plain(line))}" for line in fix.patch.split("\n") if line.strip()]
    return "\n".join(lines)


def _unmarked(line: str) -> str:
    """Keep Jira from reading names as its own markup: macros, links, mentions, pictures, tables."""
    return re.sub(r"([\\{}\[\]|!*^~])", r"\\\1", line)


@dataclass(frozen=True, slots=True)
class Issue:
    """What Jira says of a finding."""

    finding: str
    key: str
    status: Status
    says: str
    """Jira's own words: status and resolution."""


def read(text: str, name: str) -> tuple[Issue, ...]:
    """Give the issues of a CSV from Jira that are about findings, by fingerprint; of several about one the last counts.

    Nothing but key, status, resolution, labels and external id is looked at.

    Raises:
        PlanError: the file is no such CSV; says which column it lacks.
    """
    if len(text) > _LARGEST:
        raise PlanError(f"{name}: is larger than {_LARGEST:,} characters; export fewer issues")
    text = text.removeprefix("\ufeff")
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
    except csv.Error:
        raise PlanError(f"{name}: is no CSV; in Jira, export issues as CSV with all fields") from None
    header = _header(rows)
    for needed in _NEEDED:
        if needed not in header:
            raise PlanError(
                f"{name}: has no column {needed.capitalize()!r}; in Jira, export issues as CSV with all fields"
            )
    found: dict[str, Issue] = {}
    for row in rows[1:]:
        for identifier in _fingerprints(header, row):
            found[identifier] = _issue(identifier, header, row)
    return tuple(found.values())


def _delimiter(text: str) -> str:
    """Give what parts the cells, which Jira lets its users choose: what parts the columns that are needed."""
    head = text.partition("\n")[0]
    readable = (mark for mark in _DELIMITERS if set(_NEEDED) <= set(_header([head.split(mark)])))
    return next(readable, _DELIMITERS[0])


def _header(rows: Sequence[Sequence[str]]) -> list[str]:
    return [cell.strip().strip('"').casefold() for cell in rows[0]] if rows else []


def _issue(identifier: str, header: Sequence[str], row: Sequence[str]) -> Issue:
    status, resolution = _first(header, row, "status"), _first(header, row, "resolution")
    key = _first(header, row, "issue key")
    words = f"{status} ({resolution})" if resolution and resolution.casefold() != "unresolved" else status
    return Issue(
        identifier,
        plain(key)[:100] if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*-\d+", key) else "",
        _status(status, resolution, _first(header, row, "status category")),
        plain(words)[:100],
    )


def _status(status: str, resolution: str, category: str) -> Status:
    """Give what a closed issue says: that it was declined is acceptance by somebody, not a fix.

    A status is named as a team likes; the category, where it is exported, is one of Jira's own three.
    """
    closed = bool(_DONE.match(category) or _DONE.match(status))
    if _DECLINED.search(status) or ((closed or resolution) and _DECLINED.search(resolution)):
        return Status.ACCEPTED
    return Status.FIXED if closed else Status.OPEN


def _first(header: Sequence[str], row: Sequence[str], column: str) -> str:
    return next((cell.strip() for name, cell in zip(header, row, strict=False) if name == column), "")


def _fingerprints(header: Sequence[str], row: Sequence[str]) -> list[str]:
    """Give the findings that a row is about: by its external id, else by its labels."""
    cells = list(zip(header, row, strict=False))
    told = [cell.strip() for name, cell in cells if "external issue id" in name]
    ids = [cell for cell in told if re.fullmatch(r"[0-9a-f]{16}", cell)]
    return ids or [mark for name, cell in cells if name == "labels" for mark in MARK.findall(cell)]
