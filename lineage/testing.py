"""Worlds for tests: a folder with real systems and a plan, audited through the same code as the command's.

world = World(tmp_path).sqlite("crm", "create table contacts (id integer primary key)")
report = world.audit('''
plan: v1
...
''')
"""

from __future__ import annotations

import json
import sqlite3
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from lineage import registry
from lineage.approved import with_approved
from lineage.canary.file import with_canaries
from lineage.errors import PlanError
from lineage.facts import Snapshot
from lineage.finding import Assumption, Finding
from lineage.model import Verdict
from lineage.plan.load import read_plan
from lineage.plan.model import Plan
from lineage.plan.problems import render_problems
from lineage.report import Report
from lineage.rule import Rule
from lineage.run import report_on
from lineage.scan import Limits, scan

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
"""The moment at which worlds are judged unless a test says another."""


@dataclass(slots=True)
class World:
    """A folder with systems; each becomes an environment variable that a plan names, `${CRM_URL}`."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)
    now: datetime = NOW

    def sqlite(self, name: str, script: str) -> World:
        """Add an SQLite database, `${NAME_URL}`, made by a script."""
        path = self.folder / f"{name}.db"
        connection = sqlite3.connect(path)
        try:
            connection.executescript(script)
        finally:
            connection.close()
        self.environ[f"{name.upper()}_URL"] = f"sqlite:///{path}"
        return self

    def file(self, name: str, text: str) -> World:
        """Add a file below the folder `files`, whose path is `${FILES}`."""
        path = self.folder / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.environ["FILES"] = str(self.folder / "files")
        return self

    def jsonl(self, name: str, rows: Sequence[Mapping[str, object]]) -> World:
        """Add a JSON Lines file below `${FILES}`."""
        return self.file(name, "".join(json.dumps(row, default=str) + "\n" for row in rows))

    def url(self, name: str, url: str) -> World:
        """Name a system that runs elsewhere, `${NAME_URL}`."""
        self.environ[f"{name.upper()}_URL"] = url
        return self

    def plan(self, text: str) -> Plan:
        """Load a plan.

        Raises:
            PlanError: with every problem, rendered.
        """
        source = textwrap.dedent(text).lstrip("\n")
        plan, problems = read_plan(source, "plan.yaml")
        if plan is None:
            raise PlanError(render_problems(problems, source, "plan.yaml"))
        return plan

    def scan(self, text: str, *, rules: Sequence[Rule] | None = None, limits: Limits = Limits()) -> Snapshot:
        """Scan what a plan names."""
        plan, judged_by = self.plan(text), rules or registry.rules()
        return scan(plan, judged_by, now=self.now, environ=self.environ, limits=limits, folder=self.folder)

    def audit(self, text: str, *, rules: Sequence[Rule] | None = None, limits: Limits = Limits()) -> Report:
        """Scan and judge."""
        source = textwrap.dedent(text).lstrip("\n")
        beside = self.folder / "plan.yaml"
        snapshot = with_canaries(with_approved(self.scan(source, rules=rules, limits=limits), beside), beside)
        return report_on(source, "plan.yaml", snapshot, rules or registry.rules(), now=self.now, started_at=self.now)


def finding(report: Report, rule: str, subject: str | None = None) -> Finding | None:
    """Give a report's first finding of a rule, on a subject (its label or any part of its urn) where one is named."""
    for found in report.findings:
        about = found.judgement.subject
        if found.rule == rule and (
            subject is None or subject in (about.label, *about.urn.replace("=", ":").split(":"))
        ):
            return found
    return None


def fired(report: Report) -> set[str]:
    """Give the ids of the rules that found something."""
    return {found.rule for found in report.findings}


def assumption(report: Report, leaf: str) -> Assumption:
    """Give the line of the ledger for a leaf, by the end of its path.

    Raises:
        LookupError: no leaf, or more than one, ends so.
    """
    found = [line for line in report.assumptions if line.leaf == leaf or line.leaf.endswith(f".{leaf}")]
    if len(found) != 1:
        raise LookupError(f"{len(found)} leaves end in {leaf}: {[line.leaf for line in report.assumptions]}")
    return found[0]


def verdict(report: Report, leaf: str) -> Verdict:
    """Give the verdict of a leaf, by the end of its path."""
    return assumption(report, leaf).verdict
