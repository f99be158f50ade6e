# ruff: noqa: E501, S311 - a line an alternative; seeds make the same set again
"""A fourth set for detection: whole tables of companies in 34 countries, by nobody who had read the detector's lists.

    python -m benchmarks.privacy.company score      both halves: with headers, without, on all rows and on 50
    python -m benchmarks.privacy.company misses     what is missed and told wrongly in the half `dev`

The halves share no country, no header and no list. What is missed of `held` is never printed.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from benchmarks.privacy import numbers
from benchmarks.privacy.harmless import LISTS, NUMBERS, harmless
from benchmarks.privacy.heads import HEADS, MISLEADING, OPAQUE, VALUES
from benchmarks.privacy.lands import LANDS, Land
from benchmarks.privacy.lands_held import HELD
from benchmarks.privacy.numbers import filled
from benchmarks.privacy.tally import SEVERAL, Given, Table, report

_SHOWN_BY_VALUES = {"person", "email", "phone", "address", "iban", "card", "ip", "mac_address", "secret", "national_id"}
_MISLED = {"person", "email", "phone", "address", "iban", "card"}
_BIRTHS = ("%Y-%m-%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%y", "%d %b %Y", "%Y%m%d", "%d-%m-%Y", "%Y/%m/%d")
_HOSTS = {
    "dev": "gmx.de|wanadoo.fr|wp.pl|gmail.com|yahoo.co.in",
    "held": "hotmail.co.uk|libero.it|seznam.cz|163.com|naver.com",
}
_TITLES = {
    "en": "Dr|Mrs|Prof.",
    "de": "Dr.|Prof. Dr.|Frau",
    "fr": "Mme|M.|Dr",
    "es": "Dña.|Sr.|Ing.",
    "it": "Dott.ssa|Ing.|Sig.",
    "nl": "dhr.|mw.",
}
_FORKS, _PAYMENTS = 3, 8


@dataclass(frozen=True, slots=True)
class Maker:
    """What makes the columns of a country's tables."""

    code: str
    land: Land
    r: random.Random

    @property
    def half(self) -> str:
        """Give which half the country belongs to."""
        return self.land.half

    def head(self, kind: str) -> tuple[str, str]:
        """Give a header and what it is worth."""
        place = self.half != "dev"
        luck = self.r.random()
        if kind in _MISLED and luck > 0.92:
            return self.r.choice(MISLEADING[place].split("|")), "misleading"
        if kind in _SHOWN_BY_VALUES and luck > 0.7:
            return self.r.choice(OPAQUE[place].split("|")), "opaque"
        return self.r.choice(HEADS[kind][place].split("|")), "kind"

    def column(self, kind: str, values: list[object], label: str | None = None) -> Given:
        """Give a column of a kind, one in eight with gaps."""
        header, group = self.head(kind)
        if self.r.random() < 0.125:
            values = [None if self.r.random() < 0.3 else value for value in values]
        return Given(header, group, label or kind, values)

    def plain(self, *headers: str) -> Iterator[Given]:
        """Give harmless siblings by their own headers."""
        for header in headers or self.r.sample(sorted(NUMBERS[self.half]), 2):
            make = NUMBERS[self.half][header]
            yield Given(header, "kind", None, [make(self.r, place) for place in range(self.rows)])

    @property
    def rows(self) -> int:
        """Give how many rows the country's tables have."""
        return (40, 90, 180, 300)[sum(map(ord, self.code)) % 4]

    def people(self) -> list[tuple[str, str]]:
        """Give given and family names, row by row."""
        given = self.land.given.split("|" if "|" in self.land.given else " ")
        family = self.land.family.split("|")
        return [(self.r.choice(given), self.r.choice(family)) for _ in range(self.rows)]

    def full(self, given: str, family: str, way: int) -> str:
        """Write a name in one of the ways that companies do."""
        if self.land.last_first:
            joint = "" if self.land.tongue in {"ja", "zh", "ko"} else " "
            return f"{family}{joint}{given}" if way % 4 else f"{family} {given}"
        titles = _TITLES.get(self.land.tongue, "Dr.").split("|")
        ways = (
            f"{given} {family}", f"{given} {family}".upper(), f"{given} {family}".lower(), f"{family}, {given} {given[0]}.",
            f"{family} {given}", f"{given[0]}. {family}", f"{self.r.choice(titles)} {given} {family}", f"{family.upper()} {given}",
            f"{given} {self.r.choice('ABCJKMPT')}. {family}", f"{family}, {given}", f'{given} "{given[:3]}" {family}',
            f"{given} {family}-{self.r.choice(self.land.family.split('|'))}",
        )  # fmt: skip
        return ways[way % len(ways)]

    def names(self, people: list[tuple[str, str]]) -> list[object]:
        """Give a column of names: one way mostly, or as people type them."""
        way, mixed = self.r.randrange(12), self.r.random() < 0.25
        return [self.full(given, family, self.r.randrange(12) if mixed else way) for given, family in people]

    def mail(self, given: str, family: str) -> object:
        """Give an address that is made of a name where it is written in Latin letters."""
        local = "".join(
            sign for sign in f"{given}.{family}".lower() if sign.isascii() and (sign.isalnum() or sign == ".")
        )
        return f"{local if len(local) > 4 else 'user' + str(self.r.randrange(9999))}@{self.r.choice(_HOSTS[self.half].split('|'))}"

    def phones(self) -> list[object]:
        """Give numbers of one form, or of all that the country uses; now and then as numbers."""
        forms = self.land.phones.split("|")
        chosen = [self.r.choice(forms)] if self.r.random() < 0.6 else forms
        values: list[object] = [filled(self.r.choice(chosen), self.r) for _ in range(self.rows)]
        digits = [str(value) for value in values]
        if all(text.isdigit() and text[0] != "0" for text in digits) and self.r.random() < 0.5:
            return [int(text) for text in digits]
        return values

    def addresses(self) -> list[object]:
        """Give addresses in one line."""
        form = self.r.choice(self.land.address.split("|"))
        return [self.place(form) for _ in range(self.rows)]

    def place(self, form: str) -> str:
        """Write an address, or a part of it."""
        r = self.r
        return form.format(
            no=r.randint(1, 190), flat=r.randint(1, 40), letter=r.choice("ABC"), street=r.choice(self.land.streets.split("|")),
            town=r.choice(self.land.towns.split("|")), zip=filled(r.choice(self.land.postcode.split("|")), r),
        )  # fmt: skip

    def births(self) -> list[object]:
        """Give days of birth in one of the orders, or as dates."""
        days = [date(1942, 1, 1) + timedelta(days=self.r.randrange(23_500)) for _ in range(self.rows)]
        if self.r.random() < 0.2:
            return list(days)
        form = self.r.choice(_BIRTHS)
        return [day.strftime(form) for day in days]

    def made(self, make: Callable[[], object]) -> list[object]:
        """Give a row each."""
        return [make() for _ in range(self.rows)]


