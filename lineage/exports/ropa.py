"""Rows for a record of processing activities: a row for each kind of personal data in a dataset, as CSV.

The columns are those that such a record asks for and a run can fill; what only people know (who the data subjects are,
the legal basis, transfers) is a column that says so, not a guess.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from lineage.exports import Beside
from lineage.exports._declared import DeclaredDataset, datasets
from lineage.finding import Assumption
from lineage.report import Crosses, Report, SensitiveField
from lineage.reports.csv import in_a_cell

COLUMNS: Final = (
    "Processing activity",
    "Purposes",
    "Verdict on purposes",
    "Source",
    "System",
    "Owner",
    "Dataset",
    "Category of personal data",
    "Fields",
    "Categories of data subjects",
    "Legal basis",
    "Recipients (boundaries crossed)",
    "Crosses unmasked",
    "Not known whether masked",
    "Masks declared",
    "Time limit for erasure",
    "Verdict on the time limit",
    "Read as",
    "Records",
    "As of",
    "Complete",
)
"""New columns are only ever added at the end."""
ASK: Final = "to be filled in"


def written(report: Report, _beside: Beside = Beside()) -> str:
    """Give the rows."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    known = {each.read.dataset: each for each in datasets(report)}
    kinds: dict[tuple[str, str], list[SensitiveField]] = {}
    for row in report.matrix:
        kinds.setdefault((row.field.rpartition(".")[0], row.kind), []).append(row)
    for (dataset, kind), rows in kinds.items():
        told = _row(report, known.get(dataset), dataset, kind, rows)  # type: ignore[call-overload]
        writer.writerow([in_a_cell(each) for each in told])
    return stream.getvalue()


def _row(
    report: Report, each: DeclaredDataset | None, dataset: str, kind: str, rows: list[SensitiveField]
) -> Iterator[str | int | None]:
    purposes = next((line for line in report.assumptions if line.leaf == "constraints.purposes"), None)
    limit = each.lines.get("keep.limit") if each else None
    yield report.plan_id
    yield purposes.declared if purposes else ASK
    yield _verdict(purposes)
    yield each.source.source if each else dataset.partition(".")[0]
    yield each.source.product if each else ""
    yield each.source.owner if each else None
    yield dataset
    yield kind
    yield ", ".join(row.field.rpartition(".")[2] for row in rows)
    yield ASK
    yield ASK
    yield _boundaries(rows, *Crosses)
    yield _boundaries(rows, Crosses.RAW)
    yield _boundaries(rows, Crosses.UNKNOWN)
    yield ", ".join(dict.fromkeys(row.mask for row in rows if row.mask)) or "none"
    yield limit.declared if limit else ASK
    yield _verdict(limit)
    yield each.source.identity if each else None
    yield each.read.records if each else None
    yield report.as_of.isoformat()
    yield "no: a source or a rule failed" if report.incomplete else "yes"


def _verdict(line: Assumption | None) -> str:
    return f"{line.verdict.value} ({line.level.value})" if line else "not declared"


def _boundaries(rows: list[SensitiveField], *states: Crosses) -> str:
    return ", ".join(dict.fromkeys(each.boundary for row in rows for each in row.crossings if each.state in states))
