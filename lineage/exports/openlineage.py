"""A run as an OpenLineage run event: the audit is the run, its job the plan, its inputs the datasets.

Verdicts that are known are data quality assertions; what is unverified is in a facet of our own, since an assertion
knows only success. Boundaries are outputs, with the sensitive fields that cross them as column lineage.
A run that is incomplete ends in FAIL, so that nobody takes its silence for an answer.
"""

from __future__ import annotations

from typing import Any, Final

from lineage.exports import Beside
from lineage.exports._declared import DeclaredDataset, datasets
from lineage.exports._parts import as_json, stable, utc, verdicts
from lineage.finding import Assumption
from lineage.model import Severity, Verdict
from lineage.report import Crosses, Report
from lineage.reports.effect import boundaries_of
from lineage.reports.words import plain

_SPEC: Final = "https://openlineage.io/spec"
_EVENT: Final = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunEvent"
_OURS: Final = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/RunFacet"
_NAMESPACE: Final = "lineage-audit"


def written(report: Report, _beside: Beside = Beside()) -> str:
    """Give the event that ends the run."""
    made_by = f"urn:lineage-audit:{plain(report.tool_version)}"
    inputs = [_input(each, report, made_by) for each in datasets(report)]
    return as_json(
        {
            "eventType": "FAIL" if report.incomplete else "COMPLETE",
            "eventTime": utc(report.finished_at),
            "producer": made_by,
            "schemaURL": _EVENT,
            "run": {"runId": stable("run", report.run_id), "facets": _run(report, made_by)},
            "job": {"namespace": _NAMESPACE, "name": plain(report.plan_id), "facets": _job(made_by)},
            "inputs": inputs,
            "outputs": [_boundary(report, boundary, made_by) for boundary in boundaries_of(report)],
        }
    )


def _facet(made_by: str, schema: str, **content: Any) -> dict[str, Any]:
    return {"_producer": made_by, "_schemaURL": schema, **content}


def _job(made_by: str) -> dict[str, Any]:
    schema = f"{_SPEC}/facets/2-0-3/JobTypeJobFacet.json#/$defs/JobTypeJobFacet"
    return {"jobType": _facet(made_by, schema, processingType="BATCH", integration="LINEAGE_AUDIT", jobType="AUDIT")}


def _run(report: Report, made_by: str) -> dict[str, Any]:
    findings = [
        {
            "id": finding.id,
            "rule": finding.rule,
            "severity": finding.severity.value,
            "verdict": finding.judgement.verdict.value,
            "subject": plain(finding.judgement.subject.urn),
            "status": finding.status.value,
        }
        for finding in report.findings
    ]
    facets = {
        "lineageAudit_decision": _facet(
            made_by,
            _OURS,
            decision=report.decision.value,
            complete=not report.incomplete,
            verdicts=verdicts(report),
            asOf=utc(report.as_of),
            planSha256=report.plan_sha256,
            planVersion=plain(report.plan_version),
            mode=report.mode,
            stages=[{"stage": plain(each.stage), "decision": each.decision.value} for each in report.stages],
        ),
        "lineageAudit_findings": _facet(made_by, _OURS, findings=findings),
    }
    if report.failures:
        told = "; ".join(plain(f"{each.what}: {each.reason}; {each.settle}") for each in report.failures)
        schema = f"{_SPEC}/facets/1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet"
        facets["errorMessage"] = _facet(made_by, schema, message=told, programmingLanguage="PYTHON")
    return facets


def _input(each: DeclaredDataset, report: Report, made_by: str) -> dict[str, Any]:
    lines: list[tuple[str | None, str, Assumption]] = [(None, path, line) for path, line in each.lines.items()]
    lines += [(name, path, line) for name, found in each.fields.items() for path, line in found.items()]
    worst = {finding.judgement.leaf: finding.severity for finding in reversed(report.findings)}
    known = [
        _assertion(column, path, line, worst.get(line.leaf))
        for column, path, line in lines
        if line.verdict is not Verdict.UNVERIFIED and line.kind != "question"
    ]
    unverified = [
        {"assertion": plain(path), **({"column": plain(column)} if column else {}), "settle": plain(line.settle)}
        for column, path, line in lines
        if line.verdict is Verdict.UNVERIFIED
    ]
    schema = f"{_SPEC}/facets/1-2-0/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet"
    quality = f"{_SPEC}/facets/1-1-0/DataQualityAssertionsDatasetFacet.json#/$defs/DataQualityAssertionsDatasetFacet"
    return {
        "namespace": plain(each.source.source),
        "name": plain(each.read.reads),
        "facets": {
            "schema": _facet(made_by, schema, fields=[_column(name, found) for name, found in each.fields.items()])
        },
        "inputFacets": {
            "dataQualityAssertions": _facet(made_by, quality, assertions=known),
            "lineageAudit_unverified": _facet(
                made_by, f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/InputDatasetFacet", unverified=unverified
            ),
        },
    }


def _column(name: str, lines: Any) -> dict[str, Any]:
    kind = {"type": plain(lines["type"].declared)} if "type" in lines else {}
    return {"name": plain(name), **kind}


def _assertion(column: str | None, path: str, line: Assumption, severity: Severity | None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "assertion": plain(path),
        "success": line.verdict is Verdict.HELD,
        "name": plain(line.leaf),
        "description": plain(line.says),
        "expected": plain(line.declared),
    }
    if column is not None:
        made["column"] = plain(column)
    if severity is not None:
        made["severity"] = "error" if severity in {Severity.BLOCKER, Severity.HIGH} else "warn"
    return made


def _boundary(report: Report, boundary: str, made_by: str) -> dict[str, Any]:
    """Give a boundary with the sensitive fields that cross it; masked only where the run knows that a mask holds."""
    read = {each.dataset: (source.source, each.reads) for source in report.sources for each in source.datasets}
    fields = {}
    for row in report.matrix:
        crossing = next((each for each in row.crossings if each.boundary == boundary), None)
        dataset, _, name = row.field.rpartition(".")
        if crossing is None:
            continue
        source, reads = next(
            (found for key, found in read.items() if key == dataset), (dataset.partition(".")[0], dataset)
        )
        masks = crossing.state is Crosses.MASKED
        way = {"type": "DIRECT", "subtype": "TRANSFORMATION", "description": plain(crossing.why), "masking": masks}
        origin = {"namespace": plain(source), "name": plain(reads), "field": plain(name), "transformations": [way]}
        fields[plain(row.field)] = {"inputFields": [origin]}
    schema = f"{_SPEC}/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet"
    return {
        "namespace": _NAMESPACE,
        "name": plain(f"{report.plan_id}/{boundary}"),
        "facets": {"columnLineage": _facet(made_by, schema, fields=fields)},
    }
