"""plan/undeclared-field, and plan/unused-field by templates: what is used is held against what is declared."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.sqlite import namespace_of
from lineage import registry
from lineage.finding import Op
from lineage.model import Level, Severity, Verdict
from lineage.report import Report
from lineage.testing import World, assumption, finding

CRM = """
create table contacts (id integer primary key, name text, email text, tier text, salary integer);
create table notes (id integer, body text);
"""
PLAN = """\
plan: v1
meta: {{id: reply, status: approved, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: sqlite, url: "${{CRM_URL}}"}}
    identity: ai_reader
    datasets:
      contacts:
        reads: contacts
        key: id
        fields: {{id: required, name: helpful, tier: helpful}}
  log:
    connector:
      {{type: query_log, path: "${{LOG}}", namespace: "{namespace}", dialect: duckdb, within: [main], by: {by}}}
    datasets: {{}}
  prompts:
    connector: {{type: prompts, path: "${{PROMPTS}}"}}
    datasets: {{}}
steps:
  fetch: {{reads: {{crm.contacts: [id]}}}}
  draft:
    {{reads: {{crm.contacts: [name, tier]}}, after: fetch, to: prompt, templates: prompts/reply.j2, given: [today]}}
"""
RULES = ("plan/undeclared-field", "plan/unused-field")


@pytest.fixture
def world(tmp_path: Path) -> World:
    found = World(tmp_path).sqlite("crm", CRM)
    for place in ("log", "prompts"):
        (tmp_path / place).mkdir()
        found.environ[place.upper()] = str(tmp_path / place)
    (tmp_path / "log" / "steps.sql").write_text("select id, name, tier from contacts", encoding="utf-8")
    (tmp_path / "prompts" / "reply.j2").write_text("{{ today }} {{ name }} {{ contact.tier }}", encoding="utf-8")
    return found


def judged(world: World, *, by: str = "ai_reader", **changes: str) -> Report:
    text = PLAN.format(namespace=namespace_of(world.folder / "crm.db"), by=by)
    for old, new in changes.items():
        text = text.replace({"given": ", given: [today]", "templates": "prompts/reply.j2"}[old], new)
    return world.audit(text, rules=[rule for rule in registry.rules() if rule.id in RULES])


def ran(world: World, sql: str) -> None:
    (world.folder / "log" / "steps.sql").write_text(sql, encoding="utf-8")


def prompt(world: World, text: str, name: str = "reply.j2") -> None:
    (world.folder / "prompts" / name).write_text(text, encoding="utf-8")


def test_what_ran_and_what_the_templates_use_is_declared(world: World) -> None:
    report = judged(world)

    assert not [one for one in report.findings if one.rule in RULES]
    assert assumption(report, "contacts.fields").level is Level.OBSERVED
    assert assumption(report, "contacts.fields").says == (
        "all 3 fields of crm.contacts that really were used are declared"
    )
    assert assumption(report, "draft.templates").verdict is Verdict.HELD


def test_a_column_that_really_was_read_and_is_not_declared_drops_the_steps(world: World) -> None:
    ran(world, "select name, email from contacts where salary > 1")

    found = finding(judged(world), "plan/undeclared-field", "crm.contacts")

    assert found is not None
    assert found.severity is Severity.BLOCKER
    assert found.title == "ai_reader really read email, salary of crm.contacts, which the plan does not declare"
    assert {(one.op, one.target) for one in found.judgement.operations} == {
        (Op.DROP_STEP, "fetch"),
        (Op.DROP_STEP, "draft"),
    }
    assert found.judgement.level is Level.OBSERVED


def test_a_star_reads_every_column(world: World) -> None:
    ran(world, "select * from contacts")

    found = finding(judged(world), "plan/undeclared-field", "crm.contacts")

    assert found is not None
    assert "email, salary" in found.title


def test_a_table_that_really_was_read_and_is_not_declared_is_told_too(world: World) -> None:
    ran(world, "select body from notes; select count(*) from contacts")

    found = finding(judged(world), "plan/undeclared-field", "main.notes")

    assert found is not None
    assert found.title == "ai_reader really read body of main.notes, which the plan does not declare"


def test_what_others_ran_is_not_the_workflows(world: World) -> None:
    ran(world, "select email, salary from contacts")

    assert finding(judged(world, by="analyst"), "plan/undeclared-field") is None


def test_a_column_that_several_tables_could_have_is_the_one_that_has_it(world: World) -> None:
    ran(world, "select name, body from contacts, notes")

    found = judged(world)

    about = [one.judgement.subject.dataset for one in found.findings if one.rule == "plan/undeclared-field"]
    assert about == ["main.notes"]


def test_a_field_that_the_plan_says_it_does_not_need_is_not_declared_for_use(world: World) -> None:
    text = PLAN.format(namespace=namespace_of(world.folder / "crm.db"), by="ai_reader")
    ran(world, "select email from contacts")

    report = world.audit(text.replace("tier: helpful", "tier: helpful, email: none"))

    assert finding(report, "plan/undeclared-field", "crm.contacts") is not None


def test_a_variable_that_no_step_reads_drops_the_step(world: World) -> None:
    prompt(world, "{{ name }} {{ contact.tier }} {{ contact.email }} {{ mood }}")

    found = finding(judged(world), "plan/undeclared-field", "draft")

    assert found is not None
    assert found.title == "the templates of step draft use what it does not read: contact.email, mood"
    assert [(one.op, one.target) for one in found.judgement.operations] == [(Op.DROP_STEP, "draft")]


def test_what_an_earlier_step_read_may_stand_in_the_prompt(world: World) -> None:
    prompt(world, "{{ crm.contacts.id }} {{ name }} {{ tier }}")

    assert finding(judged(world), "plan/undeclared-field") is None


def test_what_is_given_must_be_listed(world: World) -> None:
    assert finding(judged(world, given=""), "plan/undeclared-field", "draft") is not None


@pytest.mark.parametrize("text", ["{{ broken", "{% include other %}{{ name }}{{ tier }}", "{% include 'gone.j2' %}"])
def test_a_template_that_is_not_read_in_whole_leaves_it_open(world: World, text: str) -> None:
    prompt(world, text)

    report = judged(world)

    assert assumption(report, "draft.templates").verdict is Verdict.UNVERIFIED
    assert not [one for one in report.findings if one.rule in RULES]


def test_a_template_that_is_not_there_is_unverified(world: World) -> None:
    held = assumption(judged(world, templates="prompts/other.j2"), "draft.templates")

    assert held.verdict is Verdict.UNVERIFIED
    assert held.says.endswith("the template prompts/other.j2 was not found")


def test_what_a_template_takes_in_counts(world: World) -> None:
    prompt(world, "{% include 'parts/head.j2' %}{{ tier }}")
    (world.folder / "prompts" / "parts").mkdir()
    prompt(world, "{{ name }} {{ contact.salary }}", "parts/head.j2")

    found = finding(judged(world), "plan/undeclared-field", "draft")

    assert found is not None
    assert found.title.endswith("contact.salary")


def test_a_declared_read_that_no_template_uses_is_unused(world: World) -> None:
    prompt(world, "{{ name }}")

    found = finding(judged(world), "plan/unused-field", "crm.contacts.tier")

    assert found is not None
    assert found.title == "step draft reads tier of crm.contacts, and no template uses it"
    assert finding(judged(world), "plan/unused-field", "crm.contacts.id") is None


def test_a_dataset_that_a_template_takes_whole_uses_all_its_fields(world: World) -> None:
    prompt(world, "{{ contacts | tojson }}")

    assert not [one for one in judged(world).findings if one.rule in RULES]
