"""Lies about the index that retrieval reads: what it was made from, when, and whom it may be given to."""

from __future__ import annotations

from typing import Final

from examples.support_reply.company import Company
from examples.support_reply.lies import Lie


def articles_were_changed_since(company: Company) -> None:
    """Four articles were changed an hour ago, and stand in the index as they were."""
    for record in company.records["articles"][:4]:
        record["updated_at"] = company.ago(hours=1)


def the_index_was_not_built_again(company: Company) -> None:
    """The index was last built three days ago, and an article was changed today."""
    for record in company.records["chunks"]:
        record["embedded_at"] = company.ago(days=3)
    company.records["articles"][0]["updated_at"] = company.ago(hours=3)


def chunks_say_no_version(company: Company) -> None:
    """Some chunks do not say of which version of their document they are."""
    for record in company.records["chunks"][::7]:
        record["doc_version"] = None


def articles_were_withdrawn(company: Company) -> None:
    """Two articles were withdrawn, and still stand in the index."""
    del company.records["articles"][3:5]


def the_index_is_kept_for_longer(company: Company) -> None:
    """The index is kept for two years longer than the documents that it is made of."""
    company.says(
        "        keep: {limit: as source}\n        fields: {chunk_id",
        "        keep: {limit: 7 years, since: embedded_at}\n        fields: {chunk_id",
    )


def customers_stand_in_the_index(company: Company) -> None:
    """Somebody wrote the telephone numbers of customers into articles, and the index was built of them."""
    people = company.records["people"]
    for number, document in enumerate(company.records["articles"][:9]):
        document["text"] = f"{document['text']} Ask {people[number]['phone']} for the rest."
        company.records["chunks"][number]["text"] = document["text"]


def nobody_knows_the_embedding(company: Company) -> None:
    """The plan does not say with which model the index was made."""
    company.says("embedding: {model: e5-small, dimension: 8}", "embedding: {dimension: 8}")


def articles_are_for_leads(company: Company) -> None:
    """Articles say which roles may read them, and no chunk does."""
    company.each("articles", lambda record: record.update(allowed_roles="support_lead"))


def drafts_are_written_into_the_index(company: Company) -> None:
    """What the workflow drafts is written into the index that it reads."""
    company.says("channel: helpdesk.internal_note", "channel: index.chunks")


LIES: Final = (
    Lie("freshness/stale-chunks", ("index.chunks",), articles_were_changed_since),
    Lie(
        "freshness/lagging-copy",
        ("index.chunks",),
        the_index_was_not_built_again,
        # Old chunks are stale by themselves, and one of them was made before its article was changed.
        entails=("freshness/stale-chunks", "freshness/stale-source"),
    ),
    Lie("lineage/unsourced-chunk", ("index.chunks",), chunks_say_no_version),
    Lie("retention/residue-in-copy", ("index.chunks",), articles_were_withdrawn),
    Lie(
        "retention/outliving-copy",
        ("index.chunks", "index.chunks"),
        the_index_is_kept_for_longer,
        entails=("switching/unrebuildable-index",),  # its texts are gone before it is
    ),
    Lie(
        "privacy/sensitive-values-in-sink",
        ("index.chunks",),
        customers_stand_in_the_index,
        entails=("privacy/undeclared-sensitive-data",),  # the plan calls the text of chunks harmless
    ),
    Lie("switching/unrebuildable-index", ("index.chunks",), nobody_knows_the_embedding),
    Lie(
        "lineage/feedback-loop",
        ("index.chunks",),
        drafts_are_written_into_the_index,
        entails=("retention/reuse-without-right",),  # nobody said that they may be used again
    ),
    Lie("access/rights-blind-retrieval", ("index.chunks",), articles_are_for_leads),
)
"""Every lie of this kind that files can hold, by the rule that finds it."""
