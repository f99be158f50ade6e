"""A run as a workbook for planners: a sheet for the decision, findings, ways back, boundaries, sources and the ledger.

Every text is a text to a spreadsheet, never a formula; what does not fit into a cell or a sheet says where the rest is.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from lineage.errors import PluginError
from lineage.exports import Beside
from lineage.exports._parts import cut, line_and_column, owner, verdicts
from lineage.finding import Finding, Scalar
from lineage.report import Report
from lineage.reports.csv import in_a_cell
from lineage.reports.effect import by_effect, named, scope_effect
from lineage.reports.words import cost, figure, narrowing_costs, operated, plain

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

CELL: Final = 32_767
"""Characters that Excel allows a cell."""
ROWS: Final = 1_048_000
"""Excel allows a sheet 1,048,576 rows."""
_WHOLE: Final = "cut; whole in `lineage audit -f json`"
_WIDEST: Final = 70
_Row = Sequence[Scalar]


def written(report: Report, _beside: Beside = Beside()) -> bytes:
    """Give a run as an .xlsx file.

    Raises:
        PluginError: the library for workbooks is not installed.
    """
    try:
        from openpyxl import Workbook
    except ImportError as e:
        raise PluginError("a workbook needs openpyxl: install lineage-audit[excel]") from e
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "lineage-audit"
    book.properties.created = report.as_of.replace(tzinfo=None)
    for name, columns, rows in _sheets(report):
        _fill(book.create_sheet(name), columns, rows)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _sheets(report: Report) -> Iterator[tuple[str, _Row, Iterator[_Row]]]:
    yield "Decision", ("what", "is"), _decision(report)
    yield "Findings", (
        "finding", "severity", "effect", "rule", "subject", "says", "declared", "line", "actual", "verdict", "evidence",
        "scope effect", "fix", "patch", "effort", "to settle", "owner", "status",
    ), _findings(report)  # fmt: skip
    yield "What is lost", ("operation", "because of", "leaves the scope", "costs beside"), _lost(report)
    yield "What gives it back", ("gives back", "mend all of", "owners", "effort"), _restore(report)
    yield "Boundaries", ("field", "kind", "mask", "boundary", "state", "why", "masked how"), _boundaries(report)
    yield (
        "Sources",
        ("source", "owner", "product", "dataset", "reads", "found", "records", "steps", "cost"),
        _sources(report),
    )
    yield (
        "Ledger",
        ("assumption", "kind", "declared", "line", "verdict", "evidence", "says", "to settle", "owner"),
        (
            (
                *(each.leaf, each.kind, each.declared, line_and_column(report, each.leaf)[0], each.verdict.value),
                *(each.level.value, each.says, each.settle, each.owner),
            )
            for each in report.assumptions
        ),
    )
    yield "Not known", ("what", "why", "way out"), _unknown(report)


def _fill(sheet: Worksheet, columns: _Row, rows: Iterator[_Row]) -> None:
    from openpyxl.styles import Font

    widths = [len(str(column)) for column in columns]
    for cell in _append(sheet, 1, columns):
        cell.font = Font(bold=True)
    last = 1
    for last, row in enumerate(rows, 2):
        if last > ROWS:
            continue
        cells = _append(sheet, last, row)
        widths = [max(width, _width(cell.value)) for width, cell in zip(widths, cells, strict=True)]
    if last > ROWS:
        _append(sheet, ROWS + 1, (f"{last - ROWS} rows are left out here; all are in `lineage audit -f json`",))
    for column, width in zip(sheet.iter_cols(max_row=1), widths, strict=False):
        sheet.column_dimensions[column[0].column_letter].width = min(width, _WIDEST) + 2
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _append(sheet: Worksheet, number: int, row: _Row) -> list[Any]:
    cells = []
    for column, value in enumerate(row, 1):
        cell = sheet.cell(number, column)
        if _is_number(value):
            cell.value = value
        elif text := in_a_cell(value):
            # The type is set, not guessed: a text that begins like a formula, an error or a date stays a text.
            cell.value = cut(text, CELL, _WHOLE)
            cell.data_type = "s"
        cells.append(cell)
    return cells


def _width(value: Scalar) -> int:
    return max(len(line) for line in str(value or "").split("\n"))


def _is_number(value: Scalar) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _decision(report: Report) -> Iterator[_Row]:
    yield "plan", plain(f"{report.plan_id} {report.plan_version}".strip())
    yield "plan's status", plain(report.plan_status)
    yield "decision", report.decision.value
    yield "as of", report.as_of.isoformat()
    yield "verdicts", verdicts(report)
    yield "complete", "no: a source or a rule failed" if report.incomplete else "yes"
    yield "open questions", report.open_questions
    yield "run", report.run_id
    for stage in report.stages:
        yield plain(f"stage {stage.stage}"), plain(f"{stage.decision.value}: {stage.because}")


def _findings(report: Report) -> Iterator[_Row]:
    for effect, findings in by_effect(report).items():
        for finding in sorted(findings, key=lambda finding: finding.severity.rank):
            yield _finding(report, finding, effect.value)


def _finding(report: Report, finding: Finding, effect: str) -> _Row:
    judged = finding.judgement
    return (
        finding.id,
        finding.severity.value,
        effect,
        finding.rule,
        judged.subject.label,
        finding.title,
        finding.declared,
        line_and_column(report, judged.leaf)[0],
        figure(judged.actual),
        judged.verdict.value,
        judged.level.value,
        scope_effect(report, finding),
        "\n".join(plain(fix.text) for fix in judged.fixes),
        "\n".join(fix.patch.rstrip("\n") for fix in judged.fixes if fix.patch),
        ", ".join(dict.fromkeys(fix.effort for fix in judged.fixes)),
        judged.settle,
        owner(finding),
        finding.status.value,
    )


def _lost(report: Report) -> Iterator[_Row]:
    for applied in report.scope.applied:
        because, loses = ", ".join(named(report, applied.because)), ", ".join(applied.loses)
        yield operated(applied.operation), because, loses, narrowing_costs(applied)


def _restore(report: Report) -> Iterator[_Row]:
    for way in report.scope.restore:
        fixes, owners = " and ".join(named(report, way.fixes)), ", ".join(way.owners)
        yield ", ".join(way.gives_back), fixes, owners, way.effort


def _boundaries(report: Report) -> Iterator[_Row]:
    for row in report.matrix:
        for crossing in row.crossings:
            yield row.field, row.kind, row.mask, crossing.boundary, crossing.state.value, crossing.why, crossing.how
        for boundary in row.not_reached:
            yield row.field, row.kind, row.mask, boundary, "not reached", "no declared step carries it there", ""
        if not row.crossings and not row.not_reached:
            yield row.field, row.kind, row.mask, "", "", "no declared step carries it to a boundary", ""


def _sources(report: Report) -> Iterator[_Row]:
    for read in report.sources:
        spent = report.costs.get(read.source)
        for each in read.datasets:
            yield (
                *(read.source, read.owner, read.product, each.dataset, each.reads, "yes" if each.found else "no"),
                *(each.records, ", ".join(each.steps), cost(spent) if spent else "nothing was read"),
            )


def _unknown(report: Report) -> Iterator[_Row]:
    for failure in report.failures:
        yield failure.what, f"failed: {failure.reason}", failure.settle
    for what, why in report.coverage.skipped:
        yield what, f"not looked at: {why}", ""
