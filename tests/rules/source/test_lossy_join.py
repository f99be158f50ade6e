"""Joins that lose records, or multiply them, on SQLite, PostgreSQL and files, and what cannot be compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from lineage.finding import Op
from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import World, assumption, finding, fired, verdict
from rules.source.duplicate_or_unstable_key import RULE as KEY
from rules.source.lossy_join import RULE as JOIN
from tests.rules.in_memory import Memory, Table, found, judged
from tests.servers import PostgresDatabase

BROKEN, HELD, UNVERIFIED = Verdict.BROKEN, Verdict.HELD, Verdict.UNVERIFIED
RULES = (JOIN, KEY)

PLAN = """
plan: v1
meta: {id: joins, owner: owner@acme.example}
sources:
  crm:
    CONNECTOR
    datasets:
      contacts:
        reads: contacts
        key: id
        fields: {id: required, region: required}
      tickets:
        reads: tickets
        key: [id, part]
        fields:
          id: required
          part: helpful
          team: required
          contact_id: {need: required, joins: contacts.idORPHANS}
segments:
  mail: {of: crm.tickets, where: "team = 'mail'"}
  phone: {of: crm.tickets, where: "team = 'phone'"}
steps:
  greet: {reads: {crm.contacts: all}}
  draft: {reads: {crm.tickets: all}, to: prompt}
