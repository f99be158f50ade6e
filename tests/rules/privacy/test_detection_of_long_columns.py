"""Columns of any length are judged by the values that stand for them, and two leaks in many rows are not lost."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable

import pyarrow as pa  # noqa: TID253 - the detector's port is Arrow
import pytest

from benchmarks.privacy.made import Case, card, email, iban, leaks, negatives, positives, texts
from rules.privacy._columns.by_content import likely_wallet
from rules.privacy._columns.sketch import sketch_of, sketch_of_numbers
from rules.privacy._forms.checks import iban_checks
from rules.privacy._forms.mail import plain_email
from rules.privacy._forms.presidio import recognised
from rules.privacy._forms.shapes import Signs
from rules.privacy.detection import DETECTOR

ROWS = 60_000
_R = random.Random(21)
CASES = [*positives(_R, 60), *negatives(_R, 60), *leaks(_R, 400), *texts(_R, 60)]


def cells(case: Case) -> list[str]:
    return list(dict.fromkeys(str(value) for value in case.values))


def said_by_presidio(label: str, values: list[str]) -> set[int]:
    return {index for index, yes in enumerate(recognised(label, values)) if yes}


def let_through(flag: str, values: list[str]) -> set[int]:
    return set(Signs(values).flagged(flag))


@pytest.mark.parametrize("label", ["email", "iban", "ip", "mac_address", "crypto_wallet"])
def test_what_presidio_recognises_in_a_cell_no_flag_keeps_from_it(label: str) -> None:
    for case in CASES:
        values = cells(case)

        assert said_by_presidio(label, values) <= let_through(label, values), case.header


def test_what_a_kernel_proves_presidio_recognises_and_the_other_way_round() -> None:
    for case in CASES:
        values = cells(case)
        mails, accounts, wallets, keys = (
            said_by_presidio(label, values) for label in ("email", "iban", "crypto_wallet", "secret")
        )

        assert {index for index, value in enumerate(values) if plain_email(value)} <= mails
        assert accounts <= {index for index, value in enumerate(values) if iban_checks(value)}
        assert wallets <= {index for index, value in enumerate(values) if likely_wallet(value)}
        assert keys == set(Signs(values).flagged("key"))


@pytest.mark.parametrize("case", CASES, ids=[f"{case.group}: {case.header}" for case in CASES])
def test_a_sketch_stands_for_every_row(case: Case) -> None:
    written = [str(value) for value in case.values]

    sketch = sketch_of(pa.array(written, pa.large_string()))

    assert sum(sketch.rows) == len(written)
    assert set(sketch.values) <= set(written)
    assert sum(sketch.weights) <= len(written)


def _order(r: random.Random) -> str:
    return f"ORD-{r.randint(10**8, 10**9)}"


def _hash(r: random.Random) -> str:
    return hashlib.sha256(r.randbytes(8)).hexdigest()


def _key(r: random.Random) -> str:
    return "ghp_" + "".join(r.choices("abcdefghijkLMNOPQ0123456789", k=36))


@pytest.mark.parametrize("clean", [_order, _hash, lambda r: f"https://shop.example.org/p/{r.randint(1, 10**9)}"])
@pytest.mark.parametrize(("label", "raw"), [("email", email), ("iban", iban), ("secret", _key)])
def test_two_raw_values_in_sixty_thousand_are_found(
    clean: Callable[[random.Random], str], label: str, raw: Callable[[random.Random], str]
) -> None:
    r = random.Random(22)
    values = [clean(r) for _ in range(ROWS)]
    values[123], values[50_321] = raw(r), raw(r)

    found = {one.label: one.hits for one in DETECTOR.detect(pa.table({"code": values}))}

    assert found.get(label) == 2


def test_every_row_is_counted_though_few_are_judged() -> None:
    r = random.Random(23)
    values = [email(r) if number % 3 else _order(r) for number in range(ROWS)]

    [label] = [one for one in DETECTOR.detect(pa.table({"contact": values})) if one.label == "email"]

    assert label.hits == ROWS * 2 // 3
    assert label.looked == ROWS


def test_numbers_are_told_apart_by_how_many_digits_they_have() -> None:
    r = random.Random(24)
    numbers = [int(card(r)) if number % 100 == 0 else r.randint(1, 10**9) for number in range(ROWS)]

    [label] = list(DETECTOR.detect(pa.table({"value": numbers})))

    assert (label.label, label.hits) == ("card", ROWS // 100)


def test_a_sketch_of_numbers_keeps_the_least_and_the_greatest_integer() -> None:
    import numpy as np

    least, greatest = -(2**63), 2**63 - 1

    sketch = sketch_of_numbers(np.array([least, greatest, 0, 7]))

    assert set(sketch.values) == {str(least), str(greatest), "0", "7"}


@pytest.mark.parametrize("address", ["10.20.130.4", "2001:db8::1", "00:1a:2b:3c:4d:5e", "00-1A-2B-3C-4D-5E"])
def test_one_address_of_a_machine_in_a_thousand_values_is_kept_apart(address: str) -> None:
    column = [f"{number:05d}-ab:{number % 7}.{number % 9}" for number in range(1_000)]
    column[503] = address

    assert address in sketch_of(pa.array(column)).values


def test_leaves_of_many_documents_are_sketched_and_every_row_is_counted() -> None:
    documents = [f'{{"user": {{"mail": "u{number}@corp.com"}}, "n": {number}}}' for number in range(1_500)]
    documents[700] = '{"note": "AKIAIOSFODNN7EXAMPLE"}'

    found = {one.label: one.hits for one in DETECTOR.detect(pa.table({"payload": pa.array(documents)}))}

    assert found == {"email": 1_499, "secret": 1}
