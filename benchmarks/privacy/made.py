"""Made-up columns with and without personal data, in several locales, with hard negatives and rare leaks.

Every value is generated from a seed; check digits are right where the kind has them, by luck where it has none.
"""

from __future__ import annotations

import hashlib
import random
import string
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

Values = list[object]

PEOPLE = {
    "en": (
        "Olivia Harold Priya Wendell Nora Clive Tabitha Desmond Grace Elliot",
        "Ashdown Okafor Pemberton Lowe Hargreaves Singh Doyle",
    ),
    "de": (
        "Annegret Torben Wiebke Götz Sieglinde Ulf Heiner Marlene Jörg Käthe",
        "Vogelsang Übelacker Krause Schmitz Böttcher Yılmaz",  # noqa: RUF001 - a Turkish name
    ),
    "fr": (
        "Éloïse Baptiste Solène Thierry Maëlys Gérard Océane Firmin Noémie",
        "Lefèvre D'Aubigny Marchand Rousseau Nguyen Delacroix",
    ),
    "es": (
        "Íñigo Rocío Gonzalo Nuria Iker Begoña Santiago Lourdes Ramón",
        "Fernández Echeverría Cruz Muñoz Vidal Ortega",
    ),
    "pl": (
        "Grażyna Bożena Zdzisław Łukasz Wiesława Przemysław Kinga Mirosław",
        "Wiśniewska Dąbrowski Zając Szczepańska Król",
    ),
    "ja": ("蓮 陽葵 結衣 大翔 美咲 健太", "佐藤 鈴木 高橋 田中 渡辺"),
}
_PHONES = {
    "US": lambda r: f"({r.randint(201, 989)}) 555-{r.randint(100, 199):04d}",
    "E164": lambda r: f"+49151{r.randint(10**7, 10**8 - 1)}",
    "GB": lambda r: f"020 7946 0{r.randint(100, 999)}",
    "FR": lambda r: f"06 {r.randint(10, 99)} {r.randint(10, 99)} {r.randint(10, 99)} {r.randint(10, 99)}",
    "DE": lambda r: f"0151 {r.randint(10**7, 10**8 - 1)}",
    "ES": lambda r: f"6{r.randint(10, 99)} {r.randint(100, 999)} {r.randint(100, 999)}",
}
_IBAN = {"DE": 18, "FR": 23, "NL": 14, "ES": 20, "PL": 24, "GB": 18}


@dataclass(frozen=True)
class Case:
    """A column, and the label that it deserves; None: no personal data."""

    header: str
    expected: str | None
    values: Values
    group: str


