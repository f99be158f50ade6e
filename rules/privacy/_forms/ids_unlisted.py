"""Check digits of people's numbers that python-stdnum does not know: Singapore, Hong Kong, Taiwan, Russia and others.

Written from how the countries describe their numbers; each takes the letters and digits of a number, nothing between.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from rules.privacy._forms.checks import day


def _sum(number: str, weights: Sequence[int]) -> int:
    return sum(int(one) * weight for one, weight in zip(number, weights, strict=False))


_SINGAPORE: Final = {"S": ("JZIHGFEDCBA", 0), "T": ("JZIHGFEDCBA", 4), "F": ("XWUTRQPNMLK", 0), "G": ("XWUTRQPNMLK", 4)}


def singapore(number: str) -> bool:
    """Whether a number is one of an identity card (S, T) or of a foreigner (F, G) of Singapore."""
    if not re.fullmatch(r"[STFG]\d{7}[A-Z]", number):
        return False
    letters, more = _SINGAPORE[number[0]]
    return letters[(_sum(number[1:8], (2, 7, 6, 5, 4, 3, 2)) + more) % 11] == number[8]


def hong_kong(number: str) -> bool:
    """Whether a number is one of an identity card of Hong Kong, of one or two letters."""
    if not (match := re.fullmatch(r"([A-Z]{1,2})(\d{6})([\dA])", number.replace("(", "").replace(")", ""))):
        return False
    letters = [36, *(ord(one) - 55 for one in match[1])][-2:]
    total = letters[0] * 9 + letters[1] * 8 + _sum(match[2], (7, 6, 5, 4, 3, 2))
    return (total + (10 if match[3] == "A" else int(match[3]))) % 11 == 0


_TAIWAN: Final = "ABCDEFGHJKLMNPQRSTUVXYWZIO"


def taiwan(number: str) -> bool:
    """Whether a number is one of an identity card or a resident of Taiwan."""
    if not re.fullmatch(r"[A-Z][1289]\d{8}", number):
        return False
    place = _TAIWAN.index(number[0]) + 10
    return (place // 10 + 9 * (place % 10) + _sum(number[1:9], range(8, 0, -1)) + int(number[9])) % 10 == 0


def latvia(number: str) -> bool:
    """Whether a number is a Latvian personal code with a day of birth."""
    if not re.fullmatch(r"\d{6}[012]\d{4}", number):
        return False
    born = day(f"{number[:2]}.{number[2:4]}.{18 + int(number[6])}{number[4:6]}")
    rest = (1101 - _sum(number, (1, 6, 3, 7, 9, 10, 5, 8, 4, 2))) % 11
    return born is not None and rest == int(number[10])


def snils(number: str) -> bool:
    """Whether a number is one of the Russian pension insurance."""
    if not re.fullmatch(r"\d{11}", number) or int(number[:9]) <= 1_001_998:
        return False
    return _sum(number[:9], range(9, 0, -1)) % 101 % 100 == int(number[9:])


def iran(number: str) -> bool:
    """Whether a number is an Iranian national code."""
    if not re.fullmatch(r"\d{10}", number) or len(set(number)) == 1:
        return False
    rest = _sum(number[:9], range(10, 1, -1)) % 11
    return int(number[9]) == (rest if rest < 2 else 11 - rest)


def kazakhstan(number: str) -> bool:
    """Whether a number is an individual number of Kazakhstan with a day of birth."""
    if not re.fullmatch(r"\d{6}[0-6]\d{5}", number) or day(f"19{number[:6]}") is None:
        return False
    for start in (1, 3):
        rest = _sum(number[:11], [(place + start - 1) % 11 + 1 for place in range(11)]) % 11
        if rest < 10:
            return rest == int(number[11])
    return False


def uzbekistan(number: str) -> bool:
    """Whether a number is a personal number of Uzbekistan with a day of birth."""
    if not re.fullmatch(r"[1-6]\d{13}", number):
        return False
    century = 18 + (int(number[0]) - 1) // 2
    born = day(f"{number[1:3]}.{number[3:5]}.{century}{number[5:7]}")
    return born is not None and _sum(number[:13], (7, 3, 1) * 5) % 10 == int(number[13])


UNLISTED: Final[Mapping[str, tuple[Callable[[str], bool], float, tuple[int, ...]]]] = {
    "sg": (singapore, 0.003, ()),
    "hk": (hong_kong, 0.1, ()),
    "tw": (taiwan, 0.05, ()),
    "lv": (latvia, 0.003, (11,)),
    "ru.snils": (snils, 0.011, (11,)),
    "ir": (iran, 0.1, (10,)),
    "kz": (kazakhstan, 0.004, (12,)),
    "uz": (uzbekistan, 0.003, (14,)),
}
"""Name -> its check, the share of numbers of its form that chance lets pass, and how many digits it has."""
