"""Documents that another one says it replaces: in front matter, in PDF and Word, in tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import World, finding, fired, verdict
from rules.freshness.superseded_document import RULE as SUPERSEDED
from rules.source.missing_field import RULE as MISSING_FIELD
from rules.source.unreachable_source import RULE as UNREACHABLE
from tests.connectors import papers
from tests.servers import PostgresDatabase

MARKER = "M4RK3R"
RULES = (SUPERSEDED, MISSING_FIELD, UNREACHABLE)
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
        fields: {doc_id: {need: required, cite: true}}
steps: {retrieve: {reads: {kb.policies: all}, to: prompt}}
rollout: [{stage: first}]
"""
DATED = PLAN.replace(
    "        fields: {doc_id: {need: required, cite: true}}",
    "        effective: [effective_from, effective_to]\n"
    "        fields: {doc_id: {need: required, cite: true}, effective_from: helpful, effective_to: helpful}",
)


def written(folder: Path, documents: Mapping[str, Mapping[str, str]]) -> World:
    world = World(folder)
    for name, front in documents.items():
        lines = "".join(f"{key}: {value}\n" for key, value in front.items())
        world.file(f"policies/{name}", f"---\n{lines}---\n# {MARKER}\n")
    return world


def audited(world: World, text: str = PLAN) -> Report:
    report = world.audit(text, rules=RULES)
    assert not report.failures
    assert MARKER not in repr(report)
    return report


def replaced(report: Report) -> int | None:
    found = finding(report, SUPERSEDED.id)
    return int(str(found.judgement.actual.value)) if found is not None else None


OLD = {"doc_id": f"{MARKER}-refunds-2024"}


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ({"supersedes": f"{MARKER}-refunds-2024"}, 1),
        ({"supersedes": f"[{MARKER}-refunds-2023, {MARKER}-refunds-2024]"}, 1),
        ({"supersedes": f"'{MARKER}-refunds-2023; {MARKER}-Refunds-2024'"}, 1),
        ({"supersedes": "refunds-old.md"}, 1),
        ({"supersedes": "policies/refunds-old.md"}, 1),
        ({"supersedes": "refunds-old"}, 1),
        ({"replaces": f"{MARKER}-refunds-2024"}, 1),
        ({"supersedes": f"{MARKER}-refunds-2023"}, None),
        ({"supersedes": "none"}, None),
        ({"supersedes": "''"}, None),
        ({"supersedes": f"{MARKER}-refunds-2026"}, None),
        ({"status": "current"}, None),
    ],
)
def test_a_document_beside_the_one_that_names_it_is_superseded(
    tmp_path: Path, says: dict[str, str], expected: int | None
) -> None:
    documents = {"refunds-old.md": OLD, "refunds.md": {"doc_id": f"{MARKER}-refunds-2026", **says}, "gifts.md": {}}

    report = audited(written(tmp_path, documents))

    assert replaced(report) == expected
    assert report.decision.value == ("ship" if expected is None else "hold")


@pytest.mark.parametrize("key", ["superseded_by", "replaced_by", "superseded"])
def test_a_document_that_says_itself_that_it_is_replaced_is_superseded(tmp_path: Path, key: str) -> None:
    value = "true" if key == "superseded" else f"{MARKER}-refunds-2026"
    other = "false" if key == "superseded" else "none"

    there = audited(written(tmp_path / "a", {"old.md": {**OLD, key: value}, "new.md": {"doc_id": "new", key: other}}))
    alone = audited(written(tmp_path / "b", {"new.md": {"doc_id": "new", key: other}}))

    assert (replaced(there), replaced(alone)) == (1, None)
    assert verdict(alone, "policies.reads") is Verdict.HELD


def test_a_version_that_names_the_id_which_it_shares_does_not_replace_itself(tmp_path: Path) -> None:
    twice = {"doc_id": "refunds", "supersedes": "refunds"}

    report = audited(written(tmp_path, {"refunds.md": twice}))

    assert replaced(report) is None


def test_documents_without_an_id_are_told_apart_by_their_files(tmp_path: Path) -> None:
    report = audited(written(tmp_path, {"old.md": {"owner": "legal"}, "new.md": {"supersedes": "old.md"}}))

    assert replaced(report) == 1


def test_what_ended_as_it_was_replaced_is_told_by_its_end_alone(tmp_path: Path) -> None:
    old = {**OLD, "effective_from": "2024-01-01", "effective_to": "2025-12-31"}
    new = {"doc_id": "new", "supersedes": OLD["doc_id"], "effective_from": "2026-01-01", "effective_to": "2030-01-01"}

    report = audited(written(tmp_path, {"old.md": old, "new.md": new}), DATED)

    assert [one.title for one in report.findings] == [
        "of 2 records that are read, 1 record is no longer in force by effective_to"
    ]
    assert report.decision.value == "narrow"


def test_what_is_not_yet_in_force_replaces_nothing_yet(tmp_path: Path) -> None:
    old = {**OLD, "effective_from": "2024-01-01", "effective_to": "2030-12-31"}
    new = {"doc_id": "new", "supersedes": OLD["doc_id"], "effective_from": "2027-01-01", "effective_to": "2030-01-01"}

    report = audited(written(tmp_path, {"old.md": old, "new.md": new}), DATED)

    assert [one.title for one in report.findings] == [
        "of 2 records that are read, 1 record is not yet in force by effective_from"
    ]
    assert report.decision.value == "narrow"


