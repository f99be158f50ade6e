"""Combinations that identify: over one dataset, over several that a step joins, and what all of a crowd share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from lineage.connector import Examine, ExamineKind, Part
from lineage.finding import Finding, Op
from lineage.model import Name, Verdict
from lineage.report import Report
from lineage.testing import World, assumption, finding
from rules.privacy._crowd import Crowds
from tests.servers import PostgresDatabase

RULE = "privacy/identifying-combination"
TICKETS = """
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: {kind}, url: "${{CRM_URL}}"}}
    datasets:
      contacts:
        reads: contacts
        key: id
        {where}
        fields:
          id: required
          email: {{need: none, sensitive: email}}
          born: {{need: helpful, sensitive: birth_year}}
      tickets:
        reads: tickets
        key: id
        fields:
          id: required
          contact_id: {{need: join, joins: crm.contacts.id}}
          shop: {{need: {need}, sensitive: quasi_identifier}}
          illness: {{need: helpful, sensitive: health}}
steps:
  {steps}
"""
BOTH = "draft: {reads: {crm.contacts: [id, born], crm.tickets: [id, contact_id, shop]}, to: prompt}"
WITH_ILLNESS = "draft: {reads: {crm.contacts: [id, born], crm.tickets: all}, to: prompt}"
APART = """one: {reads: {crm.contacts: [id, born]}, to: prompt}
  two: {reads: {crm.tickets: [id, contact_id, shop]}, to: archive}"""
FOLLOWING = """one: {reads: {crm.contacts: [id, born]}}
  two: {reads: {crm.tickets: [id, contact_id, shop]}, after: [one], to: prompt}"""


def plan(*, steps: str = BOTH, where: str = "", need: str = "helpful", kind: str = "sqlite") -> str:
    return TICKETS.format(steps=steps, where=where, need=need, kind=kind)


def clients(tickets: Iterable[tuple[int, str, str]], *, years: int = 4, count: int = 200) -> str:
    """Give the tables: clients born in so many years, and (client, shop, illness) of each ticket."""
    people = ", ".join(f"({n}, 'p{n}@corp.com', {1980 + n % years}, {n % 2})" for n in range(count))
    about = ", ".join(f"({k}, {who}, '{shop}', '{ill}')" for k, (who, shop, ill) in enumerate(tickets))
    return f"""
        create table contacts (id integer primary key, email text, born integer, eu integer);
        create table tickets (id integer primary key, contact_id integer, shop text, illness text);
        insert into contacts values {people};
        insert into tickets values {about};
    """


def ill(person: int) -> str:
    return ("flu", "asthma", "none", "migraine")[person // 8 % 4]


SHARED = [(n, f"shop {n // 4 % 2}", ill(n)) for n in range(200)]
"""A ticket for each client, in two shops: each year and shop has 25."""
RARE = [(n, f"shop {n // 4}", ill(n)) for n in range(200)]
"""Each year and shop is one client's."""


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def audit(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Report]:
    """Audit a plan over tables made by a script, in each system."""

    def audited(script: str, text: str) -> Report:
        world = World(tmp_path)
        if request.param == "sqlite":
            return world.sqlite("crm", script).audit(text)
        database: PostgresDatabase = request.getfixturevalue("postgres")
        database.execute(script)
        return world.url("crm", database.url()).audit(text.replace("type: sqlite", "type: postgresql"))

    return audited


def found(report: Report) -> Finding:
    """Give the finding of the rule; there is one."""
    told = finding(report, RULE)
    assert told is not None
    return told


def test_fields_of_two_datasets_identify_who_none_of_them_does(audit: Callable[..., Report]) -> None:
    told = found(audit(clients(RARE), plan()))

    assert "contacts.born and tickets.shop together" in told.title
    assert "100 % of 200 records" in told.title
    assert "200 of them alone" in told.title
    assert [(one.op, one.target) for one in told.judgement.operations] == [(Op.DROP_FIELD, "crm.tickets.shop")]


