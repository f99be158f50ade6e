"""The rollout: its first slice, its people, what opens the next stage, and what stops it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.finding import Op
from lineage.model import Level, Verdict
from lineage.testing import assumption, verdict
from tests.rules.launch import DRAFT, PLAN, judged, says, told

SLICE = "rollout/missing-first-slice"
SEGMENT = "rollout/uncomputable-segment"
MISSING = "source/missing-field"
EXPOSURE = "rollout/unexpected-exposure"
EXPANSION = "rollout/unmeasurable-expansion"
FALLBACK = "rollout/missing-or-untested-fallback"
CONDITIONS = "rollout/missing-rollback-conditions"
ROLLBACK = "rollout/untested-rollback"
UNSTOPPABLE = "rollout/unstoppable-exposure"
WORSE = "rollout/worse-next-stage"
UNAUDITED = "rollout/unaudited-expansion"
TWO = "rollout: [{stage: first, segment: eu}, {stage: second, segment: us}]\n"


def people(count: int, region: str, start: int, email: str = "'a'") -> str:
    return (
        f"insert into people with recursive n(i) as (select {start} union all select i + 1 from n "
        f"where i < {start + count - 1}) select i, {email}, '{region}', '2026-11-22 11:00:00' from n"
    )


@pytest.mark.parametrize(
    ("stage", "flawed"),
    [
        ("{stage: first, segment: eu}", False),
        ("{stage: first, share: 0.1}", False),
        ("{stage: first, people_max: 40}", False),
        ("{stage: first, share: 1.0}", True),
        ("{stage: first, segment: eu, share: 0}", True),
    ],
)
def test_the_first_stage_must_be_a_slice_in_a_draft_too(tmp_path: Path, stage: str, flawed: bool) -> None:
    report = judged(tmp_path, f"{DRAFT}rollout: [{stage}]\n", SLICE)

    assert bool(told(report, SLICE)) is flawed


@pytest.mark.parametrize("rollout", ["", "rollout: [{stage: first}]\n"])
def test_a_slice_that_is_not_said_is_open_in_a_draft(tmp_path: Path, rollout: str) -> None:
    draft, later = judged(tmp_path, DRAFT + rollout, SLICE), judged(tmp_path, PLAN + rollout, SLICE)

    assert (told(draft, SLICE), draft.open_questions) == ([], 1)
    assert [found.launch_blocking for found in told(later, SLICE)] == [True]


def test_a_segment_cut_by_a_field_that_nobody_fills_cannot_be_computed(tmp_path: Path) -> None:
    filled = judged(tmp_path, DRAFT, SEGMENT, rows=(people(30, "EU", 1),))
    empty = judged(tmp_path, DRAFT, SEGMENT, rows=(people(30, " ", 1),))

    assert told(filled, SEGMENT) == []
    assert assumption(filled, "segments.eu.where").level is Level.OBSERVED
    assert [found.judgement.subject.segment for found in told(empty, SEGMENT)] == ["eu", "us"]
    assert says(empty, SEGMENT)[0] == "100 % of 30 records have no region: nothing tells eu apart"


def test_where_some_records_have_no_value_somebody_must_say_what_becomes_of_them(tmp_path: Path) -> None:
    rows = (people(30, "EU", 1), people(10, "", 100))
    unsaid = judged(tmp_path, DRAFT, SEGMENT, rows=rows)
    complete = DRAFT.replace("values: [EU, US]}", "values: [EU, US], complete: 0.7}")
    said = judged(tmp_path, complete, SEGMENT, rows=rows)

    assert verdict(unsaid, "segments.eu.where") is Verdict.UNVERIFIED
    assert verdict(said, "segments.eu.where") is Verdict.HELD


def test_a_segment_that_asks_for_empty_fields_can_be_computed(tmp_path: Path) -> None:
    text = DRAFT.replace("where: \"region = 'EU'\"", 'where: "region IS NULL"')

    report = judged(tmp_path, text, SEGMENT, rows=("insert into people (id) values (1), (2)",))

    assert verdict(report, "segments.eu.where") is Verdict.HELD


def test_a_segment_cut_by_a_field_that_is_not_there_cannot_be_computed(tmp_path: Path) -> None:
    text = DRAFT.replace("region: {need: required,", "region: {need: required, column: area,")

    report = judged(tmp_path, text, SEGMENT, rows=(people(3, "EU", 1),))

    assert [operation.op for operation in told(report, SEGMENT)[0].judgement.operations] == [Op.DROP_SEGMENT]


def test_that_the_field_of_a_segment_is_missing_is_told_once_and_takes_the_segment_along(tmp_path: Path) -> None:
    text = DRAFT.replace("region: {need: required,", "region: {need: required, column: area,") + TWO

    report = judged(tmp_path, text, SEGMENT, MISSING, rows=(people(3, "EU", 1),))

    (found,) = told(report, MISSING)
    assert (told(report, SEGMENT), len(found.folded)) == ([], 2)
    assert verdict(report, "segments.eu.where") is Verdict.BROKEN
    assert report.scope.launchable.segments == ()


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("segment: eu, people_max: 30", Verdict.HELD),
        ("segment: eu, people_max: 29", Verdict.BROKEN),
        ("segment: eu, share: 0.1, people_max: 3", Verdict.HELD),
        ("segment: eu, share: 0.1, people_max: 2", Verdict.BROKEN),
        ("people_max: 40", Verdict.HELD),
        ("people_max: 39", Verdict.BROKEN),
    ],
)
def test_a_stage_reaches_the_records_of_its_segment_times_its_share(
    tmp_path: Path, stage: str, expected: Verdict
) -> None:
    rows = (people(30, "EU", 1), people(10, "US", 100))

    report = judged(tmp_path, f"{DRAFT}rollout: [{{stage: first, {stage}}}]\n", EXPOSURE, rows=rows)

    assert verdict(report, "rollout.first.people_max") is expected
    assert len(told(report, EXPOSURE)) == (expected is Verdict.BROKEN)


def test_tickets_are_at_least_as_many_as_people(tmp_path: Path) -> None:
    text = DRAFT.replace(
        """  us: {of: crm.people, where: "region = 'US'"}""", "  mail: {of: crm.tickets, where: \"channel = 'mail'\"}"
    )
    rows = ("insert into tickets (id, channel) values (1, 'mail'), (2, 'mail')",)

    few = judged(tmp_path, text + "rollout: [{stage: a, segment: mail, people_max: 2}]\n", EXPOSURE, rows=rows)
    many = judged(tmp_path, text + "rollout: [{stage: a, segment: mail, people_max: 1}]\n", EXPOSURE, rows=rows)

    assert verdict(few, "rollout.a.people_max") is Verdict.HELD
    assert (verdict(many, "rollout.a.people_max"), told(many, EXPOSURE)) == (Verdict.UNVERIFIED, [])


def test_people_of_a_system_that_is_silent_are_not_counted(tmp_path: Path) -> None:
    text = DRAFT.replace("reads: people", "reads: nowhere") + "rollout: [{stage: a, segment: eu, people_max: 2}]\n"

    assert verdict(judged(tmp_path, text, EXPOSURE), "rollout.a.people_max") is Verdict.UNVERIFIED


@pytest.mark.parametrize(
    ("opens", "acceptance", "flaw"),
    [
        ("", "", "nothing is said to open stage second after first"),
        (", expand_when: [quality]", "", "stage second is opened by quality, of which acceptance says nothing"),
        (
            ", expand_when: [quality]",
            "acceptance: {quality: good}\n",
            "no criterion that opens stage second can be decided by a figure",
        ),
        (", expand_when: [quality]", 'acceptance: {quality: {metric: s, ship: ">= 4", n: 9}}\n', ""),
    ],
)
def test_what_opens_the_next_stage_must_be_measurable(tmp_path: Path, opens: str, acceptance: str, flaw: str) -> None:
    text = TWO.replace("segment: eu", f"segment: eu{opens}") + acceptance

    assert says(judged(tmp_path, PLAN + text, EXPANSION), EXPANSION) == ([flaw] if flaw else [])
    assert told(judged(tmp_path, DRAFT + text, EXPANSION), EXPANSION) == []


def test_the_last_stage_opens_nothing(tmp_path: Path) -> None:
    report = judged(tmp_path, PLAN + "rollout: [{stage: first, segment: eu}]\n", EXPANSION)

    assert told(report, EXPANSION) == []


@pytest.mark.parametrize(
    ("fallback", "flaw", "in_a_draft"),
    [
        ("", "nothing is said of what the work falls back to", False),
        ("{to: none}", "nothing is said of what the work falls back to", False),
        ("{to: agents}", "the fallback counts for nothing: it was never tried", False),
        ("{to: agents, drill: never}", "the fallback counts for nothing: it was never tried", False),
        ("{to: agents, drill: 2026-12-01}", "the fallback counts for nothing: it is to be tried in 9 days", False),
        ("{to: agents, drill: 2026-01-01}", "the fallback counts for nothing: it was last tried 325 days ago", True),
        ("{to: agents, drill: 2026-11-12, ref: docs/f.md}", "the record of the fallback is a file", True),
    ],
)
def test_a_fallback_that_was_not_tried_counts_for_nothing(
    tmp_path: Path, fallback: str, flaw: str, in_a_draft: bool
) -> None:
    text = f"containment: {{fallback: {fallback}}}\n" if fallback else ""

    [found] = told(judged(tmp_path, PLAN + text, FALLBACK), FALLBACK)

    assert found.judgement.says.startswith(flaw)
    assert found.launch_blocking
    assert bool(told(judged(tmp_path, DRAFT + text, FALLBACK), FALLBACK)) is in_a_draft


def test_a_fallback_that_was_tried_lately_counts(tmp_path: Path) -> None:
    text = PLAN + "containment: {fallback: {to: agents, drill: {on: 2026-11-12, ref: docs/f.md}}}\n"
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "f.md").write_text("done", encoding="utf-8")

    report = judged(tmp_path, text, FALLBACK)

    assert told(report, FALLBACK) == []
    assert assumption(report, "containment.fallback.drill").level is Level.CONFIGURED


def test_when_and_within_which_time_it_is_taken_back_must_be_said(tmp_path: Path) -> None:
    silent = judged(tmp_path, PLAN, CONDITIONS)
    vague = judged(tmp_path, DRAFT + "containment: {rollback: {when: [x], within: quickly}}\n", CONDITIONS)
    said = judged(tmp_path, PLAN + "containment: {rollback: {when: [x], within: 15 minutes}}\n", CONDITIONS)

    assert len(told(silent, CONDITIONS)) == 2
    assert says(vague, CONDITIONS) == ["containment.rollback.within is no length of time"]
    assert told(said, CONDITIONS) == []


@pytest.mark.parametrize(
    ("rollback", "released", "flaw"),
    [
        ("when: [x]", "", "the rollback counts for nothing: it was never tried"),
        ("drill: 2025-11-12, config: abc", "", "the rollback counts for nothing: it was last tried 375 days ago"),
        ("drill: 2026-11-12", "", "on which configuration the rollback was tried is not said"),
        ("drill: 2026-11-12, config: abc", "abd", "the rollback was tried on another configuration than is released"),
        ("drill: 2026-11-12, config: abc", "abc", ""),
        ("drill: 2026-11-12, config: abc", "", ""),
    ],
)
def test_a_rollback_counts_where_it_was_tried_on_what_is_released(
    tmp_path: Path, rollback: str, released: str, flaw: str
) -> None:
    golive = f"golive: {{config: {released}}}\n" if released else ""

    report = judged(tmp_path, f"{PLAN}containment: {{rollback: {{{rollback}}}}}\n{golive}", ROLLBACK)

    assert says(report, ROLLBACK) == ([flaw] if flaw else [])


def test_without_a_released_configuration_the_drill_is_of_something_unknown(tmp_path: Path) -> None:
    report = judged(tmp_path, PLAN + "containment: {rollback: {drill: 2026-11-12, config: abc}}\n", ROLLBACK)

    assert verdict(report, "containment.rollback.config") is Verdict.UNVERIFIED


def test_somebody_must_be_named_who_stops_it_and_their_right_was_not_seen(tmp_path: Path) -> None:
    silent = judged(tmp_path, PLAN + "owners: {pause: TBD}\n", UNSTOPPABLE, "plan/placeholder-answer")
    said = judged(tmp_path, PLAN + "owners: {pause: [a@acme.example]}\n", UNSTOPPABLE)

    assert [found.rule for found in silent.findings] == [UNSTOPPABLE]
    assert (told(said, UNSTOPPABLE), verdict(said, "owners.pause")) == ([], Verdict.UNVERIFIED)


def test_a_next_stage_with_emptier_records_is_worse(tmp_path: Path) -> None:
    text = DRAFT.replace("email: {need: helpful", "email: {need: required") + TWO
    alike = judged(tmp_path, text, WORSE, rows=(people(100, "EU", 1), people(100, "US", 200)))
    emptier = (people(100, "EU", 1), people(100, "US", 200, "iif(i % 4, 'a', null)"))
    worse = judged(tmp_path, text, WORSE, rows=emptier)
    turned = judged(
        tmp_path,
        text.replace("segment: eu}, {", "segment: us}, {").replace("second, segment: us", "second, segment: eu"),
        WORSE,
        rows=emptier,
    )

    assert verdict(alike, "rollout.second.segment") is Verdict.HELD
    [found] = told(worse, WORSE)
    assert found.judgement.says == "25 % of the records of second have no value in email, of first 0 %"
    assert [(each.op, each.target) for each in found.judgement.operations] == [(Op.HOLD_STAGE, "second")]
    assert told(turned, WORSE) == []


def test_a_few_records_more_or_less_are_chance(tmp_path: Path) -> None:
    text = DRAFT.replace("email: {need: helpful", "email: {need: required") + TWO
    rows = (people(10, "EU", 1), people(10, "US", 200, "iif(i % 10, 'a', null)"))

    assert told(judged(tmp_path, text, WORSE, rows=rows), WORSE) == []


def test_a_next_stage_that_is_stale_is_worse(tmp_path: Path) -> None:
    text = DRAFT.replace(
        "        key: id\n", "        key: id\n        fresh: {clock: seen, within: 4 hours, zone: UTC}\n", 1
    )
    rows = (
        people(30, "EU", 1),
        people(30, "US", 200).replace("2026-11-22", "2026-03-22"),
    )

    report = judged(tmp_path, text + TWO, WORSE, rows=rows)

    assert says(report, WORSE) == ["crm.people is as fresh as promised for first, and stale for second"]


def test_stages_that_cannot_be_compared_are_not_called_alike(tmp_path: Path) -> None:
    text = (DRAFT + TWO).replace("reads: people", "reads: nowhere")
    same = judged(tmp_path, DRAFT + TWO.replace("segment: us", "segment: eu"), WORSE)

    assert verdict(judged(tmp_path, text, WORSE), "rollout.second.segment") is Verdict.UNVERIFIED
    assert verdict(same, "rollout.second.segment") is Verdict.HELD


def test_that_an_audit_came_before_a_stage_is_not_known_from_one_run(tmp_path: Path) -> None:
    report = judged(tmp_path, PLAN + TWO, UNAUDITED)

    assert [line.leaf for line in report.assumptions if UNAUDITED in line.rules] == ["rollout.second"]
    assert verdict(report, "rollout.second") is Verdict.UNVERIFIED
