"""A system is looked at without a plan: what its owner names, and as much of it as the owner says."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lineage.cli import app
from lineage.facts import DatasetFact, LabelFact, LookFact
from lineage.scan import Limits
from lineage.survey import survey

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A file of 12,000 orders, of which one holds an address, beside a file that nobody named."""
    notes = ("shipped", "waits for stock", "label printed")
    rows = [f"{number},{notes[number % 3]}" for number in range(12_000)]
    rows[7_777] = "7777,mail to anna.schmidt@corp.com bounced"
    (tmp_path / "orders.csv").write_text("\n".join(["id,note", *rows]), encoding="utf-8")
    (tmp_path / "people.csv").write_text("email\na@corp.com\n", encoding="utf-8")
    return tmp_path / "orders.csv"


def test_who_names_a_file_is_told_of_that_file(orders: Path) -> None:
    _, facts = survey(str(orders), {}, now=NOW, limits=Limits())

    assert [fact.name.short for fact in facts.facts if isinstance(fact, DatasetFact)] == ["orders.csv"]


def test_who_wants_more_looked_at_says_how_much(orders: Path) -> None:
    _, some = survey(str(orders), {}, now=NOW, limits=Limits())
    _, all_of_it = survey(str(orders), {}, now=NOW, limits=Limits(), sample=12_000)

    assert {fact.rows_looked for fact in some.facts if isinstance(fact, LookFact)} == {2_000}
    assert {fact.whole for fact in all_of_it.facts if isinstance(fact, LookFact)} == {True}
    assert [(fact.label, fact.hits) for fact in all_of_it.facts if isinstance(fact, LabelFact)] == [("email", 1)]


def test_a_sample_of_nothing_is_refused(orders: Path) -> None:
    told = CliRunner().invoke(app, ["scan", str(orders), "--sample", "0"])

    assert told.exit_code == 2
    assert "--sample" in told.stderr