def customers(m: Maker) -> Iterator[Given]:
    """A table of customers."""
    people = m.people()
    yield from m.plain()
    yield m.column("person", m.names(people))
    yield m.column("email", [m.mail(*one) for one in people])
    yield m.column("phone", m.phones())
    yield m.column("address", m.addresses())
    yield m.column("quasi:postcode", m.made(lambda: filled(m.r.choice(m.land.postcode.split("|")), m.r)))
    if m.r.random() < 0.7:
        yield m.column("birth_date", m.births())


def staff(m: Maker) -> Iterator[Given]:
    """A table of employees."""
    people = m.people()
    written: list[Callable[[str], str]] = [str, str, str.upper, str.lower]
    lower = m.r.choice(written)
    yield m.column("first", [lower(given) for given, _ in people], "person")
    yield m.column("last", [lower(family) for _, family in people], "person")
    yield from m.plain()
    yield m.column("address", m.made(lambda: m.place("{street} {no}")))
    for kind in m.r.sample(sorted(VALUES), 3):
        words = VALUES[kind][m.half != "dev"].split("|")
        yield m.column(kind, m.made(lambda words=words: m.r.choice(words)))  # type: ignore[misc]
    yield m.column("birth_date", m.births())


def ids(half: str, r: random.Random) -> Iterator[Table]:
    """Tables of ids: a national one as text or number, beside a name or alone."""
    land = next(land for land in {**LANDS, **HELD}.values() if land.half == half)
    for source, kind in ((numbers.IDS, "national_id"), (numbers.HEALTH, "health_id")):
        for code, (module, pattern) in source[half].items():
            m = Maker(code, land, r)
            values: list[object] = m.made(lambda module=module, pattern=pattern: numbers.valid(module, pattern, r))  # type: ignore[misc]
            if r.random() < 0.4:
                values = [str(value).translate(str.maketrans("", "", "-. ")) for value in values]
            texts = [str(value) for value in values]
            if all(text.isdigit() and text[0] != "0" for text in texts) and r.random() < 0.4:
                values = [int(text) for text in texts]
            yield [m.column(kind, values), *m.plain()]


