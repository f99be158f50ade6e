"""A run as CycloneDX 1.7: the workflow is the subject, sources and boundaries are services with the data that flows.

Datasets are components of the type `data`. A finding is an annotation of what it is about.
"""

from __future__ import annotations

from typing import Any, Final

from lineage.exports import Beside
from lineage.exports._declared import DeclaredDataset, datasets
from lineage.exports._parts import as_json, stable, title, utc, verdicts
from lineage.finding import Finding
from lineage.report import Crosses, Report, SensitiveField, SourceRead
from lineage.reports.effect import boundaries_of
from lineage.reports.words import plain

_SCHEMA: Final = "http://cyclonedx.org/schema/bom-1.7.schema.json"
_NOTHING: Final = "not declared as sensitive"


def written(report: Report, _beside: Beside = Beside()) -> str:
    """Give the bill of materials as JSON."""
    found = list(datasets(report))
    services = [
        *(_source(report, each) for each in report.sources),
        *(_boundary(report, each) for each in boundaries_of(report)),
    ]
    refs = [service["bom-ref"] for service in services]
    tool = {"type": "application", "name": "lineage-audit", "version": plain(report.tool_version)}
    return as_json(
        {
            "$schema": _SCHEMA,
            "bomFormat": "CycloneDX",
            "specVersion": "1.7",
            "serialNumber": f"urn:uuid:{stable('bom', report.run_id)}",
            "version": 1,
            "metadata": {
                "timestamp": utc(report.as_of),
                "tools": {"components": [tool]},
                "component": {
                    "type": "application",
                    "bom-ref": "workflow",
                    "name": plain(report.plan_id) or "plan",
                    "version": plain(report.plan_version),
                },
                "properties": _properties(
                    decision=report.decision.value,
                    verdicts=verdicts(report),
                    complete="no" if report.incomplete else "yes",
                    failures="; ".join(f"{each.what}: {each.reason}" for each in report.failures),
                    plan_sha256=report.plan_sha256,
                ),
            },
            "components": [_dataset(report, each) for each in found],
            "services": services,
            "dependencies": [{"ref": "workflow", "dependsOn": refs}, *({"ref": ref, "dependsOn": []} for ref in refs)],
            "annotations": [_annotation(report, each, tool, number) for number, each in enumerate(report.findings)],
        }
    )


def _properties(**told: str) -> list[dict[str, str]]:
    return [{"name": f"lineage-audit:{name}", "value": plain(value)} for name, value in told.items() if value]


def _ref(kind: str, name: str) -> str:
    return f"{kind}:{plain(name)}"


def _source(report: Report, read: SourceRead) -> dict[str, Any]:
    service: dict[str, Any] = {
        "bom-ref": _ref("source", read.source),
        "name": plain(read.source) or "source",
        "description": plain(read.product or "did not answer"),
        "x-trust-boundary": True,
        "data": [
            _flow("outbound", row, f"dataset {each.dataset}", owner=read.owner)
            for each in read.datasets
            for row in _sensitive(report, each.dataset)
        ],
        "properties": _properties(read_as=read.identity or "", audited_as=report.identities.get(read.source, "")),
    }
    return service


def _boundary(report: Report, boundary: str) -> dict[str, Any]:
    crossing = [(row, each) for row in report.matrix for each in row.crossings if each.boundary == boundary]
    return {
        "bom-ref": _ref("boundary", boundary),
        "name": plain(boundary) or "boundary",
        "description": "A place that data of the workflow crosses to",
        "x-trust-boundary": True,
        "data": [_flow("inbound", row, f"{each.state.value}: {each.why}") for row, each in crossing],
        "properties": _properties(
            raw=", ".join(row.field for row, each in crossing if each.state is Crosses.RAW),
            unknown=", ".join(row.field for row, each in crossing if each.state is Crosses.UNKNOWN),
        ),
    }


def _flow(flow: str, row: SensitiveField, says: str, owner: str | None = None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "flow": flow,
        "classification": plain(row.kind) or "undeclared",
        "name": plain(row.field),
        "description": plain(says),
    }
    return made | _governance(owner)


def _governance(owner: str | None) -> dict[str, Any]:
    return {"governance": {"owners": [{"contact": {"name": plain(owner)}}]}} if owner else {}


def _sensitive(report: Report, dataset: str) -> list[SensitiveField]:
    return [row for row in report.matrix if row.field.rpartition(".")[0] == dataset]


def _dataset(report: Report, each: DeclaredDataset) -> dict[str, Any]:
    rows = _sensitive(report, each.read.dataset)
    data: dict[str, Any] = {
        "type": "dataset",
        "name": plain(each.read.dataset),
        "classification": ", ".join(dict.fromkeys(plain(row.kind) for row in rows)) or _NOTHING,
        "sensitiveData": [plain(f"{row.field}: {row.kind}, mask {row.mask or 'none'}") for row in rows],
        **_governance(each.source.owner),
    }
    return {
        "type": "data",
        "bom-ref": _ref("dataset", each.read.dataset),
        "name": plain(each.read.dataset) or "dataset",
        "description": plain(f"{each.read.reads} of {each.source.source}"),
        "data": [data],
        "properties": _properties(
            records=str(each.read.records) if each.read.records is not None else "",
            fresh_within=each.read.within,
            kept=each.declared("keep.limit"),
            read_by=", ".join(each.read.steps),
            found="yes" if each.read.found else "no",
        ),
    }


def _annotation(report: Report, finding: Finding, tool: dict[str, str], number: int) -> dict[str, Any]:
    about = finding.judgement.subject
    subject = "workflow"
    known = {each.dataset for source in report.sources for each in source.datasets}
    if about.dataset in known and about.dataset:
        subject = _ref("dataset", about.dataset)
    elif about.source in {source.source for source in report.sources} and about.source:
        subject = _ref("source", about.source)
    return {
        "bom-ref": f"finding:{number}:{plain(finding.id)}",
        "subjects": [subject],
        "annotator": {"component": tool},
        "timestamp": utc(report.as_of),
        "text": f"{finding.severity.value} {finding.rule} {finding.id} ({finding.status.value}): {title(finding)}",
    }
