"""What a column's name says about its values: a kind of personal data, the contrary, or nothing.

A header is evidence, never proof: it opens the door for kinds that content cannot decide, and shuts it for look-alikes
(`order_no`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final

from rules.privacy._lists.words import ABOUT, IDS, KINDS, MASKS, NOT_PEOPLE
from rules.privacy._lists.words_abroad import ABROAD
from rules.privacy._lists.words_special import CLEAR, SPECIAL

_CAMEL: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_APART: Final = re.compile(
    r"[^\w]+|_+|(?<=\D)(?=\d{3,})|(?<=[a-zA-Z0-9])(?=[\u0e00-\uffef])|(?<=[\u0e00-\uffef])(?=[a-zA-Z0-9])"
)
"""Where a header falls into words; `IP地址` has no other sign of it than that its script changes."""
_BARRED: Final = str.maketrans("øłđ\u0131", "oldi")  # these are letters of their own, not accents
_INSIDE: Final = 6
_NOT_INSIDE: Final = frozenset(
    (
        "eposta", "ipaddr", "ipaddress", "ipadresse", "idnumber", "idnummer", "personid", "personno", "personnumber",
        "identificationno", "identificationnumber", "identificationnum", "identifikationsnummer", "identityno",
        "cardcode", "seccode", "regplate", "bornon", "platenum", "domicile", "confession", "criminal", "identificacion",
    )
)  # fmt: skip
"""Words that others hold by chance: `adressE POSTAle`, `shIP ADDRess`, `bID NUMBER`."""
_NUMBERED: Final = {"ssn", "national_id", "passport", "card", "iban", "cvv", "device_id", "vehicle_id", "health_id"}
"""Kinds that are numbers by nature: a word for a number beside them does not deny them."""
_SHORT: Final = {
    "nm": "name", "nam": "name", "dt": "date", "dat": "datum", "addr": "address", "adr": "adresse", "num": "number",
    "no": "number", "nr": "numer", "sec": "security", "soc": "social", "cust": "customer", "tel": "telephone",
    "mob": "mobile", "ph": "phone", "acct": "account", "acc": "account", "lic": "licence", "pass": "passport",
    "f": "first", "l": "last", "geb": "geburts", "usr": "user", "emp": "employee",
}  # fmt: skip
"""Abbreviations in column names, written out beside the word itself."""
_OVER: Final = {
    "address": {"email", "ip", "mac_address", "crypto_wallet"},
    "name": {"username", "person", "first_name"},
    "person": {"username", "health_id"},
    "first_name": {"username"},
    "phone": {"card", "device_id"},
    "national_id": {"passport", "ssn", "driving_licence", "health_id", "vehicle_id", "device_id"},
    "role": {"username", "person", "first_name", "email", "phone", "address"},
    "card": {"national_id", "driving_licence", "cvv", "health_id"},
    "bank_account": {"iban"},
}
"""A kind gives way where the header names one of these as well: an `ip_address` is no postal address."""


@dataclass(frozen=True, slots=True)
class Header:
    """The evidence of a column's name."""

    kinds: frozenset[str]
    """Labels that it names, and `name` where it does not say of whom."""
    identifier: bool
    """It names something numbered: an order, an invoice, a version."""
    about: bool
    """It is about a kind, not of it: `email_verified`."""
    thing: bool
    """It names things, not people."""
    masked: bool
    """It says that the values are masked."""

    def names(self, label: str) -> bool:
        """Whether the header stands for this kind, and not for something about it."""
        return label in self.kinds and not self.about


@cache
def read_header(header: str) -> Header:
    """Read a column's name, in any spelling and language that the words know."""
    tokens = _tokens(header)
    joined = "".join(tokens)
    pairs = {a + b for a, b in pairwise(tokens)}
    triples = {a + b + c for a, b, c in zip(tokens, tokens[1:], tokens[2:], strict=False)}
    alone = {*tokens, *pairs, *triples, joined}
    alone |= {stem for token in tokens if (stem := _NUMBERED_COLUMN.sub("", token)) != token}
    written_out = [_SHORT.get(token, token) for token in tokens]
    if written_out != tokens:
        alone |= {_SHORT[part] for part in tokens if len(part) >= 3 and part in _SHORT and part != "pass"}
        alone |= {a + b for a, b in pairwise(written_out)} | {"".join(written_out)}
        alone |= {a + b + c for a, b, c in zip(written_out, written_out[1:], written_out[2:], strict=False)}
    told = [token for token in tokens if token not in _BETWEEN]
    if told != tokens:
        alone |= {a + b for a, b in pairwise(told)} | {"".join(told)}
    alone |= {short for word in alone if len(word) >= _INSIDE and (short := _UMLAUT.sub(r"\1", word)) != word}
    kinds = {kind for kind, words in _lexicon().items() if _stands_for(words, alone, joined)}
    for weak, strong in _OVER.items():
        if kinds & strong:
            kinds.discard(weak)
    masked = bool(alone & MASKS)
    said = ABOUT - _STATES if any(kind.startswith("special:") for kind in kinds) else ABOUT
    about = bool(alone & said) and not masked and not _whole(kinds, joined)
    identifier = bool(alone & IDS) and not kinds & _NUMBERED
    thing = bool(alone & NOT_PEOPLE) and not all(token in _NOTHING or token.isdigit() for token in _stems(tokens))
    return Header(frozenset(kinds), identifier, about, thing, masked)


