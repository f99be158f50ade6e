"""Spans as a table in memory, content and all, for what a plan asks of their values: nothing of it becomes a fact.

A dataset is `spans` (all), an operation (`model`, `retrieval`, `tool` ...), or `retrieved`: a row for each document
that came back. The fields are those that every span has, and one for each attribute; positions in lists become `*`, and
what stands at them is joined.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from connectors._documents.table import column_of, type_of
from connectors._files.open import not_a_name
from connectors._otlp.span import Span
from connectors._otlp.words import Read, retrieved
from connectors._sql import Failed

if TYPE_CHECKING:
    import pyarrow as pa

Row = dict[str, str | None]
OPERATIONS: Final = ("model", "embedding", "tool", "retrieval", "agent", "step", "event")
DATASETS: Final = ("spans", *OPERATIONS, "retrieved")
OWN: Final[Mapping[str, str]] = {
    "trace_id": "VARCHAR",
    "span_id": "VARCHAR",
    "operation": "VARCHAR",
    "step": "VARCHAR",
    "started_at": "TIMESTAMP WITH TIME ZONE",
    "milliseconds": "DOUBLE",
}
"""What every span has; an attribute of that name is not told."""
MAX_ROWS: Final = 200_000
MAX_FIELDS: Final = 2_000
_LONGEST: Final = 20_000
_ENOUGH_ROWS: Final = 1_000
_POSITION: Final = re.compile(r"(?<=\.)\d{1,6}(?=\.|$)")


@dataclass(slots=True)
class Table:
    """The rows of a dataset."""

    dataset: str
    rows: list[Row] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    """Name -> type, once `typed`."""
    left_out: int = 0
    """Names of attributes that look like values, or are too many."""
    more: bool = False
    """There are more spans than may be held."""
    whole: bool = True
    """Its values will be asked for: else a few rows tell its fields, and the rest is counted."""
    count: int = 0
    passed: set[tuple[str, ...]] = field(default_factory=set)

    def take(self, span: Span, read: Read) -> None:
        """Take a span, where it is one of the dataset."""
        if self.dataset in {"spans", read.operation}:
            if not self.whole and len(self.rows) >= _ENOUGH_ROWS:
                names = tuple(span.attributes)
                if names in self.passed or len(self.rows) >= MAX_ROWS:
                    self.count += 1
                    return
                self.passed.add(names)
            self._add(_own(span, read) | self._attributes(span.attributes))
        elif self.dataset == "retrieved" and read.operation == "retrieval":
            for one in retrieved(span.attributes):
                self._add(_own(span, read) | self._attributes(one))

    def typed(self) -> Mapping[str, str]:
        """Give the fields and their types, those of every span first."""
        if not self.fields:
            values: dict[str, list[str]] = {}
            for row in self.rows:
                for key, value in row.items():
                    values.setdefault(key, []).extend([] if value is None else [value])
            self.fields = {**OWN, **{key: type_of(found) for key, found in values.items() if key not in OWN}}
        return self.fields

    def columns(self) -> pa.Table:
        """Give the rows as columns of text.

        Raises:
            Failed: there are more than may be held.
        """
        import pyarrow as pa

        if self.more:
            reason = f"over budget: more than {MAX_ROWS:,} spans"
            raise Failed(reason, "give the connector a smaller sample of the traces")
        return pa.table(
            {column_of((key,)): pa.array([row.get(key) for row in self.rows], pa.string()) for key in self.typed()}
        )

    def _add(self, row: Row) -> None:
        self.count += 1
        if len(self.rows) >= MAX_ROWS:
            self.more = True
        else:
            self.rows.append(row)

    def _attributes(self, told: Mapping[str, object]) -> Row:
        row: Row = {}
        for raw, value in told.items():
            key = _POSITION.sub("*", raw)
            if key in OWN or not_a_name(key) or len(row) >= MAX_FIELDS:
                self.left_out += 1
            elif (text := _text(value)) is not None:
                before = row.get(key)
                row[key] = text if before is None else f"{before}\n{text}"[:_LONGEST]
            else:
                row.setdefault(key, None)
        return row


def _own(span: Span, read: Read) -> Row:
    took = f"{(span.end - span.start) / 1e6:.3f}".rstrip("0").rstrip(".") if span.end >= span.start > 0 else None
    at = datetime.fromtimestamp(span.start / 1e9, UTC).isoformat() if 0 < span.start < 4e18 else None
    return {
        "trace_id": span.trace,
        "span_id": span.id,
        "operation": read.operation,
        "step": read.named or None,
        "started_at": at,
        "milliseconds": took,
    }


def _text(value: object) -> str | None:
    match value:
        case None:
            return None
        case str():
            return value[:_LONGEST]
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case _:
            return json.dumps(value, ensure_ascii=False, default=str)[:_LONGEST]
