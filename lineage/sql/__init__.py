"""Column lineage of SQL text: which source columns each written or returned column comes from, and by what steps.

    >>> from lineage.sql import column_edges
    >>> found = column_edges(
    ...     "CREATE VIEW v AS SELECT md5(email) AS key, count(*) AS n FROM users WHERE active GROUP BY email",
    ...     dialect="postgres",
    ...     schema={"public.users": ["email", "active"]},
    ... )
    >>> [(e.source, e.source_field, e.target_field, e.exposure.value) for e in found.edges]
    [(('public', 'users'), 'email', 'key', 'pseudonym')]
    >>> sorted((e.source_field, e.transformation.subtype) for e in found.row_edges)
    [('active', 'FILTER'), ('email', 'GROUP_BY')]

What a caller can rely on:

* Any text gives an answer: nothing raises, and each statement has an outcome (edges, none, unparsed with its place).
* No literal of the text is in the answer, nor in an error or a log; names are. An expression without an alias is
  called by its function or its place.
* DIRECT edges carry values; INDIRECT ones (CONDITIONAL, WINDOW, SORT within an aggregate) steer a column. What decides
  on rows (FILTER, JOIN, GROUP_BY, SORT, WINDOW) is a `RowEdge`, once for the target.
* Over several paths each kind of step keeps its worst exposure, so a masked path never hides a raw one.
* Without a schema nothing is told as fact: confidence is INFERRED, AMBIGUOUS where several datasets could be meant,
  STAR where a star could not be expanded.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from lineage.sql.result import ColumnEdge, Outcome, Output, Path, RowEdge, SqlLineage, Statement, Unparsed

if TYPE_CHECKING:
    from lineage.model import Exposure
    from lineage.sql.naming import Schema
    from lineage.sql.reader import SqlReader

__all__ = [
    "ColumnEdge",
    "Outcome",
    "Output",
    "Path",
    "RowEdge",
    "SqlLineage",
    "Statement",
    "Unparsed",
    "column_edges",
    "sql_reader",
]


def column_edges(
    sql: str,
    *,
    dialect: str,
    schema: Schema | None = None,
    default_schema: str | None = None,
    functions: Mapping[str, Exposure] | None = None,
) -> SqlLineage:
    """Read the column lineage of a SQL text.

    Args:
        sql: One or more statements.
        dialect: `postgres`, `mysql`, `sqlite`, `duckdb`, `snowflake`, `bigquery`, `redshift`, `databricks`, `spark`,
            `hive`, `tsql`, `oracle`, `clickhouse`, `trino`, `teradata` or another that sqlglot knows; else `ansi`.
        schema: Datasets (path tuple, or dotted) with their column names in order, as the system spells them; a path
            (`("home", "city")`) or a mapping behind a name says that the column is a struct.
        default_schema: Where unqualified names are looked up: `public`, `app.public`.
        functions: What own functions leave of their operands: `{"tokenise": Exposure.PSEUDONYM}`. It wins over the
            built-in table.

    Raises:
        ValueError: The dialect is not known.
    """
    return sql_reader(dialect=dialect, schema=schema, default_schema=default_schema, functions=functions).read(sql)


def sql_reader(
    *,
    dialect: str,
    schema: Schema | None = None,
    default_schema: str | None = None,
    functions: Mapping[str, Exposure] | None = None,
) -> SqlReader:
    """Make a reader for many texts of one system, so that its schema is indexed once."""
    from lineage.sql.reader import SqlReader  # sqlglot takes 0.2 s to import

    return SqlReader(dialect=dialect, schema=schema, default_schema=default_schema, functions=functions)
