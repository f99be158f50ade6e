"""Each lie is found by its rule and by no other that it does not entail; each rule has a lie, or a reason for none."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from examples.support_reply.company import honest
from examples.support_reply.lies import LIES, Lie
from examples.support_reply.lies_about_rights import LIES as LIES_ABOUT_RIGHTS
from examples.support_reply.world import build
from lineage import registry
from lineage.testing import World

WITHOUT_A_LIE: Final = {
    "retention/unenforced-retention": "broken only by a job that is off: files and SQLite have no jobs, and the "
    "PostgreSQL of the tests no pg_cron (tests/rules/retention holds it)",
    "retention/longer-than-declared": "broken only by a job that deletes too late, as above",
}
"""Rule -> why no lie can be planted for it in the company's systems."""
LOST: Final = {"source/unreachable-source"}
"""Rules whose lie leaves a source unread, so that the run is incomplete."""


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.rule)
def test_a_lie_is_found_by_its_rule_and_by_no_other(tmp_path: Path, lie: Lie) -> None:
    company = honest()
    lie.tell(company)

    report = World(tmp_path, build(tmp_path, company), company.now).audit(company.plan)

    told = [finding.judgement.subject.label for finding in report.findings if finding.rule == lie.rule]
    assert sorted(told) == sorted(lie.about), lie.tell.__doc__
    assert {finding.rule for finding in report.findings} - {lie.rule} == set(lie.entails)
    assert bool(report.failures) == (lie.rule in LOST)


def test_every_rule_has_a_lie_or_a_reason_for_none() -> None:
    lied = {lie.rule for lie in LIES} | {lie.rule for lie in LIES_ABOUT_RIGHTS}

    assert {rule.id for rule in registry.rules()} == lied | set(WITHOUT_A_LIE)
    assert not lied & set(WITHOUT_A_LIE)


def test_each_lie_tells_one_thing_in_a_sentence() -> None:
    told = [lie.tell.__doc__ or "" for lie in LIES]

    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in told)
    assert len({lie.tell for lie in LIES}) == len(LIES)
