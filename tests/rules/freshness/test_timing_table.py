"""The table of timing worlds: judged right on every system, the flaw and its honest twin."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.audit import audit
from lineage.testing import NOW, World
from rules.freshness.future_rows import RULE as FUTURE
from rules.freshness.stale_segment import RULE as SEGMENT
from rules.freshness.stale_source import RULE as STALE
from rules.freshness.unverifiable_freshness import RULE as UNVERIFIABLE
from tests.rules.freshness.timing_systems import SYSTEMS, timing_plan
from tests.rules.freshness.timing_table import WORLDS

RULES = (STALE, SEGMENT, FUTURE, UNVERIFIABLE)


def test_the_table_has_forty_worlds_and_no_twin_is_like_its_flaw() -> None:
    assert len(WORLDS) >= 40
    assert [
        name for name, (flaw, twin) in WORLDS.items() if (flaw.expected, flaw.per) == (twin.expected, twin.per)
    ] == []


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_world_of_the_table_is_judged_right(request: pytest.FixtureRequest, tmp_path: Path, system: str) -> None:
    datasets = {
        f"{name}_{which}": timing for name, pair in WORLDS.items() for which, timing in zip("ft", pair, strict=True)
    }
    world = World(tmp_path, now=NOW)

    text = timing_plan(request, world, system, datasets)

    judged = audit(world.plan(text), world.scan(text, rules=RULES), RULES, NOW)

    assert not judged.failures
    verdicts = {line.leaf.removeprefix("sources.crm.datasets."): line.verdict for line in judged.assumptions}
    told = {name: verdicts[f"{name}.fresh.within"] for name in datasets}
    assert told == {name: timing.expected for name, timing in datasets.items()}
    each = {name: timing.per for name, timing in datasets.items() if timing.per is not None}
    assert {name: verdicts[f"{name}.fresh.per"] for name in each} == each
