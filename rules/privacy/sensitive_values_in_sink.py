"""Raw sensitive values of the sources stand in a trace, a log, an evaluation set, a cache or an index.

Why it matters
--------------
What the workflow keeps of its runs is read by more people and kept longer than the sources. A mask at the prompt helps
nobody whose address stands in the trace of the retrieval before it.

What it looks at
----------------
Every store whose `at` names a dataset of the plan (`at: logs.traces`), and every dataset that is declared as `copy_of`
others: their text fields. Looked for are the values of all fields that the plan declares as sensitive, raw where they
come from, as keyed fingerprints in memory; in any capitals and spacing, with and without accents, across a broken line,
as escapes of JSON, URLs, HTML and mails, behind base64 and hexadecimal digits (headers, tokens, payloads), and in
scripts that part no words; addresses under aliases, phone numbers with and without country code, grouped account
numbers, addresses of machines in full and in short, dates in other orders and in seven languages.
Counts leave the process, values do not.
Broken: some were found. Held: none, in all that was read.
Values of fewer than six letters and digits are not looked for, and dates of birth alone are no finding: every date is
somebody's. Names of two Han signs are found where no other sign is next to them.
Unverified: the store's `at` names no dataset that can be read, or the sources could not be read; or a field holds
bytes, in which nothing is looked for: where a person knows that these are no text, declare it `sensitive: none`.

How to fix it
-------------
Mask before the store, purge what is there, and shorten its retention until then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from lineage.connector import Examine, ExamineKind, Part, Request
from lineage.facts import ExamineFact, FieldFact
from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Op, Operation, Subject
from lineage.model import DatasetId, Level, Name, Severity, Verdict
from lineage.plan.model import Dataset, Store
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules.privacy import _reading as reading
from rules.privacy._kinds import FREE_TEXT, NOT_SENSITIVE, expected, words

_TEXT: Final = "keep texts as text; where a person knows that these bytes are none, declare the field `sensitive: none`"
_NOT_ALONE: Final = frozenset(
    {*FREE_TEXT, *NOT_SENSITIVE, "first_name", "age", "gender", "sex", "city", "region", "nationality", "salary"}
    | {"quasi_identifier", "quasi", "postcode", "zip", "zip_code", "health", "religion", "ethnicity", "location"}
)
"""Kinds whose values are words or numbers of everybody: finding one says nothing."""
_WEAK: Final = frozenset({"birth_date", "date_of_birth", "date"})
_BYTES: Final = ("bytea", "blob", "tinyblob", "mediumblob", "longblob", "binary", "varbinary", "bytes", "large_binary")
_NO_TEXT: Final = ("int", "serial", "float", "double", "real", "bool", "vector", "timestamp", "date", *_BYTES)


@dataclass(frozen=True, slots=True)
class _Sink:
    """A dataset in which values are looked for."""

    dataset: Dataset
    store: Store | None

    @property
    def leaf(self) -> str:
        """The declared line that says what is kept there."""
        if self.store is None:
            return f"{self.dataset.path}.copy_of"
        return f"{self.store.path}.{'at' if self.store.content is None else 'content'}"

    @property
    def subject(self) -> Subject:
        """The store, else the dataset."""
        if self.store is not None:
            return Subject(store=self.store.id)
        return Subject(source=self.dataset.source, dataset=self.dataset.id)


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the values of sensitive fields to be looked for in every store that can be read."""
    return [found for sink in _sinks(ground) if (found := _search(ground, sink)) is not None]


def _sinks(ground: Ground) -> Iterator[_Sink]:
    known = {dataset.id: dataset for dataset in ground.plan.datasets()}
    for store in ground.plan.stores.values():
        if (dataset := known.get(DatasetId(store.at or ""))) is not None:
            yield _Sink(dataset, store)
    stored = {store.at for store in ground.plan.stores.values()}
    yield from (_Sink(dataset, None) for dataset in known.values() if dataset.copy_of and dataset.id not in stored)


def _search(ground: Ground, sink: _Sink) -> Examine | None:
    name = ground.catalog.physical(sink.dataset.id)
    if name is None:
        return None
    # A field that is itself declared as sensitive holds its values by right: only the others leak.
    declared = {
        field.column for field in sink.dataset.fields.values() if reading.declared_kind(field) and field.mask is None
    } - {field.column for field in sink.dataset.fields.values() if (field.sensitive or "").lower() in FREE_TEXT}
    texts = tuple(
        path for path, fact in ground.catalog.fields.get(name, {}).items() if path not in declared and _is_text(fact)
    )
    raws = _raws(ground, name)
    return Examine(ExamineKind.SINK, Part(name, texts), raws) if texts and raws else None


def _of_bytes(ground: Ground, sink: _Sink) -> list[str]:
    """Give the fields that hold bytes, which may be a text that is packed; not those that somebody has looked at."""
    name = ground.catalog.physical(sink.dataset.id)
    looked_at = {f.column for f in sink.dataset.fields.values() if (f.sensitive or "").lower() in NOT_SENSITIVE}
    facts = ground.catalog.fields.get(name, {}) if name is not None else {}
    return [
        ".".join(path) for path, fact in facts.items() if path not in looked_at and fact.type.lower().startswith(_BYTES)
    ]


