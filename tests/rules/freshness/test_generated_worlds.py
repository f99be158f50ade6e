"""Worlds drawn at random: the verdict is that of a slow and obvious oracle, for every pair of a promise and a truth.

The oracle knows no statements and no shortcuts: it lists the moments that each stamp may stand for and looks whether
one of them, or all of them, lie between the limit and now.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lineage.audit import audit
from lineage.model import Verdict
from lineage.testing import NOW, World
from rules.freshness.stale_source import RULE as STALE
from tests.rules.freshness.timing_systems import timing_plan
from tests.rules.freshness.timing_table import Timing, walled

SKEW = timedelta(minutes=5)
ZONES = ("UTC", "Europe/Berlin", "America/Los_Angeles", "Asia/Kolkata", "Pacific/Kiritimati", "Pacific/Pago_Pago")
WITHIN = {
    "5 minutes": timedelta(minutes=5),
    "1 hour": timedelta(hours=1),
    "1 day": timedelta(days=1),
    "3 days": timedelta(days=3),
    "21 days 3 hours": timedelta(days=21, hours=3),
    "90 days": timedelta(days=90),
}
SPREAD = timedelta(minutes=1), timedelta(hours=3), timedelta(days=2), timedelta(days=30), timedelta(days=400)
DAY = timedelta(days=1)


def possible(at: Any, timing: Timing) -> tuple[datetime, datetime] | None:
    """Give the earliest and the latest moment that a stamp may stand for; None where it tells none."""
    if at is None:
        return None
    if timing.form == "epoch":
        size = abs(at)
        unit = 1 if size < 1e11 else 1e3 if size < 1e14 else 1e6 if size < 1e17 else 1e9
        moment = datetime.fromtimestamp(at / unit, UTC)
        return moment, moment
    if timing.form == "aware":
        return at, at
    wall = datetime(at.year, at.month, at.day) if type(at) is date else at  # noqa: DTZ001 - a wall clock
    longer = DAY if timing.form == "date" else timedelta(0)
    if timing.zone is None:
        told = wall.replace(tzinfo=UTC)
        return told - timedelta(hours=14), told + timedelta(hours=12) + longer
    both = [wall.replace(tzinfo=ZoneInfo(timing.zone), fold=fold).astimezone(UTC) for fold in (0, 1)]
    return (both[0], max(both) + longer)


def oracle(timing: Timing) -> Verdict:
    """Say what is true: held for sure, broken for sure, or open."""
    cut, ahead = NOW - WITHIN[timing.within], NOW + SKEW
    maybe = surely = False
    for _, at in timing.records:
        span = possible(at, timing)
        if span is None or span[0] > ahead:
            continue
        maybe |= span[1] >= cut
        # A stamp without a zone may lie in the future in some zone: only what does not is fresh for sure.
        surely |= span[0] >= cut and (timing.zone is not None or timing.form in {"aware", "epoch"} or span[1] < NOW)
    return Verdict.HELD if surely else Verdict.UNVERIFIED if maybe else Verdict.BROKEN


def drawn(draw: random.Random, count: int) -> Iterator[tuple[str, Timing]]:
    """Draw worlds, most of them near their limit."""
    for number in range(count):
        form = draw.choice(("aware", "naive", "naive", "date", "epoch"))
        within = draw.choice(tuple(WITHIN))
        zone = draw.choice((None, *ZONES))
        records = tuple(("EU", _stamp(draw, form, within, zone)) for _ in range(draw.choice((0, 1, 1, 1, 2, 3, 6))))
        yield f"world_{number}", Timing(form, records, Verdict.HELD, within, zone)


def _stamp(draw: random.Random, form: str, within: str, zone: str | None) -> Any:
    if draw.random() < 0.1:
        return None
    near = draw.choice((NOW, NOW - WITHIN[within], NOW - WITHIN[within]))
    spread = draw.choice(SPREAD).total_seconds()
    moment = (near + timedelta(seconds=draw.uniform(-spread, spread))).replace(microsecond=0)
    match form:
        case "aware":
            return moment
        case "naive":
            return walled(moment, zone or draw.choice(ZONES))
        case "date":
            return walled(moment, zone or draw.choice(ZONES)).date()
        case _:
            return int(moment.timestamp()) * draw.choice((1, 10**3, 10**6, 10**9))


def disagreements(
    request: pytest.FixtureRequest, folder: Path, system: str, seed: int, count: int
) -> tuple[dict[str, Any], set[Verdict]]:
    """Give the worlds on which verdict and oracle differ, and the verdicts that occurred."""
    draw = random.Random(seed)
    datasets = dict(drawn(draw, count))
    world = World(folder, now=NOW)
    text = timing_plan(request, world, system, datasets)
    judged = audit(world.plan(text), world.scan(text, rules=(STALE,)), (STALE,), NOW)
    assert not judged.failures
    by_leaf = {line.leaf: line.verdict for line in judged.assumptions}
    told = {name: by_leaf[f"sources.crm.datasets.{name}.fresh.within"] for name in datasets}
    wrong = {
        name: (timing, told[name], oracle(timing)) for name, timing in datasets.items() if told[name] != oracle(timing)
    }
    return wrong, set(told.values())


@pytest.mark.parametrize("system", ["sqlite", "duckdb"])
def test_the_verdict_is_the_oracles(request: pytest.FixtureRequest, tmp_path: Path, system: str) -> None:
    wrong, told = disagreements(request, tmp_path, system, seed=7, count=150)

    assert wrong == {}
    assert told == set(Verdict)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(5))
def test_two_thousand_worlds_on_a_server(request: pytest.FixtureRequest, tmp_path: Path, seed: int) -> None:
    wrong, _ = disagreements(request, tmp_path, "postgresql", seed=100 + seed, count=400)

    assert wrong == {}
