"""PL/pgSQL cut into the queries and expressions that it runs, each with the variables that its result goes to.

Dynamic SQL is read where its texts follow from constants (`connectors._pg.texts`); what else is put together while it
runs is said to be so. Anything that is not understood makes the whole body opaque, for half a body proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from connectors._pg.fragments import DYNAMIC
from connectors._pg.texts import Texts, statements, value_name
from connectors._pg.words import Word, Words, split, until, words

STRANGE: Final = "its body is not understood in whole"
_SELECT: Final = Word("word", "SELECT")
_QUERIES: Final = frozenset({"select", "insert", "update", "delete", "merge", "with", "values", "table"})
_BRANCHES: Final = frozenset({"if", "case", "loop"})
_LEAVING: Final = frozenset({"return", "exit", "continue", "raise"})
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
    dynamic: bool = False
    """It sees no variables, but for those that stand for values that are put in."""
    sure: bool = True
    """It runs whenever the body runs to its end."""


@dataclass(slots=True)
class Body:
    """What a body runs."""

    steps: list[Step] = field(default_factory=list)
    variables: set[str] = field(default_factory=lambda: set(_GIVEN))
    opaque: str = ""


def body_of(text: str) -> Body:
    """Cut a PL/pgSQL body."""
    parts = words(text)
    strange: set[str] = set()
    if any(part.lower == "execute" for part in parts):
        # Twice: a loop may change after a statement what the statement runs the next time.
        before = _Cutter(parts)
        before.run()
        strange = before.strange
    cutter = _Cutter(parts, frozenset(strange), known=True)
    cutter.run()
    return cutter.body


@dataclass(slots=True)
class _Cutter:
    parts: Words
    given: frozenset[str] = frozenset()
    """Variables of which it is known that their texts cannot be followed."""
    known: bool = False
    body: Body = field(default_factory=Body)
    place: int = 0
    blocks: list[str] = field(default_factory=list)
    strange: set[str] = field(default_factory=set)
    declared: set[str] = field(default_factory=set)
    texts: Texts = field(init=False)
    values: int = 0
    left: bool = False
    """A branch ends the body, or a loop."""
    catches: bool = False

    def __post_init__(self) -> None:
        every = zip([Word("sign", ";"), *self.parts], self.parts, strict=False)
        self.catches = any(part.lower == "exception" and before.lower != "raise" for before, part in every)
        self.texts = Texts(self._valued, self.given)

    def _valued(self, expression: Words) -> str:
        self.values += 1
        name = value_name(self.values)
        self.body.variables.add(name)
        self._value(expression, (name,))
        return name

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
            known[word]()
        elif word in _LOOPS:
            # What a loop runs over is asked for once at least.
            self._loop(word)
            self.blocks.append("loop")
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
        # What a query gives is no text that could be followed.
        self.strange.update(into)
        if query:
            self.body.steps.append(Step(query, into, back, sure=self._sure))

    def _value(self, expression: Words, into: tuple[str, ...] = (), *, back: bool = False) -> None:
        if expression:
            self.body.steps.append(Step([_SELECT, *expression], into, back, sure=self._sure))

    def _when(self) -> None:
        self.place += 1
        condition = self._expression("then")
        if self.blocks and self.blocks[-1] == "case":
            self._value(condition)

    def _if(self) -> None:
        first = self.parts[self.place].lower == "if"
        self.place += 1
        self._value(self._expression("then"))
        self.blocks += ["if"] if first else []

    def _case(self) -> None:
        self.place += 1
        self._value(self._expression("when"))
        self.place -= 1
        self.blocks.append("case")

    def _loop(self, word: str) -> None:
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
        self.strange.update(names)
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
        if name in self.declared:
            # Two of one name, in blocks of their own, are not told apart.
            self.strange.add(name)
        self.declared.add(name)
        lower = [part.lower for part in parts]
        if "cursor" in lower[:4] and ("for" in lower or "is" in lower):
            start = lower.index("for" if "for" in lower else "is") + 1
            if "(" in lower[:start]:
                inside = parts[lower.index("(") + 1 : start - 2]
                self.body.variables.update(part[0].name for part in split(inside, ",") if part)
            self._add(parts[start:], (name,))
        elif "alias" in lower[1:3]:
            self._touched(parts)
        else:
            cut = min(until(parts, 0, stop) for stop in (":=", "=", "default"))
            self.texts.declare(name, parts[1:cut], parts[cut + 1 :])
            self._value(parts[cut + 1 :], (name,))

    def _touched(self, parts: Words) -> None:
        """Note the variables of which it is not followed what becomes of them."""
        self.strange.update(part.name for part in parts if part.name)

    def _plain(self, word: str, parts: Words) -> None:
        rest = parts[1:]
        if word in _LEAVING and _BRANCHES & {*self.blocks}:
            self.left = True
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
            self._value(rest[until(rest, 0, "when") + 1 :])
        elif word in ("call", "assert"):
            self._touched(rest)
            self._value(rest)
        elif word == "open":
            self._open(rest)
        elif word == "fetch":
            cut = until(rest, 0, "into")
            self._touched(rest[cut + 1 :])
            self._value(rest[cut - 1 : cut], tuple(part.name for part in rest[cut + 1 :] if part.name))
        elif word in _SILENT:
            self._touched(rest)
        else:
            self._assignment(parts)

    def _assignment(self, parts: Words) -> None:
        cut = min(until(parts, 0, ":="), until(parts, 0, "="))
        name = parts[0].name if parts else ""
        if cut >= len(parts) or not name:
            self.body.opaque = STRANGE
            return
        if cut > 1 or "loop" in self.blocks:
            self._touched(parts[:cut])
        else:
            self.texts.assign(name, parts[cut + 1 :], surely=self._surely)
        self._value(parts[cut + 1 :], (name,))
        if cut > 1:
            # `row.field := ...`, `list[i] := ...`: the rest of it stays.
            self._value(parts[:1], (name,))

    @property
    def _sure(self) -> bool:
        """Whether what stands here runs whenever the body runs to its end."""
        return self._surely and not self.left

    @property
    def _surely(self) -> bool:
        """Whether what stands here happens, and stays, unless the body was left before."""
        # An exception may come between any two statements.
        return not self.catches and not _BRANCHES & {*self.blocks}

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
        """Read dynamic SQL of which every text is known; give up on any other."""
        end = min(until(rest, 0, "into"), until(rest, 0, "using"))
        start, using = until(rest, 0, "into"), until(rest, 0, "using")
        names = tuple(part.name for part in rest[start + 1 : until(rest, start, "using")] if part.name)
        self.strange.update(names)
        if not self.known:
            return
        values = [self._valued(part) for part in split(rest[using + 1 : until(rest, using, "into")], ",") if part]
        texts = self.texts.of(rest[:end]) if end else None
        if not texts:
            self.body.opaque = DYNAMIC
        for text in sorted(texts or ()):
            found = statements(text, values)
            if found is None or not all(query[0].lower in _QUERIES for query in found):
                self.body.opaque = DYNAMIC
            for query in found or ():
                sure = self._sure and len(texts or ()) == 1
                self.body.steps.append(Step(query, into or names, back, dynamic=True, sure=sure))
