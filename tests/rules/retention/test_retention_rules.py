"""Whether records and stores are kept no longer than the plan says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from lineage.duration import Duration
from lineage.facts import JobFact
from lineage.finding import Op
from lineage.model import Level, Verdict
from rules.retention.ambiguous_retention import RULE as AMBIGUOUS
from rules.retention.overdue_records import RULE as OVERDUE
from rules.retention.undeclared_retention import RULE as UNDECLARED
from rules.retention.unenforced_retention import RULE as UNENFORCED
from tests.rules.in_memory import NOW, SEEN, Memory, Table, ago, audited, findings, found, judged, verdicts

BROKEN, HELD, UNVERIFIED = Verdict.BROKEN, Verdict.HELD, Verdict.UNVERIFIED
SILENT = Memory(silent=True)
KEEP = "{limit: 24 months, since: made, by: job purge_contacts}"


def plan(keep: str = KEEP, dataset: str = "", stores: str = "{}", clock: str = "made: required") -> str:
    declared = f"keep: {keep}" if keep else ""
    return f"""
plan: v1
meta: {{id: test, owner: owner@acme.example}}
sources:
  crm:
    connector: {{type: sqlite, url: "${{CRM_URL}}"}}
    datasets:
      contacts:
        reads: contacts
        {declared}
        {dataset}
        fields:
          id: required
          {clock}
steps:
  draft: {{reads: {{crm.contacts: all}}, to: prompt}}
