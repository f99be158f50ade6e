"""The share of records that are fresh, in every form that a system has for a moment."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from lineage.finding import Op
from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import World, assumption, finding, verdict
from rules.freshness.stale_source import RULE as STALE
from rules.freshness.stale_tail import RULE as TAIL
from tests.rules.timing_worlds import NOW, SYSTEMS, Records, Timed, timing_plan

BROKEN, HELD, UNVERIFIED = Verdict.BROKEN, Verdict.HELD, Verdict.UNVERIFIED
FRESH, OLD, AHEAD = NOW - timedelta(hours=3), NOW - timedelta(days=200), NOW + timedelta(days=40)
HALF = "{clock: at, within: 2 days, zone: UTC, share: 0.5}"


def audited(
    request: pytest.FixtureRequest,
    folder: Path,
    records: Records,
    fresh: str = HALF,
    system: str = "sqlite text moment",
    segmented: str = "",
) -> Report:
    plan = timing_plan(request, world := World(folder, now=NOW), system, {"contacts": Timed(records, fresh)}, segmented)
    report = world.audit(plan, rules=(TAIL, STALE))
    assert not report.failures
    return report


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_tail_that_is_too_old_is_broken_in_every_form(
    request: pytest.FixtureRequest, tmp_path: Path, system: str
) -> None:
    lying = audited(request, tmp_path, [("EU", FRESH), ("EU", OLD), ("EU", OLD)], system=system)

    assert verdict(lying, "fresh.within") is HELD
    assert verdict(lying, "fresh.share") is BROKEN
    assert assumption(lying, "fresh.share").actual.value == pytest.approx(1 / 3)


@pytest.mark.parametrize("system", [one for one in SYSTEMS if isinstance(one, str)])
def test_enough_fresh_records_are_held_in_every_form(
    request: pytest.FixtureRequest, tmp_path: Path, system: str
) -> None:
    report = audited(request, tmp_path, [("EU", FRESH), ("EU", OLD)], system=system)

    assert verdict(report, "fresh.share") is HELD


def test_the_finding_says_which_window_would_do(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    report = audited(request, tmp_path, [("EU", FRESH), ("EU", OLD), ("EU", OLD)])

    tail = finding(report, TAIL.id)
    assert tail is not None
    assert tail.title == (
        "33.3 % of 3 launched records are at most 2 days old; 50 % is needed; of 3 that were sampled "
        "50 % are at most 200 days, 95 % are at most 200 days, 99 % are at most 200 days old"
    )
    assert [(one.op, one.args) for one in tail.judgement.operations] == [(Op.LIMIT_WINDOW, (("window", "2 days"),))]


def test_records_dated_ahead_are_not_fresh(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    report = audited(request, tmp_path, [("EU", FRESH), ("EU", AHEAD), ("EU", AHEAD)])

    assert verdict(report, "fresh.share") is BROKEN


def test_records_without_a_time_leave_it_open(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    report = audited(request, tmp_path, [("EU", FRESH), ("EU", None), ("EU", None)])

    line = assumption(report, "fresh.share")
    assert line.verdict is UNVERIFIED
    assert line.actual.interval == (1 / 3, 1.0)
    assert line.settle


def test_a_clock_without_a_zone_is_read_for_every_zone(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    zoneless = "{clock: at, within: 2 days, share: 0.9}"
    near = NOW - timedelta(hours=44)
    seen = []
    for name, records in {"fresh": [FRESH], "near": [near, FRESH], "old": [FRESH, OLD]}.items():
        (tmp_path / name).mkdir()
        report = audited(request, tmp_path / name, [("EU", one) for one in records], zoneless, "sqlite text wall clock")
        seen.append(verdict(report, "fresh.share"))

    assert seen == [HELD, UNVERIFIED, BROKEN]


def test_only_launched_records_count(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    plan = timing_plan(
        request,
        world := World(tmp_path, now=NOW),
        "sqlite text moment",
        {"contacts": Timed([("EU", FRESH), ("US", OLD), ("US", OLD)], HALF)},
        "contacts",
    ).replace(", {stage: second, segment: us}", "")

    assert verdict(world.audit(plan, rules=(TAIL, STALE)), "fresh.share") is HELD


def test_a_dead_source_is_said_once(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    report = audited(request, tmp_path, [("EU", OLD)])

    assert verdict(report, "fresh.share") is BROKEN
    assert finding(report, TAIL.id) is None
    assert finding(report, STALE.id) is not None


@pytest.mark.parametrize(
    "fresh", [HALF.replace("clock: at", "clock: gone"), HALF.replace("clock: at", "clock: region")]
)
def test_without_a_clock_it_is_unverified(request: pytest.FixtureRequest, tmp_path: Path, fresh: str) -> None:
    report = audited(request, tmp_path, [("EU", FRESH)], fresh)

    assert verdict(report, "fresh.share") is UNVERIFIED
    assert assumption(report, "fresh.share").settle


def test_no_record_is_no_share(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    assert verdict(audited(request, tmp_path, []), "fresh.share") is UNVERIFIED


@pytest.mark.parametrize("system", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql), "duckdb"])
def test_quantiles_of_age_are_told_of_a_sample_of_stated_size(
    request: pytest.FixtureRequest, tmp_path: Path, system: str
) -> None:
    rows = ", ".join(f"({n}, '{NOW - timedelta(hours=n):%Y-%m-%d %H:%M:%S}+00')" for n in range(1, 4_001))
    made = {"sqlite": "TEXT"}.get(system, "timestamptz")
    script = f'CREATE TABLE t (id INTEGER, "at" {made}); INSERT INTO t VALUES {rows}; ANALYZE t;'
    world = World(tmp_path, now=NOW)
    match system:
        case "sqlite":
            world.sqlite("crm", script.replace("+00'", "+00:00'"))
        case "duckdb":
            import duckdb

            with duckdb.connect(str(tmp_path / "crm.duckdb")) as connection:
                connection.execute(script)
            world.url("crm", f"duckdb:///{tmp_path / 'crm.duckdb'}")
        case _:
            database = request.getfixturevalue("postgres")
            database.execute(script)
            world.url("crm", database.url())
    plan = f"""
        plan: v1
        meta: {{id: tail, owner: owner@acme.example}}
        sources:
          crm:
            connector: {{type: {system}, url: "${{CRM_URL}}"}}
            datasets:
              t: {{reads: t, fresh: {{clock: at, zone: UTC, within: 100 days, share: 0.5}}, fields: {{id: required}}}}
        steps: {{draft: {{reads: {{crm.t: all}}, to: prompt}}}}
        rollout: [{{stage: first}}]
    """

    says = assumption(world.audit(plan, rules=(TAIL,)), "fresh.share").says

    told = re.search(
        r"of ([\d,]+) that were sampled 50 % are at most (\d+) days, 95 % are at most (\d+) days, 99 %", says
    )
    assert told is not None, says
    looked, half, most = (int(part.replace(",", "")) for part in told.groups())
    assert 1_500 < looked <= 2_000
    assert abs(half - 83) <= 6  # of 4,000 hours
    assert abs(most - 158) <= 4


def test_of_few_records_the_quantiles_are_those_of_all(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    report = audited(request, tmp_path, [("EU", FRESH), ("EU", FRESH), ("EU", OLD), ("EU", AHEAD), ("EU", None)])

    says = assumption(report, "fresh.share").says

    assert (
        "of 3 that were sampled 50 % are at most 3 hours, 95 % are at most 200 days, 99 % are at most 200 days" in says
    )
