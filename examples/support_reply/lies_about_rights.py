"""Lies that only a system with logins, grants and views with rights of their own can hold: statements for PostgreSQL.

Each is told in the database that `postgresql` builds, and taken back, so that one database serves for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from examples.support_reply.postgresql import VIEWS


@dataclass(frozen=True, slots=True)
class Lie:
    """Statements that make one thing untrue, and those that make it true again."""

    rule: str
    about: tuple[str, ...]
    """Labels of the subjects that the rule's findings are to have."""
    tell: str
    """`{login}` and `{analyst}` stand for the workflow's login and for a role that it is no member of."""
    take_back: str
    entails: tuple[str, ...] = ()
    """Rules that the same lie breaks as well."""
    says: tuple[str, str] = ("", "")
    """What the plan says, and what it says instead, where the lie is the plan's."""


def _honest(view: str) -> str:
    return f"create or replace view {view} as {VIEWS[view]}"


def _instead(view: str, expression: str, instead: str) -> str:
    return _honest(view).replace(expression, instead)


_UNDECLARED: Final = "undeclared datasets"
LIES: Final = (
    Lie(
        "access/under-grant",
        ("helpdesk.tickets.body",),
        "revoke select (body) on helpdesk.tickets from {login}",
        "grant select (body) on helpdesk.tickets to {login}",
    ),
    Lie(
        "access/unusable-grant",
        ("knowledge.articles", "knowledge.policies"),
        "revoke usage on schema knowledge from {login}",
        "grant usage on schema knowledge to {login}",
    ),
    Lie(
        "access/over-grant",
        ("helpdesk.tickets",),
        "grant select (channel) on helpdesk.tickets to {login}",
        "revoke select (channel) on helpdesk.tickets from {login}",
    ),
    Lie(
        "access/over-grant-dataset",
        (_UNDECLARED,),
        "grant usage on schema hr_core to {login}; grant select on hr_core.staff to {login}",
        "revoke usage on schema hr_core from {login}; revoke select on hr_core.staff from {login}",
    ),
    Lie(
        "access/over-grant-sensitive",
        (_UNDECLARED,),
        "create view ai.everybody as select id, full_name, email from crm.people; "
        "grant select on ai.everybody to {login}",
        "drop view ai.everybody",
        # What the declared view masks stands raw in this one.
        entails=("privacy/raw-on-another-path",),
    ),
    Lie(
        "privacy/raw-on-another-path",
        ("crm.contacts.phone",),
        "grant usage on schema crm to {login}; grant select (phone) on crm.people to {login}",
        "revoke usage on schema crm from {login}; revoke select (phone) on crm.people from {login}",
        # The table lies beneath the declared view, and holds the contacts that the view leaves out.
        entails=("access/over-grant-sensitive", "access/alternate-path", "access/application-only-segment"),
    ),
    Lie(
        "access/reach-through-public",
        ("helpdesk.tickets",),
        "grant select (channel) on helpdesk.tickets to public",
        "revoke select (channel) on helpdesk.tickets from public",
    ),
    Lie(
        "access/reach-through-view",
        (_UNDECLARED,),
        "create view ai.grades as select person_id, grade from hr_core.staff; grant select on ai.grades to {login}",
        "drop view ai.grades",
    ),
    Lie(
        "access/reach-through-routine",
        ("crm",),
        "create function ai.grades() returns setof text language sql security definer "
        "as 'select grade from hr_core.staff'",
        "drop function ai.grades()",
    ),
    Lie(
        "access/undeclared-write",
        ("product",),
        "grant insert on ai.sessions to {login}",
        "revoke insert on ai.sessions from {login}",
    ),
    Lie(
        "access/privileged-identity",
        ("crm", "helpdesk", "product", "billing", "knowledge", "ops"),
        "alter role {login} bypassrls",
        "alter role {login} nobypassrls",
        # Who bypasses row security reads the tickets that a policy hides.
        entails=("access/ineffective-row-filter",),
    ),
    Lie(
        "access/weak-credential",
        ("crm",),
        "alter role {login} valid until 'infinity'",
        "alter role {login} valid until '2999-01-01'",
    ),
    Lie(
        "access/unaudited-sensitive-reads",
        ("crm", "helpdesk"),
        "alter role {login} set log_statement = 'none'",
        "alter role {login} reset log_statement",
    ),
    Lie(
        "access/latent-reach",
        ("crm",),
        # Before version 16 it is the member, not the membership, that does not inherit.
        "grant usage on schema hr_core to {analyst}; grant select on hr_core.staff to {analyst}; "
        "alter role {login} noinherit; grant {analyst} to {login}",
        "revoke {analyst} from {login}; alter role {login} inherit; revoke usage on schema hr_core from {analyst}; "
        "revoke select on hr_core.staff from {analyst}",
    ),
    Lie(
        "access/confused-deputy",
        ("draft_reply",),
        # The texts of tickets and replies, of which the draft is made, are closed to who sees it.
        "grant usage on schema helpdesk to {analyst}; "
        "grant select (id, contact_id, status, subject) on helpdesk.tickets to {analyst}",
        "revoke select (id, contact_id, status, subject) on helpdesk.tickets from {analyst}; "
        "revoke usage on schema helpdesk from {analyst}",
        says=(
            "{{audience: [support_agent], ",
            "{{audience: [support_agent], reads_as: {{support_agent: {{helpdesk: {analyst}}}}}, ",
        ),
    ),
    Lie(
        "access/alternate-path",
        ("product.usage",),
        "grant usage on schema product to {login}; grant select (feature) on product.usage to {login}",
        "revoke select (feature) on product.usage from {login}; revoke usage on schema product from {login}",
        # The table lies beneath the declared view, and is not declared itself.
        entails=("access/over-grant-dataset",),
    ),
    Lie(
        "access/application-only-segment",
        ("crm.contacts (segment eu, us)",),
        # Who opted out stands in the view, and in no segment.
        _instead("ai.contacts", " and not ai_opt_out", ""),
        _honest("ai.contacts"),
    ),
    Lie(
        "access/reach-through-copy",
        (_UNDECLARED,),
        "create materialized view ai.grades as select person_id, grade from hr_core.staff; "
        "grant select on ai.grades to {login}",
        "drop materialized view ai.grades",
        entails=("access/over-grant-dataset",),
    ),
    Lie(
        "access/reach-through-role",
        ("crm",),
        "revoke select on ai.usage from {login}; grant select on ai.usage to {analyst}; grant {analyst} to {login}",
        "revoke {analyst} from {login}; revoke select on ai.usage from {analyst}; grant select on ai.usage to {login}",
    ),
    Lie(
        "access/self-growing-rights",
        ("crm",),
        "alter default privileges in schema ai grant select on tables to {login}",
        "alter default privileges in schema ai revoke select on tables from {login}",
    ),
    Lie(
        "access/undecidable-reach",
        ("crm",),
        "create function ai.told(what text) returns setof text language plpgsql security definer as "
        "'begin return query execute what; end'",
        "drop function ai.told(text)",
    ),
    Lie(
        "actions/bypassable-approval",
        ("draft_reply",),
        "grant insert on helpdesk.replies to {login}",
        "revoke insert on helpdesk.replies from {login}",
        entails=("access/undeclared-write",),
        says=(
            "\nrollout:\n",
            "\nactions:\n  draft_reply: {{level: draft, touches: helpdesk, "
            "approval: {{by: support_agent, every: true}}}}\n\nrollout:\n",
        ),
    ),
    Lie(
        "lineage/forbidden-upstream",
        ("ops.incidents.summary",),
        _instead("ai.incidents", "summary", "(select max(grade) from hr_core.staff) as summary"),
        _honest("ai.incidents"),
    ),
    Lie(
        "privacy/unmasked-at-boundary",
        ("crm.contacts.email",),
        _instead("ai.contacts", "encode(sha256(convert_to('pepper-7f1c' || email, 'UTF8')), 'hex') as email", "email"),
        _honest("ai.contacts"),
    ),
)
"""Every lie about rights, by the rule that finds it."""
