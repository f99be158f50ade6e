# ruff: noqa: RUF001 - Turkish names
"""What leaks, for the set of rare leaks: values of each kind, of other countries and formats in each half."""

from __future__ import annotations

import random
import string
from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

from benchmarks.privacy.made import card
from benchmarks.privacy.third_ids import made_id
from benchmarks.privacy.third_others import fours, hexes, iban
from benchmarks.privacy.third_places import filled

Make = Callable[[random.Random], str]

_PEOPLE: Final = {
    "dev": (
        "Rosalind Hugo Philippa Duncan Verena Klaus-Peter Solveig Matthieu Clémence Agustín Pilar Ornella Fabrizio "
        "Sunita Rajesh Ayşe Mehmet Irina Pavel Hendrik",
        "Thackeray;Holloway;Birkenfeld;Steinhauser;Lachance;Bonnard;Arregui;Manrique;Bevilacqua;Colonna;Deshpande;"
        "Kulkarni;Aydın;Karaca;Sokolova;Novotný;Van Houten;Lindqvist;McKenna;O'Dowd",
    ),
    "held": (
        "Geraint Imogen Lotte Sander Zofia Wojciech Inês Tiago Ingrid Anders Eleni Kostas Nikhil Ananya Xiaoping "
        "Meiling Yusuf Zeynep Oksana Taras",
        "Penhaligon;Cartwright;Verbeek;Hoekstra;Jaworski;Maciejewska;Figueiredo;Nogueira;Bergström;Sandvik;Papadakis;"
        "Economou;Iyer;Chatterjee;Zhong;Kwan;Yıldırım;Özkan;Kravchenko;Shevchuk",
    ),
}
_DOMAINS: Final = {
    "dev": ("gmx.at", "orange.fr", "yahoo.co.uk", "outlook.es", "kanzlei-nord.de"),
    "held": ("ziggo.nl", "wp.pl", "sapo.pt", "telia.se", "hotmail.gr"),
}
_PHONES: Final = {
    "dev": (
        "+44 7### ######",
        "+4917########",
        "+33 6 ## ## ## ##",
        "(0##) ###-####",
        "0176 ########",
        "+1 (4##) 555-01##",
    ),
    "held": (
        "+31 6 ########",
        "+48 6## ### ###",
        "+351 91# ### ###",
        "+46 70 ### ## ##",
        "+91 98########",
        "06-########",
    ),
}
_ACCOUNTS: Final = {
    "dev": (("DE", "##################"), ("FR", "#######################"), ("ES", "####################")),
    "held": (("NL", "ABNA##########"), ("PL", "########################"), ("SE", "####################")),
}
IDS: Final = {
    "dev": (
        ("pl.pesel", "yymmdd#####"),
        ("it.codicefiscale", "cf"),
        ("be.nn", "yy.mm.dd-###.##"),
        ("ro.cnp", "syymmdd######"),
        ("br.cpf", "###.###.###-##"),
    ),
    "held": (
        ("es.dni", "########L"),
        ("fi.hetu", "ddmmyy-###L"),
        ("cl.rut", "##.###.###-K"),
        ("cn.ric", "110101YYYYmmdd####"),
        ("hr.oib", "###########"),
    ),
}
_STREETS: Final = {
    "dev": ("{n} Maple Drive", "Gartenstraße {n}", "{n} rue des Lilas", "Calle del Olmo {n}", "Via Verdi {n}"),
    "held": ("{n} Harbour Lane", "Kerkstraat {n}", "ul. Ogrodowa {n}", "Rua da Paz, {n}", "Skolgatan {n}"),
}
_TOWNS: Final = {
    "dev": ("Reading RG4 8XY", "04109 Leipzig", "69003 Lyon", "41004 Sevilla", "50122 Firenze"),
    "held": ("Bristol BS1 5TY", "3512 EP Utrecht", "61-701 Poznań", "4000-123 Porto", "753 20 Uppsala"),
}


def person(part: str, r: random.Random) -> str:
    """Give a name of somebody."""
    given, family = _PEOPLE[part]
    return f"{r.choice(given.split())} {r.choice(family.split(';'))}"


def email(part: str, r: random.Random) -> str:
    """Give an address."""
    first, _, last = person(part, r).partition(" ")
    plain = (first[0] + "." + last).lower().encode("ascii", "ignore").decode().replace(" ", "").replace("'", "")
    return f"{plain}{r.randint(1, 999)}@{r.choice(_DOMAINS[part])}"


def address(part: str, r: random.Random) -> str:
    """Give a street with its number, with or without a town."""
    street = r.choice(_STREETS[part]).format(n=r.randint(1, 180))
    return street if r.random() < 0.4 else f"{street}, {r.choice(_TOWNS[part])}"


def national_id(part: str, number: int, r: random.Random) -> str:
    """Give an id of a country."""
    return made_id(*IDS[part][number], r)


