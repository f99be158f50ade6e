# ruff: noqa: RUF001 - names of other scripts look like Latin ones
"""What names of people and streets look like: evidence for kinds that have no format."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rules.privacy._lists.given import GIVEN
from rules.privacy._lists.headers import folded, plain
from rules.privacy._lists.surnames import CJK_FAMILIES, CJK_FAMILY, JAPANESE, STRONG_SUFFIX, SUFFIX, SURNAMES

_NAME: Final = re.compile(r"[^\W\d_]+(?:[ .,'’-]{1,2}[^\W\d_]+){0,5}\.?")
_CJK: Final = re.compile(r"[\u3400-\u9fff\uac00-\ud7af\u3040-\u30ff・ ]{2,12}")
_NICK: Final = re.compile(r" [\"“„«][^\W\d_]{2,20}[\"”“»](?= )")
"""What friends call somebody, between given and family name: `Robert "Bob" Lane`."""
_WORDS: Final = re.compile(r"[\s,.'’·・\-]+")
TITLES: Final = folded(
    """
    mr mrs ms miss mx dr prof professor sir dame lord lady rev hon jr sr ii iii iv phd md dds dvm esq cpa herr frau dipl
    ing med mag hofrat mme mlle monsieur madame m sr sra srta don dona dott sig sigra ing arch avv rag sg dhr mevr
    hr fru pan pani inz mgr ing bc judr mudr ir drs drg haj hj bay bayan sayin kyrios kyria г-н г-жа тов д-р
    """
)
PARTICLES: Final = folded(
    "von van de der den del della di da dos das do la le los las el al bin bint ibn ben abu ter ten zu zur af av y e i "
    "og och en du des san santa st mac mc o d l abd bte binti"
)
THINGS: Final = folded(
    """
    ltd limited inc llc llp plc corp corporation company co gmbh ag kg ohg ug mbh sarl sas sa eurl spa srl snc bv nv
    ab oy oyj as asa aps oyj kft zrt sro spol ooo zao group holding holdings partners sons associates bros brothers
    gruppe stiftung verein ev cie groupe fils industries solutions systems technologies services consulting
    university college school hospital church bank hotel restaurant cafe museum park airport station street road avenue
    lane island islands river lake mount city county republic union kingdom states north south east west
    the of for with and chair table shelf shirt desk lamp sofa kit set pack pro max mini plus edition version model
    engineer manager officer designer developer analyst consultant assistant director technician scientist nurse
    teacher lawyer accountant architect therapist surveyor administrator operator specialist editor
    ооо оао зао ип ао оод ад ет еоод сие тов пат фоп oyj tmi ky abp kb hb επε αε οε شركة مؤسسة чп บริษัท จำกัด
    """
)


def name_words(text: str) -> list[str]:
    """Give the folded words of a name, without titles and particles."""
    words = [word for word in _WORDS.split(plain(_NICK.sub("", text) if '"' in text else text)) if word]
    return [word for word in words if word not in TITLES and word not in PARTICLES]


@lru_cache(maxsize=20_000)
def likeness(text: str) -> int:
    """Give how much a text is like a person's name: 0 no sign, 1 a sign of a family name, 2 listed family, 3 given."""
    if (script := _cjk_name(text)) is not None:
        return 3 if script else 0
    words = name_words(text)
    if not words or any(word in THINGS for word in words) or _named_thing(text) or not _written_as_name(text):
        return 0
    if any(word in GIVEN for word in words if len(word) > 1):
        return 3
    if any(word in SURNAMES for word in words):
        return 2
    return int(any(len(word) >= 5 and SUFFIX.search(word) is not None for word in words))


def written_as_name(text: str) -> bool:
    """Whether a text is written as names are: a few words of letters of which all begin with capitals, or none."""
    return name_like(text) and _written_as_name(text)


def _written_as_name(text: str) -> bool:
    """Whether every word but particles begins with a capital, or none does."""
    first = [word[0] for word in _WORDS.split(text) if word and plain(word) not in PARTICLES]
    capital = sum(one.isupper() for one in first)
    return capital in (0, len(first)) or not any(one.islower() for one in first)


def of_thing(text: str, words: Sequence[str]) -> bool:
    """Whether a text, of these folded words, is the name of a firm, a place or a thing."""
    return _named_thing(text) or any(word in THINGS for word in words) or _INITIALS.search(text) is not None


_INITIALS: Final = re.compile(r"(?i)\b(?:[a-zа-яα-ω]{1,3}\.){2,}\s*$|,.*,| (?:and|und|et|y|e|og|i|и|και|&) [^ ]+$")
"""Forms of firms (`s.r.o.`, `d.o.o.`), and partners who are listed."""


