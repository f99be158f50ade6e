"""Kinds in running text that a format or a check digit proves, each as a reader of one window.

What stands in the plainest form is decided here; what is written otherwise is Presidio's to decide, on its place only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Final

from rules.privacy._forms.checks import card_brand, digits, iban_checks, iban_written, luhn, machine
from rules.privacy._forms.mail import plain_email
from rules.privacy._forms.phones import dialable, phone_spans
from rules.privacy._forms.secrets import ANY, HINT

Places = Iterator[tuple[int, int, str]]

_MAIL: Final = re.compile(r"[^\s@<>\"'(),;:\[\]{}|*•●]{1,64}@[A-Za-z0-9\u00a1-\uffff][\w.-]{1,120}")
_EDGE: Final = re.compile(r"[^\w]+$")
_QUAD: Final = re.compile(
    r"(?<![\w.])(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}(?![\w]|\.\d)", re.ASCII
)
_SIX: Final = re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{0,4}:){2,7}[0-9A-Fa-f]{0,4}(?![\w:])", re.ASCII)
_MEANT: Final = re.compile(r"[0-9A-Fa-f]{3}|(?::[^:]*){3}")
"""What tells an address of a machine from a slice (`1::2`)."""
_NO_MACHINE: Final = re.compile(r"^(?:0|127|255)\.|^::1?$")
_VERSION: Final = re.compile(
    r"(?i)(?:\bv|\brv|/|version|ver\.?|release|build|firmware|kernel|driver)[ :=]{0,2}$|[=<>~!]=[ \"']{0,2}$"
)
_MAC: Final = re.compile(r"(?<![\w:-])[0-9A-Fa-f]{2}([:-])[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}(?![\w:-])", re.ASCII)
_IBAN: Final = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}[0-9]{2}(?:[ -]?[A-Za-z0-9]){11,31}")
_WALLET: Final = re.compile(r"(?<!\w)(?:[13][1-9A-HJ-NP-Za-km-z]{25,34}|bc1[02-9ac-hj-np-z]{11,71})(?!\w)", re.ASCII)
_ETHER: Final = re.compile(r"(?<!\w)0x[0-9a-fA-F]{40}(?!\w)", re.ASCII)
_CARD: Final = re.compile(r"(?<![\w.+-])(?:\d[ -]?){12,18}\d(?![\w-])", re.ASCII)
NUMBERED: Final = re.compile(
    r"(?i)(?:order|invoice|parcel|tracking|shipment|ticket|case|sku|item|article|serial|batch|lot|build|version|ref|"
    r"reference|isbn|ean|transaction|commit|bestell\w*|rechnung\w*|auftrag\w*|artikel\w*|sendung\w*|vorgang\w*|"
    r"commande|facture|colis|suivi|pedido|factura|fattura|ordine|zam[oó]wieni\w*|faktura|paczk\w*|order\w*|"
    r"bestelling|factuur|siparis|заказ\w*|счет\w*|注文番号|订单号?|주문번호)"
    r"[ :#.]{0,3}(?:number|no|nr|num|id|nummer|n[°ºo])?[ :#.]{0,3}(?:is |ist |est |es )?[ :#]*$"
)
"""What says before a number that it counts things."""
_NATIONAL: Final = re.compile(
    r"(?<![\w.,:/+-])(?:0[1-9](?:[ .]\d\d){4}|0\d{2,4}[ /-]\d{3,4}[ -]\d{3,5}|0\d{2,4}[ /-]\d{5,9}|0[1-9]-\d{8}"
    r"|0[67] \d{8}|0\d{1,3}[ -]\d{3} \d{2,3} \d{2}|\(0\d{1,4}\) ?\d{3,4}[ -]?\d{3,5}|\([1-9]\d\) ?9?\d{4}-\d{4}"
    r"|[6789]\d{2} \d{3} \d{3}|[6789]\d{2}(?: \d\d){3})(?![\w-])",
    re.ASCII,
)
_DIALLED: Final = re.compile(r"[0-9](?:\W{0,3}[0-9]){6,}")
_AHEAD: Final = 48
"""As far before its first digit as anything is read to tell a phone number: a `phone:`, a bracket, a plus."""
_BEHIND: Final = 12
_REGIONS: Final = (
    "FR", "GB", "DE", "NL", "IT", "BE", "CH", "AT", "SE", "ES", "PL", "TR", "JP", "IE", "AU", "FI", "KR", "PT", "RO",
    "BR", "UA", "IL",
)  # fmt: skip
_ANY: Final = re.compile(ANY)
_HINT: Final = re.compile(HINT)
_PLACEHOLDER: Final = re.compile(
    r"(?i)://[^:]*:(?:\.{3}|\*+|x{3,}|pass|password|secret|changeme|<[^>]*>|\$\{?\w+\}?|\{+\w+\}+)@"
)
"""Where an address shows that a password belongs there, and holds none."""


def before(window: str, start: int, most: int = 36) -> str:
    """Give what stands before a place on the same line."""
    return window[max(0, start - most) : start].rpartition("\n")[2]


def _email(window: str) -> Places:
    for match in _MAIL.finditer(window):
        start, text = match.start(), _EDGE.sub("", match[0])
        if not text.isascii() and (parted := _PARTED.search(text)) is not None:
            start, text = start + parted.start(), parted[0]
        if plain_email(text) or _mail(text):
            yield start, start + len(text), "email"


@lru_cache(maxsize=4_096)
def _mail(text: str) -> bool:
    from rules.privacy._forms.presidio import recognised

    return recognised("email", [text])[0]


_PARTED: Final = re.compile(
    r"[A-Za-z0-9_.+-]+@[A-Za-z0-9.-]+[A-Za-z](?=[\u2e80-\uffff])|(?<=[\u0590-\uffff])[A-Za-z0-9_.+-]+@[\w.-]+"
)
"""An address with words of a script right before or behind it that parts no words."""


def _ip(window: str) -> Places:
    for match in _QUAD.finditer(window):
        if not _NO_MACHINE.search(match[0]) and not _VERSION.search(before(window, match.start(), 16)):
            yield match.start(), match.end(), "ip"
    if ":" in window:
        for match in _SIX.finditer(window):
            if _MEANT.search(match[0]) and machine(match[0]) and not _NO_MACHINE.search(match[0]):
                yield match.start(), match.end(), "ip"


def _mac_address(window: str) -> Places:
    for match in _MAC.finditer(window):
        if len(set(match[0].replace(match[1], ""))) > 1:
            yield match.start(), match.end(), "mac_address"


def _iban(window: str) -> Places:
    for match in _IBAN.finditer(window):
        account = next(iban_written(match[0]), None)
        if account is None or not iban_checks(match[0]):
            continue
        end, left = match.start(), len(account)
        for character in match[0]:
            if not left:
                break
            end += 1
            left -= character.isalnum()
        yield match.start(), end, "iban"


def _crypto_wallet(window: str) -> Places:
    from rules.privacy._forms.presidio import recognised

    for match in _WALLET.finditer(window):
        if recognised("crypto_wallet", [match[0]])[0]:
            yield match.start(), match.end(), "crypto_wallet"
    for match in _ETHER.finditer(window):
        yield match.start(), match.end(), "crypto_wallet"


def _card(window: str) -> Places:
    for match in _CARD.finditer(window):
        number = digits(match[0])
        if card_brand(number) and luhn(number) and not NUMBERED.search(before(window, match.start())):
            yield match.start(), match.end(), "card"


def _phone(window: str) -> Places:
    for begin, stop in _dialled(window):
        part = window[begin:stop]
        for start, end in phone_spans(part):
            if not NUMBERED.search(before(window, begin + start)):
                yield begin + start, begin + end, "phone"
        for match in _NATIONAL.finditer(part):
            if not NUMBERED.search(before(window, begin + match.start())) and _somewhere(match[0]):
                yield begin + match.start(), begin + match.end(), "phone"


def _dialled(window: str) -> Iterator[tuple[int, int]]:
    """Give the parts of a window in which phone numbers can stand: digits, and the words before them."""
    begin = stop = -1
    for match in _DIALLED.finditer(window):
        start, end = max(0, match.start() - _AHEAD), min(len(window), match.end() + _BEHIND)
        if start <= stop:
            stop = end
            continue
        if stop >= 0:
            yield begin, stop
        begin, stop = start, end
    if stop >= 0:
        yield begin, stop


def _somewhere(text: str) -> bool:
    return any(dialable(text, region) for region in _REGIONS)


def _secret(window: str) -> Places:
    if not _HINT.search(window):  # the formats cost ten times as much
        return
    for match in _ANY.finditer(window):
        if not _PLACEHOLDER.search(match[0]):
            yield match.start(), match.end(), "secret"


FORMS: Final[dict[str, Callable[[str], Places]]] = {
    "email": _email,
    "ip": _ip,
    "mac_address": _mac_address,
    "iban": _iban,
    "crypto_wallet": _crypto_wallet,
    "card": _card,
    "phone": _phone,
    "secret": _secret,
}
"""Kind -> who reads a window for it."""
