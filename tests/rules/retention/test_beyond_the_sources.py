"""What keeps records beside the sources: the model's provider, and backups."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import World, finding, verdict
from rules.retention.outliving_backups import RULE as BACKUPS
from rules.retention.unknown_provider_retention import RULE as PROVIDER

KNOWN = "keeps: {prompts: 0 days, ref: contract 88, checked: 2026-10-01}"


def audited(folder: Path, keeps: str = KNOWN, prompts: str = "none", backups: str = "{limit: 20 days}") -> Report:
    world = World(folder).sqlite("crm", "CREATE TABLE contacts (id INTEGER PRIMARY KEY, email TEXT, at TIMESTAMP);")
    return world.audit(
        f"""
        plan: v1
        meta: {{id: kept, owner: owner@acme.example, status: in-review}}
        sources:
          crm:
            connector: {{type: sqlite, url: "${{CRM_URL}}"}}
            datasets:
              contacts:
                reads: contacts
                keep: {{limit: 30 days, since: at}}
                fields: {{id: required, email: {{need: required, sensitive: email}}}}
        steps: {{draft: {{reads: {{crm.contacts: all}}, to: prompt}}}}
        model: {{provider: example-ai, name: sonnet-x, {keeps}}}
        stores: {{prompts: {{keep: {prompts}}}, backups: {{keep: {backups}}}}}
        rollout: [{{stage: first}}]
        """,
        rules=(PROVIDER, BACKUPS),
    )


def test_a_provider_that_keeps_no_prompt_is_held_as_asserted(tmp_path: Path) -> None:
    report = audited(tmp_path)

    assert finding(report, PROVIDER.id) is None
    assert verdict(report, "model.keeps") is Verdict.HELD


@pytest.mark.parametrize(
    ("keeps", "prompts", "says"),
    [
        ("region: eu", "none", "nothing says how long"),
        ("keeps: {prompts: TBD, ref: contract 88, checked: 2026-10-01}", "none", "nothing says how long"),
        ("keeps: {prompts: as needed, ref: contract 88, checked: 2026-10-01}", "none", "no length of time"),
        ("keeps: {prompts: 30 days, ref: contract 88, checked: 2026-10-01}", "none", "the plan promises"),
        ("keeps: {prompts: 30 days, ref: contract 88, checked: 2026-10-01}", "{limit: 7 days}", "promises 7 days"),
        ("keeps: {prompts: 0 days, checked: 2026-10-01}", "none", "no terms are named"),
        ("keeps: {prompts: 0 days, ref: contract 88}", "none", "when the provider's terms"),
        ("keeps: {prompts: 0 days, ref: contract 88, checked: 2024-10-01}", "none", "782 days ago"),
    ],
)
def test_what_a_provider_keeps_must_be_known_and_fit(tmp_path: Path, keeps: str, prompts: str, says: str) -> None:
    found = finding(audited(tmp_path, keeps, prompts), PROVIDER.id)

    assert found is not None
    assert says in found.judgement.says
    assert [operation.target for operation in found.judgement.operations] == ["crm.contacts.email"]


def test_a_provider_may_keep_prompts_as_long_as_the_plan_does(tmp_path: Path) -> None:
    keeps = "keeps: {prompts: 7 days, ref: contract 88, checked: 2026-10-01}"

    assert finding(audited(tmp_path, keeps, "{limit: 7 days}"), PROVIDER.id) is None


def test_a_backup_that_outlives_the_shortest_promise_is_told_with_the_sum(tmp_path: Path) -> None:
    found = finding(audited(tmp_path, backups="{limit: 35 days}"), BACKUPS.id)

    assert found is not None
    assert found.judgement.says == "what crm.contacts promises to keep for 30 days is kept for 65 days with backups"


def test_a_backup_within_the_shortest_promise_is_held(tmp_path: Path) -> None:
    report = audited(tmp_path, backups="{limit: 30 days}")

    assert finding(report, BACKUPS.id) is None
    assert verdict(report, "backups.keep.limit") is Verdict.HELD
