"""Combinations that identify where a person has several records: people make a crowd, and records do not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from lineage.connector import Examine, ExamineKind, Part
from lineage.model import Name
from lineage.report import Report
from lineage.testing import World, finding
from rules.privacy._crowd import Crowds
from tests.rules.privacy.test_identifying_combination import audit as audit  # noqa: PLC0414 - a fixture

RULE = "privacy/identifying-combination"
PLAN = """
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
sources:
  clinic:
    connector: {{type: sqlite, url: "${{CRM_URL}}"}}
    datasets:
      visits:
        reads: visits
        key: id
        fields:
          id: required
          whose: {{need: none, sensitive: {kind}}}
          born: {{need: helpful, sensitive: birth_year}}
          town: {{need: helpful, sensitive: city}}
steps:
  draft: {{reads: {{clinic.visits: [id, born, town]}}, to: prompt}}
"""


def visits(rows: Iterable[tuple[str | None, int, str]]) -> str:
    cells = ", ".join(
        f"({n}, {'null' if whose is None else repr(whose)}, {born}, '{town}')"
        for n, (whose, born, town) in enumerate(rows)
    )
    return (
        "create table visits (id integer primary key, whose text, born integer, town text);"
        f"insert into visits values {cells};"
    )


def crowd(people: int, records: int) -> list[tuple[str | None, int, str]]:
    """Give so many records of each of so many people of each of ten years."""
    return [
        (f"P{year}-{who}", 1970 + year, "Bonn") for year in range(10) for who in range(people) for _ in range(records)
    ]


@pytest.mark.parametrize("kind", ["health_id", "customer_id", "pseudonym", "email"])
def test_many_visits_of_one_patient_are_no_crowd(audit: Callable[..., Report], kind: str) -> None:
    told = finding(audit(visits(crowd(people=2, records=9)), PLAN.format(kind=kind)), RULE)

    assert told is not None
    assert "100 % of 20 records are among fewer than 5 alike" in told.title


def test_many_patients_with_many_visits_are_a_crowd(audit: Callable[..., Report]) -> None:
    assert finding(audit(visits(crowd(people=6, records=3)), PLAN.format(kind="health_id")), RULE) is None


def test_whoever_handles_the_records_of_many_is_not_whom_they_are_about(tmp_path: Path) -> None:
    """Three agents, each of whom serves people of every year and town."""
    rows = [(f"agent{n % 3}@corp.com", 1970 + n // 3 % 4, f"town {n // 12 % 2}") for n in range(240)]

    report = World(tmp_path).sqlite("crm", visits(rows)).audit(PLAN.format(kind="email"))

    assert finding(report, RULE) is None


def test_visits_of_nobody_are_people_of_their_own(tmp_path: Path) -> None:
    rows = [*crowd(people=6, records=2), *((None, 1970 + year, "Bonn") for year in range(10))]

    report = World(tmp_path).sqlite("crm", visits(rows)).audit(PLAN.format(kind="health_id"))

    assert finding(report, RULE) is None


def test_what_a_person_of_several_records_has_is_counted_once() -> None:
    import pyarrow as pa

    part = Part(
        Name("sqlite://clinic", ("visits",), ()), (("born",), ("town",), ("whose",)), ("shared", "shared", "who")
    )
    crowds = Crowds(Examine(ExamineKind.CROWD, part))
    rows = crowd(people=5, records=4)
    crowds.take(0, pa.table({"0": [str(r[1]) for r in rows], "1": [r[2] for r in rows], "2": [r[0] for r in rows]}))

    counts = dict(crowds.counts())

    assert (counts["records"], counts["smallest"], counts["small"]) == (50, 5, 0)
