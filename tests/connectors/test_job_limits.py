"""How long a statement lets rows live."""

import pytest
import sqlglot

from connectors._job_limits import kept_for

SAID = [
    ("postgres", "DELETE FROM a.t WHERE made < now() - interval '90 days'", "90 days"),
    ("postgres", "DELETE FROM t WHERE now() - interval '2 days' > made", "2 days"),
    ("postgres", "DELETE FROM t WHERE (made <= current_timestamp - interval '1 year')", "1 year"),
    ("mysql", "DELETE FROM t WHERE made < NOW() - INTERVAL 90 DAY", "90 days"),
    ("mysql", "DELETE FROM t WHERE made < DATE_SUB(NOW(), INTERVAL 2 MONTH)", "2 months"),
]
UNSAID = [
    ("postgres", "DELETE FROM t"),
    ("postgres", "DELETE FROM t WHERE made < now() - interval '1 year' AND NOT held"),
    ("postgres", "DELETE FROM t WHERE made > now() - interval '1 year'"),
    ("postgres", "DELETE FROM t WHERE made < expires - interval '1 year'"),
    ("postgres", "DELETE FROM t WHERE made < now() - length"),
    ("postgres", "UPDATE t SET made = now() - interval '1 year'"),
]


@pytest.mark.parametrize(("dialect", "text", "age"), SAID)
def test_a_single_comparison_with_a_constant_says_it(dialect: str, text: str, age: str) -> None:
    assert str(kept_for(sqlglot.parse_one(text, dialect=dialect))) == age


@pytest.mark.parametrize(("dialect", "text"), UNSAID)
def test_everything_else_says_nothing(dialect: str, text: str) -> None:
    assert kept_for(sqlglot.parse_one(text, dialect=dialect)) is None
