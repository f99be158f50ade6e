"""Lies of the plan about what was promised, decided and tested: its dossier, its owners, its purposes and its terms.

They are told in the plan alone; the company's systems stay as honest as they are.
"""

from __future__ import annotations

from typing import Final

from examples.support_reply.company import Company
from examples.support_reply.lies import Lie

_CONTACTS: Final = "          salutation: {need: helpful}\n"


def the_record_leaves_telephones_out(company: Company) -> None:
    """The record of processing covers addresses alone, and telephone numbers are read as well."""
    company.says('ropa: "record 114"', "ropa: {ref: record 114, categories: [email]}")


def a_change_was_never_decided(company: Company) -> None:
    """The log lists a change that somebody tried out and nobody decided."""
    company.says(
        'log: "changes, validations and decisions in project AI-SUP"',
        "log: [{change: shorter prompt, on: 2026-11-02, validation: V-31}]",
    )


def documents_cross_in_the_clear(company: Company) -> None:
    """Documents are fetched over an address that nothing encrypts."""
    company.says('path: "${KNOWLEDGE_FILES}"', 'path: "http://kb.acme.example/articles"')


def nobody_set_the_mode(company: Company) -> None:
    """The plan does not say how much a person checks."""
    company.says("  mode: 2                             # advisory: every suggestion is reviewed\n", "")


def the_mode_is_a_word(company: Company) -> None:
    """The mode is none of the five that there are."""
    company.says("mode: 2 ", "mode: assisted ")


def nobody_assessed_the_launch(company: Company) -> None:
    """The second stage reaches four hundred thousand people, and the assessment is not named."""
    company.says("people_max: 4000,", "people_max: 400000,")
    company.says(", dpia: docs/dpia.md", "")


def the_protocol_is_of_another_mode(company: Company) -> None:
    """The protocol was written for a delegated system, and this one is advisory."""
    company.says("protocol: {ref: docs/oversight.md,", "protocol: {ref: docs/oversight.md, mode: 4,")


def another_configuration_was_tested(company: Company) -> None:
    """The tests passed on another configuration than the one from which the rollback was rehearsed."""
    company.says(
        'tests: {passed: 2026-11-09, config: "sha256:9f1e"', 'tests: {passed: 2026-11-09, config: "sha256:77aa"'
    )


def a_boundary_was_crossed(company: Company) -> None:
    """The test of the hard boundary failed."""
    company.says("result: passed", "result: failed")


def the_protocol_was_changed_since(company: Company) -> None:
    """The protocol is another than the one whose hash was approved."""
    company.says("{ref: docs/oversight.md,", f'{{ref: docs/oversight.md, sha256: "{"0123456789abcdef" * 4}",')


def reviews_are_judged_on_twenty(company: Company) -> None:
    """Twenty drafts decide whether seven in ten are accepted."""
    company.says(
        'review: {metric: accepted_without_rewrite, ship: ">= 0.70", hold: "< 0.50",',
        'review: {metric: accepted_without_rewrite, ship: ">= 0.70", hold: "< 0.65", n: 20,',
    )


def impact_is_said_to_be_a_number(company: Company) -> None:
    """The plan says that the impact of an incident is made from its number; the view makes it from its severity."""
    company.says(
        "service: required, impact: required,",
        "service: required, impact: {need: required, made_from: ops.incidents.id},",
    )


def the_alert_was_switched_off(company: Company) -> None:
    """The alert on failing masks is there, and disabled."""
    company.says(
        '["alert:mask_failure", "alert:stale_context"]', '[{id: mask_failure, enabled: false}, "alert:stale_context"]'
    )


def nobody_is_second(company: Company) -> None:
    """Whom to ask next is not said where the first does not answer."""
    company.says(", {level: 2, to: guardian@acme.example, within: 4 hours}", "")


def two_are_accountable(company: Company) -> None:
    """The product is two persons' to answer for."""
    company.says(
        "ai_product_manager: product-manager@acme.example",
        "ai_product_manager: [product-manager@acme.example, deputy@acme.example]",
    )


def who_plans_approves(company: Company) -> None:
    """The product manager, who wrote the plan, opened its third gate."""
    company.says(
        "g3: {approved: 2026-11-10, by: business-sponsor@acme.example}",
        "g3: {approved: 2026-11-10, by: product-manager@acme.example}",
    )


def free_customers_were_promised_otherwise(company: Company) -> None:
    """Customers of the free tier were promised that nothing of theirs reaches a model."""
    company.says(
        "  purposes: [customer_support]\n",
        "  purposes: [customer_support]\n  commitments:\n"
        "    free_tier: {of: crm.contacts, where: \"tier = 'free'\", effect: drop_segment}\n",
    )


