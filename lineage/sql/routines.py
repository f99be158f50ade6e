"""Statements inside statements: bodies of routines, blocks, and dynamic SQL whose text is constant.

sqlglot parses few procedural languages, so a body is not parsed: its changes (INSERT, UPDATE, MERGE ...) are cut out of
the words and read one by one. What is left over is control flow that decides when they run.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import Dialect
from sqlglot.tokenizer_core import Token, TokenType

from lineage.sql.text import LITERALS, ROUTINES, Chunk, Unreadable, as_chunk, chunks

PARTLY = "the body of a routine is read only in part"
DYNAMIC = "dynamic SQL whose text is not constant"

_STARTS = frozenset({"INSERT", "MERGE", "UPDATE", "DELETE", "CREATE", "WITH", "REPLACE"})
_BEFORE = frozenset({";", "BEGIN", "THEN", "ELSE", "LOOP", "DO", "AS", "IS", "TRY", "CATCH", "ATOMIC", "REPEAT"})
_ENDS = frozenset(
    {"EXCEPTION", "DECLARE", "WHILE", "RETURN", "EXIT", "FETCH", "OPEN", "CLOSE", "COMMIT", "EXEC", "PRINT"}
)
_FRAME = frozenset({"BEGIN", "END", ";", "ATOMIC", "AS", "IS", "$$"})
_DEFINED = frozenset({"VIEW", "RECURSIVE"})
_CODE = frozenset({TokenType.HEREDOC_STRING, TokenType.STRING, TokenType.NATIONAL_STRING, TokenType.RAW_STRING})


@dataclass(frozen=True, slots=True)
class Inside:
    """What a statement holds."""

    kind: str
    chunks: list[Chunk]
    doubt: str = ""
    routine: bool = True
    """Only what is written counts: a SELECT inside a routine is nobody's result."""


def inside(chunk: Chunk, dialect: Dialect) -> Inside | None:  # noqa: PLR0911 - one line a kind of statement
    """Give the statements that a statement holds; None for one that is read as it stands."""
    whole = _split(chunk, dialect)
    chunk.fingerprint = whole.fingerprint
    chunk = whole
    words = [token.text.upper() for token in chunk.tokens]
    first = words[0]
    if first in {"REPLACE", "UNLOAD", "EXPORT"} or (first == "CREATE" and words[-2:] == ["CHECK", "OPTION"]):
        return _wrapped(chunk, words, dialect)
    if first in {"EXECUTE", "EXEC"}:
        return _dynamic(chunk, words, dialect)
    if first == "DO":
        return _body("do", _code(chunk.tokens), dialect)
    if first in {"CREATE", "ALTER"}:
        head = words[: words.index("(")] if "(" in words else words[:12]
        routine = next((word for word in head if word in ROUTINES), None)
        if routine is None or "TABLE" in head or "VIEW" in head:
            return None
        return _routine(f"{first.lower()} {routine.lower()}", chunk.tokens, words, dialect)
    if first in {"BEGIN", "DECLARE"} and "END" in words and len(words) > 3:
        return _cut("block", chunk.tokens)
    return None


def _wrapped(chunk: Chunk, words: list[str], dialect: Dialect) -> Inside | None:
    """Give the statement inside a few that sqlglot does not know: the same change, or a query that is written out."""
    tokens = chunk.tokens
    if words[0] == "CREATE":
        return Inside("create view", [as_chunk(tokens[: len(words) - 1 - words[::-1].index("WITH")])], routine=False)
    if words[0] == "REPLACE" and words[1] in _DEFINED:
        return Inside("create view", [as_chunk([*dialect.tokenize("CREATE"), *tokens[1:]])], routine=False)
    if words[0] == "REPLACE":
        return Inside("insert", [as_chunk([*dialect.tokenize("INSERT"), *tokens[1:]])], routine=False)
    if words[0] == "EXPORT":
        start = words.index("AS") + 1 if "AS" in words else len(words)
        return Inside("export", [as_chunk(tokens[start:])], routine=False) if start < len(words) else None
    code = next((token.text for token in tokens[1:3] if token.token_type in _CODE), None)
    if code is not None:
        return Inside("unload", chunks(code, dialect), routine=False)
    end = words.index("TO") - 1 if "TO" in words else len(words)
    return Inside("unload", [as_chunk(tokens[2:end])], routine=False) if end > 2 else None


