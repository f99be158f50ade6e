"""Calls that stand behind what they are called on lose nothing of it."""

from __future__ import annotations

import pytest

from lineage.sql import column_edges


def flows(expression: str, dialect: str, *, known: bool = True) -> set[tuple[str, str]]:
    """Give (column, exposure) of what flows into an expression."""
    schema = {"t": ["email", "name"]} if known else None
    found = column_edges(f"SELECT {expression} AS x FROM t", dialect=dialect, schema=schema)
    assert found.unparsed == ()
    return {(edge.source_field.lower(), edge.exposure.value) for edge in found.edges}


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize(
    ("expression", "dialect", "expected"),
    [
        ("email.lower()", "duckdb", {("email", "raw")}),
        ("email.md5()", "duckdb", {("email", "pseudonym")}),
        ("t.email.lower().substr(1, 2)", "duckdb", {("email", "derived")}),
        ("('a' || email).upper()", "duckdb", {("email", "raw")}),
        ("md5(email).upper()", "duckdb", {("email", "pseudonym")}),
        ("email.concat(name)", "duckdb", {("email", "raw"), ("name", "raw")}),
        (
            "email.string_split(',').list_transform(lambda z: z || name).len()",
            "duckdb",
            {("email", "derived"), ("name", "derived")},
        ),
        ("email.string_split(',').list_transform(lambda name: name.upper())", "duckdb", {("email", "raw")}),
        ("main.lower(email)", "duckdb", {("email", "raw")}),
        ("email.value('(/a)[1]', 'int')", "tsql", {("email", "raw")}),
        ("t.email.query('/a')", "tsql", {("email", "raw")}),
        ("dbo.value(email)", "tsql", {("email", "raw")}),
        ("t.email.getStringVal()", "oracle", {("email", "raw")}),
        ("email.extract('/a').getStringVal()", "oracle", {("email", "raw")}),
    ],
)
def test_what_a_call_stands_behind_flows_into_it(
    expression: str, dialect: str, expected: set[tuple[str, str]], known: bool
) -> None:
    assert flows(expression, dialect, known=known) == expected


def test_what_stands_before_a_function_of_a_schema_is_no_column() -> None:
    assert flows("pkg.f(email)", "oracle", known=False) == {("email", "raw")}
    assert flows("crm.upper(email)", "postgres", known=False) == {("email", "raw")}
