"""The company in PostgreSQL: lies about who may read what, which only a system with logins and grants can hold."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from examples.support_reply.company import honest
from examples.support_reply.lies_about_rights import LIES, Lie
from examples.support_reply.postgresql import build
from lineage import registry
from lineage.model import Verdict
from lineage.report import Decision
from lineage.requirement import answered
from lineage.testing import World
from tests.servers import PostgresDatabase, quoted


@dataclass(frozen=True)
class Told:
    """The company's database, its login, and the plan."""

    database: PostgresDatabase
    names: dict[str, str]
    plan: str

    def run(self, statements: str) -> None:
        self.database.execute(statements.format(**{label: quoted(name) for label, name in self.names.items()}))


@pytest.fixture(scope="module")
def told(postgres_of_module: PostgresDatabase) -> Told:
    import psycopg

    names = {"login": postgres_of_module.role("ai_draft"), "analyst": postgres_of_module.role("analyst", "NOLOGIN")}
    with psycopg.connect(postgres_of_module.url(), autocommit=True) as connection:
        plan = build(connection, honest(), names["login"])
    return Told(postgres_of_module, names, plan)


@pytest.mark.postgresql
def test_of_the_honest_company_nothing_is_broken(tmp_path: Path, told: Told) -> None:
    report = World(tmp_path).url("company", told.database.url()).audit(told.plan)

    assert [(finding.rule, finding.title) for finding in report.findings] == []
    assert not report.failures
    assert report.decision is Decision.SHIP
    assert [(line.leaf, line.says) for line in report.assumptions if line.verdict is Verdict.BROKEN] == []
    points = answered(registry.requirements(), report.assumptions, (rule.id for rule in registry.rules()))
    assert [point.requirement.id for point in points if not point.is_answered_for] == []
    assert {point.verdict for point in points if point.lines == ()} <= {Verdict.UNVERIFIED}


@pytest.mark.postgresql
@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.rule)
def test_a_lie_about_rights_is_found_by_its_rule_and_by_no_other(tmp_path: Path, told: Told, lie: Lie) -> None:
    declared, instead = (said.format(**told.names) for said in lie.says)
    assert not declared or told.plan.count(declared) == 1
    plan = told.plan.replace(declared, instead) if declared else told.plan
    told.run(lie.tell)
    try:
        report = World(tmp_path).url("company", told.database.url()).audit(plan)
    finally:
        told.run(lie.take_back)

    about = [finding.judgement.subject.label for finding in report.findings if finding.rule == lie.rule]
    assert sorted(about) == sorted(lie.about)
    assert {finding.rule for finding in report.findings} - {lie.rule} == set(lie.entails)
    assert not report.failures
