"""In which language and format a text is written, by its letters, its commonest words and its shape.

Scripts that one language stands for are told by their letters. Among languages of the Latin script the words decide
that hardly any sentence is without - articles, pronouns, prepositions; a text that has too few of them, or as many of
another language, has no language here. Nothing is loaded, and no text is kept.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from typing import Final

UNKNOWN: Final = "unknown"
"""Too short, too mixed, or in no language that is known here."""
_WORDS: Final = {
    "en": "the and to of is are was were you your with for that this it have has had not from will would can could "
    "please my we our they their there what when which been on at be do does did but if as me she he him her "
    "an or about i",
    "de": "der die das und ist nicht ich sie wir ein eine einen dem den des mit auf für von zu im am bei nach auch "
    "noch wie wenn aber oder mein meine ihre ihr unser haben habe hat wird werden kann bitte seit es dass uns "
    "mich mir sind war",
    "fr": "le la les des du un une et est pas je vous nous il elle dans sur pour avec que qui ne ce cette mon ma "
    "mes votre vos notre nos au aux par plus sont été ont avons suis être mais ou où à en se son leur merci "
    "bonjour depuis",
    "es": "el la los las del un una y es no que en por para con se mi su sus nos yo usted ustedes pero como más "
    "está están ha han hay este esta esto desde cuando muy ya al lo le les nuestro nuestra tengo puedo "
    "gracias hola sin sobre",
    "it": "il lo la gli le del della dei delle un una e è non che di in per con si mi ho hai abbiamo sono ma come "
    "più nel nella al alla questo questa dal dalla anche mio mia vostro nostro da grazie quando perché ci se "
    "posso",
    "pt": "o os as do da dos das um uma e é não que em no na nos nas por para com se meu minha seu sua eu você "
    "vocês mas como mais está estão foi são tem este esta isso desde quando muito já ao à obrigado ou pelo "
    "pela estou",
    "nl": "de het een en is niet ik u wij we jullie met op voor van naar bij aan dat dit die mijn uw ons onze heb "
    "hebben heeft wordt worden kan maar als ook nog er zijn was te om door graag sinds wel geen over uit",
    "sv": "och är inte jag vi ni en ett det den de som på för med av till från har hade kan men om så min mitt mina "
    "er ert vår vårt att när eller efter över under sedan också detta denna blir var skulle tack hej",
    "da": "og er ikke jeg vi en et det den de som på for med af til fra har havde kan men hvis så min mit mine "
    "jeres vores at når eller efter over under siden også dette denne bliver var skulle tak hej hvor meget "
    "nogen",
    "no": "og er ikke jeg vi en et det den de som på for med av til fra har hadde kan men hvis så min mitt mine "
    "deres vår å når eller etter over under siden også dette denne blir var skulle takk hei hvor mye noen",
    "fi": "ja on ei en minä me te se että joka kun mutta tai niin myös ovat oli olen olemme voi voin kanssa mukaan "
    "jälkeen ole tämä tämän minun meidän teidän sen nyt vielä jos kuin kiitos hei mitä miksi",
    "pl": "i jest nie się w na z do że to co jak ale czy mam mamy są był była od po przez dla przy moje mój moja "
    "państwa nasz nasze już tylko także ten ta te jeśli lub oraz proszę dziękuję bardzo może można",
    "cs": "a je není se v na z do že to co jak ale jsem jsme jsou byl byla od po pro při můj moje vaše náš naše již "
    "jen také ten ta pokud nebo prosím děkuji velmi může lze který která které si mi",
    "ro": "și este nu că în la cu pe de din pentru un o sunt am ai are avem dar sau mai foarte acest această meu "
    "mea dumneavoastră noastră după când cum fi fost vă mulțumesc să se lui",
    "hu": "a az és nem hogy egy van ez azt meg is de ha csak már még mert nekem nekünk kérem köszönöm volt lesz "
    "vagy mint után óta minden ezt itt lehet kell el fel nagyon ön önök",
    "tr": "ve bir bu için ile de da değil var yok mi ben biz siz çok daha ne ama gibi olarak sonra kadar olan "
    "olduğu lütfen teşekkürler benim bizim sizin şu her hiç en göre",
}
_SCRIPTS: Final = (
    ("HIRAGANA", "ja"), ("KATAKANA", "ja"), ("HANGUL", "ko"), ("CJK", "zh"), ("CYRILLIC", "ru"), ("GREEK", "el"),
    ("ARABIC", "ar"), ("HEBREW", "he"), ("THAI", "th"), ("DEVANAGARI", "hi"), ("BENGALI", "bn"), ("TAMIL", "ta"),
    ("GEORGIAN", "ka"), ("ARMENIAN", "hy"),
)  # fmt: skip
"""How the names of a script's letters begin -> the language that it is taken for."""
_UKRAINIAN: Final = frozenset("іїєґІЇЄҐ")
_NAMES: Final = {
    "english": "en", "german": "de", "deutsch": "de", "french": "fr", "français": "fr", "francais": "fr",
    "spanish": "es", "español": "es", "espanol": "es", "italian": "it", "italiano": "it", "portuguese": "pt",
    "português": "pt", "dutch": "nl", "nederlands": "nl", "swedish": "sv", "danish": "da", "norwegian": "no",
    "nb": "no", "nn": "no", "finnish": "fi", "polish": "pl", "czech": "cs", "romanian": "ro", "hungarian": "hu",
    "turkish": "tr", "japanese": "ja", "korean": "ko", "chinese": "zh", "russian": "ru", "ukrainian": "uk",
    "greek": "el", "arabic": "ar", "hebrew": "he", "thai": "th", "hindi": "hi", "bengali": "bn", "tamil": "ta",
    "georgian": "ka", "armenian": "hy",
}  # fmt: skip
_OF: Final[dict[str, tuple[str, ...]]] = {}
_WORD: Final = re.compile(r"[^\W\d_]+")
_FEWEST: Final = 3
"""Common words that a text must have before they decide."""
_LEAD: Final = 1.25
"""How many times as many of them as of the next language, so that near relatives are not told apart by luck."""
_LETTERS: Final = 600
_TAGS: Final = re.compile(
    r"</?(?:html|body|head|div|p|span|br|table|tr|td|ul|li|a|b|strong|em|img|h[1-6])\b[^>]*>", re.IGNORECASE
)
_XML: Final = re.compile(r"^\s*(?:<\?xml\b|<([A-Za-z_][\w.:-]*)[^>]*>.*</\1\s*>\s*$)", re.DOTALL)
_BASE64: Final = re.compile(r"^[A-Za-z0-9+/\r\n]{200,}={0,2}\s*$")
_FEWEST_TAGS: Final = 2

