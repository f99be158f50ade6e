"""A schema registry, asked over HTTP for the schemas by which payloads are read."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from connectors._sql import Failed
from connectors._stores.event_payload import Schema
from connectors._stores.index_http import Server, base_of


@dataclass(slots=True)
class Registry:
    """A registry, or none; schemas are asked for once."""

    server: Server | None = None
    used: bool = False
    known: dict[str, Schema | None] = field(default_factory=dict)
    failed: Failed | None = None
    """Why it could not be asked."""
    requests: int = 0

    @classmethod
    def at(cls, url: str, user: str | None, password: str, *, used: bool) -> Registry:
        """Give the registry at a URL; one that is never asked where there is no URL.

        Raises:
            Failed: the URL is none of a server.
        """
        if not url or not used:
            return cls()
        base = base_of(url)
        if base is None:
            raise Failed("the registry's url is none of a server", "is it like https://host:8081?")
        login = base64.b64encode(f"{user}:{password}".encode()).decode()
        return cls(Server(base, {} if user is None else {"Authorization": f"Basic {login}"}, 10.0), used=True)

    def schema(self, number: int) -> Schema | None:
        """Give the schema with an id; None where it cannot be had."""
        return self._asked(f"/schemas/ids/{number}")

    def latest(self, topic: str) -> Schema | None:
        """Give the newest schema of a topic's values; None where there is none."""
        return self._asked(f"/subjects/{quote(topic, safe='')}-value/versions/latest")

    def _asked(self, path: str) -> Schema | None:
        if self.server is None:
            return None
        if path not in self.known:
            self.requests += 1
            try:
                self.known[path] = _parsed(self.server.get(path))
            except Failed as failed:
                self.known[path] = None
                if "(404)" not in failed.reason:
                    self.failed = Failed(f"schema registry: {failed.reason}", failed.settle)
        return self.known[path]


def _parsed(told: Any) -> Schema | None:
    if not isinstance(told, Mapping) or not isinstance(told.get("schema"), str):
        return None
    kind = str(told.get("schemaType") or "AVRO")
    if kind not in {"AVRO", "JSON"}:
        return kind, None
    try:
        parsed = json.loads(told["schema"])
    except (ValueError, RecursionError):
        return None
    if kind == "JSON":
        return kind, parsed
    from fastavro import parse_schema

    try:
        parse_schema(parsed)
    except Exception:  # noqa: BLE001 - fastavro raises what a schema that is none makes any of its steps raise
        return None
    return kind, parsed
