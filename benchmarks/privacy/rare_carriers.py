"""Columns that hold nothing personal and carry a leak, for the set of rare leaks: notes, products, payloads, logs."""

from __future__ import annotations

import json
import random
import string
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import quote

from benchmarks.privacy.rare_texts import CLEAN, LANGUAGES, LEAKS, THINGS
from benchmarks.privacy.third_others import hexes
from benchmarks.privacy.third_places import filled

_NUMBERS: Final = frozenset({"card", "national_id"})
_BARE: Final = frozenset({"birth_date", "location"})
"""A bare day or pair of numbers tells nobody's; in a text or beside a key it does."""


@dataclass(frozen=True)
class Carrier:
    """A kind of column, its headers in each half, and how a raw value comes to stand in it."""

    name: str
    headers: dict[str, tuple[str, ...]]
    clean: Callable[[random.Random, str], object]
    plant: Callable[[random.Random, str, str, str], object]
    """Give a value that holds a raw one, by half, label and value; None where it cannot stand there."""


def _sentence(r: random.Random, language: str) -> str:
    words = {
        "n": r.choice(("#", "ORD-", "BL", "")) + filled(r, r.choice(("#####", "########", "##-####"))),
        "thing": r.choice(THINGS[language].split(";")),
        "v": f"{r.randint(1, 9)}.{r.randint(0, 20)}.{r.randint(0, 9)}",
        "q": str(r.randint(2, 40)),
        "p": f"{r.randint(2, 400)}.{filled(r, '##')}",
    }
    return r.choice(CLEAN[language]).format(**words)


def _note(r: random.Random, _part: str) -> str:
    return _sentence(r, "en")


def _text(r: random.Random, part: str) -> str:
    language = r.choice(LANGUAGES[part])
    return " ".join(_sentence(r, language) for _ in range(r.randint(1, 4)))


def _said(r: random.Random, part: str, label: str, value: str, language: str) -> str:
    given = LEAKS[part][label if label in LEAKS[part] else ""][language]
    return r.choice(given).format(x=value)


def _in_note(r: random.Random, part: str, label: str, value: str) -> object:
    said = _said(r, part, label, value, "en")
    return r.choice((said, f"{_sentence(r, 'en')} {said}"))


def _in_text(r: random.Random, part: str, label: str, value: str) -> object:
    language = r.choice(LANGUAGES[part])
    return f"{_sentence(r, language)} {_said(r, part, label, value, language)} {_sentence(r, language)}"


def _bare(_r: random.Random, _part: str, label: str, value: str) -> object:
    return None if label in _BARE else value


_BRANDS: Final = {
    "dev": "Nordwind;Kaffeebohne;Lumina;Vectra;Alpine;Rosso;Kinetik;Solaris;Zephyr;Orbit",
    "held": "Bramble;Fjellrev;Quantus;Petra Light;Comet;Marlow;Arctica;Tundra;Verano;Helix",
}
_GOODS: Final = (
    "desk lamp;office chair;USB-C cable;water bottle;running shoe;phone case;backpack;tent;headset;blanket;mug"
)


def _product(r: random.Random, part: str) -> str:
    size = r.choice(("", " XL", " 2 m", " 500 ml", " black", " set of 4", f" {r.randint(100, 900)}"))
    return f"{r.choice(_BRANDS[part].split(';'))} {r.choice(_GOODS.split(';'))}{size}"


def _identifier(r: random.Random, part: str) -> str:
    return filled(r, "ORD-2026-######") if part == "dev" else filled(r, r.choice(("C@######", "C@#######")))


def _code(r: random.Random, part: str) -> str:
    letters = "".join(r.choices("ABCDEFGHKLMNPRSTUVWXYZ", k=2 if part == "dev" else 3))
    return f"{letters}{filled(r, '##')}-{filled(r, '###')}" if part == "dev" else f"{letters}.{filled(r, '####')}"


def _token(r: random.Random, part: str) -> str:
    return hexes(r, 64) if part == "dev" else "usr_" + "".join(r.choices(string.ascii_lowercase + string.digits, k=20))


def _payload(r: random.Random, part: str) -> str:
    return json.dumps(_document(r, part))


def _document(r: random.Random, part: str) -> dict[str, object]:
    if part == "dev":
        lines = [{"sku": filled(r, "######"), "qty": r.randint(1, 9)} for _ in range(r.randint(1, 3))]
        return {"id": r.randint(1, 10**6), "state": r.choice(("open", "paid", "sent")), "lines": lines, "memo": ""}
    return {"event": r.choice(("click", "view", "add")), "ms": r.randint(1, 900), "ctx": {"ref": hexes(r, 12), "v": 3}}


