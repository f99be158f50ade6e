"""What column names say, in many languages, abbreviated or not, and what they do not say."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa  # noqa: TID253 - the detector's port is Arrow
import pytest

from rules.privacy._kinds import WORDS
from rules.privacy._lists.headers import read_header
from rules.privacy.detection import DETECTOR

NAMED = {
    "email": ["email", "E-Mail-Adresse", "contactMail", "e_mail_2", "correo_electronico", "メールアドレス", "邮箱"],
    "phone": ["phoneNumber", "cust_mob", "tel_privat", "Handynummer", "numer_telefonu", "номер_телефона", "手机号"],
    "person": ["LAST_NAME", "lastName", "cust_nm", "Nachname", "adSoyad", "imię_nazwisko", "氏名", "uzvārds"],
    "national_id": ["asmens_kodas", "isikukood", "OIB", "no_ktp", "personal_code"],
    "first_name": ["firstName", "Vorname", "prénom", "f_name", "given_nm"],
    "address": ["address_line_1", "Straße", "ship_addr", "adresse_postale", "ulica", "住所"],
    "birth_date": ["dob", "birth_dt", "Geburtsdatum", "geb_datum", "data_di_nascita", "fecha-nacimiento", "生年月日"],
    "card": ["cc_num", "creditCardNumber", "Kreditkarte", "numero_tarjeta"],
    "ssn": ["ssn", "social_sec_num", "SocialSecurityNumber"],
    "cvv": ["cvv", "card_cvc", "Kartenprüfnummer"],
    "device_id": ["imei", "device_id", "advertisingId", "idfa"],
    "vehicle_id": ["vin", "Fahrgestellnummer", "numero_chassis"],
    "health_id": ["mrn", "patient_id", "nhs_number", "Versichertennummer"],
    "ip": ["client_ip", "ipAddress", "remote_addr"],
    "licence_plate": ["nr_rejestracyjny", "Kennzeichen", "license_plate"],
}  # fmt: skip


@pytest.mark.parametrize(("label", "header"), [(label, header) for label, given in NAMED.items() for header in given])
def test_a_header_names_its_kind(label: str, header: str) -> None:
    assert read_header(header).names(label)


@pytest.mark.parametrize(
    "header", ["email_verified", "email_template", "phone_model", "card_type", "password_reset_at", "login_count"]
)
def test_a_header_about_a_kind_names_none(header: str) -> None:
    read = read_header(header)

    assert read.kinds
    assert not any(read.names(kind) for kind in read.kinds)


@pytest.mark.parametrize("header", ["order_no", "sku", "invoice_number", "Rechnungsnummer", "ean", "version", "iccid"])
def test_numbers_of_things_are_identifiers(header: str) -> None:
    read = read_header(header)

    assert read.identifier
    assert not read.kinds


@pytest.mark.parametrize("header", ["ip_address", "mac_address", "email_address", "wallet_address"])
def test_an_address_of_something_else_is_no_postal_address(header: str) -> None:
    assert not read_header(header).names("address")


@pytest.mark.parametrize("header", ["product_name", "file_name", "company_name", "brandName"])
def test_names_of_things_are_no_names_of_people(header: str) -> None:
    read = read_header(header)

    assert read.thing
    assert not read.names("person")


@pytest.mark.parametrize("header", ["email_hash", "hashedPhone", "masked_name", "iban_token"])
def test_a_header_may_say_that_its_values_are_masked(header: str) -> None:
    assert read_header(header).masked


def test_every_kind_stands_in_the_table_of_what_is_told_by_what_evidence() -> None:
    page = (Path(__file__).parents[3] / "docs" / "decisions" / "detection.md").read_text(encoding="utf-8")

    assert [label for label in WORDS if f"`{label}`" not in page] == []


@pytest.mark.parametrize(
    ("header", "values", "kind"),
    [
        ("is_minor", ["yes", "no"], "special:child"),
        ("union_membership", ["ver.di", "IG-Metall", "none"], "special:union"),
        ("political_party", ["SPD", "CDU", "Greens"], "special:politics"),
        ("criminal_record", ["theft", "none", "fraud"], "special:offence"),
    ],
)
def test_special_categories_are_told_by_header_and_values_together(header: str, values: list[str], kind: str) -> None:
    labels = {label.label: label for label in DETECTOR.detect(pa.table({header: values * 20}))}

    assert labels[kind].confidence >= 0.9


@pytest.mark.parametrize(
    "header", ["kind", "minor_version", "child_node", "union_type", "party_size", "genome_build_no"]
)
def test_words_that_mean_other_things_too_are_no_special_category(header: str) -> None:
    labels = list(DETECTOR.detect(pa.table({header: ["alpha", "beta", "gamma"] * 20})))

    assert [label for label in labels if label.confidence >= 0.75] == []
