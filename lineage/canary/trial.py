"""A test subject is planted at a source, erased there and looked for in every copy: whether deletion arrives.

It writes, so that it is no part of a scan: only `lineage canary --allow-canary` comes here, and only for datasets that
declare a test subject (`canary`). Nothing is planted where a record already has its key or one of its marks, and
everything is cleaned up in the end, also after a failure; what could not be is told.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Final

from lineage import registry
from lineage.canary.search import looked_for, relation_of, texts_of
from lineage.catalog import Catalog
from lineage.context import Context
from lineage.errors import ConnectorError, PlanError
from lineage.facts import CanaryFact, Seen
from lineage.hand import Act
from lineage.model import SourceId
from lineage.plan.documents import SEEN_IN
from lineage.plan.environment import resolve
from lineage.plan.model import Dataset, Plan
from lineage.scan import Limits, ground_of, scan

_EVERY: Final = 0.5
_LONG_ENOUGH: Final = 8
"""A shorter text may stand elsewhere by chance: it marks nobody."""
_NOW: Final = "now"
Scalar = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Run:
    """How test subjects are handled in one run."""

    plan: Plan
    catalog: Catalog
    settings: Mapping[SourceId, Mapping[str, object]] = field(repr=False)
    now: datetime
    wait: float
    """Seconds that copies are waited for at most: to arrive, and again to go."""
    lost: Mapping[str, str] = field(default_factory=dict)
    """Source that did not answer -> why."""
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic

    def act(self, dataset: Dataset, act: Act) -> int:
        """Do one thing in a dataset's system.

        Raises:
            ConnectorError: it could not be done there.
        """
        source = self.plan.sources[dataset.source]
        connector = registry.connector(source.kind)
        context = Context(source.id, self.now, source.budget)
        if connector.hand is None and act.what == "count":
            relation = relation_of(self.catalog, dataset, act)
            return looked_for(connector, self.settings[source.id], act, relation, context)
        if connector.hand is None:
            reason = f"the connector {source.kind} writes nothing"
            raise ConnectorError(f"{source.id}: {reason}; clean up by hand")
        return connector.hand(connector.settings.model_validate(self.settings[source.id]), act, context)


@dataclass(slots=True)
class Place:
    """Where the subject is looked for, and what is known of it there."""

    dataset: Dataset
    count: Act | None
    """The act of counting it; None: `reason` says why it cannot be looked for."""
    reason: str = ""
    arrived: int = 0
    left: int | None = None
    uncleaned: bool = False


def canaries(
    plan: Plan, environ: Mapping[str, str], *, now: datetime, wait: float, allowed: bool
) -> Iterator[CanaryFact]:
    """Plant, erase, look for and clean up the test subject of each dataset that declares one.

    Raises:
        PlanError: it was not allowed, no test subject is declared, or one is already there.
        ConnectorError: one could not be planted, or not be erased.
    """
    subjects = [dataset for dataset in plan.datasets() if dataset.extra.get("canary")]
    if not allowed:
        raise PlanError("canary: this plants a record, erases it and searches its copies; allow it with --allow-canary")
    if not subjects:
        raise PlanError(f"{plan.file}: no dataset declares a test subject; declare one: canary: {{id: , email: }}")
    snapshot = scan(plan, (), now=now, environ=environ, limits=Limits(data=False, sample=False))
    catalog = ground_of(plan, snapshot.facts, now).catalog
    settings = {source.id: resolve(source.settings, environ, source=source.id) for source in plan.sources.values()}
    lost = {failure.what.removeprefix("source "): failure.reason for failure in snapshot.failures}
    for dataset in subjects:
        yield from followed(Run(plan, catalog, settings, now, wait, lost), dataset)


def followed(run: Run, dataset: Dataset) -> Iterator[CanaryFact]:
    """Follow one test subject, and give a fact for its dataset and for each copy.

    Raises:
        PlanError: it cannot be told apart, or is already there.
        ConnectorError: it could not be planted, or not be erased.
    """
    values = _subject(dataset)
    subject = values[dataset.key[0]]
    source = _place(run, dataset, dataset.key[0], values, subject)
    if source.count is None or source.count.key is None:
        raise PlanError(f"{dataset.path}.canary: {source.reason}")
    copies = [_place(run, copy, _back(copy, dataset), values, subject) for copy in run.plan.copies(dataset.id)]
    _must_be_absent(run, [source, *copies])
    try:
        run.act(dataset, _planting(run, dataset, source.count, values))
        source.arrived = run.act(dataset, source.count)
        _watch(run, copies, _arrive)
        run.act(dataset, replace(source.count, what="erase"))
        started = run.clock()
        _watch(run, [source, *copies], _go)
        waited = run.clock() - started
    except BaseException as e:
        # Whoever ends this with Ctrl+C must not leave a person behind who is none.
        _clean(run, [source, *copies])
        if left := [place.dataset.id for place in (source, *copies) if place.uncleaned]:
            why = str(e) if isinstance(e, ConnectorError | PlanError) else f"canary: ended early ({type(e).__name__})"
            where = ", ".join(left)
            raise ConnectorError(f"{why}; the test subject may still be in {where}: take it out by hand") from e
        raise
    _clean(run, [source, *copies])
    seen = Seen(SEEN_IN, datetime.now(UTC), "canary", "")
    for place in (source, *copies):
        yield CanaryFact(
            seen,
            dataset.id,
            place.dataset.id,
            place.arrived,
            place.left,
            round(waited, 1),
            place.uncleaned,
            place.reason,
        )


def _subject(dataset: Dataset) -> Mapping[str, Scalar]:
    declared = dataset.extra.get("canary")
    values = {str(key): value for key, value in declared.items()} if isinstance(declared, Mapping) else {}
    if len(dataset.key) != 1 or dataset.key[0] not in values:
        raise PlanError(f"{dataset.path}.canary: it must give the key of {dataset.id}, and that is one field: `key`")
    return values


def _back(copy: Dataset, original: Dataset) -> str | None:
    """Give the field of a copy that holds the original's key; None in a copy of a copy, which leads to another."""
    if original.id not in copy.copy_of:
        return None
    if copy.key_back is not None:
        return copy.key_back
    joined = next((one.name for one in copy.fields.values() if one.joins == f"{original.id}.{original.key[0]}"), None)
    return joined or (copy.key[0] if copy.key == original.key else None)


