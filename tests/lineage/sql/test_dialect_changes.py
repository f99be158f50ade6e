"""What dialects add to statements that write: definitions, INSERT, MERGE, UPDATE, COPY, scripts."""

from __future__ import annotations

import pytest

from tests.lineage.sql.flows import flows

CASES = [
    ("postgres", "CREATE TABLE v (a, b) AS SELECT id, y FROM u", "u.id>v.a u.y>v.b"),
    (
        "postgres",
        "CREATE OR REPLACE RECURSIVE VIEW v (n) AS SELECT id FROM u UNION ALL SELECT n + 1 FROM v WHERE n < 5",
        "u.id>v.n",
    ),
    ("postgres", "CREATE TABLE v AS TABLE u", "u.id>v.id u.s>v.s u.ts>v.ts u.y>v.y"),
    ("postgres", "CREATE TABLE v AS VALUES (1, 2)", ""),
    ("postgres", "CREATE TABLE v AS WITH q AS (SELECT y FROM u) SELECT y FROM q WITH NO DATA", "u.y>v.y"),
    ("postgres", "CREATE TABLE v (LIKE u INCLUDING ALL)", ""),
    (
        "snowflake",
        "CREATE OR REPLACE TRANSIENT TABLE v CLUSTER BY (a) COPY GRANTS AS SELECT y AS a FROM u",
        "u.y>v.a",
    ),
    (
        "snowflake",
        "CREATE OR REPLACE DYNAMIC TABLE v TARGET_LAG = '1 minute' WAREHOUSE = w AS SELECT y FROM u",
        "u.y>v.y",
    ),
    ("snowflake", "CREATE OR REPLACE SECURE VIEW v (a COMMENT 'z', b) AS SELECT y, s FROM u", "u.s>v.b u.y>v.a"),
    ("snowflake", "CREATE TABLE v LIKE u", ""),
    ("snowflake", "CREATE TABLE v CLONE u AT (TIMESTAMP => 'x')", "u.id>v.id u.s>v.s u.ts>v.ts u.y>v.y"),
    ("bigquery", "CREATE TABLE d.v CLONE u", "u.id>v.id u.s>v.s u.ts>v.ts u.y>v.y"),
    ("bigquery", "CREATE TABLE d.v COPY u", "u.id>v.id u.s>v.s u.ts>v.ts u.y>v.y"),
    ("bigquery", "CREATE SNAPSHOT TABLE d.v CLONE u", "u.id>v.id u.s>v.s u.ts>v.ts u.y>v.y"),
    (
        "bigquery",
        "CREATE OR REPLACE TABLE d.v PARTITION BY DATE(ts) CLUSTER BY id OPTIONS (description = 'x') AS "
        "SELECT ts, id FROM u",
        "u.id>v.id u.ts>v.ts",
    ),
    ("bigquery", "CREATE MATERIALIZED VIEW d.v AS SELECT id, sum(y) AS z FROM u GROUP BY id", "u.id>v.id u.y>v.z"),
    ("bigquery", "CREATE TEMP TABLE w AS SELECT y FROM u; CREATE TABLE d.v AS SELECT y AS z FROM w", "u.y>v.z"),
    ("bigquery", "CREATE MODEL d.m OPTIONS (model_type = 'x') AS SELECT y FROM u", "u.y>m.y"),
    ("databricks", "CREATE TABLE v SHALLOW CLONE u", "u.id>v.id u.s>v.s u.ts>v.ts u.y>v.y"),
    ("databricks", "CREATE OR REPLACE TABLE v DEEP CLONE u VERSION AS OF 1", "u.id>v.id u.s>v.s u.ts>v.ts u.y>v.y"),
    ("databricks", "CREATE OR REPLACE TEMP VIEW w AS SELECT y FROM u; CREATE TABLE v AS SELECT y FROM w", "u.y>v.y"),
    ("databricks", "CREATE OR REFRESH STREAMING TABLE v AS SELECT y FROM STREAM(u)", "u.y>v.y"),
    ("databricks", "CREATE OR REFRESH LIVE TABLE v AS SELECT y FROM live.u", "u.y>v.y"),
    ("spark", "CACHE TABLE w AS SELECT y FROM u; INSERT INTO t (x) SELECT y FROM w", "u.y>t.x"),
    (
        "spark",
        "CREATE GLOBAL TEMPORARY VIEW w AS SELECT y FROM u; INSERT INTO t (x) SELECT y FROM global_temp.w",
        "u.y>t.x",
    ),
    (
        "spark",
        "CREATE TABLE v USING parquet PARTITIONED BY (y) LOCATION '/x' AS SELECT s, y FROM u",
        "u.s>v.s u.y>v.y",
    ),
    ("spark", "CREATE TABLE v USING delta TBLPROPERTIES ('a' = 'b') AS SELECT s FROM u", "u.s>v.s"),
    ("hive", "CREATE TABLE v STORED AS ORC AS SELECT y FROM u", "u.y>v.y"),
    ("hive", "CREATE VIEW v (a COMMENT 'x', b) PARTITIONED ON (b) AS SELECT y, s FROM u", "u.s>v.b u.y>v.a"),
    ("hive", "CREATE TABLE v ROW FORMAT DELIMITED FIELDS TERMINATED BY ',' AS SELECT y FROM u", "u.y>v.y"),
    ("trino", "CREATE TABLE v (a, b) WITH (format = 'ORC') AS SELECT y, s FROM u", "u.s>v.b u.y>v.a"),
    ("trino", "CREATE MATERIALIZED VIEW v AS SELECT y FROM u", "u.y>v.y"),
    ("mysql", "CREATE TABLE v (z INT) SELECT y FROM u", "u.y>v.y"),
    ("mysql", "CREATE TABLE v SELECT y FROM u", "u.y>v.y"),
    (
        "mysql",
        "CREATE ALGORITHM=MERGE DEFINER=`r`@`%` SQL SECURITY DEFINER VIEW `v` AS select `u`.`y` AS `y` from `u`",
        "u.y>v.y",
    ),
    (
        "mysql",
        "CREATE TEMPORARY TABLE w AS SELECT y FROM u; INSERT INTO t (x) SELECT y FROM w; DROP TEMPORARY TABLE w",
        "u.y>t.x",
    ),
    ("tsql", "SELECT y INTO #w FROM u; INSERT INTO t (x) SELECT y FROM #w", "u.y>t.x"),
    (
        "tsql",
        "CREATE TABLE #w (a INT, b INT); INSERT INTO #w SELECT y, id FROM u; INSERT INTO t (x) SELECT a FROM #w",
        "u.y>t.x",
    ),
    (
        "tsql",
        "DECLARE @w TABLE (a INT, b INT); INSERT INTO @w SELECT y, id FROM u; INSERT INTO t (x) SELECT a FROM @w",
        "u.y>t.x",
    ),
    ("tsql", "SELECT y INTO ##w FROM u; SELECT y AS z INTO v FROM ##w", "u.y>v.z"),
    ("tsql", "WITH q AS (SELECT y FROM u) SELECT y INTO v FROM q", "u.y>v.y"),
    ("tsql", "CREATE VIEW dbo.v WITH SCHEMABINDING AS SELECT y FROM dbo.u", "u.y>v.y"),
    ("tsql", "CREATE OR ALTER VIEW dbo.v AS SELECT y FROM u", "u.y>v.y"),
    ("teradata", "CREATE TABLE v AS (SELECT y FROM u) WITH DATA PRIMARY INDEX (y)", "u.y>v.y"),
    ("teradata", "CREATE TABLE v AS u WITH DATA", "u.id>v.id u.s>v.s u.ts>v.ts u.y>v.y"),
    (
        "teradata",
        "CREATE MULTISET VOLATILE TABLE w AS (SELECT y FROM u) WITH DATA ON COMMIT PRESERVE ROWS; INSERT INTO"
        " t (x) SELECT y FROM w",
        "u.y>t.x",
    ),
    ("teradata", "REPLACE VIEW v AS LOCKING ROW FOR ACCESS SELECT y FROM u", "u.y>v.y"),
    ("teradata", "REPLACE VIEW v (a) AS SELECT y FROM u", "u.y>v.a"),
    ("oracle", "CREATE OR REPLACE FORCE VIEW v (a) AS SELECT y FROM u", "u.y>v.a"),
    ("oracle", "CREATE MATERIALIZED VIEW v BUILD IMMEDIATE REFRESH FAST ON COMMIT AS SELECT y FROM u", "u.y>v.y"),
    ("oracle", "CREATE OR REPLACE VIEW v AS SELECT y FROM u WITH READ ONLY", "u.y>v.y"),
    ("clickhouse", "CREATE MATERIALIZED VIEW v TO t AS SELECT y AS x FROM u", "u.y>t.x"),
    ("clickhouse", "CREATE MATERIALIZED VIEW v ENGINE = MergeTree ORDER BY y POPULATE AS SELECT y FROM u", "u.y>v.y"),
    ("clickhouse", "CREATE TABLE v ENGINE = MergeTree ORDER BY tuple() AS SELECT y FROM u", "u.y>v.y"),
    ("clickhouse", "CREATE TABLE v AS u", ""),
    ("redshift", "CREATE TABLE #w AS SELECT y FROM u; INSERT INTO t (x) SELECT y FROM #w", "u.y>t.x"),
    ("redshift", "CREATE TABLE v DISTKEY(y) SORTKEY(y) AS SELECT y FROM u", "u.y>v.y"),
    ("redshift", "CREATE VIEW v AS SELECT y FROM u WITH NO SCHEMA BINDING", "u.y>v.y"),
    ("redshift", "CREATE MATERIALIZED VIEW v AUTO REFRESH YES AS SELECT y FROM u", "u.y>v.y"),
    ("redshift", "SELECT y INTO TEMP w FROM u; INSERT INTO t (x) SELECT y FROM w", "u.y>t.x"),
    ("sqlite", "CREATE TEMP VIEW w AS SELECT y FROM u; INSERT INTO t (x) SELECT y FROM w", "u.y>t.x"),
    ("duckdb", "CREATE OR REPLACE TABLE v AS FROM u SELECT y", "u.y>v.y"),
    ("postgres", "CREATE TABLE w (a int, b int GENERATED ALWAYS AS (a + 1) STORED)", ""),
    ("tsql", "INSERT INTO t (id, x) OUTPUT inserted.id INTO v (k) SELECT id, y FROM u", "t.id>v.k u.id>t.id u.y>t.x"),
    ("tsql", "INSERT t (x) SELECT y FROM u", "u.y>t.x"),
    ("tsql", "INSERT TOP (5) INTO t (x) SELECT y FROM u", "u.y>t.x"),
    ("hive", "INSERT OVERWRITE TABLE t PARTITION (d = '1') SELECT id, y, s FROM u", "u.id>t.id u.s>t.x u.y>t.name"),
    (
        "hive",
        "INSERT OVERWRITE TABLE t PARTITION (d) SELECT id, y, s, ts FROM u",
        "u.id>t.id u.s>t.x u.ts>t.d u.y>t.name",
    ),
    ("hive", "INSERT OVERWRITE DIRECTORY '/x' SELECT y FROM u", "u.y>y"),
    (
        "hive",
        "FROM (SELECT id, y FROM u) q INSERT OVERWRITE TABLE t SELECT id WHERE y > 1 INSERT INTO TABLE v SELECT y",
        "u.id>t.id u.y>v.y",
    ),
    ("hive", "WITH q AS (SELECT y FROM u) FROM q INSERT OVERWRITE TABLE v SELECT y", "u.y>v.y"),
    ("spark", "INSERT OVERWRITE t (x) SELECT y FROM u", "u.y>t.x"),
    ("spark", "INSERT INTO t TABLE u", "u.id>t.id u.s>t.x u.ts>t.d u.y>t.name"),
    ("spark", "INSERT INTO t FROM u SELECT id", "u.id>t.id"),
    ("spark", "INSERT INTO t REPLACE WHERE x > 1 SELECT * FROM u", "u.id>t.id u.s>t.x u.ts>t.d u.y>t.name"),
    ("databricks", "INSERT INTO t BY NAME SELECT y AS x FROM u", "u.y>t.x"),
    ("snowflake", "INSERT OVERWRITE INTO t (x) SELECT y FROM u", "u.y>t.x"),
    (
        "snowflake",
        "INSERT ALL WHEN y > 1 THEN INTO t (x) VALUES (y) WHEN y > 2 THEN INTO v (z) VALUES (s) ELSE INTO w "
        "(k) VALUES (id) SELECT y, s, id FROM u",
        "u.id>w.k u.s>v.z u.y>t.x",
    ),
    (
        "oracle",
        "INSERT FIRST WHEN y > 1 THEN INTO t (x) VALUES (y) ELSE INTO v (z) VALUES (s) SELECT y, s FROM u",
        "u.s>v.z u.y>t.x",
    ),
    ("oracle", "INSERT ALL INTO t INTO v SELECT id, y FROM u", "u.id>t.id u.id>v.id u.y>t.name u.y>v.y"),
    ("oracle", "INSERT /*+ APPEND */ INTO t (x) SELECT y FROM u LOG ERRORS REJECT LIMIT UNLIMITED", "u.y>t.x"),
    (
        "postgres",
        "INSERT INTO t AS q (id, x) SELECT id, y FROM u ON CONFLICT (id) DO UPDATE SET x = q.x + excluded.x "
        "WHERE q.d > 1",
        "t.x>t.x u.id>t.id u.y>t.x",
    ),
    (
        "postgres",
        "INSERT INTO t (id, x) SELECT id, y FROM u ON CONFLICT DO NOTHING RETURNING id",
        "t.id>id u.id>t.id u.y>t.x",
    ),
    ("postgres", "INSERT INTO t (id, x) VALUES ((SELECT max(id) FROM u), 1)", "u.id>t.id"),
    ("postgres", "WITH q AS (SELECT y FROM u) INSERT INTO t (x) SELECT y FROM q", "u.y>t.x"),
    (
        "postgres",
        "WITH i AS (INSERT INTO t (id, x) SELECT id, y FROM u RETURNING id, x) INSERT INTO v (k) SELECT x FROM i",
        "t.x>v.k u.id>t.id u.y>t.x",
    ),
    (
        "postgres",
        "WITH w AS (UPDATE t SET x = u.y FROM u WHERE u.id = t.id RETURNING t.x) SELECT x FROM w",
        "t.x>x u.y>t.x",
    ),
    ("sqlite", "INSERT OR REPLACE INTO t (id, x) SELECT id, y FROM u", "u.id>t.id u.y>t.x"),
    (
        "sqlite",
        "INSERT INTO t (id, x) SELECT id, y FROM u WHERE true ON CONFLICT (id) DO UPDATE SET x = excluded.x",
        "u.id>t.id u.y>t.x",
    ),
    ("mysql", "INSERT IGNORE INTO t SET x = 1", ""),
    ("mysql", "REPLACE INTO t SELECT id, y FROM u", "u.id>t.id u.y>t.name"),
    ("bigquery", "INSERT t (x) SELECT y FROM u", "u.y>t.x"),
    ("bigquery", "INSERT INTO d.t (x) VALUES ((SELECT max(y) FROM u))", "u.y>t.x"),
    ("clickhouse", "INSERT INTO t (x) SELECT y FROM u SETTINGS a = 1", "u.y>t.x"),
    ("clickhouse", "INSERT INTO FUNCTION s3('x') SELECT y FROM u", "u.y>y"),
    ("teradata", "INSERT INTO t (x) SEL y FROM u", "u.y>t.x"),
    ("duckdb", "INSERT OR REPLACE INTO t BY POSITION SELECT id, y FROM u", "u.id>t.id u.y>t.name"),
    ("duckdb", "INSERT INTO t FROM u", "u.id>t.id u.s>t.x u.ts>t.d u.y>t.name"),
    (
        "snowflake",
        "MERGE INTO t USING (SELECT * FROM u) q ON t.id = q.id WHEN MATCHED AND q.s = 1 THEN DELETE WHEN "
        "MATCHED THEN UPDATE SET t.x = q.y, name = t.name || q.s WHEN NOT MATCHED THEN INSERT (id, d) VALUES "
        "(q.id, q.ts)",
        "t.name>t.name u.id>t.id u.s>t.name u.ts>t.d u.y>t.x",
    ),
    (
        "snowflake",
        "MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE ALL BY NAME WHEN NOT MATCHED THEN "
        "INSERT ALL BY NAME",
        "u.id>t.id",
    ),
    ("bigquery", "MERGE t USING u ON FALSE WHEN NOT MATCHED THEN INSERT (id, x) VALUES (id, y)", "u.id>t.id u.y>t.x"),
    (
        "tsql",
        "MERGE INTO t AS a USING u AS b ON a.id = b.id WHEN MATCHED THEN UPDATE SET a.x = b.y WHEN NOT "
        "MATCHED BY TARGET THEN INSERT (id) VALUES (b.id) WHEN NOT MATCHED BY SOURCE THEN DELETE OUTPUT "
        "$action, inserted.id;",
        "t.id>id u.id>t.id u.y>t.x",
    ),
    (
        "oracle",
        "MERGE INTO t a USING u b ON (a.id = b.id) WHEN MATCHED THEN UPDATE SET a.x = b.y WHERE b.s > 1 "
        "DELETE WHERE a.d > 1 WHEN NOT MATCHED THEN INSERT (a.id, a.x) VALUES (b.id, b.y) WHERE b.ts > 1",
        "u.id>t.id u.y>t.x",
    ),
    (
        "databricks",
        "MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE SET * EXCEPT (d) WHEN NOT MATCHED THEN INSERT *",
        "u.id>t.id",
    ),
    (
        "databricks",
        "MERGE WITH SCHEMA EVOLUTION INTO t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE SET x = u.y",
        "u.y>t.x",
    ),
    (
        "trino",
        "MERGE INTO t a USING u b ON a.id = b.id WHEN MATCHED THEN UPDATE SET x = b.y WHEN NOT MATCHED THEN "
        "INSERT (id, name) VALUES (b.id, b.s)",
        "u.id>t.id u.s>t.name u.y>t.x",
    ),
    (
        "duckdb",
        "MERGE INTO t USING u USING (id) WHEN MATCHED THEN UPDATE SET x = u.y WHEN NOT MATCHED THEN INSERT BY NAME",
        "u.id>t.id u.y>t.x",
    ),
    (
        "teradata",
        "MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE SET x = u.y WHEN NOT MATCHED THEN "
        "INSERT (u.id, u.s, u.y, u.ts)",
        "u.id>t.id u.s>t.name u.ts>t.d u.y>t.x",
    ),
    (
        "postgres",
        "WITH q AS (SELECT * FROM u) MERGE INTO t USING q ON t.id = q.id WHEN MATCHED THEN UPDATE SET (x, "
        "name) = (q.y, q.s) WHEN NOT MATCHED THEN INSERT VALUES (q.id, q.s, q.y)",
        "u.id>t.id u.s>t.name u.y>t.x",
    ),
    (
        "postgres",
        "MERGE INTO t USING u ON t.id = u.id WHEN MATCHED THEN UPDATE SET x = u.y RETURNING t.x",
        "t.x>x u.y>t.x",
    ),
    ("mysql", "UPDATE t, u SET t.x = u.y, u.s = t.name WHERE t.id = u.id", "t.name>u.s u.y>t.x"),
    ("mysql", "UPDATE t AS a LEFT JOIN u AS b USING (id) SET a.x = b.y, a.name = a.d", "t.d>t.name u.y>t.x"),
    ("mysql", "DELETE a, b FROM t a JOIN u b ON a.id = b.id", ""),
    ("mysql", "DELETE FROM a USING t AS a JOIN u AS b ON a.id = b.id", ""),
    (
        "snowflake",
        "UPDATE t SET x = q.y FROM (SELECT id, max(y) AS y FROM u GROUP BY id) q WHERE q.id = t.id",
        "u.y>t.x",
    ),
    ("bigquery", "UPDATE t SET x = (SELECT max(y) FROM u WHERE u.id = t.id) WHERE TRUE", "u.y>t.x"),
    (
        "oracle",
        "UPDATE t a SET (a.x, a.name) = (SELECT y, s FROM u b WHERE a.id = b.id) WHERE EXISTS (SELECT 1 FROM "
        "u b WHERE a.id = b.id)",
        "u.s>t.name u.y>t.x",
    ),
    ("tsql", "UPDATE t SET x = u.y OUTPUT deleted.x INTO v FROM u WHERE u.id = t.id", "t.x>v.x u.y>t.x"),
    ("tsql", "WITH q AS (SELECT t.x, u.y FROM t JOIN u ON t.id = u.id) UPDATE q SET x = y", "u.y>t.x"),
    (
        "tsql",
        "WITH q AS (SELECT *, ROW_NUMBER() OVER (PARTITION BY name ORDER BY x) AS rn FROM t) DELETE FROM q "
        "WHERE rn > 1",
        "",
    ),
    ("sqlite", "UPDATE t SET x = u.y FROM u WHERE u.id = t.id", "u.y>t.x"),
    ("redshift", "UPDATE t SET x = u.y FROM u JOIN t b ON b.id = u.id WHERE t.id = b.id", "u.y>t.x"),
    ("clickhouse", "ALTER TABLE t UPDATE x = d + 1 WHERE id > 5", "t.d>t.x"),
    ("clickhouse", "ALTER TABLE t DELETE WHERE id > 5", ""),
    ("teradata", "UPDATE a FROM t a, u b SET x = b.y WHERE a.id = b.id", "u.y>t.x"),
    ("databricks", "UPDATE t SET x = (SELECT max(y) FROM u)", "u.y>t.x"),
    ("snowflake", "COPY INTO @stage/x FROM (SELECT y FROM u) FILE_FORMAT = (TYPE = CSV)", "u.y>y"),
    ("snowflake", "COPY INTO @stage/x FROM u", "u.id>id u.s>s u.ts>ts u.y>y"),
    ("snowflake", "COPY INTO 's3://x' FROM u", "u.id>id u.s>s u.ts>ts u.y>y"),
    ("postgres", "COPY u (id, y) TO STDOUT", "u.id>id u.y>y"),
    ("postgres", "COPY (SELECT y FROM u) TO '/x' WITH (FORMAT csv)", "u.y>y"),
    ("duckdb", "COPY (SELECT y FROM u) TO 'x.parquet' (FORMAT parquet)", "u.y>y"),
    ("duckdb", "COPY u TO 'x.csv'", "u.id>id u.s>s u.ts>ts u.y>y"),
    ("bigquery", "EXPORT DATA OPTIONS (uri = 'gs://b') AS (SELECT y FROM u)", "u.y>y"),
    (
        "postgres",
        "CREATE TEMP TABLE w AS SELECT y AS a FROM u; ALTER TABLE w RENAME TO w2; INSERT INTO t (x) SELECT a FROM w2",
        "u.y>t.x",
    ),
    (
        "postgres",
        "CREATE TEMP TABLE w AS SELECT y AS a FROM u; DROP TABLE w; INSERT INTO t (x) SELECT y FROM u",
        "u.y>t.x",
    ),
    (
        "snowflake",
        "CREATE STREAM v ON TABLE u; INSERT INTO t (x) SELECT y FROM v",
        "u.id>v.id u.s>v.s u.ts>v.ts u.y>v.y v.y>t.x",
    ),
    ("bigquery", 'EXECUTE IMMEDIATE "INSERT INTO t (x) SELECT y FROM u"', "u.y>t.x"),
    ("databricks", "EXECUTE IMMEDIATE 'INSERT INTO t (x) SELECT y FROM u'", "u.y>t.x"),
]


@pytest.mark.parametrize(("dialect", "sql", "edges"), CASES)
def test_a_change_of_the_dialect_is_read(dialect: str, sql: str, edges: str) -> None:
    assert flows(sql, dialect) == edges
