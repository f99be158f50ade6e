"""Every way in which time misleads, on real systems, each beside its honest twin."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from lineage.model import Verdict
from lineage.report import Report
from lineage.rule import Rule
from lineage.testing import World, assumption, finding, verdict
from rules.freshness.ambiguous_time_zone import RULE as AMBIGUOUS
from rules.freshness.future_rows import RULE as FUTURE
from rules.freshness.stale_segment import RULE as SEGMENT
from rules.freshness.stale_source import RULE as STALE
from rules.freshness.unsuitable_clock import RULE as UNSUITABLE
from rules.freshness.unverifiable_freshness import RULE as UNVERIFIABLE
from rules.retention.overdue_records import RULE as OVERDUE
from rules.source.missing_records import RULE as RECORDS
from tests.rules.timing_worlds import NOW, SYSTEMS, Timed, timing_plan

BROKEN, HELD, UNVERIFIED = Verdict.BROKEN, Verdict.HELD, Verdict.UNVERIFIED
RULES: tuple[Rule, ...] = (STALE, SEGMENT, FUTURE, UNSUITABLE, AMBIGUOUS, UNVERIFIABLE, OVERDUE, RECORDS)

FRESH, OLD, ANCIENT = NOW - timedelta(hours=3), NOW - timedelta(days=200), NOW - timedelta(days=900)
AHEAD = NOW + timedelta(days=40)
PER = "{clock: at, within: 2 days, zone: UTC, per: region}"
ZONELESS = "{clock: at, within: 1 day}"

WORLDS: Final[Mapping[str, tuple[Timed, Verdict, Verdict, Verdict]]] = {
    # name: the dataset; the verdicts on its freshness, its clock and its limit
    "fresh": (Timed([("EU", FRESH), ("US", OLD)]), HELD, HELD, HELD),
    "one_fresh": (Timed([("EU", FRESH)]), HELD, HELD, HELD),
    "stale": (Timed([("EU", OLD), ("US", OLD)]), BROKEN, HELD, HELD),
    "one_stale": (Timed([("EU", OLD)]), BROKEN, HELD, HELD),
    "stale_behind_future": (Timed([("EU", OLD), ("EU", AHEAD)]), BROKEN, BROKEN, HELD),
    "fresh_beside_future": (Timed([("EU", FRESH), ("EU", AHEAD)]), HELD, BROKEN, HELD),
    "all_future": (Timed([("EU", AHEAD), ("US", AHEAD)]), BROKEN, BROKEN, HELD),
    "empty": (Timed([]), BROKEN, UNVERIFIED, HELD),
    "clockless": (Timed([("EU", None), ("US", None)]), BROKEN, BROKEN, HELD),
    "half_clockless": (Timed([("EU", FRESH), ("US", None)]), HELD, BROKEN, HELD),
    "stale_in_every_zone": (Timed([("EU", OLD)], ZONELESS), BROKEN, HELD, HELD),
    "overdue": (Timed([("EU", FRESH), ("EU", OLD), ("US", ANCIENT)]), HELD, HELD, BROKEN),
}
ZONED = {"postgresql timestamptz", "parquet moment", "jsonl moment", "csv moment", "parquet number"} | {
    f"{system} number" for system in ("sqlite", "postgresql", "jsonl", "csv")
}
UNTYPED = {"empty", "clockless"}
"""Worlds without a single moment: where only values tell a type, nothing can be held of them."""


def audited(
    request: pytest.FixtureRequest, folder: Path, system: str, datasets: Mapping[str, Timed], segmented: str = ""
) -> Report:
    world = World(folder, now=NOW)
    return world.audit(timing_plan(request, world, system, datasets, segmented), rules=RULES)


@pytest.mark.parametrize("system", SYSTEMS)
def test_time_misleads_in_no_form(request: pytest.FixtureRequest, tmp_path: Path, system: str) -> None:
    near = Timed([("EU", NOW - timedelta(hours=5))], ZONELESS)

    report = audited(request, tmp_path, system, {**{name: world[0] for name, world in WORLDS.items()}, "near": near})

    assert not report.failures
    told = set(WORLDS) - {"stale_in_every_zone"} - (UNTYPED if system.startswith("jsonl") else set())
    seen = {
        name: tuple(verdict(report, f"{name}.{leaf}") for leaf in ("fresh.within", "fresh.clock", "keep.limit"))
        for name in WORLDS
    }
    assert {name: seen[name] for name in told} == {name: WORLDS[name][1:] for name in told}
    assert {name: seen[name] for name in UNTYPED - told if HELD in seen[name]} == {}
    assert verdict(report, "stale_in_every_zone.fresh.within") is BROKEN
    assert verdict(report, "near.fresh.within") is (HELD if system in ZONED else UNVERIFIED)
    overdue = finding(report, OVERDUE.id)
    assert overdue is not None
    assert overdue.judgement.actual.value == 1


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_stale_segment_leaves_the_launch(request: pytest.FixtureRequest, tmp_path: Path, system: str) -> None:
    datasets = {"contacts": Timed([("EU", OLD), ("EU", AHEAD), ("US", FRESH)], PER)}

    report = audited(request, tmp_path, system, datasets, "contacts")

    stale = [one for one in report.findings if one.rule == SEGMENT.id]
    assert {one.judgement.subject.segment for one in stale} == {"eu", "EU"}
    assert verdict(report, "fresh.per") is BROKEN
    assert finding(report, STALE.id) is None
    assert report.scope.launchable.segments == ("us",)


@pytest.mark.parametrize("system", SYSTEMS)
def test_its_honest_twin_ships(request: pytest.FixtureRequest, tmp_path: Path, system: str) -> None:
    datasets = {"contacts": Timed([("EU", FRESH), ("US", FRESH)], PER)}

    report = audited(request, tmp_path, system, datasets, "contacts")

    assert {leaf: verdict(report, f"fresh.{leaf}") for leaf in ("clock", "within", "zone", "per")} == dict.fromkeys(
        ("clock", "within", "zone", "per"), HELD
    )
    assert report.findings == ()
    assert report.decision.value == "ship"


def test_overdue_records_leave_by_a_window(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    report = audited(request, tmp_path, "sqlite text moment", {"contacts": WORLDS["overdue"][0]})

    assert "at >= now - 2 years" in report.scope.narrowed_text
    assert report.decision.value == "narrow"


def test_text_that_holds_days_is_said_to_be_undecided(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    report = audited(request, tmp_path, "text of days", {"contacts": Timed([("EU", FRESH)])})

    for leaf in ("fresh.within", "fresh.clock", "keep.limit"):
        line = assumption(report, leaf)
        assert line.verdict in {UNVERIFIED, HELD}
        assert line.settle or line.verdict is HELD
    assert verdict(report, "fresh.within") is UNVERIFIED


def test_a_fresh_looking_view_of_stale_data_names_where_it_comes_from(tmp_path: Path) -> None:
    world = World(tmp_path, now=NOW).sqlite(
        "crm",
        f"CREATE TABLE people (id INTEGER PRIMARY KEY, region TEXT, at TEXT);"
        f"INSERT INTO people VALUES (1, 'EU', '{OLD.isoformat()}');"
        f"CREATE VIEW contacts AS SELECT id, region, at FROM people;",
    )

    report = world.audit(
        """
        plan: v1
        meta: {id: view, owner: owner@acme.example}
        sources:
          crm:
            connector: {type: sqlite, url: "${CRM_URL}"}
            datasets:
              contacts:
                reads: contacts
                fresh: {clock: at, within: 2 days, zone: UTC}
                fields: {id: required}
        steps: {draft: {reads: {crm.contacts: all}, to: prompt}}
        rollout: [{stage: first}]
        """,
        rules=RULES,
    )

    stale = finding(report, STALE.id)
    assert stale is not None
    assert [(hop.source, hop.target, hop.by) for hop in stale.judgement.path] == [
        ("main.people.at", "main.contacts.at", "view")
    ]
    assert {(one.op.value, one.target) for one in stale.judgement.operations} == {("hold_stage", "first")}
    assert report.decision.value == "hold"
