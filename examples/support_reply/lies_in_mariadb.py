"""Lies that only accounts, definers and events can hold: statements for the MariaDB that `mariadb` fills.

Each is told there and taken back, as those of `lies_about_rights` are in PostgreSQL.
"""

from __future__ import annotations

from typing import Final

from examples.support_reply.lies import Lie as LieOfRecords
from examples.support_reply.lies import an_article_was_withdrawn
from examples.support_reply.lies_about_rights import Lie

_UNDECLARED: Final = "undeclared datasets"
LIES: Final = (
    Lie(
        "access/under-grant",
        ("helpdesk.tickets.body",),
        "revoke select (body) on {helpdesk}.tickets from {login}",
        "grant select (body) on {helpdesk}.tickets to {login}",
    ),
    Lie(
        "access/over-grant",
        ("helpdesk.tickets",),
        "grant select (channel) on {helpdesk}.tickets to {login}",
        "revoke select (channel) on {helpdesk}.tickets from {login}",
    ),
    Lie(
        "access/over-grant-dataset",
        (_UNDECLARED,),
        "create table {helpdesk}.shifts (id int primary key, day date); grant select on {helpdesk}.shifts to {login}",
        "drop table {helpdesk}.shifts; revoke select on {helpdesk}.shifts from {login}",
    ),
    Lie(
        "access/over-grant-sensitive",
        (_UNDECLARED,),
        "create definer = {definer} view {crm}.everybody as select id, full_name, phone from {crm}.people; "
        "grant select on {crm}.everybody to {login}",
        "drop view {crm}.everybody; revoke select on {crm}.everybody from {login}",
        # What the declared view masks stands raw in this one.
        entails=("privacy/raw-on-another-path",),
    ),
    Lie(
        "privacy/raw-on-another-path",
        ("crm.contacts.phone",),
        "grant select (phone) on {crm}.people to {login}",
        "revoke select (phone) on {crm}.people from {login}",
        # The table lies beneath the declared view.
        entails=("access/over-grant-sensitive", "access/alternate-path"),
    ),
    Lie(
        "access/reach-through-public",
        ("helpdesk.tickets",),
        "grant select (channel) on {helpdesk}.tickets to public",
        "revoke select (channel) on {helpdesk}.tickets from public",
    ),
    Lie(
        "access/reach-through-view",
        (_UNDECLARED,),
        "create definer = {definer} view {crm}.grades as select person_id, grade from {crm}.hr_core; "
        "grant select on {crm}.grades to {login}",
        "drop view {crm}.grades; revoke select on {crm}.grades from {login}",
    ),
    Lie(
        "access/undeclared-write",
        ("state",),
        "grant insert on {state}.sessions to {login}",
        "revoke insert on {state}.sessions from {login}",
        # Whoever may write may do what the plan excludes.
        entails=("actions/possible-excluded-action",),
    ),
    Lie(
        "access/latent-reach",
        ("crm",),
        "grant select on {crm}.hr_core to {analyst}; grant {analyst} to {login}",
        "revoke {analyst} from {login}; revoke select on {crm}.hr_core from {analyst}",
    ),
    Lie(
        "access/unusable-grant",
        ("ops.open_incidents",),
        "create or replace definer = {definer} sql security invoker view {ops}.ai_incidents as "
        "select id, service, severity as impact, summary, opened_at, updated_at from {ops}.incidents",
        "create or replace definer = {definer} sql security definer view {ops}.ai_incidents as "
        "select id, service, severity as impact, summary, opened_at, updated_at from {ops}.incidents",
    ),
    Lie(
        "retention/unenforced-retention",
        ("crm.contacts", "crm.subscriptions"),
        "alter event {crm}.crm_purge disable",
        "alter event {crm}.crm_purge enable",
    ),
    Lie(
        "retention/longer-than-declared",
        ("product.usage",),
        "alter event {product}.nightly_purge do "
        "delete from {product}.`usage` where event_time < now() - interval 90 day",
        "alter event {product}.nightly_purge do "
        "delete from {product}.`usage` where event_time < now() - interval 30 day",
    ),
    Lie(
        "retention/shorter-than-floor",
        ("product.usage",),
        "alter event {product}.nightly_purge do "
        "delete from {product}.`usage` where event_time < now() - interval 10 day",
        "alter event {product}.nightly_purge do "
        "delete from {product}.`usage` where event_time < now() - interval 30 day",
        says=("keep: {limit: 30 days, since: event_time,", "keep: {limit: 30 days, floor: 20 days, since: event_time,"),
    ),
)
"""Every lie of accounts, definers and events, by the rule that finds it."""
COPIED: Final = (LieOfRecords("retention/residue-in-copy", ("index.chunks",), an_article_was_withdrawn),)
"""Lies of records that only systems can hold whose keys are compared: documents are not, yet."""
