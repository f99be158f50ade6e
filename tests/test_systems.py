"""The page of systems tells every connector, leaves no cell empty, and claims what its tests show."""

import ast
from functools import cache
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

    assert "verified against" in text or "not verified against the real system" in text
    if SYSTEMS.connectors[name]["verified"] == "no":
        assert "not verified against the real system" in text


@pytest.mark.parametrize("name", sorted(SYSTEMS.connectors))
def test_a_page_says_which_rights_are_enough(name: str) -> None:
    text = (DOCS / f"{name}.md").read_text(encoding="utf-8").lower()

    assert "least rights" in text


TOLD_BY = {
    "sample": {"Sample"},
    "oldest": {"Profile"},
    "retention": {"JobFact", "LingerFact"},
    "grants": {"GrantFact", "PrincipalFact", "UseFact"},
    "lineage": {"EdgeFact", "UseFact", "OpaqueFact", "TemplateFact"},
}
"""What a connector's code must name that reads an aspect: the task that it answers, or the facts that it gives."""
OTHERWISE = {
    **{
        (name, "grants"): "readers are fields of each record"
        for name in ("confluence", "google_drive", "jira", "slack")
    },
    **{(name, "lineage"): "keys are fields of each chunk" for name in ("chroma", "lancedb", "qdrant")},
    ("otlp", "lineage"): "a run's steps are facts of their own",
    ("dbt", "grants"): "who ran a model is use, and no right",
    ("openlineage", "grants"): "which job ran is use, and no right",
    ("glue", "lineage"): "a view is said to be opaque",
    # It shares PostgreSQL's own code, and reads no table.
    **{("pg_statements", aspect): "PostgreSQL's code" for aspect in ("sample", "oldest", "retention")},
}
"""Where the code names these and the page says no, or the other way round, and why that is so."""


@pytest.mark.parametrize("aspect", TOLD_BY)
@pytest.mark.parametrize("name", sorted(SYSTEMS.connectors))
def test_what_the_page_claims_is_what_the_code_tells(name: str, aspect: str) -> None:
    claims = not SYSTEMS.connectors[name][aspect].startswith("no:")

    tells = bool(TOLD_BY[aspect] & names_in(f"connectors.{name}"))

    assert (claims == tells) != ((name, aspect) in OTHERWISE)


@cache
def names_in(connector: str) -> frozenset[str]:
    """Give the names that the code of a connector calls or matches, with all of `connectors` that it imports."""
    found: set[str] = set()
    seen: set[str] = set()
    ahead = [connector]
    while ahead:
        module = ahead.pop()
        file = file_of(module)
        if module in seen or file is None:
            continue
        seen.add(module)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            match node:
                case ast.ImportFrom(module=str(origin), names=names) if origin.startswith("connectors"):
                    parts = (f"{origin}.{name.name}" for name in names)
                    ahead += [part if file_of(part) else origin for part in parts]
                case ast.Call(func=ast.Name(id=name)) | ast.MatchClass(cls=ast.Name(id=name)):
                    found.add(name)
    return frozenset(found)


def file_of(module: str) -> Path | None:
    place = DOCS.parent.parent / module.replace(".", "/")
    return next((file for file in (place.with_suffix(".py"), place / "__init__.py") if file.exists()), None)
