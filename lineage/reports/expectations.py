"""A plan as a project of Great Expectations, for who wants to run its checks in a pipeline of their own.

Suites, validation definitions, one checkpoint and the project's file are written as Great Expectations writes them, so
nothing of it is needed here. A `where` and the segments that are launched are row conditions. What it cannot say (a
zone, a moment before now in a `where`, a join to another source) is left out and told. Results are asked for as yes and
no only, since any other form holds values.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from lineage.model import split_name
from lineage.plan.model import Dataset, Plan, Source
from lineage.reports._expected import Expectation, Suite, in_quotes, moments_of, quoted_place
from lineage.reports._row_condition import Unsayable

_KINDS: Final = {"postgresql": "postgres", "sqlite": "sqlite", "mysql": "sql", "sql": "sql"}
_CHECKPOINT: Final = "plan"
_BATCH: Final = "whole"
_VARIABLE: Final = re.compile(r"^\$\{(\w+)\}$")
"""A connection that is a variable of the environment, whole."""
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
from importlib.util import find_spec

os.environ["GX_ANALYTICS_ENABLED"] = "false"
# A connection that names no driver means one that may be missing where another is there.
DRIVERS = {{"postgres": ("psycopg2", "psycopg"), "postgresql": ("psycopg2", "psycopg"), "mysql": ("MySQLdb", "pymysql"),
           "mariadb": ("MySQLdb", "pymysql")}}
for name in {urls}:
    scheme, mark, rest = os.environ.get(name, "").partition("://")
    usual, other = DRIVERS.get(scheme, ("sys", ""))
    if mark and find_spec(usual) is None and find_spec(other) is not None:
        os.environ[name] = f"{{'postgresql' if scheme == 'postgres' else scheme}}+{{other}}://{{rest}}"
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
        raised = "'raised_exception': True" in str(check.exception_info)
        state = "errored" if raised else "held" if check.success else "broken"
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
    project = _Written()
    sources: dict[str, Any] = {
        source.id: told for source in plan.sources.values() if (told := project.source(plan, source))
    }
    files, moments = project.files, project.moments
    files[f"gx/checkpoints/{_CHECKPOINT}.json"] = _json(
        {
            "name": _CHECKPOINT,
            "id": _id("checkpoint", plan.id),
            "actions": [],
            "result_format": "BOOLEAN_ONLY",
            "validation_definitions": project.definitions,
        }
    )
    # JSON is YAML too, and needs no writer of its own.
    files["gx/great_expectations.yml"] = _json(_project(plan, sources))
    files["run.py"] = _RUN.format(
        urls=json.dumps([one for told in sources.values() for one in _VARIABLE.findall(told["connection_string"])]),
        within=json.dumps({name: span for name, span in moments.items() if span >= 0}, indent=4),
        skew=json.dumps({name: -span for name, span in moments.items() if span < 0}, indent=4),
        checkpoint=_CHECKPOINT,
    )
    return Exported(files, tuple(project.left_out), moments)


@dataclass(slots=True)
class _Written:
    """What of a project is written so far."""

    files: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    moments: dict[str, float] = field(default_factory=dict)
    definitions: list[dict[str, str]] = field(default_factory=list)

    def source(self, plan: Plan, source: Source) -> Mapping[str, Any] | None:
        """Write the suites of a source, and give the source; None where nothing of it can be said."""
        if (kind := _KINDS.get(source.kind)) is None:
            self.left_out.append(f"{source.id}: Great Expectations reads no {source.kind} this way")
            return None
        assets = {
            _name(dataset): _asset(source, dataset)
            for dataset in source.datasets.values()
            if self.suite(Suite(plan, source, dataset))
        }
        if not assets:
            return None
        return {
            "type": kind,
            "id": _id("source", source.id),
            "connection_string": str(source.settings.get("url", f"${{{source.id.upper()}_URL}}")),
            "assets": assets,
        }

    def suite(self, suite: Suite) -> bool:
        """Write the suite of a dataset; False where it cannot be said."""
        dataset, name = suite.dataset, _name(suite.dataset)
        if in_quotes(dataset.reads) and quoted_place(suite.source, dataset) is None:
            self.left_out.append(f"{dataset.id}: its name needs more than quotes, or its system's quotes are not known")
            return False
        if not split_name(dataset.reads):
            self.left_out.append(f"{dataset.id}: what it `reads` is no name of a table")
            return False
        try:
            expectations = list(suite.expectations())
        except Unsayable:
            why = "it compares with a moment, a day or another dataset, or is too large"
            self.left_out.append(f"{dataset.id}: its `where` cannot be said: {why}")
            return False
        self.left_out.extend(suite.left_out)
        self.moments.update(moments_of(dataset))
        self.files[f"gx/expectations/{name}.json"] = _json(_suite(dataset, expectations))
        self.files[f"gx/validation_definitions/{name}.json"] = _json(_definition(suite.source, dataset))
        self.definitions.append({"id": _id("validation", name), "name": name})
        return True


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


def _asset(source: Source, dataset: Dataset) -> Mapping[str, Any]:
    *schema, table = split_name(dataset.reads)
    place: Mapping[str, str] = {"table_name": table, **({"schema_name": schema[-1]} if schema else {})}
    kind = "table"
    if in_quotes(dataset.reads):
        # A schema in quotes is quoted once more there, and one without is made lower case.
        kind, place = "query", {"query": f"SELECT * FROM {quoted_place(source, dataset)}"}  # noqa: S608 - quoted
    return {
        "type": kind,
        "id": _id("asset", dataset.id),
        **place,
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
