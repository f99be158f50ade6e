"""The honest company: nothing is broken, and what stays unverified is known."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest
from inline_snapshot import snapshot

from examples.support_reply.company import NOW, Company, honest
from examples.support_reply.world import build
from lineage import registry
from lineage.model import Verdict
from lineage.report import Decision, Report
from lineage.requirement import answered
from lineage.scan import Limits
from lineage.testing import World


def audited(folder: Path, company: Company, limits: Limits = Limits()) -> Report:
    return World(folder, build(folder, company), company.now).audit(company.plan, limits=limits)


def questions(report: Report) -> dict[str, list[str]]:
    """Give what stays unverified: the reason, and the leaves that have it."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for line in report.assumptions:
        if line.verdict is Verdict.UNVERIFIED:
            leaf = ".".join(part for part in line.leaf.split(".") if part not in {"sources", "datasets", "fields"})
            found[line.says[:90]].append(leaf)
    return dict(found)


def unanswered(report: Report) -> list[str]:
    """Give the points of a launch without a verdict, or without what would settle it."""
    points = answered(registry.requirements(), report.assumptions, (rule.id for rule in registry.rules()))
    assert len(points) == 171
    return [
        point.requirement.id
        for point in points
        if not point.is_answered_for or (point.verdict is Verdict.UNVERIFIED and not point.settle)
    ]


