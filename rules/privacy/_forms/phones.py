"""Phone numbers by the offline tables of phonenumbers: how a number is dialled decides, not how many digits it has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rules.privacy._forms.checks import digits

_FORM: Final = re.compile(r"(?:tel:|\+|00)?\(?\+?\d[\d\s().\-/]{4,22}\d(?:\s?(?:x|ext\.?|#)\s?\d{1,6})?", re.IGNORECASE)
_DATE: Final = re.compile(
    r"(?:\d{4}[-./ ]\d{1,2}[-./ ]\d{1,2}|\d{1,2}[-./ ]\d{1,2}[-./ ](?:\d{4}|\d{2}))(?:[ T]\d{1,2}:.*)?"
)
_OTHER: Final = re.compile(
    r"\d{3}-\d{2}-\d{4}|\d{1,5}(?:\.\d{1,5}){3}(?:/\d+)?|"
    r"\d{1,2}(?:[ .]\d{3})+|\d{3}[ .]\d{3}|\d+\.\d+|(?:\d{4}[ -]){3}\d{4}"
)
_TRUNK: Final = (
    "GB", "DE", "FR", "NL", "IT", "BE", "CH", "AT", "SE", "FI", "IE", "AU", "NZ", "JP", "KR", "IN", "ZA", "TR",
    "UA", "TW",
)  # fmt: skip
"""Regions whose national numbers begin with 0."""
_BARE: Final = ("US", "ES", "PL", "PT", "DK", "NO", "CZ", "GR", "BR", "MX", "HU", "RU", "CN", "SG", "HK", "RO", "IL")
_SPAN: Final = re.compile(
    r"(?<![\w.,:/-])(?:\+\d{1,3}[ \d().\-/]{6,18}\d|\(\d{3}\) ?\d{3}[-. ]?\d{4}|\d{3}[-. ]\d{3}[-. ]\d{4})"
    r"(?![\w-])",
    re.ASCII,  # in Chinese, Japanese and Korean words stand right before and behind a number
)
_CONTEXT_SPAN: Final = re.compile(
    r"(?i)(?:(?<![^\W\d_])(?:tel|phone|fon|mobil|cell|call|fax|whats ?app|ring|sms|t[eé]l|celular|m[oó]vil|portable|"
    r"rufen|gsm|telem[oó]vel|puh|tlf|cep|kom[oó]rk|тел|моб|сот|τηλ|κιν|điện thoại|sđt|đt|hp)\w{0,8}"
    r"|電話(?:番号)?|携帯(?:電話)?|手机号?码?|手機|电话|联系方式|전화(?:번호)?|연락처|휴대폰|핸드폰|هاتف\w{0,3}|جوال\w{0,3}"
    r"|موبايل|फ़ोन|फोन|मोबाइल|โทร\w{0,4}|טלפון|נייד)"
    r"[^\d+(\n]{0,14}((?:\+|\(|0|[1-9])[\d\s().\-/]{6,20}\d)(?![A-Za-z0-9_-])"
)
_GROUPS: Final = re.compile(r"\d[ .()-]+\d+[ .()-]+\d")
_SAID: Final = (
    "tel", "phone", "fon", "mobil", "cell", "call", "fax", "whats", "ring", "sms", "t\u00e9l", "celular", "movil",
    "m\u00f3vil", "portable", "rufen", "gsm", "puh", "tlf", "cep", "kom", "тел", "моб", "сот", "τηλ", "κιν", "đt", "hp",
    "điện", "電話", "携帯", "手", "电话", "联系", "전화", "연락처", "폰", "هاتف", "جوال", "موبا", "फ", "मोबा", "โทร",
    "טלפון", "נייד",
)  # fmt: skip
"""Letters of which each word holds some that stands before a number: looking for them takes a tenth of the pattern."""


def phone_form(text: str) -> bool:
    """Whether a text is written as phone numbers are: 7 to 15 digits, no date, no amount, no address of a machine."""
    # Which digits they are says nothing here but for two noughts that stand first.
    if len(text) > 30 or not _written(text if text.startswith("00") else text.translate(_NINES)):
        return False
    found = digits(text)
    return 7 <= len(found) <= 17 and len(set(found)) > 1


_NINES: Final = {ord(digit): "9" for digit in "012345678"}


@lru_cache(maxsize=2_048)
def _written(text: str) -> bool:
    return _FORM.fullmatch(text) is not None and not (_DATE.fullmatch(text) or _OTHER.fullmatch(text))


@lru_cache(maxsize=8_192)
def dialable(text: str, region: str | None) -> bool:
    """Whether a number is valid where it stands, or anywhere with its country code."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text.removeprefix("tel:"), region)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_valid_number(number))


