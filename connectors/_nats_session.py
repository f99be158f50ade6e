"""A connection to NATS that asks JetStream's API for streams and single messages: no consumer, no subscription.

The client is asynchronous, a read is not: each read has an event loop of its own, which ends with it.
"""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import time
from collections.abc import Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path as File
from typing import Any, Final, TypeVar

from pydantic import Field, SecretStr

from connectors._files.open import not_a_name
from connectors._sql import Failed
from connectors._stores.event_payload import Event, event_of
from lineage.connector import Settings
from lineage.context import Context
from lineage.errors import ConnectorError

BUCKET: Final = "KV_"
_AT_ONCE: Final = 200
_SPARSE: Final = 4
"""Where so many numbers stand for one message, the next message is asked for instead of each number."""
_PATIENCE: Final = 5.0
_GONE: Final = 404
_INBOX: Final = "_inbox."
"""Where answers come to, in lower case: a login that may not listen there gets none."""
_Told = TypeVar("_Told")


class NatsSettings(Settings):
    """Where the server is, and as whom it is asked."""

    url: SecretStr
    """`nats://host:4222` or `tls://host:4222`."""
    user: str | None = Field(None, max_length=512, repr=False)
    password: SecretStr | None = None
    token: SecretStr | None = None
    credentials: str | None = Field(None, max_length=4096, repr=False)
    """A file of credentials (`.creds`)."""
    domain: str | None = Field(None, pattern=r"[A-Za-z0-9_-]{1,64}")
    """The domain of JetStream, where it is not the server's own."""


class _RefusedError(Exception):
    """The server does not let the login ask this."""


