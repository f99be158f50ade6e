"""A plan as a project of Great Expectations, for who wants to run its checks in a pipeline of their own.

Suites, validation definitions, one checkpoint and the project's file are written as Great Expectations writes them, so
nothing of it is needed here. What it cannot say (a `where`, a segment, rows dated in the future beside fresh ones, a
zone) is left out and told. Results are asked for as yes and no only, since any other form holds values.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from lineage.plan.model import Dataset, Need, Plan, Source

_KINDS: Final = {"postgresql": "postgres", "sqlite": "sqlite", "mysql": "sql", "sql": "sql"}
_CHECKPOINT: Final = "plan"
_BATCH: Final = "whole"
_STORES: Final = {
    "expectations": ("ExpectationsStore", "expectations/"),
    "validation_results": ("ValidationResultsStore", "uncommitted/validations/"),
    "checkpoint": ("CheckpointStore", "checkpoints/"),
    "validation_definition": ("ValidationDefinitionStore", "validation_definitions/"),
}
_RUN: Final = '''"""Run the checks of a plan: `python run.py`; the connections are read from the environment."""

import os
import sys
from datetime import datetime, timedelta, timezone

os.environ["GX_ANALYTICS_ENABLED"] = "false"
import great_expectations as gx

WITHIN = {within}
SKEW = {skew}
now = datetime.now(timezone.utc)
moments = {{name: now - timedelta(seconds=seconds) for name, seconds in WITHIN.items()}}
moments |= {{name: now + timedelta(seconds=seconds) for name, seconds in SKEW.items()}}
context = gx.get_context(mode="file", project_root_dir=os.path.dirname(os.path.abspath(__file__)))
result = context.checkpoints.get("{checkpoint}").run(expectation_parameters=moments)
for suite in result.run_results.values():
    for check in suite.results:
        # An expectation that raised comes back as one that failed: what it says is another thing.
        state = "errored" if check.exception_info.get("raised_exception") else "held" if check.success else "broken"
        print(state, suite.suite_name, check.expectation_config.type, check.expectation_config.kwargs.get("column", ""))
sys.exit(0 if result.success else 1)
'''


@dataclass(frozen=True, slots=True)
class Exported:
    """The files of the project, by path, and what could not be said."""

    files: Mapping[str, str]
    left_out: tuple[str, ...] = ()
    moments: Mapping[str, float] = field(default_factory=dict)
    """Parameter of the checkpoint's run -> seconds before now (negative: after)."""


def exported(plan: Plan) -> Exported:
    """Give the project for a plan."""
    files: dict[str, str] = {}
    left_out: list[str] = []
    moments: dict[str, float] = {}
    sources: dict[str, Any] = {}
    definitions: list[dict[str, str]] = []
    for source in plan.sources.values():
        if (kind := _KINDS.get(source.kind)) is None:
            left_out.append(f"{source.id}: Great Expectations reads no {source.kind} this way")
            continue
        assets: dict[str, Any] = {}
        for dataset in source.datasets.values():
            if dataset.where is not None:
                left_out.append(f"{dataset.id}: its `where` cannot be said")
                continue
            name = _name(dataset)
            left_out.extend(_unsaid(dataset))
            moments.update(_moments(dataset))
            assets[name] = _asset(dataset)
            files[f"gx/expectations/{name}.json"] = _json(_suite(dataset))
            files[f"gx/validation_definitions/{name}.json"] = _json(_definition(source, dataset))
            definitions.append({"id": _id("validation", name), "name": name})
        if assets:
            sources[source.id] = {
                "type": kind,
                "id": _id("source", source.id),
                "connection_string": str(source.settings.get("url", f"${{{source.id.upper()}_URL}}")),
                "assets": assets,
            }
    files[f"gx/checkpoints/{_CHECKPOINT}.json"] = _json(
        {
            "name": _CHECKPOINT,
            "id": _id("checkpoint", plan.id),
            "actions": [],
            "result_format": "BOOLEAN_ONLY",
            "validation_definitions": definitions,
        }
    )
    # JSON is YAML too, and needs no writer of its own.
    files["gx/great_expectations.yml"] = _json(_project(plan, sources))
    files["run.py"] = _RUN.format(
        within=json.dumps({name: span for name, span in moments.items() if span >= 0}, indent=4),
        skew=json.dumps({name: -span for name, span in moments.items() if span < 0}, indent=4),
        checkpoint=_CHECKPOINT,
    )
    return Exported(files, tuple(left_out), moments)


