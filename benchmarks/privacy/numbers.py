# ruff: noqa: E501 - a line an alternative
"""Ids, accounts, keys and devices of the fourth set, with check digits where the kind has them.

python-stdnum is the oracle: what it calls valid is taken, from patterns with dates where the id holds one.
"""

from __future__ import annotations

import base64
import hashlib
import random
import string
from collections.abc import Callable
from importlib import import_module
from typing import Final

IDS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "dev": {
        "us": ("us.ssn", "###-##-####"), "us2": ("us.itin", "9##-7#-####"), "de": ("de.idnr", "###########"),
        "fr": ("fr.nir", "1{y}{m}75########"), "fr2": ("fr.nif", "0############"), "pl": ("pl.pesel", "{y}{m}{d}#####"),
        "tr": ("tr.tckimlik", "4##########"), "in": ("in_.aadhaar", "8### #### ####"), "in2": ("in_.pan", "???P?####?"),
        "br": ("br.cpf", "###.###.###-##"), "fi": ("fi.hetu", "{d}{m}{y}-###?"), "gr": ("gr.amka", "{d}{m}{y}#####"),
        "ua": ("ua.rntrc", "2#########"), "at": ("at.vnr", "#### {d}{m}{y}"), "id": ("id.nik", "3171##{d}{m}{y}####"),
        "eg": ("eg.tn", "###-###-###"), "be": ("be.nn", "{y}.{m}.{d}-###.##"), "hr": ("hr.oib", "###########"),
        "cl": ("cl.rut", "1#.###.###-#"), "ar": ("ar.cuit", "20-########-#"), "ca": ("ca.sin", "4## ### ###"),
        "ee": ("ee.ik", "3{y}{m}{d}####"), "si": ("si.emso", "{d}{m}9{y}50####"), "jp": ("jp.in_", "############"),
        "ma": ("ma.ice", "00#############"), "ec": ("ec.ci", "17########"),
    },
    "held": {
        "gb": ("gb.utr", "##########"), "es": ("es.dni", "########?"), "es2": ("es.nie", "X#######?"),
        "it": ("it.codicefiscale", "RSSMRA{y}A{d}H501?"), "nl": ("nl.bsn", "#########"), "se": ("se.personnummer", "{y}{m}{d}-####"),
        "cz": ("cz.rc", "{y}{m}{d}/####"), "ro": ("ro.cnp", "1{y}{m}{d}12####"), "cn": ("cn.ric", "110101{Y}{m}{d}####"),
        "kr": ("kr.rrn", "{y}{m}{d}-1######"), "mx": ("mx.curp", "GOMC{y}{m}{d}HDFRRL0#"), "mx2": ("mx.rfc", "GOMC{y}{m}{d}???"),
        "th": ("th.pin", "1-####-#####-##-#"), "il": ("il.idnr", "#########"), "bg": ("bg.egn", "{y}{m}{d}####"),
        "za": ("za.idnr", "{y}{m}{d}50##08#"), "dk": ("dk.cpr", "{d}{m}{y}-####"), "no": ("no.fodselsnummer", "{d}{m}{y}#####"),
        "ch": ("ch.ssn", "756.####.####.##"), "pt": ("pt.nif", "2########"), "ie": ("ie.pps", "#######?"),
        "is": ("is_.kennitala", "{d}{m}{y}-###9"), "lt": ("lt.asmens", "3{y}{m}{d}####"), "au": ("au.tfn", "### ### ###"),
        "do": ("do.cedula", "001-#######-#"), "pk": ("pk.cnic", "35202-#######-#"), "my": ("my.nric", "{y}{m}{d}-14-####"),
        "sk": ("sk.rc", "{y}{m}{d}/####"), "uy": ("uy.rut", "21######0019"), "pe": ("pe.cui", "########-#"),
    },
}  # fmt: skip
HEALTH: Final = {
    "dev": {"ca": ("ca.bc_phn", "9### ### ###"), "fr": ("fr.nir", "2{y}{m}13########"), "us": ("", "1EG4-TE5-MK7#")},
    "held": {"gb": ("gb.nhs", "### ### ####"), "au": ("", "2### ##### #"), "de": ("", "?#########")},
}
IBANS: Final = {
    "dev": "DE####################|FR##############?????????##|PL##########################|AT##################|FI################",
    "held": "ES######################|NL##ABNA##########|GB##NWBK##############|IT##X######################|CH##00762############",
}  # fmt: skip
ACCOUNTS: Final = {
    "dev": {"en": "021000021 #########", "de": "BLZ 370400## Kto ########", "pl": "## 1020 #### #### #### #### ####", "ja": "普通 #######"},
    "held": {"en": "##-##-## ########", "sv": "5###-## ### ##", "cs": "19-#########/0800", "es": "2100 #### ## ##########"},
}  # fmt: skip
PASSPORTS: Final = {
    "dev": "C0#X#T###|5########|##??#####|E########|Z#######",
    "held": "#########|AB#######|X#######|M########|??######",
}
LICENCES: Final = {
    "dev": "?#######|B072RR##?##|##?#####|DL-0420110######|D###-####-####",
    "held": "MORGA#5711#SM9IJ|########-?|U1#?#####?|##AT#####|?????#######",
}
_LUHN_STEMS: Final = ("4", "51", "53", "2720", "34", "37", "6011", "3528")


