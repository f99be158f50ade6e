"""PostgreSQL calls a column without an alias by its function; downstream statements name it so."""

from __future__ import annotations

import pytest

from lineage.sql import column_edges
from tests.servers import PostgresDatabase

CALLS = (
    *("unnest(string_to_array(email, ','))", "to_char(id, '9')", "string_agg(email, ',')", "bool_or(id = 1)"),
    *("date_trunc('day', at)", "to_date(email, 'YYYY')", "generate_series(1, id)", "btrim(email)", "max(email)"),
    *("bool_and(id = 1)", "coalesce(email, 'x')", "array_agg(email)", "md5(email)", "upper(email)", "email::varchar"),
)
VALUES = (
    *("(SELECT max(id) FROM users)", "(SELECT email FROM users LIMIT 1)", "(SELECT email AS e FROM users LIMIT 1)"),
    *("EXISTS (SELECT 1 FROM users)", "id IN (SELECT id FROM users)", "id + 1", "-id", "'x'", "1", "NULL", "true"),
    *("CASE WHEN id = 1 THEN email END", "CASE WHEN id = 1 THEN 'x' ELSE email END", "ARRAY(SELECT id FROM users)"),
    *("CASE WHEN id = 1 THEN 1 ELSE max(id) END", "email IS NULL", "id = 1", "NOT id = 1", "email || 'x'"),
    *("(SELECT 1)", "(SELECT (SELECT id FROM users LIMIT 1))", "(SELECT id FROM users UNION SELECT 1 LIMIT 1)"),
    *("CAST(1 AS numeric)", "'2020-01-01'::date", "interval '1 day'", "at AT TIME ZONE 'utc'", "(ARRAY[id])[1]"),
    *("'{}'::json -> 'a'", "id BETWEEN 1 AND 2", "email LIKE 'x'", "ROW(id, email)", "max(id) OVER ()"),
)
USERS = {"users": ["id", "email", "at"]}


@pytest.mark.postgresql
def test_a_column_without_an_alias_is_called_as_the_server_calls_it(postgres: PostgresDatabase) -> None:
    import psycopg

    postgres.execute("CREATE TABLE users (id int, email text, at timestamp)")
    with psycopg.connect(postgres.url()) as connection:
        for call in (*CALLS, *VALUES):
            said = connection.execute(f"SELECT {call} FROM users GROUP BY id, email, at".encode()).description
            assert said is not None
            found = column_edges(f"CREATE VIEW v AS SELECT {call} FROM users", dialect="postgres", schema=USERS)
            assert found.outputs[0].columns == (said[0].name,)


def test_what_follows_finds_it_by_that_name() -> None:
    sql = "CREATE TEMP TABLE t AS SELECT unnest(string_to_array(email, ',')) FROM users; SELECT unnest FROM t"
    found = column_edges(sql, dialect="postgres", schema=USERS)
    assert not found.unparsed
    assert [(edge.source_field, edge.target_field) for edge in found.edges] == [("email", "unnest")]
