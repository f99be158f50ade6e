"""The page of systems tells every connector, leaves no cell empty, and claims what its tests show."""

import ast
from pathlib import Path

import pytest

from docs.systems import ASPECTS, VERIFIED, systems
from lineage import registry

DOCS = Path(__file__).parent.parent / "docs" / "connectors"
SYSTEMS = systems()
KINDS = (
    "CRM", "support history", "product events", "billing data",
    "documents", "policies", "operational records", "user state",
)  # fmt: skip


def test_every_connector_is_on_the_page_and_has_one() -> None:
    assert set(SYSTEMS.connectors) == set(registry.connector_kinds())
    assert {page.stem for page in DOCS.glob("*.md")} - {"index"} == set(registry.connector_kinds())


def test_every_connector_keeps_the_laws_in_a_test_of_its_own() -> None:
    tests = Path(__file__).parent / "connectors"
    kept = {
        str(ast.literal_eval(line.value))
        for file in tests.glob("test_*.py")
        for found in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(found, ast.ClassDef) and found.bases
        for line in found.body
        if isinstance(line, ast.Assign) and ast.unparse(line.targets[0]) == "kind"
    }

    assert kept >= set(registry.connector_kinds())


def test_the_eight_kinds_of_context_are_on_the_page() -> None:
    assert tuple(SYSTEMS.kinds) == KINDS


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("aspect", ASPECTS)
def test_no_kind_of_context_has_an_empty_cell(kind: str, aspect: str) -> None:
    assert SYSTEMS.read(kind, aspect)


@pytest.mark.parametrize("name", sorted(SYSTEMS.connectors))
def test_every_answer_is_given_and_a_no_has_its_reason(name: str) -> None:
    told = SYSTEMS.connectors[name]

    assert set(told) == {*ASPECTS, "verified", "against"}
    assert told["verified"] in VERIFIED
    assert told["against"]
    for aspect in ASPECTS:
        assert len(told[aspect].removeprefix("no:").strip()) > 3


@pytest.mark.parametrize("name", sorted(SYSTEMS.connectors))
def test_a_page_says_what_it_was_verified_against(name: str) -> None:
    text = (DOCS / f"{name}.md").read_text(encoding="utf-8").lower()

    assert "verified" in text
    if SYSTEMS.connectors[name]["verified"] == "no":
        assert "not verified against the real system" in text
