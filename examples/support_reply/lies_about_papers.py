"""Lies of what is written down: each changes one paper of the company of which `papers` tells the truth."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from examples.support_reply.company import Company
from examples.support_reply.lies import Lie
from examples.support_reply.papers import (
    CANARY,
    CONTRACT,
    DECISION,
    DIRECTORY,
    EVENTS,
    GUARDIAN,
    LOG,
    PROMPT,
    SIGNATURES,
    lines,
    run,
    sign,
)


def the_contract_promises_less(company: Company) -> None:
    """The publisher promises incidents once a day, and the plan needs them every half an hour."""
    _writes(company, CONTRACT, "value: 30, unit: m", "value: 24, unit: h")


def the_contract_ends_next_month(company: Company) -> None:
    """The publisher supports incidents for another month."""
    ends = (company.now + timedelta(days=29)).date()
    company.texts[CONTRACT] += f"  - {{property: endOfSupport, value: {ends}}}\n"


def whoever_is_on_call_left(company: Company) -> None:
    """Who is on call, and named in five places, has left."""
    _writes(company, DIRECTORY, "oncall-ai@acme.example,active", "oncall-ai@acme.example,left")


def the_login_was_closed(company: Company) -> None:
    """The account behind the login is not active any more."""
    _writes(company, DIRECTORY, "svc-ai,active", "svc-ai,suspended")


def the_prompt_asks_for_more(company: Company) -> None:
    """The template takes in what no step declares."""
    _writes(company, PROMPT, "{{ ticket.body }}", "{{ ticket.body }} {{ contact.birthday }}")


def the_prompt_forgot_a_field(company: Company) -> None:
    """The template does not take in what a step reads for it."""
    _writes(company, PROMPT, "{{ contact.salutation }}", "them")


def an_incident_is_still_in_its_copy(company: Company) -> None:
    """The record that was planted and erased was still in the copy after an hour."""
    last = company.texts[CANARY].rpartition("left: 0")
    company.texts[CANARY] = f"{last[0]}left: 1{last[2]}"


def a_statement_reads_full_names(company: Company) -> None:
    """The workflow's login read the full names of people, which no step declares."""
    company.texts[LOG] += "select id, full_name from people;\n"


def contacts_are_copied_away(company: Company) -> None:
    """The workflow's login wrote contacts into a table that is no output."""
    company.texts[LOG] += "insert into exports select id, email from ai_contacts;\n"


def a_step_writes_elsewhere(company: Company) -> None:
    """A run of the draft wrote telephone numbers into a table that is no output."""
    told = [run("nightly", "people.tier", "crm_copy.tier", company)]
    company.texts[EVENTS] = lines(*told, run("support-reply.draft", "ai_contacts.phone", "calls.phone", company))


def jobs_tell_another_origin(company: Company) -> None:
    """Jobs tell that the tier of contacts comes from staff, and the view takes it from people."""
    company.texts[EVENTS] = lines(run("nightly", "legacy.grade", "ai_contacts.tier", company))


def jobs_tell_of_a_field_that_is_gone(company: Company) -> None:
    """What jobs told last is of a column that people do not have any more."""
    company.texts[EVENTS] = lines(run("nightly", "people.nickname", "ai_contacts.salutation", company))


def the_owner_of_contacts_never_signed(company: Company) -> None:
    """Who answers for the customers' database has not confirmed what an approved plan says of it."""
    _leaves_out(company, '"of": "crm"')


def contacts_were_changed_after_they_were_confirmed(company: Company) -> None:
    """What the plan says of contacts is another thing than their owner, and who signed the launch, have read."""
    company.says("within: 4 hours, when_stale", "within: 8 hours, when_stale")


def the_guardian_never_signed(company: Company) -> None:
    """The guardian has not signed an approved plan."""
    _leaves_out(company, f'"by": "{GUARDIAN}"')


def nobody_recorded_the_decision(company: Company) -> None:
    """An approved plan does not say who decided on its launch."""
    day = company.ago(days=2).date().isoformat()
    company.says(DECISION.replace("DAY", day), "")
    sign(company)


_PLAN: Final = ("plan",)

LIES: Final = (
    Lie("access/unmapped-identity", ("crm",), the_login_was_closed),
    Lie("lineage/conflicting-paths", ("crm.contacts",), jobs_tell_another_origin),
    Lie(
        "lineage/outdated-lineage",
        ("crm.contacts",),
        jobs_tell_of_a_field_that_is_gone,
        entails=("lineage/conflicting-paths",),  # the view takes the field from what is there
    ),
    Lie("lineage/undeclared-path", ("main.exports",), contacts_are_copied_away),
    Lie("lineage/undeclared-path", ("main.calls",), a_step_writes_elsewhere),
    Lie("ownership/unresolved-owner", _PLAN * 5, whoever_is_on_call_left),
    Lie("plan/undeclared-field", ("draft",), the_prompt_asks_for_more),
    Lie("plan/undeclared-field", ("main.people",), a_statement_reads_full_names),
    Lie("plan/unused-field", ("crm.contacts.salutation",), the_prompt_forgot_a_field),
    Lie("retention/unconfirmed-deletion", ("ops.incidents",), an_incident_is_still_in_its_copy),
    Lie("source/contract-mismatch", ("ops.open_incidents",), the_contract_promises_less),
    Lie("source/deprecated-source", ("ops.open_incidents",), the_contract_ends_next_month),
)
"""Every lie of what is written down beside a plan in review, by the rule that finds it."""

LIES_OF_SIGNATURES: Final = (
    Lie("dossier/invalid-sign-off", _PLAN, the_guardian_never_signed),
    Lie("dossier/undocumented-go-live", _PLAN, nobody_recorded_the_decision),
    Lie("ownership/unconfirmed-facts", ("crm",), the_owner_of_contacts_never_signed),
    Lie(
        "ownership/unconfirmed-facts",
        ("crm",),
        contacts_were_changed_after_they_were_confirmed,
        entails=("dossier/invalid-sign-off", "plan/changed-after-approval"),
    ),
)
"""Every lie of what is signed under an approved plan."""


def _leaves_out(company: Company, part: str) -> None:
    kept = [line for line in company.texts[SIGNATURES].splitlines() if part not in line]
    company.texts[SIGNATURES] = "\n".join([*kept, ""])


def _writes(company: Company, paper: str, declared: str, instead: str) -> None:
    if company.texts[paper].count(declared) != 1:
        message = f"{paper} says {declared!r} {company.texts[paper].count(declared)} times"
        raise ValueError(message)
    company.texts[paper] = company.texts[paper].replace(declared, instead)
