"""OpenLineage events: made by our own export, and by hand in the shapes that integrations write."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lineage import registry
from lineage.connector import Structure
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import AbsentFact, CostFact, EdgeFact, Fact, FieldFact, OpaqueFact, ResolvedFact, UnseenFact
from lineage.model import DatasetId, EdgeEvidence, SourceId
from lineage.reports.edges import Naming, openlineage
from lineage.sql import column_edges

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PG = "postgres://dwh:5432"
MARKER = "zq7marker"


def event(day: int, column: str, kind: str = "COMPLETE", **transformation: object) -> dict[str, Any]:
    step = {"type": "DIRECT", "subtype": "IDENTITY", **transformation}
    source = {"namespace": f"postgres://me:{MARKER}@dwh:5432", "name": "app.crm.people", "field": column}
    facet = {"fields": {"email": {"inputFields": [{**source, "transformations": [step]}]}}}
    schema = {"fields": [{"name": "email", "type": "text", "description": MARKER}]}
    return {
        "eventType": kind,
        "eventTime": f"2026-11-{day:02}T10:00:00Z",
        "job": {"namespace": "airflow", "name": "load"},
        "run": {"facets": {"errorMessage": {"message": MARKER}}},
        "inputs": [{"namespace": PG, "name": "app.crm.people"}],
        "outputs": [{"namespace": PG, "name": "app.ai.contacts", "facets": {"columnLineage": facet, "schema": schema}}],
    }


def read(folder: Path, *events: object, targets: Mapping[str, str] | None = None) -> list[Fact]:
    path = folder / "events.jsonl"
    path.write_text("".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in events), "utf-8")
    connector = registry.connector("openlineage")
    wanted = {DatasetId(dataset): reads for dataset, reads in (targets or {}).items()}
    settings = connector.settings.model_validate({"path": str(path)})
    return list(connector.read(settings, [Structure(wanted)], Context(SourceId("runs"), NOW)))


def edges(facts: list[Fact]) -> list[tuple[str, str, str, str, str]]:
    return [
        (str(fact.source), str(fact.target), fact.transformation.subtype, fact.exposure.value, fact.confidence.value)
        for fact in facts
        if isinstance(fact, EdgeFact)
    ]


def test_a_column_flows_as_its_run_said_and_no_login_or_text_of_the_event_is_told(tmp_path: Path) -> None:
    facts = read(tmp_path, event(1, "mail"))

    assert edges(facts) == [(f"{PG}/app.crm.people#mail", f"{PG}/app.ai.contacts#email", "IDENTITY", "raw", "exact")]
    assert {fact.evidence for fact in facts if isinstance(fact, EdgeFact)} == {EdgeEvidence.OPENLINEAGE}
    assert [(fact.name.short, fact.type) for fact in facts if isinstance(fact, FieldFact)] == [
        ("ai.contacts.email", "text")
    ]
    assert MARKER not in repr(facts)
    assert isinstance(facts[-1], CostFact)


def test_a_later_run_of_a_job_replaces_what_an_earlier_one_said(tmp_path: Path) -> None:
    facts = read(tmp_path, event(2, "new"), event(1, "old"), event(3, "failed", "FAIL"))

    assert [source.rpartition("#")[2] for source, *_ in edges(facts)] == ["new"]


@pytest.mark.parametrize(
    ("told", "left"),
    [
        ({"subtype": "TRANSFORMATION"}, ("TRANSFORMATION", "derived", "exact")),
        ({"subtype": "TRANSFORMATION", "masking": True}, ("TRANSFORMATION", "pseudonym", "exact")),
        ({"subtype": "AGGREGATION"}, ("AGGREGATION", "extreme", "exact")),
        ({"type": "INDIRECT", "subtype": "SORT"}, ("SORT", "derived", "exact")),
        ({"subtype": "OF_TOMORROW"}, ("TRANSFORMATION", "raw", "inferred")),
    ],
)
def test_what_is_left_of_a_value_is_the_most_that_can_be(
    tmp_path: Path, told: dict[str, object], left: tuple[str, ...]
) -> None:
    facts = read(tmp_path, event(1, "mail", **told))

    assert [found[2:] for found in edges(facts)] == [left]


def test_our_own_events_come_back_as_they_went(tmp_path: Path) -> None:
    sql = "create table t as select max(a) as m, b from u where c; create table w as select x from p, q"
    found = column_edges(sql, dialect="postgres")

    facts = read(tmp_path, *openlineage(found, Naming(PG, "jobs.sql"), NOW))

    every = [*((e, f"#{e.target_field}") for e in found.edges), *((e, "") for e in found.row_edges)]
    assert sorted(edges(facts)) == sorted(
        (
            f"{PG}/{'.'.join(edge.source)}#{edge.source_field}",
            f"{PG}/{'.'.join(edge.target or ())}{tail}",
            edge.transformation.subtype,
            edge.exposure.value,
            edge.confidence.value,
        )
        for edge, tail in every
    )
    assert "ambiguous" in {found[4] for found in edges(facts)}


def test_a_job_that_does_not_tell_its_columns_makes_what_it_writes_opaque(tmp_path: Path) -> None:
    told = event(1, "mail")
    del told["outputs"][0]["facets"]["columnLineage"]

    facts = read(tmp_path, told)

    assert [fact.name.short for fact in facts if isinstance(fact, OpaqueFact)] == ["ai.contacts"]


def test_lines_that_are_no_events_are_counted_and_never_told(tmp_path: Path) -> None:
    facts = read(tmp_path, MARKER, "[1]", "[" * 100_000, {"x": MARKER}, {"job": 3, "outputs": [4, {"facets": 5}]})

    [unread] = [fact for fact in facts if isinstance(fact, UnseenFact) and fact.what == "definition"]
    assert unread.reason.startswith("4 of the lines")
    assert MARKER not in repr(facts)


def test_only_what_the_plan_reads_here_is_described(tmp_path: Path) -> None:
    targets = {"runs.contacts": "ai.contacts", "runs.gone": "ai.contact"}

    facts = read(tmp_path, event(1, "mail"), targets=targets)

    assert [fact.name.short for fact in facts if isinstance(fact, ResolvedFact)] == ["ai.contacts"]
    [absent] = [fact for fact in facts if isinstance(fact, AbsentFact)]
    assert not absent.proven
    assert {fact.name.dataset.short for fact in facts if isinstance(fact, FieldFact)} == {"ai.contacts"}


def test_an_object_store_keeps_its_paths_whole(tmp_path: Path) -> None:
    told = event(1, "mail")
    told["outputs"][0].update(namespace="s3://lake", name="crm/contacts.v2.parquet")

    [found] = edges(read(tmp_path, told))

    assert found[1] == "s3://lake/crm/contacts.v2.parquet#email"


def test_a_file_that_is_not_there_is_told_without_its_name(tmp_path: Path) -> None:
    connector = registry.connector("openlineage")
    settings = connector.settings.model_validate({"path": str(tmp_path / MARKER)})

    with pytest.raises(ConnectorError, match="is the connector's path right") as caught:
        list(connector.read(settings, [Structure()], Context(SourceId("runs"), NOW)))

    assert MARKER not in str(caught.value)
