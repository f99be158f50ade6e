"""Birth dates, phone numbers of 28 countries and addresses of 16, for the third set."""

from __future__ import annotations

import random
import string
from collections.abc import Iterator
from datetime import date, timedelta

from benchmarks.privacy.third_ids import born

DOB_HEADS = {
    "dev": {
        "kind": ["b_date", "Birth", "geb_dat", "data urodzenia", "born_on", "DOB_TXT"],
        "opaque": ["d", "date3", "f8"],
    },
    "held": {
        "kind": ["birth_dt", "fec_nac", "data_nasc", "bday", "dt_nascita", "Geburtstag"],
        "opaque": ["dat", "x5", "col2"],
    },
}

DFORMS = {
    "dev": ["%d.%m.%Y", "%m/%d/%Y", "%d-%b-%Y", "%Y/%m/%d"],
    "held": ["%Y-%m-%dT00:00:00", "%d %B %Y", "%y%m%d", "%d/%m/%y", "%B %d, %Y"],
}


def births(part: str, r: random.Random, rows: int) -> Iterator[tuple[str, str, list[object], str]]:
    """Give header, kind, values and group of columns of birth dates."""
    for form in DFORMS[part]:
        for kind in ("kind", "opaque"):
            if kind == "opaque" and form == "%y%m%d":
                continue
            first, last = r.choice([(1935, 2007), (1950, 2003), (1945, 2015)])
            header = r.choice(DOB_HEADS[part][kind])
            days = (date(first, 1, 1) + timedelta(days=r.randint(0, 365 * (last - first))) for _ in range(rows))
            yield header, "birth_date", [day.strftime(form) for day in days], f"birth {form} {kind}"
    header = r.choice(DOB_HEADS[part]["kind"])
    # Two are drawn for each: so the same seed gives the same columns as it always did.
    numbers = [int([born(r), born(r)][1].strftime("%Y%m%d")) for _ in range(rows)]
    yield header, "birth_date", [*numbers], "birth int kind"


def filled(r: random.Random, template: str) -> str:
    """Give a template with a digit for each `#`, and one that is not 0 for each `@`."""
    return "".join(
        r.choice(string.digits) if sign == "#" else r.choice("123456789") if sign == "@" else sign for sign in template
    )


PHONES = {
    "dev": [
        "+44 7### ######",
        "(0##) @## ## ##",
        "+1-@##-555-01##",
        "09## ### ####",
        "+254 7## ######",
        "011 4###-####",
        "+91 98### #####",
        "0### ## ## ##",
        "050-###-####",
        "+63 917 ### ####",
        "0171/#######",
        "6## ## ## ##",
        "8 (9##) ###-##-##",
    ],
    "held": [
        "+234 80# ### ####",
        "07### ######",
        "+52 55 #### ####",
        "02-####-####",
        "090-####-####",
        "+971 50 ### ####",
        "3## #######",
        "06-########",
        "070-### ## ##",
        "+380 67 ### ## ##",
        "9#######",
        "04## ### ###",
        "0# ## ## ## ##",
        "13# #### ####",
        "(11) 9####-####",
    ],
}

PHONE_HEADS = {
    "dev": {"kind": ["contact_tel", "handy_nr", "teléfono móvil", "phone2", "mobile_no."], "opaque": ["f7", "c3"]},
    "held": {"kind": ["cellulare", "tel_home", "nr_tel", "gsm_no", "work_ph"], "opaque": ["v9", "d4"]},
}


def phones(part: str, r: random.Random, rows: int) -> Iterator[tuple[str, str, list[object], str]]:
    """Give header, kind, values and group of columns of phone numbers."""
    for template in PHONES[part]:
        for kind in ("kind", "opaque"):
            header = r.choice(PHONE_HEADS[part][kind])
            yield header, "phone", [filled(r, template) for _ in range(rows)], f"phone {template} {kind}"


