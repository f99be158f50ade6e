"""A plan as a project of Great Expectations, for who wants to run its checks in a pipeline of their own.

Suites, validation definitions, one checkpoint and the project's file are written as Great Expectations writes them, so
nothing of it is needed here. A `where` and the segments that are launched are row conditions. What it cannot say (a
zone, a moment before now in a `where`, a join to another source) is left out and told. Results are asked for as yes and
no only, since any other form holds values.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from lineage.plan.model import Dataset, Plan, Source
from lineage.reports._expected import Expectation, Suite, moments_of
from lineage.reports._row_condition import Unsayable

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
            name = _name(dataset)
            suite = Suite(plan, source, dataset)
            try:
                expectations = list(suite.expectations())
            except Unsayable:
                left_out.append(f"{dataset.id}: its `where` cannot be said")
                continue
            left_out.extend(suite.left_out)
            moments.update(moments_of(dataset))
            assets[name] = _asset(dataset)
            files[f"gx/expectations/{name}.json"] = _json(_suite(dataset, expectations))
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


def _suite(dataset: Dataset, expectations: Iterable[Expectation]) -> Mapping[str, Any]:
    name = _name(dataset)
    told: Counter[tuple[str, str]] = Counter()
    return {
        "name": name,
        "id": _id("suite", name),
        "notes": None,
        "meta": {"plan": dataset.path},
        "expectations": [
            {
                "id": _id(name, *_place(told, one)),
                "type": one.kind,
                "kwargs": one.kwargs,
                "meta": {"plan": one.leaf},
                "severity": "critical",
            }
            for one in expectations
        ],
    }


def _place(told: Counter[tuple[str, str]], one: Expectation) -> tuple[str, ...]:
    """Give what tells an expectation from all others of its suite; the first of its kind on a leaf by that alone."""
    told[one.kind, one.leaf] += 1
    count = told[one.kind, one.leaf]
    return (f"{one.kind}:{one.leaf}", *((str(count),) if count > 1 else ()))


def _name(dataset: Dataset) -> str:
    return dataset.id.replace(".", "_")


def _id(*parts: str) -> str:
    # The same plan makes the same files, so that a repository sees only what changed.
    return str(uuid5(NAMESPACE_URL, "/".join(("lineage-audit", *parts))))


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
