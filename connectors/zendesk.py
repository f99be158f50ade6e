"""Zendesk: tickets with their fields, and the schedules by which Zendesk deletes them.

See docs/connectors/zendesk.md.
"""

from __future__ import annotations

import base64
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, Field

from connectors._files.open import not_a_name
from connectors._saas.http import Api, ServiceSettings, api_of, listed, namespace_of
from connectors._sql import Failed
from connectors._stores.records import answer
from connectors._stores.records_told import Fields, Path, Record, Records, Service, Table
from lineage.connector import Connector, Task
from lineage.context import Context
from lineage.duration import Duration
from lineage.errors import ConnectorError
from lineage.facts import Fact, JobFact, Seen
from lineage.model import Name

_FIELDS: Final[Fields] = {
    **{(name,): "VARCHAR" for name in ("id", "subject", "description", "status", "priority", "type")},
    **{(name,): "VARCHAR" for name in ("requester_id", "assignee_id", "organization_id")},
    ("tags",): "JSON",
    ("created_at",): "TIMESTAMP WITH TIME ZONE",
    ("updated_at",): "TIMESTAMP WITH TIME ZONE",
}
_TYPES: Final = {"checkbox": "BOOLEAN", "date": "DATE", "integer": "BIGINT", "decimal": "DOUBLE", "multiselect": "JSON"}
_SYSTEM: Final = frozenset(
    {
        "subject",
        "description",
        "status",
        "custom_status",
        "tickettype",
        "priority",
        "basic_priority",
        "group",
        "assignee",
    }
)
_AGES: Final = {"updated_at": "updated_at", "created_at": "created_at"}
_DAYS: Final = re.compile(r"P(\d{1,4})D")
_PAGE: Final = 1_000
_CLOSED: Final = Failed("which agents may read which tickets is not read", "review the groups and roles of its agents")


class ZendeskSettings(ServiceSettings):
    """As whom Zendesk is asked: an administrator's API token, since nobody else may export tickets or see schedules."""

    account: str | None = Field(None, min_length=1, max_length=320, repr=False)
    """The e-mail address of the account, for an API token; without it, the token is an OAuth bearer's."""


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from the tickets of an account.

    Raises:
        ConnectorError: Zendesk cannot be asked.
    """
    given = ZendeskSettings.model_validate(settings.model_dump())
    if given.url is None:
        raise ConnectorError(f"{context.source}: no url is given; is it like https://acme.zendesk.com?")
    headers = None
    if given.account is not None:
        pair = f"{given.account}/token:{given.token.get_secret_value()}"
        headers = {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}
    api = api_of(given, "", context, headers)
    try:
        told = _listed_all(api, "/api/v2/ticket_fields", "ticket_fields")
    except Failed as failed:
        way = "is the url the account's, and its token allowed?"
        raise ConnectorError(f"{context.source}: {failed.reason}; {way}") from None
    own, partly = own_fields(told)
    name = Name(namespace_of("zendesk", api), ("tickets",))
    described = {str(one.get("id")): bool(one.get("description")) for one in told}
    tickets = Table(
        "tickets",
        {**_FIELDS, **dict(own.values())},
        lambda most: _tickets(api, own, most),
        ("id",),
        complete=not partly,
        documented=frozenset(path for one, (path, _) in own.items() if described[one]),
        partly=partly,
    )
    schedules, unseen = _schedules(api)

    def jobs(seen: Seen) -> Iterator[Fact]:
        yield from (job_of(one, name, seen) for one in schedules)

    service = Service(
        "Zendesk",
        name.namespace,
        "v2",
        "token",
        {"tickets": tickets},
        _CLOSED,
        unseen,
        facts=jobs,
        queries=lambda: api.queries,
    )
    yield from answer(service, tasks, context)


def own_fields(told: Sequence[Mapping[str, Any]]) -> tuple[dict[str, tuple[Path, str]], tuple[Failed, ...]]:
    """Give the account's own fields by their ids: `custom` and their title; one whose title is no name is left out."""
    custom = [one for one in told if str(one.get("type")) not in _SYSTEM]
    titles = Counter(str(one.get("title")) for one in custom)
    found: dict[str, tuple[Path, str]] = {}
    left_out = 0
    for one in custom:
        title = str(one.get("title"))
        if titles[title] > 1 or not_a_name(title):
            left_out += 1
        else:
            found[str(one.get("id"))] = (("custom", title), _TYPES.get(str(one.get("type")), "VARCHAR"))
    if not left_out:
        return found, ()
    why = f"{left_out:,} ticket fields have a title that others have too, or that looks like a value"
    return found, (Failed(why, "give each field a title of its own, in plain words"),)


