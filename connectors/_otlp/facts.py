"""Spans gathered into facts: counts, times and names by step; no content is kept beyond the span that holds it."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from connectors._otlp.files import Counts
from connectors._otlp.span import Span
from connectors._otlp.words import Names, Read, read_span
from lineage.facts import Fact, Seen, SpanFact, Spread, TraceFact, UnseenFact

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_THRESHOLD: Final = re.compile(r"(?:^|,)\s*ot=(?:[^,]*;)?th:([0-9a-f]{1,14})")
_DEEPEST: Final = 12
_MOST_GROUPS: Final = 2_000
_MOST_KEYS: Final = 2_000

Group = tuple[str, tuple[str, ...], str, str, str, str]
"""Step, the steps around it, operation, provider, model, tool."""


class _Kept(NamedTuple):
    """Of a span what its place among others needs."""

    trace: str
    id: str
    parent: str
    read: Read
    milliseconds: float | None
    error: bool


@dataclass(slots=True)
class _Sum:
    """What spans of a group add up to."""

    spans: int = 0
    errors: int = 0
    traces: set[str] = field(default_factory=set)
    attributes: Counter[frozenset[str]] = field(default_factory=Counter)
    """Spans by all their attributes: spans of a group have the same few sets."""
    content: Counter[frozenset[str]] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    offered: Counter[frozenset[str]] = field(default_factory=Counter)
    milliseconds: list[float] = field(default_factory=list)
    input_tokens: list[float] = field(default_factory=list)
    output_tokens: list[float] = field(default_factory=list)
    found: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Gathered:
    """Every span of a store that was read, without content."""

    step: str | None = None
    """The attribute by which the runs name their steps."""
    names: Names = field(default_factory=Names)
    kept: list[_Kept] = field(default_factory=list)
    oldest: int = 0
    newest: int = 0
    sampled: float | None = None

    def take(self, span: Span) -> Read:
        """Take note of a span, and give what it says."""
        read = read_span(span, self.names, self.step)
        took = (span.end - span.start) / 1e6 if span.end >= span.start > 0 and not span.event else None
        self.kept.append(_Kept(span.trace, span.id, span.parent, read, took, span.error))
        if span.start:
            self.oldest = min(self.oldest or span.start, span.start)
            self.newest = max(self.newest, span.start)
        if span.state and (told := _THRESHOLD.search(span.state)) is not None:
            share = 1 - int(told[1].ljust(14, "0"), 16) / 16**14
            self.sampled = share if self.sampled is None else min(self.sampled, share)
        return read

    def facts(self, seen: Seen, counts: Counts) -> Iterator[Fact]:
        """Give the store as a whole, then its spans by step."""
        by_id = {(one.trace, one.id): one for one in self.kept if one.id}
        groups: dict[Group, _Sum] = {}
        tokens: Counter[str] = Counter()
        for one in self.kept:
            path = _path(one, by_id)
            group = _group(one.read, path)
            if group not in groups and len(groups) >= _MOST_GROUPS:
                self.names.refused += 1
                group = ("", (), one.read.operation, "", "", "")
            if (found := groups.get(group)) is None:
                found = groups[group] = _Sum()
            _add(found, one)
            if one.read.input_tokens is not None and one.read.operation == "model":
                tokens[one.trace] += one.read.input_tokens
        yield self._whole(seen, counts, by_id, tokens)
        for group, found in sorted(groups.items()):
            yield _span_fact(seen, group, found)
        yield from _unread(seen, counts, self.names)

    def _whole(self, seen: Seen, counts: Counts, by_id: dict[tuple[str, str], _Kept], tokens: Counter[str]) -> Fact:
        roots = [one for one in self.kept if not one.parent and one.read.operation != "event"]
        answered = {one.trace for one in self.kept if one.read.operation == "model"}
        sourced = {one.trace for one in self.kept if one.read.identified}
        unpinned = {one.trace for one in self.kept if one.read.versioned < one.read.identified}
        return TraceFact(
            seen,
            len({one.trace for one in self.kept}),
            len(self.kept),
            whole=not counts.unread and not counts.left_out,
            oldest=_moment(self.oldest),
            newest=_moment(self.newest),
            orphans=sum(1 for one in self.kept if one.parent and (one.trace, one.parent) not in by_id),
            sampled=self.sampled,
            milliseconds=_spread([one.milliseconds for one in roots if one.milliseconds is not None]),
            input_tokens=_spread([float(count) for count in tokens.values()]),
            dialects=tuple(sorted({dialect for one in self.kept for dialect in one.read.dialects})),
            answered=len(answered),
            sourced=len(answered & sourced),
            pinned=len(answered & sourced - unpinned),
        )


def _path(one: _Kept, by_id: dict[tuple[str, str], _Kept]) -> tuple[str, ...]:
    """Give the names of the steps around a span and its own, the outermost first, each once."""
    names: list[str] = []
    at: _Kept | None = one
    for _ in range(_DEEPEST):
        if at is None:
            break
        if at.read.named and at.read.named not in names and at.read.operation != "event":
            names.append(at.read.named)
        at = by_id.get((at.trace, at.parent)) if at.parent else None
    return tuple(reversed(names))


def _group(read: Read, path: tuple[str, ...]) -> Group:
    if read.operation == "event":
        return read.named, path, read.operation, read.provider, read.model, read.tool
    return path[-1] if path else "", path[:-1], read.operation, read.provider, read.model, read.tool


def _add(found: _Sum, one: _Kept) -> None:
    read = one.read
    found.spans += 1
    found.errors += one.error
    found.traces.add(one.trace)
    found.attributes[read.keys] += 1
    if read.content:
        found.content[read.content] += 1
    if read.offered:
        found.offered[read.offered] += 1
    if read.events:
        found.events.update(set(read.events))
    if one.milliseconds is not None:
        found.milliseconds.append(one.milliseconds)
    if read.input_tokens is not None:
        found.input_tokens.append(float(read.input_tokens))
    if read.output_tokens is not None:
        found.output_tokens.append(float(read.output_tokens))
    if read.documents is not None:
        found.found.append(read.documents)


def _span_fact(seen: Seen, group: Group, found: _Sum) -> SpanFact:
    step, within, operation, provider, model, tool = group
    return SpanFact(
        seen,
        step,
        operation,
        found.spans,
        len(found.traces),
        found.errors,
        provider,
        model,
        tool,
        attributes=_counted(found.attributes),
        content=_counted(found.content),
        events=tuple(sorted(found.events.most_common(_MOST_KEYS))),
        milliseconds=_spread(found.milliseconds),
        input_tokens=_spread(found.input_tokens),
        output_tokens=_spread(found.output_tokens),
        found=sum(found.found) if found.found else None,
        empty=found.found.count(0),
        within=within,
        offered=_counted(found.offered),
    )


def _counted(sets: Counter[frozenset[str]]) -> tuple[tuple[str, int], ...]:
    """Give how many spans carry each name."""
    found: Counter[str] = Counter()
    for names, spans in sets.items():
        for name in names:
            found[name] += spans
    return tuple(sorted(sorted(found.items(), key=lambda one: (-one[1], one[0]))[:_MOST_KEYS]))


def _unread(seen: Seen, counts: Counts, names: Names) -> Iterator[UnseenFact]:
    for why, count in sorted(counts.unread.items()):
        reason = f"{why}: {count:,} times"
        yield UnseenFact(seen, "data", reason, "export the traces again as OTLP in JSON, and scan again")
    if counts.left_out:
        settle = "raise the source's budget, or give the connector a smaller sample of the traces"
        yield UnseenFact(seen, "data", f"{counts.left_out}: the rest was not read", settle)
    if names.refused:
        reason = f"{names.refused:,} names of models, tools, steps or attributes look like values, and are not told"
        yield UnseenFact(seen, "definition", reason, "give them names in plain words")


def _spread(figures: Sequence[float]) -> Spread | None:
    """Give figures by nearest rank; None where there are none."""
    if not figures:
        return None
    ordered = sorted(figures)
    p50, p95 = (ordered[max(0, math.ceil(len(ordered) * share) - 1)] for share in (0.5, 0.95))
    return Spread(len(ordered), p50, p95, ordered[-1], math.fsum(ordered))


def _moment(nanoseconds: int) -> datetime | None:
    try:
        return _EPOCH + timedelta(microseconds=nanoseconds // 1_000) if nanoseconds else None
    except OverflowError:
        return None
