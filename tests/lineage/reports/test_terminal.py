"""The report that a person reads: whole, pasteable, and unmoved by what things are called."""

from __future__ import annotations

import io
import re
import unicodedata
from pathlib import Path

import pytest
from inline_snapshot import snapshot
from rich.console import Console

from lineage.model import Verdict
from lineage.report import Decision, Report, Scope
from lineage.reports.terminal import render
from lineage.testing import World
from tests.lineage.reports.sample import ASSUMPTIONS, SCOPE, everywhere, renamed, report


def printed(shown: Report, width: int = 100, *, encoding: str = "utf-8", code: int | None = 3, **how: object) -> str:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, newline="\n")
    render(shown, Console(file=stream, width=width, **how), code)  # type: ignore[arg-type]
    stream.flush()
    return raw.getvalue().decode(encoding)


def test_a_run_is_told_whole() -> None:
    assert printed(report()) == snapshot("""\
support-reply 0.4.0 (draft), plan.yaml
as of 2026-11-22 12:00 UTC, mode sample, run 5f2c9a0e11d04b7a
crm: PostgreSQL 15.20, 14 queries, 12,000 rows, 1.2 s, as lineage_audit
seen: 1 of 2 sources, 1 of 2 datasets, 3 of 4 fields, 1 of 1 identities; 2,000 records sampled

Holds the launch (1)

  blocker  freshness/stale-source  crm.contacts
    the newest record is 200 days 4 hours old, 4 hours were promised
    declared   4 hours  plan.yaml:10:40
    actual     200 days 4 hours (between 200 days 3 hours and 200 days 5 hours); newest updated_at
               up to now, 2026-11-22 12:00 UTC, 12,000 records
    fix        start the load again (hours)
    owner      crm-owner@acme.example
    finding    0a1fba7828722375

Would narrow the launch, were it not held (2)

  blocker  privacy/unmasked-at-boundary  crm.contacts.email
    email addresses cross the boundary prompt unmasked
    declared   email  plan.yaml:12:9
    actual     97 %; presidio, 2,000 records
    path       crm.people.email → crm.contacts.email (view) → draft (reads) → prompt (crosses)
    scope      drop_field crm.contacts.email
    fix        declare a mask (minutes, safe)
               mask: hmac
    owner      crm-owner@acme.example
    folded     1 finding of the same flaw
    finding    231c128e515bf945

  high if true  source/hidden-or-missing  helpdesk.tickets.body
    body is not in the catalogue that auditor sees
    unknown    to settle: GRANT SELECT (body) ON helpdesk.tickets TO auditor
    scope      drop_field helpdesk.tickets.body
    finding    55e4279f1ac70919

Told; the scope stays (1)

  high  access/over-grant  crm  [waived]
    ai_support_draft can read 3 fields that the plan does not declare
    declared   ai_support_draft  plan.yaml:6:15
    actual     3 fields; pg_catalog, 2026-11-22 12:00 UTC
    path       ai_support_draft → crm_reader (member of) → crm.people.ssn (grant select)
    fix        take the right away (minutes, by dba@acme.example)
               REVOKE SELECT ON TABLE public.people FROM "crm_reader";
    owner      crm-owner@acme.example
    finding    f4c10734e6fa8109

What crosses a boundary (2 sensitive fields)
  crm.contacts.email (email, no mask)
    raw        prompt
    masked     store traces (hmac, observed)
    not at     output draft_reply
  helpdesk.tickets.body (free_text, mask entities)
    unverified prompt

Access of ai_support_draft at crm
  25 % of what it reads is needed (1 of 4 fields), 1 sensitive field beyond the plan, 0 more after
    becoming another role
  1 field as declared
  under  crm.contacts.tier
    because    not granted
  over  crm.people.ssn (ssn, declared)
    by         ai_support_draft → crm_reader (member of) → crm.people.ssn (grant select)
    also       PUBLIC (grant select), staff (grant select of people_reader, latent), and 2 more
  and 2 more, in the other formats

Access of ai_helpdesk at helpdesk
  not known: helpdesk was not read

Unverified, and in no finding (2)
  2 assumptions: it was not measured
    to settle  scan again
    namely     sources.crm.datasets.contacts.fields.id.need,
               sources.crm.datasets.contacts.fields.tier.need

Ledger (9 assumptions)
                asserted  configured    observed   exercised     all
  held                 -           1           1           -       2
  broken               -           1           2           -       3
  unverified           3           1           -           -       4
  61 questions open, gate closed
  held, configured (1)
    crm.contacts: reads
  held, observed (1)
    crm.contacts: key
  broken, configured (1)
    crm: identity
  broken, observed (2)
    crm.contacts: fresh.within, email.sensitive
  unverified, asserted (3)
    crm.contacts: id.need, tier.need
    workflow: why_now
  unverified, configured (1)
    helpdesk.tickets: body.need

Scope
             declared  launchable   lost
  sources           2           2   -
  fields            4           2   crm.contacts.email, helpdesk.tickets.body
  segments          1           1   -
  steps             1           1   -
  stages            1           1   -
  drop_field crm.contacts.email
    because    privacy/unmasked-at-boundary of crm.contacts.email
    costs      1,200 records; no longer measured: reply_rate; sample no longer reached: pilot
  drop_field helpdesk.tickets.body
    because    source/hidden-or-missing of helpdesk.tickets.body
  stage first: hold, 1 blocker holds the launch

What gives it back
  crm.contacts.email
    fix        privacy/unmasked-at-boundary of crm.contacts.email
    owners     crm-owner@acme.example
    effort     1 fix of hours

The plan that may launch
--- a/plan.yaml
+++ b/plan.yaml
@@ -14,3 +14,2 @@
       tier: required
-      email: {need: helpful, sensitive: email}

Failed, so the run is incomplete (1)
  source helpdesk: connection refused
    way out    start it, or mend HELPDESK_URL

Not looked at (1)
  helpdesk: system: timeout

HOLD  2 blockers, 2 high  2 held, 3 broken, 4 unverified (of 9)  1 finding accepted  incomplete  exit 3
""")


