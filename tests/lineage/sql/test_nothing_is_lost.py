"""The law that nothing is lost silently: every column that a text names matters, or is said to be unknown."""

from __future__ import annotations

import re

import pytest
from sqlglot import Dialect

from lineage.sql import Outcome, column_edges
from tests.lineage.sql import test_dialect_changes, test_dialect_queries
from tests.lineage.sql.flows import SCHEMA

COLUMNS = {name for columns in SCHEMA.values() for name in columns}
TEXTS = [(dialect, sql) for dialect, sql, _ in (*test_dialect_queries.CASES, *test_dialect_changes.CASES)]
BY_ANOTHER_WAY = "SELECT name FROM t |> WHERE x > 1 |> AGGREGATE sum(x) AS z GROUP BY name"
"""What the first part of a pipe selects does not matter to the second, which reads the same rows."""
STORAGE = re.compile(
    r"PARTITIONED BY \(y\)|PRIMARY INDEX \(y\)|MergeTree ORDER BY y|DISTKEY\(y\) SORTKEY\(y\)|PARTITION \(d[^)]*\)"
    r"|PARTITION BY DATE\(ts\) CLUSTER BY id|@stage/x|BY NAME|SET \* EXCEPT \(d\)"
)
"""How rows are laid out, not what is in them; and a column that the source does not have anyway."""


def variants(sql: str, dialect: str) -> list[str]:
    """Give the text once for each column in it, that one called by a name that nothing has."""
    words = [token for token in Dialect.get_or_raise(dialect).tokenize(sql) if token.text.lower() in COLUMNS]
    named = [word for word in words if sql[word.start : word.end + 1].lower() == word.text.lower()]
    kept = [match.span() for match in STORAGE.finditer(sql)]
    named = [word for word in named if not any(start <= word.start < end for start, end in kept)]
    return [f"{sql[: word.start]}no_such_column{sql[word.end + 1 :]}" for word in named]


@pytest.mark.parametrize(("dialect", "sql"), TEXTS)
def test_every_column_that_a_text_names_matters(dialect: str, sql: str) -> None:
    before = column_edges(sql, dialect=dialect, schema=SCHEMA)

    for changed in variants(sql, dialect) if sql != BY_ANOTHER_WAY else ():
        after = column_edges(changed, dialect=dialect, schema=SCHEMA)
        same = (after.edges, after.row_edges, after.outputs) == (before.edges, before.row_edges, before.outputs)
        assert after.unparsed or not same, changed


@pytest.mark.parametrize(("dialect", "sql"), TEXTS)
def test_without_a_schema_nothing_is_told_as_fact(dialect: str, sql: str) -> None:
    found = column_edges(sql, dialect=dialect)

    made = {statement.target for statement in found.statements}
    told = {edge.source for edge in found.edges if edge.confidence.value == "exact"}
    told |= {edge.source for edge in found.row_edges if edge.confidence.value == "exact"}
    assert told <= made  # what the script itself defines is known


@pytest.mark.parametrize(("dialect", "sql"), TEXTS)
def test_every_statement_is_accounted_for(dialect: str, sql: str) -> None:
    found = column_edges(sql, dialect=dialect, schema=SCHEMA)

    flowing = {edge.statement for edge in found.edges} | {edge.statement for edge in found.row_edges}
    for number, statement in enumerate(found.statements):
        assert (statement.outcome == Outcome.EDGES) == (number in flowing)
