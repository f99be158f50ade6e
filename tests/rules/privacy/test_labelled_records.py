"""Records that say how confidential they are, beside a plan that calls their text harmless."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage import registry
from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import World, finding, fired, verdict
from rules.privacy.undeclared_sensitive_data import RULE
from tests.connectors import papers

MARKER = "M4RK3R"
TEXT = "The refund is paid within two weeks."
PLAN = """
plan: v1
meta: {id: kb, owner: owner@acme.example}
sources:
  kb:
    connector: {type: documents, path: "${KB_URL}"}
    datasets:
      policies: {reads: policies/, key: doc_id, fields: {doc_id: required, text: required}}
steps: {retrieve: {reads: {kb.policies: all}, to: prompt}}
rollout: [{stage: first}]
"""
LABEL = "MSIP_Label_1234abcd-12_Name"


def pdf(label: str) -> bytes:
    return papers.pdf(TEXT, {"Doc_id": "a", LABEL: label} if label else {"Doc_id": "a"})


def word(label: str) -> bytes:
    return papers.docx(TEXT, {}, {"Doc id": "b", LABEL: label} if label else {"Doc id": "b"})


def page(label: str) -> bytes:
    return f"---\ndoc_id: c\nclassification: {label}\n---\n# Refunds\n\n{TEXT}\n".encode()


def audited(folder: Path, text: str = PLAN, **files: bytes) -> Report:
    (folder / "policies").mkdir(parents=True)
    for name, data in files.items():
        (folder / "policies" / name.replace("_", ".")).write_bytes(data)
    report = World(folder).url("kb", str(folder)).audit(text, rules=[RULE])
    assert report.failures == ()
    return report


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        (("General", "Internal"), Verdict.HELD),
        (("Public", ""), Verdict.HELD),
        (("General", "Confidential"), Verdict.BROKEN),
        (("Highly Confidential", "Confidential"), Verdict.BROKEN),
        (("", "STRICTLY CONFIDENTIAL"), Verdict.BROKEN),
        (("Vertraulich", "Intern"), Verdict.BROKEN),
        (("General", MARKER), Verdict.UNVERIFIED),
        ((MARKER, "Confidential"), Verdict.BROKEN),
    ],
)
def test_text_that_the_plan_calls_harmless_is_no_higher_than_its_label(
    tmp_path: Path, labels: tuple[str, str], expected: Verdict
) -> None:
    report = audited(tmp_path / "kb", refunds_pdf=pdf(labels[0]), gifts_docx=word(labels[1]))

    assert verdict(report, "text.need") is expected
    assert fired(report) == ({RULE.id} if expected is Verdict.BROKEN else set())
    assert MARKER not in repr(report)


def test_how_many_and_what_to_do_is_told(tmp_path: Path) -> None:
    report = audited(tmp_path / "kb", a_pdf=pdf("Confidential"), b_docx=word("Restricted"), c_md=page("internal"))

    found = finding(report, RULE.id)
    assert found is not None
    assert found.title == (
        "of 3 records 2 records are labelled confidential or higher by sensitivity_label, "
        "and the plan calls it not sensitive"
    )
    assert found.judgement.fixes[1].patch == "text: {need: required, sensitive: confidential}"
    assert report.decision.value == "hold"


def test_front_matter_says_it_as_well(tmp_path: Path) -> None:
    high = audited(tmp_path / "high", c_md=page("confidential"))
    low = audited(tmp_path / "low", c_md=page("internal"))

    assert (fired(high), fired(low)) == ({RULE.id}, set())


@pytest.mark.parametrize(
    ("declared", "label", "fires"),
    [
        ("internal", "Confidential", True),
        ("internal", "Internal", False),
        ("public", "Internal", True),
        ("none", "Internal", False),
        ("none", "Confidential", True),
        ("confidential", "Confidential", False),
        ("confidential", "Highly Confidential", True),
        ("secret", "Top Secret", False),
        ("free_text", "Confidential", False),
    ],
)
def test_the_plan_may_not_declare_less_than_the_label(tmp_path: Path, declared: str, label: str, fires: bool) -> None:
    text = PLAN.replace("text: required", f"text: {{need: required, sensitive: {declared}}}")

    assert fired(audited(tmp_path / "kb", text, a_pdf=pdf(label))) == ({RULE.id} if fires else set())


def test_records_that_the_plan_leaves_out_are_not_judged(tmp_path: Path) -> None:
    text = PLAN.replace("key: doc_id,", "key: doc_id, where: \"sensitivity_label = 'General'\",").replace(
        "text: required", "text: required, sensitivity_label: helpful"
    )

    assert fired(audited(tmp_path / "kb", text, a_pdf=pdf("Confidential"), b_docx=word("General"))) == set()


def test_a_table_says_it_in_a_column_and_another_classification_is_none(tmp_path: Path) -> None:
    text = PLAN.replace("type: documents, path:", "type: sqlite, url:").replace("policies/", "policies")
    made = "create table policies (doc_id text primary key, text text, classification text);"
    insert = f"insert into policies values ('a', '{TEXT}', 'WHICH'), ('b', '{TEXT}', 'internal');"
    seen = []
    for which in ("restricted", "internal"):
        (tmp_path / which).mkdir()
        world = World(tmp_path / which).sqlite("kb", made + insert.replace("WHICH", which))
        seen.append(fired(world.audit(text, rules=[RULE])))
    (tmp_path / "other").mkdir()
    bugs = insert.replace("WHICH", "bug").replace("internal", "question")
    other = World(tmp_path / "other").sqlite("kb", made + bugs).audit(text, rules=[RULE])

    assert seen == [{RULE.id}, set()]
    assert (fired(other), verdict(other, "text.need")) == (set(), Verdict.HELD)


def test_a_plan_that_says_how_confidential_its_texts_are_is_told_of_nothing_else(tmp_path: Path) -> None:
    text = PLAN.replace("text: required", "text: {need: required, sensitive: confidential}")
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies" / "a.pdf").write_bytes(pdf("Confidential"))

    report = (
        World(tmp_path)
        .url("kb", str(tmp_path))
        .audit(text, rules=[rule for rule in registry.rules() if rule.family in {"privacy", "lineage", "access"}])
    )

    assert fired(report) == set()
