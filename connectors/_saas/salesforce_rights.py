"""Who may read which fields of Salesforce: permission sets and profiles, and which of them a user has.

A permission set reads a field if it may read the object and the field; a field for which nothing can be set is read
with its object. Which records a user sees is decided by sharing, and is not read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from connectors._saas.http import Api, listed
from connectors._sql import Failed
from lineage.facts import Fact, GrantFact, MemberFact, PrincipalFact, Seen, UnseenFact
from lineage.model import Name, Principal

Make = Callable[[Seen], Fact]
_USERNAME: Final = re.compile(r"[A-Za-z0-9._+@-]{1,80}")
_MOST: Final = 50_000
_WAY: Final = "give the user that scans the permission View Setup and Configuration"


def rights_of(
    api: Api, place: str, namespace: str, objects: Mapping[str, Sequence[Mapping[str, Any]]], identity: str | None
) -> tuple[tuple[Make, ...], Failed | None]:
    """Give what makes the facts of rights; and why there are none, or not all."""
    try:
        return tuple(_rights(api, f"{place}/query", namespace, objects, identity)), None
    except Failed as failed:
        return (), Failed(f"permission sets: {failed.reason}", _WAY)


def _rights(
    api: Api, path: str, namespace: str, objects: Mapping[str, Sequence[Mapping[str, Any]]], identity: str | None
) -> Iterator[Make]:
    sets: dict[str, Principal] = {}
    see_all = set()
    # Objects lie in no schema: nothing has to be opened before them.
    yield lambda seen: GrantFact(seen, Principal(namespace, "PUBLIC"), Name(namespace, ()), "usage")
    asked = "SELECT Id, Name, IsOwnedByProfile, Profile.Name, PermissionsViewAllData FROM PermissionSet"
    for one in _rows(api, path, asked):
        profile = (one.get("Profile") or {}).get("Name") if one.get("IsOwnedByProfile") else None
        spelt = f"set:{one.get('Name')}" if profile is None else f"profile:{profile}"
        principal = sets[str(one.get("Id"))] = Principal(namespace, spelt)
        if one.get("PermissionsViewAllData") is True:
            see_all.add(str(one.get("Id")))
        yield lambda seen, principal=principal: PrincipalFact(seen, principal)  # type: ignore[misc]
    for name, fields in objects.items():
        readers = see_all | _having(api, path, "ObjectPermissions", name, "ParentId")
        opened = _having(api, path, "FieldPermissions", name, "ParentId", "Field")
        dataset = Name(namespace, (name,))
        for field in fields:
            spelt = str(field.get("name"))
            for holding in sorted(readers & set(sets)):
                if field.get("permissionable") is False or f"{holding} {name}.{spelt}" in opened:
                    on, holder = dataset.at(spelt), sets[holding]
                    yield lambda seen, on=on, holder=holder: GrantFact(seen, holder, on, "select")  # type: ignore[misc]
        yield lambda seen, dataset=dataset: UnseenFact(  # type: ignore[misc]
            seen, "access", "which records a user sees is decided by sharing, which is not read", "review it", dataset
        )
    if identity is not None:
        yield from _user(api, path, namespace, sets, identity)


def _user(api: Api, path: str, namespace: str, sets: Mapping[str, Principal], identity: str) -> Iterator[Make]:
    if _USERNAME.fullmatch(identity) is None:
        raise Failed("the identity is not written as a user name", "name the user as Salesforce does: ai@acme.example")
    # The only text of a plan that is part of a query: letters, digits and five signs, none of which ends a text.
    who = f"SELECT Id FROM User WHERE Username = '{identity}' AND IsActive = true"  # noqa: S608 - see above
    if not _rows(api, path, who):
        return
    user = Principal(namespace, identity)
    yield lambda seen: PrincipalFact(seen, user, frozenset({"login"}))
    asked = f"SELECT PermissionSetId FROM PermissionSetAssignment WHERE Assignee.Username = '{identity}'"  # noqa: S608 - see above
    for one in _rows(api, path, asked):
        if (of := sets.get(str(one.get("PermissionSetId")))) is not None:
            yield lambda seen, of=of: MemberFact(seen, user, of, inherits=True, switchable=False)  # type: ignore[misc]


def _having(api: Api, path: str, table: str, name: str, *columns: str) -> set[str]:
    asked = f"SELECT {', '.join(columns)} FROM {table} WHERE SobjectType = '{name}' AND PermissionsRead = true"  # noqa: S608 - names that Salesforce gave
    return {" ".join(str(one.get(column)) for column in columns) for one in _rows(api, path, asked)}


def _rows(api: Api, path: str, asked: str) -> list[Mapping[str, Any]]:
    """Give all rows of a query.

    Raises:
        Failed: it is refused, or they are too many.
    """
    page = api.get(path, q=asked)
    found = listed(page, "records")
    while page.get("done") is False and len(found) < _MOST:
        after = str(page.get("nextRecordsUrl") or "")
        if not after.startswith("/services/data/"):
            break
        page = api.get(after)
        found += listed(page, "records")
    if page.get("done") is False:
        raise Failed(f"more than {_MOST:,} rows of permissions", "name fewer objects in the plan")
    return found
