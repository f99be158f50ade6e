"""A support desk on a real PostgreSQL, and a plan that reads two tables of it as a login of its own."""

from __future__ import annotations

from pathlib import Path

from lineage import registry
from lineage.finding import Finding
from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import World
from tests.servers import PostgresDatabase, quoted

RULES = tuple(rule for rule in registry.rules() if rule.family == "access")

SCHEMA = """
CREATE SCHEMA desk;
CREATE SCHEMA hr;
CREATE TABLE desk.contacts (id int PRIMARY KEY, region text, email text, iban text, note text);
CREATE TABLE desk.tickets (id int PRIMARY KEY, contact_id int, body text);
CREATE TABLE hr.salaries (person text, amount int);
CREATE TABLE hr.people (name text, born date, desk_email text);
INSERT INTO desk.contacts SELECT n, 'EU', 'marker-' || n || '@marker.example', NULL, 'x' FROM generate_series(1, 20) n;
"""
EXACT = """
GRANT USAGE ON SCHEMA desk TO {ai};
GRANT SELECT (id, region, email) ON desk.contacts TO {ai};
GRANT SELECT (id, contact_id, body) ON desk.tickets TO {ai};
"""
PLAN = """
plan: v1
meta: {{id: reply, status: draft, owner: po@acme.example}}
sources:
  crm:
    connector: {{type: postgresql, url: "${{CRM_URL}}"}}
    owner: dba@acme.example
    identity: {ai}
    datasets:
      contacts:
        reads: desk.contacts
        key: id
        fields: {{id: required, region: required, email: {{need: helpful, sensitive: email, mask: hmac}}}}
      tickets:
        reads: desk.tickets
        key: id
        fields: {{id: required, contact_id: required, body: required}}
steps:
  draft: {{reads: {{crm.contacts: all, crm.tickets: all}}, to: prompt}}
"""


class Desk:
    """The desk's database and the login that the plan reads as."""

    def __init__(self, folder: Path, postgres: PostgresDatabase, options: str = "LOGIN") -> None:
        self.postgres = postgres
        self.ai = postgres.role("ai", options)
        self.world = World(folder).url("crm", postgres.url())
        self.run(SCHEMA)

    def run(self, statements: str) -> Desk:
        """Run statements, `{ai}` being the login, `{db}` the database and `{label}` any role made for this test."""
        names = {role.rsplit("_", 1)[0]: quoted(role) for role in self.postgres.roles}
        self.postgres.execute(statements.format(db=quoted(self.postgres.name), **names))
        return self

    def role(self, label: str, options: str = "NOLOGIN") -> str:
        return self.postgres.role(label, options)

    def audit(self, plan: str = PLAN, **urls: str) -> Report:
        """Scan as the superuser, and judge the access rules."""
        for name, url in urls.items():
            self.world.url(name, url)
        return self.world.audit(plan.format(ai=self.ai), rules=RULES)

    def apply(self, found: Finding) -> Desk:
        """Run the SQL of a finding's fix."""
        self.postgres.execute(found.judgement.fixes[0].patch)
        return self


def findings(report: Report, rule: str) -> list[Finding]:
    """Give the findings of a rule that are broken."""
    return [one for one in report.findings if one.rule == rule and one.judgement.verdict is Verdict.BROKEN]


def only(report: Report, rule: str) -> Finding:
    """Give the one finding of a rule."""
    [found] = findings(report, rule)
    return found


def path(found: Finding) -> list[str]:
    """Give the hops of a finding's path, roles without the test's tag."""
    return [f"{_plain(hop.source)} -{hop.by}-> {_plain(hop.target)}" for hop in found.judgement.path]


def _plain(name: str) -> str:
    head, _, tail = name.rpartition("_")
    return head if len(tail) == 8 and all(letter in "0123456789abcdef" for letter in tail) else name
