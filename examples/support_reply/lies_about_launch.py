"""Lies of the plan about the launch: what it decides on, what it may do, how it is rolled out, what it costs.

`LIES` are told in the plan alone; the company's systems stay as honest as they are.
"""

from __future__ import annotations

from typing import Final

from examples.support_reply.company import Company
from examples.support_reply.lies import Lie


def there_are_two_workflows(company: Company) -> None:
    """The plan is of two workflows."""
    company.says(
        "  name: Draft replies to inbound",
        "  refunds: {name: Approve refunds}\n  replies: {name: Draft replies}\n  also: To inbound",
    )


def the_outcome_is_measured_on_nothing(company: Company) -> None:
    """The outcome does not say what it is measured on."""
    company.says("hours, of: helpdesk.tickets.created_at, baseline", "hours, baseline")


def inputs_are_not_named(company: Company) -> None:
    """The plan does not say which kinds of input it takes."""
    company.says("inputs: [{channel: [email, form], formats: [text]}], ", "")


def quality_is_judged_on_no_sample(company: Company) -> None:
    """The criterion of quality names no sample."""
    company.says("n: 300, suite", "suite")


def what_is_measured_is_masked_away(company: Company) -> None:
    """The field that the business effect is measured on is dropped by its mask."""
    company.says(
        "          created_at: required\n      replies",
        "          created_at: {need: required, mask: drop}\n      replies",
    )


def a_gap_is_looked_at_never(company: Company) -> None:
    """A known gap has no date."""
    company.says(", check_by: 2027-01-31", "")


def no_evaluation_covers_the_draft(company: Company) -> None:
    """No criterion names the evaluation."""
    company.says(", suite: reply_quality@3f2c", "")


def another_plan_was_approved(company: Company) -> None:
    """The sponsor approved a plan of another hash."""
    company.says("{approved: 2026-11-10, by", '{approved: 2026-11-10, plan: "sha256:0123456789abcdef", by')


def a_login_is_tied_to_nothing(company: Company) -> None:
    """A login stands in one system alone, though a provider is said to manage access."""
    company.says(
        "    owner: crm-owner@acme.example\n", "    owner: crm-owner@acme.example\n    identity: ai_support_draft\n"
    )


def two_datasets_share_a_table(company: Company) -> None:
    """Incidents are declared twice, with two limits."""
    company.says(
        "      open_incidents:\n",
        "      closed:\n        reads: incidents\n        key: id\n"
        "        keep: {limit: 60 months, since: opened_at}\n        fields: {id: required}\n"
        "      open_incidents:\n",
    )


def the_draft_has_no_level(company: Company) -> None:
    """What the workflow writes is no action."""
    company.says("\n  draft_reply: {level", "\n  draft: {level: suggest}\n  other: {level")
    company.says("  draft: {level: suggest}\n", "")


def nobody_approves_dear_errors(company: Company) -> None:
    """Errors of the draft are dear, and nobody approves it."""
    company.says("cost_of_error: medium, approval: {by: support_agent, every: true}", "cost_of_error: high")


def refunds_are_made(company: Company) -> None:
    """Refunds are issued, with an event and without a person."""
    company.says(
        "issue_refund: {level: update, allowed: false, touches: billing}",
        "issue_refund: {level: update, touches: billing, audit: draft.accepted}",
    )
    company.says("[send_reply, issue_refund], integrations", "[send_reply], integrations")
    company.says("prohibited: [send_reply, issue_refund]", "prohibited: [send_reply]")


def replies_are_sent(company: Company) -> None:
    """Replies are sent, with an event and without a person."""
    company.says("send_reply: {level: trigger, allowed: false}", "send_reply: {level: trigger, audit: draft.accepted}")
    company.says("[send_reply, issue_refund], integrations", "[issue_refund], integrations")
    company.says("prohibited: [send_reply, issue_refund]", "prohibited: [issue_refund]")


def who_asks_approves(company: Company) -> None:
    """The one who asks approves."""
    company.says("approval: {by: support_agent", "approval: {by: requester")


def the_event_is_another(company: Company) -> None:
    """The draft leaves an event that the audit trail does not know."""
    company.says("audit: draft.created}", "audit: draft.made}")


def partners_read_along(company: Company) -> None:
    """The draft is offered to partners, who are not in scope."""
    company.says("audience: [support_agent]", "audience: [support_agent, partner]")


def the_mode_is_delegated(company: Company) -> None:
    """The mode is delegated, and nothing says which share is reviewed."""
    company.says("mode: 2 ", "mode: 4 ")


def everybody_is_first(company: Company) -> None:
    """The first stage exposes everybody."""
    company.says("segment: eu, share: 0.10, people_max: 400,", "share: 1.0,")


def the_segment_is_cut_by_nothing(company: Company) -> None:
    """A segment is cut by a field that no record fills."""
    company.defines("ai_contacts", "tier, ai_opt_out", "null as country, tier, ai_opt_out")
    company.says("          ai_opt_out: required\n", "          ai_opt_out: required\n          country: required\n")
    company.says("region = 'US' AND NOT", "country = 'US' AND NOT")


def fewer_people_were_promised(company: Company) -> None:
    """The first stage reaches more people than the plan says."""
    company.says("people_max: 400,", "people_max: 4,")


def nothing_opens_the_second_stage(company: Company) -> None:
    """The plan does not say what opens the second stage."""
    company.says(", expand_when: [quality, review, confidence]", "")


def the_fallback_was_never_tried(company: Company) -> None:
    """Nobody has tried the fallback."""
    company.says("{to: agent_only, drill: 2026-11-12,", "{to: agent_only, drill: never,")


