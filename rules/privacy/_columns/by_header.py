"""Kinds that content alone never decides: names, addresses, births, ids, special categories.

An order number has the shape of a passport; so a header, a list or a sibling column must say so, and the values must
not deny it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from itertools import pairwise
from typing import Final

from rules.privacy._columns.evidence import SEPARATORS, Column, Found
from rules.privacy._columns.people import PEOPLE, people
from rules.privacy._columns.special import special
from rules.privacy._forms import ids
from rules.privacy._forms.checks import day, digits, us_ssn
from rules.privacy._forms.secrets import random_looking
from rules.privacy._lists import names
from rules.privacy._lists.headers import plain, says_little

_FEW: Final = 24
"""Of a kind that a third of the values are of, so many hold none once in ten thousand columns."""
_HANDLE: Final = re.compile(r"@?[^\W\d][\w.@+-]{1,39}")
_LOGIN: Final = re.compile(r"@?[a-z][a-z.]*[a-z_.-]?[a-z]+\d{0,4}")
_USERS: Final = frozenset(
    ("user", "usr", "userid", "user_id", "uid", "owner_login", "created_by", "updated_by", "modified_by")
)
_LOGINS: Final = 8
"""So many different ones under `user` are logins of people; `admin` and `guest` are fewer."""
_CODES: Final = {"national_id": 4, "passport": 4, "driving_licence": 4, "licence_plate": 1, "bank_account": 6}
"""Kind -> the fewest digits that a value of it has."""


def by_header(column: Column, masked: frozenset[int]) -> Iterator[Found]:
    """Give the kinds that header and values agree on; masked values agree with nothing."""
    usable = [index for index in column.short if index not in masked]
    if column.texts.kind == "text":
        yield from _address(column, [*usable, *_lines(column, masked)])
    if not usable:
        return
    if column.texts.kind != "moment":
        yield from _people(column, usable)
        yield from _codes(column, usable)
        yield from _credentials(column, usable)
        yield from special(column, usable)
    yield from _birth_date(column, usable)


def _hits(column: Column, usable: list[int], test: Callable[[str], bool]) -> set[int]:
    """Give the values that pass; none where hardly any of a spread-out few does, since columns are of these kinds."""
    if len(usable) > 2 * _FEW:
        few = usable[:: len(usable) // _FEW]
        if not any(test(column.value(index)) for index in few):
            return set()
    return {index for index in usable if test(column.value(index))}


def _borne_out(column: Column, hits: set[int]) -> bool:
    """Whether more than one value says so, or the only one that there is: of a table of one record, too."""
    return len(hits) >= 2 or (bool(hits) and column.distinct == 1)


def _people(column: Column, usable: list[int]) -> Iterator[Found]:
    if column.texts.kind == "number":
        return
    yield from people(column, usable)
    if column.header.names("username") and not column.header.kinds & {"email"}:
        hits = _hits(column, usable, lambda text: _HANDLE.fullmatch(text) is not None)
        if column.part(hits, usable) >= 0.8 and _borne_out(column, hits):
            yield column.found("username", hits, ("shape",), 0.8)
    elif plain(column.texts.header) in _USERS and column.distinct >= _LOGINS and not column.header.about:
        hits = _hits(column, usable, lambda text: _LOGIN.fullmatch(text) is not None)
        if column.part(hits, usable) >= 0.9:
            yield column.found("username", hits, ("shape",), 0.78)


def _lines(column: Column, masked: frozenset[int]) -> list[int]:
    """Give the texts of many words that may be addresses in one line, and are no sentences."""
    return [
        index
        for index in sorted(column.long - masked)
        if len(line := column.value(index)) <= _LINE and line[-1] not in ".!?\u3002" and "\n" not in line
    ]


_LINE: Final = 120


def _address(column: Column, usable: list[int]) -> Iterator[Found]:
    if not usable:
        return
    bare = column.blob.isascii() and not (" " in column.blob and any(map(column.blob.__contains__, "0123456789")))
    if bare and not column.header.names("address"):
        return
    lines = usable
    if "@" in column.blob or ":" in column.blob:
        lines = [
            index for index in usable if "@" not in (line := _NUMBERED.sub("", column.value(index))) and ":" not in line
        ]
    streets = _hits(column, lines, names.street)
    if column.header.names("address"):
        hits = _hits(column, lines, names.address_like)
        numbered = _hits(column, lines, lambda text: any(character.isdigit() for character in text) and " " in text)
        wide = {index for index in lines if _cjk(column.value(index)) and len(column.value(index)) >= 6}
        strong = column.part(numbered | streets | wide, usable)
        if strong >= 0.3:
            yield column.found("address", hits | wide, ("shape",), 0.92)
        return
    whole = streets | (_hits(column, lines, names.postal) if "," in column.blob or "\n" in column.blob else set())
    if column.header.identifier or column.header.about:
        if len(streets) >= _PLENTY and column.part(streets, usable) >= 0.4 and column.part(whole, usable) >= 0.85:
            yield column.found("address", whole, ("list", "shape"), 0.78)
        return
    if column.part(whole, usable) >= 0.4 and len(whole) >= 3:
        yield column.found("address", whole, ("list", "shape"), 0.85)
    elif (not column.header.thing or _WHERE.search(plain(column.texts.header))) and (
        housed := _housed(column, lines, usable)
    ):
        yield column.found("address", housed, ("shape",), 0.77)


_NUMBERED: Final = re.compile(r"(?i)\b(?:no|nr|num|n[o\u00ba\u00b0]|kat|daire|d|apt|ap|blok)\.? ?:(?= ?\d)")
"""What numbers a part of an address, with a colon: `No:12 D:4`."""


def _housed(column: Column, lines: list[int], usable: list[int]) -> set[int]:
    """Give the values of a column of names with numbers, where names and numbers are as many as those of houses.

    What is numbered otherwise (models, rooms, chapters) has few names, or few numbers to a name.
    """
    if len(lines) < _STREETS or column.weigh(usable) < _STREETS:
        return set()
    said = {index: name for index in lines if (name := names.housed(column.value(index)))}
    if column.part(said, usable) < 0.85:
        return set()
    first = Counter(plain(name).split()[0] for name in said.values())
    last = Counter(plain(name).split()[-1] for name in said.values())
    numbers = Counter(digits(column.value(index).split(",")[0]) for index in said)
    many = len(first) * 2 >= len(said) or len(last) * 2 >= len(said)
    mixed = max(first.most_common(1)[0][1], last.most_common(1)[0][1]) * 2 <= len(said)
    capitals = sum(not name[0].islower() for name in said.values()) * 10 >= 9 * len(said)
    spread = len(numbers) * 3 >= len(said) and sum(int(one) > 12 for one in numbers if one) * 2 >= len(numbers)
    return set(said) if many and mixed and capitals and spread else set()


_STREETS: Final = 30
_PLENTY: Final = 12
"""So many different streets with houses are addresses, though a header calls them orders or statuses."""
_WHERE: Final = re.compile(r"locat|place|lieu|lugar|luogo|standort|lokal|miejsce|umiste|konum")
"""Headers of where something is: not of things, though things stand somewhere."""


def _cjk(text: str) -> bool:
    return any("\u3040" <= character <= "\ud7af" for character in text)


def _codes(column: Column, usable: list[int]) -> Iterator[Found]:
    header = column.header
    social = _hits(column, usable, us_ssn) if header.names("ssn") or header.names("national_id") else set()
    if header.names("ssn") and column.part(social, usable) >= 0.5:
        yield column.found("ssn", social, ("header", "format"), 0.95)
        return
    checked = tuple(_national(column, usable))
    yield from checked
    if not checked and (header.names("ssn") or header.names("national_id")):
        if column.part(social, usable) >= 0.9:
            yield column.found("ssn", social, ("header", "format"), 0.95)
            return
        if header.names("ssn"):
            codes = {index for index in usable if _code(column.value(index), 6)}
            if column.part(codes, usable) >= 0.8 and _borne_out(column, codes):
                yield column.found("national_id", codes, ("header", "shape"), 0.85)
                return
    yield from _things_of_people(column, usable)
    for label, fewest in _CODES.items():
        if not header.names(label) or (label == "national_id" and header.thing):
            continue
        hits = {index for index in usable if _code(column.value(index), fewest)}
        if column.part(hits, usable) >= 0.6 and _borne_out(column, hits):
            yield column.found(label, hits, ("shape",), 0.88)


def _things_of_people(column: Column, usable: list[int]) -> Iterator[Found]:
    """Judge numbers of people's devices, vehicles and cards, and where people are."""
    forms: dict[str, Callable[[str], bool]] = {
        "cvv": lambda text: _CVV.fullmatch(text) is not None,
        "device_id": lambda text: _DEVICE.fullmatch(text) is not None or ids.imei(text),
        "vehicle_id": ids.vehicle,
        "health_id": lambda text: _code(text, 4),
    }
    for label, form in forms.items():
        if column.header.names(label):
            hits = {index for index in usable if form(column.value(index))}
            if _borne_out(column, hits) and column.part(hits, usable) >= 0.8:
                yield column.found(label, hits, ("format",), 0.9)
    if column.longest == _VIN_LENGTH and not column.header.names("vehicle_id"):
        hits = {index for index in usable if ids.vehicle_checks(column.value(index))}
        if len(hits) >= 8 and column.part(hits, usable) >= 0.9:
            yield column.found("vehicle_id", hits, ("check digit",), 0.85)
    yield from _positions(column, usable)