ADDRESSES = {
    "dev": [
        lambda r: (
            r.choice(
                ["Hauptstr.", "Am Anger", "Unter den Eichen", "Mühlenweg", "Im Winkel", "Alte Gasse", "Kirchplatz"]
            )
            + f" {r.randint(1, 120)}{r.choice(['', 'a', 'b'])}"
        ),
        lambda r: (
            f"{r.randint(1, 9999)} {r.choice(['NW 23rd', 'Oak Hollow', 'Elm', 'S Main', 'W Pine'])} "
            f"{r.choice(['St', 'Ave', 'Blvd', 'Ct'])}{r.choice([' Apt 4', '', ' #12', ''])}, "
            f"{r.choice(['Tulsa, OK 74103', 'Boise, ID 83702'])}"
        ),
        lambda r: (
            f"{r.choice(['Calle Mayor', 'Av. de la Constitución', 'Paseo del Prado', 'C/ Alcalá'])} "
            f"{r.randint(1, 200)}, {r.randint(1, 9)}º {r.choice('ABCD')}"
        ),
        lambda r: (
            f"Flat {r.randint(1, 40)}, {r.choice(['Rosewood Court', 'Cedar House', 'The Maltings'])}, "
            f"{r.choice(['Leeds', 'York'])} {r.choice(['LS', 'YO'])}{r.randint(1, 29)} {r.randint(1, 9)}"
            f"{r.choice('ABD')}{r.choice('EFG')}"
        ),
        lambda r: (
            f"{r.choice(['北京市朝阳区建国路', '上海市浦东新区世纪大道', '广州市天河区体育西路'])}{r.randint(1, 300)}号"
        ),
        lambda r: (
            f"Plot {r.randint(1, 90)}, {r.choice(['Sector 14', 'MG Road', 'Koramangala 4th Block'])}, "
            f"{r.choice(['Bengaluru', 'Gurgaon'])} - {r.randint(110000, 699999)}"
        ),
        lambda r: f"P.O. Box {r.randint(100, 99999)}, {r.choice(['Nairobi', 'Kampala'])}",
    ],
    "held": [
        lambda r: (
            f"{r.choice(['Via Garibaldi', 'Corso Italia', 'Piazza San Marco', 'Viale Europa'])}, "
            f"{r.randint(1, 200)} - {r.choice(['20121 Milano', '00184 Roma'])}"
        ),
        lambda r: (
            f"{r.randint(1, 200)} {r.choice(['bis ', '', ''])}"
            f"{r.choice(['rue de la République', 'av. Jean Jaurès', 'boulevard Voltaire', 'place Bellecour'])}"
        ),
        lambda r: (
            f"{r.choice(['Storgatan', 'Kungsgatan', 'Björkvägen', 'Ringvägen'])} {r.randint(1, 99)} "
            f"{r.choice(['lgh 1102', '', 'B'])}".strip()
        ),
        lambda r: (
            f"ul. {r.choice(['Marszałkowska', 'Kościuszki', 'Lipowa'])} {r.randint(1, 140)}/{r.randint(1, 60)}, "
            f"{r.randint(10, 99)}-{r.randint(100, 999)} {r.choice(['Kraków', 'Łódź'])}"
        ),
        lambda r: (
            f"R. {r.choice(['das Flores', 'XV de Novembro', 'Augusta'])}, {r.randint(1, 2000)} - "
            f"{r.choice(['Centro', 'Jardins'])}"
        ),
        lambda r: (
            f"서울특별시 {r.choice(['강남구 테헤란로', '마포구 월드컵로', '종로구 세종대로'])} {r.randint(1, 300)}"
        ),
        lambda r: (
            f"{r.choice(['Keizersgracht', 'Stationsweg', 'Dorpsstraat', 'Lange Voorhout'])} {r.randint(1, 400)}"
            f"{r.choice(['-II', '', ' hs'])}"
        ),
        lambda r: (
            f"〒{r.randint(100, 999)}-{r.randint(1000, 9999)} "
            f"{r.choice(['東京都港区芝公園', '大阪府大阪市北区梅田'])}{r.randint(1, 9)}-{r.randint(1, 30)}"
            f"-{r.randint(1, 20)}"
        ),
        lambda r: (
            f"{r.choice(['Atatürk Cad.', 'İstiklal Caddesi', 'Cumhuriyet Mah. 5. Sok.'])} No:{r.randint(1, 200)} "
            f"D:{r.randint(1, 20)}"
        ),
    ],
}

ADDR_HEADS = {
    "dev": {
        "kind": ["home_addr", "Anschrift", "mailing_address", "address2", "dirección postal"],
        "opaque": ["f6", "line1", "loc"],
    },
    "held": {
        "kind": ["indirizzo", "street_nm", "shipping_addr", "adres_zam", "residence"],
        "opaque": ["l2", "col_x", "place"],
    },
}


def addresses(part: str, r: random.Random, rows: int) -> Iterator[tuple[str, str, list[object], str]]:
    """Give header, kind, values and group of columns of addresses."""
    for place, make in enumerate(ADDRESSES[part]):
        for kind in ("kind", "opaque"):
            header = r.choice(ADDR_HEADS[part][kind])
            yield header, "address", [make(r) for _ in range(rows)], f"address {place} {kind}"
