"""Tables of Apache Iceberg in a SQLite catalogue, written by its own library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from lineage.connector import Structure
from lineage.duration import Duration
from lineage.facts import DatasetFact, Fact, FieldFact, LingerFact
from lineage.model import DatasetId
from tests.connectors.conformance import (
    CONTACTS,
    MARKER,
    ODD,
    ODD_COLUMNS,
    ROWS,
    ConnectorLaws,
    System,
    context_of,
    read,
)
from tests.connectors.limits import FolderLaws

ORDERS = DatasetId("s.orders")


def catalog_of(folder: Path) -> Any:
    from pyiceberg.catalog import load_catalog

    catalog = load_catalog(
        "sales-lake", type="sql", uri=f"sqlite:///{folder}/catalog.db", warehouse=f"file://{folder}/files"
    )
    catalog.create_namespace_if_not_exists("sales")
    return catalog


def write(folder: Path, name: str, columns: dict[str, Any], **given: Any) -> Any:
    import pyarrow as pa

    rows = pa.table(columns)
    table = catalog_of(folder).create_table(f"sales.{name}", schema=given.pop("schema", rows.schema), **given)
    table.append(rows)
    return table


def settings(folder: Path) -> dict[str, Any]:
    return {"name": "sales-lake", "uri": f"sqlite:///{folder}/catalog.db"}


def bytes_of(folder: Path) -> object:
    return sorted((str(path), path.read_bytes()) for path in folder.rglob("*") if path.is_file())


class TestIcebergLaws(FolderLaws, ConnectorLaws):
    kind = "iceberg"

    def lively(self, folder: Path) -> System:
        columns = dict(zip(("id", "region", "email", "at"), map(list, zip(*ROWS, strict=True)), strict=True))
        write(folder, "contacts", columns)
        write(folder, "odd", {**{name: [MARKER] for name in ODD_COLUMNS}, f"{MARKER}@x-example": [MARKER]})
        targets = {CONTACTS: "sales.contacts", ODD: "sales.odd"}
        return System(settings(folder), targets, lambda: bytes_of(folder), (str(folder),))

    def rightless(self, system: System) -> Sequence[System]:
        self.folder = Path(str(system.secrets[0]))
        return [system]

    def bare(self, folder: Path) -> System:
        catalog_of(folder)
        return System(settings(folder))

    def unreachable(self, folder: Path) -> Sequence[System]:
        (folder / "catalog.db").write_text(MARKER)
        return [
            System({"uri": f"sqlite:///{folder}/none.db"}),
            System(settings(folder)),
            System({"uri": f"what://{MARKER}"}, secrets=(MARKER,)),
            System({"uri": f"http://127.0.0.1:1/{MARKER}", "catalog": "rest", "token": MARKER}, secrets=(MARKER,)),
        ]


def structure(folder: Path, now: datetime) -> list[Fact]:
    context = replace(context_of(), now=now)
    return read("iceberg", settings(folder), [Structure({ORDERS: "sales.orders"})], context)


def told(facts: Sequence[Fact], kind: type) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kind)]


def test_schema_comments_and_the_last_snapshot_are_told(tmp_path: Path) -> None:
    import pyarrow as pa

    at = pa.timestamp("us", tz="UTC")
    fields = [pa.field("id", pa.int64(), metadata={"doc": "the order"}), pa.field("at", at)]
    columns = {"id": [1, 2], "at": pa.array([None, None], at)}
    write(tmp_path, "orders", columns, schema=pa.schema(fields), properties={"comment": "what was ordered"})

    facts = structure(tmp_path, datetime.now(UTC))

    [dataset] = told(facts, DatasetFact)
    assert (dataset.rows_estimate, dataset.documented) == (2, True)
    assert datetime.now(UTC) - dataset.changed_at < timedelta(minutes=5)
    assert [(one.name.field, one.type, one.documented) for one in told(facts, FieldFact)] == [
        (("id",), "BIGINT", True),
        (("at",), "TIMESTAMP WITH TIME ZONE", False),
    ]


@pytest.mark.parametrize(
    ("properties", "days", "span"),
    [
        ({}, 1, Duration(seconds=5 * 86_400)),
        ({"history.expire.max-snapshot-age-ms": "86400000"}, 1, Duration(seconds=86_400)),
        ({"history.expire.max-snapshot-age-ms": "86400000"}, 3, None),
        ({}, 30, None),
    ],
)
def test_deleted_rows_stay_while_snapshots_do(
    tmp_path: Path, properties: dict[str, str], days: int, span: Duration | None
) -> None:
    write(tmp_path, "orders", {"id": [1, 2]}, properties=properties).delete("id = 1")

    facts = structure(tmp_path, datetime.now(UTC) + timedelta(days=days))

    assert [one.span for one in told(facts, LingerFact)] == [span]
    assert [one.rows_estimate for one in told(facts, DatasetFact)] == [1]
