"""What a publisher promises beside what a plan takes for granted and what the system has."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import World, finding, verdict
from rules.source.contract_mismatch import RULE as MISMATCH
from rules.source.deprecated_source import RULE as DEPRECATED

CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: crm-contacts
version: 1.2.0
status: active
schema:
  - name: contacts
    physicalName: contacts
    properties:
      - {name: id, logicalType: integer, required: true, unique: true}
      - {name: tier, logicalType: string, required: true}
      - {name: updated_at, logicalType: timestamp, required: true}
slaProperties:
  - {property: latency, value: 4, unit: h}
  - {property: retention, value: 2, unit: y}
"""
PLAN = """
plan: v1
meta: {id: promised, owner: owner@acme.example, include: [crm.odcs.yaml]}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      contacts:
        reads: contacts
        fresh: {clock: updated_at, zone: UTC, within: 4 hours}
        keep: {limit: 24 months, since: updated_at}
        fields: {id: required, tier: {need: required, complete: 1.0}, updated_at: required}
steps: {draft: {reads: {crm.contacts: all}, to: prompt}}
rollout: [{stage: first}]
"""
TABLE = "CREATE TABLE contacts (id INTEGER PRIMARY KEY, tier TEXT, updated_at TIMESTAMP);"


def audited(folder: Path, contract: str = CONTRACT, plan: str = PLAN, table: str = TABLE) -> Report:
    (folder / "crm.odcs.yaml").write_text(contract, encoding="utf-8")
    return World(folder).sqlite("crm", table).audit(plan, rules=(MISMATCH, DEPRECATED))


def test_a_contract_that_promises_what_is_needed_is_held(tmp_path: Path) -> None:
    report = audited(tmp_path)

    assert not report.findings
    assert verdict(report, "contacts.reads") is Verdict.HELD


@pytest.mark.parametrize(
    ("contract", "plan", "table", "says"),
    [
        (("value: 4, unit: h", "value: 24, unit: h"), (), (), "at most 4 hours is needed, 1 day is promised"),
        (
            ("value: 2, unit: y", "value: 3, unit: y"),
            (),
            (),
            "the plan keeps records for 2 years, the contract for 3 years",
        ),
        (("{name: tier,", "{name: level,"), (), (), "tier is required, and the contract does not promise it"),
        ((), (), ("tier TEXT", "tier INTEGER"), "the contract promises string, its type in the system is INTEGER"),
        ((), (), ("tier TEXT,", ""), "the contract promises tier, and the system has no such field"),
    ],
)
def test_where_two_of_three_disagree_it_is_told(
    tmp_path: Path, contract: tuple[str, ...], plan: tuple[str, ...], table: tuple[str, ...], says: str
) -> None:
    def changed(text: str, by: tuple[str, ...]) -> str:
        assert not by or by[0] in text
        return text.replace(by[0], by[1]) if by else text

    report = audited(tmp_path, changed(CONTRACT, contract), changed(PLAN, plan), changed(TABLE, table))

    told = [one.judgement.says for one in report.findings if one.rule == MISMATCH.id]
    assert any(says in one for one in told), told


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (("status: active", "status: deprecated"), "is deprecated"),
        (("status: active", "status: retired"), "is retired"),
        (("slaProperties:", "slaProperties:\n  - {property: endOfSupport, value: 2026-12-31}"), "ends in 38 days"),
        (("slaProperties:", "slaProperties:\n  - {property: endOfSupport, value: 2026-01-31}"), "ended 296 days ago"),
    ],
)
def test_a_source_whose_support_ends_is_told(tmp_path: Path, changed: tuple[str, str], says: str) -> None:
    found = finding(audited(tmp_path, CONTRACT.replace(*changed)), DEPRECATED.id)

    assert found is not None
    assert says in found.judgement.says


def test_a_source_that_is_supported_for_a_year_is_held(tmp_path: Path) -> None:
    lasting = "slaProperties:\n  - {property: endOfSupport, value: 2027-12-31}"

    assert finding(audited(tmp_path, CONTRACT.replace("slaProperties:", lasting)), DEPRECATED.id) is None
