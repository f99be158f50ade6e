"""Events of OpenLineage over HTTP: `POST /api/v1/lineage`, and many at once to `/api/v1/lineage/batch`.

Of an event is kept what the connector `openlineage` reads: names of jobs, runs, datasets and fields, and how columns
flow. SQL, error messages, documentation, statistics and all other facets can hold values and are left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from lineage.listen.receiver import RefusedError, Route, Taken

FILE: Final = "openlineage.jsonl"
_JSON: Final = frozenset({"application/json"})
_LOGIN: Final = re.compile(r"//[^/@]*@")
_LEFT: Final = re.compile(r"leaves \w+(?:, \w+)?")
_EVENT: Final = frozenset({"outputs", "inputs", "dataset", "job"})


def kept(event: Mapping[str, object]) -> dict[str, object]:
    """Give what is read of an event, and nothing else of it."""
    found = _texts(event, "eventType", "eventTime", "producer")
    if isinstance(job := event.get("job"), dict):
        found["job"] = _texts(job, "namespace", "name")
    if isinstance(run := event.get("run"), dict):
        found["run"] = _texts(run, "runId")
    for side in ("inputs", "outputs"):
        if isinstance(listed := event.get(side), list):
            found[side] = [_dataset(one) for one in listed if isinstance(one, dict)]
    if isinstance(dataset := event.get("dataset"), dict):
        found["dataset"] = _dataset(dataset)
    return found


def _take_one(body: bytes, _content_type: str) -> Taken:
    return Taken((_line(_parsed(body)),), status=HTTPStatus.CREATED)


def _take_many(body: bytes, _content_type: str) -> Taken:
    told = _parsed(body)
    if not isinstance(told, list):
        raise RefusedError("send a list of events")
    lines = tuple(_line(each) for each in told)
    summary = {"received": len(lines), "successful": len(lines), "failed": 0, "retriable": 0, "non_retriable": 0}
    return Taken(lines, json.dumps({"status": "success", "summary": summary, "failed_events": []}).encode())


def _parsed(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise RefusedError("the body is not JSON") from None


def _line(event: object) -> bytes:
    if not isinstance(event, dict) or not _EVENT & event.keys():
        raise RefusedError("it is no event of OpenLineage")
    return json.dumps(kept(event), ensure_ascii=True, separators=(",", ":")).encode()


def _dataset(told: Mapping[str, object]) -> dict[str, object]:
    found: dict[str, object] = _named(told)
    facets = told.get("facets")
    facets = facets if isinstance(facets, dict) else {}
    kept_facets: dict[str, object] = {}
    if isinstance(schema := facets.get("schema"), dict):
        fields = schema.get("fields")
        listed = fields if isinstance(fields, list) else []
        kept_facets["schema"] = {"fields": [_texts(one, "name", "type") for one in listed if isinstance(one, dict)]}
    if isinstance(flows := facets.get("columnLineage"), dict):
        fields = flows.get("fields")
        kept_facets["columnLineage"] = {
            "fields": {
                column: _texts(one, "transformationType") | {"inputFields": _sources(one.get("inputFields"))}
                for column, one in (fields if isinstance(fields, dict) else {}).items()
                if isinstance(one, dict)
            },
            "dataset": _sources(flows.get("dataset")),
        }
    return {**found, "facets": kept_facets} if kept_facets else found


def _sources(told: object) -> list[object]:
    return [
        {**_named(one), **_texts(one, "field"), "transformations": _steps(one.get("transformations"))}
        for one in (told if isinstance(told, list) else [])
        if isinstance(one, dict)
    ]


def _steps(told: object) -> list[object]:
    found: list[object] = []
    for step in told if isinstance(told, list) else []:
        if isinstance(step, dict):
            kept_step: dict[str, object] = {**_texts(step, "type", "subtype"), "masking": step.get("masking") is True}
            # Others describe a step by its SQL; our own says what is left of the value.
            if isinstance(said := step.get("description"), str) and _LEFT.fullmatch(said):
                kept_step["description"] = said
            found.append(kept_step)
    return found


def _named(told: Mapping[str, object]) -> dict[str, object]:
    found = _texts(told, "namespace", "name")
    if isinstance(namespace := found.get("namespace"), str):
        found["namespace"] = _LOGIN.sub("//", namespace)
    return found


def _texts(told: Mapping[str, object], *keys: str) -> dict[str, object]:
    return {key: value for key in keys if isinstance(value := told.get(key), str)}


ROUTES: Final = (
    Route("/api/v1/lineage", FILE, _JSON, _take_one),
    Route("/api/v1/lineage/batch", FILE, _JSON, _take_many),
)
