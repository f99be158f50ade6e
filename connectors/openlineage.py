"""OpenLineage: how columns flow, from the events that jobs told while they ran: in files, or at a server that has them.

See docs/connectors/openlineage.md for what is read, what is not, and what is left of a value.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, SecretStr, model_validator

from connectors._names import nearest
from connectors._openlineage.events import Events, read_events, take_event
from connectors._openlineage.http import Asked, Bounds, served_events
from lineage.connector import Connector, Settings, Structure, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import (
    AbsentFact,
    CostFact,
    DatasetFact,
    EdgeFact,
    Fact,
    FieldFact,
    OpaqueFact,
    ResolvedFact,
    Seen,
    SystemFact,
    UnseenFact,
    UseFact,
)
from lineage.model import DatasetKind, EdgeEvidence, Name, Principal

IDENTITY: Final = "file permissions"
_SYSTEM: Final = "name the system itself as a source"


class OpenlineageSettings(Settings):
    """Where the events are: in local files, or at a server."""

    path: str | None = Field(default=None, min_length=1, max_length=4096, repr=False)
    """A local file, an event in a line; or a folder of such files."""
    url: SecretStr | None = Field(default=None, min_length=1, max_length=4096)
    """A server that serves events: `https://marquez.acme.example`."""
    token: SecretStr | None = None
    """What the server asks for, as `Authorization: Bearer`."""
    most: int = Field(default=100_000, ge=1, le=10_000_000)
    """Events that are read of a server at most, the newest first."""
    namespaces: dict[str, str] = Field(default_factory=dict, max_length=100)
    """What events call a system -> what its own connector does: `duckdb://shop.duckdb/shop` -> `duckdb://1f2e...`."""
    workflow: str | None = Field(default=None, max_length=512)
    """Name of the workflow's own jobs: `support-reply`, and `support-reply.draft` for its step `draft`."""

    @model_validator(mode="after")
    def _names_one_place(self) -> Self:
        if (self.path is None) == (self.url is None):
            raise ValueError("give a path, or the url of a server")
        place = urlsplit(self.url.get_secret_value()) if self.url is not None else None
        if place is not None and (place.scheme not in {"http", "https"} or not place.hostname or "@" in place.netloc):
            raise ValueError("the url must be like https://marquez.acme.example; a secret is the connector's token")
        return self


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from the events.

    Raises:
        ConnectorError: the file cannot be read; the message does not name it.
    """
    started = time.monotonic()
    checked = OpenlineageSettings.model_validate(settings.model_dump())
    asked = Asked()
    events = _told(checked, context, asked)
    at = datetime.now(UTC)
    seen = Seen(context.source, at, "run events", IDENTITY if checked.url is None else "the server's own")
    if asked.cut:
        yield UnseenFact(seen, "definition", asked.cut, "raise the connector's most, or the source's budget")
    for task in tasks:
        if isinstance(task, Structure):
            yield from _structure(events, task, seen)
        else:
            what = {"Profile": "data", "Sample": "sample"}.get(type(task).__name__, "access")
            yield UnseenFact(seen, what, "events hold no rows and no grants", _SYSTEM, task.relation.name)
    yield CostFact(seen, asked.queries, 0, events.size + asked.bytes, round(time.monotonic() - started, 3))


def _told(settings: OpenlineageSettings, context: Context, asked: Asked) -> Events:
    if settings.url is not None:
        events = Events(workflow=settings.workflow, namespaces=settings.namespaces)
        token = settings.token.get_secret_value() if settings.token is not None else None
        bounds = Bounds(settings.most, context.budget.seconds)
        for event in served_events(settings.url.get_secret_value(), token, context.source, bounds, asked):
            take_event(events, event)
        return events
    path = settings.path or ""
    if "://" in path:
        raise ConnectorError(f"{context.source}: the path is no local file; name a server as the connector's url")
    try:
        return read_events(Path(path).expanduser(), settings.workflow, settings.namespaces)
    except (OSError, RuntimeError, ValueError) as e:
        raise ConnectorError(
            f"{context.source}: the file cannot be read ({type(e).__name__}); is the connector's path right?"
        ) from None


def _structure(events: Events, task: Structure, seen: Seen) -> Iterator[Fact]:
    yield SystemFact(seen, f"openlineage:{seen.source}", "OpenLineage", "", complete_catalogue=False)
    yield UnseenFact(seen, "access", "events hold no grants", _SYSTEM)
    if events.unread:
        reason = f"{events.unread:,} of the lines are no events of OpenLineage"
        yield UnseenFact(seen, "definition", reason, "write one event a line, as the file transport does")
    targets = {dataset: _resolved(events, reads) for dataset, reads in task.targets.items()}
    # A system that is a source of its own knows its datasets better: only what the plan reads here is described.
    described = {name for name in targets.values() if name is not None} if task.targets else events.seen
    for name in sorted(described):
        yield from _described(events, name, seen)
    yield from _edges(events, seen)
    yield from _steps(events, seen)
    for dataset, found in targets.items():
        if found is not None:
            yield ResolvedFact(seen, dataset, found)
        else:
            reads = task.targets[dataset]
            known = (".".join(name.path) for name in events.seen)
            yield AbsentFact(seen, dataset, reads, proven=False, nearest=nearest(reads, known))


def _described(events: Events, name: Name, seen: Seen) -> Iterator[Fact]:
    ended = events.ended.get(name)
    yield DatasetFact(
        seen,
        name,
        DatasetKind.TABLE,
        changed_at=ended[1] if ended is not None else None,
        changed_by="the runs that write it" if ended is not None else "",
        # What a run wrote it wrote between its first event and its last: the moment is the end, the error the length.
        changed_error=(ended[1] - ended[0]).total_seconds() if ended is not None else 0.0,
        changed_as_of=events.newest,
    )
    _, columns = events.schemas.get(name, (None, ()))
    for position, (column, spelt) in enumerate(columns, start=1):
        yield FieldFact(seen, name.at(column), position, spelt)
    if not columns:
        yield UnseenFact(seen, "structure", "no event tells the dataset's fields", _SYSTEM, name)


def _edges(events: Events, seen: Seen) -> Iterator[Fact]:
    facts: dict[EdgeFact, None] = {}
    for (job, name), told in sorted(events.written.items()):
        made_by = hashlib.sha256(job.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        if not told.columns and told.reads:
            yield OpaqueFact(seen, name, "the events of a job that writes it do not say which columns flow")
        for source, target, (transformation, exposure, confidence) in told.flows:
            if source.dataset == target.dataset:
                continue  # what stays where it is does not flow
            evidence = EdgeEvidence.OPENLINEAGE
            told_at = events.last.get((job, name)) if told.columns else None
            facts[EdgeFact(seen, source, target, transformation, exposure, confidence, evidence, made_by, told_at)] = (
                None
            )
    yield from facts


def _steps(events: Events, seen: Seen) -> Iterator[UseFact]:
    """Give what the runs of the workflow's own steps used: a step is an identity of its own."""
    for step, ran in sorted(events.steps.items()):
        by = Principal("workflow", step)
        for right, used in (("select", ran.reads), ("insert", ran.writes)):
            for name, last in sorted(used.items()):
                yield UseFact(seen, name, by, right, ran.times, 1, last=last)


def _resolved(events: Events, reads: str) -> Name | None:
    """Give what a plan's `reads` names: a name of OpenLineage, with its namespace or without, or the end of one."""
    parts = tuple(reads.split("."))
    found = [
        name for name in events.seen if reads in {str(name), ".".join(name.path)} or name.path[-len(parts) :] == parts
    ]
    return found[0] if len(found) == 1 else None


def _from_url(url: str) -> Mapping[str, object]:
    return {"path": url.removeprefix("openlineage://")}


CONNECTOR = Connector("openlineage", OpenlineageSettings, read, schemes=("openlineage",), from_url=_from_url)
