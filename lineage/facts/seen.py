"""When, how and as whom a fact was seen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lineage.model import (
    SourceId,
)


@dataclass(frozen=True, slots=True)
class Seen:
    """When, how and as which identity a fact was seen, and in which source of the plan."""

    source: SourceId
    at: datetime
    how: str
    """`pg_catalog`, `aggregate`, `footer`, `sample`, `probe`, `file system` ..."""
    identity: str
    """The session's identity as the system names it; `file permissions` where there is none."""
