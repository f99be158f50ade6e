"""SELECT: scopes, stars, joins, subqueries, set operations, windows."""

from __future__ import annotations

import pytest

from lineage.sql import column_edges
from tests.lineage.sql.shapes import confidences, direct, exposures, indirect, lineage, rows


def test_a_plain_column_is_the_identity() -> None:
    found = lineage("SELECT email AS e FROM users")

    (edge,) = found.edges
    assert (edge.source, edge.source_field, edge.target, edge.target_field) == (("public", "users"), "email", None, "e")
    assert (edge.transformation.type, edge.transformation.subtype) == ("DIRECT", "IDENTITY")
    assert (edge.exposure.value, edge.confidence.value) == ("raw", "exact")


def test_a_query_of_with_hides_the_table_of_its_name() -> None:
    sql = "WITH users AS (SELECT id, upper(email) AS email FROM users) SELECT email FROM users"

    assert direct(sql) == {"users.email -> email"}
    assert exposures(sql) == {"email": "raw"}


def test_an_inner_with_hides_an_outer_one_only_inside() -> None:
    sql = """
        WITH a AS (SELECT email AS x FROM users)
        SELECT i.x AS inner_x, a.x AS outer_x
        FROM (WITH a AS (SELECT name AS x FROM users) SELECT x FROM a) i, a
    """

    assert direct(sql) == {"users.name -> inner_x", "users.email -> outer_x"}


def test_a_query_of_with_reads_the_environment_of_its_own_place() -> None:
    sql = """
        WITH a AS (SELECT id AS x FROM users), b AS (SELECT x FROM a)
        SELECT * FROM (WITH a AS (SELECT email AS x FROM users) SELECT x FROM b) q
    """

    assert direct(sql) == {"users.id -> x"}


def test_a_recursive_query_reaches_all_that_it_ever_returns() -> None:
    sql = """
        WITH RECURSIVE t(a, b) AS (
            SELECT id, name FROM users UNION ALL SELECT o.user_id, t.a::text FROM orders o JOIN t ON o.id = t.a
        ) SELECT b FROM t
    """

    assert direct(sql) == {"users.name -> b", "users.id -> b", "orders.user_id -> b"}
    assert rows(sql) == {"JOIN orders.id", "JOIN users.id", "JOIN orders.user_id"}


@pytest.mark.parametrize(
    ("select", "columns"),
    [
        ("*", ("id", "email", "name", "active", "id", "user_id", "amount", "at")),
        ("o.*", ("id", "user_id", "amount", "at")),
        ("o.*, u.email AS e", ("id", "user_id", "amount", "at", "e")),
    ],
)
def test_a_star_is_expanded_in_order(select: str, columns: tuple[str, ...]) -> None:
    assert lineage("SELECT @ FROM users u, orders o".replace("@", select)).columns() == columns


@pytest.mark.parametrize(
    ("side", "sources"),
    [
        ("", {"users.id -> id"}),
        ("LEFT", {"users.id -> id"}),
        ("RIGHT", {"orders.id -> id"}),
        ("FULL", {"users.id -> id", "orders.id -> id"}),
    ],
)
@pytest.mark.parametrize("how", ["@ JOIN orders USING (id)", "NATURAL @ JOIN orders"])
def test_using_and_natural_carry_the_column_of_the_side_that_is_kept(side: str, sources: set[str], how: str) -> None:
    sql = "SELECT id FROM users @".replace("@", how).replace("@", side)

    assert direct(sql) == sources
    assert rows(sql) == {"JOIN users.id", "JOIN orders.id"}


def test_using_puts_its_column_first_in_postgres_and_in_place_in_duckdb() -> None:
    sql = "SELECT * FROM orders o JOIN (SELECT amount, id AS other FROM orders) p USING (amount)"

    assert lineage(sql).columns() == ("amount", "id", "user_id", "at", "other")
    assert lineage(sql, "duckdb").columns() == ("id", "user_id", "amount", "at", "other")


def test_a_third_table_keeps_its_own_column_of_that_name() -> None:
    sql = "SELECT o.id, p.id AS third FROM users u JOIN orders o USING (id) JOIN orders p ON p.user_id = u.id"

    assert direct(sql) == {"orders.id -> id", "orders.id -> third"}


def test_subqueries_give_their_value_and_their_conditions() -> None:
    sql = "SELECT (SELECT max(email) FROM users u WHERE u.id = o.user_id) AS m FROM orders o"

    assert direct(sql) == {"users.email -> m"}
    assert exposures(sql) == {"m": "extreme"}
    assert rows(sql) == {"FILTER users.id", "FILTER orders.user_id"}


