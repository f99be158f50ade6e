"""Names and sentences for Markdown: nothing in them is markup, HTML, a link, a mention or the end of a table's cell."""

from __future__ import annotations

import re
from typing import Final

from lineage.reports.words import plain

_LONGEST: Final = 300
_ESCAPES: Final = str.maketrans(
    {
        **{character: f"\\{character}" for character in "\\`*_[]~$"},
        "&": "&amp;",
        "<": "&lt;",
        ">": "&gt;",
        "|": "&#124;",
    }
)
_MENTION: Final = re.compile(r"(?<![A-Za-z0-9_.+-])([@#])(?=[A-Za-z0-9])")
_ADDRESS: Final = re.compile(r"://|(?<![A-Za-z0-9])www\.", re.IGNORECASE)


def clipped(text: object, longest: int = _LONGEST) -> str:
    """Give a text in one line, at most so many characters of it; what was cut off is shown as an ellipsis."""
    words = plain(text)
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def prose(text: object, longest: int = _LONGEST) -> str:
    """Give a sentence that may hold names."""
    words = clipped(text, longest).translate(_ESCAPES)
    # Sites turn these into notifications and links after the markup is read: a code point of no width keeps them apart.
    words = _MENTION.sub("\\1&#8203;", words)
    return _ADDRESS.sub(lambda found: found.group()[:-1] + f"&#{ord(found.group()[-1])};", words)


def code(text: object) -> str:
    """Give a name as code; empty where there is none."""
    words = clipped(text)
    if not words.strip():
        return ""
    if not set(words) & set("`|\\"):
        return f"`{words}`"
    # Readers disagree on pipes, backslashes and backticks in code within a table: spelt as entities they cannot.
    spelt = (c if c.isalnum() or c == " " or ord(c) > 127 else f"&#{ord(c)};" for c in words)
    return f"<code>{''.join(spelt)}</code>"


def fenced(lines: list[str], language: str) -> list[str]:
    """Give lines in a fence that none of them can close."""
    safe = [plain(line) for line in lines]
    ticks = max((len(run) for line in safe for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, ticks + 1)
    return [f"{fence}{language}", *safe, fence]
