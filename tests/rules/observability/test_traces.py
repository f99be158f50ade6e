"""What a plan says of its runs is settled by traces of real runs, made by OpenTelemetry's SDK."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lineage import registry
from lineage.finding import Op
from lineage.model import Level, Verdict
from lineage.report import Report
from lineage.testing import World, assumption, finding, fired
from tests.traces import Run, write_traces

PLAN = """\
plan: v1
meta: {id: reply, status: in-review, owner: planner@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      chunks:
        reads: chunks
        key: id
        embedding: {model: e5}
        fresh: {clock: made_at, within: 1 day}
        version: version
        fields: {id: required, version: required, text: required, made_at: required}
  traces:
    connector: {type: otlp, path: "${TRACES}"}
    datasets: {}
model: {provider: example-ai, name: sonnet-x}
steps:
  retrieve: {reads: {crm.chunks: all}, trace_to: [crm.chunks.id]}
  fetch: {reads: {crm.chunks: [id]}}
  draft: {after: [fetch, retrieve], reads: {crm.chunks: [text]}, to: prompt, writes: [reply]}
  review: {after: [draft], by: agent}
outputs: {reply: {audience: [agent]}}
actions: {draft_reply: {level: draft}}
stores: {traces: {at: "files:traces", content: masked}}
observability:
  trace:
    at: "files:traces"
    attributes: [gen_ai.request.model, gen_ai.usage.input_tokens, gen_ai.data_source.id, context.stale, context.missing]
  quality: rubric_score
  retrieval: [query, doc_id, doc_version, score, empty]
  latency: by_step
  cost: by_task
  events: [fallback, escalation]
switching: {dependencies: {model: example-ai, embedding: e5}, fallbacks: {other-model: {tested: false}}}
economics: {tokens: {input_p95: 100}, latency: {draft: 20 seconds}}
audit: {events: [draft.created]}
"""
CRM = "create table chunks (id text primary key, version text, text text, made_at text);"
GOOD = Run(
    attributes={"context.stale": False, "context.missing": False, "eval.rubric_score": 4.1},
    events=("fallback", "escalation"),
)
RULES = [
    *("observability/missing-trace", "observability/incomplete-trace", "observability/missing-quality-signal"),
    *("observability/unsplit-latency", "observability/unattributed-cost", "observability/missing-fallback-events"),
    *("observability/invisible-retrieval", "observability/unrecorded-stale-context"),
    *("observability/undeclared-content-capture", "observability/sampled-out-events", "switching/undeclared-provider"),
    *("economics/context-over-budget", "economics/missing-or-impossible-latency"),
    *("lineage/untraceable-output", "lineage/unpinned-version"),
]


def audited(folder: Path, *runs: Run, plan: str = PLAN, only: str | None = None) -> Report:
    if runs:
        write_traces(folder / "traces" / "t.jsonl", *runs)
    (folder / "traces").mkdir(exist_ok=True)
    world = World(folder).sqlite("crm", CRM)
    world.environ["TRACES"] = str(folder / "traces")
    return world.audit(plan, rules=[rule for rule in registry.rules() if rule.id in ([only] if only else RULES)])


def changed(**changes: Any) -> Run:
    return Run(**({"attributes": GOOD.attributes, "events": GOOD.events} | changes))


def test_runs_that_carry_what_is_said_settle_it(tmp_path: Path) -> None:
    report = audited(tmp_path, *[GOOD] * 20)

    assert fired(report) == set()
    for leaf in (
        *("observability.trace.at", "observability.trace.attributes", "observability.quality"),
        *("observability.retrieval", "observability.latency", "observability.cost", "observability.events"),
        *("steps.retrieve.trace_to", "switching.dependencies.model"),
        *("economics.tokens.input_p95", "economics.latency.draft"),
    ):
        line = assumption(report, leaf)
        assert (leaf, line.verdict, line.level) == (leaf, Verdict.HELD, Level.OBSERVED)


@pytest.mark.parametrize("dialect", ["openinference", "traceloop"])
def test_other_dialects_settle_the_same(tmp_path: Path, dialect: str) -> None:
    plan = PLAN.replace("gen_ai.data_source.id", "app.source")
    run = changed(dialect=dialect, attributes={**GOOD.attributes, "app.source": "kb"})

    assert fired(audited(tmp_path, *[run] * 20, plan=plan)) == set()


LONG = " ".join(["word"] * 150)


@pytest.mark.parametrize(
    ("run", "rule"),
    [
        (changed(model="undeclared-1"), "switching/undeclared-provider"),
        (changed(provider="someone-else"), "switching/undeclared-provider"),
        (changed(content=True), "observability/undeclared-content-capture"),
        (changed(dialect="openinference", content=True), "observability/undeclared-content-capture"),
        (changed(dialect="traceloop", content=True), "observability/undeclared-content-capture"),
        (changed(tokens=False), "observability/unattributed-cost"),
        (changed(tokens=False), "observability/incomplete-trace"),
        (changed(query=False), "observability/invisible-retrieval"),
        (changed(documents=({"id": "kb-1", "score": 0.9},)), "observability/invisible-retrieval"),
        (changed(documents=({"id": "kb-1", "score": 0.9},)), "lineage/unpinned-version"),
        (changed(documents=({"id": "kb-1", "version": "2"},)), "observability/invisible-retrieval"),
        (changed(steps=("fetch", "draft")), "observability/invisible-retrieval"),
        (changed(steps=("fetch", "draft")), "lineage/untraceable-output"),
        (changed(documents=()), "lineage/untraceable-output"),
        (changed(steps=("retrieve", "draft")), "observability/unsplit-latency"),
        (changed(attributes={"context.stale": False}), "observability/unrecorded-stale-context"),
        (changed(prompt=LONG), "economics/context-over-budget"),
    ],
)
def test_a_run_that_contradicts_the_plan_is_found(tmp_path: Path, run: Run, rule: str) -> None:
    report = audited(tmp_path, run, run, plan=PLAN.replace("content: masked", "content: none"), only=rule)

    assert fired(report) == {rule}
    found = finding(report, rule)
    assert found is not None
    assert found.judgement.level is Level.OBSERVED


def test_a_store_without_a_run_holds_the_launch(tmp_path: Path) -> None:
    found = finding(audited(tmp_path), "observability/missing-trace")

    assert found is not None
    assert [operation.op for operation in found.judgement.operations] == [Op.HOLD_LAUNCH]


def test_captured_content_drops_the_store(tmp_path: Path) -> None:
    plan = PLAN.replace("content: masked", "content: none")
    found = finding(audited(tmp_path, changed(content=True), plan=plan), "observability/undeclared-content-capture")

    assert found is not None
    assert [(each.op, each.target) for each in found.judgement.operations] == [(Op.DROP_STORE, "traces")]


@pytest.mark.parametrize(
    ("content", "run", "told"),
    [
        ("none", changed(query=False), Verdict.HELD),
        ("none", GOOD, Verdict.BROKEN),  # what was asked of the index is content too
        ("masked", changed(query=False), Verdict.HELD),
        ("masked", GOOD, Verdict.UNVERIFIED),
    ],
)
def test_what_a_store_says_of_content_is_held_against_its_spans(
    tmp_path: Path, content: str, run: Run, told: Verdict
) -> None:
    plan = PLAN.replace("content: masked", f"content: {content}")

    assert assumption(audited(tmp_path, run, plan=plan), "stores.traces.content").verdict is told


def test_an_event_that_no_run_shows_may_never_have_happened(tmp_path: Path) -> None:
    report = audited(tmp_path, Run(attributes=GOOD.attributes, events=("fallback",)))

    line = assumption(report, "observability.events")
    assert (line.verdict, line.says) == (
        Verdict.UNVERIFIED,
        "none of 1 run carries escalation",
    )


def test_a_step_that_takes_longer_than_is_stated_is_found(tmp_path: Path) -> None:
    plan = PLAN.replace("latency: {draft: 20 seconds}", "latency: {draft: 0.000001}")

    found = finding(audited(tmp_path, GOOD, plan=plan), "economics/missing-or-impossible-latency")

    assert found is not None
    assert {operation.op for operation in found.judgement.operations} == {Op.DROP_SOURCE}


def test_a_few_runs_do_not_prove_a_budget(tmp_path: Path) -> None:
    report = audited(tmp_path, *[GOOD] * 3)

    assert assumption(report, "economics.tokens.input_p95").verdict is Verdict.UNVERIFIED
    assert assumption(report, "economics.latency.draft").verdict is Verdict.UNVERIFIED


def test_what_the_sampler_dropped_cannot_be_audited(tmp_path: Path) -> None:
    path = write_traces(tmp_path / "traces" / "t.jsonl", GOOD)
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    for line in lines:
        line["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["traceState"] = "ot=th:c"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    plan = PLAN.replace("  trace:\n", "  trace:\n    sampling: all\n")

    found = finding(audited(tmp_path, plan=plan), "observability/sampled-out-events")

    assert found is not None
    assert found.judgement.actual.value == 0.25


def test_of_traces_that_were_not_read_whole_nothing_is_concluded_from_what_is_not_there(tmp_path: Path) -> None:
    path = write_traces(tmp_path / "traces" / "t.jsonl", Run(steps=("draft",)))
    path.write_text(path.read_text() + "{broken\n")

    report = audited(tmp_path)

    assert fired(report) == set()
    for leaf in ("observability.retrieval", "stores.traces.content", "steps.retrieve.trace_to"):
        assert assumption(report, leaf).verdict is Verdict.UNVERIFIED


def test_without_traces_the_same_stays_unverified(tmp_path: Path) -> None:
    start, end = PLAN.index("  traces:\n"), PLAN.index("model: {provider")
    report = audited(tmp_path, plan=PLAN[:start] + PLAN[end:])

    assert not {rule for rule in fired(report) if rule != "observability/sampled-out-events"}
    for leaf in ("observability.trace.at", "observability.cost", "steps.retrieve.trace_to"):
        assert assumption(report, leaf).verdict is Verdict.UNVERIFIED
