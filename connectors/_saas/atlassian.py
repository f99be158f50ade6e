"""What sites of Atlassian share: as whom they are asked, and how."""

from __future__ import annotations

import base64

from pydantic import Field

from connectors._saas.http import Api, LimitedSettings, api_of
from lineage.context import Context
from lineage.errors import ConnectorError


class AtlassianSettings(LimitedSettings):
    """As whom a site is asked: an account's API token, or a bearer's."""

    account: str | None = Field(None, min_length=1, max_length=320, repr=False)
    """The account's e-mail address, for an API token of the cloud; without it, the token is a bearer's."""


def site_of(given: AtlassianSettings, context: Context) -> Api:
    """Give the API of a site.

    Raises:
        ConnectorError: no address of a server is given, or the token cannot stand in a header.
    """
    if given.url is None:
        raise ConnectorError(f"{context.source}: no url is given; is it like https://acme.atlassian.net?")
    headers = None
    if given.account is not None:
        pair = base64.b64encode(f"{given.account}:{given.token.get_secret_value()}".encode()).decode()
        headers = {"Authorization": f"Basic {pair}"}
    return api_of(given, "", context, headers)
