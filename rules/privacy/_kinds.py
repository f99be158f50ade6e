"""The kinds of personal data and secrets that the detector tells apart, in the words of labels and plans.

A label without a prefix is raw data; `masked:...` is data that was masked before it was seen;
`special:...` is a special category of personal data; `quasi:...` identifies in combination with others only.
"""

from __future__ import annotations

from typing import Final

from lineage.detector import QUASI

MASKED: Final = "masked:"
SPECIAL: Final = "special:"

WORDS: Final = {
    "email": "e-mail addresses",
    "phone": "phone numbers",
    "iban": "bank accounts (IBAN)",
    "bank_account": "bank account numbers",
    "card": "payment card numbers",
    "ip": "IP addresses",
    "mac_address": "device addresses (MAC)",
    "crypto_wallet": "crypto wallets",
    "person": "names of people",
    "first_name": "first names",
    "address": "postal addresses",
    "birth_date": "dates of birth",
    "ssn": "US social security numbers",
    "national_id": "national or tax ids",
    "passport": "passport numbers",
    "driving_licence": "driving licence numbers",
    "licence_plate": "licence plates",
    "username": "user names",
    "cvv": "card verification values",
    "device_id": "ids of devices",
    "vehicle_id": "ids of vehicles",
    "health_id": "ids of patients and the insured",
    "location": "positions of people",
    "secret": "secrets or credentials",
    "quasi:postcode": "postcodes",
    "quasi:sex": "sex or gender",
    "quasi:age": "ages",
    "quasi:occupation": "occupations",
    "quasi:nationality": "nationalities",
    "quasi:family_status": "family status",
    "masked:hash": "hashes",
    "masked:token": "tokens",
    "masked:partial": "partly hidden values",
    "masked:redacted": "redacted values",
    "special:health": "health data",
    "special:religion": "religion or belief",
    "special:ethnicity": "ethnic origin",
    "special:orientation": "sexual orientation",
    "special:union": "trade union membership",
    "special:politics": "political opinion",
    "special:offence": "criminal offences",
    "special:child": "who is a child",
    "special:biometric": "biometric or genetic data",
}
"""Label -> what it is called in a line for people."""

FAMILIES: Final[dict[str, frozenset[str]]] = {
    "bank_account": frozenset({"iban", "bank_account", "card"}),
    "iban": frozenset({"iban", "bank_account"}),
    "card": frozenset({"card"}),
    "payment": frozenset({"iban", "bank_account", "card"}),
    "person": frozenset({"person", "first_name", "username"}),
    "name": frozenset({"person", "first_name"}),
    "first_name": frozenset({"first_name", "person"}),
    "email": frozenset({"email"}),
    "phone": frozenset({"phone"}),
    "ip": frozenset({"ip"}),
    "ip_address": frozenset({"ip"}),
    "mac_address": frozenset({"mac_address"}),
    "device": frozenset({"mac_address", "ip", "device_id"}),
    "device_id": frozenset({"device_id", "mac_address"}),
    "cvv": frozenset({"cvv"}),
    "vehicle_id": frozenset({"vehicle_id"}),
    "vin": frozenset({"vehicle_id"}),
    "health_id": frozenset({"health_id", "national_id"}),
    "location": frozenset({"location"}),
    "geo": frozenset({"location"}),
    "crypto_wallet": frozenset({"crypto_wallet"}),
    "address": frozenset({"address"}),
    "postal_address": frozenset({"address"}),
    "birth_date": frozenset({"birth_date"}),
    "date_of_birth": frozenset({"birth_date"}),
    "ssn": frozenset({"ssn", "national_id"}),
    "national_id": frozenset({"national_id", "ssn", "passport", "driving_licence"}),
    "tax_id": frozenset({"national_id", "ssn"}),
    "passport": frozenset({"passport", "national_id"}),
    "driving_licence": frozenset({"driving_licence", "national_id"}),
    "licence_plate": frozenset({"licence_plate"}),
    "username": frozenset({"username", "person", "email"}),
    "secret": frozenset({"secret"}),
    "credential": frozenset({"secret"}),
    "contact": frozenset({"email", "phone", "address", "person", "first_name"}),
    "postcode": frozenset({"quasi:postcode"}),
    "zip": frozenset({"quasi:postcode"}),
    "sex": frozenset({"quasi:sex"}),
    "gender": frozenset({"quasi:sex"}),
    "age": frozenset({"quasi:age"}),
    "occupation": frozenset({"quasi:occupation"}),
    "nationality": frozenset({"quasi:nationality"}),
    "health": frozenset({"special:health"}),
    "religion": frozenset({"special:religion"}),
    "ethnicity": frozenset({"special:ethnicity"}),
    "orientation": frozenset({"special:orientation"}),
    "union": frozenset({"special:union"}),
    "politics": frozenset({"special:politics"}),
    "offence": frozenset({"special:offence"}),
    "child": frozenset({"special:child"}),
    "biometric": frozenset({"special:biometric"}),
}
"""A kind as a plan declares it -> the labels that agree with it."""

FREE_TEXT: Final = frozenset({"free_text", "text"})
"""Declared kinds that are no kind of value but text in which anything may stand."""

NOT_SENSITIVE: Final = frozenset({"none", "no", "public"})
"""What a plan may declare for a field that was looked at and is not personal."""


def is_raw(label: str) -> bool:
    """Whether a label says that data which identifies a person, or a secret, stands there unmasked."""
    return not label.startswith((MASKED, SPECIAL, QUASI))


def identifies(label: str) -> bool:
    """Whether a label says that what is personal by itself stands there unmasked, of a special category or not."""
    return not label.startswith((MASKED, QUASI))


def is_masked(label: str) -> bool:
    """Whether a label says that the values were masked."""
    return label.startswith(MASKED)


def words(label: str) -> str:
    """Give what a label is called in a line for people."""
    return WORDS.get(label, label.replace("_", " "))


def expected(declared: str) -> frozenset[str]:
    """Give the labels that agree with a declared kind; empty where the detector does not know the kind."""
    kind = declared.lower()
    return FAMILIES.get(kind, frozenset({kind}) if kind in WORDS else frozenset())
