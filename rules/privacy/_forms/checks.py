"""Check digits, formats and the odds of chance: pure functions over texts and counts.

One number in ten passes Luhn by luck, so a share of passes is only evidence where chance cannot explain it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import date
from ipaddress import ip_address
from typing import Final

_CARD_BRANDS: Final = re.compile(
    r"4\d{12}(?:\d{3})?(?:\d{3})?"
    r"|(?:5[1-5]\d{2}|222[1-9]|22[3-9]\d|2[3-6]\d{2}|27[01]\d|2720)\d{12}"
    r"|3[47]\d{13}"
    r"|3(?:0[0-5]|[68]\d)\d{11}"
    r"|(?:6011|65\d{2}|64[4-9]\d)\d{12}(?:\d{3})?"
    r"|35(?:2[89]|[3-8]\d)\d{12}"
    r"|62\d{14}(?:\d{3})?"
)
_DOUBLED: Final = bytes.maketrans(b"0123456789", b"0246813579")
_NOT_DIGIT: Final = re.compile(r"\D")
_MONTHS: Final = {"janfebmaraprmayjunjulaugsepoctnovdec"[3 * month : 3 * month + 3]: month + 1 for month in range(12)}
_CENTURY: Final = 25
_DATES: Final = (
    (re.compile(r"(\d{4})([-/.])(\d\d?)\2(\d\d?)"), (1, 3, 4)),
    (re.compile(r"(\d\d?)([-/.])(\d\d?)\2(\d{4}|\d\d)"), (4, 3, 1)),
    (re.compile(r"(\d{4})(\d\d)(\d\d)"), (1, 2, 3)),
    (re.compile(r"(\d\d)(\d\d)(\d{4})"), (3, 2, 1)),
    (re.compile(r"(\d\d)(\d\d)(\d\d)"), (1, 2, 3)),
    (re.compile(r"(\d\d?)[ -]([A-Za-z]{3,9})\.?[ -](\d{4}|\d\d)"), (3, 2, 1)),
    (re.compile(r"([A-Za-z]{3,9})\.? (\d\d?),? (\d{4})"), (3, 1, 2)),
    (re.compile(r"(\d{4})[年년] ?(\d\d?)[月월] ?(\d\d?)[日일]"), (1, 2, 3)),
)
"""What a date looks like, and where year, month and day stand; read by hand, since strptime takes 8 us."""


def digits(text: str) -> str:
    """Give the digits of a text only."""
    return text if text.isdecimal() else _NOT_DIGIT.sub("", text)


def luhn(number: str) -> bool:
    """Whether the digits pass the Luhn check, and are not all the same."""
    plain = (number if number.isascii() else "".join(str(int(digit)) for digit in number)).encode()
    total = sum(plain[-1::-2]) + sum(plain[-2::-2].translate(_DOUBLED)) - 48 * len(plain)
    return total % 10 == 0 and len(set(plain)) > 1


def card_brand(number: str) -> bool:
    """Whether prefix and length are those of a payment card."""
    return _CARD_BRANDS.fullmatch(number) is not None


_IBAN_LENGTHS: Final = {
    country: length
    for length, countries in {
        15: "NO", 16: "BE", 18: "DK FI FO GL NL SD FK", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK", 21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
        29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
    }.items()
    for country in countries.split()
}  # fmt: skip
_IBAN_FORM: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]){11,31}")


def iban_written(text: str) -> Iterator[str]:
    """Give what a text holds of accounts in form: a country's letters, and as many characters as it gives accounts."""
    for match in _IBAN_FORM.finditer(text):
        account = match[0].replace(" ", "").replace("-", "").upper()
        if len(account) >= (length := _IBAN_LENGTHS.get(account[:2], 99)):
            yield account[:length]


def iban_checks(text: str) -> bool:
    """Whether the remainder by 97 is right for an account in a text."""
    return any(int((account[4:] + account[:4]).translate(_NUMBERED)) % 97 == 1 for account in iban_written(text))


_NUMBERED: Final = {ord(letter): str(place) for place, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", 10)}


def tail(hits: int, tries: int, chance: float) -> float:
    """Give the odds that chance alone gives at least so many hits."""
    if hits <= 0:
        return 1.0
    if hits >= tries:
        return math.exp(tries * math.log(chance)) if tries else 1.0
    # Chernoff's bound: never too small by more than it matters here, and no sum over thousands of terms.
    share = hits / tries
    if share <= chance:
        return 1.0
    divergence = share * math.log(share / chance) + (1 - share) * math.log((1 - share) / (1 - chance))
    return math.exp(-tries * divergence)


def wilson(hits: int, looked: int) -> tuple[float, float]:
    """Give the 95 % interval of a share."""
    if looked <= 0:
        return (0.0, 1.0)
    z = 1.959964
    share = min(hits, looked) / looked
    middle = share + z * z / (2 * looked)
    spread = z * math.sqrt(share * (1 - share) / looked + z * z / (4 * looked * looked))
    width = 1 + z * z / looked
    # Rounding may leave the share itself a hair outside where all or none were hits.
    return (max(0.0, min(share, (middle - spread) / width)), min(1.0, max(share, (middle + spread) / width)))


def us_ssn(text: str) -> bool:
    """Whether a text can be a US social security number: nine digits, no area, group or serial that is never given."""
    number = digits(text)
    if len(number) != 9 or not re.fullmatch(r"\d{9}|\d{3}([- .])\d{2}\1\d{4}", text):
        return False
    return number[:3] not in {"000", "666"} and number[0] != "9" and number[3:5] != "00" and number[5:] != "0000"


def day(text: str) -> date | None:
    """Read a date in one of the usual forms; None where it is none."""
    head = text[:10] if re.match(r"\d{4}-\d\d-\d\d[T ]", text) else text
    if not 6 <= len(head) <= 20:
        return None
    for look, places in _DATES:
        if (match := look.fullmatch(head)) and (found := _dated(*(match[place] for place in places))):
            return found
    return None


def _dated(year: str, month: str, of_month: str) -> date | None:
    """Give a date, with day and month in either order where only one makes sense; two digits are a year of a life."""
    number = int(month) if month.isdigit() else _MONTHS.get(month[:3].lower(), 0)
    full = int(year) if len(year) == 4 else 1900 + int(year) + (100 if int(year) <= _CENTURY else 0)
    for second, third in ((number, int(of_month)), (int(of_month), number)):
        if 1 <= second <= 12 and 1 <= third <= 31 and full >= 1:
            try:
                return date(full, second, third)
            except ValueError:
                continue
    return None


def machine(text: str) -> bool:
    """Whether a text is the address of a machine, IPv4 or IPv6."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def version_like(addresses: list[str]) -> bool:
    """Whether dotted quads are rather version numbers: hardly ever a part beyond 99."""
    large = sum(any(len(part) == 3 for part in address.split(".")) for address in addresses)
    return large * 2 < len(addresses)