def accounts(half: str, r: random.Random) -> Iterator[Table]:
    """Tables of payments, devices, journeys and secrets."""
    lands = [Maker(code, land, r) for code, land in {**LANDS, **HELD}.items() if land.half == half]
    for _ in range(_PAYMENTS):
        m = r.choice(lands)
        people = m.people()
        yield [*m.plain(), m.column("person", m.names(people)), m.column("iban", m.made(lambda: numbers.iban(half, r))),
               m.column("card", m.made(lambda: numbers.card(r))), m.column("cvv", m.made(lambda: filled("###", r)))]  # fmt: skip
        digits = [int(str(numbers.card(r)).translate(str.maketrans("", "", "- "))) for _ in range(m.rows)]
        yield [Given(r.choice(["c4", "num", "udf7"]), "opaque", "card", digits), *m.plain()]
        yield [m.column("ip", m.made(lambda: _address(r))), m.column("mac_address", m.made(lambda: _mac(r, half))),
               m.column("device_id", m.made(lambda: numbers.imei(r))), *m.plain(), m.column("username", [_handle(r, *one) for one in people])]  # fmt: skip
        yield [
            m.column("location", m.made(lambda: _point(r, half))),
            *m.plain(),
            m.column("email", [[m.mail(*one)] for one in people]),
        ]
        yield [m.column("passport", _patterned(m, numbers.PASSPORTS)), m.column("driving_licence", _patterned(m, numbers.LICENCES)),
               m.column("vehicle_id", m.made(lambda: numbers.vin(r))), *m.plain()]  # fmt: skip
        yield [m.column("crypto_wallet", m.made(lambda: numbers.wallet(r))), *m.plain()]
    for m in lands:
        yield [m.column("licence_plate", m.made(lambda m=m: filled(m.land.plate, r))), *m.plain()]  # type: ignore[misc]
    for pattern in numbers.ACCOUNTS[half].values():
        m = r.choice(lands)
        yield [m.column("bank_account", m.made(lambda pattern=pattern: filled(pattern, r))), *m.plain()]  # type: ignore[misc]
    for make in numbers.SECRETS[half].values():
        m = r.choice(lands)
        yield [m.column("secret", m.made(lambda make=make: make(r))), *m.plain()]  # type: ignore[misc]


def _patterned(m: Maker, patterns: dict[str, str]) -> list[object]:
    pattern = m.r.choice(patterns[m.half].split("|"))
    return m.made(lambda: filled(pattern, m.r))


def _address(r: random.Random) -> object:
    if r.random() < 0.2:
        return ":".join(f"{r.getrandbits(16):x}" for _ in range(8))
    return ".".join(str(r.randint(1, 254)) for _ in range(4))


def _mac(r: random.Random, half: str) -> object:
    return (":" if half == "dev" else "-").join(f"{r.getrandbits(8):02x}" for _ in range(6))


def _handle(r: random.Random, given: str, family: str) -> object:
    word = given.lower() if given.isascii() else "user"
    return r.choice([f"{word}_{r.randrange(99)}", f"@{word}{family[:1].lower()}", f"{word}.{family.lower()}"])


def _point(r: random.Random, half: str) -> object:
    north, east = r.uniform(36, 60), r.uniform(-9, 28)
    return f"{north:.6f}, {east:.6f}" if half == "dev" else f"POINT ({east:.6f} {north:.6f})"


def texts(m: Maker) -> Iterator[Table]:
    """Tickets and documents, with people in them and without."""
    people = m.people()
    phones = m.phones()
    bodies: list[object] = []
    for place, one in enumerate(people):
        quiet = m.r.choice(list(LISTS[m.half].values())).split("|")[0]
        said = (
            f"Please call {one[0]} {one[1]} back on {phones[place]}, or write to {m.mail(*one)}. It is about {quiet}."
        )
        bodies.append(
            said
            if m.r.random() < 0.4
            else f"The {quiet} did not arrive and the refund of {m.r.randrange(90)}.50 is still open."
        )
    calm: list[object] = [
        f"Restarted the {m.r.choice(['gateway', 'sensor', 'pump'])} at {m.r.randrange(24)}:00, error {m.r.randrange(999)}."
        for _ in people
    ]
    heads = ("body", "message_text") if m.half == "dev" else ("ticket_note", "payload_text")
    yield [Given(heads[0], "kind", SEVERAL, bodies), Given("log_line", "kind", None, calm), *m.plain()]
    documents: list[object] = [
        json.dumps({"customer": {"name": " ".join(one), "mail": m.mail(*one)}, "total": m.r.randrange(900)})
        for one in people
    ]
    quiet_documents: list[object] = [
        json.dumps({"sensor": m.r.randrange(90), "unit": "C", "reading": m.r.random()}) for _ in people
    ]
    yield [Given(heads[1], "kind", SEVERAL, documents), Given("event", "kind", None, quiet_documents)]


def tables(half: str, seed: int = 2_026) -> list[Table]:
    """Give the tables of a half."""
    made: list[Table] = []
    for number, (code, land) in enumerate({**LANDS, **HELD}.items()):
        if land.half == half:
            for fork in range(_FORKS):
                m = Maker(code, land, random.Random(seed + 10 * number + fork))
                made += [list(customers(m)), list(staff(m))]
            made += texts(m)
    r = random.Random(seed)
    made += [*ids(half, r), *accounts(half, r)]
    made += [[Given(header, group, None, values)] for header, group, values in harmless(half, seed)]
    return made


def main() -> None:
    """Score both halves, or tell what was missed of the one that may be looked at."""
    if sys.argv[1:] == ["misses"]:
        report("dev", tables("dev"), tell=True)
    else:
        for half in ("dev", "held"):
            report(half, tables(half))


if __name__ == "__main__":
    main()
