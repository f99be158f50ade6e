"""Policies as offices keep them, in PDF and Word: which are in force, whose they are, and when they were reviewed."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage import registry
from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import World, fired, verdict
from tests.connectors import papers
from tests.connectors.conformance import MARKER

SUPERSEDED, STALE, MISSING = "freshness/superseded-document", "freshness/stale-source", "source/missing-field"
PLAN = """\
plan: v1
meta: {id: reply, status: in-review, owner: planner@acme.example}
sources:
  kb:
    connector: {type: documents, path: "${KB_URL}"}
    datasets:
      policies:
        reads: policies/
        key: doc_id
        version: version
        effective: [effective_from, effective_to]
        fresh: {clock: review_date, within: 90 days, zone: UTC}
        fields: {doc_id: required, owner: required, sensitivity_label: helpful, effective_from: helpful, effective_to: helpful}
steps: {retrieve: {reads: {kb.policies: all}, to: prompt}}
rollout: [{stage: first}]
"""  # noqa: E501 - as a plan is written
LABEL = "MSIP_Label_1234abcd-12_Name"


def word(version: str, since: str, until: str = "2027-12-31", reviewed: str = "2026-11-01", **more: str) -> bytes:
    told = {"Doc id": f"{MARKER}-refunds", "Effective from": since, "Effective to": until, "Review date": reviewed}
    return papers.docx(MARKER, {"version": version}, {**told, LABEL: "Confidential", **more})


def print_of(version: str, since: str, until: str) -> bytes:
    told = {"Doc_id": f"{MARKER}-refunds", "Version": version, "Effective_from": since, "Effective_to": until}
    return papers.pdf(MARKER, {**told, "Owner": "legal", "Review_date": "2025-01-01", LABEL: "Confidential"})


def audited(folder: Path, **files: bytes) -> Report:
    (folder / "policies").mkdir(parents=True)
    for name, data in files.items():
        (folder / "policies" / name.replace("_", ".")).write_bytes(data)
    rules = [rule for rule in registry.rules() if rule.id in {SUPERSEDED, STALE, MISSING}]
    report = World(folder).url("kb", str(folder)).audit(PLAN, rules=rules)
    assert report.failures == ()
    assert MARKER not in repr(report)
    return report


def test_a_document_beside_the_one_that_replaced_it_is_found(tmp_path: Path) -> None:
    current = word("2", "2026-01-01", Owner="legal")
    ended = print_of("1", "2025-01-01", "2025-12-31")

    both = audited(tmp_path / "both", refunds_docx=current, old_pdf=ended)
    alone = audited(tmp_path / "alone", refunds_docx=current)

    assert (fired(both), verdict(both, "effective")) == ({SUPERSEDED}, Verdict.BROKEN)
    assert (fired(alone), verdict(alone, "effective")) == (set(), Verdict.HELD)


@pytest.mark.parametrize(
    ("more", "reviewed", "expected"),
    [
        ({"Owner": "legal"}, "2026-11-01", set()),
        ({"Owner": "legal"}, "2026-06-01", {STALE}),
        ({}, "2026-11-01", {MISSING}),
    ],
)
def test_owner_and_review_date_are_held_against_the_plan(
    tmp_path: Path, more: dict[str, str], reviewed: str, expected: set[str]
) -> None:
    assert fired(audited(tmp_path / "kb", refunds_docx=word("2", "2026-01-01", reviewed=reviewed, **more))) == expected


def test_an_owner_that_some_documents_lack_is_missed(tmp_path: Path) -> None:
    text = PLAN.replace("owner: required", "owner: {need: required, complete: 1.0}")
    rules = [rule for rule in registry.rules() if rule.id == "source/incomplete-field"]
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a.pdf").write_bytes(print_of("1", "2025-01-01", "2027-12-31"))
    owned = World(tmp_path).url("kb", str(tmp_path)).audit(text, rules=rules)
    (tmp_path / "policies" / "b.docx").write_bytes(word("2", "2026-01-01"))

    half = World(tmp_path).url("kb", str(tmp_path)).audit(text, rules=rules)

    assert (fired(owned), fired(half)) == (set(), {"source/incomplete-field"})


@pytest.mark.parametrize(("due", "expected"), [("2027-01-01", set()), ("2026-10-01", {SUPERSEDED})])
def test_a_document_whose_review_is_overdue_is_out_of_force(tmp_path: Path, due: str, expected: set[str]) -> None:
    text = PLAN.replace("[effective_from, effective_to]", "[effective_from, review_due]")
    (tmp_path / "policies").mkdir()
    paper = word("1", "2026-01-01", **{"Review due": due})
    (tmp_path / "policies" / "a.docx").write_bytes(paper)
    rules = [rule for rule in registry.rules() if rule.id == SUPERSEDED]

    assert fired(World(tmp_path).url("kb", str(tmp_path)).audit(text, rules=rules)) == expected
