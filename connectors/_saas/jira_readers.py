"""Who may read an issue of Jira: who may browse its project, and of these who is of its security level.

A permission scheme names holders: people, groups, roles of the project, and people that the issue itself names. A role
is followed to its members; a field that names people is told by its id.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import quote

from connectors._saas.http import Api, Refused, listed
from connectors._sql import Failed
from connectors._stores.records_told import Record

_PROJECT: Final = "/rest/api/3/project"
_LEVEL: Final = "/rest/api/3/issuesecurityschemes/level/member"
_BROWSE: Final = "BROWSE_PROJECTS"
_PAGE: Final = 100
_ADMINISTER: Final = "give the connector the token of somebody who may administer Jira"
_UNKNOWN: Final = Failed("the service answers otherwise than is known of it", "is the connector's url right?")
_EVERYBODY: Final = {"anyone": "anyone", "sd.customer.portal.only": "customers"}
_NAMED: Final = {"reporter": "reporter", "assignee": "assignee", "projectLead": "lead"}
"""Holder -> what the record of an issue calls that person."""


@dataclass(slots=True)
class Readers:
    """Who may read what, asked once for each project, role and level."""

    api: Api
    schemes: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    levels: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)
    roles: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def of_issue(self, record: Record) -> object:
        """Give a list of readers for each thing that limits them; a reader is in every one.

        Raises:
            Failed: who they are may not be asked for.
        """
        project, level = str(record.get("project")), record.get("security")
        ways = [self._holders(self._scheme(project), project, record)]
        if level is not None:
            ways.append(self._holders(self._level(str(level)), project, record))
        return ways

    def of_comment(self, record: Record) -> object:
        """Give the readers of a comment: those of its issue, and of these whom it is limited to.

        Raises:
            Failed: who they are may not be asked for.
        """
        issue, limit = record.get("of"), record.get("visible_to")
        ways = self.of_issue(issue if isinstance(issue, Mapping) else {})
        if isinstance(limit, str) and isinstance(ways, list):
            return [*ways, [limit]]
        return ways

    def role_ids(self, project: str) -> Mapping[str, str]:
        """Give the roles of a project: name -> id.

        Raises:
            Failed: they may not be asked for.
        """
        told = self.api.get(f"{_PROJECT}/{quote(project, safe='')}/role")
        if not isinstance(told, Mapping):
            raise _UNKNOWN
        return {str(name): str(link).rstrip("/").rpartition("/")[2] for name, link in told.items()}

    def members(self, project: str, role: str) -> list[str]:
        """Give who has a role in a project.

        Raises:
            Failed: it may not be asked for.
        """
        if (project, role) not in self.roles:
            asked = self.api.get(f"{_PROJECT}/{quote(project, safe='')}/role/{quote(role, safe='')}")
            self.roles[project, role] = sorted({_actor(one) for one in listed(asked, "actors")})
        return self.roles[project, role]

    def _scheme(self, project: str) -> list[Mapping[str, Any]]:
        if project not in self.schemes:
            path = f"{_PROJECT}/{quote(project, safe='')}/permissionscheme"
            try:
                permissions = listed(self.api.get(path, expand="permissions"), "permissions")
            except Refused as refused:
                raise Failed(f"who may browse its project is not told ({refused.status})", _ADMINISTER) from None
            self.schemes[project] = [_holder(one) for one in permissions if one.get("permission") == _BROWSE]
        return self.schemes[project]

    def _level(self, level: str) -> list[Mapping[str, Any]]:
        if level not in self.levels:
            found: list[Mapping[str, Any]] = []
            while True:
                try:
                    asked = self.api.get(_LEVEL, levelId=level, startAt=len(found), maxResults=_PAGE)
                except Refused as refused:
                    why = f"who is of its security level is not told ({refused.status})"
                    raise Failed(why, _ADMINISTER) from None
                page = listed(asked, "values")
                found.extend(_holder(one) for one in page)
                if not page or asked.get("isLast") is not False:
                    break
            self.levels[level] = found
        return self.levels[level]

    def _holders(self, holders: list[Mapping[str, Any]], project: str, record: Record) -> list[str]:
        found: set[str] = set()
        for holder in holders:
            kind, which = str(holder.get("type")), holder.get("value") or holder.get("parameter")
            match kind:
                case "projectRole":
                    found.update(self.members(project, str(which)))
                case "group":
                    found.add(f"group:{holder.get('parameter') or which}")
                case "user":
                    found.add(f"user:{which}")
                case "reporter" | "assignee" | "projectLead":
                    if (named := record.get(_NAMED[kind])) is not None:
                        found.add(f"user:{named}")
                case "applicationRole":
                    found.add("everybody signed in" if which is None else f"application:{which}")
                case "userCustomField" | "groupCustomField":
                    found.add(f"field:{which}")
                case _ if kind in _EVERYBODY:
                    found.add(_EVERYBODY[kind])
                case _:
                    raise Failed("a permission is held by a kind of holder that is not known", "review it in Jira")
        return sorted(found)


def _holder(one: Mapping[str, Any]) -> Mapping[str, Any]:
    holder = one.get("holder")
    if not isinstance(holder, Mapping):
        raise _UNKNOWN
    return holder


def _actor(one: Mapping[str, Any]) -> str:
    user, group = one.get("actorUser"), one.get("actorGroup")
    if isinstance(user, Mapping):
        return f"user:{user.get('accountId')}"
    if isinstance(group, Mapping):
        return f"group:{group.get('name') or group.get('groupId')}"
    raise _UNKNOWN
