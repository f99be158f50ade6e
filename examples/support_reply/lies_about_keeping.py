"""Lies about what is kept, by what right, in which form, and how much of it there is."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from examples.support_reply.company import Company
from examples.support_reply.lies import Lie


def mails_come_as_mark_up(company: Company) -> None:
    """One ticket in eight is the mark-up of a mail program."""
    for record in company.records["tickets"][::8]:
        record["body"] = f"<div><p>{record['body']}</p><br></div>"


def half_of_the_tickets_came_in_a_day(company: Company) -> None:
    """Two hundred tickets were opened on the same day, ten days ago."""
    for number, record in enumerate(company.records["tickets"][100:300]):
        record["created_at"] = company.ago(days=9, hours=6) + timedelta(seconds=number)


def contacts_are_loaded_by_a_tool(company: Company) -> None:
    """The table of contacts is loaded from elsewhere by a tool, which leaves its column."""
    company.each("people", lambda record: record.update(_fivetran_synced=record["updated_at"]))


def the_cache_has_no_time_to_live(company: Company) -> None:
    """Nothing is named that deletes from the cache."""
    company.says("keep: {limit: 1 hour, by: ttl}", "keep: {limit: 1 hour}")


def answers_become_an_evaluation_set(company: Company) -> None:
    """Answers are kept to evaluate by, and nobody said that they may be."""
    company.says("  cache: {at:", "  evals: {content: masked, keep: {limit: 30 days}}\n  cache: {at:")


def contacts_are_held(company: Company) -> None:
    """The contacts of the EU are under a legal hold, and promised to be deleted."""
    company.says(
        "constraints:\n",
        "constraints:\n  holds: {case_12: {of: crm.contacts, where: \"region = 'EU'\", ref: case 12}}\n",
    )


def the_purge_covers_new_tickets_only(company: Company) -> None:
    """What deletes tickets was set up last month, and the oldest ones stayed."""
    for record in company.records["tickets"][:30]:
        for clock in ("created_at", "updated_at"):
            moment = record[clock]
            record[clock] = moment - timedelta(days=1500) if isinstance(moment, datetime) else moment
    changed = company.ago(days=30).date()
    company.says(
        "keep: {limit: 36 months, since: created_at, by: partition drop}",
        f"keep: {{limit: 36 months, since: created_at, by: partition drop, changed: {changed}}}",
    )


LIES: Final = (
    Lie("source/undeclared-language-or-format", ("helpdesk.tickets.body",), mails_come_as_mark_up),
    Lie("source/unexpected-volume", ("helpdesk.tickets.created_at",), half_of_the_tickets_came_in_a_day),
    Lie("source/copy-as-truth", ("crm.contacts",), contacts_are_loaded_by_a_tool),
    Lie("retention/endless-default", ("cache",), the_cache_has_no_time_to_live),
    Lie("retention/reuse-without-right", ("evals",), answers_become_an_evaluation_set),
    Lie("retention/deletion-blocked-by-hold", ("crm.contacts",), contacts_are_held),
    Lie(
        "retention/new-data-only",
        ("helpdesk.tickets",),
        the_purge_covers_new_tickets_only,
        entails=("retention/overdue-records",),
    ),
)
"""Every lie of this kind that files and SQLite can hold, by the rule that finds it."""
