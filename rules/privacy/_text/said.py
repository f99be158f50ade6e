# ruff: noqa: RUF001 - words of other scripts look like Latin ones; alternatives stand in one line
"""Ids in running text that no format proves, where a word before them says what they are: `passport C01X00T47`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from rules.privacy._forms import ids
from rules.privacy._forms.checks import digits, us_ssn
from rules.privacy._text.phrases import Phrases, small

_WORDS: Final = {
    "ssn":
    "ssn|social security|social security no|social security number|social security no.",
    "national_id":
    "national id*|national identity number|nino|ni number|ni no|national insurance|national insurance no|"
    "national insurance number|id card|identity card|identity number|id number|id no|tax id|tax number|"
    "taxpayer id|tin|steuerid*|steuer-id*|steuer-identifikationsnummer|steuernummer|sozialversicherungsnummer|"
    "sv-nummer|ahv-nummer|personalausweis*|ausweis*|numéro de sécurité sociale|numero de securite sociale|"
    "n° de sécurité sociale|n° sécu|insee|numéro fiscal|dni|nie|nif|nuss|curp|rfc|cuit|cuil|rut|"
    "codice fiscale|c.f.|cpf|rg|niss|bsn|burgerservicenummer|rijksregisternummer|numéro national|pesel|nip|"
    "dowód osobisty|nr dowodu|personnummer|samordningsnummer|cpr|cpr-nummer|cpr-nr|fødselsnummer|"
    "fodselsnummer|personnr|henkilötunnus|henkilotunnus|hetu|rodné číslo|rodne cislo|číslo op|tc kimlik|"
    "tc kimlik no|tc. kimlik|t.c. kimlik|t.c. kimlik no|t.c. kimlik numarası|kimlik no|kimlik numarası|cnp|"
    "személyi szám|adóazonosító jel|taj szám|egn|егн|oib|jmbg|emšo|amka|afm|aadhaar|aadhar|pan card|nric|hkid|"
    "cmnd|cccd|nik|инн|снилс|паспорт|іпн|рнокпп|αφμ|αμκα|आधार|आधार संख्या|رقم الهوية|الرقم القومي|"
    "תעודת זהות|ת.ז.|เลขบัตรประชาชน|身份证|身份证号|身份证号码|身分證字號|マイナンバー|個人番号|주민등록번호",
    "passport":
    "passport|passport no|passport number|reisepass*|passnummer|passeport|pasaporte|passaporto|passaporte|"
    "paspoort*|paszport*|pass nr|passi|passin numero|pasaport|útlevél*|pașaport*|загранпаспорт|جواز السفر|"
    "पासपोर्ट|护照|護照|パスポート|旅券番号|여권",
    "driving_licence":
    "driving licence|driving license|driver licence|driver license|drivers licence|drivers license|"
    "driver's licence|driver's license|führerschein*|fuhrerschein*|permis de conduire|carnet de conducir|"
    "permiso de conducir|patente di guida|carta de condução|cnh|rijbewijs*|prawo jazdy|prawa jazdy|körkort|"
    "kørekort|førerkort|ajokortti|ehliyet|řidičský průkaz|jogosítvány|permis auto|водительское удостоверение|"
    "驾驶证|運転免許*|운전면허*",
    "licence_plate":
    "licence plate|license plate|number plate|plate number|plate|registration plate|registration number|"
    "registration|reg|reg no|reg number|vrm|kennzeichen|amtliches kennzeichen|plaque d'immatriculation|"
    "immatriculation|immatriculé|immatriculée|matrícula|matricula|targa|targato|placa|kenteken|"
    "tablica rejestracyjna|nr rejestracyjny|numer rejestracyjny|registreringsnummer|nummerplade|"
    "rekisterinumero|rekisteritunnus|plaka|spz|rendszám*|госномер|номерной знак|车牌*|ナンバープレート|차량번호",
    "vehicle_id":
    "vin|vehicle identification|vehicle identification no|vehicle identification number|chassis|chassis no|"
    "chassis number|fahrgestellnummer|fin|fahrzeug-identifizierungsnummer|numéro de châssis|numero de chassis|"
    "número de chasis|numero di telaio|chassi|chassisnummer|numer vin",
    "health_id":
    "mrn|medical record|medical record no|medical record number|hospital no|hospital number|patient id|"
    "patient no|patient number|nhs|nhs no|nhs number|insurance no|insurance number|insurance id|"
    "krankenversicherungsnummer|kv-nummer|versichertennummer|versicherten-nr|versichertennr|patientennummer|"
    "patienten-id|numéro de patient|número de historia*|historia clínica|número de afiliación|"
    "tessera sanitaria|número de utente|nr utente|patiëntnummer|bsn patiënt|member id|member number|"
    "health card|health insurance number|medicare|medicare no|potilasnumero|보험증번호|診察券番号|病历号",
    "bank_account":
    "account no|account number|acct|acct no|a/c no|bank account|konto-nr|kontonummer|numéro de compte|"
    "numero de compte|cuenta bancaria|número de cuenta|numero de cuenta|nº de cuenta|conto corrente|"
    "numero di conto|conta corrente|conta bancária|rekeningnummer|numer konta|nr konta|rachunek|bankkonto|"
    "kontonr|tilinumero|číslo účtu|hesap no|hesap numarası|bankszámlaszám|număr cont|расчётный счёт|"
    "номер счета|sort code|银行账号|银行卡号|口座番号|계좌번호",
    "device_id":
    "imei|idfa|gaid|device id|advertising id|android id|udid",
    "cvv":
    "cvv|cvv2|cvc|cvc2|security code|card verification|prüfziffer|pruefziffer|cryptogramme|"
    "código de seguridad|codice di sicurezza",
    "username":
    "username|user name|user id|login|login name|loginname|benutzername|benutzerkennung|nom d'utilisateur|"
    "identifiant|nombre de usuario|usuario|nome utente|usuário|utilizador|gebruikersnaam|nazwa użytkownika|"
    "användarnamn|brugernavn|brukernavn|käyttäjätunnus|uživatelské jméno|kullanıcı adı|felhasználónév|логин|"
    "имя пользователя|用户名|ユーザー名|아이디",
    "secret":
    "password|passwort|kennwort|passwd|passphrase|passcode|pwd|pw|psw|pin code|mot de passe|mdp|"
    "contraseña|contrasena|clave|senha|palavra-passe|wachtwoord|hasło|haslo|lösenord|losenord|adgangskode|"
    "passord|salasana|heslo|şifre|sifre|parola|jelszó|jelszo|парол*|κωδικός|كلمة المرور|पासवर्ड|סיסמה|"
    "รหัสผ่าน|mật khẩu|kata sandi|api key|api-key|api_key|apikey|secret key|secret|access token|auth token|"
    "bearer|client secret|パスワード|密码|密碼|비밀번호",
}  # fmt: skip
"""Kind -> words that announce it."""
_LINK: Final = re.compile(
    r"(?i)(?:\s(?:no|number|nr|num|nummer|numer|n[°ºo]|id|card|code))?\.?[\"'*`]{0,2}(?:</\w{1,8}>)?\s{0,2}"
    r"(?:[:=#：|(,]|=>|is|ist|lautet|est|es|è|[ée]|to|jest|är|er|on|was|は|が|是|为|은|는|이)?\s{0,2}[\"'«“*`]{0,2}(?:<\w{1,8}>)?"
)
"""What stands between such a word and the id."""
_NUMBER: Final = r"[A-Z0-9](?:[ .\-/]?[A-Z0-9]){3,22}(?![\w])"
_VALUES: Final = {"cvv": r"\d{3,4}(?!\d)", "username": r"@?[\w][\w.+-]{2,38}\w", "secret": r"[^\s\"'»”,;]{6,64}"}
_LEAST: Final = {"licence_plate": 2, "vehicle_id": 1, "device_id": 3}


def _plate(text: str) -> bool:
    return sum(map(str.isalpha, text)) >= 2 and 4 <= sum(map(str.isalnum, text)) <= 9


def _login(text: str) -> bool:
    return any(one.isdigit() or one in "._-" for one in text[1:]) and not text.replace(".", "").isdigit()


def _password(text: str) -> bool:
    """Whether a text is like a password, and neither a place for one nor what reads one."""
    kinds = sum(any(test(one) for one in text) for test in (str.isdigit, str.islower, str.isupper, _sign))
    if kinds < 2 or "://" in text or text.endswith((":", ")")) or _NO_PASSWORD.search(text):
        return False
    return any(one.isdigit() or _sign(one) for one in text[:-1])


def _sign(character: str) -> bool:
    return not character.isalnum() and character not in ".-_/:`"


_NO_PASSWORD: Final = re.compile(r"^[<{$%\[(]|\w\(|\[$|\{\{|\$\{|</|\*{3}")
_TESTS: Final[dict[str, Callable[[str], bool]]] = {
    "ssn": us_ssn,
    "vehicle_id": ids.vehicle,
    "licence_plate": _plate,
    "username": _login,
    "secret": _password,
}
_HELD: Final = {label: re.compile(_VALUES.get(label, _NUMBER)) for label in _WORDS}


def _alternatives() -> str:
    """Give the words as a pattern; after one that does not go on, none of its letters follows."""
    words = [word for words in _WORDS.values() for word in words.split("|")]
    whole = "|".join(re.escape(word) for word in words if not word.endswith("*"))
    begun = "|".join(re.escape(word.rstrip("*")) for word in words if word.endswith("*"))
    return rf"(?:{whole})(?:[^A-Za-z]|$)|{begun}"


SAID: Final = rf"(?i)(?:^|[^A-Za-z])(?:{_alternatives()})"
"""What a window must hold, as RE2."""


def said(window: str) -> Iterator[tuple[int, int, str]]:
    """Give where ids stand in a window that a word before them names."""
    told = ("", 0)
    for label, start, end in _phrases().places(small(window)):
        link = _LINK.match(window, end)
        value = _HELD[label].match(window, end if link is None else link.end())
        if value is None or (label, value.start()) == told or (value.start() == end and window[start] < _UNPARTED):
            continue
        test = _TESTS.get(label)
        if (test is None or test(value[0])) and (label in _VALUES or _long_enough(label, value[0])):
            told = (label, value.start())
            yield value.start(), value.end(), label


def _long_enough(label: str, value: str) -> bool:
    signs = sum(map(str.isalnum, value))
    return len(digits(value)) >= _LEAST.get(label, 4) and signs >= _SHORTEST.get(label, 4)


_SHORTEST: Final = {"national_id": 7, "passport": 6, "driving_licence": 5, "health_id": 5, "bank_account": 5}
_UNPARTED: Final = "\u2e80"
"""The first sign of the scripts in which nothing parts a word from what follows."""


@cache
def _phrases() -> Phrases:
    return Phrases(_WORDS)
