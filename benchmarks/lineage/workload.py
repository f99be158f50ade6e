"""The statements to measure: TPC-H and TPC-DS as views, read from sqlglot's unpacked source distribution."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

Statement = dict[str, Any]
"""`name`, `sql`, `dialect`, `schema` (table -> columns), `types` (table -> column -> type)."""


def tpc(sqlglot_sources: Path) -> list[Statement]:
    """Give the 121 TPC queries as CREATE VIEW, with the full schema of their tables."""
    helpers = ast.parse((sqlglot_sources / "tests/helpers.py").read_text(encoding="utf-8"))
    schemas: dict[str, dict[str, dict[str, str]]] = {}
    for node in helpers.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and "_SCHEMA" in node.targets[0].id:
            schemas[node.targets[0].id] = ast.literal_eval(node.value)
    statements = []
    for suite in ("tpc-h", "tpc-ds"):
        schema = schemas[suite.upper().replace("-", "") + "_SCHEMA"]
        text = (sqlglot_sources / f"tests/fixtures/optimizer/{suite}/{suite}.sql").read_text(encoding="utf-8")
        lines = [line for line in text.splitlines() if not line.startswith(("--", "#"))]
        parts = "\n".join(lines).split(";")
        statements += [
            {
                "name": f"{suite} {number}",
                "sql": f"CREATE VIEW v{number} AS {sql.strip()}",
                "dialect": "duckdb",
                "schema": {table: list(columns) for table, columns in schema.items()},
                "types": schema,
            }
            for number, sql in enumerate(parts[0:-1:2], 1)
        ]
    return statements
