"""First plans: from contracts, a dbt manifest, a snapshot, and from questions."""

import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lineage import registry
from lineage.cli import app
from lineage.errors import PlanError
from lineage.init.existing import sketched
from lineage.init.questions import CONTEXT, answers_of, asked, from_answers
from lineage.init.sketch import Sketch, plan_text
from lineage.plan.load import load_plan, read_plan
from lineage.plan.model import Plan
from lineage.reports.snapshot import write
from lineage.testing import World
from tests.lineage.test_review_at_a_terminal import Terminal

CONTRACT = """\
apiVersion: v3.0.2
kind: DataContract
id: crm-contacts
status: active
servers: [{server: prod, type: postgresql, database: crm, schema: ai}]
schema:
  - name: Contacts
    physicalName: contacts_v
    properties:
      - {name: id, primaryKey: true, required: true}
      - {name: E-Mail, physicalName: "e mail", classification: restricted}
      - {name: tier, quality: [{metric: invalidValues, arguments: {validValues: [free, gold]}}]}
      - {name: updated_at, logicalType: timestamp, classification: public}
slaProperties:
  - {property: freshness, value: 4, unit: h, element: Contacts.updated_at}
  - {property: retention, value: 24, unit: months}
"""
MANIFEST = {
    "metadata": {"adapter_type": "postgres"},
    "nodes": {
        "model.a.contacts": {"schema": "marts", "alias": "dim_contacts", "columns": {"id": {"name": "ID"}}},
        "model.a.bare": {"schema": "marts", "name": "bare", "columns": {}},
    },
    "sources": {},
    "exposures": {
        "exposure.a.replies": {
            "name": "replies",
            "owner": {"email": "pm@acme.example"},
            "depends_on": {"nodes": ["model.a.contacts", "model.a.bare"]},
        }
    },
}


def loaded(sketch: Sketch, answers: dict[str, object] | None = None) -> Plan:
    plan, problems = read_plan(plan_text(sketch, registry.questions(), answers or {}), "plan.yaml")
    assert plan is not None, problems
    return plan


def only_asked(answers: dict[str, object]) -> dict[str, object]:
    return {path: answer for path, answer in answers.items() if path in registry.questions()}


def contract(folder: Path) -> Path:
    file = folder / "crm.odcs.yaml"
    file.write_text(CONTRACT)
    return file


def test_a_contract_becomes_a_source_with_what_it_promises(tmp_path: Path) -> None:
    dataset = next(loaded(sketched([contract(tmp_path)])).datasets())

    assert (dataset.id, dataset.reads, dataset.key) == ("crm.contacts", "ai.contacts_v", ("id",))
    assert dataset.fresh is not None
    assert (dataset.fresh.clock, str(dataset.fresh.within)) == ("updated_at", "4 hours")
    assert dataset.keep is not None
    assert str(dataset.keep.limit) == "2 years"
    assert dataset.fields["id"].complete == 1.0
    assert dataset.fields["e_mail"].column == ("e mail",)
    assert dataset.fields["e_mail"].sensitive == "restricted"
    assert dataset.fields["tier"].values == ("free", "gold")
    assert dataset.fields["updated_at"].sensitive is None


def test_an_exposure_of_a_manifest_becomes_the_workflow(tmp_path: Path) -> None:
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps(MANIFEST))

    sketch = sketched([file])
    plan = loaded(sketch)

    assert (plan.id, plan.owner) == ("replies", "pm@acme.example")
    assert [(dataset.reads, list(dataset.fields)) for dataset in plan.datasets()] == [("marts.dim_contacts", ["id"])]
    assert sketch.left_out == ("model.a.bare: the manifest lists no column of it",)