def test_word_says_which_print_it_replaces(tmp_path: Path) -> None:
    folder = tmp_path / "files" / "policies"
    folder.mkdir(parents=True)
    word = papers.docx(MARKER, {}, {"Doc id": "new", "Supersedes": f"{MARKER}-a; {MARKER}-b"})
    (folder / "new.docx").write_bytes(word)
    alone = audited(World(tmp_path, {"FILES": str(tmp_path / "files")}))
    (folder / "old.pdf").write_bytes(papers.pdf(MARKER, {"Doc_id": f"{MARKER}-b"}))

    both = audited(World(tmp_path, {"FILES": str(tmp_path / "files")}))

    assert (replaced(alone), replaced(both)) == (None, 1)


def test_one_that_cannot_be_read_leaves_it_unverified(tmp_path: Path) -> None:
    world = written(tmp_path, {"old.md": OLD, "new.md": {"doc_id": "new", "supersedes": OLD["doc_id"]}})
    world.file("policies/broken.md", "---\ndoc_id: [\n---\n")

    report = audited(world)

    assert not fired(report)
    assert verdict(report, "policies.reads") is Verdict.UNVERIFIED


TABLE = f"""
create table policies (doc_id text primary key, supersedes text, superseded_by text);
insert into policies values ('{MARKER}-1', null, BY), ('{MARKER}-2', OF, ''), ('{MARKER}-3', null, null);
"""


def in_table(kind: str) -> str:
    return PLAN.replace('{type: documents, path: "${FILES}"}', f'{{type: {kind}, url: "${{KB_URL}}"}}').replace(
        "policies/", "policies"
    )


@pytest.mark.parametrize(
    ("of", "by", "found"),
    [("null", "null", 0), (f"'{MARKER}-1'", "null", 1), (f"'{MARKER}-0'", "null", 0), ("null", f"'{MARKER}-2'", 1)],
)
def test_a_table_is_judged_by_the_same_fields(tmp_path: Path, of: str, by: str, found: int) -> None:
    world = World(tmp_path).sqlite("kb", TABLE.replace("OF", of).replace("BY", by))

    report = audited(world, in_table("sqlite"))

    assert (replaced(report) or 0) == found


def test_a_list_of_what_is_replaced_is_not_taken_for_nothing(tmp_path: Path) -> None:
    several = f"'{MARKER}-1, {MARKER}-7'"
    seen = []
    for name, of in (("none", "null"), ("list", several)):
        (tmp_path / name).mkdir()
        world = World(tmp_path / name).sqlite("kb", TABLE.replace("OF", of).replace("BY", "null"))
        seen.append(verdict(audited(world, in_table("sqlite")), "policies.reads"))

    assert seen == [Verdict.HELD, Verdict.UNVERIFIED]


@pytest.mark.postgresql
def test_a_server_is_judged_by_the_same_fields(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(TABLE.replace("OF", f"'{MARKER}-1'").replace("BY", "null"))
    postgres.execute("alter table policies add superseded boolean; update policies set superseded = false")

    flagged = audited(World(tmp_path).url("kb", postgres.url()), in_table("postgresql"))
    postgres.execute("alter table policies drop superseded")
    named = audited(World(tmp_path).url("kb", postgres.url()), in_table("postgresql"))

    assert (replaced(flagged), replaced(named)) == (None, 1)


BEHIND_AN_INDEX = """
plan: v1
meta: {id: kb, owner: owner@acme.example}
sources:
  kb:
    connector: {type: documents, path: "${FILES}"}
    datasets:
      policies:
        reads: policies/
        key: doc_id
        effective: [effective_from, effective_to]
        fields: {doc_id: {need: required, cite: true}, effective_from: helpful, effective_to: helpful}
  index:
    connector: {type: files, path: "${FILES}"}
    datasets:
      chunks:
        reads: chunks.jsonl
        copy_of: [kb.policies]
        key_back: {field: doc_id}
        fields: {doc_id: required, text: required}
steps: {retrieve: {reads: {READS: all}, to: prompt}}
rollout: [{stage: first}]
"""


@pytest.mark.parametrize(("reads", "severity"), [("index.chunks", "high"), ("kb.policies", "blocker")])
def test_what_ended_weighs_by_whether_it_is_read_or_a_copy_of_it(tmp_path: Path, reads: str, severity: str) -> None:
    ended = {"doc_id": "gifts", "effective_from": "2024-01-01", "effective_to": "2025-12-31"}
    world = written(tmp_path, {"gifts.md": ended}).jsonl("chunks.jsonl", [{"doc_id": "gifts", "text": "Gifts."}])

    found = finding(audited(world, BEHIND_AN_INDEX.replace("READS", reads)), SUPERSEDED.id)

    assert found is not None
    assert found.severity.value == severity
    assert found.launch_blocking == (severity == "blocker")
    assert ("index.chunks, which is made of them, is read" in found.title) == (severity == "high")
