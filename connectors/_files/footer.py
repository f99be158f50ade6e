"""What Parquet footers answer without reading a row: how many, how many are null, the first and the last moment.

They tell where row groups lie, too, so that a sample of very large files reads some of these only.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from connectors._files.open import Folder, numbered, refused
from connectors._patterns import Found
from connectors._sql import Failed, Session, bound, zone_named
from connectors._tasks.sample_blocks import Draw, Drawn, Values, effective
from lineage.clock import ClockForm, clock_form
from lineage.connector import Measure, MeasureKind, Profile
from lineage.facts import Fact, MeasureFact

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause

_ANSWERED: Final = frozenset({MeasureKind.ROWS, MeasureKind.NEWEST, MeasureKind.OLDEST, MeasureKind.NULLS})
_FORMS: Final = frozenset({ClockForm.AWARE, ClockForm.NAIVE, ClockForm.DATE})

_MOST_GROUPS: Final = 600
_SEED: Final = 20_260_101


@dataclass(frozen=True, slots=True)
class Group:
    """A row group: its file's place, its first row's number in the file, and how many rows it has."""

    file: int
    first: int
    rows: int


def read_footers(session: Session, profile: Profile, files: Sequence[Found]) -> Iterator[Fact] | None:
    """Answer a profile from footers; None where they do not tell all of it, so that the rows must be read."""
    if profile.where is not None or profile.cells or any(measure.kind not in _ANSWERED for measure in profile.measures):
        return None
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        footers = [pq.read_metadata(file.path) for file in files if file.size]
        answers = {
            measure.key: _answer(session, profile, footers, measure)
            for measure in profile.measures
            if measure.kind is not MeasureKind.ROWS
        }
    except (pa.ArrowException, OSError, ValueError, KeyError, Failed):
        return None
    session.cost.queries += len(footers)
    session.cost.bytes += sum(footer.serialized_size for footer in footers)
    rows = sum(footer.num_rows for footer in footers)
    seen = session.seen("footer")
    return iter(
        [
            MeasureFact(seen, profile.relation.dataset, "", (), key, value)
            for key, value in {MeasureKind.ROWS.value: rows, **answers}.items()
        ]
    )


def row_count(files: Sequence[Found]) -> int | None:
    """Give how many rows Parquet files have; None where a footer cannot be read."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        return sum(int(pq.read_metadata(file.path).num_rows) for file in files if file.size)
    except (pa.ArrowException, OSError, ValueError):
        return None


def _answer(session: Session, profile: Profile, footers: Sequence[Any], measure: Measure) -> int | datetime | None:
    column = profile.relation.columns[measure.field or ""]
    chunks = [_chunk(footer, group, column.path) for footer in footers for group in range(footer.num_row_groups)]
    told = [chunk.statistics for chunk in chunks]
    if any(statistics is None or not statistics.has_null_count for statistics in told):
        raise Failed("the footers hold no statistics", "read the rows")
    if measure.kind is MeasureKind.NULLS:
        return sum(int(statistics.null_count) for statistics in told)
    form = clock_form(column.type)
    if form not in _FORMS:
        raise Failed("the footers hold no moments of this type", "read the rows")
    zone = zone_named(measure.zone)
    # All groups without a value but those that hold nulls only must say their ends.
    filled = [
        (statistics, chunk)
        for statistics, chunk in zip(told, chunks, strict=True)
        if chunk.num_values > statistics.null_count
    ]
    if any(not statistics.has_min_max for statistics, _ in filled):
        raise Failed("the footers hold no ends", "read the rows")
    newest = measure.kind is MeasureKind.NEWEST
    ends = [_moment(statistics.max if newest else statistics.min, form, zone) for statistics, _ in filled]
    if not ends:
        return None
    now = session.context.now
    if newest and max(ends) > (now + measure.span.mean() if measure.span else now):
        raise Failed("a row is dated in the future", "read the rows")
    return max(ends) if newest else min(ends)


def _chunk(footer: Any, group: int, path: tuple[str, ...]) -> Any:
    row_group = footer.row_group(group)
    wanted = ".".join(path)
    found = [
        row_group.column(number)
        for number in range(row_group.num_columns)
        if row_group.column(number).path_in_schema == wanted
    ]
    if len(found) != 1:
        raise KeyError("no such column in this file")
    return found[0]


def _moment(told: object, form: ClockForm, zone: ZoneInfo) -> datetime:
    if isinstance(told, datetime):
        moment = told if form is ClockForm.NAIVE or told.tzinfo else told.replace(tzinfo=UTC)
    elif isinstance(told, date):
        moment = datetime(told.year, told.month, told.day)  # noqa: DTZ001 - a wall clock
    else:
        raise Failed("the footers hold no moments of this type", "read the rows")
    if form is ClockForm.AWARE:
        return moment.astimezone(UTC)
    return moment.replace(tzinfo=zone).astimezone(UTC)


def draw_groups(folder: Folder, files: Sequence[Found], table: str) -> Draw:
    """Give a way to draw row groups of Parquet files by chance, and rows of these; no other group is read."""

    def draw(session: Session, _whole: FromClause, values: Values, wanted: int, _total: int) -> Drawn | None:
        groups = _groups(files)
        rows = sum(group.rows for group in groups)
        budget = session.context.budget.rows
        if not groups or rows <= budget:
            return None
        chance = random.Random(_SEED)  # noqa: S311 - the same rows are drawn again, and nothing is secret
        some = chance.sample(groups, min(len(groups), _MOST_GROUPS, max(1, budget * len(groups) // rows)))
        held = sum(group.rows for group in some)
        found: list[Sequence[Any]] = []
        sizes: list[int] = []
        for group in sorted(some, key=lambda one: (one.file, one.first)):
            # Rounded by chance: many small groups would otherwise give none, or each of them one.
            share = min(group.rows, int(wanted * group.rows / held + chance.random()))
            numbers = chance.sample(range(group.first, group.first + group.rows), share)
            rows_of = _rows_of(session, folder, files[group.file], f"{table}_{group.file}", values, numbers)
            found.extend(rows_of)
            sizes.append(len(rows_of))
        return Drawn(found[:wanted], effective(size for size in sizes if size))

    return draw


def _groups(files: Sequence[Found]) -> list[Group]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    found: list[Group] = []
    for number, file in enumerate(files):
        if not file.size:
            continue
        try:
            footer = pq.read_metadata(file.path)
        except (pa.ArrowException, OSError, ValueError) as error:
            raise refused(error) from None
        first = 0
        for place in range(footer.num_row_groups):
            rows = int(footer.row_group(place).num_rows)
            found.append(Group(number, first, rows))
            first += rows
    return [group for group in found if group.rows]


def _rows_of(
    session: Session, folder: Folder, file: Found, view: str, values: Values, numbers: Sequence[int]
) -> Sequence[Sequence[Any]]:
    """Read rows of one group by their numbers; DuckDB skips groups whose numbers lie outside of the range."""
    import sqlalchemy as sa

    if not numbers:
        return ()
    numbered(folder, file, view)
    source = sa.table(view)
    number: ColumnElement[Any] = sa.column("file_row_number", sa.types.NullType(), _selectable=source)
    within = sa.and_(number.between(bound(min(numbers)), bound(max(numbers))), number.in_([bound(n) for n in numbers]))
    return session.rows(sa.select(*values(source)).select_from(source).where(within))
