"""What Great Expectations makes of an exported plan in the database, beside our own verdicts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

from lineage.audit import audit
from lineage.model import Verdict
from lineage.reports.expectations import exported
from lineage.rule import Rule
from lineage.testing import NOW, World
from rules.freshness.stale_segment import RULE as SEGMENT
from rules.freshness.stale_source import RULE as STALE
from rules.freshness.stale_tail import RULE as TAIL
from rules.source.incomplete_field import RULE as INCOMPLETE
from rules.source.lossy_join import RULE as JOIN
from tests.rules.freshness.timing_systems import timing_plan
from tests.rules.freshness.timing_table import WORLDS
from tests.servers import PostgresDatabase

SAYABLE = {
    f"{name}_{which}": timing
    for name, pair in WORLDS.items()
    for which, timing in zip("ft", pair, strict=True)
    if timing.form == "aware"
}
"""The worlds that Great Expectations can say: those of moments, whichever records are read or dated ahead."""

_RUN = """
import json, os, sys
os.environ["GX_ANALYTICS_ENABLED"] = "false"
from datetime import datetime, timedelta
import great_expectations as gx
from great_expectations.data_context.types.base import ProgressBarsConfig
for line in sys.stdin:
    asked = json.loads(line)
    os.environ["CRM_URL"] = asked["url"]
    context = gx.get_context(mode="file", project_root_dir=asked["project"])
    context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
    now = datetime.fromisoformat(asked["now"])
    moments = {name: now - timedelta(seconds=seconds) for name, seconds in asked["moments"].items()}
    result = context.checkpoints.get("plan").run(expectation_parameters=moments)
    told = []
    for suite in result.run_results.values():
        for check in suite.results:
            raised = "raised_exception': True" in str(check.exception_info)
            state = "errored" if raised else "held" if check.success else "broken"
            told.append([check.expectation_config.meta["plan"], state])
    print("told", json.dumps(told), flush=True)
"""


@pytest.fixture(scope="module", autouse=True)
def runner(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """A process of its own that runs projects one after the other: to load Great Expectations takes seconds."""
    with (tmp_path_factory.mktemp("runner") / "log").open("w") as log:
        command = [sys.executable, "-c", _RUN]
        with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, stderr=log, text=True) as running:
            _RUNNING.append(running)
            yield running
            _RUNNING.clear()
            assert running.stdin is not None
            running.stdin.close()


_RUNNING: list[subprocess.Popen[str]] = []


def files_below(folder: Path, files: Any) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def in_database(folder: Path, world: World, text: str) -> dict[str, str]:
    """Run what is exported of a plan, and give leaf -> what Great Expectations says of it."""
    project = exported(world.plan(text))
    files_below(folder / "project", project.files)
    url = world.environ["CRM_URL"].replace("postgresql://", "postgresql+psycopg://")
    asked = {"project": str(folder / "project"), "now": NOW.isoformat(), "moments": project.moments, "url": url}
    [running] = _RUNNING
    assert running.stdin is not None
    assert running.stdout is not None
    running.stdin.write(json.dumps(asked) + "\n")
    running.stdin.flush()
    answer = next((line for line in running.stdout if line.startswith("told ")), None)
    assert answer is not None, f"Great Expectations ended: {running.wait(30)}"
    told: dict[str, str] = {}
    worst = ("held", "broken", "errored")
    for leaf, state in json.loads(answer.removeprefix("told ")):
        told[leaf] = max(told.get(leaf, "held"), state, key=worst.index)
    return told


def ours(world: World, text: str, *rules: Rule) -> dict[str, str]:
    """Give leaf -> what we say of it."""
    report = audit(world.plan(text), world.scan(text, rules=rules), rules, NOW)
    return {line.leaf: line.verdict.value for line in report.assumptions}


@pytest.mark.postgresql
def test_our_verdicts_and_those_in_the_database_agree_where_both_can_say_it(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    world = World(tmp_path, now=NOW)
    text = timing_plan(request, world, "postgresql", SAYABLE)

    told = in_database(tmp_path, world, text)

    verdicts = ours(world, text, STALE, SEGMENT)
    # A month by the calendar has a mean length there, which is not what the plan says.
    both = [leaf for leaf in told if leaf.endswith((".within", ".per")) and ".a_month" not in leaf]
    assert len(both) >= 46
    assert sum(leaf.endswith(".per") for leaf in both) >= 8
    assert {leaf: told[leaf] for leaf in both} == {leaf: verdicts[leaf] for leaf in both}
    assert {told[leaf] for leaf in both} == {Verdict.HELD.value, Verdict.BROKEN.value}


PARTS = """
CREATE TABLE accounts (id integer, tier text, seats integer, active boolean, at timestamptz);
CREATE TABLE orders (id integer, account_id integer, at timestamptz);
INSERT INTO accounts VALUES
  (1, 'gold', 5, true, '2026-11-22T10:00Z'), (2, 'free', NULL, false, '2026-01-01T10:00Z'),
  (3, NULL, 9, NULL, '2026-11-22T11:00Z'), (4, 'free', 50, true, '2026-03-01T10:00Z'),
  (5, 'gold', 7, true, '2026-11-22T09:00Z'), (6, 'pro', 1, false, NULL);
