"""Predicates over declared fields: `region = 'EU' AND created_at >= now - 18 months`.

The text of a plan is parsed into these types (`predicate_text.parse_predicate`) and rendered for each system from the
tree with bound parameters, so that no text of a plan ever reaches a server.
A row belongs to a cell only where the predicate is true. What compares a null is unknown, as in SQL, and that counts as
false at once: so every row is either in a cell or in its complement, `NOT tier = 'gold'` holds where the tier is null,
and `tier != 'gold'` does not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from lineage.duration import Duration
from lineage.model import DatasetId

Literal = str | int | float | bool | date | datetime


@dataclass(frozen=True, slots=True)
class Ago:
    """`now - 18 months`: a moment relative to the audit's own `now`."""

    span: Duration

    def __str__(self) -> str:
        """As a plan writes it."""
        return f"now - {self.span}"


Value = Literal | Ago


@dataclass(frozen=True, slots=True)
class Compare:
    """A field against a value; `op` is one of `=`, `!=`, `<`, `<=`, `>`, `>=`."""

    field: str
    op: str
    value: Value

    def __str__(self) -> str:
        """Canonical text."""
        return f"{self.field} {self.op} {literal_text(self.value)}"


@dataclass(frozen=True, slots=True)
class IsIn:
    """A field in a list of literals."""

    field: str
    values: tuple[Literal, ...]

    def __str__(self) -> str:
        """Canonical text: the values sorted."""
        return f"{self.field} IN ({', '.join(sorted(literal_text(value) for value in self.values))})"


@dataclass(frozen=True, slots=True)
class Between:
    """A field between two values, both included."""

    field: str
    low: Value
    high: Value

    def __str__(self) -> str:
        """Canonical text."""
        return f"{self.field} BETWEEN {literal_text(self.low)} AND {literal_text(self.high)}"


@dataclass(frozen=True, slots=True)
class IsNull:
    """A field that holds no value."""

    field: str

    def __str__(self) -> str:
        """Canonical text."""
        return f"{self.field} IS NULL"


@dataclass(frozen=True, slots=True)
class Truth:
    """A bare boolean field."""

    field: str

    def __str__(self) -> str:
        """Canonical text."""
        return self.field


@dataclass(frozen=True, slots=True)
class Not:
    """The predicate is not true: it is false, or unknown since it compares a null."""

    of: Predicate

    def __str__(self) -> str:
        """Canonical text."""
        return f"NOT ({self.of})"


@dataclass(frozen=True, slots=True)
class And:
    """All of them."""

    of: tuple[Predicate, ...]

    def __str__(self) -> str:
        """Canonical text: the parts sorted."""
        return " AND ".join(sorted(f"({part})" for part in self.of))


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them."""

    of: tuple[Predicate, ...]

    def __str__(self) -> str:
        """Canonical text: the parts sorted."""
        return " OR ".join(sorted(f"({part})" for part in self.of))


@dataclass(frozen=True, slots=True)
class Joined:
    """Made from a declared join, never parsed: the row's `field` is the `key` of a row of `dataset` in `where`."""

    field: str
    dataset: DatasetId
    key: str
    where: Predicate

    def __str__(self) -> str:
        """Canonical text."""
        return f"{self.field} -> {self.dataset}.{self.key} WHERE ({self.where})"


Predicate = Compare | IsIn | Between | IsNull | Truth | Not | And | Or | Joined


def fields_of(predicate: Predicate) -> Iterator[str]:
    """Give the names of the dataset's own fields that the predicate reads (not those behind a join)."""
    stack: list[Predicate] = [predicate]
    while stack:
        part = stack.pop()
        match part:
            case And() | Or():
                stack.extend(part.of)
            case Not():
                stack.append(part.of)
            case _:
                yield part.field


def conjunction(*parts: Predicate | None) -> Predicate | None:
    """Give the predicate that all given ones hold; None where none is given."""
    present = tuple(part for part in parts if part is not None)
    if len(present) > 1:
        return And(present)
    return present[0] if present else None


def literal_text(value: Value) -> str:
    """Give a literal or a moment as a plan writes it."""
    match value:
        case str():
            return "'" + value.replace("'", "''") + "'"
        case bool():
            return str(value).lower()
        case datetime() | date():
            return f"'{value.isoformat()}'"
        case _:
            return str(value)
