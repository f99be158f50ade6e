"""The worlds in which time misleads, judged by others: `python -m benchmarks.freshness.peers [--folder FOLDER]`.

datacontract-cli, soda-core and `dbt source freshness` are installed, each in an environment of its own, and told what
they can be told of each dataset: its clock, its limit and the rows that count; dbt once more with an expression in the
place of the clock, written by hand, that says a wall clock's zone and what a number counts. All of them, and this
tool, judge the same records in PostgreSQL and in DuckDB, as of the same moment.

An answer is *right*; *blind* passes what is broken, the costly one; an *alarm* fails what is held; a *guess* decides
what the records leave open; *silent* gives no answer where there is one. Where freshness is promised for each region,
passing a dataset with a stale region is blind: none of the others has a word for it.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final
from unittest import SkipTest

from benchmarks.freshness.peers_at_work import PEERS, Table, installed
from lineage.duration import parse_duration
from lineage.model import Verdict
from lineage.testing import NOW, World
from tests.rules.freshness.timing_systems import TYPES, statements, timing_plan
from tests.rules.freshness.timing_table import WORLDS, Timing
from tests.servers import PostgresDatabase, start_postgres

DATASETS: Final[Mapping[str, Timing]] = {
    f"{name}_{which}": timing for name, pair in WORLDS.items() for which, timing in zip("ft", pair, strict=True)
}
TOLD: Final = ("right", "blind", "alarm", "guess", "silent")
_UNITS: Final = {"seconds": 1, "milliseconds": 10**3, "microseconds": 10**6, "nanoseconds": 10**9}


def main() -> None:
    """Install, judge and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, help="where the environments are made, and kept for another run")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="lineage-peers-") as made:
        folder = given.folder or Path(made)
        server = start_postgres(os.getpid())
        try:
            with server.database() as database:
                _print(judged(folder, database))
        finally:
            server.end()


def judged(folder: Path, database: PostgresDatabase) -> dict[tuple[str, str], dict[str, str]]:
    """Give what each peer answers of each dataset on each system; this tool is one of them."""
    answers = {("lineage-audit", system): _ours(system, database) for system in ("postgresql", "duckdb")}
    script = list(statements(DATASETS, TYPES))
    for peer in PEERS:
        try:
            python = installed(peer.packages, folder / peer.environment)
        except SkipTest as e:
            print(f"{peer.name}: {e}")
            continue
        for system in ("postgresql", "duckdb"):
            with tempfile.TemporaryDirectory() as work:
                tables = [_table(name, timing, system, by_hand=peer.by_hand) for name, timing in DATASETS.items()]
                answers[peer.name, system] = peer.judge(
                    python, Path(work), system, database.url(), ["SET TimeZone = 'UTC'", *script], tables
                )
    return answers


def _ours(system: str, database: PostgresDatabase) -> dict[str, str]:
    from lineage.audit import audit
    from rules.freshness.future_rows import RULE as FUTURE
    from rules.freshness.stale_segment import RULE as SEGMENT
    from rules.freshness.stale_source import RULE as STALE
    from rules.freshness.unverifiable_freshness import RULE as UNVERIFIABLE

    rules = (STALE, SEGMENT, FUTURE, UNVERIFIABLE)
    request: Any = SimpleNamespace(getfixturevalue=lambda _name: database)
    with tempfile.TemporaryDirectory() as folder:
        world = World(Path(folder), now=NOW)
        text = timing_plan(request, world, system, DATASETS)
        lines = audit(world.plan(text), world.scan(text, rules=rules), rules, NOW).assumptions
    verdicts = {line.leaf.removeprefix("sources.crm.datasets."): line.verdict for line in lines}
    words = {Verdict.HELD: "pass", Verdict.BROKEN: "fail", Verdict.UNVERIFIED: "none"}
    worst = {
        name: min((verdicts[f"{name}.fresh.{leaf}"] for leaf in _leaves(timing)), key=lambda one: one.rank)
        for name, timing in DATASETS.items()
    }
    return {name: words[verdict] for name, verdict in worst.items()}


def _leaves(timing: Timing) -> tuple[str, ...]:
    return ("within",) if timing.per is None else ("within", "per")


def _table(name: str, timing: Timing, system: str, *, by_hand: bool) -> Table:
    within = NOW - parse_duration(timing.within).before(NOW)
    clock = _by_hand(name, timing, system) if by_hand else "made_at"
    return Table(name, clock, int(within.total_seconds()) // 60, timing.where)


def _by_hand(name: str, timing: Timing, system: str) -> str:
    """Write what a careful person would put in the place of the clock."""
    if timing.form == "epoch":
        unit = next((unit for unit in _UNITS if name.startswith(unit)), "seconds")
        return f"to_timestamp(made_at / {_UNITS[unit]}.0)"
    if timing.form == "text":
        return "nullif(made_at, '')::timestamptz"
    if timing.form == "date":
        return "made_at::timestamptz"
    if timing.form == "naive" and timing.zone:
        return f"timezone('{timing.zone}', made_at)"
    return "made_at::timestamptz" if system == "duckdb" else "made_at"


def _class(timing: Timing, answer: str) -> str:
    truth = min((timing.expected, timing.per or timing.expected), key=lambda one: one.rank)
    match truth, answer:
        case (Verdict.HELD, "pass") | (Verdict.BROKEN, "fail") | (Verdict.UNVERIFIED, "none"):
            return "right"
        case (Verdict.BROKEN, "pass"):
            return "blind"
        case (Verdict.HELD, "fail"):
            return "alarm"
        case (Verdict.UNVERIFIED, _):
            return "guess"
        case _:
            return "silent"


def _print(answers: Mapping[tuple[str, str], Mapping[str, str]]) -> None:
    classes = {
        who: {name: _class(timing, told.get(name, "none")) for name, timing in DATASETS.items()}
        for who, told in answers.items()
    }
    print(f"{len(DATASETS)} datasets, {len(WORLDS)} flaws and their honest twins; judged as of {NOW.isoformat()}")
    print(f"\n| judged by | system | {' | '.join(TOLD)} |\n| --- | --- | {' | '.join('---' for _ in TOLD)} |")
    for (peer, system), told in classes.items():
        counts = Counter(told.values())
        print(f"| {peer} | {system} | {' | '.join(str(counts[one]) for one in TOLD)} |")
    marks = {"right": ".", "blind": "B", "alarm": "A", "guess": "G", "silent": "s"}
    print("\neach flaw and its twin (. right, B blind, A alarm, G guess, s silent), in the order of the table above")
    for world in WORLDS:
        row = "  ".join("".join(marks[told[f"{world}_{which}"]] for which in "ft") for told in classes.values())
        print(f"{world:34} {row}")


if __name__ == "__main__":
    main()
