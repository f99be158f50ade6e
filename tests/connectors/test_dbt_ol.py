"""A real run of dbt with OpenLineage's listener: both accounts of one project, read, mapped and held together."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from lineage import registry
from lineage.facts import EdgeFact, Fact, OutdatedFact, UseFact
from lineage.graph import FieldNode, LineageGraph, add_edges
from lineage.model import EdgeEvidence, Exposure, Name
from lineage.testing import World, finding
from tests.connectors.dbt_project import FILES, CannotBuildError, build, environment

SAMPLE = Path(__file__).parent / "dbt_ol"
WAREHOUSE = "duckdb://warehouse"
PLAN = """
plan: v1
meta: {id: reply, status: approved, owner: pm@acme.example}
sources:
  models:
    connector: {type: dbt, target: "${TARGET}", namespace: "duckdb://warehouse", workflow: support_reply}
    datasets: {regions: {reads: regions, fields: {region: required, last_email: required}}}
  runs:
    connector:
      {type: openlineage, path: "${EVENTS}", namespaces: {"duckdb://shop.duckdb/shop": "duckdb://warehouse"}}
    datasets: {}
steps: {draft: {reads: {models.regions: all}, to: prompt}}
"""


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """Give the project as it lies after a run, from what the builder keeps of one."""
    for name, text in FILES.items():
        (tmp_path / "shop" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "shop" / name).write_text(text, encoding="utf-8")
    (tmp_path / "shop" / "target").mkdir()
    for name in ("manifest.json", "catalog.json"):
        shutil.copyfile(SAMPLE / name, tmp_path / "shop" / "target" / name)
    shutil.copyfile(SAMPLE / "events.jsonl", tmp_path / "shop" / "events.jsonl")
    return tmp_path / "shop"


def scanned(project: Path) -> tuple[Fact, ...]:
    return world(project).scan(PLAN, rules=[]).facts


def world(project: Path) -> World:
    return World(project.parent, {"TARGET": str(project / "target"), "EVENTS": str(project / "events.jsonl")})


def edges(facts: tuple[Fact, ...], evidence: EdgeEvidence) -> set[tuple[str, str]]:
    return {
        (fact.source.short, fact.target.short)
        for fact in facts
        if isinstance(fact, EdgeFact) and fact.evidence is evidence and fact.transformation.type == "DIRECT"
    }


FLOWS = {
    ("main.people.id", "main.contacts.id"),
    ("main.people.mail", "main.contacts.email"),
    ("main.people.region", "main.contacts.region"),
    ("main.contacts.region", "main.regions.region"),
    ("main.contacts.email", "main.regions.last_email"),
}


def test_runs_and_compiled_sql_tell_the_same_flows_by_the_same_names(sample: Path) -> None:
    facts = scanned(sample)

    assert edges(facts, EdgeEvidence.OPENLINEAGE) == FLOWS
    assert edges(facts, EdgeEvidence.DBT) == FLOWS
    assert {fact.source.namespace for fact in facts if isinstance(fact, EdgeFact)} == {WAREHOUSE}
    assert all(fact.told_at is not None for fact in facts if isinstance(fact, EdgeFact))
    assert "zq7marker" not in repr(facts)


def test_what_a_run_does_not_tell_of_a_value_is_taken_from_the_sql(sample: Path) -> None:
    graph = LineageGraph()
    add_edges(graph, scanned(sample))

    left = dict(graph.impact(FieldNode(Name(WAREHOUSE, ("main", "contacts"), ("email",)))))

    assert left == {FieldNode(Name(WAREHOUSE, ("main", "regions"), ("last_email",))): Exposure.EXTREME}


def test_the_exposure_of_the_workflow_says_which_models_it_reads(sample: Path) -> None:
    used = [fact for fact in scanned(sample) if isinstance(fact, UseFact)]

    assert [(fact.name.short, fact.right, fact.times) for fact in used] == [("main.contacts", "select", 0)]


def test_a_model_that_was_changed_after_it_was_compiled_is_outdated(sample: Path) -> None:
    assert not [fact for fact in scanned(sample) if isinstance(fact, OutdatedFact)]
    (sample / "models" / "regions.sql").write_text("select 1 as region", encoding="utf-8")

    report = world(sample).audit(PLAN, rules=[rule for rule in registry.rules() if rule.id.startswith("lineage/out")])

    found = finding(report, "lineage/outdated-lineage", "models.regions")
    assert found is not None
    assert found.title.endswith("is outdated: the model was changed after dbt compiled it")


def test_a_manifest_cannot_name_files_outside_of_its_project(sample: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.sql").write_text("select 1", encoding="utf-8")
    manifest = json.loads((sample / "target" / "manifest.json").read_text(encoding="utf-8"))
    manifest["nodes"]["model.shop.regions"]["original_file_path"] = "../secret.sql"
    (sample / "target" / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    assert not [fact for fact in scanned(sample) if isinstance(fact, OutdatedFact)]


@pytest.mark.slow
def test_a_run_of_today_tells_what_the_kept_one_told(tmp_path: Path) -> None:
    try:
        project = build(tmp_path / "shop", environment(tmp_path / "environment"))
    except CannotBuildError as error:
        pytest.skip(str(error))

    facts = scanned(project)

    assert edges(facts, EdgeEvidence.OPENLINEAGE) == FLOWS
    assert edges(facts, EdgeEvidence.DBT) == FLOWS
    assert not [fact for fact in facts if isinstance(fact, OutdatedFact)]
