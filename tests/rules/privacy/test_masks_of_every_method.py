"""What a method promises to leave, and what was left instead: in pairs and without a key; and what texts tell still."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from lineage.model import Verdict
from lineage.testing import World
from rules.privacy._masks.flaws import Compared
from rules.privacy._masks.heaps import heaped
from rules.privacy._masks.verified import paired

BORN = tuple((date(1940, 1, 1) + timedelta(days=n * 7919 % 24_000)).isoformat() for n in range(300))
PLACES = tuple(f"{47 + n * 7919 % 7_000_003 / 1e6:.6f},{6 + n * 104_729 % 8_000_009 / 1e6:.6f}" for n in range(300))
PEOPLE = tuple(
    f"{('Anna', 'Jonas', 'Zoë')[n % 3]} {'BDFGK'[n % 5]}r{'aeiou'[n // 5 % 5]}ndt{'bcdfghklmnps'[n // 25]}a"
    for n in range(300)
)
EMAILS = tuple(f"anna.{n}.brandt{n * 37 % 101}@corp.example" for n in range(300))
TEXTS = tuple(f"Dear Anna Brandt, order {n} went out, reach me at {EMAILS[n]} soon" for n in range(300))


def compared(
    raw: Sequence[str], masked: Sequence[str], method: str, *, joined: bool, of: Sequence[str] = ()
) -> Compared:
    import pyarrow as pa

    shown = list(masked) if joined else sorted(masked, key=lambda value: hashlib.sha256(value.encode()).hexdigest())
    return (paired if joined else heaped)(pa.array(raw, pa.string()), pa.array(shown, pa.string()), method, of=of)


def sha(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()


def coded(value: str) -> str:
    return base64.b64encode(value.encode()).decode()


@pytest.mark.parametrize("joined", [True, False])
@pytest.mark.parametrize(
    ("method", "raw", "mask"),
    [
        pytest.param("generalise", BORN, lambda v: date.fromisoformat(v).strftime("%d %B %Y"), id="day in words"),
        pytest.param("generalise", BORN, lambda v: f"{v}T00:00:00Z", id="day as a moment"),
        pytest.param("generalise", BORN, sha, id="hash of a day"),
        pytest.param("first_name", PEOPLE, lambda v: v.replace(" ", ""), id="name in one word"),
        pytest.param("first_name", PEOPLE, lambda v: v[:-1], id="nearly all of a surname"),
        pytest.param("first_name", PEOPLE, coded, id="name in a code"),
        pytest.param("first_name", PEOPLE, sha, id="hash of a name"),
        pytest.param("partial", EMAILS, lambda v: f"{v.partition('@')[0]}@***", id="only the host hidden"),
        pytest.param("partial", EMAILS, sha, id="hash for a part"),
        pytest.param("redact", EMAILS, lambda v: f"user{int(sha(v), 16) % 999_983}", id="number for a text"),
    ],
)  # fmt: skip
def test_what_a_method_was_not_to_leave_is_found(
    joined: bool, method: str, raw: Sequence[str], mask: Callable[[str], str]
) -> None:
    assert compared(raw, [mask(value) for value in raw], method, joined=joined).flaws


@pytest.mark.parametrize(
    ("raw", "mask"),
    [
        (BORN, lambda v: str((date.fromisoformat(v) - date(1970, 1, 1)).days)),
        (PLACES, lambda v: ",".join(reversed(v.split(",")))),
    ],
)
def test_what_is_as_fine_as_before_is_not_coarser(raw: Sequence[str], mask: Callable[[str], str]) -> None:
    assert compared(raw, [mask(value) for value in raw], "generalise", joined=True).flaws


@pytest.mark.parametrize("joined", [True, False])
@pytest.mark.parametrize(
    ("method", "raw", "mask"),
    [
        ("generalise", BORN, lambda v: str(2026 - int(v[:4]))),
        ("generalise", BORN, lambda v: f"{v[:3]}0s"),
        ("generalise", BORN, lambda v: v[:7]),
        ("generalise", PLACES, lambda v: ",".join(f"{float(part):.1f}" for part in v.split(","))),
        ("first_name", PEOPLE, lambda v: f"{v.split()[0]} {v.split()[1][0]}."),
        ("partial", EMAILS, lambda v: f"{v[0]}***@{v.partition('@')[2]}"),
        ("redact", EMAILS, lambda v: f"***@{v.partition('@')[2]}"),
    ],
)
def test_what_a_method_may_leave_is_silent(
    joined: bool, method: str, raw: Sequence[str], mask: Callable[[str], str]
) -> None:
    assert not compared(raw, [mask(value) for value in raw], method, joined=joined).flaws


def address(text: str) -> str:
    return text.partition("reach me at ")[2].partition(" ")[0]


@pytest.mark.parametrize("joined", [True, False])
@pytest.mark.parametrize(
    ("kind", "mask"),
    [
        pytest.param("email", lambda v: v.replace("@", " at ").replace(".example", " dot example"), id="written out"),
        pytest.param("email", lambda v: v.replace(address(v), coded(address(v))), id="in a code"),
        pytest.param("email", " ".join, id="spaced"),
        pytest.param("email", str.upper, id="capitals"),
        pytest.param("person", str, id="name left"),
        pytest.param("name", lambda v: v.replace("Anna Brandt", "Brandt, Anna"), id="name turned"),
    ],
)
def test_what_was_to_be_taken_out_of_texts_is_found_in_every_spelling(
    joined: bool, kind: str, mask: Callable[[str], str]
) -> None:
    found = compared(TEXTS, [mask(text) for text in TEXTS], "entities", joined=joined, of=[kind])

    assert [flaw.how for flaw in found.flaws] == [f"with {kind} still in the text"]


@pytest.mark.parametrize("joined", [True, False])
def test_texts_without_what_was_to_be_taken_out_are_silent(joined: bool) -> None:
    masked = [text.replace(address(text), "[EMAIL]").replace("Anna Brandt", "[PERSON]") for text in TEXTS]

    found = compared(TEXTS, masked, "entities", joined=joined, of=["email", "person"])

    assert not found.flaws
    assert not found.opaque


def test_a_kind_of_which_raw_texts_tell_nothing_is_not_called_taken_out() -> None:
    found = compared(
        ["about the order"] * 9, ["about the order"] * 9, "entities", joined=True, of=["person", "religion"]
    )

    assert not found.flaws
    assert found.opaque


PLAN = """
plan: v1
meta: {{id: reply, owner: pm@acme.example}}
sources:
  crm:
    connector: {{type: sqlite, url: "${{CRM_URL}}"}}
    datasets:
      raw: {{reads: raw, key: id, fields: {{id: required, body: {{need: none, sensitive: free_text}}}}}}
      tickets:
        reads: tickets
        key: id
        copy_of: [crm.raw]
        fields: {{id: required, body: {{need: helpful, sensitive: free_text, mask: {{to: entities, of: [{kind}]}}}}}}
