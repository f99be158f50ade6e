"""Every connector that has a system here, at the system of its laws: facts a second, and queries for each dataset.

The systems are those of `tests/connectors`, made as the tests make them: a few datasets of four records, and names that
are hard to spell. So this tells what a connector costs before any volume; what volumes cost, the other modules tell.
Time is the best of five reads of the structure: wall clock and processor.
"""

from __future__ import annotations

import io
import time
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import Any

import pytest

from lineage.connector import Structure
from lineage.facts import CostFact, DatasetFact, Fact
from tests.connectors.systems import System, read

_LAW = "test_every_read_ends_with_its_cost"
_TIMES = 5
_HEAD = (
    "| connector | system of | facts | facts/s | processor, ms | datasets | queries a dataset, structure | and data |"
)
_HARDLY = 1e-6


@dataclass(slots=True, eq=False)
class Measured:
    """Measures each system of the laws while it stands."""

    lines: dict[tuple[str, str], str] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item: pytest.Function) -> Any:
        """Measure beside the law's own test."""
        outcome = yield
        if outcome.excinfo is None:
            kind = item.instance.kind
            name = item.instance.__class__.__name__.removeprefix("Test").removesuffix("Laws")
            if hasattr(item, "callspec"):
                name = item.callspec.id
            self.lines[kind, item.nodeid] = _line(kind, name, item.instance, item.funcargs["system"])

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take note of what could not be made."""
        if report.failed or report.skipped:
            self.failed.append(f"{report.nodeid.rpartition('/')[2]}: {report.outcome} at its {report.when}")


def run(*, small: bool) -> list[str]:
    """Give the table."""
    measured = Measured()
    places = ["tests/connectors/test_sqlite.py", "tests/connectors/test_delta.py"] if small else ["tests/connectors"]
    with redirect_stdout(io.StringIO()):
        pytest.main([*places, "-k", _LAW], plugins=[measured])
    told = [measured.lines[key] for key in sorted(measured.lines)]
    return [_HEAD, "|" + " --- |" * _HEAD.count(" | ") + " --- |", *told, *measured.failed]


def _line(kind: str, name: str, laws: Any, system: System) -> str:
    best: list[tuple[float, float]] = []
    for _ in range(_TIMES):
        started, busy = time.perf_counter(), time.process_time()
        facts = read(kind, system.settings, [Structure(system.targets)])
        best.append((time.perf_counter() - started, time.process_time() - busy))
    seconds, busy = min(best)[0], min(one for _, one in best)
    datasets = max(1, sum(isinstance(fact, DatasetFact) for fact in facts))
    everything = laws.everything(system)
    asked = _queries(everything) - _queries(facts)
    looked = max(1, len(system.targets))
    data = f"{asked / looked:.1f}" if len(everything) > len(facts) else "-"
    return (
        f"| {kind} | {name or 'its own'} | {len(facts)} | {len(facts) / max(seconds, _HARDLY):,.0f} | {1e3 * busy:.1f} "
        f"| {datasets} | {_queries(facts) / datasets:.1f} | {data} |"
    )


def _queries(facts: list[Fact]) -> int:
    return sum(fact.queries for fact in facts if isinstance(fact, CostFact))
