"""What is told of a large table in PostgreSQL: two atoms in one row, and counts that are estimated from its blocks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lineage.facts import MeasureFact
from lineage.finding import Assumption
from lineage.model import Verdict
from lineage.report import Report
from lineage.scan import Limits
from lineage.testing import NOW, World, assumption, verdict
from rules.freshness.stopped_arrival import RULE as STOPPED
from rules.source.incomplete_field import RULE as INCOMPLETE
from rules.source.unexpected_volume import RULE as VOLUME
from tests.connectors.test_counts_together import OLDER, OTHERS, measured, script
from tests.connectors.test_counts_together import PLAN as COUNTED
from tests.servers import PostgresDatabase, PostgresServer

ROWS = 1_100_000
TABLE = f"""
CREATE TABLE steady AS
SELECT n AS id, CASE WHEN n % 3 = 0 THEN 'US' ELSE 'EU' END AS region,
       CASE WHEN n % 10 = 0 THEN NULL ELSE 'gold' END AS tier,
       timestamptz '{NOW.isoformat()}' - n * interval '5 seconds' AS at
FROM generate_series(1, {ROWS}) n;
CREATE VIEW all_of_it AS SELECT * FROM steady;
CREATE TABLE fallen AS SELECT * FROM steady WHERE at < timestamptz '{NOW.isoformat()}' - interval '5 days';
CREATE TABLE halved AS SELECT * FROM steady WHERE at < timestamptz '{NOW.isoformat()}' - interval '3.5 days';
VACUUM ANALYZE steady; VACUUM ANALYZE fallen; VACUUM ANALYZE halved;
"""
PLAN = """
plan: v1
meta: {id: rough, owner: owner@acme.example}
segments:
  eu: {of: crm.contacts, where: "region = 'EU'"}
  none: {of: crm.contacts, where: "region = 'UK'"}
sources:
  crm:
    connector: {type: postgresql, url: "${CRM_URL}"}
    budget: {rows: BUDGET}
    datasets:
      contacts:
        reads: READS
        fresh: {clock: at, within: 1 day}
        fields: {id: required, region: required, tier: {need: required, complete: NEED}, at: required}
