"""Lines for a terminal: wrapped to its width under a hanging label, whole where they are to be pasted.

Everything is Rich `Text`, never markup, so that brackets in a name stay brackets. No line ends in spaces, and where
the output cannot show a character it is written in ASCII.
"""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.text import Text

from lineage.reports.words import plain

_ASCII = str.maketrans({"→": "->", "·": "|", "…": "..."})
_LABEL = 10


@dataclass(frozen=True, slots=True)
class Lines:
    """Writes lines to a console."""

    console: Console

    def blank(self) -> None:
        """Write an empty line."""
        self._write(Text())

    def head(self, text: str, style: str = "bold") -> None:
        """Write the head of a section, after an empty line."""
        self.blank()
        self._write(Text(text, style))

    def text(self, text: Text | str, indent: int = 2, hang: int = 2) -> None:
        """Write a text, wrapped."""
        self._wrapped(text if isinstance(text, Text) else Text(text), " " * indent, " " * (indent + hang))

    def row(self, label: str, text: Text | str, indent: int = 4) -> None:
        """Write a text beside a label, wrapped; nothing where the text is empty."""
        words = text if isinstance(text, Text) else Text(text)
        if words.plain:
            self._wrapped(words, " " * indent + label.ljust(_LABEL) + " ", " " * (indent + _LABEL + 1))

    def verbatim(self, text: str, indent: int, style: str = "") -> None:
        """Write lines that are to be pasted: never wrapped, each safe by itself."""
        for line in text.rstrip("\n").split("\n"):
            self._write(Text(" " * indent + plain(line), style))

    def whole(self, text: Text) -> None:
        """Write one line, however long."""
        self._write(text)

    def _wrapped(self, text: Text, first: str, other: str) -> None:
        style = "dim" if first.strip() else ""
        opening = self._pieces(text, first)[0]
        opening.rstrip()
        self._write(Text.assemble((first, style), opening))
        rest = text[len(opening) :]
        rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
        for line in self._pieces(rest, other) if rest.plain else ():
            self._write(Text.assemble(other, line))

    def _pieces(self, text: Text, beside: str) -> list[Text]:
        width = max(self.console.width - len(beside), 20)
        return list(text.wrap(self.console, width, overflow="fold", no_wrap=False)) or [Text()]

    def _write(self, line: Text) -> None:
        line.rstrip()
        if self.console.options.ascii_only:
            words = line.plain.translate(_ASCII).encode("ascii", "backslashreplace").decode("ascii")
            line = Text(words)
        self.console.print(line, soft_wrap=True, highlight=False, markup=False, emoji=False)
