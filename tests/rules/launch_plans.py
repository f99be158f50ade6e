"""A small plan for the rules about a launch: blocks of answers are put below it."""

from __future__ import annotations

from pathlib import Path

from lineage import registry
from lineage.finding import Assumption
from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import World

CRM = "create table contacts (id integer primary key, email text); insert into contacts values (1, null);"
PLAN = """\
plan: v1
meta: {id: reply, status: STATUS, owner: planner@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    owner: crm-owner@acme.example
    datasets: {contacts: {reads: contacts, key: id, fields: {id: required, email: helpful}}}
steps: {draft: {reads: {crm.contacts: all}, to: prompt}}
"""


def plan_of(answers: str = "", status: str = "in-review") -> str:
    """Give the small plan with blocks below it."""
    return PLAN.replace("STATUS", status) + answers


def judged(folder: Path, answers: str, *rules: str, status: str = "in-review") -> Report:
    """Audit the small plan by some rules only."""
    world = World(folder)
    if not (folder / "crm.db").exists():
        world.sqlite("crm", CRM)
    else:
        world.url("crm", f"sqlite:///{folder / 'crm.db'}")
    return world.audit(plan_of(answers, status), rules=[rule for rule in registry.rules() if rule.id in rules])


def lines(report: Report, rule: str) -> dict[str, Assumption]:
    """Give the lines of the ledger that a rule judged, by leaf."""
    return {line.leaf: line for line in report.assumptions if rule in line.rules}


def verdicts(report: Report, rule: str) -> dict[str, Verdict]:
    """Give the verdicts of the lines that a rule judged, by leaf."""
    return {leaf: line.verdict for leaf, line in lines(report, rule).items()}