steps: {draft: {reads: {crm.contacts: all}, to: prompt}}
economics: {volume: {per_day: PER_DAY, peak_factor: 2, of: crm.contacts.at}}
rollout: [{stage: first, segment: SEGMENT}]
"""


WINDOWED = (
    COUNTED.replace("segments: {eu: {of: desk.tickets, where: \"region = 'EU'\"}}\n", "")
    .replace("reads: tickets,", "reads: tickets, keep: {limit: SPAN, since: at},")
    .replace(", segment: eu", "")
)
"""The plan of the counts with a window in the place of its segment."""


@pytest.fixture(scope="module")
def large(postgres_server: PostgresServer) -> Iterator[PostgresDatabase]:
    """A database with tables that are large enough to be sampled."""
    with postgres_server.database() as database:
        for statement in TABLE.split(";")[:-1]:
            database.execute(statement)
        yield database


def planned(reads: str, need: float = 0.9, budget: int = 10_000_000, per_day: int = 17_280, segment: str = "eu") -> str:
    told = {"READS": reads, "NEED": need, "BUDGET": budget, "PER_DAY": per_day, "SEGMENT": segment}
    text = PLAN
    for word, value in told.items():
        text = text.replace(word, str(value))
    return text


def audited(large: PostgresDatabase, folder: Path, text: str) -> Report:
    report = (
        World(folder)
        .url("crm", large.url())
        .audit(text, rules=(STOPPED, INCOMPLETE, VOLUME), limits=Limits(sample=False))
    )
    assert not report.failures
    return report


def ends(line: Assumption) -> tuple[float, float]:
    assert line.actual.interval is not None
    low, high = line.actual.interval
    assert isinstance(low, int | float)
    assert isinstance(high, int | float)
    return low, high


@pytest.mark.postgresql
@pytest.mark.parametrize("rows", [0, 1, 70])
def test_two_atoms_are_told_as_grouping_tells_them(tmp_path: Path, postgres: PostgresDatabase, rows: int) -> None:
    postgres.execute(script(rows, rows + 3))
    server, file = World(tmp_path).url("desk", postgres.url()), World(tmp_path).sqlite("desk", script(rows, rows + 3))
    wanted = [*OLDER, *OTHERS[:-1]]

    assert measured(server, "postgresql", wanted) == measured(file, "sqlite", wanted)


@pytest.mark.postgresql
@pytest.mark.parametrize("seed", range(4))
def test_a_window_tells_its_atoms_by_its_own_clock(tmp_path: Path, postgres: PostgresDatabase, seed: int) -> None:
    windowed = WINDOWED.replace("SPAN", ("1 day", "6 days", "13 days", "900 days")[seed])
    postgres.execute(script(40 if seed else 5, seed))
    server = World(tmp_path).url("desk", postgres.url())
    file = World(tmp_path).sqlite("desk", script(40 if seed else 5, seed))
    wanted = [*OLDER, *OTHERS[:-1]]

    assert measured(server, "postgresql", wanted, windowed) == measured(file, "sqlite", wanted, windowed)


@pytest.mark.postgresql
def test_steady_arrival_of_a_large_table_is_held_by_a_sample(tmp_path: Path, large: PostgresDatabase) -> None:
    line = assumption(audited(large, tmp_path, planned("steady")), "contacts.fresh")

    assert line.verdict is Verdict.HELD
    assert "blocks of a sample show" in line.says
    low, high = ends(line)
    assert low < 120_960 < high  # a week of a record each five seconds
    assert high - low < 60_000


@pytest.mark.postgresql
def test_arrival_that_fell_off_is_told_by_a_sample(tmp_path: Path, large: PostgresDatabase) -> None:
    assert verdict(audited(large, tmp_path, planned("fallen")), "contacts.fresh") is Verdict.BROKEN


@pytest.mark.postgresql
def test_a_sample_that_cannot_tell_says_so(tmp_path: Path, large: PostgresDatabase) -> None:
    line = assumption(audited(large, tmp_path, planned("halved")), "contacts.fresh")

    assert line.verdict is Verdict.UNVERIFIED
    assert line.settle


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("per_day", "told"), [(17_280, Verdict.HELD), (2_000, Verdict.BROKEN), (8_640, Verdict.UNVERIFIED)]
)
def test_a_volume_is_told_by_a_sample(tmp_path: Path, large: PostgresDatabase, per_day: int, told: Verdict) -> None:
    assert verdict(audited(large, tmp_path, planned("steady", per_day=per_day)), "volume.peak_factor") is told


@pytest.mark.postgresql
def test_what_need_not_be_counted_is_left_out_of_the_statement_over_all_rows(
    tmp_path: Path, large: PostgresDatabase
) -> None:
    world = World(tmp_path).url("crm", large.url())

    facts = world.scan(planned("steady"), rules=(STOPPED, INCOMPLETE), limits=Limits(sample=False)).facts

    told = {fact.measure: fact for fact in facts if isinstance(fact, MeasureFact) and fact.draws is not None}
    assert told
    assert all(key.startswith("older:at:") for key in told)
    exact = {fact.measure for fact in facts if isinstance(fact, MeasureFact) and fact.draws is None}
    assert "nulls:tier:rough" in exact


@pytest.mark.postgresql
@pytest.mark.parametrize(("need", "told"), [(0.5, Verdict.HELD), (0.9, Verdict.UNVERIFIED), (0.99, Verdict.BROKEN)])
def test_a_table_beyond_the_budget_is_told_complete_by_a_sample_with_its_interval(
    tmp_path: Path, large: PostgresDatabase, need: float, told: Verdict
) -> None:
    line = assumption(audited(large, tmp_path, planned("steady", need, budget=1_000_000)), "tier.complete")

    assert line.verdict is told
    low, high = ends(line)
    assert low < 0.9 < high
    assert line.actual.sample is not None
    assert 0 < line.actual.sample < ROWS / 4


@pytest.mark.postgresql
@pytest.mark.parametrize(("reads", "segment"), [("steady", "none"), ("all_of_it", "eu")])
def test_what_no_sample_has_is_unverified(tmp_path: Path, large: PostgresDatabase, reads: str, segment: str) -> None:
    report = audited(large, tmp_path, planned(reads, 0.5, budget=1_000_000, segment=segment))

    assert verdict(report, "tier.complete") is Verdict.UNVERIFIED
