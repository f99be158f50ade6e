"""One value is enough where header, form or words leave no doubt: tables of one record, texts with one card."""

from __future__ import annotations

import pytest

from rules.privacy.detection import DETECTOR

CLEAN = ["What is the status of order 4711?", "label printed, shipped today", "please summarise this text"] * 40


def told(header: str, values: list[str]) -> dict[str, float]:
    import pyarrow as pa

    table = pa.table({header: pa.array(values)})
    return {label.label: label.confidence for label in DETECTOR.detect(table)}


@pytest.mark.parametrize(("header", "value", "kind"), [
    ("card_number", "4539578763621486", "card"),
    ("kreditkarte", "3782 822463 10005", "card"),
    ("vin", "1HGCM82633A004352", "vehicle_id"),
    ("imei", "490154203237518", "device_id"),
    ("nhs_number", "943 476 5919", "health_id"),
    ("username", "jdoe84", "username"),
    ("created_by", "Katarzyna Nowak", "person"),
    ("person", "Katarzyna Nowak", "person"),
    ("Mitglied", "Katarzyna Nowak", "person"),
])  # fmt: skip
@pytest.mark.parametrize("records", [1, 10])
def test_one_value_under_a_header_that_names_it_is_told(header: str, value: str, kind: str, records: int) -> None:
    assert told(header, [value] * records).get(kind, 0.0) >= 0.75


@pytest.mark.parametrize(("header", "value"), [
    ("card_number", "4539578763621487"), ("vin", "see file"), ("imei", "unknown"), ("created_by", "import-job"),
    ("operator", "AND"), ("holder", "HSBC"), ("person", "17"),
])  # fmt: skip
def test_a_header_alone_is_not_enough(header: str, value: str) -> None:
    assert told(header, [value] * 10) == {}


@pytest.mark.parametrize(("text", "kind"), [
    ("my card 4539578763621486 was charged twice", "card"),
    ("Zahlung mit Kartennummer 4539578763621486 fehlgeschlagen", "card"),
    ("charged 4539 5787 6362 1486 twice", "card"),
    ("seen at 00:1B:44:11:3A:B7 again", "mac_address"),
    ("sent to 1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa today", "crypto_wallet"),
])  # fmt: skip
def test_one_in_a_running_text_is_a_question(text: str, kind: str) -> None:
    assert told("note", [text, *CLEAN]) == {kind: 0.6}


@pytest.mark.parametrize("text", ["parcel 4539578763621486 was lost twice", "my card 4539578763621487 was refused"])
def test_one_long_number_in_a_running_text_is_no_card(text: str) -> None:
    assert "card" not in told("note", [text, *CLEAN])
