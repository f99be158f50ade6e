"""Lies that can be planted in the honest company: each makes one thing untrue, and one rule exists to find it.

`LIES` is the table: the rule, what its finding is to be about, the lie, and the rules that the same lie entails since
the same fact breaks their assumption too. What a lie does not entail must stay silent.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from examples.support_reply.company import Company, Record, card, iban, phone


@dataclass(frozen=True, slots=True)
class Lie:
    """One thing that is untrue, and who is to find it."""

    rule: str
    about: tuple[str, ...]
    """Labels of the subjects that the rule's findings are to have: all of them, and no others."""
    tell: Callable[[Company], None]
    entails: tuple[str, ...] = ()
    """Rules that the same lie breaks as well."""


def usage_stopped_arriving(company: Company) -> None:
    """Nothing of product usage has arrived for three days."""
    company.each("usage", lambda record: _earlier(record, "event_time", days=3))
    company.records["usage"] = [one for one in company.records["usage"] if _moment(one, "event_time", company) < 29]


def eu_contacts_stopped_syncing(company: Company) -> None:
    """Contacts of the EU were last synchronised 200 days ago, the others minutes ago."""
    for record in company.records["people"]:
        if record["region"] == "EU":
            _earlier(record, "updated_at", days=200)


def part_of_the_index_was_not_renewed(company: Company) -> None:
    """One chunk of the index in three was embedded ten days ago."""
    for record in company.records["chunks"][::3]:
        _earlier(record, "embedded_at", days=10)


def policies_are_out_of_force(company: Company) -> None:
    """Two policies ended a month ago and lie among the others."""
    for record in company.records["policies"][2:4]:
        record["effective_to"] = company.ago(days=30)


def contacts_are_dated_ahead(company: Company) -> None:
    """Two contacts are dated next year."""
    for record in company.records["people"][9:11]:
        record["updated_at"] = company.now + timedelta(days=300)


def usage_lost_its_zone(company: Company) -> None:
    """Product usage is written as wall clocks."""
    company.zoneless.add("usage")


def nobody_said_what_happens_when_stale(company: Company) -> None:
    """The plan does not say what to do when tickets are stale."""
    company.says(", when_stale: hold_step", "")


def invoices_lost_their_clock(company: Company) -> None:
    """Some invoices do not say when they were updated."""
    for record in company.records["invoices"][10:30]:
        record["updated_at"] = None


def the_clock_was_renamed(company: Company) -> None:
    """The clock of invoices is called otherwise than the plan says."""
    company.each("invoices", lambda record: record.update(changed_at=record.pop("updated_at")))


def the_copy_forgot_a_field(company: Company) -> None:
    """The view of incidents gives a constant where the plan counts on their severity."""
    company.defines("ai_incidents", "severity as impact", "'minor' as impact")


def staff_records_flow_in(company: Company) -> None:
    """The tier of contacts is taken from a system that is denied."""
    company.defines("ai_contacts", "tier, ai_opt_out", "grade as tier, ai_opt_out")
    company.defines("ai_contacts", "from people", "from people left join hr_core on person_id = id")
    company.each("hr_core", lambda record: record.update(grade="gold"))


def the_pseudonym_travels_as_a_reference(company: Company) -> None:
    """The pseudonym of a contact's address stands as the reference of a subscription."""
    company.defines("ai_subscriptions", "s.reference", "c.email as reference")


def the_view_cannot_be_followed(company: Company) -> None:
    """The view of incidents adds to its summary what the system keeps to itself."""
    company.defines("ai_incidents", "summary,", f"summary || {company.hidden} as summary,")


def incidents_are_promised_for_the_day(company: Company) -> None:
    """Incidents are promised to be a day old at most, and their view to be half an hour."""
    company.says(
        "        reads: incidents\n        key: id\n",
        "        reads: incidents\n        key: id\n"
        "        fresh: {clock: updated_at, zone: UTC, within: 1 day, when_stale: say_unknown}\n",
    )


def an_outcome_names_no_field(company: Company) -> None:
    """A criterion is measured on a field that the plan does not declare."""
    company.says("of: helpdesk.tickets.created_at, ship:", "of: helpdesk.tickets.first_reply_at, ship:")


def a_gap_takes_nothing_out(company: Company) -> None:
    """A known gap has no effect."""
    company.says("effect: none; the tiers were checked, ", "")


