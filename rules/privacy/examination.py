"""`EXAMINER`: masked values beside raw ones, raw values in texts, and how many records share what they tell.

Values stay in the arrays of one examination and go with it; what comes out are counts under our own words.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from lineage.connector import Examine, ExamineKind
from lineage.examiner import Examination
from rules.privacy._crowd import Crowds
from rules.privacy._leaks.search import Fingerprints
from rules.privacy._masks.heaps import heaped
from rules.privacy._masks.verified import paired
from rules.source._content import Contents

if TYPE_CHECKING:
    import pyarrow as pa

MOST: Final = 1_000_000
"""Records of each side that are kept in memory to compare them."""


@dataclass(slots=True)
class _Kept:
    """Columns of the parts, up to a bound."""

    examine: Examine
    tables: dict[int, list[pa.Table]] = field(default_factory=dict, repr=False)
    rows: dict[int, int] = field(default_factory=dict)
    whole: bool = True

    def take(self, part: int, columns: pa.Table) -> None:
        """Keep what still fits."""
        room = MOST - self.rows.get(part, 0)
        if columns.num_rows > room:
            self.whole = False
            columns = columns.slice(0, room)
        self.rows[part] = self.rows.get(part, 0) + columns.num_rows
        self.tables.setdefault(part, []).append(columns)

    def table(self, part: int) -> pa.Table | None:
        """Give a part's columns."""
        import pyarrow as pa

        found = self.tables.get(part)
        return pa.concat_tables(found).combine_chunks() if found else None

    def counts(self) -> Iterator[tuple[str, float]]:
        """Compare what was kept."""
        of, against = self.table(0), self.table(1)
        if of is None or against is None:
            yield "pairs", 0
            return
        yield from _masks(self.examine, of, against)


def _masks(examine: Examine, of: pa.Table, against: pa.Table) -> Iterator[tuple[str, float]]:
    words = [path[-1] for part in (examine.of, *examine.against) for path in part.fields]
    masked, raw = of.column(examine.keyed), against.column(examine.keyed)
    if examine.keyed:
        (masked, raw, *keys), alone = _joined(of, against, examine.keyed)
        found = paired(raw, masked, examine.method, of=examine.kinds, words=words, keys=keys)
        yield "pairs", found.pairs
        if alone:
            yield "alone", alone
    else:
        found = heaped(raw, masked, examine.method, of=examine.kinds, words=words)
        yield "values", found.pairs
    yield "distinct", found.distinct
    if found.opaque:
        yield "opaque", found.pairs
    for flaw in found.flaws:
        yield f"flaw:{flaw.how}", flaw.rows
        yield f"of:{flaw.how}", flaw.of


def _joined(of: pa.Table, against: pa.Table, keyed: int) -> tuple[list[pa.Array], int]:
    """Give masked and raw values of the records that both sides have, by their key, and the parts of that.

    Beside them, how many masked values have no record that they stand for.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    def key(table: pa.Table) -> pa.ChunkedArray:
        parts = [table.column(place) for place in range(keyed)]
        return parts[0] if keyed == 1 else pc.binary_join_element_wise(*parts, "\x1f")

    places = pc.index_in(key(of), value_set=pc.unique(key(against)))
    if pc.count_distinct(key(against)).as_py() < against.num_rows:
        # A key that repeats joins nothing: only records that are alone under theirs are compared.
        counts = pc.value_counts(key(against))
        once = counts.field("values").filter(pc.equal(counts.field("counts"), 1))
        against = against.filter(pc.is_in(key(against), value_set=once))
        places = pc.index_in(key(of), value_set=key(against).combine_chunks())
    there = pc.is_valid(places)
    sides = (
        of.column(keyed).filter(there),
        against.column(keyed).take(places.filter(there)),
        *(of.column(place).filter(there) for place in range(keyed)),
    )
    alone = pc.sum(pc.and_(pc.is_valid(of.column(keyed)), pc.invert(there))).as_py() or 0
    return [side.combine_chunks() if isinstance(side, pa.ChunkedArray) else side for side in sides], alone


@dataclass(slots=True)
class _Searched:
    """Raw values as fingerprints, then the texts in which they are looked for."""

    examine: Examine
    prints: Fingerprints = field(default_factory=Fingerprints)
    records: int = 0
    _hit: dict[str, int] = field(default_factory=dict)
    _values: dict[str, set[int]] = field(default_factory=dict, repr=False)
    _touched: int = 0
    whole: bool = True

    def take(self, part: int, columns: pa.Table) -> None:
        """Take fingerprints of raw values, or look for them in texts."""
        if part:
            labels = self.examine.against[part - 1].labels
            for place, label in enumerate(labels):
                room = MOST - self.prints.added
                values = columns.column(place).drop_null().unique().to_pylist()
                self.whole &= len(values) <= room
                self.prints.add(values[: max(0, room)], label)
        else:
            self._search(columns)

    def _search(self, columns: pa.Table) -> None:
        import numpy as np
        import pyarrow.compute as pc

        self.records += columns.num_rows
        touched: set[int] = set()
        for column in columns.columns:
            texts = pc.fill_null(column, "").combine_chunks()
            ends = np.cumsum(pc.binary_length(texts).to_numpy(zero_copy_only=False).astype(np.int64) + 1)
            hits = self.prints.search(_lines(texts))
            rows = np.searchsorted(ends, hits.places, side="right")
            # What begins in one record and ends in the next stands in neither.
            within = rows == np.searchsorted(ends, hits.ends - 1, side="right")
            rows, values = rows[within], hits.values[within]
            touched.update(rows.tolist())
            kinds = self.prints.kinds(hits)[within] if len(hits.values) else values
            for number, label in enumerate(self.prints.labels):
                mine = kinds == number
                self._hit[label] = self._hit.get(label, 0) + len(np.unique(rows[mine]))
                self._values.setdefault(label, set()).update(values[mine].tolist())
        self._touched += len(touched)

    def counts(self) -> Iterator[tuple[str, float]]:
        """Give records and values by kind."""
        yield "records", self.records
        yield "looked for", self.prints.added
        yield "too short", self.prints.short
        yield "touched", self._touched
        for label, hits in self._hit.items():
            if hits:
                yield f"records:{label}", hits
                yield f"values:{label}", len(self._values[label])


def _lines(texts: pa.StringArray) -> bytes:
    """Give all texts as one, each on a line of its own."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not len(texts):
        return b""
    whole = pa.ListArray.from_arrays([0, len(texts)], pc.cast(texts, pa.string()))
    return bytes(pc.binary_join(whole, "\n")[0].as_buffer())


@dataclass(frozen=True, slots=True)
class PrivacyExaminer:
    """Begins examinations."""

    def begin(self, examine: Examine) -> Examination:
        """Begin one."""
        if examine.kind is ExamineKind.CONTENT:
            return Contents()
        if examine.kind is ExamineKind.CROWD:
            return Crowds(examine)
        return _Searched(examine) if examine.kind is ExamineKind.SINK else _Kept(examine)


EXAMINER: Final = PrivacyExaminer()
