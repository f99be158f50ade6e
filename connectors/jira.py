"""Jira: issues and comments with their times and people, the members of roles, and who may read each issue.

See docs/connectors/jira.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from pydantic import BaseModel

from connectors._saas.atlassian import AtlassianSettings, site_of
from connectors._saas.http import Api, Refused, listed, namespace_of
from connectors._saas.jira_readers import Readers
from connectors._sql import Failed
from connectors._stores.records import answer
from connectors._stores.records_told import Fields, Record, Records, Service, Table
from lineage.connector import Connector, Task
from lineage.context import Context
from lineage.errors import ConnectorError
from lineage.facts import Fact

_REST: Final = "/rest/api/3"
_PAGE: Final = 100
_MOST_PROJECTS: Final = 10_000
_KEY: Final = re.compile(r"[A-Z][A-Z0-9_]{0,254}")
_ASKED: Final = (
    *("summary", "description", "issuetype", "project", "status", "priority", "labels", "created", "updated"),
    *("resolutiondate", "duedate", "creator", "reporter", "assignee", "security"),
)
_ISSUES: Final[Fields] = {
    ("id",): "VARCHAR",
    ("key",): "VARCHAR",
    ("project",): "VARCHAR",
    ("type",): "VARCHAR",
    ("status",): "VARCHAR",
    ("priority",): "VARCHAR",
    ("labels",): "JSON",
    ("security",): "VARCHAR",
    ("title",): "VARCHAR",
    ("text",): "VARCHAR",
    ("author",): "VARCHAR",
    ("reporter",): "VARCHAR",
    ("assignee",): "VARCHAR",
    ("created_at",): "TIMESTAMP WITH TIME ZONE",
    ("modified_at",): "TIMESTAMP WITH TIME ZONE",
    ("resolved_at",): "TIMESTAMP WITH TIME ZONE",
    ("due",): "DATE",
    ("readers",): "JSON",
}
_COMMENTS: Final[Fields] = {
    ("id",): "VARCHAR",
    ("issue",): "VARCHAR",
    ("project",): "VARCHAR",
    ("author",): "VARCHAR",
    ("text",): "VARCHAR",
    ("visible_to",): "VARCHAR",
    ("created_at",): "TIMESTAMP WITH TIME ZONE",
    ("modified_at",): "TIMESTAMP WITH TIME ZONE",
    ("readers",): "JSON",
}
_ROLES: Final[Fields] = {("id",): "VARCHAR", ("project",): "VARCHAR", ("role",): "VARCHAR", ("member",): "VARCHAR"}
_CLOSED: Final = Failed(
    "each issue has readers of its own: they are in the field `readers`",
    "declare that field, and hold what is built of the issues to it",
)
_MORE: Final = "raise the source's budget of rows"
_NOBODY: Final = Failed("login refused: the service takes the token for nobody's", "give it a token that is valid")


class JiraSettings(AtlassianSettings):
    """As whom Jira is asked: an account's API token, or a bearer's."""


@dataclass(slots=True)
class Site:
    """A Jira that is asked."""

    api: Api
    readers: Readers

    def projects(self) -> Iterator[Mapping[str, Any]]:
        """Give every project that the token sees.

        Raises:
            Failed: they are too many, or may not be listed.
        """
        start = 0
        while True:
            asked = self.api.get(f"{_REST}/project/search", startAt=start, maxResults=_PAGE, expand="lead")
            page = listed(asked, "values")
            yield from page
            start += len(page)
            if not page or asked.get("isLast") is not False:
                return
            if start >= _MOST_PROJECTS:
                raise Failed(f"more than {_MOST_PROJECTS:,} projects", "give the connector a token that sees fewer")

    def issues(self, wanted: int) -> Records:
        """Give issues, project by project."""
        found = Records()
        for issue in self._issues(found):
            if len(found.rows) >= wanted:
                found.cut = Failed(f"over budget: more than {wanted:,} issues", _MORE)
                break
            found.rows.append(issue)
        found.bytes = self.api.bytes
        return found

    def comments(self, wanted: int) -> Records:
        """Give comments, issue by issue."""
        found = Records()
        for issue in self._issues(found):
            for one in self._comments(str(issue["id"])):
                if len(found.rows) >= wanted:
                    found.cut = Failed(f"over budget: more than {wanted:,} comments", _MORE)
                    break
                found.rows.append(_comment(one, issue))
            if found.cut is not None:
                break
        found.bytes = self.api.bytes
        return found

    def roles(self, wanted: int) -> Records:
        """Give who has which role in which project."""
        found, shut = Records(), 0
        for project in self.projects():
            key = str(project.get("key"))
            try:
                told = [
                    {"id": f"{key}/{role}/{member}", "project": key, "role": name, "member": member}
                    for name, role in sorted(self.readers.role_ids(key).items())
                    for member in self.readers.members(key, role)
                ]
            except Refused:
                shut += 1
                continue
            left = wanted - len(found.rows)
            found.rows.extend(told[:left])
            if len(told) > left:
                found.cut = Failed(f"over budget: more than {wanted:,} members of roles", _MORE)
                break
        if shut and found.cut is None:
            reason = f"the roles of {shut:,} projects may not be read"
            found.cut = Failed(reason, "give the connector the token of somebody who may administer these projects")
        found.bytes = self.api.bytes
        return found

    def _issues(self, into: Records) -> Iterator[dict[str, object]]:
        odd = 0
        for project in self.projects():
            key = str(project.get("key"))
            if _KEY.fullmatch(key) is None:
                odd += 1
                continue
            for one in self._found(key):
                yield _issue(one, project)
        if odd:
            into.cut = Failed(f"{odd:,} projects have keys that cannot be asked for", "give their projects plain keys")

    def _found(self, project: str) -> Iterator[Mapping[str, Any]]:
        token, more = "", dict[str, str]()
        while True:
            query = f'project = "{project}" ORDER BY id'
            asked = self.api.get(f"{_REST}/search/jql", jql=query, fields=",".join(_ASKED), maxResults=_PAGE, **more)
            yield from listed(asked, "issues")
            last, token = token, str(asked.get("nextPageToken") or "")
            if not token:
                return
            if token == last:
                raise Failed("the service gives the same page again", "scan again later", final=True)
            more = {"nextPageToken": token}

    def _comments(self, issue: str) -> Iterator[Mapping[str, Any]]:
        start = 0
        while True:
            path = f"{_REST}/issue/{quote(issue, safe='')}/comment"
            asked = self.api.get(path, startAt=start, maxResults=_PAGE)
            page = listed(asked, "comments")
            yield from page
            start += len(page)
            if not page or start >= int(asked.get("total") or 0):
                return


def read(settings: BaseModel, tasks: Sequence[Task], context: Context) -> Iterator[Fact]:
    """Answer tasks from the projects that the token may see.

    Raises:
        ConnectorError: Jira cannot be asked, or does not know the token.
    """
    given = JiraSettings.model_validate(settings.model_dump())
    api = site_of(given, context)
    try:
        _known(api)
        listed(api.get(f"{_REST}/project/search", maxResults=1), "values")
    except Failed as failed:
        way = "is the url the site's, and may the token read?"
        raise ConnectorError(f"{context.source}: {failed.reason}; {way}") from None
    readers = Readers(api)
    site, limited = Site(api, readers), given.limited
    tables = {
        "issues": Table(
            *("issues", _ISSUES, site.issues, ("id",)),
            complete=True,
            limited=limited,
            added={("readers",): readers.of_issue},
        ),
        "comments": Table(
            *("comments", _COMMENTS, site.comments, ("id",)),
            complete=True,
            limited=limited,
            added={("readers",): readers.of_comment},
        ),
        "roles": Table("roles", _ROLES, site.roles, ("id",), complete=True, limited=limited),
    }
    place = namespace_of("jira", api)
    yield from answer(Service("Jira", place, "", "token", tables, _CLOSED, queries=lambda: api.queries), tasks, context)


def _known(api: Api) -> None:
    """Refuse a token that Jira does not know: it answers nobody too, with what everybody may see.

    Raises:
        Failed: the token is nobody's, or Jira does not answer.
    """
    try:
        api.get(f"{_REST}/myself")
    except Refused as refused:
        if refused.status != 404:
            raise
    else:
        return
    # Where `myself` is not served, what is told of the server tells its time to those alone who are signed in.
    told = api.get(f"{_REST}/serverInfo")
    if not isinstance(told, Mapping) or not told.get("serverTime"):
        raise _NOBODY


def _issue(one: Mapping[str, Any], project: Mapping[str, Any]) -> dict[str, object]:
    told = one.get("fields")
    fields = told if isinstance(told, Mapping) else {}
    return {
        "id": one.get("id"),
        "key": one.get("key"),
        "project": project.get("key"),
        "type": _of(fields, "issuetype", "name"),
        "status": _of(fields, "status", "name"),
        "priority": _of(fields, "priority", "name"),
        "labels": fields.get("labels"),
        "security": _of(fields, "security", "id"),
        "title": fields.get("summary"),
        "text": text_of(fields.get("description")),
        "author": _of(fields, "creator", "accountId"),
        "reporter": _of(fields, "reporter", "accountId"),
        "assignee": _of(fields, "assignee", "accountId"),
        "created_at": _moment(fields.get("created")),
        "modified_at": _moment(fields.get("updated")),
        "resolved_at": _moment(fields.get("resolutiondate")),
        "due": fields.get("duedate"),
        "lead": _of(project, "lead", "accountId"),
    }


def _comment(one: Mapping[str, Any], issue: Record) -> Record:
    limit = one.get("visibility")
    limited = isinstance(limit, Mapping) and limit.get("type")
    return {
        "id": one.get("id"),
        "issue": issue.get("id"),
        "project": issue.get("project"),
        "author": _of(one, "author", "accountId"),
        "text": text_of(one.get("body")),
        "visible_to": f"{limit.get('type')}:{limit.get('value')}" if isinstance(limit, Mapping) and limited else None,
        "created_at": _moment(one.get("created")),
        "modified_at": _moment(one.get("updated")),
        "of": issue,
    }


def _of(record: Mapping[str, Any], key: str, part: str) -> object:
    inner = record.get(key)
    return inner.get(part) if isinstance(inner, Mapping) else None


def text_of(document: object) -> str | None:
    """Give what a document of Atlassian's editor says: its texts, a line for each block that has any."""
    if document is None or isinstance(document, str):
        return document
    lines: list[str] = []
    waiting: list[object] = [document]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, Mapping):
            continue
        below = node.get("content")
        parts = below if isinstance(below, list) else []
        own = [_word(one) for one in parts]
        if any(own):
            lines.append("".join(own))
        waiting.extend(one for one in reversed(parts) if isinstance(one, Mapping) and one.get("type") != "text")
    return "\n".join(lines)


def _word(node: object) -> str:
    """Give what a part of a line says: its text, or whom, what and when it names."""
    if not isinstance(node, Mapping):
        return ""
    told = node.get("attrs")
    attributes = told if isinstance(told, Mapping) else {}
    match node.get("type"):
        case "text":
            return str(node.get("text") or "")
        case "hardBreak":
            return "\n"
        case "mention" | "emoji" | "status":
            return str(attributes.get("text") or "")
        case "inlineCard":
            return str(attributes.get("url") or "")
        case _:
            return ""


def _moment(said: object) -> object:
    """Give a moment with its zone as ISO 8601 writes it: Jira leaves the colon out."""
    try:
        return datetime.fromisoformat(said).isoformat() if isinstance(said, str) else None
    except ValueError:
        return said


CONNECTOR = Connector("jira", JiraSettings, read)
