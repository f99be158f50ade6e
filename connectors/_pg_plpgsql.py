"""PL/pgSQL cut into the queries and expressions that it runs, each with the variables that its result goes to.

Static SQL only: what is put together while it runs is said to be so. Anything that is not understood makes the whole
body opaque, for half a body proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from connectors._pg_words import Word, Words, split, until, words

DYNAMIC: Final = "it runs SQL that is put together while it runs"
STRANGE: Final = "its body is not understood in whole"
_SELECT: Final = Word("word", "SELECT")
_QUERIES: Final = frozenset({"select", "insert", "update", "delete", "merge", "with", "values", "table"})
_SILENT: Final = frozenset({"null", "get", "close", "move", "commit", "rollback"})
_LOOPS: Final = frozenset({"for", "foreach", "while", "loop"})
_GIVEN: Final = frozenset({"found", "sqlstate", "sqlerrm", "new", "old"})


@dataclass(frozen=True, slots=True)
class Step:
    """A query or an expression of a body, and what becomes of its result."""

    query: Words
    into: tuple[str, ...] = ()
    """Variables that take the result."""
    back: bool = False
    """The result goes to the caller."""


@dataclass(slots=True)
class Body:
    """What a body runs."""

    steps: list[Step] = field(default_factory=list)
    variables: set[str] = field(default_factory=lambda: set(_GIVEN))
    branches: bool = False
    opaque: str = ""


def body_of(text: str) -> Body:
    """Cut a PL/pgSQL body."""
    cutter = _Cutter(words(text))
    cutter.run()
    return cutter.body


@dataclass(slots=True)
class _Cutter:
    parts: Words
    body: Body = field(default_factory=Body)
    place: int = 0
    blocks: list[str] = field(default_factory=list)

    def run(self) -> None:
        declaring = False
        while self.place < len(self.parts) and not self.body.opaque:
            word = self.parts[self.place].lower
            if word == "declare":
                declaring = True
                self.place += 1
            elif word == "begin":
                declaring = False
                self.blocks.append("begin")
                self.place += 1
            elif declaring:
                self._declaration(self._statement())
            else:
                self._one(word)

    def _one(self, word: str) -> None:
        known: Mapping[str, Callable[[], None]] = {
            "<<": self._label,
            ";": self._skip,
            "#": self._pragma,
            "else": self._skip,
            "end": self._end,
            "exception": self._skip,
            "when": self._when,
            "if": self._if,
            "elsif": self._if,
            "elseif": self._if,
            "case": self._case,
        }
        if word in known:
            self.body.branches = self.body.branches or word not in ("<<", ";", "#", "end")
            known[word]()
        elif word in _LOOPS:
            self.body.branches = True
            self._loop(word)
        else:
            self._plain(word, self._statement())

    def _skip(self) -> None:
        self.place += 1

    def _label(self) -> None:
        self.place = until(self.parts, self.place, ">>") + 1

    def _pragma(self) -> None:
        # `#variable_conflict use_column`: a name that is both is a column.
        self.place += 3

    def _end(self) -> None:
        if self.blocks:
            self.blocks.pop()
        self.place = until(self.parts, self.place, ";") + 1

    def _expression(self, *stops: str) -> Words:
        end = until(self.parts, self.place, *stops)
        found = self.parts[self.place : end]
        self.place = end + 1
        return found

    def _statement(self) -> Words:
        return self._expression(";")

    def _add(self, query: Words, into: tuple[str, ...] = (), *, back: bool = False) -> None:
        if query:
            self.body.steps.append(Step(query, into, back))

    def _value(self, expression: Words, into: tuple[str, ...] = (), *, back: bool = False) -> None:
        if expression:
            self._add([_SELECT, *expression], into, back=back)

    def _when(self) -> None:
        self.place += 1
        condition = self._expression("then")
        if self.blocks and self.blocks[-1] == "case":
            self._value(condition)

    def _if(self) -> None:
        if self.parts[self.place].lower == "if":
            self.blocks.append("if")
        self.place += 1
        self._value(self._expression("then"))

    def _case(self) -> None:
        self.blocks.append("case")
        self.place += 1
        self._value(self._expression("when"))
        self.place -= 1

    def _loop(self, word: str) -> None:
        self.blocks.append("loop")
        self.place += 1
        head = [] if word == "loop" else self._expression("loop")
        if word == "loop":
            return
        if word == "while":
            self._value(head)
            return
        cut = until(head, 0, "in")
        names = tuple(part.name for part in head[:cut] if part.name and part.name != "slice")
        self.body.variables.update(names)
        rest = head[cut + 1 :]
        first = rest[0].lower if rest else ""
        if first == "reverse" or until(rest, 0, "..") < len(rest):
            dots = until(rest, 0, "..")
            self._value(rest[1 if first == "reverse" else 0 : dots])
            self._value(rest[dots + 1 : until(rest, dots, "by")])
        elif first == "array":
            self._value(rest[1:], names)
        elif first == "execute":
            self._dynamic(rest[1:], names)
        elif first in _QUERIES or first == "(":
            self._add(rest, names)
        elif rest and rest[0].name in self.body.variables:
            self._value(rest[:1], names)
        else:
            self.body.opaque = STRANGE

    def _declaration(self, parts: Words) -> None:
        if not parts:
            return
        name = parts[0].name
        self.body.variables.add(name)
        lower = [part.lower for part in parts]
        if "cursor" in lower[:4] and ("for" in lower or "is" in lower):
            start = lower.index("for" if "for" in lower else "is") + 1
            if "(" in lower[:start]:
                inside = parts[lower.index("(") + 1 : start - 2]
                self.body.variables.update(part[0].name for part in split(inside, ",") if part)
            self._add(parts[start:], (name,))
        elif "alias" in lower[1:3]:
            return
        else:
            cut = min(until(parts, 0, stop) for stop in (":=", "=", "default"))
            self._value(parts[cut + 1 :], (name,))

    def _plain(self, word: str, parts: Words) -> None:
        rest = parts[1:]
        if word in _QUERIES:
            self._query(parts)
        elif word == "perform":
            self._value(rest)
        elif word == "return":
            self._return(rest)
        elif word == "execute":
            self._dynamic(rest)
        elif word == "raise":
            self._raise(rest)
        elif word in ("exit", "continue"):
            self.body.branches = True
            self._value(rest[until(rest, 0, "when") + 1 :])
        elif word in ("call", "assert"):
            self._value(rest)
        elif word == "open":
            self._open(rest)
        elif word == "fetch":
            cut = until(rest, 0, "into")
            self._value(rest[cut - 1 : cut], tuple(part.name for part in rest[cut + 1 :] if part.name))
        elif word not in _SILENT:
            self._assignment(parts)

    def _assignment(self, parts: Words) -> None:
        cut = min(until(parts, 0, ":="), until(parts, 0, "="))
        name = parts[0].name if parts else ""
        if cut >= len(parts) or not name:
            self.body.opaque = STRANGE
            return
        self._value(parts[cut + 1 :], (name,))
        if cut > 1:
            # `row.field := ...`, `list[i] := ...`: the rest of it stays.
            self._value(parts[:1], (name,))

    def _query(self, parts: Words) -> None:
        """Take `INTO a, b` out of a query; that of INSERT and MERGE names a table."""
        start, into = 0, tuple[str, ...]()
        while (start := until(parts, start, "into")) < len(parts):
            if start and parts[start - 1].lower in ("insert", "merge"):
                start += 1
                continue
            end = start + 1 + (start + 1 < len(parts) and parts[start + 1].lower == "strict")
            names: list[str] = []
            while end < len(parts) and parts[end].name:
                names.append(parts[end].name)
                end += 1
                while end + 1 < len(parts) and parts[end].lower == ".":
                    end += 2
                if end >= len(parts) or parts[end].lower != ",":
                    break
                end += 1
            into, parts = tuple(names), [*parts[:start], *parts[end:]]
            break
        self._add(parts, into)

    def _return(self, rest: Words) -> None:
        first = rest[0].lower if rest else ""
        if first == "query":
            if len(rest) > 1 and rest[1].lower == "execute":
                self._dynamic(rest[2:], back=True)
            else:
                self._add(rest[1:], back=True)
        else:
            self._value(rest[1:] if first == "next" else rest, back=True)

    def _raise(self, rest: Words) -> None:
        # What is put into a message comes back to the caller too.
        using = until(rest, 0, "using")
        for part in list(split(rest[:using], ","))[1:]:
            self._value(part, back=True)
        for part in split(rest[using + 1 :], ","):
            self._value(part[until(part, 0, "=", ":=") + 1 :], back=True)

    def _open(self, rest: Words) -> None:
        cut = until(rest, 0, "for")
        name = rest[0].name if rest else ""
        if cut < len(rest) and cut + 1 < len(rest) and rest[cut + 1].lower == "execute":
            self._dynamic(rest[cut + 2 :], (name,))
        elif cut < len(rest):
            self._add(rest[cut + 1 :], (name,))

    def _dynamic(self, rest: Words, into: tuple[str, ...] = (), *, back: bool = False) -> None:
        """Read dynamic SQL whose text is one constant; give up on any other."""
        text = rest[0].content if rest else None
        end = min(until(rest, 0, "into"), until(rest, 0, "using"))
        if text is None or end != 1:
            self.body.opaque = DYNAMIC
            return
        start = until(rest, 0, "into")
        names = tuple(part.name for part in rest[start + 1 : until(rest, start, "using")] if part.name)
        using = until(rest, 0, "using")
        for part in split(rest[using + 1 : until(rest, using, "into")], ","):
            self._value(part)
        for query in split(words(text), ";"):
            if query and query[0].lower in _QUERIES:
                self._add(query, into or names, back=back)
            elif query:
                self.body.opaque = DYNAMIC
