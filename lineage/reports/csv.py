"""A run as one table for planners: a row for each stage, finding, operation, source, assumption and gap, by `kind`.

RFC 4180 in UTF-8. No cell can become a formula: spreadsheets read a cell that begins with `=`, `+`, `-`, `@` (or their
full-width forms), a tab or a carriage return as one, so such a cell is given a leading apostrophe, but for our own
numbers.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Final

from lineage.finding import Assumption, Finding, Scalar
from lineage.report import Report
from lineage.reports.accepted import about, accepted, gone, since
from lineage.reports.doors import in_figures, readers, told
from lineage.reports.effect import by_effect, named, place, scope_effect
from lineage.reports.ladder import doubts
from lineage.reports.words import cost, figure, narrowing_costs, operated, plain, read_as

COLUMNS: Final = (
    "kind",
    "id",
    "rule",
    "severity",
    "decision_effect",
    "subject",
    "says",
    "declared",
    "declared_at",
    "actual",
    "unit",
    "actual_words",
    "verdict",
    "evidence_level",
    "scope_effect",
    "fix",
    "patch",
    "effort",
    "settled_by",
    "owner",
    "status",
)
"""The columns; new ones are only ever added at the end."""

BOM: Final = "\ufeff"
"""What Excel needs at the beginning of a file to read it as UTF-8."""

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # noqa: RUF001 - Excel folds them
_Row = dict[str, Scalar]


def written(report: Report, *, bom: bool = False) -> str:
    """Give a run as CSV, with a byte-order mark where Excel is to open it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(COLUMNS)
    for row in _rows(report):
        writer.writerow([in_a_cell(row.get(column)) for column in COLUMNS])
    return (BOM if bom else "") + stream.getvalue()


