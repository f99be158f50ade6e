"""What the detector sees in columns, what it leaves alone, and that no value leaves it."""

from __future__ import annotations

import logging
import pickle
import random
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from decimal import Decimal

import pyarrow as pa  # noqa: TID253 - the detector's port is Arrow
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.privacy.made import Case, card, email, iban, leaks, negatives, person, positives, texts
from lineage.detector import Label
from rules.privacy.detection import DETECTOR

ROWS = 300
_R = random.Random(5)
POSITIVES = list(positives(_R, ROWS))
NEGATIVES = list(negatives(_R, ROWS))
LEAKS = list(leaks(_R, 2_000))
TEXTS = list(texts(_R, ROWS))


def detect(**columns: Sequence[object]) -> list[Label]:
    return list(DETECTOR.detect(pa.table({name: pa.array(values) for name, values in columns.items()})))


def raw(labels: Sequence[Label]) -> set[str]:
    return {label.label for label in labels if not label.label.startswith("masked:")}


def named(cases: Sequence[Case]) -> list[str]:
    return [f"{case.group}: {case.header}" for case in cases]


@pytest.mark.parametrize("case", POSITIVES, ids=named(POSITIVES))
def test_raw_personal_data_is_recognised_in_many_locales_and_types(case: Case) -> None:
    found = raw(detect(**{case.header: case.values}))

    assert case.expected in found


@pytest.mark.parametrize("case", NEGATIVES, ids=named(NEGATIVES))
def test_what_looks_like_personal_data_and_is_none_is_left_alone(case: Case) -> None:
    found = detect(**{case.header: case.values})

    assert raw(found) == set()


@pytest.mark.parametrize("case", LEAKS, ids=named(LEAKS))
def test_half_a_percent_of_raw_values_in_a_clean_column_is_a_leak(case: Case) -> None:
    [label] = [label for label in detect(**{case.header: case.values}) if label.label == case.expected]

    assert label.hits == 10
    assert label.looked == 2_000
    assert label.interval[0] < 0.005 < label.interval[1]


@pytest.mark.parametrize("case", TEXTS, ids=named(TEXTS))
def test_running_text_tells_its_identifiers_and_their_rate(case: Case) -> None:
    labels = [label for label in detect(**{case.header: case.values}) if not label.label.startswith("masked:")]

    if case.expected is None:
        assert labels == []
    else:
        [label] = [label for label in labels if label.label == case.expected]
        assert "free text" in label.why
        assert 0.02 < label.hits / label.looked < 0.25


def test_two_distinct_addresses_are_a_leak_and_one_repeated_address_is_not() -> None:
    clean: list[object] = [f"R{number}" for number in range(500)]

    two = detect(ref=[*clean, "ann@corp.com", "bob@corp.com"])
    repeated = detect(ref=[*clean, *["info@corp.com"] * 50])

    assert raw(two) == {"email"}
    assert repeated == []


def test_one_secret_is_enough() -> None:
    found = detect(setting=["on"] * 99 + ["AKIA" + "ABCDEFGH12345678"])

    assert [(label.label, label.hits) for label in found] == [("secret", 1)]


SECRETS = [
    "ASIA" + "Z" * 16,
    "ghp_" + "a1B2" * 9,
    "glpat-" + "x" * 20,
    "xoxb-" + "1234567890-abcdef",
    "sk_live_" + "9" * 24,
    "AIza" + "S" * 35,
    "sk-proj-" + "q" * 40,
    "sk-ant-" + "r" * 40,
    "hf_" + "k" * 34,
    "SG." + "a" * 22 + "." + "b" * 43,
    "npm_" + "c" * 36,
    "pypi-" + "d" * 60,
    "dop_v1_" + "e" * 64,
    "shpat_" + "f" * 32,
    "dapi" + "0" * 32,
    "SK" + "0" * 32,
    "12345678:AA" + "h" * 33,
    "hvs." + "i" * 30,
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl",
    "-----BEGIN RSA PRIVATE KEY-----",
    "postgres://app:hunter22@db.corp.com/app",
    "$2b$12$" + "K" * 53,
    "0123456789abcdef" * 2 + "-us14",
    "AbCdEfGhIjKlMn.atlasv1." + "z" * 64,
]


