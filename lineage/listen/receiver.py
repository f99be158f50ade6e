"""A receiver of what running workflows tell over HTTP, on loopback alone: it goes to local files that connectors read.

What can be told is a table of routes: `listen_events.py` has OpenLineage's, `commands/listen.py` puts them together.
To receive something else, write a module with a `Route` (its path, its file, its content types, and how a body becomes
lines) and name it there. A route gives only what its connector reads: what was asked, answered or looked up by a
statement never reaches the disk. Bodies come from anybody who can reach the port and are not trusted.
"""

from __future__ import annotations

import hmac
import os
import re
import socket
import threading
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final

from lineage.errors import PlanError

LARGEST_BODY: Final = 16_000_000
LARGEST_FILE: Final = 1_000_000_000
_PATIENCE_SECONDS: Final = 10.0
"""How long a client may say nothing before it is left."""
_TURN_SECONDS: Final = 0.1
_LOOPBACK: Final = "127.0.0.1"
_HOSTS: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
_PORT: Final = re.compile(r":\d+$")


class RefusedError(Exception):
    """A body is not what its route takes; the message is told to the client and quotes nothing of it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a route makes of a body."""

    lines: tuple[bytes, ...]
    """Each one thing that was told, as JSON on one line, without a value."""
    body: bytes = b""
    """What the client is answered; empty for nothing."""
    status: HTTPStatus = HTTPStatus.OK
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Route:
    """A path that takes a POST, and the file that what it takes is written to."""

    path: str
    file: str
    """Below the listener's folder."""
    content_types: frozenset[str]
    take: Callable[[bytes, str], Taken]
    """Body (unpacked) and content type -> lines; raises `RefusedError`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When the listener ends by itself, and who may tell it something."""

    seconds: float
    most: int
    """Lines in all."""
    token: str | None = field(default=None, repr=False)
    """What clients send as `Authorization: Bearer`."""


@dataclass(slots=True)
class Heard:
    """What was received."""

    lines: Counter[str] = field(default_factory=Counter)
    """By file."""
    refused: Counter[str] = field(default_factory=Counter)
    """By the answer's status: `400 Bad Request`."""
    ended: str = ""
    """Why it ended: `time`, `count`, `size` or `interrupted`."""


