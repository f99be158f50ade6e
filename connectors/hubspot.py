"""HubSpot: objects of the CRM, their properties with what HubSpot itself marks as sensitive, and their records.

The list of properties leaves sensitive ones out unless they are asked for by name of their class; all classes are.
See docs/connectors/hubspot.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from pydantic import BaseModel

from connectors._saas.asked import fields_in, objects_in
from connectors._saas.http import Api, Refused, ServiceSettings, api_of, listed, namespace_of
from connectors._sql import Failed
from connectors._stores.records import answer
from connectors._stores.records_told import Fields, Path, Record, Records, Service, Table
from lineage.connector import Connector, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import Fact, Seen, TagFact
from lineage.model import Name

USUAL: Final = "https://api.hubapi.com"
STANDARD: Final = ("contacts", "companies", "deals", "tickets")
_CLASSES: Final = ("non_sensitive", "sensitive", "highly_sensitive")
_OBJECT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
_TYPES: Final = {"number": "DOUBLE", "bool": "BOOLEAN", "date": "DATE", "datetime": "TIMESTAMP WITH TIME ZONE"}
_OWN: Final[Fields] = {("id",): "VARCHAR"}
_PAGE: Final = 100
_LONGEST: Final = 7_000
_CLOSED: Final = Failed(
    "HubSpot tells no rights of its users", "review in HubSpot who may see the property, and what the app's scopes are"
)


class HubspotSettings(ServiceSettings):
    """As whom HubSpot is asked: the token of a private app."""


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from the objects that the app may read.

    Raises:
        ConnectorError: HubSpot cannot be asked.
    """
    api = api_of(HubspotSettings.model_validate(settings.model_dump()), USUAL, context)
    try:
        properties_of(api, "contacts", "non_sensitive")
    except Refused as refused:
        if refused.status == 401:
            raise ConnectorError(
                f"{context.source}: {refused.reason}; is the token of a private app, and not withdrawn?"
            ) from None
    except Failed as failed:
        raise ConnectorError(f"{context.source}: {failed.reason}; is the connector's url right?") from None
    namespace, marks, tables = namespace_of("hubspot", api), dict[Name, str](), dict[str, Table]()
    names, unseen = _objects(api, tasks)
    for name in names:
        try:
            tables[name] = _table(api, name, tasks, Name(namespace, (name,)), marks)
        except Refused as refused:
            if refused.status not in {400, 404}:
                unseen.append(Failed(f"an object may not be read ({refused.status})", refused.settle))
        except Failed as failed:
            unseen.append(failed)

    def tags(seen: Seen) -> Iterator[Fact]:
        yield from (TagFact(seen, name, label) for name, label in sorted(marks.items()))

    service = Service(
        "HubSpot",
        namespace,
        "v3",
        "token",
        tables,
        _CLOSED,
        tuple(unseen),
        complete=False,  # what a scope hides is answered as what does not exist
        facts=tags,
        queries=lambda: api.queries,
    )
    yield from answer(service, tasks, context)


def properties_of(api: Api, kind: str, sensitivity: str) -> list[Mapping[str, Any]]:
    """Give the properties of an object of one class.

    Raises:
        Failed: they may not be listed.
    """
    place = f"/crm/v3/properties/{quote(kind, safe='')}"
    return listed(api.get(place, dataSensitivity=sensitivity), "results")


def _objects(api: Api, tasks: Sequence[Task]) -> tuple[list[str], list[Failed]]:
    """Give the objects that tasks are about; for a scan the standard ones and the account's own."""
    named = objects_in(tasks)
    if named:
        return sorted(one for one in named if _OBJECT.fullmatch(one)), []
    try:
        own = [str(one.get("fullyQualifiedName")) for one in listed(api.get("/crm/v3/schemas"), "results")]
    except Failed as failed:
        return list(STANDARD), [Failed(f"custom objects: {failed.reason}", failed.settle)]
    return [*STANDARD, *(one for one in own if _OBJECT.fullmatch(one))], []


def _table(api: Api, kind: str, tasks: Sequence[Task], name: Name, marks: dict[Name, str]) -> Table:
    told: dict[str, Mapping[str, Any]] = {}
    partly: list[Failed] = []
    for sensitivity in _CLASSES:
        try:
            found = properties_of(api, kind, sensitivity)
        except Refused as refused:
            if sensitivity == _CLASSES[0]:
                raise
            why = f"properties of the class {sensitivity} may not be listed ({refused.status})"
            partly.append(Failed(why, "give the app the scopes to read the object's schema"))
            continue
        told |= {str(one["name"]): one for one in found if one.get("name")}
    fields: dict[Path, str] = {
        **_OWN,
        **{(one,): _TYPES.get(str(told[one].get("type")), "VARCHAR") for one in sorted(told)},
    }
    for one, property_ in told.items():
        if (label := _label(property_)) is not None:
            marks[name.at(one)] = label
    wanted = sorted(one for one in fields_in(tasks, kind) if one in told)
    documented = frozenset((one,) for one, property_ in told.items() if property_.get("description"))
    return Table(
        kind,
        fields,
        lambda most: _records(api, kind, wanted, fields, most),
        ("id",),
        complete=not partly,
        documented=documented,
        required=frozenset({("id",)}),
        partly=tuple(partly),
    )


def _label(told: Mapping[str, Any]) -> str | None:
    if told.get("dataSensitivity") not in _CLASSES[1:]:
        return None
    return "health" if "HIPAA" in (told.get("sensitiveDataCategories") or ()) else "personal"


def _records(api: Api, kind: str, names: Sequence[str], fields: Fields, most: int) -> Records:
    found, after, asked = Records(), "", ",".join(names)
    if len(asked) > _LONGEST:
        raise Failed("more properties are named than one query can ask for", "name fewer fields of the object")
    while True:
        query: dict[str, str | int] = {"limit": _PAGE, **({"properties": asked} if asked else {})}
        page = api.get(f"/crm/v3/objects/{quote(kind, safe='')}", **query, **({"after": after} if after else {}))
        for one in listed(page, "results"):
            if len(found.rows) >= most:
                found.cut = Failed(f"over budget: more than {most:,} records", "raise the source's budget of rows")
                break
            found.rows.append(_record(one, fields))
        found.bytes = api.bytes
        after = str(((page.get("paging") or {}).get("next") or {}).get("after") or "")
        if not after or found.cut is not None:
            return found


def _record(one: Mapping[str, Any], fields: Fields) -> Record:
    told = one.get("properties") or {}
    # HubSpot writes what is not set as an empty text too; a number or a moment it is not.
    kept = {key: None if value == "" and fields.get((key,)) != "VARCHAR" else value for key, value in told.items()}
    return {**kept, "id": one.get("id")}


CONNECTOR = Connector("hubspot", HubspotSettings, read)
