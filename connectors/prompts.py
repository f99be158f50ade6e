"""Prompt templates: which names Jinja2 files take from outside. They are parsed, never rendered.

See docs/connectors/prompts.md.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Final

from pydantic import BaseModel, Field

from connectors._prompt_names import names_in
from lineage.connector import Connector, Settings, Structure, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import AbsentFact, CostFact, Fact, Seen, SystemFact, UnseenFact

IDENTITY: Final = "file permissions"
_LARGEST: Final = 4_000_000
_MOST_FILES: Final = 10_000


class PromptsSettings(Settings):
    """Where the templates are."""

    path: str = Field(min_length=1, max_length=4096, repr=False)
    """A folder; local."""
    endings: tuple[str, ...] = (".j2", ".jinja", ".jinja2")
    """What the names of templates end in."""


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from the templates.

    Raises:
        ConnectorError: the folder cannot be read; the message does not name it.
    """
    started = time.monotonic()
    checked = PromptsSettings.model_validate(settings.model_dump())
    folder = _folder(checked.path, context.source)
    seen = Seen(context.source, datetime.now(UTC), "templates", IDENTITY)
    size = 0
    for task in tasks:
        if isinstance(task, Structure):
            yield SystemFact(seen, f"prompts:{context.source}", "Jinja2 templates", "", complete_catalogue=True)
            for dataset, reads in task.targets.items():
                yield AbsentFact(seen, dataset, reads, proven=True)
            files = {
                file.relative_to(folder).as_posix(): file for file in _files(folder, checked.endings, context.source)
            }
            for name, file in files.items():
                length, facts = _template(name, file, files, seen)
                size += length
                yield from facts
        else:
            place = getattr(getattr(task, "relation", None), "name", None)
            yield UnseenFact(seen, "data", "templates hold no rows", "name the system itself as a source", place)
    yield CostFact(seen, 0, 0, size, round(time.monotonic() - started, 3))


def _folder(path: str, source: str) -> Path:
    if "://" in path:
        raise ConnectorError(f"{source}: templates are read from a local folder only; copy them here")
    try:
        folder = Path(path).expanduser().resolve(strict=True)
        found = folder.is_dir()
    except (OSError, RuntimeError, ValueError) as e:
        raise ConnectorError(
            f"{source}: the folder cannot be read ({type(e).__name__}); is the connector's path right?"
        ) from None
    if not found:
        raise ConnectorError(f"{source}: the connector's path is no folder; name the one that holds the templates")
    return folder


def _files(folder: Path, endings: Sequence[str], source: str) -> list[Path]:
    # A link may lead out of the folder, which a template's own loader would follow as well: what is behind it counts.
    found = sorted(one for one in folder.rglob("*") if one.is_file() and one.name.endswith(tuple(endings)))
    if len(found) > _MOST_FILES:
        raise ConnectorError(f"{source}: there are more than {_MOST_FILES:,} templates; give a smaller folder")
    return found


def _template(name: str, file: Path, files: Mapping[str, Path], seen: Seen) -> tuple[int, list[Fact]]:
    def load(other: str, by: str) -> tuple[str, str] | None:
        # As loaders do: from their root, and some beside the template.
        places = (other, (PurePosixPath(by).parent / other).as_posix())
        found = next((place for place in places if place in files), None)
        try:
            text = _text(files[found]) if found is not None else None
        except (OSError, UnicodeError):
            text = None  # its own fact says so
        return (found, text) if found is not None and text is not None else None

    try:
        text = _text(file)
        size = file.stat().st_size
    except (OSError, UnicodeError) as e:
        return 0, [names_in(seen, name, None, f"it cannot be read ({type(e).__name__})")]
    return size, [names_in(seen, name, text, "" if text is not None else "it is larger than 4 MB", load)]


def _text(file: Path) -> str | None:
    return file.read_text(encoding="utf-8-sig") if file.stat().st_size <= _LARGEST else None


CONNECTOR = Connector("prompts", PromptsSettings, read)
