"""The segment that the plan launches is kept by the application alone.

Why it matters
--------------
The rollout says that only these records are touched. Where nothing in the system holds the identity to them, a prompt,
a bug or a generated query without the condition reads every other record too, and nobody is refused.

What it looks at
----------------
Datasets of which the rollout exposes segments, and what lets the identity see rows: row policies for its role and the
filters of views, with the policies that bind a view's owner. Each is read as conditions on fields and held against the
segments: proved to lie within them, refuted (with how many records can be read outside of them now), or not decided.
A condition that is no comparison with a constant is not decided; it is never taken for a proof.

How to fix it
-------------
Give the table a row policy with the segment's condition for the identity, or let it read a view with that condition
and nothing else. Or launch without the guarantee: limit what the steps may do.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from lineage.catalog import Catalog
from lineage.cells import launch_cells, segment_cells
from lineage.connector import Measure, MeasureKind, Request
from lineage.facts import ConfinedFact, SystemFact
from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Subject
from lineage.model import DatasetKind, Level, Severity, Verdict
from lineage.plan.model import Dataset, Source
from lineage.predicate import Predicate
from lineage.rule import Evidence, Ground, Measured, Rule
from rules.access._reach import listed
from rules.access._sql_postgresql import relation
from rules.access._sql_rows import any_of, row_policy

_TABLES = frozenset({DatasetKind.TABLE, DatasetKind.PARTITIONED, DatasetKind.PARTITION})


def requests(ground: Ground) -> Iterable[Request]:
    """Ask for the rows of each dataset that is exposed in part, so that its cells are held against the filters."""
    for _, dataset, _ in _exposed(ground):
        yield Measure(dataset.id, MeasureKind.ROWS)


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each dataset of which segments are exposed, on the leaf of each segment."""
    for source, dataset, cells in _exposed(evidence.ground):
        known = segment_cells(evidence.plan, dataset)
        keys = {str(cell) for cell in cells}
        segments = [name for name, cell in known.items() if str(cell) in keys]
        for segment in segments:
            leaf = f"{evidence.plan.segments[segment].path}.where"
            yield _judgement(evidence, source, dataset, cells, leaf, segments)


def _exposed(ground: Ground) -> Iterator[tuple[Source, Dataset, tuple[Predicate, ...]]]:
    for source in ground.plan.sources.values():
        for dataset in source.datasets.values():
            cells = launch_cells(ground.plan, dataset) if source.identity is not None else None
            if cells and any(step.reads.get(dataset.id) for step in ground.plan.steps.values()):
                yield source, dataset, cells


def _judgement(
    evidence: Evidence,
    source: Source,
    dataset: Dataset,
    cells: Sequence[Predicate],
    leaf: str,
    segments: Sequence[str],
) -> Judgement:
    about = Subject(source.id, dataset.id, segment=", ".join(segments), identity=source.identity)
    found = _confined(evidence, dataset, cells)
    if found is None:
        says = f"whether {source.id} itself holds {source.identity} to {listed(segments)} in {dataset.id} was not seen"
        settle = "look for a row policy or a view with the segment's condition that the identity reads through"
        return Judgement(leaf, Verdict.UNVERIFIED, Level.ASSERTED, about, says, settle=settle)
    by = listed(found.by) if found.by else "no row policy and no view"
    if found.inside and (beside := _beside(evidence, source, dataset)):
        says = f"{source.identity} is held to {listed(segments)} by {by}, and reads {listed(beside)} beside it"
        path = (Hop(str(source.identity), beside[0], "reads beside the view"),)
        return Judgement(leaf, Verdict.BROKEN, Level.CONFIGURED, about, says, path=path, incidental=True)
    if found.inside:
        says = f"{by} let {source.identity} read no record of {dataset.id} outside of {listed(segments)}"
        return Judgement(leaf, Verdict.HELD, Level.CONFIGURED, about, says)
    if found.inside is None:
        says = f"{by}: not decided whether {source.identity} is held to {listed(segments)}: {found.because}"
        settle = f"read {by}, or write the condition as comparisons of fields with constants"
        return Judgement(leaf, Verdict.UNVERIFIED, Level.CONFIGURED, about, says, settle=settle)
    return _broken(evidence, source, dataset, cells, leaf, about, found)


