"""Views of systems that keep only their text: what is read without any column decides on rows all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.facts import EdgeFact, OpaqueFact
from lineage.testing import World, finding

CRM = """
create table people (id integer primary key, email text);
create table hr_core (person integer, salary integer);
create view counted as select count(*) as n from hr_core;
create view guarded as select id from people where exists (select 1 from hr_core);
create view crossed as select people.id from people, hr_core;
create view plain as select id from people;
"""
PLAN = """
plan: v1
meta: {{id: reply, status: approved, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: sqlite, url: "${{CRM_URL}}"}}
    datasets: {{seen: {{reads: {view}, fields: {{{field}: required}}}}}}
steps: {{draft: {{reads: {{crm.seen: all}}, to: prompt}}}}
constraints: {{denied_sources: [hr_core]}}
"""


@pytest.mark.parametrize(("view", "field"), [("counted", "n"), ("guarded", "id"), ("crossed", "id")])
def test_a_table_that_is_read_without_a_column_decides_on_rows(tmp_path: Path, view: str, field: str) -> None:
    world = World(tmp_path).sqlite("crm", CRM)

    facts = world.scan(PLAN.format(view=view, field=field), rules=[]).facts

    rows = [fact for fact in facts if isinstance(fact, EdgeFact) and fact.target.path[-1] == view]
    assert ("main.hr_core", "INDIRECT", "count", False) in {
        (fact.source.short, fact.transformation.type, fact.exposure.value, bool(fact.target.field)) for fact in rows
    }
    assert not [fact for fact in facts if isinstance(fact, OpaqueFact)]


def test_a_denied_table_that_is_only_counted_is_still_upstream(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", CRM)

    assert finding(world.audit(PLAN.format(view="guarded", field="id")), "lineage/forbidden-upstream") is not None
    assert finding(world.audit(PLAN.format(view="plain", field="id")), "lineage/forbidden-upstream") is None
