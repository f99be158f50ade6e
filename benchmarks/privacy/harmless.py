# ruff: noqa: E501, S311 - a line a list; seeds make the same set again
"""What is not personal in the fourth set, chosen to look as if it were: lists, numbers, and headers that mislead."""

from __future__ import annotations

import hashlib
import random
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from benchmarks.privacy.numbers import filled

LISTS: Final[dict[str, dict[str, str]]] = {
    "dev": {
        "product": "Billy|Klippan|Malm|Ektorp|Sofia Chair|Lina Lamp|Oskar Desk|Greta Shelf|Emil Stool|Frida Sofa",
        "town_name": "Marseille|Florence|Charlotte|Lourdes|Jackson|Victoria|Santa Rosa|San José|Adelaide|Sydney|Salvador|Constantine",
        "firm": "Miller & Sons Ltd|Hoffmann Logistik GmbH|Martin Frères SA|Johnson Controls|Baker Tilly|Kowalski Transport Sp. z o.o.|Wells Fargo|Peugeot",
        "vessel": "Queen Anne|Lady Margaret|Sir Winston|Anna Maersk|Santa Barbara|King Harald|Ever Grace",
        "tool": "Jenkins|Kafka|Grafana|Ada|Julia|Pascal|Watson|Alexa|Cassandra|Jira|Maven|Celery",
        "compound": "2-propanol|sodium benzoate|N,N-dimethylformamide|(E)-stilbene|acetylsalicylic acid|L-alanine|ethyl acetate|Tris-HCl",
        "gene": "BRCA1|TP53|EGFR|MYC|SHH|APOE|CFTR|HLA-B27|KRAS|FOXP2|PAX6", "ticker": "AAPL|MSFT|SAP.DE|BMW.DE|TSLA|F|ANN|KO|MMM|JNJ",
        "airport": "JFK|CDG|FRA|ORD|LHR|SIN|DXB|ANN|EVE", "dish": "Caesar Salad|Eggs Benedict|Beef Wellington|Peach Melba|Crêpe Suzette|Pavlova",
        "status_line": "Order was shipped|Payment is pending|Cancelled by system|Waiting for stock|Returned to sender|Delivered on time",
        "rose": "Queen Elizabeth|Madame Hardy|Graham Thomas|Winchester Cathedral|Peace|Charles Austin", "colour": "Bordeaux|Navy|Rose|Olive|Jade|Amber|Ruby|Violet",
        "crew": "Platform Team|Night Shift|Alpha|Accounts Payable|Growth|Field Sales North", "month": "January|April|May|June|August|March|July",
    },
    "held": {
        "model_line": "Clara Dress|Emma Sofa|Hugo Boss Shirt|Stella Bag|Leo Boots|Ivy Table|Ruby Lamp|Max Mattress|Alma Vase",
        "city": "Valencia|Lorenzo|San Carlos|Petra|Ho Chi Minh City|Sharm el Sheikh|Ismailia|Da Nang|Mary|Catania|Victoria Falls|Regina",
        "supplier": "Rossi S.p.A.|Van Dam BV|García Hermanos S.L.|Smith & Wesson|Lindström AB|Novák s.r.o.|Tata Steel|Honda|Procter & Gamble",
        "ship": "Titanic|Charles de Gaulle|Maria Celeste|Viking Grace|Santa Maria|Emma Maersk|Prinz Eugen", "package": "pandas|ruby|claude|redis|django|flask|elixir|lucene",
        "reagent": "methyl orange|benzaldehyde|potassium iodide|(2R)-butan-2-ol|D-glucose|HEPES buffer|polyvinyl alcohol", "locus": "MTHFR|JAK2|BRAF|SRY|HBB|IL6|TNF|SOX2|VEGFA",
        "symbol": "NVDA|ASML.AS|SAN.MC|ENEL.MI|NESN.SW|V|MA|GE", "iata": "MAD|FCO|AMS|ARN|PRG|ICN|HAN|TLV", "recipe": "Salade Niçoise|Bakewell Tart|Earl Grey Cake|Paella|Tarte Tatin|Bloody Mary",
        "phase": "awaiting approval|in transit|closed by agent|on hold|escalated to tier two|no action needed", "apple": "Pink Lady|Granny Smith|Jonathan|Fuji|Cox Orange|Elstar|James Grieve",
        "storm": "Katrina|Andrew|Harvey|Irma|Sandy|Ian|Dorian|Maria", "squad": "Red Pandas|Checkout|Team Rocket|Night Owls|Blue Lions", "weekday": "Monday|Tuesday|Friday|Sunday|Wednesday",
        "genre": "Jazz|Soul|Blues|Flamenco|Reggae|Grime", "film": "Annie Hall|Forrest Gump|Jackie Brown|Amélie|Erin Brockovich|Barry Lyndon",
        "font": "Helvetica|Georgia|Garamond|Verdana|Lucida|Baskerville|Gill Sans",
    },
}  # fmt: skip
"""Header -> what stands in it."""