def job_of(schedule: Mapping[str, Any], tickets: Name, seen: Seen) -> JobFact:
    """Give a deletion schedule as a job; the age at which it deletes only where its conditions are nothing else."""
    conditions = schedule.get("conditions")
    both = conditions if isinstance(conditions, Mapping) else {}
    told = [one for one in both.get("all") or () if isinstance(one, Mapping)]
    keeps, since = None, None
    if len(told) == 1 and not both.get("any") and str(told[0].get("field")) in _AGES:
        days = _DAYS.fullmatch(str(told[0].get("value")))
        since = tickets.at(_AGES[str(told[0]["field"])])
        keeps = Duration(seconds=86_400 * int(days[1])) if days is not None else None
    deletes = (tickets,) if schedule.get("object") == "zen:ticket" else ()
    name = f"deletion schedule {schedule.get('id')}"
    return JobFact(
        seen, name, "by Zendesk", deletes, None, schedule.get("active") is True, keeps, since if keeps else None
    )


def _schedules(api: Api) -> tuple[list[Mapping[str, Any]], tuple[Failed, ...]]:
    try:
        return _listed_all(api, "/api/v2/deletion_schedules", "deletion_schedules"), ()
    except Failed as failed:
        why = f"deletion schedules: {failed.reason}"
        return [], (Failed(why, "give the connector an administrator's token: nobody else may see them"),)


def _listed_all(api: Api, path: str, key: str) -> list[Mapping[str, Any]]:
    """Give what lies at a path, all pages of it."""
    found: list[Mapping[str, Any]] = []
    after = ""
    while True:
        query: dict[str, str | int] = {"page[size]": 100, **({"page[after]": after} if after else {})}
        page = api.get(path, **query)
        found += listed(page, key)
        meta = page.get("meta") or {}
        after = str(meta.get("after_cursor") or "") if meta.get("has_more") else ""
        if not after:
            return found


def _tickets(api: Api, own: Mapping[str, tuple[Path, str]], most: int) -> Records:
    """Give tickets by the export: the list of tickets leaves archived ones out."""
    found, cursor = Records(), ""
    while True:
        begun: dict[str, str | int] = {"cursor": cursor} if cursor else {"start_time": 0}
        page = api.get("/api/v2/incremental/tickets/cursor", per_page=_PAGE, **begun)
        for one in listed(page, "tickets"):
            if one.get("status") == "deleted":
                continue
            if len(found.rows) >= most:
                found.cut = Failed(f"over budget: more than {most:,} tickets", "raise the source's budget of rows")
                break
            found.rows.append(_ticket(one, own))
        found.bytes = api.bytes
        cursor = str(page.get("after_cursor") or "")
        if page.get("end_of_stream") or not cursor or found.cut is not None:
            return found


def _ticket(one: Mapping[str, Any], own: Mapping[str, tuple[Path, str]]) -> Record:
    custom = {}
    for value in one.get("custom_fields") or ():
        if isinstance(value, Mapping) and (known := own.get(str(value.get("id")))) is not None:
            custom[known[0][-1]] = value.get("value")
    kept = {path[0]: one.get(path[0]) for path in _FIELDS}
    ids = {
        key: None if value is None else str(value) for key, value in kept.items() if key == "id" or key.endswith("_id")
    }
    return {**kept, **ids, "custom": custom}


CONNECTOR = Connector("zendesk", ZendeskSettings, read)
