"""What a detector sees of documents, and what a budget leaves unseen."""

from __future__ import annotations

from pathlib import Path

from lineage.facts import LabelFact, LookFact
from lineage.plan.model import Budget
from tests.connectors.conformance import values_of
from tests.connectors.test_documents import (
    HOSTILE,
    REFUNDS,
    document,
    looked,
    profile,
    shelf,
    structure,
    types,
    unseen,
)


def test_the_text_is_looked_at_with_comments_links_and_keys_that_are_no_fields(tmp_path: Path) -> None:
    page = (
        "<html><head><title>Help</title><style>a@b.example{}</style></head>"
        '<p>Write to <a href="mailto:anna@x.example">us</a></p></html>'
    )
    made = shelf(
        tmp_path,
        {
            "policies/a.html": page,
            "policies/b.html": "<!-- ask bob@x.example --><p>Hello</p>",
            "policies/c.md": document({"carl@x.example": "x", "title": "Plain"}),
            "policies/d.html": "<style>@media {}</style><script>x = 'a@b'</script>",
            "policies/e.md": "Plain.",
        },
    )

    facts = looked(made)

    labels = {fact.name.field: fact.hits for fact in facts if isinstance(fact, LabelFact)}
    assert labels == {("text",): 3}
    assert all(fact.whole and fact.rows_looked == 5 for fact in facts if isinstance(fact, LookFact))
    assert "title" in types(structure(made))


def test_a_sample_of_many_is_spread_and_said_to_be_one(tmp_path: Path) -> None:
    made = shelf(tmp_path, {f"policies/{number:03}.md": document({"n": number}, "x@y") for number in range(95)})

    facts = looked(made)

    looks = [fact for fact in facts if isinstance(fact, LookFact)]
    assert {(look.rows_looked, look.rows_total, look.whole) for look in looks} == {(48, 95, False)}
    assert {fact.name.field for fact in facts if isinstance(fact, LabelFact)} == {("text",)}


def test_a_sample_with_a_hole_is_not_whole(tmp_path: Path) -> None:
    made = shelf(tmp_path, {"policies/a.md": REFUNDS, "policies/b.md": HOSTILE["binary"]})

    facts = looked(made)

    assert not any(fact.whole for fact in facts if isinstance(fact, LookFact))
    assert [fact.reason for fact in unseen(facts, "sample")] == ["1 of 2 documents could not be read"]


def test_a_long_document_is_looked_at_in_part(tmp_path: Path) -> None:
    made = shelf(tmp_path, {"policies/a.md": "x " * 400_000})

    assert [fact.whole for fact in looked(made) if isinstance(fact, LookFact) and fact.name.field == ("text",)] == [
        False
    ]


def test_more_documents_than_the_budget_allows_are_not_read(tmp_path: Path) -> None:
    made = shelf(tmp_path, {f"policies/{number}.md": "x" for number in range(5)})

    facts = profile(made, context={"budget": Budget(rows=4)})

    assert not values_of(facts)
    assert "over budget: 5 documents" in unseen(facts, "data")[0].reason


def test_time_that_runs_out_is_said(tmp_path: Path) -> None:
    made = shelf(tmp_path, {f"policies/{number}.md": "x" for number in range(5)})

    facts = profile(made, context={"budget": Budget(seconds=0)})

    assert [fact.reason for fact in unseen(facts, "data")] == ["out of time"]