def luhn_digit(number: str) -> str:
    total = 0
    for position, character in enumerate(reversed(number)):
        digit = int(character) * (2 if position % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return str(-total % 10)


def card(r: random.Random) -> str:
    stem = r.choice(["4", "51", "55", "2221", "6011"])
    stem += "".join(r.choices(string.digits, k=15 - len(stem)))
    return stem + luhn_digit(stem)


def _spaced(number: str) -> str:
    return " ".join(number[start : start + 4] for start in range(0, len(number), 4))


def iban(r: random.Random) -> str:
    country = r.choice(list(_IBAN))
    length = _IBAN[country]
    account = "".join(r.choices(string.digits, k=length))
    if country == "NL":
        account = "ABNA" + account[:10]
    if country == "GB":
        account = "WEST" + account[:14]
    if country == "FR":
        account = account[:23]
    digits = "".join(str(int(character, 36)) for character in account + country + "00")
    return f"{country}{98 - int(digits) % 97:02d}{account}"


def person(r: random.Random, locale: str) -> str:
    first, last = PEOPLE[locale]
    if locale == "ja":
        return r.choice(last.split()) + r.choice(first.split())
    return f"{r.choice(first.split())} {r.choice(last.split())}"


def email(r: random.Random) -> str:
    word = "".join(r.choices(string.ascii_lowercase, k=r.randint(4, 9)))
    domain = r.choice(["acme.co.uk", "beispiel.de", "corp.com", "mairie.fr", "xn--mnchen-3ya.de"])
    return f"{word}.{r.randint(1, 9999)}@{domain}"


def phone(r: random.Random, form: str) -> str:
    return _PHONES[form](r)


def street(r: random.Random, locale: str) -> str:
    number = r.randint(1, 240)
    return {
        "en": f"{number} {r.choice(['Mill', 'Church', 'Station'])} {r.choice(['Lane', 'Road', 'Street', 'Avenue'])}",
        "de": f"{r.choice(['Goethestraße', 'Lindenweg', 'Bahnhofstr.', 'Marktplatz'])} {number}",
        "fr": f"{number} {r.choice(['rue', 'avenue', 'chemin'])} {r.choice(['Victor Hugo', 'des Lilas'])}",
        "es": f"{r.choice(['Calle', 'Avenida'])} {r.choice(['Mayor', 'de la Paz'])}, {number}",
        "pl": f"ul. {r.choice(['Długa', 'Polna', 'Mickiewicza'])} {number}",
    }[locale]


def born(r: random.Random) -> date:
    return date(1938, 1, 1) + timedelta(days=r.randint(0, 25_000))


def _times(n: int, make: Callable[[random.Random], object], r: random.Random) -> Values:
    return [make(r) for _ in range(n)]


def positives(r: random.Random, n: int) -> Iterator[Case]:
    """Give columns of raw personal data."""
    headers = {
        "email": ["email", "E-Mail-Adresse", "correo", "メール", "contactMail"],
        "card": ["card_number", "kreditkarte", "ccno"],
        "iban": ["iban", "account", "konto_iban"],
    }
    for header in headers["email"]:
        yield Case(header, "email", _times(n, email, r), "email")
    for header in headers["iban"]:
        yield Case(header, "iban", _times(n, iban, r), "iban")
    for header in headers["card"]:
        yield Case(header, "card", _times(n, card, r), "card")
    yield Case("card", "card", [_spaced(card(r)) for _ in range(n)], "card")
    yield Case("pan", "card", [int(card(r)) for _ in range(n)], "card")
    yield Case("kreditkartennummer", "card", [float(card(r)) for _ in range(n)], "card")
    named = {
        "US": "phone",
        "E164": "mobile_no",
        "GB": "telephone",
        "FR": "téléphone",
        "DE": "Handynummer",
        "ES": "móvil",
    }
    for form, header in named.items():
        yield Case(header, "phone", [phone(r, form) for _ in range(n)], "phone")
    yield Case("phone_number", "phone", [r.randint(2_012_000_000, 9_899_999_999) for _ in range(n)], "phone numeric")
    titles = {
        "en": "full_name",
        "de": "kundenname",
        "fr": "nom",
        "es": "nombre_completo",
        "pl": "imie_nazwisko",
        "ja": "氏名",
    }
    for locale, header in titles.items():
        yield Case(header, "person", [person(r, locale) for _ in range(n)], "person")
    yield Case("customerName", "person", [person(r, "en").upper() for _ in range(n)], "person")
    yield Case("last_name", "person", [person(r, "de").split()[-1] for _ in range(n)], "person")
    yield Case("Vorname", "first_name", [person(r, "de").split()[0] for _ in range(n)], "first_name")
    for locale, header in {
        "en": "address_line_1",
        "de": "Straße",
        "fr": "adresse",
        "es": "domicilio",
        "pl": "ulica",
    }.items():
        yield Case(header, "address", [street(r, locale) for _ in range(n)], "address")
    forms = {"dob": "%Y-%m-%d", "geburtsdatum": "%d.%m.%Y", "date_naissance": "%d/%m/%Y", "birthDate": "%Y%m%d"}
    for header, form in forms.items():
        yield Case(header, "birth_date", [born(r).strftime(form) for _ in range(n)], "birth_date")
    yield Case("fecha_nacimiento", "birth_date", [born(r) for _ in range(n)], "birth_date typed")
    yield Case("client_ip", "ip", [".".join(str(r.randint(1, 254)) for _ in range(4)) for _ in range(n)], "ip")
    yield Case(
        "remote",
        "ip",
        [f"2001:db8:{r.getrandbits(16):x}:{r.getrandbits(16):x}::{r.getrandbits(16):x}" for _ in range(n)],
        "ip",
    )
    yield Case(
        "ssn", "ssn", [f"{r.randint(101, 665)}-{r.randint(10, 99)}-{r.randint(1000, 9999)}" for _ in range(n)], "ssn"
    )
    yield Case("pesel", "national_id", ["".join(r.choices(string.digits, k=11)) for _ in range(n)], "national_id")
    devices = ["35" + "".join(r.choices(string.digits, k=12)) for _ in range(n)]
    yield Case("imei", "device_id", [number + luhn_digit(number) for number in devices], "device")
    yield Case("idfa", "device_id", [str(uuid.UUID(int=r.getrandbits(128))).upper() for _ in range(n)], "device")
    yield Case("card_cvv", "cvv", [f"{r.randint(0, 999):03d}" for _ in range(n)], "cvv")
    vehicles = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
    yield Case(
        "Fahrgestellnummer", "vehicle_id", ["WVW" + "".join(r.choices(vehicles, k=13)) + "7" for _ in range(n)], "vin"
    )
    yield Case("mrn", "health_id", [f"MR{r.randint(10**6, 10**7)}" for _ in range(n)], "health id")
    yield Case(
        "passport_no",
        "passport",
        [r.choice("CFGHJK") + "".join(r.choices("0123456789CFGHJK", k=8)) for _ in range(n)],
        "passport",
    )
    logins = [f"{r.choice(['red', 'max', 'kat'])}{r.choice(['fox', 'ine'])}_{r.randint(1, 99999)}" for _ in range(n)]
    yield Case("login", "username", logins, "username")
    yield Case(
        "api_key",
        "secret",
        ["sk_live_" + "".join(r.choices(string.ascii_letters + string.digits, k=24)) for _ in range(n)],
        "secret",
    )
    yield Case(
        "payload", "email", [f'{{"user": {{"mail": "{email(r)}", "n": {r.randint(0, 99)}}}}}' for _ in range(n)], "json"
    )
    yield Case("tags", "email", [[email(r), "vip"] for _ in range(n)], "list")


_SENTENCE = (
    "the parcel that I ordered last week has not arrived yet and nobody answers so please look into it again today"
)


def texts(r: random.Random, n: int) -> Iterator[Case]:
    """Give running text with and without identifiers."""
    words = _SENTENCE.split()

    def say(extra: str = "") -> str:
        said = r.sample(words, 14)
        said.insert(r.randint(3, 12), extra)
        return " ".join(said) + "."

    yield Case("body", "email", [say(f"write to {email(r)}") if r.random() < 0.1 else say() for _ in range(n)], "text")
    yield Case(
        "comment",
        "phone",
        [say(f"call me at {phone(r, 'E164')}") if r.random() < 0.1 else say() for _ in range(n)],
        "text",
    )
    yield Case(
        "message", "iban", [say(f"my account {iban(r)}") if r.random() < 0.1 else say() for _ in range(n)], "text"
    )
    yield Case(
        "transcript", "card", [say(f"the card {card(r)}") if r.random() < 0.1 else say() for _ in range(n)], "text"
    )
    yield Case("note", None, [say(f"order {r.randint(10**15, 10**16 - 1)}") for _ in range(n)], "clean text")
    yield Case(
        "review",
        None,
        [say(f"version {r.randint(1, 9)}.{r.randint(0, 30)}.{r.randint(0, 9)}.{r.randint(0, 9)}") for _ in range(n)],
        "clean text",
    )


def leaks(r: random.Random, n: int, share: float = 0.005) -> Iterator[Case]:
    """Give clean columns in which a few values are raw."""
    few = max(2, int(n * share))

    def mixed(clean: Callable[[], str], raw: Callable[[], str]) -> Values:
        values: Values = [clean() for _ in range(n)]
        for position in r.sample(range(n), few):
            values[position] = raw()
        return values

    yield Case("external_ref", "email", mixed(lambda: f"REF-{r.randint(1, 10**8)}", lambda: email(r)), "leak")
    yield Case("customer_key", "iban", mixed(lambda: f"K{r.randint(10**6, 10**7)}", lambda: iban(r)), "leak")
    yield Case("code", "phone", mixed(lambda: f"C-{r.randint(1, 10**6)}", lambda: phone(r, "E164")), "leak")
    yield Case("memo", "card", mixed(lambda: r.choice(["ok", "late", "paid"]), lambda: card(r)), "leak")
    yield Case(
        "config",
        "secret",
        mixed(lambda: "default", lambda: "ghp_" + "".join(r.choices(string.ascii_letters, k=36))),
        "leak",
    )
    hashed = lambda: hashlib.sha256(r.randbytes(8)).hexdigest()  # noqa: E731 - one line says it
    yield Case("email_hash", "email", mixed(hashed, lambda: email(r)), "leak")


def negatives(r: random.Random, n: int) -> Iterator[Case]:
    """Give columns without personal data that look as if they had some."""
    number = lambda k: "".join(r.choices(string.digits, k=k))  # noqa: E731 - one line says it
    moment = lambda: datetime(2025, 1, 1) + timedelta(seconds=r.randint(0, 3 * 10**7))  # noqa: DTZ001, E731 - a naive stamp
    plain: dict[str, Callable[[], object]] = {
        "order_no": lambda: "4" + number(15),
        "transaction": lambda: "5" + number(15),
        "sku": lambda: f"{number(3)}-{number(2)}-{number(4)}",
        "part": lambda: f"{number(3)}-{number(3)}-{number(4)}",
        "id": lambda: str(uuid.UUID(int=r.getrandbits(128))),
        "etag": lambda: hashlib.md5(r.randbytes(8)).hexdigest(),  # noqa: S324 - looks like an etag
        "commit": lambda: hashlib.sha1(r.randbytes(8)).hexdigest(),  # noqa: S324 - looks like a commit
        "created_at": lambda: moment().isoformat(sep=" "),
        "epoch": lambda: int(moment().timestamp()),
        "epoch_ms": lambda: int(moment().timestamp() * 1000),
        "price": lambda: f"{r.uniform(1, 9999):.2f}",
        "amount": lambda: round(r.uniform(1, 99_999), 2),
        "version": lambda: f"{r.randint(0, 9)}.{r.randint(0, 40)}.{r.randint(0, 9)}.{r.randint(0, 20)}",
        "build": lambda: f"{r.randint(10, 19)}.{r.randint(0, 6)}.{r.randint(0, 9)}.{r.randint(1000, 9999)}",
        "lat": lambda: f"{r.uniform(-90, 90):.6f}",
        "position": lambda: f"{r.uniform(-90, 90):.5f},{r.uniform(-180, 180):.5f}",
        "barcode": lambda: "40" + number(11),
        "isbn": lambda: "978" + number(10),
        "tracking_number": lambda: f"1Z{number(6)}{number(10)}",
        "invoice": lambda: f"INV-2025-{number(6)}",
        "product_name": lambda: r.choice(
            ["Anna Chair", "Bosch GSR 12", "Billy Shelf", "Paul Smith Shirt", "Oak Table"]
        ),
        "company": lambda: (
            f"{r.choice(['Müller', 'Smith', 'Rossi', 'Acme'])} {r.choice(['GmbH', 'Ltd', 'SpA', 'Inc'])}"
        ),
        "city": lambda: r.choice(["Berlin", "San Jose", "Victoria", "Charlotte", "Paris", "Florence", "St. Louis"]),
        "file_name": lambda: f"report_{number(4)}.pdf",
        "icon": lambda: f"logo-{number(2)}@2x.png",
        "package": lambda: f"@scope/lib-{number(2)}@1.{number(1)}.{number(1)}",
        "repo": lambda: f"git@git.internal:team/app-{number(2)}.git",
        "digest": lambda: f"sha256:{hashlib.sha256(r.randbytes(8)).hexdigest()}",
        "url": lambda: f"https://shop.example.org/p/{number(8)}",
        "hostname": lambda: f"ip-10-0-{r.randint(0, 255)}-{r.randint(0, 255)}.ec2.internal",
        "status": lambda: r.choice(["open", "closed", "new"]),
        "language": lambda: r.choice(["en", "de", "fr"]),
        "phone_model": lambda: r.choice(["iPhone 15", "Pixel 8", "Galaxy S24"]),
        "email_verified": lambda: r.choice(["true", "false"]),
        "email_template": lambda: r.choice(["welcome", "reminder_2"]),
        "ip_count": lambda: r.randint(0, 50),
        "account_type": lambda: r.choice(["basic", "pro"]),
        "score": r.random,
        "race_time": lambda: f"00:{r.randint(10, 59)}:{r.randint(10, 59)}",
        "color": lambda: r.choice(["black", "white", "olive", "amber"]),
        "month": lambda: r.choice(["April", "May", "June", "August"]),
        "zip_file": lambda: f"export-{number(8)}.zip",
        "serial": lambda: "".join(r.choices(string.ascii_uppercase + string.digits, k=12)),
        "vat_rate": lambda: r.choice(["0.19", "0.07", "0.20"]),
        "published": lambda: moment().strftime("%d.%m.%Y"),
        "dimensions": lambda: f"{r.randint(10, 99)} x {r.randint(10, 99)} x {r.randint(10, 99)}",
        "siret": lambda: number(14),
        "snowflake": lambda: "4" + number(18),
        "duration": lambda: f"PT{r.randint(1, 59)}M",
        "event_name": lambda: r.choice(["user.login", "order.paid", "page.view"]),
        "markdown": lambda: f"**{r.choice(['Note', 'Todo'])}** see #{number(4)}",
        "cron": lambda: f"{r.randint(0, 59)} {r.randint(0, 23)} * * 1",
        "mask_email": lambda: f"{r.choice('abcdef')}***@example.com",
        "email": lambda: hashlib.sha256(r.randbytes(8)).hexdigest(),
        "phone_token": lambda: "tok_" + "".join(r.choices(string.ascii_lowercase + string.digits, k=20)),
        "card_last4": lambda: f"**** **** **** {number(4)}",
        "name_redacted": lambda: "[REDACTED]",
    }
    for header, make in plain.items():
        yield Case(header, None, [make() for _ in range(n)], "negative")
