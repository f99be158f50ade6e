"""Run the user's own tap or source as a process of its own, and read the lines that it writes, bounded.

The process gets no shell, none of our environment but what is named, and a folder of its own that is removed. Its
standard error is thrown away: it quotes configurations and records. When enough was read, it is ended with all that it
started.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from connectors._sql import Failed

MAX_LINE: Final = 16_000_000
MAX_TEXT: Final = 64_000_000
MAX_READ: Final = 400_000_000
"""So much is read of a stream, records and all that is written beside them."""
_PASSED: Final = ("PATH", "LANG", "LC_ALL", "TZ", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE")
_GRACE: Final = 2.0
_ENDED: Final = "run the command by hand with the same config, and read what it says"
_LESS: Final = "give the connector fewer records to read, or the tap a config that selects less"
_SLOW: Final = Failed(
    "out of time", "raise the source's budget of seconds: the command takes long to start", final=True
)


@dataclass(slots=True)
class Run:
    """A process that runs, and what was read of it."""

    process: subprocess.Popen[bytes] = field(repr=False)
    late: threading.Event = field(default_factory=threading.Event)
    """It was ended because the time was up."""
    size: int = 0
    """Bytes that it wrote."""
    most: int = MAX_READ

    def lines(self) -> Iterator[Mapping[str, Any]]:
        """Give each message that it writes, until it ends; a line that is none is passed over, as loaders do.

        Raises:
            Failed: a line is too long, all of them are, the time is up, or it ended with an error.
        """
        for line in _lines(self.process.stdout):
            self.size += len(line)
            if self.size > self.most:
                raise Failed(f"over budget: the command writes more than {self.most // 1_000_000:,} MB", _LESS)
            if len(line) > MAX_LINE:
                raise Failed("a record is longer than 16 MB", "leave its stream out, or the field that is so long")
            try:
                message = json.loads(line)
            except (ValueError, RecursionError):
                continue
            if isinstance(message, dict):
                yield message
        self.end()

    def text(self) -> bytes:
        """Give all that it writes.

        Raises:
            Failed: it is too much, the time is up, or it ended with an error.
        """
        assert self.process.stdout is not None  # noqa: S101 - it was asked for
        found = self.process.stdout.read(MAX_TEXT + 1)
        self.size += len(found)
        if len(found) > MAX_TEXT:
            raise Failed("its catalogue is larger than 64 MB", "give it a config that selects less")
        self.end()
        return found

    def end(self) -> None:
        """Wait until it has ended by itself.

        Raises:
            Failed: with its code only.
        """
        code = self.process.wait()
        if self.late.is_set():
            raise _SLOW
        if code:
            raise Failed(f"the command failed (code {code})", _ENDED)


@dataclass(frozen=True, slots=True)
class Command:
    """What is run, with which names of our environment, and within how many seconds."""

    words: tuple[str, ...] = field(repr=False)
    environment: tuple[str, ...]
    seconds: float
    folder: Path = field(repr=False)
    """Where it runs: a folder of its own."""
    most: int = MAX_READ
    """Bytes that are read of it."""

    @contextmanager
    def run(self, *more: str) -> Iterator[Run]:
        """Start it; it has ended, with all that it started, when the block ends.

        Raises:
            Failed: it cannot be started.
        """
        passed = {name: os.environ[name] for name in (*_PASSED, *self.environment) if name in os.environ}
        given = {"HOME": str(self.folder), "TMPDIR": str(self.folder), "DO_NOT_TRACK": "1", **passed}
        try:
            process = subprocess.Popen(  # noqa: S603 - the plan's command, allowed by --allow-exec
                [*self.words, *more],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=self.folder,
                env=given,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            why = f"the command cannot be started ({type(error).__name__})"
            raise Failed(why, "is its path right? Paths in it are absolute", final=True) from None
        run = Run(process, most=self.most)
        alarm = threading.Timer(max(self.seconds, 0.001), _late, (run,))
        alarm.start()
        try:
            yield run
        finally:
            alarm.cancel()
            _kill(process)
            if process.stdout is not None:
                process.stdout.close()


@contextmanager
def folder_of_its_own(config: str | None) -> Iterator[tuple[Path, Path | None]]:
    """Make a folder that only we can read, with the config in a file if it is given as text; it is removed."""
    with tempfile.TemporaryDirectory(prefix="lineage-", ignore_cleanup_errors=True) as name:
        folder, place = Path(name), None
        if config is not None:
            place = written(folder, "config.json", config)
        yield folder, place


def written(folder: Path, name: str, text: str) -> Path:
    """Write a file that only we can read."""
    place = folder / name
    with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as stream:  # noqa: PTH123 - created with its mode
        stream.write(text)
    return place


def resolved(words: Sequence[str]) -> tuple[str, ...]:
    """Give a command whose program is found from another folder too."""
    first = words[0]
    return (str(Path(first).expanduser().absolute()) if os.sep in first else first, *words[1:])


def _lines(stream: IO[bytes] | None) -> Iterator[bytes]:
    assert stream is not None  # noqa: S101 - it was asked for
    while line := stream.readline(MAX_LINE + 1):
        yield line


def _late(run: Run) -> None:
    run.late.set()
    _kill(run.process)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the process and what it started: its group is its own, named by its own id."""
    # What it started may outlive it and hold the pipe open: the group is ended though the process has.
    for number, patience in ((signal.SIGTERM, _GRACE), (signal.SIGKILL, _GRACE)):
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, number)
        ends = time.monotonic() + patience
        while process.poll() is None and time.monotonic() < ends:
            time.sleep(0.01)
        if process.poll() is not None and not _group_lives(process.pid):
            return


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True
