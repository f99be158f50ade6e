"""What really ran and what runs told is held against the plan: places, loops, disagreement, and lineage that is old."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.sqlite import namespace_of
from lineage import registry
from lineage.facts import ResolvedFact
from lineage.finding import Op
from lineage.model import Level, Severity, Verdict
from lineage.report import Report
from lineage.testing import World, assumption, finding

CRM = """
create table people (id integer primary key, mail text, phone text, region text);
create table other (id integer, mail text);
create table contacts (id integer primary key, email text, region text);
create view seen as select id, mail as email from people;
create table replies (id integer, body text);
create table exports (email text);
create view answers as select id, body from replies;
"""
PLAN = """\
plan: v1
meta: {{id: reply, status: approved, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: sqlite, url: "${{CRM_URL}}"}}
    identity: ai_reader
    datasets:
      contacts: {{reads: {reads}, key: id, fields: {{id: required, {fields}: required}}}}
      people: {{reads: people, key: id, fields: {{id: required, mail: none}}}}
  log:
    connector:
      {{type: query_log, path: "${{LOG}}", namespace: "{namespace}", dialect: duckdb, within: [main], by: ai_reader}}
    datasets: {{}}
  runs:
    connector: {{type: openlineage, path: "${{RUNS}}", workflow: reply}}
    datasets: {{}}