def _named_thing(text: str) -> bool:
    return any(character in "0123456789&/@#:;_()[]|+*=" for character in text)


def full(text: str) -> bool:
    """Whether a text holds a common given name and a word that lists, endings or letters tell to be a family name."""
    words = name_words(text)
    if len(words) < 2 or likeness(text) != 3:
        return False
    if any(word in SURNAMES or (len(word) >= 5 and SUFFIX.search(word) is not None) for word in words):
        return True
    return likely_family(words[-1])


@lru_cache(maxsize=20_000)
def likely_family(word: str) -> bool:
    """Whether the letters of a folded word are plainly those of a name."""
    from rules.privacy._lists.letters import names as said

    return len(word) >= _FAMILY and float(said([word])[0]) >= _PLAINLY


_FAMILY: Final = 4
_PLAINLY: Final = 1.0


def family(text: str) -> bool:
    """Whether a single word is a common family name."""
    return any(word in SURNAMES for word in name_words(text))


def listed(word: str) -> bool:
    """Whether a folded word is a common name."""
    return len(word) > 1 and (word in GIVEN or word in SURNAMES)


def familial(text: str) -> bool:
    """Whether the first or last word ends as the family names of some language do, and hardly any other word does."""
    parts = name_words(text)
    words = [word for word in parts if len(word) >= 5]
    return (
        bool(words)
        and not any(word in THINGS for word in parts)
        and not _named_thing(text)
        and (STRONG_SUFFIX.search(words[-1]) is not None or STRONG_SUFFIX.search(words[0]) is not None)
    )


def _cjk_name(text: str) -> bool | None:
    """Whether a text in Chinese, Japanese or Korean script begins as names do; None in other scripts."""
    compact = text.replace(" ", "").replace("\u3000", "").replace("·", "")
    if not compact or not all("\u3005" <= one <= "\u9fff" or "\uac00" <= one <= "\ud7af" for one in compact):
        return None
    if not 2 <= len(compact) <= 6:
        return False
    if any(compact.startswith(family) and 1 <= len(compact) - len(family) <= 3 for family in JAPANESE):
        return True
    last = text.rpartition(" ")[2] if " " in text else ""
    return (compact[0] in CJK_FAMILY or last in CJK_FAMILIES) and len(compact) <= 4