def _digits(stem: str, count: int) -> Callable[[random.Random, int], object]:
    return lambda r, _: filled(stem + "#" * count, r)


def _stamp(r: random.Random) -> datetime:
    return datetime(2019, 1, 1, tzinfo=UTC) + timedelta(seconds=r.randrange(220_000_000))


def _ean(r: random.Random, _: int) -> object:
    from stdnum import ean

    stem = filled("40########"[:10], r) + filled("##", r)
    return stem + ean.calc_check_digit(stem)


def _lucky(r: random.Random, _: int) -> object:
    from stdnum import luhn

    stem = filled("7000#########", r)
    return stem + (luhn.calc_check_digit(stem) if r.random() < 0.3 else filled("#", r))


def _pixels(r: random.Random, _: int) -> object:
    return f"{r.randrange(1920)}, {r.randrange(1080)}"


NUMBERS: Final[dict[str, dict[str, Callable[[random.Random, int], object]]]] = {
    "dev": {
        "order_no": _digits("45", 8), "invoice_id": lambda r, n: f"INV-{2020 + n % 5}-{r.randrange(99999):05}", "ean": _ean, "parcel_no": _lucky,
        "version": lambda r, _: f"{r.randrange(9)}.{r.randrange(20)}.{r.randrange(40)}", "commit": lambda r, _: hashlib.sha1(r.randbytes(9)).hexdigest(),  # noqa: S324
        "row_uuid": lambda r, _: str(uuid.UUID(int=r.getrandbits(128))), "click_xy": _pixels, "part_no": lambda r, _: filled("??-####-###?", r),
        "serial": lambda r, _: filled("SN##?#####", r), "epoch": lambda r, _: 1_600_000_000 + r.randrange(150_000_000), "epoch_ms": lambda r, _: 1_600_000_000_000 + r.randrange(10**11),
        "temperature": lambda r, n: round(20 + 5 * r.random() + n / 100, 2), "sku": lambda r, _: filled("555-###-####", r), "amount": lambda r, _: round(r.lognormvariate(4, 1), 2),
        "tail_no": lambda r, _: filled("N###??", r), "created_at": lambda r, _: _stamp(r).isoformat(), "expires": lambda r, _: f"{r.randint(1, 12):02}/{r.randint(26, 31)}",
        "isbn": lambda r, _: filled("978-3-16-######-#", r), "qty": lambda r, _: r.randrange(1, 90), "hired_on": lambda r, _: _stamp(r).strftime("%d.%m.%Y"),
        "url": lambda r, _: f"https://shop.example/p/{r.randrange(10**6)}?ref=home", "batch": lambda r, _: filled("L######", r), "account_manager_count": lambda r, _: r.randrange(9),
    },
    "held": {
        "booking_ref": lambda r, _: filled("??#?#?", r), "case_no": lambda r, n: f"{2019 + n % 6}/{r.randrange(9999):04}", "gtin": _ean, "tracking": _lucky,
        "build": lambda r, _: f"v{r.randrange(9)}.{r.randrange(99)}-rc{r.randrange(4)}", "checksum": lambda r, _: hashlib.md5(r.randbytes(9)).hexdigest(),  # noqa: S324
        "trace_id": lambda r, _: f"{r.getrandbits(128):032x}", "bbox": lambda r, _: ",".join(str(r.randrange(2000)) for _ in range(4)), "material_nr": _digits("0000", 9),
        "asset_tag": lambda r, _: filled("AT-?##-####", r), "ts": lambda r, _: r.randrange(1_500_000_000, 1_700_000_000), "humidity": lambda r, _: round(100 * r.random(), 1),
        "item_code": lambda r, _: filled("06-########", r), "net_price": lambda r, _: f"{r.randrange(9999)},{r.randrange(99):02} €", "flight": lambda r, _: filled("LH####", r),
        "modified": lambda r, _: _stamp(r).strftime("%m/%d/%Y"), "due_date": lambda r, _: _stamp(r).date().isoformat(), "valid_to": lambda r, _: _stamp(r).strftime("%Y%m%d"),
        "issn": lambda r, _: filled("####-###X", r), "points": lambda r, _: r.randrange(100_000_000, 999_999_999), "storage_key": lambda r, _: f"s3://bucket/{r.randrange(99)}/{r.getrandbits(40):x}.parquet",
        "lot": lambda r, _: filled("##?###", r), "latency_ms": lambda r, _: r.randrange(3_000), "meter_reading": lambda r, n: 100_000 + 37 * n + r.randrange(30),
    },
}  # fmt: skip

