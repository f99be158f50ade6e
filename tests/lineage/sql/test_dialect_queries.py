"""What dialects add to queries: paths, stars, pivots, table functions, windows, joins."""

from __future__ import annotations

import pytest

from lineage.sql import column_edges

SCHEMA = {"t": ["id", "name", "x", "d"], "u": ["id", "y", "s", "ts"]}

CASES = [
    ("bigquery", "SELECT s.a.b AS z FROM u", "u.s>z"),
    ("bigquery", "SELECT u.s.a AS z FROM u", "u.s>z"),
    ("bigquery", "SELECT AS STRUCT id, y FROM u", "u.id>id u.y>y"),
    ("bigquery", "SELECT STRUCT(id AS a, y AS b) AS z FROM u", "u.id>z u.y>z"),
    ("bigquery", "SELECT ARRAY(SELECT AS STRUCT id, y FROM u) AS z FROM t", "u.id>z u.y>z"),
    ("bigquery", "SELECT e.k AS z FROM u, UNNEST(u.s) AS e", "u.s>z"),
    ("bigquery", "SELECT e.k AS z FROM u, u.s AS e", "u.s>z"),
    ("bigquery", "SELECT e.k AS z, off FROM u, UNNEST(s) AS e WITH OFFSET AS off", "u.s>z"),
    ("bigquery", "SELECT s.* FROM u", "u.s>*"),
    ("bigquery", "SELECT JSON_VALUE(s, '$.a') AS z, JSON_EXTRACT_SCALAR(s, '$.b') AS w FROM u", "u.s>w u.s>z"),
    ("snowflake", "SELECT s:a.b::string AS z FROM u", "u.s>z"),
    (
        "snowflake",
        "SELECT u.s:a[0].b AS z, f.value:k::int AS w FROM u, LATERAL FLATTEN(input => u.s:items) f",
        "u.s>w u.s>z",
    ),
    ("snowflake", "SELECT f.value, f.index, f.key FROM u, TABLE(FLATTEN(u.s)) f", "u.s>index u.s>key u.s>value"),
    ("snowflake", "SELECT f2.value:z AS z FROM u, LATERAL FLATTEN(u.s) f1, LATERAL FLATTEN(f1.value) f2", "u.s>z"),
    ("databricks", "SELECT s:a.b AS z, y.k AS w FROM u", "u.s>z u.y>w"),
    ("spark", "SELECT u.s.a AS z, s['k'] AS w FROM u", "u.s>w u.s>z"),
    ("spark", "SELECT inline_col.a FROM u LATERAL VIEW inline(s) inline_col AS a, b", "u.s>a"),
    ("spark", "SELECT k, v FROM u LATERAL VIEW OUTER explode(s) m AS k, v", "u.s>k u.s>v"),
    ("hive", "SELECT p, v FROM u LATERAL VIEW posexplode(s) m AS p, v", "u.s>p u.s>v"),
    ("spark", "SELECT explode(s) AS e, id FROM u", "u.id>id u.s>e"),
    ("spark", "SELECT id, stack(2, 'a', y, 'b', ts) AS (k, v) FROM u", "u.id>id u.ts>k u.ts>v u.y>k u.y>v"),
    ("duckdb", "SELECT s.a.b AS z, s['k'] AS w, unnest(s) AS e FROM u", "u.s>e u.s>w u.s>z"),
    ("duckdb", "SELECT {'a': id, 'b': y} AS z FROM u", "u.id>z u.y>z"),
    ("duckdb", "SELECT list_transform(s, lambda q: q + id) AS z FROM u", "u.id>z u.s>z"),
    ("duckdb", "SELECT list_transform(s, q -> q + 1) AS z FROM u", "u.s>z"),
    ("spark", "SELECT transform(s, q -> q + id) AS z, filter(s, (a, i) -> a > i) AS w FROM u", "u.id>z u.s>w u.s>z"),
    (
        "trino",
        "SELECT transform(s, q -> q + 1) AS z, reduce(s, 0, (a, b) -> a + b, a -> a) AS w FROM u",
        "u.s>w u.s>z",
    ),
    (
        "clickhouse",
        "SELECT arrayMap(q -> q + id, s) AS z, tupleElement(s, 'a') AS w, s.1 AS v FROM u",
        "u.id>z u.s>v u.s>w u.s>z",
    ),
    (
        "trino",
        "SELECT e.a AS z, r.k FROM u CROSS JOIN UNNEST(s) AS e(a, b) CROSS JOIN UNNEST(y) AS r(k)",
        "u.s>z u.y>k",
    ),
    ("trino", "SELECT n, o FROM u CROSS JOIN UNNEST(s, y) WITH ORDINALITY AS w (n, m, o)", "u.s>n"),
    ("trino", "SELECT json_extract_scalar(s, '$.a') AS z FROM u", "u.s>z"),
    ("redshift", "SELECT e.k AS z FROM u, u.s AS e", "u.s>z"),
    ("redshift", "SELECT e.k AS z, i FROM u AS q, q.s AS e AT i", "u.s>z"),
    ("redshift", "SELECT u.s.a[0].b AS z FROM u", "u.s>z"),
    ("mysql", "SELECT s->'$.a' AS z, s->>'$.b' AS w FROM u", "u.s>w u.s>z"),
    ("mysql", "SELECT j.a FROM u, JSON_TABLE(u.s, '$[*]' COLUMNS (a INT PATH '$.a')) AS j", "u.s>a"),
    ("oracle", "SELECT j.a FROM u, JSON_TABLE(u.s, '$[*]' COLUMNS (a NUMBER PATH '$.a')) j", "u.s>a"),
    ("oracle", "SELECT q.s.a.b AS z FROM u q", "u.s>z"),
    ("tsql", "SELECT j.a FROM u CROSS APPLY OPENJSON(u.s) WITH (a INT '$.a', b NVARCHAR(20) '$.b') AS j", "u.s>a"),
    ("tsql", "SELECT q.y FROM t CROSS APPLY (SELECT TOP 1 y FROM u WHERE u.id = t.id ORDER BY ts) q", "u.y>y"),
    ("tsql", "SELECT q.value FROM t OUTER APPLY STRING_SPLIT(t.name, ',') q", "t.name>value"),
    ("oracle", "SELECT q.y FROM t CROSS APPLY (SELECT y FROM u WHERE u.id = t.id) q", "u.y>y"),
    ("sqlite", "SELECT j.value, j.key FROM u, json_each(u.s) j", "u.s>key u.s>value"),
    ("sqlite", "SELECT json_each.value FROM u, json_each(u.s)", "u.s>value"),
    ("postgres", "SELECT e.value ->> 'k' AS z FROM u, jsonb_array_elements(u.s) AS e", "u.s>z"),
    ("postgres", "SELECT e AS z FROM u, unnest(u.s) AS e", "u.s>z"),
    ("postgres", "SELECT e.a, e.n FROM u, unnest(u.s) WITH ORDINALITY AS e(a, n)", "u.s>a"),
    ("postgres", "SELECT r.a FROM u CROSS JOIN LATERAL jsonb_to_recordset(u.s) AS r(a int, b text)", "u.s>a"),
    ("postgres", "SELECT (s).a AS z, (u.s).b AS w FROM u", "u.s>w u.s>z"),
    ("postgres", "SELECT x.a, x.b FROM ROWS FROM (generate_series(1, 2), unnest(ARRAY[1])) AS x(a, b)", ""),
    ("postgres", "SELECT row_to_json(q) AS j FROM (SELECT id, y FROM u) q", "u.id>j u.y>j"),
    ("postgres", "SELECT to_jsonb(u) - 's' AS j FROM u", "u.id>j u.s>j u.ts>j u.y>j"),
    ("postgres", "SELECT array(SELECT y FROM u WHERE u.id = t.id) AS a FROM t", "u.y>a"),
    ("postgres", "SELECT xmltable.a FROM u, XMLTABLE('/r' PASSING u.s COLUMNS a text PATH '@a')", "u.s>a"),
    ("duckdb", "SELECT * EXCLUDE (s, ts), COLUMNS('y') FROM u", "u.id>id u.y>y"),
    ("snowflake", "SELECT * EXCLUDE s RENAME (y AS why, ts AS tt) FROM u", "u.id>id u.ts>tt u.y>why"),
    ("snowflake", "SELECT * REPLACE (upper(y) AS y) FROM u", "u.id>id u.s>s u.ts>ts u.y>y"),
    ("snowflake", "SELECT * ILIKE '%y%' FROM u", "u.y>y"),
    (
        "snowflake",
        "SELECT q.* EXCLUDE (id), t.name FROM u q JOIN t ON q.id = t.id",
        "t.name>name u.s>s u.ts>ts u.y>y",
    ),
    ("bigquery", "SELECT q.* EXCEPT (id) REPLACE (y + 1 AS y) FROM (SELECT * FROM u) q", "u.s>s u.ts>ts u.y>y"),
    ("databricks", "SELECT * EXCEPT (s, ts) FROM u", "u.id>id u.y>y"),
    ("clickhouse", "SELECT * EXCEPT (s, ts) FROM u", "u.id>id u.y>y"),
    ("clickhouse", "SELECT * REPLACE (y + 1 AS y) FROM u", "u.id>id u.s>s u.ts>ts u.y>y"),
    ("redshift", "SELECT * EXCLUDE s FROM u", "u.id>id u.ts>ts u.y>y"),
    ("duckdb", "FROM u SELECT y", "u.y>y"),
    ("duckdb", "FROM u", "u.id>id u.s>s u.ts>ts u.y>y"),
    ("duckdb", "SELECT q FROM u q", "u.id>q u.s>q u.ts>q u.y>q"),
    ("duckdb", "SELECT u.* LIKE 'y%' FROM u", "u.y>y"),
    ("duckdb", "SELECT max(COLUMNS(*)) FROM u", "u.id>id u.s>s u.ts>ts u.y>y"),
    ("duckdb", "SELECT z: y, w: id + 1 FROM u", "u.id>w u.y>z"),
    ("duckdb", "TABLE u", "u.id>id u.s>s u.ts>ts u.y>y"),
    ("postgres", "TABLE u", "u.id>id u.s>s u.ts>ts u.y>y"),
    (
        "snowflake",
        "SELECT * FROM (SELECT id, name, x FROM t) PIVOT (SUM(x) FOR name IN ('a', 'b')) AS p (i, a, b)",
        "t.id>i t.x>a t.x>b",
    ),
    (
        "tsql",
        "SELECT id, [a], [b] FROM (SELECT id, name, x FROM t) q PIVOT (SUM(x) FOR name IN ([a], [b])) p",
        "t.id>id t.x>a t.x>b",
    ),
    ("tsql", "SELECT id, k, v FROM u UNPIVOT (v FOR k IN (y, s)) p", "u.id>id u.s>v u.y>v"),
    (
        "bigquery",
        "SELECT * FROM (SELECT id, name, x FROM t) PIVOT (SUM(x) AS s, COUNT(*) AS n FOR name IN ('a' AS aa, 'b'))",
        "t.id>id t.x>_pivot_3 t.x>s_aa",
    ),
    (
        "bigquery",
        "SELECT * FROM (SELECT id, y, ts FROM u) UNPIVOT (v FOR k IN (y AS 'Y', ts AS 'T'))",
        "u.id>id u.ts>v u.y>v",
    ),
    (
        "bigquery",
        "SELECT * FROM (SELECT id, y, ts, s FROM u) UNPIVOT ((a, b) FOR k IN ((y, ts), (s, id)))",
        "u.id>b u.s>a u.ts>b u.y>a",
    ),
    (
        "oracle",
        "SELECT * FROM (SELECT id, name, x FROM t) PIVOT (SUM(x) AS s FOR name IN ('a' AS aa, 'b' AS bb))",
        "t.id>id t.x>aa_s t.x>bb_s",
    ),
    ("oracle", "SELECT * FROM u UNPIVOT INCLUDE NULLS (v FOR k IN (y, s))", "u.id>id u.s>v u.ts>ts u.y>v"),
    ("duckdb", "PIVOT t ON name USING sum(x) GROUP BY id", "t.id>id t.x>*"),
    ("duckdb", "PIVOT t ON name IN ('a', 'b') USING sum(x) GROUP BY id", "t.id>id t.x>*"),
    ("duckdb", "UNPIVOT u ON y, s INTO NAME k VALUE v", "u.id>id u.s>v u.ts>ts u.y>v"),
    ("duckdb", "WITH p AS (PIVOT t ON name USING sum(x) GROUP BY id) SELECT * FROM p", "t.id>id t.x>*"),
    (
        "spark",
        "SELECT * FROM (SELECT id, name, x FROM t) PIVOT (sum(x) AS a, max(x) AS b FOR name IN ('p' AS p, 'q' AS q))",
        "t.id>id t.x>p_a t.x>p_b t.x>q_a t.x>q_b",
    ),
    ("databricks", "SELECT * FROM u UNPIVOT INCLUDE NULLS (v FOR k IN (y AS why, ts))", "u.id>id u.s>s u.ts>v u.y>v"),
    (
        "redshift",
        "SELECT * FROM (SELECT name, x FROM t) PIVOT (SUM(x) FOR name IN ('a', 'b'))",
        "t.x>_pivot_1 t.x>_pivot_2",
    ),
    (
        "snowflake",
        "SELECT id, y FROM u QUALIFY ROW_NUMBER() OVER (PARTITION BY id ORDER BY ts DESC) = 1",
        "u.id>id u.y>y",
    ),
    ("teradata", "SELECT id, y FROM u QUALIFY ROW_NUMBER() OVER (PARTITION BY id ORDER BY ts) = 1", "u.id>id u.y>y"),
    (
        "bigquery",
        "SELECT id, ROW_NUMBER() OVER (w) AS rn FROM u WHERE TRUE QUALIFY rn = 1 WINDOW w AS (PARTITION BY id"
        " ORDER BY ts)",
        "u.id>id",
    ),
    ("snowflake", "SELECT y + 1 AS a, a * 2 AS b, b || s AS cc FROM u", "u.s>cc u.y>a u.y>b u.y>cc"),
    ("teradata", "SEL y + 1 AS a, a * 2 AS b FROM u WHERE b > 1", "u.y>a u.y>b"),
    ("redshift", "SELECT y AS id, id + 1 AS b FROM u", "u.id>b u.y>id"),
    (
        "bigquery",
        "SELECT y AS a, (SELECT max(x) FROM t WHERE t.id = u.id) AS m FROM u GROUP BY a, u.id",
        "t.x>m u.y>a",
    ),
    ("clickhouse", "SELECT y AS a, a + 1 AS b FROM u WHERE a > 1", "u.y>a u.y>b"),
    ("clickhouse", "WITH (SELECT max(x) FROM t) AS m SELECT y + m AS z FROM u", "t.x>z u.y>z"),
    (
        "clickhouse",
        "SELECT sumIf(y, s = 1) AS z, argMax(y, ts) AS w, uniqExact(id) AS n FROM u",
        "u.id>n u.y>w u.y>z",
    ),
    ("clickhouse", "SELECT quantiles(0.5, 0.9)(y) AS z, groupArray(10)(s) AS w FROM u", "u.s>w u.y>z"),
    ("clickhouse", "SELECT y FROM u PREWHERE id > 1 WHERE ts > 2 LIMIT 1 BY id", "u.y>y"),
    ("clickhouse", "SELECT dictGet('d', 'a', id) AS z FROM u", "u.id>z"),
    ("clickhouse", "SELECT a.y, b.name FROM u AS a ANY LEFT JOIN t AS b USING (id)", "t.name>name u.y>y"),
    ("clickhouse", "SELECT a.y, b.x FROM u AS a ASOF JOIN t AS b ON a.id = b.id AND a.ts >= b.d", "t.x>x u.y>y"),
    ("clickhouse", "SELECT a.y FROM u AS a GLOBAL ANY INNER JOIN (SELECT id FROM t) AS b USING id", "u.y>y"),
    ("duckdb", "SELECT a.y, b.x FROM u a ASOF JOIN t b ON a.id = b.id AND a.ts >= b.d", "t.x>x u.y>y"),
    ("duckdb", "SELECT a.y, b.x FROM u a POSITIONAL JOIN t b", "t.x>x u.y>y"),
    (
        "snowflake",
        "SELECT a.y, b.x FROM u a ASOF JOIN t b MATCH_CONDITION (a.ts >= b.d) ON a.id = b.id",
        "t.x>x u.y>y",
    ),
    (
        "snowflake",
        "SELECT * FROM u MATCH_RECOGNIZE (PARTITION BY id ORDER BY ts MEASURES FIRST(y) AS f, LAST(s) AS l "
        "ONE ROW PER MATCH PATTERN (a b+) DEFINE b AS y > PREV(y)) m",
        "u.id>id u.s>l u.y>f",
    ),
    (
        "oracle",
        "SELECT m.f FROM u MATCH_RECOGNIZE (PARTITION BY id ORDER BY ts MEASURES FIRST(A.y) AS f ONE ROW PER "
        "MATCH PATTERN (A B+) DEFINE B AS B.y > PREV(B.y)) m",
        "u.y>f",
    ),
    (
        "trino",
        "SELECT m.f FROM u MATCH_RECOGNIZE (PARTITION BY id ORDER BY ts MEASURES FIRST(A.y) AS f ONE ROW PER "
        "MATCH PATTERN (A B+) DEFINE B AS B.y > PREV(B.y)) m",
        "u.y>f",
    ),
    ("postgres", "SELECT id, y, name FROM t FULL JOIN u USING (id)", "t.id>id t.name>name u.id>id u.y>y"),
    ("postgres", "SELECT j.id FROM (t JOIN u USING (id)) AS j", "t.id>id"),
    ("postgres", "SELECT a.name, b.y FROM (t a LEFT JOIN u b ON a.id = b.id)", "t.name>name u.y>y"),
    ("mysql", "SELECT STRAIGHT_JOIN t.name, u.y FROM t, u WHERE t.id = u.id", "t.name>name u.y>y"),
    ("mysql", "SELECT t.name FROM t STRAIGHT_JOIN u ON t.id = u.id", "t.name>name"),
    ("oracle", "SELECT t.name, u.y FROM t, u WHERE t.id = u.id (+)", "t.name>name u.y>y"),
    (
        "oracle",
        "SELECT LEVEL, CONNECT_BY_ROOT name AS r, SYS_CONNECT_BY_PATH(name, '/') AS p, PRIOR x AS px FROM t "
        "START WITH id = 1 CONNECT BY PRIOR id = x",
        "t.name>p t.name>r t.x>px",
    ),
    ("oracle", "SELECT name FROM t MINUS SELECT y FROM u", "t.name>name"),
    ("hive", "SELECT t.name FROM t LEFT SEMI JOIN u ON t.id = u.id", "t.name>name"),
    ("spark", "SELECT t.name FROM t LEFT ANTI JOIN u ON t.id = u.id", "t.name>name"),
    ("spark", "SELECT * FROM t NATURAL JOIN u", "t.d>d t.id>id t.name>name t.x>x u.s>s u.ts>ts u.y>y"),
    (
        "spark",
        "SELECT id, sum(x) FILTER (WHERE d > 1) AS z FROM t GROUP BY id GROUPING SETS ((id), ())",
        "t.id>id t.x>z",
    ),
    ("tsql", "SELECT name FROM t FOR JSON PATH", "t.name>name"),
    ("tsql", "SELECT name FROM t WITH (NOLOCK) OPTION (MAXDOP 1)", "t.name>name"),
    ("tsql", "SELECT q = name, [w] = x + 1 FROM t", "t.name>q t.x>w"),
    ("tsql", "SELECT TOP (5) WITH TIES name FROM t ORDER BY x", "t.name>name"),
    (
        "tsql",
        "SELECT IIF(x > 1, name, d) AS z, STRING_AGG(name, ',') WITHIN GROUP (ORDER BY x) AS w FROM t GROUP "
        "BY x, name, d",
        "t.d>z t.name>w t.name>z",
    ),
    ("tsql", "SELECT [t].[name] AS [My Col] FROM [t]", "t.name>my col"),
    ("teradata", "LOCKING ROW FOR ACCESS SELECT name FROM t", "t.name>name"),
    ("teradata", "SELECT name (FORMAT 'X(10)') (NAMED nm) FROM t", "t.name>nm"),
    (
        "oracle",
        "SELECT DECODE(x, 1, name, 2, d, 'n') AS z, NVL(name, d) AS w, NVL2(x, name, d) AS v FROM t",
        "t.d>v t.d>w t.d>z t.name>v t.name>w t.name>z",
    ),
    (
        "oracle",
        "SELECT LISTAGG(name, ',') WITHIN GROUP (ORDER BY x) OVER (PARTITION BY d) AS z, MAX(name) KEEP "
        "(DENSE_RANK LAST ORDER BY x) AS w FROM t",
        "t.name>w t.name>z",
    ),
    ("oracle", "SELECT name FROM t SAMPLE (10)", "t.name>name"),
    ("oracle", "SELECT name FROM t VERSIONS BETWEEN SCN MINVALUE AND MAXVALUE AS OF SCN 5", "t.name>name"),
    ("snowflake", "SELECT name FROM t AT (OFFSET => -60)", "t.name>name"),
    ("snowflake", "SELECT t.$1 AS z FROM t", "t.id>z"),
    ("bigquery", "SELECT name FROM t FOR SYSTEM_TIME AS OF TIMESTAMP '2020-01-01'", "t.name>name"),
    ("bigquery", "SELECT name FROM `p-1.d.t`", "t.name>name"),
    ("bigquery", "SELECT name FROM t |> WHERE x > 1 |> AGGREGATE sum(x) AS z GROUP BY name", "t.name>name t.x>z"),
    ("bigquery", "FROM t |> EXTEND x + 1 AS z |> SELECT name, z", "t.name>name t.x>z"),
    ("bigquery", "FROM t |> DROP d |> RENAME name AS nm |> SET x = x + 1", "t.id>id t.name>nm t.x>x"),
    ("databricks", "SELECT name FROM t TIMESTAMP AS OF '2020'", "t.name>name"),
    ("databricks", "SELECT name FROM t VERSION AS OF 1", "t.name>name"),
    ("databricks", "FROM t |> WHERE x > 1 |> SELECT name", "t.name>name"),
    ("trino", "SELECT name FROM t TABLESAMPLE BERNOULLI (10)", "t.name>name"),
    (
        "trino",
        "SELECT try_cast(x AS varchar) AS z, max_by(name, x) AS w, approx_distinct(id) AS n FROM t",
        "t.id>n t.name>w t.x>z",
    ),
    ("trino", "SELECT listagg(name, ',') WITHIN GROUP (ORDER BY x) AS z FROM t", "t.name>z"),
    ("sqlite", "SELECT name, max(x) FROM t GROUP BY 1", "t.name>name t.x>_col_2"),
    (
        "sqlite",
        "SELECT iif(x, name, d) AS z, name || d AS w, name COLLATE NOCASE AS q FROM t INDEXED BY i",
        "t.d>w t.d>z t.name>q t.name>w t.name>z",
    ),
    (
        "mysql",
        "SELECT GROUP_CONCAT(DISTINCT name ORDER BY x SEPARATOR ';') AS z, @v := x AS w FROM t",
        "t.name>z t.x>w",
    ),
    (
        "mysql",
        "SELECT `name` AS 'my label', IF(x, name, d) AS z, IFNULL(name, d) AS w FROM `t`",
        "t.d>w t.d>z t.name>_text_1 t.name>w t.name>z",
    ),
    ("mysql", "SELECT name FROM t PARTITION (p0) USE INDEX (i) LIMIT 5", "t.name>name"),
    ("mysql", "SELECT name, x FROM t INTO OUTFILE '/tmp/x'", "t.name>name t.x>x"),
    ("hive", "SELECT TRANSFORM (name, x) USING 'script' AS (a, b) FROM t", "t.name>a t.name>b t.x>a t.x>b"),
    ("snowflake", "SELECT $2 AS z FROM t", "t.name>z"),
    ("duckdb", "SELECT COLUMNS(* EXCLUDE (id, ts)) FROM u", "u.s>s u.y>y"),
    ("duckdb", "SELECT COLUMNS([y, s]) FROM u", "u.s>s u.y>y"),
    (
        "clickhouse",
        "SELECT avgIf(y, s = 1) AS z, uniqExactIf(id, ts > 1) AS w, quantileIf(0.5)(y, s > 1) AS q FROM u",
        "u.id>w u.y>q u.y>z",
    ),
]


def flows(sql: str, dialect: str) -> str:
    """Give the DIRECT edges as `u.y>t.x`, in order, of a text that must be understood wholly."""
    found = column_edges(sql, dialect=dialect, schema=SCHEMA)
    assert found.unparsed == ()
    edges = set()
    for edge in found.edges:
        if edge.transformation.type == "DIRECT":
            target = ".".join([*(edge.target or ())[-1:], edge.target_field])
            edges.add(f"{edge.source[-1]}.{edge.source_field}>{target}".lower())
    return " ".join(sorted(edges))


@pytest.mark.parametrize(("dialect", "sql", "edges"), CASES)
def test_a_query_of_the_dialect_is_read(dialect: str, sql: str, edges: str) -> None:
    assert flows(sql, dialect) == edges
