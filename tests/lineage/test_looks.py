"""How much is looked at: two raw addresses among thirty thousand hashes are found, and what was not read is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.facts import LookFact
from lineage.scan import Limits
from lineage.testing import World, finding

PLAN = """
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: sqlite, url: "${{CRM_URL}}"}}
    budget: {budget}
    datasets:
      contacts:
        reads: {reads}
        key: id
        fields: {{id: required, email: {{need: helpful, sensitive: email, mask: {mask}}}, note: helpful}}
steps:
  draft: {{reads: {{crm.contacts: all}}, to: prompt}}
"""
RULE = "privacy/unmasked-at-boundary"
HASHED = "printf('%08x%08x%08x%08x', i * 2654435761 % 4294967296, i * 40503 % 4294967291, i * 9176 % 4294967279, i)"


def contacts(folder: Path, rows: int, raw: str = "i IN (7001, 21001)") -> World:
    return World(folder).sqlite(
        "crm",
        "create table contacts (id integer primary key, email text, note text);"
        f"with recursive n(i) as (select 1 union all select i + 1 from n where i < {rows}) insert into contacts"
        f" select i, case when {raw} then 'user' || i || '@corp.com' else {HASHED} end, 'N-' || i from n;"
        "create view contacts_v as select * from contacts;",
    )


def plan(reads: str = "contacts", mask: str = "hmac", budget: str = "{}") -> str:
    return PLAN.format(reads=reads, mask=mask, budget=budget)


def looks(world: World, text: str) -> dict[str, LookFact]:
    facts = world.scan(text, limits=Limits()).facts
    return {fact.name.field[0]: fact for fact in facts if isinstance(fact, LookFact)}


@pytest.mark.parametrize("reads", ["contacts", "contacts_v"])
def test_two_raw_values_among_thirty_thousand_masked_ones_are_found(tmp_path: Path, reads: str) -> None:
    world = contacts(tmp_path, 30_000)

    looked = looks(world, plan(reads))
    assert (looked["email"].whole, looked["email"].rows_looked) == (True, 30_000)
    assert looked["note"].rows_looked <= 2_001
    assert finding(world.audit(plan(reads)), RULE, "crm.contacts.email") is not None


def test_of_a_masked_column_beyond_that_a_larger_sample_is_taken_and_said(tmp_path: Path) -> None:
    looked = looks(contacts(tmp_path, 120_000), plan())

    assert not looked["email"].whole
    assert 40_000 < looked["email"].rows_looked <= 50_000
    assert (looked["email"].seen.how, looked["email"].blocks) == ("block sample", 2_000)


def test_what_is_masked_in_texts_and_small_budgets_are_kept(tmp_path: Path) -> None:
    world = contacts(tmp_path, 30_000)

    texts = looks(world, plan(mask="entities"))
    small = looks(world, plan(budget="{sample: 100, rows: 1000}"))

    assert texts["email"].rows_looked <= 2_001
    assert small["email"].rows_looked <= 1_001
    assert small["note"].rows_looked <= 101
