"""One aggregate statement for all that is asked of a dataset's rows, and what to do when a part of it fails.

    SELECT c0, c1, count(*), sum(m0), max(m1) FROM (SELECT <cell flags>, <measures of a row> FROM dataset WHERE ...)
    GROUP BY c0, c1

What is behind a join is joined once by its different keys, and the repeats of a key are one more row beside the rows:
`connectors._tasks.joins`.

A row that one bad column would fail is still counted: the statement is taken apart until the columns (and cells) that
fail stand alone, and those become `UnseenFact`s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from connectors._sql import Failed, Reading, Session, Traits
from connectors._tasks.by_index import newest_by_index
from connectors._tasks.clocks import Track
from connectors._tasks.joins import Beside
from connectors._tasks.parts import Part, Value, parts_of
from connectors._tasks.quantiles import quantiles
from connectors._tasks.rough import roughly, shares
from connectors._tasks.two_atoms import Told, atoms, role_of, settled, two_atoms
from connectors._tasks.written import written
from lineage.connector import Measure, MeasureKind, Profile
from lineage.facts import Atom, Fact, MeasureFact
from lineage.model import Name
from lineage.predicate import Joined, Predicate

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause, Select

Group = tuple[str | None, str]
"""Measures that fail together: of one field, or a costly one alone by its key."""
_COSTLY: Final = frozenset({MeasureKind.ORPHANS, MeasureKind.REPEATS})
_ALONE: Final = frozenset({MeasureKind.WRITTEN, MeasureKind.QUANTILE})
"""What statements of their own answer."""
_BYTES_PER_CELL: Final = 16


@dataclass(slots=True)
class Tally:
    """What was counted so far."""

    cells: tuple[Predicate, ...]
    rows: dict[Atom, int] = field(default_factory=dict)
    values: dict[str, dict[Atom, Value]] = field(default_factory=dict)
    """Measure key -> atom -> value."""
    unseen: dict[str | None, Failed] = field(default_factory=dict)
    """Field, or None for the dataset -> why."""


def read_profile(
    session: Session, profile: Profile, rows_estimate: int | None = None, joined_estimate: int | None = None
) -> Iterator[Fact]:
    """Answer a profile: facts for each atom and measure, and an UnseenFact for each field that could not be measured.

    Without an answer for the dataset itself (its `where` fails, it is too large) there is one UnseenFact for it; of one
    that is too large an index still tells the newest record, and a sample the shares for which an estimate will do.
    Where a cell fails, the dataset has an UnseenFact too, and its rows are told apart by the other cells.
    `joined_estimate` is of the rows behind joins: where they are too many, what needs them is left out.
    """
    name, budget = profile.relation.name, session.context.budget
    if rows_estimate is not None and rows_estimate > budget.rows:
        reason = f"over budget: about {rows_estimate:,} rows, {budget.rows:,} are allowed"
        reading = reading_of(session, profile)
        yield from newest_by_index(session, profile, reading)
        yield from shares(session, profile, reading, rows_estimate)
        yield from quantiles(session, profile, reading, rows_estimate)
        yield session.unseen("data", Failed(reason, "raise the source's budget of rows"), name)
        return
    unseen: dict[str | None, Failed] = {}
    if (rows_estimate or 0) + (joined_estimate or 0) > budget.rows and profile.joined:
        profile = _unjoined(profile, Failed("over budget: too many rows behind a join", "raise the budget"), unseen)
    yield from written(session, profile, reading_of(session, profile))
    yield from quantiles(session, profile, reading_of(session, profile), rows_estimate)
    profile = replace(profile, measures=tuple(one for one in profile.measures if one.kind not in _ALONE))
    tally = Tally(profile.cells)
    rough = roughly(session, profile, reading_of(session, profile), rows_estimate)
    try:
        _count(session, replace(profile, measures=rough.left) if rough else profile, tally)
    except Failed as failed:
        tally.unseen[None] = failed
    seen = session.seen("aggregate")
    where = str(profile.where) if profile.where is not None else ""
    for key, values in ({"rows": tally.rows} | tally.values if tally.rows else {}).items():
        for atom, value in values.items():
            yield MeasureFact(seen, profile.relation.dataset, where, atom, key, value)
    if rough and tally.rows:
        yield from rough.facts(session, profile, sum(tally.rows.values()))
    for field_name, why in (unseen | tally.unseen).items():
        yield session.unseen("data", why, _place(profile, field_name))


def profile_statement(
    reading: Reading, where: Predicate | None, cells: Sequence[Predicate], parts: Sequence[Part]
) -> Select[Any]:
    """Build the statement: a flag for each cell, count(*), then the columns of each part and its unreadable values.

    Where `apart`, its one row is for `connectors._tasks.two_atoms`.

    Raises:
        Failed: a predicate names what is not there.
    """
    import sqlalchemy as sa

    traits, told = reading.traits, told_of(reading, cells, parts)
    alone = apart(traits, cells, parts)
    conditions = [reading.condition(cell) for cell in cells]
    inner: list[Any] = [
        (condition if alone else traits.cell(condition)).label(f"c{number}")
        for number, condition in enumerate(conditions)
    ]
    values = (column for part in parts for column in part.aggregates)
    for one in told:
        if isinstance(one, Told):
            how, value, _ = next(values)
            inner.append((traits.counted(value) if how == "count" else value).label(one.label))
    source: FromClause = reading.table
    for part in parts:
        source = part.keys.joined_to(source) if part.keys is not None else source
    statement = sa.select(*(inner or [sa.literal_column("1").label("one")])).select_from(source)
    if where is not None:
        statement = statement.where(reading.condition(where))
    rows = statement.subquery("rows_read")
    if alone:
        return two_atoms(rows, rows.c.c0, [one for one in told if isinstance(one, Told)])
    beside: FromClause = rows
    outer: list[ColumnElement[Any]] = []
    for one in told:
        if isinstance(one, Beside):
            beside = sa.join(beside, one.row, sa.true())
            # It is the same beside every row: `max` only says so to a system that wants an aggregate.
            outer.extend(sa.func.max(column) for column in one.columns)
        else:
            outer.append(_aggregate(traits, rows.c[one.label], one.how, one.track))
    flags = [rows.c[f"c{number}"] for number in range(len(cells))]
    return sa.select(*flags, sa.func.count(), *outer).select_from(beside).group_by(*flags)


def told_of(reading: Reading, cells: Sequence[Predicate], parts: Sequence[Part]) -> list[Told | Beside]:
    """Give what is aggregated, in the order of the result."""
    found: list[Told | Beside] = []
    alone = apart(reading.traits, cells, parts)
    for part in parts:
        role = role_of(reading, cells[0], part.measure) if alone else None
        for how, _, track in part.aggregates:
            found.append(Told(f"m{len(found)}", how, track, role))
        if part.beside is not None:
            found.append(part.beside)
    return [*settled([one for one in found if isinstance(one, Told)])] if alone else found


def apart(traits: Traits, cells: Sequence[Predicate], parts: Sequence[Part]) -> bool:
    """Whether the statement tells two atoms apart in one row of its result, without GROUP BY."""
    # What is behind a join would be looked up for each aggregate anew.
    simple = len(cells) == 1 and not isinstance(cells[0], Joined)
    return traits.filters and simple and all(part.beside is None for part in parts)


def reading_of(session: Session, profile: Profile) -> Reading:
    """Give the dataset of a profile, ready to select from."""
    zones = {measure.field: measure.zone for measure in profile.measures if measure.field and measure.zone}
    table = session.traits.table(profile.relation.name).alias("dataset")
    return Reading(profile.relation, table, profile.joined, session.context.now, session.traits, zones)


def _aggregate(traits: Traits, column: ColumnElement[Any], how: str, track: Track | None) -> ColumnElement[Any]:
    import sqlalchemy as sa

    if how == "count":
        return traits.count(column)
    found: ColumnElement[Any] = getattr(sa.func, how)(column)
    return track.aggregated(found) if track is not None else found


def _unjoined(profile: Profile, why: Failed, unseen: dict[str | None, Failed]) -> Profile:
    """Give what of a profile needs no other dataset, and note what is left out."""
    if any(isinstance(cell, Joined) for cell in profile.cells):
        unseen[None] = why
    unseen.update({measure.field: why for measure in profile.measures if measure.kind is MeasureKind.ORPHANS})
    return replace(
        profile,
        cells=tuple(cell for cell in profile.cells if not isinstance(cell, Joined)),
        measures=tuple(measure for measure in profile.measures if measure.kind is not MeasureKind.ORPHANS),
    )


def _count(session: Session, profile: Profile, tally: Tally) -> None:
    """Count everything in one statement; where it fails, take it apart.

    Raises:
        Failed: the dataset cannot be counted at all.
    """
    groups: dict[Group, list[Measure]] = {}
    for measure in profile.measures:
        if measure.kind is not MeasureKind.ROWS:
            # What reads more than the rows may fail alone: a join of types that cannot be compared.
            alone = measure.key if measure.kind in _COSTLY else ""
            groups.setdefault((measure.field, alone), []).append(measure)
    fields = tuple(groups)
    try:
        _run(session, profile, tally, [measure for name in fields for measure in groups[name]])
    except Failed as failed:
        costly = [measure for measure in profile.measures if measure.kind in _COSTLY]
        if failed.final and costly:
            cheap = tuple(measure for measure in profile.measures if measure.kind not in _COSTLY)
            _count(session, replace(profile, measures=cheap), tally)
            tally.unseen.update({measure.field: failed for measure in costly})
            return
        if failed.final or not (fields or profile.cells):
            raise
        _count_base(session, profile, tally)
        for half in _halves(fields):
            _count_fields(session, profile, tally, groups, half)


def _count_base(session: Session, profile: Profile, tally: Tally) -> None:
    """Count the rows of each atom alone, without the cells that fail."""
    try:
        _run(session, profile, tally, ())
    except Failed as failed:
        if failed.final or not profile.cells:
            raise
        tally.cells = ()
        _run(session, profile, tally, ())
        tally.unseen[None] = failed
        good: list[Predicate] = []
        for cell in profile.cells:
            alone = Tally((cell,))
            try:
                _run(session, profile, alone, ())
            except Failed as why:
                tally.unseen[None] = why
            else:
                good.append(cell)
        if good:
            tally.cells = tuple(good)
            _run(session, profile, tally, ())


def _count_fields(
    session: Session, profile: Profile, tally: Tally, groups: Mapping[Group, list[Measure]], fields: Sequence[Group]
) -> None:
    try:
        _run(session, profile, tally, [measure for name in fields for measure in groups[name]])
    except Failed as failed:
        if len(fields) == 1 or failed.final:
            tally.unseen.update(dict.fromkeys((name for name, _ in fields), failed))
            return
        for half in _halves(fields):
            _count_fields(session, profile, tally, groups, half)


def _run(session: Session, profile: Profile, tally: Tally, measures: Sequence[Measure]) -> None:
    reading = reading_of(session, profile)
    parts = parts_of(reading, measures, profile.where, tally.cells)
    results = session.rows(profile_statement(reading, profile.where, tally.cells, parts))
    if apart(session.traits, tally.cells, parts):
        results = atoms(results[0], [one for one in told_of(reading, tally.cells, parts) if isinstance(one, Told)])
    keys = [str(cell) for cell in tally.cells]
    alone: list[Atom] = [(), *(((key, True),) for key in keys)]
    nothing = (0,) * len(keys) + (0,) + (None,) * sum(part.width for part in parts)
    rows: dict[Atom, int] = {}
    values: dict[str, dict[Atom, Value]] = {measure.key: {} for measure in measures}
    unseen: dict[str | None, Failed] = {}
    for result in results or [nothing]:
        atom = tuple(sorted(zip(keys, (bool(cell) for cell in result), strict=False)))
        rows[atom] = int(result[len(keys)])
        place = len(keys) + 1
        for part in parts:
            mine = result[place : place + part.width]
            place += part.width
            if part.beside is not None:
                values[part.measure.key] = {one: int(count or 0) for one, count in zip(alone, mine, strict=True)}
                continue
            try:
                values[part.measure.key][atom] = part.value(mine)
            except Failed as failed:
                unseen[part.measure.field] = failed
    tally.unseen.update(unseen)
    tally.values.update(
        {part.measure.key: values[part.measure.key] for part in parts if part.measure.field not in unseen}
    )
    tally.rows = rows
    read = sum(rows.values()) * (1 + sum(part.beside is not None for part in parts))
    session.cost.rows += read
    session.cost.bytes += read * _BYTES_PER_CELL * (1 + len(keys) + len(parts))


def _halves(fields: Sequence[Any]) -> Iterator[Sequence[Any]]:
    middle = len(fields) // 2
    return (half for half in (fields[:middle], fields[middle:]) if half)


def _place(profile: Profile, field_name: str | None) -> Name:
    if field_name is None:
        return profile.relation.name
    column = profile.relation.columns.get(field_name)
    return profile.relation.name.at(*(column.path if column is not None else (field_name,)))