def test_a_snapshot_becomes_a_plan_of_what_was_seen(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", "create table contacts (id integer primary key, name text)")
    text = (
        "plan: v1\nmeta: {id: w, status: draft, owner: a@acme.example}\nsources:\n"
        '  crm: {connector: {type: sqlite, url: "${CRM_URL}"},\n'
        "    datasets: {c: {reads: contacts, fields: {id: helpful}}}}\n"
    )
    write(world.scan(text), tmp_path / "facts.jsonl")

    (dataset,) = loaded(sketched([tmp_path / "facts.jsonl"])).datasets()

    assert (dataset.key, list(dataset.fields)) == (("id",), ["id", "name"])


def test_each_kind_of_context_is_on_the_checklist_and_what_is_not_answered_stays_open() -> None:
    said = {"crm": "postgresql", "billing": "mysql"}
    told = {CONTEXT[kind]: connector for kind, connector in said.items()}

    def ask(question: str) -> str:
        return next((answer for what, answer in told.items() if what in question), "")

    answers = asked(ask, lambda _: None)
    plan = loaded(from_answers(answers))

    assert len(CONTEXT) == 8
    assert {source: held.kind for source, held in plan.sources.items()} == said
    assert plan.answer("workflow.why_now") is None


def test_answers_stand_where_they_are_asked_for_and_check_counts_the_rest(tmp_path: Path) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text("context: {crm: postgresql}\nworkflow: {why_now: it is slow}\nmeta: {owner: pm@acme.example}\n")
    file = tmp_path / "plan.yaml"
    run = CliRunner()

    drawn = run.invoke(app, ["init", "--answers", str(answers), "-o", str(file)])
    checked = run.invoke(app, ["check", str(file)])

    assert drawn.exit_code == 0, drawn.output
    assert 'why_now: "it is slow"' in file.read_text()
    open_ = file.read_text().count(": TBD  #") + file.read_text().count("[TBD]")
    assert open_ > 50
    # Beside them: the system's owner, its login, its dataset and fields, the steps, the first segment, the laws.
    assert f"{open_ + 6} still open, the first on line" in checked.output


def test_check_counts_every_place_that_a_plan_drawn_from_a_system_leaves_open(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", "create table people (id integer primary key, seen_at timestamp)")
    file = tmp_path / "plan.yaml"
    run = CliRunner()

    drawn = run.invoke(app, ["init", "${CRM_URL}", "-o", str(file)], env=world.environ)
    checked = run.invoke(app, ["check", str(file)])
    filled = re.sub(r"\s*# fill in:.*", "", file.read_text(encoding="utf-8")).replace("TBD", "pm@acme.example")
    file.write_text(filled, encoding="utf-8")
    again = run.invoke(app, ["check", str(file)])

    assert drawn.exit_code == 0, drawn.output
    # The owner, the login, how fresh, how long it is kept, which step reads what, and which segment goes first.
    assert "6 still open, the first on line 2" in checked.output
    assert "still open" not in again.output


@pytest.mark.parametrize("said", ["yes", "gdpr: yes, eu ai act: no", "2026-11-01", "a: b", "# x", "[x", '"', "é", "-"])
def test_whatever_is_typed_becomes_a_plan_that_loads(said: str) -> None:
    def ask(question: str) -> str:
        return "postgresql" if "(CRM)" in question else "" if "By which connector" in question else said

    told: list[str] = []
    answers = asked(ask, told.append)
    assert len(told) == 1  # the connectors, and nothing that is asked again
    text = plan_text(from_answers(answers), registry.questions(), only_asked(answers))

    plan, problems = read_plan(text, "plan.yaml")

    assert plan is not None, problems


def test_laws_are_typed_with_whether_they_apply(tmp_path: Path) -> None:
    answers = tmp_path / "answers.yaml"
    answers.write_text("context: {crm: postgresql}\nconstraints: {regulations: 'gdpr: yes, EU AI Act: Art. 50, x'}\n")

    drawn = CliRunner().invoke(app, ["init", "--answers", str(answers)])

    told = '{gdpr: {applies: true}, eu_ai_act: {applies: TBD, reason: "Art. 50"}, x: {applies: TBD}}'
    assert f"regulations: {told}" in drawn.output


def test_what_a_plan_cannot_hold_is_asked_again_at_once() -> None:
    typed = iter(["postgres", "postgresql", *[""] * 7, "${OWNER}", "pm@acme.example"])
    told: list[str] = []

    answers = asked(lambda _: next(typed, ""), told.append)

    assert answers == {"context.crm": "postgresql", "meta.owner": "pm@acme.example"}
    assert told[1:] == [
        "no connector is called 'postgres'; did you mean 'postgresql'?",
        "that cannot stand in a plan: '${...}' is allowed in connector settings only",
    ]


def test_what_was_answered_before_the_end_of_input_is_kept() -> None:
    typed = iter(["", "mysql", *[""] * 6, "pm@acme.example", "support", None])

    answers = asked(lambda _: next(typed), lambda _: None)

    assert answers == {
        "context.support": "mysql",
        "meta.owner": "pm@acme.example",
        "workflow.affects": "support",
    }


def test_a_workflow_that_reads_nothing_is_told_before_the_other_questions() -> None:
    questions: list[str] = []

    def ask(question: str) -> str:
        questions.append(question)
        return ""

    with pytest.raises(PlanError, match="name the connector of at least one"):
        asked(ask, lambda _: None)

    assert len(questions) == len(CONTEXT)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("context: {crm: postgres}", "context.crm: no connector is called 'postgres'; did you mean 'postgresql'?"),
        ("context: {crm: mysql}\nworkflow: {why_now: '${HOME}'}", "workflow.why_now: that cannot stand in a plan"),
        ("contxt: {crm: mysql}", "nothing asks about contxt.crm"),
        ("[1]", "is no mapping"),
    ],
)
def test_answers_of_a_file_that_make_no_plan_are_told_by_path(tmp_path: Path, text: str, why: str) -> None:
    file = tmp_path / "answers.yaml"
    file.write_text(text)

    with pytest.raises(PlanError) as told:
        answers_of(file)

    assert why in str(told.value)


