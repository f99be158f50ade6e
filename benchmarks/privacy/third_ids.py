"""National and tax ids of 46 countries with right check digits, for the third set."""

from __future__ import annotations

import importlib
import random
import string
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

IDS = {
    "dev": {
        "pl.pesel": "yymmdd#####",
        "ee.ik": "Cyymmdd####",
        "fr.nir": "snir",
        "es.dni": "########L",
        "it.codicefiscale": "cf",
        "nl.bsn": "#########",
        "tr.tckimlik": "1##########",
        "se.personnummer": "yymmdd-####",
        "kr.rrn": "yymmdd-s######",
        "br.cpf": "###.###.###-##",
        "in_.aadhaar": "3### #### ####",
        "dk.cpr": "ddmmyy-####",
        "my.nric": "yymmdd-14-####",
        "be.nn": "yy.mm.dd-###.##",
        "ro.cnp": "syymmdd######",
        "za.idnr": "yymmdd####08#",
        "th.pin": "1############",
        "il.idnr": "#########",
        "cz.rc": "yymmdd/####",
        "pt.cc": "########0ZZ#",
        "nz.ird": "##-###-###",
        "id.nik": "3204##ddmmyy####",
        "sg": "S#######L",
    },
    "held": {
        "bg.egn": "yymmdd####",
        "fi.hetu": "ddmmyy-###L",
        "hr.oib": "###########",
        "si.emso": "ddmmXXX50####",
        "cl.rut": "##.###.###-K",
        "cn.ric": "110101YYYYmmdd####",
        "no.fodselsnummer": "ddmmyy#####",
        "lv": "ddmmyy-#####",
        "lt.asmens": "Cyymmdd####",
        "gr.amka": "ddmmyy#####",
        "de.idnr": "###########",
        "ch.ssn": "756.####.####.##",
        "at.vnr": "####ddmmyy",
        "ar.cuit": "20-########-#",
        "mx.curp": "curp",
        "sk.rc": "yymmdd/####",
        "ec.ci": "1#########",
        "is_.kennitala": "ddmmyy-####",
        "tw": "A1########",
        "hk": "L######(#)",
        "kr.rrn": "yymmdd-s######",
        "dk.cpr": "ddmmyy####",
        "gb.nhs": "### ### ####",
        "ua.rntrc": "##########",
        "us.ssn": "###-##-####",
    },
}

ID_HEADS = {
    "dev": {
        "kind": [
            "national_id_number",
            "ID card no.",
            "tax identification",
            "nr_identyfikacyjny",
            "personal id",
            "citizen_no",
        ],
        "opaque": ["fld_4", "num", "x2", "code"],
    },
    "held": {
        "kind": ["id_number", "identification_no", "personal_number", "gov_id", "citizenid", "doc_number_person"],
        "opaque": ["col_11", "n", "q", "ident"],
    },
}


def born(r: random.Random) -> date:
    """Give a birthday."""
    return date(1940, 1, 1) + timedelta(days=r.randint(0, 365 * 66))


def made_id(module: str, template: str, r: random.Random) -> str:
    """Give an id of a country, by its module of python-stdnum and a template."""
    if module in _OWN:
        return _OWN[module](r)
    checks: Any = importlib.import_module("stdnum." + module)
    if module in _WORDED:
        return _WORDED[module](r, checks)
    while True:
        day = born(r)
        text = template.replace("YYYY", day.strftime("%Y")).replace("yy", day.strftime("%y"))
        text = text.replace("mm", day.strftime("%m")).replace("dd", day.strftime("%d"))
        text = text.replace("XXX", day.strftime("%Y")[1:])
        text = text.replace("C", r.choice("34") if day.year < 2000 else r.choice("56"))
        text = text.replace("s", r.choice("12") if day.year < 2000 else r.choice("34"))
        if module == "dk.cpr" and day.year >= 2000:
            continue
        text = "".join(r.choice(_SIGNS[sign]) if sign in _SIGNS else sign for sign in text)
        if checks.is_valid(text):
            return text


