"""The parts of a report that more than one export needs: places, owners, texts that fit, and a finding in sections.

A text that a format has no room for is cut, and says so with a pointer to where the whole of it stands.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import PurePath
from typing import Any, Final
from urllib.parse import quote

from lineage.finding import Finding, Status
from lineage.model import Verdict
from lineage.report import Report
from lineage.reports.effect import place, scope_effect
from lineage.reports.words import figure, how_measured, plain

NAMESPACE: Final = uuid.UUID("6f4c2c1e-0b6e-5a0a-9c53-1d2f6a1f9e77")
"""Under which names become UUIDs that are the same in every run."""
_HOPS_SHOWN: Final = 20


def as_json(document: Any) -> str:
    """Give a document as JSON that is the same for the same run, in ASCII."""
    return json.dumps(document, indent=2, ensure_ascii=True) + "\n"


def stable(*parts: object) -> str:
    """Give a UUID that is always the same for the same parts."""
    return str(uuid.uuid5(NAMESPACE, "\x1f".join(map(plain, parts))))


def cut(text: str, longest: int, pointer: str) -> str:
    """Give a text that fits; one that was cut ends in a pointer to the whole of it."""
    if len(text) <= longest:
        return text
    tail = f"… ({pointer})"
    return f"{text[: longest - len(tail)]}{tail}"


def whole(finding: Finding) -> str:
    """Give where the whole of a finding stands."""
    return f"cut; whole in `lineage audit -f json` under {finding.id}"


def uri(file: str) -> str:
    """Give the plan's file as a URI reference: relative where it is, with `/` and nothing that needs escaping."""
    path = PurePath(plain(file))
    if path.is_absolute():
        return "file://" + quote(path.as_posix())
    return quote(path.as_posix())


def line_and_column(report: Report, leaf: str) -> tuple[int, int]:
    """Give where a leaf stands in the plan's file, its first line where no place is known."""
    mark = place(report, leaf)
    return (mark.line, mark.column) if mark else (1, 1)


def utc(at: datetime) -> str:
    """Give a moment in ISO 8601, in UTC, to the second; one without a zone is taken as UTC."""
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return f"{aware.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def title(finding: Finding) -> str:
    """Give a finding in one line: what it is about, and what is true; whether that is known."""
    known = "" if finding.judgement.verdict is not Verdict.UNVERIFIED else "unverified: "
    return plain(f"{known}{finding.judgement.subject.label}: {finding.title}")


def owner(finding: Finding) -> str:
    """Give who is to mend a finding, the fix's owner before the assumption's; empty where nobody is named."""
    return plain(next((fix.owner for fix in finding.judgement.fixes if fix.owner), finding.owner) or "")


def verdicts(report: Report) -> str:
    """Give the verdict line: how many assumptions were held, broken, unverified, and what was waived or accepted."""
    counts = report.counts()
    told = ", ".join(
        f"{counts[verdict]} {verdict.value}" for verdict in (Verdict.BROKEN, Verdict.UNVERIFIED, Verdict.HELD)
    )
    decided = Counter(finding.status.value for finding in report.findings if finding.status is not Status.OPEN)
    return told + "".join(f", {count} {status}" for status, count in sorted(decided.items()))


def sections(report: Report, finding: Finding) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Give a finding as headed lines, those that it has: lines hold names, so a format must escape them."""
    judged = finding.judgement
    line, column = line_and_column(report, judged.leaf)
    known = judged.verdict is not Verdict.UNVERIFIED
    found = {
        "What is true" if known else "What could not be verified": (finding.title,),
        "Declared": (finding.declared, f"{report.plan_file}:{line}:{column}", judged.leaf),
        "Actual": (figure(judged.actual), how_measured(judged.actual)) if known else (),
        "What would settle it": (judged.settle,),
        "Because": _hops(finding),
        "Effect on the scope": (scope_effect(report, finding),),
        "Why it matters": (finding.why_it_matters,),
        "Evidence": (f"{judged.verdict.value}, {judged.level.value}, {judged.confidence}",),
        "Status": (finding.status.value,) if finding.status is not Status.OPEN else (),
    }
    for head, lines in found.items():
        if told := tuple(plain(each) for each in lines if each and str(each).strip()):
            yield head, told


def _hops(finding: Finding) -> tuple[str, ...]:
    path = finding.judgement.path
    told = tuple(f"{hop.source} -> {hop.target} ({hop.by})" for hop in path[:_HOPS_SHOWN])
    more = f"{len(path) - _HOPS_SHOWN} more steps ({whole(finding)})"
    return (*told, more) if len(path) > _HOPS_SHOWN else told