def test_fields_of_two_datasets_that_many_share_are_held(audit: Callable[..., Report]) -> None:
    report = audit(clients(SHARED), plan())

    assert finding(report, RULE) is None
    line = assumption(report, "contacts.fields.born.sensitive")
    assert line.verdict is not Verdict.BROKEN


def test_many_tickets_of_one_person_are_no_crowd(audit: Callable[..., Report]) -> None:
    one = [(7, "shop 9", "flu") for _ in range(50)]

    told = found(audit(clients([*SHARED, *one]), plan()))

    assert "1 of them alone" in told.title
    assert "of 200 records" in told.title


def test_steps_that_do_not_meet_assemble_nothing(tmp_path: Path) -> None:
    report = World(tmp_path).sqlite("crm", clients(RARE)).audit(plan(steps=APART))

    assert finding(report, RULE) is None


def test_steps_that_follow_one_another_assemble_one_context(tmp_path: Path) -> None:
    report = World(tmp_path).sqlite("crm", clients(RARE)).audit(plan(steps=FOLLOWING))

    assert finding(report, RULE) is not None


def test_what_the_workflow_needs_least_is_left_out(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", clients(RARE, years=200))

    told = found(world.audit(plan(need="required")))

    assert {one.target for one in told.judgement.operations} >= {"crm.contacts.born"}


def test_only_records_that_the_plan_reads_make_a_crowd(tmp_path: Path) -> None:
    """Seven share a year and a shop, but three of them are not read."""
    few = [(n, "shop 1" if n < 7 else f"shop {n % 2 + 2}", "flu") for n in range(200)]
    script = clients(few, years=1) + "update contacts set eu = 1; update contacts set eu = 0 where id < 3;"
    world = World(tmp_path).sqlite("crm", script)
    eu = "eu: {need: none}"

    whole = world.audit(
        plan().replace("id: required\n          email", f"id: required\n          {eu}\n          email")
    )
    part = world.audit(
        plan(where='where: "eu = 1"').replace(
            "id: required\n          email", f"id: required\n          {eu}\n          email"
        )
    )

    assert finding(whole, RULE) is None
    assert "of 197 records" in found(part).title


def test_an_illness_that_a_whole_crowd_shares_is_known_of_each(audit: Callable[..., Report]) -> None:
    same = [(n, f"shop {n // 4 % 2}", "flu" if n % 4 == 1 else ill(n)) for n in range(200)]

    told = found(audit(clients(same), plan(steps=WITH_ILLNESS)))

    assert "25 % of 200 records are among 5 or more who are also alike in tickets.illness" in told.title
    assert len(told.judgement.operations) == 1


def test_illnesses_that_differ_in_every_crowd_are_silent(audit: Callable[..., Report]) -> None:
    assert finding(audit(clients(SHARED), plan(steps=WITH_ILLNESS)), RULE) is None


def test_a_crowd_in_which_nobody_is_ill_tells_nothing(tmp_path: Path) -> None:
    well = [(n, f"shop {n // 4 % 2}", "none" if n % 4 == 1 else ill(n)) for n in range(200)]

    assert finding(World(tmp_path).sqlite("crm", clients(well)).audit(plan(steps=WITH_ILLNESS)), RULE) is None


SYSTEMS = """
plan: v1
meta: {id: reply, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      contacts:
        reads: contacts
        fields: {id: required, email: {need: none, sensitive: email}, born: {need: helpful, sensitive: birth_year}}
  geo:
    connector: {type: files, path: "${FILES}"}
    datasets:
      homes:
        reads: homes.jsonl
        fields: {person: {need: join, joins: crm.contacts.id}, town: {need: helpful, sensitive: city}}
      places:
        reads: places.jsonl
        fields: {person: {need: join, joins: crm.contacts.id}, area: {need: helpful, sensitive: region}}
steps:
  draft: {reads: {crm.contacts: [id, born], geo.homes: all, geo.places: all}, to: prompt}
"""


@pytest.mark.parametrize(("towns", "areas", "fires"), [(2, 2, False), (50, 2, True), (5, 5, True)])
def test_datasets_of_two_systems_are_put_together_by_the_person_they_refer_to(
    tmp_path: Path, towns: int, areas: int, fires: bool
) -> None:
    """With five towns and five areas no two of the three identify, all three do."""
    world = World(tmp_path).sqlite("crm", clients(SHARED))
    world.jsonl("homes.jsonl", [{"person": n, "town": f"t{n // 4 % towns}"} for n in range(200)])
    world.jsonl("places.jsonl", [{"person": f"{n}", "area": f"a{n // 4 // towns % areas}"} for n in range(200)])

    report = world.audit(SYSTEMS)

    assert (finding(report, RULE) is not None) is fires


def test_a_system_that_cannot_be_read_leaves_the_combination_open(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", clients(SHARED))
    world.jsonl("homes.jsonl", [{"person": n, "town": "t"} for n in range(200)])
    (tmp_path / "files" / "places.jsonl").write_text("{not json\n" * 9)

    report = world.audit(SYSTEMS)

    assert assumption(report, "contacts.fields.born.sensitive").verdict is Verdict.UNVERIFIED


LOOKED_UP = """
plan: v1
meta: {id: reply, owner: pm@acme.example}
sources:
  hr:
    connector: {type: sqlite, url: "${HR_URL}"}
    datasets:
      people:
        reads: people
        fields:
          id: required
          age: {need: helpful, sensitive: age}
          city: {need: join, joins: hr.cities.id}
          chief: {need: join, joins: hr.chiefs.id}
      cities: {reads: cities, fields: {id: required, name: {need: helpful, sensitive: city}}}
      chiefs: {reads: chiefs, fields: {id: required, age: {need: helpful, sensitive: age}}}
steps:
  draft: {reads: {hr.people: all, hr.cities: all, hr.chiefs: all}, to: prompt}
"""


def staff(cities: int) -> str:
    rows = ", ".join(f"({n}, {30 + n % 2}, {n // 2 % cities}, {n // 10 % 2})" for n in range(200))
    towns = ", ".join(f"({n}, 'town {n}')" for n in range(cities))
    return f"""
        create table people (id integer, age integer, city integer, chief integer); insert into people values {rows};
        create table cities (id integer, name text); insert into cities values {towns};
        create table chiefs (id integer, age integer); insert into chiefs values (0, 50), (1, 60);
    """


def test_a_table_of_places_or_of_chiefs_is_not_taken_for_the_people(tmp_path: Path) -> None:
    assert finding(World(tmp_path).sqlite("hr", staff(2)).audit(LOOKED_UP), RULE) is None


def test_a_place_that_is_looked_up_can_tell_people_apart(tmp_path: Path) -> None:
    told = found(World(tmp_path).sqlite("hr", staff(80)).audit(LOOKED_UP))

    assert "cities.name" in told.title


def test_what_does_not_fit_into_memory_is_not_judged() -> None:
    import pyarrow as pa

    part = Part(Name("sqlite://x", ("t",)), (("a",), ("b",)), ("shared", "shared"))
    crowds = Crowds(Examine(ExamineKind.CROWD, part), most=100)

    for _ in range(9):
        crowds.take(0, pa.table({"0": ["x"] * 10, "1": ["y"] * 10}))

    assert dict(crowds.counts()) == {"records": 0}
    assert not crowds.whole


def test_no_value_is_in_the_repr_of_what_counts_crowds() -> None:
    import pyarrow as pa

    part = Part(Name("sqlite://x", ("t",)), (("a",), ("b",)), ("shared", "shared"))
    crowds = Crowds(Examine(ExamineKind.CROWD, part))

    crowds.take(0, pa.table({"0": ["Zyx-secret"], "1": [None]}, schema=pa.schema({"0": pa.string(), "1": pa.string()})))

    assert "Zyx" not in repr(crowds)
    assert dict(crowds.counts())["alone"] == 1
