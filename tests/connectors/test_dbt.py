"""dbt's artifacts: as dbt writes them for a small project, and broken in every way that a folder can be.

The artifacts in this file are those that dbt-core 1.11 with dbt-duckdb wrote for the same project, cut to what is read.
With LINEAGE_DBT=/path/to/dbt (in an environment of its own) the project is built by dbt itself and must say the same.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from lineage import registry
from lineage.connector import Column, Profile, Relation, Structure
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import (
    AbsentFact,
    CostFact,
    DatasetFact,
    EdgeFact,
    Fact,
    FieldFact,
    OpaqueFact,
    ResolvedFact,
    SystemFact,
    TagFact,
    UnseenFact,
)
from lineage.model import Confidence, DatasetId, EdgeEvidence, SourceId

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
MARKER = "zq7marker"
MODELS = {
    "contacts": f"select id, lower(mail) as email, region from PEOPLE where region <> '{MARKER}'",
    "keys": "with __dbt__cte__eph as (select id, email from CONTACTS) select md5(email) as k from __dbt__cte__eph",
    "last_seen": "with e as (select id, seen_at from EVENTS), c as (select * from CONTACTS) "
    "select c.email, max(e.seen_at) as last_at from c join e using (id) group by 1",
}
JINJA = {"PEOPLE": "{{ ref('people') }}", "CONTACTS": "{{ ref('contacts') }}", "EVENTS": "{{ source('raw','events') }}"}
MARKS: dict[str, tuple[dict[str, object], list[str]]] = {
    "EMAIL": ({"contains_pii": True, "pii_type": f"email {MARKER}"}, ["pii.email"]),
    "region": ({"classification": "internal", "pii": False}, []),
    "id": ({"pii": MARKER}, []),
}
COLUMNS = {
    "seed.shop.people": {"id": "INTEGER", "mail": "VARCHAR", "region": "VARCHAR"},
    "model.shop.contacts": {"id": "INTEGER", "email": "VARCHAR", "region": "VARCHAR"},
    "model.shop.keys": {"k": "VARCHAR"},
    "model.shop.last_seen": {"email": "VARCHAR", "last_at": "TIMESTAMP"},
    "source.shop.raw.events": {"id": "INTEGER", "seen_at": "TIMESTAMP"},
}


def node(unique: str, sql: str | None = None, **more: object) -> dict[str, object]:
    kind, _, rest = unique.partition(".")
    name = rest.rpartition(".")[2]
    known = {"resource_type": kind, "database": "shop", "schema": "main", "name": name, "alias": name}
    source = {"identifier": name, "source_name": "raw"} if kind == "source" else {}
    config = {"materialized": {"last_seen": "table", "people": "seed"}.get(name, "view")}
    return {**known, **source, "config": config, "compiled_code": sql, "language": "sql", **more}


def compiled(sql: str) -> str:
    for word in JINJA:
        sql = sql.replace(word, f'"shop"."main"."{word.lower()}"')
    return sql


def artifacts() -> dict[str, Any]:
    nodes = {f"model.shop.{name}": node(f"model.shop.{name}", compiled(sql)) for name, sql in MODELS.items()}
    nodes["seed.shop.people"] = node("seed.shop.people")
    nodes["model.shop.eph"] = node("model.shop.eph", "select 1", config={"materialized": "ephemeral"})
    nodes["test.shop.unique_email.1"] = node("test.shop.unique_email.1", f"select '{MARKER}'")
    nodes["model.shop.contacts"]["description"] = MARKER
    nodes["model.shop.contacts"]["columns"] = {
        name: {"name": name, "description": MARKER, "meta": meta, "config": {"meta": meta}, "tags": tags}
        for name, (meta, tags) in MARKS.items()
    }
    head = {
        "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
        "dbt_version": "1.11.16",
        "project_name": "shop",
        "adapter_type": "duckdb",
    }
    told = {
        unique: {
            "metadata": {"type": "VIEW", "database": "shop", "schema": "main", "name": unique.rpartition(".")[2]},
            "columns": {
                name: {"type": of, "index": at, "name": name} for at, (name, of) in enumerate(columns.items(), 1)
            },
        }
        for unique, columns in COLUMNS.items()
    }
    told["model.shop.last_seen"]["metadata"]["type"] = "BASE TABLE"
    events = "source.shop.raw.events"
    fresh = {"max_loaded_at": "2026-11-20T10:00:00+00:00", "snapshotted_at": "2026-11-22T12:00:00+00:00"}
    return {
        "manifest": {"metadata": head, "nodes": nodes, "sources": {events: node(events)}},
        "catalog": {"nodes": {k: v for k, v in told.items() if k != events}, "sources": {events: told[events]}},
        "sources": {"results": [{"unique_id": events, **fresh}]},
    }


def laid(folder: Path, found: Mapping[str, object]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, document in found.items():
        (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


def built(folder: Path, dbt: str) -> Path:
    """Build the project with dbt itself."""
    import duckdb

    (folder / "models").mkdir()
    (folder / "seeds").mkdir()
    project = "name: shop\nversion: '1.0'\nprofile: shop\nmodels: {shop: {+materialized: view}}\n"
    (folder / "dbt_project.yml").write_text(project, encoding="utf-8")
    (folder / "profiles.yml").write_text(
        "shop: {target: dev, outputs: {dev: {type: duckdb, path: shop.duckdb}}}\n", encoding="utf-8"
    )
    (folder / "seeds" / "people.csv").write_text(f"id,mail,region\n1,{MARKER}@x.example,EU\n", encoding="utf-8")
    columns = [{"name": name, "config": {"meta": meta, "tags": tags}} for name, (meta, tags) in MARKS.items()]
    (folder / "models" / "sources.yml").write_text(
        "sources:\n  - name: raw\n    schema: main\n    tables:\n"
        "      - name: events\n        loaded_at_field: seen_at\n"
        "        freshness: {warn_after: {count: 1, period: day}}\n"
        f"models: [{{name: contacts, description: {MARKER}, columns: {json.dumps(columns)}}}]\n",
        encoding="utf-8",
    )
    for name, sql in {**MODELS, "eph": "{{ config(materialized='ephemeral') }} select id, email from CONTACTS"}.items():
        text = sql.replace("with __dbt__cte__eph as (select id, email from CONTACTS) ", "")
        text = text.replace("__dbt__cte__eph", "{{ ref('eph') }}")
        for word, call in JINJA.items():
            text = text.replace(word, call)
        head = "{{ config(materialized='table') }} " if name == "last_seen" else ""
        (folder / "models" / f"{name}.sql").write_text(head + text, encoding="utf-8")
    with duckdb.connect(str(folder / "shop.duckdb")) as connection:
        connection.execute("create table events as select 1 as id, timestamp '2026-11-20 10:00:00' as seen_at")
    environ = {**os.environ, "DBT_SEND_ANONYMOUS_USAGE_STATS": "false", "DO_NOT_TRACK": "1"}
    for words in (["build"], ["source", "freshness"], ["docs", "generate"]):
        subprocess.run([dbt, *words, "-q", "--profiles-dir", "."], cwd=folder, env=environ, check=True, timeout=300)
    return folder / "target"


@pytest.fixture(scope="module", params=["written", "built by dbt"])
def target(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dbt")
    if request.param == "written":
        return laid(folder / "target", artifacts())
    if "LINEAGE_DBT" not in os.environ:
        pytest.skip("LINEAGE_DBT does not name a dbt executable")
    return built(folder, os.environ["LINEAGE_DBT"])


def read(folder: Path, targets: Mapping[str, str] | None = None, **settings: object) -> list[Fact]:
    connector = registry.connector("dbt")
    wanted = {DatasetId(dataset): reads for dataset, reads in (targets or {}).items()}
    checked = connector.settings.model_validate({"target": str(folder), **settings})
    return list(connector.read(checked, [Structure(wanted)], Context(SourceId("dwh"), NOW)))


def edges(facts: list[Fact]) -> set[tuple[str, str, str, str]]:
    return {
        (fact.source.short, fact.target.short, fact.transformation.subtype, fact.exposure.value)
        for fact in facts
        if isinstance(fact, EdgeFact)
    }


def test_columns_flow_through_models_as_the_compiled_sql_says(target: Path) -> None:
    facts = read(target)

    assert edges(facts) == {
        ("main.people.id", "main.contacts.id", "IDENTITY", "raw"),
        ("main.people.mail", "main.contacts.email", "TRANSFORMATION", "raw"),
        ("main.people.region", "main.contacts.region", "IDENTITY", "raw"),
        ("main.people.region", "main.contacts", "FILTER", "derived"),
        ("main.contacts.email", "main.keys.k", "TRANSFORMATION", "pseudonym"),
        ("main.contacts.email", "main.last_seen.email", "IDENTITY", "raw"),
        ("main.events.seen_at", "main.last_seen.last_at", "AGGREGATION", "extreme"),
        ("main.contacts.id", "main.last_seen", "JOIN", "derived"),
        ("main.events.id", "main.last_seen", "JOIN", "derived"),
        ("main.contacts.email", "main.last_seen", "GROUP_BY", "derived"),
    }
    found = [fact for fact in facts if isinstance(fact, EdgeFact)]
    assert {fact.evidence for fact in found} == {EdgeEvidence.DBT}
    assert {fact.confidence for fact in found} == {Confidence.EXACT}
    assert not [fact for fact in facts if isinstance(fact, OpaqueFact)]


def test_datasets_have_columns_and_sources_their_newest_moment(target: Path) -> None:
    facts = read(target)

    fields = {fact.name.short: fact.type for fact in facts if isinstance(fact, FieldFact)}
    assert fields["main.last_seen.last_at"] == "TIMESTAMP"
    datasets = {fact.name.short: fact for fact in facts if isinstance(fact, DatasetFact)}
    assert set(datasets) == {"main.contacts", "main.events", "main.keys", "main.last_seen", "main.people"}
    assert datasets["main.events"].changed_at == datetime(2026, 11, 20, 10, tzinfo=UTC)
    assert datasets["main.contacts"].documented
    assert datasets["main.contacts"].kind.value == "view"
    assert datasets["main.last_seen"].kind.value == "table"


def test_what_a_project_marks_as_sensitive_is_told_by_its_kind_alone(target: Path) -> None:
    marks = {(fact.name.short, fact.label) for fact in read(target) if isinstance(fact, TagFact)}

    assert marks == {("main.contacts.email", "email"), ("main.contacts.id", "personal")}


@pytest.mark.parametrize(
    ("column", "label"),
    [
        ({"meta": {"pii": "true"}}, "personal"),
        ({"meta": {"Contains-PII": True}}, "personal"),
        ({"config": {"meta": {"sensitivity": ["high", "E-Mail"]}}}, "email"),
        ({"meta": {"data_classification": "Restricted"}}, "personal"),
        ({"meta": {"governance.classification": "PHI"}}, "health"),
        ({"config": {"tags": ["nightly", "classification:PII"]}}, "personal"),
        ({"tags": "phi"}, "health"),
        ({"policy_tags": ["projects/acme/taxonomies/pii/policyTags/phone"]}, "phone"),
        ({"meta": {"pii": False}}, None),
        ({"meta": {"pii": "none", "classification": "tier 1"}, "tags": ["email_campaigns", "secretary"]}, None),
        ({"meta": {"sensitive": None}, "tags": [3, {"pii": 1}], "config": MARKER}, None),
        ({"meta": [MARKER], "config": {"meta": MARKER, "tags": {"a": "b"}}}, None),
    ],
)
def test_marks_are_read_in_the_words_that_teams_use(column: dict[str, object], label: str | None) -> None:
    from connectors._dbt.marks import label_of

    assert label_of(column) == label


def test_no_literal_or_description_of_a_project_is_told(target: Path) -> None:
    facts = read(target, {"dwh.gone": "no_such_model"})

    assert MARKER not in repr(facts)
    assert MARKER in (target / "manifest.json").read_text(encoding="utf-8")


def test_absence_from_a_project_proves_nothing(target: Path) -> None:
    facts = read(target, {"dwh.a": "contacts", "dwh.b": "raw.events", "dwh.c": "main.keys", "dwh.d": "contact"})

    assert {fact.dataset: fact.name.short for fact in facts if isinstance(fact, ResolvedFact)} == {
        "dwh.a": "main.contacts",
        "dwh.b": "main.events",
        "dwh.c": "main.keys",
    }
    [absent] = [fact for fact in facts if isinstance(fact, AbsentFact)]
    assert (absent.proven, absent.nearest[0]) == (False, "contacts")
    [system] = [fact for fact in facts if isinstance(fact, SystemFact)]
    assert not system.complete_catalogue
    assert isinstance(facts[-1], CostFact)


def test_with_a_namespace_the_nodes_are_the_warehouses_and_its_facts_are_left_to_it(tmp_path: Path) -> None:
    found = artifacts()
    found["manifest"]["metadata"]["adapter_type"] = "postgres"

    facts = read(laid(tmp_path / "target", found), namespace="postgres://dwh:5432")

    names = {str(fact.target.dataset) for fact in facts if isinstance(fact, EdgeFact)}
    assert "postgres://dwh:5432/shop.main.contacts" in names
    assert not [fact for fact in facts if isinstance(fact, DatasetFact | FieldFact)]


def test_snowflake_names_are_in_the_case_that_the_warehouse_keeps(tmp_path: Path) -> None:
    found = artifacts()
    found["manifest"]["metadata"]["adapter_type"] = "snowflake"
    for each in found["manifest"]["nodes"].values():
        each["compiled_code"] = (each["compiled_code"] or "").replace('"', "") or None
    del found["catalog"]

    facts = read(laid(tmp_path / "target", found))

    assert ("MAIN.PEOPLE.MAIL", "MAIN.CONTACTS.EMAIL", "TRANSFORMATION", "raw") in edges(facts)
    assert Confidence.EXACT not in {fact.confidence for fact in facts if isinstance(fact, EdgeFact)}
    assert "run `dbt docs generate` after the models" in {fact.settle for fact in facts if isinstance(fact, UnseenFact)}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"compiled_code": None}, "it was not compiled"),
        ({"language": "python"}, "it is a Python model"),
        ({"compiled_code": f"selec '{MARKER}'"}, "not understood"),
        ({"compiled_code": "select id, mail as other from shop.main.people"}, "not the catalogue's"),
    ],
)
def test_a_model_that_cannot_be_followed_is_opaque(tmp_path: Path, change: dict[str, object], reason: str) -> None:
    found = artifacts()
    found["manifest"]["nodes"]["model.shop.contacts"].update(change)

    facts = read(laid(tmp_path / "target", found))

    [opaque] = [fact for fact in facts if isinstance(fact, OpaqueFact)]
    assert opaque.name.short == "main.contacts"
    assert reason in opaque.reason
    assert MARKER not in opaque.reason


def test_a_table_that_the_project_does_not_know_is_named_beside_the_model(tmp_path: Path) -> None:
    found = artifacts()
    found["manifest"]["nodes"]["model.shop.keys"]["compiled_code"] = "select md5(secret) as k from outside"

    facts = read(laid(tmp_path / "target", found))

    assert ("main.outside.secret", "main.keys.k", "TRANSFORMATION", "pseudonym") in edges(facts)


def test_an_incremental_model_does_not_flow_into_itself(tmp_path: Path) -> None:
    found = artifacts()
    sql = "select k from shop.main.keys union all select md5(email) from shop.main.contacts"
    found["manifest"]["nodes"]["model.shop.keys"]["compiled_code"] = sql

    facts = read(laid(tmp_path / "target", found))

    assert {start for start, end, *_ in edges(facts) if end.startswith("main.keys")} == {"main.contacts.email"}


def test_freshness_from_a_row_of_the_future_is_no_freshness(tmp_path: Path) -> None:
    found = artifacts()
    found["sources"]["results"][0]["max_loaded_at"] = "2027-11-20T10:00:00+00:00"

    facts = read(laid(tmp_path / "target", found))

    [events] = [fact for fact in facts if isinstance(fact, DatasetFact) and fact.name.short == "main.events"]
    assert events.changed_at is None
    assert any("in the future" in fact.reason for fact in facts if isinstance(fact, UnseenFact))


@pytest.mark.parametrize(
    ("manifest", "told"),
    [
        (None, "dbt compile"),
        ("{", "is not JSON"),
        ("[]", "no known version"),
        ('{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v7.json"}}', "version 7"),
        ("[" * 100_000, "is not JSON"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_told_with_the_way_out(
    tmp_path: Path, manifest: str | None, told: str
) -> None:
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest, encoding="utf-8")

    with pytest.raises(ConnectorError, match=told) as caught:
        read(tmp_path)

    assert str(tmp_path) not in str(caught.value)


def test_a_manifest_of_wrong_types_is_no_crash(tmp_path: Path) -> None:
    found = artifacts()
    found["manifest"]["nodes"] = {
        "model.shop.a": 3,
        "model.shop.b": {"resource_type": "model", "columns": [], "name": 4},
    }
    found["catalog"] = {"nodes": {"model.shop.b": {"columns": {"x": None}, "metadata": 5}}}
    found["sources"] = {"results": [None, {"unique_id": 7}]}

    assert isinstance(read(laid(tmp_path / "target", found))[-1], CostFact)


def test_rows_are_not_in_artifacts(target: Path) -> None:
    connector = registry.connector("dbt")
    resolved = [fact for fact in read(target, {"dwh.a": "contacts"}) if isinstance(fact, ResolvedFact)]
    relation = Relation(DatasetId("dwh.a"), resolved[0].name, {"id": Column(("id",), "INTEGER")})

    facts = list(
        connector.read(
            connector.settings.model_validate({"target": str(target)}),
            [Profile(relation, None, (), ())],
            Context(SourceId("dwh"), NOW),
        )
    )

    assert [fact.what for fact in facts if isinstance(fact, UnseenFact)] == ["data"]
    assert all(isinstance(fact, UnseenFact | CostFact) for fact in facts)


def test_a_folder_that_is_not_there_is_told_without_its_name(tmp_path: Path) -> None:
    with pytest.raises(ConnectorError, match="is the connector's target right") as caught:
        read(tmp_path / MARKER)

    assert MARKER not in str(caught.value)