def in_a_cell(value: Scalar) -> str:
    """Give a value as the text of a cell that no spreadsheet takes for a formula."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return str(value)
        case _:
            # A patch keeps its lines, each safe by itself: some readers take every line for a row of its own.
            return "\n".join(_text(line) for line in value.split("\n"))


def _text(line: str) -> str:
    safe = plain(line)
    return f"'{safe}" if safe.lstrip().startswith(_FORMULA) else safe


def _rows(report: Report) -> Iterator[_Row]:
    yield {
        "kind": "run",
        "id": report.run_id,
        "decision_effect": report.decision.value,
        "subject": _line(f"{report.plan_id} {report.plan_version}".strip()),
        "says": "incomplete: a source or a rule failed" if report.incomplete else "complete",
        "settled_by": _line("; ".join(part for part in (accepted(report), since(report)) if part)),
        "declared_at": _line(report.plan_file),
        "actual": report.as_of.isoformat(),
        "status": _line(report.plan_status),
    }
    for stage in report.stages:
        yield {
            "kind": "stage",
            "decision_effect": stage.decision.value,
            "subject": _line(stage.stage),
            "says": _line(stage.because),
        }
    for effect, findings in by_effect(report).items():
        for finding in sorted(findings, key=lambda finding: finding.severity.rank):
            yield _finding(report, finding, effect.value)
    yield from _scope(report)
    yield from _sources(report)
    yield from _crossings(report)
    yield from _access(report)
    yield from _kept(report)
    for line in report.assumptions:
        yield _assumption(report, line)
    yield from _waivers(report)
    yield from _gaps(report)


def _finding(report: Report, finding: Finding, effect: str) -> _Row:
    judged = finding.judgement
    return {
        "kind": "finding",
        "id": finding.id,
        "rule": finding.rule,
        "severity": finding.severity.value,
        "decision_effect": effect,
        "subject": _line(judged.subject.label),
        "says": _line(finding.title),
        "declared": _line(finding.declared),
        "declared_at": _at(report, judged.leaf),
        "actual": _line(judged.actual.value),
        "unit": _line(judged.actual.unit),
        "actual_words": figure(judged.actual),
        "verdict": judged.verdict.value,
        "evidence_level": judged.level.value,
        "scope_effect": scope_effect(report, finding),
        "fix": "\n".join(plain(fix.text) for fix in judged.fixes),
        "patch": "\n".join(fix.patch.rstrip("\n") for fix in judged.fixes if fix.patch),
        "effort": ", ".join(dict.fromkeys(fix.effort for fix in judged.fixes)),
        "settled_by": _line(judged.settle),
        "owner": _line(", ".join(dict.fromkeys(_owners(finding)))),
        "status": finding.status.value,
    }


def _owners(finding: Finding) -> Iterator[str]:
    yield from (fix.owner for fix in finding.judgement.fixes if fix.owner)
    if finding.owner:
        yield finding.owner


def _scope(report: Report) -> Iterator[_Row]:
    for applied in report.scope.applied:
        yield {
            "kind": "lost",
            "decision_effect": "narrows",
            "subject": _line(", ".join(applied.loses) or applied.operation.target),
            "says": _line(", ".join(named(report, applied.because))),
            "actual": applied.records,
            "unit": "records" if applied.records is not None else None,
            "actual_words": _line(narrowing_costs(applied)),
            "scope_effect": operated(applied.operation),
        }
    for restore in report.scope.restore:
        yield {
            "kind": "restore",
            "subject": _line(", ".join(restore.gives_back)),
            "fix": _line(" and ".join(named(report, restore.fixes))),
            "effort": _line(restore.effort),
            "owner": _line(", ".join(restore.owners)),
        }


def _assumption(report: Report, line: Assumption) -> _Row:
    return {
        "kind": "assumption",
        "id": _line(line.leaf),
        "rule": ", ".join(line.rules),
        "subject": _line(line.subject.label if line.rules else line.leaf),
        "says": _line(line.says),
        "declared": _line(line.declared),
        "declared_at": _at(report, line.leaf),
        "actual": _line(line.actual.value),
        "unit": _line(line.actual.unit),
        "actual_words": figure(line.actual),
        "verdict": line.verdict.value,
        "evidence_level": line.level.value,
        "settled_by": _line(line.settle),
        "owner": _line(line.owner),
        "status": line.kind,
    }


def _sources(report: Report) -> Iterator[_Row]:
    for read in report.sources:
        spent, identity = report.costs.get(read.source), report.identities.get(read.source)
        told = [cost(spent) if spent else "nothing was read", read_as(identity) if identity else ""]
        yield {
            "kind": "source",
            "subject": _line(read.source),
            "says": _line(", ".join(part for part in told if part)),
            "actual": _line(read.product),
            "owner": _line(read.owner),
        }


def _crossings(report: Report) -> Iterator[_Row]:
    for row in report.matrix:
        for crossing in row.crossings:
            yield {
                "kind": "crossing",
                "subject": _line(row.field),
                "says": _line(crossing.why),
                "declared": _line(row.mask or "no mask"),
                "actual": crossing.state.value,
                "actual_words": _line(crossing.how),
                "unit": _line(f"at {crossing.boundary}"),
                "status": _line(row.kind),
            }
        for boundary in row.not_reached:
            yield {
                "kind": "crossing",
                "subject": _line(row.field),
                "says": "no declared step carries it there",
                "declared": _line(row.mask or "no mask"),
                "actual": "not reached",
                "unit": _line(f"at {boundary}"),
                "status": _line(row.kind),
            }


def _kept(report: Report) -> Iterator[_Row]:
    for kept in report.kept:
        for read in kept.rungs:
            yield {
                "kind": "rung",
                "rule": read.rule or None,
                "subject": _line(kept.holder),
                "says": _line(read.says),
                "declared": _line(kept.promise or "no limit"),
                "actual": read.rung.value,
                "verdict": read.verdict.value,
                "settled_by": _line(read.settle),
                "status": "first that fails" if read is kept.fails else None,
            }
    for field in report.lasting:
        yield {
            "kind": "kept",
            "subject": _line(field.field),
            "says": _line(f"{field.because}; {doubts(field)}".removesuffix("; ")),
            "declared": _line(field.promise or "no limit"),
            "actual": field.seconds,
            "unit": None if field.seconds is None else "seconds",
            "actual_words": _line(f"{field.longest} in {field.decides}"),
            "status": "longer than promised" if field.over else None,
        }


def _access(report: Report) -> Iterator[_Row]:
    for access in report.access:
        yield {
            "kind": "identity",
            "subject": _line(access.identity),
            "says": in_figures(access),
            "actual": access.least_privilege,
            "unit": None if access.least_privilege is None else "share of fields",
            "status": _line(access.source),
        }
        for field in access.fields:
            others = readers(field)
            yield {
                "kind": "access",
                "subject": _line(field.field),
                "says": "; ".join(part for part in (told(field), f"also {others}" if others else "") if part),
                "declared": "needed" if field.declared else "not needed",
                "actual": field.opened.value,
                "unit": _line(f"for {access.identity}"),
                "status": _line(field.sensitive),
            }


def _waivers(report: Report) -> Iterator[_Row]:
    for each in report.waivers:
        yield {
            "kind": "waiver",
            "id": _line(each.waiver.id),
            "rule": _line(each.waiver.rule),
            "subject": _line(about(each)),
            "says": _line(f"{each.waiver.reason} (until {each.waiver.until or 'no day'}; {each.told})"),
            "declared_at": _line(each.waiver.place),
            "actual": _line(each.waiver.value),
            "unit": _line(each.waiver.unit),
            "owner": _line(each.waiver.by),
            "status": each.state.value,
        }
    for change, named_ in gone(report):
        yield {"kind": "gone", "subject": _line(named_), "status": change}


def _gaps(report: Report) -> Iterator[_Row]:
    for failure in report.failures:
        yield {
            "kind": "failure",
            "subject": _line(failure.what),
            "says": _line(failure.reason),
            "settled_by": _line(failure.settle),
        }
    for what, why in report.coverage.skipped:
        yield {"kind": "skipped", "subject": _line(what), "says": _line(why)}


def _at(report: Report, leaf: str) -> str:
    mark = place(report, leaf)
    return plain(f"{report.plan_file}:{mark.line}:{mark.column}" if mark else report.plan_file)


def _line(value: Scalar) -> Scalar:
    """Give a text in one line; numbers stay numbers."""
    return plain(value) if isinstance(value, str) else value