steps: {{draft: {{reads: {{crm.contacts: all}}, to: prompt, writes: draft}}}}
outputs: {{draft: {{audience: [agent], channel: {channel}}}}}
"""
RULES = (
    "lineage/undeclared-path",
    "lineage/feedback-loop",
    "lineage/conflicting-paths",
    "lineage/outdated-lineage",
    "plan/undeclared-field",
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    found = World(tmp_path).sqlite("crm", CRM)
    for place in ("log", "runs"):
        (tmp_path / place).mkdir()
        found.environ[place.upper()] = str(tmp_path / place)
    ran(found, "select id, email from contacts")
    told(found)
    return found


def plan(world: World, *, reads: str = "contacts", fields: str = "email", channel: str = "crm.replies") -> str:
    return PLAN.format(namespace=namespace_of(world.folder / "crm.db"), reads=reads, fields=fields, channel=channel)


def judged(world: World, text: str | None = None) -> Report:
    return world.audit(text or plan(world), rules=[rule for rule in registry.rules() if rule.id in RULES])


def findings(report: Report) -> list[str]:
    return [one.rule for one in report.findings if one.rule in RULES]


def ran(world: World, sql: str) -> None:
    (world.folder / "log" / "steps.sql").write_text(sql, encoding="utf-8")


def told(world: World, *events: dict[str, object]) -> None:
    text = "".join(json.dumps(event) + "\n" for event in events)
    (world.folder / "runs" / "events.jsonl").write_text(text, encoding="utf-8")


def event(
    world: World, sources: str, target: str, job: str = "load", at: str = "2026-11-20T10:00:00Z", **step: object
) -> dict[str, object]:
    """Give an event of a run in which fields flow: `people.mail` into `contacts.email`."""
    namespace = namespace_of(world.folder / "crm.db")
    dataset, _, column = target.partition(".")
    inputs = [one.partition(".") for one in sources.split()]
    flows = [
        {
            "namespace": namespace,
            "name": f"main.{name}",
            "field": field,
            "transformations": [{"type": "DIRECT", "subtype": "IDENTITY", **step}],
        }
        for name, _, field in inputs
    ]
    facets = {"columnLineage": {"fields": {column: {"inputFields": flows}}}} if column else {}
    return {
        "eventType": "COMPLETE",
        "eventTime": at,
        "run": {"runId": "1"},
        "job": {"namespace": "airflow", "name": job},
        "inputs": [{"namespace": namespace, "name": f"main.{name}"} for name, _, _ in inputs],
        "outputs": [{"namespace": namespace, "name": f"main.{dataset}", "facets": facets}],
    }


def test_a_workflow_that_does_what_its_plan_says_has_no_finding(world: World) -> None:
    ran(world, "select id, email from contacts; insert into replies select id, 'x' from contacts")

    report = judged(world)

    assert findings(report) == []
    assert assumption(report, "outputs").says == "all 1 places that the workflow really wrote to are named"


def test_a_log_that_was_not_read_in_whole_proves_nothing_by_its_silence(world: World) -> None:
    ran(
        world, "select id, email from contacts; insert into replies select id, 'x' from contacts; this is no (statement"
    )

    report = judged(world)

    told = [assumption(report, leaf) for leaf in ("outputs", "sources.crm.datasets.contacts.fields")]
    assert [line.verdict for line in told] == [Verdict.UNVERIFIED, Verdict.UNVERIFIED]
    assert all(line.settle for line in told)


def test_a_log_that_is_not_there_leaves_open_what_else_ran(world: World) -> None:
    world.environ["LOG"] = str(world.folder / "gone")
    told(world, event(world, "contacts.email", "replies.body", job="reply.draft"))

    assert assumption(judged(world), "outputs").verdict is Verdict.UNVERIFIED


def test_lines_that_are_no_run_events_leave_it_open_where_the_workflow_writes(world: World) -> None:
    ran(world, "insert into replies select id, 'x' from contacts")
    (world.folder / "runs" / "events.jsonl").write_text("cut sho", encoding="utf-8")

    assert assumption(judged(world), "outputs").verdict is Verdict.UNVERIFIED


def test_a_place_that_is_written_to_and_not_named_is_an_undeclared_path(world: World) -> None:
    ran(world, "insert into exports (email) select email from contacts")

    found = finding(judged(world), "lineage/undeclared-path", "main.exports")

    assert found is not None
    assert found.severity is Severity.BLOCKER
    assert found.title == (
        "ai_reader really wrote to main.exports, which the plan does not name; crm.contacts.email flows there"
    )
    assert [hop.by for hop in found.judgement.path] == ["query log"]
    assert [(one.op, one.target) for one in found.judgement.operations] == [(Op.DROP_STEP, "draft")]


def test_a_step_that_tells_of_itself_is_dropped_alone(world: World) -> None:
    told(world, event(world, "people", "exports", job="reply.draft"))

    report = judged(world)

    path, used = finding(report, "lineage/undeclared-path"), finding(report, "plan/undeclared-field")
    assert path is not None
    assert path.title.startswith("step draft really wrote to main.exports")
    assert used is None  # people is declared; which of its fields were read is not told
    assert path.judgement.subject.step == "draft"


def test_fields_that_a_run_of_a_step_read_are_held_against_the_plan(world: World) -> None:
    one = event(world, "people.phone", "replies", job="reply.draft")
    one["inputs"][0]["facets"] = {"schema": {"fields": [{"name": "phone"}, {"name": "id"}]}}  # type: ignore[index]
    told(world, one)
    text = plan(world).replace("crm.contacts: all", "crm.contacts: all, crm.people: id")

    found = finding(judged(world, text), "plan/undeclared-field", "crm.people")

    assert found is not None
    assert found.title == "step draft really read phone of crm.people, which the plan does not declare"


def test_a_job_that_is_not_the_workflows_may_write_where_it_likes(world: World) -> None:
    told(world, event(world, "people.mail", "exports.email", job="replying"))

    assert "lineage/undeclared-path" not in findings(judged(world))


@pytest.mark.parametrize("channel", ["crm.replies", "main.replies", "replies", "crm.main.replies"])
def test_a_place_is_named_as_the_plan_or_the_system_calls_it(world: World, channel: str) -> None:
    ran(world, "insert into replies (id) values (1)")

    assert findings(judged(world, plan(world, channel=channel))) == []


def test_a_channel_that_is_read_is_a_feedback_loop(world: World) -> None:
    found = finding(judged(world, plan(world, reads="replies", fields="body")), "lineage/feedback-loop")

    assert found is not None
    assert found.severity is Severity.HIGH
    assert found.title == "crm.contacts is read, and output draft writes into main.replies"
    assert [(one.op, one.target) for one in found.judgement.operations] == [(Op.DROP_SOURCE, "crm")]


def test_a_channel_comes_back_through_a_view(world: World) -> None:
    found = finding(judged(world, plan(world, reads="answers", fields="body")), "lineage/feedback-loop")

    assert found is not None
    assert "through main.replies" in found.title


def test_a_channel_that_is_another_field_is_no_loop(world: World) -> None:
    text = plan(world, reads="replies", fields="id_, ").replace(", id_, : required", "")

    assert "lineage/feedback-loop" not in findings(judged(world, text.replace("crm.replies", "crm.replies.body")))


def test_records_that_the_workflow_really_inserts_come_back(world: World) -> None:
    ran(world, "insert into people (mail) values ('x')")

    found = finding(judged(world, plan(world, reads="seen", channel="mail")), "lineage/feedback-loop")

    assert found is not None
    assert found.judgement.level is Level.OBSERVED


def test_an_update_of_what_is_there_is_no_loop(world: World) -> None:
    ran(world, "update contacts set region = 'EU'")

    assert "lineage/feedback-loop" not in findings(judged(world))


def test_runs_and_sql_that_disagree_are_a_conflict(world: World) -> None:
    told(world, event(world, "other.mail", "seen.email"))

    found = finding(judged(world, plan(world, reads="seen")), "lineage/conflicting-paths")

    assert found is not None
    told_by_both = "main.seen.email is made from main.other.mail, parsed SQL from main.people.mail"
    assert found.title == f"run events say that {told_by_both}"
    assert [one.op for one in found.judgement.operations] == [Op.DECIDE]


def test_a_run_that_says_what_a_view_says_agrees(world: World) -> None:
    told(world, event(world, "people.mail", "seen.email"))
    ran(world, "select 1")

    report = judged(world, plan(world, reads="seen"))

    assert findings(report) == []
    assert assumption(report, "contacts.reads").verdict is Verdict.HELD


def test_a_run_that_tells_of_a_field_that_is_a_constant_by_sql_is_a_conflict(world: World) -> None:
    world.sqlite("crm", "drop view seen; create view seen as select id, 'none' as email from people;")
    told(world, event(world, "people.mail", "seen.email"))

    found = finding(judged(world, plan(world, reads="seen")), "lineage/conflicting-paths")

    assert found is not None
    told_by_run = "run events say that main.seen.email is made from main.people.mail"
    assert found.title == f"{told_by_run}, parsed SQL that nothing flows into it"


def test_a_mask_that_only_the_run_tells_of_is_a_conflict(world: World) -> None:
    told(world, event(world, "people.mail", "seen.email", subtype="TRANSFORMATION", masking=True))

    found = finding(judged(world, plan(world, reads="seen")), "lineage/conflicting-paths")

    assert found is not None
    assert found.title.endswith("is masked on its way into main.seen.email, parsed SQL that it is not")


@pytest.mark.parametrize(
    ("made_from", "verdict"),
    [("crm.people.mail", Verdict.HELD), ("crm.people.id", Verdict.BROKEN)],
)
def test_what_the_plan_says_a_field_is_made_from_is_judged(world: World, made_from: str, verdict: Verdict) -> None:
    text = plan(world, reads="seen").replace("email: required", f"email: {{need: required, made_from: {made_from}}}")

    assert assumption(judged(world, text), "email.made_from").verdict is verdict


def test_what_no_system_tells_is_the_plans_word_and_unverified(world: World) -> None:
    text = plan(world).replace("email: required", "email: {need: required, made_from: [crm.people.mail]}")

    report = judged(world, text)

    assert assumption(report, "email.made_from").verdict is Verdict.UNVERIFIED


def test_a_copy_of_something_else_is_a_conflict(world: World) -> None:
    told(world, event(world, "other.mail", "contacts.email"))
    text = plan(world).replace("reads: contacts,", "reads: contacts, copy_of: crm.people,")

    found = finding(judged(world, text), "lineage/conflicting-paths", "crm.contacts")

    assert found is not None
    assert found.title == "the plan says that crm.contacts is a copy of crm.people, and lineage says main.other"


def test_lineage_that_names_a_column_that_is_gone_is_outdated(world: World) -> None:
    told(world, event(world, "people.fax people.mail", "contacts.email"))

    found = finding(judged(world), "lineage/outdated-lineage", "crm.contacts")

    assert found is not None
    assert found.judgement.verdict is Verdict.UNVERIFIED
    assert found.title == (
        "the lineage of crm.contacts is outdated: it names fax of main.people, which is no longer there"
    )


def test_lineage_that_names_what_is_there_is_not(world: World) -> None:
    told(world, event(world, "people.mail", "contacts.email"))

    report = judged(world)

    assert findings(report) == []
    assert assumption(report, "contacts.reads").verdict is Verdict.HELD


def test_a_file_that_was_written_after_the_last_run_is_outdated(world: World) -> None:
    world.file("contacts.csv", "id,email\n1,a\n")
    text = plan(world).replace(
        '    connector: {type: sqlite, url: "${CRM_URL}"}\n', '    connector: {type: files, path: "${FILES}"}\n'
    ).replace("reads: contacts,", "reads: contacts.csv,").replace("reads: people,", "reads: people.csv,")  # fmt: skip
    name = next(
        fact.name for fact in world.scan(text, rules=[]).facts if isinstance(fact, ResolvedFact)
    )  # fmt: skip
    for at, outdated in (("2020-01-01T00:00:00Z", True), (datetime.now(UTC).isoformat(), False)):
        one = event(world, "people.mail", "contacts.email", at=at)
        one["outputs"][0].update(namespace=name.namespace, name=name.path[0])  # type: ignore[index]
        told(world, one)

        found = finding(judged(world, text), "lineage/outdated-lineage", "crm.contacts")

        assert (found is not None) is outdated
