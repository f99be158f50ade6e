"""Each lie is found by its rule and by no other that it does not entail; no promised rule goes without one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from examples.support_reply.company import honest
from examples.support_reply.lies import LIES, Lie
from examples.support_reply.lies_about_keeping import LIES as LIES_ABOUT_KEEPING
from examples.support_reply.lies_about_launch import LIES as LIES_ABOUT_LAUNCH
from examples.support_reply.lies_about_launch import LIES_THAT_ARE_SCANNED
from examples.support_reply.lies_about_papers import LIES as LIES_ABOUT_PAPERS
from examples.support_reply.lies_about_papers import LIES_OF_SIGNATURES
from examples.support_reply.lies_about_promises import LIES as LIES_ABOUT_PROMISES
from examples.support_reply.lies_about_records import LIES as LIES_ABOUT_RECORDS
from examples.support_reply.lies_about_rights import LIES as LIES_ABOUT_RIGHTS
from examples.support_reply.lies_about_runs import LIES as LIES_ABOUT_RUNS
from examples.support_reply.lies_about_the_index import LIES as LIES_ABOUT_THE_INDEX
from examples.support_reply.lies_about_tools import LIES as LIES_ABOUT_TOOLS
from examples.support_reply.lies_about_waivers import LIES as LIES_ABOUT_WAIVERS
from examples.support_reply.lies_in_mariadb import COPIED
from examples.support_reply.lies_in_mariadb import LIES as LIES_IN_MARIADB
from examples.support_reply.world import build
from lineage import registry
from lineage.testing import World

LOST: Final = {"source/unreachable-source"}
"""Rules whose lie leaves a source unread, so that the run is incomplete."""
PLANTED: Final = {
    "access": "confused-deputy latent-reach over-grant over-grant-dataset over-grant-sensitive privileged-identity "
    "reach-through-public reach-through-routine reach-through-view rights-blind-retrieval unaudited-sensitive-reads "
    "under-grant undeclared-write unmapped-identity unusable-grant weak-credential",
    "actions": "contradictory-annotation lethal-trifecta possible-excluded-action undeclared-tool",
    "economics": "context-over-budget missing-or-impossible-latency",
    "freshness": "ambiguous-time-zone future-rows lagging-copy missing-stale-behaviour slow-pipeline stale-chunks "
    "stale-segment stale-source stale-tail superseded-document unsuitable-clock unverifiable-freshness",
    "lineage": "dead-end-field feedback-loop forbidden-upstream lost-label opaque-hop unpinned-version unsourced-chunk "
    "untraceable-output",
    "observability": "incomplete-trace invisible-retrieval missing-trace sampled-out-events unattributed-cost "
    "undeclared-content-capture unrecorded-stale-context unsplit-latency",
    "plan": "dangling-reference gap-without-effect included-and-excluded placeholder-answer unneeded-integration "
    "unowned-assumption unstaged-segment unused-field",
    "privacy": "identifiers-in-free-text insufficient-detection late-masking mislabelled-field raw-on-another-path "
    "secret-in-content sensitive-values-in-sink special-category-data undeclared-sensitive-data "
    "unmasked-at-boundary weak-masking",
    "retention": "ambiguous-retention deletion-blocked-by-hold endless-default longer-than-declared new-data-only "
    "outliving-copy overdue-records reuse-without-right residue-in-copy undeclared-retention "
    "unenforced-retention untraceable-copy",
    "source": "copy-as-truth duplicate-or-unstable-key hidden-or-missing incomplete-field lossy-join mismatched-type "
    "missing-dataset missing-field missing-records undeclared-language-or-format undeclared-values unexpected-volume "
    "unreachable-source",
    "switching": "undeclared-provider unrebuildable-index",
}
"""Rules of which a lie must be planted, by family; each further one fires in a test of its own, or is added here."""


@pytest.mark.parametrize(
    "lie",
    [*LIES, *LIES_ABOUT_KEEPING, *LIES_ABOUT_RECORDS, *LIES_ABOUT_RUNS, *LIES_ABOUT_THE_INDEX],
    ids=lambda lie: lie.rule,
)
def test_a_lie_is_found_by_its_rule_and_by_no_other(tmp_path: Path, lie: Lie) -> None:
    company = honest()
    lie.tell(company)

    report = World(tmp_path, build(tmp_path, company), company.now).audit(company.plan)

    told = [finding.judgement.subject.label for finding in report.findings if finding.rule == lie.rule]
    assert sorted(told) == sorted(lie.about), lie.tell.__doc__
    assert {finding.rule for finding in report.findings} - {lie.rule} == set(lie.entails)
    assert bool(report.failures) == (lie.rule in LOST)


def planted() -> set[str]:
    """Give the rules that find a lie: in files and commands, in the plan and its papers, in PostgreSQL, in MariaDB."""
    told = (
        *(LIES, LIES_ABOUT_KEEPING, LIES_ABOUT_RECORDS, LIES_ABOUT_RUNS, LIES_ABOUT_THE_INDEX, LIES_ABOUT_TOOLS),
        *(LIES_ABOUT_LAUNCH, LIES_ABOUT_PAPERS, LIES_ABOUT_PROMISES, LIES_OF_SIGNATURES, LIES_THAT_ARE_SCANNED),
    )
    files = {lie.rule for lies in told for lie in lies} | {lie.rule for lie in LIES_ABOUT_WAIVERS}
    return files | {lie.rule for lies in (COPIED, LIES_ABOUT_RIGHTS, LIES_IN_MARIADB) for lie in lies}


def test_every_rule_that_must_find_a_lie_has_one() -> None:
    named = {f"{family}/{name}" for family, names in PLANTED.items() for name in names.split()}

    assert named - planted() == set()
    assert named - {rule.id for rule in registry.rules()} == set()
    assert len(named) == 96


def test_every_lie_is_found_by_a_rule_that_there_is() -> None:
    assert planted() - {rule.id for rule in registry.rules()} == set()


def test_each_lie_tells_one_thing_in_a_sentence() -> None:
    lies = [
        *LIES,
        *LIES_ABOUT_PAPERS,
        *LIES_ABOUT_PROMISES,
        *LIES_ABOUT_RECORDS,
        *LIES_ABOUT_RUNS,
        *LIES_ABOUT_THE_INDEX,
    ]
    told = [lie.tell.__doc__ or "" for lie in lies]

    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in told)
    assert len({lie.tell for lie in lies}) == len(lies)
