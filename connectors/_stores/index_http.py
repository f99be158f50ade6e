"""JSON over HTTP from the server of an index: no proxy, no redirect, a time limit, and answers of bounded size.

Nothing of an answer is in an error but its status: what a server says may quote payloads.
"""

from __future__ import annotations

import http.client
import json
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

from connectors._sql import Failed

MAX_BYTES: Final = 256_000_000
_SAID: Final = {401: "login refused", 403: "permission denied", 404: "not found", 429: "too many requests"}


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Server:
    """Where a server is, and as whom it is asked."""

    url: str = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    seconds: float = 60.0

    def get(self, path: str) -> Any:
        """Ask for what lies at a path.

        Raises:
            Failed: with class or status only.
        """
        return self._asked(urllib.request.Request(self.url + path, headers=dict(self.headers)))  # noqa: S310 - see base_of

    def post(self, path: str, body: Mapping[str, object]) -> Any:
        """Ask with a body; nothing is changed by what this package asks.

        Raises:
            Failed: with class or status only.
        """
        data, headers = json.dumps(body).encode(), {**self.headers, "Content-Type": "application/json"}
        return self._asked(urllib.request.Request(self.url + path, data, headers, method="POST"))  # noqa: S310 - see base_of

    def _asked(self, request: urllib.request.Request) -> Any:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())
        try:
            with opener.open(request, timeout=self.seconds) as response:
                data = response.read(MAX_BYTES + 1)
        except HTTPError as error:
            error.close()
            _refuse(error.code)
        except (URLError, OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            why = type(reason if isinstance(reason, BaseException) else error).__name__
            raise Failed(
                f"the server does not answer ({why})", "make it reachable and scan again", final=True
            ) from None
        if len(data) > MAX_BYTES:
            raise Failed("the server's answer is too large", "raise nothing: read a smaller collection", final=True)
        try:
            return json.loads(data)
        except ValueError:
            raise Failed("the server answers no JSON", "is the connector's url right?", final=True) from None


def base_of(url: str) -> str | None:
    """Give a URL without a trailing slash; None for what is no plain address of an HTTP server."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return None
    usable = usable and not parts.query and not parts.fragment and parts.username is None
    return url.rstrip("/") if usable and url.isascii() and url.isprintable() and " " not in url else None


def _refuse(status: int) -> NoReturn:
    settle = "give the connector a token that may read" if status in {401, 403} else "make it readable and scan again"
    raise Failed(f"{_SAID.get(status, 'the server refuses')} ({status})", settle) from None
