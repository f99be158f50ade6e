"""Events of OpenLineage, in files or from a server: the last word of each job on each dataset that it writes.

Events come from elsewhere and are not trusted: what has another shape is counted, never told and never a crash.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from lineage.model import Confidence, Exposure, Name, Transformation

LONGEST: Final = 16_000_000
_MOST_RUNS: Final = 100_000
_FAILED: Final = frozenset({"FAIL", "ABORT"})
_WHOLE: Final = frozenset(
    {"s3", "s3a", "s3n", "gs", "abfs", "abfss", "wasb", "wasbs", "hdfs", "dbfs", "file", "kafka", "pubsub"}
)
"""Schemes under which a name is a path or a topic: its dots part nothing."""
_SUBTYPES: Final = {
    "DIRECT": frozenset({"IDENTITY", "TRANSFORMATION", "AGGREGATION"}),
    "INDIRECT": frozenset({"JOIN", "GROUP_BY", "FILTER", "SORT", "WINDOW", "CONDITIONAL"}),
}
_OURS: Final = re.compile(r"leaves (\w+)(?:, (\w+))?")
_LOGIN: Final = re.compile(r"//[^/@]*@")
_NEVER: Final = datetime.min.replace(tzinfo=UTC)

Step = tuple[Transformation, Exposure, Confidence]


@dataclass(frozen=True, slots=True)
class Written:
    """What an event says of a dataset that its job writes; `target` of a flow has no field where it is row-level."""

    at: datetime
    flows: tuple[tuple[Name, Name, Step], ...]
    columns: bool
    """It says which columns flow."""
    reads: bool
    """Its job reads anything."""


@dataclass(slots=True)
class Ran:
    """What the runs of a job of the workflow itself read and wrote."""

    runs: set[str] = field(default_factory=set)
    times: int = 0
    reads: dict[Name, datetime] = field(default_factory=dict)
    """Fields, and datasets of which no field is told."""
    writes: dict[Name, datetime] = field(default_factory=dict)


@dataclass(slots=True)
class Events:
    """What a file of events says in the end."""

    written: dict[tuple[str, Name], Written] = field(default_factory=dict)
    """Job and dataset -> the last event that says which columns flow, else the last."""
    last: dict[tuple[str, Name], datetime] = field(default_factory=dict)
    """Job and dataset -> its last event of any kind."""
    ended: dict[Name, tuple[datetime, datetime]] = field(default_factory=dict)
    """Dataset -> first event and end of the run that wrote it last, of those that came to a good end."""
    began: dict[str, datetime] = field(default_factory=dict)
    """Run -> its first event."""
    newest: datetime | None = None
    """The newest event of any kind: what came later is not told."""
    steps: dict[str, Ran] = field(default_factory=dict)
    """Job of the workflow itself -> what its runs read and wrote."""
    schemas: dict[Name, tuple[datetime, tuple[tuple[str, str], ...]]] = field(default_factory=dict)
    seen: set[Name] = field(default_factory=set)
    unread: int = 0
    """Lines that are no event."""
    failed: int = 0
    """Events of runs that failed: what they would have written is not there."""
    size: int = 0
    workflow: str | None = None
    """Name of the jobs that are the workflow's own: this, or this and a step's id behind a dot."""
    namespaces: Mapping[str, str] = field(default_factory=dict)
    """Namespace, or namespace, slash and first parts of names -> namespace."""

    def named(self, told: Mapping[str, object]) -> Name | None:
        """Give the name that an event gives a dataset or field, as the system's own connector would."""
        name = _named(told)
        if name is None or not self.namespaces:
            return name
        for size in range(len(name.path) - 1, -1, -1):
            key = f"{name.namespace}/{'.'.join(name.path[:size])}" if size else name.namespace
            if (mapped := self.namespaces.get(key)) is not None:
                return Name(mapped, name.path[size:])
        return name


