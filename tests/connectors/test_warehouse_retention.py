"""What deletes in a warehouse, as rows of the documented shape tell it, against a plan. No warehouse was at hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lineage import registry
from lineage.facts import UnseenFact
from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import World
from tests.connectors.aws_servers import CREDENTIALS, client, emptied, running
from tests.connectors.warehouse_views import PURGE, USAGE, VIEWS, Views
from tests.connectors.warehouses import dialects, structure, told, warehouse

__all__ = ["dialects"]
UNENFORCED, STALLED = "retention/unenforced-retention", "retention/stalled-deletion"
OUTLIVING = "retention/outliving-backups"
PLAN = """\
plan: v1
meta: {{id: reply, status: approved, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: {kind}, url: "${{CRM_URL}}"{more}}}
    identity: ai_reader
    datasets:
      contacts:
        {{reads: contacts, key: id, keep: {{limit: {limit}, since: at}}, fields: {{id: required, at: required}}}}
steps: {{draft: {{reads: {{crm.contacts: all}}, to: prompt, writes: draft}}}}
outputs: {{draft: {{audience: [agent], channel: console}}}}
"""


def judged(kind: str, folder: Path, views: Views, *rules: str, limit: str = "30 days") -> Report:
    """Audit a plan that promises a limit on a warehouse."""
    script = "CREATE TABLE contacts (id INTEGER PRIMARY KEY, at TIMESTAMP);"
    settings = warehouse(kind, folder, {**VIEWS[kind], **views}, script)
    world = World(folder).url("crm", settings["url"])
    text = PLAN.format(kind=kind, more=", region: eu" if kind == "bigquery" else "", limit=limit)
    return world.audit(text, rules=[rule for rule in registry.rules() if rule.id in rules])


def verdicts(report: Report) -> list[Verdict]:
    return [line.verdict for line in report.assumptions if line.leaf.endswith("keep.limit") and line.rules]


def runs(*days: int) -> Views:
    """Give a task that ran well on these days of November."""
    view = f"{USAGE}.task_history"
    at = [f"2026-11-{day:02} 01:00:00+00:00" for day in days]
    return {
        view: (VIEWS["snowflake"][view][0], [("main", "main", "PURGE", PURGE, one, "SUCCEEDED", one) for one in at])
    }


def test_a_task_of_snowflake_that_runs_daily_keeps_a_limit_and_one_that_stopped_does_not(tmp_path: Path) -> None:
    (tmp_path / "daily").mkdir()
    (tmp_path / "stopped").mkdir()

    daily = judged("snowflake", tmp_path / "daily", runs(20, 21, 22), UNENFORCED, STALLED)
    stopped = judged("snowflake", tmp_path / "stopped", runs(8, 9, 10), UNENFORCED, STALLED)

    assert verdicts(daily) == [Verdict.HELD]
    assert [one.rule for one in stopped.findings] == [STALLED]


def test_a_partition_of_bigquery_that_stands_beyond_its_age_breaks_the_limit(tmp_path: Path) -> None:
    view = "acme.main.information_schema.partitions"
    found = []
    for number, part in enumerate(("20261101", "20260901")):
        folder = tmp_path / str(number)
        folder.mkdir()
        views = {view: (VIEWS["bigquery"][view][0], [("contacts", part, 5)])}
        found.append(judged("bigquery", folder, views, UNENFORCED))

    assert [verdicts(report) for report in found] == [[Verdict.HELD], [Verdict.BROKEN]]


@pytest.mark.parametrize(
    ("operation", "limit", "told"),
    [("VACUUM END", "30 days", "held"), ("VACUUM END", "7 days", "broken"), ("DELETE", "30 days", "unverified")],
)
def test_files_that_databricks_keeps_outlive_a_limit_unless_they_are_seen_to_be_swept_in_time(
    operation: str, limit: str, told: str, tmp_path: Path
) -> None:
    view = "describe history"
    views = {view: (VIEWS["databricks"][view][0], [("main.main.contacts", 1, None, "1", "x", operation, "")])}

    report = judged("databricks", tmp_path, views, OUTLIVING, limit=limit)

    assert [str(one) for one in verdicts(report)] == [told]


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    with running() as url:
        yield url


def of_cluster(folder: Path, url: str, cluster: str, limit: str = "30 days") -> Report:
    """Audit a plan that promises a limit on a table of a cluster that moto stands in for."""
    script = "CREATE TABLE contacts (id INTEGER PRIMARY KEY, at TIMESTAMP);"
    world = World(folder, dict(zip(("AWS_KEY", "AWS_SECRET"), CREDENTIALS.values(), strict=True)))
    world.url("crm", warehouse("redshift", folder, script=script)["url"])
    more = f', cluster: {cluster}, endpoint: "{url}", key: "${{AWS_KEY}}", secret: "${{AWS_SECRET}}"'
    text = PLAN.format(kind="redshift", more=more, limit=limit)
    return world.audit(text, rules=[rule for rule in registry.rules() if rule.id == OUTLIVING])


def make_cluster(url: str, name: str, days: int) -> None:
    told = {"NodeType": "dc2.large", "MasterUsername": "root", "MasterUserPassword": "Passw0rd1"}
    period = {"AutomatedSnapshotRetentionPeriod": days}
    client(url, "redshift").create_cluster(ClusterIdentifier=name, DBName="main", **told, **period)


@pytest.mark.parametrize(
    ("days", "limit", "verdict"),
    [(7, "30 days", Verdict.HELD), (35, "30 days", Verdict.BROKEN), (1, "24 hours", Verdict.HELD)],
)
def test_automated_snapshots_of_redshift_are_held_against_the_promise(
    tmp_path: Path, aws: str, days: int, limit: str, verdict: Verdict
) -> None:
    emptied(aws)
    make_cluster(aws, "acme", days)

    report = of_cluster(tmp_path, aws, "acme", limit)

    assert verdicts(report) == [verdict]
    assert report.failures == ()


def test_a_manual_snapshot_of_redshift_stays_for_ever(tmp_path: Path, aws: str) -> None:
    emptied(aws)
    make_cluster(aws, "acme", 1)
    make_cluster(aws, "other", 1)
    client(aws, "redshift").create_cluster_snapshot(SnapshotIdentifier="before-2026", ClusterIdentifier="acme")
    (tmp_path / "acme").mkdir()
    (tmp_path / "other").mkdir()

    kept, none = of_cluster(tmp_path / "acme", aws, "acme"), of_cluster(tmp_path / "other", aws, "other")

    [found] = kept.findings
    assert "for ever by manual snapshots" in found.judgement.says
    assert (verdicts(kept), verdicts(none)) == ([Verdict.BROKEN], [Verdict.HELD])


def test_a_cluster_of_redshift_that_is_not_told_leaves_the_promise_open(tmp_path: Path, aws: str) -> None:
    emptied(aws)

    report = of_cluster(tmp_path, aws, "acme")

    assert verdicts(report) == [Verdict.UNVERIFIED]
    assert any("ClusterNotFound" in line.says for line in report.assumptions)


def test_snapshots_that_are_not_asked_for_are_said_to_be_unseen(tmp_path: Path) -> None:
    facts = structure("redshift", tmp_path)

    [unseen] = [fact for fact in told(facts, UnseenFact) if fact.what == "retention"]
    assert (unseen.name, "`cluster`" in unseen.settle) == (None, True)
