"""Documents, as they are found in real folders."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from lineage.connector import Attempt, Measure, MeasureKind, Profile, Sample, Structure
from lineage.duration import Duration
from lineage.facts import (
    AbsentFact,
    DatasetFact,
    Fact,
    FieldFact,
    LabelFact,
    MeasureFact,
    ResolvedFact,
    SystemFact,
    UnseenFact,
)
from lineage.model import DatasetId, FieldId
from lineage.predicate import Compare
from tests.connectors.conformance import (
    CONTACTS,
    MARKER,
    NOW,
    ODD,
    ODD_COLUMNS,
    ROWS,
    ConnectorLaws,
    System,
    context_of,
    read,
    relation_of,
    values_of,
)
from tests.connectors.limits import FolderLaws

POLICIES = DatasetId("s.policies")
SPAN = Duration()


def quoted(value: object) -> str:
    if value is None:
        return "null"
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def document(front: Mapping[str, object], text: str = "") -> str:
    lines = "".join(f"{quoted(key)}: {quoted(value)}\n" for key, value in front.items())
    return f"---\n{lines}---\n{text}"


def state_of(folder: Path) -> object:
    return sorted((str(path), path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*.*"))


class TestDocumentLaws(FolderLaws, ConnectorLaws):
    kind = "documents"

    def lively(self, folder: Path) -> System:
        (folder / "contacts").mkdir()
        for number, row in enumerate(ROWS):
            front = dict(zip(("id", "region", "email", "at"), row, strict=True))
            (folder / "contacts" / f"{MARKER}-{number}.md").write_text(document(front, f"# {MARKER}\n\nText.\n"))
        odd = folder / "odd Ä'[x]*"
        odd.mkdir()
        (odd / f"{MARKER} 'x'.md").write_text(document(dict.fromkeys(ODD_COLUMNS, MARKER)), encoding="utf-8")
        (folder / f"{MARKER}@x.example.md").write_text(document({f"{MARKER}@x.example": MARKER}))
        (folder / f"{MARKER}.png").write_bytes(b"\x00")
        targets = {CONTACTS: "contacts/", ODD: "odd*/*.md"}
        return System({"path": str(folder)}, targets, lambda: state_of(folder), (str(folder),))

    def bare(self, folder: Path) -> System:
        (folder / "bare").mkdir()
        return System({"path": str(folder / "bare")})

    def unreachable(self, folder: Path) -> Sequence[System]:
        (folder / "one.md").write_text("text")
        places = (str(folder / "none"), "ftp://bucket/folder", "gs://bucket", "a\x00b", str(folder / "one.md"))
        closed = {"path": f"s3://{MARKER}/x", "endpoint": "http://127.0.0.1:1", "key": "key", "secret": "s3cret-key"}
        return [*(System({"path": place}) for place in places), System(closed, secrets=("s3cret-key",))]


def shelf(folder: Path, files: Mapping[str, str | bytes], reads: str = "policies/") -> dict[str, Any]:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        os.utime(path, (NOW.timestamp() - 3_600, NOW.timestamp() - 3_600))
    return {"settings": {"path": str(folder)}, "reads": reads}


def structure(made: Mapping[str, Any]) -> list[Fact]:
    return read("documents", made["settings"], [Structure({POLICIES: made["reads"]})])


def profile(made: Mapping[str, Any], *measures: Measure, **more: Any) -> list[Fact]:
    relation = relation_of(structure(made), POLICIES)
    task = Profile(relation, more.get("where"), more.get("cells", ()), (Measure(POLICIES, MeasureKind.ROWS), *measures))
    return read("documents", made["settings"], [task], context_of(**more.get("context", {})))


def of(kind: MeasureKind, field: str, **more: Any) -> Measure:
    return Measure(POLICIES, kind, field, **more)


def unseen(facts: Sequence[Fact], what: str = "structure") -> list[UnseenFact]:
    return [fact for fact in facts if isinstance(fact, UnseenFact) and fact.what == what and fact.name is not None]


def types(facts: Sequence[Fact]) -> dict[str, str]:
    return {fact.name.field[0]: fact.type for fact in facts if isinstance(fact, FieldFact)}


def looked(made: Mapping[str, Any], **context: Any) -> list[Fact]:
    relation = relation_of(structure(made), POLICIES)
    return read("documents", made["settings"], [Sample(relation, None, None)], context_of(**context))


REFUNDS = document(
    {
        "doc_id": "refunds",
        "owner": "knowledge-owner@acme.example",
        "version": 2,
        "effective_from": date(2026, 1, 1),
        "effective_to": date(2026, 6, 30),
        "reviewed": "2026-11-01T10:00:00Z",
        "status": "live",
    },
    "# Refunds\n\nWithin 30 days.\n",
)


def test_keys_of_front_matter_are_fields_typed_by_what_all_of_them_hold(tmp_path: Path) -> None:
    other = document({"doc_id": "trials", "version": "1.10", "reviewed": None, "tags": "x"})
    made = shelf(tmp_path, {"policies/a.md": REFUNDS, "policies/deep/b.md": other})

    facts = structure(made)

    assert types(facts) == {
        "doc_id": "VARCHAR",
        "title": "VARCHAR",
        "text": "VARCHAR",
        "modified_at": "TIMESTAMP WITH TIME ZONE",
        "owner": "VARCHAR",
        "version": "VARCHAR",
        "effective_from": "DATE",
        "effective_to": "DATE",
        "reviewed": "TIMESTAMP WITH TIME ZONE",
        "status": "VARCHAR",
        "tags": "VARCHAR",
    }
    [dataset] = [fact for fact in facts if isinstance(fact, DatasetFact)]
    assert (dataset.rows_estimate, dataset.parts, dataset.name.path) == (2, 2, ("policies/",))
    assert [fact.default for fact in facts if isinstance(fact, FieldFact) and fact.name.field == ("modified_at",)] == [
        "now"
    ]


def test_dates_counts_and_ages_are_measured(tmp_path: Path) -> None:
    later = document({"doc_id": "refunds", "version": 3, "effective_from": date(2026, 7, 1)})
    made = shelf(tmp_path, {"policies/a.md": REFUNDS, "policies/b.md": later, "policies/c.txt": "No front matter."})

    facts = profile(
        made,
        of(MeasureKind.OLDER, "effective_to", span=SPAN),
        of(MeasureKind.NEWEST, "modified_at", span=SPAN),
        of(MeasureKind.NULLS, "effective_to"),
        of(MeasureKind.REPEATS, "doc_id"),
        of(MeasureKind.OUTSIDE, "status", values=("live",)),
        of(MeasureKind.NULLS, "title"),
        of(MeasureKind.BLANKS, "text"),
    )

    assert values_of(facts) == {
        "rows": 3,
        "older": 1,
        "newest": [datetime(2026, 11, 22, 11, tzinfo=UTC)],
        "nulls": 2 + 2,
        "repeats": 1,
        "outside": 0,
        "blanks": 1,
    }
    assert not unseen(facts, "data")


def test_a_document_without_an_id_has_a_stable_one_of_its_own(tmp_path: Path) -> None:
    made = shelf(tmp_path, {"policies/a.md": "text", "policies/b.md": "text", "policies/c.md": document({"id": "x"})})

    told = values_of(profile(made, of(MeasureKind.NULLS, "doc_id"), of(MeasureKind.REPEATS, "doc_id")))

    assert (told["nulls"], told["repeats"]) == (0, 0)


BOMB = "\n".join([f"a{n}: &a{n} [{', '.join(['*a' + str(n - 1)] * 9) if n else 'x'}]" for n in range(12)])
HOSTILE: Mapping[str, str | bytes] = {
    "aliases": f"---\n{BOMB}\n---\n",
    "ten megabytes": "---\n" + "key: value\n" * 1_000_000 + "---\n",
    "tabs": "---\nowner:\n\t- a\n---\n",
    "broken": '---\nowner: "a\n---\n',
    "no end": "---\nowner: a\n",
    "a list": "---\n- a\n---\n",
    "a tag": "---\nowner: !!python/object/apply:os.system [ls]\n---\n",
    "twice": "---\nowner: a\nowner: b\n---\n",
    "deep": "---\nowner: " + "[" * 20_000 + "\n---\n",
    "binary": b"---\nowner: a\n---\n\x00\x01",
    "another encoding": "---\nowner: Größe\n---\n".encode("latin-1"),
    "utf-16": "---\nowner: a\n---\n".encode("utf-16"),
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_a_document_that_cannot_be_read_is_said_and_nothing_is_held_of_it(tmp_path: Path, content: str | bytes) -> None:
    made = shelf(tmp_path, {"policies/a.md": REFUNDS, f"policies/{MARKER}.md": content})

    facts = structure(made)
    measured = profile(
        made,
        of(MeasureKind.NULLS, "owner"),
        of(MeasureKind.OLDER, "effective_to", span=SPAN),
        of(MeasureKind.NEWEST, "modified_at", span=SPAN),
    )

    [said] = unseen(facts)
    assert said.reason.startswith("1 of 2 documents: ")
    assert said.settle
    assert set(values_of(measured)) == {"rows", "newest"}
    assert values_of(measured)["rows"] == 2
    assert {fact.name.field for fact in unseen(measured, "data") if fact.name} == {("owner",), ("effective_to",)}
    assert MARKER not in repr([*facts, *measured])


def test_what_is_read_through_a_hole_is_not_read_at_all(tmp_path: Path) -> None:
    made = shelf(tmp_path, {"policies/a.md": REFUNDS, "policies/b.pdf": b"%PDF"})
    live = Compare("status", "=", "live")

    where = profile(made, where=live)
    cells = profile(made, of(MeasureKind.NEWEST, "modified_at", span=SPAN), cells=(live,))

    assert not values_of(where)
    assert [fact.name.field for fact in unseen(where, "data") if fact.name] == [()]
    assert values_of(cells)["rows"] == 2
    assert [fact.reason for fact in unseen(cells, "data")] == ["1 of 2 documents could not be read"]


def test_a_pattern_leaves_out_what_is_not_read(tmp_path: Path) -> None:
    made = shelf(tmp_path, {"policies/a.md": REFUNDS, "policies/b.pdf": b"%PDF"}, reads="policies/*.md")

    facts = profile(made, of(MeasureKind.NULLS, "owner"))

    assert values_of(facts) == {"rows": 1, "nulls": 0}


def test_links_that_lead_out_are_not_followed_and_said(tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.md").write_text(REFUNDS)
    made = shelf(tmp_path / "kb", {"policies/a.md": "text"})
    (tmp_path / "kb" / "policies" / "out.md").symlink_to(tmp_path / "outside" / "secret.md")
    (tmp_path / "kb" / "more").symlink_to(tmp_path / "outside")

    facts = structure({**made, "reads": "more/"})

    [system] = [fact for fact in facts if isinstance(fact, SystemFact)]
    [absent] = [fact for fact in facts if isinstance(fact, AbsentFact)]
    assert not system.complete_catalogue
    assert not absent.proven
    assert any(isinstance(fact, UnseenFact) and fact.reason.startswith("2 links") for fact in facts)
    assert values_of(profile(made)) == {"rows": 1}


@pytest.mark.parametrize("reads", ["policies", "policies/", "policies/*.md", "policies/**", "**/a.md", "policies/a.md"])
def test_a_dataset_is_a_folder_a_pattern_or_a_document(tmp_path: Path, reads: str) -> None:
    made = shelf(tmp_path, {"policies/a.md": REFUNDS, "notes/b.md": "text"}, reads)

    [resolved] = [fact for fact in structure(made) if isinstance(fact, ResolvedFact)]

    assert resolved.name.path == (reads,)
    assert values_of(profile(made)) == {"rows": 1}


def test_a_folder_that_no_plan_names_is_told_by_its_sub_folders(tmp_path: Path) -> None:
    made = shelf(tmp_path, {"policies/a.md": "x", "articles/b.html": "x", "Anna Schmidt 1987/c.md": "x", "d.txt": "x"})

    facts = read("documents", made["settings"], [Structure()])

    told = {fact.name.path[-1] for fact in facts if isinstance(fact, DatasetFact)}
    assert {"policies/", "articles/", "*"} <= told
    assert "Anna" not in repr(facts)


def test_keys_that_differ_in_case_are_different_fields(tmp_path: Path) -> None:
    made = shelf(tmp_path, {"policies/a.md": document({"Owner": "a"}), "policies/b.md": document({"owner": "b"})})

    told = {
        fact.measure: fact.value
        for fact in profile(made, of(MeasureKind.NULLS, "Owner"))
        if isinstance(fact, MeasureFact)
    }

    assert told["nulls:Owner"] == 1


def test_front_matter_may_not_take_the_place_of_the_text(tmp_path: Path) -> None:
    made = shelf(tmp_path, {"policies/a.md": document({"text": "x@y", "modified_at": "1990-01-01"}, "Body.")})

    facts = structure(made)

    assert types(facts)["modified_at"] == "TIMESTAMP WITH TIME ZONE"
    assert "2 keys" in unseen(facts)[0].reason
    assert {fact.name.field for fact in looked(made) if isinstance(fact, LabelFact)} == {("text",)}


def test_a_join_into_documents_that_cannot_be_read_is_not_counted(tmp_path: Path) -> None:
    made = shelf(
        tmp_path,
        {"policies/a.md": REFUNDS, "notes/a.md": document({"of": "refunds"}), "notes/b.md": document({"of": "gone"})},
        reads="notes/",
    )
    notes = DatasetId("s.notes")
    measure = Measure(notes, MeasureKind.ORPHANS, "of", of=FieldId(f"{POLICIES}.doc_id"))

    def joined() -> list[Fact]:
        facts = read("documents", made["settings"], [Structure({POLICIES: "policies/", notes: "notes/"})])
        behind = {POLICIES: relation_of(facts, POLICIES)}
        task = Profile(relation_of(facts, notes), None, (), (Measure(notes, MeasureKind.ROWS), measure), behind)
        return read("documents", made["settings"], [task])

    whole = joined()
    (tmp_path / "policies" / "b.docx").write_bytes(b"PK")
    holed = joined()

    assert values_of(whole) == {"rows": 2, "orphans": 1}
    assert values_of(holed) == {"rows": 2}
    assert [fact.reason for fact in unseen(holed, "data")] == ["documents behind a join could not be read"]


def test_nobody_can_be_asked_about_access(tmp_path: Path) -> None:
    made = shelf(tmp_path, {"policies/a.md": "x"})
    relation = relation_of(structure(made), POLICIES)

    facts = read("documents", made["settings"], [Attempt(relation, "anna")])

    assert [fact.what for fact in facts if isinstance(fact, UnseenFact)] == ["access"]
