"""Lies that records and views hold: how many there are, what they are made of, what can be had back from them."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from examples.support_reply.company import Company
from examples.support_reply.lies import Lie


def hardly_any_ticket_arrives(company: Company) -> None:
    """For five weeks eighty tickets a week were touched, and in the last one six; the newest is minutes old."""
    *before, last = [company.records["tickets"][:394], company.records["tickets"][394:]]
    for number, record in enumerate(before[0]):
        record["updated_at"] = company.ago(days=7, hours=1) - timedelta(hours=2.1 * number)
    for number, record in enumerate(last):
        record["updated_at"] = company.ago(minutes=3) - timedelta(hours=25 * number)


def contacts_say_where_and_when_they_were_born(company: Company) -> None:
    """A step reads the postcode and the year of birth of contacts, which are one person's together."""
    for number, record in enumerate(company.records["people"]):
        record.update(postcode=f"10{number % 40:03d}", birth_year=1950 + number % 47)
    company.defines("ai_contacts", "tier, ai_opt_out", "tier, postcode, birth_year, ai_opt_out")
    company.says(
        "          ai_opt_out: required\n",
        "          ai_opt_out: required\n"
        "          postcode: {need: helpful, sensitive: quasi_identifier}\n"
        "          birth_year: {need: helpful, sensitive: quasi_identifier}\n",
    )
    company.says("[id, phone, region, tier, ai_opt_out]", "[id, phone, region, tier, ai_opt_out, postcode, birth_year]")


def the_mask_hides_too_little(company: Company) -> None:
    """The view that is to hide most of a telephone number leaves all but its country."""
    company.defines("ai_contacts", "'*** ' || substr(phone, -2) as phone", "'*** ' || substr(phone, 4) as phone")


def replies_have_pictures(company: Company) -> None:
    """A step reads the pictures in replies, which are bytes that nobody can look into."""
    company.each("replies", lambda record: record.update(picture=b"\x89PNG\r\n\x1a\n" + bytes(64)))
    company.says(
        "          ticket_id: {need: required", "          picture: helpful\n          ticket_id: {need: required"
    )


def the_copy_spells_services_otherwise(company: Company) -> None:
    """The view of incidents writes services in capitals, and the plan reads them in both places."""
    company.defines("ai_incidents", "select id, service,", "select id, upper(service) as service,")
    company.says("fields: {id: required, severity:", "fields: {id: required, service: helpful, severity:")


def tickets_are_always_new(company: Company) -> None:
    """The clock of tickets is computed by the database, from the moment at which a ticket was opened."""
    company.generated["tickets"] = {"updated_at": "datetime(created_at, '+2 minutes')"}


def chunks_are_confidential(company: Company) -> None:
    """Some chunks of the index say that they are confidential, and the plan calls their text harmless."""
    for number, record in enumerate(company.records["chunks"]):
        record["classification"] = "confidential" if number % 5 == 0 else "internal"


def a_policy_replaces_another(company: Company) -> None:
    """A policy says that it replaces another, which lies beside it and has not ended."""
    company.records["policies"][3]["supersedes"] = company.records["policies"][0]["doc_id"]


LIES: Final = (
    Lie("freshness/stopped-arrival", ("helpdesk.tickets.updated_at",), hardly_any_ticket_arrives),
    Lie("freshness/superseded-document", ("knowledge.policies.superseded",), a_policy_replaces_another),
    Lie("privacy/identifying-combination", ("crm.contacts",), contacts_say_where_and_when_they_were_born),
    Lie("privacy/ineffective-mask", ("crm.contacts.phone",), the_mask_hides_too_little),
    Lie("privacy/undeclared-sensitive-data", ("index.chunks.text",), chunks_are_confidential),
    Lie("privacy/unscannable-data", ("helpdesk.replies",), replies_have_pictures),
    Lie("source/computed-field", ("helpdesk.tickets.updated_at",), tickets_are_always_new),
    Lie("source/conflicting-sources", ("ops.open_incidents.service",), the_copy_spells_services_otherwise),
)
"""Every lie of this kind that files and SQLite can hold, by the rule that finds it."""
