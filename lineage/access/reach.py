"""The reach of an identity, computed from principals, memberships, grants, ownership and views."""

from __future__ import annotations

from collections.abc import Iterable

from lineage.access.model import Access
from lineage.model import Fact


def access_of(facts: Iterable[Fact]) -> Access:
    """Gather the access facts of a snapshot; reach is computed when asked for."""
    raise LookupError(facts)
