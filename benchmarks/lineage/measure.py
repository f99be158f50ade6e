"""Read a workload with one tool and print edges and CPU seconds; run by the Python of that tool's own environment.

    python measure.py TOOL WORKLOAD.json RESULT.json [ROUNDS]

TOOL is `lineage-audit`, `datahub`, `sqlglot`, `sqllineage` or `collate`.
Nothing of this project is imported for the others.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

Edges = list[list[str]]
"""`[source table, source column, target column, DIRECT or INDIRECT]`."""
Tool = Callable[[dict[str, Any]], Edges]


def lineage_audit() -> Tool:
    from lineage.sql import sql_reader

    readers: dict[str, Any] = {}

    def run(statement: dict[str, Any]) -> Edges:
        key = statement["dialect"] + str(sorted(statement["schema"]))
        if key not in readers:
            readers[key] = sql_reader(dialect=statement["dialect"], schema=statement["schema"])
        found = readers[key].read(statement["sql"])
        return [[e.source[-1], e.source_field, e.target_field, e.transformation.type] for e in found.edges]

    return run


def datahub() -> Tool:
    from datahub.sql_parsing.schema_resolver import SchemaResolver
    from datahub.sql_parsing.sqlglot_lineage import sqlglot_lineage

    resolvers: dict[str, Any] = {}

    def run(statement: dict[str, Any]) -> Edges:
        key = statement["dialect"] + str(sorted(statement["schema"]))
        if key not in resolvers:
            resolver = resolvers[key] = SchemaResolver(platform=statement["dialect"])
            for table, columns in statement["schema"].items():
                urn = f"urn:li:dataset:(urn:li:dataPlatform:{statement['dialect']},{table},PROD)"
                resolver.add_raw_schema_info(urn, dict.fromkeys(columns, "string"))
        found = sqlglot_lineage(statement["sql"], schema_resolver=resolvers[key])
        return [
            [up.table.split(",")[1].split(".")[-1], up.column, info.downstream.column, "DIRECT"]
            for info in found.column_lineage or []
            for up in info.upstreams
        ]

    return run


def sqlglot() -> Tool:
    from sqlglot import exp, parse_one
    from sqlglot.lineage import lineage

    def run(statement: dict[str, Any]) -> Edges:
        query = parse_one(statement["sql"], dialect=statement["dialect"]).expression
        schema = {table: dict.fromkeys(columns, "string") for table, columns in statement["schema"].items()}
        found: Edges = []
        for name, root in lineage(
            None, query, schema=schema, dialect=statement["dialect"], trim_selects=False
        ).items():  # every column on one shared scope
            for node in root.walk():
                if not node.downstream and isinstance(node.expression, exp.Table):
                    found.append([node.expression.name, node.name.split(".")[-1].strip('`"'), name, "DIRECT"])
        return found

    return run


def sqllineage() -> Tool:
    from sqllineage.config import SQLLineageConfig
    from sqllineage.core.metadata.dummy import DummyMetaDataProvider
    from sqllineage.runner import LineageRunner

    providers: dict[str, Any] = {}

    def run(statement: dict[str, Any]) -> Edges:
        key = str(sorted(statement["schema"]))
        if key not in providers:
            tables = {f"main.{table}": columns for table, columns in statement["schema"].items()}
            providers[key] = DummyMetaDataProvider(tables)
        dialect = {"spark": "sparksql"}.get(statement["dialect"], statement["dialect"])
        with SQLLineageConfig(DEFAULT_SCHEMA="main"):
            runner = LineageRunner(statement["sql"], dialect=dialect, metadata_provider=providers[key])
            return [
                [str(path[0].parent).split(".")[-1], path[0].raw_name, path[-1].raw_name, "DIRECT"]
                for path in runner.get_column_lineage()
            ]

    return run


def collate() -> Tool:
    from collate_sqllineage.runner import LineageRunner  # its fork of sqllineage takes no schema

    def run(statement: dict[str, Any]) -> Edges:
        dialect = {"spark": "sparksql"}.get(statement["dialect"], statement["dialect"])
        runner = LineageRunner(statement["sql"], dialect=dialect)
        return [
            [str(path[0].parent).split(".")[-1], path[0].raw_name, path[-1].raw_name, "DIRECT"]
            for path in runner.get_column_lineage()
        ]

    return run


TOOLS = {
    "collate": collate,
    "lineage-audit": lineage_audit,
    "datahub": datahub,
    "sqlglot": sqlglot,
    "sqllineage": sqllineage,
}


def main(tool: str, workload: Path, result: Path, rounds: int = 1) -> None:
    logging.disable(logging.CRITICAL)
    statements = json.loads(workload.read_text(encoding="utf-8"))
    run = TOOLS[tool]()
    seconds: list[float] = []
    edges: list[Edges | None] = []
    run(statements[0])
    for turn in range(rounds):
        started = time.process_time()
        for statement in statements:
            try:
                found = run(statement)
            except Exception:  # noqa: BLE001 - a peer's failure is a result: no edges
                found = None
            if turn == 0:
                edges.append(found)
        seconds.append(time.process_time() - started)
    result.write_text(json.dumps({"seconds": seconds, "edges": edges}), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), int(sys.argv[4]) if len(sys.argv) > 4 else 1)
