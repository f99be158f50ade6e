"""Waivers and what changed since the run before, in the words that every report uses."""

from __future__ import annotations

from collections.abc import Iterator

from lineage.report import Change, Report
from lineage.reports.words import counted, plain
from lineage.waivers.model import Weighed


def accepted(report: Report) -> str:
    """Give how many findings somebody accepted, and how many waivers are not in force; empty where there are none."""
    void = sum(bool(each.flaws) for each in report.waivers)
    told = [
        f"{counted(report.decided, 'finding')} accepted" if report.decided or report.waivers else "",
        f"{counted(void, 'waiver')} not in force" if void else "",
    ]
    return ", ".join(each for each in told if each)


def since(report: Report) -> str:
    """Give what changed since the run before; empty where no store was named."""
    if report.history is None:
        return ""
    if report.history.previous is None:
        return "first run"
    numbers = report.history.counts()
    told = [f"{numbers[change]} {change.value}" for change in Change if numbers[change] and change is not Change.STILL]
    return f"since the run before: {', '.join(told) or 'nothing new'}"


def change(report: Report, finding: str) -> str:
    """Give `new` or `regressed` of a finding; empty of one that was there before, and where no store was named."""
    found = report.history.changes.get(finding) if report.history is not None and report.history.previous else None
    return found.value if found is not None and found is not Change.STILL else ""


def about(weighed: Weighed) -> str:
    """Give what a waiver is for: its finding by rule and subject, else as it is written."""
    named = [f"{found.rule} of {found.judgement.subject.label}" for found in weighed.findings[:3]]
    more = f" and {len(weighed.findings) - 3} more" if len(weighed.findings) > 3 else ""
    return plain(", ".join(named) + more or f"finding {weighed.waiver.id}")


def gone(report: Report) -> Iterator[tuple[str, str]]:
    """Give (resolved or not seen, rule and subject) of each finding of the run before that is not in this one."""
    for each in report.history.gone if report.history is not None else ():
        yield each.change.value, plain(f"{each.rule} of {each.label}")
