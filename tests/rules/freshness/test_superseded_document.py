"""Documents that are no longer in force, or are there in two versions, in folders and in tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from lineage.finding import Op
from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import World, assumption, finding, fired, verdict
from rules.freshness.superseded_document import RULE as SUPERSEDED
from rules.source.duplicate_or_unstable_key import RULE as KEY
from rules.source.unreachable_source import RULE as UNREACHABLE
from tests.servers import PostgresDatabase

BROKEN, HELD, UNVERIFIED = Verdict.BROKEN, Verdict.HELD, Verdict.UNVERIFIED
RULES = (SUPERSEDED, KEY, UNREACHABLE)
MARKER = "M4RK3R"

# doc_id, version, from, to: now is 2026-11-22 12:00 UTC
Document = tuple[str, str, str | None, str | None]
CURRENT: Sequence[Document] = (
    (f"{MARKER}-refunds", "2", "2026-01-01", None),
    ("trials", "1.10", "2026-03-01", "2027-12-31"),
    ("calls", "1", None, "2027-06-30"),
)
ENDED: Document = (f"{MARKER}-refunds", "1", "2025-01-01", "2025-12-31")
EARLY: Document = ("gifts", "1", "2027-02-01", None)
TWICE: Document = ("trials", "1.9", "2026-01-01", None)

PLAN = """
plan: v1
meta: {id: kb, owner: owner@acme.example}
sources:
  kb:
    connector: {type: documents, path: "${FILES}"}
    datasets:
      policies:
        reads: policies/
        key: doc_id
        version: version
        effective: [effective_from, effective_to]
        fresh: {clock: effective_from, within: 10 years, zone: UTC}
        fields:
          doc_id: {need: required, cite: true}
          effective_from: helpful
          effective_to: helpful
