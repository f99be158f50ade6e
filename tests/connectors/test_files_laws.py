"""The laws of connectors, on files of each format."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa  # noqa: TID253 - the tests write Parquet files
import pyarrow.parquet as pq  # noqa: TID253 - the tests write Parquet files

from tests.connectors.conformance import (
    CONTACTS,
    MARKER,
    ODD,
    ODD_COLUMNS,
    ROWS,
    ConnectorLaws,
    System,
)


def state_of(folder: Path) -> object:
    return sorted(
        (str(path), path.read_bytes(), path.stat().st_mtime_ns) for path in folder.rglob("*") if path.is_file()
    )


def csv_row(cells: Sequence[object]) -> str:
    return ",".join("" if cell is None else '"' + str(cell).replace('"', '""') + '"' for cell in cells)


class FilesLaws(ConnectorLaws):
    kind = "files"

    def contacts(self, folder: Path) -> str:
        """Write the contacts and give the pattern that reads them."""
        raise NotImplementedError

    def lively(self, folder: Path) -> System:
        reads = self.contacts(folder)
        odd = folder / "odd Ä'[x]*"
        odd.mkdir()
        (odd / f"{MARKER} @ 'x'.csv").write_text(
            "\n".join([csv_row(ODD_COLUMNS), csv_row([MARKER for _ in ODD_COLUMNS])]), encoding="utf-8"
        )
        (folder / f"{MARKER}.txt").write_text(MARKER)
        targets = {CONTACTS: reads, ODD: "odd*/*.csv"}
        return System({"path": str(folder)}, targets, lambda: state_of(folder), (str(folder),))

    def bare(self, folder: Path) -> System:
        (folder / "bare").mkdir()
        return System({"path": str(folder / "bare")})

    def unreachable(self, folder: Path) -> Sequence[System]:
        return [
            System({"path": str(folder / "none")}),
            System({"path": "s3://bucket/folder"}),
            System({"path": "a\x00b"}),
        ]


class TestCsvLaws(FilesLaws):
    def contacts(self, folder: Path) -> str:
        lines = [csv_row(("id", "region", "email", "at")), *(csv_row(row) for row in ROWS)]
        (folder / "contacts.csv").write_text("\n".join(lines))
        return "contacts.csv"


class TestJsonLaws(FilesLaws):
    def contacts(self, folder: Path) -> str:
        import json

        for number, row in enumerate(ROWS):
            record = dict(zip(("id", "region", "email", "at"), row, strict=True))
            (folder / f"contacts-{number}.jsonl").write_text(json.dumps(record) + "\n")
        return "contacts-*.jsonl"


class TestParquetLaws(FilesLaws):
    def contacts(self, folder: Path) -> str:
        columns = dict(zip(("id", "region", "email", "at"), zip(*ROWS, strict=True), strict=True))
        at = [datetime.fromisoformat(str(text)) if text else None for text in columns["at"]]
        table = pa.table({**{name: list(columns[name]) for name in ("id", "region", "email")}, "at": at})
        pq.write_table(table, folder / "contacts.parquet", row_group_size=2)
        return "contacts.parquet"
