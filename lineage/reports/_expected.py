"""What a plan expects of a dataset, as expectations of Great Expectations: of which records, and on which leaf.

A newest record is told by two: the largest moment is no older than the limit, which nothing keeps where there is no
record, and some moment lies between the limit and now, which a record that is dated in the future does not keep.
A share of fresh records is that of those that have a moment: where ours is decided it says the same, for a record
without one may be fresh or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lineage.cells import launch_cells, segment_cells, value_cells
from lineage.clock import ClockForm, clock_form
from lineage.model import DatasetId, split_name
from lineage.plan.model import Dataset, Field, Fresh, Need, Plan, Source
from lineage.predicate import Or, Predicate, conjunction
from lineage.reports._row_condition import Unsayable, row_condition

_QUOTES: Final = {"postgresql": '"', "sqlite": '"', "mysql": "`"}
"""Kind of source -> what a name is quoted by; of a source that only SQLAlchemy knows it is not known."""
_NO_COLUMNS: Final = frozenset({"load_time", "copy_time"})
"""Clocks that are no fields, unless a field has that name."""
_ANY: Final = 1e-12
"""A share that one record in any table is more than."""
_PLAIN: Final = re.compile(r"[^\W\d][\w$. -]*")
"""A name that means nothing else in a statement's text, once it is quoted: no brace, colon, percent sign or quote."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """An expectation, and the leaf of the plan that it is about."""

    kind: str
    leaf: str
    kwargs: Mapping[str, Any]


@dataclass(slots=True)
class Suite:
    """What is expected of one dataset; `left_out` is filled as its expectations are given."""

    plan: Plan
    source: Source
    dataset: Dataset
    left_out: list[str] = field(default_factory=list)

    def expectations(self) -> Iterator[Expectation]:
        """Give every expectation.

        Raises:
            Unsayable: the dataset's `where` cannot be said.
        """
        dataset, read = self.dataset, self._of(None)
        if any(one.need is Need.REQUIRED for one in dataset.fields.values()):
            yield Expectation("expect_table_row_count_to_be_between", dataset.path, {"min_value": 1, **read})
        if dataset.fresh is not None:
            yield from self._fresh(dataset.fresh)
        if dataset.key:
            yield from self._key(read)
        for one in dataset.fields.values():
            yield from self._of_field(one, read)

    def _key(self, read: Mapping[str, Any]) -> Iterator[Expectation]:
        leaf = f"{self.dataset.path}.key"
        declared = (self.dataset.fields.get(name) for name in self.dataset.key)
        if any(one is not None and len(one.column) > 1 for one in declared):
            self.left_out.append(f"{leaf}: a field inside a column cannot be said")
            return
        columns = [column_of(self.dataset, one) for one in self.dataset.key]
        if len(columns) == 1:
            yield Expectation("expect_column_values_to_be_unique", leaf, {"column": columns[0], **read})
        else:
            yield Expectation("expect_compound_columns_to_be_unique", leaf, {"column_list": columns, **read})

    def _of(self, part: Predicate | None) -> Mapping[str, Any]:
        """Give the row condition of a part of what is read; nothing where that is every record."""
        predicate = conjunction(self.dataset.where, part)
        return {} if predicate is None else {"row_condition": row_condition(self.dataset, predicate)}

    def _launched(self, leaf: str) -> Mapping[str, Any] | None:
        """Give the row condition of the records that the rollout exposes; None, and told, where it cannot be said."""
        cells = launch_cells(self.plan, self.dataset)
        try:
            return self._of(None if cells is None else Or(cells) if len(cells) > 1 else cells[0])
        except Unsayable:
            self.left_out.append(f"{leaf}: the segments that are launched cannot be said")
            return None

    def _fresh(self, fresh: Fresh) -> Iterator[Expectation]:
        if (why := _no_moment(self.dataset, fresh)) is not None:
            self.left_out.append(f"{fresh.path}: {why}")
            return
        launched = self._launched(f"{fresh.path}.within")
        if launched is not None:
            yield from self._newest(fresh, launched)
            if fresh.share is not None:
                yield self._share(fresh, fresh.share, launched)
            known = segment_cells(self.plan, self.dataset)
            staged = dict.fromkeys(stage.segment for stage in self.plan.rollout if stage.segment in known)
            if launch_cells(self.plan, self.dataset) is not None and len(staged) > 1:
                for segment in staged:
                    yield from self._newest(fresh, self._of(known[str(segment)]))
        if fresh.per is not None:
            yield from self._each(fresh)

    def _newest(self, fresh: Fresh, records: Mapping[str, Any]) -> Iterator[Expectation]:
        leaf, within = f"{fresh.path}.within", self._within(fresh)
        largest = {"column": within["column"], "min_value": within["min_value"], **records}
        yield Expectation("expect_column_max_to_be_between", leaf, largest)
        yield Expectation("expect_column_values_to_be_between", leaf, {**within, "mostly": _ANY, **records})

    def _share(self, fresh: Fresh, share: float, records: Mapping[str, Any]) -> Expectation:
        kwargs = {**self._within(fresh), "mostly": share, **records}
        return Expectation("expect_column_values_to_be_between", f"{fresh.path}.share", kwargs)

    def _within(self, fresh: Fresh) -> Mapping[str, Any]:
        """Give the clock, and the moments between which it is fresh, as the checkpoint's run is told them."""
        since, until = ({"$PARAMETER": name} for name in moments_of(self.dataset))
        return {"column": column_of(self.dataset, fresh.clock), "min_value": since, "max_value": until}

    def _each(self, fresh: Fresh) -> Iterator[Expectation]:
        """Expect each value's newest record to be fresh; a value that no record has is none to judge."""
        leaf, within = f"{fresh.path}.per", self._within(fresh)
        cells, launched = value_cells(self.dataset), launch_cells(self.plan, self.dataset)
        if not cells or launched is not None:
            why = "of the launched records cannot be said" if cells else "cannot be said without its `values`"
            self.left_out.append(f"{leaf}: each value by itself {why}")
            return
        for cell in cells.values():
            records = {"mostly": _ANY, **self._of(cell)}
            yield Expectation("expect_column_values_to_not_be_null", leaf, {"column": within["column"], **records})
            yield Expectation("expect_column_values_to_be_between", leaf, {**within, **records})

    def _of_field(self, one: Field, read: Mapping[str, Any]) -> Iterator[Expectation]:
        column = one.column[0]
        if len(one.column) > 1:
            declared = {"complete": one.complete, "values": one.values, "orphans": one.orphans}
            parts = (leaf for leaf, need in declared.items() if need is not None)
            self.left_out.extend(f"{one.path}.{leaf}: a field inside a column cannot be said" for leaf in parts)
            return
        if one.complete is not None and (launched := self._launched(f"{one.path}.complete")) is not None:
            kwargs = {"column": column, "mostly": one.complete, **launched}
            yield Expectation("expect_column_values_to_not_be_null", f"{one.path}.complete", kwargs)
        if one.values is not None:
            kwargs = {"column": column, "value_set": list(one.values), **read}
            yield Expectation("expect_column_values_to_be_in_set", f"{one.path}.values", kwargs)
        if one.orphans is not None and one.joins is not None:
            told = self._orphans(one, one.joins, one.orphans)
            if isinstance(told, str):
                self.left_out.append(f"{one.path}.orphans: {told}")
            else:
                yield told

    def _orphans(self, one: Field, joins: str, most: float) -> Expectation | str:
        """Give the expectation that few records refer to nothing; why not, where it cannot be said.

        It is a statement, and so holds names that are quoted and our own words: no condition and no value of a plan.
        """
        other_id, _, key = joins.rpartition(".")
        other = self.plan.dataset(DatasetId(other_id))
        if other.source != self.dataset.source:
            return "a join to another source cannot be said"
        if self.dataset.where or other.where or launch_cells(self.plan, self.dataset) is not None:
            return "a join of a part of the records cannot be said"
        place, mark = quoted_place(self.source, other), _QUOTES.get(self.source.kind, "")
        names = [one.column[0], column_of(other, key)]
        if place is None or not all(_PLAIN.fullmatch(name) for name in names):
            return "a name of the join cannot be said"
        field_name, key_name = (f"{mark}{name}{mark}" for name in names)
        known = f"SELECT {key_name} FROM {place} WHERE {key_name} IS NOT NULL"  # noqa: S608 - quoted above
        lost = f"CASE WHEN {field_name} IS NOT NULL AND {field_name} NOT IN ({known}) THEN 1 ELSE 0 END"
        share = f"SELECT SUM({lost}) * 1e0 / NULLIF(COUNT(*), 0) AS share FROM {{batch}}"  # noqa: S608 - as above
        query = f"SELECT share FROM ({share}) told WHERE share > {float(most)!r}"  # noqa: S608 - a number
        return Expectation("unexpected_rows_expectation", f"{one.path}.orphans", {"unexpected_rows_query": query})


