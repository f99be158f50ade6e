# ruff: noqa: RUF001 - words of other scripts look like Latin ones
"""Where personal data stands in running text: by format, by check digit, by the words around it."""

from __future__ import annotations

import random
import time

import pyarrow as pa  # noqa: TID253 - the detector's port is Arrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.privacy import prose_written as written
from benchmarks.privacy.made import negatives, texts
from benchmarks.privacy.prose import Prose, by_hand, ours, proses, score, unseen
from rules.privacy._forms.presidio import recognised
from rules.privacy._text.spans import spans_of
from rules.privacy.detection import DETECTOR

PROSE = list(proses(random.Random(41), 12))


def told(text: str) -> set[tuple[str, str]]:
    return {(span.label, text[span.start : span.end]) for span in spans_of([text])}


@pytest.mark.parametrize(
    ("text", "kind", "place"),
    [
        ("Dear Mrs Aldersgate,\nthank you", "person", "Aldersgate"),
        ("Hello, my name is Torvin Hasselbeck and I wait", "person", "Torvin Hasselbeck"),
        ("Mit freundlichen Grüßen\n\nWiebke Zimmerling", "person", "Wiebke Zimmerling"),
        ("le client : Éloïse Quéméneur a payé", "person", "Éloïse Quéméneur"),
        ("Szanowna Pani Szczepańska, dziękuję", "person", "Szczepańska"),
        ("お世話になっております。佐藤様", "person", "佐藤"),
        ("please bring it to 12 Mill Lane, Dayton, OH 45402 today", "address", "12 Mill Lane, Dayton, OH 45402"),
        ("ich wohne in der Goethestraße 12, 10115 Berlin", "address", "Goethestraße 12, 10115 Berlin"),
        ("j'habite au 12 bis rue Victor Hugo, 75001 Paris.", "address", "12 bis rue Victor Hugo, 75001 Paris"),
        ("ul. Długa 12, 00-238 Warszawa", "address", "ul. Długa 12, 00-238 Warszawa"),
        ("she was born on 12 March 1984 in", "birth_date", "12 March 1984"),
        ("am 3. März 1975 geboren", "birth_date", "3. März 1975"),
        ("my SSN is 219-09-9999", "ssn", "219-09-9999"),
        ("passport no. C01X00T47 expires", "passport", "C01X00T47"),
        ("Kennzeichen: B-AB 1234 steht", "licence_plate", "B-AB 1234"),
        ("the password is Hunter22! now", "secret", "Hunter22!"),
        ("rappelez le 06 12 34 56 78 demain", "phone", "06 12 34 56 78"),
        ("pay DE89 3704 0044 0532 0130 00 please", "iban", "DE89 3704 0044 0532 0130 00"),
        ("from 203.0.113.77 at noon", "ip", "203.0.113.77"),
        ("Geachte heer Zonderland,\nuw pakket", "person", "Zonderland"),
        ("Klant: Marijke van der Linden heeft gebeld", "person", "Marijke van der Linden"),
        ("bel 06-68671344 morgen", "phone", "06-68671344"),
        ("doručeno na Husova 53, 414 55 Plzeň.", "address", "Husova 53, 414 55 Plzeň"),
        ("Deutsche Bank and Anna Schmidt signed it", "person", "Anna Schmidt"),
        ("Anna Schmidt and Deutsche Bank signed it", "person", "Anna Schmidt"),
        ("the clinic called Anna Schmidt on Monday", "person", "Anna Schmidt"),
        ("agent: and your name?\nits melissa brandt.", "person", "melissa brandt"),
        ("bonjour je m'appelle sophie", "person", "sophie"),
        ("Kind regards<br>\n<b>Torvin Hasselbeck</b>", "person", "Torvin Hasselbeck"),
        ("Szanowny Panie Jabłoński, dziękuję", "person", "Jabłoński"),
        ("Prof. Dr. med. Torvin Hasselbeck", "person", "Torvin Hasselbeck"),
        ("Sehr geehrter Herr Kollege Thiele,", "person", "Thiele"),
        ("Present: Torvin Hasselbeck, Wiebke Zimmerling (chair)", "person", "Wiebke Zimmerling"),
        ('{"name": "Torvin Hasselbeck"}', "person", "Torvin Hasselbeck"),
        ("مرحبا، اسمي محمد عبد الرحمن ولم يصلني الطلب", "person", "محمد عبد الرحمن"),
        ("मेरा नाम राजेश कुमार है।", "person", "राजेश कुमार"),
        ("株式会社青空の山田太郎と申します。", "person", "山田太郎"),
        ("안녕하세요 저는 김민수입니다", "person", "김민수"),
        ("car, registration KX19 RTP, was", "licence_plate", "KX19 RTP"),
        ('{"password": "Hunter22!x"}', "secret", "Hunter22!x"),
        ("電話番号は０９０-1234-5678です", "phone", "０９０-1234-5678"),
        ("手机是13812345678，谢谢", "phone", "13812345678"),
        ("メールはyamada@aozora.co.jpです", "email", "yamada@aozora.co.jp"),
        ("rappelez le 06\u202f12\u202f34\u202f56\u202f78 demain", "phone", "06\u202f12\u202f34\u202f56\u202f78"),
        ("NHS no. 943 476 5919 was", "health_id", "943 476 5919"),
        ("Torvin Hasselbeck\ntorvin.hasselbeck@corp.com", "person", "Torvin Hasselbeck"),
        ("wrote Torvin Hasselbeck <th@corp.com>", "person", "Torvin Hasselbeck"),
        ("Dear Mrs Hasselbeck,\nas we said. Later Hasselbeck left.", "person", "Hasselbeck"),
        ("ul. Kwiatowa 8/12, 31-234 Kraków", "address", "ul. Kwiatowa 8/12, 31-234 Kraków"),
        ("身份证号：11010519491231002X，", "national_id", "11010519491231002X"),
    ],
)
def test_a_place_is_told_with_its_kind(text: str, kind: str, place: str) -> None:
    assert (kind, place) in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "Dear Customer, thank you for your order. Best regards,\nThe Support Team",
        "Sehr geehrte Damen und Herren, die Rechnung 4111111111111111 vom 12.03.2024 ist offen",
        "Austin Report and the Lincoln Project were read in New York on Monday",
        "We moved from version 1.2.3.4 to release 2.0.0.1 of the North American Platform",
        "order number 030 1234567 was shipped, see page 12 Main Results and section 4 Lane",
        "Paris, May and June are nice; Mark the date, Will it rain?",
        "the birthday party of 2024 was moved",
        "Göteborgs Sparbanken skrev till oss",
        "The Florence Nightingale Hospital said that it is open",
        "Le Lycée Henri Martin a appelé hier",
        "La Fundación Carlos Slim solicita la factura",
        "Uniwersytet Jana Kochanowskiego podpisał umowę",
        "Martin Schneider Versicherung meldet den Schaden",
        "see Table 5, 12345 Items are listed",
        'password = os.environ["DB"], token: ${API_TOKEN}, password: {{ secret }}, password: <your-password>',
        "its time to tell the customer about the client release, and im not sure it is",
        "name: None, owner is None, returns None; parts[1::2] as RFC 4180 has it, requests>=2.10.0.1",
        "write postgresql://auditor:...@db.example:5432/crm or mysql://user:password@host/db; see `secret-in-content`",
        "registration 2023 opens; plate 4 of the series",
    ],
)
def test_what_only_looks_like_a_place_is_left_alone(text: str) -> None:
    assert told(text) == set()


