"""Statements in the files that servers write: PostgreSQL's csvlog, jsonlog and stderr, MySQL's general log, `.sql`.

Files are read line by line, so that memory does not grow with them. What a server logged before it refused a statement
did not run: it is taken back by the error that follows in the same session.
"""

from __future__ import annotations

import csv
import json
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from connectors._used import Ran

LONGEST: Final = 4_000_000
"""Characters of one entry."""
_SESSIONS: Final = 10_000
_MESSAGE: Final = re.compile(
    r"(?:duration: (?P<took>[\d.]+) ms  ?)?"
    r"(?:statement|execute [^:]{0,200}|(?P<planned>parse|bind) [^:]{0,200}): (?P<text>.+)",
    re.DOTALL,
)
_SEVERE: Final = frozenset({"ERROR", "FATAL", "PANIC"})
_LEVELS: Final = r"DEBUG\d|LOG|INFO|NOTICE|WARNING|ERROR|FATAL|PANIC|DETAIL|HINT|CONTEXT|STATEMENT|QUERY|LOCATION"
_MOMENT: Final = r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: [\w+:-]+)?"
_ESCAPES: Final = {
    "m": f"(?P<at>{_MOMENT})",
    "t": f"(?P<at>{_MOMENT})",
    "n": r"(?P<epoch>\d+\.\d+)",
    "u": r"(?P<user>[^\s@]*|\[unknown\])",
    "d": r"(?P<database>\S*?|\[unknown\])",
    "p": r"(?P<session>\d+)",
    "c": r"(?P<session>[0-9a-f]+\.[0-9a-f]+)",
}
_GENERAL: Final = re.compile(
    r"(?P<at>\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)?|\d{6}\s+\d?\d:\d\d:\d\d)?\s*\t?\s*"
    r"(?P<session>\d+) (?P<command>Connect|Init DB|Query|Execute|Prepare|Quit|Change user|Close stmt|Reset stmt|Fetch|"
    r"Statistics|Ping|Field List|Long Data|Set option|Binlog Dump|Daemon|Debug|Error|Sleep|Time|Delayed insert|Refresh|"
    r"Shutdown|Processlist|Kill|Create DB|Drop DB|Register Slave|Table Dump|Connect Out|Bulk_execute)"
    r"(?:\t(?P<rest>.*))?$"
)
_CONNECT: Final = re.compile(r"(?P<user>[^\s@]+)@\S*(?: (?:as \S+ )?on (?P<database>\S*))?")
_HEAD: Final = re.compile(r".*, Version: .*started with:|Tcp port: |Time\s+Id\s+Command\s+Argument")


@dataclass(slots=True)
class Counts:
    """What was read, and what was not."""

    bytes: int = 0
    entries: int = 0
    unread: int = 0
    """Lines or entries that have no shape of the format."""
    refused: int = 0
    """Statements that the server refused."""


@dataclass(slots=True)
class Pending:
    """The last statement of each session, until what follows says whether it ran."""

    counts: Counts
    _waiting: OrderedDict[str, Ran] = field(default_factory=OrderedDict)

    def put(self, session: str, ran: Ran | None) -> Iterator[Ran]:
        """Give the session's earlier statement, which ran; hold the new one."""
        if (before := self._waiting.pop(session, None)) is not None:
            yield before
        if ran is not None:
            self._waiting[session] = ran
        if len(self._waiting) > _SESSIONS:
            yield self._waiting.popitem(last=False)[1]

    def refuse(self, session: str) -> None:
        """Forget the session's statement: the server refused it."""
        self.counts.refused += self._waiting.pop(session, None) is not None

    def rest(self) -> Iterator[Ran]:
        """Give what no error followed."""
        yield from self._waiting.values()


