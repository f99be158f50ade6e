"""How long a statement lets rows live."""

import pytest
import sqlglot

from connectors._job_limits import counted_from, kept_for, parsed

SAID = [
    ("postgres", "DELETE FROM a.t WHERE made < now() - interval '90 days'", "90 days"),
    ("postgres", "DELETE FROM t WHERE now() - interval '2 days' > made", "2 days"),
    ("postgres", "DELETE FROM t WHERE (made <= current_timestamp - interval '1 year')", "1 year"),
    ("mysql", "DELETE FROM t WHERE made < NOW() - INTERVAL 90 DAY", "90 days"),
    ("mysql", "DELETE FROM t WHERE made < DATE_SUB(NOW(), INTERVAL 2 MONTH)", "2 months"),
    ("mysql", "DELETE FROM t WHERE made < UTC_TIMESTAMP() - INTERVAL '1' WEEK", "7 days"),
    ("mysql", "DELETE FROM t WHERE DATE(made) <= CURDATE() - INTERVAL 90 DAY", "90 days"),
    ("mysql", "DELETE FROM t WHERE DATE_ADD(made, INTERVAL 90 DAY) < NOW()", "90 days"),
    ("postgres", "DELETE FROM t WHERE made + interval '1 year' < now()", "1 year"),
    ("postgres", "DELETE FROM t WHERE now() - made > interval '90 days'", "90 days"),
    ("postgres", "DELETE FROM t WHERE made < now() - '90 days'::interval", "90 days"),
    ("postgres", "DELETE FROM t WHERE made::date < current_date - 90", "90 days"),
    ("snowflake", "DELETE FROM t WHERE made < DATEADD(day, -30, CURRENT_TIMESTAMP())", "30 days"),
    ("snowflake", "DELETE FROM t WHERE made < DATEADD('month', -2, CURRENT_DATE)", "2 months"),
    ("postgres", "DELETE FROM t", "0 days"),
    ("postgres", "TRUNCATE t", "0 days"),
    ("mysql", "TRUNCATE TABLE t", "0 days"),
]
UNSAID = [
    ("snowflake", "DELETE FROM t WHERE made < DATEADD(day, 30, CURRENT_TIMESTAMP())"),
    ("snowflake", "DELETE FROM t WHERE made < DATEADD(day, -length, CURRENT_TIMESTAMP())"),
    ("postgres", "DELETE FROM t WHERE made < now() - interval '1 year' AND NOT held"),
    ("postgres", "DELETE FROM t WHERE made > now() - interval '1 year'"),
    ("postgres", "DELETE FROM t WHERE made < expires - interval '1 year'"),
    ("postgres", "DELETE FROM t WHERE made < now() - length"),
    ("postgres", "DELETE FROM t WHERE made < now() - 90"),
    ("postgres", "DELETE FROM t WHERE lower(made) < now() - interval '1 year'"),
    ("postgres", "DELETE FROM t WHERE made < '2020-01-01'::timestamp - interval '1 year'"),
    ("postgres", "DELETE FROM t USING u WHERE made < now() - interval '1 year'"),
    ("postgres", "DELETE FROM ONLY t"),
    ("postgres", "TRUNCATE ONLY t"),
    ("postgres", "TRUNCATE t, u"),
    ("mysql", "DELETE FROM t LIMIT 100"),
    ("postgres", "DELETE FROM ONLY t WHERE made < now() - interval '1 year'"),
    ("mysql", "DELETE FROM t WHERE made < NOW() - INTERVAL 90 DAY LIMIT 100"),
    ("mysql", "DELETE t FROM t JOIN u ON u.id = t.id WHERE t.made < NOW() - INTERVAL 90 DAY"),
    ("mysql", "DELETE FROM t PARTITION (p0) WHERE made < NOW() - INTERVAL 90 DAY"),
    ("mysql", "DELETE FROM t WHERE made < DATE_ADD(NOW(), INTERVAL -90 DAY)"),
    ("postgres", "UPDATE t SET made = now() - interval '1 year'"),
]


@pytest.mark.parametrize(("dialect", "text", "age"), SAID)
def test_a_single_comparison_with_a_constant_says_it(dialect: str, text: str, age: str) -> None:
    assert str(kept_for(sqlglot.parse_one(text, dialect=dialect))) == age


@pytest.mark.parametrize(("dialect", "text"), UNSAID)
def test_everything_else_says_nothing(dialect: str, text: str) -> None:
    assert kept_for(sqlglot.parse_one(text, dialect=dialect)) is None


def test_the_age_counts_from_the_column_that_is_compared_as_the_table_spells_it() -> None:
    tree = sqlglot.parse_one("DELETE FROM t WHERE made < now() - interval '1 year'", dialect="postgres")

    assert counted_from(tree, ["id", "Made"]) == "Made"
    assert counted_from(tree, ["Made", "made"]) == "made"
    assert counted_from(tree, ["id"]) is None


@pytest.mark.parametrize(
    "text",
    [
        "DELETE FROM t WHERE made < now() - INTERVAL 1 DAY; DELETE FROM u",
        "DELETE FROM t WHERE made < now() - INTERVAL 1 DAY /*! AND NOT held */",
        "DELETE FROM t WHERE made < now() - INTERVAL 1 DAY /*M!100500 AND NOT held */",
        "DELETE FROM t WHERE ((( made",
        "",
    ],
)
def test_what_is_not_one_statement_that_is_read_in_whole_says_nothing(text: str) -> None:
    assert kept_for(parsed(text, "mysql")) is None


def test_no_log_quotes_a_statement_that_is_not_understood(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    assert parsed("CALL purge('marker@acme.example')", "postgres") is not None

    assert not caplog.records
    assert "marker" not in "".join(capfd.readouterr())
