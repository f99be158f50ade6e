"""A gate closes on what is open, and its dossier is the same whenever it is written from the same facts."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lineage import registry
from lineage.cli import app
from lineage.dossier.bundle import dossier, raw_values
from lineage.dossier.gate import Gate, checklist, gate_of
from lineage.errors import LineageError, SnapshotError
from lineage.facts import DocumentFact, Snapshot, UnseenFact
from lineage.model import Verdict
from lineage.plan.load import load_plan
from lineage.plan.model import Plan
from lineage.testing import NOW, World
from lineage.waivers.file import read_waivers
from tests.rules.launch_plans import CRM, plan_of
from tests.rules.waivers import worlds as waived

ENTERED = """\
gates: {g3: {approved: 2026-11-10, by: sponsor@acme.example}}
owners: {directory: people.csv}
deliverables: {golive: docs/golive.md, oversight: docs/gone.md}
"""


@pytest.fixture
def made(tmp_path: Path) -> Callable[[str], tuple[Plan, str, Snapshot]]:
    """Write a plan with its documents, and scan what it names."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "golive.md").write_text("# Go live\n", encoding="utf-8")
    people = "email,status\nsponsor@acme.example,active\nmarker.person@acme.example,active\n"
    (tmp_path / "people.csv").write_text(people, encoding="utf-8")
    world = World(tmp_path).sqlite("crm", CRM)

    def make(text: str) -> tuple[Plan, str, Snapshot]:
        (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
        return load_plan(tmp_path / "plan.yaml"), text, world.scan(text)

    return make


def judged(plan: Plan, facts: Snapshot, number: int = 4) -> Gate:
    return gate_of(number, plan, facts, registry.rules(), registry.requirements(), NOW)


def packed(plan: Plan, text: str, facts: Snapshot) -> dict[str, bytes]:
    content = dossier(plan, text, facts, registry.rules(), registry.requirements(), NOW)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_gate_is_closed_by_what_is_open_and_says_what_opens_it(
    made: Callable[..., tuple[Plan, str, Snapshot]],
) -> None:
    plan, _, facts = made(plan_of(ENTERED))

    gate = judged(plan, facts)
    by_id = {criterion.id: criterion for criterion in gate.criteria}

    assert gate.open
    assert by_id["S2-007"].verdict is Verdict.HELD
    assert by_id["S2-008"].verdict is Verdict.BROKEN
    assert "- [x] **S2-007**" in checklist(gate)
    assert "- [ ] **S2-008**" in checklist(gate)


def test_gate_3_asks_for_the_entry_criteria_and_gate_4_for_the_exit_criteria_too(
    made: Callable[..., tuple[Plan, str, Snapshot]],
) -> None:
    plan, _, facts = made(plan_of(ENTERED))

    sections = [{criterion.section[:3] for criterion in judged(plan, facts, number).criteria} for number in (3, 4)]

    assert sections == [{"2.2"}, {"2.2", "2.9"}]
    assert [len(judged(plan, facts, number).criteria) for number in (3, 4)] == [6, 15]


def test_what_a_draft_may_leave_open_keeps_its_gate_closed(made: Callable[..., tuple[Plan, str, Snapshot]]) -> None:
    plan, _, facts = made(plan_of("gates: {g3: {approved: 2026-11-10}}\n", status="draft"))

    entered = next(criterion for criterion in judged(plan, facts).criteria if criterion.id == "S2-007")

    assert (entered.verdict, entered.lines[0].leaf) == (Verdict.BROKEN, "gates.g3.by")


def test_the_dossier_holds_each_file_with_its_hash_and_names_what_is_missing(
    made: Callable[..., tuple[Plan, str, Snapshot]],
) -> None:
    plan, text, facts = made(plan_of(ENTERED))

    files = packed(plan, text, facts)
    manifest = json.loads(files["manifest.json"])

    hashes = {entry["path"]: entry["sha256"] for entry in manifest["files"]}
    assert {name: hashlib.sha256(files[name]).hexdigest() for name in files if name != "manifest.json"} == hashes
    assert files["documents/docs/golive.md"] == b"# Go live\n"
    assert {"plan.yaml", "report.md", "report.json", "ledger.csv", "coverage.csv", "facts.jsonl", "gate-4.md"} <= set(
        files
    )
    assert manifest["named_and_not_there"] == ["docs/gone.md"]
    assert manifest["facts"]["sha256"] == hashes["facts.jsonl"]


def test_a_directory_of_persons_stays_where_it_is(made: Callable[..., tuple[Plan, str, Snapshot]]) -> None:
    plan, text, facts = made(plan_of(ENTERED))

    files = packed(plan, text, facts)

    assert json.loads(files["manifest.json"])["named_and_left_out"] == ["people.csv"]
    assert not any(b"marker.person" in content for content in files.values())


def test_the_same_facts_at_the_same_moment_give_the_same_bytes(made: Callable[..., tuple[Plan, str, Snapshot]]) -> None:
    plan, text, facts = made(plan_of(ENTERED))

    one, other = (dossier(plan, text, facts, registry.rules(), registry.requirements(), NOW) for _ in range(2))

    assert one == other


def test_a_document_that_changed_since_the_scan_is_no_evidence(
    tmp_path: Path, made: Callable[..., tuple[Plan, str, Snapshot]]
) -> None:
    plan, text, facts = made(plan_of(ENTERED))
    (tmp_path / "docs" / "golive.md").write_text("# Another\n", encoding="utf-8")

    with pytest.raises(SnapshotError, match="has changed since"):
        packed(plan, text, facts)


def test_what_looks_like_a_value_stops_the_dossier_without_being_told(
    made: Callable[..., tuple[Plan, str, Snapshot]],
) -> None:
    plan, text, facts = made(plan_of(ENTERED))
    seen = next(fact for fact in facts.facts if isinstance(fact, DocumentFact)).seen
    leak = UnseenFact(seen, "data", "the row of marker.customer@mail.example was odd", "look")

    with pytest.raises(LineageError, match=r"facts.jsonl \(e-mail\)") as raised:
        packed(plan, text, replace(facts, facts=(*facts.facts, leak)))
    assert "marker.customer" not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("4111 is four digits, 4111111111111111 is a card", ["card"]),
        ("4111111111111112 has a wrong check digit", []),
        ("DE89370400440532013000", ["account"]),
        ("DE00370400440532013000", []),
        ("jane@mail.example", ["e-mail"]),
        ("owner@acme.example", []),
        (hashlib.sha256(b"1").hexdigest(), []),
    ],
)
def test_values_are_known_by_their_shape_and_check_digits(text: str, found: list[str]) -> None:
    assert [kind for _, kind in raw_values({"report.md": text.encode()}, "owner: owner@acme.example")] == found