def an_action_is_excluded_and_allowed(company: Company) -> None:
    """Reading tickets is out of scope, and allowed."""
    company.says("[send_reply, issue_refund], integrations", "[send_reply, issue_refund, read_ticket], integrations")


def an_answer_is_to_be_decided(company: Company) -> None:
    """Who is responsible for the oversight is answered with a placeholder."""
    company.says("  responsible: support_agent\n", "  responsible: TBD\n")


def nobody_needs_state(company: Company) -> None:
    """No step reads user state."""
    company.says("      state.sessions: all\n", "")


def nobody_owns_operations(company: Company) -> None:
    """Nobody answers for the operational records."""
    company.says("owner: ops-owner@acme.example", "owner: TBD")


def a_segment_has_no_stage(company: Company) -> None:
    """The second segment is in scope and in no stage."""
    company.says("  - {stage: second, segment: us, share: 1.0, people_max: 4000, expand_when: [business, cost]}\n", "")


def nobody_needs_the_salutation(company: Company) -> None:
    """A field is declared and read by nothing."""
    company.says("crm.contacts: [salutation, email]", "crm.contacts: [email]")


def customers_write_card_numbers(company: Company) -> None:
    """Tickets carry numbers of payment cards, which the declared mask leaves."""
    dice = random.Random(11)  # noqa: S311 - a story, no secret
    for record in company.records["tickets"][::20]:
        record["body"] = f"{record['body']} My card is {card(dice)}."


def the_sample_is_small(company: Company) -> None:
    """Only a few of the sessions may be looked at."""
    company.says("  state:                              # user state\n", "  state:\n    budget: {sample: 10}\n")


def phones_hold_addresses(company: Company) -> None:
    """What is declared a telephone number is an e-mail address."""
    company.defines("ai_contacts", "'*** ' || substr(phone, -2) as phone", "email as phone")


def the_number_stands_in_another_view(company: Company) -> None:
    """The telephone number that one view masks is the reference in another."""
    company.defines("ai_subscriptions", "s.reference", "p.phone as reference")
    company.defines("ai_subscriptions", "on c.id = s.contact_id", "on c.id = s.contact_id join people p on p.id = c.id")


def a_key_stands_in_an_incident(company: Company) -> None:
    """Somebody wrote an access key into the summary of an incident."""
    company.records["incidents"][7]["summary"] = "Restarted with AKIA" + "QZ7MB2XW4KD9TR3N"


def health_is_kept_with_tickets(company: Company) -> None:
    """Replies hold what an agent noted of a customer's health, and the plan reads it."""
    dice = random.Random(12)  # noqa: S311 - a story, no secret
    told = ("diabetes", "asthma", "epilepsy", "hypertension", "depression")
    company.each("replies", lambda record: record.update(health_condition=dice.choice(told)))
    company.says(
        "          ticket_id: {need: required",
        "          health_condition: helpful\n          ticket_id: {need: required",
    )


def subjects_hold_numbers(company: Company) -> None:
    """Agents write telephone and account numbers into the subject, which the plan calls harmless."""
    dice = random.Random(13)  # noqa: S311 - a story, no secret
    for record in company.records["tickets"][::12]:
        record["subject"] = f"call back {phone(dice)}"
    for record in company.records["tickets"][5::24]:
        record["subject"] = f"refund to {iban(dice)}"


def the_view_forgot_its_mask(company: Company) -> None:
    """The view that is to give a keyed hash of the address gives the address."""
    company.defines("ai_contacts", "email_hmac as email", "lower(email) as email")


def the_mask_is_a_plain_hash(company: Company) -> None:
    """The plan declares a plain hash for addresses, which are few enough to try them all."""
    company.says(
        "email: {need: helpful, sensitive: email, mask: hmac}", "email: {need: helpful, sensitive: email, mask: hash}"
    )


def the_limit_counts_from_nothing(company: Company) -> None:
    """The plan does not say from when the limit of replies counts."""
    company.says(
        "        reads: replies\n        key: id\n        keep: {limit: 36 months, since: created_at}",
        "        reads: replies\n        key: id\n        keep: {limit: 36 months}",
    )


def old_tickets_were_not_purged(company: Company) -> None:
    """Some tickets are four years old."""
    for record in company.records["tickets"][:30]:
        _earlier(record, "created_at", days=1500)
        _earlier(record, "updated_at", days=1500)


