"""Values that were masked before they were seen: hashes, tokens, partly hidden and redacted values.

A UUID is a token only where the header speaks of people: elsewhere it is the key of a row.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rules.privacy._columns.evidence import Column, Found, share
from rules.privacy._lists.names import postal, street

_HEX_MAIL: Final = re.compile(r"[0-9a-f]{24,}@[^\s@]+", re.IGNORECASE)
_NOTHING_LEFT: Final = re.compile(r"[*•●█#xX0][*•●█#xX0\s@.,+()/:_-]*")
_PLACEHOLDER: Final = re.compile(
    r"[\[<{]{1,2}(?:(?:E-?MAIL|PHONE|NUMBER|NAME|PERSON|CUSTOMER|USER|ADDRESS|STREET|CITY|POSTCODE|ZIP|LOCATION|DATE|IBAN|CARD"
    r"|ACCOUNT|SSN|ID|IP|URL|REDACTED|MASKED|REMOVED|HIDDEN|DELETED|ANONYMI[SZ]ED)[ _-]?){1,3}[0-9]{0,4}[\]>}]{1,2}"
)
"""A word for what stood there; other words in brackets (`[VIP] Anna Brandt`) stand beside it."""
_PERSONAL: Final = frozenset(
    [
        "address", "bank_account", "birth_date", "card", "email", "first_name", "iban", "name", "national_id",
        "passport", "person", "phone", "ssn", "username",
    ]
)  # fmt: skip


def masked(column: Column) -> tuple[frozenset[int], tuple[Found, ...]]:
    """Give the indexes of masked values, and the labels that say how they were masked."""
    hidden = {
        "masked:hash": _hashes(column),
        "masked:token": _tokens(column),
        "masked:partial": {i for i in column.flagged("hidden") if _partly(column.value(i))},
        "masked:redacted": set(column.flagged("redacted")) | _nothing_left(column) | _replaced(column),
    }
    hidden["masked:partial"] -= hidden["masked:redacted"]
    found = tuple(_labels(column, hidden))
    return frozenset().union(*hidden.values()), found


def _labels(column: Column, hidden: dict[str, set[int]]) -> Iterator[Found]:
    expected = column.header.masked or bool(column.header.kinds & _PERSONAL)
    for label, all_hits in hidden.items():
        hits = all_hits - column.long
        rows = column.texts.rows(hits)
        if hits and (expected or (len(hits) >= 2 and share(rows, column.texts.looked) >= 0.05)):
            yield column.found(label, hits, ("shape",), 0.95 if expected else 0.8)


def _hashes(column: Column) -> set[int]:
    values = {index: column.value(index) for index in column.flagged("hash")}
    mixed = {i for i, value in values.items() if any(c.isdigit() for c in value) and any(c.isalpha() for c in value)}
    return mixed | {index for index in column.flagged("email") if _HEX_MAIL.fullmatch(column.value(index))}


def _tokens(column: Column) -> set[int]:
    found = set(column.flagged("token"))
    if column.header.kinds & _PERSONAL:
        found |= set(column.flagged("uuid"))
    return found


def _nothing_left(column: Column) -> set[int]:
    """Give values of which no sign is left: asterisks, and what stands between the parts of any such value."""
    return {index for index in column.flagged("hidden") if _NOTHING_LEFT.fullmatch(column.value(index))}


def _replaced(column: Column) -> set[int]:
    """Give short texts in which a word for a kind stands in place of the value, and no street is left."""
    if not column.header.kinds & _PERSONAL or not any(sign in column.blob for sign in "[<{"):
        return set()
    texts = ((index, column.value(index)) for index in column.short)
    left = ((index, text, _PLACEHOLDER.sub(" ", text)) for index, text in texts)
    return {index for index, text, rest in left if rest != text and not (street(rest) or postal(rest))}


def _partly(text: str) -> bool:
    return len(text) <= 64 and len(text.split()) <= 5