rollout: [{{stage: first}}]
stores: {stores}
"""


def contacts(*made: datetime | date | None, type: str = "timestamp with time zone", **system: Any) -> Memory:  # noqa: A002
    rows = [{"id": number, "made": each} for number, each in enumerate(made)]
    return Memory({"contacts": Table(rows, {"id": "integer", "made": type})}, **system)


def targets(judgement: Any) -> list[tuple[Op, str, Any]]:
    return [(operation.op, operation.target, operation.args) for operation in judgement.operations]


def test_records_within_the_limit_are_held() -> None:
    judgement = found(judged(OVERDUE, plan(), contacts(ago(days=700), None)), "keep.limit")

    assert (judgement.verdict, judgement.level) == (HELD, Level.OBSERVED)
    assert judgement.says == "none of 2 records is over 2 years; 1 more have no made and are never due"


def test_records_over_the_limit_are_counted_and_the_window_is_limited() -> None:
    judgement = found(judged(OVERDUE, plan(), contacts(ago(days=7), ago(days=800), ago(days=900))), "keep.limit")

    assert judgement.verdict is BROKEN
    assert judgement.says == "2 records of 3 are kept for longer than 2 years since made"
    assert judgement.actual.value == 2
    assert targets(judgement) == [(Op.LIMIT_WINDOW, "crm.contacts", (("window", "2 years"),))]
    assert judgement.fixes[0].text == "purge what is older than 2 years; find out why job purge_contacts does not"
    assert judgement.fixes[0].patch == """DELETE FROM "main"."contacts" WHERE "made" < now() - interval '2 years';"""
    assert judgement.fixes[1].patch == 'where: "made >= now - 2 years"'


@pytest.mark.parametrize(
    ("kind", "oldest", "verdict"),
    [
        ("timestamptz", datetime(2024, 11, 22, 12), HELD),  # noqa: DTZ001
        ("timestamptz", datetime(2024, 11, 22, 11, 59), BROKEN),  # noqa: DTZ001
        ("timestamp", datetime(2024, 11, 22, 12), UNVERIFIED),  # noqa: DTZ001
        ("timestamp", datetime(2024, 11, 23, 2), HELD),  # noqa: DTZ001
        ("timestamp", datetime(2024, 11, 21, 23), BROKEN),  # noqa: DTZ001
        ("date", date(2024, 11, 24), HELD),
        ("date", date(2024, 11, 21), UNVERIFIED),
        ("date", date(2024, 11, 19), BROKEN),
        ("text", datetime(2020, 1, 1), BROKEN),  # noqa: DTZ001
    ],
)
def test_a_limit_is_as_sure_as_its_clock(kind: str, oldest: datetime | date, verdict: Verdict) -> None:
    judgement = found(judged(OVERDUE, plan(), contacts(oldest, type=kind)), "keep.limit")

    assert judgement.verdict is verdict, judgement.says


def test_the_zone_of_the_same_clock_of_freshness_serves() -> None:
    system = contacts(datetime(2024, 11, 22, 13), type="timestamp")  # noqa: DTZ001
    text = plan(dataset="fresh: {clock: made, within: 9 years, zone: UTC}")

    assert found(judged(OVERDUE, text, system), "keep.limit").verdict is HELD


def test_what_where_leaves_out_was_not_counted() -> None:
    text = plan(dataset="where: id < 100")

    none = found(judged(OVERDUE, text, contacts(ago(days=7))), "keep.limit")
    some = found(judged(OVERDUE, text, contacts(ago(days=900))), "keep.limit")

    assert none.verdict is UNVERIFIED
    assert "those outside `where` were not counted" in none.says
    assert some.verdict is BROKEN


def test_a_window_within_the_limit_takes_the_blocker_out_and_proves_nothing() -> None:
    text = plan(dataset="where: made >= now - 24 months AND id < 100")

    judgement = found(judged(OVERDUE, text, contacts(ago(days=7), ago(days=900))), "keep.limit")

    assert judgement.verdict is UNVERIFIED
    assert judgement.says.startswith("the workflow reads no record over 2 years")


@pytest.mark.parametrize(
    "system",
    [SILENT, Memory(), contacts(NOW, type="json"), contacts(NOW, unmeasured=frozenset({"made"}))],
    ids=["silent", "absent", "no clock", "denied"],
)
def test_records_that_were_not_counted_are_unverified(system: Memory) -> None:
    judgement = found(judged(OVERDUE, plan(), system), "keep.limit")

    assert judgement.verdict is UNVERIFIED
    assert judgement.settle


def test_an_empty_table_holds_nothing_for_too_long() -> None:
    assert found(judged(OVERDUE, plan(), contacts()), "keep.limit").verdict is HELD


def test_what_no_step_reads_is_told_and_narrows_nothing() -> None:
    text = plan().replace("reads: {crm.contacts: all}, ", "")

    judgement = found(judged(OVERDUE, text, contacts(ago(days=900))), "keep.limit")

    assert (judgement.verdict, judgement.incidental, judgement.operations) == (BROKEN, True, ())


def test_a_dataset_without_a_limit_is_undeclared() -> None:
    judgement = found(judged(UNDECLARED, plan(keep=""), contacts(NOW)), "datasets.contacts")

    assert (judgement.verdict, judgement.says) == (BROKEN, "nothing says how long crm.contacts keeps its records")
    assert found(judged(UNDECLARED, plan(keep="{by: job}"), contacts(NOW)), "contacts.keep").verdict is BROKEN


def test_a_store_without_a_limit_leaves_the_launch() -> None:
    text = plan(stores="{traces: {at: langfuse}, prompts: {keep: none}, cache: {keep: 1 hour}}")

    judgements = judged(UNDECLARED, text, contacts(NOW))

    undeclared = found(judgements, "stores.traces")
    assert (undeclared.verdict, targets(undeclared)) == (BROKEN, [(Op.DROP_STORE, "traces", ())])
    assert found(judgements, "stores.prompts.keep.limit").says == "declared: nothing is kept"
    assert found(judgements, "stores.cache.keep.limit").level is Level.ASSERTED


def test_what_no_step_reads_needs_no_limit() -> None:
    text = plan(keep="").replace("reads: {crm.contacts: all}, ", "")

    assert judged(UNDECLARED, text, contacts(NOW)) == []


@pytest.mark.parametrize(
    ("keep", "system", "leaf", "verdict"),
    [
        (KEEP, contacts(NOW), "keep.since", HELD),
        ("{limit: 24 months}", contacts(NOW), "keep.limit", BROKEN),
        ("{limit: 24 months, since: closed}", contacts(NOW), "keep.since", BROKEN),
        ("{limit: 24 months, since: closed}", contacts(NOW, complete=False), "keep.since", UNVERIFIED),
        (KEEP, contacts(NOW, type="json"), "keep.since", BROKEN),
        ("{since: made}", contacts(NOW), "keep.since", UNVERIFIED),
        (KEEP, contacts(NOW, unmeasured=frozenset({"made"})), "keep.since", UNVERIFIED),
        (KEEP, SILENT, "keep.since", UNVERIFIED),
    ],
    ids=["held", "no since", "missing", "hidden", "no clock", "no limit", "denied", "silent"],
)
def test_a_limit_says_from_when_it_counts(keep: str, system: Memory, leaf: str, verdict: Verdict) -> None:
    assert found(judged(AMBIGUOUS, plan(keep=keep), system), leaf).verdict is verdict


def test_records_that_are_never_due_are_told() -> None:
    judgement = found(judged(AMBIGUOUS, plan(), contacts(NOW, None)), "keep.since")

    assert judgement.says == "the limit counts from made; 1 record of 2 without it is never due"


def job(enabled: bool = True, name: str = "purge_contacts") -> JobFact:
    table = Memory().name("contacts")
    age = Duration(months=24)
    return JobFact(SEEN, name, "0 3 * * *", (table,), NOW - timedelta(hours=9), enabled, age, table.at("made"))


def test_a_job_that_deletes_enforces_the_limit() -> None:
    judgement = found(judged(UNENFORCED, plan(), contacts(NOW, jobs=(job(),))), "keep.by")

    assert (judgement.verdict, judgement.level) == (HELD, Level.CONFIGURED)
    assert judgement.says == "the job purge_contacts deletes from it"
    assert judgement.actual.unit == "last success"


def test_a_job_whose_condition_or_clock_may_spare_what_is_due_enforces_nothing() -> None:
    conditional = replace(job(), keeps=None, since=None)
    otherwise = replace(job(), since=Memory().name("contacts").at("seen"))

    for one, why in ((conditional, "under a condition"), (otherwise, "counts from another field")):
        judgement = found(judged(UNENFORCED, plan(), contacts(NOW, jobs=(one,))), "keep.by")
        assert judgement.verdict is UNVERIFIED
        assert why in judgement.says
        assert judgement.settle


def test_a_job_that_is_off_does_not() -> None:
    judgement = found(judged(UNENFORCED, plan(), contacts(NOW, jobs=(job(enabled=False),))), "keep.by")

    assert judgement.verdict is BROKEN
    assert targets(judgement) == [(Op.HOLD_STAGE, "first", ())]


def test_a_job_that_runs_a_single_time_enforces_nothing() -> None:
    once = replace(job(), schedule="once")

    assert found(judged(UNENFORCED, plan(), contacts(NOW, jobs=(once,))), "keep.by").verdict is UNVERIFIED


def test_no_job_that_is_seen_proves_nothing() -> None:
    for keep, leaf in ((KEEP, "keep.by"), ("24 months", "keep.limit")):
        judgement = found(judged(UNENFORCED, plan(keep=keep), contacts(NOW)), leaf)
        assert judgement.verdict is UNVERIFIED
        assert judgement.settle
    assert verdicts(judged(UNENFORCED, plan(), SILENT)) == {UNVERIFIED}


def test_a_store_that_no_connector_reads_is_unverified() -> None:
    text = plan(keep="", stores="{traces: {at: langfuse, keep: {limit: 30 days, by: project setting}}}")

    judgements = judged(UNENFORCED, text, contacts(NOW))

    assert [judgement.leaf for judgement in judgements] == ["stores.traces.keep.limit", "stores.traces.keep.by"]
    assert verdicts(judgements) == {UNVERIFIED}


def test_every_claim_about_keeping_has_a_verdict() -> None:
    result = audited(plan(), contacts(ago(days=900), jobs=(job(),)), [UNDECLARED, OVERDUE, AMBIGUOUS, UNENFORCED])

    assert {line.leaf.rpartition(".")[2]: line.verdict for line in result.assumptions if ".keep." in line.leaf} == {
        "limit": BROKEN,
        "since": HELD,
        "by": HELD,
    }
    assert set(findings(result)) == {"retention/overdue-records"}