@pytest.mark.parametrize("secret", SECRETS, ids=[secret[:5] for secret in SECRETS])
def test_published_formats_of_keys_are_secrets(secret: str) -> None:
    assert raw(detect(setting=["on", secret, "off"])) == {"secret"}


@pytest.mark.parametrize("secret", SECRETS, ids=[secret[:5] for secret in SECRETS])
def test_one_key_among_many_values_of_its_own_length_is_found(secret: str) -> None:
    others = [f"{number:x}".rjust(len(secret), "7") for number in range(700)]

    assert raw(detect(setting=[*others[:350], secret, *others[350:]])) == {"secret"}


@pytest.mark.parametrize("header", ["code", "number", "c01"])
def test_ids_of_people_are_never_decided_by_their_form_alone(header: str) -> None:
    r = random.Random(3)
    us = [f"{r.randint(101, 665)}-{r.randint(10, 99)}-{r.randint(1000, 9999)}" for _ in range(ROWS)]
    passports = [f"C{r.randint(10**7, 10**8)}" for _ in range(ROWS)]
    plates = [f"B-{r.choice('ABCD')}{r.choice('XYZ')} {r.randint(100, 999)}" for _ in range(ROWS)]

    for values in (us, passports, plates):
        assert raw(detect(**{header: values})) == set()


def test_one_number_in_ten_passes_luhn_by_luck_and_is_no_card() -> None:
    r = random.Random(4)
    numbers = ["4" + "".join(r.choices("0123456789", k=15)) for _ in range(2_000)]

    assert raw(detect(code=numbers)) == set()


def test_cards_among_order_numbers_of_another_form_are_found_as_a_group_of_their_own() -> None:
    r = random.Random(6)
    orders = [f"{r.randint(10**11, 10**12)}" for _ in range(2_000)]

    found = detect(code=[*orders, *(card(r) for _ in range(12))])

    assert [(label.label, label.hits) for label in found] == [("card", 12)]


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("masked:hash", "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8"),
        ("masked:token", "tok_9f8a7b6c5d4e3f2a1b0c"),
        ("masked:partial", "a***@corp.com"),
        ("masked:redacted", "<EMAIL_ADDRESS>"),
    ],
)
def test_masked_values_are_told_apart_from_raw_ones(label: str, value: str) -> None:
    found = detect(email=[value] * 20 + ["ann@corp.com", "bob@corp.com"])

    assert {one.label: one.hits for one in found} == {label: 20, "email": 2}


def test_a_name_counts_with_its_siblings_and_not_beside_products() -> None:
    r = random.Random(7)
    names = [person(r, "pl") for _ in range(ROWS)]
    products = ["Anna Chair", "Billy Shelf", "Paul Smith Shirt", "Oskar Lamp", "Julia Sofa", "Hugo Desk"]

    beside_people = detect(name=names, email=[email(r) for _ in range(ROWS)])
    of_products = detect(product_name=[r.choice(products) for _ in range(ROWS)])

    assert [label.confidence > 0.75 for label in beside_people if label.label == "person"] == [True]
    assert of_products == []


@pytest.mark.parametrize("header", ["item_ref", "product_name", "title", "column_7"])
def test_names_of_people_are_told_though_their_header_speaks_of_things(header: str) -> None:
    r = random.Random(8)

    assert {one.label for one in detect(**{header: [person(r, "de") for _ in range(ROWS)]})} == {"person"}


