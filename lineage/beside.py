"""The YAML files that people sign beside a plan (`labels.yaml`, `confirmations.yaml`): read whole, or said why not.

Entries are added at the end as JSON, which is YAML: quotes in a name can end nothing, and what stands there stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any, Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from lineage.errors import PlanError

_LARGEST: Final = 4_000_000


class Strict(BaseModel):
    """A part of such a file: unknown keys are refused, and no error quotes what stands there."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


Form = TypeVar("Form", bound=Strict)


def read_beside(file: Path, form: type[Form], entries: str, command: str) -> Form | None:
    """Give the content of a file, None where there is no file; `entries` and `command` stand in the ways out.

    Raises:
        PlanError: it is no such file; says where.
    """
    import yaml

    if not file.exists():
        return None
    try:
        with file.open("rb") as opened:
            content = opened.read(_LARGEST + 1)
        if len(content) > _LARGEST:
            raise PlanError(f"{file}: is larger than {_LARGEST:,} bytes; take old {entries} out")
        return form.model_validate(yaml.load(content, Loader=yaml.CSafeLoader))
    except OSError as e:
        raise PlanError(f"{file}: cannot be read ({type(e).__name__}); may you read it?") from None
    except yaml.YAMLError as e:
        mark: Any = getattr(e, "problem_mark", None)
        place = f":{mark.line + 1}:{mark.column + 1}" if mark is not None else ""
        raise PlanError(f"{file}{place}: is no YAML; mend it, or write it with `{command}`") from None
    except ValidationError as e:
        problems = "; ".join(f"{'.'.join(map(str, error['loc']))}: {error['msg']}" for error in e.errors())
        raise PlanError(f"{file}: {problems}") from None


def append_beside(file: Path, text: str, entries: Iterable[Mapping[str, object]]) -> None:
    """Write a file anew: its text, and entries after it.

    Raises:
        PlanError: it cannot be written.
    """
    lines = "".join(f"  - {json.dumps(entry, ensure_ascii=False)}\n" for entry in entries)
    try:
        file.write_text(f"{text.rstrip()}\n{lines}", encoding="utf-8")
    except OSError as e:
        raise PlanError(f"{file}: cannot be written ({type(e).__name__}); may you write there?") from None


def first_moment(day: date) -> datetime:
    """Give the moment from which what was signed on a day counts, in UTC."""
    return datetime.combine(day, time(), UTC)


def last_moment(day: date | None) -> datetime | None:
    """Give the moment until which what ends with a day counts, in UTC; None where no day ends it."""
    return None if day is None else datetime.combine(day, time(23, 59, 59), UTC)
