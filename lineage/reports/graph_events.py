"""The lineage graph as OpenLineage job events, one in a line: for catalogues, and for this product to read again.

Whatever makes a dataset is a job, named after how its edges were learnt; so is each step of the workflow, as
`PLAN.STEP`: the connector `openlineage` knows it by that name. What is left of a value stands in a transformation's
description, since the facet has no place for it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from lineage.graph import Edge, FieldNode, LineageGraph, StepNode
from lineage.impact import Neighbourhood
from lineage.model import Confidence, Name
from lineage.nodes import Node
from lineage.reports.edges import COLUMNS, JOB_EVENT, JOBS, PRODUCER, SCHEMA
from lineage.reports.words import plain

_ROWS: Final = {"type": "INDIRECT", "description": "decides on rows", "masking": False}
Flow = tuple[Name, Edge]


@dataclass(frozen=True, slots=True)
class Told:
    """Whose graph it is, and of when."""

    workflow: str
    """The plan's id."""
    at: datetime


def events(graph: LineageGraph, part: Neighbourhood, told: Told) -> Iterator[str]:
    """Give the events: those of datasets first, then those of steps."""
    for event in (*_datasets(graph, part), *_steps(graph, part, told)):
        head = {"eventTime": told.at.isoformat(), "producer": PRODUCER, "schemaURL": JOB_EVENT}
        yield json.dumps({**head, **event}, ensure_ascii=True)


def _datasets(graph: LineageGraph, part: Neighbourhood) -> Iterator[dict[str, object]]:
    made: defaultdict[tuple[Name, str], defaultdict[Name, list[Flow]]] = defaultdict(lambda: defaultdict(list))
    shown = {node.name.dataset for number in part.nodes if isinstance(node := graph.nodes[number], FieldNode)}
    for start, end, edge in part.edges:
        source, target = graph.nodes[start], graph.nodes[end]
        if isinstance(source, FieldNode) and isinstance(target, FieldNode):
            made[target.name.dataset, edge.by][target.name].append((source.name, edge))
    for dataset in sorted(graph.row_sources.keys() & shown):
        if not any(name == dataset for name, _ in made):
            made[dataset, "rows"] = defaultdict(list)
    first: set[Name] = set()
    for (dataset, by), fields in sorted(made.items(), key=lambda one: one[0]):
        # Rows belong to the dataset, and are told once.
        rows = sorted(graph.row_sources.get(dataset, ())) if dataset not in first else []
        first.add(dataset)
        read = dict.fromkeys([*(name.dataset for flows in fields.values() for name, _ in flows), *_datasets_of(rows)])
        yield {
            "job": {"namespace": JOBS, "name": f"{by} {plain(str(dataset))}"},
            "inputs": [_named(name) for name in read],
            "outputs": [{**_named(dataset), "facets": {"columnLineage": _lineage(fields, rows)}}],
        }


def _datasets_of(names: Iterable[Name]) -> Iterator[Name]:
    yield from (name.dataset for name in names)


def _lineage(fields: Mapping[Name, list[Flow]], rows: Iterable[Name]) -> dict[str, object]:
    decided = [{**_named(name), "field": ".".join(name.field) or "*", "transformations": [_ROWS]} for name in rows]
    return {
        "_producer": PRODUCER,
        "_schemaURL": COLUMNS,
        "fields": {".".join(name.field): {"inputFields": _inputs(flows)} for name, flows in fields.items()},
        **({"dataset": decided} if decided else {}),
    }


def _inputs(flows: Iterable[Flow]) -> list[dict[str, object]]:
    steps: defaultdict[Name, list[dict[str, object]]] = defaultdict(list)
    for name, edge in flows:
        sure = "" if edge.confidence is Confidence.EXACT else f", {edge.confidence.value}"
        left = f"leaves {edge.exposure.value}{sure}"
        told = {"type": "DIRECT", "subtype": edge.subtype, "description": left, "masking": edge.masking}
        steps[name].append(told)
    return [{**_named(name), "field": ".".join(name.field), "transformations": told} for name, told in steps.items()]


def _steps(graph: LineageGraph, part: Neighbourhood, told: Told) -> Iterator[dict[str, object]]:
    reads: defaultdict[str, list[Name]] = defaultdict(list)
    writes: defaultdict[str, list[Node]] = defaultdict(list)
    for start, end, _ in part.edges:
        source, target = graph.nodes[start], graph.nodes[end]
        if isinstance(source, FieldNode) and isinstance(target, StepNode):
            reads[target.id].append(source.name)
        elif isinstance(source, StepNode) and not isinstance(target, FieldNode | StepNode):
            writes[source.id].append(target)
    for step in sorted({*reads, *writes}):
        fields: defaultdict[Name, list[Name]] = defaultdict(list)
        for name in reads[step]:
            fields[name.dataset].append(name)
        # A step without fields of its own hands on what earlier ones read: which of it is not said.
        flows = {name: [(name, Edge("reads"))] for name in reads[step]}
        lineage = {"facets": {"columnLineage": _crossing(graph, flows)}} if flows else {}
        yield {
            "job": {"namespace": JOBS, "name": plain(f"{told.workflow}.{step}")},
            "inputs": [{**_named(name), "facets": {"schema": _schema(read)}} for name, read in fields.items()],
            "outputs": [
                {"namespace": JOBS, "name": plain(f"{told.workflow}/{graph.label(node)}"), **lineage}
                for node in dict.fromkeys(writes[step])
            ],
        }


def _crossing(graph: LineageGraph, flows: Mapping[Name, list[Flow]]) -> dict[str, object]:
    fields = {plain(graph.label(FieldNode(name))): {"inputFields": _inputs(found)} for name, found in flows.items()}
    return {"_producer": PRODUCER, "_schemaURL": COLUMNS, "fields": fields}


def _schema(fields: Iterable[Name]) -> dict[str, object]:
    listed = [{"name": plain(".".join(name.field))} for name in fields]
    return {"_producer": PRODUCER, "_schemaURL": SCHEMA, "fields": listed}


def _named(name: Name) -> dict[str, object]:
    return {"namespace": name.namespace, "name": ".".join(name.path)}
