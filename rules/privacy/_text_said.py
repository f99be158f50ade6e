# ruff: noqa: RUF001, E501 - words of other scripts look like Latin ones; alternatives stand in one line
"""Ids in running text that no format proves, where a word before them says what they are: `passport C01X00T47`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

from rules.privacy import _ids as ids
from rules.privacy._checks import digits, us_ssn

_WORDS: Final = {
    "ssn": r"ssn|social security(?: no| number)?",
    "national_id": r"national id\w*|nino|ni number|national insurance(?: no| number)?|id card|identity card|tax id|taxpayer id|"
    r"steuer-?id\w*|steuernummer|sozialversicherungsnummer|ausweis\w*|num[ée]ro de s[ée]curit[ée] sociale|insee|dni|nie|nif|"
    r"curp|rfc|codice fiscale|cpf|bsn|burgerservicenummer|pesel|personnummer|cpr(?:-nummer)?|f[øo]dselsnummer|henkil[öo]tunnus|"
    r"rodn[ée] č[íi]slo|t\.?c\.? kimlik(?: no)?|aadhaar|инн|снилс|паспорт|αφμ|αμκα|身份证(?:号码?)?|マイナンバー|주민등록번호",
    "passport": r"passport|reisepass\w*|passeport|pasaporte|passaporto|passaporte|paspoort\w*|paszport\w*|护照|パスポート|여권",
    "driving_licence": r"driv(?:ing|er'?s?) licen[cs]e|f[üu]hrerschein\w*|permis de conduire|carnet de conducir|patente di guida|"
    r"rijbewijs\w*|prawo jazdy|k[öo]rkort|kj[øo]rekort|ajokortti|ehliyet",
    "licence_plate": r"licen[cs]e plate|number plate|plate number|registration plate|kennzeichen|plaque d'immatriculation|"
    r"immatriculation|matr[íi]cula|targa|kenteken|tablica rejestracyjna|nr rejestracyjny|registreringsnummer|plaka",
    "vehicle_id": r"vin|vehicle identification(?: no| number)?|chassis(?: no| number)?|fahrgestellnummer|fin|num[ée]ro de ch[âa]ssis",
    "health_id": r"mrn|medical record(?: no| number)?|patient id|nhs(?: no| number)?|insurance (?:no|number|id)|krankenversicherungsnummer|"
    r"versichertennummer|member id|health card",
    "bank_account": r"account (?:no|number)|bank account|kontonummer|num[ée]ro de compte|cuenta bancaria|n[úu]mero de cuenta|conto corrente|"
    r"rekeningnummer|numer konta|sort code",
    "device_id": r"imei|idfa|device id|advertising id|android id",
    "cvv": r"cvv2?|cvc2?|security code|card verification|pr[üu]fziffer",
    "username": r"user ?name|login|benutzername|nom d'utilisateur|nombre de usuario|nome utente|gebruikersnaam|nazwa użytkownika",
    "secret": r"password|passwort|kennwort|passwd|pwd|mot de passe|contrase[ñn]a|senha|wachtwoord|has[łl]o|l[öo]senord|salasana|"
    r"heslo|şifre|jelsz[óo]|пароль|api key|api-key|secret key|access token|パスワード|密码|비밀번호",
}
"""Kind -> words that announce it."""
_LINK: Final = (
    r"(?:\s(?:no|number|nr|num|nummer|numer|n[°ºo]|id|card))?\.?\s{0,2}(?:[:=#：]|is|ist|lautet|est|es|è|[ée]|to|jest|är|er|on|was|,|\()?"
    r"\s{0,2}[\"'«“]?"
)
_NUMBER: Final = r"[A-Z0-9](?:[ .\-/]?[A-Z0-9]){3,22}(?![\w])"
_VALUES: Final = {"cvv": r"\d{3,4}(?!\d)", "username": r"@?[\w][\w.+-]{2,38}\w", "secret": r"[^\s\"'»”,;]{6,64}"}
_LEAST: Final = {"licence_plate": 1, "vehicle_id": 1, "device_id": 3}
_TESTS: Final[dict[str, Callable[[str], bool]]] = {
    "ssn": us_ssn,
    "vehicle_id": ids.vehicle,
    "username": lambda text: (
        any(one.isdigit() or one in "._-" for one in text[1:]) and not text.replace(".", "").isdigit()
    ),
    "secret": lambda text: (
        sum(any(test(one) for one in text) for test in (str.isdigit, str.islower, str.isupper, _sign)) >= 2
        and "://" not in text
        and not text.endswith((":", ")"))
        and any(one.isdigit() or _sign(one) for one in text[:-1])
    ),
}


def _sign(character: str) -> bool:
    return not character.isalnum() and character not in ".-_/"


SAID: Final = rf"(?i)(?:^|[^A-Za-z])(?:{'|'.join(_WORDS.values())})(?:[^A-Za-z]|$)"
"""What a window must hold, as RE2."""
_ANNOUNCED: Final = re.compile(
    r"(?i)(?<!\w)(?:" + "|".join(f"(?P<{label}>{words})" for label, words in _WORDS.items()) + f"){_LINK}"
)
_HELD: Final = {label: re.compile(_VALUES.get(label, _NUMBER)) for label in _WORDS}


def said(window: str) -> Iterator[tuple[int, int, str]]:
    """Give where ids stand in a window that a word before them names."""
    for match in _ANNOUNCED.finditer(window):
        label = match.lastgroup or ""
        value = _HELD[label].match(window, match.end())
        if value is None:
            continue
        test = _TESTS.get(label)
        if (test is None or test(value[0])) and (label in _VALUES or len(digits(value[0])) >= _LEAST.get(label, 4)):
            yield value.start(), value.end(), label
