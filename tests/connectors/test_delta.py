"""Tables of Delta Lake, written by its own library."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lineage import registry
from lineage.connector import Structure
from lineage.duration import Duration
from lineage.facts import DatasetFact, Fact, FieldFact, LingerFact
from lineage.model import DatasetId, Verdict
from lineage.report import Report
from lineage.testing import World, fired, verdict
from tests.connectors.conformance import CONTACTS, MARKER, ODD, ODD_COLUMNS, ROWS, ConnectorLaws, System, read
from tests.connectors.limits import FolderLaws

ORDERS = DatasetId("s.orders")
BACKUPS = "retention/outliving-backups"
PLAN = """\
plan: v1
meta: {id: reply, status: in-review, owner: planner@acme.example}
sources:
  lake:
    connector: {type: delta, path: "${LAKE_URL}"}
    datasets:
      orders:
        reads: sales/orders
        keep: {limit: 30 days, since: at}
        fields: {id: required, at: required}
steps: {draft: {reads: {lake.orders: all}, to: prompt}}
"""


def write(folder: Path, columns: dict[str, Any], **given: Any) -> None:
    import pyarrow as pa
    from deltalake import write_deltalake

    write_deltalake(str(folder), pa.table(columns), **given)


def orders(folder: Path, **properties: str) -> None:
    write(
        folder / "sales" / "orders",
        {"id": [1, 2], "at": [datetime(2026, 11, 1, tzinfo=UTC), None]},
        configuration=properties or None,
        description="what was ordered",
    )


def bytes_of(folder: Path) -> object:
    return sorted((str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file())


class TestDeltaLaws(FolderLaws, ConnectorLaws):
    kind = "delta"

    def lively(self, folder: Path) -> System:
        columns = dict(zip(("id", "region", "email", "at"), map(list, zip(*ROWS, strict=True)), strict=True))
        write(folder / "contacts", columns)
        write(folder / "odd", {**{name: [MARKER] for name in ODD_COLUMNS}, f"{MARKER}@x-example": [MARKER]})
        targets = {CONTACTS: "contacts", ODD: "odd"}
        return System({"path": str(folder)}, targets, lambda: bytes_of(folder), (str(folder),))

    def bare(self, folder: Path) -> System:
        (folder / "bare").mkdir()
        return System({"path": str(folder / "bare")})

    def unreachable(self, folder: Path) -> Sequence[System]:
        (folder / "file").write_text(MARKER)
        return [
            System({"path": str(folder / "none")}),
            System({"path": str(folder / "file")}),
            System({"path": f"s3://{MARKER}"}),
            System({"path": "a\x00b"}),
        ]


def structure(folder: Path) -> list[Fact]:
    return read("delta", {"path": str(folder)}, [Structure({ORDERS: "sales/orders"})])


def told(facts: Sequence[Fact], kind: type) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kind)]


def audited(folder: Path) -> Report:
    rules = [one for one in registry.rules() if one.id == BACKUPS]
    return World(folder).url("lake", str(folder)).audit(PLAN, rules=rules)


def swept(folder: Path) -> None:
    from deltalake import DeltaTable

    table = DeltaTable(str(folder / "sales" / "orders"))
    table.delete("id = 1")
    table.vacuum(0, dry_run=False, enforce_retention_duration=False)


def test_its_history_tells_when_rows_last_changed(tmp_path: Path) -> None:
    from deltalake import DeltaTable

    orders(tmp_path)
    [before] = told(structure(tmp_path), DatasetFact)
    time.sleep(0.01)
    DeltaTable(str(tmp_path / "sales" / "orders")).optimize.compact()

    [after] = told(structure(tmp_path), DatasetFact)

    assert before.changed_at == after.changed_at
    assert datetime.now(UTC) - before.changed_at < timedelta(minutes=5)
    assert (after.rows_estimate, after.documented) == (2, True)


def test_nested_columns_are_fields_with_types(tmp_path: Path) -> None:
    write(
        tmp_path / "sales" / "orders",
        {"at": [datetime(2026, 1, 1, tzinfo=UTC)], "who": [{"city": "Bonn", "n": 1}], "tags": [["a"]]},
    )

    fields = {".".join(one.name.field): one.type for one in told(structure(tmp_path), FieldFact)}

    assert fields == {"at": "TIMESTAMP WITH TIME ZONE", "who.city": "VARCHAR", "who.n": "BIGINT", "tags": "JSON"}


@pytest.mark.parametrize(
    ("properties", "vacuum", "span", "fires"),
    [
        ({}, False, None, True),
        ({}, True, Duration(seconds=7 * 86_400), False),
        ({"delta.deletedFileRetentionDuration": "interval 60 days"}, True, Duration(seconds=60 * 86_400), True),
        ({"delta.deletedFileRetentionDuration": "interval 2 weeks"}, True, Duration(seconds=14 * 86_400), False),
    ],
)
def test_deleted_rows_stay_until_they_are_swept(
    tmp_path: Path, properties: dict[str, str], vacuum: bool, span: Duration | None, fires: bool
) -> None:
    orders(tmp_path, **properties)
    if vacuum:
        swept(tmp_path)

    report = audited(tmp_path)

    assert [one.span for one in told(structure(tmp_path), LingerFact)] == [span]
    assert fired(report) == ({BACKUPS} if fires else set())
    assert verdict(report, "keep.limit") is (Verdict.BROKEN if fires else Verdict.HELD)
