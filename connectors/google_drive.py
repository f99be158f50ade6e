"""Google Drive: its files, when they changed, whose they are, and who may read each.

See docs/connectors/google_drive.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from pydantic import BaseModel

from connectors._saas.http import Api, LimitedSettings, api_of, listed, namespace_of
from connectors._sql import Failed
from connectors._stores.records import answer
from connectors._stores.records_told import Fields, Path, Record, Records, Service, Table
from lineage.connector import Connector, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import Fact

USUAL: Final = "https://www.googleapis.com"
_FILES: Final = "/drive/v3/files"
_ASKED: Final = (
    "nextPageToken,incompleteSearch,files(id,name,mimeType,parents,owners(emailAddress),createdTime,modifiedTime,size,"
    "version,trashed,shared)"
)
_PAGE: Final = 1_000
_FIELDS: Final[Fields] = {
    ("id",): "VARCHAR",
    ("title",): "VARCHAR",
    ("kind",): "VARCHAR",
    ("folder",): "VARCHAR",
    ("owner",): "VARCHAR",
    ("version",): "VARCHAR",
    ("size",): "BIGINT",
    ("shared",): "BOOLEAN",
    ("trashed",): "BOOLEAN",
    ("created_at",): "TIMESTAMP WITH TIME ZONE",
    ("modified_at",): "TIMESTAMP WITH TIME ZONE",
    ("readers",): "JSON",
}
_CLOSED: Final = Failed(
    "each file has readers of its own: they are in the field `readers`",
    "declare that field, and hold what is built of the files to it",
)


class GoogleDriveSettings(LimitedSettings):
    """As whom Drive is asked: an access token with the scope `drive.metadata.readonly`."""


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from the files that the token may see.

    Raises:
        ConnectorError: Drive cannot be asked.
    """
    given = GoogleDriveSettings.model_validate(settings.model_dump())
    api = api_of(given, USUAL, context)
    try:
        listed(api.get(_FILES, pageSize=1, fields=_ASKED), "files")
    except Failed as failed:
        way = "is the token of this service, and not expired?"
        raise ConnectorError(f"{context.source}: {failed.reason}; {way}") from None

    def readers(record: Record) -> object:
        return readers_of(api, str(record["id"]))

    added: dict[Path, Callable[[Record], object]] = {("readers",): readers}
    files = Table(
        "files", _FIELDS, lambda wanted: _files(api, wanted), ("id",), complete=True, limited=given.limited, added=added
    )
    service = Service(
        "Google Drive",
        namespace_of("google-drive", api),
        "v3",
        "token",
        {"files": files},
        _CLOSED,
        queries=lambda: api.queries,
    )
    yield from answer(service, tasks, context)


def _files(api: Api, wanted: int) -> Records:
    found, token = Records(), ""
    while True:
        paged = {"pageToken": token} if token else {}
        page = api.get(_FILES, pageSize=min(_PAGE, wanted + 1), fields=_ASKED, orderBy="modifiedTime desc", **paged)
        for one in listed(page, "files"):
            if len(found.rows) >= wanted:
                found.cut = Failed(f"over budget: more than {wanted:,} files", "raise the source's budget of rows")
                break
            found.rows.append(_file(one))
        found.bytes = api.bytes
        if page.get("incompleteSearch") and found.cut is None:
            found.cut = Failed("Drive says that its list of files is not complete", "scan again later")
        token = page.get("nextPageToken") or ""
        if not token or found.cut is not None:
            return found


def _file(one: Mapping[str, Any]) -> Record:
    owners = one.get("owners") or [{}]
    return {
        "id": one.get("id"),
        "title": one.get("name"),
        "kind": one.get("mimeType"),
        "folder": next(iter(one.get("parents") or ()), None),
        "owner": owners[0].get("emailAddress"),
        "version": one.get("version"),
        "size": one.get("size"),
        "shared": one.get("shared"),
        "trashed": one.get("trashed"),
        "created_at": one.get("createdTime"),
        "modified_at": one.get("modifiedTime"),
    }


def readers_of(api: Api, file: str) -> list[str]:
    """Give who may read a file: `user:`, `group:` or `domain:` and a name, or `anyone` with the link.

    Raises:
        Failed: its permissions may not be read.
    """
    readers, token = set(), ""
    while True:
        paged = {"pageToken": token} if token else {}
        place = f"{_FILES}/{quote(file, safe='')}/permissions"
        page = api.get(place, pageSize=100, fields="nextPageToken,permissions", supportsAllDrives="true", **paged)
        for one in listed(page, "permissions"):
            if not one.get("deleted"):  # every role reads
                name = one.get("emailAddress") or one.get("domain")
                readers.add("anyone" if one.get("type") == "anyone" else f"{one.get('type')}:{name}")
        token = page.get("nextPageToken") or ""
        if not token:
            return sorted(readers)


CONNECTOR = Connector("google_drive", GoogleDriveSettings, read)