def test_exists_depends_on_conditions_and_on_no_column_that_it_selects() -> None:
    sql = "SELECT id FROM orders o WHERE EXISTS (SELECT email FROM users u WHERE u.id = o.user_id)"

    assert direct(sql) == {"orders.id -> id"}
    assert rows(sql) == {"FILTER users.id", "FILTER orders.user_id"}


def test_in_with_a_query_filters_by_what_it_returns() -> None:
    sql = "SELECT id FROM orders WHERE user_id IN (SELECT id FROM users)"

    assert rows(sql) == {"FILTER orders.user_id", "FILTER users.id"}


def test_set_operations_match_by_position_or_by_name() -> None:
    by_position = "SELECT id AS a, name AS b FROM users UNION ALL SELECT amount, at FROM orders"
    by_name = "SELECT id AS a, name AS b FROM users UNION ALL BY NAME SELECT amount AS b, at AS a FROM orders"

    assert direct(by_position) == {"users.id -> a", "users.name -> b", "orders.amount -> a", "orders.at -> b"}
    assert direct(by_name, "duckdb") == {"users.id -> a", "users.name -> b", "orders.amount -> b", "orders.at -> a"}


def test_except_takes_rows_away_and_gives_no_value() -> None:
    sql = "SELECT id FROM users EXCEPT SELECT user_id FROM orders"

    assert direct(sql) == {"users.id -> id"}
    assert "FILTER orders.user_id" in rows(sql)


def test_windows_steer_their_column() -> None:
    sql = "SELECT sum(amount) OVER w AS s FROM orders WINDOW w AS (PARTITION BY user_id ORDER BY at)"

    assert direct(sql) == {"orders.amount -> s"}
    assert indirect(sql) == {"orders.user_id WINDOW s", "orders.at WINDOW s"}


def test_conditions_of_case_steer_and_results_flow() -> None:
    sql = "SELECT CASE WHEN active THEN email ELSE name END AS c, CASE id WHEN 1 THEN 'x' END AS d FROM users"

    assert direct(sql) == {"users.email -> c", "users.name -> c"}
    assert indirect(sql) == {"users.active CONDITIONAL c", "users.id CONDITIONAL d"}


def test_order_and_group_know_aliases_and_positions() -> None:
    sql = "SELECT email AS e, count(*) AS n FROM users GROUP BY 1 HAVING max(id) > 1 ORDER BY e, 2"

    assert rows(sql) == {"GROUP_BY users.email", "FILTER users.id", "SORT users.email"}


def test_grouping_is_no_dependency_on_values() -> None:
    assert direct("SELECT grouping(email) AS g FROM users GROUP BY ROLLUP (email)") == set()


def test_without_a_schema_an_edge_is_inferred_ambiguous_or_a_star() -> None:
    assert confidences("SELECT x FROM t") == {"t.x -> x": "inferred"}
    assert confidences("SELECT x FROM t, u") == {"t.x -> x": "ambiguous", "u.x -> x": "ambiguous"}
    assert confidences("SELECT * FROM t") == {"t.* -> *": "star"}
    assert confidences("WITH c AS (SELECT * FROM t) SELECT x FROM c") == {"t.x -> x": "inferred"}
    assert confidences("SELECT a FROM t UNION SELECT b FROM u") == {"t.a -> a": "inferred", "u.b -> a": "inferred"}


def test_a_correlated_name_may_be_the_inner_or_the_outer_one() -> None:
    sql = "SELECT (SELECT max(v) FROM unknown WHERE k = user_id) AS m FROM orders"

    found = lineage(sql)

    assert {(edge.source[-1], edge.source_field, edge.confidence.value) for edge in found.row_edges} == {
        ("unknown", "k", "inferred"),
        ("unknown", "user_id", "ambiguous"),
        ("orders", "user_id", "ambiguous"),
    }


@pytest.mark.parametrize("dialect", ["snowflake", "redshift", "databricks", "duckdb"])
def test_a_later_item_may_use_the_alias_of_an_earlier_one(dialect: str) -> None:
    schema = {"users": ["ID", "EMAIL"] if dialect == "snowflake" else ["id", "email"]}
    sql = "SELECT lower(email) AS mail, mail || 'x' AS marked FROM users"

    assert {edge.lower() for edge in direct(sql, dialect, schema)} == {"users.email -> mail", "users.email -> marked"}