def _positions(column: Column, usable: list[int]) -> Iterator[Found]:
    """Judge positions: of people where the header or a sibling says so, or where two numbers stand as one value."""
    if not column.header.names("location"):
        return
    hits = {index for index in usable if _POSITION.fullmatch(column.value(index))}
    if not _borne_out(column, hits) or column.part(hits, usable) < 0.8:
        return
    pairs = [index for index in hits if _PAIR.search(column.value(index))]
    if column.siblings & (PEOPLE | _CARRIED | {"role"}):
        yield column.found("location", hits, ("sibling", "format"), 0.78)
    elif len(pairs) * 10 >= len(hits) * 9 or _WHOSE.search(plain(column.texts.header)):
        yield column.found("location", hits, ("format",), 0.76)


_CARRIED: Final = frozenset({"device_id", "mac_address", "ip", "licence_plate", "vehicle_id", "health_id", "passport"})
"""Kinds of what people carry or drive: where it is, they are."""
_WHOSE: Final = re.compile(r"home|user|cust|client|driver|patient|person|employee|member|rider|lastknown|wohn|domicil")
_PAIR: Final = re.compile(r"\d[^\d.-]+-?\d")
_VIN_LENGTH: Final = 17
_CVV: Final = re.compile(r"\d{3,4}")
_DEVICE: Final = re.compile(
    r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}|[0-9a-f]{16}|[0-9a-f]{40}|\d{14,16}"
)
_POSITION: Final = re.compile(r"[(\[]?-?\d{1,3}\.\d{3,}(?:[,; ]+-?\d{1,3}\.\d{3,})?[)\]]?|POINT ?\(.*\)")