MISLEADING: Final[dict[str, dict[str, str | Callable[[random.Random, int], object]]]] = {
    "dev": {
        "name": "Oak Table|Steel Bolt M8|Garden Hose 20m|LED Strip|Coffee Mug|Paper A4", "address": lambda r, _: f"0x{r.getrandbits(32):08x}", "email": "Y|N", "ssn": lambda r, _: r.randrange(1, 5000),
        "card": "Ace of Spades|Queen of Hearts|Ten of Clubs|Jack of Diamonds", "phone": "iPhone 14|Galaxy S22|Pixel 7|Xperia 5", "iban_ok": "true|false", "passport_required": "yes|no",
        "email_count": lambda r, _: r.randrange(40), "password_changed_at": lambda r, _: _stamp(r).isoformat(), "licence": "MIT|Apache-2.0|GPL-3.0-only|BSD-3-Clause", "birth_rate": lambda r, _: round(8 + 9 * r.random(), 2),
        "health": "healthy|degraded|down", "tokens": lambda r, _: r.randrange(1, 9000), "phone_verified": "1|0", "card_type": "visa|mastercard|amex", "login_count": lambda r, _: r.randrange(300),
        "child": lambda r, _: r.randrange(300, 40_000), "address_id": lambda r, _: r.randrange(10**7), "plate": "Pasta|Steak|Soup of the day|Fish", "name_length": lambda r, _: r.randrange(4, 30),
        "race": "Boston Marathon|Tour de France|Vasaloppet|Monaco Grand Prix", "driver": "nvidia 535.54|e1000e|realtek r8169|intel i915", "mac": "MacBook Pro|iMac|Mac mini", "location": "Aisle 4|Shelf B|Dock 12",
    },
    "held": {
        "customer_name_hash_algo": "sha256|md5", "full_name": "com.acme.billing.Invoice|com.acme.core.User|org.app.Main", "ip": "patent|trademark|copyright", "tel": "Tel Aviv|Tel Megiddo|Tel Arad", "surname_flag": "0|1",
        "contact": "dry contact|relay|push button", "iban_country": "DE|ES|NL|FR", "mobile": "true|false", "pin": lambda r, _: r.randrange(40), "wallet": "Leather Wallet|Card Holder|Coin Purse", "vin": "Merlot|Riesling|Rioja",
        "handle": "Chrome Handle|Brass Knob|Door Pull", "token": "comma|identifier|number|string", "diagnosis": "disk failure|low memory|overheating", "union": "left join|union all|inner join", "party": "first party|third party",
        "email_sent_at": lambda r, _: _stamp(r).isoformat(), "dob_verified": "Y|N", "secret_santa_round": lambda r, _: r.randrange(5), "nationality_count": lambda r, _: r.randrange(190), "street_width": lambda r, _: round(3 + 9 * r.random(), 1),
        "address_type": "billing|shipping|home", "last_name_change": lambda r, _: _stamp(r).date().isoformat(), "passport_pages": lambda r, _: r.choice([32, 48, 64]), "religion_section": "A|B|C", "device_name": "Thermostat|Camera 2|Gateway",
    },
}  # fmt: skip
"""Headers that say what is personal, over what is not."""


def harmless(half: str, seed: int) -> Iterator[tuple[str, str, list[object]]]:
    """Give header, group and values of every harmless column, with its own header and once with an opaque one."""
    r = random.Random(seed)
    for header, words in LISTS[half].items():
        for group in ("kind", "opaque"):
            yield (
                header if group == "kind" else f"c{r.randrange(99)}",
                group,
                r.choices(words.split("|"), k=r.choice([40, 120, 250])),
            )
    for header, make in NUMBERS[half].items():
        for group in ("kind", "opaque"):
            values = [make(r, place) for place in range(r.choice([60, 150, 300]))]
            yield header if group == "kind" else f"v{r.randrange(99)}", group, values
    for header, given in MISLEADING[half].items():
        count = r.choice([50, 150, 300])
        yield (
            header,
            "misleading",
            r.choices(given.split("|"), k=count)
            if isinstance(given, str)
            else [given(r, place) for place in range(count)],
        )