def the_rollback_takes_its_time(company: Company) -> None:
    """The plan does not say within which time it is rolled back."""
    company.says("within: 15 minutes, drill", "drill")


def the_rollback_was_tried_last_year(company: Company) -> None:
    """The rollback was tried a year ago."""
    company.says("within: 15 minutes, drill: 2026-11-12", "within: 15 minutes, drill: 2025-11-12")


def nobody_may_pause_it(company: Company) -> None:
    """Nobody is named who may pause it."""
    company.says("  pause: [ai-engineer@acme.example, oncall-ai@acme.example]\n", "")


def many_more_tickets_are_expected(company: Company) -> None:
    """The plan expects forty times the tickets that arrive."""
    company.says("per_day: 15,", "per_day: 620,")


def the_window_is_small(company: Company) -> None:
    """The budget of tokens is larger than the model's window."""
    company.says("name: sonnet-x,", "name: sonnet-x, context: 4000,")


def fetching_takes_too_long(company: Company) -> None:
    """Fetching alone takes longer than an answer may."""
    company.says("fetch: 2 seconds", "fetch: 20 seconds")


def long_threads_have_no_way_out(company: Company) -> None:
    """The heavy path has no fallback."""
    company.says("fallback: summarise_last_10", "fallback: none")


def american_tiers_are_missing(company: Company) -> None:
    """Half of the contacts of the US have no tier."""
    for record in [one for one in company.records["people"] if one["region"] == "US"][::2]:
        record["tier"] = None


_PLAN: Final = ("plan",)

LIES: Final = (
    Lie("access/unmapped-identity", ("crm",), a_login_is_tied_to_nothing),
    Lie("plan/missing-or-many-workflows", _PLAN, there_are_two_workflows),
    Lie("plan/unmeasurable-outcome", _PLAN, the_outcome_is_measured_on_nothing),
    Lie("plan/unfounded-input-type", _PLAN, inputs_are_not_named),
    Lie("plan/undecidable-criterion", _PLAN, quality_is_judged_on_no_sample),
    Lie(
        "plan/criterion-without-data",
        ("helpdesk.tickets.created_at",),
        what_is_measured_is_masked_away,
        entails=("privacy/over-masking", "privacy/unmasked-at-boundary"),
    ),
    Lie("plan/undated-or-overdue-assumption", _PLAN, a_gap_is_looked_at_never),
    Lie("plan/unevaluated-automation", ("draft",), no_evaluation_covers_the_draft),
    Lie("plan/changed-after-approval", _PLAN, another_plan_was_approved),
    Lie(
        "actions/missing-level",
        ("draft_reply",),
        the_draft_has_no_level,
        entails=("actions/undeclared-tool",),  # runs are given a tool for it all the same
    ),
    Lie("actions/missing-approval", ("draft_reply",), nobody_approves_dear_errors),
    Lie(
        "actions/uncontrolled-state-change",
        ("issue_refund",),
        refunds_are_made,
        entails=("actions/lethal-trifecta", "actions/mode-mismatch"),
    ),
    Lie(
        "actions/lethal-trifecta",
        ("send_reply",),
        replies_are_sent,
        entails=("actions/missing-approval", "actions/mode-mismatch"),
    ),
    Lie("actions/missing-or-self-approver", ("draft_reply",), who_asks_approves),
    Lie("actions/unaudited-action", ("draft_reply",), the_event_is_another),
    Lie("actions/undeclared-audience", ("draft_reply",), partners_read_along),
    Lie("actions/mode-mismatch", _PLAN, the_mode_is_delegated, entails=("dossier/unfit-oversight-protocol",)),
    Lie("rollout/missing-first-slice", ("plan (stage first)",), everybody_is_first, entails=("plan/unstaged-segment",)),
    Lie("rollout/unexpected-exposure", ("plan (segment eu) (stage first)",), fewer_people_were_promised),
    Lie("rollout/unmeasurable-expansion", ("plan (stage second)",), nothing_opens_the_second_stage),
    Lie("rollout/missing-or-untested-fallback", _PLAN, the_fallback_was_never_tried),
    Lie("rollout/missing-rollback-conditions", _PLAN, the_rollback_takes_its_time),
    Lie("rollout/untested-rollback", _PLAN, the_rollback_was_tried_last_year),
    Lie("rollout/unstoppable-exposure", _PLAN, nobody_may_pause_it),
    Lie("economics/unfounded-volume", ("helpdesk.tickets.created_at",), many_more_tickets_are_expected),
    Lie("economics/context-over-budget", _PLAN, the_window_is_small),
    Lie("economics/missing-or-impossible-latency", ("fetch",), fetching_takes_too_long),
    Lie("economics/heavy-path-without-fallback", _PLAN, long_threads_have_no_way_out),
)
"""Every lie that the plan alone can tell of its launch, by the rule that finds it."""

LIES_THAT_ARE_SCANNED: Final = (
    Lie("plan/conflicting-assumptions", ("ops.closed",), two_datasets_share_a_table),
    Lie(
        "rollout/worse-next-stage",
        ("crm.contacts.tier (segment us) (stage second)",),
        american_tiers_are_missing,
        entails=("source/incomplete-field",),
    ),
    Lie(
        "rollout/uncomputable-segment",
        ("crm.contacts.country (segment us)",),
        the_segment_is_cut_by_nothing,
        entails=("freshness/stale-segment", "source/missing-records"),  # the segment that it cuts is empty
    ),
)
"""Lies that the systems must be read for."""
