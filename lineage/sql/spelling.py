"""Words that sqlglot does not parse, spelt so that it does, without changing what flows.

Each rule is looked at only when the statement has its word; tokens are cut out or exchanged, never text.
What is cut out names no column: locks, error tables, row counts, storage options.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

from sqlglot import Dialect
from sqlglot.tokenizer_core import Token

from lineage.sql.text import LITERALS, Chunk, as_chunk

Rule = Callable[[list[Token], list[str], Dialect], list[Token] | None]
_ARITHMETIC = frozenset("+-*/%&|^")
_LOCKS = frozenset({"ACCESS", "READ", "WRITE", "EXCLUSIVE", "SHARE", "CHECKSUM", "OVERRIDE"})
_DEFINES = frozenset({"TABLE", "VIEW", "MODEL"})
_QUERIES = frozenset({"SELECT", "WITH", "FROM", "VALUES", "TABLE", "SEL"})


def respelt(chunk: Chunk, dialect: Dialect) -> Chunk:
    """Give the statement in words that sqlglot parses; the same one where there is nothing to do."""
    found = [rule for word, rule in _RULES.items() if word in chunk.words]
    if not found:
        return chunk
    tokens = chunk.tokens
    for rule in found:
        tokens = rule(tokens, chunk.upper if tokens is chunk.tokens else upper(tokens), dialect) or tokens
    if tokens is chunk.tokens:
        return chunk
    again = as_chunk(tokens)
    again.line, again.fingerprint, again.literals = chunk.line, chunk.fingerprint, chunk.literals
    return again


def upper(tokens: list[Token]) -> list[str]:
    """Give the words in capitals; a literal is no word."""
    return ["" if token.token_type in LITERALS else token.text.upper() for token in tokens]


def closing(words: list[str], start: int) -> int:
    """Give the place of the parenthesis that closes the one at `start`; the last word where none does."""
    depth = 0
    for position in range(start, len(words)):
        depth += (words[position] == "(") - (words[position] == ")")
        if depth == 0:
            return position
    return len(words) - 1


def _at(words: list[str], *sequence: str) -> int:
    """Give the place of words in a row; -1 where they are not."""
    width = len(sequence)
    for position in range(len(words) - width + 1):
        if all(words[position + step] == word for step, word in enumerate(sequence)):
            return position
    return -1


def _locking(tokens: list[Token], words: list[str], _dialect: Dialect) -> list[Token] | None:
    start = words.index("LOCKING")
    end = next((place for place in range(start, len(words)) if words[place] in _LOCKS), -1)
    if end < 0 or end - start > 8:
        return None
    end += 1
    while end < len(words) and words[end] in {"MODE", "NOWAIT"}:
        end += 1
    kept = tokens[:start] + tokens[end:]
    words = upper(kept)
    return _locking(kept, words, _dialect) or kept if "LOCKING" in words else kept


def _top(tokens: list[Token], words: list[str], _dialect: Dialect) -> list[Token] | None:
    if words[0] not in {"INSERT", "UPDATE", "DELETE", "MERGE"} or words[1:2] != ["TOP"]:
        return None
    end = closing(words, 2) + 1 if words[2:3] == ["("] else 3
    end += words[end : end + 1] == ["PERCENT"]
    return tokens[:1] + tokens[end:]


def _log_errors(tokens: list[Token], words: list[str], _dialect: Dialect) -> list[Token] | None:
    start = _at(words, "LOG", "ERRORS")
    return tokens[:start] if start > 0 else None


def _recursive_view(tokens: list[Token], words: list[str], dialect: Dialect) -> list[Token] | None:
    start = _at(words, "RECURSIVE", "VIEW")
    if words[0] not in {"CREATE", "REPLACE"} or start < 0 or start > 5 or "AS" not in words:
        return None
    body = words.index("AS")
    name = tokens[start + 2 : words.index("(")] if "(" in words[:body] else tokens[start + 2 : body]
    around = dialect.tokenize("AS WITH RECURSIVE")
    return [
        *tokens[:start], tokens[start + 1], *name, *around, *tokens[start + 2 : body],
        *dialect.tokenize("AS ("), *tokens[body + 1 :], *dialect.tokenize(") SELECT * FROM"), *name,
    ]  # fmt: skip


def _without(*sequence: str, first: str = "") -> Rule:
    def rule(tokens: list[Token], words: list[str], _dialect: Dialect) -> list[Token] | None:
        start = _at(words, *sequence)
        if start < 0 or (first and words[0] != first):
            return None
        return tokens[:start] + tokens[start + len(sequence) :]

    return rule


def _into_file(tokens: list[Token], words: list[str], _dialect: Dialect) -> list[Token] | None:
    start = max(_at(words, "INTO", "OUTFILE"), _at(words, "INTO", "DUMPFILE"))
    if start < 0:
        return None
    end = next((place for place in range(start, len(words)) if words[place] in {"FROM", "FOR", "LOCK"}), len(words))
    return tokens[:start] + tokens[end:]


def _delete_in_merge(tokens: list[Token], words: list[str], dialect: Dialect) -> list[Token] | None:
    start = _at(words, "DELETE", "WHERE")
    if words[0] != "MERGE" or start < 0:
        return None
    branch = max((place for place in range(start) if words[place] == "THEN"), default=0)
    # Which rows of those just updated go: one more condition, as far as columns are concerned.
    joint = dialect.tokenize("AND" if "WHERE" in words[branch:start] else "WHERE")
    return tokens[:start] + joint + tokens[start + 2 :]


def _insert_in_merge(tokens: list[Token], words: list[str], dialect: Dialect) -> list[Token] | None:
    """Move the condition behind VALUES to the branch: `WHEN NOT MATCHED AND condition THEN INSERT ...`."""
    values = next((place for place, word in enumerate(words) if word == "VALUES"), -1)
    if words[0] != "MERGE" or values < 0 or words[values + 1 : values + 2] != ["("]:
        return None
    start = closing(words, values + 1) + 1
    branch = max((place for place in range(values) if words[place] == "THEN"), default=0)
    if words[start : start + 1] != ["WHERE"] or not branch:
        return None
    end = next((place for place in range(start, len(words)) if words[place] == "WHEN"), len(words))
    condition = [*dialect.tokenize("AND ("), *tokens[start + 1 : end], *dialect.tokenize(")")]
    return [*tokens[:branch], *condition, *tokens[branch:start], *tokens[end:]]


def _stream(tokens: list[Token], words: list[str], dialect: Dialect) -> list[Token] | None:
    start, on = _at(words, "STREAM"), _at(words, "ON")
    if words[0] != "CREATE" or start not in {1, 2, 3} or words[on + 1 : on + 2] not in (["TABLE"], ["VIEW"]):
        return None
    end = on + 2
    while end < len(words) and (end == on + 2 or words[end] == "." or words[end - 1] == "."):
        end += 1
    name = [token for token, word in zip(tokens[start + 1 : on], words[start + 1 : on], strict=True) if word != "COPY"]
    return [
        *dialect.tokenize("CREATE VIEW"), *(name[3:] if words[start + 1] == "IF" else name),
        *dialect.tokenize("AS SELECT * FROM"), *tokens[on + 2 : end],
    ]  # fmt: skip


def _mutation(tokens: list[Token], words: list[str], dialect: Dialect) -> list[Token] | None:
    """Read ClickHouse's ALTER TABLE t UPDATE ... WHERE ... as an UPDATE, and its DELETE as one."""
    if words[:2] != ["ALTER", "TABLE"]:
        return None
    place = next((place for place in range(3, len(words)) if words[place] in {"UPDATE", "DELETE"}), -1)
    if place < 0 or "WHERE" not in words[place:]:
        return None
    end = next((at for at in range(2, place) if words[at] == "ON"), place)
    if words[place] == "DELETE":
        return [*dialect.tokenize("DELETE FROM"), *tokens[2:end], *tokens[place + 1 :]]
    return [*dialect.tokenize("UPDATE"), *tokens[2:end], *dialect.tokenize("SET"), *tokens[place + 1 :]]


