"""Confluence: pages with their versions, times, owners, and who may read each: its own restrictions and its parents'.

See docs/connectors/confluence.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from pydantic import BaseModel

from connectors._saas.atlassian import AtlassianSettings, site_of
from connectors._saas.http import Api, listed, namespace_of
from connectors._sql import Failed
from connectors._stores.records import answer
from connectors._stores.records_told import Fields, Path, Record, Records, Service, Table
from lineage.connector import Connector, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import Fact

_CONTENT: Final = "/wiki/rest/api/content"
_PAGE: Final = 100
_FIELDS: Final[Fields] = {
    ("id",): "VARCHAR",
    ("title",): "VARCHAR",
    ("space",): "VARCHAR",
    ("status",): "VARCHAR",
    ("version",): "BIGINT",
    ("owner",): "VARCHAR",
    ("created_at",): "TIMESTAMP WITH TIME ZONE",
    ("modified_at",): "TIMESTAMP WITH TIME ZONE",
    ("text",): "VARCHAR",
    ("readers",): "JSON",
}
_CLOSED: Final = Failed(
    "each page has readers of its own: they are in the field `readers`",
    "declare that field, and hold what is built of the pages to it",
)


class ConfluenceSettings(AtlassianSettings):
    """As whom Confluence is asked: an account's API token, or a personal access token."""


@dataclass(slots=True)
class Wiki:
    """A Confluence that is asked."""

    api: Api
    restrictions: dict[str, list[str]] = field(default_factory=dict)
    """Page -> who may read it by its own restriction; empty where it has none."""

    def pages(self, wanted: int) -> Records:
        """Give pages."""
        found = Records()
        while True:
            asked = self.api.get(
                _CONTENT, type="page", start=len(found.rows), limit=_PAGE, expand="version,history,space,ancestors"
            )
            results = listed(asked, "results")
            found.bytes = self.api.bytes
            for one in results:
                if len(found.rows) >= wanted:
                    found.cut = Failed(f"over budget: more than {wanted:,} pages", "raise the source's budget of rows")
                    return found
                found.rows.append(_page(one))
            if not results or not (asked.get("_links") or {}).get("next"):
                return found

    def text(self, record: Record) -> object:
        """Give what a page says, in Confluence's own markup.

        Raises:
            Failed: it may not be read.
        """
        found = self.api.get(f"{_CONTENT}/{quote(str(record['id']), safe='')}", expand="body.storage")
        body = (found.get("body") or {}).get("storage") if isinstance(found, Mapping) else None
        return body.get("value") if isinstance(body, Mapping) else None

    def readers(self, record: Record) -> object:
        """Give who may read a page: a list for each restriction on the way to it, and a reader is in every one.

        Raises:
            Failed: a restriction may not be read.
        """
        above = record.get("above")
        ways = [*(above if isinstance(above, list) else ()), str(record["id"])]
        limits = [limit for one in ways if (limit := self._restriction(one))]
        return limits or [[f"space:{record.get('space')}"]]

    def _restriction(self, page: str) -> list[str]:
        if page not in self.restrictions:
            found = self.api.get(f"{_CONTENT}/{quote(page, safe='')}/restriction/byOperation")
            told = (found.get("read") or {}).get("restrictions") if isinstance(found, Mapping) else None
            if not isinstance(told, Mapping):
                raise Failed("the service answers otherwise than is known of it", "is the connector's url right?")
            users, groups = (told.get(kind) or {} for kind in ("user", "group"))
            if any(part.get("size", 0) > len(part.get("results") or ()) for part in (users, groups)):
                raise Failed("a page has more readers than one answer tells", "restrict it to groups")
            names = [f"user:{one.get('accountId') or one.get('username')}" for one in users.get("results") or ()]
            names += [f"group:{one.get('name')}" for one in groups.get("results") or ()]
            self.restrictions[page] = sorted(names)
        return self.restrictions[page]


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from the pages that the token may see.

    Raises:
        ConnectorError: Confluence cannot be asked.
    """
    given = ConfluenceSettings.model_validate(settings.model_dump())
    api = site_of(given, context)
    try:
        listed(api.get(_CONTENT, type="page", limit=1), "results")
    except Failed as failed:
        way = "is the url the site's, and may the token read?"
        raise ConnectorError(f"{context.source}: {failed.reason}; {way}") from None
    wiki = Wiki(api)
    added: dict[Path, Callable[[Record], object]] = {("readers",): wiki.readers, ("text",): wiki.text}
    pages = Table("pages", _FIELDS, wiki.pages, ("id",), complete=True, limited=given.limited, added=added)
    namespace = namespace_of("confluence", api)
    yield from answer(
        Service("Confluence", namespace, "", "token", {"pages": pages}, _CLOSED, queries=lambda: api.queries),
        tasks,
        context,
    )


def _page(one: Mapping[str, Any]) -> Record:
    version, history = one.get("version") or {}, one.get("history") or {}
    made_by = history.get("createdBy") or {}
    return {
        "id": one.get("id"),
        "title": one.get("title"),
        "space": (one.get("space") or {}).get("key"),
        "status": one.get("status"),
        "version": version.get("number"),
        "owner": made_by.get("accountId") or made_by.get("username"),
        "created_at": history.get("createdDate"),
        "modified_at": version.get("when"),
        "above": [str(above.get("id")) for above in one.get("ancestors") or ()],
    }


CONNECTOR = Connector("confluence", ConfluenceSettings, read)
