"""Statements inside statements: bodies of routines, blocks, and dynamic SQL whose text is constant.

sqlglot parses few procedural languages, so a body is not parsed: its changes (INSERT, UPDATE, MERGE ...) are cut out of
the words and read one by one, with the rows of a loop or a trigger under the names that the body calls them by.
What is left over is control flow that decides when they run; where it reads or runs anything, the body is read in part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from sqlglot import Dialect, exp
from sqlglot.tokenizer_core import Token

from lineage.sql.spelling import closing, upper
from lineage.sql.text import ROUTINES, Chunk, Unreadable, as_chunk, chunks
from lineage.sql.wrapping import CODE, PREPARED, spoken, wrapped

PARTLY = "the body of a routine is read only in part"
DYNAMIC = "dynamic SQL whose text is not constant"
CALLED = "a routine or prepared statement is called"

_STARTS = frozenset({"INSERT", "MERGE", "UPDATE", "DELETE", "CREATE", "WITH", "REPLACE", "EXECUTE", "EXEC"})
_BEFORE = frozenset({";", "BEGIN", "THEN", "ELSE", "LOOP", "DO", "AS", "IS", "TRY", "CATCH", "ATOMIC", "REPEAT", "ROW"})
_ENDS = frozenset(
    {"EXCEPTION", "DECLARE", "WHILE", "RETURN", "EXIT", "FETCH", "OPEN", "CLOSE", "COMMIT", "EXEC", "PRINT"}
)
_READS = frozenset(
    [
        *("SELECT", "FROM", "EXECUTE", "EXEC", "CALL", "PERFORM", "FETCH", "CURSOR", "OPEN", "COPY", "LOAD", "INTO"),
        *("FOR", "USING", "TABLE", "RENAME", "SWAP", "UNLOAD", "EXPORT", "IMPORT", "QUERY"),
    ]
)
"""Words of control flow that read data or run something."""
_NO_CALLS = frozenset(
    {"", "IF", "ELSEIF", "ELSIF", "WHILE", "UNTIL", "AND", "OR", "NOT", "IN", "WHEN", "=", ":=", "(", ",", "RETURN"}
)
_LOOPS = frozenset({"IF", "WHILE", "FOR", "LOOP", "REPEAT"})


@dataclass(frozen=True, slots=True)
class Inside:
    """What a statement holds."""

    kind: str
    chunks: list[Chunk]
    doubt: str = ""
    routine: bool = True
    """Only what is written counts: a SELECT inside a routine is nobody's result."""
    rows_of: tuple[str, ...] = ()
    """The table whose changed rows a trigger calls NEW and OLD."""
    loops: list[tuple[str, Chunk]] = field(default_factory=list)
    """Names of rows in a loop, each with the query that gives them."""


def inside(chunk: Chunk, dialect: Dialect, constants: Mapping[str, str]) -> Inside | None:
    """Give the statements that a statement holds; None for one that is read as it stands."""
    whole = spoken(chunk, dialect)
    chunk.fingerprint = whole.fingerprint
    chunk = whole
    words = chunk.upper
    first = words[0]
    held = wrapped(chunk, words, dialect)
    if held is not None:
        return Inside(held.kind, held.chunks, routine=held.routine)
    if first in {"EXECUTE", "EXEC"}:
        return _dynamic(chunk, words, dialect, constants)
    if first == "DO":
        return _body("do", _code(chunk.tokens), dialect)
    if first in {"CREATE", "ALTER"}:
        return _routine(chunk.tokens, words, dialect)
    if (first in {"BEGIN", "DECLARE"} and "END" in words and len(words) > 3) or (first in _LOOPS and len(words) > 3):
        return _cut("block", chunk.tokens)
    return None


def _code(tokens: list[Token]) -> str | None:
    texts = [token.text for token in tokens if token.token_type in CODE]
    return max(texts, key=len) if texts else None


def _routine(tokens: list[Token], words: list[str], dialect: Dialect) -> Inside | None:
    head = words[: words.index("(")] if "(" in words else words[:12]
    routine = next((word for word in head if word in ROUTINES), None)
    if routine is None or "TABLE" in head or "VIEW" in head:
        return None
    return _defined(f"{words[0].lower()} {routine.lower()}", tokens, words, dialect)