def filled(pattern: str, r: random.Random) -> str:
    """Write a pattern: digits for `#`, capitals for `?`, a date of birth for what is in braces."""
    year = r.randint(1938, 2006)
    parts = {
        "{y}": f"{year % 100:02}",
        "{Y}": str(year),
        "{m}": f"{r.randint(1, 12):02}",
        "{d}": f"{r.randint(1, 28):02}",
    }
    for name, part in parts.items():
        pattern = pattern.replace(name, part)
    return "".join(
        r.choice(string.digits) if sign == "#" else r.choice(string.ascii_uppercase) if sign == "?" else sign
        for sign in pattern.strip()
    )


def valid(module: str, pattern: str, r: random.Random) -> str:
    """Write a pattern until its check digits are right."""
    if not module:
        return filled(pattern, r)
    check = import_module(f"stdnum.{module}").is_valid
    for _ in range(20_000):
        written = filled(pattern, r)
        if check(written):
            return written
    says = f"{module} takes nothing that looks like {pattern}"
    raise AssertionError(says)


def iban(half: str, r: random.Random) -> str:
    from stdnum import iban as oracle

    pattern = r.choice(IBANS[half].split("|"))
    while True:  # some countries have check digits of their own within
        written = filled(pattern[:2] + "00" + pattern[4:], r)
        number = "".join(str(int(sign, 36)) for sign in written[4:] + written[:4])
        written = f"{written[:2]}{98 - int(number) % 97:02}{written[4:]}"
        if oracle.is_valid(written):
            return r.choice([written, str(oracle.format(written))])


def card(r: random.Random) -> str:
    from stdnum import luhn

    stem = r.choice(_LUHN_STEMS)
    stem += filled("#" * ((14 if stem[:2] in {"34", "37"} else 15) - len(stem)), r)
    number = stem + str(luhn.calc_check_digit(stem))
    four = "-".join(number[start : start + 4] for start in range(0, len(number), 4))
    return r.choice([number, number, four, four.replace("-", " ")])


def imei(r: random.Random) -> str:
    from stdnum import luhn

    stem = r.choice(["35", "86", "01"]) + filled("############", r)
    return stem + str(luhn.calc_check_digit(stem))


def vin(r: random.Random) -> str:
    signs = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
    number = r.choice(["WVW", "1HG", "JTD", "VF1", "ZFA", "5YJ"]) + "".join(r.choices(signs, k=14))
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    values = dict(
        zip(
            "ABCDEFGHJKLMNPRSTUVWXYZ",
            (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9),
            strict=True,
        )
    )
    total = sum(
        (int(sign) if sign.isdigit() else values[sign]) * weight for sign, weight in zip(number, weights, strict=True)
    )
    return number[:8] + ("X" if total % 11 == 10 else str(total % 11)) + number[9:]


