"""Lies that only a system with logins, grants and views with rights of their own can hold: statements for PostgreSQL.

Each is told in the database that `postgresql` builds, and taken back, so that one database serves for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


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
        ("billing.invoices",),
        "revoke usage on schema billing from {login}",
        "grant usage on schema billing to {login}",
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
        "grant select (phone) on crm.people to {login}",
        "revoke select (phone) on crm.people from {login}",
        # The table lies beneath the declared view.
        entails=("access/over-grant-sensitive", "access/alternate-path"),
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
        "grant insert on product.sessions to {login}",
        "revoke insert on product.sessions from {login}",
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
        "access/latent-reach",
        ("crm",),
        "grant usage on schema hr_core to {analyst}; grant select on hr_core.staff to {analyst}; "
        "grant {analyst} to {login} with inherit false, set true",
        "revoke {analyst} from {login}; revoke usage on schema hr_core from {analyst}; "
        "revoke select on hr_core.staff from {analyst}",
    ),
    Lie(
        "lineage/forbidden-upstream",
        ("ops.incidents.summary",),
        "create or replace view ai.incidents as select id, service, severity as impact, "
        "(select max(grade) from hr_core.staff) as summary, opened_at, updated_at from ops.incidents",
        "create or replace view ai.incidents as select id, service, severity as impact, summary, opened_at, updated_at "
        "from ops.incidents",
    ),
    Lie(
        "privacy/unmasked-at-boundary",
        ("crm.contacts.email",),
        "create or replace view ai.contacts as select id, email, '*** ' || right(phone, 2) as phone, region, tier, "
        "ai_opt_out, created_at, updated_at from crm.people",
        "create or replace view ai.contacts as select id, encode(sha256(convert_to(email, 'UTF8')), 'hex') as email, "
        "'*** ' || right(phone, 2) as phone, region, tier, ai_opt_out, created_at, updated_at from crm.people",
    ),
)
"""Every lie about rights, by the rule that finds it."""