def test_a_name_is_told_wherever_it_stands_again() -> None:
    spans = spans_of(["Dear Mrs Hasselbeck,\nwe met. Later Hasselbeck left Hasselbeck GmbH in Hasselbeckstraße."])

    assert [(span.label, span.start) for span in spans] == [("person", 9), ("person", 35)]


def test_firms_that_are_named_like_people_are_mostly_left_alone() -> None:
    clean = [prose for prose in unseen(random.Random(5), 0) if not prose.places]

    found = ours([prose.words for prose in clean])

    assert len(clean) == 99
    assert sum(map(bool, found)) <= 15


def test_places_are_found_wherever_a_long_document_is_cut() -> None:
    words = "the parcel has not arrived yet and nobody answers "
    for shift in range(0, 900, 37):
        text = words * 30 + "x" * (shift % 50) + " " + words[: shift % 40] + " Dear Mrs Aldersgate, "
        text = text[shift:] + words * 20 + "write to ann.lee@corp.com"

        labels = sorted(span.label for span in spans_of([text]))

        assert labels == ["email", "person"], shift


def test_a_document_of_eighty_thousand_names_takes_seconds_not_minutes() -> None:
    begun = time.process_time()

    spans = spans_of(["write to Anna, " * 80_000])

    assert len(spans) > 70_000
    assert time.process_time() - begun < 15