def read_events(path: Path, workflow: str | None = None, namespaces: Mapping[str, str] | None = None) -> Events:
    """Read a file, or the files of a folder, a line at a time."""
    events = Events(workflow=workflow, namespaces=namespaces or {})
    for file in sorted(one for one in path.rglob("*") if one.is_file()) if path.is_dir() else [path]:
        _read_file(events, file)
    return events


def _read_file(events: Events, path: Path) -> None:
    with path.open("rb") as lines:
        while line := lines.readline(LONGEST + 1):
            events.size += len(line)
            if len(line) > LONGEST:
                events.unread += 1
                while line and not line.endswith(b"\n"):
                    line = lines.readline(LONGEST)
                    events.size += len(line)
            elif line.strip():
                _take(events, line)


def _take(events: Events, line: bytes) -> None:
    try:
        event = json.loads(line)
    except (ValueError, RecursionError):
        event = None
    take_event(events, event)


def take_event(events: Events, event: object) -> None:
    """Take one event in; what has another shape is counted."""
    if not isinstance(event, dict) or not ({"outputs", "inputs", "dataset", "job"} & event.keys()):
        events.unread += 1
        return
    if event.get("eventType") in _FAILED:
        events.failed += 1
        return
    at, job = _moment(event.get("eventTime")), _mapping(event.get("job"))
    ours = _text(event.get("producer")).startswith("urn:lineage-audit:")
    for raw in (*_list(event.get("inputs")), *_list(event.get("outputs")), _mapping(event.get("dataset"))):
        _note(events, _mapping(raw), at)
    key = f"{_text(job.get('namespace'))}/{_text(job.get('name'))}"
    _own_step(events, event, _text(job.get("name")), at)
    _end_of_run(events, event, at)
    for raw in _list(event.get("outputs")):
        output = _mapping(raw)
        name = events.named(output)
        if name is None:
            continue
        facet = _mapping(_mapping(output.get("facets")).get("columnLineage"))
        told = Written(at, tuple(_flows(events, name, facet, ours=ours)), bool(facet), bool(_list(event.get("inputs"))))
        events.last[key, name] = max(at, events.last.get((key, name), at))
        before = events.written.get((key, name))
        # A run tells its columns in one of its events only; a later run's word replaces an earlier one's.
        if before is None or (told.columns, told.at) >= (before.columns, before.at):
            events.written[key, name] = told


def _end_of_run(events: Events, event: Mapping[str, object], at: datetime) -> None:
    """Note which datasets a run has written when it came to a good end, and since when it ran."""
    if at == _NEVER:
        return
    events.newest = max(at, events.newest or at)
    run = _text(_mapping(event.get("run")).get("runId"))
    if run and (run in events.began or len(events.began) < _MOST_RUNS):
        events.began[run] = min(at, events.began.get(run, at))
    if event.get("eventType") != "COMPLETE":
        return
    for raw in _list(event.get("outputs")):
        name = events.named(_mapping(raw))
        if name is not None and (name not in events.ended or at > events.ended[name][1]):
            events.ended[name] = (events.began.get(run, at), at)


def _own_step(events: Events, event: Mapping[str, object], job: str, at: datetime) -> None:
    """Note what a run of the workflow itself read and wrote."""
    if events.workflow is None or (job != events.workflow and not job.startswith(f"{events.workflow}.")):
        return
    ran = events.steps.setdefault(job.removeprefix(events.workflow).lstrip("."), Ran())
    run = _text(_mapping(event.get("run")).get("runId"))
    if not run:
        ran.times += 1
    elif len(ran.runs) < _MOST_RUNS and run not in ran.runs:
        ran.runs.add(run)
        ran.times += 1
    for raw in _list(event.get("inputs")):
        if (name := events.named(_mapping(raw))) is not None:
            schema = _mapping(_mapping(_mapping(raw).get("facets")).get("schema"))
            columns = [_text(_mapping(one).get("name")) for one in _list(schema.get("fields"))]
            for read in [name.at(column) for column in columns if column] or [name]:
                ran.reads[read] = max(at, ran.reads.get(read, at))
    for raw in _list(event.get("outputs")):
        if (name := events.named(_mapping(raw))) is not None:
            ran.writes[name] = max(at, ran.writes.get(name, at))