KNOWN_LANGUAGES: Final = frozenset(_WORDS) | {language for _, language in _SCRIPTS} | {"uk"}
KNOWN_FORMATS: Final = frozenset({"text", "html", "json", "xml", "rtf", "binary"})
_FORMAT_NAMES: Final = {
    "plain": "text", "plaintext": "text", "text/plain": "text", "txt": "text", "markdown": "text", "md": "text",
    "text/markdown": "text", "e-mail": "text", "email": "text", "text/html": "html", "application/json": "json",
    "base64": "binary", "pdf": "binary", "image": "binary", "images": "binary", "audio": "binary", "voice": "binary",
}  # fmt: skip


def language_code(word: str) -> str | None:
    """Give the code of a language that a plan names (`en`, `de-AT`, `German`); None where it is not known here."""
    plain = word.strip().casefold()
    code = _NAMES.get(plain, re.split(r"[-_]", plain)[0])
    code = _NAMES.get(code, code)
    return code if code in KNOWN_LANGUAGES else None


def format_name(word: str) -> str | None:
    """Give the format that a plan names as it is called here; None where it is not known."""
    plain = word.strip().casefold()
    name = _FORMAT_NAMES.get(plain, plain)
    return name if name in KNOWN_FORMATS else None


def language_of(text: str) -> str:
    """Give the code of the language that a text is written in, or `unknown`."""
    script = _by_script(text[:_LETTERS])
    if script is not None:
        return script
    if not _OF:
        for code, words in _WORDS.items():
            for word in words.split():
                _OF[word] = (*_OF.get(word, ()), code)
    scores: Counter[str] = Counter()
    for word in _WORD.findall(text[: 4 * _LETTERS].casefold()):
        of = _OF.get(word, ())
        for code in of:
            # A word that many languages share says little of each.
            scores[code] += 12 // len(of)
    ranked = scores.most_common(2)
    if not ranked or ranked[0][1] < 12 * _FEWEST:
        return UNKNOWN
    second = ranked[1][1] if len(ranked) > 1 else 0
    return ranked[0][0] if ranked[0][1] >= _LEAD * second else UNKNOWN


def format_of(text: str) -> str:
    """Give the format of a text by its shape: `text` where it has none of another."""
    head = text.lstrip()[:20].lower()
    if head.startswith("{\\rtf"):
        return "rtf"
    if head.startswith(("%pdf-", "data:image/", "data:application/")) or "\x00" in text or _BASE64.match(text):
        return "binary"
    if head.startswith(("{", "[")) and _is_json(text):
        return "json"
    if head.startswith(("<!doctype html", "<html")) or len(_TAGS.findall(text)) >= _FEWEST_TAGS:
        return "html"
    return "xml" if _XML.match(text) else "text"


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def _by_script(text: str) -> str | None:
    """Give the language of a text most of whose letters are of a script of its own."""
    letters = [sign for sign in text if sign.isalpha()]
    foreign = [sign for sign in letters if ord(sign) > 0x36F]
    if 2 * len(foreign) <= len(letters) or not letters:
        return None
    found: Counter[str] = Counter()
    for sign in foreign:
        name = unicodedata.name(sign, "")
        found.update(code for begin, code in _SCRIPTS if name.startswith(begin))
    if found["ja"] and found["ja"] * 10 >= found["zh"]:
        return "ja"  # a Japanese text has signs that are Chinese too
    if not found:
        return None
    best = found.most_common(1)[0][0]
    return "uk" if best == "ru" and _UKRAINIAN.intersection(text) else best