@dataclass(slots=True)
class Session:
    """One connection, and what it was refused."""

    client: Any = field(repr=False)
    loop: asyncio.AbstractEventLoop = field(repr=False)
    prefix: str
    ends: float
    version: str = ""
    unseen: list[Failed] = field(default_factory=list)
    requests: int = 0
    asking: set[str] = field(default_factory=set)
    """Subjects on which an answer is awaited, in lower case."""
    refused: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when the server refuses one of them: it answers no request that it refuses, but tells so beside."""

    def streams(self) -> Mapping[str, Mapping[str, Any]]:
        """Give every stream with its configuration and its state, as the server says it.

        Raises:
            Failed: streams cannot be listed.
        """
        found: dict[str, Mapping[str, Any]] = {}
        while True:
            told = self.asked("STREAM.LIST", {"offset": len(found)})
            some = [one for one in told.get("streams") or () if isinstance(one, Mapping)]
            for one in some:
                found[str((one.get("config") or {}).get("name"))] = one
            if told.get("missing"):
                self.unseen.append(Failed("the server could not tell of every stream", "scan again"))
            if not some or len(found) >= int(told.get("total") or 0):
                return found

    def held(self, stream: str, subject: str) -> int:
        """Give how many messages a stream holds of a subject or a pattern of them.

        Raises:
            Failed: it is not told.
        """
        count, offset = 0, 0
        while True:
            told = self.asked(f"STREAM.INFO.{stream}", {"subjects_filter": subject, "offset": offset})
            subjects = (told.get("state") or {}).get("subjects") or {}
            count, offset = count + sum(map(int, subjects.values())), offset + len(subjects)
            if not subjects or offset >= int(told.get("total") or 0):
                return count

    def all(self, stream: str, state: Mapping[str, Any]) -> Iterator[Event]:
        """Give every message that a stream held when its state was told.

        Raises:
            Failed: it takes too long, or is refused.
        """
        first, last, held = _span(state)
        if last - first + 1 > _SPARSE * max(held, 1):
            yield from self._one_after_the_other(stream, first, last, ">")
            return
        for start in range(first, last + 1, _AT_ONCE):
            yield from self._at(stream, range(start, min(start + _AT_ONCE, last + 1)))

    def last(self, stream: str, state: Mapping[str, Any], count: int) -> Iterator[Event]:
        """Give the last messages of a stream, as far back as is worth asking.

        Raises:
            Failed: it takes too long, or is refused.
        """
        first, last, held = _span(state)
        if held <= count:
            yield from self.all(stream, state)
            return
        for start in range(max(first, last - count + 1), last + 1, _AT_ONCE):
            yield from self._at(stream, range(start, min(start + _AT_ONCE, last + 1)))

    def of_subject(self, stream: str, state: Mapping[str, Any], subject: str, count: int | None) -> Iterator[Event]:
        """Give the messages of a subject, or so many of the last ones.

        Raises:
            Failed: it takes too long, or is refused.
        """
        first, last, held = _span(state)
        if count is None or held <= count:
            yield from self._one_after_the_other(stream, first, last, subject)
            return
        back = count
        while True:  # further back each time, until there are enough
            found = list(self._one_after_the_other(stream, max(first, last - back + 1), last, subject))
            if len(found) >= count or last - back < first:
                yield from found[-count:]
                return
            back *= 8

    def asked(self, what: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        """Ask JetStream's API.

        Raises:
            Failed: with the code only.
        """
        told = self.run(self._asked(what, body))
        error = told.get("error")
        if error is not None:
            raise Failed(f"JetStream refuses ({error.get('code')})", "let the login ask JetStream's API")
        return told

    def run(self, asked: Coroutine[Any, Any, _Told]) -> _Told:
        """Wait for an answer.

        Raises:
            Failed: there is none.
        """
        if time.monotonic() > self.ends:
            asked.close()
            raise Failed("out of time", "raise the source's budget of seconds", final=True)
        try:
            left = max(self.ends - time.monotonic(), 0.1)
            return self.loop.run_until_complete(asyncio.wait_for(self._answered(asked), left))
        except Exception as error:  # noqa: BLE001 - the client raises classes of its own and of asyncio's
            raise _failed(error) from None

    async def told(self, error: Exception) -> None:
        """Take an error that the server tells beside its answers; the client would log it, with the server's words."""
        text = str(error).lower()
        if "permissions violation" in text and any(f'"{subject}' in text for subject in (*self.asking, _INBOX)):
            self.refused.set()

    async def _answered(self, asked: Coroutine[Any, Any, _Told]) -> _Told:
        self.asking.clear()
        self.refused.clear()
        answer, refusal = asyncio.ensure_future(asked), asyncio.ensure_future(self.refused.wait())
        try:
            await asyncio.wait({answer, refusal}, return_when=asyncio.FIRST_COMPLETED)
            if not answer.done():
                raise _RefusedError
            return answer.result()
        finally:
            for one in (answer, refusal):
                one.cancel()
            await asyncio.gather(answer, refusal, return_exceptions=True)

    async def _asked(self, what: str, body: Mapping[str, object]) -> Mapping[str, Any]:
        self.requests += 1
        subject = f"{self.prefix}.{what}"
        self.asking.add(subject.lower())
        answered = await self.client.request(subject, json.dumps(body).encode(), timeout=_PATIENCE)
        told = json.loads(answered.data)
        return told if isinstance(told, Mapping) else {}

    def _at(self, stream: str, numbers: Sequence[int]) -> Iterator[Event]:
        async def together() -> list[Mapping[str, Any]]:
            return await asyncio.gather(*(self._asked(f"STREAM.MSG.GET.{stream}", {"seq": one}) for one in numbers))

        for told in self.run(together()):
            if (event := self._event(stream, told)) is not None:
                yield event

    def _one_after_the_other(self, stream: str, first: int, last: int, subject: str) -> Iterator[Event]:
        number = first
        while number <= last:
            told = self.run(self._asked(f"STREAM.MSG.GET.{stream}", {"seq": number, "next_by_subj": subject}))
            event = self._event(stream, told)
            if event is None or int(str(event.own["offset"])) > last:
                return
            yield event
            number = int(str(event.own["offset"])) + 1

    def _event(self, stream: str, told: Mapping[str, Any]) -> Event | None:
        error, message = told.get("error"), told.get("message")
        if error is not None or not isinstance(message, Mapping):
            if error is not None and error.get("code") == _GONE:
                return None
            raise Failed("JetStream refuses to give a message", "let the login ask for STREAM.MSG.GET", final=True)
        headers = headers_of(base64.b64decode(message.get("hdrs") or ""))
        own: dict[str, object] = {"logged_at": moment_of(message.get("time")), "offset": message["seq"]}
        if stream.startswith(BUCKET):
            bucket = stream.removeprefix(BUCKET)
            own["key"] = str(message["subject"]).removeprefix(f"$KV.{bucket}.")
            own["operation"] = headers.pop("KV-Operation", "PUT")
        else:
            own["subject"] = message["subject"]
        own["headers"] = headers
        return event_of(own, base64.b64decode(message.get("data") or ""))


