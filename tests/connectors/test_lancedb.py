"""Tables of LanceDB, in folders that it wrote."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lineage.connector import Measure, MeasureKind, Profile, Sample, Structure
from lineage.facts import DatasetFact, Fact, FieldFact, LookFact, MeasureFact, SystemFact, UnseenFact
from lineage.model import DatasetId, Verdict
from lineage.plan.model import Budget
from lineage.predicate import Compare
from lineage.testing import assumption, finding, fired
from tests.connectors.conformance import CONTACTS, MARKER, ODD, ConnectorLaws, System, context_of, read, relation_of
from tests.connectors.indexes import CASES, CONTACTS_CHUNKS, ODD_CHUNKS, PLAN, Chunk, audited, chunks_of
from tests.connectors.limits import FolderLaws

CHUNKS = DatasetId("s.chunks")


def write(folder: Path, name: str, chunks: Sequence[Chunk], metadata: dict[str, str] | None = None) -> Any:
    """Write chunks as a table, their payload as columns."""
    import lancedb
    import pyarrow as pa

    keys = dict.fromkeys(key for chunk in chunks for key in chunk.payload)
    columns = {key: [chunk.payload.get(key) for chunk in chunks] for key in keys}
    vectors = pa.array([list(chunk.vector) for chunk in chunks], pa.list_(pa.float32(), 3))
    table = pa.table(
        {
            "chunk_id": [str(chunk.id) for chunk in chunks],
            "text": [chunk.text for chunk in chunks],
            **columns,
            "vector": vectors,
        }
    )
    return lancedb.connect(folder).create_table(name, table.replace_schema_metadata(metadata))


def state_of(folder: Path) -> object:
    return sorted((str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file())


class TestLancedbLaws(FolderLaws, ConnectorLaws):
    kind = "lancedb"

    def lively(self, folder: Path) -> System:
        write(folder, "contacts", CONTACTS_CHUNKS)
        write(folder, "odd", ODD_CHUNKS)
        targets = {CONTACTS: "contacts", ODD: "odd"}
        return System({"path": str(folder)}, targets, lambda: state_of(folder), (str(folder),))

    def bare(self, folder: Path) -> System:
        return System({"path": str(folder)})

    def unreachable(self, folder: Path) -> Sequence[System]:
        (folder / "file").write_text(MARKER)
        places = (str(folder / "none"), str(folder / "file"), "a\x00b", f"s3://{MARKER}/x", f"db://{MARKER}")
        return [System({"path": place}) for place in places]


def structure(folder: Path) -> list[Fact]:
    return read("lancedb", {"path": str(folder)}, [Structure({CHUNKS: "chunks"})])


def test_columns_are_fields_and_the_newest_version_tells_when_it_changed(tmp_path: Path) -> None:
    import lancedb
    import pyarrow as pa

    made = pa.table(
        {
            "id": [1],
            "at": pa.array([datetime(2026, 11, 1, tzinfo=UTC)], pa.timestamp("us", "UTC")),
            "meta": [{"doc_id": "a", "page": 3}],
            "acl": [["eng"]],
            "price": pa.array([Decimal("1.25")], pa.decimal128(18, 4)),
            "vector": pa.array([[0.1] * 4], pa.list_(pa.float32(), 4)),
        }
    )
    lancedb.connect(tmp_path).create_table("chunks", made.replace_schema_metadata({"embedding_model": "e5-small"}))

    facts = structure(tmp_path)

    assert {".".join(fact.name.field): fact.type for fact in facts if isinstance(fact, FieldFact)} == {
        "id": "BIGINT",
        "at": "TIMESTAMP WITH TIME ZONE",
        "meta.doc_id": "VARCHAR",
        "meta.page": "BIGINT",
        "acl": "JSON",
        "price": "DECIMAL",
        "vector": "vector(4)",
    }
    [dataset] = [fact for fact in facts if isinstance(fact, DatasetFact)]
    assert (dataset.rows_estimate, dataset.embedding_model) == (1, "e5-small")
    assert dataset.changed_at is not None
    assert abs(datetime.now(UTC) - dataset.changed_at) < timedelta(hours=1)
    relation = relation_of(facts, CHUNKS)
    cells = (Compare("meta.page", ">=", 3), Compare("price", "<", 2))
    measures = (Measure(CHUNKS, MeasureKind.NEWEST, "at"), Measure(CHUNKS, MeasureKind.NULLS, "meta.doc_id"))
    told = read("lancedb", {"path": str(tmp_path)}, [Profile(relation, None, cells, measures)])
    assert not [one for one in told if isinstance(one, UnseenFact)]
    assert {one.value for one in told if isinstance(one, MeasureFact)} >= {datetime(2026, 11, 1, tzinfo=UTC), 0}


def test_a_sample_of_many_rows_is_spread_and_vectors_are_said_to_hold_no_text(tmp_path: Path) -> None:
    write(tmp_path, "chunks", [Chunk(number, {"n": number}) for number in range(3_000)])
    relation = relation_of(structure(tmp_path), CHUNKS)

    facts = read(
        "lancedb", {"path": str(tmp_path)}, [Sample(relation, None, None)], context_of(budget=Budget(sample=100))
    )

    looks = {fact.name.field[0]: fact for fact in facts if isinstance(fact, LookFact)}
    assert (looks["text"].rows_looked, looks["text"].rows_total, looks["text"].whole) == (100, 3_000, False)
    assert [fact.name.field for fact in facts if isinstance(fact, UnseenFact) and fact.name] == [("vector",)]


def test_a_table_that_is_broken_hides_no_other(tmp_path: Path) -> None:
    write(tmp_path, "chunks", chunks_of(["a 2 2026-11-20"]))
    (tmp_path / "broken.lance").mkdir()
    (tmp_path / "broken.lance" / "x").write_text("x")

    facts = structure(tmp_path)

    assert [fact.complete_catalogue for fact in facts if isinstance(fact, SystemFact)] == [False]
    assert [fact.name.path for fact in facts if isinstance(fact, DatasetFact)] == [("chunks",)]
    assert any(isinstance(fact, UnseenFact) and "cannot be opened" in fact.reason for fact in facts)


@pytest.mark.parametrize(("rows", "rule"), CASES)
def test_chunks_are_held_against_their_documents(tmp_path: Path, rows: tuple[str, ...], rule: str | None) -> None:
    (tmp_path / "index").mkdir()
    write(tmp_path / "index", "chunks", chunks_of(rows))

    report = audited(tmp_path, "lancedb", str(tmp_path / "index"))

    assert fired(report) == ({rule} if rule else set())
    assert report.failures == ()


def test_a_dimension_that_is_not_the_table_s_is_found(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    write(tmp_path / "index", "chunks", chunks_of(["a 2 2026-11-20"]))
    report = audited(tmp_path, "lancedb", str(tmp_path / "index"), plan=PLAN.replace("dimension: 3", "dimension: 4"))

    found = finding(report, "switching/unrebuildable-index")
    assert found is not None
    assert found.judgement.actual.value == 3


@pytest.mark.parametrize(
    ("row", "rule"), [("gone 1 2026-11-20", {"retention/residue-in-copy"}), ("b 1 2026-11-20", set())]
)
def test_the_key_back_is_detected_where_the_plan_names_none(tmp_path: Path, row: str, rule: set[str]) -> None:
    (tmp_path / "index").mkdir()
    write(tmp_path / "index", "chunks", chunks_of(["a 2 2026-11-20", row]))
    plan = PLAN.replace("        key_back: {field: doc_id, version: doc_version}\n", "")

    report = audited(tmp_path, "lancedb", str(tmp_path / "index"), plan=plan)

    assert fired(report) - {"switching/unrebuildable-index"} == rule


def test_a_field_that_is_only_named_like_a_key_back_proves_nothing(tmp_path: Path) -> None:
    (tmp_path / "index").mkdir()
    write(tmp_path / "index", "chunks", chunks_of(["x 2 2026-11-20", "y 1 2026-11-20"]))
    plan = PLAN.replace("        key_back: {field: doc_id, version: doc_version}\n", "")

    report = audited(tmp_path, "lancedb", str(tmp_path / "index"), plan=plan)

    assert "retention/residue-in-copy" not in fired(report)
    assert assumption(report, "chunks.copy_of").verdict is Verdict.UNVERIFIED