def _clone(tokens: list[Token], words: list[str], _dialect: Dialect) -> list[Token] | None:
    start = words.index("CLONE")
    if words[0] != "CREATE":
        return None
    travels = (at for at in range(start, len(words)) if words[at : at + 3] in _TRAVELS)
    end = next(travels, len(words))
    early = [token for token, word in zip(tokens[:start], words[:start], strict=True) if word not in _CLONED]
    return early + tokens[start:end] if len(early) < start or end < len(words) else None


_TRAVELS = (["VERSION", "AS", "OF"], ["TIMESTAMP", "AS", "OF"])
_CLONED = frozenset({"SNAPSHOT", "DEEP", "SHALLOW"})


def _phrase(tokens: list[Token], words: list[str], dialect: Dialect) -> list[Token] | None:
    """Teradata's phrases behind a column: (FORMAT 'x') and (TITLE 'x') are dropped, (NAMED n) is an alias."""
    kept: list[Token] = []
    position = 0
    while position < len(words):
        two = words[position : position + 2]
        if len(two) == 2 and two[0] == "(" and two[1] in {"FORMAT", "TITLE", "NAMED"}:
            end = closing(words, position)
            if two[1] == "NAMED":
                kept += [*dialect.tokenize("AS"), *tokens[position + 2 : end]]
            position = end + 1
        else:
            kept.append(tokens[position])
            position += 1
    return kept if len(kept) < len(tokens) else None