def test_questions_at_a_terminal_lead_to_a_plan_that_loads(tmp_path: Path) -> None:
    at = Terminal(tmp_path, {}, "init", "--questions", "-o", "plan.yaml")
    at.answer("customers and accounts (CRM)?", "postgres")
    at.answer("did you mean 'postgresql'?", "postgresql")
    for kind in list(CONTEXT.values())[1:]:
        at.answer(f"Does the workflow read {kind}?", "")
    at.answer("Who answers for what the plan assumes?", "pm@acme.example")
    at.answer("Which user, team or customer path", "\x04")

    code, screen = at.ended()

    assert (code, "the rest stays open" in screen) == (0, True)
    plan = load_plan(tmp_path / "plan.yaml")
    assert (plan.owner, list(plan.sources)) == ("pm@acme.example", ["crm"])


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("a.yaml", "a: 1", "not an ODCS contract"),
        ("m.json", "[]", "no dbt manifest"),
        ("m.json", "{", "cannot be read as JSON"),
        ("m.json", '{"nodes": {}, "exposures": {}}', "name one exposure"),
        ("a.yaml", "apiVersion: v3.1.0\nkind: DataContract\n", "list no field"),
    ],
)
def test_what_holds_no_plan_is_refused_with_why(tmp_path: Path, name: str, text: str, why: str) -> None:
    file = tmp_path / name
    file.write_text(text)

    with pytest.raises(PlanError, match=why):
        sketched([file])


def test_odd_names_in_a_contract_cannot_change_the_plan(tmp_path: Path) -> None:
    file = tmp_path / "odd.odcs.yaml"
    odd = 'x\\n}evil: 1 # \\"'
    file.write_text(CONTRACT.replace("contacts_v", "contacts").replace('"e mail"', f'"{odd}"'))

    plan = loaded(sketched([file]))

    assert set(plan.sources) == {"crm"}
    assert len(list(plan.fields())) == 4


def test_a_name_that_would_be_a_variable_is_left_out_and_told(tmp_path: Path) -> None:
    file = tmp_path / "odd.odcs.yaml"
    file.write_text(CONTRACT.replace('"e mail"', '"${HOME}"'))

    sketch = sketched([file])

    assert len(list(loaded(sketch).fields())) == 3
    assert sketch.left_out == ("odd.odcs.yaml: the field e_mail has a name that a plan cannot hold",)
