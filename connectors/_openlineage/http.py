"""Events of OpenLineage from a server that serves them (`GET /api/v1/events/lineage`, as Marquez does), page by page.

Only the address of the plan is asked: no redirect is followed and no proxy is used, since either would carry the token
to somebody else.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPException, HTTPMessage
from typing import IO, Final
from urllib.parse import urlencode, urlsplit

from lineage.errors import ConnectorError

_PATH: Final = "/api/v1/events/lineage"
_PAGE: Final = 100
_LARGEST_PAGE: Final = 64_000_000
_TIMEOUT_SECONDS: Final = 30.0


@dataclass(slots=True)
class Asked:
    """What asking a server came to."""

    queries: int = 0
    bytes: int = 0
    cut: str = ""
    """Why there may be events that were not read; empty where all of them were."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is read of a server."""

    events: int
    seconds: float
    bytes: int = 400_000_000


class _Straight(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        """Follow nothing."""


def served_events(url: str, token: str | None, source: str, bounds: Bounds, asked: Asked) -> Iterator[object]:
    """Give the events that a server holds, the newest first.

    Raises:
        ConnectorError: it cannot be asked; the message holds neither the address nor what it answered.
    """
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Straight())
    started, given = time.monotonic(), 0
    while True:
        page = _page(opener, _address(url, given), token, source, asked)
        for event in page:
            if given == bounds.events:
                asked.cut = f"only the newest {given:,} events were read"
                return
            given += 1
            yield event
        if len(page) < _PAGE:
            return
        if time.monotonic() - started > bounds.seconds or asked.bytes > bounds.bytes:
            asked.cut = f"the budget ended after the newest {given:,} events"
            return


def _address(url: str, offset: int) -> str:
    place = urlsplit(url)
    path = place.path.rstrip("/")
    whole = path if path.endswith(_PATH) else path + _PATH
    query = urlencode({"limit": _PAGE, "offset": offset, "sortDirection": "desc"})
    return place._replace(path=whole, query=query, fragment="").geturl()


def _page(
    opener: urllib.request.OpenerDirector, address: str, token: str | None, source: str, asked: Asked
) -> list[object]:
    request = urllib.request.Request(address, headers={"Accept": "application/json"})  # noqa: S310 - http(s) is checked
    if token:
        request.add_header("Authorization", f"Bearer {token}")
    asked.queries += 1
    try:
        with opener.open(request, timeout=_TIMEOUT_SECONDS) as answer:
            body = answer.read(_LARGEST_PAGE + 1)
    except urllib.error.HTTPError as e:
        e.close()
        hint = "is the token right?" if e.code in {401, 403} else "does it serve /api/v1/events/lineage?"
        raise ConnectorError(f"{source}: the server of events answered {e.code}; {hint}") from None
    except (OSError, HTTPException, ValueError) as e:
        reason = getattr(e, "reason", e)
        raise ConnectorError(
            f"{source}: the server of events cannot be reached ({type(reason).__name__}); is the connector's url right?"
        ) from None
    asked.bytes += len(body)
    try:
        found = json.loads(body) if len(body) <= _LARGEST_PAGE else None
    except (ValueError, RecursionError):
        found = None
    events = found.get("events") if isinstance(found, dict) else None
    if not isinstance(events, list):
        raise ConnectorError(f"{source}: the server answered with no list of events; is the connector's url right?")
    return events