def test_a_run_without_a_finding_ships_in_its_last_line() -> None:
    held = tuple(line for line in ASSUMPTIONS if line.verdict is Verdict.HELD)
    shown = report(
        decision=Decision.SHIP,
        findings=(),
        failures=(),
        scope=Scope(SCOPE.declared, SCOPE.declared),
        assumptions=held,
        plan_status="live",
        open_questions=0,
    )

    assert printed(shown, code=0).splitlines()[-1] == snapshot(
        "SHIP  no finding  2 held, 0 broken, 0 unverified (of 2)  exit 0"
    )


def test_the_verdict_is_the_last_line_however_narrow_the_terminal() -> None:
    for width in (20, 80, 120):
        last = printed(report(), width).splitlines()[-1]
        assert last.endswith("4 unverified (of 9)  1 finding accepted  incomplete  exit 3")


def test_only_what_is_to_be_pasted_is_wider_than_the_terminal() -> None:
    lines = printed(report(), 80).splitlines()

    assert [line for line in lines if len(line) > 80] == lines[-1:]


def test_no_line_ends_in_spaces() -> None:
    assert [line for line in printed(report(), 80).splitlines() if line != line.rstrip()] == []


def test_colour_says_nothing_that_the_words_do_not() -> None:
    colourful = printed(report(), force_terminal=True, color_system="truecolor", legacy_windows=False)

    assert "\x1b[" in colourful
    assert re.sub(r"\x1b\[[0-9;]*m", "", colourful) == printed(report())
    assert "\x1b" not in printed(report())


def test_a_pipe_that_knows_only_ascii_gets_the_whole_report() -> None:
    shown = report(findings=(renamed("größe"), *report().findings))

    text = printed(shown, encoding="ascii")

    assert "crm.people.email -> crm.contacts.email (view) -> draft (reads)" in text
    assert "gr\\xf6\\xdfe" in text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("[red]x[/red]", "[red]x[/red]"),
        ("[/]", "[/]"),
        (":warning:", ":warning:"),
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("\x9b2J", "\\x9b2J"),
        ("a\nSHIP  no finding", "a\\nSHIP  no finding"),
        ("a\r\x08b", "a\\r\\x08b"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("line\u2028break", "line\\u2028break"),
    ],
)
def test_a_name_is_only_ever_a_name(name: str, shown: str) -> None:
    text = printed(everywhere(name), 400, force_terminal=True, color_system=None)

    assert shown in text
    assert not {unicodedata.category(character) for character in text if character != "\n"} & {"Cc", "Cf", "Zl", "Zp"}
    assert len(text.splitlines()) == len(printed(everywhere("x"), 400).splitlines())


def test_questions_of_a_draft_are_one_line_and_of_another_plan_are_listed() -> None:
    assert "workflow.why_now" not in printed(report())
    assert "61 questions open, gate closed" in printed(report())
    assert "workflow.why_now" in printed(report(plan_status="approved"))


def test_what_the_plan_does_not_answer_is_a_line_each_and_a_blocker_among_it_is_told_whole(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite("crm", "create table contacts (id integer primary key)")
    report = world.audit(
        """
        plan: v1
        meta: {id: reply, status: in-review, owner: pm@acme.example}
        sources:
          crm:
            connector: {type: sqlite, url: "${CRM_URL}"}
            datasets: {contacts: {reads: contacts, fields: {id: required}}}
        """
    )
    asked = [finding for finding in report.findings if finding.judgement.unanswered]
    blocking = [finding for finding in asked if finding.launch_blocking]
    text = printed(report)

    assert blocking
    assert f"Not answered in the plan ({len(asked) - len(blocking)})" in text
    assert "owners.outcome: Who owns the result after launch?" in text
    assert text.count("gates.g3.by is not answered") == 1
    assert text.count("fix        record who approved Gate 3") == 2
