"""A world with findings of several kinds to waive, and the waivers beside its plan."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from lineage import registry
from lineage.finding import Finding
from lineage.report import Report
from lineage.run import report_on
from lineage.testing import NOW, World
from lineage.waivers.file import read_waivers

GUARDIAN = "guardian@acme.example"
STALE = "freshness/stale-source"
INCOMPLETE = "source/incomplete-field"
MISSING = "source/missing-field"
PLAN = """
plan: v1
meta: {id: reply, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    owner: crm-owner@acme.example
    datasets:
      people:
        reads: people
        key: id
        fresh: {clock: seen_at, within: 1 day, zone: UTC}
        fields:
          id: required
          tier: {need: required, complete: 0.9}
          plan: helpful
          city: helpful
          seen_at: required
      rooms: {reads: rooms, key: id, fields: {id: required, floor: required}}
steps:
  draft: {reads: {crm.people: all, crm.rooms: all}, to: prompt}
rollout:
  - {stage: first, people_max: 50}
raci: {guardian: guardian@acme.example, implementation_engineer: dev@acme.example}
"""


def world(folder: Path, days: int = 10, empty: int = 30, *, name: str = "crm") -> World:
    """Make a table whose newest record is `days` old and of whose hundred tiers `empty` are null; two fields lack."""
    (folder / f"{name}.db").unlink(missing_ok=True)
    newest = (NOW - timedelta(days=days)).strftime("%Y-%m-%d %H:%M:%S")
    rows = ", ".join(f"({n}, {'null' if n < empty else repr('gold')}, '{newest}')" for n in range(100))
    return World(folder).sqlite(
        name,
        f"create table people (id integer primary key, tier text, seen_at text); insert into people values {rows};"
        "create table rooms (id integer primary key, floor integer); insert into rooms values (1, 2);",
    )


def judged(
    folder: Path, waivers: str = "", now: datetime = NOW, plan: str = PLAN, days: int = 10, empty: int = 30
) -> Report:
    """Scan and judge the world with waivers."""
    text = plan.lstrip("\n")
    read, problems = read_waivers(waivers, "waivers.yaml") if waivers else ((), [])
    assert not problems
    facts = world(folder, days, empty).scan(text)
    return report_on(text, "plan.yaml", facts, registry.rules(), now=now, started_at=now, waivers=read)


def found(report: Report, rule: str = STALE) -> Finding:
    """Give the one finding of a rule."""
    (finding,) = [finding for finding in report.findings if finding.rule == rule]
    return finding


def entry(waived: Finding, /, **other: object) -> str:
    """Give a waiver of a finding as it is, but for `other`; None leaves a key out."""
    actual = waived.judgement.actual
    keys: dict[str, object] = {
        "finding": f'"{waived.id}"',
        "rule": waived.rule,
        "reason": "the nightly load comes back on Monday",
        "by": GUARDIAN,
        "on": "2026-11-22",
        "until": "2026-12-31",
        "severity": waived.severity.value,
        "verdict": waived.judgement.verdict.value,
        "value": actual.value,
        "unit": actual.unit,
        **other,
    }
    told = [f"{key}: {value}" for key, value in keys.items() if value is not None]
    return "  - " + "\n    ".join(told) + "\n"


def waivers(*entries: str) -> str:
    """Give the text of a file of waivers."""
    return "waivers: v1\nwaive:\n" + "".join(entries)