INSERT INTO orders VALUES (1, 1, now()), (2, 9, now()), (3, NULL, now()), (4, 4, now()), (5, 8, now());
"""
WHERES = (
    "tier = 'gold'", "tier != 'gold'", "NOT tier = 'gold'", "NOT (tier = 'gold' OR tier IS NULL)",
    "tier IN ('free', 'pro')", "NOT tier IN ('free', 'pro')", "seats BETWEEN 5 AND 9", "NOT seats BETWEEN 5 AND 9",
    "active", "NOT active", "active AND (tier = 'free' OR seats > 6)", "NOT (active AND tier = 'gold')",
    "tier = 'none'", "seats IS NOT NULL AND NOT (seats >= 50 OR tier = 'free')",
)  # fmt: skip


def parts_plan(datasets: str, more: str = "rollout: [{stage: all}]") -> str:
    return f"""
plan: v1
meta: {{id: parts, owner: owner@acme.example}}
sources:
  crm:
    connector: {{type: postgresql, url: "${{CRM_URL}}"}}
    datasets:
{datasets}
steps: {{draft: {{reads: {{crm.d0: all}}, to: prompt}}}}
{more}
"""


FRESH = "fresh: {clock: at, within: 1 day}"
FIELDS = "{id: required, tier: helpful, seats: helpful, active: helpful, at: {need: helpful, complete: 0.9}}"


@pytest.mark.postgresql
def test_what_is_read_by_a_where_is_what_both_judge(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(PARTS)
    text = parts_plan(
        "\n".join(
            f'      d{number}: {{reads: accounts, where: "{where}", {FRESH}, fields: {FIELDS}}}'
            for number, where in enumerate(WHERES)
        )
    )
    world = World(tmp_path, now=NOW).url("crm", postgres.url())

    told = in_database(tmp_path, world, text)

    verdicts = ours(world, text, STALE, INCOMPLETE)
    both = [leaf for leaf in told if leaf.endswith((".within", ".complete")) and verdicts[leaf] != "unverified"]
    assert len(both) >= 2 * len(WHERES) - 1  # there is nothing to be complete of where there is no record
    assert {leaf: told[leaf] for leaf in both} == {leaf: verdicts[leaf] for leaf in both}
    assert {told[leaf] for leaf in both} == {"held", "broken"}


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("stages", "expected"),
    [("gold", "held"), ("gold others", "held"), ("gold free", "broken"), ("free", "broken")],
)
def test_the_segments_that_are_launched_are_what_both_judge(
    tmp_path: Path, postgres: PostgresDatabase, stages: str, expected: str
) -> None:
    postgres.execute(PARTS)
    text = parts_plan(
        f"      d0: {{reads: accounts, {FRESH}, fields: {FIELDS}}}",
        f"""segments:
  gold: {{of: crm.d0, where: "tier = 'gold'"}}
  free: {{of: crm.d0, where: "tier = 'free'"}}
  others: {{of: crm.d0, where: "NOT tier IN ('gold', 'free')"}}
