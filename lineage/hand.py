"""The port to what writes: one act with a test subject at a time, and never in a scan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pydantic import BaseModel

from lineage.context import Context
from lineage.model import Name


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that is done with a test subject: of `lineage canary --allow-canary` alone, never of a scan."""

    what: str
    """`plant`, `erase` (by the key), or `count` and `clean` (by the key, or any of the marks)."""
    name: Name
    """The dataset."""
    key: tuple[tuple[str, ...], str | int | float | bool] | None
    """Field and value of the subject's key there; None where no field leads back, in a copy of a copy."""
    values: tuple[tuple[tuple[str, ...], str | int | float | bool | datetime], ...] = ()
    """For `plant`: every field that is written."""
    marks: tuple[tuple[tuple[str, ...], str], ...] = ()
    """Fields that may hold a value of the subject which nothing else holds."""
    texts: tuple[tuple[str, ...], ...] = ()
    """For `count`: fields in whose texts one of the marks may stand. Nothing is cleaned by that: others may too."""
    sought: tuple[str, ...] = ()
    """For `count`: what is looked for in `texts`."""


class Hand(Protocol):
    """Do one thing with a test subject: the only way by which a connector writes."""

    def __call__(self, settings: BaseModel, act: Act, context: Context) -> int:
        """Give how many records it was about, having done all of it or nothing.

        Raises:
            ConnectorError: it could not be done; says what, where and the way out, without values.
        """