def _pipe(tokens: list[Token], words: list[str], dialect: Dialect) -> list[Token] | None:
    """Spell |> DROP, RENAME and SET of pipe syntax as a SELECT * EXCEPT, RENAME or REPLACE."""
    kept: list[Token] = []
    changed = False
    starts = [*(place for place, word in enumerate(words) if word == "|>"), len(words)]
    kept += tokens[: starts[0]]
    for start, end in pairwise(starts):
        word = words[start + 1] if start + 1 < end else ""
        items = tokens[start + 2 : end]
        changed = changed or word in {"DROP", "RENAME", "SET"}
        if word == "DROP":
            kept += [*dialect.tokenize("|> SELECT * EXCEPT ("), *items, *dialect.tokenize(")")]
        elif word == "RENAME":
            kept += [*dialect.tokenize("|> SELECT * RENAME ("), *items, *dialect.tokenize(")")]
        elif word == "SET":
            kept += [*dialect.tokenize("|> SELECT * REPLACE ("), *_turned(items, dialect), *dialect.tokenize(")")]
        else:
            kept += tokens[start:end]
    return kept if changed else None


def _turned(items: list[Token], dialect: Dialect) -> list[Token]:
    """Turn `x = value, y = value` into `value AS x, value AS y`."""
    words = upper(items)
    found: list[Token] = []
    depth = start = 0
    for place in range(len(words) + 1):
        word = words[place] if place < len(words) else ","
        depth += (word in {"(", "["}) - (word in {")", "]"})
        if word == "," and depth == 0:
            found += [*items[start + 2 : place], *dialect.tokenize("AS"), items[start], *items[place : place + 1]]
            start = place + 1
    return found


def _compound(tokens: list[Token], words: list[str], dialect: Dialect) -> list[Token] | None:
    """Spell `SET x += y` as `SET x = x + y`."""
    if words[0] != "UPDATE":
        return None
    kept: list[Token] = []
    changed = False
    left = 0
    for position, word in enumerate(words):
        if word in {"SET", ","}:
            left = position + 1
        if word in _ARITHMETIC and words[position + 1 : position + 2] == ["="] and position > left:
            kept += [*dialect.tokenize("="), *tokens[left:position], tokens[position]]
            changed = True
        elif word == "=" and position and words[position - 1] in _ARITHMETIC:
            continue
        else:
            kept.append(tokens[position])
    return kept if changed else None


