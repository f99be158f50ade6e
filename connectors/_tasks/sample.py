"""One bounded sample of a dataset, seen by a detector here and now: no value leaves this module but as a count.

Every column is read as text, since a phone number may be a bigint and a birthday a date. Columns of bytes and vectors
hold no text and are said to be unseen.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from connectors._sql import Failed, Reading, Session
from connectors._tasks.bytes_in_text import LEFT_OUT, bytes_among, decoded
from connectors._tasks.sample_blocks import Draw
from lineage.connector import Column, Sample
from lineage.detector import Detector
from lineage.errors import PluginError
from lineage.facts import Fact, LabelFact, LookFact

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause, Select

MAX_CHARACTERS: Final = 20_000
"""Longer values are cut: a sample of documents must not fill the memory."""
WHOLE: Final = 5
"""A table of no more samples than these is looked at whole: two e-mail addresses in 10,000 rows are a leak."""
_FACTOR: Final = 1_103_515_245
_PRIME: Final = 2_147_483_647
"""They mix the numbers of rows; no product of a table with fewer than 8,000,000,000 rows is too large for 64 bits."""
_NO_TEXT: Final = re.compile(
    # A type of an extension is named with its schema: `public.vector(384)`.
    r"(?:(?:\"[^\"]*\"|\w+)\.)?(bytea|blob|binary|varbinary|image|vector|halfvec|sparsevec|tsvector|geometry|geography)\b"
)


@dataclass(frozen=True, slots=True)
class Looked:
    """A sample in memory: column -> its values as text."""

    values: Mapping[str, Sequence[str | None]]
    rows: int
    whole: bool
    """It is every row."""
    how: str
    blocks: int = 0
    """How many blocks of one size say as much as it; 0 where that is not known."""


def read_sample(session: Session, sample: Sample, draw: Draw | None = None) -> Iterator[Fact]:
    """Answer a sample: a LookFact for each column that was looked at, a LabelFact for what the detector saw in it.

    Where the connector can `draw` blocks of a large dataset, it does.
    """
    name, detector = sample.relation.name, session.context.detector
    if detector is None:
        yield session.unseen("sample", Failed("no detector was given", "scan with a detector"), name)
        return
    columns: dict[str, Column] = {}
    for field_name, column in {
        column.path: (name, column) for name, column in sample.relation.columns.items()
    }.values():
        if _NO_TEXT.match(column.type.lower()):
            why = Failed(f"{column.type.lower()} holds no text", "review by hand what is kept in it")
            yield session.unseen("sample", why, name.at(*column.path))
        else:
            columns[field_name] = column
    unseen: dict[str, Failed] = {}
    try:
        sample = _counted(session, sample) if columns else sample
        looked = _looked(session, sample, tuple(columns), unseen, draw) if columns else []
    except Failed as failed:
        yield session.unseen("sample", failed, name)
        return
    for part in looked:
        yield from _facts(session, sample, part, detector)
    for field_name, why in unseen.items():
        yield session.unseen("sample", why, name.at(*columns[field_name].path))


def of_a_part(facts: Iterable[Fact], how: str, rows_total: int | None, blocks: int = 0) -> Iterator[Fact]:
    """Say of what was seen in records that were picked `how`, in so many blocks, that they are not all of so many."""
    for fact in facts:
        match fact:
            case LookFact():
                seen = replace(fact.seen, how=how)
                yield replace(fact, seen=seen, rows_total=rows_total, whole=False, blocks=blocks)
            case LabelFact():
                yield replace(fact, seen=replace(fact.seen, how=how))
            case _:
                yield fact


def _counted(session: Session, sample: Sample) -> Sample:
    """Count the rows of what the catalogue has no estimate for, as of a view, as far as the budget allows that."""
    import sqlalchemy as sa

    table, most = session.traits.table(sample.relation.name), session.context.budget.rows
    # Where no rows can be spread, it is of no use to know how many there are.
    if sample.rows_total is not None or session.traits.sampled(table, sample.relation.name, 1.0) is None:
        return sample
    some = sa.select(sa.literal_column("1").label("one")).select_from(table).limit(most + 1).subquery("some")
    try:
        [(rows,)] = session.rows(sa.select(sa.func.count()).select_from(some))
    except Failed as failed:
        if failed.final:
            raise
        return sample
    return sample if rows > most else replace(sample, rows_total=int(rows))


def _looked(
    session: Session, sample: Sample, fields: Sequence[str], unseen: dict[str, Failed], draw: Draw | None
) -> list[Looked]:
    """Read the sample; where a column fails, read the others without it."""
    try:
        return [_read(session, sample, fields, draw)]
    except Failed as failed:
        if failed.final:
            raise
        if len(fields) == 1:
            unseen[fields[0]] = failed
            return []
    middle = len(fields) // 2
    halves = (fields[:middle], fields[middle:])
    return [part for half in halves for part in _looked(session, sample, half, unseen, draw)]


def _read(session: Session, sample: Sample, fields: Sequence[str], draw: Draw | None) -> Looked:
    wanted = max(1, sample.most or session.context.budget.sample)
    spread = sample.rows_total is not None and sample.rows_total > wanted
    most = min(WHOLE * wanted, session.context.budget.rows)
    if spread and sample.most is None and (sample.rows_total or 0) <= most:
        first = _first(session, sample, fields, most)
        if first.whole:  # the catalogue may think a table smaller than it is
            return first
    if spread and draw is not None and (looked := _drawn(session, sample, fields, draw, wanted)) is not None:
        return looked
    if spread and (statement := _statement(session, sample, fields, wanted)) is not None:
        try:
            rows = session.rows(statement)
        except Failed as failed:
            if failed.final:
                raise
        else:
            if rows:
                return _whole_blocks(session, sample, _kept(session, fields, rows, wanted, "spread sample"))
    return _first(session, sample, fields, wanted)


def _first(session: Session, sample: Sample, fields: Sequence[str], wanted: int) -> Looked:
    statement = _statement(session, sample, fields, None)
    if statement is None:
        raise Failed("no sample can be taken", "scan again")
    return _kept(session, fields, session.rows(statement.limit(wanted + 1)), wanted, "first rows")


def _whole_blocks(session: Session, sample: Sample, looked: Looked) -> Looked:
    """Say of a sample that is one of whole blocks how many these are, as far as the catalogue tells."""
    name, traits = sample.relation.name, session.traits
    if not traits.in_blocks(name):
        return looked
    blocks = (traits.blocks(name) or 0) * looked.rows // max(1, sample.rows_total or 1)
    return replace(looked, how="block sample", blocks=blocks)


def _drawn(session: Session, sample: Sample, fields: Sequence[str], draw: Draw, wanted: int) -> Looked | None:
    """Draw blocks; None where there is no such sample, for whatever reason but the time being up."""
    if sample.where is not None:
        return None

    def values(source: FromClause) -> list[ColumnElement[Any]]:
        reading = Reading(sample.relation, source, sample.joined, session.context.now, session.traits)
        return _texts(reading, fields)

    table = session.traits.table(sample.relation.name).alias("dataset")
    try:
        drawn = draw(session, table, values, wanted, sample.rows_total or 1)
    except Failed as failed:
        if failed.final:
            raise
        return None
    if drawn is None:
        return None
    how = "block sample" if drawn.effective < len(drawn.rows) else "spread sample"
    return replace(_kept(session, fields, drawn.rows, wanted, how), blocks=drawn.effective)


def _statement(session: Session, sample: Sample, fields: Sequence[str], wanted: int | None) -> Select[Any] | None:
    """Build a sample of about `wanted` rows, or with None of the first rows; None where rows cannot be spread."""
    import sqlalchemy as sa

    table = session.traits.table(sample.relation.name)
    source: FromClause
    if wanted is None:
        source = table.alias("dataset")
    else:
        # Not a row more than wanted: what is cut off is always the end of the table, its newest rows.
        share = min(1.0, wanted / max(1, sample.rows_total or 1))
        spread = session.traits.sampled(table, sample.relation.name, share)
        if spread is None:
            return None
        source = spread
    reading = Reading(sample.relation, source, sample.joined, session.context.now, session.traits)
    statement = sa.select(*_texts(reading, fields)).select_from(source)
    if sample.where is not None:
        statement = statement.where(reading.condition(sample.where))
    return statement if wanted is None else statement.limit(wanted)


def _texts(reading: Reading, fields: Sequence[str]) -> list[ColumnElement[Any]]:
    import sqlalchemy as sa

    return [
        sa.func.substr(reading.traits.text(reading.field(name)), 1, MAX_CHARACTERS).label(f"v{number}")
        for number, name in enumerate(fields)
    ]


def _kept(session: Session, fields: Sequence[str], rows: Sequence[Sequence[Any]], wanted: int, how: str) -> Looked:
    whole = how == "first rows" and len(rows) <= wanted
    kept = rows[:wanted]
    values = {
        name: [None if row[number] is None else decoded(row[number]) for row in kept]
        for number, name in enumerate(fields)
    }
    session.cost.rows += len(rows)
    session.cost.bytes += sum(len(value) for column in values.values() for value in column if value is not None)
    return Looked(values, len(kept), whole, "every row" if whole else how)


def _facts(session: Session, sample: Sample, looked: Looked, detector: Detector) -> Iterator[Fact]:
    import pyarrow as pa

    seen = session.seen(looked.how)
    headers = _headers({name: sample.relation.columns[name] for name in looked.values})
    names = {header: sample.relation.name.at(*sample.relation.columns[name].path) for name, header in headers.items()}
    table = pa.table({header: pa.array(looked.values[name], pa.string()) for name, header in headers.items()})
    try:
        labels = list(detector.detect(table))
    except PluginError:
        why = Failed("a part of the detector is missing", "install the package again (in a clone: `make setup`)")
        yield from (session.unseen("sample", why, place) for place in names.values())
        return
    except Exception as error:  # noqa: BLE001 - what a detector raises may quote the values that it was given
        why = Failed(f"the detector crashed ({type(error).__name__})", "report this as a bug of the detector")
        for place in names.values():
            yield session.unseen("sample", why, place)
        return
    for field_name, header in headers.items():
        present = [value for value in looked.values[field_name] if value is not None]
        whole = looked.whole and all(len(value) < MAX_CHARACTERS for value in present)
        total = looked.rows if looked.whole else sample.rows_total
        how, count = seen, len(present)
        if left_out := bytes_among(present):
            why = Failed(f"{left_out:,} of {count:,} values hold bytes and no text", "review by hand what they hold")
            yield session.unseen("sample", why, names[header])
            how, count, whole = replace(seen, how=LEFT_OUT), count - left_out, False
        if count or not left_out:
            yield LookFact(how, names[header], looked.rows, total, whole, detector.name, count, looked.blocks)
        else:
            labels = [label for label in labels if label.column != header]
    for label in labels:
        yield LabelFact(
            seen,
            names[label.column],
            label.label,
            label.hits,
            label.looked,
            label.why,
            label.confidence,
            label.interval,
        )


def one_of_every(table: FromClause, share: float) -> FromClause | None:
    """Give about that share of a table's rows: of every so many rows, as the system reads them, one by chance.

    Taking every nth row would see nothing, or nothing else, of what comes back every so many rows. The place that is
    drawn anew for each stretch is the same each time. For `Traits.sampled`: it reads the whole table, so it suits
    systems that do so fast and have no cheaper sample.
    """
    import sqlalchemy as sa

    place = "number of the row"
    numbered = sa.select(sa.literal_column("*"), sa.func.row_number().over().label(place)).select_from(table).subquery()

    def number(value: int) -> ColumnElement[int]:
        return sa.literal_column(str(value), sa.Integer())

    column: ColumnElement[int] = sa.column(place, sa.BigInteger(), _selectable=numbered)
    nth = number(max(1, math.ceil(1 / share)))
    within = (column - number(1)) % nth
    mixed = (column - number(1) - within) * number(_FACTOR) % number(_PRIME)
    drawn = mixed * mixed % number(_PRIME) % nth
    return sa.select(sa.literal_column("*")).select_from(numbered).where(within == drawn).subquery("dataset")


def _headers(columns: Mapping[str, Column]) -> dict[str, str]:
    """Give each field its header: its own name, since headers are evidence, and its whole path where two are alike."""
    last = [column.path[-1] for column in columns.values()]
    return {
        name: column.path[-1] if last.count(column.path[-1]) == 1 else ".".join(column.path)
        for name, column in columns.items()
    }