_BETWEEN: Final = frozenset(
    (
        "de", "del", "della", "delle", "dei", "di", "do", "da", "dos", "das", "des", "du", "d", "la", "le", "l", "el",
        "of", "the", "der", "van", "von", "y", "e", "et", "och", "og",
    )
)  # fmt: skip
"""Words between those that tell: `numero de la tarjeta`."""
_UMLAUT: Final = re.compile(r"([aou])e")
"""How umlauts are written where only the letters of English are at hand: `Geraet`, `foedt`."""
_STATES: Final = frozenset(("status", "state", "type", "kind", "class", "category", "flag", "is", "has", "code"))
"""Words that do not make a column one about a special category: who has a `disability_status` has it there."""


def clear(header: str, label: str) -> bool:
    """Whether a header that names a special category means nothing else."""
    joined = "".join(_tokens(header))
    return not joined.isascii() or any(part in joined for part in CLEAR.get(label, "").split())


_NUMBERED_COLUMN: Final = re.compile(r"(?<=[^\W\d_]{3})\d{1,2}$")
"""What stands behind a word of a header that there are several of: `phone2`."""
_NOTHING: Final = frozenset(
    ("column", "col", "field", "fld", "attribute", "attr", "variable", "var", "value", "val", "data", "text", "txt")
)
"""Words that say nothing of what a column holds."""


def _stems(tokens: list[str]) -> list[str]:
    return [_NUMBERED_COLUMN.sub("", token) for token in tokens]


_LITTLE: Final = frozenset(
    ("id", "ids", "nr", "no", "num", "number", "nummer", "numero", "code", "key", "ref", "value")
)


def says_little(header: str) -> bool:
    """Whether a header says only that something is numbered, not what."""
    return all(token in _LITTLE for token in _tokens(header))


@cache
def header_words(header: str) -> frozenset[str]:
    """Give the words of a header, alone, by twos and threes, and all of them as one."""
    tokens = _tokens(header)
    pairs = {a + b for a, b in pairwise(tokens)}
    triples = {a + b + c for a, b, c in zip(tokens, tokens[1:], tokens[2:], strict=False)}
    return frozenset({*tokens, *pairs, *triples, "".join(tokens)})


def _stands_for(words: Mapping[str, bool], alone: set[str], joined: str) -> bool:
    return any(word in alone or (inside and word in joined) for word, inside in words.items())


def _whole(kinds: set[str], joined: str) -> bool:
    """Whether the whole header is a word for its kind, as `phonenumber` is: then no part of it denies it."""
    return any(joined in _lexicon()[kind] for kind in kinds)


@cache
def _lexicon() -> Mapping[str, Mapping[str, bool]]:
    """Give for each kind its words, with whether a word may stand inside a longer one."""
    return {
        kind: {
            folded_word: kind != "role" and _may_stand_inside(folded_word)
            for part in (words, ABROAD.get(kind, ""), SPECIAL.get(kind, ""))
            for folded_word in map(plain, _unmarked(part).split())
        }
        for kind, words in KINDS.items()
    }


def _may_stand_inside(word: str) -> bool:
    """Whether a word is long enough to be no chance in a longer one; scripts without spaces say much in two signs."""
    if word.isascii():
        return len(word) >= _INSIDE and word not in _NOT_INSIDE
    if min(word) >= _EASTERN:
        return len(word) >= 2
    return len(word) >= (_INSIDE - 1 if min(word) < _SEMITIC else _INSIDE - 2)


_SEMITIC: Final = "\u0590"
"""Hebrew and Arabic, which write no vowels and put the article before."""
_EASTERN: Final = "\u0e00"
"""Thai, and all scripts after it that leave no spaces between words."""


def _unmarked(text: str) -> str:
    """Give a text without the signs that Thai, Hindi and Arabic write on letters, which are no letters themselves."""
    if text.isascii():
        return text
    return "".join(sign for sign in unicodedata.normalize("NFKC", text) if unicodedata.category(sign)[0] != "M")


def _tokens(header: str) -> list[str]:
    parts = _APART.split(_CAMEL.sub(" ", _unmarked(header)))
    return [plain(part) for part in parts if part]


def plain(text: str) -> str:
    """Give a text in lower case, without accents."""
    if text.isascii():
        return text.lower()
    folded = unicodedata.normalize("NFKD", text.casefold().translate(_BARRED))
    return unicodedata.normalize("NFC", "".join(mark for mark in folded if not unicodedata.combining(mark)))


def folded(words: str) -> frozenset[str]:
    """Give the words of a list, in lower case, without accents."""
    return frozenset(map(plain, words.split()))
