"""First plans: from contracts, a dbt manifest, a snapshot, and from questions."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lineage import registry
from lineage.cli import app
from lineage.errors import PlanError
from lineage.init_from import sketched
from lineage.init_questions import CONTEXT, asked, from_answers
from lineage.init_sketch import Sketch, plan_text
from lineage.plan.load import read_plan
from lineage.plan.model import Plan
from lineage.reports.snapshot import write
from lineage.testing import World

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

    answers = asked(ask)
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
    assert "still open, the first on line" in checked.output


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
