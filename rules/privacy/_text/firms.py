# ruff: noqa: RUF001, E501 - words of other scripts look like Latin ones
"""What says in running text that a name is a firm's, a school's or a hospital's, though it is a person's too.

Institutions are named after people: what they are stands before the name (`Lycée Victor Hugo`), behind it, or in the
same word (`Handelsbanken`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from rules.privacy._lists.headers import folded, plain
from rules.privacy._lists.names import THINGS

INSTITUTIONS: Final = folded(
    """
    bank banco banca banque banka bancii sparkasse volksbank caixa caisse sporitelna pojistovna
    foundation fundacao fundacion fondation fondazione fundacja nadace fundatia alapitvany saatio stiftelse stiftelsen fonden
    trust charity society association asociacion associacao associazione stowarzyszenie sdruzeni asociatia egyesulet
    sociedad sociedade societe societa societatea spolka spolecnost companhia compania compagnie compagnia cooperativa
    institute institut instituto istituto instytut ustav institutul intezet academy akademie academia accademia akademia
    university universidad universidade universite universita universitatea uniwersytet univerzita egyetem yliopisto
    politechnika politecnico politecnica polytechnique faculty facultad faculdade faculte facolta fakultat wydzial fakulta
    school schule ecole escuela escola scuola szkola skola scoala iskola koulu skolan skolen college colegio collegio
    lycee liceo liceu liceum liceul gymnasium gymnazium gimnazjum gimnaziul gimnazium gymnasiet kindergarten
    hospital ospedale hopital szpital nemocnice spitalul korhaz sairaala clinic clinica clinique klinik klinika klinikum
    library biblioteca bibliotheque bibliothek bibliotheek biblioteka knihovna museum museo musee museu muzeum muzeul
    theatre theater teatro teatr divadlo teatrul gallery galerie galleria galeria stadium stadion arena
    ministry ministerio ministero ministere ministerium ministerie ministerstwo ministerstvo ministerul
    council ayuntamiento comune mairie camara prefeitura municipio urzad gmina primaria gemeinde gemeente kommun kommune
    department agency authority committee commission federation federacion federazione verband vereinigung chamber
    insurance assurance assurances seguros assicurazioni ubezpieczenia versicherung versicherungen
    airlines airways railways publishing brewery bakery materials stores pharmacy pharmacie farmacia apteka lekarna
    apotheke parish paroisse parroquia parafia eglise chiesa kosciol kostel kirche church editions edizioni wydawnictwo
    laboratories laboratoires laboratorios laboratori stichting vereniging maatschappij cooperative grupo gruppo grupa skupina
    банк фонд университет институт больница школа гимназия лицей библиотека музей театр завод компания общество
    университету лікарня бібліотека товариство τραπεζα ιδρυμα πανεπιστημιο νοσοκομειο σχολειο βιβλιοθηκη
    """
)
"""Words for institutions, as they stand before or behind the name of one."""
_COMPOUND: Final = re.compile(
    r"(?:bank(?:en|a)?|kass[ae]n?|stiftung|stiftelsen?|fond(?:en|s)|verein|verband|gesellschaft|genossenschaft|werke|verket|"
    r"versicherung(?:en)?|forsakring(?:en|ar)?|forsikring|foreningen?|bolaget?|foretag(?:et)?|selska[bp](?:et)?|sallskap(?:et)?|"
    r"maatschappij|vereniging|spoorwegen|jarnvagar|betriebe|versandhaus|kaufhaus|warenhaus|varuhuset?|warenhuis|autohaus|"
    r"bibliothek|bibliotheek|biblioteket|museum|museet|universitat|universiteit|universitetet?|hochschule|schule|school|skolan|"
    r"skolen|gymnasium|gymnasiet|krankenhaus|klinik(?:um|en)?|ziekenhuis|sjukhus(?:et)?|sygehus(?:et)?|sykehus(?:et)?|"
    r"ministerium|ministeriet?|departement(?:et)?|kommunen?|gemeente|behorde|myndighet(?:en)?|yliopisto|sairaala|pankki|yhtio|"
    r"kirjasto|virasto|zeitung|tidningen?|krant|verlag|forlag(?:et)?|uitgeverij)$"
)
"""How languages that write words together end what an institution is called."""
_PERSONAL: Final = frozenset(("burbank", "fairbank", "milbank", "millbank", "ewbank", "brubank", "cruickshank"))
_OF: Final = frozenset(
    [
        "da",
        "de",
        "di",
        "do",
        "du",
        "dal",
        "del",
        "dell",
        "della",
        "delle",
        "dell'",
        "dell’",
        "dei",
        "des",
        "der",
        "den",
        "dem",
        "von",
        "van",
        "of",
        "the",
        "fur",
        "für",
        "för",
        "św",
        "św.",
        "sv",
        "sv.",
        "st",
        "st.",
        "sankt",
        "saint",
    ]
)
"""What stands between the word for an institution and the name that it has."""
_AND: Final = frozenset(("and", "und", "et", "y", "e", "en", "og", "och", "ja", "a", "i", "și", "si", "és", "ve", "и", "і", "και", "&"))  # fmt: skip
_LOOK_BACK: Final = 60


@lru_cache(maxsize=20_000)
def institution(word: str) -> bool:
    """Whether a folded word says that something is an institution."""
    return word in INSTITUTIONS or (len(word) >= 7 and word not in _PERSONAL and _COMPOUND.search(word) is not None)


def of_institution(window: str, start: int, words: Sequence[str]) -> bool:
    """Whether what stands at a place, of these folded words, is an institution's name: by a word of it, or before it."""
    if any(map(institution, words)):
        return True
    before = _before(window, start)
    skipped = 0
    while before and skipped < 2 and before[-1].lower() in _OF:
        before.pop()
        skipped += 1
    return bool(before) and institution(_letters(before[-1]))


def beside_institution(window: str, start: int) -> bool:
    """Whether an institution is named right before, joined by an `and`: who signs with a bank is a firm as a rule."""
    before = _before(window, start)
    if before and len(before[-1]) <= 3 and before[-1].lower() not in _AND:
        before.pop()
    if len(before) < 2 or before[-1].lower() not in _AND:
        return False
    word = _letters(before[-2])
    return institution(word) or word in THINGS


def _before(window: str, start: int) -> list[str]:
    """Give the words before a place in its line, if blanks alone part the last from it."""
    if not start or window[start - 1] != " ":
        return []
    return window[max(0, start - _LOOK_BACK) : start].rpartition("\n")[2].split()[-4:]


def _letters(word: str) -> str:
    """Give the folded letters that a word ends with; none where it ends with a sign."""
    at = len(word)
    while at and word[at - 1].isalpha():
        at -= 1
    return plain(word[at:])
