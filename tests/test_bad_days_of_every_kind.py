"""Bad days of every connector, in whole audits: nothing is held that was not seen, and each loss is told once."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage import registry
from lineage.model import Verdict
from lineage.report import Decision, Report
from lineage.run import report_on
from lineage.scan import scan
from lineage.testing import NOW, World, assumption, finding, fired, verdict
from tests.days import closed_port, day, held, lawful
from tests.desks import FILES, KINDS, NULLS, ROWS, SERVERS, Desk, Wire, of_kind, spare

LEAVES = ("fresh.within", "contacts.key", "region.values", "region.complete")


@pytest.mark.parametrize("kind", KINDS)
def test_on_a_good_day_every_kind_is_judged(tmp_path: Path, request: pytest.FixtureRequest, kind: str) -> None:
    desk = of_kind(kind, tmp_path, request)

    report = day(desk.world(tmp_path), desk.plan)

    assert not report.incomplete
    assert [leaf for leaf in LEAVES if verdict(report, leaf) is not Verdict.HELD] == []


@pytest.mark.parametrize("kind", FILES)
def test_a_system_that_is_not_there_proves_nothing(tmp_path: Path, request: pytest.FixtureRequest, kind: str) -> None:
    desk = of_kind(kind, tmp_path, request)
    desk.take_away()

    _proves_nothing(day(desk.world(tmp_path), desk.plan))
    assert desk.place is not None
    assert not desk.place.exists()


@pytest.mark.parametrize("kind", SERVERS)
@pytest.mark.parametrize("wrong", ["password", "port"])
def test_a_server_that_lets_nobody_in_proves_nothing(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str, wrong: str
) -> None:
    desk = of_kind(kind, tmp_path, request, rows=None)
    login, _, place = desk.url.rpartition("@")
    told = {
        "password": f"{login.rpartition(':')[0]}:zq7-wrong@{place}",
        "port": f"{login}@127.0.0.1:{closed_port()}/{place.partition('/')[2]}",
    }

    report = day(World(tmp_path).url("crm", told[wrong]), desk.plan)

    _proves_nothing(report)
    assert "zq7-wrong" not in repr(report)


def _proves_nothing(report: Report) -> None:
    assert report.incomplete
    assert [failure.what for failure in report.failures] == ["source crm"]
    assert finding(report, "source/unreachable-source", "crm") is not None
    assert not held(report)


@pytest.mark.parametrize("kind", KINDS)
def test_a_system_without_the_dataset_lacks_it(tmp_path: Path, request: pytest.FixtureRequest, kind: str) -> None:
    desk = of_kind(kind, tmp_path, request, rows=None)

    report = day(desk.world(tmp_path), desk.plan)

    assert not report.incomplete
    assert fired(report) & {"source/missing-dataset", "source/hidden-or-missing"}
    assert not held(report, "contacts")


@pytest.mark.parametrize("kind", KINDS)
def test_columns_of_nothing_prove_nothing_of_values(tmp_path: Path, request: pytest.FixtureRequest, kind: str) -> None:
    desk = of_kind(kind, tmp_path, request, rows=NULLS)

    report = day(desk.world(tmp_path), desk.plan)

    assert verdict(report, "fresh.within") is not Verdict.HELD
    assert verdict(report, "region.complete") is Verdict.BROKEN
    assert verdict(report, "email.mask.to") is not Verdict.HELD


# What each system allows at most, or more than any plan has.
WIDEST = dict.fromkeys(KINDS, 1600 - 4) | {"mysql": 1_000, "sql over mysql": 1_000, "csv": 800, "documents": 400}


@pytest.mark.parametrize("kind", KINDS)
def test_a_very_wide_dataset_is_judged_to_its_last_column(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    wide = WIDEST[kind]
    desk = of_kind(kind, tmp_path, request, rows=ROWS[:3], wide=wide)
    fields = "".join(f"          {name}: {{need: required, complete: 1.0}}\n" for name in spare(wide))
    plan = desk.plan.replace("          at: required\n", f"          at: required\n{fields}")

    report = day(desk.world(tmp_path), plan)

    assert verdict(report, "region.complete") is Verdict.HELD
    assert {verdict(report, f"{name}.complete") for name in spare(wide)} == {Verdict.BROKEN}


@pytest.mark.parametrize("kind", FILES)
def test_a_system_that_goes_between_the_waves_is_lost_once(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    desk = of_kind(kind, tmp_path, request)

    def go(what: str, done: int, of: int) -> None:
        if what == "structure" and done == of:
            desk.take_away()

    report = _scanned(tmp_path, desk, go)

    assert not {leaf for leaf in held(report, "contacts") if not leaf.endswith((".reads", ".key"))}
    if report.incomplete:
        assert [failure.what for failure in report.failures] == ["source crm"]
    else:
        # Its files are gone one by one: each dataset says so.
        assert verdict(report, "fresh.within") is Verdict.UNVERIFIED


@pytest.mark.parametrize("kind", SERVERS)
def test_a_server_that_is_cut_off_between_the_waves_is_lost_once(
    tmp_path: Path, request: pytest.FixtureRequest, kind: str
) -> None:
    desk = of_kind(kind, tmp_path, request)
    wire = Wire(desk.url)
    desk.url = wire.url

    def cut(what: str, done: int, of: int) -> None:
        if what == "structure" and done == of:
            wire.cut()

    report = _scanned(tmp_path, desk, cut)

    assert report.incomplete
    assert [failure.what for failure in report.failures] == ["source crm"]
    assert assumption(report, "fresh.within").verdict is Verdict.UNVERIFIED
    assert report.decision is not Decision.SHIP
    assert not {leaf for leaf in held(report, "contacts") if not leaf.endswith((".reads", ".key", ".need", ".type"))}


def _scanned(folder: Path, desk: Desk, progress: object) -> Report:
    world = desk.world(folder)
    plan = world.plan(desk.plan)
    assert callable(progress)
    snapshot = scan(plan, registry.rules(), now=NOW, environ=world.environ, progress=progress)
    report = report_on(desk.plan, "plan.yaml", snapshot, registry.rules(), now=NOW, started_at=NOW)
    return lawful(report, world, desk.plan)