class Listener:
    """A bound port, and what came in through it."""

    def __init__(self, routes: Sequence[Route], folder: Path, limits: Limits, port: int = 0) -> None:
        """Bind the port and make the folder.

        Raises:
            PlanError: the port is taken, or the folder cannot be written to.
        """
        self.heard = Heard()
        self.limits = limits
        self.routes: Mapping[str, Route] = {route.path: route for route in routes}
        self._folder = folder
        self._size = 0
        self._lock = threading.Condition()
        self._answering = 0
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as e:
            raise PlanError(f"{folder}: cannot be made ({type(e).__name__}); name a folder that can") from None
        try:
            self._server = _Server((_LOOPBACK, port), self)
        except (OSError, OverflowError) as e:
            reason = type(e).__name__
            raise PlanError(
                f"--port: {port} cannot be listened on ({reason}); is it taken? 0 takes a free one"
            ) from None

    @property
    def address(self) -> str:
        """Where clients reach it: `http://127.0.0.1:5000`."""
        return f"http://{_LOOPBACK}:{self._server.server_port}"

    def listen(self) -> Heard:
        """Receive until the time is over, enough was told, or somebody interrupts."""
        until = time.monotonic() + self.limits.seconds
        try:
            with self._server as server:
                while not self.heard.ended:
                    left = until - time.monotonic()
                    if left <= 0:
                        self.end("time")
                    server.timeout = max(0.0, min(left, _TURN_SECONDS))
                    server.handle_request()
        except KeyboardInterrupt:
            self.end("interrupted")
        with self._lock:
            # Who told the last thing that counts is to hear that it was taken; one that drips is not waited for.
            self._lock.wait_for(lambda: not self._answering, timeout=2 * _TURN_SECONDS + 1)
        return self.heard

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Hold the end until a client has its answer."""
        with self._lock:
            self._answering += 1
        try:
            yield
        finally:
            with self._lock:
                self._answering -= 1
                self._lock.notify_all()

    def keep(self, route: Route, taken: Taken) -> None:
        """Write lines down, whole or not at all.

        Raises:
            RefusedError: it has ended, or the file cannot be written.
        """
        packed = b"".join(line + b"\n" for line in taken.lines)
        with self._lock:
            if self.heard.ended:
                raise RefusedError("the listener has ended")
            try:
                with _appended(self._folder / route.file) as file:
                    os.write(file, packed)
            except OSError as e:
                raise RefusedError(f"nothing can be written here ({type(e).__name__})") from None
            self._size += len(packed)
            self.heard.lines[route.file] += len(taken.lines)
            if self.heard.lines.total() >= self.limits.most:
                self.heard.ended = "count"
            elif self._size >= LARGEST_FILE:
                self.heard.ended = "size"

    def refuse(self, status: HTTPStatus) -> None:
        """Count what was not taken."""
        with self._lock:
            self.heard.refused[f"{status.value} {status.phrase}"] += 1

    def end(self, why: str) -> None:
        """End, where it has not ended yet."""
        with self._lock:
            self.heard.ended = self.heard.ended or why


@contextmanager
def _appended(path: Path) -> Iterator[int]:
    """Open a file to append to: for its owner alone, and not through a link that somebody laid there."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0), 0o600)
    try:
        yield file
    finally:
        os.close(file)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A second listener on the same port would take turns with the first.
    allow_reuse_address = os.name == "posix"
    request_queue_size = 64

    def __init__(self, address: tuple[str, int], listener: Listener) -> None:
        self.listener = listener
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        # The name of the machine, which HTTPServer looks up here, would be asked of a name server.
        socket.socket.bind(self.socket, self.server_address)
        self.server_address = self.socket.getsockname()
        self.server_name, self.server_port = _LOOPBACK, self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - of the base class
        """Say nothing: a client that hangs up is no error of ours, and a traceback may quote it."""
        self.listener.refuse(HTTPStatus.BAD_REQUEST)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = _PATIENCE_SECONDS

    def do_POST(self) -> None:
        with self.server.listener.answering():
            self._post(self.server.listener)

    def do_GET(self) -> None:
        self._refuse(self.server.listener, HTTPStatus.METHOD_NOT_ALLOWED, "POST to one of the routes")

    def _post(self, listener: Listener) -> None:
        try:
            # Before anything else: a client that is answered while it still sends hears of a reset only.
            body = self._body()
            route = self._route(listener)
            taken = route.take(self._unpacked(body), self._content_type())
            listener.keep(route, taken)
        except _AnsweredError as e:
            self._refuse(listener, e.status, str(e))
        except RefusedError as e:
            ended = HTTPStatus.SERVICE_UNAVAILABLE if listener.heard.ended else HTTPStatus.BAD_REQUEST
            self._refuse(listener, ended, str(e))
        else:
            self._answer(taken.status, taken.body, taken.content_type)

    def _route(self, listener: Listener) -> Route:
        # A page in a browser of this machine can reach loopback too: it sends where it is from, or another Host.
        if _PORT.sub("", self.headers.get("Host", "")) not in _HOSTS or "Origin" in self.headers:
            raise _AnsweredError(HTTPStatus.FORBIDDEN, "only programs of this machine are listened to")
        route = listener.routes.get(self.path.partition("?")[0].rstrip("/"))
        if route is None:
            raise _AnsweredError(HTTPStatus.NOT_FOUND, "nothing is taken here")
        token, told = listener.limits.token, self.headers.get("Authorization", "").encode("utf-8", "replace")
        if token is not None and not hmac.compare_digest(told, f"Bearer {token}".encode()):
            raise _AnsweredError(HTTPStatus.UNAUTHORIZED, "the token is missing or wrong")
        if self._content_type() not in route.content_types:
            raise _AnsweredError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"send {' or '.join(sorted(route.content_types))}")
        return route

    def _content_type(self) -> str:
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()

    def _body(self) -> bytes:
        told = self.headers.get("Content-Length", "")
        if not told.isascii() or not told.isdecimal():
            raise _AnsweredError(HTTPStatus.LENGTH_REQUIRED, "send a Content-Length")
        if int(told) > LARGEST_BODY:
            raise _AnsweredError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"send at most {LARGEST_BODY:,} bytes")
        try:
            body = self.rfile.read(int(told))
        except OSError:  # a client that says nothing for too long
            raise _AnsweredError(HTTPStatus.REQUEST_TIMEOUT, "the body did not come") from None
        if len(body) < int(told):
            raise _AnsweredError(HTTPStatus.BAD_REQUEST, "the body is cut short")
        return body

    def _unpacked(self, body: bytes) -> bytes:
        packing = self.headers.get("Content-Encoding", "identity").strip().lower()
        if packing == "identity":
            return body
        if packing != "gzip":
            raise _AnsweredError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "send it as it is, or packed by gzip")
        return _unpacked(body)

    def _refuse(self, listener: Listener, status: HTTPStatus, why: str) -> None:
        listener.refuse(status)
        self._answer(status, f'{{"message": "{why}"}}'.encode(), "application/json")

    def _answer(self, status: HTTPStatus, body: bytes, content_type: str) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if body:
                self.send_header("Content-Type", content_type)
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            self.close_connection = True

    def version_string(self) -> str:
        return "lineage"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the base class
        """Write nothing: a path or a header may hold a value."""


class _AnsweredError(Exception):
    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status


def _unpacked(body: bytes) -> bytes:
    """Unpack gzip, and no more than a body may hold."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(body, LARGEST_BODY)
    except zlib.error:
        raise _AnsweredError(HTTPStatus.BAD_REQUEST, "the body is not gzip") from None
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise _AnsweredError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"send at most {LARGEST_BODY:,} bytes, packed whole")
    return found