def test_the_command_exits_1_while_something_is_open_and_writes_the_dossier(
    tmp_path: Path, made: Callable[..., tuple[Plan, str, Snapshot]], monkeypatch: pytest.MonkeyPatch
) -> None:
    made(plan_of(ENTERED))
    monkeypatch.setenv("CRM_URL", f"sqlite:///{tmp_path / 'crm.db'}")
    call = [
        "gate",
        "4",
        str(tmp_path / "plan.yaml"),
        "--snapshot",
        str(tmp_path / "facts.jsonl"),
        "--as-of",
        NOW.isoformat(),
    ]

    first = CliRunner().invoke(app, [*call, "--dossier", str(tmp_path / "one.zip")])
    again = CliRunner().invoke(app, [*call, "--dossier", str(tmp_path / "two.zip")])

    assert (first.exit_code, again.exit_code) == (1, 1)
    assert "# Gate 4: closed" in first.output
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_a_gate_that_could_not_be_looked_at_is_incomplete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "plan.yaml").write_text(plan_of(ENTERED), encoding="utf-8")
    monkeypatch.setenv("CRM_URL", f"sqlite:///{tmp_path / 'not-there.db'}")

    result = CliRunner().invoke(app, ["gate", "3", str(tmp_path / "plan.yaml")])

    assert result.exit_code == 3
    assert "not looked at: source crm" in result.output


def test_what_a_waiver_accepts_keeps_no_gate_closed_and_stands_in_the_dossier(tmp_path: Path) -> None:
    text = waived.PLAN.lstrip("\n")
    stale = waived.found(waived.judged(tmp_path))
    waivers, _ = read_waivers(f"waivers: v1\nwaive:\n{waived.entry(stale)}", "waivers.yaml")
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    plan, facts = load_plan(tmp_path / "plan.yaml"), waived.world(tmp_path).scan(text)
    rules, points = registry.rules(), registry.requirements()

    before = gate_of(4, plan, facts, rules, points, NOW)
    after = gate_of(4, plan, facts, rules, points, NOW, waivers)
    content = dossier(plan, text, facts, rules, points, NOW, waivers)

    assert {found.rule for found in before.blockers} - {found.rule for found in after.blockers} == {stale.rule}
    assert f"- [x] waived {stale.rule}" in checklist(after)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert f"waivers.yaml:3`, {waived.GUARDIAN}".encode() in archive.read("gate-4.md")
        assert json.loads(archive.read("report.json"))["waivers"][0]["state"] == "active"


def test_confirm_signs_and_refuses_a_source_that_is_not_there(tmp_path: Path) -> None:
    from lineage.errors import PlanError

    plan = tmp_path / "plan.yaml"
    plan.write_text(plan_of(), encoding="utf-8")

    done = CliRunner().invoke(app, ["confirm", "crm", "--by", "crm-owner@acme.example", "--plan", str(plan)])
    refused = CliRunner().invoke(app, ["confirm", "crn", "--by", "crm-owner@acme.example", "--plan", str(plan)])

    assert (done.exit_code, "crm-owner@acme.example" in (tmp_path / "confirmations.yaml").read_text()) == (0, True)
    assert isinstance(refused.exception, PlanError)
