from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lineage import registry
from lineage.facts import LookFact
from lineage.model import Severity, Verdict
from lineage.run import report_on
from lineage.testing import NOW, World, finding, verdict

PLAN = """
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: sqlite, url: "${{CRM_URL}}"}}
    budget: {{sample: {sample}}}
    datasets:
      orders: {{reads: orders, key: id, fields: {{id: required, code: helpful}}}}
steps:
  draft: {{reads: {{crm.orders: all}}, to: prompt}}
"""
RULE = "privacy/insufficient-detection"


def orders(folder: Path, rows: int) -> World:
    return World(folder).sqlite(
        "crm",
        "create table orders (id integer primary key, code text);"
        f"with recursive n(i) as (select 1 union all select i + 1 from n where i < {rows})"
        " insert into orders select i, 'C-' || i from n;",
    )


def test_a_hundred_clean_values_of_five_thousand_do_not_make_a_field_clean(tmp_path: Path) -> None:
    report = orders(tmp_path, 5_000).audit(PLAN.format(sample=100))

    found = finding(report, RULE, "crm.orders.code")
    assert found is not None
    assert found.severity is Severity.MEDIUM
    assert found.judgement.verdict is Verdict.UNVERIFIED
    assert "1,200" in found.judgement.settle or "1200" in found.judgement.settle
    assert verdict(report, "code.need") is Verdict.UNVERIFIED


def test_all_values_are_enough_however_few_they_are(tmp_path: Path) -> None:
    report = orders(tmp_path, 50).audit(PLAN.format(sample=100))

    assert finding(report, RULE) is None
    assert verdict(report, "code.need") is Verdict.HELD


def test_values_of_which_the_beginnings_were_read_leave_their_field_open(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite(
        "crm",
        "create table orders (id integer primary key, code text);"
        "insert into orders values (1, 'C-1'), (2, 'C-2' || replace(hex(zeroblob(12000)), '0', 'x '));",
    )

    found = finding(world.audit(PLAN.format(sample=100)), RULE, "crm.orders.code")

    assert found is not None
    assert "of whose longer ones the beginnings were read" in found.judgement.says
    assert "in parts" in found.judgement.settle


@pytest.mark.parametrize(
    ("how", "told"),
    [("spread sample", Verdict.HELD), ("first rows", Verdict.UNVERIFIED), ("last events", Verdict.UNVERIFIED)],
)
def test_only_what_is_drawn_by_chance_says_something_of_the_others(tmp_path: Path, how: str, told: Verdict) -> None:
    """Two thousand values are enough if they are spread; the last of a topic are those of one day."""
    plan = PLAN.format(sample=2_000)
    facts = orders(tmp_path, 30_000).scan(plan)
    seen = [replace(f, seen=replace(f.seen, how=how), blocks=0) if isinstance(f, LookFact) else f for f in facts.facts]

    report = report_on(plan, "plan.yaml", replace(facts, facts=tuple(seen)), registry.rules(), now=NOW, started_at=NOW)

    assert verdict(report, "code.need") is told
    found = finding(report, RULE, "crm.orders.code")
    assert (found is None) is (told is Verdict.HELD)
    assert found is None or f"which are the {how} and say little of the others" in found.title