def _defined(kind: str, tokens: list[Token], words: list[str], dialect: Dialect) -> Inside:
    rows_of = _triggered(tokens, words) if kind.endswith("trigger") else ()
    if "BEGIN" in words:
        start = words.index("BEGIN")
    elif kind.endswith("trigger") and "ROW" in words:
        start = words.index("ROW")
    elif "AS" in words:
        start = words.index("AS")
    else:
        return Inside(kind, [], PARTLY)
    if words[start] == "AS" and start + 1 < len(tokens) and tokens[start + 1].token_type in CODE:
        language = tokens[words.index("LANGUAGE") + 1].text.upper() if "LANGUAGE" in words[:-1] else "SQL"
        if language not in {"SQL", "PLPGSQL"}:
            return Inside(kind, [], "the body of a routine is in another language")
        return _body(kind, tokens[start + 1].text, dialect)
    declared = _READS.intersection(words[words.index("AS") if "AS" in words[:start] else start : start])
    cut = _cut(kind, tokens[start:], rows_of)
    cursors = "CURSOR" in words[:start] or bool(declared)
    return Inside(kind, cut.chunks, cut.doubt or (PARTLY if cursors else ""), rows_of=rows_of, loops=cut.loops)


def _triggered(tokens: list[Token], words: list[str]) -> tuple[str, ...]:
    on = words.index("ON") if "ON" in words[:-1] else -1
    if on < 0:
        return ()
    end = on + 2
    while end + 1 < len(words) and words[end] == ".":
        end += 2
    return tuple(token.text for token in tokens[on + 1 : end : 2])


def _body(kind: str, code: str | None, dialect: Dialect) -> Inside:
    if code is None:
        return Inside(kind, [], PARTLY)
    try:
        tokens = dialect.tokenize(code)
    except Exception:  # noqa: BLE001 - any text may come here, and the message would quote it
        return Inside(kind, [], PARTLY)
    return _cut(kind, tokens)


def _cut(kind: str, tokens: list[Token], rows_of: tuple[str, ...] = ()) -> Inside:
    if rows_of:
        # Oracle writes :NEW.x
        words = upper(tokens)
        tokens = [
            token for token, word, after in zip(tokens, words, [*words[1:], ""], strict=True)
            if word != ":" or after not in {"NEW", "OLD"}
        ]  # fmt: skip
    words = upper(tokens)
    found: list[Chunk] = []
    loops: list[tuple[str, Chunk]] = []
    left: list[str] = []
    position = 0
    while position < len(words):
        ready = position == 0 or words[position - 1] in _BEFORE or (words[position - 1] == ")" and left[:1] == ["IF"])
        if ready and (words[position] in _STARTS or _makes_table(words, position)):
            end = _end(words, position)
            found.append(as_chunk(tokens[position:end]))
            position = end
        elif words[position] == "FOR" and (loop := _loop(tokens, words, position)) is not None:
            loops.append(loop[0])
            position = loop[1]
        else:
            left.append(words[position])
            position += 1 + (words[position] == "END" and "".join(words[position + 1 : position + 2]) in _LOOPS)
    doubt = PARTLY if not (found or loops) or _does_more(left) else ""
    return Inside(kind, found, doubt, rows_of=rows_of, loops=loops)


def _makes_table(words: list[str], start: int) -> bool:
    """Say whether a SELECT writes into a temporary table (T-SQL)."""
    if words[start] != "SELECT":
        return False
    statement = words[start : _end(words, start)]
    place = statement.index("INTO") if "INTO" in statement else len(statement)
    return "".join(statement[place + 1 : place + 2]).startswith("#")


def _does_more(left: list[str]) -> bool:
    # A dot: the condition looks at a row, which decides on what is written.
    if _READS.intersection(left) or "." in left:
        return True
    known = exp.FUNCTION_BY_NAME
    called = (before for before, word in pairwise(left) if word == "(")
    return any(name not in _NO_CALLS and name not in known for name in called)


