"""The company in MariaDB: every lie that its systems can hold, and those that need accounts, definers and events."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from inline_snapshot import snapshot

from examples.support_reply import traces
from examples.support_reply.company import Company, honest
from examples.support_reply.lies import LIES, Lie
from examples.support_reply.lies_about_rights import Lie as LieAboutRights
from examples.support_reply.lies_in_mariadb import COPIED
from examples.support_reply.lies_in_mariadb import LIES as LIES_OF_ACCOUNTS
from examples.support_reply.mariadb import HOLDS, Systems, planned
from examples.support_reply.world import DOCUMENTS
from lineage.connector import Structure
from lineage.facts import UnseenFact
from lineage.finding import Finding
from lineage.model import Verdict
from lineage.report import Decision, Report
from lineage.testing import World
from tests.connectors.conformance import read
from tests.servers_mariadb import MariadbSchemas, MariadbServer

BESIDE: Final = {
    # What a view's definition hides, an account may reach by it: nobody can say.
    "lineage/opaque-hop": {"access/undecidable-reach"},
    "source/hidden-or-missing": {"access/undecidable-reach"},
}
"""Lie of tables -> rules that it breaks besides where accounts are judged."""

_SUFFIX: Final = re.compile(r"_[0-9a-f]{8}\b")
"""What this run's schemas and accounts end in."""


@dataclass
class Told:
    """The company's schemas, and who reads them."""

    schemas: MariadbSchemas
    systems: Systems
    names: dict[str, str]
    """What stands for a schema or an account in a lie."""
    auditor: str
    login: str

    def audit(self, folder: Path, company: Company) -> Report:
        shutil.copytree(DOCUMENTS, folder / DOCUMENTS.name)
        urls = {f"{system.upper()}_URL": self.schemas.url(self.auditor, self.names[system]) for system in HOLDS}
        traces.write(folder / "traces.jsonl", company.records["runs"])
        return World(folder, {**urls, "TRACES": str(folder / "traces.jsonl")}, company.now).audit(company.plan)

    def company(self) -> Company:
        company = honest()
        planned(company, self.login)
        return company


@pytest.fixture(scope="module")
def told(lone_mariadb: MariadbServer) -> Iterator[Told]:
    with lone_mariadb.schemas() as schemas:
        names = {system: schemas.schema(system) for system in HOLDS}
        login, definer, auditor = (schemas.account(label) for label in ("ai_draft", "definer", "auditor"))
        names |= {"login": f"'{login}'@'%'", "definer": f"'{definer}'@'%'", "analyst": schemas.role("analyst")}
        for system in HOLDS:
            schemas.execute(
                # MariaDB lets nobody grant a column of a view over a view whose definer may not grant it himself.
                f"grant select on {names[system]}.* to {names['definer']} with grant option",
                f"grant select, show view, event on {names[system]}.* to '{auditor}'@'%'",
            )
        for what in ("access", "grant option"):
            [unseen] = [
                fact
                for fact in read("mysql", {"url": schemas.url(auditor)}, [Structure()])
                if isinstance(fact, UnseenFact) and fact.what == what
            ]
            schemas.execute(*unseen.settle.split("; "))
        connection = lone_mariadb.connect()
        try:
            systems = Systems(connection, names, names["login"], names["definer"])
            told = Told(schemas, systems, names, auditor, login)
            systems.load(told.company())
            systems.schedule()
            yield told
        finally:
            connection.close()


