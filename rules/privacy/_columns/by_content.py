"""Kinds that their values prove: formats and check digits, on short values and in running text.

A strong hit counts from two distinct values (a key or an IBAN from one); a check digit that one number in ten passes by
luck counts only where a whole shape group passes more often than luck explains.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from rules.privacy._columns.evidence import Column, Found
from rules.privacy._columns.running import SENT_WITH, Running, running_text
from rules.privacy._forms import phones
from rules.privacy._forms.checks import card_brand, digits, iban_checks, iban_written, luhn, machine, tail, version_like
from rules.privacy._forms.mail import in_the_open, plain_email
from rules.privacy._forms.shapes import LONGEST, shape

_MESSAGE: Final = re.compile(r"message.?id|in.?reply.?to|references", re.IGNORECASE)
_QUAD: Final = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}")
_VERSIONS: Final = re.compile(r"ver|build|release|rev|firmware|oid", re.IGNORECASE)
_NO_MACHINE: Final = re.compile(r"^(?:0|127|255)\.|^::1?$|/(?:[12]?\d|3[01])$")
_ETHEREUM: Final = re.compile(r"0x[0-9a-fA-F]{40}")
_BASE58: Final = re.compile(r"\b(?:[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[02-9ac-hj-np-z]{11,71})\b")
_CARD_SHAPE: Final = re.compile(r"9{13,19}|9{4}([ -])9{4}\1?9{4}\1?9{1,7}|9{4}([ -])9{6}\2?9{4,5}")
_PHONE_SHAPE: Final = re.compile(r"[+(]?[9() .\-/+]{6,28}9")
_CHANCE: Final = 0.1
_ALONE: Final = 0.6
"""What an address that stands once is worth: no leak yet, but the column cannot be called clean; a person decides."""

_REPEATED: Final = 5
"""An address that stands in more rows than these, and in more than one in a hundred, is rather the sender's own."""


