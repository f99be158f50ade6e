"""Every kind that the detector tells: once where it stands, and once where its look-alike does."""

from __future__ import annotations

import random

import pytest

from benchmarks.privacy import numbers
from rules.privacy._kinds import WORDS
from rules.privacy.detection import DETECTOR

RNG = random.Random(5)
PEOPLE = "Priya Nair|Torsten Wiegand|Maëlle Renaud|Íñigo Arrieta|Grażyna Wilk|Oluwaseun Adeyemi|Ingrid Solheim"
PESEL = "{y}{m}{d}#####"
ADDRESSES = "12 Orchard Lane, Leeds LS1 4AB|Lindenstraße 7, 10969 Berlin|4 rue des Lilas, 69003 Lyon"


def _ints(low: int, high: int) -> list[object]:
    return [RNG.randrange(low, high) for _ in range(40)]


def _made(pattern: str) -> list[object]:
    return [numbers.filled(pattern, RNG) for _ in range(40)]


def _of(words: str) -> list[object]:
    return [word for word in words.split("|") for _ in range(6)]


CASES: dict[str, tuple[str, list[object], str, list[object]]] = {
    "email": ("contact", _made("a?#@example.org"), "email_opt_in", _of("yes|no")),
    "phone": ("mobile", _made("+4915112345###"), "phone", _of("Galaxy S22|Pixel 7|iPhone 14")),
    "iban": ("payout", [numbers.iban("dev", RNG) for _ in range(40)], "iban_country", _of("DE|FR|NL")),
    "bank_account": ("account_number", _made("########"), "account_type", _of("current|savings")),
    "card": ("card_number", [numbers.card(RNG) for _ in range(40)], "order_number", _made("4###############")),
    "ip": ("client_ip", _made("84.17.5#.1##"), "ip", _of("patent|trademark")),
    "mac_address": ("wifi_mac", _made("3c:22:fb:1#:2#:3#"), "mac", _of("MacBook Pro|iMac")),
    "crypto_wallet": ("wallet", [numbers.wallet(RNG) for _ in range(40)], "wallet", _of("Leather|Card Holder")),
    "person": ("customer", _of(PEOPLE), "name", _of("Oak Table|Steel Bolt M8|Garden Hose 20m")),
    "first_name": ("vorname", _of("Priya|Torsten|Ingrid"), "first_name_length", _ints(3, 9)),
    "address": ("home_address", _of(ADDRESSES), "address", _made("0x####ab##")),
    "birth_date": ("gebdat", _of("12.03.1971|02.11.1985|30.06.1990"), "created_at", _of("12.03.2024|02.11.2025")),
    "ssn": ("ssn", [numbers.valid("us.ssn", "###-##-####", RNG) for _ in range(40)], "ssn", _ints(1, 5_000)),
    "national_id": ("pesel", [numbers.valid("pl.pesel", PESEL, RNG) for _ in range(40)], "sku", _made("88###")),
    "passport": ("passport_no", _made("C0#X#T###"), "passport_required", _of("yes|no")),
    "driving_licence": ("Führerschein", _made("B072RR##?##"), "licence", _of("MIT|Apache-2.0")),
    "licence_plate": ("kennzeichen", _made("B-?? ####"), "plate", _of("Pasta|Soup of the day")),
    "username": ("login", _of("m.berger|anna_k|@tomh"), "login_count", _ints(1, 300)),
    "cvv": ("cvc", _made("###"), "cvv_result", _of("match|no match")),
    "device_id": ("imei", [numbers.imei(RNG) for _ in range(40)], "device_name", _of("Camera 2|Gateway")),
    "vehicle_id": ("vin", [numbers.vin(RNG) for _ in range(40)], "vin", _of("Merlot|Riesling|Rioja")),
    "health_id": ("patient_id", _made("MRN#######"), "patient_count", _ints(1, 90)),
    "location": ("home_lat_lon", _made("52.5####, 13.4####"), "location", _of("Aisle 4|Dock 12")),
    "secret": ("note", [numbers.SECRETS["dev"]["github"](RNG) for _ in range(3)], "token", _of("comma|identifier")),
    "special:health": ("diagnosis", _of("Asthma|E11.9|Depression"), "diagnosis", _of("disk failure|overheating")),
    "special:religion": ("Konfession", _of("evangelisch|katholisch|keine"), "din", _of("A4|A5")),
    "special:ethnicity": ("ethnic_group", _of("Roma|Mixed|Han"), "race", _of("Boston Marathon|Vasaloppet")),
    "special:orientation": ("orientación_sexual", _of("gay|hetero|bi"), "orientation", _of("portrait|landscape")),
    "special:union": ("union_member", [True, False] * 20, "union", _of("left join|union all")),
    "special:politics": ("opinion_politique", _of("PS|LR|EELV"), "party", _of("first party|third party")),
    "special:offence": ("Vorstrafen", _of("keine|Diebstahl|Betrug"), "sentence", _of("Short one.|Long one.")),
    "special:child": ("is_minor", [0, 1] * 20, "minor_version", _ints(0, 9)),
    "special:biometric": ("fingerprint_template", _made("Rk1SACAyM?##?##?##=="), "fingerprint", _of("ok|changed")),
    "quasi:postcode": ("PLZ", _made("10###"), "code", _made("10###")),
    "quasi:sex": ("sexo", _of("mujer|hombre"), "unit", _of("m|f")),
    "quasi:age": ("alter", _ints(18, 90), "amount", _ints(18, 90)),
    "quasi:occupation": ("Beruf", _of("Lehrerin|Schweißer"), "stage", _of("teacher|welder")),
    "quasi:nationality": ("obywatelstwo", _of("polskie|ukraińskie"), "currency", _of("PLN|UAH")),
    "quasi:family_status": ("estado_civil", _of("casada|soltero"), "state", _of("single|double")),
    "masked:hash": ("c1", [f"{RNG.getrandbits(256):064x}" for _ in range(40)], "c1", _of("red|green")),
    "masked:partial": ("c1", _made("***-**-####"), "c1", _of("4 stars|5 stars")),
    "masked:redacted": ("name", _of("[REDACTED]|<NAME>"), "name", _of("Oak Table|Steel Bolt M8")),
    "masked:token": ("c1", _made("tok_a#b#c#d#e#f#g#"), "c1", _of("token|comma")),
}  # fmt: skip
"""Kind -> header and values that are of it, header and values that look like it."""
SURE = 0.75


def _told(header: str, values: list[object]) -> set[str]:
    import pyarrow as pa

    labels = DETECTOR.detect(pa.table({header: pa.array(values)}))
    return {one.label for one in labels if one.confidence >= SURE}


def test_every_kind_is_among_the_cases() -> None:
    assert set(CASES) == set(WORDS)


@pytest.mark.parametrize("kind", sorted(CASES))
def test_a_kind_is_told_where_it_stands(kind: str) -> None:
    header, values, _, _ = CASES[kind]

    assert kind in _told(header, values)


@pytest.mark.parametrize("kind", sorted(CASES))
def test_a_kind_is_not_told_of_what_looks_like_it(kind: str) -> None:
    _, _, header, values = CASES[kind]

    assert kind not in _told(header, values)