def _note(events: Events, dataset: Mapping[str, object], at: datetime) -> None:
    name = events.named(dataset)
    if name is None:
        return
    events.seen.add(name)
    schema = _mapping(_mapping(dataset.get("facets")).get("schema"))
    fields = [_mapping(raw) for raw in _list(schema.get("fields"))]
    columns = tuple((_text(one.get("name")), _text(one.get("type"))) for one in fields if _text(one.get("name")))
    if columns and at >= events.schemas.get(name, (_NEVER, ()))[0]:
        events.schemas[name] = (at, columns)


def _flows(
    events: Events, target: Name, facet: Mapping[str, object], *, ours: bool
) -> Iterator[tuple[Name, Name, Step]]:
    for column, raw in _mapping(facet.get("fields")).items():
        told = _mapping(raw)
        old = _text(told.get("transformationType"))
        for source, steps in _sources(events, told.get("inputFields"), old, ours=ours):
            yield from ((source, target.at(column), step) for step in steps)
    for source, steps in _sources(events, facet.get("dataset"), "", ours=ours):
        yield from ((source, target, step) for step in steps)


def _sources(events: Events, raw: object, old: str, *, ours: bool) -> Iterator[tuple[Name, list[Step]]]:
    for entry in _list(raw):
        told = _mapping(entry)
        name, column = events.named(told), _text(told.get("field"))
        if name is not None:
            steps = [_step(_mapping(step), ours=ours) for step in _list(told.get("transformations"))]
            source = name.at(column) if column and column != "*" else name
            yield source, steps or [_step({"type": "DIRECT", "subtype": old, "masking": old == "MASKED"}, ours=False)]


def _step(told: Mapping[str, object], *, ours: bool) -> Step:
    kind = "INDIRECT" if _text(told.get("type")).upper() == "INDIRECT" else "DIRECT"
    subtype = _text(told.get("subtype")).upper()
    masking = told.get("masking") is True
    known = subtype in _SUBTYPES[kind]
    exposure = _left(kind, subtype, masking=masking)
    confidence = Confidence.EXACT if known else Confidence.INFERRED
    if ours and (said := _OURS.fullmatch(_text(told.get("description")))):
        exposure = Exposure(said[1]) if said[1] in set(Exposure) else exposure
        confidence = Confidence(said[2]) if said[2] in set(Confidence) else confidence
    subtype = subtype if known else ("CONDITIONAL" if kind == "INDIRECT" else "TRANSFORMATION")
    return Transformation(kind, subtype, masking), exposure, confidence


def _left(kind: str, subtype: str, *, masking: bool) -> Exposure:
    """Give the most that can be left of a value: the facet does not tell a maximum from a sum, or which mask."""
    if masking:
        return Exposure.PSEUDONYM
    if kind == "INDIRECT" or subtype == "TRANSFORMATION":
        return Exposure.DERIVED
    return Exposure.EXTREME if subtype == "AGGREGATION" else Exposure.RAW


def _named(told: Mapping[str, object]) -> Name | None:
    namespace, name = _LOGIN.sub("//", _text(told.get("namespace"))), _text(told.get("name"))
    if not namespace or not name:
        return None
    whole = namespace.partition(":")[0].lower() in _WHOLE
    return Name(namespace, (name,) if whole else tuple(name.split(".")))


def _moment(raw: object) -> datetime:
    try:
        found = datetime.fromisoformat(_text(raw))
    except ValueError:
        return _NEVER
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _mapping(raw: object) -> Mapping[str, object]:
    return raw if isinstance(raw, dict) else {}


def _list(raw: object) -> list[object]:
    return raw if isinstance(raw, list) else []


def _text(raw: object) -> str:
    return raw if isinstance(raw, str) else ""
