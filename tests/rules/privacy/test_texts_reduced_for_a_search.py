"""What the compiled kernel makes of a text is what plain Python says that it means, whatever the text holds."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.entities import html5
from urllib.parse import quote

from hypothesis import example, given, settings
from hypothesis import strategies as st

from rules.privacy._leaks.letters import SPLITS, folded
from rules.privacy._leaks.search import Fingerprints
from rules.privacy._leaks.text import LETTERS, SOFT, reduced

UNITS = (rb"%25([0-9a-fA-F]{2})", rb"%([0-9a-fA-F]{2})", rb"\\x([0-9a-fA-F]{2})")
QUOTED = (rb"=([C-F][0-9a-fA-F])", rb"=([0-9a-fA-F]{2})")
VALUES = {
    "email": ["anna.müller7@corp.com", "li.wei@host.example"],
    "phone": ["+49 151 23450007", "+1 415 555 0134"],
    "person": ["Zoë Brandt-Großmann", "王小明", "Łukasz Żak"],
    "iban": ["DE89370400440532013000"],
    "ip": ["192.168.11.20"],
}
BLOCK = 1 << 15
"""Bytes that the kernel works on in one go."""


def meant(text: bytes) -> bytes:
    """Reduce a text sign by sign: letters in their places, 1 for what ends a number, 0 for all other signs."""
    told = bytearray(len(text))
    at = 0
    while at < len(text):
        sign, width = escape(text, at) or plain(text, at)
        told[at : at + width] = (one(sign)[:width] if isinstance(sign, str) else bytes([sign])).ljust(width, b"\0")
        at += width
    return bytes(told)


def one(sign: str) -> bytes:
    if not sign.isascii():
        return folded(sign) if not 0xD800 <= ord(sign) < 0xE000 else b""
    return sign.lower().encode() if sign.isalnum() else b"\1" if sign.encode() in SPLITS + b"&=" else b"\0"


def plain(text: bytes, at: int) -> tuple[str | int, int]:
    """Give the sign of several bytes or of one; a byte that is none stays as it is."""
    if misread := re.compile(rb"\xc3\x83\xc2([\x80-\xbf])").match(text, at):
        return chr(0xC0 | misread[1][0] & 0x3F), 4
    sign = decoded(text[at : at + 4])
    return (sign, len(sign.encode("utf-8", "surrogatepass"))) if sign else (text[at], 1)


def decoded(data: bytes) -> str:
    """Give the sign that some bytes begin with; nothing where they begin with none."""
    for size in range(1, len(data) + 1):
        try:
            return data[:size].decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            continue
    return ""


def escape(text: bytes, at: int) -> tuple[str, int] | None:
    """Give the sign that an escape stands for and how long it is."""
    for unit in UNITS:
        if found := coded(text, at, unit, unit):
            return found
    if found := coded(text, at, *QUOTED):
        return found
    if told := re.compile(rb"\\u([0-9a-fA-F]{4})").match(text, at):
        return chr(int(told[1], 16)), 6
    if between := re.compile(rb'\\[ntrbfv"/]|<[a-zA-Z/ ]{1,9}>').match(text, at):
        return " ", len(between[0])
    name = re.compile(rb"&(#[xX]?[0-9a-fA-F]+|[a-zA-Z0-9]+);").match(text, at)
    sign = entity(name[1].decode()) if name and len(name[1]) <= 9 else ""
    return (sign, len(name[0])) if name and sign else None


def coded(text: bytes, at: int, first: bytes, others: bytes) -> tuple[str, int] | None:
    data, size = b"", 0
    for unit in (first, others, others, others):
        found = re.compile(unit).match(text, at + size)
        if found is None:
            break
        data, size = data + bytes.fromhex(found[1].decode()), size + len(found[0])
    sign = decoded(data)
    return (sign, size // len(data) * len(sign.encode("utf-8", "surrogatepass"))) if sign else None


def entity(name: str) -> str:
    if not name.startswith("#"):
        sign = html5.get(f"{name};", html5.get(name, ""))
        return sign if len(sign) == 1 and ord(sign) < 1 << 16 else ""
    base = 16 if name[1:2] in {"x", "X"} else 10
    try:
        code = int(name[2:] if base == 16 else name[1:], base)
    except ValueError:
        return ""
    return chr(code) if code < 0x110000 else ""


def seen(text: bytes) -> bytes:
    return bytes(code if code >= LETTERS else 10 <= code < SOFT for code in reduced(text))


ESCAPES: list[Callable[[str], str]] = [
    str,
    str.upper,
    lambda text: quote(text, safe=""),
    lambda text: quote(quote(text, safe=""), safe=""),
    lambda text: quote(text, safe="").replace("%", "="),
    lambda text: quote(text, safe="").replace("%", "\\x"),
    lambda text: json.dumps(text)[1:-1],
    lambda text: "".join(f"&#{ord(sign)};" for sign in text),
    lambda text: "".join(f"&#x{ord(sign):X};" for sign in text),
    lambda text: text.encode().decode("latin-1"),
]
PIECES = r"% %2 %C3 %25 %25C \ \u \u00 \x & &# &#x; &uuml; &nbsp; &Uuml <b> </br> <br/> < > =C3 =C3= =20 \\n %C0%AF"
fragments = st.sampled_from([*PIECES.split(), "&#1114112;", "%ED%A0%80", "%F4%90%80%80", "</b >"])
signs = st.one_of(
    st.characters(codec="utf-8"), st.sampled_from("aÄüßéŁ7@. -_<>&;=%\\/,:\t\n\0王あ한ไက😀\u00a0\uff21\U00020000")
)
written = st.builds(lambda text, escape: escape(text), st.text(signs, max_size=6), st.sampled_from(ESCAPES))
texts = st.one_of(
    st.binary(max_size=60),
    st.builds(
        lambda parts, first, last: "".join(parts).encode()[first : last or None],
        st.lists(st.one_of(written, fragments), max_size=12),
        st.integers(0, 3),
        st.integers(-3, 0),
    ),
)


@settings(max_examples=600, deadline=None)
@given(texts)
@example(b"\xf4\x90\x80\x80\xc0\x80\xe0\x80\x80")
@example(b"Z\\u006f\\u00eb \\ud83d\\ude00")
def test_a_text_is_reduced_to_what_its_signs_mean(text: bytes) -> None:
    assert seen(text) == meant(text)


def test_every_entity_of_one_sign_is_known() -> None:
    for name, sign in html5.items():
        if name.endswith(";") and len(name) <= 10 and len(sign) == 1 and ord(sign) < 1 << 16:
            assert seen(f"&{name}".encode()) == one(sign)[: len(name) + 1].ljust(len(name) + 1, b"\0"), name


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.one_of(texts, *(st.sampled_from([one.encode() for one in some]) for some in VALUES.values())), max_size=8
    ),
    st.integers(-200, 40),
)
@example([b"anna.m%C3%BCller7+news@corp.com", b"0049 151 23450007", b"wifi-192.168.11.20", "王小明".encode()], -20)
def test_a_search_finds_the_same_wherever_its_blocks_are_cut(parts: list[bytes], step: int) -> None:
    prints = Fingerprints()
    for label, values in VALUES.items():
        prints.add(values, label)
    text = b" ".join(parts)
    near, far = prints.search(b" " * 64 + text), prints.search(b" " * (BLOCK + step) + text)

    assert far.values.tolist() == near.values.tolist()
    assert (far.places - (BLOCK + step)).tolist() == (near.places - 64).tolist()
    assert (far.ends - (BLOCK + step)).tolist() == (near.ends - 64).tolist()
