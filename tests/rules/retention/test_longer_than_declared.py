"""What deletes against what was promised."""

from dataclasses import replace
from datetime import timedelta

from lineage.duration import Duration
from lineage.facts import JobFact
from lineage.finding import Op
from lineage.model import Level, Verdict
from rules.retention.longer_than_declared import RULE
from rules.retention.unenforced_retention import RULE as UNENFORCED
from tests.rules.in_memory import NOW, SEEN, Memory, found, judged
from tests.rules.retention.test_retention_rules import contacts, plan


def job(keeps: Duration | None, enabled: bool = True, name: str = "purge_contacts", since: str = "made") -> JobFact:
    table = Memory().name("contacts")
    return JobFact(SEEN, name, "0 3 * * *", (table,), NOW - timedelta(hours=9), enabled, keeps, table.at(since))


def test_a_job_that_deletes_later_than_was_promised_breaks_the_limit() -> None:
    judgement = found(judged(RULE, plan(), contacts(NOW, jobs=(job(Duration(months=36)),))), "keep.limit")

    assert (judgement.verdict, judgement.level) == (Verdict.BROKEN, Level.CONFIGURED)
    assert judgement.says == "the job purge_contacts deletes at 3 years; 2 years was declared"
    assert [operation.op for operation in judgement.operations] == [Op.SHORTEN_RETENTION]


def test_a_job_that_deletes_in_time_holds_it() -> None:
    judgement = found(judged(RULE, plan(), contacts(NOW, jobs=(job(Duration(months=23)),))), "keep.limit")

    assert judgement.verdict is Verdict.HELD


def test_of_several_jobs_the_shortest_counts() -> None:
    jobs = (job(Duration(months=36)), job(Duration(months=12)))

    assert found(judged(RULE, plan(), contacts(NOW, jobs=jobs)), "keep.limit").verdict is Verdict.HELD


def test_nothing_is_said_of_a_job_that_is_off_or_tells_no_age() -> None:
    jobs = (job(Duration(months=12), enabled=False), job(None))

    assert list(judged(RULE, plan(), contacts(NOW, jobs=jobs))) == []


def test_nothing_is_said_of_another_tables_job() -> None:
    other = JobFact(SEEN, "purge", "daily", (Memory().name("tickets"),), None, True, Duration(months=36))

    assert list(judged(RULE, plan(), contacts(NOW, jobs=(other,)))) == []


def test_nothing_is_said_of_an_age_that_counts_from_another_field() -> None:
    jobs = (job(Duration(months=12), since="changed"),)

    assert list(judged(RULE, plan(), contacts(NOW, jobs=jobs))) == []


def test_a_job_that_was_seen_on_some_records_can_only_break_a_limit() -> None:
    longer, shorter = (replace(job(Duration(months=months)), looked=7) for months in (36, 12))

    broken = found(judged(RULE, plan(), contacts(NOW, jobs=(longer,))), "keep.limit")

    assert broken.verdict is Verdict.BROKEN
    assert list(judged(RULE, plan(), contacts(NOW, jobs=(shorter,)))) == []


def test_what_records_have_left_of_their_time_can_only_break_a_limit() -> None:
    longer, shorter = (replace(job(Duration(months=months)), at_least=True) for months in (36, 12))

    broken = found(judged(RULE, plan(), contacts(NOW, jobs=(longer, shorter))), "keep.limit")

    assert broken.verdict is Verdict.BROKEN
    assert list(judged(RULE, plan(), contacts(NOW, jobs=(shorter,)))) == []


def test_what_spares_records_holds_no_limit() -> None:
    sparing = replace(job(Duration(months=12)), spares=3)

    assert list(judged(RULE, plan(), contacts(NOW, jobs=(sparing,)))) == []
    enforced = found(judged(UNENFORCED, plan(), contacts(NOW, jobs=(sparing,))), "keep.by")
    assert (enforced.verdict, enforced.says) == (
        Verdict.UNVERIFIED,
        "purge_contacts spares 3 records, and nothing else was seen",
    )
