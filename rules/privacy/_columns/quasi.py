"""Quasi-identifiers: postcodes, sex, age, occupations, nationality, family status: they identify in combination only.

They are told by header and values together, and as what they are: no rule takes one alone for a sensitive field.
Dates of birth are quasi-identifiers as well, and keep their own label.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Final

from lineage.detector import QUASI
from rules.privacy._columns.evidence import Column, Found
from rules.privacy._lists.headers import folded, header_words, plain

_WORDS: Final = {
    "postcode": """
        postcode postalcode zip zipcode zipcd plz postleitzahl codepostal codigopostal codicepostale cep kodpocztowy
        postnummer postnr postinumero psc postakodu iranyitoszam codpostal postcodenr poststed индекс почтовыйиндекс
        поштовийіндекс ταχυδρομικοσκωδικασ ταχυδρομικοσ 邮编 邮政编码 郵便番号 우편번호 الرمزالبريدي מיקוד पिनकोड
        kodepos mabuudien postalcd
    """,
    "sex": """
        sex gender geschlecht anrede sexe genre sexo genero sesso genere geslacht plec kon kjonn sukupuoli pohlavi
        cinsiyet nem gen salutation civilite пол стать φυλο 性别 性別 성별 الجنس מין लिंग
        jeniskelamin gioitinh
    """,
    "age": """
        age ages agegroup ageband alter altersgruppe edad eta idade leeftijd wiek alder ika vek yas kor eletkor varsta
        возраст вік ηλικια 年龄 年齢 나이 العمر גיל उम्र
        umur usia tuoi
    """,
    "occupation": """
        jobtitle occupation profession beruf tatigkeit metier puesto ocupacion profesion professione mestiere profissao
        beroep functie zawod stanowisko yrke stilling ammatti povolani meslek foglalkozas ocupatie профессия должность
        професія επαγγελμα 职业 職業 직업 المهنة מקצוע
        pekerjaan nghenghiep
    """,
    "nationality": """
        nationality citizenship staatsangehorigkeit nationalitat nationalite nacionalidad cittadinanza nazionalita
        nacionalidade nationaliteit obywatelstwo medborgarskap statsborgerskap kansalaisuus obcanstvi uyruk
        allampolgarsag
        cetatenie гражданство громадянство υπηκοοτητα 国籍 국적 الجنسية אזרחות
        statsborgerskab statniprislusnost kewarganegaraan quoctich
    """,
    "family_status": """
        maritalstatus marital civilstatus familienstand etatcivil estadocivil statocivile burgerlijkestaat stancywilny
        civilstand sivilstatus siviilisaaty rodinnystav medenihal csaladiallapot starecivila семейноеположение
        οικογενειακηκατασταση 婚姻状况 婚姻 결혼여부
        medenidurum сімейнийстан 婚姻状況 الحالةالاجتماعية statusperkawinan tinhtranghonnhan
    """,
}
_SEXES: Final = folded(
    """
    m f w d x u h k v n male female man woman men women boy girl other diverse divers unknown nonbinary mr mrs ms miss
    mannlich weiblich herr frau mann homme femme masculin feminin mme hombre mujer masculino femenino varon sr
    sra maschio
    femmina uomo donna feminino homem mulher vrouw vrouwelijk mannelijk kobieta mezczyzna kvinna kvinde kvinne
    mies nainen
    muz zena erkek kadin ferfi no barbat femeie м ж мужской женский чоловіча жіноча ανδρασ γυναικα 男 女 남 여 남성 여성
    ذكر أنثى זכר נקבה 0 1 2 9
    """
)
_POSTCODE: Final = re.compile(r"(?=.*\d)[A-Za-z]{0,3}[- ]?[A-Za-z0-9]{2,6}(?:[- ]?[A-Za-z0-9]{2,5})?")
_AGE: Final = re.compile(r"(?:1[01]\d|[1-9]?\d)(?:\s?(?:-|–|to|bis)\s?\d{1,3}|\+)?")  # noqa: RUF001 - a dash of ranges
_TITLE: Final = re.compile(r"[^\W\d_][\w .,'\u2019()/&+-]{2,60}")
_SURE: Final = 0.85
_FEW: Final = 12
"""Different sexes and family states that a column has at most."""


def quasi(column: Column, usable: list[int]) -> Iterator[Found]:
    """Give the quasi-identifiers that header and values agree on."""
    for kind in _named(column.texts.header):
        if column.header.about and kind not in {"sex", "family_status"}:
            continue
        hits = {index for index in usable if _FORMS[kind](column.value(index))}
        few = kind not in {"sex", "family_status"} or column.weigh(usable) <= _FEW
        if hits and few and column.part(hits, usable) >= 0.8:
            yield column.found(QUASI + kind, hits, ("header", "shape"), _SURE)


_FORMS: Final[Mapping[str, Callable[[str], bool]]] = {
    "postcode": lambda text: 3 <= len(text) <= 11 and _POSTCODE.fullmatch(text) is not None,
    "sex": lambda text: plain(text).strip(".") in _SEXES,
    "age": lambda text: _AGE.fullmatch(text) is not None,
    "occupation": lambda text: _TITLE.fullmatch(text) is not None and "_" not in text,
    "nationality": lambda text: _TITLE.fullmatch(text) is not None or (len(text) in {2, 3} and text.isalpha()),
    "family_status": lambda text: len(text) <= 40 and not any(map(str.isdigit, text)),
}


@cache
def _named(header: str) -> tuple[str, ...]:
    """Give the kinds that a header names."""
    alone = header_words(header)
    return tuple(kind for kind, words in _lexicon().items() if not words.isdisjoint(alone))


@cache
def _lexicon() -> Mapping[str, frozenset[str]]:
    return {kind: folded(words) for kind, words in _WORDS.items()}
