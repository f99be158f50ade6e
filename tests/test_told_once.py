"""What is wrong once is told once, and in words that are true: each test is a report of a user."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.finding import Finding
from lineage.model import Verdict
from lineage.report import Report
from lineage.scan import Limits
from lineage.survey import survey
from lineage.testing import NOW, World, verdict

HEAD = """
plan: v1
meta: {id: told, status: draft, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
"""
KEY = "ghp_" + "a1B2c3D4" * 5


def about(report: Report, *families: str) -> list[Finding]:
    return [found for found in report.findings if found.rule.partition("/")[0] in families]


def test_a_secret_in_free_text_is_one_finding(tmp_path: Path) -> None:
    notes = ", ".join(f"({n}, 'the build of the morning stopped in step {n}, nobody knows why')" for n in range(700))
    world = World(tmp_path).sqlite(
        "crm",
        f"create table notes (id integer primary key, note text); insert into notes values {notes};"
        f"update notes set note = note || ' {KEY}' where id = 3",
    )

    report = world.audit(
        HEAD
        + """
      notes:
        reads: notes
        key: id
        keep: {limit: 1 year}
        fields: {id: required, note: {need: helpful, sensitive: free_text, mask: {to: entities, of: [EMAIL]}}}
steps: {draft: {reads: {crm.notes: all}, to: prompt}}
"""
    )

    assert [found.rule for found in about(report, "privacy")] == ["privacy/secret-in-content"]


def test_a_clock_that_is_not_there_is_one_finding(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", "create table notes (id integer primary key); insert into notes values (1)")

    report = world.audit(
        HEAD
        + """
      notes:
        reads: notes
        fresh: {clock: changed_at, within: 1 day, when_stale: say_unknown}
        fields: {id: required}
steps: {draft: {reads: {crm.notes: all}, to: prompt}}
"""
    )

    [found] = about(report, "freshness")
    assert found.rule == "freshness/unverifiable-freshness"
    assert len(found.folded) == 1
    assert verdict(report, "fresh.clock") is Verdict.BROKEN


@pytest.mark.parametrize(
    ("script", "where", "told"),
    [
        ("create table other (id)", "", ("source/missing-dataset", "contacts")),
        ("create table other (id)", "where: \"region != 'X'\"", ("source/missing-dataset", "contacts")),
        ("create table contacts (id, region)", "", ("source/missing-records", "contacts")),
        ("create table contacts (id, region)", "where: \"region != 'X'\"", ("source/missing-records", "region != 'X'")),
        (
            "create table contacts (id, region); insert into contacts values (1, 'US')",
            "",
            ("source/missing-records", "region = 'EU'"),
        ),
    ],
)
def test_records_that_are_not_there_are_one_finding_with_what_was_declared(
    tmp_path: Path, script: str, where: str, told: tuple[str, str]
) -> None:
    report = (
        World(tmp_path)
        .sqlite("crm", script)
        .audit(
            HEAD
            + f"""
      contacts:
        reads: contacts
        {where}
        fields: {{id: required, region: required}}
segments: {{eu: {{of: crm.contacts, where: "region = 'EU'"}}}}
steps: {{draft: {{reads: {{crm.contacts: all}}, to: prompt}}}}
rollout: [{{stage: first, segment: eu}}]
"""
        )
    )

    assert [(found.rule, found.declared) for found in about(report, "source")] == [told]


def test_a_criterion_that_loses_its_field_is_not_said_to_be_undeclared(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", "create table contacts (id, region); insert into contacts values (1, 'EU')")

    report = world.audit(
        HEAD
        + """
      scores: {reads: scores, fields: {score: required}}
      contacts: {reads: contacts, fields: {id: required, region: helpful}}
steps:
  rate: {reads: {crm.scores: all}, to: prompt}
  draft: {reads: {crm.contacts: all}, to: prompt}
acceptance: {quality: {metric: mean_score, of: crm.scores.score, ship: ">= 1"}}
"""
    )

    [found] = [found for found in report.findings if found.rule == "plan/dangling-reference"]
    assert found.title.startswith("once what must leave has left: acceptance.quality.of names crm.scores.score")
    assert [fix.text for fix in found.judgement.fixes] == [
        "mend what takes it out of the launch, or do without it here"
    ]


@pytest.mark.parametrize(
    ("files", "kind"),
    [
        (("a.md", "sub/b.md", "c.csv"), "documents"),
        (("a.md", "b.csv", "c.jsonl"), "files"),
        (("b.csv",), "files"),
        (("a.html", "b.txt"), "documents"),
    ],
)
def test_a_folder_is_read_as_what_most_of_it_is(tmp_path: Path, files: tuple[str, ...], kind: str) -> None:
    world = World(tmp_path)
    for name in files:
        world.file(name, '{"id": 1}\n' if name.endswith(".jsonl") else "id\n1\n")

    plan, snapshot = survey(str(tmp_path / "files"), {}, now=NOW, limits=Limits())

    assert [source.kind for source in plan.sources.values()] == [kind]
    assert not snapshot.failures