def test_of_the_honest_company_nothing_is_broken_and_the_rest_is_known(tmp_path: Path) -> None:
    report = audited(tmp_path, honest())

    assert (report.findings, report.failures, report.decision) == ((), (), Decision.SHIP)
    assert unanswered(report) == []
    assert questions(report) == snapshot(
        {
            "crm says of no purpose that its sensitive data was collected for": ["constraints.purposes"],
            "whether send_reply is possible was not seen: it touches no source whose rights could be re": [
                "actions.send_reply.allowed"
            ],
            "job crm_purge was not seen": ["crm.contacts.keep.by"],
            "nothing that deletes from it was seen": [
                "crm.subscriptions.keep.limit",
                "helpdesk.replies.keep.limit",
                "billing.invoices.keep.limit",
                "knowledge.articles.keep.limit",
                "knowledge.policies.keep.limit",
                "index.chunks.keep.limit",
                "ops.incidents.keep.limit",
                "ops.open_incidents.keep.limit",
            ],
            "partition drop was not seen": ["helpdesk.tickets.keep.by"],
            "e-mail addresses in 6 % of texts, bank accounts (IBAN) in 3.2 % of texts, phone numbers in": [
                "helpdesk.tickets.body.mask.to"
            ],
            "e-mail addresses in 5.2 % of texts, bank accounts (IBAN) in 5.5 % of texts, phone numbers ": [
                "helpdesk.replies.body.mask.to"
            ],
            "nightly purge was not seen": ["product.usage.keep.by"],
            "how index.chunks is made from knowledge.articles was not seen": ["knowledge.articles.text.need"],
            "no rule judges this claim yet": ["index.chunks.embedding.dimension"],
            "how index.chunks is made from knowledge.policies was not seen": ["knowledge.policies.text.need"],
            "ttl was not seen": ["state.sessions.keep.by"],
            "content is said to be masked, 40 spans hold some, not looked at": ["stores.traces.content"],
            "whether an identity may write to billing is not known": ["actions.issue_refund.allowed"],
            "no connector reads the store prompts yet": ["stores.prompts.keep.limit"],
            "no connector reads the store traces at langfuse:support-reply yet": [
                "stores.traces.keep.limit",
                "stores.traces.keep.by",
            ],
            "no connector reads the store cache at redis:prompt-cache yet": [
                "stores.cache.keep.limit",
                "stores.cache.keep.by",
            ],
            "what the tool behind read_ticket says of itself was not seen": ["actions.read_ticket.level"],
            "what the tool behind draft_reply says of itself was not seen": ["actions.draft_reply.level"],
            "support_agent approves draft_reply; who is in it, and who asks, was not seen": [
                "actions.draft_reply.approval.by"
            ],
            "draft.created is declared, and no log was seen": ["actions.draft_reply.audit"],
            "who reads helpdesk.internal_note was not seen": ["outputs.draft_reply.channel"],
            "which tools the workflow is given was not seen": ["actions"],
            "what the record says was not compared with what was found": ["dossier.items.ropa"],
            "the review is declared, and no approval or refusal was seen": [
                "steps.review.autonomy",
                "actions.draft_reply.approval.every",
            ],
            "the log is named, and its entries were not read": ["dossier.log"],
            "the guardian has not signed; the business sponsor has not signed": ["gates.g4.dossier"],
            "gates.g4.decision is not answered: who decides on the launch, when, and how is it told?": [
                "gates.g4.decision"
            ],
            "insufficient history: 0 whole spans of 1 year before the last one can be compared": [
                "knowledge.articles.fresh"
            ],
            "insufficient history: 0 whole spans of 2 years before the last one can be compared": [
                "knowledge.policies.fresh"
            ],
            "no directory was read, so nobody was looked up who is named in 31 places": ["owners.directory"],
            "insufficient history: 0 whole spans of 7 days before the last one can be compared": [
                "crm.contacts.fresh",
                "billing.invoices.fresh",
                "index.chunks.fresh",
                "state.sessions.fresh",
            ],
            "insufficient history: 2 whole spans of 7 days before the last one can be compared": [
                "helpdesk.tickets.fresh",
                "product.usage.fresh",
            ],
            "insufficient history: 3 whole spans of 7 days before the last one can be compared": [
                "ops.open_incidents.fresh"
            ],
            "it is said, and no system that was read shows it": [
                "training.feedback.channel",
                "training.workflow.roster",
                "training.quality.roster",
                "golive.infra.environment",
                "golive.infra.dashboards",
                "golive.infra.alerts",
                "golive.infra.access_management",
                "red_button.channel",
                "red_button.since",
                "economics.cost_per_task.eur",
                "containment.switch",
            ],
            "its owner has not confirmed what the plan says of the source": [
                "crm.owner",
                "helpdesk.owner",
                "product.owner",
                "billing.owner",
                "knowledge.owner",
                "index.owner",
                "ops.owner",
                "state.owner",
                "traces.owner",
            ],
            "no field that is declared tells the channel of an input": ["scope.include.inputs"],
            "whether an audit came right before stage second is not known from one run": ["rollout.second"],
            "they are named, and whether they can turn the switch was not seen": ["owners.pause"],
            "which configuration is released is not said": ["containment.rollback.config"],
            "the suites are named with a version, and were not seen": ["switching.evals"],
        }
    )


@pytest.mark.parametrize("limits", [Limits(sample=False), Limits(data=False, sample=False)], ids=["unsampled", "blind"])
def test_who_may_look_at_less_is_told_no_lie_of_the_honest_company(tmp_path: Path, limits: Limits) -> None:
    report = audited(tmp_path, honest(), limits)

    assert [finding.rule for finding in report.findings if finding.judgement.verdict is Verdict.BROKEN] == []
    assert report.counts()[Verdict.BROKEN] == 0


def test_the_company_is_the_same_at_every_run_and_moves_with_the_day() -> None:
    later = honest(NOW + timedelta(days=400))

    assert honest().records == honest().records
    assert later.records["people"][0]["updated_at"] == later.now - timedelta(minutes=20)
    assert {name: len(records) for name, records in later.records.items()} == {
        name: len(records) for name, records in honest().records.items()
    }


def test_the_honest_company_is_honest_on_any_day(tmp_path: Path) -> None:
    report = audited(tmp_path, honest(NOW + timedelta(days=401, hours=7)))

    # Its systems are read today, and judged as of a later day.
    assert {finding.rule for finding in report.findings} <= {"evidence/expired-evidence"}
