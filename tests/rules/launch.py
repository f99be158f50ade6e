"""A small workflow on a real database, for tests of rules that judge what a launch is to be like."""

from __future__ import annotations

from pathlib import Path

from lineage import registry
from lineage.finding import Finding
from lineage.report import Report
from lineage.testing import World

SCRIPT = """
create table people (id integer primary key, email text, region text, seen text);
create table tickets (id integer primary key, person integer, channel text, body text, opened text);
"""
PLAN = """\
plan: v1
meta: {id: reply, status: in-review, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      people:
        reads: people
        key: id
        fields: {id: required, email: {need: helpful, sensitive: email}, region: {need: required, values: [EU, US]}}
      tickets:
        reads: tickets
        key: id
        fields:
          id: required
          person: {need: required, joins: crm.people.id}
          channel: required
          body: {need: required, sensitive: free_text}
          opened: required
segments:
  eu: {of: crm.people, where: "region = 'EU'"}
  us: {of: crm.people, where: "region = 'US'"}
outputs: {reply: {audience: [agent]}}
steps:
  fetch: {reads: {crm.people: [region], crm.tickets: all}, autonomy: independent}
  draft: {after: [fetch], reads: {crm.people: [email]}, to: prompt, writes: [reply], autonomy: independent}
"""
DRAFT = PLAN.replace("status: in-review", "status: draft")


def world(folder: Path, *rows: str, script: str = SCRIPT) -> World:
    """Give a world whose database holds what the statements put into it."""
    folder.mkdir(exist_ok=True)
    (folder / "crm.db").unlink(missing_ok=True)
    return World(folder).sqlite("crm", script + ";\n".join(rows) + ";")


def judged(folder: Path, text: str, *rules: str, rows: tuple[str, ...] = ()) -> Report:
    """Judge a plan by some rules alone."""
    return world(folder, *rows).audit(text, rules=[rule for rule in registry.rules() if rule.id in rules])


def told(report: Report, rule: str) -> list[Finding]:
    """Give the findings of a rule."""
    return [found for found in report.findings if found.rule == rule]


def says(report: Report, rule: str) -> list[str]:
    """Give what the findings of a rule say."""
    return [found.judgement.says for found in told(report, rule)]
