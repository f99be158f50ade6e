"""How long records are kept over all copies, by what really runs, and between what must and what may be."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lineage.duration import Duration, parse_duration
from lineage.facts import JobFact
from lineage.finding import Op
from lineage.model import Verdict
from rules.retention.floor_ceiling_conflict import RULE as CONFLICT
from rules.retention.outliving_copy import RULE as OUTLIVING
from rules.retention.shorter_than_floor import RULE as SHORTER
from rules.retention.stalled_deletion import RULE as STALLED
from rules.retention.stalled_deletion import period_of
from rules.retention.unowned_artefacts import RULE as UNOWNED
from tests.rules.in_memory import SEEN, Memory, Table, ago, found, judged

BROKEN, HELD, UNVERIFIED = Verdict.BROKEN, Verdict.HELD, Verdict.UNVERIFIED


def plan(original: str = "", copy: str = "", further: str = "", more: str = "") -> str:
    return f"""
plan: v1
meta: {{id: test, owner: owner@acme.example}}
sources:
  crm:
    connector: {{type: sqlite, url: "${{CRM_URL}}"}}
    datasets:
      contacts: {{reads: contacts, key: id, {original} fields: {{id: required, note: required}}}}
      chunks: {{reads: chunks, key: id, copy_of: [crm.contacts], {copy} fields: {{id: required}}}}
      cache: {{reads: cache, key: id, copy_of: [crm.chunks], {further} fields: {{id: required}}}}