steps: {retrieve: {reads: {kb.policies: all}, to: prompt}}
rollout: [{stage: first}]
"""
UNDECLARED = PLAN.replace("          effective_from: helpful\n          effective_to: helpful\n", "")


def shelved(folder: Path, documents: Sequence[Document]) -> World:
    world = World(folder)
    for number, (doc_id, version, since, until) in enumerate(documents):
        front = {"doc_id": doc_id, "version": version, "effective_from": since, "effective_to": until}
        lines = "".join(f"{key}: {value}\n" for key, value in front.items() if value is not None)
        world.file(f"policies/{MARKER}-{number}.md", f"---\n{lines}---\n# {MARKER}\n")
    return world


def audited(folder: Path, documents: Sequence[Document], text: str = PLAN) -> Report:
    report = shelved(folder, documents).audit(text, rules=RULES)
    assert not report.failures
    assert MARKER not in repr(report)
    return report


def verdicts(report: Report) -> tuple[Verdict, Verdict, Verdict]:
    return verdict(report, "effective"), verdict(report, "version"), verdict(report, "policies.key")


def test_documents_in_force_are_held_and_ship(tmp_path: Path) -> None:
    report = audited(tmp_path, CURRENT)

    assert verdicts(report) == (HELD, HELD, HELD)
    assert not fired(report)
    assert report.decision.value == "ship"


def test_what_is_no_longer_in_force_leaves_the_launch(tmp_path: Path) -> None:
    report = audited(tmp_path, [*CURRENT, ENDED])

    assert verdicts(report) == (BROKEN, HELD, HELD)
    ended = finding(report, SUPERSEDED.id)
    assert ended is not None
    assert ended.title == "of 4 records that are read, 1 record is no longer in force by effective_to"
    assert [(one.op, one.target) for one in ended.judgement.operations] == [(Op.LIMIT_ROWS, "kb.policies")]
    assert report.decision.value == "narrow"
    assert 'where: "NOT (effective_from > now OR effective_to <= now)"' in report.scope.narrowed_text
    assert report.scope.applied[0].loses == ("records not in force of kb.policies",)


def test_what_is_not_yet_in_force_leaves_it_too(tmp_path: Path) -> None:
    report = audited(tmp_path, [*CURRENT, EARLY])

    assert verdict(report, "effective") is BROKEN
    assert "1 record is not yet in force by effective_from" in assumption(report, "effective").says
    assert report.decision.value == "narrow"


def test_the_narrowed_plan_is_sound_when_it_is_scanned_itself(tmp_path: Path) -> None:
    first = audited(tmp_path, [*CURRENT, ENDED, EARLY])

    again = World(tmp_path, {"FILES": str(tmp_path / "files")}).audit(first.scope.narrowed_text, rules=RULES)

    assert verdicts(again) == (HELD, HELD, HELD)
    assert again.decision.value == "ship"


def test_two_versions_in_force_hold_the_launch(tmp_path: Path) -> None:
    report = audited(tmp_path, [*CURRENT, TWICE])

    assert verdicts(report) == (HELD, BROKEN, HELD)
    twice = finding(report, SUPERSEDED.id)
    assert twice is not None
    assert twice.title == "of 4 records in force 1 record is another version of a document that is read too"
    assert report.decision.value == "hold"


def test_an_older_version_beside_one_that_ended_still_holds_the_launch(tmp_path: Path) -> None:
    report = audited(tmp_path, [*CURRENT, ENDED, TWICE])

    assert verdicts(report) == (BROKEN, BROKEN, HELD)
    assert report.decision.value == "hold"


def test_the_same_version_twice_is_a_key_that_repeats(tmp_path: Path) -> None:
    report = audited(tmp_path, [*CURRENT, CURRENT[1]])

    assert verdicts(report) == (HELD, HELD, BROKEN)


def test_without_declared_dates_the_launch_is_held_with_a_way_out(tmp_path: Path) -> None:
    report = audited(tmp_path, [*CURRENT, ENDED], UNDECLARED)

    assert verdicts(report) == (BROKEN, BROKEN, HELD)
    ended = finding(report, SUPERSEDED.id)
    assert ended is not None
    assert any("declare the fields of `effective`" in fix.text for fix in ended.judgement.fixes)
    assert report.decision.value == "hold"


def test_a_day_ends_in_its_zone(tmp_path: Path) -> None:
    seen = []
    for name, zone, until in (
        ("last day", ", zone: UTC", "2026-11-22"),
        ("day after", ", zone: UTC", "2026-11-21"),
        ("somewhere", "", "2026-11-22"),
        ("everywhere", "", "2026-11-20"),
    ):
        (tmp_path / name).mkdir()
        text = PLAN.replace(", zone: UTC", zone)
        seen.append(verdict(audited(tmp_path / name, [("a", "1", "2026-01-01", until)], text), "effective"))

    assert seen == [HELD, BROKEN, UNVERIFIED, BROKEN]


@pytest.mark.parametrize(
    ("old", "new", "leaf"),
    [
        ("[effective_from, effective_to]", "[effective_from, gone]", "effective"),
        ("[effective_from, effective_to]", "effective_to", "effective"),
        ("[effective_from, effective_to]", "[effective_from, doc_id]", "effective"),
        ("version: version", "version: etag", "version"),
        ("version: version", "version: [version]", "version"),
        ("        key: doc_id\n", "", "version"),
        ("        key: doc_id\n", "        key: version\n", "version"),
        ("reads: policies/", "reads: gone/", "version"),
    ],
)
def test_what_cannot_be_told_is_unverified_with_a_way_out(tmp_path: Path, old: str, new: str, leaf: str) -> None:
    text = PLAN.replace(old, new)
    if "key: version" in new:
        text = text.replace("          doc_id: {", "          version: helpful\n          doc_id: {")

    line = assumption(audited(tmp_path, [*CURRENT, ENDED], text), leaf)

    assert line.verdict is UNVERIFIED
    assert line.settle


def test_a_document_that_cannot_be_read_is_not_held_to_be_in_force(tmp_path: Path) -> None:
    world = shelved(tmp_path, CURRENT)
    world.file("policies/broken.md", "---\ndoc_id: [\n---\n")

    report = world.audit(PLAN, rules=RULES)

    assert verdicts(report) == (UNVERIFIED, UNVERIFIED, UNVERIFIED)
    assert "1 of 4 documents" in assumption(report, "effective").says
    assert assumption(report, "effective").settle


def test_a_folder_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    world = World(tmp_path, {"FILES": str(tmp_path / "gone")})

    report = world.audit(PLAN, rules=RULES)

    assert report.incomplete
    assert verdicts(report) == (UNVERIFIED, UNVERIFIED, UNVERIFIED)


def table(documents: Sequence[Document], kind: str) -> str:
    def quoted(value: str | None) -> str:
        return "NULL" if value is None else f"'{value}'"

    rows = ", ".join(f"({', '.join(quoted(value) for value in one)})" for one in documents)
    return (
        f"CREATE TABLE policies (doc_id TEXT, version TEXT, effective_from {kind}, effective_to {kind});"
        f"INSERT INTO policies VALUES {rows};"
    )


def in_table(kind: str) -> str:
    return PLAN.replace('{type: documents, path: "${FILES}"}', f'{{type: {kind}, url: "${{KB_URL}}"}}').replace(
        "policies/", "policies"
    )


@pytest.mark.parametrize("documents", [CURRENT, [*CURRENT, ENDED, EARLY], [*CURRENT, TWICE]])
@pytest.mark.parametrize("kind", ["DATE", "TEXT"])
def test_a_table_is_judged_as_a_folder_is(tmp_path: Path, documents: Sequence[Document], kind: str) -> None:
    world = World(tmp_path / "table").url("kb", f"sqlite:///{tmp_path}/kb.db")
    World(tmp_path).sqlite("kb", table(documents, kind))

    there = world.audit(in_table("sqlite"), rules=RULES)
    here = audited(tmp_path, documents)

    assert verdicts(there) == verdicts(here)
    assert there.decision == here.decision


@pytest.mark.postgresql
@pytest.mark.parametrize("kind", ["date", "timestamptz", "timestamp"])
def test_a_server_is_judged_the_same(tmp_path: Path, postgres: PostgresDatabase, kind: str) -> None:
    postgres.execute(table([*CURRENT, ENDED, EARLY, TWICE], kind))
    world = World(tmp_path).url("kb", postgres.url())

    report = world.audit(in_table("postgresql"), rules=RULES)

    assert verdicts(report) == (BROKEN, BROKEN, HELD)
    assert "of 6 records that are read, 1 record is no longer in force" in assumption(report, "effective").says
    assert assumption(report, "version").actual.value == 1
