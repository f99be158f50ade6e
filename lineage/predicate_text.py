"""The text of a predicate, read into the types of `lineage.predicate`.

    region = 'EU' AND tier IN ('gold', 'silver') AND NOT ai_opt_out AND created_at >= now - 18 months

A field stands on the left, a literal or a moment on the right; dates are written as text (`'2026-01-31'`).
The result is normal: nested AND in AND and OR in OR are one, parts and lists are sorted and said once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from lineage.duration import parse_duration
from lineage.errors import PlanError
from lineage.predicate import (
    Ago,
    And,
    Between,
    Compare,
    IsIn,
    IsNull,
    Literal,
    Not,
    Or,
    Predicate,
    Truth,
    Value,
    literal_text,
)

MAX_CHARACTERS: Final = 10_000
MAX_DEPTH: Final = 30
_KEYWORDS: Final = frozenset({"and", "or", "not", "in", "between", "is", "null", "now", "true", "false"})
_TOKEN: Final = re.compile(
    r"(?P<text>'(?:[^']|'')*')"
    r"|(?P<number>-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?![A-Za-z0-9_]))"
    r"|(?P<name>[A-Za-z0-9_]+)"
    r"|(?P<op><=|>=|<>|!=|=|<|>)"
    r"|(?P<mark>[(),-])",
    re.ASCII,
)
_SPAN: Final = re.compile(r"P[0-9A-Z.]+|\d+(?:\.\d+)?\s*[A-Za-z]+(?:\s+\d+(?:\.\d+)?\s*[A-Za-z]+)*", re.ASCII)
_WAYS_OUT: Final = {
    '"': "text is written in single quotes: 'EU'",
    "`": "a field is written by its name alone",
    "'": "this quote is not closed",
    ";": "one predicate, without ';'",
    ".": "name the field alone, without its dataset",
    "&": "write AND",
    "|": "write OR",
    "!": "write NOT",
    "+": "moments are written 'now - 18 months'",
}


class PredicateError(PlanError):
    """A predicate that cannot be read: what, at which character (from 0), and the way out."""

    def __init__(self, message: str, offset: int, hint: str = "") -> None:
        super().__init__(f"{message} at character {offset + 1}" + (f"; {hint}" if hint else ""))
        self.message = message
        self.offset = offset
        self.hint = hint


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    """`text`, `number`, `name`, `word` (a keyword, in lower case), `op`, `mark` or `end`."""
    text: str
    offset: int


def parse_predicate(text: str) -> Predicate:
    """Read a predicate.

    Raises:
        PredicateError: with the place in the text and the way out.
    """
    if len(text) > MAX_CHARACTERS:
        raise PredicateError(f"longer than {MAX_CHARACTERS:,} characters", MAX_CHARACTERS)
    return _Parser(text).whole()


def normalised(predicate: Predicate) -> Predicate:
    """Give the same predicate as `parse_predicate` would: flat, sorted, nothing said twice."""
    match predicate:
        case And():
            return _all_of(normalised(part) for part in predicate.of)
        case Or():
            return _any_of(normalised(part) for part in predicate.of)
        case Not():
            return Not(normalised(predicate.of))
        case IsIn():
            return _is_in(predicate.field, predicate.values)
        case _:
            return predicate


class _Parser:
    def __init__(self, text: str) -> None:
        self._text = text
        self._depth = 0
        self._next = self._token(0)

    def whole(self) -> Predicate:
        found = self._any()
        if self._next.kind != "end":
            hint = "close the text with a quote, or join the parts with AND or OR"
            if self._next.text == ")":
                hint = "this bracket was never opened"
            raise self._error("the predicate should end here", hint)
        return found

    def _any(self) -> Predicate:
        parts = [self._all()]
        while self._takes("word", "or"):
            parts.append(self._all())
        return _any_of(parts)

    def _all(self) -> Predicate:
        parts = [self._one()]
        while self._takes("word", "and"):
            parts.append(self._one())
        return _all_of(parts)

    def _one(self) -> Predicate:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise self._error(f"nested deeper than {MAX_DEPTH} levels", "say it in fewer brackets")
        if self._takes("word", "not"):
            found: Predicate = Not(self._one())
        elif self._takes("mark", "("):
            found = self._any()
            self._expect("mark", ")", "a closing bracket")
        else:
            found = self._test()
        self._depth -= 1
        return found

    def _test(self) -> Predicate:
        if self._next.kind != "name":
            raise self._error("a field is expected", "write the field first: region = 'EU'")
        field = self._advance().text
        if self._next.kind == "op":
            return self._comparison(field)
        if self._takes("word", "is"):
            negated = self._takes("word", "not")
            self._expect("word", "null", "NULL")
            return Not(IsNull(field)) if negated else IsNull(field)
        negated = self._takes("word", "not")
        if self._takes("word", "in"):
            found: Predicate = _is_in(field, self._list())
        elif self._takes("word", "between"):
            low = self._value()
            self._expect("word", "and", "AND")
            found = Between(field, low, self._value())
        elif negated:
            raise self._error("IN or BETWEEN is expected", f"or write NOT {field}")
        else:
            return Truth(field)
        return Not(found) if negated else found

    def _comparison(self, field: str) -> Predicate:
        op = self._advance().text
        if self._next == _Token("word", "null", self._next.offset):
            raise self._error("nothing is equal to NULL", f"write {field} IS NULL or {field} IS NOT NULL")
        return Compare(field, "!=" if op == "<>" else op, self._value())

    def _list(self) -> list[Literal]:
        self._expect("mark", "(", "a list in brackets")
        values = [self._literal()]
        while self._takes("mark", ","):
            values.append(self._literal())
        self._expect("mark", ")", "a comma or a closing bracket")
        return values

    def _value(self) -> Value:
        if self._next.kind != "word" or self._next.text != "now":
            return self._literal()
        now = self._next
        after = self._token(now.offset + 3)
        if after.text.startswith("-") and after.kind in {"mark", "number"}:
            return self._ago(after.offset + 1)
        self._next = after
        return Ago(parse_duration("0 seconds"))

    def _ago(self, offset: int) -> Ago:
        while offset < len(self._text) and self._text[offset].isspace():
            offset += 1
        found = _SPAN.match(self._text, offset)
        if found is None:
            raise PredicateError("a duration is expected", offset, "write it like now - 18 months")
        try:
            span = parse_duration(found[0])
        except PlanError as error:
            raise PredicateError(f"not a duration: {found[0]!r}", offset, "write it like now - 18 months") from error
        self._next = self._token(found.end())
        return Ago(span)

    def _literal(self) -> Literal:
        token = self._next
        match token.kind:
            case "text":
                self._advance()
                return token.text[1:-1].replace("''", "'")
            case "number":
                value = self._number(token.text)
                self._advance()
                return value
            case "word" if token.text in {"true", "false"}:
                self._advance()
                return token.text == "true"
            case _:
                raise self._error("a value is expected", "text is written in single quotes: 'EU'")

    def _number(self, text: str) -> int | float:
        number = float(text)
        if abs(number) == float("inf") or len(text) > 60:
            raise self._error("this number is too large", "quote it if it is text")
        return int(text) if text.lstrip("-").isdigit() else number

    def _takes(self, kind: str, text: str) -> bool:
        if self._next.kind != kind or self._next.text != text:
            return False
        self._advance()
        return True

    def _expect(self, kind: str, text: str, said: str) -> None:
        if not self._takes(kind, text):
            raise self._error(f"{said} is expected")

    def _advance(self) -> _Token:
        token = self._next
        self._next = self._token(token.offset + len(token.text))
        return token

    def _token(self, offset: int) -> _Token:
        while offset < len(self._text) and self._text[offset].isspace():
            offset += 1
        if offset >= len(self._text):
            return _Token("end", "", offset)
        found = _TOKEN.match(self._text, offset)
        if found is None:
            character = self._text[offset]
            raise PredicateError(f"{character!r} is not understood", offset, _WAYS_OUT.get(character, ""))
        kind, text = found.lastgroup or "", found[0]
        if kind == "name" and text.lower() in _KEYWORDS:
            return _Token("word", text.lower(), offset)
        return _Token(kind, text, offset)

    def _error(self, message: str, hint: str = "") -> PredicateError:
        return PredicateError(message, self._next.offset, hint)


def _all_of(parts: Iterable[Predicate]) -> Predicate:
    flat: list[Predicate] = []
    for part in parts:
        flat.extend(part.of if isinstance(part, And) else (part,))
    unique = _sorted_once(flat)
    return And(unique) if len(unique) > 1 else unique[0]


def _any_of(parts: Iterable[Predicate]) -> Predicate:
    flat: list[Predicate] = []
    for part in parts:
        flat.extend(part.of if isinstance(part, Or) else (part,))
    unique = _sorted_once(flat)
    return Or(unique) if len(unique) > 1 else unique[0]


def _sorted_once(parts: Iterable[Predicate]) -> tuple[Predicate, ...]:
    by_text = {f"({part})": part for part in parts}
    return tuple(by_text[text] for text in sorted(by_text))


def _is_in(field: str, values: Iterable[Literal]) -> IsIn:
    by_text = {literal_text(value): value for value in values}
    return IsIn(field, tuple(by_text[text] for text in sorted(by_text)))
