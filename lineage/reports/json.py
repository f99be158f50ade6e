"""A run as a document, `gap-report/v1`, for machines and for keeping.

Its keys always stand in the same order, moments are ISO 8601 in UTC, and it holds no value that was read from a source.
The schema is beside this file; what may change in it and what may not is said in `docs/report.md`.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from datetime import UTC, datetime
from importlib import resources
from typing import Any, Final

from lineage.facts import CostFact
from lineage.finding import Actual, Assumption, Finding, Operation, Scalar, Subject
from lineage.model import Level, Severity, Verdict
from lineage.report import (
    Applied,
    Coverage,
    Crossing,
    DatasetRead,
    History,
    Planned,
    Report,
    Scope,
    ScopeSet,
    SourceRead,
)
from lineage.reports.doors import access_document
from lineage.reports.effect import by_effect, place
from lineage.reports.ladder import ladder_document, lasting_document
from lineage.waivers.model import Weighed

FORMAT: Final = "gap-report/v1"

Document = dict[str, Any]
"""JSON as Python has it."""


def schema() -> Document:
    """Give the JSON Schema of the document."""
    text = resources.files("lineage.reports").joinpath("gap-report.v1.schema.json").read_text("utf-8")
    return dict(json.loads(text))


def written(document: Document) -> str:
    """Give a document as text: indented, in ASCII, so that no name in it can steer a terminal."""
    return json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def document(report: Report, exit_code: int | None = None) -> Document:
    """Give a run as a document."""
    effects = {finding.id: effect.value for effect, findings in by_effect(report).items() for finding in findings}
    return {
        "schema": FORMAT,
        "run": _run(report, exit_code),
        "plan": {
            "id": report.plan_id,
            "version": report.plan_version,
            "sha256": report.plan_sha256,
            "status": report.plan_status,
            "file": report.plan_file,
        },
        "verdict": _verdict(report),
        "scope": _scope(report.scope),
        "sources": [_source(report, read) for read in report.sources],
        "assumptions": [_assumption(report, line) for line in report.assumptions],
        "findings": [_finding(report, finding, effects[finding.id]) for finding in report.findings],
        "boundaries": _boundaries(report),
        "access": [access_document(access) for access in report.access],
        "retention": [ladder_document(kept) for kept in report.kept],
        "effective_retention": [lasting_document(kept) for kept in report.lasting],
        "coverage": _coverage(report.coverage),
        "evidence": _evidence(report),
        "failures": [
            {"what": failure.what, "reason": failure.reason, "settle": failure.settle} for failure in report.failures
        ],
        "waivers": [_waiver(each) for each in report.waivers],
        **({"history": _history(report.history)} if report.history is not None else {}),
    }


def _source(report: Report, read: SourceRead) -> Document:
    spent = report.costs.get(read.source)
    return {
        "source": read.source,
        "owner": read.owner,
        "product": read.product.removesuffix(read.version).strip(),
        "version": read.version,
        "read": bool(read.product),
        "identity": read.identity,
        "read_as": report.identities.get(read.source),
        "cost": _cost(spent) if spent is not None else None,
        "datasets": [_dataset(dataset) for dataset in read.datasets],
    }


def _dataset(read: DatasetRead) -> Document:
    return {
        "dataset": read.dataset,
        "reads": read.reads,
        "found": read.found,
        "steps": list(read.steps),
        "records": read.records,
        "clock": read.clock or None,
        "newest": _moment(read.newest) if read.newest else None,
        "within": read.within or None,
        "fresh": read.fresh.value if read.fresh else None,
        "why": read.why,
    }


def _cost(spent: CostFact) -> Document:
    return {
        "queries": spent.queries,
        "rows": spent.rows,
        "bytes": spent.bytes,
        "seconds": round(spent.seconds, 3),
    }


def _boundaries(report: Report) -> list[Document]:
    return [
        {
            "field": row.field,
            "kind": row.kind,
            "mask": row.mask or None,
            "crosses": [_crossing(one) for one in row.crossings],
            "not_reached": list(row.not_reached),
        }
        for row in report.matrix
    ]


def _crossing(one: Crossing) -> Document:
    return {
        "boundary": one.boundary,
        "state": one.state.value,
        "why": one.why,
        "method": one.method or None,
        "shown": one.shown.value if one.shown else None,
    }


def _run(report: Report, exit_code: int | None) -> Document:
    return {
        "id": report.run_id,
        "tool": "lineage-audit",
        "tool_version": report.tool_version,
        "started_at": _moment(report.started_at),
        "finished_at": _moment(report.finished_at),
        "as_of": _moment(report.as_of),
        "mode": report.mode,
        "identities": {source: report.identities[source] for source in sorted(report.identities)},
        "incomplete": report.incomplete,
        "exit_code": exit_code,
        "previous": report.history.previous if report.history is not None else None,
    }


def _verdict(report: Report) -> Document:
    counts = report.counts()
    severities = Counter(finding.severity for finding in report.findings)
    return {
        "decision": report.decision.value,
        "stages": [
            {"stage": stage.stage, "decision": stage.decision.value, "because": stage.because}
            for stage in report.stages
        ],
        "blockers": [finding.id for finding in report.findings if finding.launch_blocking],
        "counts": {
            "assumptions": len(report.assumptions),
            "held": counts[Verdict.HELD],
            "broken": counts[Verdict.BROKEN],
            "unverified": counts[Verdict.UNVERIFIED],
            "findings": {severity.value: severities[severity] for severity in Severity},
        },
        "open_questions": report.open_questions,
        "gate": {
            "closed": report.plan_status == "draft" and bool(report.open_questions),
            "open_questions": report.open_questions,
        },
    }


def _scope(scope: Scope) -> Document:
    return {
        "declared": _scope_set(scope.declared),
        "launchable": _scope_set(scope.launchable),
        "operations": [_applied(scope, applied) for applied in scope.applied],
        "holds": list(scope.holds),
        "plan_diff": scope.plan_diff,
        "restore_sets": [
            {
                "gives_back": list(restore.gives_back),
                "fixes": list(restore.fixes),
                "owners": list(restore.owners),
                "effort": restore.effort,
            }
            for restore in scope.restore
        ],
    }


def _scope_set(scope: ScopeSet) -> Document:
    return {
        "sources": list(scope.sources),
        "fields": list(scope.fields),
        "masked": list(scope.masked),
        "segments": list(scope.segments),
        "steps": list(scope.steps),
        "actions": list(scope.actions),
        "stores": list(scope.stores),
        "stages": list(scope.stages),
        "acceptance": list(scope.acceptance),
        "records": scope.records,
    }


def _applied(scope: Scope, applied: Applied) -> Document:
    restored = next((restore.fixes for restore in scope.restore if restore.gives_back == applied.loses), ())
    return {
        **_operation(applied.operation),
        "because": list(applied.because),
        "loses": list(applied.loses),
        "costs": {
            "records": applied.records,
            "criteria": list(applied.criteria),
            "samples": list(applied.unreached),
        },
        "restored_by": list(restored),
    }


def _operation(operation: Operation) -> Document:
    return {"op": operation.op.value, "target": operation.target, "args": dict(operation.args)}


def _assumption(report: Report, line: Assumption) -> Document:
    return {
        "leaf": line.leaf,
        "kind": line.kind,
        "subject": _subject(line.subject),
        "declared": _declared(report, line.leaf, line.declared),
        "actual": _actual(line.actual),
        "verdict": line.verdict.value,
        "evidence_level": line.level.value,
        "says": line.says,
        "settle": line.settle,
        "owner": line.owner,
        "rules": list(line.rules),
        "evidence": _evidence_of(report, line.subject, line.level),
    }


def _evidence_of(report: Report, subject: Subject, level: Level) -> list[str]:
    """Give the evidence that an answer stands on: the scan of its source, where anything was looked at for it."""
    source = next((known for known in report.costs if known == subject.source), None)
    return [f"scan:{source}"] if source is not None and level is not Level.ASSERTED else []


def _finding(report: Report, finding: Finding, effect: str) -> Document:
    judged = finding.judgement
    return {
        "id": finding.id,
        "rule": finding.rule,
        "title": finding.title,
        "severity": finding.severity.value,
        "confidence": judged.confidence,
        "verdict": judged.verdict.value,
        "evidence_level": judged.level.value,
        "status": finding.status.value,
        "effect": effect,
        "subject": _subject(judged.subject),
        "declared": _declared(report, judged.leaf, finding.declared),
        "actual": _actual(judged.actual),
        "settle": judged.settle,
        "path": [{"from": hop.source, "to": hop.target, "by": hop.by} for hop in judged.path],
        "why_it_matters": finding.why_it_matters,
        "scope_effect": [_operation(operation) for operation in judged.operations],
        "fixes": _fixes(finding),
        "owner": finding.owner,
        "folded": list(finding.folded),
        "requirements": list(finding.requirements),
        "evidence": _evidence_of(report, judged.subject, judged.level),
        "first_seen": _moment(_first_seen(report, finding.id)),
        "last_seen": _moment(report.as_of),
    }


def _first_seen(report: Report, finding: str) -> datetime:
    return report.history.first_seen.get(finding, report.as_of) if report.history is not None else report.as_of


def _waiver(weighed: Weighed) -> Document:
    waiver = weighed.waiver
    return {
        "id": waiver.id,
        "finding": waiver.finding or waiver.id,
        "reason": waiver.reason,
        "approved_by": waiver.by,
        "approved_at": waiver.on.isoformat() if waiver.on else "",
        "expires_at": waiver.until.isoformat() if waiver.until else "",
        "value_at_waiver": _scalar(waiver.value),
        "state": weighed.state.value,
        "findings": [found.id for found in weighed.findings],
        "flaws": {flaw.value: why for flaw, why in weighed.flaws.items()},
        "file": waiver.file,
        "line": waiver.line,
    }


def _history(history: History) -> Document:
    return {
        "new_only": history.new_only,
        "changes": {finding: change.value for finding, change in history.changes.items()},
        "gone": [
            {"finding": each.finding, "rule": each.rule, "about": each.label, "change": each.change.value}
            for each in history.gone
        ],
    }


def _fixes(finding: Finding) -> list[Document]:
    return [
        {
            "id": f"{finding.id}.{number}",
            "kind": fix.kind.value,
            "text": fix.text,
            **({"patch": fix.patch} if fix.patch else {}),
            "safe": fix.safe,
            "owner": fix.owner or finding.owner,
            "effort": fix.effort,
        }
        for number, fix in enumerate(finding.judgement.fixes, 1)
    ]


def _subject(subject: Subject) -> Document:
    parts = ("source", "dataset", "field", "segment", "stage", "step", "action", "store", "identity")
    named = {part: getattr(subject, part) for part in parts}
    return {"urn": subject.urn, **{part: name for part, name in named.items() if name is not None}}


def _declared(report: Report, leaf: str, value: str) -> Document:
    mark = place(report, leaf)
    where = {"line": mark.line, "column": mark.column} if mark else {}
    return {"value": value, "file": report.plan_file, **where, "pointer": leaf}


def _actual(actual: Actual) -> Document:
    parts = {
        "unit": actual.unit,
        "interval": [_scalar(end) for end in actual.interval] if actual.interval else None,
        "measured_at": _moment(actual.measured_at) if actual.measured_at else None,
        "method": actual.method,
        "sample": actual.sample,
    }
    return {"value": _scalar(actual.value), **{name: part for name, part in parts.items() if part is not None}}


def _scalar(value: Scalar) -> Scalar:
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


def _coverage(coverage: Coverage) -> Document:
    return {
        "sources": _planned(coverage.sources),
        "datasets": _planned(coverage.datasets),
        "fields": _planned(coverage.fields),
        "identities": _planned(coverage.identities),
        "rows_sampled": coverage.rows_sampled,
        "skipped": [{"what": what, "why": why} for what, why in coverage.skipped],
    }


def _planned(share: Planned) -> Document:
    return {"planned": share.planned, "done": share.done, "failed": share.failed}


def _evidence(report: Report) -> list[Document]:
    return [
        {
            "id": f"scan:{source}",
            "kind": "scan",
            "source": source,
            "identity": report.identities.get(source, spent.seen.identity),
            "collected_at": _moment(spent.seen.at),
            "contains_values": False,
            "summary": _cost(spent),
        }
        for source, spent in sorted(report.costs.items())
    ]


def _moment(at: datetime) -> str:
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC).isoformat()
