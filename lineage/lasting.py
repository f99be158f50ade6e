"""How long each field is really kept: the longest of all places that hold it, and which of them decides.

Places are the field's own dataset, the declared copies of it and of these, what definitions copy it into, the stores
that its content reaches, and the backups. A place keeps it for its own limit - or for the age at which the job that was
seen there deletes, where that is longer - and for what is had back there of deleted records. A copy that is kept as its
source keeps it for the source's limit and its own lag. What nobody says is named, and never taken for short.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from lineage.audit import Audit
from lineage.duration import Duration
from lineage.finding import Hop
from lineage.graph import BoundaryNode, FieldNode, Reached
from lineage.model import DatasetId, DatasetKind, Exposure, Name
from lineage.plan.model import Dataset, Field, Keep, Plan, Store
from lineage.report import FieldKept, KeptFor

_HELD: Final = frozenset({Exposure.RAW, Exposure.DERIVED, Exposure.EXTREME, Exposure.PSEUDONYM})
"""What is left of a field where a person's record still stands in it."""
_NOT_KEPT: Final = frozenset({DatasetKind.VIEW, DatasetKind.TOOL})
_BACKUPS: Final = ("backup", "snapshot", "replica", "version")
_SHOWN_AS_IT_IS: Final = frozenset({"raw", "full", "all", "unmasked"})


@dataclass(frozen=True, slots=True)
class _Place:
    """A place that holds a field, and for how long."""

    holder: str
    span: Duration | None
    """None: nobody says."""
    because: str
    path: tuple[Hop, ...] = ()
    endless: bool = False

    @property
    def length(self) -> tuple[bool, timedelta]:
        return self.endless, self.span.mean() if self.span is not None else timedelta(0)


def fields_kept(plan: Plan, judged: Audit, ladders: Sequence[KeptFor]) -> tuple[FieldKept, ...]:
    """Give how long each field is kept of which anything is promised anywhere, in the plan's order."""
    failing = {ladder.holder for ladder in ladders if ladder.fails is not None}
    backups = [store for store in plan.stores.values() if _is_backup(store)]
    found = []
    for dataset in plan.datasets():
        every = _Everywhere(judged, dataset, tuple(_copies(plan, dataset, (), frozenset({dataset.id}))))
        for declared in dataset.fields.values():
            places = [_backed_up(place, backups) for place in every.holding(declared)]
            if any(place.span is not None or place.endless for place in places):
                found.append(_told(dataset, declared, places, failing))
    return tuple(found)


def _told(dataset: Dataset, declared: Field, places: Sequence[_Place], failing: Set[str]) -> FieldKept:
    known = [place for place in places if place.span is not None or place.endless]
    longest = max(known, key=lambda place: place.length)
    keep = dataset.keep
    return FieldKept(
        declared.id,
        keep.promise if keep is not None else "",
        "for ever" if longest.endless else str(longest.span),
        None if longest.endless or longest.span is None else longest.span.mean().total_seconds(),
        longest.holder,
        longest.because,
        _over(keep, longest),
        longest.path,
        tuple(place.holder for place in places),
        tuple(place.holder for place in places if place not in known),
        tuple(place.holder for place in places if place.holder in failing),
    )


def _over(keep: Keep | None, longest: _Place) -> bool:
    if keep is None or keep.as_source or (keep.limit is None and not keep.none):
        return False
    return longest.length > (False, (keep.limit or Duration()).mean())


class _Everywhere:
    """All places that hold the fields of a dataset."""

    __slots__ = ("_copies", "_dataset", "_fed", "_judged", "_own")

    def __init__(self, judged: Audit, dataset: Dataset, copies: Sequence[tuple[Dataset, tuple[Hop, ...]]]) -> None:
        self._judged, self._dataset, self._copies = judged, dataset, copies
        self._own = _Own(judged)
        self._fed = self._into()

    def holding(self, declared: Field) -> Iterator[_Place]:
        """Give every place that holds a field, its own dataset first, each once."""
        catalog, graph = self._judged.ground.catalog, self._judged.ground.graph
        yield self._own.place(self._dataset, self._dataset, ())
        told: set[str] = {self._dataset.id}
        name = catalog.physical_field(self._dataset.id, declared.name)
        reached = [one for one in graph.downstream(FieldNode(name)) if one.exposure in _HELD] if name else []
        into = {one.node.name.dataset: one.path for one in reached if isinstance(one.node, FieldNode)}
        for copy, way in self._copies:
            there = catalog.physical(copy.id)
            # Where definitions tell what is copied, a field that they leave behind is not there.
            if copy.id not in told and (there is None or there in into or there not in self._fed):
                told.add(copy.id)
                yield self._own.place(copy, self._dataset, way)
        yield from self._defined(into, told)
        yield from self._stored(reached, told)

    def _defined(self, into: Mapping[Name, tuple[Hop, ...]], told: set[str]) -> Iterator[_Place]:
        catalog = self._judged.ground.catalog
        for there, path in into.items():
            holder, seen = catalog.aliases.get(there), catalog.datasets.get(there)
            own = there == catalog.physical(self._dataset.id) or holder in told
            if own or seen is None or seen.kind in _NOT_KEPT:
                continue
            told.add(holder or str(there))
            if holder is not None:
                yield self._own.place(self._judged.plan.dataset(DatasetId(holder)), self._dataset, path)
            else:
                yield _Place(".".join(there.path), None, "the plan does not name it", path)

    def _stored(self, reached: Sequence[Reached], told: set[str]) -> Iterator[_Place]:
        shown = [
            store
            for store in self._judged.plan.stores.values()
            if store.content is None or store.content in _SHOWN_AS_IT_IS
        ]
        for one in reached:
            if not isinstance(one.node, BoundaryNode):
                continue
            for store in shown:
                if store.id not in told and store.id in {one.node.id, f"{one.node.id}s"}:
                    told.add(store.id)
                    yield self._own.place(store, self._dataset, one.path)

    def _into(self) -> set[Name]:
        """Give the datasets into which any field of the dataset is copied by what is known of definitions."""
        catalog, graph = self._judged.ground.catalog, self._judged.ground.graph
        names = (catalog.physical_field(self._dataset.id, one) for one in self._dataset.fields)
        return {
            node.name.dataset
            for name in names
            if name is not None
            for node, _ in graph.impact(FieldNode(name))
            if isinstance(node, FieldNode)
        }