def _confined(evidence: Evidence, dataset: Dataset, cells: Sequence[Predicate]) -> ConfinedFact | None:
    """Give the answer about all these cells; that about one of them is enough where it is a proof."""
    for cell in cells:
        alone = evidence.confined.get((dataset.id, frozenset({str(cell)})))
        if alone is not None and alone.inside:
            return alone
    return evidence.confined.get((dataset.id, frozenset(str(cell) for cell in cells)))


def _beside(evidence: Evidence, source: Source, dataset: Dataset) -> list[str]:
    """Give the datasets beneath a view that the identity reads past it."""
    ground, access = evidence.ground, evidence.ground.access
    name = ground.catalog.physical(dataset.id)
    principal = access.principal(source.id, source.identity or "")
    fact = ground.catalog.datasets.get(name) if name is not None else None
    if name is None or principal is None or fact is None or fact.kind is not DatasetKind.VIEW:
        return []
    reach = access.reach(principal)
    beneath = {base for field in ground.catalog.fields.get(name, {}) for base in ground.graph.origins(name.at(*field))}
    return sorted({base.dataset.short for base in beneath if base.dataset != name and reach.active(base)})


def _broken(
    evidence: Evidence,
    source: Source,
    dataset: Dataset,
    cells: Sequence[Predicate],
    leaf: str,
    about: Subject,
    found: ConfinedFact,
) -> Judgement:
    rows = Measure(dataset.id, MeasureKind.ROWS)
    every, within = evidence.measured(rows), evidence.measured(rows, cells)
    outside = every.rows - within.rows if isinstance(every, Measured) and isinstance(within, Measured) else None
    counted = "how many are there now was not counted" if outside is None else f"{outside:,} are there now"
    holds = f"{listed(found.by)} let it read more" if found.by else "no row policy and no view holds it to them"
    return Judgement(
        leaf,
        Verdict.BROKEN,
        Level.CONFIGURED if outside is None else Level.OBSERVED,
        about,
        f"{source.identity} can read records of {dataset.id} outside of {about.segment}: {holds}; {counted}",
        Actual(outside, "records outside", method="filters of the catalogue, and a count"),
        fixes=(_fix(evidence, source, dataset, cells, segment=about.segment or ""),),
        incidental=True,
    )


def _fix(evidence: Evidence, source: Source, dataset: Dataset, cells: Sequence[Predicate], segment: str) -> Fix:
    """Give the row policy of a table; a view, and a system without row policies, are for their owner to change."""
    catalog, login = evidence.ground.catalog, source.identity or ""
    name, system = catalog.physical(dataset.id), catalog.system(source.id)
    fact = catalog.datasets.get(name) if name is not None else None
    if name is not None and fact is not None and fact.kind in _TABLES and _has_policies(system):
        condition = any_of(cells, lambda field: _column(catalog, dataset, field))
        if condition is not None:
            policy = row_policy(login, relation(name), f"only {segment}", condition, secured=bool(fact.row_security))
            text = f"hold {login} to {segment} by a row policy of {dataset.id}"
            return Fix(FixKind.SQL, text, "\n".join(policy), effort="hours", owner=source.owner)
    text = f"let {login} read {dataset.reads} by a view with the segment's condition, and nothing beside it"
    return Fix(FixKind.DECISION, text, effort="hours", owner=source.owner)


def _has_policies(system: SystemFact | None) -> bool:
    return system is not None and system.product == "PostgreSQL"


def _column(catalog: Catalog, dataset: Dataset, field: str) -> str | None:
    name = catalog.physical_field(dataset.id, field)
    return name.field[0] if name is not None and len(name.field) == 1 else None


RULE = Rule(
    id="access/application-only-segment",
    severity=Severity.HIGH,
    check=check,
    requests=requests,
)
