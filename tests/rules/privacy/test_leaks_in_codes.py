"""Raw values behind base64 and hexadecimal digits: in headers, tokens and payloads that programs write to logs."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import uuid

import pytest

from lineage.connector import Examine, ExamineKind, Part
from lineage.model import Name
from rules.privacy._leaks.coded import uncoded
from rules.privacy._leaks.index import CHUNK
from rules.privacy._leaks.search import Fingerprints
from rules.privacy.examination import EXAMINER

EMAIL, PERSON = "anna.müller7@corp.example", "Zoë Brandt-Großmann"


def prints() -> Fingerprints:
    made = Fingerprints()
    made.add([EMAIL, "nobody.else@other.example"], "email")
    made.add([PERSON], "person")
    return made


def basic(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def token(**claims: str) -> str:
    parts = ({"alg": "HS256", "typ": "JWT"}, claims)
    told = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    return ".".join((*told, base64.urlsafe_b64encode(hashlib.sha256(b"x").digest()).decode().rstrip("=")))


@pytest.mark.parametrize(
    "written",
    [
        f"Authorization: Basic {basic(f'{EMAIL}:s3cret')}",
        f"Authorization: Bearer {token(sub='1234567890', email=EMAIL, iss='sso')}",
        f'{{"body": "{basic(json.dumps({"to": EMAIL}))}"}}',
        f"session_{basic(EMAIL)}",
        f"https://app.example/s?state={basic(EMAIL).rstrip('=')}&x=1",
        f"payload 0x{EMAIL.encode().hex()} sent",
        f"payload {json.dumps({'to': EMAIL}).encode().hex().upper()} sent",
    ],
)
def test_an_address_is_found_behind_a_code(written: str) -> None:
    text = f"they sent {written} and went on".encode()

    hits = prints().search(text)

    assert hits.values.tolist() == [0]
    assert b"they" not in text[hits.places[0] : hits.ends[0]]
    assert b"went" not in text[hits.places[0] : hits.ends[0]]


def test_what_is_said_within_a_code_is_found_in_every_spelling() -> None:
    for written in (PERSON.upper(), "Brandt-Großmann, Zoë", json.dumps(PERSON)):
        assert prints().search(f"note {basic(f'about {written} again')} end".encode()).values.tolist() == [2]


def test_a_long_payload_is_read_wherever_a_piece_of_the_text_cuts_it() -> None:
    payload = basic(json.dumps({"items": ["ünit " * 9] * 90, "to": EMAIL, "more": ["x" * 40] * 90})).encode()
    made = prints()
    for step in range(1, len(payload), 811):
        text = b"word " * ((CHUNK - step) // 5) + payload + b" tail"

        assert set(made.search(text).values.tolist()) == {0}, step


def test_records_with_codes_are_counted_as_records() -> None:
    import pyarrow as pa

    raw = Part(Name("sqlite://crm", ("people",), ()), (("email",),), ("email",))
    sink = Part(Name("file://logs", ("traces",), ()), (("text",),))
    examination = EXAMINER.begin(Examine(ExamineKind.SINK, sink, (raw,)))
    examination.take(1, pa.table({"0": pa.array([EMAIL], pa.string())}))
    texts = [f"Basic {basic(EMAIL)}", "nothing", f"Basic {basic('somebody@else.example')}", f"wrote to {EMAIL}"]
    examination.take(0, pa.table({"0": pa.array(texts, pa.string())}))

    counts = dict(examination.counts())

    assert (counts["touched"], counts["values:email"]) == (2, 1)


def test_of_ids_digests_and_long_words_nothing_is_read() -> None:
    import numpy as np

    words = [
        *(str(uuid.uuid5(uuid.NAMESPACE_URL, str(n))) for n in range(50)),
        *(hashlib.sha256(str(n).encode()).hexdigest() for n in range(50)),
        *(base64.b64encode(hashlib.sha512(str(n).encode()).digest()).decode() for n in range(50)),
        *("Donaudampfschifffahrtsgesellschaft", "INTERNATIONALIZATION12", "4532111122223333", "aaaaaaaaaaaaaaaaaaaa"),
    ]
    text = " ".join(words).encode()

    starts = np.array([word.start() for word in re.finditer(rb"[A-Za-z0-9]{16,}", text)])

    assert uncoded(text, starts, 0, len(text)).text == b""


@pytest.mark.parametrize("size", range(14, 24))
def test_a_text_that_begins_with_an_id_is_read(size: int) -> None:
    text = f"{'aB3dE6gH9jK2mN5pQ8sT1vW4'[:size]} wrote to {EMAIL}".encode()

    assert prints().search(text).values.tolist() == [0]


def test_no_repr_of_what_was_read_tells_it() -> None:
    import numpy as np

    text = basic(EMAIL).encode()
    told = uncoded(text, np.array([0]), 0, len(text))

    assert EMAIL.encode() in told.text
    assert "corp" not in repr(told)