_ENGLISH: Final = re.compile(
    r"(?i)\b\d{1,5}[a-z]?,? (?:[^\W\d_]+[ .'’-]+){1,4}(?:"
    r"street|st|avenue|ave|road|rd|lane|ln|drive|dr|boulevard|blvd|court|ct|square|terrace|highway|hwy|alley|"
    r"annex|arcade|bypass|byway|causeway|circle|close|corner|corners|cove|crescent|crossing|crossroad|dale|"
    r"estate|estates|expressway|extension|flat|flats|forge|fork|forks|freeway|gardens?|gateway|glens?|greens?|"
    r"grove|groves|harbors?|haven|heights|hills?|hollow|inlet|islands?|isle|junctions?|keys?|knolls?|landing|"
    r"loaf|locks?|lodge|loop|mall|manors?|meadows?|mews|mills?|mission|motorway|mountains?|neck|orchard|oval|"
    r"overpass|parade|park|parkway|parkways|passage|path|pike|pines?|plains?|plaza|points?|ports?|prairie|"
    r"radial|ramp|ranch|rapids?|ridges?|river|route|row|run|shoals?|shores?|skyway|spurs?|springs?|station|"
    r"stravenue|stream|summit|throughway|trace|track|trafficway|trail|tunnel|turnpike|underpass|unions?|"
    r"valleys?|via|viaduct|views?|villages?|ville|vista|walks?|wall|ways?|wells?|nagar|marg|chowk"
    r")\b|\bp\.?o\.? ?box \d"
)
"""A number, a name and a word for a street: in English the number goes first, so that `track 7` is no address."""
_STREET: Final = re.compile(
    r"(?i)(?:\b(?:"
    r"rue|chemin|impasse|all[ée]e|quai|cours|place|route|passage|faubourg|lotissement|avenue|boulevard|ruelle|sentier|"
    r"esplanade|hameau|"
    r"calle|avenida|avda|plaza|paseo|pasaje|ronda|rambla|camino|carretera|urbanizaci[oó]n|cuesta|glorieta|vial|"
    r"callej[oó]n|calz|calzada|privada|prolongaci[oó]n|circuito|cerrada|andador|retorno|diagonal|eje|perif[eé]rico|"
    r"via|viale|corso|piazza|vicolo|contrada|strada|borgo|rotonda|canale|incrocio|stretto|piazzetta|"
    r"rua|travessa|largo|avenida|alameda|estrada|rodovia|quadra|residencial|setor|loteamento|condom[ií]nio|favela|"
    r"conjunto|vila|viela|esta[cç][aã]o|jardim|morro|n[uú]cleo|parque|p[aá]tio|praia|pra[cç]a|recanto|trecho|trevo|vale|"
    r"vereda|viaduto|ulica|ul|ulice|aleja|aleje|plac|osiedle|n[áa]m[ěe]st[íi]|t[řr][íi]da|"
    r"utca|[úu]t|[úu]tja|t[ée]r|k[öo]r[úu]t|k[öo]z|k[öo]zpont|katu|kuja|polku|raitti|"
    r"vej|gade|all[ée]|stien|gata|vegen|veien|gate|v[äa]g|gr[äa]nd|"
    r"sokak|caddesi|mahallesi|mah|bulvar[ıi]|bulv|jalan|jln|"
    r"strada|str|bulevardul|bd|b-dul|aleea|calea|intrarea|fdt|sos|soseaua|drumul|"
    r"ул|улица|проспект|просп|пр-т|переулок|бульвар|бул|наб|набережная|шоссе|площадь|вул|вулиця|провулок|"
    r"οδος|οδός|λεωφ|λεωφόρος|πλατεία|шосе|ж\.к|ул|trg|cesta|"
    r"đường|phố|ngõ|quận|thôn|รoad|ถนน|ซอย|رaod|شارع|טארח|רחוב|שדרות|סמטת)\b\.?|"
    r"stra(?:ß|ss)e\b|str\.|weg\b|gasse\b|allee\b|platz\b|damm\b|ring\b|ufer\b|steig\b|chaussee\b|promenade\b|hof\b|"
    r"straat\b|laan\b|plein\b|gracht\b|kade\b|singel\b|dreef\b|hof\b|boulevard\b|baan\b|pad\b|dijk\b|steeg\b|"
    r"v[äa]gen\b|gatan\b|gr[äa]nd\b|stigen\b|torget\b|vej\b|vejen\b|gade\b|gaden\b|str[æa]de\b|veien\b|vegen\b|gata\b|"
    r"svingen\b|bakken\b|kroken\b|haugen\b|katu\b|tie\b|polku\b|kuja\b|rinne\b|kaari\b|utca\b)"
)
_SHORT: Final = re.compile(
    r"(?i)\b(?:(?:av|cl|pl|al|os|ul|sk|sok|cad|mh|jl|gg|str|bd|пр|пер|пл|ш|ул|no|nº)(?:[./] ?| )|c/ ?)"
    r"[^\W\d_]{3,}.{0,30}\d"
)
"""Words for streets that are written so short that a name and a number must follow."""
_HOUSE: Final = re.compile(r"(?<!\d)\d{1,5}\s?[a-zA-Z]?(?!\d)")
_POSTAL: Final = re.compile(
    r"\b[A-Z]{2} \d{5}(?:-\d{4})?\b|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\b[ABCEGHJ-NPRSTVXY]\d[A-Z] ?\d[A-Z]\d\b"
    r"|(?:^|[,;\n]\s*)(?:[A-Z]{1,2}-)?\d{3}[ -]?\d{1,3} [^\W\d_]{2,}|\b\d{4} ?[A-Z]{2},? [A-Z]"
    r"|[^\W\d_]{2,}[ ,-]+\d{4,6}$"
    r"|(?:^|[,;\n]\s*)\d{4,5},? [^\W\d_]{2,}|\b\d{5}-\d{3}\b|\b\d{4}-\d{3}\b"
)
_WIDE: Final = re.compile(
    r"[省市区區县縣].*[路街道巷弄号號村]|[都道府県].*[市区町村郡]|[市区町村].*\d|丁目|番地|[시도군구]\s?\S*[동로길읍면가]|[路街道]\d+[号號]"
    r"|[省市][^,，]{2,}[区區县縣市]|[가-힣]+[시도] [가-힣]+[시군구]|[가-힣](?:로|길)(?:\d+번?길)? ?\d+(?:-\d+)?$"
    r"|[路街道巷弄条條里村][A-Za-z0-9]+(?:[号號座室栋棟]|$)|\d[号號][楼樓院]?$"
    r"|(?:ถนน|ถ\.|หมู่|ซอย|ซ\.|ตำบล|แขวง).*\d|\d.*(?:ถนน|ถ\.|หมู่|ซอย|ซ\.|ตำบล|แขวง)"
    r"|(?:شارع|ساحة|نهج|طريق|ميدان|جادة|حي|خیابان|کوچه|بلوار).*\d|\d.*(?:شارع|ساحة|نهج|طريق|ميدان|جادة|حي|خیابان|کوچه|بلوار)"
    r"|(?:^|\s)(?:רח['׳]?|רחוב|שד['׳]?|שדרות|סמטת|דרך)\s.*\d|(?:मार्ग|रोड|गली|नगर|सड़क|রোড|সড়ক).*\d|\d.*(?:मार्ग|रोड|गली|नगर|सड़क|রোড|সড়ক)"
)


