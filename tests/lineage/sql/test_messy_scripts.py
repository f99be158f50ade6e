"""Scripts that nobody tidied: every statement of a text ends as edges, as none needed, or as unparsed with a reason."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlglot import Dialect
from sqlglot.tokenizer_core import Token

from lineage.sql import Outcome, column_edges
from tests.lineage.sql import test_dialect_changes, test_dialect_queries
from tests.lineage.sql.flows import SCHEMA

COLUMNS = {name for columns in SCHEMA.values() for name in columns}
CASES = [(dialect, sql) for dialect, sql, _ in (*test_dialect_queries.CASES, *test_dialect_changes.CASES)]
DIALECTS = sorted({dialect for dialect, _ in CASES})
WHOLE = {
    dialect: [sql for other, sql in CASES if other == dialect and not {";", "BEGIN"}.intersection(sql.upper().split())]
    for dialect in DIALECTS
}
JUNK = ["GRANT SELECT ON t TO x", "SELEC id FROM t", "CALL clean_up(1)", "SET search_path = a", "(", "FROM", "x y z"]
MESSY = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def spelt(sql: str, tokens: list[Token]) -> str:
    return " ".join(sql[token.start : token.end + 1] for token in tokens)


@st.composite
def broken(draw: st.DrawFn) -> tuple[str, str]:
    """Give a statement with a word taken out, doubled or moved."""
    dialect, sql = draw(st.sampled_from(CASES))
    tokens = Dialect.get_or_raise(dialect).tokenize(sql)
    place = draw(st.integers(0, len(tokens) - 1))
    match draw(st.integers(0, 2)):
        case 0:
            del tokens[place]
        case 1:
            tokens.insert(place, tokens[place])
        case 2:
            tokens.insert(draw(st.integers(0, len(tokens) - 1)), tokens.pop(place))
    return dialect, spelt(sql, tokens)


def accounted(sql: str, dialect: str) -> list[Outcome]:
    """Read a text, hold its outcomes against its edges and reasons, and give them; what only reads rows is told too."""
    found = column_edges(sql, dialect=dialect, schema=SCHEMA)
    flowing = {edge.statement for edge in found.edges} | {edge.statement for edge in found.row_edges}
    reasons = {place.statement for place in found.unparsed if place.reason}
    for number, statement in enumerate(found.statements):
        unread = statement.outcome is Outcome.UNPARSED
        assert unread == (number in reasons), sql
        assert (statement.outcome is Outcome.EDGES) == (number in flowing and not unread), sql
    assert flowing | reasons <= set(range(len(found.statements)))
    return [Outcome.EDGES if statement.reads else statement.outcome for statement in found.statements]


@MESSY
@given(st.data())
def test_every_statement_of_a_messy_script_has_its_outcome(data: st.DataObject) -> None:
    dialect = data.draw(st.sampled_from(DIALECTS))
    parts = data.draw(st.lists(st.sampled_from([*WHOLE[dialect], *JUNK]), min_size=1, max_size=8))
    gaps = data.draw(st.sampled_from([";", ";\n\n", " ;; -- a remark\n", ";/* a remark */"]))

    outcomes = accounted(gaps.join(parts), dialect)

    assert len(outcomes) >= len(parts)
    for junk, outcome in zip(parts, outcomes, strict=False) if len(outcomes) == len(parts) else ():
        if junk in JUNK and not junk.startswith(("GRANT", "SET")):
            assert outcome is not Outcome.NONE, junk


@MESSY
@given(broken())
def test_a_broken_statement_is_never_passed_over(case: tuple[str, str]) -> None:
    dialect, sql = case

    outcomes = accounted(sql, dialect) if sql else []

    words = [word.strip("(),;").lower() for word in sql.replace(".", " ").split()]
    if COLUMNS.intersection(words) and "select" in words and "from" in words[words.index("select") :]:
        assert any(outcome is not Outcome.NONE for outcome in outcomes), sql


@pytest.mark.parametrize("junk", JUNK[1:3])
def test_what_is_not_understood_says_why(junk: str) -> None:
    (place,) = column_edges(junk, dialect="postgres", schema=SCHEMA).unparsed

    assert place.reason
    assert "id" not in place.reason.split()