def born(part: str, r: random.Random) -> str:
    """Give a day of birth."""
    day = date(1945, 1, 1) + timedelta(days=r.randint(0, 365 * 60))
    return day.strftime(r.choice(("%d.%m.%Y", "%Y-%m-%d") if part == "dev" else ("%d/%m/%Y", "%d-%m-%Y")))


def ip(_part: str, r: random.Random) -> str:
    """Give the address of a machine."""
    return f"{r.randint(11, 223)}.{r.randint(0, 255)}.{r.randint(0, 255)}.{r.randint(1, 254)}"


def _of(signs: str) -> Callable[[random.Random, int], str]:
    return lambda r, count: "".join(r.choices(signs, k=count))


_word, _upper = _of(string.ascii_letters + string.digits), _of(string.ascii_uppercase + string.digits)
_digits, _url = _of(string.digits), _of(string.ascii_letters + string.digits + "-_")

SECRETS: Final[dict[str, dict[str, Make]]] = {
    "dev": {
        "aws": lambda r: "AKIA" + _upper(r, 16),
        "github": lambda r: "ghp_" + _word(r, 36),
        "slack": lambda r: f"xoxb-{_digits(r, 12)}-{_digits(r, 12)}-{_word(r, 24)}",
        "google": lambda r: "AIza" + _url(r, 35),
        "openai": lambda r: "sk-proj-" + _word(r, 48),
        "sendgrid": lambda r: f"SG.{_url(r, 22)}.{_url(r, 43)}",
        "npm": lambda r: "npm_" + _word(r, 36),
        "jwt": lambda r: f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIi{_url(r, 40)}.{_url(r, 43)}",
        "database": lambda r: f"postgres://app:{_word(r, 14)}@db.internal:5432/shop",
        "telegram": lambda r: f"{_digits(r, 10)}:AA{_url(r, 33)}",
    },
    "held": {
        "stripe": lambda r: "sk_" + "live_" + _word(r, 24),
        "gitlab": lambda r: "glpat-" + _url(r, 20),
        "anthropic": lambda r: "sk-ant-" + "api03-" + _url(r, 60),
        "huggingface": lambda r: "hf_" + _word(r, 34),
        "mailchimp": lambda r: f"{hexes(r, 32)}-us{r.randint(1, 21)}",
        "pypi": lambda r: "pypi-AgEIcHlwaS5vcmc" + _url(r, 60),
        "shopify": lambda r: "shpat_" + hexes(r, 32),
        "bcrypt": lambda r: f"$2b$12${_word(r, 53)}",
        "azure": lambda r: f"DefaultEndpointsProtocol=https;AccountKey={_word(r, 86)}==",
        "vault": lambda r: "hvs." + _url(r, 28),
    },
}
ASKED: Final[dict[str, dict[str, Make]]] = {
    "dev": {
        "ssn": lambda r: filled(r, "4##-@#-@###"),
        "passport": lambda r: "C0" + _upper(r, 7),
        "licence_plate": lambda r: (
            f"{r.choice(('HH', 'KI', 'B'))}-{r.choice('ABKX')}{r.choice('MNT')} {filled(r, '@##')}"
        ),
        "location": lambda r: f"{r.uniform(47, 54):.6f}, {r.uniform(7, 14):.6f}",
    },
    "held": {
        "ssn": lambda r: filled(r, "5##-@#-@###"),
        "national_id": lambda r: f"{r.choice(('AB', 'CE', 'JK'))} {filled(r, '## ## ##')} {r.choice('ABCD')}",
        "licence_plate": lambda r: f"{r.choice(('KR', 'WA', 'PO'))} {filled(r, '@####')}",
        "location": lambda r: f"{r.uniform(36, 43):.5f},{r.uniform(-9, -1):.5f}",
    },
}
"""What nobody can tell from its letters alone: a question is as much as can be right."""


def proved(part: str) -> dict[str, tuple[str, Make]]:
    """Give by name the kinds that must be told: the label, and what makes a value."""
    found: dict[str, tuple[str, Make]] = {
        "email": ("email", lambda r: email(part, r)),
        "phone": ("phone", lambda r: filled(r, r.choice(_PHONES[part]))),
        "card": ("card", card),
        "card in fours": ("card", lambda r: fours(card(r), " -"[part == "held"])),
        "iban": ("iban", lambda r: iban(r, *r.choice(_ACCOUNTS[part]))),
        "person": ("person", lambda r: person(part, r)),
        "address": ("address", lambda r: address(part, r)),
        "ip": ("ip", lambda r: ip(part, r)),
        "born": ("birth_date", lambda r: born(part, r)),
    }
    for number, (module, _) in enumerate(IDS[part]):
        found[f"id {module}"] = ("national_id", lambda r, number=number: national_id(part, number, r))
    for name, make in SECRETS[part].items():
        found[f"secret {name}"] = ("secret", make)
    return found
