"""A system's own masking functions: what the plan says that they leave of a value, and what is taken without it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lineage import registry
from lineage.errors import PlanError
from lineage.facts import EdgeFact, OpaqueFact
from lineage.model import Level, Verdict
from lineage.testing import World, assumption
from tests.servers import PostgresDatabase
from tests.servers_mariadb import MariadbSchemas

PLAN = """
plan: v1
meta: {{id: reply, status: approved, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: {kind}, url: "${{CRM_URL}}"}}
    {functions}
    datasets: {{seen: {{reads: contacts, fields: {{contact: required}}}}}}
steps: {{draft: {{reads: {{crm.seen: all}}, to: prompt}}}}
"""
TOLD = "functions: {mask_email: redacted}"


def left(world: World, kind: str, functions: str) -> tuple[set[tuple[str, bool]], bool]:
    """Give what is left of the address in the view, and whether the view is opaque."""
    facts = world.scan(PLAN.format(kind=kind, functions=functions), rules=[]).facts
    flows = {
        (fact.exposure.value, fact.transformation.masking)
        for fact in facts
        if isinstance(fact, EdgeFact) and fact.source.field == ("email",) and fact.target.field == ("contact",)
    }
    return flows, any(isinstance(fact, OpaqueFact) and fact.name.path[-1] == "contacts" for fact in facts)


@pytest.fixture
def desk(tmp_path: Path) -> World:
    """Give a DuckDB whose view masks by a macro."""
    import duckdb

    with duckdb.connect(str(tmp_path / "desk.duckdb")) as connection:
        connection.execute("create table people (id integer, email text)")
        connection.execute("create macro mask_email(x) as '***' || right(x, 3)")
        connection.execute("create view contacts as select mask_email(email) as contact from people")
    return World(tmp_path).url("crm", f"duckdb:///{tmp_path}/desk.duckdb")


def test_a_macro_of_which_the_plan_says_nothing_is_opaque_and_raw(desk: World) -> None:
    assert left(desk, "duckdb", "") == ({("raw", False)}, True)


@pytest.mark.parametrize(
    ("says", "leaves"),
    [("redacted", ("redacted", True)), ("pseudonym", ("pseudonym", True)), ("derived", ("derived", False))],
)
def test_a_macro_leaves_what_the_plan_says(desk: World, says: str, leaves: tuple[str, bool]) -> None:
    assert left(desk, "duckdb", f"functions: {{mask_email: {says}}}") == ({leaves}, False)


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("functions", "leaves"),
    [
        ("", ("raw", False)),
        (TOLD, ("redacted", True)),
        ("functions: {public.mask_email: redacted}", ("redacted", True)),
        ("functions: {other.mask_email: redacted}", ("raw", False)),
    ],
)
def test_a_function_of_postgresql_leaves_what_the_plan_says(
    tmp_path: Path, postgres: PostgresDatabase, functions: str, leaves: tuple[str, bool]
) -> None:
    postgres.execute("""
        CREATE TABLE people (id int, email text);
        CREATE FUNCTION mask_email(text) RETURNS text LANGUAGE sql AS $$ SELECT '***' $$;
        CREATE VIEW contacts AS SELECT mask_email(email) AS contact FROM people""")
    world = World(tmp_path).url("crm", postgres.url())

    assert left(world, "postgresql", functions)[0] == {leaves}


@pytest.mark.parametrize(("functions", "leaves"), [("", ("raw", False)), (TOLD, ("redacted", True))])
def test_a_function_of_mariadb_leaves_what_the_plan_says(
    tmp_path: Path, mariadb: MariadbSchemas, functions: str, leaves: tuple[str, bool]
) -> None:
    schema = mariadb.schema()
    mariadb.execute(
        f"CREATE TABLE {schema}.people (id int, email text)",
        f"CREATE FUNCTION {schema}.mask_email(x text) RETURNS text DETERMINISTIC RETURN '***'",
        f"CREATE VIEW {schema}.contacts AS SELECT {schema}.mask_email(email) AS contact FROM {schema}.people",
    )
    world = World(tmp_path).url("crm", mariadb.url(mariadb.account("auditor"), schema))
    mariadb.execute(f"GRANT SELECT, SHOW VIEW, EXECUTE ON {schema}.* TO {next(iter(mariadb.accounts))}")

    assert left(world, "mysql", functions)[0] == {leaves}


def test_what_a_function_leaves_is_the_plans_word_and_counted_as_that(desk: World) -> None:
    rules = [rule for rule in registry.rules() if rule.id == "lineage/opaque-hop"]

    report = desk.audit(PLAN.format(kind="duckdb", functions=TOLD), rules=rules)

    told = assumption(report, "sources.crm.functions.mask_email")
    assert (told.verdict, told.level) == (Verdict.HELD, Level.ASSERTED)
    assert assumption(report, "sources.crm.datasets.seen.reads").verdict is Verdict.HELD


@pytest.mark.parametrize(
    "wrong", ["functions: {mask_email: masked}", "functions: {'mask email': redacted}", "functions: [mask_email]"]
)
def test_a_function_is_named_as_sql_calls_it_and_leaves_something_known(desk: World, wrong: str) -> None:
    with pytest.raises(PlanError):
        desk.plan(PLAN.format(kind="duckdb", functions=wrong))


def test_a_dbt_model_that_masks_by_a_function_of_its_warehouse(tmp_path: Path) -> None:
    model = {"resource_type": "model", "database": "shop", "schema": "main", "name": "contacts", "language": "sql"}
    sql = "select mask_email(email) as contact from people"
    manifest = {
        "metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
            "adapter_type": "duckdb",
            "project_name": "shop",
        },
        "nodes": {"model.shop.contacts": {**model, "compiled_code": sql, "config": {"materialized": "view"}}},
        "sources": {},
    }
    plan = PLAN.replace('{{type: {kind}, url: "${{CRM_URL}}"}}', '{{type: {kind}, target: "{folder}"}}')
    world = World(tmp_path).file("manifest.json", json.dumps(manifest))

    for functions, leaves in (("", ("raw", False)), (TOLD, ("redacted", True))):
        facts = world.scan(plan.format(kind="dbt", folder="${FILES}", functions=functions), rules=[]).facts
        found = {
            (fact.exposure.value, fact.transformation.masking)
            for fact in facts
            if isinstance(fact, EdgeFact) and fact.target.field == ("contact",)
        }
        assert found == {leaves}