def _loop(tokens: list[Token], words: list[str], start: int) -> tuple[tuple[str, Chunk], int] | None:
    """Read `FOR row IN (query) LOOP`, with or without parentheses."""
    if words[start + 2 : start + 3] != ["IN"]:
        return None
    body = start + 3
    if words[body : body + 2] in (["(", "SELECT"], ["(", "WITH"]):
        end = closing(words, body)
        query = tokens[body + 1 : end]
        return (tokens[start + 1].text, as_chunk(query)), end + 1
    if words[body : body + 1] not in (["SELECT"], ["WITH"]):
        return None
    end = next((place for place in range(body, len(words)) if words[place] in {"LOOP", "DO"}), -1)
    return ((tokens[start + 1].text, as_chunk(tokens[body:end])), end) if end > 0 else None


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


def _dynamic(chunk: Chunk, words: list[str], dialect: Dialect, constants: Mapping[str, str]) -> Inside:
    start = 1 + (words[1:2] == ["IMMEDIATE"])
    if "SP_EXECUTESQL" in words:
        start = words.index("SP_EXECUTESQL") + 1
    elif words[start : start + 1] == ["("]:
        start += 1
    text = constant(chunk.tokens, words, start, constants)
    if text is None:
        named = len(words) > start and words[1] not in {"IMMEDIATE", "("} and "SP_EXECUTESQL" not in words
        if named and f"{PREPARED}{words[1]}" in constants:
            return Inside("execute", [])
        # `EXECUTE p` runs what is called p; other tokens make up a text.
        alone = named and chunk.tokens[1].token_type not in CODE and not {"||", "+"}.intersection(words)
        return Inside("execute", [], CALLED if alone and not words[1].startswith("@") else DYNAMIC)
    try:
        return Inside("execute", chunks(text, dialect), routine=False)
    except Unreadable as reason:
        return Inside("execute", [], str(reason))


def constant(tokens: list[Token], words: list[str], start: int, constants: Mapping[str, str]) -> str | None:
    """Give the text that begins at `start`: literals and constant variables put together; None if it is more."""
    texts: list[str] = []
    place = start
    while place < len(tokens):
        if tokens[place].token_type in CODE:
            texts.append(tokens[place].text)
            place += 1
        else:
            name = words[place] + (words[place + 1] if words[place] == "@" and place + 1 < len(words) else "")
            if name not in constants:
                return None
            texts.append(constants[name])
            place += 1 + (words[place] == "@")
        if words[place : place + 1] not in (["||"], ["+"]):
            break
        place += 1
    over = place >= len(words) or words[place] in {")", ",", ";", "USING", "INTO", "WITH", "BULK"}
    return "".join(texts) if texts and over else None


def constants_of(found: list[Chunk]) -> dict[str, str]:
    """Give the variables of a script that take one constant text, and what it prepared under a name."""
    if not any(_RUNS.intersection(chunk.words) for chunk in found):
        return {}
    values: dict[str, list[str | None]] = {}
    for chunk in found:
        tokens, words = chunk.tokens, chunk.upper
        if words[0] == "PREPARE":
            values[f"{PREPARED}{words[1] if len(words) > 1 else ''}".split(" ", maxsplit=1)[0]] = [""]
            if len(tokens) == 2:
                values[PREPARED + tokens[1].text.split()[0].upper()] = [""]
        for place, word in enumerate(words):
            if word in {"=", ":="} and place and not (word == "=" and words[0] not in {"DECLARE", "SET", "CREATE"}):
                name = _assigned(words, place)
                values.setdefault(name, []).append(constant(tokens, words, place + 1, {}))
    return {name: texts[0] for name, texts in values.items() if len(texts) == 1 and texts[0] is not None}


_RUNS = frozenset({"EXEC", "EXECUTE", "SP_EXECUTESQL", "PREPARE"})


def _assigned(words: list[str], place: int) -> str:
    """Give the name that is assigned to, over the type of a declaration: `@sql NVARCHAR(100) = ...`."""
    at = next((back for back in range(place - 1, max(place - 8, -1), -1) if words[back].startswith("@")), -1)
    if at >= 0:
        return words[at] + (words[at + 1] if words[at] == "@" else "")
    return words[place - 1]


__all__ = ["Inside", "constants_of", "inside"]
