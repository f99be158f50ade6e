"""Steps are called as OpenLineage's own integrations call them."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.lineage.openlineage import asked, openlineage_cases, told

OF_SPARKS_OPTIMISER = "spark, one table joined twice"
"""Spark reads its optimised plan, which filters the joined table by what the statement asks of the other one."""


@pytest.mark.parametrize("case", openlineage_cases(), ids=lambda case: case["case"])
def test_the_steps_of_a_column_are_called_as_openlineage_calls_them(case: dict[str, Any]) -> None:
    missing, extra = asked(case) - told(case), told(case) - asked(case)

    assert extra == set()
    assert missing == ({("", "", "day.key", "FILTER")} if case["case"] == OF_SPARKS_OPTIMISER else set())


def test_a_step_that_differs_is_seen() -> None:
    case = next(case for case in openlineage_cases() if case["case"] == "hive, masks")

    assert asked({**case, "rows": {}}) != told(case)
    assert asked(case) != told({**case, "sql": case["sql"].replace("sha1", "upper")})
