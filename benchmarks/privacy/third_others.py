"""Other kinds, with kind, opaque and misleading headers, for the third set: accounts, machines, keys, categories."""

from __future__ import annotations

import json
import random
import string
from collections.abc import Iterator

from benchmarks.privacy.third_places import filled


def hexes(r: random.Random, count: int) -> str:
    """Give so many hexadecimal digits."""
    return "".join(r.choices("0123456789abcdef", k=count))


def checked(number: str) -> str:
    """Give a number with its check digit by Luhn."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        doubled = int(digit) * (2 if place % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return number + str(-total % 10)


def iban(r: random.Random, country: str, template: str) -> str:
    """Give an account of a country."""
    account = "".join(
        r.choice(string.digits) if sign == "#" else r.choice(string.ascii_uppercase) if sign == "L" else sign
        for sign in template
    )
    check = 98 - int("".join(str(int(sign, 36)) for sign in account + country + "00")) % 97
    return f"{country}{check:02d}{account}"


def fours(text: str, sign: str) -> str:
    """Give a text in groups of four."""
    return sign.join(text[start : start + 4] for start in range(0, len(text), 4))


def mail(r: random.Random) -> str:
    """Give an e-mail address."""
    who = r.choice(["j", "anna", "h.meier", "info", "xu_l", "o-brien"])
    number = r.randint(1, 99999)
    return f"{who}{number}@{r.choice(['gmail.com', 'web.de', 'uni-bonn.de', 'foo.co.jp', 'mail.ru', 'x.museum'])}"


OTHERS = {
    "dev": [
        ("contact_point", "email", mail),
        ("f10", "email", mail),
        ("order_ref", "email", mail),
        ("id", "email", lambda r: mail(r).upper()),
        ("payload", "email", lambda r: json.dumps({"a": {"b": [mail(r)]}})),
        ("link", "email", lambda r: f"mailto:{mail(r)}"),
        ("who", "email", lambda r: f"Anna Brandt <{mail(r)}>"),
        ("acct", "iban", lambda r: iban(r, "BE", "############")),
        ("f11", "iban", lambda r: iban(r, "SE", "####################")),
        (
            "c",
            "iban",
            lambda r: fours(iban(r, "DE", "##################"), " "),
        ),
        ("f12", "card", lambda r: checked("4" + filled(r, "##############"))),
        ("pay_ref", "card", lambda r: checked("37" + filled(r, "############"))),
        (
            "number",
            "card",
            lambda r: fours(checked("53" + filled(r, "#############")), "-"),
        ),
        ("cvc_code", "cvv", lambda r: filled(r, "###")),
        ("src", "ip", lambda r: f"{r.randint(1, 223)}.{r.randint(0, 255)}.{r.randint(0, 255)}.{r.randint(1, 254)}"),
        ("f13", "ip", lambda r: f"2a02:{hexes(r, 4)}:{hexes(r, 4)}::{hexes(r, 4)}"),
        ("hw", "mac_address", lambda r: ":".join(hexes(r, 2) for _ in range(6))),
        ("f14", "mac_address", lambda r: "-".join(hexes(r, 2).upper() for _ in range(6))),
        ("f15", "mac_address", lambda r: ".".join(hexes(r, 4) for _ in range(3))),
        ("ppt_no", "passport", lambda r: r.choice("CFGHJK") + filled(r, "########")),
        ("passport number", "passport", lambda r: filled(r, "@########")),
        ("DL_NUM", "driving_licence", lambda r: r.choice("ABC") + filled(r, "#######")),
        (
            "plate",
            "licence_plate",
            lambda r: (
                f"{r.choice(['B', 'HH', 'M'])}-{''.join(r.choices(string.ascii_uppercase, k=2))} {filled(r, '@###')}"
            ),
        ),
        ("chassis", "vehicle_id", lambda r: "WDB" + "".join(r.choices("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", k=14))),
        (
            "insta_handle",
            "username",
            lambda r: (
                f"@{r.choice(['coffee', 'the.real', 'run'])}_{r.choice(['anna', 'bob', 'kai'])}{r.randint(1, 999)}"
            ),
        ),
        (
            "user",
            "username",
            lambda r: f"{r.choice('abcdefgh')}{r.choice(['smith', 'meyer', 'rossi'])}{r.randint(1, 99)}",
        ),
        ("f16", "secret", lambda r: "AKIA" + "".join(r.choices(string.ascii_uppercase + string.digits, k=16))),
        ("wallet", "crypto_wallet", lambda r: "0x" + hexes(r, 40)),
        ("imei_1", "device_id", lambda r: checked("35" + filled(r, "############"))),
        ("patient_no", "health_id", lambda r: filled(r, "P-#######")),
        ("blood_group", "special:health", lambda r: r.choice(["A+", "B-", "O+", "AB+"])),
        ("diagnosis_code", "special:health", lambda r: f"{r.choice('EFGHIJ')}{r.randint(10, 99)}.{r.randint(0, 9)}"),
        ("confession", "special:religion", lambda r: r.choice(["catholic", "muslim", "none", "jewish", "hindu"])),
        ("gewerkschaft", "special:union", lambda r: r.choice(["verdi", "IG Metall", "nein"])),
        ("sort_code_account", "bank_account", lambda r: filled(r, "##-##-## ########")),
    ],
    "held": [
        ("kontakt", "email", mail),
        ("v10", "email", mail),
        ("sku", "email", mail),
        ("created_by", "email", mail),
        ("blob", "email", lambda r: json.dumps([{"x": mail(r), "y": 3}])),
        ("bezahlt_an", "iban", lambda r: iban(r, "NL", "RABO##########")),
        ("v11", "iban", lambda r: iban(r, "IT", "L######################")),
        ("v12", "iban", lambda r: iban(r, "PL", "########################")),
        ("v13", "card", lambda r: checked("55" + filled(r, "#############"))),
        (
            "carta",
            "card",
            lambda r: fours(checked("4" + filled(r, "##############")), " "),
        ),
        ("v14", "card", lambda r: int(checked("4" + filled(r, "##############")))),
        ("sec_code", "cvv", lambda r: filled(r, "###")),
        (
            "endpoint",
            "ip",
            lambda r: (
                f"{r.randint(1, 223)}.{r.randint(0, 255)}.{r.randint(0, 255)}.{r.randint(1, 254)}"
                f":{r.randint(1024, 65535)}"
            ),
        ),
        ("v15", "ip", lambda r: f"{r.randint(1, 223)}.{r.randint(0, 255)}.{r.randint(0, 255)}.{r.randint(1, 254)}"),
        ("nic", "mac_address", lambda r: ":".join(hexes(r, 2).upper() for _ in range(6))),
        ("pasaport_no", "passport", lambda r: "U" + filled(r, "########")),
        ("reisepassnr", "passport", lambda r: "C" + "".join(r.choices("CFGHJKLMNPRTVWXYZ0123456789", k=8))),
        ("lic_no", "driving_licence", lambda r: filled(r, "########")),
        (
            "reg_plate",
            "licence_plate",
            lambda r: (
                f"{''.join(r.choices(string.ascii_uppercase, k=2))}{filled(r, '##')} "
                f"{''.join(r.choices(string.ascii_uppercase, k=3))}"
            ),
        ),
        ("vin_code", "vehicle_id", lambda r: "1HG" + "".join(r.choices("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", k=14))),
        (
            "twitter",
            "username",
            lambda r: f"@{r.choice(['dev', 'mr', 'queen'])}{r.choice(['olga', 'tim', 'li'])}{r.randint(1, 999)}",
        ),
        (
            "login_id",
            "username",
            lambda r: f"{r.choice(['max', 'eva', 'ola'])}.{r.choice(['smith', 'meyer', 'rossi'])}",
        ),
        ("v16", "secret", lambda r: "ghp_" + "".join(r.choices(string.ascii_letters + string.digits, k=36))),
        ("v17", "secret", lambda r: "eyJ" + hexes(r, 20) + ".eyJ" + hexes(r, 40) + "." + hexes(r, 43)),
        ("btc_addr", "crypto_wallet", lambda r: "0x" + hexes(r, 40)),
        ("android_id", "device_id", lambda r: hexes(r, 16)),
        ("mrn_no", "health_id", lambda r: filled(r, "########")),
        ("allergien", "special:health", lambda r: r.choice(["Pollen", "Nüsse", "keine", "Asthma"])),
        ("religione", "special:religion", lambda r: r.choice(["cattolico", "ebreo", "musulmano", "altro"])),
        ("criminal_rec", "special:offence", lambda r: r.choice(["none", "theft", "fraud"])),
        ("orient_sex", "special:orientation", lambda r: r.choice(["heterosexual", "gay", "bisexual"])),
        ("bank_acc", "bank_account", lambda r: filled(r, "@#########")),
    ],
}


def others(part: str, r: random.Random, rows: int) -> Iterator[tuple[str, str, list[object], str]]:
    """Give header, kind, values and group of columns of other kinds."""
    for header, kind, make in OTHERS[part]:
        yield header, kind, [make(r) for _ in range(rows)], f"other {kind} {header}"
