"""The scan: one task a source and wave, in threads or processes, with the same facts."""

from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from lineage import registry
from lineage.errors import PlanError
from lineage.facts import CostFact, Fact, LabelFact, LookFact, MeasureFact, Snapshot, SystemFact, UnseenFact
from lineage.scan import Limits, scan
from lineage.testing import World

PLAN = """
plan: v1
meta: {id: replies, status: draft, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      contacts:
        reads: contacts
        fresh: {clock: updated_at, zone: UTC, within: 4 hours}
        fields: {id: required, email: {need: helpful, sensitive: email}, updated_at: required}
  files:
    connector: {type: files, path: "${FILES}"}
    datasets:
      tickets: {reads: tickets.jsonl, fields: {id: required, body: required}}
steps:
  draft: {reads: {crm.contacts: all, files.tickets: all}, to: prompt}
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    return (
        World(tmp_path)
        .sqlite(
            "crm",
            "create table contacts (id integer primary key, email text, updated_at text);"
            "insert into contacts values (1, 'ada@mail.com', '2026-11-22 11:00:00');"
            "insert into contacts values (2, 'bo@mail.com', '2026-11-22 10:00:00');",
        )
        .jsonl("tickets.jsonl", [{"id": 1, "body": "cannot log in"}, {"id": 2, "body": "asks for an invoice"}])
    )


def judged(snapshot: Snapshot) -> list[Fact]:
    """Give the facts but for when they were seen and what they cost."""
    return [
        replace(fact, seen=replace(fact.seen, at=snapshot.taken_at))
        for fact in snapshot.facts
        if not isinstance(fact, CostFact | SystemFact)
    ]


def test_processes_give_the_same_facts_as_threads(world: World) -> None:
    in_threads = world.scan(PLAN)

    with ProcessPoolExecutor(2) as pool:
        plan, rules = world.plan(PLAN), registry.rules()
        in_processes = scan(plan, rules, now=world.now, environ=world.environ, executor=pool, folder=world.folder)

    assert judged(in_processes) == judged(in_threads)
    assert any(isinstance(fact, LabelFact) for fact in in_processes.facts)


def test_without_data_no_row_is_read(world: World) -> None:
    snapshot = world.scan(PLAN, limits=Limits(data=False, sample=False))

    assert not any(isinstance(fact, MeasureFact | LookFact | LabelFact) for fact in snapshot.facts)


def test_without_samples_no_value_is_looked_at(world: World) -> None:
    snapshot = world.scan(PLAN, limits=Limits(sample=False))

    assert any(isinstance(fact, MeasureFact) for fact in snapshot.facts)
    assert not any(isinstance(fact, LookFact | LabelFact) for fact in snapshot.facts)


def test_each_source_says_what_it_cost(world: World) -> None:
    snapshot = world.scan(PLAN)

    costs = [fact for fact in snapshot.facts if isinstance(fact, CostFact)]
    assert {fact.seen.source for fact in costs} == {"crm", "files"}
    assert all(fact.queries > 0 for fact in costs)


def test_progress_is_told_wave_by_wave(world: World) -> None:
    told: list[tuple[str, int, int]] = []

    scan(
        world.plan(PLAN),
        registry.rules(),
        now=world.now,
        environ=world.environ,
        progress=lambda what, done, of: told.append((what, done, of)),
    )

    assert told[0] == ("structure", 0, 2)
    assert {what for what, _, _ in told} == {"structure", "data"}
    assert all(done <= of for _, done, of in told)


def test_a_source_that_cannot_be_read_leaves_the_others_alone(world: World) -> None:
    world.environ["CRM_URL"] = "sqlite:///nowhere.db"

    snapshot = world.scan(PLAN)

    assert [failure.what for failure in snapshot.failures] == ["source crm"]
    assert any(isinstance(fact, UnseenFact) and fact.what == "system" for fact in snapshot.facts)
    assert any(isinstance(fact, MeasureFact) and fact.dataset == "files.tickets" for fact in snapshot.facts)


def test_a_missing_variable_is_the_callers_to_set(world: World) -> None:
    del world.environ["CRM_URL"]

    with pytest.raises(PlanError, match="CRM_URL"):
        world.scan(PLAN)


def test_a_wrong_setting_is_told_without_its_value(world: World) -> None:
    with pytest.raises(PlanError) as told:
        world.scan(PLAN.replace('path: "${FILES}"', 'path: "${FILES}", depth: hidden-word'))

    assert "depth" in str(told.value)
    assert "hidden-word" not in str(told.value)
