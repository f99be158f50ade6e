from __future__ import annotations

from pathlib import Path

import pytest

from lineage.model import Severity, Verdict
from lineage.testing import World, finding, verdict

PLAN = """
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
sources:
  hr:
    connector: {{type: sqlite, url: "${{HR_URL}}"}}
    datasets:
      people: {{reads: people, key: id, fields: {{id: required, {field}: helpful}}}}
steps:
  draft: {{reads: {{hr.people: all}}, to: prompt}}
"""
RULE = "privacy/special-category-data"


def people(folder: Path, field: str, *values: str) -> World:
    cells = ", ".join(f"({number}, '{value}')" for number, value in enumerate(values))
    return World(folder).sqlite(
        "hr", f"create table people (id integer, {field} text); insert into people values {cells};"
    )


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("religion", ("catholic", "muslim", "none", "jewish")),
        ("konfession", ("evangelisch", "katholisch", "konfessionslos")),
        ("diagnosis", ("J45.0", "E11.9", "F32")),
        ("sexual_orientation", ("heterosexual", "gay", "bisexual")),
    ],
)
def test_header_and_values_together_block(tmp_path: Path, field: str, values: tuple[str, ...]) -> None:
    report = people(tmp_path, field, *values).audit(PLAN.format(field=field))

    found = finding(report, RULE, f"hr.people.{field}")
    assert found is not None
    assert found.severity is Severity.BLOCKER


def test_a_header_alone_is_a_question_for_a_person(tmp_path: Path) -> None:
    report = people(tmp_path, "religion", "A1", "B2", "C3").audit(PLAN.format(field="religion"))

    assert finding(report, RULE) is None
    assert verdict(report, "religion.need") is Verdict.UNVERIFIED


@pytest.mark.parametrize(
    ("field", "values"), [("condition", ("new", "used")), ("race_time", ("00:31:10", "00:32:11")), ("tier", ("a", "b"))]
)
def test_look_alikes_are_held(tmp_path: Path, field: str, values: tuple[str, ...]) -> None:
    report = people(tmp_path, field, *values).audit(PLAN.format(field=field))

    assert verdict(report, f"{field}.need") is Verdict.HELD
