"""One field's way as lines: wrapped under their labels, without spaces at their ends, unmoved by names."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from inline_snapshot import snapshot
from rich.console import Console

from lineage.reports.paths import render
from lineage.scan import Limits
from lineage.testing import World

PLAN = """\
plan: v1
meta: {id: replies, status: draft, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      contacts:
        reads: contacts_v
        fields:
          id: required
          email: {need: helpful, sensitive: email, mask: hmac}
          gone: helpful
steps:
  fetch: {reads: {crm.contacts: all}}
  draft: {reads: {}, after: [fetch], to: prompt, writes: [reply]}
outputs: {reply: {audience: [agent], channel: helpdesk, owned_by: acme}}
"""
SCRIPT = """\
create table "people [red]x[/red]" (id integer primary key, mail text);
create view contacts_v as select id, lower(mail) as email from "people [red]x[/red]";
"""


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path).sqlite("crm", SCRIPT)


def printed(world: World, field: str, width: int) -> str:
    stream = io.StringIO()
    facts = world.scan(PLAN, limits=Limits(data=False, sample=False))
    render(world.plan(PLAN), facts, field, Console(file=stream, width=width))
    return stream.getvalue()


def test_a_field_is_followed_from_its_origin_to_every_boundary(world: World) -> None:
    assert printed(world, "crm.contacts.email", 100) == snapshot("""\
crm.contacts.email, to be masked by hmac
  comes from
    main.people [red]x[/red].mail
      main.people [red]x[/red].mail → crm.contacts.email (view)
  is read by
    step draft
    step fetch
  crosses
    boundary prompt, raw
      crm.contacts.email → fetch (reads) → draft (after) → prompt (crosses)
    output reply, raw
      crm.contacts.email → fetch (reads) → draft (after) → reply (writes)
""")


def test_a_narrow_terminal_wraps_and_no_line_ends_in_spaces(world: World) -> None:
    lines = printed(world, "crm.contacts.email", 40).splitlines()

    assert max(map(len, lines)) <= 40
    assert [line for line in lines if line != line.rstrip()] == []


def test_a_field_that_was_not_found_says_so(world: World) -> None:
    assert "was not found in its system" in printed(world, "crm.contacts.gone", 100)
