"""The YAML files that stand beside a plan (`labels.yaml`, `confirmations.yaml` and others): read whole, or why not.

They are read as a plan is: `on` is a key like any other, and nothing is taken for a day before its form says so.
Entries are added at the end as JSON, which is YAML: quotes in a name can end nothing, and what stands there stays.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from lineage.errors import PlanError
from lineage.yamlsource import MAX_CHARACTERS, MappingNode, Node, SequenceNode, plain_data, read_yaml

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

LARGEST: Final = 4 * MAX_CHARACTERS
"""Bytes of such a file."""


class Strict(BaseModel):
    """A part of such a file: unknown keys are refused, and no error quotes what stands there."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


Form = TypeVar("Form", bound=Strict)


def content_beside(file: Path, entries: str) -> bytes | None:
    """Give the bytes of a file, None where there is no file; `entries` is what is to be taken out of one too large.

    Raises:
        PlanError: it cannot be read, or is too large.
    """
    try:
        if not file.exists():
            return None
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except (OSError, ValueError) as e:
        reason = getattr(e, "strerror", None) or "not a file name"
        raise PlanError(f"{file}: cannot be read ({reason.lower()}); may you read it?") from None
    if len(content) > LARGEST:
        raise PlanError(f"{file}: is larger than {LARGEST:,} bytes; take old {entries} out")
    return content


def read_beside(file: Path, form: type[Form], entries: str, command: str) -> Form | None:
    """Give the content of a file, None where there is no file; `entries` and `command` stand in the ways out.

    Raises:
        PlanError: it is no such file; says where, without what stands there.
    """
    content = content_beside(file, entries)
    if content is None:
        return None
    document = read_yaml(content)
    if document.root is None or document.problems:
        first = document.problems[0]
        told = f"{file}:{first.line}:{first.column}: is no YAML ({first.message})"
        raise PlanError(f"{told}; mend it, or write it with `{command}`")
    try:
        return form.model_validate(plain_data(document.root))
    except ValidationError as e:
        problems = "\n".join(f"{file}:{_told(error, document.root)}" for error in e.errors())
        raise PlanError(problems) from None


def _told(error: ErrorDetails, root: Node) -> str:
    """Say where the form of a file is not kept, and how, without what stands there."""
    node = root
    for number, key in enumerate(error["loc"], 1):
        match node:
            case MappingNode() if str(key) in node.entries:
                entry = node.entries[str(key)]
                unknown = error["type"] == "extra_forbidden" and number == len(error["loc"])
                node = entry.key if unknown else entry.value
            case SequenceNode() if isinstance(key, int) and key < len(node.items):
                node = node.items[key]
            case _:
                break
    where = ".".join(map(str, error["loc"]))
    match error["type"]:
        case "missing":
            said = f"needs '{error['loc'][-1]}'"
            where = ".".join(map(str, error["loc"][:-1]))
        case "extra_forbidden":
            said = "no such key is known here"
        case "model_type" | "list_type":
            said = "must be keys with values" if error["type"] == "model_type" else "must be a list"
        case _:
            said = error["msg"].removeprefix("Value error, ").replace("Input should be", "must be")
    return f"{node.start.line}:{node.start.column}: {f'{where}: ' if where else ''}{said}"


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
