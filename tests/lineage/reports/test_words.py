"""What is printed can be read, and nothing that a system is called can do more than be read."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineage.facts import CostFact, Seen
from lineage.finding import Actual, Op, Operation
from lineage.model import SourceId
from lineage.reports.words import age, cost, figure, grouped, how_measured, operations_told, plain, read_as

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 seconds"),
        (0.25, "0.2 seconds"),
        (1, "1 second"),
        (3_600, "1 hour"),
        (3_661, "1 hour 1 minute"),
        (86_400 + 5, "1 day"),
        (200 * 86_400 + 4 * 3_600 + 59, "200 days 4 hours"),
        (-90, "minus 1 minute 30 seconds"),
    ],
)
def test_an_age_is_said_in_its_two_largest_units(seconds: float, words: str) -> None:
    assert age(seconds) == words


@pytest.mark.parametrize(
    ("actual", "words"),
    [
        (Actual(None), ""),
        (Actual(7_200, "seconds", interval=(3_600, 10_800)), "2 hours (between 1 hour and 3 hours)"),
        (Actual(12_000, "rows"), "12,000 rows"),
        (Actual(0.0213, "share"), "2.13 %"),
        (Actual(0.5, "share of values", (0.25, 0.75)), "50 % of values (between 25 % and 75 %)"),
        (Actual(3, "rows", (2, 4)), "3 rows (between 2 and 4)"),
        (Actual(True), "yes"),
        (Actual("public.contacts"), "public.contacts"),
    ],
)
def test_a_figure_is_said_with_its_unit(actual: Actual, words: str) -> None:
    assert figure(actual) == words


def test_how_a_figure_was_taken_is_said_in_a_line() -> None:
    assert how_measured(Actual(1, measured_at=NOW, method="aggregate", sample=2_000)) == (
        "aggregate, 2026-11-22 12:00 UTC, 2,000 records"
    )


def test_the_cost_of_a_source_is_said_in_a_line() -> None:
    spent = CostFact(Seen(SourceId("crm"), NOW, "session", "auditor"), 14, 12_000, 0, 1.23)

    assert cost(spent) == "14 queries, 12,000 rows, 1.2 s"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("contacts", "contacts"),
        ("größe 客户", "größe 客户"),
        ("[red]x[/red]", "[red]x[/red]"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x1b[31mred\x1b]0;title\x07", "\\x1b[31mred\\x1b]0;title\\x07"),
        ("\x9b31m", "\\x9b31m"),
        ("user\u202etxt.exe", "user\\u202etxt.exe"),
        ("a\u2028b\u200bc", "a\\u2028b\\u200bc"),
        ("file\udcff", "file\\udcff"),
    ],
)
def test_a_name_cannot_steer_the_terminal(name: str, words: str) -> None:
    assert plain(name) == words


@given(st.text())
def test_whatever_a_thing_is_called_its_name_is_one_visible_line(name: str) -> None:
    words = plain(name)

    assert not {unicodedata.category(character) for character in words} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert len(words.splitlines()) <= 1


def test_operations_on_fields_of_one_dataset_are_told_in_one() -> None:
    told = operations_told(
        [
            Operation(Op.DROP_FIELD, "crm.people.id"),
            Operation(Op.DROP_FIELD, "crm.people.email"),
            Operation(Op.DROP_FIELD, "crm.tickets.id"),
            Operation(Op.LIMIT_WINDOW, "crm.people", (("window", "2 years"),)),
        ]
    )

    assert told == (
        "drop_field crm.people: id, email and drop_field crm.tickets.id and limit_window crm.people window 2 years"
    )


def test_names_of_fields_of_one_dataset_are_told_in_one() -> None:
    assert grouped(["crm.people.id", "crm.people.email", "segment eu"]) == "crm.people: id, email; segment eu"
    assert grouped(["crm.people.id", "crm.people"]) == "crm.people.id, crm.people"
    assert grouped(["a\x1b.b.c", "a\x1b.b.d"]) == "a\\x1b.b: c, d"
    assert grouped([]) == ""


def test_what_is_no_login_is_not_told_as_one() -> None:
    assert read_as("file permissions") == "by file permissions"
    assert read_as("reader\n") == "as reader\\n"
