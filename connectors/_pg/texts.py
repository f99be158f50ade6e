"""The texts that dynamic SQL of a PL/pgSQL body can be, where they follow from constants alone.

`EXECUTE format('SELECT %I FROM %I.%I WHERE id = %L', 'c', 's', 't', value)` is one text, whatever the value is: a value
is put where a literal stands and changes no name. What is put in as a name, or bare, must be constant itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Final

from connectors._pg.words import Word, Words, split, words

MOST: Final = 16
"""Texts that a variable may hold: a body of more is taken for one whose texts are not known."""
_VALUE: Final = "lineage value "
_FORMAT: Final = re.compile(r"%(?:(?P<place>\d+)\$)?(?P<kind>[sIL%])")
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "\\": "\\", "'": "'"}
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_CASTS: Final = frozenset({"text", "varchar"})
_TYPES: Final = (["text"], ["varchar"], ["character", "varying"], ["pg_catalog", ".", "text"])

Found = frozenset[str] | None
"""The texts that an expression can be; None where they are not known."""


@dataclass(slots=True)
class Texts:
    """What the variables of a body can hold as text."""

    value: Callable[[Words], str]
    """Takes an expression whose result becomes a literal, and gives the variable that stands for it."""
    strange: frozenset[str] = frozenset()
    """Variables that something else than a plain assignment changes, or that a loop changes."""
    known: dict[str, frozenset[str]] = field(default_factory=dict)

    def declare(self, name: str, typed: Words, first: Words) -> None:
        """Take a declaration: a type that would cut a text short is none that is followed."""
        kind = [part.lower for part in typed if part.lower not in ("constant", "not", "null")]
        if kind not in _TYPES or name in self.strange:
            return
        found = self.of(first) if first else frozenset()
        if found is not None:
            self.known[name] = found

    def assign(self, name: str, expression: Words, *, surely: bool) -> None:
        """Take an assignment, which may not happen or be undone if it is not sure."""
        if name not in self.known:
            return
        found = self.of(expression)
        if found is not None and not surely:
            found = found | self.known[name]
        if found is None or len(found) > MOST:
            del self.known[name]
        else:
            self.known[name] = found

    def of(self, expression: Words) -> Found:
        """Give the texts that an expression can be."""
        parts = list(split(expression, "||"))
        return _joined(map(self._atom, parts)) if all(parts) else None

    def _atom(self, parts: Words) -> Found:
        if len(parts) > 2 and parts[-2].text == "::":
            return self._atom(parts[:-2]) if parts[-1].lower in _CASTS else None
        literals = [literal(part) for part in parts]
        if all(one is not None for one in literals):
            # Strings one after the other are one string.
            return frozenset({"".join(one for one in literals if one is not None)})
        if parts[0].lower == "(" and parts[-1].lower == ")" and _closes(parts, 0) == len(parts) - 1:
            return self.of(parts[1:-1])
        if len(parts) == 1:
            number = parts[0].text if parts[0].text.isdecimal() else ""
            return frozenset({number}) if number else self.known.get(parts[0].name)
        if len(parts) > 2 and parts[1].lower == "(" and _closes(parts, 1) == len(parts) - 1:
            return self._call(parts[0].lower, [one for one in split(parts[2:-1], ",") if one])
        return None

    def _call(self, name: str, given: Sequence[Words]) -> Found:
        match name, given:
            case (("quote_literal" | "quote_nullable"), [value]):
                return frozenset({self._literal(value)})
            case "quote_ident", [one]:
                found = self.of(one)
                return None if found is None else frozenset(map(_quoted, found))
            case "concat", [*_]:
                return _joined(self.of(one) for one in given)
            case "format", [pattern, *rest]:
                return self._formatted(self.of(pattern), rest)
        return None

    def _formatted(self, patterns: Found, given: Sequence[Words]) -> Found:
        if patterns is None or any(one[0].lower == "variadic" for one in given):
            return None
        found: set[str] = set()
        for pattern in patterns:
            made = _joined(self._pieces(pattern, given))
            if made is None:
                return None
            found |= made
        return frozenset(found) if len(found) <= MOST else None

    def _pieces(self, pattern: str, given: Sequence[Words]) -> Iterator[Found]:
        start = number = 0
        for match in _FORMAT.finditer(pattern):
            between = pattern[start : match.start()]
            yield frozenset({between}) if "%" not in between else None
            start = match.end()
            kind = match["kind"]
            if kind == "%":
                yield frozenset({"%"})
                continue
            number = int(match["place"]) if match["place"] else number + 1
            if not 0 < number <= len(given):
                yield None
            elif kind == "L":
                yield frozenset({self._literal(given[number - 1])})
            else:
                one = self.of(given[number - 1])
                yield one if one is None or kind == "s" else frozenset(map(_quoted, one))
        yield frozenset({pattern[start:]}) if "%" not in pattern[start:] else None

    def _literal(self, value: Words) -> str:
        return _quoted(self.value(value))


def literal(word: Word) -> str | None:
    """Give what a string holds, its escapes undone; None for what is no string, or one with rarer escapes."""
    if word.content is not None:
        return word.content
    if word.kind != "string" or word.text[:1] not in "eE":
        return None
    inside = word.text[2:-1].replace("''", "'")
    if any(match[1] not in _ESCAPES for match in _ESCAPE.finditer(inside)):
        return None
    return _ESCAPE.sub(lambda match: _ESCAPES[match[1]], inside)


def value_name(number: int) -> str:
    """Give the variable that stands for a value in dynamic SQL: a name that no column has."""
    return f"{_VALUE}{number}"


def is_value(name: str) -> bool:
    """Say whether a variable stands for a value in dynamic SQL."""
    return name.startswith(_VALUE)


def statements(text: str, using: Sequence[str]) -> list[Words] | None:
    """Cut a text that is run into statements, `$1` and the like bound; None if a value does not stand for itself."""
    parts = words(text)
    if text.count(_VALUE) != sum(is_value(part.name) for part in parts):
        # A literal within quotes would be no literal: what it holds could be anything.
        return None
    bound: list[Word] = []
    for part in parts:
        number = int(part.text[1:]) if part.kind == "parameter" else 0
        if number > len(using):
            return None
        bound.append(Word("quoted", _quoted(using[number - 1])) if number else part)
    return [statement for statement in split(bound, ";") if statement]


def _joined(pieces: Iterable[Found]) -> Found:
    found: list[frozenset[str]] = []
    for piece in pieces:
        if piece is None:
            return None
        found.append(piece)
    size = 1
    for piece in found:
        size *= len(piece)
    return frozenset(map("".join, product(*found))) if size <= MOST else None


def _closes(parts: Words, opening: int) -> int:
    depth = 0
    for number in range(opening, len(parts)):
        depth += (parts[number].lower in ("(", "[")) - (parts[number].lower in (")", "]"))
        if depth == 0:
            return number
    return len(parts)


def _quoted(identifier: str) -> str:
    return '"' + identifier.replace('"', '""') + '"'
