"""SARIF: whole by the standard's schema, and what code scanning asks for beyond it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic_sarif.model import StaticAnalysisResultsFormatSarifVersion210JsonSchema as Sarif

from lineage import registry
from lineage.exports import Beside, exported
from lineage.exports.sarif import MOST
from lineage.finding import Status
from lineage.report import Report
from tests.lineage.reports.sample import HIDDEN, OVER_GRANT, STALE, UNMASKED, report


def run_of(shown: Report, beside: Beside = Beside()) -> Mapping[str, Any]:
    document = json.loads(exported(shown, "sarif", beside))
    Sarif.model_validate(document)  # generated from the schema of OASIS; refuses keys that are not in it
    run: Mapping[str, Any] = document["runs"][0]
    return run


def pages() -> Beside:
    return Beside({rule.id: registry.page(rule) for rule in registry.rules()})


def test_every_finding_stands_on_its_line_of_the_plan_and_on_a_region() -> None:
    places = {
        result["ruleId"]: result["locations"][0]["physicalLocation"]["region"] for result in run_of(report())["results"]
    }

    assert places["freshness/stale-source"] == {"startLine": 10, "startColumn": 40}
    assert places["access/over-grant"] == {"startLine": 6, "startColumn": 15}


def test_the_fingerprint_survives_other_lines_and_figures() -> None:
    moved = report(marks={}, findings=(replace(STALE, title="another figure"),))

    (result,) = run_of(moved)["results"]

    assert result["partialFingerprints"]["lineageAudit/v1"] == STALE.id
    assert result["partialFingerprints"]["primaryLocationLineHash"].startswith(STALE.id)


def test_unverified_is_open_and_neither_a_failure_nor_a_pass() -> None:
    results = {result["ruleId"]: result for result in run_of(report())["results"]}

    assert (results[HIDDEN.rule]["kind"], results[HIDDEN.rule]["level"]) == ("open", "none")
    assert (results[STALE.rule]["kind"], results[STALE.rule]["level"]) == ("fail", "error")
    assert "GRANT SELECT" in results[HIDDEN.rule]["message"]["text"]


def test_a_rule_brings_its_whole_page_as_help() -> None:
    rules = {rule["id"]: rule for rule in run_of(report(), pages())["tool"]["driver"]["rules"]}

    help_ = rules["freshness/stale-source"]["help"]
    assert all(head in help_["markdown"] for head in ("Why it matters", "What it looks at", "How to fix it"))
    page = registry.page(next(rule for rule in registry.rules() if rule.id == "freshness/stale-source"))
    assert page.how_to_fix_it in help_["text"]


def test_results_refer_to_their_rule_by_index() -> None:
    run = run_of(report())

    rules = run["tool"]["driver"]["rules"]
    assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in run["results"])


def test_what_was_waived_is_suppressed_and_shown() -> None:
    results = {result["ruleId"]: result for result in run_of(report())["results"]}

    assert OVER_GRANT.status is Status.WAIVED
    assert results[OVER_GRANT.rule]["suppressions"][0]["kind"] == "external"
    assert "suppressions" not in results[STALE.rule]


def test_a_source_that_failed_makes_the_invocation_fail() -> None:
    told = run_of(report())["invocations"][0]

    assert told["executionSuccessful"] is False
    assert "connection refused" in told["toolExecutionNotifications"][0]["message"]["text"]


def test_the_path_of_proof_is_a_flow() -> None:
    results = {result["ruleId"]: result for result in run_of(report())["results"]}

    steps = results[UNMASKED.rule]["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["message"]["text"] for step in steps][-1] == "draft -> prompt (crosses)"


def test_more_findings_than_code_scanning_takes_are_left_out_aloud() -> None:
    run = run_of(report(findings=(STALE,) * (MOST + 3)))

    assert len(run["results"]) == MOST
    assert "3 findings are left out" in run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"]


def test_a_plan_with_a_space_in_its_name_is_a_uri() -> None:
    run = run_of(report(plan_file="my plans/a?b.yaml"))

    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri == "my%20plans/a%3Fb.yaml"
