"""Clocks that run ahead, that tell nothing, or that leave open what they tell."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from lineage.finding import Op
from lineage.model import Level, Severity, Verdict
from lineage.testing import World, finding
from rules.freshness.ambiguous_time_zone import RULE as AMBIGUOUS
from rules.freshness.future_rows import RULE as FUTURE
from rules.freshness.missing_stale_behaviour import RULE as BEHAVIOUR
from rules.freshness.stale_source import RULE as STALE
from rules.freshness.unsuitable_clock import RULE as UNSUITABLE
from rules.freshness.unverifiable_freshness import RULE as UNVERIFIABLE
from tests.rules.freshness.plans import contacts, plan
from tests.rules.in_memory import NOW, Memory, Table, ago, audited, findings, found, judged

BROKEN, HELD, UNVERIFIED = Verdict.BROKEN, Verdict.HELD, Verdict.UNVERIFIED
ZONED = "{clock: at, within: 1 day, zone: Europe/Berlin}"


def test_future_rows_are_counted_and_what_is_left_is_told() -> None:
    system = contacts(("EU", ago(days=90)), ("EU", NOW + timedelta(days=1)), ("EU", NOW + timedelta(days=2)))

    judgement = found(judged(FUTURE, plan(), system), "fresh.clock")

    assert judgement.verdict is BROKEN
    assert judgement.says == ("2 records of 3 are dated in the future; without them the newest record is 90 days old")
    assert judgement.actual.value == 2
    assert judgement.incidental


@pytest.mark.parametrize(
    ("kind", "at", "fresh", "verdict"),
    [
        ("timestamptz", NOW + timedelta(minutes=5), "{clock: at, within: 1 day}", HELD),
        ("timestamptz", NOW + timedelta(minutes=6), "{clock: at, within: 1 day}", BROKEN),
        ("timestamptz", NOW + timedelta(minutes=6), "{clock: at, within: 1 day, skew: 1 hour}", HELD),
        ("timestamp", NOW + timedelta(hours=13), "{clock: at, within: 1 day}", UNVERIFIED),
        ("timestamp", NOW + timedelta(hours=15), "{clock: at, within: 1 day}", BROKEN),
        ("timestamp", ago(hours=1), "{clock: at, within: 1 day}", UNVERIFIED),
        ("timestamp", ago(hours=13), "{clock: at, within: 1 day}", HELD),
        ("timestamp", ago(hours=1), ZONED, HELD),
        ("date", NOW.date(), ZONED, HELD),
        ("date", date(2026, 11, 23), ZONED, BROKEN),
    ],
)
def test_what_is_in_the_future_in_every_zone_is_broken(kind: str, at: Any, fresh: str, verdict: Verdict) -> None:
    assert found(judged(FUTURE, plan(fresh), contacts(("EU", at), type=kind)), "fresh.clock").verdict is verdict


def test_future_rows_that_were_not_counted_are_unverified() -> None:
    system = contacts(("EU", NOW), unmeasured=frozenset({"at"}))

    assert found(judged(FUTURE, plan(), system), "fresh.clock").verdict is UNVERIFIED


def test_a_clock_that_every_record_has_is_held() -> None:
    judgement = found(judged(UNSUITABLE, plan(), contacts(("EU", NOW))), "fresh.clock")

    assert (judgement.verdict, judgement.says) == (HELD, "every record has a at")


def test_records_without_a_time_are_counted() -> None:
    judgement = found(judged(UNSUITABLE, plan(), contacts(("EU", NOW), ("EU", None))), "fresh.clock")

    assert (judgement.verdict, judgement.level) == (BROKEN, Level.OBSERVED)
    assert judgement.says == "1 record of 2 has no at: nothing tells how old"


@pytest.mark.parametrize(
    ("system", "verdict", "says"),
    [
        (contacts(("EU", NOW), type="json"), BROKEN, "at tells no time: its type is json"),
        (Memory({"contacts": Table([{"id": 1, "region": "EU"}])}), BROKEN, "crm.contacts has no field at"),
        (
            Memory({"contacts": Table([{"id": 1, "region": "EU"}])}, complete=False),
            UNVERIFIED,
            "crm.contacts.at is missing or hidden from auditor",
        ),
        (Memory(silent=True), UNVERIFIED, "connection refused"),
        (contacts(("EU", NOW), unmeasured=frozenset({"at"})), UNVERIFIED, "permission denied (42501)"),
    ],
    ids=["no time", "missing", "hidden", "silent", "denied"],
)
def test_a_clock_that_tells_nothing(system: Memory, verdict: Verdict, says: str) -> None:
    judgement = found(judged(UNSUITABLE, plan(), system), "fresh.clock")

    assert (judgement.verdict, judgement.says) == (verdict, says)


def test_a_copy_s_clock_must_not_be_the_moment_of_copying() -> None:
    table = replace(contacts(("EU", NOW)).tables["contacts"], defaults={"at": "now"})
    copy = (
        plan()
        .replace("reads: contacts\n", "reads: contacts\n        copy_of: [crm.originals]\n")
        .replace(
            "segments:",
            "      originals: {reads: originals, fields: {id: helpful}}\nsegments:",
        )
    )

    original = found(judged(UNSUITABLE, plan(), Memory({"contacts": table})), "fresh.clock")
    copied = found(judged(UNSUITABLE, copy, Memory({"contacts": table})), "fresh.clock")

    assert original.verdict is HELD
    assert original.says.endswith("(its default is the moment of writing)")
    assert copied.verdict is BROKEN


@pytest.mark.parametrize(
    ("kind", "zone", "product", "leaf", "verdict", "level"),
    [
        ("timestamptz", False, "PostgreSQL", "fresh.clock", HELD, Level.CONFIGURED),
        ("timestamptz", True, "PostgreSQL", "fresh.zone", HELD, Level.CONFIGURED),
        ("bigint", False, "PostgreSQL", "fresh.clock", HELD, Level.CONFIGURED),
        ("timestamp", False, "PostgreSQL", "contacts.fresh", BROKEN, Level.CONFIGURED),
        ("timestamp", True, "PostgreSQL", "fresh.zone", HELD, Level.ASSERTED),
        ("date", False, "PostgreSQL", "contacts.fresh", BROKEN, Level.CONFIGURED),
        ("text", False, "PostgreSQL", "contacts.fresh", UNVERIFIED, Level.ASSERTED),
        ("text", True, "PostgreSQL", "fresh.zone", HELD, Level.ASSERTED),
        ("timestamp", False, "SQLite", "contacts.fresh", UNVERIFIED, Level.ASSERTED),
        ("json", True, "PostgreSQL", "fresh.zone", UNVERIFIED, Level.ASSERTED),
    ],
)
def test_a_clock_has_a_zone_or_the_plan_declares_one(
    kind: str, zone: bool, product: str, leaf: str, verdict: Verdict, level: Level
) -> None:
    text = plan(ZONED) if zone else plan()

    judgement = found(judged(AMBIGUOUS, text, contacts(("EU", NOW), type=kind, product=product)), leaf)

    assert (judgement.verdict, judgement.level) == (verdict, level)


def test_what_happens_when_it_is_stale_is_declared() -> None:
    system = contacts(("EU", NOW))

    declared = judged(BEHAVIOUR, plan("{clock: at, within: 1 day, when_stale: hold_step}"), system)
    placeholder = judged(BEHAVIOUR, plan("{clock: at, within: 1 day, when_stale: TBD}"), system)
    absent = judged(BEHAVIOUR, plan(), system)

    assert (found(declared, "fresh.when_stale").verdict, declared[0].level) == (HELD, Level.ASSERTED)
    assert found(placeholder, "fresh.when_stale").verdict is BROKEN
    assert found(absent, "contacts.fresh").verdict is BROKEN
    assert not judged(BEHAVIOUR, plan(need="helpful"), system)


STALE_FIELDS = """
          plan: {need: required, when_stale: PLAN}
          name: {need: required, when_stale: NAME}"""


@pytest.mark.parametrize(
    ("for_all", "answers", "broken"),
    [
        ("hold_step", ("", ""), set()),
        ("", ("hold_step", "say_unknown"), {"contacts.fresh"}),
        ("hold_step", ("TBD", "say_unknown"), {"plan.when_stale"}),
        ("", ("?", "n/a"), {"contacts.fresh", "plan.when_stale", "name.when_stale"}),
        ("later", ("omit_field", "omit_field"), {"fresh.when_stale"}),
    ],
    ids=["for all", "two of three", "one to come", "none", "for all to come"],
)
def test_each_required_field_has_a_behaviour_of_its_own_or_its_dataset_s(
    for_all: str, answers: tuple[str, str], broken: set[str]
) -> None:
    fresh = f"{{clock: at, within: 1 day{f', when_stale: {for_all!r}' if for_all else ''}}}"
    fields = STALE_FIELDS
    for name, said in zip(("PLAN", "NAME"), answers, strict=True):
        fields = fields.replace(name, repr(said)) if said else fields.replace(f", when_stale: {name}", "")

    told = judged(BEHAVIOUR, plan(fresh, fields=fields), contacts(("EU", NOW)))

    assert {".".join(one.leaf.split(".")[-2:]) for one in told if one.verdict is BROKEN} == broken
    assert {one.verdict for one in told} <= {BROKEN, HELD}


def test_fields_that_all_have_a_behaviour_need_none_of_their_dataset() -> None:
    text = plan(need="{need: required, when_stale: hold_step}")

    (told,) = judged(BEHAVIOUR, text, contacts(("EU", NOW)))

    assert (told.leaf, told.verdict) == ("sources.crm.datasets.contacts.fields.id.when_stale", HELD)
    assert (told.says, told.subject.field) == ("when it is stale: hold_step", "crm.contacts.id")


def test_the_fields_without_a_behaviour_are_named() -> None:
    text = plan(fields="plan: {need: required, when_stale: omit_field}")

    assert {one.says for one in judged(BEHAVIOUR, text, contacts(("EU", NOW))) if one.verdict is BROKEN} == {
        "nothing says what is done in draft when id of crm.contacts is stale or missing"
    }


def test_a_field_that_no_step_reads_may_leave_its_behaviour_open() -> None:
    text = plan("{clock: at, within: 1 day, when_stale: hold_step}", fields="plan: {need: required, when_stale: TBD}")

    told = judged(BEHAVIOUR, text.replace("crm.contacts: all", "crm.contacts: [id]"), contacts(("EU", NOW)))

    assert [one.verdict for one in told] == [HELD]


def test_actions_that_nobody_approves_wait_for_a_behaviour() -> None:
    actions = """
