"""Whether each step of a column is called what OpenLineage's integrations for Hive and Spark call it in their tests.

The facts of those tests stand in `openlineage_cases.yaml`, over tables of ours.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lineage.sql import ColumnEdge, RowEdge, column_edges

CASES = Path(__file__).parent / "openlineage_cases.yaml"
Steps = set[tuple[str, str, str, str]]
"""Target, its column (empty for what decides on rows), source column, step."""


def openlineage_cases() -> list[dict[str, Any]]:
    """Give the cases: name, dialect, schema, statement, and the steps: `fields` and `rows`, or of several `targets`."""
    import yaml

    found: list[dict[str, Any]] = yaml.safe_load(CASES.read_text(encoding="utf-8"))
    return found


def asked(case: dict[str, Any]) -> Steps:
    """Give the steps that OpenLineage asks for."""
    steps = set()
    for target, parts in case.get("targets", {"": case}).items():
        columns = {**parts["fields"], "": parts.get("rows", {})}
        for column, sources in columns.items():
            steps |= {(target, column, source, step) for source, kinds in sources.items() for step in kinds}
    return steps


def told(case: dict[str, Any]) -> Steps:
    """Give the steps that we tell, of all targets or, where the case has one, of whatever it is called."""
    found = column_edges(case["sql"], dialect=case["dialect"], schema=case["schema"])
    if found.unparsed:
        return {("", "", "", place.reason) for place in found.unparsed}
    several = "targets" in case
    columns = {_step(edge, edge.target_field, several) for edge in found.edges}
    return columns | {_step(edge, "", several) for edge in found.row_edges}


def _step(edge: ColumnEdge | RowEdge, column: str, several: bool) -> tuple[str, str, str, str]:
    step = edge.transformation
    target = (edge.target or ("",))[-1] if several else ""
    word = f"{step.subtype}{' masked' if step.masking else ''}"
    return (target.lower(), column.lower(), f"{edge.source[-1]}.{edge.source_field}".lower(), word)


def openlineage() -> tuple[int, int]:
    """Print and give how many cases have the same steps, of how many."""
    cases = openlineage_cases()
    differing = [case for case in cases if asked(case) != told(case)]
    print(f"\nOpenLineage's Hive and Spark cases: {len(cases) - len(differing)} of {len(cases)} with the same steps")
    for case in differing:
        missing, extra = asked(case) - told(case), told(case) - asked(case)
        print(f"  {case['case']}: missing {sorted(missing)}, extra {sorted(extra)}")
    return len(cases) - len(differing), len(cases)
