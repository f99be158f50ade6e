"""The contracts that a plan includes are read from beside it."""

from pathlib import Path

from lineage.facts import ContractFact, UnseenFact
from lineage.plan.contracts import read_contracts
from lineage.plan.load import read_plan
from lineage.plan.model import Plan
from lineage.reports.snapshot import lines, snapshot_of
from lineage.testing import NOW, World

CONTRACT = """\
apiVersion: v3.0.2
kind: DataContract
id: c
status: active
schema:
  - {name: contacts, properties: [{name: id, primaryKey: true, quality: [{rule: nullCheck}]}]}
slaProperties:
  - {property: latency, value: 4, unit: h, element: contacts.id}
"""
PLAN = """\
plan: v1
meta: {id: w, status: draft, owner: pm@acme.example, include: [INCLUDED]}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      contacts: {reads: contacts, fields: {id: required}}
steps:
  answer: {reads: {crm.contacts: all}, to: prompt}
rollout: [{stage: first}]
"""


def plan_with(included: str) -> Plan:
    plan, problems = read_plan(PLAN.replace("INCLUDED", included), "plan.yaml")
    assert plan is not None, problems
    return plan


def test_a_contract_below_the_plan_is_a_fact_that_survives_its_file(tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "crm.odcs.yaml").write_text(CONTRACT)
    world = World(tmp_path).sqlite("crm", "create table contacts (id integer primary key)")

    snapshot = world.scan(PLAN.replace("INCLUDED", "contracts/crm.odcs.yaml"))

    (fact,) = [fact for fact in snapshot.facts if isinstance(fact, ContractFact)]
    assert fact.name == "contracts/crm.odcs.yaml"
    assert fact.contract.datasets[0].key == ("id",)
    assert snapshot_of(lines(snapshot)).facts == snapshot.facts


def test_what_is_not_there_or_no_contract_is_told(tmp_path: Path) -> None:
    (tmp_path / "notes.yaml").write_text("a: 1\n")

    facts = list(read_contracts(plan_with("absent.yaml, notes.yaml"), tmp_path, NOW))

    assert [fact.reason[:9] for fact in facts if isinstance(fact, UnseenFact)] == ["there is ", "it is no "]
    assert all("put absent.yaml" in fact.settle or "mend notes.yaml" in fact.settle for fact in facts)  # type: ignore[union-attr]


def test_no_link_is_followed_out_of_the_plans_folder(tmp_path: Path) -> None:
    inside = tmp_path / "plans"
    inside.mkdir()
    (tmp_path / "secret.yaml").write_text(CONTRACT)
    (inside / "link.yaml").symlink_to(tmp_path / "secret.yaml")

    (fact,) = read_contracts(plan_with("link.yaml"), inside, NOW)

    assert isinstance(fact, UnseenFact)
    assert "outside" in fact.reason