@contextmanager
def opened(settings: NatsSettings, context: Context) -> Iterator[Session]:
    """Connect, and end the connection.

    Raises:
        ConnectorError: there is no connection.
    """
    try:
        from nats.aio.client import Client
    except ImportError:
        why = "the client of NATS is not installed; install lineage-audit[nats]"
        raise ConnectorError(f"{context.source}: {why}") from None
    logging.getLogger("nats").addHandler(logging.NullHandler())
    if settings.credentials is not None and not File(settings.credentials).is_file():
        raise ConnectorError(f"{context.source}: there is no file of credentials; is its path right?")
    given: dict[str, Any] = {
        "user": settings.user,
        "password": None if settings.password is None else settings.password.get_secret_value(),
        "token": None if settings.token is None else settings.token.get_secret_value(),
        "user_credentials": settings.credentials,
    }
    loop = asyncio.new_event_loop()
    client = Client()
    prefix = "$JS.API" if settings.domain is None else f"$JS.{settings.domain}.API"
    session = Session(client, loop, prefix, time.monotonic() + max(context.budget.seconds, 1.0))

    async def connect() -> None:
        await client.connect(
            settings.url.get_secret_value(),
            name="lineage-audit",
            allow_reconnect=False,
            max_reconnect_attempts=1,  # 0 is for ever
            reconnect_time_wait=1,
            connect_timeout=int(_PATIENCE),
            error_cb=session.told,
            **{key: value for key, value in given.items() if value is not None},
        )

    try:
        try:
            session.run(asyncio.wait_for(connect(), 2 * _PATIENCE))
        except Failed as failed:
            raise ConnectorError(f"{context.source}: {failed.reason}; {failed.settle}") from None
        session.version = str(client.connected_server_version).strip("<>").rpartition(" ")[2].lstrip("v")
        yield session
    finally:
        try:
            loop.run_until_complete(client.close())
            for task in asyncio.all_tasks(loop):
                task.cancel()
                loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
        finally:
            loop.close()


def moment_of(text: object) -> datetime | None:
    """Give the moment that the server says, cut to microseconds; None for none, or the year 1."""
    if not isinstance(text, str):
        return None
    whole, _, rest = text.removesuffix("Z").partition(".")
    try:
        found = datetime.fromisoformat(f"{whole}.{(rest or '0')[:6]:0<6}+00:00")
    except ValueError:
        return None
    return found if found.year > 1 else None


def headers_of(raw: bytes) -> dict[str, object]:
    """Give the headers of a message; a name that looks like a value is no name."""
    lines = raw.decode("utf-8", "replace").split("\r\n")[1:]
    pairs = (line.partition(":") for line in lines if ":" in line)
    return {name.strip(): value.strip() for name, _, value in pairs if not not_a_name(name.strip())}


def _span(state: Mapping[str, Any]) -> tuple[int, int, int]:
    return int(state.get("first_seq") or 1), int(state.get("last_seq") or 0), int(state.get("messages") or 0)


def _failed(error: Exception) -> Failed:
    kind = type(error).__name__
    said = str(error).lower()
    if "authorization" in said or kind in {"AuthorizationError", "UserAuthenticationExpiredError"}:
        return Failed("login refused", "are the connector's user and password right?", final=True)
    if kind == "NoRespondersError":
        return Failed("JetStream is not there for this login", "is JetStream on, and may the login ask it?", final=True)
    if isinstance(error, _RefusedError) or "permissions violation" in said:
        return Failed("permission denied", "let the login ask JetStream's API", final=True)
    return Failed(f"the server does not answer ({kind})", "is the connector's url right, and may it ask?", final=True)
