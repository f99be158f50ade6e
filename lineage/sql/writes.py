"""What a statement writes, before it becomes edges."""

from __future__ import annotations

from dataclasses import dataclass, field

from lineage.sql.relation import Relation
from lineage.sql.result import Path


@dataclass(slots=True)
class Write:
    """Columns of one target."""

    target: Path | None
    names: list[str]
    relation: Relation
    """The columns written, in the order of `names`, and what decides on the rows."""
    sure: bool = True
    """False when the names of the target's columns are inferred from those of the query."""
    whole: bool = True
    """The target gets exactly these columns (an UPDATE sets only some)."""


@dataclass(slots=True)
class Read:
    """What reading a statement gave."""

    kind: str
    writes: list[Write] = field(default_factory=list)
    doubt: str = ""
    """Why the statement is not understood; empty when it is."""
    returned: Relation | None = None
    """What RETURNING gives to whoever runs the statement."""
