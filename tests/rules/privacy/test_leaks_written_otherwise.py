"""Raw values in texts as programs and people write them: every escape, every spelling, and what only looks like one."""

from __future__ import annotations

import html
import json
import unicodedata
from urllib.parse import quote, quote_plus

import pytest

from rules.privacy._leaks.index import CHUNK
from rules.privacy._leaks.search import Fingerprints

EMAIL, PERSON, PLACE = "anna.müller7@corp.com", "Zoë Brandt-Großmann", "Łódzka Straße 12, 80331 München"
PHONE, IBAN, CARD = "+49 151 23450007", "DE89370400440532013000", "4532111122223333"


def found(value: str, label: str, text: str | bytes) -> int:
    prints = Fingerprints()
    prints.add([value, "nobody.else@other.example"], label)
    data = text if isinstance(text, bytes) else text.encode()
    return len(set(prints.search(b"they wrote: " + data + b" and so on").values.tolist()))


@pytest.mark.parametrize(
    "written",
    [
        EMAIL.upper(),
        unicodedata.normalize("NFD", EMAIL),
        EMAIL.replace("ü", "ue"),
        EMAIL.replace("ü", "u"),
        quote(EMAIL),
        quote(EMAIL, safe="").lower(),
        quote(quote("anna.müller7")) + "%2540corp.com",
        json.dumps({"to": EMAIL}),
        json.dumps(json.dumps({"to": EMAIL})),
        json.dumps({"to": EMAIL}).replace("@", "\\u0040"),
        html.escape(EMAIL).replace("@", "&#64;").replace("ü", "&uuml;"),
        EMAIL.replace("@", "&#x40;"),
        EMAIL.replace("@", "<wbr/>@").replace(".com", "<br>.com"),
        "anna.m=C3=BCller7@cor=\r\np.com",
        "anna.mül-\n   ler7@corp.com",
        "anna.müller7 (at) corp (dot) com",
        "mailto:anna.müller7@corp.com?subject=x",
        "\uff21nna.müller\uff17\uff20corp.com",
        repr(EMAIL.encode()),
        "anna\u200b.müller7@\u00adcorp.com",
        "anna.müller7+news@corp.com",
        "anna.müller7+news+more@corp.com",
        quote("anna.müller7+news@corp.com", safe=""),
        "to=+anna.m%C3%BCller7%2bnews%40corp.com&x=1",
        quote("https://app.example/?to=anna.müller7+news@corp.com", safe=""),
        f"https://app.example/s?next=%2Fuser%3Femail%3D{quote(EMAIL, safe='')}%26page=1",
    ],
)  # fmt: skip
def test_an_address_is_found_in_every_spelling(written: str) -> None:
    assert found(EMAIL, "email", written) == 1


@pytest.mark.parametrize(
    "written",
    [
        "ZOË BRANDT-GROSSMANN",
        "Zoe Brandt Grossmann",
        "Brandt-Großmann, Zoë",
        "Zo\\u00eb  Brandt\\u2011Gro\\u00dfmann",
        "Zo%C3%AB+Brandt-Gro%C3%9Fmann",
        "Zo&euml;&nbsp;Brandt&ndash;Gro&szlig;mann",
        "<b>Zoë</b> Brandt-\nGroßmann",
    ],
)
def test_a_name_is_found_in_every_spelling(written: str) -> None:
    assert found(PERSON, "person", written) == 1


@pytest.mark.parametrize("written", [PLACE.upper(), "Lodzka Strasse 12 / 80331 Muenchen", quote_plus(PLACE)])
def test_an_address_of_a_house_is_found_without_its_accents(written: str) -> None:
    assert found(PLACE, "address", written) == 1


def test_letters_of_other_alphabets_are_found_in_capitals_and_as_escapes() -> None:
    name = "Мария Йорданова"

    for written in (name.upper(), json.dumps(name), quote(name), "".join(f"&#{ord(sign)};" for sign in name)):
        assert found(name, "person", written) == 1