def open_questions(report: Report) -> dict[str, list[str]]:
    """Give what stays unverified of the systems: the reason, and the leaves that have it."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in report.assumptions:
        if line.verdict is Verdict.UNVERIFIED and line.leaf.startswith("sources."):
            leaf = ".".join(part for part in line.leaf.split(".") if part not in {"sources", "datasets", "fields"})
            found[_SUFFIX.sub("", line.says)[:90]].append(leaf)
    return {reason: leaves for reason, leaves in found.items() if reason != "no rule judges this claim yet"}


def test_of_the_honest_company_nothing_is_broken_and_the_rest_is_known(tmp_path: Path, told: Told) -> None:
    report = told.audit(tmp_path, told.company())

    assert [(finding.rule, finding.title) for finding in report.findings] == []
    assert (report.failures, report.decision) == ((), Decision.SHIP)
    assert open_questions(report) == snapshot(
        {
            "whether the login's password ends is not known: the server's default is 90 days, and the a": [
                "crm.identity"
            ],
            "the job crm.crm_purge deletes from it, it counts from another field than started_at": [
                "crm.subscriptions.keep.limit"
            ],
            "18 records of 400 refer to no crm.contacts.id; the plan does not say what share may": [
                "helpdesk.tickets.contact_id.joins"
            ],
            "nothing that deletes from it was seen": [
                "helpdesk.replies.keep.limit",
                "billing.invoices.keep.limit",
                "knowledge.articles.keep.limit",
                "knowledge.policies.keep.limit",
                "index.chunks.keep.limit",
                "ops.incidents.keep.limit",
                "ops.open_incidents.keep.limit",
            ],
            "e-mail addresses in 6 % of texts, bank accounts (IBAN) in 3.2 % of texts, phone numbers in": [
                "helpdesk.tickets.body.mask.to"
            ],
            "32 records of 600 refer to no crm.contacts.id; the plan does not say what share may": [
                "product.usage.user_id.joins"
            ],
            "21 records of 300 refer to no crm.contacts.id; the plan does not say what share may": [
                "billing.invoices.contact_id.joins"
            ],
            "e-mail addresses in 5.2 % of texts, bank accounts (IBAN) in 5.5 % of texts, phone numbers ": [
                "helpdesk.replies.body.mask.to"
            ],
            "how index.chunks is made from knowledge.articles was not seen": ["knowledge.articles.text.need"],
            "8 records of 120 refer to no crm.contacts.id; the plan does not say what share may": [
                "state.sessions.user_id.joins"
            ],
            "how index.chunks is made from knowledge.policies was not seen": ["knowledge.policies.text.need"],
            "whether the connection is encrypted was not seen": [
                "crm.connector",
                "helpdesk.connector",
                "product.connector",
                "billing.connector",
                "knowledge.connector",
                "index.connector",
                "ops.connector",
                "state.connector",
            ],
            "insufficient history: 0 whole spans of 7 days before the last one can be compared": [
                "crm.contacts.fresh",
                "billing.invoices.fresh",
                "index.chunks.fresh",
                "state.sessions.fresh",
            ],
            "insufficient history: 2 whole spans of 7 days before the last one can be compared": [
                "helpdesk.tickets.fresh",
                "product.usage.fresh",
            ],
            "insufficient history: 0 whole spans of 1 year before the last one can be compared": [
                "knowledge.articles.fresh"
            ],
            "insufficient history: 0 whole spans of 2 years before the last one can be compared": [
                "knowledge.policies.fresh"
            ],
            "insufficient history: 3 whole spans of 7 days before the last one can be compared": [
                "ops.open_incidents.fresh"
            ],
            "its owner has not confirmed what the plan says of the source": [
                "crm.owner",
                "helpdesk.owner",
                "product.owner",
                "billing.owner",
                "knowledge.owner",
                "index.owner",
                "ops.owner",
                "state.owner",
                "traces.owner",
            ],
        }
    )


def of(report: Report, rule: str) -> list[Finding]:
    return [finding for finding in report.findings if finding.rule == rule]


def held_by_systems() -> list[Lie]:
    """Give the lies that stand in tables, views or schemas, not in the plan alone."""
    found = []
    for lie in LIES:
        company, before = honest(), honest()
        lie.tell(company)
        if any(
            getattr(company, part) != getattr(before, part) for part in ("records", "views", "withheld", "zoneless")
        ):
            found.append(lie)
    return found


@pytest.mark.parametrize("lie", [*held_by_systems(), *COPIED], ids=lambda lie: lie.rule)
def test_a_lie_is_found_by_its_rule_and_by_no_other(tmp_path: Path, told: Told, lie: Lie) -> None:
    company = told.company()
    lie.tell(company)
    told.systems.load(company)
    try:
        report = told.audit(tmp_path, company)
    finally:
        told.systems.load(told.company())

    # A set: what is read and what an account may read besides are two findings of one rule about one field.
    assert {finding.judgement.subject.label for finding in of(report, lie.rule)} == set(lie.about), lie.tell.__doc__
    beside = {finding.rule for finding in report.findings} - {lie.rule}
    assert beside == set(lie.entails) | BESIDE.get(lie.rule, set())
    assert bool(report.failures) == (lie.rule == "source/unreachable-source")


@pytest.mark.parametrize("lie", LIES_OF_ACCOUNTS, ids=lambda lie: lie.rule)
def test_a_lie_of_accounts_or_events_is_found_by_its_rule_and_by_no_other(
    tmp_path: Path, told: Told, lie: LieAboutRights
) -> None:
    company = told.company()
    if lie.says[0]:
        company.says(*lie.says)
    told.schemas.execute(*lie.tell.format(**told.names).split("; "))
    try:
        report = told.audit(tmp_path, company)
    finally:
        told.schemas.execute(*lie.take_back.format(**told.names).split("; "))

    assert {finding.judgement.subject.label for finding in of(report, lie.rule)} == set(lie.about)
    assert {finding.rule for finding in report.findings} - {lie.rule} == set(lie.entails)
    assert not report.failures