def test_numbers_dates_lists_structs_maps_and_bytes_are_looked_into() -> None:
    r = random.Random(8)
    cards, mails = [card(r) for _ in range(40)], [email(r) for _ in range(40)]
    table = pa.table(
        {
            "card": pa.array([Decimal(number) for number in cards], pa.decimal128(20, 0)),
            "born": pa.array([date(1970, 1, 1 + number % 28) for number in range(40)], pa.date32()),
            "person": pa.array([{"contact": {"mail": mail}} for mail in mails]),
            "extra": pa.array([[("k", mail)] for mail in mails], pa.map_(pa.string(), pa.string())),
            "many": pa.array([[mail, None] for mail in mails]),
            "blob": pa.array([mail.encode() for mail in mails], pa.binary()),
            "coded": pa.array(mails).dictionary_encode(),
            "nothing": pa.nulls(40),
            "yes": pa.array([True] * 40),
        }
    )

    found = {label.column: label.label for label in DETECTOR.detect(table)}

    assert found == {
        "card": "card", "born": "birth_date", "person": "email", "extra": "email", "many": "email", "blob": "email",
        "coded": "email",
    }  # fmt: skip


def test_documents_with_people_for_keys_and_broken_documents_are_looked_into() -> None:
    by_key = [f'{{"u{number}@corp.com": {{"visits": {number}}}}}' for number in range(30)]
    broken = [f'{{"mail": "u{number}@corp.com", ' for number in range(30)]
    deep = ["[" * 5_000 + "]" * 5_000]

    assert raw(detect(visits=by_key)) == {"email"}
    assert raw(detect(visits=broken)) == {"email"}
    assert detect(visits=deep) == []


def test_what_presidio_says_of_a_cell_is_what_the_detector_counts() -> None:
    from rules.privacy._forms.presidio import recognised

    r = random.Random(9)
    for label, make in {"email": email, "iban": iban, "card": card}.items():
        values = [make(r) for _ in range(200)] + ["x" + str(number) for number in range(200)]
        said = sum(recognised(label, values))

        [found] = [one for one in detect(c01=values) if one.label == label]

        assert found.hits == said == 200


MARKER = "zqxmarker"


