# ruff: noqa: RUF001, E501, C409 - words of other scripts look like Latin ones; alternatives stand in one line
"""Postal addresses and dates of birth in running text: a number beside a word for a street, a date beside `born`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

from rules.privacy._forms.checks import day
from rules.privacy._lists.headers import folded, plain
from rules.privacy._text.phrases import Phrases, small

_NUMBER: Final = re.compile(
    r"(?<![\w.,:/$€£#-])\d{1,5}(?:[ -]?[a-zA-Z](?![\w'’]))?(?:/\d{1,4}[a-zA-Z]?)?(?![\w:%°€$£@]|[.,/-]\d|[.:]\d)"
)
_CAP: Final = r"[^\W\d_a-z][^\W\d_]*[.'’-]?[^\W\d_]*"
_LINK: Final = r"(?:de|del|della|dei|delle|des|du|da|do|dos|das|di|la|las|le|les|los|el|der|den|van|von|und|y|e|et)"
_NAMED: Final = rf"(?:(?:{_LINK}[ ]|[ld]['’]){{0,3}}(?:{_CAP}|\d{{1,2}})[ ]?)+"
_ROADS: Final = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Square|Terrace|Highway|Hwy|Close|Crescent|"
    r"Gardens?|Grove|Hill|Mews|Parade|Park|Parkway|Place|Pl|Row|Walk|Way|Circle|Cir|Trail|Loop|Pike|Alley|Gate|Green|Rise|"
    r"View|Quay|Wharf|Marg|Nagar)"
)
_RUES: Final = (
    r"(?i:rue|avenue|av\.|bd\.?|boulevard|chemin|impasse|all[ée]e|quai|cours|place|route|passage|square|faubourg)"
)
_ROAD: Final = re.compile(rf"\d{{1,5}}[a-zA-Z]?,? (?:{_CAP} ){{1,3}}?{_ROADS}\b\.?")
_RUE: Final = re.compile(rf"\d{{1,5}}[ -]?[a-zA-Z]?(?: bis| ter)?,? {_RUES}[ ]{_NAMED}")
_ENDINGS: Final = tuple(
    [
        "straße",
        "strasse",
        "str.",
        "weg",
        "gasse",
        "allee",
        "platz",
        "damm",
        "ring",
        "ufer",
        "steig",
        "chaussee",
        "promenade",
        "straat",
        "laan",
        "plein",
        "gracht",
        "kade",
        "singel",
        "dreef",
        "dijk",
        "steeg",
        "vägen",
        "gatan",
        "stigen",
        "torget",
        "vej",
        "vejen",
        "gade",
        "gaden",
        "veien",
        "vegen",
        "gata",
        "katu",
        "kuja",
        "utca",
        "polku",
        "kaari",
        "sokağı",
        "caddesi",
        "utca",
        "út",
        "útja",
        "tér",
        "körút",
        "tie",
        "sokak",
        "sok.",
        "cad.",
        "mah.",
        "bulvarı",
        "gränd",
        "vaden",
        "backen",
        "svingen",
        "bakken",
    ]
)
"""How streets end whose number follows."""
_PREFIXES: Final = frozenset(
    [
        "calle",
        "c/",
        "avenida",
        "avda",
        "avda.",
        "av.",
        "plaza",
        "paseo",
        "ronda",
        "rambla",
        "camino",
        "carretera",
        "via",
        "viale",
        "corso",
        "piazza",
        "vicolo",
        "strada",
        "rua",
        "travessa",
        "largo",
        "alameda",
        "estrada",
        "praça",
        "ul.",
        "ulica",
        "ulicy",
        "al.",
        "aleja",
        "aleje",
        "plac",
        "os.",
        "osiedle",
        "náměstí",
        "nám.",
        "třída",
        "jalan",
        "jl.",
        "str.",
        "bd.",
        "bulevardul",
        "calea",
        "aleea",
        "ул.",
        "улица",
        "улице",
        "пр.",
        "проспект",
        "пер.",
        "переулок",
        "вул.",
        "вулиця",
        "вулиці",
        "просп.",
        "бул.",
        "οδός",
        "οδού",
        "λεωφ.",
        "rue",
        "jln.",
        "b-dul",
        "șoseaua",
    ]
)
"""Words that streets begin with whose number follows."""
_SHARED: Final = frozenset(("Am", "An", "Im", "In", "Auf", "Zum", "Zur", "Unter", "Na", "Nad", "Pod", "Ved", "Aan"))
_LINKS: Final = frozenset(_LINK.strip("(?:)").split("|"))
STREET_HINT: Final = (
    rf"[0-9][a-zA-Z]?,? (?:[^\s0-9,]+ ){{1,3}}{_ROADS}\b|[0-9](?: ?[a-zA-Z]| bis| ter)?,? {_RUES} "
    rf"|(?i:{'|'.join(re.escape(one) for one in dict.fromkeys(_ENDINGS))})[ ,]{{1,2}}(?:No[:. ]{{1,2}})?[0-9]"
    rf"|(?i:{'|'.join(re.escape(one) for one in sorted(_PREFIXES))}) [^\n]{{2,50}}[0-9]"
    r"|\p{Lu}\p{L}{3,} [0-9]{1,4}[a-zA-Z]?, ?(?:[A-Z]{1,2}-)?[0-9]{2,5}[ -]?[0-9]{0,3} \p{Lu}\p{L}"
    r"|\b(?:Am|An|Im|In|Auf|Zum|Zur|Unter|Na|Nad|Pod|Ved|Aan) [^\n]{2,40}[0-9], ?[0-9]{3}"
    r"|(?i:box|postfach|postbus|apartado|caixa postal)|[省市都道府県縣].{2,60}[0-9]|[시도] .{2,40}[0-9]"
)
"""What a window with an address holds, as RE2."""
_TOWN: Final = r"(?:St\. )?[^\W\d_a-z][^\W\d_]+(?:['’-][^\W\d_]+)*"
_TOWNS: Final = rf"{_TOWN}(?: (?:{_LINK} )?{_TOWN}){{0,2}}"
_POST_AFTER: Final = re.compile(
    r"[ \t]*(?:[,;\n]|\s)\s*(?:(?:Apt|Apartment|Suite|Flat|Unit|Floor|#)\.? ?\w{1,5},?\s*)?"
    rf"(?:(?:[A-Z]{{1,2}}-)?\d{{4,5}}(?:-\d{{3,4}})?,? {_TOWNS}|\d{{2}}-\d{{3}} {_TOWNS}|\d{{3}} \d{{2}} {_TOWNS}"
    rf"|\d{{4}} ?[A-Z]{{2}},? {_TOWNS}|{_TOWNS},? (?:[A-Z]{{2}} )?\d{{5}}(?:-\d{{4}})?(?!\d)|{_TOWNS},? [A-Z]{{1,2}}\d[A-Z\d]? \d[A-Z]{{2}})"
)
_BOX: Final = re.compile(
    r"(?<!\w)(?:P\.? ?O\.? ?Box|Postfach|Apartado(?: de correos)?|Boîte postale|BP|Postbus|Caixa Postal)[ :]{1,2}\d{2,6}"
)
_EAST: Final = re.compile(
    r"[\u4e00-\u9fff]{2,4}[省市都道府県縣][\u4e00-\u9fff\d\-－ ]{2,40}(?:[号號室]|丁目[\d\-－]*|番地?[\d\-－]*|[\d]+(?:[-－]\d+)+)"
    r"|[가-힣]{2,7}[시도] [가-힣]+[시군구] [가-힣\d ]{2,24}?\d+(?:-\d+)?"
)
_LOOK_BACK: Final = 60
_NUMBERED_THINGS: Final = folded(
    "room raum zimmer table tabelle tableau chapter kapitel chapitre section figure version page seite platform gleis"
)
"""Words before a number that are no street, whatever follows."""


def places(window: str) -> Iterator[tuple[int, int, str]]:
    """Give where postal addresses stand in a window: a street with its number, and the town that follows."""
    for match in _NUMBER.finditer(window):
        start, end = match.span()
        if (ahead := _ROAD.match(window, start) or _RUE.match(window, start)) is not None:
            yield start, _with_town(window, ahead.end()), "address"
            continue
        line = max(window.rfind("\n", 0, start) + 1, start - _LOOK_BACK)
        town = _with_town(window, end)
        if (begin := _street_before(window[line:start], known=town > end)) is not None:
            yield line + begin, town, "address"
    for pattern in (_BOX, _EAST):
        for match in pattern.finditer(window):
            yield match.start(), _with_town(window, match.end()), "address"


_TOKEN: Final = re.compile(r"[^\s,]+")
_COUNTING: Final = frozenset(("no", "no.", "no:", "nr", "nr.", "n°", "nº", "д.", "буд.", "numero", "número", "house"))


def _street_before(text: str, *, known: bool) -> int | None:
    """Give where a street begins whose number follows the text; None where no street stands there.

    Where a town with its postal code is known to follow, words that streets share with sentences will do.
    """
    tokens = [(match.start(), match[0]) for match in _TOKEN.finditer(text)]
    while tokens and tokens[-1][1].lower() in _COUNTING:
        tokens.pop()
    if not tokens:
        return None
    last = tokens[-1][1]
    if last.lower().endswith(_ENDINGS) and (len(last) >= 6 or last.lower() in _ENDINGS):
        begin = len(tokens) - 1
        if last.lower() in _ENDINGS:
            begin -= 1
        elif not last[0].isupper():
            return None
        while begin > 0 and tokens[begin - 1][1][0].isupper() and tokens[begin - 1][1].endswith("-"):
            begin -= 1
        return tokens[begin][0] if begin >= 0 and tokens[begin][1][:1].isupper() else None
    for place, word in reversed(tokens[-6:]):
        if word != last and (word.lower() in _PREFIXES or (known and word in _SHARED)):
            return place
        if not (word[:1].isupper() or word[:1].isdigit() or word.lower() in _LINKS or "'" in word or "’" in word):
            break
    # Of many streets the name alone is written; a postal code and a town right behind its number tell what it is.
    alone = known and len(last) >= 4 and last[0].isupper() and last.isalpha() and plain(last) not in _NUMBERED_THINGS
    return tokens[-1][0] if alone else None


def _with_town(window: str, end: int) -> int:
    after = _POST_AFTER.match(window, end)
    return end if after is None else after.end()


_BORN: Final = (
    "born|birth*|dob|d.o.b|date of birth|birthday|geboren*|geb|geburts*|naissance|né|né le|née|née le|nacido|nacida|nacimiento|"
    "naci|nací|nascido|nascida|nascimento|nasci|nato|nato il|nata|nata il|nascita|geboortedatum|geboortedag|geboorteplaats|"
    "urodzon*|urodzeni*|ur|data ur|född|fodd|födelse*|fodelse*|født|fodt|fødsels*|fodsels*|syntynyt|syntymä*|syntyma*|narozen*|"
    "nar|doğum*|dogum*|szület*|szulet*|născut*|nascut*|nașteri*|nasteri*|rođen*|rojen*|narodil*|sündinud|dzimis*|gimęs|gimusi|"
    "рожд*|родил*|народ*|роден*|γενν*|ngày sinh|sinh|lahir|tanggal lahir|تاريخ الميلاد|مواليد|الميلاد|تاریخ تولد|متولد|जन्म*|"
    "জন্ম*|תאריך לידה|יליד*|วันเกิด|เกิด*|生年月日|出生|生日|誕生日|생년월일|생일"
)
BORN_HINT: Final = (
    rf"(?i)(?:^|[^A-Za-z])(?:{'|'.join(re.escape(word.rstrip('*')) for word in _BORN.split('|'))})[^0-9]{{0,60}}[0-9]"
    r"|[0-9][^0-9]{0,24}(?:geboren|urodz|szület|doğ|narozen|født|född)"
)
"""What a window with a birth holds, as RE2."""
_DATE: Final = re.compile(
    r"(?<!\d)(?:\d{4}[-./]\d{1,2}[-./]\d{1,2}|\d{1,2}[-./] ?\d{1,2}[-./] ?(?:\d{4}|\d{2})|\d{4}[年년] ?\d{1,2}[月월] ?\d{1,2}[日일]?"
    r"|\d{1,2}(?:st|nd|rd|th|er|\.|º)? (?:of |de )?[^\W\d_]{3,12}\.?,?(?: de)? \d{4}|[^\W\d_]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?, ?\d{4})(?!\d)"
)
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_NEAR: Final = 40
_THINGS_BORN: Final = re.compile(r"(?i)birthday (?:party|cake|card|sale|offer)|certificate")


_PAST: Final = frozenset(
    ("geboren", "urodzony", "urodzona", "született", "doğumlu", "doğdum", "narozen", "narozena", "født", "född")
)
"""Words that stand after the date."""


def births(window: str) -> Iterator[tuple[int, int, str]]:
    """Give where dates of birth stand in a window: the first date after a word for birth, or the one right before it."""
    for _, start, end in _born().places(small(window)):
        if _THINGS_BORN.match(window, start):
            continue
        found = _DATE.search(window, end, min(len(window), end + _NEAR))
        if found is None and window[start:end].lower() in _PAST:
            found = next(iter(_DATE.finditer(window, max(0, start - 24), start)), None)
        if found is not None and (_YEAR.search(found[0]) or day(found[0].replace(" ", ""))):
            yield found.start(), found.end(), "birth_date"


@cache
def _born() -> Phrases:
    return Phrases({"birth_date": _BORN})