def _national(column: Column, usable: list[int]) -> Iterator[Found]:
    """Judge shape groups by the check digits that countries give their people's numbers."""
    header = column.header
    named = header.names("national_id") or header.names("ssn") or header.names("health_id")
    counted = header.identifier and not named and not says_little(column.texts.header)
    if header.about or counted or column.longest < 8:
        return
    allowed = set(usable)
    hits: set[int] = set()
    least = column.weigh(usable)
    for group in column.groups().values():
        members = [index for index in group if index in allowed]
        if (
            not members
            or column.weigh(members) * 20 < least
            or "@" in column.value(members[0])
            or not 8 <= len(ids.compact(column.value(members[0]))) <= 20
        ):
            continue
        if said := ids.national_id([column.value(index) for index in members], named=named):
            hits.update(index for index, yes in zip(members, said[1], strict=True) if yes)
    if hits and (named or column.part(hits, usable) >= 0.6):
        yield column.found("national_id", hits, ("check digit",), 0.95 if named else 0.86)


def _code(text: str, fewest: int) -> bool:
    compact = SEPARATORS.sub("", text)
    return compact.isalnum() and 4 <= len(compact) <= 24 and len(digits(compact)) >= fewest


def _credentials(column: Column, usable: list[int]) -> Iterator[Found]:
    if not column.header.names("secret") or column.texts.kind == "number":
        return
    hits = _hits(column, usable, random_looking)
    if column.part(hits, usable) >= 0.6 and _borne_out(column, hits):
        yield column.found("secret", hits, ("entropy",), 0.85)


