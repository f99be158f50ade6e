"""Formats are found by name, and cost nothing until they are asked for."""

from __future__ import annotations

import json
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
