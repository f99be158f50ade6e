"""Rules that hold what the plan says of masks, purposes, regions, promises and employees against the rest of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from lineage.model import Verdict
from lineage.report import Report
from lineage.testing import World, finding, verdict

PLAN = """
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
segments:
  eu: {{of: crm.contacts, where: "{segment}"}}
{more}
sources:
  crm:
    connector: {{type: sqlite, url: "${{CRM_URL}}"}}
{source}
    datasets:
      contacts:
        reads: {reads}
        key: id
        fields:
          id: required
          region: required
          opted_out: helpful
          email: {email}
steps:
{steps}
rollout:
  - {{stage: first, segment: eu}}
"""
DIRECT = "  draft: {reads: {crm.contacts: all}, to: prompt}"
CONTACTS = """
create table contacts (id integer primary key, region text, opted_out integer, email text);
insert into contacts values (1, 'EU', 0, 'anna@corp.com'), (2, 'EU', 1, 'jo@corp.com'), (3, 'US', 0, 'max@corp.com');
create table staff as select * from contacts;
"""


def audited(
    folder: Path,
    *,
    email: str = "{need: helpful, sensitive: email, mask: hmac}",
    segment: str = "region = 'EU'",
    more: str = "",
    source: str = "",
    steps: str = DIRECT,
    reads: str = "contacts",
) -> Report:
    world = World(folder).sqlite("crm", CONTACTS)
    return world.audit(PLAN.format(email=email, segment=segment, more=more, source=source, steps=steps, reads=reads))


@pytest.mark.parametrize(
    "field",
    [
        "{need: required, sensitive: email, mask: redact}",
        "{need: join, sensitive: email, mask: partial}",
        "{need: helpful, sensitive: email, mask: first_name, cite: true}",
    ],
)
def test_a_mask_that_takes_away_what_is_needed_is_over_masking(tmp_path: Path, field: str) -> None:
    assert finding(audited(tmp_path, email=field), "privacy/over-masking", "crm.contacts.email") is not None


def test_a_criterion_over_a_redacted_field_cannot_be_measured(tmp_path: Path) -> None:
    criterion = "acceptance: {reach: {metric: distinct_addresses, of: crm.contacts.email, ship: '>= 1'}}"

    report = audited(tmp_path, email="{need: helpful, sensitive: email, mask: redact}", more=criterion)

    assert finding(report, "privacy/over-masking") is not None


@pytest.mark.parametrize(
    "field", ["{need: join, sensitive: email, mask: hmac}", "{need: helpful, sensitive: email, mask: redact}"]
)
def test_a_mask_that_leaves_what_is_needed_is_no_over_masking(tmp_path: Path, field: str) -> None:
    assert finding(audited(tmp_path, email=field), "privacy/over-masking") is None


def test_a_source_that_was_collected_for_other_purposes_leaves_the_scope(tmp_path: Path) -> None:
    report = audited(
        tmp_path, more="constraints: {purposes: [customer_support]}", source="    purposes: [billing, fraud]"
    )

    found = finding(report, "privacy/uncovered-purpose", "crm")
    assert found is not None
    assert "not for customer_support" in found.title


def test_a_source_that_covers_the_purpose_is_held(tmp_path: Path) -> None:
    report = audited(
        tmp_path, more="constraints: {purposes: [customer_support]}", source="    purposes: [Customer_Support]"
    )

    assert finding(report, "privacy/uncovered-purpose") is None


@pytest.mark.parametrize(
    ("more", "source", "says"),
    [
        ("constraints: {regions: [eu]}\nmodel: {provider: example-ai, region: us}", "", "example-ai is in us"),
        ("constraints: {regions: [eu]}\nmodel: {region: eu}", "", "names none"),
        ("constraints: {regions: [eu]}\nmodel: {provider: a, region: eu}", "    region: us", "source crm is in us"),
        (
            "constraints: {regions: [eu]}\nmodel: {provider: a, region: eu}\nstores: {traces: {region: us-east}}",
            "",
            "store traces is in us-east",
        ),
    ],
)
def test_sensitive_data_in_another_region_or_with_nobody_named_is_told(
    tmp_path: Path, more: str, source: str, says: str
) -> None:
    report = audited(tmp_path, more=more, source=source)

    assert any(
        says in found.title for found in report.findings if found.rule == "privacy/forbidden-region-or-recipient"
    )


def test_data_that_stays_in_the_allowed_regions_is_held(tmp_path: Path) -> None:
    more = "constraints: {regions: [eu]}\nmodel: {provider: example-ai, region: eu-west}"

    assert finding(audited(tmp_path, more=more), "privacy/forbidden-region-or-recipient") is None


COMMITMENT = "constraints: {commitments: {no_ai: {of: crm.contacts, where: opted_out, effect: drop_segment}}}"


def test_a_segment_that_exposes_opted_out_customers_breaks_the_commitment(tmp_path: Path) -> None:
    found = finding(audited(tmp_path, more=COMMITMENT), "privacy/broken-customer-commitment", "eu")

    assert found is not None
    assert [operation.target for operation in found.judgement.operations] == ["eu"]


def test_a_segment_that_excludes_them_keeps_the_commitment(tmp_path: Path) -> None:
    report = audited(tmp_path, more=COMMITMENT, segment="region = 'EU' AND NOT opted_out")

    assert finding(report, "privacy/broken-customer-commitment") is None


def test_fields_of_employees_ask_for_a_decision(tmp_path: Path) -> None:
    rule = "privacy/employee-data"

    assert finding(audited(tmp_path, reads="staff"), rule, "crm.contacts.email") is not None
    (tmp_path / "decided").mkdir()
    decided = audited(tmp_path / "decided", reads="staff", more="dossier: {items: {works_council: docs/council.md}}")
    assert finding(decided, rule) is None


def test_customers_are_no_employees(tmp_path: Path) -> None:
    assert finding(audited(tmp_path), "privacy/employee-data") is None


LATER = "  fetch: {reads: {crm.contacts: all}, to: trace}\n  draft: {after: [fetch], to: prompt}"
KEPT = "  fetch: {reads: {crm.contacts: all}}\n  draft: {after: [fetch], to: prompt}"


def test_a_field_that_is_sent_raw_before_a_step_can_mask_it_is_masked_too_late(tmp_path: Path) -> None:
    found = finding(audited(tmp_path, steps=LATER), "privacy/late-masking", "crm.contacts.email")

    assert found is not None
    assert "raw to trace" in found.title


def test_which_of_several_later_steps_masks_is_not_known(tmp_path: Path) -> None:
    steps = (
        "  fetch: {reads: {crm.contacts: all}}\n"
        "  enrich: {after: [fetch], to: provider}\n"
        "  draft: {after: [enrich], to: prompt}"
    )
    report = audited(tmp_path, steps=steps)

    assert verdict(report, "email.mask.to") is Verdict.UNVERIFIED
    assert finding(report, "privacy/late-masking") is None


def test_a_store_of_raw_content_makes_a_later_mask_late(tmp_path: Path) -> None:
    assert finding(audited(tmp_path, steps=KEPT, more="stores: {traces: {content: raw}}"), "privacy/late-masking")
    (tmp_path / "masked").mkdir()
    masked = audited(tmp_path / "masked", steps=KEPT, more="stores: {traces: {content: masked}}")
    assert finding(masked, "privacy/late-masking") is None


def test_bytes_that_nobody_can_read_are_unscannable_data(tmp_path: Path) -> None:
    world = World(tmp_path).sqlite(
        "crm", "create table contacts (id integer primary key, region text, opted_out, email blob)"
    )

    report = world.audit(
        PLAN.format(email="helpful", segment="region = 'EU'", more="", source="", steps=DIRECT, reads="contacts")
    )

    found = finding(report, "privacy/unscannable-data", "crm.contacts")
    assert found is not None
    assert "email" in found.title
    (tmp_path / "text").mkdir()
    assert finding(audited(tmp_path / "text"), "privacy/unscannable-data") is None
