"""Edges of a SQL text: as a table for people, or as OpenLineage job events for other tools.

An event is made for each thing that a statement writes. A bare SELECT writes nothing that has a name, so its result is
called after the job. What steers a whole dataset (a filter, a join key) stands once in the facet's `dataset`.
Neither form holds a literal of the text: the edges do not have any.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from lineage import __version__
from lineage.errors import PlanError
from lineage.model import Confidence
from lineage.reports.words import plain
from lineage.sql import ColumnEdge, Path, RowEdge, SqlLineage
from lineage.yamlsource import plain_data, read_yaml

JOBS: Final = "lineage-audit"
"""Namespace of the jobs, and of the results of bare SELECTs."""
PRODUCER: Final = f"urn:lineage-audit:{__version__}"
_SPEC: Final = "https://openlineage.io/spec"
JOB_EVENT: Final = f"{_SPEC}/2-0-2/OpenLineage.json#/$defs/JobEvent"
COLUMNS: Final = f"{_SPEC}/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet"
SCHEMA: Final = f"{_SPEC}/facets/1-1-1/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet"

Edge = ColumnEdge | RowEdge


@dataclass(frozen=True, slots=True)
class Naming:
    """What datasets and jobs are called in events."""

    namespace: str
    """Of the datasets: `postgres://host:5432`."""
    job: str
    """`FILE`; each statement's job is `FILE:LINE`."""


def schema_of(text: bytes, name: str) -> dict[str, list[str]]:
    """Read `{dataset: [columns]}` from YAML or JSON; `name` is for messages.

    Raises:
        PlanError: it is none, with the first place that is wrong.
    """
    data = _json(text, name) if name.endswith(".json") else _yaml(text, name)
    if not isinstance(data, dict):
        raise PlanError(f"{name}: holds no datasets; write `public.users: [id, email]`")
    for dataset, columns in data.items():
        if not isinstance(columns, list) or not all(isinstance(column, str) for column in columns):
            raise PlanError(f"{name}: {plain(dataset)} has no list of column names; write `public.users: [id, email]`")
    return {str(dataset): list(columns) for dataset, columns in data.items()}


def render(found: SqlLineage, console: Console) -> None:
    """Print the edges as a table, in the order of the statements."""
    if not found.edges and not found.row_edges:
        console.print("no column flows", style="dim")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in ("line", "from", "to", "step", "left", "sure"):
        table.add_column(head, overflow="fold")
    every: list[Edge] = [*found.edges, *found.row_edges]
    for edge in sorted(every, key=lambda edge: edge.statement):
        target = _dotted(edge.target) if edge.target is not None else "(result)"
        tail = f".{edge.target_field}" if isinstance(edge, ColumnEdge) else " (rows)"
        table.add_row(
            str(found.statements[edge.statement].line),
            Text(plain(f"{_dotted(edge.source)}.{edge.source_field}")),
            Text(plain(target + tail)),
            edge.transformation.subtype.lower(),
            edge.exposure.value,
            edge.confidence.value,
        )
    console.print(table)


def unread(found: SqlLineage, name: str) -> Iterator[str]:
    """Give a line for each statement, or part of one, that could not be turned into edges."""
    for part in found.unparsed:
        yield f"{name}:{part.line}: not read: {part.reason}"


def openlineage(found: SqlLineage, naming: Naming, at: datetime) -> Iterator[str]:
    """Give the job events, one in a line: one for each dataset that a statement writes."""
    edges: dict[tuple[int, Path | None], list[Edge]] = {}
    columns: dict[tuple[int, Path | None], tuple[str, ...]] = {}
    every: list[Edge] = [*found.edges, *found.row_edges]
    for edge in every:
        edges.setdefault((edge.statement, edge.target), []).append(edge)
    for output in found.outputs:
        edges.setdefault((output.statement, output.target), [])
        columns[output.statement, output.target] = output.columns
    for place in sorted(edges, key=lambda place: (place[0], place[1] or ())):
        statement, target = place
        job = f"{naming.job}:{found.statements[statement].line}"
        read = dict.fromkeys((*found.statements[statement].reads, *(edge.source for edge in edges[place])))
        event = {
            "eventTime": at.isoformat(),
            "producer": PRODUCER,
            "schemaURL": JOB_EVENT,
            "job": {"namespace": JOBS, "name": job},
            "inputs": [_dataset(naming, path) for path in read],
            "outputs": [
                {
                    **(_dataset(naming, target) if target is not None else {"namespace": JOBS, "name": job}),
                    "facets": _facets(naming, edges[place], columns.get(place, ())),
                }
            ],
        }
        yield json.dumps(event, ensure_ascii=True)


def _json(text: bytes, name: str) -> object:
    # A schema of 100,000 columns is usual for a warehouse, and more than the reader of plans takes.
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise PlanError(f'{name}: is not JSON; write {{"public.users": ["id", "email"]}}') from None


def _yaml(text: bytes, name: str) -> object:
    document = read_yaml(text)
    if document.problems:
        problem = document.problems[0]
        raise PlanError(f"{name}:{problem.line}:{problem.column}: {problem.message}")
    return plain_data(document.root) if document.root is not None else None


def _facets(naming: Naming, edges: list[Edge], columns: tuple[str, ...]) -> Mapping[str, object]:
    fields: dict[str, dict[tuple[Path, str], list[object]]] = {}
    rows: dict[tuple[Path, str], list[object]] = {}
    for edge in edges:
        place = fields.setdefault(edge.target_field, {}) if isinstance(edge, ColumnEdge) else rows
        place.setdefault((edge.source, edge.source_field), []).append(_transformation(edge))
    facet = {
        "_producer": PRODUCER,
        "_schemaURL": COLUMNS,
        "fields": {name: {"inputFields": _inputs(naming, found)} for name, found in fields.items()},
        **({"dataset": _inputs(naming, rows)} if rows else {}),
    }
    told: dict[str, object] = {"columnLineage": facet}
    if columns and "*" not in columns:
        listed = [{"name": name} for name in columns]
        told["schema"] = {"_producer": PRODUCER, "_schemaURL": SCHEMA, "fields": listed}
    return told


def _transformation(edge: Edge) -> Mapping[str, object]:
    # The facet has no place for how sure an edge is: a guess must not be told as fact.
    sure = "" if edge.confidence is Confidence.EXACT else f", {edge.confidence.value}"
    step = edge.transformation
    described = f"leaves {edge.exposure.value}{sure}"
    return {"type": step.type, "subtype": step.subtype, "description": described, "masking": step.masking}


def _inputs(naming: Naming, found: Mapping[tuple[Path, str], list[object]]) -> list[object]:
    return [
        {**_dataset(naming, path), "field": field, "transformations": steps} for (path, field), steps in found.items()
    ]


def _dataset(naming: Naming, path: Path) -> dict[str, str]:
    return {"namespace": naming.namespace, "name": _dotted(path)}


def _dotted(path: Path) -> str:
    return ".".join(path)
