"""PDF, Office files and mail among documents."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from lineage.connector import Measure, MeasureKind, Profile, Sample, Structure
from lineage.facts import Fact, FieldFact, LabelFact, LookFact, UnseenFact
from lineage.model import DatasetId
from tests.connectors import papers
from tests.connectors.conformance import MARKER, read, relation_of, values_of

PAPERS = DatasetId("s.papers")
MAIL = f"write to {MARKER}@x.example"
PROPERTIES = {"Title": MARKER, "Review_date": "2026-11-01", "MSIP_Label_1234abcd-12_Name": "Confidential"}
FILES: Mapping[str, bytes] = {
    "a.pdf": papers.pdf(MAIL, PROPERTIES),
    "b.docx": papers.docx(MAIL, {"title": MARKER, "version": "2"}, {"Review date": "2026-11-02", "Owner": "legal"}),
    "c.pptx": papers.pptx(MAIL),
    "d.xlsx": papers.xlsx(("name", "mail"), ("x", MAIL)),
    "e.eml": papers.eml(MAIL, Subject=MARKER, From="a@x.example", Date="Sun, 01 Nov 2026 10:00:00 +0000"),
}


def folder_of(folder: Path, files: Mapping[str, bytes]) -> dict[str, Any]:
    (folder / "papers").mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / "papers" / name).write_bytes(data)
    return {"path": str(folder)}


def structure(settings: dict[str, Any]) -> list[Fact]:
    return read("documents", settings, [Structure({PAPERS: "papers/"})])


def reasons(facts: list[Fact]) -> list[str]:
    return [fact.reason for fact in facts if isinstance(fact, UnseenFact) and fact.name is not None]


def test_properties_are_fields_and_a_label_is_one_of_them(tmp_path: Path) -> None:
    facts = structure(folder_of(tmp_path, {name: FILES[name] for name in ("a.pdf", "b.docx", "e.eml")}))

    types = {fact.name.field[0]: fact.type for fact in facts if isinstance(fact, FieldFact)}
    assert {"review_date", "sensitivity_label", "owner", "version", "author", "sent_at"} <= set(types)
    assert types["review_date"] == "DATE"
    assert types["sent_at"] == "TIMESTAMP WITH TIME ZONE"
    assert reasons(facts) == []
    assert MARKER not in repr(facts)


def test_what_lacks_a_property_holds_null(tmp_path: Path) -> None:
    settings = folder_of(tmp_path, FILES)
    relation = relation_of(structure(settings), PAPERS)
    measures = (Measure(PAPERS, MeasureKind.NULLS, "sensitivity_label"), Measure(PAPERS, MeasureKind.ROWS))

    facts = read("documents", settings, [Profile(relation, None, (), measures)])

    assert values_of(facts) == {"nulls": 4, "rows": 5}


@pytest.mark.parametrize("name", FILES)
def test_the_text_of_each_kind_is_looked_at(tmp_path: Path, name: str) -> None:
    settings = folder_of(tmp_path, {name: FILES[name]})
    relation = relation_of(structure(settings), PAPERS)

    facts = read("documents", settings, [Sample(relation, None, None)])

    assert [fact.hits for fact in facts if isinstance(fact, LabelFact) and fact.name.field == ("text",)] == [1]
    assert MARKER not in repr(facts)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.pdf", b"%PDF-1.4 broken " + MARKER.encode()),
        ("x.docx", b"PK broken " + MARKER.encode()),
        ("x.xlsx", b"\xd0\xcf\x11\xe0 locked"),
        ("x.eml", b"\x00\x01"),
        ("x.msg", MARKER.encode()),
        ("x.odt", b"x"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_to_be_unseen(tmp_path: Path, name: str, data: bytes) -> None:
    settings = folder_of(tmp_path, {"b.docx": FILES["b.docx"], name: data})

    facts = structure(settings)

    assert len(reasons(facts)) == 1
    assert "1 of 2 documents" in reasons(facts)[0]
    assert MARKER not in repr(facts)
    measure = Measure(PAPERS, MeasureKind.NULLS, "owner")
    told = read("documents", settings, [Profile(relation_of(facts, PAPERS), None, (), (measure,))])
    assert "nulls" not in values_of(told)
    assert reasons(told)


def test_a_file_under_a_password_is_said_to_be(tmp_path: Path) -> None:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(PdfReader(io.BytesIO(FILES["a.pdf"])))
    writer.encrypt("s3cret")
    stream = io.BytesIO()
    writer.write(stream)

    facts = structure(folder_of(tmp_path, {"a.pdf": stream.getvalue()}))

    assert "it is protected by a password" in reasons(facts)[0]


def test_properties_that_define_entities_are_not_expanded(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    data = papers.docx("x", {}, {})
    stream = io.BytesIO(data)
    with zipfile.ZipFile(stream, "a") as archive:
        archive.writestr("docProps/custom.xml", f"{bomb}<Properties><property name='n'>&b;</property></Properties>")

    facts = structure(folder_of(tmp_path, {"a.docx": stream.getvalue()}))

    assert "its properties define entities" in reasons(facts)[0]


def test_without_the_extra_a_document_is_unseen_with_the_way_out(tmp_path: Path) -> None:
    folder_of(tmp_path, {"a.pdf": FILES["a.pdf"]})
    program = (
        "import sys; sys.modules['pypdf'] = sys.modules['kreuzberg'] = None\n"
        "from tests.connectors.test_documents_office import reasons, structure\n"
        f"print(reasons(structure({{'path': {str(tmp_path)!r}}})))"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert "lineage-audit[documents]" in done.stdout


def test_nothing_is_written_beside_the_documents_or_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").mkdir()
    settings = folder_of(tmp_path / "x", FILES)
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("HOME", str(here))

    facts = read("documents", settings, [Sample(relation_of(structure(settings), PAPERS), None, None)])

    assert any(isinstance(fact, LookFact) for fact in facts)
    assert list(here.rglob("*")) == []
    assert len(list((tmp_path / "x").rglob("*"))) == 1 + len(FILES)