def _taken(signs: str, count: int) -> Callable[[random.Random], str]:
    return lambda r: "".join(r.choices(signs, k=count))


_WORD: Final = string.ascii_letters + string.digits
_SAFE: Final = _WORD + "-_"
_HEX: Final = "0123456789abcdef"


def _jwt(r: random.Random) -> str:
    def part(text: str) -> str:
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    return f"{part(chr(123) + chr(34) + 'alg' + chr(34) + ':' + chr(34) + 'HS256' + chr(34) + chr(125))}.{part(str(r.random()) * 2)}.{_taken(_SAFE, 43)(r)}"


SECRETS: Final[dict[str, dict[str, Callable[[random.Random], str]]]] = {
    "dev": {
        "github": lambda r: "ghp_" + _taken(_WORD, 36)(r), "slack": lambda r: f"xoxb-{filled('############-############', r)}-{_taken(_WORD, 24)(r)}",
        "aws": lambda r: "AKIA" + _taken(string.ascii_uppercase + "234567", 16)(r), "stripe": lambda r: "sk_live_" + _taken(_WORD, 24)(r),
        "google": lambda r: "AIza" + _taken(_SAFE, 35)(r), "jwt": _jwt, "sendgrid": lambda r: f"SG.{_taken(_SAFE, 22)(r)}.{_taken(_SAFE, 43)(r)}",
        "npm": lambda r: "npm_" + _taken(_WORD, 36)(r), "pem": lambda r: f"-----BEGIN RSA PRIVATE KEY-----\n{_taken(_WORD, 64)(r)}\n-----END RSA PRIVATE KEY-----",
        "url": lambda r: f"postgres://svc:{_taken(_WORD, 14)(r)}@db{r.randint(1, 9)}.internal:5432/app", "bcrypt": lambda r: "$2b$12$" + _taken(_WORD + "./", 53)(r),
        "azure": lambda r: f"DefaultEndpointsProtocol=https;AccountName=st{r.randint(1, 99)};AccountKey={_taken(_WORD, 86)(r)}==",
    },
    "held": {
        "gitlab": lambda r: "glpat-" + _taken(_SAFE, 20)(r), "openai": lambda r: "sk-proj-" + _taken(_WORD, 48)(r), "anthropic": lambda r: f"sk-ant-api03-{_taken(_SAFE, 93)(r)}AA",
        "twilio": lambda r: "SK" + _taken(_HEX, 32)(r), "pypi": lambda r: "pypi-AgEIcHlwaS5vcmc" + _taken(_SAFE, 80)(r), "shopify": lambda r: "shpat_" + _taken(_HEX, 32)(r),
        "hook": lambda r: f"https://hooks.slack.com/services/T{_taken(string.ascii_uppercase, 8)(r)}/B{_taken(string.ascii_uppercase, 8)(r)}/{_taken(_WORD, 24)(r)}",
        "telegram": lambda r: f"{filled('1#########', r)}:AA{_taken(_SAFE, 33)(r)}", "hugging": lambda r: "hf_" + _taken(string.ascii_letters, 34)(r),
        "openssh": lambda r: f"-----BEGIN OPENSSH PRIVATE KEY-----\n{_taken(_WORD, 70)(r)}\n-----END OPENSSH PRIVATE KEY-----", "digitalocean": lambda r: "dop_v1_" + _taken(_HEX, 64)(r),
        "basic": lambda r: "Basic " + base64.b64encode(f"user{r.randint(1, 99)}:{_taken(_WORD, 12)(r)}".encode()).decode(), "mailgun": lambda r: "key-" + _taken(_HEX, 32)(r),
    },
}  # fmt: skip


def wallet(r: random.Random) -> str:
    """Give the address of a wallet of Bitcoin, with its check sum, or of Ethereum."""
    if r.random() < 0.5:
        return "0x" + _taken(_HEX, 40)(r)
    payload = b"\x00" + r.randbytes(20)
    payload += hashlib.sha256(hashlib.sha256(payload).digest()).digest()[:4]
    number, written = int.from_bytes(payload, "big"), ""
    while number:
        number, rest = divmod(number, 58)
        written = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"[rest] + written
    return "1" + written