def test_many_texts_say_what_each_says_alone() -> None:
    alone = [[tuple(span[1:]) for span in spans_of([prose.words])] for prose in PROSE]

    together: list[list[tuple[object, ...]]] = [[] for _ in PROSE]
    for span in spans_of([prose.words for prose in PROSE]):
        together[span.text].append(tuple(span[1:]))

    assert together == alone


def test_letters_in_ten_languages_are_read_well_and_clean_ones_left_alone() -> None:
    kinds = score(PROSE, ours([prose.words for prose in PROSE]))

    hits, misses, alarms = (sum(counts[place] for counts in kinds.values()) for place in range(3))
    assert 2 * hits / (2 * hits + misses + alarms) >= 0.9


CELLS = [
    *(prose.words for prose in PROSE),
    *(str(value) for case in texts(random.Random(42), 40) for value in case.values),
    *(str(value) for case in negatives(random.Random(43), 6) for value in case.values),
]


@pytest.mark.parametrize("label", ["email", "iban", "mac_address", "crypto_wallet"])
def test_what_a_format_proves_is_what_presidios_own_recogniser_says_of_each_cell(label: str) -> None:
    theirs = recognised(label, CELLS)
    spans = spans_of(CELLS, [label])

    mine = {span.text for span in spans}
    differing = [
        number
        for number, yes in enumerate(theirs)
        if yes != (number in mine) and not (label == "email" and _no_address(CELLS[number]))
    ]
    assert differing == []


def _no_address(text: str) -> bool:
    """Masked addresses, paths at machines, and addresses within others: Presidio takes them, the detector does not."""
    return any(sign in text for sign in ("*", "://", "git@"))


def test_a_column_of_documents_tells_kinds_and_their_share_and_no_word() -> None:
    letter = "Dear Mrs Aldersgate, thank you for your call about the parcel that has not arrived yet."
    clean = "The parcel has not arrived yet, and nobody of the support team answers since last week."
    found = list(
        DETECTOR.detect(
            pa.table({"body": [letter + f" ({n})" for n in range(30)] + [clean + str(n) for n in range(70)]})
        )
    )

    assert [(label.label, label.hits, label.looked) for label in found] == [("person", 30, 100)]
    assert "Aldersgate" not in repr(found)


def test_one_name_in_many_texts_is_a_question_for_a_person() -> None:
    clean = "The parcel has not arrived yet, and nobody of the support team answers since last week."
    values = [clean + str(n) for n in range(400)] + ["Dear Mrs Aldersgate, thank you for your call about the parcel."]

    [label] = DETECTOR.detect(pa.table({"body": values}))

    assert (label.label, label.hits, label.confidence) == ("person", 1, 0.6)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=300), max_size=6))
def test_no_text_breaks_the_reader_and_every_place_lies_within_its_text(words: list[str]) -> None:
    for span in spans_of(words):
        assert 0 <= span.start < span.end <= len(words[span.text])


def test_a_prose_of_the_benchmark_knows_its_places() -> None:
    prose = Prose("en", "Dear Ann", ((5, 8, "person"),))

    assert score([prose], [[(5, 8, "person")]]) == {"person": (1, 0, 0)}


def test_texts_written_by_hand_are_read_well_in_the_half_that_nobody_looked_at() -> None:
    held = by_hand(written.HELD)

    kinds = score(held, ours([prose.words for prose in held]))

    hits, misses, alarms = (sum(counts[place] for counts in kinds.values()) for place in range(3))
    assert hits + misses == 140
    assert 2 * hits / (2 * hits + misses + alarms) >= 0.8
    assert not any("[[" in prose.words for prose in (*held, *by_hand(written.DEVELOPED)))
