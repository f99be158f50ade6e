"""A data owner is told what is there, how old, what looks personal and who can read it, without a value."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from inline_snapshot import snapshot
from rich.console import Console

from lineage.facts import (
    CostFact,
    DatasetFact,
    Fact,
    FieldFact,
    GrantFact,
    LabelFact,
    LookFact,
    PrincipalFact,
    ResolvedFact,
    Seen,
    Snapshot,
    SystemFact,
    UnseenFact,
)
from lineage.model import DatasetId as Id
from lineage.model import DatasetKind, Name, Principal
from lineage.plan.load import read_plan
from lineage.plan.model import Plan
from lineage.reports.scan import render
from tests.lineage.reports.sample import CRM, NOW

PLAN = """\
plan: v1
meta: {id: survey, owner: crm-owner@acme.example}
sources:
  crm:
    connector: {type: postgresql, url: "${CRM_URL}"}
    datasets:
      contacts: {reads: public.contacts, fields: {id: required, email: required}}
"""
SEEN = Seen(CRM, NOW, "pg_catalog", "auditor")
SPACE = "postgres://db:5432"
CONTACTS = Name(SPACE, ("app", "public", "contacts"))
SECRET = Name(SPACE, ("app", "public", "secret"))
FACTS: tuple[Fact, ...] = (
    SystemFact(SEEN, SPACE, "PostgreSQL", "15.20", complete_catalogue=True),
    DatasetFact(SEEN, SECRET, DatasetKind.VIEW),
    DatasetFact(SEEN, CONTACTS, DatasetKind.TABLE, 12_000, changed_at=NOW - timedelta(hours=30)),
    FieldFact(SEEN, CONTACTS.at("id"), 1, "integer"),
    FieldFact(SEEN, CONTACTS.at("email"), 2, "text"),
    ResolvedFact(SEEN, Id("crm.contacts"), CONTACTS),
    LookFact(
        replace(SEEN, how="spread sample"),
        CONTACTS.at("email"),
        2_000,
        12_000,
        whole=False,
        detector="patterns",
        values_looked=1_990,
    ),
    LabelFact(SEEN, CONTACTS.at("email"), "email", 1_950, 1_990, ("shape", "header"), 0.99, (0.971, 0.985)),
    PrincipalFact(SEEN, Principal(SPACE, "ai"), frozenset({"login"})),
    PrincipalFact(SEEN, Principal(SPACE, "admin"), frozenset({"login", "superuser"})),
    PrincipalFact(SEEN, Principal(SPACE, "readers")),
    GrantFact(SEEN, Principal(SPACE, "PUBLIC"), Name(SPACE, ("app",)), "connect"),
    GrantFact(SEEN, Principal(SPACE, "ai"), Name(SPACE, ("app", "public")), "usage"),
    GrantFact(SEEN, Principal(SPACE, "ai"), CONTACTS, "select"),
    UnseenFact(SEEN, "data", "permission denied (42501)", "GRANT SELECT ON public.secret TO auditor", SECRET),
    CostFact(SEEN, 9, 30, 0, 0.4),
    CostFact(SEEN, 5, 11_970, 0, 0.8),
)


def plan() -> Plan:
    read, problems = read_plan(PLAN, "survey.yaml")
    assert read is not None, problems
    return read


def printed(facts: tuple[Fact, ...]) -> str:
    stream = io.StringIO()
    render(plan(), Snapshot(NOW, facts), Console(file=stream, width=100))
    return stream.getvalue()


def test_an_owner_sees_the_system_in_one_page() -> None:
    assert printed(FACTS) == snapshot("""\
crm: PostgreSQL 15.20, as auditor, 2026-11-22 12:00 UTC
crm: 14 queries, 12,000 rows, 1.2 s

What is there (2 datasets)
  public.contacts  table, 2 fields, about 12,000 records, changed 1 day 6 hours ago
  public.secret  view, 0 fields

What looks personal (1 field)
  public.contacts.email  email in 1,950 of 1,990 values (97.1 to 98.5 %): values are written as such
    are, the field's name says so; confidence 0.99

Who can read it (2 logins of 3 principals)
  admin  1 of 2 datasets, superuser
  ai  1 of 2 datasets

What could not be looked at (1)
  public.secret: permission denied (42501)
    to settle  GRANT SELECT ON public.secret TO auditor
""")


def test_a_system_that_did_not_answer_is_said_to_be_silent() -> None:
    unseen = UnseenFact(SEEN, "system", "connection refused", "start it, or mend CRM_URL")

    text = printed((unseen,))

    assert text == snapshot("""\
crm: did not answer

What is there (0 datasets)

What looks personal (0 fields)
  nothing was looked at: no value was sampled

Who can read it
  the grants of this system could not be read, or it has none

What could not be looked at (1)
  system: connection refused
    to settle  start it, or mend CRM_URL
""")


def test_a_sample_without_a_find_is_no_proof() -> None:
    facts = tuple(fact for fact in FACTS if not isinstance(fact, LabelFact))

    text = printed(facts)

    assert "What looks personal (0 fields)\n  nothing in what was looked at\n" in text
    assert text[text.index("Where nothing") : text.index("Who can")] == snapshot("""\
Where nothing was seen (1 field)
  public.contacts  1 field in 2,000 records of about 12,000: up to 0.15 % of the others may hold
    some
  bounds hold with 95 % confidence; `--sample ROWS` looks at more

""")


@pytest.mark.parametrize(("how", "whole", "values", "blocks", "says"), [
    ("every row", True, 40, 0, "1 field in every record"),
    ("every row", False, 40, 0, "1 field in every record, of the longest values the beginnings alone"),
    ("first rows", False, 40, 0, "(first rows), not drawn by chance: they say little of the others"),
    ("block sample", False, 2_000, 60, "up to 5 % of the others may hold some"),
    ("block sample", False, 2_000, 0, "0.15 % of the others or more, where they stand together"),
    ("every row", True, 0, 0, "1 field without a value to look at"),
])  # fmt: skip
def test_where_nothing_was_seen_it_is_said_what_that_proves(
    how: str, whole: bool, values: int, blocks: int, says: str
) -> None:
    others = tuple(fact for fact in FACTS if not isinstance(fact, LabelFact | LookFact))
    look = LookFact(replace(SEEN, how=how), CONTACTS.at("email"), 2_000, 90_000, whole, "shapes", values, blocks)

    assert says in " ".join(printed((*others, look)).split())


def test_names_of_a_system_cannot_steer_the_terminal(tmp_path: Path) -> None:
    odd = Name(SPACE, ("app", "[red]", "a\x1b[2J\nb\u202e"))

    text = printed((*FACTS, DatasetFact(SEEN, odd, DatasetKind.TABLE)))

    assert "[red].a\\x1b[2J\\nb\\u202e" in text
    assert "\x1b" not in text
