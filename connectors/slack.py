"""Slack: channels with their members, and messages with their times and who may read them.

See docs/connectors/slack.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import BaseModel

from connectors._saas.http import Api, LimitedSettings, api_of, listed, namespace_of
from connectors._sql import Failed
from connectors._stores.records import answer
from connectors._stores.records_told import Fields, Path, Record, Records, Service, Table
from lineage.connector import Connector, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import Fact

USUAL: Final = "https://slack.com"
_PAGE: Final = 200
_CODES: Final = frozenset(
    {
        *("not_authed", "invalid_auth", "token_revoked", "token_expired", "account_inactive", "missing_scope"),
        *("not_in_channel", "channel_not_found", "no_permission", "access_denied", "fatal_error", "internal_error"),
    }
)
"""Errors that are told by their code; any other is told as refused."""
_CHANNELS: Final[Fields] = {
    ("id",): "VARCHAR",
    ("title",): "VARCHAR",
    ("private",): "BOOLEAN",
    ("archived",): "BOOLEAN",
    ("external",): "BOOLEAN",
    ("owner",): "VARCHAR",
    ("created_at",): "TIMESTAMP WITH TIME ZONE",
    ("readers",): "JSON",
}
_MESSAGES: Final[Fields] = {
    ("id",): "VARCHAR",
    ("channel",): "VARCHAR",
    ("thread",): "VARCHAR",
    ("author",): "VARCHAR",
    ("text",): "VARCHAR",
    ("sent_at",): "TIMESTAMP WITH TIME ZONE",
    ("edited_at",): "TIMESTAMP WITH TIME ZONE",
    ("readers",): "JSON",
}
_CLOSED: Final = Failed(
    "each channel has readers of its own: they are in the field `readers`",
    "declare that field, and hold what is built of the messages to it",
)
_MORE: Final = "raise the source's budget of rows"


class SlackSettings(LimitedSettings):
    """As whom Slack is asked: a token with the scopes `channels:read`, `channels:history`, `groups:read` ..."""


@dataclass(slots=True)
class Workspace:
    """A workspace that is asked."""

    api: Api
    members: dict[str, list[str]] = field(default_factory=dict)

    def pages(self, method: str, key: str, **query: str | int) -> Iterator[Mapping[str, Any]]:
        """Give what a method lists, page by page.

        Raises:
            Failed: with the code of a known error only.
        """
        cursor = ""
        while True:
            paged = {"cursor": cursor} if cursor else {}
            page = self.api.get(f"/api/{method}", limit=_PAGE, **query, **paged)
            check(page)
            yield from listed(page, key)
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return

    def channels(self) -> Iterator[Mapping[str, Any]]:
        """Give every channel that the token sees."""
        yield from self.pages("conversations.list", "channels", types="public_channel,private_channel")

    def readers(self, record: Record) -> object:
        """Give who may read a channel: its members, and for a public one everybody in the workspace.

        Raises:
            Failed: its members may not be read.
        """
        if not record.get("private"):
            return ["workspace"]
        channel = str(record.get("channel") or record.get("id"))
        if channel not in self.members:
            found: set[str] = set()
            cursor = ""
            while True:
                paged = {"cursor": cursor} if cursor else {}
                page = self.api.get("/api/conversations.members", channel=channel, limit=_PAGE, **paged)
                check(page)
                found.update(f"user:{one}" for one in page.get("members") or ())
                cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
                if not cursor:
                    break
            self.members[channel] = sorted(found)
        return self.members[channel]

    def told(self, wanted: int) -> Records:
        """Give channels."""
        found = Records()
        for one in self.channels():
            if len(found.rows) >= wanted:
                found.cut = Failed(f"over budget: more than {wanted:,} channels", _MORE)
                break
            found.rows.append(_channel(one))
        found.bytes = self.api.bytes
        return found

    def messages(self, wanted: int) -> Records:
        """Give messages and the answers to them, channel by channel, the newest first."""
        found, shut = Records(), 0
        for channel in self.channels():
            try:
                for one in self._said(str(channel.get("id"))):
                    if len(found.rows) >= wanted:
                        found.cut = Failed(f"over budget: more than {wanted:,} messages", _MORE)
                        break
                    found.rows.append(_message(one, channel))
            except NotAllowed:
                shut += 1
            if found.cut is not None:
                break
        if shut and found.cut is None:
            reason = f"the messages of {shut:,} channels may not be read"
            found.cut = Failed(reason, "invite the app to these channels, or leave them out by a token that sees none")
        found.bytes = self.api.bytes
        return found

    def _said(self, channel: str) -> Iterator[Mapping[str, Any]]:
        for one in self.pages("conversations.history", "messages", channel=channel):
            yield one
            if one.get("reply_count"):
                for answered in self.pages("conversations.replies", "messages", channel=channel, ts=str(one["ts"])):
                    if answered.get("ts") != one.get("ts"):
                        yield answered


class NotAllowed(Failed):
    """Slack refuses what the token may not do."""


def check(answered: Any) -> None:
    """Refuse an answer that says it is none.

    Raises:
        Failed: with the code of a known error only.
    """
    if not isinstance(answered, Mapping) or answered.get("ok") is not True:
        code = str(answered.get("error")) if isinstance(answered, Mapping) else ""
        why = f"the service refuses ({code})" if code in _CODES else "the service refuses"
        raise NotAllowed(why, "give the connector a token with the scopes that its page names")


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from the channels that the token may see.

    Raises:
        ConnectorError: Slack cannot be asked.
    """
    given = SlackSettings.model_validate(settings.model_dump())
    api = api_of(given, USUAL, context)
    workspace = Workspace(api)
    try:
        check(api.get("/api/conversations.list", limit=1))
    except Failed as failed:
        way = "is the token of this service, with the scopes that its page names?"
        raise ConnectorError(f"{context.source}: {failed.reason}; {way}") from None
    added: dict[Path, Callable[[Record], object]] = {("readers",): workspace.readers}
    tables = {
        "channels": Table(
            "channels", _CHANNELS, workspace.told, ("id",), complete=True, limited=given.limited, added=added
        ),
        "messages": Table(
            "messages", _MESSAGES, workspace.messages, ("id",), complete=True, limited=given.limited, added=added
        ),
    }
    namespace = namespace_of("slack", api)
    yield from answer(
        Service("Slack", namespace, "", "token", tables, _CLOSED, queries=lambda: api.queries), tasks, context
    )


def _channel(one: Mapping[str, Any]) -> Record:
    return {
        "id": one.get("id"),
        "title": one.get("name"),
        "private": one.get("is_private"),
        "archived": one.get("is_archived"),
        "external": bool(one.get("is_ext_shared")),
        "owner": one.get("creator"),
        "created_at": _moment(one.get("created")),
    }


def _message(one: Mapping[str, Any], channel: Mapping[str, Any]) -> Record:
    edited = one.get("edited")
    return {
        "id": f"{channel.get('id')}/{one.get('ts')}",
        "channel": channel.get("id"),
        "private": channel.get("is_private"),
        "thread": one.get("thread_ts"),
        "author": one.get("user"),
        "text": one.get("text"),
        "sent_at": _moment(one.get("ts")),
        "edited_at": _moment(edited.get("ts")) if isinstance(edited, Mapping) else None,
    }


def _moment(said: object) -> str | None:
    """Give a moment that Slack writes as seconds since 1970."""
    try:
        return None if said is None else datetime.fromtimestamp(float(str(said)), UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return None


CONNECTOR = Connector("slack", SlackSettings, read)
