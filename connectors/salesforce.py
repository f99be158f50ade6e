"""Salesforce: objects and their fields, how they are classified, who may read which, and records.

See docs/connectors/salesforce.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic import BaseModel, Field

from connectors._saas.asked import fields_in, objects_in
from connectors._saas.http import Api, LimitedSettings, Refused, api_of, listed, namespace_of
from connectors._saas.salesforce_rights import rights_of
from connectors._sql import Failed
from connectors._stores.records import answer
from connectors._stores.records_told import Path, Record, Records, Service, Table
from lineage.connector import Connector, Structure, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import Fact, Seen, TagFact
from lineage.model import Name

_API_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
_MOST_OBJECTS: Final = 100
_TYPES: Final = {
    **dict.fromkeys(("int", "long"), "BIGINT"),
    **dict.fromkeys(("double", "currency", "percent"), "DOUBLE"),
    **dict.fromkeys(("address", "location"), "JSON"),
    "boolean": "BOOLEAN",
    "date": "DATE",
    "datetime": "TIMESTAMP WITH TIME ZONE",
    "base64": "BLOB",
}
_GROUPS: Final = {"HIPAA": "health", "PCI": "card"}
_SENSITIVE: Final = frozenset({"Confidential", "Restricted", "MissionCritical"})
_OFFSET: Final = re.compile(r"(?<=[+-]\d\d)(?=\d\d$)")


class SalesforceSettings(LimitedSettings):
    """As whom Salesforce is asked: an access token of the user that scans."""

    version: str = Field("v62.0", pattern=r"^v\d{2,3}\.0$")


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from the objects that the token's user may see.

    Raises:
        ConnectorError: Salesforce cannot be asked.
    """
    given = SalesforceSettings.model_validate(settings.model_dump())
    if given.url is None:
        raise ConnectorError(f"{context.source}: no url is given; is it like https://acme.my.salesforce.com?")
    api, place = api_of(given, "", context), f"/services/data/{given.version}"
    try:
        names = [
            str(one.get("name")) for one in listed(api.get(f"{place}/sobjects"), "sobjects") if one.get("queryable")
        ]
    except Failed as failed:
        way = "is the url the organisation's own, and the token not expired?"
        raise ConnectorError(f"{context.source}: {failed.reason}; {way}") from None
    namespace, marks, tables = namespace_of("salesforce", api), dict[Name, str](), dict[str, Table]()
    wanted, unseen = objects_in(tasks), list[Failed]()
    chosen = [one for one in names if _API_NAME.fullmatch(one) and (not wanted or one in wanted)]
    if len(chosen) > _MOST_OBJECTS:
        unseen.append(
            Failed(f"{len(chosen) - _MOST_OBJECTS:,} objects were not looked at", "name the objects in a plan")
        )
    told: dict[str, Sequence[Mapping[str, Any]]] = {}
    for name in chosen[:_MOST_OBJECTS]:
        try:
            told[name] = listed(api.get(f"{place}/sobjects/{name}/describe"), "fields")
            tables[name] = _table(api, place, name, told[name], tasks, given)
            marks |= _marks(api, place, Name(namespace, (name,)))
        except Refused as refused:
            why = f"what the fields of an object are, or how they are classified, may not be read ({refused.status})"
            unseen.append(Failed(why, refused.settle))
        except Failed as failed:
            unseen.append(failed)
            break
    identity = next((one.identity for one in tasks if isinstance(one, Structure) and one.identity), context.identity)
    structure = any(isinstance(one, Structure) for one in tasks)
    rights, closed = rights_of(api, place, namespace, told, identity) if structure else ((), None)

    def facts(seen: Seen) -> Iterator[Fact]:
        yield from (TagFact(seen, name, label) for name, label in sorted(marks.items()))
        yield from (make(seen) for make in rights)

    whole = given.limited is None and not unseen
    service = Service(
        "Salesforce",
        namespace,
        given.version,
        "token",
        tables,
        closed,
        tuple(unseen),
        complete=whole,
        facts=facts,
        queries=lambda: api.queries,
    )
    yield from answer(service, tasks, context)


def _table(
    api: Api,
    place: str,
    name: str,
    told: Sequence[Mapping[str, Any]],
    tasks: Sequence[Task],
    given: SalesforceSettings,
) -> Table:
    named = {str(one.get("name")): one for one in told if _API_NAME.fullmatch(str(one.get("name")))}
    fields: dict[Path, str] = {(key,): _TYPES.get(str(one.get("type")), "VARCHAR") for key, one in named.items()}
    # Only names that Salesforce itself gave, each of letters and digits, become part of a query.
    asked = sorted({"Id"} | {one for one in fields_in(tasks, name) if fields.get((one,), "BLOB") != "BLOB"})
    return Table(
        name,
        fields,
        lambda most: _records(api, f"{place}/query", f"SELECT {', '.join(asked)} FROM {name}", most),  # noqa: S608 - above
        ("Id",) if ("Id",) in fields else (),
        complete=given.limited is None,
        documented=frozenset((key,) for key, one in named.items() if one.get("inlineHelpText")),
        required=frozenset((key,) for key, one in named.items() if one.get("nillable") is False),
        limited=given.limited,
    )


def _records(api: Api, path: str, query: str, most: int) -> Records:
    found, page = Records(), api.get(path, q=query)
    while True:
        for one in listed(page, "records"):
            if len(found.rows) >= most:
                found.cut = Failed(f"over budget: more than {most:,} records", "raise the source's budget of rows")
                break
            found.rows.append(_record(one))
        found.bytes = api.bytes
        after = str(page.get("nextRecordsUrl") or "")
        if found.cut is not None or page.get("done") is not False:
            return found
        if not after.startswith("/services/data/"):
            raise Failed("the service answers otherwise than is known of it", "is the connector's url right?")
        page = api.get(after)


def _record(one: Mapping[str, Any]) -> Record:
    # Salesforce writes `+0000`: the same in the form of RFC 3339.
    return {
        key: _OFFSET.sub(":", value) if _is_moment(value) else value
        for key, value in one.items()
        if key != "attributes"
    }


def _is_moment(value: object) -> bool:
    return isinstance(value, str) and len(value) == len("2026-11-22T10:00:00.000+0000") and value[10] == "T"


def _marks(api: Api, place: str, dataset: Name) -> dict[Name, str]:
    """Give the fields that are classified as sensitive: a label of a fixed list."""
    query = (
        "SELECT QualifiedApiName, SecurityClassification, ComplianceGroup FROM FieldDefinition "  # noqa: S608 - a name of letters and digits
        f"WHERE EntityDefinition.QualifiedApiName = '{dataset.path[-1]}'"
    )
    found = {}
    for one in _records(api, f"{place}/tooling/query", query, 5_000).rows:
        groups = [part.strip() for part in str(one.get("ComplianceGroup") or "").split(";") if part.strip()]
        label = next((_GROUPS[part] for part in groups if part in _GROUPS), None)
        if groups or one.get("SecurityClassification") in _SENSITIVE:
            found[dataset.at(str(one.get("QualifiedApiName")))] = label or "personal"
    return found


CONNECTOR = Connector("salesforce", SalesforceSettings, read)
