"""Runs that a store keeps, and what became of findings from one to another: for a terminal and for machines."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from lineage.history import KeptFinding, KeptRun
from lineage.model import Severity, Verdict
from lineage.report import Change, History
from lineage.reports.lines import Lines
from lineage.reports.words import counted, moment, plain

_STYLES: Final = {
    Change.NEW: ("+", "red"),
    Change.REGRESSED: ("!", "bold red"),
    Change.STILL: ("=", "dim"),
    Change.RESOLVED: ("-", "green"),
    Change.NOT_SEEN: ("?", "yellow"),
}
Kept = Sequence[tuple[KeptRun, History]]
"""Runs, each with what changed in it."""


def render(runs: Kept, console: Console) -> None:
    """Print runs, a block each."""
    lines = Lines(console)
    for run, found in runs:
        lines.text(
            Text.assemble((run.decision.upper(), "bold"), f"  {plain(run.plan)}  run {run.run}  {moment(run.as_of)}"),
            indent=0,
        )
        severities = Counter(each.severity for each in run.findings)
        told = ", ".join(f"{severities[one]} {one.value}" for one in Severity if severities[one]) or "no finding"
        verdicts = run.counts()
        ledger = ", ".join(f"{verdicts[one]} {one.value}" for one in (Verdict.HELD, Verdict.BROKEN, Verdict.UNVERIFIED))
        accepted = f"; {counted(run.waived, 'finding')} accepted" if run.waived else ""
        lines.text(f"{told}; {ledger}{accepted}{'; incomplete' if run.incomplete else ''}, mode {run.mode}")
        lines.text(changed(found))
    if not runs:
        lines.text("no run is kept; `lineage audit PLAN --store default` keeps one", indent=0)


def changed(found: History) -> str:
    """Give how many findings are new, back, still there, resolved or not seen since the run before."""
    if found.previous is None:
        return "the first run of its plan"
    numbers = found.counts()
    told = ", ".join(f"{numbers[change]} {change.value}" for change in Change if numbers[change]) or "no finding"
    return f"since run {found.previous}: {told}"


def document(runs: Kept) -> str:
    """Give runs as JSON, `lineage-history/v1`."""
    told = [
        {
            **_head(run),
            "findings": len(run.findings),
            "held": run.counts()[Verdict.HELD],
            "broken": run.counts()[Verdict.BROKEN],
            "unverified": run.counts()[Verdict.UNVERIFIED],
            "waived": run.waived,
            "previous": found.previous,
            "changes": {change.value: number for change, number in found.counts().items()},
        }
        for run, found in runs
    ]
    return json.dumps({"schema": "lineage-history/v1", "runs": told}, indent=2, ensure_ascii=True) + "\n"


def difference(before: KeptRun, after: KeptRun, found: History) -> str:
    """Give what became of findings as JSON, `lineage-run-diff/v1`."""
    told = [
        {"finding": each.finding, "rule": each.rule, "severity": each.severity.value, "about": each.label}
        | {"change": change.value, "title": each.title}
        for change, each in _all(before, after, found)
    ]
    head = {"schema": "lineage-run-diff/v1", "before": _head(before), "after": _head(after)}
    return json.dumps({**head, "findings": told}, indent=2, ensure_ascii=True) + "\n"


def render_difference(before: KeptRun, after: KeptRun, found: History, console: Console) -> None:
    """Print what became of findings, a line each, what is new first."""
    lines = Lines(console)
    head = f"{plain(after.plan)}: {before.run} ({moment(before.as_of)}) to {after.run} ({moment(after.as_of)})"
    lines.text(Text(head, "bold"), indent=0)
    for change, each in _all(before, after, found):
        sign, style = _STYLES[change]
        told = f"{sign} {change.value:9} {each.severity.value:8} {each.rule}  {plain(each.label)}: {plain(each.title)}"
        lines.text(Text(told, style), indent=0)
    lines.text(changed(found), indent=0)


def _all(before: KeptRun, after: KeptRun, found: History) -> Iterator[tuple[Change, KeptFinding]]:
    gone = {each.finding: each.change for each in found.gone}
    told = [(found.changes[each.finding], each) for each in after.findings]
    told += [(gone[each.finding], each) for each in before.findings if each.finding in gone]
    yield from sorted(told, key=lambda one: (list(_STYLES).index(one[0]), one[1].severity.rank, one[1].rule))


def _head(run: KeptRun) -> dict[str, object]:
    return {
        "run": run.run,
        "plan": run.plan,
        "as_of": run.as_of.isoformat(),
        "decision": run.decision,
        "incomplete": run.incomplete,
        "mode": run.mode,
        "tool_version": run.tool_version,
    }