def _versions(tokens: list[Token], words: list[str], _dialect: Dialect) -> list[Token] | None:
    start = _at(words, "VERSIONS", "BETWEEN")
    if start < 0 or words[start + 4 : start + 5] != ["AND"]:
        return None
    return tokens[:start] + tokens[start + 6 :]


_RULES: dict[str, Rule] = {
    "LOCKING": _locking,
    "TOP": _top,
    "ERRORS": _log_errors,
    "RECURSIVE": _recursive_view,
    "EVOLUTION": _without("WITH", "SCHEMA", "EVOLUTION", first="MERGE"),
    "POSITION": _without("BY", "POSITION", first="INSERT"),
    "OUTFILE": _into_file,
    "DUMPFILE": _into_file,
    "DELETE": _delete_in_merge,
    "VALUES": _insert_in_merge,
    "STREAM": _stream,
    "ALTER": _mutation,
    "CLONE": _clone,
    "FORMAT": _phrase,
    "TITLE": _phrase,
    "NAMED": _phrase,
    "|>": _pipe,
    "UPDATE": _compound,
    "VERSIONS": _versions,
}


def salvaged(chunk: Chunk, dialect: Dialect) -> Chunk | None:
    """Reduce a definition with options that sqlglot does not know to its name, its columns and its query."""
    words = upper(chunk.tokens)
    if words[0] not in {"CREATE", "REPLACE", "ALTER"}:
        return None
    made = next((place for place in range(1, min(len(words), 9)) if words[place] in _DEFINES), -1)
    body = _body(words, made)
    if made < 0 or body < 0:
        return None
    name = made + 1 + 3 * (words[made + 1 : made + 4] == ["IF", "NOT", "EXISTS"])
    end = name + 1
    while end < body and (words[end] == "." or words[end - 1] == "."):
        end += 1
    columns = _names(chunk.tokens, words, end) if words[end] == "(" else []
    temporary = "TEMPORARY " if {"TEMPORARY", "TEMP", "VOLATILE"}.intersection(words[:made]) else ""
    kind = "VIEW" if words[made] == "VIEW" else "TABLE"
    tokens = [
        *dialect.tokenize(f"CREATE {temporary}{kind}"), *chunk.tokens[name:end], *columns,
        *dialect.tokenize("AS"), *chunk.tokens[body : _tail(words, body)],
    ]  # fmt: skip
    again = as_chunk(tokens)
    again.line, again.fingerprint, again.literals = chunk.line, chunk.fingerprint, chunk.literals
    return again


def _body(words: list[str], made: int) -> int:
    depth = 0
    for place in range(max(made, 0), len(words) - 1):
        depth += (words[place] == "(") - (words[place] == ")")
        if depth == 0 and words[place] == "AS" and (words[place + 1] in _QUERIES or words[place + 1] == "("):
            return place + 1
    return -1


def _names(tokens: list[Token], words: list[str], start: int) -> list[Token]:
    """Give a list of columns without types, comments and constraints; nothing where it holds more than columns."""
    end = closing(words, start)
    kept = [tokens[start]]
    depth = 0
    for place in range(start + 1, end):
        depth += (words[place] == "(") - (words[place] == ")")
        if depth == 0 and (words[place] == "," or words[place - 1] in {"(", ","}):
            kept.append(tokens[place])
    return [*kept, tokens[end]]


def _tail(words: list[str], body: int) -> int:
    """Give where the query ends: options behind it begin with WITH, or follow its parenthesis."""
    if words[body] == "(":
        return closing(words, body) + 1
    depth = 0
    for place in range(body, len(words)):
        depth += (words[place] == "(") - (words[place] == ")")
        if depth == 0 and place > body and words[place] == "WITH" and words[place + 1 : place + 2] != ["("]:
            following = words[place + 1 : place + 2]
            if following and following[0] in {"NO", "DATA", "READ", "CHECK", "CASCADED", "LOCAL", "STATISTICS"}:
                return place
    return len(words)


__all__ = ["closing", "respelt", "salvaged", "upper"]
