"""Quasi-identifiers are told by header and values, as what they are, and make no field sensitive by themselves."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa  # noqa: TID253 - the detector's port is Arrow
import pytest

from lineage.facts import LabelFact
from lineage.testing import World, finding
from rules.privacy._kinds import identifies, is_raw
from rules.privacy.detection import DETECTOR

PLAN = """
plan: v1
meta: {id: reply, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      people: {reads: people, key: id, fields: {id: required, plz: required, geschlecht: helpful}}
steps:
  draft: {reads: {crm.people: all}, to: prompt}
"""


def labels(header: str, values: Sequence[object]) -> set[str]:
    return {one.label for one in DETECTOR.detect(pa.table({header: pa.array(values)}))}


@pytest.mark.parametrize(
    ("header", "values", "kind"),
    [
        ("zip_code", ["10115", "80331-1234", "20095", "50667"], "quasi:postcode"),
        ("PLZ", [10115, 80331, 20095, 50667], "quasi:postcode"),
        ("post_code", ["SW1A 1AA", "M1 1AE", "EH1 1YZ"], "quasi:postcode"),
        ("kod_pocztowy", ["00-950", "31-042", "80-001"], "quasi:postcode"),
        ("郵便番号", ["100-0001", "530-0001"], "quasi:postcode"),
        ("gender", ["male", "female", "other", "female"], "quasi:sex"),
        ("Anrede", ["Herr", "Frau", "Frau", "divers"], "quasi:sex"),
        ("пол", ["м", "ж", "ж"], "quasi:sex"),
        ("age", [23, 67, 41, 38], "quasi:age"),
        ("tranche_age_group", ["18-25", "26-40", "65+"], "quasi:age"),
        ("job_title", ["Nurse", "Site engineer", "Head of Sales"], "quasi:occupation"),
        ("nacionalidad", ["española", "francesa", "MX"], "quasi:nationality"),
        ("Familienstand", ["ledig", "verheiratet", "verwitwet"], "quasi:family_status"),
    ],
)
def test_what_identifies_in_combination_is_told_as_such(header: str, values: list[object], kind: str) -> None:
    assert labels(header, values) == {kind}


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("zip_file", ["export-1.zip", "export-2.zip"]),
        ("gender", ["a long remark about the matter", "another one", "a third"]),
        ("age", [1_700_000_000, 1_700_000_100]),
        ("c01", ["male", "female", "female"]),
        ("page", [1, 2, 3, 40]),
    ],
)
def test_neither_header_nor_values_alone_say_so(header: str, values: list[object]) -> None:
    assert labels(header, values) == set()


def test_a_quasi_identifier_is_not_identifying() -> None:
    assert not is_raw("quasi:postcode")
    assert not identifies("quasi:sex")
    assert identifies("birth_date")


def test_a_scan_tells_postcodes_and_no_rule_takes_them_for_undeclared_sensitive_data(tmp_path: Path) -> None:
    rows = ", ".join(f"({n}, '{10_000 + 37 * n}', '{'mw'[n % 2]}')" for n in range(1, 80))
    world = World(tmp_path).sqlite(
        "crm", f"create table people (id integer, plz text, geschlecht text); insert into people values {rows};"
    )

    snapshot = world.scan(PLAN)
    told = {fact.label for fact in snapshot.facts if isinstance(fact, LabelFact)}

    assert {"quasi:postcode", "quasi:sex"} <= told
    assert finding(world.audit(PLAN), "privacy/undeclared-sensitive-data") is None