def a_salutation_is_of_staff(company: Company) -> None:
    """The salutation is said to be of employees, and nobody decided on that."""
    company.says(_CONTACTS, "          salutation: {need: helpful, sensitive: employee}\n")
    company.says(", dpia: docs/dpia.md", "")


def the_model_is_elsewhere(company: Company) -> None:
    """Data may stay in the EU alone, and the model answers from another region."""
    company.says("  purposes: [customer_support]\n", "  purposes: [customer_support]\n  regions: [eu]\n")
    company.says("name: sonnet-x, region: eu,", "name: sonnet-x, region: us,")


def a_join_is_redacted(company: Company) -> None:
    """The field that leads from a subscription to its contact is redacted."""
    company.says(
        "          contact_id: {need: required, joins: crm.contacts.id}\n          plan:",
        "          contact_id: {need: required, joins: crm.contacts.id, mask: redact}\n          plan:",
    )


def contacts_were_collected_to_bill(company: Company) -> None:
    """Contacts were collected for billing, and are used to answer them."""
    company.says("    owner: crm-owner@acme.example\n", "    owner: crm-owner@acme.example\n    purposes: [billing]\n")


def traces_must_stay_and_go(company: Company) -> None:
    """Traces must be kept for six months, and are promised to be gone after one."""
    company.says(
        "keep: {limit: 30 days, by: project setting}", "keep: {limit: 30 days, floor: 6 months, by: project setting}"
    )


def nobody_owns_the_drafts(company: Company) -> None:
    """The plan does not say whose the drafts are."""
    company.says(", owned_by: acme", "")


def terms_were_read_last_year(company: Company) -> None:
    """The provider's terms were last looked up a year ago."""
    company.says('section 4", checked: 2026-10-01', 'section 4", checked: 2025-10-01')


def the_suite_is_not_listed(company: Company) -> None:
    """The suite that the launch relies on is not among those that could move to another model."""
    company.says("  evals: [reply_quality@3f2c]\n", "  evals: [other_suite@77aa]\n")


_PLAN: Final = ("plan",)

LIES: Final = (
    Lie("dossier/contradicted-ropa-entry", _PLAN, the_record_leaves_telephones_out),
    Lie("dossier/incomplete-handover-log", _PLAN, a_change_was_never_decided),
    Lie("dossier/misconfigured-connection", ("knowledge",), documents_cross_in_the_clear),
    Lie("dossier/missing-collaboration-mode", _PLAN, nobody_set_the_mode),
    Lie("dossier/missing-collaboration-mode", _PLAN, the_mode_is_a_word, entails=("actions/mode-mismatch",)),
    Lie("dossier/missing-dpia", _PLAN, nobody_assessed_the_launch),
    Lie("dossier/unfit-oversight-protocol", _PLAN, the_protocol_is_of_another_mode),
    Lie("dossier/untested-configuration", _PLAN, another_configuration_was_tested),
    Lie("dossier/untested-or-failed-boundary", _PLAN, a_boundary_was_crossed),
    Lie("evidence/altered-evidence", _PLAN, the_protocol_was_changed_since),
    Lie("evidence/small-sample", _PLAN, reviews_are_judged_on_twenty),
    Lie("lineage/conflicting-paths", ("ops.open_incidents.impact",), impact_is_said_to_be_a_number),
    Lie("observability/inactive-alert", _PLAN, the_alert_was_switched_off),
    Lie("ownership/incomplete-escalation", _PLAN, nobody_is_second),
    Lie("ownership/malformed-raci", _PLAN, two_are_accountable),
    Lie("ownership/undivided-duties", _PLAN, who_plans_approves),
    Lie(
        "privacy/broken-customer-commitment",
        ("crm.contacts (segment eu)", "crm.contacts (segment us)"),
        free_customers_were_promised_otherwise,
    ),
    Lie(
        "privacy/employee-data",
        ("crm.contacts.salutation",),
        a_salutation_is_of_staff,
        entails=("dossier/missing-dpia",),
    ),
    Lie("privacy/forbidden-region-or-recipient", _PLAN, the_model_is_elsewhere),
    Lie("privacy/over-masking", ("crm.subscriptions.contact_id",), a_join_is_redacted),
    Lie("privacy/uncovered-purpose", ("crm",), contacts_were_collected_to_bill),
    Lie("retention/floor-ceiling-conflict", ("traces",), traces_must_stay_and_go),
    Lie("retention/unowned-artefacts", ("draft_reply",), nobody_owns_the_drafts),
    Lie(
        "switching/outdated-provider-terms",
        _PLAN,
        terms_were_read_last_year,
        entails=("retention/unknown-provider-retention",),
    ),
    Lie("switching/unportable-evaluations", _PLAN, the_suite_is_not_listed),
)
"""Every lie of this kind that the plan alone can tell, by the rule that finds it."""