def _project(plan: Plan, sources: Mapping[str, Any]) -> Mapping[str, Any]:
    stores = {
        f"{name}_store": {
            "class_name": kind,
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": folder},
        }
        for name, (kind, folder) in _STORES.items()
    }
    return {
        "config_version": 4.0,
        "plugins_directory": "plugins/",
        "stores": stores,
        **{f"{name}_store_name": f"{name}_store" for name in _STORES if name != "validation_definition"},
        "data_docs_sites": {},
        "fluent_datasources": sources,
        "analytics_enabled": False,
        "data_context_id": _id("project", plan.id),
    }


def _asset(dataset: Dataset) -> Mapping[str, Any]:
    *schema, table = (part.strip('"') for part in dataset.reads.split("."))
    return {
        "type": "table",
        "id": _id("asset", dataset.id),
        "table_name": table,
        **({"schema_name": schema[-1]} if schema else {}),
        "batch_metadata": {},
        "batch_definitions": {_BATCH: {"id": _id("batch", dataset.id), "partitioner": None}},
    }


def _definition(source: Source, dataset: Dataset) -> Mapping[str, Any]:
    name = _name(dataset)
    return {
        "name": name,
        "id": _id("validation", name),
        "data": {
            "datasource": {"name": source.id, "id": _id("source", source.id)},
            "asset": {"name": name, "id": _id("asset", dataset.id)},
            "batch_definition": {"name": _BATCH, "id": _id("batch", dataset.id)},
        },
        "suite": {"name": name, "id": _id("suite", name)},
    }


def _suite(dataset: Dataset) -> Mapping[str, Any]:
    name = _name(dataset)
    return {
        "name": name,
        "id": _id("suite", name),
        "notes": None,
        "meta": {"plan": dataset.path},
        "expectations": [
            {
                "id": _id(name, f"{kind}:{leaf}"),
                "type": kind,
                "kwargs": kwargs,
                "meta": {"plan": leaf},
                "severity": "critical",
            }
            for kind, leaf, kwargs in _expectations(dataset)
        ],
    }


def _expectations(dataset: Dataset) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    needed = any(one.need is Need.REQUIRED for one in dataset.fields.values())
    if needed:
        yield "expect_table_row_count_to_be_between", dataset.path, {"min_value": 1}
    if dataset.fresh is not None:
        since, until = _moments(dataset)
        bounds = {"min_value": {"$PARAMETER": since}, "max_value": {"$PARAMETER": until}}
        yield (
            "expect_column_max_to_be_between",
            f"{dataset.fresh.path}.within",
            {"column": _column(dataset, dataset.fresh.clock), **bounds},
        )
    if len(dataset.key) == 1:
        column = _column(dataset, dataset.key[0])
        yield "expect_column_values_to_be_unique", f"{dataset.path}.key", {"column": column}
    elif dataset.key:
        columns = [_column(dataset, one) for one in dataset.key]
        yield "expect_compound_columns_to_be_unique", f"{dataset.path}.key", {"column_list": columns}
    for one in dataset.fields.values():
        if one.complete is not None:
            kwargs = {"column": one.column[0], "mostly": one.complete}
            yield "expect_column_values_to_not_be_null", f"{one.path}.complete", kwargs
        if one.values is not None:
            kwargs = {"column": one.column[0], "value_set": list(one.values)}
            yield "expect_column_values_to_be_in_set", f"{one.path}.values", kwargs


def _unsaid(dataset: Dataset) -> Iterator[str]:
    fresh = dataset.fresh
    if fresh is not None and fresh.per is not None:
        yield f"{fresh.path}.per: each value by itself cannot be said"
    if fresh is not None and fresh.share is not None:
        yield f"{fresh.path}.share: the share of fresh records cannot be said"
    for one in dataset.fields.values():
        if one.orphans is not None:
            yield f"{one.path}.orphans: a join cannot be said"


def _moments(dataset: Dataset) -> Mapping[str, float]:
    if dataset.fresh is None:
        return {}
    name = _name(dataset)
    return {
        f"{name}_since": dataset.fresh.within.mean().total_seconds(),
        f"{name}_until": -dataset.fresh.skew.mean().total_seconds(),
    }


def _column(dataset: Dataset, name: str) -> str:
    declared = dataset.fields.get(name)
    return declared.column[0] if declared is not None else name


def _name(dataset: Dataset) -> str:
    return dataset.id.replace(".", "_")


def _id(*parts: str) -> str:
    # The same plan makes the same files, so that a repository sees only what changed.
    return str(uuid5(NAMESPACE_URL, "/".join(("lineage-audit", *parts))))


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