steps:
  draft: {{reads: {{crm.tickets: all}}, to: prompt}}
"""


@pytest.mark.parametrize(
    ("kind", "left", "verdict"),
    [
        ("person", "Dear Anna Brandt, we wrote", Verdict.BROKEN),
        ("person", "Dear [NAME], we wrote", Verdict.HELD),
        ("religion", "Dear Anna Brandt, we wrote", Verdict.UNVERIFIED),
    ],
)
def test_names_left_in_tickets_are_told_and_what_cannot_be_told_is_open(
    tmp_path: Path, kind: str, left: str, verdict: Verdict
) -> None:
    cells = "".join(
        f"insert into raw values ({n}, 'Dear Anna Brandt, we wrote about order {n}');"
        f"insert into tickets values ({n}, '{left} about order {n}');"
        for n in range(40)
    )
    made = World(tmp_path).sqlite(
        "crm",
        "create table raw (id integer primary key, body text);"
        f"create table tickets (id integer primary key, body text); {cells}",
    )

    lines = [line for line in made.audit(PLAN.format(kind=kind)).assumptions if "tickets.fields.body.mask" in line.leaf]

    verdicts = {line.verdict for line in lines}
    assert verdict in verdicts
    assert (Verdict.BROKEN in verdicts) is ("Anna" in left)  # that a name is left is told by another rule too
