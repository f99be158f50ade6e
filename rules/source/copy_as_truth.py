"""What the plan takes for the source of truth is a copy.

Why it matters
--------------
A copy lags, loses records and keeps what was deleted, and nobody corrects it.
A plan that does not know that it reads one asks nothing of the original: not its freshness, not its deletions.

What it looks at
----------------
Every dataset that steps read and that is not declared as `copy_of` another.
It is a copy where a job fills its fields, as they are, from another dataset - by dbt, by run events, by statements that
ran or by SQL that was read - or where it is a materialised view. A view is not: it reads what is beneath it, so that
what is beneath it is looked at in its place.
Where no lineage tells, columns that a load tool leaves behind (of Fivetran, Airbyte, Singer and Stitch, dlt, Hevo,
Debezium, dbt's snapshots) show that the table is loaded from elsewhere: that is likely, not proven.
Where nothing tells of loads, that a table is the original is the plan's word, and nothing is said.

How to fix it
-------------
Read the original, or declare the copy as one: `copy_of`, with `key_back` and how fresh it must be.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lineage.finding import Actual, Fix, FixKind, Hop, Judgement, Op, Operation
from lineage.model import DatasetKind, EdgeEvidence, Exposure, Level, Name, Severity, Verdict
from lineage.plan.model import Dataset, Need
from lineage.rule import Evidence, Rule
from rules.source._exposed import on_path, subject

_LIVE: Final = frozenset({DatasetKind.VIEW, DatasetKind.FOREIGN})
_LOADS: Final = frozenset({EdgeEvidence.DBT.value, EdgeEvidence.SQL.value, "query log", "run event"})
_TOOLS: Final = {
    "_fivetran_synced": "Fivetran",
    "_fivetran_deleted": "Fivetran",
    "_airbyte_raw_id": "Airbyte",
    "_airbyte_ab_id": "Airbyte",
    "_airbyte_extracted_at": "Airbyte",
    "_airbyte_emitted_at": "Airbyte",
    "_sdc_extracted_at": "a Singer tap",
    "_sdc_received_at": "a Singer tap",
    "_sdc_batched_at": "a Singer tap",
    "_sdc_table_version": "a Singer tap",
    "_dlt_load_id": "dlt",
    "__hevo__ingested_at": "Hevo",
    "__hevo__loaded_at": "Hevo",
    "__debezium_unavailable_value": "Debezium",
    "__source_ts_ms": "Debezium",
    "dbt_scd_id": "a dbt snapshot",
    "dbt_valid_from": "a dbt snapshot",
}
"""Columns that load tools add, and whose they are."""
Found = tuple[str, tuple[Hop, ...], bool]
"""What shows that it is a copy, the way, and whether that is proven."""


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge each dataset that stands for the truth."""
    for dataset in evidence.plan.datasets():
        name = evidence.ground.catalog.physical(dataset.id)
        if dataset.copy_of or name is None or not on_path(evidence.plan, dataset):
            continue
        found = _copied(evidence, dataset, name)
        if found is not None:
            yield _broken(evidence, dataset, *found)


def _copied(evidence: Evidence, dataset: Dataset, name: Name) -> Found | None:
    beneath = list(_beneath(evidence, dataset, name))
    for stored, way in beneath:
        for source, hop in _filled_from(evidence, stored):
            return f"a job ({hop.by}) fills {stored.dataset.short} from {source.dataset.short}", (hop, *way), True
    catalog = evidence.ground.catalog
    for stored, way in beneath:
        seen = catalog.datasets.get(stored.dataset)
        if seen is not None and seen.kind is DatasetKind.MATERIALIZED_VIEW:
            return f"{stored.dataset.short} is a materialised view", way, True
    for stored, way in beneath:
        columns = {path[-1].casefold() for path in catalog.fields.get(stored.dataset, {})}
        tool = next((tool for column, tool in _TOOLS.items() if column in columns), None)
        if tool is not None:
            return f"{stored.dataset.short} has the columns that {tool} leaves in what it loads", way, False
    return None


def _beneath(evidence: Evidence, dataset: Dataset, name: Name) -> Iterator[tuple[Name, tuple[Hop, ...]]]:
    """Give the stored fields that a dataset's fields are, through views: itself where it is stored."""
    graph, catalog = evidence.ground.graph, evidence.ground.catalog
    stack: list[tuple[Name, tuple[Hop, ...]]] = [
        (name.at(*field.column), ()) for field in dataset.fields.values() if field.need is not Need.NONE
    ]
    passed = set()
    while stack:
        here, way = stack.pop(0)
        if here in passed:
            continue
        passed.add(here)
        seen = catalog.datasets.get(here.dataset)
        if seen is None or seen.kind not in _LIVE:
            yield here, way
            continue
        for source, edge in graph.sources(here):
            if edge.exposure is Exposure.RAW and source.dataset != here.dataset:
                stack.append((source, (Hop(source.short, here.short, edge.by), *way)))


def _filled_from(evidence: Evidence, stored: Name) -> Iterator[tuple[Name, Hop]]:
    for source, edge in sorted(evidence.ground.graph.sources(stored), key=lambda one: one[0]):
        if edge.by in _LOADS and edge.exposure is Exposure.RAW and source.dataset != stored.dataset:
            yield source, Hop(source.short, stored.short, edge.by)


def _broken(evidence: Evidence, dataset: Dataset, says: str, way: tuple[Hop, ...], proven: bool) -> Judgement:
    read = {field for step in evidence.plan.steps.values() for field in step.reads.get(dataset.id, ())}
    fields = [field for field in dataset.fields.values() if field.id in read]
    return Judgement(
        f"{dataset.path}.reads",
        Verdict.BROKEN,
        Level.CONFIGURED,
        subject(dataset),
        f"{dataset.id} stands for the truth, and is a copy: {says}",
        Actual("copy", method="lineage" if proven else "columns of a load tool"),
        path=way,
        operations=tuple(Operation(Op.SWAP_FIELD, field.id) for field in fields),
        fixes=(
            Fix(
                FixKind.PLAN, "declare what it is a copy of, and how fresh it must be", "copy_of: []", effort="minutes"
            ),
            Fix(FixKind.DECISION, "read the original", effort="days"),
        ),
        confidence="proven" if proven else "likely",
    )


RULE = Rule(id="source/copy-as-truth", severity=Severity.HIGH, check=check, operations=(Op.SWAP_FIELD,))