def _copies(
    plan: Plan, dataset: Dataset, way: tuple[Hop, ...], passed: frozenset[str]
) -> Iterator[tuple[Dataset, tuple[Hop, ...]]]:
    for copy in plan.datasets():
        if dataset.id in copy.copy_of and copy.id not in passed:
            further = (*way, Hop(dataset.id, copy.id, "copy_of"))
            yield copy, further
            yield from _copies(plan, copy, further, passed | {copy.id})


@dataclass(frozen=True, slots=True)
class _Own:
    """What each dataset and store keeps by itself."""

    judged: Audit

    def place(self, holder: Dataset | Store, original: Dataset, way: tuple[Hop, ...]) -> _Place:
        """Give for how long a holder keeps what came from an original."""
        span, because = self._limit(holder, original)
        name = self.judged.ground.catalog.physical(holder.id) if isinstance(holder, Dataset) else None
        if name is None or not isinstance(holder, Dataset):
            return _Place(holder.id, span, because, way)
        job, age = self._deleted_at(holder, name)
        if span is not None and age is not None and age.mean() > span.mean():
            span, because = age, f"the job {job} deletes at {age}"
        lingering = [one for one in self.judged.ground.catalog.lingering if one.name == name]
        ever = next((one for one in lingering if one.span is None), None)
        if ever is not None:
            return _Place(holder.id, span, f"{because}, and {ever.by} for ever".lstrip(", "), way, endless=True)
        longest = max(lingering, key=lambda one: (one.span or Duration()).mean(), default=None)
        if span is not None and longest is not None and longest.span is not None:
            more = f"{because}, and {longest.by} for {longest.span}"
            return _Place(holder.id, _sum(span, longest.span), more, way)
        return _Place(holder.id, span, because, way)

    def _limit(self, holder: Dataset | Store, original: Dataset) -> tuple[Duration | None, str]:
        keep = holder.keep
        if keep is None:
            return None, "nothing says how long"
        if keep.none:
            return Duration(), "nothing is kept"
        if not keep.as_source:
            return keep.limit, f"its limit of {keep.limit}" if keep.limit is not None else "nothing says how long"
        limit = self._limit(original, original)[0] if holder.id != original.id else None
        if limit is None or not isinstance(holder, Dataset) or holder.fresh is None:
            return limit, f"as {original.id}" if limit is not None else "as its source, of which nobody says"
        lag = holder.fresh.within
        return _sum(limit, lag), f"as {original.id}, {lag} later"

    def _deleted_at(self, dataset: Dataset, name: Name) -> tuple[str, Duration | None]:
        """Give the job that deletes first of those that are on and spare nothing, and its age."""
        jobs = [
            job
            for job in self.judged.ground.catalog.jobs
            if name in job.deletes_from
            and job.enabled
            and job.keeps
            and not job.spares
            and job.seen.source == dataset.source
        ]
        first = min(jobs, key=lambda job: (job.keeps or Duration()).mean(), default=None)
        return (first.name, first.latest or first.keeps) if first is not None else ("", None)


def _is_backup(store: Store) -> bool:
    limited = store.keep is not None and store.keep.limit is not None
    return limited and any(word in store.id.casefold() for word in _BACKUPS)


def _backed_up(place: _Place, backups: Sequence[Store]) -> _Place:
    """Give a place with the time for which the longest backup keeps what was deleted there."""
    limits = {
        store.id: store.keep.limit for store in backups if store.keep is not None and store.keep.limit is not None
    }
    longest = max(limits, key=lambda one: limits[one].mean(), default=None)
    if longest is None or place.span is None or place.endless or place.holder in limits:
        return place
    because = f"{place.because}, and {longest} for {limits[longest]}"
    return _Place(place.holder, _sum(place.span, limits[longest]), because, place.path)


def _sum(one: Duration, other: Duration) -> Duration:
    return Duration(one.months + other.months, one.seconds + other.seconds)
