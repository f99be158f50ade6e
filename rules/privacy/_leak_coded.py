"""What stands in a text in base64 or in hexadecimal digits: tokens, headers of requests, payloads that programs log.

Only runs that can be such are tried, and only those that are text again are kept: of ids and digests nothing is left.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

SHORTEST: Final = 16
"""Letters and digits in a row: sixteen of base64 are twelve of a text."""
_RUN: Final = re.compile(rb"[A-Za-z0-9+/_-]{16,}")
_BEFORE: Final = re.compile(rb"[A-Za-z0-9+/_-]*")
"""What a run begins with, read from its end."""
_HEX: Final = re.compile(rb"(?:0x)?((?:0[9aAdD]|[2-9a-fA-F][0-9a-fA-F]){8,})")
"""Digits of bytes that a text may have: of digests hardly one has such alone."""
_CUT: Final = 4
"""Bytes of the longest letter."""
_STANDARD: Final = bytes.maketrans(b"-_", b"+/")
_TEXT: Final = b"\t\n\r" + bytes(range(32, 127)) + bytes(range(128, 256))


@dataclass(frozen=True, slots=True)
class Uncoded:
    """Texts that were written in codes, a line for each, and where they stand."""

    text: bytes = field(repr=False)
    ends: list[int]
    """Where each line ends."""
    begins: list[int]
    stops: list[int]


def uncoded(text: bytes, starts: Iterable[int]) -> Uncoded:
    """Give the texts behind the long words of a text, of `SHORTEST` letters or more, that start there."""
    lines, ends, begins, last = [], [], [], []
    size, passed = 0, 0
    for start in starts:
        if start < passed:
            continue
        for begin, end, told in _read(text, start):
            passed = max(passed, end)
            if told:
                size += len(told) + 1
                lines.append(told)
                ends.append(size)
                begins.append(begin)
                last.append(end)
    return Uncoded(b"\n".join(lines), ends, begins, last)


def _read(text: bytes, start: int) -> Iterator[tuple[int, int, bytes]]:
    """Give where the run about a word begins and ends, and the text behind it: empty where it is none."""
    before = _BEFORE.match(text[max(0, start - 256) : start][::-1])
    first = start - (before.end() if before else 0)
    run = _RUN.match(text, first)
    if run is None:
        return
    whole = run[0]
    told = b"" if whole.islower() and not any(48 <= code < 58 for code in whole) else _plain(whole)
    if not told and not first:
        # A piece of a text may begin within a run: four signs are three bytes, and any may be the first.
        told = next((found for skip in (1, 2, 3) if (found := _plain(whole[skip:]))), b"")
    if not told and first < start:
        # What stands before the word may be a name for it: `id_eyJ...`.
        told = _plain(text[start : run.end()])
    yield first, run.end(), told


def _plain(run: bytes) -> bytes:
    """Give the text behind a run of signs; empty where it is none."""
    if (digits := _HEX.fullmatch(run)) is not None:
        return _text(bytes.fromhex(digits[1].decode()))
    if run.islower() or run.isupper() or run.isdigit():
        return b""  # of a text in base64, some letters are capitals and others are not
    whole = run[: len(run) - (len(run) % 4 == 1)].translate(_STANDARD)
    if binascii.a2b_base64(whole[:SHORTEST]).translate(None, _TEXT):
        return b""  # so much tells already of nearly all ids
    return _text(binascii.a2b_base64(whole + b"=" * (-len(whole) % 4)))


def _text(data: bytes) -> bytes:
    """Give data that are a text; signs that no text has are the mark of digests, keys and pictures."""
    if data.translate(None, _TEXT):
        return b""
    # A piece of a text may begin or end within a letter.
    for told in (data[skip:] for skip in range(min(_CUT, len(data)))):
        try:
            told.decode()
        except UnicodeDecodeError as error:
            if error.start < max(SHORTEST // 2, len(told) - _CUT):
                continue
            return told[: error.start].replace(b"\n", b" ")
        return told.replace(b"\n", b" ")
    return b""