def _birth_date(column: Column, usable: list[int]) -> Iterator[Found]:
    """Judge dates: those that a header calls births, and those that spread over the lives of people as births do."""
    named = column.header.names("birth_date")
    if not named and (column.header.identifier or column.header.about or _SINCE.search(plain(column.texts.header))):
        return
    if not named and not (column.distinct >= 20 and day(column.value(usable[0]))):
        return
    days = {index: found for index in usable if (found := day(column.value(index))) and 1890 <= found.year <= 2100}
    if column.part(days, usable) < 0.7:
        return
    if named:
        yield column.found("birth_date", days, ("date",), 0.95)
    elif column.part(days, usable) >= 0.95 and _like_births(list(days.values())):
        yield column.found("birth_date", days, ("spread", *(("sibling",) if column.siblings & PEOPLE else ())), 0.76)


_SINCE: Final = re.compile(
    r"release|publish|founded|built|opened|start|end|begin|from|until|since|valid|issue|event|log|load|update|modif|due|"
    r"paid|ship|order|deliver|sale|sold|trade|period|quarter|closing|hire|join|sign|seen|visit|expir|effective|record"
)
"""Headers of dates that are no births."""


def _like_births(days: list[date]) -> bool:
    """Whether dates spread as births do: evenly over half a century, on any day of a month, none of them recent."""
    if _a_series(days):
        return False
    ordered = sorted(days)
    low, middle, high = (ordered[int(len(ordered) * part)] for part in (0.05, 0.5, 0.949))
    firsts = sum(one.day == 1 for one in days) / len(days)
    if len(days) >= 30 and len(set(days)) * 10 >= len(days) * 9 and firsts <= 0.2 and _whole_population(ordered):
        return True
    if len(set(days)) * 10 < len(days) * 9 or firsts > 0.2 or low.year < 1915 or ordered[-1].year > 2012:
        return False
    span = (high - low).days / 365.25
    return 35 <= span <= 90 and 0.3 <= (middle - low).days / max(1, (high - low).days) <= 0.7


def _a_series(days: list[date]) -> bool:
    """Whether dates go on in the order of the rows, as measurements do."""
    steps = [later > earlier for earlier, later in pairwise(days)]
    return sum(steps) * 10 >= len(steps) * 8 or sum(steps) * 10 <= len(steps) * 2


def _whole_population(ordered: list[date]) -> bool:
    """Whether dates spread evenly over more than a working life, as births of old and young do and events do not."""
    low, first, middle, third, high = (
        ordered[int((len(ordered) - 1) * part)] for part in (0.05, 0.25, 0.5, 0.75, 0.95)
    )
    days = (high - low).days
    if not 60 * 365 <= days <= 112 * 365 or ordered[0].year < 1900:
        return False
    parts = [(one - low).days / days for one in (first, middle, third)]
    return all(abs(part - even) <= _UNEVEN for part, even in zip(parts, (0.222, 0.5, 0.778), strict=True))


_UNEVEN: Final = 0.19
"""Three deviations of a quartile of as few as stand for a column."""
