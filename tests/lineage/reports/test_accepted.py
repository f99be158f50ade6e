"""What somebody accepted, and what does not hold of it, is told in every format."""

from __future__ import annotations

from datetime import date

import jsonschema
import pytest

from lineage.model import Severity
from lineage.report import Change, Gone, History
from lineage.reports import FORMATS, text_of
from lineage.reports.json import document, schema
from lineage.waivers.model import Flaw, Waiver, Weighed
from tests.lineage.reports.sample import OVER_GRANT, STALE, report

GOOD = Waiver(
    OVER_GRANT.id,
    4,
    "waivers.yaml",
    OVER_GRANT.id,
    reason="the pilot ends",
    by="cpo@acme.example",
    on=date(2026, 11, 1),
    until=date(2026, 12, 1),
)
VOID = Waiver(STALE.id, 9, "waivers.yaml", STALE.id, reason="we | <b>hurry</b>", by="dev@acme.example")
TOLD = report(
    waivers=(
        Weighed(GOOD, (OVER_GRANT,), {}),
        Weighed(VOID, (STALE,), {Flaw.UNAUTHORISED: "dev may not", Flaw.INCOMPLETE: "no end date"}),
    ),
    history=History(
        "feed" * 4,
        {STALE.id: Change.NEW, OVER_GRANT.id: Change.STILL},
        gone=(Gone("ab" * 8, "plan/unused-field", Severity.HIGH, "crm.contacts.tier", Change.RESOLVED),),
    ),
)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_waivers_in_force_and_void(name: str) -> None:
    text = text_of(TOLD, name, 3)

    assert "the pilot ends" in text
    assert "cpo@acme.example" in text.replace("\\", "")
    assert "dev may not" in text
    assert "<b>hurry</b>" not in text or name in {"terminal", "json", "csv"}


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "json"])
def test_every_format_counts_them_beside_the_verdict(name: str) -> None:
    text = text_of(TOLD, name, 3)

    assert "1 finding accepted" in text.lower()
    assert "1 waiver not in force" in text
    assert "1 new" in text


def test_the_document_keeps_its_schema_with_them() -> None:
    told = document(TOLD, 3)

    jsonschema.Draft202012Validator(schema()).validate(told)
    assert [waiver["state"] for waiver in told["waivers"]] == ["active", "void"]
    assert told["history"]["gone"][0]["change"] == "resolved"
    assert told["run"]["previous"] == "feed" * 4
