"""dbt: what its artifacts say of models, sources and the columns that flow between them.

See docs/connectors/dbt.md for what is read, what is not, and how names are those of the warehouse.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pydantic import BaseModel, Field

from connectors._dbt.artifacts import Node, Project, read_project
from connectors._dbt.edges import project_edges
from connectors._names import nearest, split_name
from lineage.connector import Connector, Settings, Structure, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import (
    AbsentFact,
    CostFact,
    DatasetFact,
    Fact,
    FieldFact,
    ResolvedFact,
    Seen,
    SystemFact,
    TagFact,
    UnseenFact,
    UseFact,
)
from lineage.model import Confidence, DatasetKind, Exposure, Name, Principal

IDENTITY: Final = "file permissions"
_WAREHOUSE: Final = "name the warehouse itself as a source"


class DbtSettings(Settings):
    """Where the artifacts are, and which warehouse they are of."""

    target: str = Field(min_length=1, max_length=4096, repr=False)
    """dbt's `target` folder, local."""
    namespace: str | None = Field(default=None, max_length=512, pattern=r"^[^\s@]+$")
    """What the warehouse's own connector calls it, `postgres://host:5432`: its tables and dbt's are then the same."""
    workflow: str | None = Field(default=None, max_length=256)
    """Name of the exposure that is the workflow: what it depends on is what the workflow reads."""


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from the artifacts.

    Raises:
        ConnectorError: there is no manifest that can be read; the message does not name the folder.
    """
    started = time.monotonic()
    checked = DbtSettings.model_validate(settings.model_dump())
    if "://" in checked.target:
        raise ConnectorError(f"{context.source}: artifacts are read from local folders only; copy them here")
    try:
        folder = Path(checked.target).expanduser().resolve(strict=True)
    except (OSError, RuntimeError, ValueError) as e:
        raise ConnectorError(
            f"{context.source}: the folder cannot be read ({type(e).__name__}); is the connector's target right?"
        ) from None
    project = read_project(folder, context.source)
    seen = Seen(context.source, datetime.now(UTC), "dbt artifacts", IDENTITY)
    for task in tasks:
        if isinstance(task, Structure):
            yield from _structure(project, checked, task, seen, context.functions)
        else:
            what = {"Profile": "data", "Sample": "sample"}.get(type(task).__name__, "access")
            yield UnseenFact(seen, what, "dbt's artifacts hold no rows and no grants", _WAREHOUSE, task.relation.name)
    yield CostFact(seen, 0, 0, project.read, round(time.monotonic() - started, 3))


def _structure(
    project: Project, settings: DbtSettings, task: Structure, seen: Seen, functions: Mapping[str, Exposure]
) -> Iterator[Fact]:
    mapped = settings.namespace
    own = f"dbt://{project.adapter or 'unknown'}/{project.name}"
    namespace = mapped or own
    # The manifest holds what dbt was told of: what is not in it may be in the warehouse all the same.
    yield SystemFact(seen, own, "dbt", project.version, complete_catalogue=False)
    yield UnseenFact(seen, "access", "dbt's artifacts hold no grants", _WAREHOUSE)
    targets = {dataset: _resolved(project, reads) for dataset, reads in task.targets.items()}
    wanted = {node.id for node in targets.values() if node is not None}
    for node in project.nodes:
        # Where the warehouse is a source of its own it knows its tables better; facts of ours would stand in their way.
        if mapped is None or node.id in wanted:
            yield from _described(Name(namespace, project.path(node)), node, seen)
    for node in project.nodes:
        place = Name(namespace, project.path(node))
        spelt = {name.casefold(): name for name, _ in node.columns or ()}
        for column, label in node.marks:
            yield TagFact(seen, place.at(spelt.get(column.casefold(), column)), label)
    yield from project_edges(seen, project, namespace, functions)
    if settings.workflow is not None:
        yield from _exposed(project, namespace, settings.workflow, seen)
    known = [node.called for node in project.nodes]
    for dataset, found in targets.items():
        if found is not None:
            yield ResolvedFact(seen, dataset, Name(namespace, project.path(found)))
        else:
            reads = task.targets[dataset]
            yield AbsentFact(seen, dataset, reads, proven=False, nearest=nearest(reads, known))


def _exposed(project: Project, namespace: str, workflow: str, seen: Seen) -> Iterator[Fact]:
    """Give what the workflow reads as its exposure says: datasets, no fields."""
    found = next((one for one in project.exposures if one.name == workflow), None)
    if found is None:
        known = nearest(workflow, (one.name for one in project.exposures))
        hint = f"name it {known[0]}" if known else "declare the workflow as an exposure"
        yield UnseenFact(seen, "use", "the project has no exposure of the workflow's name", hint)
        return
    nodes = {node.id: node for node in project.nodes}
    for unique in found.depends_on:
        if (node := nodes.get(unique)) is not None:
            by = Principal("workflow", "")
            yield UseFact(seen, Name(namespace, project.path(node)), by, "select", 0, 0, confidence=Confidence.INFERRED)


def _described(name: Name, node: Node, seen: Seen) -> Iterator[Fact]:
    kind = DatasetKind.VIEW if node.view else DatasetKind.TABLE
    yield DatasetFact(
        seen,
        name,
        kind,
        documented=node.documented,
        changed_at=node.loaded_at,
        changed_by="dbt's sources.json" if node.loaded_at is not None else "",
        changed_as_of=node.looked_at,
    )
    for position, (column, spelt) in enumerate(node.columns or (), start=1):
        yield FieldFact(seen, name.at(column), position, spelt)
    if node.columns is None:
        reason = "the columns are not in dbt's catalog.json"
        yield UnseenFact(seen, "structure", reason, "run `dbt docs generate` after the models", name)
    if node.in_future:
        reason = "dbt found rows that are dated in the future; its newest moment says nothing"
        yield UnseenFact(seen, "data", reason, _WAREHOUSE, name)


def _resolved(project: Project, reads: str) -> Node | None:
    """Give what a plan's `reads` names: a model, `source.table`, `schema.table` or dbt's unique id; one, or nothing."""
    parts = tuple(part.casefold() for part in split_name(reads))
    called = [node for node in project.nodes if reads in {node.id, node.called}]
    placed = [
        node
        for node in project.nodes
        if parts and tuple(part.casefold() for part in node.place[-len(parts) :]) == parts
    ]
    for found in (called, placed):
        if len(found) == 1:
            return found[0]
    return None


def _from_url(url: str) -> Mapping[str, object]:
    return {"target": url.removeprefix("dbt://")}


CONNECTOR = Connector("dbt", DbtSettings, read, schemes=("dbt",), from_url=_from_url)
