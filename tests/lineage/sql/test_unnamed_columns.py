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
USERS = {"users": ["id", "email", "at"]}


@pytest.mark.postgresql
def test_a_column_without_an_alias_is_called_as_the_server_calls_it(postgres: PostgresDatabase) -> None:
    import psycopg

    postgres.execute("CREATE TABLE users (id int, email text, at timestamp)")
    with psycopg.connect(postgres.url()) as connection:
        for call in CALLS:
            said = connection.execute(f"SELECT {call} FROM users GROUP BY id, email, at".encode()).description
            assert said is not None
            found = column_edges(f"CREATE VIEW v AS SELECT {call} FROM users", dialect="postgres", schema=USERS)
            assert found.outputs[0].columns == (said[0].name,)


def test_what_follows_finds_it_by_that_name() -> None:
    sql = "CREATE TEMP TABLE t AS SELECT unnest(string_to_array(email, ',')) FROM users; SELECT unnest FROM t"
    found = column_edges(sql, dialect="postgres", schema=USERS)
    assert not found.unparsed
    assert [(edge.source_field, edge.target_field) for edge in found.edges] == [("email", "unnest")]
