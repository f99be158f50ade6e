"""The page on reviews: each of its commands runs as it stands there, and what it promises comes true."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lineage.cli import app
from lineage.reports import FORMATS
from lineage.review import read_decisions
from tests.lineage.test_review import PLAN, found, judged, world

PAGE = Path(__file__).parents[2] / "docs" / "review.md"
FINGERPRINT = re.compile(r"\b[0-9a-f]{16}\b")


def commands() -> list[list[str]]:
    """Give the commands of the page, without comments; a backslash joins lines."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    return [words for line in lines if (words := shlex.split(line, comments=True))]


def test_every_command_of_the_page_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = world(tmp_path, 30)
    (tmp_path / "plan.yaml").write_text(PLAN, encoding="utf-8")
    fingerprint = found(judged(tmp_path)).id
    monkeypatch.chdir(tmp_path)

    assert len(commands()) >= 2
    for program, *stated in commands():
        words = [FINGERPRINT.sub(fingerprint, word) for word in stated]
        result = CliRunner().invoke(app, words, input="skip\n" * 20, env=made.environ)
        assert program == "lineage"
        assert result.exit_code == 0, (words, result.output)

    (fact,) = read_decisions(tmp_path / "labels.yaml")
    assert (fact.decision, fact.by, fact.because) == ("not_personal", "dpo@acme.example", "order numbers")
    assert (tmp_path / "facts.jsonl").stat().st_size


MATRIX = """
plan: v1
meta: {id: reply, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      notes:
        reads: notes
        key: id
        fields: {id: required, contact: {need: helpful, sensitive: email, mask: hmac}}
steps:
  draft: {reads: {crm.notes: all}, to: prompt}
  count: {reads: {crm.notes: [id]}, to: log}
"""


@pytest.mark.parametrize("form", FORMATS)
def test_the_masking_matrix_stands_in_every_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    made = world(tmp_path, 30)
    (tmp_path / "plan.yaml").write_text(MATRIX, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    result = CliRunner().invoke(
        app, ["audit", "plan.yaml", "-f", form, "-o", "-"], env={**made.environ, "COLUMNS": "200"}
    )

    told = " ".join(result.output.split())
    assert result.exit_code in {0, 1, 3}, told
    assert "crm.notes.contact" in told
    assert "raw" in told
    assert re.search(r"not.reached|not at", told), told
    assert "anna3@" not in told


def test_the_masking_matrix_stands_in_what_code_scanning_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = world(tmp_path, 30)
    (tmp_path / "plan.yaml").write_text(MATRIX, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    result = CliRunner().invoke(app, ["export", "sarif", "plan.yaml"], env=made.environ)

    [run] = json.loads(result.stdout)["runs"]
    assert run["properties"]["boundaries"] == {"crm.notes.contact": {"prompt": "raw", "log": "not reached"}}
