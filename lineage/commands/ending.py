"""How a command ends where something beside it does not: a reader that goes away, a fault of our own."""

from __future__ import annotations

import io
import os
import sys
import traceback
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

_FRAMES = 8
"""The innermost places of a fault that are told."""


class _Pipe(io.RawIOBase):
    """A pipe whose reader may go away (`lineage rule | head`): what nobody reads is written to nobody."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def fileno(self) -> int:
        """Give the descriptor that is written to."""
        return self._descriptor

    def writable(self) -> bool:
        """Say that it is for writing."""
        return True

    def write(self, data: ReadableBuffer, /) -> int:
        """Write, or pass over what nobody reads."""
        try:
            return os.write(self._descriptor, data)
        except BrokenPipeError:
            _written_to_nobody(self._descriptor)
            return memoryview(data).nbytes


def told_to_a_pipe(stdout: TextIO | None) -> TextIO:
    """Give a stdout that ends no command when its reader goes away, so that each ends with its own exit code."""
    if stdout is None:  # closed by whoever calls: `lineage ... >&-`
        return Path(os.devnull).open("w", encoding="utf-8")
    if stdout.isatty():
        return stdout
    stdout.flush()
    return io.TextIOWrapper(io.BufferedWriter(_Pipe(stdout.fileno())), encoding=stdout.encoding, errors=stdout.errors)


def fault_of(error: Exception) -> str:
    """Tell an error that nobody foresaw: its class and the places that it passed.

    Its message is left out, which may quote what was being worked on; stdout is closed, which may be what failed.
    """
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    # A file's place below its package is enough to find it, and names nobody's home.
    places = [f"  {'/'.join(PurePath(frame.filename).parts[-3:])}:{frame.lineno} in {frame.name}" for frame in frames]
    why = f", {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
    if isinstance(error, OSError):
        _written_to_nobody(sys.stdout.fileno())  # else Python fails once more, at its end, to write what was refused
    told = f"lineage failed ({type(error).__name__}{why}), so nothing can be said; if it fails again, report this:"
    return "\n".join([told, *places])


def _written_to_nobody(descriptor: int) -> None:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)