def name_like(text: str) -> bool:
    """Whether a text is written as a person's name is: a few words of letters, no digits."""
    if len(text) > 48:
        return False
    if '"' in text or not text.isascii():
        text = _NICK.sub("", text)
    return _CJK.fullmatch(text) is not None or _NAME.fullmatch(unmarked(text)) is not None


def unmarked(text: str) -> str:
    """Give a text without the vowel signs and accents that Thai, Hindi, Arabic and Hebrew write on their letters."""
    if text.isascii():
        return text
    return "".join(one for one in text if unicodedata.category(one)[0] != "M")


def word_count(text: str) -> int:
    """Give how many words a name has."""
    return len([part for part in re.split(r"[ ,]+", text) if part.strip(".")])


def given(text: str) -> bool:
    """Whether a word of a text is a common given name."""
    return any(word in GIVEN for word in name_words(text) if len(word) > 1) or bool(_cjk_name(text))


def street(text: str) -> bool:
    """Whether a text holds a word of a street and a house number, or is written as addresses of the Far East are."""
    if not text.isascii() and max(text) >= _EASTERN and _WIDE.search(text) is not None:
        return True
    if len(text) < 7 or " " not in text or _HOUSE.search(text) is None:
        return False
    words = _TOKENS.findall(plain(text))  # looked up first, since patterns of a hundred words take 20 to 100 us a text
    return (
        (not _ENGLISH_WORDS.isdisjoint(words) and _ENGLISH.search(text) is not None)
        or (_may_be_street(words) and _STREET.search(text) is not None)
        or _SHORT.search(text) is not None
    )


def _may_be_street(words: Sequence[str]) -> bool:
    return not _STREET_WORDS.isdisjoint(words) or any(word.endswith(_STREET_ENDS) for word in words)


_EASTERN: Final = "\u0590"
"""Hebrew, and all scripts after it."""
_TOKENS: Final = re.compile(r"[^\W\d_]+")


def _letters_of(pattern: str) -> frozenset[str]:
    """Give the runs of letters of a pattern, of each class of signs the first, folded."""
    first = re.sub(r"\[(.)[^\]]*\]", r"\1", pattern.replace("(?:\u00df|ss)", "\u00df").replace("\\b", " "))
    return frozenset(_TOKENS.findall(plain(re.sub(r"([^\W\d_]+)s\?", r"\1 \1s", first))))


_ENGLISH_WORDS: Final = _letters_of(_ENGLISH.pattern)
_WORDS_OF_STREETS, _ENDS_OF_STREETS = _STREET.pattern.split(r")\b\.?|")
_STREET_WORDS: Final = _letters_of(_WORDS_OF_STREETS)
_STREET_ENDS: Final = tuple(_letters_of(_ENDS_OF_STREETS))


def housed(text: str) -> str:
    """Give the name in a text that is a name and the number of a house, in either order; empty where it is none."""
    match = _HOUSED.fullmatch(text)
    return (match[1] or match[2]) if match else ""


_HOUSED: Final = re.compile(
    r"([^\W\d_][^\d,;:@#_+*=]{2,40}?),? \d{1,4} ?[a-zA-Z]?(?:[/-]\d{1,3}[a-zA-Z]?)?(?:, .{2,60})?"
    r"|\d{1,4}[a-zA-Z]?,? ([^\W\d_][^\d,;:@#_+*=]{4,40})(?:, .{2,60})?"
)


def postal(text: str) -> bool:
    """Whether a text ends or goes on as an address with its postal code does: several parts, a code and a place."""
    return _POSTAL.search(text) is not None and ("," in text or "\n" in text) and len(text) >= 18


def address_like(text: str) -> bool:
    """Whether a text can be an address or a line of one: letters, and a number or several words."""
    if len(text) > 160 or not (" " in text.strip() or any(map(str.isdigit, text))):
        return False
    letters = filter(str.isalpha, text)
    return next(letters, "") != "" and next(letters, "") != ""
