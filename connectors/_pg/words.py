"""The words of a PostgreSQL text: enough of its lexical rules to cut a body into statements, no grammar.

A body is cut and its parts are handed to the lineage extractor; nothing of the text is kept or told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

_WORD: Final = re.compile(
    r"""(?P<space>\s+|--[^\n]*|/\*.*?\*/)
      | (?P<escaped>[eE]'(?:[^'\\]|''|\\.)*')
      | (?P<string>(?:[bBnNxX]|[uU]&)?'(?:[^']|'')*')
      | (?P<dollar>\$(?P<tag>[^\W\d]\w*)?\$.*?\$(?P=tag)\$|\$\$.*?\$\$)
      | (?P<quoted>"(?:[^"]|"")*")
      | (?P<parameter>\$\d+)
      | (?P<word>[^\W\d][\w$]*)
      | (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
      | (?P<sign>::|:=|\.\.|<<|>>|=>|\|\||<=|>=|<>|!=|->>?|\#>>?|!?~~?\*?|@>|<@|@@|&&|\?\||\?&|.)""",
    re.DOTALL | re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text."""

    kind: str
    """`word`, `quoted`, `string`, `dollar`, `parameter`, `number`, `sign`."""
    text: str

    @property
    def lower(self) -> str:
        """The word for comparing with a keyword: empty for what is no bare word or sign."""
        return self.text.lower() if self.kind in ("word", "sign") else ""

    @property
    def name(self) -> str:
        """The name that an identifier stands for; empty for what is none."""
        if self.kind == "word":
            return self.text.lower()
        return self.text[1:-1].replace('""', '"') if self.kind == "quoted" else ""

    @property
    def content(self) -> str | None:
        """What a plain string holds; None for what is no string, or one with escapes."""
        if self.kind == "dollar":
            tag = self.text.index("$", 1) + 1
            return self.text[tag:-tag]
        if self.kind == "string" and self.text.startswith("'"):
            return self.text[1:-1].replace("''", "'")
        return None


Words = Sequence[Word]


def words(text: str) -> list[Word]:
    """Cut a text into words, without spaces and comments."""
    found: list[Word] = []
    for match in _WORD.finditer(text):
        kind = match.lastgroup or "sign"
        if kind == "tag":
            kind = "dollar"
        if kind != "space":
            found.append(Word("string" if kind == "escaped" else kind, match.group()))
    return found


def joined(parts: Words) -> str:
    """Give words as a text again."""
    return " ".join(part.text for part in parts).replace(" . ", ".")


def split(parts: Words, sign: str) -> Iterator[Words]:
    """Give the parts between a sign that stands in no brackets."""
    start = depth = 0
    for number, part in enumerate(parts):
        depth += (part.text in "([") - (part.text in ")]") if part.kind == "sign" else 0
        if depth == 0 and part.lower == sign:
            yield parts[start:number]
            start = number + 1
    yield parts[start:]


def until(parts: Words, start: int, *stops: str) -> int:
    """Give the place of the first of some words that stands in no brackets and no CASE expression; the end if none."""
    depth = cases = 0
    for number in range(start, len(parts)):
        lower = parts[number].lower
        if depth <= 0 and cases <= 0 and lower in stops:
            return number
        depth += (lower in ("(", "[")) - (lower in (")", "]"))
        cases += (lower == "case") - (lower == "end")
    return len(parts)
