"""How long ClickHouse keeps rows and values, as a table's and its columns' TTL say.

Only an age that is counted from one column is read: `TTL at + toIntervalDay(30)`. What moves or packs rows deletes
nothing; what deletes under a condition, or thins rows out, is told as a job whose age is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from lineage.duration import Duration, parse_duration
from lineage.errors import PlanError

_PIECE: Final = re.compile(r"'(?:[^'\\]|\\.|'')*'|`(?:[^`\\]|\\.|``)*`|[(),]|\w+|\s+|[^\w\s'`(),]", re.DOTALL)
_AGED: Final = re.compile(
    r"^(?:toDateTime|toDate|toDateTime64|toDate32)?\(?\s*(?:`(?P<quoted>(?:[^`\\]|\\.)*)`|(?P<bare>[A-Za-z_]\w*))"
    r"\s*(?:,\s*\d+\s*)?\)?\s*\+\s*toInterval(?P<unit>Second|Minute|Hour|Day|Week|Month|Quarter|Year)\((?P<count>\d+)\)"
    r"(?P<rest>.*)$",
    re.DOTALL,
)
_KEEPING: Final = re.compile(r"\b(TO\s+(DISK|VOLUME)|RECOMPRESS)\b")
_QUARTER: Final = 3
_ENDS: Final = frozenset({"SETTINGS", "COMMENT"})


class Ttl:
    """One clause of a TTL."""

    __slots__ = ("field", "keeps")

    def __init__(self, keeps: Duration | None, field: str | None) -> None:
        self.keeps = keeps
        """None: under a condition, or in a way that is not read."""
        self.field = field


def table_ttl(engine: str) -> Iterator[Ttl]:
    """Give the clauses that delete rows, from a table's engine as the system spells it in full."""
    clause: list[str] | None = None
    grouped = False
    for piece in _top_level(engine):
        word = piece.strip()
        if clause is None:
            clause = [] if word == "TTL" else None
        elif word in _ENDS:
            break
        elif word == "," and not grouped:
            yield from _told("".join(clause))
            clause = []
        else:
            # After GROUP BY, a comma parts its columns too: the rest is one clause that thins rows out.
            grouped = grouped or word == "GROUP"
            clause.append(piece)
    if clause:
        yield from _told("".join(clause))


def column_ttls(definition: str) -> Iterator[tuple[str, Ttl]]:
    """Give the columns that are emptied after a time, from a table's definition as the system spells it."""
    body = next((piece[1:-1] for piece in _top_level(definition) if piece.startswith("(")), "")
    column: list[str] = []
    for piece in [*_top_level(body), ","]:
        if piece.strip() != ",":
            column.append(piece)
            continue
        words = [one.strip() for one in column]
        if "TTL" in words and words and (name := _name(next((one for one in words if one), ""))):
            clause = column[words.index("TTL") + 1 :]
            yield from ((name, one) for one in _told("".join(clause)))
        column = []


def _told(clause: str) -> Iterator[Ttl]:
    text = clause.strip()
    found = _AGED.match(text)
    if _KEEPING.search(found["rest"] if found else text):
        return
    plain = found is not None and found["rest"].strip() in {"", "DELETE"}
    if found is None or not plain:
        yield Ttl(None, None)
        return
    name = found["bare"] if found["quoted"] is None else _name(f"`{found['quoted']}`")
    count, unit = int(found["count"]), found["unit"].lower()
    count, unit = (count * _QUARTER, "month") if unit == "quarter" else (count, unit)
    try:
        yield Ttl(parse_duration(f"{count} {unit}s"), name)
    except PlanError:
        yield Ttl(None, None)


def _name(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text[1:-1].replace("``", "`"), flags=re.DOTALL) if text.startswith("`") else text


def _top_level(text: str) -> Iterator[str]:
    """Give the pieces of a text; what stands in brackets is one piece."""
    depth, inner = 0, ""
    for piece in _PIECE.findall(text):
        if piece == "(":
            depth += 1
        if depth:
            inner += piece
            if piece == ")":
                depth -= 1
                if depth == 0:
                    yield inner
                    inner = ""
        else:
            yield piece