def test_no_value_stands_in_labels_logs_or_errors(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    values: Mapping[str, list[object]] = {
        "email": [f"{MARKER}{number}@corp.com" for number in range(9)],
        "iban": [*(f"XX00{MARKER.upper()}{number}" for number in range(9)), *["DE00 0000 0000 0000 0000 00"] * 2],
        "name": [f"{MARKER.title()} Smith{'x' * number}" for number in range(9)],
        "doc": [f'{{"{MARKER}": "{MARKER}@corp.com", "b": "c{number}@corp.com"}}' for number in range(9)],
        "note": [f"please write to {MARKER}{number}@corp.com about the thing today" for number in range(9)],
        "key": [f"postgres://{MARKER}:{MARKER}{number}@db.corp.com" for number in range(9)],
    }

    written = repr([detect(**{name: cells}) for name, cells in values.items()]) + caplog.text

    assert MARKER not in written.lower()


def test_the_detector_opens_no_socket_and_loads_no_language_model() -> None:
    program = """
import socket, sys
def refuse(*args, **kwargs): raise AssertionError("a socket was opened")
socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse
import pyarrow as pa
from rules.privacy.detection import DETECTOR
assert "presidio_analyzer" not in sys.modules and "pyarrow" in sys.modules
found = list(DETECTOR.detect(pa.table({"x": ["a@corp.com", "b@corp.co.uk", "+49 30 901820"]})))
assert [label.label for label in found] == ["email"], found
assert not any(name.startswith("en_core") for name in sys.modules)
"""
    subprocess.run([sys.executable, "-c", program], check=True)


def test_the_detector_travels_to_another_process() -> None:
    copy = pickle.loads(pickle.dumps(DETECTOR))  # noqa: S301 - made here
    table = pa.table({"email": ["ann@corp.com", "bob@corp.com"]})

    with ProcessPoolExecutor(1) as pool:
        there = pool.submit(_labels, copy, table).result()

    assert there == list(DETECTOR.detect(table))


def _labels(detector: object, table: pa.Table) -> list[Label]:
    return list(detector.detect(table))  # type: ignore[attr-defined]


CELLS = st.one_of(
    st.none(),
    st.text(max_size=30),
    st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.(com|de)", fullmatch=True),
    st.from_regex(r"\+?[0-9 ()-]{5,20}", fullmatch=True),
    st.sampled_from(['{"a": 1}', "[", "\ud800", "\x00", "4111 1111 1111 1111", "x" * 5_000]),
)


@settings(max_examples=80, deadline=None)
@given(header=st.text(max_size=20), values=st.lists(CELLS, max_size=30), seed=st.integers(0, 99))
def test_any_column_gives_sound_figures_whatever_the_order_of_its_rows(
    header: str, values: list[str | None], seed: int
) -> None:
    readable = [None if value is None else value.encode("utf-8", "replace").decode() for value in values]
    shuffled = random.Random(seed).sample(readable, len(readable))

    found = list(DETECTOR.detect(pa.table({header: pa.array(readable, pa.string())})))
    again = list(DETECTOR.detect(pa.table({header: pa.array(shuffled, pa.string())})))

    for label in found:
        assert 0 < label.hits <= label.looked <= len(values)
        assert 0 <= label.interval[0] <= label.hits / label.looked <= label.interval[1] <= 1
        assert 0 < label.confidence <= 1
        assert label.why
    assert {(one.label, one.hits) for one in found} == {(one.label, one.hits) for one in again}


def test_tables_that_are_the_first_to_be_looked_at_at_once_are_all_looked_at() -> None:
    looks = """
import threading
from rules.privacy._forms.presidio import recognised, spans
start, lost = threading.Barrier(4), []
def look(number):
    start.wait()
    try:
        spans("call", frozenset({"email"})) if number % 2 else recognised("iban", ["x"])
    except Exception as error:
        lost.append(type(error).__name__)
threads = [threading.Thread(target=look, args=(number,)) for number in range(4)]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(lost)
"""

    done = subprocess.run([sys.executable, "-c", looks], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


@settings(max_examples=40, deadline=None)
@given(copies=st.integers(2, 5))
def test_repeating_every_row_changes_no_label(copies: int) -> None:
    r = random.Random(10)
    values: list[object] = [*(f"R{number}" for number in range(50)), email(r), email(r), iban(r)]

    assert raw(detect(ref=values)) == raw(detect(ref=values * copies))


def test_two_kinds_in_different_values_of_a_column_are_both_told() -> None:
    calls = [f"call back under +49 30 9018{number:05d}" for number in range(20_000, 20_040)]
    accounts = [f"refund to {iban}" for iban in ("DE89370400440532013000", "GB29NWBK60161331926819")] * 20
    notes = pa.table({"note": [*calls, *accounts, *["sent form B"] * 300]})

    found = {label.label for label in DETECTOR.detect(notes)}

    assert {"phone", "iban"} <= found


def test_one_address_alone_is_for_a_person_to_decide() -> None:
    subjects = pa.table(
        {"subject": ["ada.lovelace@acme-mail.com wrote", *[f"question {number}" for number in range(400)]]}
    )

    found = list(DETECTOR.detect(subjects))

    assert [(label.label, label.hits) for label in found] == [("email", 1)]
    assert found[0].confidence < 0.75


def test_what_running_text_holds_is_as_sure_as_what_a_value_is() -> None:
    texts = [
        f"Hello, I waited {day} days and want my money back to DE89370400440532013000, thanks a lot"
        for day in range(30)
    ]
    bodies = pa.table(
        {"body": [*texts, *[f"Hello, invoice number {n} of the last month is not what I ordered" for n in range(300)]]}
    )

    found = [label for label in DETECTOR.detect(bodies) if label.label == "iban"]

    assert [label.confidence >= 0.75 for label in found] == [True]
