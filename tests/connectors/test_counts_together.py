"""Many counts before moments in one statement: the same as each alone, by segment too, on real systems."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import pytest

from lineage.connector import Measure, MeasureKind, Request
from lineage.duration import Duration
from lineage.facts import MeasureFact
from lineage.model import DatasetId, Severity
from lineage.rule import Ground, Rule
from lineage.testing import NOW, World
from tests.servers import PostgresDatabase

DATASET = DatasetId("desk.tickets")
PLAN = """
plan: v1
meta: {id: counts, owner: owner@acme.example}
segments: {eu: {of: desk.tickets, where: "region = 'EU'"}}
sources:
  desk:
    connector: {type: KIND, url: "${DESK_URL}"}
    datasets:
      tickets: {reads: tickets, fields: {id: required, region: required, at: required}}
steps: {draft: {reads: {desk.tickets: all}, to: prompt}}
rollout: [{stage: first, segment: eu}]
"""
OLDER = [Measure(DATASET, MeasureKind.OLDER, "at", span=Duration(seconds=days * 86_400)) for days in range(12)]
OTHERS = [
    Measure(DATASET, MeasureKind.NEWEST, "at", span=Duration()),
    Measure(DATASET, MeasureKind.OLDEST, "at"),
    Measure(DATASET, MeasureKind.FUTURE, "at", span=Duration()),
    Measure(DATASET, MeasureKind.NULLS, "at"),
    Measure(DATASET, MeasureKind.BLANKS, "region"),
    Measure(DATASET, MeasureKind.REPEATS, "id"),
]


def script(rows: int, seed: int) -> str:
    dice = random.Random(seed)
    told = []
    for number in range(rows):
        moment = NOW - timedelta(hours=dice.randint(-20, 320))
        at = "NULL" if dice.random() < 0.1 else f"'{moment:%Y-%m-%d %H:%M:%S}'"
        told.append(f"INSERT INTO tickets VALUES ({number // 2}, '{dice.choice(('EU', 'US', ''))}', {at});")
    return "CREATE TABLE tickets (id INTEGER, region VARCHAR(8), at TIMESTAMP);" + "".join(told)


def measured(world: World, kind: str, wanted: list[Measure], plan: str = PLAN) -> set[tuple[object, ...]]:
    def requests(_ground: Ground) -> Iterable[Request]:
        return wanted

    rule = Rule("source/counts", Severity.LOW, lambda _evidence: iter(()), requests)
    facts = world.scan(plan.replace("KIND", kind), rules=(rule,)).facts
    return {(fact.measure, fact.atom, fact.value) for fact in facts if isinstance(fact, MeasureFact)}


@pytest.mark.parametrize("rows", [0, 1, 60])
def test_counts_taken_together_are_those_taken_alone(tmp_path: Path, rows: int) -> None:
    world = World(tmp_path).sqlite("desk", script(rows, rows))

    alone = set().union(*(measured(world, "sqlite", [one]) for one in (*OLDER, *OTHERS)))

    assert measured(world, "sqlite", [*OLDER, *OTHERS]) == alone


@pytest.mark.postgresql
def test_a_server_counts_the_same_together_and_alone(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(script(80, 5))
    world = World(tmp_path).url("desk", postgres.url())

    alone = measured(world, "postgresql", OLDER[:6]) | measured(world, "postgresql", [*OLDER[6:], *OTHERS])

    assert measured(world, "postgresql", [*OLDER, *OTHERS]) == alone
