"""Collections of Chroma: those of a folder that `PersistentClient` wrote, or of a server.

Chroma's own client is not used: opening a folder with it migrates the folder, and it brings a model and telemetry.
A folder is read as the SQLite file that it is, without a write; a server by its HTTP interface.
See docs/connectors/chroma.md.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path as File
from typing import Final, Self
from urllib.parse import quote, unquote

from pydantic import BaseModel, Field, SecretStr, model_validator

from connectors._chroma.file import collections_in, product_version
from connectors._chroma.http import collections_at, server_version
from connectors._sql import Failed
from connectors._sqlite.file import open_file
from connectors._stores.index import Store, answer
from connectors._stores.index_http import Server, base_of
from lineage.connector import Connector, Settings, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import Fact

_PREFIX: Final = "chroma://"
_HEADER: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_FOLDER: Final = Failed("a folder of Chroma has no grants", "review who may read the folder where it lies")
_SERVER: Final = Failed("Chroma tells no grants", "review who holds a token of the server, and what it opens")


class ChromaSettings(Settings):
    """Where the collections are: a folder, or a server."""

    path: str | None = Field(None, min_length=1, max_length=4096, repr=False)
    """The folder that was given to `PersistentClient`."""
    url: SecretStr | None = None
    """A server: `http://host:8000`."""
    token: SecretStr | None = None
    token_header: str = Field("Authorization", max_length=64)
    """`Authorization` (as a bearer token) or `X-Chroma-Token`."""
    tenant: str = Field("default_tenant", max_length=512)
    database: str = Field("default_database", max_length=512)

    @model_validator(mode="after")
    def _names_one_place(self) -> Self:
        if (self.path is None) == (self.url is None):
            raise ValueError("give a path, or a url")
        if _HEADER.fullmatch(self.token_header) is None:
            raise ValueError("token_header must be the name of a header")
        return self


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from one folder or server.

    Raises:
        ConnectorError: it cannot be read.
    """
    given = ChromaSettings.model_validate(settings.model_dump())
    return _from_folder(given, tasks, context) if given.url is None else _from_server(given, tasks, context)


def _from_folder(settings: ChromaSettings, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    place = (settings.path or "").removeprefix(_PREFIX)
    if settings.path != place:
        place = unquote(place)
    try:
        root = File(place).expanduser().resolve(strict=True)
        if not (root / "chroma.sqlite3").is_file():
            raise ConnectorError(f"{context.source}: this is no folder of Chroma; is the connector's path right?")
    except (OSError, RuntimeError, ValueError) as error:
        why = f"{context.source}: the folder cannot be read ({type(error).__name__}); is the connector's path right?"
        raise ConnectorError(why) from None
    with open_file(root / "chroma.sqlite3", context) as database:
        try:
            found, unseen = collections_in(database, settings.tenant, settings.database)
            version = product_version(database)
        except Failed as failed:
            way = "run `chroma run --path` over it and give the connector its url"
            raise ConnectorError(f"{context.source}: it is of another version ({failed.reason}); {way}") from None
        namespace = "chroma://" + _digest(f"{root}\0{settings.tenant}\0{settings.database}")
        store = Store("Chroma", namespace, version, "file permissions", found, _FOLDER, unseen)
        yield from answer(store, tasks, context)


def _from_server(settings: ChromaSettings, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    base = base_of(settings.url.get_secret_value() if settings.url is not None else "")
    if base is None:
        raise ConnectorError(f"{context.source}: the url is none of a server; is it like http://host:8000?")
    server = Server(base, _headers(settings), context.budget.seconds)
    place = f"/api/v2/tenants/{quote(settings.tenant, safe='')}/databases/{quote(settings.database, safe='')}"
    try:
        version = server_version(server)
        found, unseen = collections_at(server, place)
    except Failed as failed:
        way = "is the connector's url right, and may its token read?"
        raise ConnectorError(f"{context.source}: {failed.reason}; {way}") from None
    namespace = "chroma://" + _digest(f"{base}\0{settings.tenant}\0{settings.database}")
    yield from answer(Store("Chroma", namespace, version, "token", found, _SERVER, unseen), tasks, context)


def _headers(settings: ChromaSettings) -> Mapping[str, str]:
    if settings.token is None:
        return {}
    told = settings.token.get_secret_value()
    return {settings.token_header: f"Bearer {told}" if settings.token_header.lower() == "authorization" else told}


def _digest(place: str) -> str:
    return hashlib.sha256(place.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _from_url(url: str) -> Mapping[str, object]:
    return {"path": url}


CONNECTOR = Connector("chroma", ChromaSettings, read, schemes=("chroma",), from_url=_from_url)
