"""From a text that nobody vouches for to syntax trees: statements split, fingerprinted, and parsed without harm.

sqlglot descends recursively, quotes the text in its errors and logs it when it gives up; none of that may reach a
caller.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeVar

from sqlglot import Dialect, exp
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

T = TypeVar("T")

LITERALS = frozenset(kind for kind in TokenType if kind.name in {"STRING", "NUMBER"} or kind.name.endswith("_STRING"))
_NESTING = {
    **dict.fromkeys((TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE), 1),
    **dict.fromkeys((TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END), -1),
}
_PREFIXES = frozenset({TokenType.NOT, TokenType.DASH, TokenType.TILDE, TokenType.PLUS})
_SPECIAL = frozenset([*LITERALS, *_NESTING, *_PREFIXES, TokenType.IDENTIFIER])
ROUTINES = frozenset({"PROCEDURE", "FUNCTION", "TRIGGER", "PROC"})
_AFTER_END = frozenset({"IF", "LOOP", "WHILE", "REPEAT", "FOR"})

DEEP = 40
"""Nesting from which on a thread with a large stack is used: compiled sqlglot does not notice that its stack ends."""
TOO_DEEP = 3_000
_STACK = 512 * 1024 * 1024
_FRAMES = 60_000


class _Mute(logging.Filter):
    """Keeps what sqlglot says of a text out of the logs while this thread reads one, since it quotes the text."""

    active = threading.local()

    def filter(self, record: logging.LogRecord) -> bool:
        return not getattr(self.active, "on", False) or threading.get_ident() != record.thread


_mute = _Mute()
logging.getLogger("sqlglot").addFilter(_mute)


@dataclass(slots=True)
class Chunk:
    """The words of one statement."""

    tokens: list[Token]
    line: int
    depth: int
    fingerprint: str
    literals: frozenset[str]
    """Texts of string literals that are no names as well."""
    first: str
    """Its first word in capitals."""
    words: frozenset[str] = frozenset()
    """All its words in capitals, without literals."""
    upper: list[str] = field(default_factory=list)
    """Each token in capitals; a literal is no word, so it is empty."""


class Unreadable(Exception):  # noqa: N818 - a reason, not an error of the program
    """A text or statement could not be read; the message is a class of reason and quotes nothing."""


def chunks(sql: str, dialect: Dialect) -> list[Chunk]:
    """Split a text into statements."""
    try:
        tokens = dialect.tokenize(parameters_apart(sql, dialect))
    except Exception as error:  # noqa: BLE001 - any text may come here; the message would quote it
        reason = "cannot be split into words (unclosed quote or comment?)"
        raise Unreadable(reason) from (None if error else error)
    found: list[Chunk] = []
    start = 0
    ends = [position for position, token in enumerate(tokens) if token.token_type == TokenType.SEMICOLON]
    for end in (*ends, len(tokens)):
        if end < len(tokens) and _inside_block(tokens[start:end], tokens, end):
            continue
        if end > start:
            found.append(as_chunk(tokens[start:end]))
        start = end + 1
    return found


_PARAMETER = re.compile(r"(?<![\w$])\$\d+(?=[^\w\s$])")


def parameters_apart(sql: str, dialect: Dialect) -> str:
    """Put a space behind each `$1`: sqlglot takes `$1,$` for the quotes of a text, in which the rest would be lost."""
    if "$" not in sql or "$" not in dialect.tokenizer_class.HEREDOC_STRINGS:
        return sql
    return _PARAMETER.sub(r"\g<0> ", sql)


_TRANSACTIONS = frozenset({"TRANSACTION", "WORK", "TRAN", "IMMEDIATE", "EXCLUSIVE", "DEFERRED", "ISOLATION"})
_BLOCKS = frozenset({"CREATE", "ALTER", "BEGIN", "DECLARE", "IF", "WHILE", "FOR", "LOOP", "REPEAT"})
_BEFORE_BLOCKS = frozenset({";", "THEN", "ELSE", "DO", "LOOP", "BEGIN"})


def _inside_block(current: list[Token], tokens: list[Token], position: int) -> bool:
    first = current[0].text.upper() if current else ""
    if first not in _BLOCKS:
        return False
    words = [token.text.upper() for token in current]
    if first == "BEGIN":
        if len(words) == 1 or words[1] in _TRANSACTIONS:
            return False
    elif first in {"CREATE", "ALTER"}:
        if not ROUTINES.intersection(words[:6]):
            return False
        if "BEGIN" not in words:
            # PL/SQL declares its variables between IS and BEGIN.
            at = next((place for place, word in enumerate(words) if word in {"IS", "AS"}), -1)
            plain = 0 <= at < len(current) - 1 and current[at + 1].token_type not in LITERALS
            return plain and _block_follows(tokens, position)
    elif first == "DECLARE" and "BEGIN" not in words:
        # Declarations before a block; where a variable is declared by a statement of its own, no block follows.
        return len(words) > 1 and not words[1].startswith("@") and _block_follows(tokens, position)
    # An END that never comes must not swallow the rest of the script.
    return _open_blocks(words, first) > 0 and any(token.text.upper() == "END" for token in tokens[position:])


def _block_follows(tokens: list[Token], position: int) -> bool:
    for place in range(position + 1, min(len(tokens) - 1, position + 400)):
        if tokens[place].text.upper() == "BEGIN":
            return tokens[place + 1].text.upper() not in _TRANSACTIONS | {";"}
        starts = tokens[place - 1].token_type == TokenType.SEMICOLON
        if starts and tokens[place].text.upper() in {"INSERT", "MERGE", "UPDATE", "CREATE", "DELETE", "SET", "SELECT"}:
            return False
    return False


def _open_blocks(words: list[str], first: str) -> int:
    depth = 0
    loops = first in _AFTER_END and "BEGIN" not in words
    for place, word in enumerate(words):
        after = words[place + 1] if place + 1 < len(words) else ""
        before = words[place - 1] if place else ";"
        if (loops and word in _AFTER_END and before in _BEFORE_BLOCKS) or word in {"BEGIN", "CASE"}:
            depth += 1
        elif word == "END":
            depth -= loops or after not in _AFTER_END
    return depth


def as_chunk(tokens: list[Token]) -> Chunk:
    """Make a statement of its words."""
    words: list[str] = []
    upper: list[str] = []
    depth = deepest = prefixes = 0
    literals: set[str] = set()
    for token in tokens:
        kind = token.token_type
        if kind not in _SPECIAL:
            word = token.text.upper()
            words.append(word)
            upper.append(word)
            prefixes = 0
            continue
        if kind in LITERALS:
            upper.append("")
            if kind != TokenType.NUMBER:
                literals.update((token.text, *token.text.split(".")))
            if len(words) > 1 and words[-1] == "," and words[-2] == "?":
                words.pop()
                continue
            words.append("?")
            prefixes = 0
            continue
        upper.append(token.text.upper())
        words.append(token.text if kind == TokenType.IDENTIFIER else upper[-1])
        if kind in _NESTING:
            depth += _NESTING[kind]
            deepest = max(deepest, depth)
        elif kind in _PREFIXES:
            prefixes += 1
            deepest = max(deepest, depth + prefixes)
            continue
        prefixes = 0
    digest = sha256("\x00".join(words).encode("utf-8", "replace")).hexdigest()[:16]
    if literals:
        literals.difference_update(token.text for token in tokens if token.token_type not in LITERALS)
    first = tokens[0].text.upper()
    return Chunk(tokens, tokens[0].line, deepest, digest, frozenset(literals), first, frozenset(words), upper)


def parsed(chunk: Chunk, sql: str, dialect: Dialect) -> list[exp.Expr]:
    """Parse one statement."""
    if chunk.depth > TOO_DEEP:
        reason = "nested too deep"
        raise Unreadable(reason)
    before = getattr(_mute.active, "on", False)
    _mute.active.on = True
    try:
        return [tree for tree in dialect.parser().parse(chunk.tokens, sql) if tree is not None]
    except RecursionError:
        raise
    except SqlglotError:
        reason = "syntax that is not understood"
        raise Unreadable(reason) from None
    except Exception:  # noqa: BLE001 - any text may come here, and the message may quote it
        reason = "the parser failed"
        raise Unreadable(reason) from None
    finally:
        _mute.active.on = before


_lock = threading.Lock()
_deep_runs = 0
_usual_limit = 0


def _raise_limit() -> None:
    global _deep_runs, _usual_limit  # noqa: PLW0603 - the limit is the interpreter's own; runs are counted to put it back
    with _lock:
        if _deep_runs == 0:
            _usual_limit = sys.getrecursionlimit()
            sys.setrecursionlimit(max(_usual_limit, _FRAMES))
        _deep_runs += 1


def _lower_limit() -> None:
    global _deep_runs  # noqa: PLW0603 - see above
    with _lock:
        _deep_runs -= 1
        if _deep_runs == 0:
            sys.setrecursionlimit(_usual_limit)


def in_deep_stack(work: Callable[[], T]) -> T:
    """Run work in a thread of its own that may recurse deep."""
    box: list[T] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            box.append(work())
        except (Exception, RecursionError) as error:  # noqa: BLE001 - carried to the caller's thread
            errors.append(error)

    _raise_limit()
    try:
        with _lock:
            before = threading.stack_size(_STACK)
            try:
                thread = threading.Thread(target=run, daemon=True)
                thread.start()
            finally:
                threading.stack_size(before)
        thread.join()
    finally:
        _lower_limit()
    if errors:
        raise errors[0]
    return box[0]