def _place(run: Run, dataset: Dataset, back: str | None, values: Mapping[str, Scalar], subject: Scalar) -> Place:
    name = run.catalog.physical(dataset.id)
    key = run.catalog.field(dataset.id, back) if back is not None else None
    if dataset.source in run.lost:
        return Place(dataset, None, run.lost[dataset.source])
    if name is None:
        return Place(dataset, None, "the dataset was not found")
    marks = tuple(
        (found.name.field, value)
        for field_name, value in values.items()
        if field_name != back and isinstance(value, str) and len(value) >= _LONG_ENOUGH
        if (found := run.catalog.field(dataset.id, field_name)) is not None and field_name in dataset.fields
    )
    sought = tuple(value for value in values.values() if isinstance(value, str) and len(value) >= _LONG_ENOUGH)
    texts = texts_of(run.catalog, dataset) if sought and dataset.copy_of else ()
    if key is None and not texts:
        return Place(dataset, None, "no field in it leads back to the key, or holds text to look in")
    leads = (key.name.field, subject) if key is not None else None
    return Place(dataset, Act("count", name, leads, marks=marks, texts=texts, sought=sought))


def _planting(run: Run, dataset: Dataset, count: Act, values: Mapping[str, Scalar]) -> Act:
    planted = []
    for name, value in values.items():
        found = run.catalog.field(dataset.id, name)
        if found is None:
            raise PlanError(f"{dataset.path}.canary.{name}: {dataset.id} has no such field")
        planted.append((found.name.field, run.now if value == _NOW else value))
    return replace(count, what="plant", values=tuple(planted), marks=(), texts=())


def _must_be_absent(run: Run, places: list[Place]) -> None:
    """Refuse a subject that is somebody: a record that is there must never be erased."""
    for place in places:
        try:
            there = run.act(place.dataset, place.count) if place.count is not None else 0
        except ConnectorError as e:
            place.count, place.reason = None, str(e).partition(": ")[2]
            continue
        if there:
            says = f"{there:,} records of {place.dataset.id} have the test subject's key or one of its texts already"
            raise PlanError(f"canary: {says}; nothing was planted, declare values that nobody has")


def _arrive(place: Place, count: int) -> bool:
    place.arrived = max(place.arrived, count)
    return count > 0


def _go(place: Place, count: int) -> bool:
    place.left = count
    return count == 0


def _watch(run: Run, places: list[Place], seen: Callable[[Place, int], bool]) -> None:
    """Look again and again until every place shows what is waited for, or the wait is over."""
    end = run.clock() + run.wait
    open_ = [place for place in places if place.count is not None]
    while open_:
        began = run.clock()
        open_ = [place for place in open_ if not _looked(run, place, seen)]
        if not open_ or run.clock() >= end:
            return
        # Where looking reads every record, half of the time is left to the system.
        run.sleep(max(_EVERY, run.clock() - began))


def _looked(run: Run, place: Place, seen: Callable[[Place, int], bool]) -> bool:
    assert place.count is not None  # noqa: S101 - only such places are watched
    try:
        return seen(place, run.act(place.dataset, place.count))
    except ConnectorError as e:
        place.left, place.reason = None, str(e).partition(": ")[2]
        return True


def _clean(run: Run, places: list[Place]) -> None:
    """Take out what is left of the subject; where that fails, its place says so.

    The source comes first, or it would be copied again; what could not go while copies stood is tried once more.
    """
    _clean_each(run, places)
    _clean_each(run, [place for place in places if place.uncleaned])


def _clean_each(run: Run, places: list[Place]) -> None:
    for place in places:
        if place.count is None:
            continue
        try:
            place.uncleaned = False
            if run.act(place.dataset, place.count):
                run.act(place.dataset, replace(place.count, what="clean"))
                place.uncleaned = run.act(place.dataset, place.count) > 0
        except ConnectorError as e:
            place.uncleaned, place.reason = True, place.reason or str(e).partition(": ")[2]