rollout: ROLLOUT
"""
EVERY = "[{stage: all}]"
STAGES = "[{stage: first, segment: mail}, {stage: second, segment: phone}]"
SQLITE = 'connector: {type: sqlite, url: "${CRM_URL}"}'

Tickets = Sequence[tuple[int, int, str, int | None]]
WHOLE: Tickets = ((1, 1, "mail", 1), (1, 2, "mail", 2), (2, 1, "phone", 1), (3, 1, "phone", None))
LOSSY: Tickets = (*WHOLE, (4, 1, "phone", 77))


def plan(orphans: float | None = None, rollout: str = EVERY, connector: str = SQLITE) -> str:
    tolerated = "" if orphans is None else f", orphans: {orphans}"
    return PLAN.replace("CONNECTOR", connector).replace("ORPHANS", tolerated).replace("ROLLOUT", rollout)


def script(tickets: Tickets, contacts: Sequence[int] = (1, 2), key: str = "") -> str:
    rows = ", ".join(f"({id_}, {part}, '{team}', {'NULL' if to is None else to})" for id_, part, team, to in tickets)
    return (
        f"CREATE TABLE contacts (id INTEGER {key}, region TEXT);"
        f"INSERT INTO contacts VALUES {', '.join(f'({one}, NULL)' for one in contacts)};"
        f"CREATE TABLE tickets (id INTEGER, part INTEGER, team TEXT, contact_id INTEGER);"
        f"INSERT INTO tickets VALUES {rows};"
    )


def audited(folder: Path, text: str, made: str) -> Report:
    report = World(folder).sqlite("crm", made).audit(text, rules=RULES)
    assert not report.failures
    return report


def test_a_join_that_loses_nothing_is_held(tmp_path: Path) -> None:
    report = audited(tmp_path, plan(0.0), script(WHOLE, key="PRIMARY KEY"))

    assert verdict(report, "contact_id.joins") is HELD
    assert verdict(report, "contact_id.orphans") is HELD
    assert assumption(report, "contact_id.orphans").actual.value == 0
    assert not fired(report)


def test_orphans_beyond_what_is_tolerated_break_it(tmp_path: Path) -> None:
    report = audited(tmp_path, plan(0.1), script(LOSSY))

    lossy = finding(report, JOIN.id)
    assert lossy is not None
    assert lossy.judgement.leaf.endswith("contact_id.orphans")
    assert lossy.title == "1 record of 5 refers to no crm.contacts.id; at most 10 % may"
    assert lossy.judgement.actual.value == 0.2
    assert [(one.op, one.target) for one in lossy.judgement.operations] == [(Op.DROP_STEP, "draft")]
    assert verdict(report, "contact_id.joins") is HELD


def test_orphans_within_what_is_tolerated_are_told(tmp_path: Path) -> None:
    report = audited(tmp_path, plan(0.2), script(LOSSY))

    assert verdict(report, "contact_id.orphans") is HELD
    assert not fired(report)


def test_without_a_tolerance_orphans_are_told_and_left_open(tmp_path: Path) -> None:
    report = audited(tmp_path, plan(), script(LOSSY))

    line = assumption(report, "contact_id.joins")
    assert line.verdict is UNVERIFIED
    assert "1 record of 5 refers to no crm.contacts.id" in line.says
    assert line.actual.value == 0.2
    assert "orphans" in line.settle


def test_a_field_that_matches_nothing_is_no_join(tmp_path: Path) -> None:
    report = audited(tmp_path, plan(), script([(1, 1, "mail", 8), (2, 1, "mail", 9), (3, 1, "mail", None)]))

    assert verdict(report, "contact_id.joins") is BROKEN
    assert assumption(report, "contact_id.joins").says == "none of 2 records has a contact_id that is a crm.contacts.id"


def test_a_join_on_a_key_that_repeats_multiplies_records(tmp_path: Path) -> None:
    report = audited(tmp_path, plan(), script(WHOLE, contacts=(1, 1, 1, 2)))

    assert verdict(report, "contact_id.joins") is BROKEN
    assert verdict(report, "contacts.key") is BROKEN
    assert assumption(report, "contacts.key").says == "2 records of 4 repeat the id of another"
    many = finding(report, JOIN.id)
    assert many is not None
    assert many.title == "crm.contacts has 2 records more than different id: one contact_id can find several"


def test_a_key_of_two_fields_is_counted_as_one(tmp_path: Path) -> None:
    (tmp_path / "twice").mkdir()
    once = audited(tmp_path, plan(), script(WHOLE))
    twice = audited(tmp_path / "twice", plan(), script([*WHOLE, (1, 2, "mail", 1)]))

    assert verdict(once, "tickets.key") is HELD
    assert verdict(twice, "tickets.key") is BROKEN
    assert assumption(twice, "tickets.key").actual.value == 1


def test_the_segment_that_loses_records_leaves_alone(tmp_path: Path) -> None:
    report = audited(tmp_path, plan(0.1, STAGES), script(LOSSY))

    lossy = [one.judgement for one in report.findings if one.rule == JOIN.id]
    assert [(one.op, one.target) for each in lossy for one in each.operations] == [(Op.DROP_SEGMENT, "phone")]
    assert "of the segment phone" in lossy[0].says


def test_a_segment_followed_through_the_join_cannot_hide_its_orphans(tmp_path: Path) -> None:
    through = plan(0.0, "[{stage: first, segment: eu}]").replace(
        "segments:", "segments:\n  eu: {of: crm.contacts, where: \"region = 'EU'\"}"
    )

    report = audited(tmp_path, through, script(LOSSY).replace("NULL)", "'EU')", 1))

    assert verdict(report, "contact_id.orphans") is BROKEN


def test_records_that_the_plan_leaves_out_are_not_counted(tmp_path: Path) -> None:
    text = plan(0.0).replace("        key: [id, part]", "        key: [id, part]\n        where: team = 'mail'")

    report = audited(tmp_path, text, script(LOSSY))

    assert verdict(report, "contact_id.orphans") is HELD


def test_files_are_joined_and_counted_too(tmp_path: Path) -> None:
    world = World(tmp_path).jsonl("contacts.jsonl", [{"id": 1, "region": "EU"}, {"id": 1, "region": "EU"}])
    world.file("tickets.csv", "id,part,team,contact_id\n1,1,mail,1\n2,1,mail,9\n")
    text = plan(0.1, connector='connector: {type: files, path: "${FILES}"}')

    report = world.audit(
        text.replace("reads: contacts", "reads: contacts.jsonl").replace("reads: tickets", "reads: tickets.csv"),
        rules=RULES,
    )

    assert verdict(report, "contact_id.orphans") is BROKEN
    assert verdict(report, "contact_id.joins") is BROKEN
    assert verdict(report, "tickets.key") is HELD


@pytest.mark.postgresql
def test_a_server_counts_the_same(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(script(LOSSY, contacts=(1, 2, 2)))
    connector = 'connector: {type: postgresql, url: "${CRM_URL}"}'

    report = World(tmp_path).url("crm", postgres.url()).audit(plan(0.1, connector=connector), rules=RULES)

    assert verdict(report, "contact_id.orphans") is BROKEN
    assert verdict(report, "contact_id.joins") is BROKEN
    assert verdict(report, "contacts.key") is BROKEN
    assert verdict(report, "tickets.key") is HELD


@pytest.mark.postgresql
def test_types_that_cannot_be_compared_leave_the_rest_counted(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(script(WHOLE).replace("contact_id INTEGER", "contact_id INTEGER, other TEXT"))
    postgres.execute("ALTER TABLE tickets ALTER contact_id TYPE text")
    connector = 'connector: {type: postgresql, url: "${CRM_URL}"}'

    report = World(tmp_path).url("crm", postgres.url()).audit(plan(0.1, connector=connector), rules=RULES)

    line = assumption(report, "contact_id.orphans")
    assert line.verdict is UNVERIFIED
    assert "cannot be compared" in line.says
    assert line.settle
    assert verdict(report, "tickets.key") is HELD


def test_a_join_into_another_source_is_counted_by_hashes(tmp_path: Path) -> None:
    text = plan(0.1).replace(
        "      tickets:", '  desk:\n    connector: {type: sqlite, url: "${DESK_URL}"}\n    datasets:\n      tickets:'
    )
    text = text.replace("crm.tickets", "desk.tickets").replace("joins: contacts.id", "joins: crm.contacts.id")

    def across(name: str, contacts: Sequence[int], tickets: Tickets = LOSSY, said: str = text) -> Report:
        (tmp_path / name).mkdir()
        made = script(tickets, contacts)
        return World(tmp_path / name).sqlite("crm", made).sqlite("desk", made).audit(said, rules=RULES)

    lossy, twice, whole = across("lossy", (1, 2)), across("twice", (1, 1)), across("whole", (1, 2), WHOLE)
    part = across("part", (1, 2), LOSSY, text.replace(EVERY, STAGES).replace("of: crm.tickets", "of: desk.tickets"))

    line = assumption(lossy, "contact_id.orphans")
    assert (line.verdict, line.actual.value, line.actual.sample) == (BROKEN, 0.2, 5)
    assert verdict(lossy, "contact_id.joins") is HELD
    assert verdict(twice, "contact_id.joins") is BROKEN
    assert verdict(whole, "contact_id.orphans") is HELD
    assert verdict(whole, "contact_id.joins") is HELD
    assert verdict(part, "contact_id.orphans") is UNVERIFIED
    assert "launched" in assumption(part, "contact_id.orphans").says


def test_a_source_that_is_silent_or_hides_the_key_leaves_it_open() -> None:
    tickets = Table([{"id": 1, "part": 1, "team": "mail", "contact_id": 1}])
    contacts = Table([{"id": 1, "region": "EU"}])
    systems = (
        Memory(silent=True),
        Memory({"tickets": tickets, "contacts": Table([{"region": "EU"}])}, complete=False),
        Memory({"tickets": tickets, "contacts": contacts}, unmeasured=frozenset({"contact_id"})),
    )

    for system in systems:
        for leaf in ("contact_id.joins", "contact_id.orphans"):
            judgements = [one for one in judged(JOIN, plan(0.1), system) if one.leaf.endswith(leaf)]
            assert UNVERIFIED in {one.verdict for one in judgements}
            assert BROKEN not in {one.verdict for one in judgements}


def test_an_empty_dataset_proves_no_join() -> None:
    types = {"id": "integer", "part": "integer", "team": "text", "contact_id": "integer"}
    system = Memory({"tickets": Table([], types), "contacts": Table([{"id": 1}], key=("id",))})

    assert found(judged(JOIN, plan(0.1), system), "contact_id.orphans").verdict is UNVERIFIED