steps: {{draft: {{reads: {{crm.contacts: all, crm.chunks: all, crm.cache: all}}, to: trace}}}}
rollout: [{{stage: first}}]
{more}
"""


def system(*jobs: JobFact) -> Memory:
    rows = [{"id": 1, "note": "x"}]
    return Memory({name: Table(rows) for name in ("contacts", "chunks", "cache")}, jobs=jobs)


def job(last: timedelta | None, schedule: str = "0 3 * * *", keeps: Duration | None = None, on: bool = True) -> JobFact:
    deletes = (Memory().name("contacts"),)
    return JobFact(
        SEEN, "purge", schedule, deletes, None if last is None else ago(seconds=last.total_seconds()), on, keeps
    )


def test_a_copy_of_a_copy_that_outlives_the_promise_is_named_with_its_way() -> None:
    text = plan("keep: {limit: 30 days},", "keep: {limit: 30 days},", "keep: {limit: 90 days},")

    broken = [one for one in judged(OUTLIVING, text, system()) if one.verdict is BROKEN]

    assert {one.subject.dataset for one in broken} == {"crm.cache"}
    assert "30 days" in broken[0].says and "90 days" in broken[0].says  # noqa: PT018 - one sentence
    assert {(one.op, one.target) for one in broken[0].operations} == {(Op.SHORTEN_RETENTION, "crm.cache")}


@pytest.mark.parametrize("copy", ["limit: as source", "limit: none", "limit: 30 days", "limit: 2 days"])
def test_a_copy_that_goes_when_its_original_goes_holds(copy: str) -> None:
    text = plan("keep: {limit: 30 days},", f"keep: {{{copy}}},")

    assert BROKEN not in {one.verdict for one in judged(OUTLIVING, text, system())}


def test_a_store_of_raw_traces_is_a_copy_too() -> None:
    stores = "stores: {traces: {at: langfuse, content: raw, keep: {limit: 1 year}}}"

    broken = found(
        judged(OUTLIVING, plan("keep: {limit: 30 days},", more=stores), system()), "stores.traces.keep.limit"
    )

    assert broken.verdict is BROKEN


def test_a_store_of_masked_traces_is_not() -> None:
    stores = "stores: {traces: {at: langfuse, content: masked, keep: {limit: 1 year}}}"

    assert judged(OUTLIVING, plan("keep: {limit: 30 days},", more=stores), system()) == []


@pytest.mark.parametrize(
    ("last", "schedule", "expected"),
    [
        (timedelta(hours=30), "0 3 * * *", HELD),
        (timedelta(days=3), "0 3 * * *", BROKEN),
        (timedelta(days=10), "0 3 * * 1", HELD),
        (timedelta(days=20), "0 3 * * 1", BROKEN),
        (timedelta(days=40), "0 3 1 * *", HELD),
        (timedelta(hours=4), "EVERY 1 HOUR", BROKEN),
        (timedelta(minutes=90), "EVERY 1 HOUR", HELD),
        (timedelta(days=3), "@daily", BROKEN),
    ],
)
def test_a_job_that_has_not_run_for_twice_its_time_stalls(last: timedelta, schedule: str, expected: Verdict) -> None:
    text = plan("keep: {limit: 30 days, by: job purge},")

    assert found(judged(STALLED, text, system(job(last, schedule))), "keep.by").verdict is expected


def test_a_job_whose_last_run_or_schedule_is_not_told_is_not_judged_by_it() -> None:
    text = plan("keep: {limit: 30 days, by: job purge},")

    assert judged(STALLED, text, system(job(None))) == []
    assert judged(STALLED, text, system(job(timedelta(days=900), "when I like"))) == []
    assert period_of("when I like") is None


def test_a_floor_above_the_ceiling_is_a_conflict_of_the_two() -> None:
    text = plan("keep: {limit: 30 days, floor: 6 months},")

    [broken] = judged(CONFLICT, text, system())

    assert broken.verdict is BROKEN
    assert broken.leaf.endswith("contacts.keep.floor")


def test_a_copy_kept_as_its_source_has_the_sources_ceiling() -> None:
    text = plan("keep: {limit: 30 days},", "keep: {limit: as source, floor: 6 months},")

    [broken] = judged(CONFLICT, text, system())

    assert broken.verdict is BROKEN
    assert "crm.contacts: at most 30 days" in broken.says


@pytest.mark.parametrize(
    ("original", "copy", "further", "more", "way"),
    [
        (
            "limit: 30 days",
            "limit: 2 years",
            "limit: 2 years, floor: 6 months",
            "",
            "contacts -> crm.chunks -> crm.cache",
        ),
        ("limit: none", "limit: 2 years, floor: 1 day", "limit: 2 years", "", "contacts -> crm.chunks"),
        (
            "limit: 30 days",
            "limit: 30 days",
            "limit: 30 days",
            "stores: {traces: {content: raw, keep: {limit: 1 year, floor: 6 months}}}",
            "traces: at least 6 months, and crm.contacts: at most 30 days",
        ),
    ],
)
def test_a_duty_to_keep_a_copy_conflicts_with_what_its_original_may(
    original: str, copy: str, further: str, more: str, way: str
) -> None:
    text = plan(f"keep: {{{original}}},", f"keep: {{{copy}}},", f"keep: {{{further}}},", more)

    [broken] = [one for one in judged(CONFLICT, text, system()) if one.verdict is BROKEN]

    assert way in broken.says
    assert broken.path
    assert broken.fixes


def test_the_nearest_bound_is_named_where_several_conflict() -> None:
    text = plan("keep: {limit: 30 days},", "keep: {limit: 60 days, floor: 6 months},")

    [broken] = [one for one in judged(CONFLICT, text, system()) if one.verdict is BROKEN]

    assert broken.says == "no setting keeps both: crm.chunks: at least 6 months, and crm.chunks: at most 60 days"


@pytest.mark.parametrize(
    ("floor", "limit", "verdict"),
    [
        ("6 months", "183 days", BROKEN),  # from March to August it is 184
        ("6 months", "184 days", HELD),
        ("30 days", "1 month", BROKEN),  # February
        ("28 days", "1 month", HELD),
        ("1 month", "31 days", HELD),
        ("12 months", "1 year", HELD),
        ("366 days", "1 year", BROKEN),
    ],
)
def test_months_are_as_long_as_the_calendar_says(floor: str, limit: str, verdict: Verdict) -> None:
    [told] = judged(CONFLICT, plan(f"keep: {{limit: {limit}, floor: {floor}}},"), system())

    assert told.verdict is verdict


def test_six_months_are_not_kept_by_a_job_that_deletes_after_183_days() -> None:
    text = plan("keep: {limit: 2 years, floor: 6 months},")
    early, late = (job(timedelta(hours=1), keeps=parse_duration(one)) for one in ("183 days", "184 days"))

    assert found(judged(SHORTER, text, system(early)), "keep.floor").verdict is BROKEN
    assert found(judged(SHORTER, text, system(late)), "keep.floor").verdict is HELD


def test_a_floor_below_the_ceiling_has_room() -> None:
    [held] = judged(CONFLICT, plan("keep: {limit: 2 years, floor: 6 months},"), system())

    assert held.verdict is HELD


@pytest.mark.parametrize(("keeps", "expected"), [("30 days", BROKEN), ("7 months", HELD), (None, UNVERIFIED)])
def test_what_must_be_kept_is_not_deleted_before(keeps: str | None, expected: Verdict) -> None:
    text = plan("keep: {limit: 2 years, floor: 6 months},")
    running = job(timedelta(hours=1), keeps=parse_duration(keeps) if keeps else None)

    assert found(judged(SHORTER, text, system(running)), "keep.floor").verdict is expected


def test_a_store_whose_setting_nobody_reads_leaves_its_floor_open() -> None:
    stores = "stores: {traces: {keep: {limit: 2 years, floor: 6 months}}}"

    assert found(judged(SHORTER, plan(more=stores), system()), "keep.floor").verdict is UNVERIFIED


@pytest.mark.parametrize(("owner", "expected"), [("owned_by: acme", HELD), ("", BROKEN), ("owned_by: TBD", BROKEN)])
def test_what_is_written_belongs_to_somebody(owner: str, expected: Verdict) -> None:
    text = plan(more=f"outputs: {{reply: {{channel: note, {owner}}}}}".replace(", }", "}"))

    assert [one.verdict for one in judged(UNOWNED, text, system())] == [expected]