@pytest.mark.parametrize(
    ("dialect", "column"),
    [("postgres", "email"), ("snowflake", "EMAIL"), ("duckdb", "Email"), ("bigquery", "Email"), ("oracle", "EMAIL")],
)
def test_names_fold_as_the_dialect_folds_them(dialect: str, column: str) -> None:
    quote = "`" if dialect == "bigquery" else '"'
    sql = 'SELECT eMail AS "As Is" FROM t'.replace('"', quote)

    assert direct(sql, dialect, {"t": [column]}) == {f"t.{column} -> As Is"}


def test_what_pg_get_viewdef_prints_is_understood() -> None:
    sql = """
        CREATE VIEW v AS
         SELECT (u.name)::character varying(10) AS n, COALESCE(u.email, 'none'::text) AS e, u.* ::text AS whole,
            d.value AS d, g.g
           FROM (public.users u
             LEFT JOIN public.orders o ON ((o.user_id = u.id))),
            LATERAL jsonb_each_text(to_jsonb(o.*)) d(key, value),
            generate_series(1, 3) g(g)
          WHERE (u.active AND (o.amount > (10)::numeric) AND (u.name = ANY (ARRAY['a'::text, 'b'::text])))
    """

    found = direct(sql)

    assert {"users.name -> n", "users.email -> e", "orders.amount -> d"} <= found
    assert {"JOIN users.id", "JOIN orders.user_id", "FILTER users.active", "FILTER orders.amount"} <= rows(sql)


def test_a_whole_row_gives_every_column_and_a_field_of_it_one() -> None:
    assert direct("SELECT o AS row FROM orders o") == {f"orders.{c} -> row" for c in ("id", "user_id", "amount", "at")}
    assert direct("SELECT (o).amount FROM orders o") == {"orders.amount -> amount"}


def test_merging_duplicates_decides_on_rows_by_value() -> None:
    assert rows("SELECT DISTINCT email FROM users") == {"GROUP_BY users.email"}
    assert rows("SELECT email FROM users UNION SELECT at FROM orders") == {"GROUP_BY users.email", "GROUP_BY orders.at"}
    assert rows("SELECT email FROM users UNION ALL SELECT at FROM orders") == set()


def test_a_result_that_is_chosen_is_itself_and_what_chooses_it_steers() -> None:
    found = lineage("SELECT coalesce(email, name) AS c, CASE WHEN active THEN id END AS d FROM users")

    assert {(e.source_field, e.target_field, e.transformation.subtype) for e in found.edges} == {
        ("email", "c", "IDENTITY"),
        ("email", "c", "CONDITIONAL"),
        ("name", "c", "IDENTITY"),
        ("name", "c", "CONDITIONAL"),
        ("id", "d", "IDENTITY"),
        ("active", "d", "CONDITIONAL"),
    }


@pytest.mark.parametrize("dialect", ["duckdb", "snowflake", "databricks", "clickhouse"])
@pytest.mark.parametrize("order", ["ALL", "all DESC"])
def test_order_by_all_sorts_by_every_column_that_is_selected(dialect: str, order: str) -> None:
    sql = f"SELECT id AS x, name AS y FROM users ORDER BY {order} LIMIT 1"

    found = column_edges(sql, dialect=dialect, schema={"users": ["id", "name", "email"]})

    assert {(edge.source_field, edge.transformation.subtype) for edge in found.row_edges} == {
        ("id", "SORT"),
        ("name", "SORT"),
    }


def test_a_column_that_is_called_all_is_a_column() -> None:
    found = column_edges("SELECT id FROM t ORDER BY all", dialect="snowflake", schema={"t": ["ID", "ALL"]})

    assert {edge.source_field for edge in found.row_edges} == {"ALL"}


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("duckdb", "SELECT x FROM t, unnest(y) AS q(z)"),
        ("trino", "SELECT x FROM t CROSS JOIN UNNEST(y) AS q(z)"),
        ("spark", "SELECT x FROM t LATERAL VIEW explode(y) q AS z"),
        ("clickhouse", "SELECT x FROM t ARRAY JOIN y AS z"),
        ("snowflake", "SELECT t.x FROM t, LATERAL FLATTEN(input => t.y) f"),
        ("bigquery", "SELECT x FROM t, t.y AS e"),
        ("redshift", "SELECT t.x FROM t, t.y AS a"),
        ("postgres", "SELECT t.x FROM t, generate_series(1, t.y)"),
        ("postgres", "SELECT x FROM t, ROWS FROM (unnest(y), generate_series(1, 2)) AS q(a, b)"),
    ],
)
def test_what_is_taken_apart_decides_on_rows_though_nobody_takes_its_values_up(dialect: str, sql: str) -> None:
    found = column_edges(sql, dialect=dialect, schema={"t": ["x", "y"]})

    assert {(edge.source_field, edge.transformation.subtype) for edge in found.row_edges} == {("y", "JOIN")}