_SIGNS = {
    "#": string.digits,
    "L": "TRWAGMYFPDXBNJZSQVHLCKE",
    "K": "0123456789K",
    "Z": string.ascii_uppercase,
}


def _taiwan(r: random.Random) -> str:
    while True:
        text = r.choice("ABCDEFHKL") + r.choice("12") + "".join(r.choices(string.digits, k=8))
        first = "ABCDEFGHJKLMNPQRSTUVXYWZIO".index(text[0]) + 10
        weighed = sum(int(digit) * weight for digit, weight in zip(text[1:9], range(8, 0, -1), strict=True))
        if (first // 10 + 9 * (first % 10) + weighed + int(text[9])) % 10 == 0:
            return text


def _singapore(r: random.Random) -> str:
    digits = [r.randint(0, 9) for _ in range(7)]
    kind = r.choice("ST")
    total = sum(a * b for a, b in zip(digits, (2, 7, 6, 5, 4, 3, 2), strict=True)) + (4 if kind == "T" else 0)
    return kind + "".join(map(str, digits)) + "JZIHGFEDCBA"[total % 11]


def _hong_kong(r: random.Random) -> str:
    letter = r.choice(string.ascii_uppercase)
    digits = [r.randint(0, 9) for _ in range(6)]
    total = 36 * 9 + (ord(letter) - 55) * 8 + sum(a * b for a, b in zip(digits, range(7, 1, -1), strict=True))
    check = -total % 11
    return f"{letter}{''.join(map(str, digits))}({'A' if check == 10 else check})"


def _latvia(r: random.Random) -> str:
    while True:
        day = born(r)
        text = day.strftime("%d%m%y") + str((day.year - 1800) // 100) + "".join(r.choices(string.digits, k=4))
        weights = (1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
        if (1101 - sum(int(a) * w for a, w in zip(text, weights, strict=False))) % 11 == int(text[10]):
            return text[:6] + "-" + text[6:]


_OWN: dict[str, Callable[[random.Random], str]] = {
    "sg": _singapore,
    "hk": _hong_kong,
    "lv": _latvia,
    "tw": _taiwan,
}


def _consonants(r: random.Random, count: int) -> str:
    return "".join(r.choices("BCDFGLMNPRSTV", k=count))


def _italy(r: random.Random, checks: Any) -> str:
    day = born(r)
    text = _consonants(r, 6) + day.strftime("%y") + "ABCDEHLMPRST"[day.month - 1]
    text += f"{day.day + r.choice([0, 40]):02d}" + r.choice("ABCDEFGHIL") + f"{r.randint(100, 999)}"
    return text + str(checks.calc_check_digit(text))


def _mexico(r: random.Random, checks: Any) -> str:
    while True:
        day = born(r)
        text = _consonants(r, 1) + r.choice("AEO") + _consonants(r, 2) + day.strftime("%y%m%d") + r.choice("HM")
        text += r.choice(["DF", "JC", "NL", "MC"]) + _consonants(r, 3) + r.choice("0123456789")
        text += str(checks.calc_check_digit(text))
        if checks.is_valid(text):
            return text


def _france(r: random.Random, checks: Any) -> str:
    day = born(r)
    text = r.choice("12") + day.strftime("%y%m")
    text += f"{r.randint(1, 95):02d}{r.randint(1, 900):03d}{r.randint(1, 900):03d}"
    return text + str(checks.calc_check_digits(text))


_WORDED: dict[str, Callable[[random.Random, Any], str]] = {
    "it.codicefiscale": _italy,
    "mx.curp": _mexico,
    "fr.nir": _france,
}


def ids(part: str, r: random.Random, rows: int) -> Iterator[tuple[str, str, list[object], str]]:
    """Give header, kind, values and group of columns of ids."""
    for module, template in IDS[part].items():
        for kind in ("kind", "opaque"):
            header = r.choice(ID_HEADS[part][kind])
            values: list[object] = [made_id(module, template, r) for _ in range(rows)]
            yield header, "national_id", values, f"id {module} {kind}"
