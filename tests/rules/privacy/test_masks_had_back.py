"""Masks that look like secrets and are none, in pairs and without a key, and those that cannot be told."""

from __future__ import annotations

import base64
import csv
import hashlib
import hmac
import io
import uuid
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from lineage.model import Verdict
from lineage.testing import World, assumption, finding
from rules.privacy._masks.flaws import Compared
from rules.privacy._masks.heaps import heaped
from rules.privacy._masks.verified import paired

RULE = "privacy/ineffective-mask"
GIVEN = ("anna", "jonas", "zoë", "marie", "omar", "luca", "ruth")
PEOPLE = tuple(f"{GIVEN[n % 7]}.{n * 7919 % 100_003}.brandt@corp{n % 3}.example" for n in range(300))
SECRET = b"kept in the vault 7f1c"
PLAN = """
plan: v1
meta: {id: reply, owner: pm@acme.example}
sources:
  crm:
    connector: {type: sqlite, url: "${CRM_URL}"}
    datasets:
      contacts: {reads: contacts, fields: {email: {need: none, sensitive: email}}}
  export:
    connector: {type: files, path: "${FILES}"}
    datasets:
      contacts:
        reads: contacts.csv
        copy_of: [crm.contacts]
        fields: {email: {need: helpful, sensitive: email, mask: tokenise}}
steps:
  draft: {reads: {export.contacts: all}, to: prompt}
"""


def keyed(value: str) -> str:
    return hmac.new(SECRET, value.encode(), "sha256").hexdigest()


def digest(name: str, value: str) -> str:
    return hashlib.new(name, value.encode()).hexdigest()


def compared(masked: Sequence[str], joined: bool, method: str = "hmac") -> Compared:
    import pyarrow as pa

    shown = list(masked) if joined else sorted(masked, key=lambda value: digest("md5", value))
    return (paired if joined else heaped)(pa.array(PEOPLE, pa.string()), pa.array(shown, pa.string()), method)


def some_plain(value: str) -> str:
    return digest("sha1", value) if value.startswith("anna.7") else keyed(value)


@pytest.mark.parametrize("joined", [True, False])
@pytest.mark.parametrize(
    "mask",
    [
        pytest.param(lambda v: str(uuid.UUID(digest("md5", v))), id="md5 as a UUID"),
        pytest.param(lambda v: str(uuid.uuid5(uuid.NAMESPACE_DNS, v)), id="UUID of a name"),
        pytest.param(lambda v: str(uuid.uuid3(uuid.NAMESPACE_URL, v)).upper(), id="older UUID of a name"),
        pytest.param(lambda v: f"{digest('sha256', v)[:16]}@masked.example", id="hash as an address"),
        pytest.param(
            lambda v: f"{digest('sha256', v.partition('@')[0])}@{v.partition('@')[2]}", id="hash of the name alone"
        ),
        pytest.param(lambda v: digest("md5", digest("sha1", v)), id="hash of another hash"),
        pytest.param(lambda v: digest("sha1", f"{v}mysalt"), id="salt behind"),
        pytest.param(some_plain, id="a few plain hashes of another length"),
        pytest.param(lambda v: base64.b64encode(zlib.compress(v.encode())).decode(), id="packed"),
        pytest.param(lambda v: bytes(byte ^ 90 for byte in v.encode()).hex(), id="one key for every byte"),
        pytest.param(lambda v: f'{{"email": "{v}", "masked": true}}', id="within other text"),
        pytest.param(lambda v: v[len(v) // 2 :] + v[: len(v) // 2], id="halves turned"),
        pytest.param(lambda v: v[:-1], id="one sign gone"),
        pytest.param(lambda v: " ".join(f"{byte:08b}" for byte in v.encode()), id="bits"),
        pytest.param(lambda v: "-".join(str(byte) for byte in v.encode()), id="codes"),
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_and_is_none_is_found(mask: Callable[[str], str], joined: bool) -> None:
    assert compared([mask(value) for value in PEOPLE], joined).flaws


def test_values_that_are_all_mixed_with_the_same_bytes_are_found_in_pairs() -> None:
    stream = hashlib.sha512(SECRET).digest() * 2

    mixed = [bytes(a ^ b for a, b in zip(value.encode(), stream, strict=False)) for value in PEOPLE]

    for masked in ([one.hex() for one in mixed], [base64.b64encode(one).decode() for one in mixed]):
        assert [flaw.how for flaw in compared(masked, True).flaws] == ["by mixing every value with the same bytes"]


@pytest.mark.parametrize("joined", [True, False])
@pytest.mark.parametrize(
    "mask",
    [
        pytest.param(lambda v: str(uuid.UUID(keyed(v)[:32])), id="UUID"),
        pytest.param(lambda v: str(uuid.UUID(keyed(v)[:32], version=5)), id="UUID that says it is of a name"),
        pytest.param(lambda v: f"{keyed(v)[:16]}@masked.example", id="address"),
        pytest.param(lambda v: base64.urlsafe_b64encode(bytes.fromhex(keyed(v))).decode(), id="base64"),
        pytest.param(lambda v: base64.b32encode(hmac.digest(SECRET, v.encode(), "sha1")).decode(), id="base32"),
        pytest.param(lambda v: keyed(v) if v[0] == "a" else keyed(v)[:40], id="two lengths"),
    ],
)  # fmt: skip
def test_a_secret_in_any_form_is_silent_and_no_riddle(mask: Callable[[str], str], joined: bool) -> None:
    found = compared([mask(value) for value in PEOPLE], joined)

    assert not found.flaws
    assert not found.opaque


def counted(values: Sequence[str]) -> list[str]:
    return [f"P{sorted(values).index(value):08}" for value in values]


def test_without_a_key_what_may_keep_an_order_is_called_opaque() -> None:
    assert not compared(counted(PEOPLE), False, "tokenise").flaws
    assert compared(counted(PEOPLE), False, "tokenise").opaque
    assert "in the order of the raw values" in {flaw.how for flaw in compared(counted(PEOPLE), True, "tokenise").flaws}


@pytest.mark.parametrize(
    ("masked", "verdict", "says"),
    [
        (counted(PEOPLE), Verdict.UNVERIFIED, "told in pairs only"),
        ([keyed(value) for value in PEOPLE], Verdict.HELD, ""),
    ],
)
def test_a_mask_that_cannot_be_told_from_a_riddle_is_not_held(
    tmp_path: Path, masked: Sequence[str], verdict: Verdict, says: str
) -> None:
    cells = ", ".join(f"('{value}')" for value in PEOPLE)
    world = World(tmp_path).sqlite("crm", f"create table contacts (email text); insert into contacts values {cells};")
    text = io.StringIO()
    csv.writer(text).writerows([("email",), *((value,) for value in sorted(masked))])

    report = world.file("contacts.csv", text.getvalue()).audit(PLAN)

    line = assumption(report, "export.datasets.contacts.fields.email.mask.to")
    assert line.verdict is verdict
    assert finding(report, RULE) is None
    assert says in line.says
