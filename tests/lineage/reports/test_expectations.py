"""What Great Expectations makes of an exported plan in the database, beside our own verdicts."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lineage.audit import audit
from lineage.model import Verdict
from lineage.reports.expectations import exported
from lineage.testing import NOW, World
from rules.freshness.stale_source import RULE as STALE
from tests.rules.freshness.timing_systems import timing_plan
from tests.rules.freshness.timing_table import WORLDS, Timing


def sayable(timing: Timing) -> bool:
    """Whether Great Expectations can say this world: moments, some of them told, none in the future beside others."""
    moments = [at for _, at in timing.records if at is not None]
    ahead = [at for at in moments if timing.form == "aware" and at > NOW + timedelta(minutes=5)]
    return timing.form == "aware" and bool(moments) and not timing.where and (not ahead or len(ahead) == len(moments))


SAYABLE = {
    f"{name}_{which}": timing
    for name, pair in WORLDS.items()
    for which, timing in zip("ft", pair, strict=True)
    if sayable(timing)
}

_RUN = """
import os, sys
os.environ["GX_ANALYTICS_ENABLED"] = "false"
from datetime import datetime, timedelta
import great_expectations as gx
from great_expectations.data_context.types.base import ProgressBarsConfig
context = gx.get_context(mode="file", project_root_dir=sys.argv[1])
context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
now = datetime.fromisoformat(sys.argv[2])
given = dict(part.split("=") for part in sys.argv[3:])
moments = {name: now - timedelta(seconds=float(seconds)) for name, seconds in given.items()}
result = context.checkpoints.get("plan").run(expectation_parameters=moments)
for suite in result.run_results.values():
    for check in suite.results:
        if check.expectation_config.type == "expect_column_max_to_be_between":
            raised = "raised_exception': True" in str(check.exception_info)
            print(suite.suite_name, "errored" if raised else "held" if check.success else "broken", sep="=")
"""


def files_below(folder: Path, files: Any) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


@pytest.mark.postgresql
def test_our_verdicts_and_those_in_the_database_agree_where_both_can_say_it(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    world = World(tmp_path, now=NOW)
    text = timing_plan(request, world, "postgresql", SAYABLE)
    plan = world.plan(text)
    project = exported(plan)
    files_below(tmp_path / "project", project.files)
    url = world.environ["CRM_URL"].replace("postgresql://", "postgresql+psycopg://")
    given = [f"{name}={seconds}" for name, seconds in project.moments.items()]

    done = subprocess.run(
        [sys.executable, "-c", _RUN, str(tmp_path / "project"), NOW.isoformat(), *given],
        env={**os.environ, "CRM_URL": url},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-700:]
    told = dict(line.split("=") for line in done.stdout.splitlines())
    ours = audit(plan, world.scan(text, rules=(STALE,)), (STALE,), NOW)
    verdicts = {
        line.leaf.split(".")[3]: line.verdict for line in ours.assumptions if line.leaf.endswith("fresh.within")
    }
    # A month by the calendar has a mean length there, which is not what the plan says.
    both = [name for name in SAYABLE if not name.startswith("a_month")]
    assert len(both) >= 20
    assert {name: told[f"crm_{name}"] for name in both} == {name: verdicts[name].value for name in both}
    assert set(told.values()) == {Verdict.HELD.value, Verdict.BROKEN.value}


def test_what_cannot_be_said_is_told(tmp_path: Path) -> None:
    project = exported(
        World(tmp_path).plan(
            """
            plan: v1
            meta: {id: test, owner: owner@acme.example}
            sources:
              crm:
                connector: {type: sqlite, url: "${CRM_URL}"}
                datasets:
                  contacts:
                    reads: contacts
                    fresh: {clock: at, within: 1 day, per: region}
                    fields: {id: required, region: {need: required, values: [EU]}, at: helpful}
                  part: {reads: contacts, where: "region = 'EU'", fields: {region: required}}
              files:
                connector: {type: files, path: "${FILES}"}
                datasets: {notes: {reads: "*.csv", fields: {id: required}}}
            """
        )
    )

    assert [line.partition(":")[0] for line in project.left_out] == [
        "sources.crm.datasets.contacts.fresh.per",
        "crm.part",
        "files",
    ]
    assert "${CRM_URL}" in project.files["gx/great_expectations.yml"]


def test_the_same_plan_gives_the_same_files(tmp_path: Path) -> None:
    text = """
        plan: v1
        meta: {id: test, owner: owner@acme.example}
        sources:
          crm:
            connector: {type: sqlite, url: "${CRM_URL}"}
            datasets: {c: {reads: c, key: id, fields: {id: required}}}
    """

    assert exported(World(tmp_path).plan(text)) == exported(World(tmp_path).plan(text))
