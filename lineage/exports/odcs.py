"""What a workflow expects of its context, as a contract of the Open Data Contract Standard: the consumer's side of it.

An owner can lay it beside the contract that they publish. It says what the plan declares, and of each expectation what
this run found, as custom properties of our own; it promises nothing in the owner's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import yaml

from lineage.exports import Beside
from lineage.exports._declared import DeclaredDataset, datasets
from lineage.exports._parts import stable, utc
from lineage.finding import Assumption
from lineage.model import Verdict
from lineage.report import Report
from lineage.reports.words import plain

VERSION: Final = "v3.1.0"
_STATUS: Final = {"draft": "draft", "in-review": "proposed"}
_SPAN: Final = re.compile(r"(\d{1,9}) (seconds?|minutes?|hours?|days?|weeks?|months?|years?)")
_TYPES: Final = {
    "text": "string",
    "string": "string",
    "integer": "integer",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
    "time": "time",
}


def written(report: Report, _beside: Beside = Beside()) -> str:
    """Give the contract as YAML."""
    found = list(datasets(report))
    contract: dict[str, Any] = {
        "apiVersion": VERSION,
        "kind": "DataContract",
        "id": stable("contract", report.plan_id),
        "name": plain(report.plan_id),
        "version": plain(report.plan_version) or "0",
        "status": _STATUS.get(report.plan_status, "active"),
        "description": {
            "purpose": plain(f"What the AI workflow {report.plan_id} expects of the context that it reads."),
            "limitations": "The consumer's side: expectations and what an audit found of them, no promise of an owner.",
        },
        "tags": ["consumer-side", "lineage-audit"],
        "schema": [_object(each) for each in found],
        "slaProperties": [row for each in found for row in _service(each)],
        "customProperties": [
            *_custom("plan", report.plan_file),
            *_custom("auditedAt", utc(report.as_of)),
            *_custom("decision", report.decision.value),
            *_custom("complete", not report.incomplete),
        ],
    }
    return yaml.safe_dump(
        {key: value for key, value in contract.items() if value not in ([], "")}, sort_keys=False, allow_unicode=False
    )


def _object(each: DeclaredDataset) -> dict[str, Any]:
    keys = _names(each.declared("key"))
    made: dict[str, Any] = {
        "name": plain(each.read.dataset),
        "logicalType": "object",
        "physicalName": plain(each.read.reads),
        "properties": [_property(name, lines, keys) for name, lines in each.fields.items()],
        "customProperties": [
            *_custom("source", each.source.source),
            *_custom("owner", each.source.owner),
            *_custom("readBySteps", ", ".join(each.read.steps)),
            *_found(each.lines),
        ],
    }
    return {key: value for key, value in made.items() if value not in ([], "")}


def _property(name: str, lines: Mapping[str, Assumption], keys: list[str]) -> dict[str, Any]:
    made: dict[str, Any] = {"name": plain(name), "required": _asked(lines, "need") in {"required", "join"}}
    kind = _TYPES.get(_asked(lines, "type"))
    # Without a logical type a property is refused: the standard's schema then asks it for the parts of a map.
    made["logicalType"] = kind or "string"
    if name in keys:
        made |= {"primaryKey": True, "primaryKeyPosition": keys.index(name) + 1}
    if sensitive := _asked(lines, "sensitive"):
        made["classification"] = plain(f"personal: {sensitive}")
    rules = list(_quality(lines))
    if rules:
        made["quality"] = rules
    made["customProperties"] = [
        *([] if kind else _custom("logicalTypeIsDeclared", value=False)),
        *_custom("joins", _asked(lines, "joins")),
        *_custom("mask", _asked(lines, "mask.to") or _asked(lines, "mask")),
        *_found(lines),
    ]
    if not made["customProperties"]:
        del made["customProperties"]
    return made


def _quality(lines: Mapping[str, Assumption]) -> Iterator[dict[str, Any]]:
    if values := _names(_asked(lines, "values")):
        yield {
            "type": "library",
            "metric": "invalidValues",
            "arguments": {"validValues": values},
            "mustBe": 0,
            "dimension": "conformity",
        }
    if complete := _asked(lines, "complete"):
        yield {
            "type": "text",
            "description": plain(f"At least {complete} of the rows hold a value."),
            "dimension": "completeness",
        }
    if orphans := _asked(lines, "orphans"):
        yield {
            "type": "text",
            "description": plain(f"At most {orphans} of the rows refer to nothing."),
            "dimension": "consistency",
        }


def _service(each: DeclaredDataset) -> Iterator[dict[str, Any]]:
    """Give freshness and retention as service levels; what is no plain duration stays words."""
    element = plain(each.read.dataset)
    clock = each.declared("fresh.clock")
    for path, name in (("fresh.within", "latency"), ("keep.limit", "retention")):
        if declared := each.declared(path):
            at = clock if path == "fresh.within" else each.declared("keep.since")
            yield {
                "property": name,
                **_amount(declared),
                "element": plain(f"{element}.{at}") if at else element,
                "driver": "operational" if name == "latency" else "regulatory",
            }


def _amount(declared: str) -> dict[str, Any]:
    if (found := _SPAN.fullmatch(declared)) is None:
        return {"value": plain(declared)}
    return {"value": int(found[1]), "unit": found[2]}


def _asked(lines: Mapping[str, Assumption], path: str) -> str:
    return plain(lines[path].declared) if path in lines else ""


def _found(lines: Mapping[str, Assumption]) -> list[dict[str, Any]]:
    """Give what the audit found of expectations that are not held."""
    told = [
        plain(f"{path}: {line.verdict.value}: {line.says}")
        for path, line in lines.items()
        if line.verdict is not Verdict.HELD and line.kind != "question"
    ]
    return _custom("lineageAudit", "; ".join(told))


def _custom(name: str, value: object) -> list[dict[str, Any]]:
    if value is None or value == "":
        return []
    return [{"property": name, "value": value if isinstance(value, bool) else plain(value)}]


def _names(declared: str) -> list[Any]:
    """Give a list as the plan writes it, `[US, EU]` or `id`, as plain values."""
    try:
        found = yaml.safe_load(declared) if declared else None
    except yaml.YAMLError:
        return []
    listed = found if isinstance(found, list) else [] if found is None else [found]
    return [plain(each) if isinstance(each, str) else each for each in listed if isinstance(each, str | int | float)]
