"""Bodies of MariaDB's routines cut into the queries and writes that they run, with the variables that take a result.

What is put together while it runs, calls a procedure, or is not understood makes the whole body opaque: half a body
proves nothing. Bodies hold literals: they stay here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

_QUERIES: Final = frozenset({"SELECT", "WITH", "VALUES", "("})
_WRITES: Final = frozenset({"INSERT", "REPLACE", "UPDATE", "DELETE"})
_SILENT: Final = frozenset({"OPEN", "CLOSE", "COMMIT", "ROLLBACK", "START", "SAVEPOINT", "LEAVE", "ITERATE"})
_BLOCKS: Final = frozenset({"BEGIN", "LOOP", "WHILE", "REPEAT"})
_LEAVING: Final = frozenset({"LEAVE", "ITERATE", "RETURN", "SIGNAL", "RESIGNAL"})


class StrangeError(Exception):
    """A body does what is not read."""


@dataclass(slots=True)
class Step:
    """A query, an expression or a write of a body, and what becomes of its result."""

    text: str
    into: list[str] = field(default_factory=list)
    """Variables that take the result, one a column; `@name` for those of the session."""
    back: bool = False
    """The result goes to the caller."""
    sure: bool = True
    """It runs whenever the body runs to its end."""


@dataclass(slots=True)
class Body:
    """What a body runs, in order."""

    steps: list[Step] = field(default_factory=list)
    variables: set[str] = field(default_factory=set)
    inner: set[str] = field(default_factory=set)
    """Variables of a block within: the same name may be a column's outside of it."""


def body_of(text: str, parameters: Iterable[str] = ()) -> Body:
    """Cut a body; parameters are variables too.

    Raises:
        StrangeError: it holds what is not read.
        SqlglotError: it cannot be cut into words.
    """
    if "/*!" in text or "/*M!" in text:
        # What stands in such a comment runs, and is no word to the tokenizer.
        raise StrangeError
    cutter = _Cutter(text, list(_words(text)), Body(variables=set(parameters)))
    while cutter.more:
        cutter.statement(sure=True)
    if cutter.catches:
        for step in cutter.body.steps:
            step.sure = False
    return cutter.body


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    start: int
    end: int
    """Its last sign."""


def _words(text: str, start: int = 0) -> Iterator[_Word]:
    import sqlglot

    before = _Word("", start - 1, start - 1)
    for token in sqlglot.tokenize(text[start:], read="mysql"):
        if before.text.upper() == "FETCH" and " " in token.text:
            # To the tokenizer all behind FETCH is one word, and where it begins is not said.
            after = text.find(";", before.end)
            yield from _words(text if after < 0 else text[:after], before.end + 1)
        else:
            before = _Word(token.text, start + token.start, start + token.end)
            yield before