def chunks_lost_their_document(company: Company) -> None:
    """Some chunks of the index do not say which document they are of."""
    for record in company.records["chunks"][::6]:
        record["doc_id"] = None


def an_article_was_withdrawn(company: Company) -> None:
    """An article was withdrawn and still stands in the index."""
    company.records["articles"].pop(3)


def backups_are_kept_for_a_month(company: Company) -> None:
    """Backups are kept for 35 days, and sessions are promised to be gone after one."""
    company.says("  cache: {at:", "  backups: {keep: {limit: 35 days}}\n  cache: {at:")


def the_provider_keeps_prompts(company: Company) -> None:
    """The provider keeps prompts for 30 days, of which the plan keeps none."""
    company.says("keeps: {prompts: 0 days,", "keeps: {prompts: 30 days,")


def nothing_limits_traces(company: Company) -> None:
    """The plan does not say how long traces are kept."""
    company.says("content: masked, keep: {limit: 30 days, by: project setting}", "content: masked")


def invoices_lack_their_number(company: Company) -> None:
    """Some invoices have no number."""
    for record in company.records["invoices"][3:9]:
        record["id"] = None


def the_view_does_not_compile(company: Company) -> None:
    """The view of incidents names a column that was dropped."""
    company.each("incidents", lambda record: record.pop("service"))


def tiers_are_missing(company: Company) -> None:
    """One contact in ten has no tier."""
    for record in company.records["people"][::10]:
        record["tier"] = None


def amounts_became_text(company: Company) -> None:
    """Amounts are written with their currency."""
    company.each("invoices", lambda record: record.update(amount=f"{record['amount']} EUR"))


def replies_were_dropped(company: Company) -> None:
    """The table of replies is not there."""
    del company.records["replies"]


def replies_refer_to_nothing(company: Company) -> None:
    """One reply in five belongs to a ticket that is no more."""
    for record in company.records["replies"][::5]:
        record["ticket_id"] = 1_000_000


def the_subject_was_renamed(company: Company) -> None:
    """The subject of tickets is called otherwise than the plan says."""
    company.each("tickets", lambda record: record.update(headline=record.pop("subject")))


def eu_has_no_subscriptions(company: Company) -> None:
    """No contact of the EU has a subscription."""
    eu = {record["id"] for record in company.records["people"] if record["region"] == "EU"}
    kept = [record for record in company.records["subscriptions"] if record["contact_id"] not in eu]
    company.records["subscriptions"] = kept


def tickets_are_escalated(company: Company) -> None:
    """Tickets have a status that the plan does not know."""
    for record in company.records["tickets"][::9]:
        record["status"] = "escalated"


def billing_is_gone(company: Company) -> None:
    """The folder of billing is not there."""
    company.withheld.add("billing")


