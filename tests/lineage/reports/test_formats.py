"""Formats are found by name, and cost nothing until they are asked for."""

from __future__ import annotations

import html
import json
import re
import subprocess
import sys

import pytest

from lineage.errors import PlanError
from lineage.reports import FORMATS, text_of
from tests.lineage.reports.sample import report


@pytest.mark.parametrize("name", FORMATS)
def test_a_run_can_be_told_in_every_format(name: str) -> None:
    assert "support-reply" in text_of(report(), name, 3)


def test_json_is_json() -> None:
    assert json.loads(text_of(report(), "json", 3))["run"]["exit_code"] == 3


def test_an_unknown_format_is_named_with_those_there_are() -> None:
    with pytest.raises(PlanError, match="terminal, json"):
        text_of(report(), "xml")


def test_no_format_is_imported_before_it_is_asked_for() -> None:
    code = "import sys, lineage.reports; sys.exit('rich' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_holds_the_ledger_with_verdict_and_evidence_level(name: str) -> None:
    text = html.unescape(re.sub(r"<wbr>|\\(?=[_*])", "", text_of(report(), name, 3)))

    for line in report().assumptions:
        # A terminal names the dataset once, and then its leaves.
        leaf = line.leaf.rpartition("fields.")[2] if name == "terminal" and "fields." in line.leaf else line.leaf
        leaf = leaf.rpartition(".")[2] if name == "terminal" and "fields." not in line.leaf else leaf
        assert leaf in text, f"{line.leaf} is not in {name}"
    for verdict, level in {(line.verdict.value, line.level.value) for line in report().assumptions}:
        assert verdict in text
        assert level in text


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_what_may_launch_what_is_lost_and_what_gives_it_back(name: str) -> None:
    shown = report()
    text = html.unescape(re.sub(r"<wbr>|\\(?=[_*])", "", text_of(shown, name, 3)))

    for stage in shown.stages:
        assert stage.stage in text
        assert stage.because in text
    for applied in shown.scope.applied:
        assert applied.operation.op.value in text
        assert applied.operation.target in text
    for owner in {owner for restore in shown.scope.restore for owner in restore.owners}:
        assert owner.partition("@")[0] in text


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_what_reading_a_source_cost(name: str) -> None:
    text = text_of(report(), name, 3)

    assert "14 queries, 12,000 rows" in text or '"queries": 14' in text