def moments_of(dataset: Dataset) -> Mapping[str, float]:
    """Give the moments between which the newest record must lie: parameter -> seconds before now."""
    if dataset.fresh is None or _no_moment(dataset, dataset.fresh) is not None:
        return {}
    name = dataset.id.replace(".", "_")
    return {
        f"{name}_since": dataset.fresh.within.mean().total_seconds(),
        f"{name}_until": -dataset.fresh.skew.mean().total_seconds(),
    }


def quoted_place(source: Source, dataset: Dataset) -> str | None:
    """Give what a dataset reads as a statement names it; None where that is not known, or would need more than quotes.

    PostgreSQL reads a name without quotes in lower case.
    """
    mark, reads = _QUOTES.get(source.kind), dataset.reads
    parts = split_name(reads if in_quotes(reads) or source.kind != "postgresql" else reads.lower())
    if mark is None or not parts or not all(_PLAIN.fullmatch(part) for part in parts):
        return None
    return ".".join(f"{mark}{part}{mark}" for part in parts)


def in_quotes(reads: str) -> bool:
    """Whether some part of a name is quoted."""
    return any(mark in reads for mark in '"`[')


def column_of(dataset: Dataset, name: str) -> str:
    """Give the column of a field."""
    declared = dataset.fields.get(name)
    return declared.column[0] if declared is not None else name


def _no_moment(dataset: Dataset, fresh: Fresh) -> str | None:
    """Say why a clock cannot be held against a moment, as far as a plan tells it; None where it can."""
    declared = dataset.fields.get(fresh.clock)
    if declared is None and fresh.clock in _NO_COLUMNS:
        return "when it was written stands in no column"
    if declared is not None and len(declared.column) > 1:
        return "a clock inside a column cannot be said"
    form = clock_form(declared.type) if declared is not None and declared.type is not None else None
    if form in {ClockForm.DATE, ClockForm.EPOCH, ClockForm.TEXT}:
        return "a clock of days, numbers or texts cannot be said"
    if fresh.zone is not None and form is not ClockForm.AWARE:
        return "the `zone` of a wall clock cannot be said; one that holds moments needs none, or says so by its `type`"
    return None