def _is_text(fact: FieldFact) -> bool:
    return not fact.type.lower().startswith(_NO_TEXT)


def _raws(ground: Ground, sink: Name) -> tuple[Part, ...]:
    """Give every field that holds values of a declared kind raw, by dataset."""
    found: dict[Name, dict[tuple[str, ...], str]] = {}
    for dataset in ground.plan.datasets():
        for field in dataset.fields.values():
            kind = reading.declared_kind(field)
            name = ground.catalog.physical_field(dataset.id, field.name)
            if kind is None or kind.lower() in _NOT_ALONE or name is None:
                continue
            for raw in ground.graph.origins(name):
                # What is masked and derives from nothing that is known is not raw: its tokens may stand anywhere.
                own = raw == name and field.mask is not None
                there = raw.field in ground.catalog.fields.get(raw.dataset, {})
                if not own and there and raw.dataset != sink:
                    label = min(expected(kind)) if len(expected(kind)) == 1 else kind.lower()
                    found.setdefault(raw.dataset, {}).setdefault(raw.field, label)
    return tuple(Part(name, tuple(fields), tuple(fields.values())) for name, fields in found.items())


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge every store and every copy that can be read."""
    for sink in _sinks(evidence.ground):
        examine = _search(evidence.ground, sink)
        name = evidence.ground.catalog.physical(sink.dataset.id)
        if name is None:
            says, settle = f"{sink.dataset.id} was not found", f"name one that exists as `reads` of {sink.dataset.id}"
            yield _open(sink, says, settle)
        elif examine is not None:
            yield _judged(evidence, sink, examine)
        elif _of_bytes(evidence.ground, sink) and _raws(evidence.ground, name):
            yield _open(sink, f"nothing was looked for in {sink.dataset.id}: {_dark(evidence, sink)}", _TEXT)


def _dark(evidence: Evidence, sink: _Sink) -> str:
    fields = _of_bytes(evidence.ground, sink)
    return f"{', '.join(fields[:3])} {'holds' if len(fields) == 1 else 'hold'} bytes"


def _open(sink: _Sink, says: str, settle: str) -> Judgement:
    return Judgement(sink.leaf, Verdict.UNVERIFIED, Level.ASSERTED, sink.subject, says, settle=settle)


def _judged(evidence: Evidence, sink: _Sink, examine: Examine) -> Judgement:
    found = evidence.examined(examine)
    if isinstance(found, Unknown):
        return _open(sink, f"nothing was looked for in {sink.dataset.id}: {found.reason}", found.settle)
    counts = dict(found.counts)
    kinds = {name.removeprefix("records:"): int(n) for name, n in counts.items() if name.startswith("records:")}
    if kinds.keys() - _WEAK:
        return _broken(sink, examine, found, kinds)
    looked = f"none of {int(counts['looked for']):,} values in {found.rows:,} records of {sink.dataset.id}"
    short = f"; {int(counts['too short']):,} are too short to be looked for" if counts["too short"] else ""
    if not found.whole or not found.rows or not counts["looked for"]:
        reason = "there was nothing to look in" if not found.rows else "not every value was looked for"
        return _open(
            sink, f"{looked}{short}; {reason}", "scan again when there are records, or look for the rest by hand"
        )
    if _of_bytes(evidence.ground, sink):
        return _open(sink, f"{looked}{short}; {_dark(evidence, sink)}, in which nothing is looked for", _TEXT)
    return Judgement(sink.leaf, Verdict.HELD, Level.OBSERVED, sink.subject, looked + short)


def _broken(sink: _Sink, examine: Examine, found: ExamineFact, kinds: dict[str, int]) -> Judgement:
    counts = dict(found.counts)
    worst = sorted(kinds, key=lambda kind: -kinds[kind])
    told = ", ".join(
        f"{int(counts[f'values:{kind}']):,} {words(kind)} in {kinds[kind]:,} records" for kind in worst[:4]
    )
    part = next(part for part in examine.against if worst[0] in part.labels)
    raw = part.name.at(*part.fields[part.labels.index(worst[0])])
    place = sink.store.id if sink.store is not None else sink.dataset.id
    return Judgement(
        sink.leaf,
        Verdict.BROKEN,
        Level.OBSERVED,
        sink.subject,
        f"{place} holds raw values of the sources: {told}",
        Actual(
            int(counts["touched"]),
            "records",
            measured_at=found.seen.at,
            method="fingerprints",
            sample=found.rows,
            kinds=tuple(sorted(kinds)),
        ),
        path=(Hop(raw.short, sink.dataset.id, "stands in"),),
        operations=(Operation(Op.DROP_STORE, sink.store.id),) if sink.store is not None else (),
        fixes=(
            Fix(FixKind.CODE, f"mask what is written to {place} before it is written", effort="days"),
            Fix(FixKind.CONFIG, f"purge what stands in {sink.dataset.reads}", effort="hours"),
        ),
        confidence="observed",
        severity=None if sink.store is not None else Severity.HIGH,
    )


RULE = Rule(
    id="privacy/sensitive-values-in-sink",
    severity=Severity.BLOCKER,
    check=check,
    requests=requests,
    operations=(Op.DROP_STORE, Op.SHORTEN_RETENTION),
)
