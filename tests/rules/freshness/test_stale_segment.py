"""A segment that is stale behind others that are fresh."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lineage.finding import Op
from lineage.model import Severity, Verdict
from rules.freshness.stale_segment import RULE
from rules.freshness.stale_source import RULE as STALE_SOURCE
from tests.rules.freshness.plans import contacts, plan
from tests.rules.in_memory import NOW, Memory, Table, ago, audited, findings, found, judged

BROKEN, HELD, UNVERIFIED = Verdict.BROKEN, Verdict.HELD, Verdict.UNVERIFIED
PER = "{clock: at, within: 1 day, per: region}"
STALE_EU = contacts(("EU", ago(days=200)), ("US", ago(minutes=5)))


def of(judgements: list, segment: str):  # type: ignore[no-untyped-def, type-arg]
    return next(judgement for judgement in judgements if judgement.subject.segment == segment)


def test_a_stale_segment_behind_a_fresh_one_leaves_the_launch() -> None:
    judgements = judged(RULE, plan(rollout="eu us"), STALE_EU)

    assert of(judgements, "us").verdict is HELD
    stale = of(judgements, "eu")
    assert stale.verdict is BROKEN
    assert stale.says == "the newest record of the segment eu is 200 days old by at; at most 1 day is needed"
    assert [(operation.op, operation.target) for operation in stale.operations] == [(Op.DROP_SEGMENT, "eu")]


def test_fresh_segments_are_held_one_by_one() -> None:
    judgements = judged(RULE, plan(rollout="eu us"), contacts(("EU", ago(hours=2)), ("US", ago(hours=1))))

    assert [judgement.verdict for judgement in judgements] == [HELD, HELD]


def test_a_future_row_does_not_make_a_segment_fresh() -> None:
    system = contacts(("EU", ago(days=200)), ("EU", NOW + timedelta(days=90)), ("US", ago(minutes=5)))

    assert of(judged(RULE, plan(rollout="eu us"), system), "eu").verdict is BROKEN


def test_a_launched_segment_without_records_is_not_fresh() -> None:
    judgements = judged(RULE, plan(rollout="eu us"), contacts(("US", ago(minutes=5))))

    assert of(judgements, "eu").verdict is BROKEN
    assert of(judgements, "eu").says.endswith("there is no record at all")


def test_the_only_segment_of_a_launch_is_the_source_s_business() -> None:
    by_rule = findings(audited(plan(rollout="eu"), STALE_EU, [RULE, STALE_SOURCE]))

    assert set(by_rule) == {"freshness/stale-source"}


def test_a_segment_is_followed_to_what_joins_it() -> None:
    tickets = Table(
        [{"id": 1, "contact_id": 0, "opened": ago(days=30)}, {"id": 2, "contact_id": 1, "opened": ago(minutes=1)}],
        {"opened": "timestamptz"},
    )
    system = Memory({**STALE_EU.tables, "tickets": tickets})
    text = plan("{clock: at, within: 1 year}", rollout="eu us").replace(
        "segments:",
        """      tickets:
        reads: tickets
        fresh: {clock: opened, within: 1 day}
        fields: {id: required, contact_id: {need: required, joins: contacts.id}}
segments:""",
    )

    judgements = [one for one in judged(RULE, text, system) if one.subject.dataset == "crm.tickets"]

    assert {one.subject.segment: one.verdict for one in judgements} == {"eu": BROKEN, "us": HELD}


def test_each_value_of_per_is_judged_among_what_is_launched() -> None:
    system = contacts(("EU", ago(days=200)), ("US", ago(minutes=5)))

    whole = judged(RULE, plan(PER), system)
    us_only = judged(RULE, plan(PER, rollout="us"), system)

    assert {one.subject.segment: one.verdict for one in whole} == {"EU": BROKEN, "US": HELD}
    assert {one.subject.segment: one.verdict for one in us_only} == {"US": HELD}
    assert whole[0].leaf.endswith("fresh.per")
    assert whole[0].operations == ()


def test_a_stale_value_takes_the_segments_that_expose_it_along() -> None:
    text = plan(PER, rollout="eu us").replace("region = 'EU'", "region = 'EU' OR region = 'UK'")
    system = contacts(("EU", ago(hours=1)), ("UK", ago(days=200)), ("US", ago(hours=1)))

    stale = next(one for one in judged(RULE, text, system) if one.subject.segment == "UK")

    assert stale.verdict is BROKEN
    assert [(operation.op, operation.target) for operation in stale.operations] == [(Op.DROP_SEGMENT, "eu")]


@pytest.mark.parametrize(
    ("text", "system", "says"),
    [
        (plan(PER), Memory(silent=True), "connection refused"),
        (plan(PER), contacts(("EU", ago(days=1)), type="json"), "no clock tells its time"),
        (plan(PER), contacts(("EU", ago(days=1)), unmeasured=frozenset({"at"})), "permission denied (42501)"),
        (plan(PER), contacts(("XX", ago(days=1))), "no launched record has a declared value of region"),
        (
            plan(PER).replace("{need: helpful, values: [EU, US, UK]}", "helpful"),
            contacts(("EU", ago(days=1))),
            "its values are not declared, so records were not told apart by region",
        ),
    ],
    ids=["silent", "no clock", "denied", "no such value", "no values declared"],
)
def test_a_promise_per_value_that_cannot_be_looked_at_is_unverified(text: str, system: Memory, says: str) -> None:
    judgement = judged(RULE, text, system)[0]

    assert (judgement.verdict, judgement.says) == (UNVERIFIED, says)
    assert judgement.settle


def test_a_zoneless_segment_is_judged_for_every_zone() -> None:
    system = contacts(("EU", ago(days=9)), ("US", ago(minutes=5)), type="timestamp")

    judgements = judged(RULE, plan(rollout="eu us"), system)

    assert {one.subject.segment: one.verdict for one in judgements} == {"eu": BROKEN, "us": UNVERIFIED}


def test_what_no_step_reads_narrows_nothing() -> None:
    text = plan(rollout="eu us").replace("reads: {crm.contacts: all}, ", "")

    stale = of(judged(RULE, text, STALE_EU), "eu")

    assert (stale.verdict, stale.operations, stale.severity) == (BROKEN, (), Severity.LOW)


def test_the_leaf_of_a_broken_promise_is_broken() -> None:
    result = audited(plan(PER, rollout="eu us"), STALE_EU, [RULE, STALE_SOURCE])

    assert {line.leaf.rpartition(".")[2]: line.verdict for line in result.assumptions if ".fresh." in line.leaf} == {
        "clock": UNVERIFIED,
        "within": BROKEN,
        "per": BROKEN,
    }
    assert found(judged(STALE_SOURCE, plan(PER, rollout="eu us"), STALE_EU), "within").verdict is HELD
