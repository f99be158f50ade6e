"""What a dbt project marks as sensitive: `meta`, tags and policy tags of columns, in the words that teams use for it.

Marks are text that somebody wrote: of one only its kind is told, from a fixed list, or that there is one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

_KEYS: Final = frozenset(
    {
        "pii",
        "contains_pii",
        "is_pii",
        "pii_type",
        "personal",
        "personal_data",
        "sensitive",
        "is_sensitive",
        "phi",
        "gdpr",
    }
    | {"sensitivity", "classification", "data_classification", "privacy", "policy_tag", "policy_tags", "masking_policy"}
)
_SURE: Final = frozenset({"pii", "contains_pii", "is_pii", "pii_type", "personal", "personal_data", "sensitive", "phi"})
"""Keys below which every word but a denial means that the column is sensitive."""
_DENIALS: Final = frozenset(
    {"", "0", "false", "no", "none", "public", "internal", "low", "nonpii", "notpii", "nonsensitive"}
)
_MARKS: Final = frozenset(
    {"1", "true", "yes", "pii", "spi", "personal", "personaldata", "sensitive", "confidential", "restricted", "secret"}
    | {"high", "gdpr", "containspii", "highlyconfidential", "strictlyconfidential", "sensitivedata"}
)
_KINDS: Final = {
    **dict.fromkeys(("email", "emailaddress", "mail"), "email"),
    **dict.fromkeys(("phone", "phonenumber", "telephone", "mobile"), "phone"),
    **dict.fromkeys(("name", "person", "personname", "fullname", "firstname", "lastname"), "person"),
    **dict.fromkeys(("address", "street", "postaladdress"), "address"),
    **dict.fromkeys(("iban", "bankaccount"), "bank_account"),
    **dict.fromkeys(("card", "creditcard", "cardnumber", "pan"), "card"),
    **dict.fromkeys(("ssn", "nationalid", "passport", "taxid"), "national_id"),
    **dict.fromkeys(("dob", "birthdate", "dateofbirth", "birthday"), "birth_date"),
    **dict.fromkeys(("health", "medical", "phi"), "health"),
    **dict.fromkeys(("ip", "ipaddress"), "ip_address"),
    **dict.fromkeys(("location", "geolocation"), "location"),
    **dict.fromkeys(("freetext", "text"), "free_text"),
}


def label_of(column: Mapping[str, object]) -> str | None:
    """Give the kind that a column is marked as; `personal` where the mark tells none, None where there is no mark."""
    found = [label for label in _told(column) if label is not None]
    return next((label for label in found if label != "personal"), found[0] if found else None)


def _told(column: Mapping[str, object]) -> Iterator[str | None]:
    config = column.get("config")
    for place in (column, config if isinstance(config, dict) else {}):
        meta = place.get("meta")
        for key, value in meta.items() if isinstance(meta, dict) else ():
            if (name := str(key).lower().replace("-", "_").rpartition(".")[2]) in _KEYS:
                yield from (_label(word, sure=name in _SURE) for word in _words(value))
        for word in (*_words(place.get("tags")), *_words(place.get("policy_tags"))):
            # `classification:pii`, `pii.email`, and BigQuery's paths end in what they mean.
            parts = [part for part in re.split(r"[/.:=]", word) if part]
            marked = any(_bare(part) in _MARKS for part in parts)
            yield from (_label(part, sure=False) for part in parts if marked or _bare(part) == "phi")


def _words(value: object) -> Iterator[str]:
    match value:
        case bool() | int() | str():
            yield str(value)
        case list():
            yield from (str(one) for one in value if isinstance(one, bool | int | str))
        case dict():
            yield from (str(one) for one in value.values() if isinstance(one, bool | int | str))
        case _:
            pass


def _label(word: str, *, sure: bool) -> str | None:
    bare = _bare(word)
    if bare in _DENIALS:
        return None
    if bare in _KINDS:
        return _KINDS[bare]
    return "personal" if sure or bare in _MARKS else None


def _bare(word: str) -> str:
    return re.sub(r"[^a-z0-9]", "", word.lower())
