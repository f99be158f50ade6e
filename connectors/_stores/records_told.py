"""A service that was asked: its tables, and how the records of one are read; see `connectors._stores.records`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from connectors._sql import Failed
from lineage.facts import Fact, Seen

Path = tuple[str, ...]
Record = Mapping[str, object]
Fields = Mapping[Path, str]
"""Path of a field -> its type."""


@dataclass(slots=True)
class Records:
    """Records that were read."""

    rows: list[Record] = field(default_factory=list, repr=False)
    cut: Failed | None = None
    """Why these may not be all; None where they are."""
    bytes: int = 0


@dataclass(frozen=True, slots=True)
class Recent:
    """How the records since a moment are read, of a table that has too many to be read whole."""

    field: Path
    """By whose moment the service chooses them."""
    read: Callable[[int], Records]
    """The first so many of them.

    Raises:
        Failed: none can be read.
    """


@dataclass(frozen=True, slots=True)
class Table:
    """A stream of a service, and how its records are read."""

    name: str
    fields: Fields
    read: Callable[[int], Records]
    """The first so many records.

    Raises:
        Failed: none can be read.
    """
    key: Path = ()
    rows: int | None = None
    described: bool = False
    complete: bool = False
    """No field of it is hidden from who asks."""
    documented: frozenset[Path] = frozenset()
    """Fields that the service describes."""
    required: frozenset[Path] = frozenset()
    indexed: frozenset[Path] = frozenset()
    partly: tuple[Failed, ...] = ()
    """What could not be told of its structure."""
    added: Mapping[Path, Callable[[Record], object]] = field(default_factory=dict)
    """Fields that are asked for record by record, and only where they are wanted; raises Failed."""
    limited: Failed | None = None
    """Why there may be records that are hidden from who asks: what is hidden is not gone."""
    since: Failed | None = None
    """Why records of before a moment are left out; None where they are not."""
    recent: Recent | None = None
    """Asked only where all records are too many: for the newest by its field."""


def _nothing(_seen: Seen) -> Iterator[Fact]:
    return iter(())


@dataclass(frozen=True, slots=True)
class Service:
    """A service that was asked: what it is, and its tables."""

    product: str
    namespace: str
    version: str
    identity: str
    tables: Mapping[str, Table]
    closed: Failed | None
    """Why nothing is told of rights; None where grants are among `facts`."""
    unseen: tuple[Failed, ...] = ()
    """What could not be asked, and why."""
    complete: bool = True
    """What is not among its tables does not exist."""
    facts: Callable[[Seen], Iterator[Fact]] = _nothing
    """What is told beside the tables: rights, retention, marks."""
    queries: Callable[[], int] = lambda: 1
    """How often it was asked so far."""