@pytest.mark.parametrize(
    ("kept", "written"),
    [
        (PHONE, "4915123450007"),
        (PHONE, "https://wa.example/4915123450007?text=hi"),
        (PHONE, "tel:%2B49151-23450007"),
        (PHONE, "+49 (0)151 / 2345 0007"),
        (PHONE, "0049-151-2345.0007"),
        (PHONE, "01 51 23 45 00 07"),
        ("4915123450007", "+49 151 23450007"),
        ("4915123450007", "0151 23450007"),
        ("(415) 555-0134", "+1 415 555 0134"),
        ("+1 415 555 0134", "1-415-555-0134"),
        ("+1 415 555 0134", "415.555.0134"),
    ],
)
def test_a_phone_number_is_found_with_and_without_its_country(kept: str, written: str) -> None:
    assert found(kept, "phone", written) == 1


@pytest.mark.parametrize(
    ("value", "label", "written"),
    [
        (IBAN, "iban", "DE89 3704 0044 0532 0130 00"),
        (IBAN, "iban", "de89-3704-0044-0532-0130-00"),
        (IBAN, "iban", "DE89%203704%200044%200532%200130%2000"),
        (IBAN, "iban", "DE89&nbsp;3704&nbsp;0044\n0532&nbsp;0130&nbsp;00"),
        (CARD, "card", "4532-1111-2222-3333"),
        (CARD, "card", "4532 1111\n2222 3333"),
        (CARD, "card", '{"pan":"4532111122223333"}'),
        (CARD, "card", "<pan>4532111122223333</pan>"),
    ],
)
def test_a_number_is_found_in_its_groups(value: str, label: str, written: str) -> None:
    assert found(value, label, written) == 1


@pytest.mark.parametrize(
    "text",
    [
        "4532,1111,2222,3333",
        "45321111;22223333",
        '"45321111","22223333"',
        "45321111\t22223333",
        "a=45321111&b=22223333",
        "14532111122223333",
        "45321111222233334",
    ],
)
def test_numbers_that_follow_one_another_are_no_card(text: str) -> None:
    assert found(CARD, "card", text) == 0


@pytest.mark.parametrize(
    "written",
    ["hanna.müller7+x@corp.com", "müller7+x@corp.com", "anna.müller7+x@corp.com.example", "anna.müller7 +x@corp.com"],
)
def test_another_address_under_an_alias_is_not_taken_for_it(written: str) -> None:
    assert found(EMAIL, "email", written) == 0


def test_a_number_in_escapes_and_as_it_is_are_found_in_one_text() -> None:
    prints = Fingerprints()
    prints.add([CARD], "card")
    escaped = "".join(f"&#{ord(sign)};" for sign in CARD)

    assert prints.search(f"{escaped} and {CARD}".encode()).places.tolist() == [0, len(escaped) + 5]


def test_a_value_is_not_taken_for_another_one_that_is_written_alike() -> None:
    prints = Fingerprints()
    values = ["paul.kim.1@corp.com", "paul.kim.140@corp.com", "paul.kim.1at@corp.com"]
    prints.add(values, "email")

    for number, value in enumerate(values):
        for written in (value, value.upper(), quote(value)):
            assert set(prints.search(written.encode()).values.tolist()) == {number}


def test_an_escape_that_a_chunk_cuts_is_undone() -> None:
    written = quote(EMAIL, safe="").encode()
    for step in range(len(written) + 2):
        prints = Fingerprints()
        prints.add([EMAIL], "email")
        text = b"%20" * 3 + b"x " * (CHUNK // 2)
        place = CHUNK - step
        text = text[: place - 1] + b" " + written + b" " + text[place:]

        assert prints.search(text).places.tolist() == [place]


def test_no_repr_of_the_search_tells_what_it_looks_for_or_in() -> None:
    prints = Fingerprints()
    prints.add([CARD, EMAIL], "card")

    told = f"{prints!r} {prints.search(CARD.encode())!r} {prints._ready!r}"

    assert "4532" not in told
    assert "array" not in told
