"""JSON from the API of a service: paged, within a time, and no faster than the service allows.

No proxy and no redirect is followed, since either would carry the token to somebody else. What a service answers may
quote records, so that nothing of it is in an error but its status.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode

from pydantic import SecretStr

from connectors._sql import Failed
from connectors._stores.index_http import base_of
from lineage.connector import Settings
from lineage.context import Context
from lineage.errors import ConnectorError

MAX_BYTES: Final = 64_000_000
_SAID: Final = {400: "the request is refused", 401: "login refused", 403: "permission denied", 404: "not found"}
_LATER: Final = frozenset({429, 503})
_TRIES: Final = 5
_TIMEOUT: Final = 30.0
_HIDDEN: Final = Failed(
    "the token sees what its holder may: what is hidden from it is not gone",
    "give the connector a token that sees everything, and say so: `sees: everything`",
)
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


class ServiceSettings(Settings):
    """Where a service is, and as whom it is asked."""

    url: SecretStr | None = None
    """Its address, where it is not the usual one."""
    token: SecretStr


class LimitedSettings(ServiceSettings):
    """For a service that shows each token what its holder may see."""

    sees: Literal["what its holder may", "everything"] = "what its holder may"
    """`everything`: the token is an administrator's, and nothing is hidden from it."""

    @property
    def limited(self) -> Failed | None:
        """Why there may be records that are hidden; None where there are none."""
        return None if self.sees == "everything" else _HIDDEN


def api_of(given: ServiceSettings, usual: str, context: Context, headers: Mapping[str, str] | None = None) -> Api:
    """Give the API at an address; the token is a bearer's unless `headers` say otherwise.

    Raises:
        ConnectorError: it is no address of a server, or the token cannot stand in a header.
    """
    base, token = base_of(given.url.get_secret_value() if given.url is not None else usual), given.token
    if base is None:
        raise ConnectorError(f"{context.source}: the url is none of a server; is it like https://acme.example?")
    if not (told := token.get_secret_value()) or not told.isascii() or not told.isprintable():
        raise ConnectorError(f"{context.source}: the token cannot be sent; is it set, and whole?")
    return Api(base, headers or {"Authorization": f"Bearer {told}"}, context.budget.seconds)


def namespace_of(kind: str, api: Api) -> str:
    """Give a name for what lies at an address."""
    return f"{kind}://" + hashlib.sha256(api.base.encode()).hexdigest()[:12]


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
