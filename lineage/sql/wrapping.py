"""Statements that wrap another one which is read in their stead: UNLOAD, PREPARE, EXPLAIN ANALYZE, tasks, cursors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlglot import Dialect
from sqlglot.tokenizer_core import Token, TokenType

from lineage.sql.spelling import closing
from lineage.sql.text import Chunk, Unreadable, as_chunk, chunks

CODE = frozenset({TokenType.HEREDOC_STRING, TokenType.STRING, TokenType.NATIONAL_STRING, TokenType.RAW_STRING})
PREPARED = "prepared "
"""Before the name of what a script prepared, among its constants."""
_SPOKEN = frozenset(
    {
        "EXECUTE",
        "EXEC",
        "DO",
        "REPLACE",
        "EXPORT",
        "UNLOAD",
        "PREPARE",
        "EXPLAIN",
        "DECLARE",
        "CALL",
        "CREATE",
        "IF",
        "BEGIN",
        "WHILE",
        "FOR",
        "LOOP",
        "REPEAT",
    }
)
_DEFINED = frozenset({"VIEW", "RECURSIVE"})
_SCHEDULED = {"TASK": "AS", "PIPE": "AS", "EVENT": "DO", "ALERT": "THEN"}


@dataclass(frozen=True, slots=True)
class Wrapped:
    """The statements that another one holds as they are."""

    kind: str
    chunks: list[Chunk]
    routine: bool = False
    """Its results are nobody's."""


def spoken(chunk: Chunk, dialect: Dialect) -> Chunk:
    """Split what sqlglot's tokenizer gives as one string: the rest of some commands."""
    if chunk.first not in _SPOKEN or len(chunk.tokens) != 2:
        return chunk
    try:
        rest = dialect.tokenize(chunk.tokens[1].text)
    except Exception:  # noqa: BLE001 - any text may come here, and the message would quote it
        return chunk
    held = len(rest) > 1 or chunk.first in {"EXECUTE", "EXEC"} or (len(rest) == 1 and rest[0].token_type in CODE)
    return as_chunk([chunk.tokens[0], *rest]) if held else chunk


def wrapped(chunk: Chunk, words: list[str], dialect: Dialect) -> Wrapped | None:
    """Give the statement inside one that sqlglot does not know; None where there is none."""
    rule = _RULES.get(words[0])
    return rule(chunk.tokens, words, dialect) if rule is not None else None


def _created(tokens: list[Token], words: list[str], _dialect: Dialect) -> Wrapped | None:
    return _scheduled(tokens, words) or _checked(tokens, words)


def _replaced(tokens: list[Token], words: list[str], dialect: Dialect) -> Wrapped | None:
    view = words[1:2] and words[1] in _DEFINED
    found = as_chunk([*dialect.tokenize("CREATE" if view else "INSERT"), *tokens[1:]])
    return Wrapped("create view" if view else "insert", [found])


def _exported(tokens: list[Token], words: list[str], _dialect: Dialect) -> Wrapped | None:
    return _after(tokens, words, "export", "AS")


def _prepared(tokens: list[Token], words: list[str], dialect: Dialect) -> Wrapped | None:
    code = next((token.text for token in tokens[2:4] if token.token_type in CODE), None)
    if code is not None and "FROM" in words:
        return _text("prepare", code, dialect)
    return _after(tokens, words, "prepare", "AS")


def _cursor(tokens: list[Token], words: list[str], _dialect: Dialect) -> Wrapped | None:
    return _after(tokens, words, "declare", "FOR") if "CURSOR" in words and "BEGIN" not in words else None


def _after(tokens: list[Token], words: list[str], kind: str, word: str, *, routine: bool = False) -> Wrapped | None:
    start = words.index(word) + 1 if word in words else len(words)
    return Wrapped(kind, [as_chunk(tokens[start:])], routine) if start < len(words) else None


def _checked(tokens: list[Token], words: list[str]) -> Wrapped | None:
    if words[-2:] != ["CHECK", "OPTION"]:
        return None
    return Wrapped("create view", [as_chunk(tokens[: len(words) - 1 - words[::-1].index("WITH")])])


def _scheduled(tokens: list[Token], words: list[str]) -> Wrapped | None:
    found = next((word for word in words[1:6] if word in _SCHEDULED), None)
    if found is None or "BEGIN" in words or {"TABLE", "VIEW"}.intersection(words[1 : words.index(found)]):
        return None
    return _after(tokens, words, f"create {found.lower()}", _SCHEDULED[found], routine=True)


def _unloaded(tokens: list[Token], words: list[str], dialect: Dialect) -> Wrapped | None:
    code = next((token.text for token in tokens[1:3] if token.token_type in CODE), None)
    if code is not None:
        return _text("unload", code, dialect)
    end = words.index("TO") - 1 if "TO" in words else len(words)
    return Wrapped("unload", [as_chunk(tokens[2:end])]) if end > 2 else None


def _text(kind: str, code: str, dialect: Dialect) -> Wrapped | None:
    try:
        return Wrapped(kind, chunks(code, dialect))
    except Unreadable:
        return None


def _explained(tokens: list[Token], words: list[str], _dialect: Dialect) -> Wrapped | None:
    """Read what EXPLAIN ANALYZE runs; EXPLAIN alone runs nothing."""
    start = 1
    runs = False
    while start < len(words):
        if words[start] in {"ANALYZE", "ANALYSE", "VERBOSE", "EXTENDED"}:
            runs = runs or words[start].startswith("ANALY")
            start += 1
        elif words[start] == "(" and words[start + 1 : start + 2] not in (["SELECT"], ["WITH"]):
            end = closing(words, start)
            runs = runs or bool({"ANALYZE", "ANALYSE"}.intersection(words[start:end]))
            start = end + 1
        else:
            break
    return Wrapped("explain", [as_chunk(tokens[start:])], routine=True) if runs and start < len(words) else None


_RULES: dict[str, Callable[[list[Token], list[str], Dialect], Wrapped | None]] = {
    "CREATE": _created,
    "REPLACE": _replaced,
    "EXPORT": _exported,
    "UNLOAD": _unloaded,
    "PREPARE": _prepared,
    "EXPLAIN": _explained,
    "DECLARE": _cursor,
}
