"""Every rule finds a lie of the example company, or it is said why none can be told there and what shows it instead."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from lineage import registry
from rules.questions import RULES
from tests.rules.recording import NEVER_FIND, REFUSED
from tests.test_lie_matrix import planted
from tests.test_lies_beside_the_systems import IN_THE_LEDGER

TESTS: Final = Path(__file__).parent
_MOMENT: Final = "sessions are those of the moment: a company that only lies has none"
_EVIDENCE: Final = "it is about the scan and not about the company"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Why a rule has no lie, and the tests in which it finds its flaw and stays silent."""

    why: str
    file: str
    fires: str
    silent: str


ELSEWHERE: Final = {
    "access/disagreeing-proofs": Elsewhere(
        "the catalogue and a tried read never differ by a lie: rights must change between the two",
        "rules/access/test_other_ways.py",
        "test_a_read_that_is_planned_against_the_grants_is_a_finding_of_its_own",
        "test_proofs_that_agree_are_no_finding",
    ),
    "access/ineffective-row-filter": Elsewhere(
        "the lie of `access/privileged-identity` entails it: who bypasses row security is privileged",
        "rules/access/test_growth_and_rows.py",
        "test_a_policy_does_not_bind_the_owner_until_it_is_forced",
        "test_a_policy_binds_who_was_granted_the_columns",
    ),
    "access/shared-identity": Elsewhere(
        _MOMENT,
        "rules/access/test_logins.py",
        "test_a_login_that_two_applications_use_is_shared",
        "test_connections_of_one_pool_are_one_application",
    ),
    "access/unexpected-identity": Elsewhere(
        _MOMENT,
        "rules/access/test_logins.py",
        "test_the_workflow_is_expected_to_connect_as_the_declared_identity",
        "test_the_workflow_is_expected_to_connect_as_the_declared_identity",
    ),
    "access/unused-grant": Elsewhere(
        "it needs a login and a log of what that login ran, which the company's database has not written",
        "rules/access/test_logins.py",
        "test_a_declared_field_that_no_statement_read_is_unused",
        "test_a_declared_field_that_no_statement_read_is_unused",
    ),
    "actions/unexercised-review": Elsewhere(
        "nothing that can be read breaks it; it says what would show it",
        "rules/actions/test_actions.py",
        "test_what_only_a_server_or_a_log_can_tell_stays_open_with_what_would_tell_it",
        "test_what_only_a_server_or_a_log_can_tell_stays_open_with_what_would_tell_it",
    ),
    "evidence/conflicting-scans": Elsewhere(
        _EVIDENCE,
        "rules/evidence/test_evidence_rules.py",
        "test_figures_of_the_same_rows_that_differ_conflict",
        "test_a_whole_and_recent_scan_is_not_contradicted",
    ),
    "evidence/expired-evidence": Elsewhere(
        _EVIDENCE,
        "rules/evidence/test_evidence_rules.py",
        "test_evidence_expires",
        "test_a_whole_and_recent_scan_is_evidence",
    ),
    "evidence/raw-value-in-report": Elsewhere(
        _EVIDENCE,
        "rules/evidence/test_evidence_rules.py",
        "test_a_text_with_a_value_is_found_and_not_repeated",
        "test_a_whole_and_recent_scan_is_not_contradicted",
    ),
    "evidence/weak-evidence": Elsewhere(
        _EVIDENCE,
        "rules/evidence/test_evidence_rules.py",
        "test_a_catalogue_is_weak_evidence_of_freshness",
        "test_a_whole_and_recent_scan_is_evidence",
    ),
    "evidence/wrong-scan-identity": Elsewhere(
        _EVIDENCE,
        "rules/evidence/test_evidence_rules.py",
        "test_figures_that_another_identity_took_are_unverified",
        "test_a_whole_and_recent_scan_is_evidence",
    ),
    "freshness/clock-skew": Elsewhere(
        "files have no clock of their own, and no server lets its clock be set by a statement",
        "rules/freshness/test_copies_in_time.py",
        "test_a_source_whose_clock_is_off_is_told",
        "test_clocks_that_agree_are_passed_over",
    ),
    "plan/malformed-plan": Elsewhere(
        "a plan that is malformed is refused before anything is judged",
        "rules/plan/test_sense.py",
        "test_a_malformed_plan_is_refused_with_exit_code_2_and_the_nearest_key",
        "test_a_plan_that_was_loaded_is_not_malformed",
    ),
    "retention/stalled-deletion": Elsewhere(
        "it needs a job that has run and then stopped, which no statement makes",
        "rules/retention/test_bounds.py",
        "test_a_job_that_has_not_run_for_twice_its_time_stalls",
        "test_a_job_whose_last_run_or_schedule_is_not_told_is_not_judged_by_it",
    ),
    "rollout/unaudited-expansion": Elsewhere(
        "nothing that can be read breaks it; it says what would show it",
        "rules/rollout/test_rollout.py",
        "test_that_an_audit_came_before_a_stage_is_not_known_from_one_run",
        "test_that_an_audit_came_before_a_stage_is_not_known_from_one_run",
    ),
    "source/schema-drift": Elsewhere(
        "it is told of two scans, of which the first was approved",
        "test_lies_beside_the_systems.py",
        "test_a_column_that_came_after_the_approval_is_found_and_the_same_schema_is_not",
        "test_a_column_that_came_after_the_approval_is_found_and_the_same_schema_is_not",
    ),
}
"""The rules that no lie of the company is for."""


def test_every_rule_finds_a_lie_or_has_its_reason() -> None:
    every = {rule.id for rule in registry.rules()}
    # Each row of questions is taken out of the company's plan, and put back: tests/rules/test_questions.py.
    told = planted() | {rule.id for rule in RULES} | IN_THE_LEDGER.keys()

    assert every - told == ELSEWHERE.keys()
    assert (len(every), len(planted()), len(RULES)) == (240, 180, 44)


@pytest.mark.parametrize("rule", ELSEWHERE)
def test_what_shows_a_rule_without_a_lie_is_there(rule: str) -> None:
    elsewhere = ELSEWHERE[rule]
    tree = ast.parse((TESTS / elsewhere.file).read_text(encoding="utf-8"))
    there = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}

    assert {elsewhere.fires, elsewhere.silent} <= there


def test_a_rule_that_never_finds_has_no_lie() -> None:
    never = NEVER_FIND.keys() | REFUSED.keys()

    assert never & planted() == set()
    assert never <= ELSEWHERE.keys() | IN_THE_LEDGER.keys()
