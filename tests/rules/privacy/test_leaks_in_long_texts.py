"""The search for raw values in texts that are longer than one look, and in records that are shorter than a value."""

from __future__ import annotations

import pytest

from lineage.connector import Examine, ExamineKind, Part
from lineage.model import Name
from rules.privacy._leaks.index import CHUNK
from rules.privacy._leaks.search import Fingerprints
from rules.privacy.examination import EXAMINER

VALUES = [f"anna.brandt{number}@corp.com" for number in range(200)]


def counted(texts: list[str], values: list[str], label: str) -> dict[str, float]:
    import pyarrow as pa

    raw = Part(Name("sqlite://crm", ("people",), ()), (("value",),), (label,))
    sink = Part(Name("file://logs", ("traces",), ()), (("text",),))
    examination = EXAMINER.begin(Examine(ExamineKind.SINK, sink, (raw,)))
    examination.take(1, pa.table({"0": pa.array(values, pa.string())}))
    examination.take(0, pa.table({"0": pa.array(texts, pa.string())}))
    return dict(examination.counts())


def test_what_begins_in_one_record_and_ends_in_the_next_stands_in_neither() -> None:
    found = counted(["wrote to anna.brandt7", "corp.com is their host"], VALUES, "email")

    assert found["touched"] == 0


def test_short_records_are_told_apart_by_what_stands_in_each() -> None:
    found = counted(
        ["anna.brandt7@corp.com", "", "x", "anna.brandt8@corp.com", "ANNA.BRANDT9@CORP.COM"], VALUES, "email"
    )

    assert found["touched"] == found["records:email"] == found["values:email"] == 3


def test_a_value_is_found_wherever_a_long_text_is_cut() -> None:
    prints = Fingerprints()
    prints.add(VALUES, "email")
    text = bytearray(b"so they said " * (12 * CHUNK // 13))
    places = [cut * CHUNK + step for cut, step in zip(range(1, 12), range(-30, 25, 5), strict=True)]
    for number, place in enumerate(places):
        value = f" {VALUES[number]} ".encode()
        text[place : place + len(value)] = value

    hits = prints.search(bytes(text))

    assert sorted(hits.values.tolist()) == list(range(len(places)))
    assert sorted(hits.places.tolist()) == [place + 1 for place in places]
    assert all(bytes(text[a:b]).decode() in VALUES for a, b in zip(hits.places, hits.ends, strict=True))


@pytest.mark.parametrize(
    "written",
    ["+49 151 23450007", "0049 151 23450007", "(0151) 2345-0007", "0151 23450007", "+49\u00a0151\u00a023450007"],
)
def test_a_phone_number_is_found_as_people_write_it(written: str) -> None:
    assert counted([f"naïve Straße: call {written} \\n back"], ["+49 151 23450007"], "phone")["touched"] == 1


@pytest.mark.parametrize("sign", [b"\xe3", b"a ", b"a\xe7\x8e\x8b", b"\xe7\x8e", b"<", b"%C3", b"&#", b"\xff"])
def test_values_are_found_in_the_midst_of_what_is_hardly_a_text(sign: bytes) -> None:
    prints = Fingerprints()
    prints.add(VALUES, "email")
    text = sign * (100_000 // len(sign)) + b" " + VALUES[3].encode() + b" " + sign * (100_000 // len(sign))

    assert prints.search(text).values.tolist() == [3]