rollout: [{", ".join(f"{{stage: s{number}, segment: {name}}}" for number, name in enumerate(stages.split()))}]""",
    )
    world = World(tmp_path, now=NOW).url("crm", postgres.url())
    leaf = "sources.crm.datasets.d0.fresh.within"

    assert in_database(tmp_path, world, text)[leaf] == ours(world, text, STALE, SEGMENT)[leaf] == expected


@pytest.mark.postgresql
def test_records_that_refer_to_nothing_are_what_both_judge(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute(PARTS)
    shares = (0, 0.2, 0.39, 0.4, 0.41, 1)
    text = parts_plan(
        "\n".join(
            f"      d{number}: {{reads: public.orders, fields: {{account_id: "
            f"{{need: required, joins: crm.accounts.id, orphans: {share}}}}}}}"
            for number, share in enumerate(shares)
        )
        + "\n      accounts: {reads: accounts, fields: {id: join}}"
    )
    world = World(tmp_path, now=NOW).url("crm", postgres.url())

    told = in_database(tmp_path, world, text)

    leaves = [f"sources.crm.datasets.d{number}.fields.account_id.orphans" for number, _ in enumerate(shares)]
    verdicts = ours(world, text, JOIN)
    assert [told[leaf] for leaf in leaves] == [verdicts[leaf] for leaf in leaves]
    assert [told[leaf] for leaf in leaves] == ["broken"] * 3 + ["held"] * 3


@pytest.mark.postgresql
def test_a_share_of_fresh_records_is_what_both_judge(tmp_path: Path, postgres: PostgresDatabase) -> None:
    postgres.execute("""
        CREATE TABLE told (id integer, at timestamptz);
        INSERT INTO told SELECT n, timestamptz '2026-11-22T11:00Z' FROM generate_series(1, 6) n;
        INSERT INTO told SELECT n, timestamptz '2026-01-22T11:00Z' FROM generate_series(7, 8) n;
        INSERT INTO told VALUES (9, '2027-06-01T00:00Z'), (10, NULL);
    """)
    shares = (0.5, 0.6, 0.65, 0.7, 0.75)
    text = parts_plan(
        "\n".join(
            f"      d{number}: {{reads: told, fresh: {{clock: at, within: 1 day, share: {share}}}, "
            "fields: {id: required, at: helpful}}"
            for number, share in enumerate(shares)
        )
    )
    world = World(tmp_path, now=NOW).url("crm", postgres.url())

    told = in_database(tmp_path, world, text)

    leaves = [f"sources.crm.datasets.d{number}.fresh.share" for number, _ in enumerate(shares)]
    verdicts = ours(world, text, TAIL)
    assert [verdicts[leaf] for leaf in leaves] == ["held", "held", "unverified", "unverified", "broken"]
    # Of the records that have a moment two in three are fresh: the one without may be or not, which is no answer there.
    assert [told[leaf] for leaf in leaves] == ["held", "held", "held", "broken", "broken"]


@pytest.mark.postgresql
def test_a_name_that_needs_quotes_is_found_by_what_is_exported(tmp_path: Path, postgres: PostgresDatabase) -> None:
    odd = '"Odd.Schema"."T 1.x"'
    postgres.execute(
        f'CREATE SCHEMA "Odd.Schema"; CREATE TABLE {odd} ("No" integer); CREATE TABLE "c.d" (id integer);'
        f'INSERT INTO {odd} VALUES (1), (1); INSERT INTO "c.d" VALUES (1), (2)'
    )
    text = parts_plan(
        f"      d0: {{reads: '{odd}', key: id, fields: {{id: {{need: required, column: No}}}}}}\n"
        """      d1: {reads: '"c.d"', key: id, fields: {id: {need: required, joins: crm.d0.id, orphans: 0.4}}}
      d2: {reads: '"c.d"', fields: {id: {need: helpful, column: gone, complete: 0.5}}}"""
    )
    files_below(tmp_path / "project", exported(World(tmp_path).plan(text)).files)

    done = subprocess.run(
        [sys.executable, str(tmp_path / "project" / "run.py")],
        env={**os.environ, "CRM_URL": postgres.url()},
        capture_output=True,
        text=True,
        check=False,
    )

    lines = [line for line in done.stdout.splitlines() if line.startswith(("held", "broken", "errored"))]
    assert done.returncode == 1, done.stderr[-700:]
    assert sorted(lines) == [
        "broken crm_d0 expect_column_values_to_be_unique No",
        "broken crm_d1 unexpected_rows_expectation ",
        "errored crm_d2 expect_column_values_to_not_be_null gone",
        "held crm_d0 expect_table_row_count_to_be_between ",
        "held crm_d1 expect_column_values_to_be_unique id",
        "held crm_d1 expect_table_row_count_to_be_between ",
    ]


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
                    fresh: {clock: at, within: 1 day, per: region, share: 0.9}
                    fields: {id: required, region: required, at: helpful}
                  late: {reads: contacts, where: "at > now - 1 year", fields: {at: required}}
                  told: {reads: 'a..b', fields: {at: required}}
                  odd: {reads: '"a:b"', fields: {at: required}}
                  walled: {reads: c, fresh: {clock: at, within: 1 day, zone: Europe/Berlin}, fields: {at: helpful}}
                  moments:
                    reads: c
                    fresh: {clock: at, within: 1 day, zone: Europe/Berlin}
                    fields: {at: {need: helpful, type: timestamptz}}
                  days: {reads: c, fresh: {clock: on, within: 1 day}, fields: {on: {need: helpful, type: date}}}
                  nightly: {reads: c, fresh: {clock: load_time, within: 1 day}, fields: {id: required}}
                  inside:
                    reads: c
                    key: id
                    fields: {id: {need: required, column: [payload, id], complete: 0.9, values: [a]}}
                  orders:
                    reads: orders
                    fields:
                      note: {need: helpful, joins: files.notes.id, orphans: 0.1}
                      odd: {need: helpful, column: 'a"b', joins: crm.contacts.id, orphans: 0.1}
                      who: {need: helpful, joins: crm.contacts.id, orphans: 0.1}
              files:
                connector: {type: files, path: "${FILES}"}
                datasets: {notes: {reads: "*.csv", fields: {id: required}}}
            """
        )
    )

    assert [line.partition(":")[0] for line in project.left_out] == [
        "sources.crm.datasets.contacts.fresh.per",
        "crm.late",
        "crm.told",
        "crm.odd",
        "sources.crm.datasets.walled.fresh",
        "sources.crm.datasets.days.fresh",
        "sources.crm.datasets.nightly.fresh",
        "sources.crm.datasets.inside.key",
        "sources.crm.datasets.inside.fields.id.complete",
        "sources.crm.datasets.inside.fields.id.values",
        "sources.crm.datasets.orders.fields.note.orphans",
        "sources.crm.datasets.orders.fields.odd.orphans",
        "files",
    ]
    assert "${CRM_URL}" in project.files["gx/great_expectations.yml"]
    assert {name.rpartition("_")[0] for name in project.moments} == {"crm_contacts", "crm_moments"}
    assert '\\"who\\" NOT IN' in project.files["gx/expectations/crm_orders.json"]


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
