"""What is dear to start and serves one read after another: kept between the reads of a scan, and ended with it.

A read takes what another one laid by under the same key, or starts its own, and lays it by clean when it is done. Two
reads never share at one time. Outside of a scan, and in the other processes of one, nothing is kept: what is laid by
is ended at once.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from typing import Final, Protocol

_MOST: Final = 8
"""So many wait at most: each has memory and threads of its own."""


class Ended(Protocol):
    """What can be ended."""

    def close(self) -> None:
        """End it."""


_lock: Final = threading.Lock()
_waiting: Final[defaultdict[Hashable, list[Ended]]] = defaultdict(list)
_scans: Final[list[object]] = []


@contextmanager
def keeping() -> Iterator[None]:
    """Keep what is laid by until this ends; where several keep, until the last one ends."""
    scan = object()
    with _lock:
        _scans.append(scan)
    try:
        yield
    finally:
        with _lock:
            _scans.remove(scan)
            left = [] if _scans else [one for waiting in _waiting.values() for one in waiting]
            if not _scans:
                _waiting.clear()
        for one in left:
            one.close()


def taken(key: Hashable) -> Ended | None:
    """Give what was laid by under a key, to the caller alone; None where nothing waits."""
    with _lock:
        waiting = _waiting.get(key)
        return waiting.pop() if waiting else None


def lay_by(key: Hashable, thing: Ended) -> None:
    """Let the next read have it; end it where none will come, or enough wait."""
    with _lock:
        keep = bool(_scans) and sum(map(len, _waiting.values())) < _MOST
        if keep:
            _waiting[key].append(thing)
    if not keep:
        thing.close()