def pg_csv(path: Path, counts: Counts) -> Iterator[Ran]:
    """Read PostgreSQL's `csvlog`."""
    csv.field_size_limit(LONGEST)
    with path.open(encoding="utf-8", errors="replace", newline="") as file:
        rows = csv.reader(_counted(file, counts))
        pending = Pending(counts)
        while True:
            try:
                row = next(rows, None)
            except csv.Error:
                counts.unread += 1
                continue
            if row is None:
                break
            if len(row) < 14:
                counts.unread += bool(row)
                continue
            entry = {"user": row[1], "dbname": row[2], "session": row[5], "severity": row[11], "message": row[13]}
            yield from _postgres(entry, _moment(row[0]), pending, counts)
        yield from pending.rest()


def pg_json(path: Path, counts: Counts) -> Iterator[Ran]:
    """Read PostgreSQL's `jsonlog` (15 and later)."""
    with path.open(encoding="utf-8", errors="replace") as file:
        pending = Pending(counts)
        for line in _counted(file, counts):
            try:
                raw = json.loads(line)
            except (ValueError, RecursionError):
                raw = None
            if not isinstance(raw, dict):
                counts.unread += bool(line.strip())
                continue
            told = {key: value for key, value in raw.items() if isinstance(value, str)}
            entry = {
                "user": told.get("user", ""),
                "dbname": told.get("dbname", ""),
                "session": told.get("session_id", ""),
                "severity": told.get("error_severity", ""),
                "message": told.get("message", ""),
            }
            yield from _postgres(entry, _moment(told.get("timestamp", "")), pending, counts)
        yield from pending.rest()


def pg_stderr(path: Path, counts: Counts, prefix: str) -> Iterator[Ran]:
    """Read PostgreSQL's plain log, whose lines begin as `log_line_prefix` says."""
    begins = prefix_pattern(prefix)
    with path.open(encoding="utf-8", errors="replace") as file:
        pending = Pending(counts)
        head: re.Match[str] | None = None
        body: list[str] = []
        for line in _counted(file, counts):
            found = begins.match(line)
            if found is None and line.startswith("\t") and head is not None:
                if sum(map(len, body)) < LONGEST:
                    body.append(line[1:])
                continue
            if head is not None:
                yield from _stderr(head, "".join(body), pending, counts)
            head, body = found, [line[found.end() :]] if found is not None else []
            counts.unread += found is None and bool(line.strip())
        if head is not None:
            yield from _stderr(head, "".join(body), pending, counts)
        yield from pending.rest()


def mysql_general(path: Path, counts: Counts) -> Iterator[Ran]:
    """Read the general log of MySQL and MariaDB."""
    sessions: OrderedDict[str, tuple[str | None, str]] = OrderedDict()
    with path.open(encoding="utf-8", errors="replace") as file:
        at: datetime | None = None
        head: re.Match[str] | None = None
        body: list[str] = []
        for line in _counted(file, counts):
            found = _GENERAL.match(line.rstrip("\n"))
            if found is None:
                if _HEAD.match(line):
                    continue
                if head is None:
                    counts.unread += bool(line.strip())
                elif sum(map(len, body)) < LONGEST:
                    body.append(line)
                continue
            if head is not None:
                yield from _general(head, body, at, sessions, counts)
            at = _moment(found["at"]) or at
            head, body = found, [(found["rest"] or "") + "\n"]
        if head is not None:
            yield from _general(head, body, at, sessions, counts)


def sql_file(path: Path, counts: Counts) -> Iterator[Ran]:
    """Read a file of statements as one script: its temporary tables are its own."""
    size = path.stat().st_size
    counts.bytes += size
    if size > LONGEST:
        counts.unread += 1
        return
    counts.entries += 1
    yield Ran(path.read_text(encoding="utf-8-sig", errors="replace"))


