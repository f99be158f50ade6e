"""What a plan says that can be seen of the workflow in production is held against what it needs."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage import registry
from lineage.finding import Op
from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import World, finding, fired
from tests.rules.launch_plans import CRM, judged, plan_of, verdicts

TRACE = "observability: {trace: {at: 'langfuse:x', attributes: [ATTRIBUTES]MORE}}\n"
ATTRIBUTES = "gen_ai.request.model, gen_ai.usage.input_tokens, gen_ai.data_source.id, context.stale, context.missing"


def trace(attributes: str = ATTRIBUTES, more: str = "") -> str:
    return TRACE.replace("ATTRIBUTES", attributes).replace("MORE", more)


@pytest.mark.parametrize("lost", ["gen_ai.request.model, ", "gen_ai.usage.input_tokens, ", "gen_ai.data_source.id, "])
def test_a_trace_that_lacks_an_attribute_is_incomplete(tmp_path: Path, lost: str) -> None:
    report = judged(tmp_path, trace(ATTRIBUTES.replace(lost, "")), "observability/incomplete-trace")

    assert fired(report) == {"observability/incomplete-trace"}


def test_a_trace_that_names_its_attributes_waits_for_a_sample_of_the_store(tmp_path: Path) -> None:
    report = judged(tmp_path, trace(), "observability/incomplete-trace")

    assert verdicts(report, "observability/incomplete-trace") == {"observability.trace.attributes": Verdict.UNVERIFIED}


def test_a_plan_without_a_trace_is_asked_for_it_once(tmp_path: Path) -> None:
    rules = [rule.id for rule in registry.rules() if rule.family == "observability"]

    report = judged(tmp_path, "observability: {quality: rubric}\naudit: {events: [a.b]}\n", *rules)

    asked = [found.rule for found in report.findings if found.judgement.leaf.startswith("observability.trace")]
    assert asked == ["observability/missing-trace"]


def indexed(folder: Path, retrieval: str) -> Report:
    text = plan_of(f"observability: {{retrieval: [{retrieval}]}}\n").replace(
        "datasets: {contacts: {", "datasets: {contacts: {embedding: {model: e5, dimension: 1024}, "
    )
    rules = [rule for rule in registry.rules() if rule.id == "observability/invisible-retrieval"]
    return World(folder).sqlite("crm", CRM).audit(text, rules=rules)


@pytest.mark.parametrize(
    ("recorded", "found"),
    [
        ("query, doc_id, doc_version, score, empty", False),
        ("query, doc_id, doc_version, score", True),
        ("query, doc_id, score, empty", True),
        ("doc_id, doc_version, score, empty", True),
        ("", True),
    ],
)
def test_retrieval_is_visible_where_all_of_it_is_recorded(tmp_path: Path, recorded: str, found: bool) -> None:
    assert bool(fired(indexed(tmp_path, recorded))) is found


def test_a_plan_without_an_index_is_not_asked_about_retrieval(tmp_path: Path) -> None:
    assert (
        verdicts(judged(tmp_path, "", "observability/invisible-retrieval"), "observability/invisible-retrieval") == {}
    )


@pytest.mark.parametrize(
    ("alerts", "verdict"),
    [
        ("[{id: mask_failure, enabled: false}]", Verdict.BROKEN),
        ("[{id: mask_failure, status: muted}]", Verdict.BROKEN),
        ("[{id: mask_failure, evaluated: 2026-11-01}]", Verdict.BROKEN),
        ("[{id: mask_failure, enabled: true, evaluated: 2026-11-22}]", Verdict.UNVERIFIED),
        ("['alert:mask_failure']", Verdict.UNVERIFIED),
        ("{mask_failure: {enabled: false}}", Verdict.BROKEN),
    ],
)
def test_an_alert_that_is_off_or_was_not_evaluated_is_not_active(tmp_path: Path, alerts: str, verdict: Verdict) -> None:
    report = judged(tmp_path, f"golive: {{infra: {{alerts: {alerts}}}}}\n", "observability/inactive-alert")

    assert set(verdicts(report, "observability/inactive-alert").values()) == {verdict}


CAPTURE = "observability/undeclared-content-capture"


@pytest.mark.parametrize("content", ["content: none", "keep: none", "content: metadata"])
def test_a_trace_that_captures_prompts_against_the_plan_is_dropped(tmp_path: Path, content: str) -> None:
    answers = trace("gen_ai.request.model, gen_ai.input.messages") + f"stores: {{traces: {{{content}}}}}\n"

    found = finding(judged(tmp_path, answers, CAPTURE), CAPTURE)

    assert found is not None
    assert [(each.op, each.target) for each in found.judgement.operations] == [(Op.DROP_STORE, "traces")]


@pytest.mark.parametrize(
    ("attributes", "content"), [(ATTRIBUTES, "none"), ("gen_ai.input.messages", "masked"), (ATTRIBUTES, "masked")]
)
def test_a_trace_without_content_or_with_masked_content_is_no_contradiction(
    tmp_path: Path, attributes: str, content: str
) -> None:
    report = judged(tmp_path, trace(attributes) + f"stores: {{spans: {{content: {content}}}}}\n", CAPTURE)

    assert verdicts(report, CAPTURE) == {"stores.spans.content": Verdict.UNVERIFIED}


SAMPLED = "observability/sampled-out-events"
EVENTS = "audit: {events: [draft.created, draft.accepted]}\n"


@pytest.mark.parametrize(
    ("more", "found"),
    [
        (", sampling: 0.1", True),
        (", sampling: 10 %", True),
        (", sampling: 0.1, always: [draft.created]", True),
        (", sampling: 0.1, always: [draft.created, draft.accepted]", False),
        (", sampling: all", False),
        (", sampling: tail-based", False),
        ("", False),
    ],
)
def test_sampling_must_keep_what_is_audited(tmp_path: Path, more: str, found: bool) -> None:
    report = judged(tmp_path, trace(more=more) + EVENTS, SAMPLED)

    assert (bool(fired(report)), len(verdicts(report, SAMPLED))) == (found, 1)


STALE = "observability/unrecorded-stale-context"


@pytest.mark.parametrize(("lost", "found"), [("", False), (", context.stale", True), (", context.missing", True)])
def test_stale_and_missing_context_is_recorded(tmp_path: Path, lost: str, found: bool) -> None:
    text = plan_of(trace(ATTRIBUTES.replace(lost, ""))).replace(
        "reads: contacts, ", "reads: contacts, fresh: {clock: email, within: 1 day}, "
    )
    rules = [rule for rule in registry.rules() if rule.id == STALE]

    report = World(tmp_path).sqlite("crm", CRM).audit(text, rules=rules)

    assert (STALE in fired(report), STALE in {rule for line in report.assumptions for rule in line.rules}) == (
        found,
        True,
    )


def test_where_nothing_must_be_fresh_no_mark_is_asked_for(tmp_path: Path) -> None:
    assert verdicts(judged(tmp_path, trace("gen_ai.request.model"), STALE), STALE) == {}
