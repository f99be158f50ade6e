"""The files that commands write: what cannot be written is told before anything is read, and in a line."""

from __future__ import annotations

from pathlib import Path

import typer

from lineage.errors import PlanError


def can_be_written(file: Path | None, option: str) -> None:
    """Refuse a name at which no file can be; None is stdout.

    Raises:
        PlanError: it is a folder, or in none.
    """
    if file is not None and (file.is_dir() or not file.parent.is_dir()):
        raise PlanError(f"{option}: {file} cannot be written; is there such a folder, and is it a file's name?")


def written(file: Path, content: str | bytes, option: str) -> None:
    """Write a file and say so.

    Raises:
        PlanError: it cannot be written.
    """
    try:
        file.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as e:
        raise PlanError(f"{option}: {file} cannot be written ({e.strerror})") from None
    typer.echo(f"wrote {file}", err=True)
