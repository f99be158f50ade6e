"""What a mask may leave is no raw value, and what was tried beside the raw values is no open question."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from lineage.model import Level, Verdict
from lineage.report import Crosses, Report
from lineage.testing import World, assumption, finding
from tests.servers import PostgresDatabase

GIVEN = ("Anna", "Jonas", "Marie", "Luca", "Paul", "Ida", "Omar", "Nina", "Emil", "Ruth")
FAMILY = ("Brandt", "Okafor", "Silva", "Novak", "Dubois", "Rossi", "Larsen", "Haddad", "Smith", "Bauer")
PEOPLE = tuple(
    (n, f"{GIVEN[n % 10]} {FAMILY[n // 10 % 10]}", f"{1940 + n % 60}-{n % 12 + 1:02}-{n % 28 + 1:02}")
    for n in range(120)
)
FIELDS = """
        fields:
          id: required
          name: {need: helpful, sensitive: person, mask: first_name}
          born: {need: helpful, sensitive: birth_date, mask: generalise}
"""
PLAN = f"""
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: sqlite, url: "${{CRM_URL}}"}}
    datasets:
      people:
        reads: masked_people
        key: id{FIELDS}
outputs:
  letter: {{audience: [support_agent]}}
steps:
  draft: {{reads: {{crm.people: all}}, to: prompt}}
  send: {{after: [draft], writes: [letter]}}
"""


def viewed(folder: Path, name: str, born: str) -> Report:
    cells = ", ".join(map(str, PEOPLE))
    return (
        World(folder)
        .sqlite(
            "crm",
            "create table people (id integer primary key, name text, born text);"
            f"insert into people values {cells};"
            f"create view masked_people as select id, {name} as name, {born} as born from people;",
        )
        .audit(PLAN)
    )


FIRST = "substr(name, 1, instr(name, ' ') - 1)"


def test_a_given_name_that_a_view_leaves_is_masked_in_time_and_shown(tmp_path: Path) -> None:
    report = viewed(tmp_path, FIRST, "substr(born, 1, 4)")

    for field in ("name", "born"):
        line = assumption(report, f"sources.crm.datasets.people.fields.{field}.mask.to")
        assert (line.verdict, line.level) == (Verdict.HELD, Level.EXERCISED)
        assert finding(report, "privacy/late-masking", f"crm.people.{field}") is None
        row = next(row for row in report.matrix if row.field == f"crm.people.{field}")
        assert {crossing.state for crossing in row.crossings} == {Crosses.MASKED}


@pytest.mark.parametrize("name", ["name", "substr(name, instr(name, ' ') + 1)"], ids=["whole", "surname"])
def test_a_name_that_a_view_leaves_whole_is_not_shown_masked(tmp_path: Path, name: str) -> None:
    report = viewed(tmp_path, name, "substr(born, 1, 4)")

    row = next(row for row in report.matrix if row.field == "crm.people.name")
    assert Crosses.MASKED not in {crossing.state for crossing in row.crossings}


EXPORT = f"""
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: sqlite, url: "${{CRM_URL}}"}}
    datasets:
      people:
        reads: people
        key: id
        fields: {{id: required, name: {{need: none, sensitive: person}}, born: {{need: none, sensitive: birth_date}}}}
  export:
    connector: {{type: files, path: "${{FILES}}"}}
    datasets:
      people:
        reads: people.csv
        copy_of: [crm.people]{FIELDS}
steps:
  draft: {{reads: {{export.people: all}}, to: prompt}}
"""


@pytest.mark.parametrize(("there", "verdict"), [(120, Verdict.HELD), (118, Verdict.HELD), (60, Verdict.UNVERIFIED)])
def test_masked_values_of_records_that_are_not_there_are_not_said_to_be_proved(
    tmp_path: Path, there: int, verdict: Verdict
) -> None:
    cells = ", ".join(map(str, PEOPLE[:there]))
    world = World(tmp_path).sqlite(
        "crm",
        f"create table people (id integer primary key, name text, born text); insert into people values {cells};",
    )
    text = io.StringIO()
    rows = ((number, name.split()[0], born[:4]) for number, name, born in PEOPLE)
    csv.writer(text).writerows([("id", "name", "born"), *rows])

    report = world.file("people.csv", text.getvalue()).audit(EXPORT)

    line = assumption(report, "export.datasets.people.fields.born.mask.to")
    assert line.verdict is verdict
    assert ("60 others stand for no record there" in line.says) is (verdict is Verdict.UNVERIFIED)


@pytest.mark.postgresql
def test_a_given_name_beside_its_whole_name_on_another_path_is_told(postgres: PostgresDatabase, tmp_path: Path) -> None:
    rows = ", ".join(map(str, PEOPLE))
    reader = postgres.role("reader")
    postgres.execute(f"""
        CREATE TABLE people (id int PRIMARY KEY, name text, born text);
        INSERT INTO people VALUES {rows};
        CREATE VIEW masked_people AS SELECT id, split_part(name, ' ', 1) AS name, left(born, 4) AS born FROM people;
        GRANT SELECT ON people, masked_people TO {reader};
    """)
    plan = PLAN.replace('{type: sqlite, url: "${CRM_URL}"}', '{type: postgresql, url: "${CRM_URL}"}').replace(
        "    datasets:", f"    identity: {reader}\n    datasets:"
    )

    report = World(tmp_path).url("crm", postgres.url()).audit(plan)

    for field in ("name", "born"):
        found = finding(report, "privacy/raw-on-another-path", f"crm.people.{field}")
        assert found is not None
        assert "can read it raw in public.people" in found.title