@lru_cache(maxsize=8_192)
def possible(text: str) -> bool:
    """Whether a number with a sign has a country's code and as many digits as its numbers have, given out or not."""
    import phonenumbers

    try:
        number = phonenumbers.parse(text.removeprefix("tel:"), None)
    except phonenumbers.NumberParseException:
        return False
    return bool(phonenumbers.is_possible_number(number))


def best_region(texts: Sequence[str]) -> tuple[str, float]:
    """Give the region in which most of these national numbers are valid, and the share that is."""
    candidates = _TRUNK if sum(digits(text).startswith("0") for text in texts) * 2 >= len(texts) else _BARE
    best = ("", 0.0)
    for region in candidates:
        share = sum(dialable(text, region) for text in texts) / len(texts)
        if share > best[1]:
            best = (region, share)
        if share > 0.97:
            break
    return best


_MOBILE: Final = re.compile(
    r"(?P<CN>1[3-9]\d{9})|(?P<GB>07\d{9})|(?P<FR>0[67]\d{8})|(?P<DE>01[567]\d{8,9})|(?P<KR>01[016-9]\d{7,8})|"
    r"(?P<JP>0[789]0\d{8})|(?P<TR>05\d{9})|(?P<AU>04\d{8})|(?P<SA>05\d{8})|(?P<VN>0[35789]\d{8})|"
    r"(?P<ID>08\d{9,11})|(?P<EG>01[0125]\d{8})|(?P<NG>0[789][01]\d{8})|(?P<IN>0[6-9]\d{9})|(?P<IR>09\d{9})|"
    r"(?P<PK>03\d{9})|(?P<PH>09\d{9})|(?P<CH>07[5-9]\d{7})|(?P<RU>89\d{9})"
)


def mobiles(texts: Sequence[str]) -> bool:
    """Whether numbers without any sign are the mobile numbers of one country: all valid, over many of its prefixes."""
    if len(texts) < 16 or len({text[:4] for text in texts}) < 5 or any(len(set(text)) < 3 for text in texts):
        return False
    formed = [text for text in texts if _MOBILE.fullmatch(text)]
    if len(formed) * 20 < len(texts) * 19:
        return False
    for region in _MOBILE.groupindex:
        if not all(dialable(text, region) for text in formed[: len(formed) // 20 + 2]):
            continue
        found = [text for text in formed if dialable(text, region)]
        if len(found) * 20 >= len(texts) * 19 and len({text[-4:-2] for text in texts}) * 3 >= len(texts):
            return True
    return False


def phone_spans(text: str) -> list[tuple[int, int]]:
    """Give where phone numbers stand in a text: with a country code, in the North American form, or after `phone`."""
    found: dict[int, int] = {}
    for match in _SPAN.finditer(text):
        if match[0].startswith("+"):
            # Numbers that nobody has been given yet are written in groups as others are.
            sure = dialable(match[0], None) or (_GROUPS.search(match[0]) is not None and possible(match[0]))
        else:
            sure = dialable(match[0], "US") or match[0][-8:-4] in {"555-", "555 ", "555."}
        if sure:
            found[match.start()] = match.end()
    low = text.lower()
    if not any(word in low for word in _SAID):
        return sorted(found.items())
    for match in _CONTEXT_SPAN.finditer(text):
        number = match[1]
        if phone_form(number.strip()) and match.start(1) not in found:
            found[match.start(1)] = match.end(1)
    return sorted(found.items())