def _in_payload(r: random.Random, part: str, _label: str, value: str) -> object:
    document = _document(r, part)
    if _label in _BARE:
        document["dob" if _label == "birth_date" else "position"] = value
    elif part == "dev":
        document["memo"] = value
    else:
        document["ctx"] = {"ref": value, "v": 3}
    return json.dumps(document, ensure_ascii=r.random() < 0.5)


def _log(r: random.Random, part: str) -> str:
    at = datetime(2026, 3, 1) + timedelta(seconds=r.randint(0, 10**7))  # noqa: DTZ001 - made up
    if part == "dev":
        what = r.choice(("job {n} done in {m} ms", "cache miss for key item:{n}", "retry {m} of request {n}"))
        return f"{at.isoformat()} {r.choice(('INFO', 'WARN'))} worker-{r.randint(1, 9)} " + _with_numbers(r, what)
    what = r.choice(("GET /api/v2/items/{n} 200 {m}ms", "queue=mail depth={m} batch={n}", "commit {n} applied"))
    return f"{at:%d/%b/%Y:%H:%M:%S} [{r.choice(('main', 'pool-2'))}] " + _with_numbers(r, what)


def _with_numbers(r: random.Random, text: str) -> str:
    return text.format(n=r.randint(1000, 10**8), m=r.randint(1, 900))


def _in_log(r: random.Random, part: str, label: str, value: str) -> object:
    key = {"birth_date": "dob=", "location": "position=", "person": "name="}.get(label, "")
    said = ("login of {x} failed", "mail to {x} bounced") if part == "dev" else ("user {x} not found", "payload: {x}")
    return f"{_log(r, part)} {r.choice(said).format(x=key + value)}"


def _url(r: random.Random, part: str) -> str:
    if part == "dev":
        return f"https://shop.example/{r.choice(('cart', 'items', 'help'))}/{r.randint(1, 10**5)}?ref={hexes(r, 8)}"
    return f"/v1/{r.choice(('search', 'export'))}?page={r.randint(1, 50)}&sort=asc&trace={hexes(r, 16)}"


def _in_url(r: random.Random, part: str, label: str, value: str) -> object:
    key = {"birth_date": "dob", "location": "latlng", "person": "name", "address": "street"}.get(label, "q")
    sign = "&" if r.random() < 0.5 else "&u=1&"
    return f"{_url(r, part)}{sign}{key}={quote(value, safe='@' if part == 'dev' else '')}"


def _number(r: random.Random, part: str) -> object:
    return r.randint(1, 10**6) if part == "dev" else r.randint(10**4, 10**8)


def _as_number(_r: random.Random, _part: str, label: str, value: str) -> object:
    return int(value) if label in _NUMBERS and value.isdigit() and value[0] != "0" else None


def _tags(r: random.Random, part: str) -> object:
    words = ("sale", "new", "gift", "b2b", "eu") if part == "dev" else ("urgent", "returned", "bulk", "retail", "cold")
    return r.sample(words, r.randint(1, 3))


def _in_tags(r: random.Random, part: str, label: str, value: str) -> object:
    found = _tags(r, part)
    assert isinstance(found, list)
    return None if label in _BARE else [*found, value]


CARRIERS: Final = (
    Carrier("notes", {"dev": ("order_note", "remark"), "held": ("bemerkung", "comment_internal")}, _note, _in_note),
    Carrier("texts", {"dev": ("body", "texto"), "held": ("message", "c14")}, _text, _in_text),
    Carrier("products", {"dev": ("product_name", "item"), "held": ("artikel", "f2")}, _product, _bare),
    Carrier("ids", {"dev": ("order_id", "ref"), "held": ("case_no", "k1")}, _identifier, _bare),
    Carrier("codes", {"dev": ("sku", "code"), "held": ("lot", "x9")}, _code, _bare),
    Carrier("tokens", {"dev": ("hash", "h"), "held": ("user_ref", "col3")}, _token, _bare),
    Carrier("payloads", {"dev": ("payload", "data"), "held": ("event_json", "raw")}, _payload, _in_payload),
    Carrier("logs", {"dev": ("message", "log"), "held": ("line", "entry")}, _log, _in_log),
    Carrier("urls", {"dev": ("url", "link"), "held": ("path", "referer")}, _url, _in_url),
    Carrier("numbers", {"dev": ("amount", "n"), "held": ("quantity", "v")}, _number, _as_number),
    Carrier("arrays", {"dev": ("tags", "labels"), "held": ("flags", "list1")}, _tags, _in_tags),
)