LIES: Final = (
    Lie("freshness/stale-source", ("product.usage",), usage_stopped_arriving),
    Lie("freshness/stale-segment", ("crm.contacts (segment eu)",), eu_contacts_stopped_syncing),
    Lie("freshness/stale-tail", ("index.chunks",), part_of_the_index_was_not_renewed),
    Lie("freshness/superseded-document", ("knowledge.policies",), policies_are_out_of_force),
    Lie("freshness/future-rows", ("crm.contacts.updated_at",), contacts_are_dated_ahead),
    Lie("freshness/ambiguous-time-zone", ("product.usage.event_time",), usage_lost_its_zone),
    Lie("freshness/missing-stale-behaviour", ("helpdesk.tickets",), nobody_said_what_happens_when_stale),
    Lie("freshness/unsuitable-clock", ("billing.invoices.updated_at",), invoices_lost_their_clock),
    Lie(
        "freshness/unverifiable-freshness",
        ("billing.invoices",),
        the_clock_was_renamed,
    ),
    Lie("freshness/slow-pipeline", ("ops.open_incidents",), incidents_are_promised_for_the_day),
    Lie("lineage/dead-end-field", ("ops.incidents.severity",), the_copy_forgot_a_field),
    Lie("lineage/forbidden-upstream", ("crm.contacts", "crm.subscriptions"), staff_records_flow_in),
    Lie("lineage/lost-label", ("crm.subscriptions.reference",), the_pseudonym_travels_as_a_reference),
    Lie("lineage/opaque-hop", ("ops.open_incidents",), the_view_cannot_be_followed),
    Lie("plan/dangling-reference", ("helpdesk.tickets.first_reply_at",), an_outcome_names_no_field),
    Lie("plan/gap-without-effect", ("plan",), a_gap_takes_nothing_out),
    Lie("plan/included-and-excluded", ("read_ticket",), an_action_is_excluded_and_allowed),
    Lie("plan/placeholder-answer", ("plan",), an_answer_is_to_be_decided),
    Lie("plan/unneeded-integration", ("state",), nobody_needs_state),
    Lie("plan/unowned-assumption", ("ops",), nobody_owns_operations),
    Lie("plan/unstaged-segment", ("plan (segment us)",), a_segment_has_no_stage),
    Lie("plan/unused-field", ("crm.contacts.salutation",), nobody_needs_the_salutation),
    Lie("privacy/identifiers-in-free-text", ("helpdesk.tickets.body",), customers_write_card_numbers),
    Lie(
        "privacy/insufficient-detection",
        ("state.sessions.session_id", "state.sessions.user_id", "state.sessions.plan_step"),
        the_sample_is_small,
    ),
    Lie("privacy/mislabelled-field", ("crm.contacts.phone",), phones_hold_addresses),
    Lie(
        "privacy/raw-on-another-path",
        ("crm.contacts.phone",),
        the_number_stands_in_another_view,
        # The other view's field is declared harmless, and holds telephone numbers.
        entails=("privacy/undeclared-sensitive-data",),
    ),
    Lie("privacy/secret-in-content", ("ops.open_incidents.summary",), a_key_stands_in_an_incident),
    Lie("privacy/special-category-data", ("helpdesk.replies.health_condition",), health_is_kept_with_tickets),
    Lie("privacy/undeclared-sensitive-data", ("helpdesk.tickets.subject",), subjects_hold_numbers),
    Lie("privacy/unmasked-at-boundary", ("crm.contacts.email",), the_view_forgot_its_mask),
    Lie("privacy/weak-masking", ("crm.contacts.email",), the_mask_is_a_plain_hash),
    Lie("retention/ambiguous-retention", ("helpdesk.replies",), the_limit_counts_from_nothing),
    Lie("retention/outliving-backups", ("backups",), backups_are_kept_for_a_month),
    Lie("retention/overdue-records", ("helpdesk.tickets",), old_tickets_were_not_purged),
    Lie("retention/undeclared-retention", ("traces",), nothing_limits_traces),
    Lie("retention/unknown-provider-retention", ("provider",), the_provider_keeps_prompts),
    Lie("retention/untraceable-copy", ("index.chunks",), chunks_lost_their_document),
    Lie("source/duplicate-or-unstable-key", ("billing.invoices",), invoices_lack_their_number),
    Lie(
        "source/hidden-or-missing",
        tuple(f"ops.open_incidents.{name}" for name in ("id", "service", "impact", "summary")),
        the_view_does_not_compile,
        entails=("lineage/opaque-hop", "freshness/unverifiable-freshness"),
    ),
    Lie("source/incomplete-field", ("crm.contacts.tier",), tiers_are_missing),
    Lie("source/lossy-join", ("helpdesk.replies.ticket_id",), replies_refer_to_nothing),
    Lie("source/mismatched-type", ("billing.invoices.amount",), amounts_became_text),
    Lie("source/missing-dataset", ("helpdesk.replies",), replies_were_dropped),
    Lie("source/missing-field", ("helpdesk.tickets.subject",), the_subject_was_renamed),
    Lie("source/missing-records", ("crm.subscriptions (segment eu)",), eu_has_no_subscriptions),
    Lie("source/undeclared-values", ("helpdesk.tickets.status",), tickets_are_escalated),
    Lie("source/unreachable-source", ("billing",), billing_is_gone),
)
"""Every lie that files and databases without identities can hold, by the rule that finds it."""


def _earlier(record: Record, clock: str, **span: float) -> None:
    moment = record[clock]
    if isinstance(moment, datetime):
        record[clock] = moment - timedelta(**span)


def _moment(record: Record, clock: str, company: Company) -> float:
    """Give how many days ago a record is dated."""
    moment = record[clock]
    return (company.now - moment) / timedelta(days=1) if isinstance(moment, datetime) else 0.0
