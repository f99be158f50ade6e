"""What the three instrumentations really write of a run, held against what the plan says of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lineage import registry
from lineage.model import Level
from lineage.report import Report
from lineage.testing import World, fired
from tests.connectors.conformance import MARKER
from tests.traces import endpoint

SCRIPT = Path(__file__).parents[2] / "instrumented.py"
DIALECTS = ("gen_ai", "openinference", "traceloop")
PLAN = """\
plan: v1
meta: {id: reply, status: in-review, owner: planner@acme.example}
sources:
  traces: {connector: {type: otlp, path: "${TRACES}"}, datasets: {}}
model: {provider: openai, name: sonnet-x}
steps: {draft: {reads: {}, to: prompt, writes: [reply], autonomy: independent}}
outputs: {reply: {audience: [agent]}}
actions: {crm_lookup: {level: read}}
stores: {traces: {at: "files:traces", content: none}}
observability:
  trace: {at: "files:traces", attributes: [gen_ai.request.model, gen_ai.usage.input_tokens, app.data_source]}
  cost: by_task
  events: [fallback]
switching: {dependencies: {model: openai}}
economics: {tokens: {input_p95: 100}, latency: {draft: 20 seconds}}
"""
RULES = (
    *("observability/missing-trace", "observability/incomplete-trace", "observability/unattributed-cost"),
    *("observability/missing-fallback-events", "observability/undeclared-content-capture"),
    *("switching/undeclared-provider", "actions/undeclared-tool", "actions/possible-excluded-action"),
    *("economics/context-over-budget", "economics/missing-or-impossible-latency"),
)


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Run the workflow under each instrumentation, with content captured and without; each in a process of its own."""
    folder = tmp_path_factory.mktemp("instrumented")
    with endpoint() as url:
        for dialect in DIALECTS:
            for options in ((), ("content",)):
                to = folder / f"{dialect}-{'-'.join(options) or 'none'}.jsonl"
                command = [sys.executable, str(SCRIPT), dialect, url, str(to), f"write to {MARKER}@x.example", *options]
                subprocess.run(command, env=dict(os.environ), check=True, capture_output=True, timeout=120)
    return folder


def audited(runs: Path, name: str, folder: Path, plan: str = PLAN) -> Report:
    world = World(folder)
    world.environ["TRACES"] = str(runs / f"{name}.jsonl")
    return world.audit(plan, rules=[rule for rule in registry.rules() if rule.id in RULES])


@pytest.mark.parametrize("dialect", ["gen_ai", "traceloop"])
def test_a_run_that_keeps_to_its_plan_is_silent(runs: Path, tmp_path: Path, dialect: str) -> None:
    assert fired(audited(runs, f"{dialect}-none", tmp_path)) == set()


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    ("said", "instead", "rule"),
    [
        ("", "", "observability/undeclared-content-capture"),
        ("provider: openai, name: sonnet-x", "provider: example-ai, name: other", "switching/undeclared-provider"),
        ("crm_lookup: {level: read}", "reply: {level: draft}", "actions/undeclared-tool"),
        ("level: read}", "level: update, allowed: false}", "actions/possible-excluded-action"),
        ("input_p95: 100", "input_p95: 2", "economics/context-over-budget"),
        ("draft: 20 seconds", "draft: 0.000001 seconds", "economics/missing-or-impossible-latency"),
    ],
)
def test_a_run_that_contradicts_its_plan_is_told_as_seen(
    runs: Path, tmp_path: Path, dialect: str, said: str, instead: str, rule: str
) -> None:
    plan = PLAN.replace(said, instead).replace(
        "{model: openai}", "{model: example-ai}" if "example" in instead else "{model: openai}"
    )

    report = audited(runs, f"{dialect}-content", tmp_path, plan)

    [found] = [found for found in report.findings if found.rule == rule]
    assert found.judgement.level is Level.OBSERVED
    assert MARKER not in repr(report)