@dataclass(slots=True)
class _Cutter:
    text: str
    tokens: Sequence[_Word]
    body: Body = field(default_factory=Body)
    place: int = 0
    left: bool = False
    """A branch may have ended the body, or a loop."""
    catches: bool = False
    """An error does not end the body."""
    cursors: dict[str, Step] = field(default_factory=dict)
    depth: int = 0

    @property
    def more(self) -> bool:
        return self.place < len(self.tokens)

    def word(self, ahead: int = 0) -> str:
        at = self.place + ahead
        if at >= len(self.tokens):
            return ""
        token = self.tokens[at]
        # A literal is no word.
        return "'" if self.text[token.start] in "'\"" else token.text.upper()

    def take(self, *words: str) -> None:
        """Step over words that must stand here."""
        for word in words:
            if self.word() != word:
                raise StrangeError
            self.place += 1

    def until(self, *ends: str) -> tuple[int, int]:
        """Step to the first of some words outside parentheses and CASE expressions; give the span before it."""
        start, depth = self.place, 0
        while self.more:
            word = self.word()
            if not depth and word in ends:
                break
            depth += (word in {"(", "CASE"}) - (word in {")", "END"})
            if depth < 0:
                raise StrangeError
            self.place += 1
        if not self.more and "" not in ends:
            raise StrangeError
        return start, self.place

    def cut(self, span: tuple[int, int]) -> str:
        start, end = span
        return self.text[self.tokens[start].start : self.tokens[end - 1].end + 1] if end > start else ""

    def step(self, text: str, *, sure: bool, into: Sequence[str] = (), back: bool = False) -> Step:
        if not text:
            raise StrangeError
        found = Step(text, list(into), back, sure and not self.left)
        self.body.steps.append(found)
        return found

    def expression(self, *ends: str, sure: bool, into: Sequence[str] = (), back: bool = False) -> None:
        text = self.cut(self.until(*ends))
        self.step(f"SELECT {text}" if text else "", sure=sure, into=into, back=back)

    def end(self) -> None:
        """Step over what ends a statement."""
        if self.word() == ";":
            self.place += 1
        elif self.more:
            raise StrangeError

    def statement(self, *, sure: bool) -> None:
        if self.word(1) == ":" and self.word(2) in _BLOCKS:
            self.place += 2
        word = self.word()
        self.left = self.left or (word in _LEAVING and not sure)
        if word in _QUERIES:
            self._query(sure=sure)
        elif word in _WRITES:
            self.step(self.cut(self.until(";", "")), sure=sure)
            self.end()
        elif word in _SILENT:
            self._opened(word, sure=sure)
            self.until(";", "")
            self.end()
        elif word == ";":
            self.place += 1
        else:
            self._control(word, sure=sure)
        self.left = self.left or word == "RETURN"

    def _opened(self, word: str, *, sure: bool) -> None:
        """Note that a cursor's query runs where the cursor is opened."""
        name = self.tokens[self.place + 1].text.casefold() if self.word(1) else ""
        if word == "OPEN" and name in self.cursors:
            step = self.cursors[name]
            step.sure = step.sure or (sure and not self.left)

    def _control(self, word: str, *, sure: bool) -> None:
        self.place += 1
        match word:
            case "BEGIN":
                self.depth += 1
                self._block(sure, "END")
                self.depth -= 1
                self._ended()
            case "DECLARE":
                self._declare(sure=sure)
            case "SET":
                self._set(sure=sure)
            case "IF":
                self._if(sure=sure)
            case "CASE":
                self._case(sure=sure)
            case "WHILE" | "LOOP" | "REPEAT":
                self._loop(word, sure=sure)
            case "FETCH":
                self._fetch()
            case "RETURN" | "DO":
                self.expression(";", "", sure=sure, back=word == "RETURN")
                self.end()
            case "SIGNAL" | "RESIGNAL":
                self._signal(sure=sure)
            case _:
                raise StrangeError

    def _loop(self, word: str, *, sure: bool) -> None:
        if word == "WHILE":
            self.expression("DO", sure=sure)
            self.take("DO")
        self._block(sure and word == "REPEAT", "UNTIL" if word == "REPEAT" else "END")
        if word == "REPEAT":
            self.expression("END", sure=sure)
            self.take("END")
        self._ended(word)

    def _block(self, sure: bool, *ends: str) -> None:
        """Read statements up to a word that ends them, and step over it."""
        while self.word() not in ends:
            if not self.more:
                raise StrangeError
            self.statement(sure=sure)
        self.place += 1

    def _ended(self, *words: str) -> None:
        self.take(*words)
        if self.more and self.word() != ";":
            self.place += 1  # its label
        self.end()

    def _query(self, *, sure: bool) -> None:
        start, end = self.until(";", "")
        self.end()
        into, depth = -1, 0
        for place in range(start, end):
            word = self.tokens[place].text.upper()
            depth += (word == "(") - (word == ")")
            if word == "INTO" and not depth:
                into = place
        if into < 0:
            self.step(self.cut((start, end)), sure=sure, back=True)
            return
        after, names = self._names(into + 1)
        text = f"{self.cut((start, into))} {self.cut((after, end))}"
        self.step(text.strip(), sure=sure, into=names)

    def _names(self, place: int) -> tuple[int, list[str]]:
        """Give the variables of a list, and where it ends."""
        kept, self.place, names = self.place, place, list[str]()
        while True:
            names.append(self._variable())
            if self.word() != ",":
                break
            self.place += 1
        place, self.place = self.place, kept
        return place, names

    def _variable(self) -> str:
        shared = self.word() == "@"
        self.place += shared
        name = self.tokens[self.place].text.casefold() if self.more else ""
        self.place += 1
        if not shared and name not in self.body.variables:
            # A setting of the server, a field of a row, a file.
            raise StrangeError
        if shared:
            self.body.variables.add(f"@{name}")
        return f"@{name}" if shared else name

    def _declare(self, *, sure: bool) -> None:
        if self.word(1) == "HANDLER":
            self._handler()
            return
        name = self.tokens[self.place].text.casefold()
        if self.word(1) == "CONDITION":
            self.until(";")
        elif self.word(1) == "CURSOR":
            self.place += 2
            self.take("FOR")
            self.cursors[name] = self.step(self.cut(self.until(";")), sure=False)
        else:
            self._declare_variables(sure=sure)
        self.end()

    def _declare_variables(self, *, sure: bool) -> None:
        names = [self.tokens[self.place].text.casefold()]
        while self.word(1) == ",":
            self.place += 2
            names.append(self.tokens[self.place].text.casefold())
        self.place += 1
        if self.word() == "ROW" or "OF" in {self.word(1), self.word(2)}:
            raise StrangeError
        self.body.variables.update(names)
        self.body.inner.update(names if self.depth > 1 else ())
        self.until("DEFAULT", ";")
        if self.word() == "DEFAULT":
            self.place += 1
            text = self.cut(self.until(";"))
            for name in names:
                self.step(f"SELECT {text}", sure=sure, into=[name])

    def _handler(self) -> None:
        self.place += 2
        self.take("FOR")
        while True:
            found = self.word()
            self.catches = self.catches or found != "NOT"
            self.place += 1 + (found == "NOT") + (found == "SQLSTATE") + (self.word(1) == "VALUE")
            if self.word() != ",":
                break
            self.place += 1
        left = self.left
        self.statement(sure=False)
        self.left = left

    def _set(self, *, sure: bool) -> None:
        while True:
            into = self._variable()
            if self.word() == ":" and self.word(1) == "=":
                self.place += 1
            elif self.word() not in {"=", ":="}:
                raise StrangeError
            self.place += 1
            self.expression(",", ";", "", sure=sure, into=[into])
            if self.word() != ",":
                break
            self.place += 1
        self.end()

    def _if(self, *, sure: bool) -> None:
        self.expression("THEN", sure=sure)
        self.take("THEN")
        while True:
            self._inside("ELSEIF", "ELSE", "END")
            word = self.word(-1)
            if word == "END":
                break
            if word == "ELSEIF":
                self.expression("THEN", sure=False)
                self.take("THEN")
        self._ended("IF")

    def _case(self, *, sure: bool) -> None:
        if self.word() != "WHEN":
            self.expression("WHEN", sure=sure)
        while self.word() == "WHEN":
            self.place += 1
            self.expression("THEN", sure=False)
            self.take("THEN")
            self._inside("WHEN", "ELSE", "END")
            self.place -= self.word(-1) == "WHEN"
        if self.word(-1) == "ELSE":
            self._inside("END")
        self._ended("CASE")

    def _inside(self, *ends: str) -> None:
        self._block(False, *ends)

    def _fetch(self) -> None:
        self.place += 2 * (self.word() == "NEXT") + (self.word() == "FROM")
        step = self.cursors.get(self.tokens[self.place].text.casefold() if self.more else "")
        self.place += 1
        self.take("INTO")
        self.place, names = self._names(self.place)
        # Fetched twice into different variables: which takes which is not told apart.
        if step is None or (step.into and step.into != names):
            raise StrangeError
        step.into = names
        self.end()

    def _signal(self, *, sure: bool) -> None:
        self.until("SET", ";", "")
        if self.word() == "SET":
            self.place += 1
            while self.more and self.word() != ";":
                self.place += 1
                self.take("=")
                self.expression(",", ";", "", sure=sure, back=True)
                self.place += self.word() == ","
        self.end()