actions:
  send: {level: trigger}
  ask: {level: trigger, approval: {by: agent}}
  draft: {level: draft}
  never: {level: update, allowed: false}
"""

    judgement = judged(BEHAVIOUR, plan() + actions, contacts(("EU", NOW)))[0]

    assert [(one.op, one.target) for one in judgement.operations] == [(Op.DOWNGRADE_ACTION, "send")]


def test_freshness_that_no_clock_tells_is_a_finding_with_a_way_out() -> None:
    table = Table([{"id": 1, "region": "EU"}], changed_at=ago(hours=2))

    result = audited(plan(), Memory({"contacts": table}), [UNVERIFIABLE, STALE, UNSUITABLE])

    (told,) = findings(result)["freshness/unverifiable-freshness"]
    assert told.judgement.verdict is UNVERIFIED
    assert told.title == (
        "nothing tells how old its records are: there is no field at; its system last changed it 2 hours ago"
    )
    assert [one.target for one in told.judgement.operations] == ["crm.contacts.id"]
    assert set(findings(result)) == {"freshness/unverifiable-freshness"}


def test_a_clock_in_a_view_that_does_not_compile_is_not_said_to_be_missing(tmp_path: Path) -> None:
    script = """
    create table people (id integer primary key, region text, at text);
    create view contacts as select id, region, at from people;
    drop table people;
    """

    report = World(tmp_path).sqlite("crm", script).audit(plan(), rules=[UNSUITABLE, UNVERIFIABLE])

    assert finding(report, "freshness/unsuitable-clock") is None
    unverifiable = finding(report, "freshness/unverifiable-freshness")
    assert unverifiable is not None
    assert unverifiable.title.startswith("nothing tells how old its records are: at was not seen: the view cannot be")


def test_what_only_helps_is_told_without_weight() -> None:
    system = Memory({"contacts": Table([{"id": 1, "region": "EU"}])})

    judgement = found(judged(UNVERIFIABLE, plan(need="helpful"), system), "within")

    assert (judgement.severity, judgement.operations) == (Severity.INFO, ())


def test_a_clock_that_can_be_read_is_not_unverifiable() -> None:
    assert judged(UNVERIFIABLE, plan(), contacts(("EU", NOW))) == []


@pytest.mark.parametrize("zone", ["Mars/Base", "../../etc/passwd", "/etc/localtime"])
def test_a_zone_that_nobody_knows_is_broken(zone: str) -> None:
    fresh = f"{{clock: at, within: 1 day, zone: {zone}}}"

    judgement = found(judged(AMBIGUOUS, plan(fresh), contacts(("EU", NOW), type="timestamp")), "fresh.zone")

    assert (judgement.verdict, judgement.says) == (BROKEN, f"{zone} is no time zone that is known")