def by_content(column: Column) -> Iterator[Found]:
    """Give the kinds that the values of a text column prove."""
    running = running_text(column)
    long = running.found
    for label, judge in _JUDGES.items():
        hits, why, confidence = judge(column)
        together = {*hits, *long.get(label, ())}
        if not together:
            continue
        same = _same(column, label, hits, running)
        alone = same or not _enough(column, label, together, hits)
        few = column.texts.rows(together) <= max(_REPEATED, column.texts.looked // 100)
        asked = same or label in _ASKED_ALONE
        if alone and not (few and label == "email") and not (asked and label in long):
            continue
        if label in long and len(long[label]) > len(hits):
            why, confidence = ("free text", *why), max(confidence, 0.9)
        confidence = _ALONE if alone else confidence
        yield column.found(label, together, why, confidence)
    yield from _by_words(column, running)


_ASKED_ALONE: Final = frozenset(("card", "mac_address", "crypto_wallet"))
"""Kinds that are a question where one stands in running text: nothing else is written so."""


def _same(column: Column, label: str, hits: Iterable[int], running: Running) -> bool:
    """Whether it is one address or number in all texts, as that of who sends them is: repeats prove no more."""
    if label not in SENT_WITH or column.header.names(label):
        return False
    said = set(running.said.get(label, ()))
    for index in hits:
        value = column.value(index)
        said.add(next((word.strip(_EDGES) for word in value.split() if "@" in word), value))
        if len(said) > 1:
            return False
    return len(said) == 1


_EDGES: Final = ".,;:!?<>()[]\"'"


def _enough(column: Column, label: str, together: set[int], short: Iterable[int]) -> bool:
    if label in {"secret", "iban"} or column.header.names(label):
        return True
    if label == "ip" and version_like(
        [match[0] for i in together if (match := _QUAD.search(column.value(i)))] or ["100"]
    ):
        return False
    if label == "phone":
        return len(together) >= 2 or bool(tuple(short))
    return len(together) >= 2


_Hits = tuple[set[int], tuple[str, ...], float]


_ASKED: Final = 4


def _recognised(column: Column, label: str, candidates: Iterable[int], *, proven: bool = False) -> set[int]:
    """Ask Presidio which candidates are of a kind; where a kernel has proved all, only a few stand for the others."""
    from rules.privacy._forms.presidio import recognised

    picked = [index for index in candidates if index not in column.long]
    if not picked:
        return set()
    if proven and len(picked) > 2 * _ASKED:
        few = picked[:: len(picked) // _ASKED]
        if all(recognised(label, [column.value(index) for index in few])):
            return set(picked)
    answers = recognised(label, [column.value(index) for index in picked])
    return {index for index, yes in zip(picked, answers, strict=True) if yes}


def _email(column: Column) -> _Hits:
    if _MESSAGE.search(column.texts.header):
        return set(), (), 0.0
    candidates = [index for index in column.flagged("email") if index not in column.long]
    plain = [index for index in candidates if plain_email(column.value(index))]
    found = _recognised(column, "email", plain, proven=True)
    found |= _recognised(column, "email", set(candidates).difference(plain))
    hits = {index for index in found if in_the_open(column.value(index))}
    return hits, ("format",), 0.99


def _iban(column: Column) -> _Hits:
    candidates = [i for i in column.flagged("iban") if any(iban_written(column.value(i)))]
    checked = [i for i in candidates if iban_checks(column.value(i))]
    hits = _recognised(column, "iban", checked, proven=True)
    hits |= {
        i for i in checked if i not in column.long and any(one[:2] in _NEWER for one in iban_written(column.value(i)))
    }
    if tail(len(hits), len(candidates), 0.002) > 0.005 and not column.header.names("iban"):
        return set(), (), 0.0
    return hits, ("format", "check digit"), 0.99


_NEWER: Final = frozenset(("BI", "DJ", "DO", "FK", "HN", "MN", "NI", "OM", "RU", "SD", "SO", "ST", "SV", "YE"))
"""Countries whose accounts Presidio does not know yet, or by another form than the registry's."""


def _ip(column: Column) -> _Hits:
    if column.header.identifier and not column.header.names("ip") and _VERSIONS.search(column.texts.header):
        return set(), (), 0.0
    candidates = set(column.flagged("ip")) - column.long
    whole = {index for index in candidates if machine(column.value(index))}  # what Presidio says too, 30 times faster
    found = whole | _recognised(column, "ip", candidates - whole)
    return {index for index in found if not _NO_MACHINE.search(column.value(index))}, ("format",), 0.95


def _mac_address(column: Column) -> _Hits:
    hits = _recognised(column, "mac_address", column.flagged("mac_address"), proven=True)
    if not any(_HEX_OR_COLON.search(column.value(index)) for index in hits):
        return set(), (), 0.0  # three fours of digits are rather an account or a price
    return hits, ("format",), 0.95


_HEX_OR_COLON: Final = re.compile(r"[A-Fa-f]|:|[0-9]-")


def _crypto_wallet(column: Column) -> _Hits:
    candidates = column.flagged("crypto_wallet")
    likely = [index for index in candidates if likely_wallet(column.value(index))]
    proven = _recognised(column, "crypto_wallet", likely)
    alike = {index for index in candidates if _ETHEREUM.fullmatch(column.value(index))}
    return proven | (alike if len(alike) >= 3 else set()), ("format", "check digit"), 0.95 if proven else 0.8


def likely_wallet(text: str) -> bool:
    """Whether something in a text has the characters of a wallet, which hashes have not."""
    return _BASE58.search(text) is not None


def _secret(column: Column) -> _Hits:
    return _recognised(column, "secret", column.key_formats(), proven=True), ("format",), 0.99


def _card(column: Column) -> _Hits:
    hits: set[int] = set()
    for form, group in column.groups().items():
        if not _CARD_SHAPE.fullmatch(form):
            continue
        numbers = {index: digits(column.value(index)) for index in group}
        branded = {index for index, number in numbers.items() if card_brand(number)}
        passed = {index for index in branded if luhn(numbers[index])}
        if _beyond_luck(column, form, len(passed), len(branded), group):
            hits |= passed
    if hits:
        hits &= _recognised(column, "card", hits, proven=True)
    return hits, ("shape", "check digit"), 0.98


def is_card_form(text: str) -> bool:
    """Whether a text is written as card numbers are, whatever its check digit."""
    return _CARD_SHAPE.fullmatch(shape(text)) is not None


def _beyond_luck(column: Column, form: str, passed: int, branded: int, group: Sequence[int]) -> bool:
    if not passed:
        return False
    luck = tail(passed, branded, _CHANCE)
    if column.header.names("card"):
        return luck <= _CHANCE * 1.1 and passed * 2 >= branded
    # The numbers that a header speaks of are of the form of most of its column.
    if column.header.identifier and column.part(group, range(column.distinct)) > _APART:
        return luck < 1e-9 and passed * 10 >= len(group) * 9
    limit = 0.011 if " " in form or "-" in form else 1e-4
    return luck <= limit and passed * 10 >= branded * 3 and branded * 2 >= len(group)


_APART: Final = 0.05


def _phone(column: Column) -> _Hits:
    """Judge each shape group: by country code, by header, or by a national form that one region's plan explains."""
    hits: set[int] = set()
    named = column.header.names("phone")
    reasons: set[str] = set()
    dialled: list[int] = []
    for form, group in column.groups().items():
        if not _PHONE_SHAPE.fullmatch(form):
            continue
        some = [index for index in group[:_JUDGED] if phones.phone_form(column.value(index))]
        if reason := _phone_group(column, some, form, named=named):
            hits.update(some)
            hits.update(index for index in group[_JUDGED:] if phones.phone_form(column.value(index)))
            reasons.add(reason)
        elif form.startswith("+"):
            dialled.extend(some)
    # Where each is written in another way, they are judged together.
    if _phone_group(column, dialled, "+", named=named):
        hits.update(dialled)
        reasons.add("country code")
    if not named and (typed := _as_people_type(column)):
        hits |= typed
        reasons.add("formats")
    if named and column.part(hits, column.short) < 0.3 and "shape" in reasons:
        return set(), (), 0.0
    if said := {index for index in _spelt(column, hits) if phones.phone_spans(column.value(index))}:
        hits |= said
        reasons.add("context")
    return hits, tuple(sorted(reasons)), 0.95 if named else 0.85


def _spelt(column: Column, hits: set[int]) -> set[int]:
    """Give the values in which a phone number may stand among letters."""
    likely = {
        index for form, group in column.groups().items() if "a" in form and form.count("9") >= 7 for index in group
    }
    if column.longest > LONGEST:
        likely |= {index for index in column.short if len(column.value(index)) > LONGEST}
    likely -= column.long | hits
    return likely.intersection(column.flagged("phone_in_text")) if likely else likely


_JUDGED: Final = 40
"""So many numbers of a shape say what the others are."""


def _phone_group(column: Column, formed: list[int], form: str, *, named: bool) -> str:
    """Give the reason why a shape group is one of phone numbers; empty where it is none."""
    if not formed:
        return ""
    if named:
        return "shape"
    texts = [column.value(index) for index in formed[:_JUDGED]]
    if form.startswith(("+", "(+")):
        valid = sum(phones.dialable(text, None) for text in texts)
        if valid >= 2 and valid * 10 >= len(texts) * 6:
            return "country code"
        possible = sum(map(phones.possible, texts))
        return "country code" if possible >= 5 and possible * 10 >= len(texts) * 9 else ""
    if column.header.identifier or column.header.kinds & _NUMBERS or column.texts.kind == "number":
        return ""
    parted = re.search(r"9[ \-.()/]+9", form)
    national = (len(texts) >= 5 and phones.best_region(texts)[1] >= 0.85) if parted else phones.mobiles(texts)
    return "national form" if national else ""


_NUMBERS: Final = frozenset(
    ("national_id", "ssn", "passport", "health_id", "bank_account", "iban", "card", "driving_licence", "device_id")
)
"""Kinds that are numbers too: under a header for one of them, what could be dialled is not meant to be."""


def _as_people_type(column: Column) -> set[int]:
    """Give the numbers of a column that are dialled in many ways at once, as only people's phone numbers are."""
    if column.header.identifier or column.header.about or column.texts.kind == "number" or len(column.short) < 20:
        return set()
    few = column.short[:: max(1, len(column.short) // 60)]
    if not any(phones.phone_form(column.value(index)) for index in few[:5]) or sum(
        phones.phone_form(column.value(index)) for index in few
    ) * 10 < 8 * len(few):
        return set()
    shapes = {_RUN_OF_NINES.sub("9", shape(column.value(index).replace("x", "#"))) for index in few}
    if len(shapes) < 4 or not any("(" in one or "+" in one or "#" in one for one in shapes):
        return set()
    formed = {index for index in column.short if phones.phone_form(column.value(index))}
    return formed if column.part(formed, column.short) >= 0.9 else set()


_RUN_OF_NINES: Final = re.compile("9+")


_JUDGES: Final = {
    "secret": _secret,
    "email": _email,
    "iban": _iban,
    "card": _card,
    "ip": _ip,
    "mac_address": _mac_address,
    "crypto_wallet": _crypto_wallet,
    "phone": _phone,
}


def number_kinds(column: Column) -> Iterator[Found]:
    """Give the kinds that columns of a numeric type can be: cards by their check digit, phones by their header."""
    for label in ("card", "phone"):
        hits, why, confidence = _JUDGES[label](column)
        if hits and (len(hits) >= 2 or column.header.names(label)):
            yield column.found(label, hits, why, confidence)


_TOLD: Final = {"person": 0.8, "address": 0.85}
_RARE: Final = 0.03
"""Share of texts from which names are told: rarer ones may be words that are names too."""
_FULL_NAMES: Final = 5
"""In so many texts full names are people's, however rare they are."""


def _by_words(column: Column, running: Running) -> Iterator[Found]:
    """Give the kinds that words around them tell in running text; where they are rare, a person decides."""
    full = running.full
    for label, texts in running.found.items():
        if label in _JUDGES:
            continue
        often = column.part(texts, column.long) >= _RARE or (len(full) >= _FULL_NAMES and len(full) * 2 >= len(texts))
        likely = len(texts) >= 2 and (label != "person" or often)
        yield column.found(
            label,
            texts,
            ("free text", *(("model",) if column.model and label == "person" else ()), "context"),
            _TOLD.get(label, 0.85) if likely else _ALONE,
        )
