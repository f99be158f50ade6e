"""JSON from the API of a service: paged, within a time, and no faster than the service allows.

No proxy and no redirect is followed, since either would carry the token to somebody else. What a service answers may
quote records, so that nothing of it is in an error but its status.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode

from connectors._sql import Failed

MAX_BYTES: Final = 64_000_000
_SAID: Final = {400: "the request is refused", 401: "login refused", 403: "permission denied", 404: "not found"}
_LATER: Final = frozenset({429, 503})
_TRIES: Final = 5
_TIMEOUT: Final = 30.0
_OVER: Final = "raise the source's budget of seconds, or scan when the service is asked less"


class Refused(Failed):
    """The service answered with a status."""

    def __init__(self, status: int, settle: str) -> None:
        super().__init__(f"{_SAID.get(status, 'the service refuses')} ({status})", settle)
        self.status = status

    def __reduce__(self) -> tuple[type[Refused], tuple[int, str]]:
        """Travel between processes."""
        return Refused, (self.status, self.settle)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args: Any, **_named: Any) -> None:
        return None


@dataclass(slots=True)
class Api:
    """A service's API: where it is, as whom it is asked, and what it has cost so far."""

    base: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    seconds: float
    """All that is asked of it has to end within them."""
    queries: int = 0
    bytes: int = 0
    waited: float = 0.0
    """Seconds that the service asked us to wait."""
    ends: float = field(init=False)

    def __post_init__(self) -> None:
        """Start the clock."""
        self.ends = time.monotonic() + self.seconds

    def get(self, path: str, **query: str | int) -> Any:
        """Ask for what lies at a path; the values of `query` are encoded.

        Raises:
            Failed: with class or status only.
        """
        address = self.base + path
        if query:
            address += ("&" if "?" in path else "?") + urlencode(query)
        for _ in range(_TRIES):
            found, later = self._once(address)
            if later is None:
                return found
            if time.monotonic() + later > self.ends:
                break
            self.waited += later
            time.sleep(later)
        raise Failed("the service is asked too often (429)", _OVER, final=True)

    def _once(self, address: str) -> tuple[Any, float | None]:
        """Ask once; give the answer, or how long to wait."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise Failed("out of time", _OVER, final=True)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect())
        request = urllib.request.Request(address, headers={"Accept": "application/json", **self.headers})  # noqa: S310 - see base_of
        self.queries += 1
        try:
            with opener.open(request, timeout=min(left, _TIMEOUT)) as response:
                data = response.read(MAX_BYTES + 1)
        except HTTPError as error:
            error.close()
            if error.code in _LATER:
                return None, _wait(error.headers.get("Retry-After"))
            raise Refused(error.code, _way(error.code)) from None
        except (URLError, OSError, http.client.HTTPException, ValueError) as error:
            reason = getattr(error, "reason", error)
            why = type(reason if isinstance(reason, BaseException) else error).__name__
            settle = "make it reachable and scan again"
            raise Failed(f"the service does not answer ({why})", settle, final=True) from None
        self.bytes += len(data)
        if len(data) > MAX_BYTES:
            raise Failed("the service's answer is too large", "give the source a smaller budget of rows", final=True)
        try:
            return json.loads(data), None
        except (ValueError, RecursionError):
            raise Failed("the service answers no JSON", "is the connector's url right?", final=True) from None


def listed(answered: Any, key: str) -> list[Mapping[str, Any]]:
    """Give the items of a list in an answer.

    Raises:
        Failed: there is no such list.
    """
    found = answered.get(key) if isinstance(answered, Mapping) else None
    if not isinstance(found, list):
        raise Failed("the service answers otherwise than is known of it", "is the connector's url right?", final=True)
    return [one for one in found if isinstance(one, Mapping)]


def _way(status: int) -> str:
    return "give the connector a token that may read it" if status in {401, 403} else "make it readable and scan again"


def _wait(said: str | None) -> float:
    """Give how long a service asks to wait: seconds, or a moment; a second where it does not say."""
    if said is None:
        return 1.0
    if said.strip().isdigit():
        return float(said.strip()[:6])
    try:
        return max(0.0, (parsedate_to_datetime(said) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):
        return 1.0