def _split(chunk: Chunk, dialect: Dialect) -> Chunk:
    # sqlglot's tokenizer gives the rest of some commands as one string.
    if chunk.first not in {"EXECUTE", "EXEC", "DO", "REPLACE", "EXPORT", "UNLOAD"} or len(chunk.tokens) != 2:
        return chunk
    try:
        rest = dialect.tokenize(chunk.tokens[1].text)
    except Exception:  # noqa: BLE001 - any text may come here, and the message would quote it
        return chunk
    held = len(rest) > 1 or (len(rest) == 1 and rest[0].token_type in _CODE)
    return as_chunk([chunk.tokens[0], *rest]) if held else chunk


def _code(tokens: list[Token]) -> str | None:
    texts = [token.text for token in tokens if token.token_type in _CODE]
    return max(texts, key=len) if texts else None


def _routine(kind: str, tokens: list[Token], words: list[str], dialect: Dialect) -> Inside:
    if "BEGIN" in words:
        start = words.index("BEGIN")
    elif "AS" in words:
        start = words.index("AS")
    else:
        return Inside(kind, [], PARTLY)
    if tokens[start].text.upper() == "AS" and start + 1 < len(tokens) and tokens[start + 1].token_type in _CODE:
        language = words[words.index("LANGUAGE") + 1] if "LANGUAGE" in words[:-1] else "SQL"
        if language not in {"SQL", "PLPGSQL", "'SQL'", "'PLPGSQL'"}:
            return Inside(kind, [], "the body of a routine is in another language")
        return _body(kind, tokens[start + 1].text, dialect)
    return _cut(kind, tokens[start:])


def _body(kind: str, code: str | None, dialect: Dialect) -> Inside:
    if code is None:
        return Inside(kind, [], PARTLY)
    try:
        tokens = dialect.tokenize(code)
    except Exception:  # noqa: BLE001 - any text may come here, and the message would quote it
        return Inside(kind, [], PARTLY)
    return _cut(kind, tokens)


def _cut(kind: str, tokens: list[Token]) -> Inside:
    words = [token.text.upper() for token in tokens]
    found: list[Chunk] = []
    left: list[str] = []
    position = 0
    while position < len(words):
        starts = words[position] in _STARTS and tokens[position].token_type not in LITERALS
        if starts and (position == 0 or words[position - 1] in _BEFORE):
            end = _end(words, position)
            found.append(as_chunk(tokens[position:end]))
            position = end
        else:
            left.append(words[position])
            position += 1
    return Inside(kind, found, "" if found and _FRAME.issuperset(left) else PARTLY)


def _end(words: list[str], start: int) -> int:
    depth = cases = 0
    for position in range(start, len(words)):
        word = words[position]
        depth += (word == "(") - (word == ")")
        cases += word == "CASE"
        if word == "END" and cases:
            cases -= 1
        elif depth <= 0 and position > start and (word in {";", "END"} or word in _ENDS):
            return position
    return len(words)


def _dynamic(chunk: Chunk, words: list[str], dialect: Dialect) -> Inside:
    texts = [token for token in chunk.tokens if token.token_type in _CODE]
    constant = len(texts) == 1 and not {"||", "+", "CONCAT"}.intersection(words)
    if "SP_EXECUTESQL" in words and texts:
        # The statement comes first; what follows declares and gives its parameters.
        constant = chunk.tokens[words.index("SP_EXECUTESQL") + 1] is texts[0]
    elif len(words) > 1 and words[1] not in {"IMMEDIATE", "("} and chunk.tokens[1].token_type not in _CODE:
        return Inside("execute", [], "a routine or prepared statement is called")
    if not constant:
        return Inside("execute", [], DYNAMIC)
    try:
        return Inside("execute", chunks(texts[0].text, dialect), routine=False)
    except Unreadable as reason:
        return Inside("execute", [], str(reason))
