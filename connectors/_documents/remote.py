"""Documents in object stores, through fsspec: listed and read in memory, nothing is copied to disk or written there."""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final, cast

from connectors._documents.office import MAX_BYTES
from connectors._patterns import MAX_FILES, Found
from lineage.context import Context
from lineage.errors import ConnectorError

SCHEMES: Final = {"s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "az": "adlfs", "abfs": "adlfs"}
"""Scheme -> the package that fsspec needs for it."""
_TALKERS: Final = ("botocore", "aiobotocore", "s3fs", "fsspec", "gcsfs", "adlfs", "azure")
_CHANGED: Final = ("LastModified", "last_modified", "mtime", "updated")


@dataclass(frozen=True, slots=True)
class Remote:
    """An object that can be opened as a path can; its key may hold personal data."""

    filesystem: Any = field(repr=False)
    key: str = field(repr=False)
    size: int = 0

    @property
    def suffix(self) -> str:
        """The ending of its name."""
        return PurePosixPath(self.key).suffix

    def open(self, _mode: str = "rb") -> IO[bytes]:
        """Open it for reading."""
        try:
            return io.BytesIO(self.filesystem.cat_file(self.key, start=0, end=MAX_BYTES + 1) if self.size else b"")
        except OSError:
            raise
        except Exception as error:  # noqa: BLE001 - clients of object stores raise what they like, and quote keys
            raise OSError(type(error).__name__) from None


def objects_of(place: str, given: Mapping[str, str], context: Context) -> tuple[Found, ...]:
    """List what lies below a prefix of an object store.

    Raises:
        ConnectorError: its client is not installed, or it cannot be listed; neither prefix nor answer is quoted.
    """
    scheme, _, root = place.partition("://")
    try:
        import fsspec

        kind = fsspec.get_filesystem_class(scheme)
    except (ImportError, ValueError):
        way = f"install lineage-audit[remote] and {SCHEMES[scheme]}"
        raise ConnectorError(f"{context.source}: what reads {scheme} is not installed; {way}") from None
    for name in _TALKERS:
        # What they log, warnings too, quotes buckets and keys of objects, which can hold personal data.
        logging.getLogger(name).setLevel(logging.CRITICAL)

    def listed() -> tuple[tuple[Found, ...], bool]:
        filesystem = kind(**_options(given, scheme, context))
        found: tuple[Found, ...] = ()
        with suppress(FileNotFoundError):  # a prefix without an object is no folder
            found = tuple(objects_below(filesystem, root))
        return found, bool(found) or filesystem.exists(root.partition("/")[0])

    try:
        found, there = _within(context.budget.seconds, listed)
    except Exception as error:  # noqa: BLE001 - clients of object stores raise what they like, and quote keys
        why = f"the objects cannot be listed ({type(error).__name__})"
        way = "are the connector's path, endpoint and credentials right?"
        raise ConnectorError(f"{context.source}: {why}; {way}") from None
    if not there:
        raise ConnectorError(f"{context.source}: there is no such bucket; is the connector's path right?")
    return found


def _within(seconds: float, listed: Callable[[], tuple[tuple[Found, ...], bool]]) -> tuple[tuple[Found, ...], bool]:
    """Wait for a list no longer than so many seconds: some clients try for minutes, and cannot be told otherwise.

    Raises:
        TimeoutError: it takes longer.
        Exception: whatever the client raises.
    """
    told: Future[tuple[tuple[Found, ...], bool]] = Future()

    def work() -> None:
        try:
            told.set_result(listed())
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            told.set_exception(error)

    # No thread of a pool: the process would wait for it at its end.
    threading.Thread(target=work, daemon=True).start()
    return told.result(max(seconds, 0.001))


def _options(given: Mapping[str, str], scheme: str, context: Context) -> dict[str, Any]:
    # Nothing that was listed before is told again, and no instance is shared with what other settings opened.
    options: dict[str, Any] = {"use_listings_cache": False, "skip_instance_cache": True}
    if scheme == "s3":
        seconds = max(1, int(context.budget.seconds))
        patience = {"connect_timeout": min(10, seconds), "read_timeout": seconds, "retries": {"max_attempts": 1}}
        options |= {**given, "config_kwargs": patience}
    return options


def objects_below(filesystem: Any, root: str) -> Iterator[Found]:
    """Give the objects below a prefix, in a stable order, MAX_FILES at most.

    Raises:
        OSError: they cannot be listed.
    """
    prefix, count = root.rstrip("/") + "/", 0
    for folder, folders, files in filesystem.walk(root, detail=True, on_error="raise"):
        for name in [one for one in folders if one.startswith(".")]:
            del folders[name]
        for name in sorted(files):
            key = f"{folder.rstrip('/')}/{name}"
            if name.startswith(".") or not name or not key.startswith(prefix):
                continue
            told = files[name]
            size = int(told.get("size") or 0)
            path = cast("Path", Remote(filesystem, key, size))
            yield Found(path, tuple(key.removeprefix(prefix).split("/")), size, _changed(told))
            count += 1
            if count >= MAX_FILES:
                return


def _changed(told: Mapping[str, Any]) -> float:
    for key in _CHANGED:
        value = told.get(key)
        if isinstance(value, datetime):
            return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
        if isinstance(value, int | float):
            return float(value)
        if isinstance(value, str):
            try:
                return datetime.fromisoformat(value).timestamp()
            except ValueError:
                continue
    return 0.0