def prefix_pattern(prefix: str) -> re.Pattern[str]:
    """Turn `log_line_prefix` into what a line begins with.

    Raises:
        ValueError: it cannot be one.
    """
    parts: list[str] = []
    position, taken, optional = 0, set[str](), False
    for found in re.finditer(r"%(-?\d*)([a-zA-Z%])", prefix):
        parts.append(re.escape(prefix[position : found.start()]))
        position, sign = found.end(), found[2]
        if sign == "q":
            # Background processes end their prefix here.
            optional = True
            parts.append("(?:")
        elif sign == "%":
            parts.append("%")
        else:
            inner = _ESCAPES.get(sign, r"\S*?")
            name = re.search(r"\?P<(\w+)>", inner)
            if name is not None and name[1] in taken:
                inner = inner.replace(f"?P<{name[1]}>", "?:")
            elif name is not None:
                taken.add(name[1])
            parts.append(rf"\s*{inner}\s*" if found[1] else inner)
    parts.append(re.escape(prefix[position:]) + (")?" if optional else ""))
    return re.compile("".join(parts) + rf"(?P<severity>{_LEVELS}):\s+")


def _stderr(head: re.Match[str], body: str, pending: Pending, counts: Counts) -> Iterator[Ran]:
    told: Mapping[str, str | None] = head.groupdict()
    if told["severity"] in {"DETAIL", "HINT", "CONTEXT", "STATEMENT", "QUERY", "LOCATION"}:
        return
    entry = {
        "user": told.get("user") or "",
        "dbname": told.get("database") or "",
        "session": told.get("session") or "",
        "severity": told["severity"] or "",
        "message": body.rstrip("\n"),
    }
    at = _moment(told.get("at") or "")
    if (epoch := told.get("epoch")) is not None:
        at = datetime.fromtimestamp(float(epoch), UTC)
    yield from _postgres(entry, at, pending, counts)


def _postgres(entry: Mapping[str, str], at: datetime | None, pending: Pending, counts: Counts) -> Iterator[Ran]:
    counts.entries += 1
    session = entry["session"]
    if entry["severity"] in _SEVERE:
        pending.refuse(session)
        return
    found = _MESSAGE.fullmatch(entry["message"])
    if entry["severity"] != "LOG" or found is None or found["planned"]:
        return
    within = (entry["dbname"],) if entry["dbname"] and entry["dbname"] != "[unknown]" else ()
    user = entry["user"] if entry["user"] != "[unknown]" else ""
    ran = Ran(found["text"], user or None, 1, at, within)
    if found["took"] is not None or not session:
        yield ran  # it was logged when it had ended
    else:
        yield from pending.put(session, ran)


def _general(
    head: re.Match[str],
    body: list[str],
    at: datetime | None,
    sessions: OrderedDict[str, tuple[str | None, str]],
    counts: Counts,
) -> Iterator[Ran]:
    counts.entries += 1
    session, command, text = head["session"], head["command"], "".join(body).strip()
    user, database = sessions.get(session, (None, ""))
    if command in {"Connect", "Change user"}:
        found = _CONNECT.match(text)
        sessions[session] = (found["user"], found["database"] or "") if found else (None, "")
    elif command == "Init DB" or (command == "Query" and re.match(r"use\s", text, re.IGNORECASE)):
        sessions[session] = (user, re.sub(r"(?i)^use\s+", "", text).strip("`; \n"))
    elif command == "Quit":
        sessions.pop(session, None)
    elif command in {"Query", "Execute"} and text:
        yield Ran(text, user, 1, at, (database,) if database else ())
    if len(sessions) > _SESSIONS:
        sessions.popitem(last=False)


def _counted(file: Iterator[str], counts: Counts) -> Iterator[str]:
    read: Callable[[int], str] = file.readline  # type: ignore[attr-defined]  # a text file
    while line := read(LONGEST):
        counts.bytes += len(line)
        yield line


def _moment(text: str | None) -> datetime | None:
    if not text:
        return None
    cleaned = re.sub(r" (?:UTC|GMT|Z)$", "+00:00", text.strip())
    for form in ("%y%m%d %H:%M:%S", "%y%m%d  %H:%M:%S"):
        try:
            return datetime.strptime(" ".join(cleaned.split()), form).replace(tzinfo=UTC)
        except ValueError:
            continue
    try:
        found = datetime.fromisoformat(re.sub(r" ([A-Z]{2,5})$", "", cleaned))
    except ValueError:
        return None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
