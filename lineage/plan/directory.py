"""The directory of people that a plan names (`owners.directory`): whether those whom the plan names are there.

A CSV or YAML export of an identity system, or a CODEOWNERS file, below the plan's folder. Nothing leaves it but the
state of names that the plan itself writes: a directory is a list of persons, and no fact may hold one.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from lineage.facts import DirectoryFact, Seen, UnseenFact
from lineage.plan.answered import is_placeholder
from lineage.plan.documents import SEEN_IN
from lineage.plan.model import Plan

_MAX_BYTES: Final = 32 << 20
_HOW: Final = "directory"
_NAMES: Final = ("id", "email", "mail", "e_mail", "login", "username", "user_name", "user", "name", "group", "handle")
_STATES: Final = ("status", "state", "active", "enabled", "account_enabled")
_ENDS: Final = ("left", "left_on", "end", "end_date", "until", "terminated", "termination_date")
_GROUPS: Final = ("groups", "teams", "team", "member_of", "memberof")
_GONE: Final = frozenset(
    {
        "false",
        "no",
        "0",
        "inactive",
        "disabled",
        "left",
        "leaver",
        "terminated",
        "suspended",
        "deleted",
        "deprovisioned",
    }
    | {"former", "archived", "off", "blocked", "locked"}
)
_HANDLE: Final = re.compile(r"@?[\w][\w.+-]*(?:[@/][\w.-]+)?")
_PLACES: Final = re.compile(
    r"owners\..+|raci\..+|meta\.owner|sources\..+\.owner|oversight\.escalation\..+\.to|golive\.team|gates\..+\.by"
)
_SKIPPED: Final = re.compile(r"owners\.(?:directory|handoff\.queue).*|raci\..+\.is")


@dataclass(slots=True)
class _Entry:
    """Whoever has a name in the directory."""

    active: bool
    told: bool = True
    """The directory says whether somebody is active; CODEOWNERS does not."""
    members: list[str] | None = None
    """Of a group."""


def named_people(plan: Plan) -> Mapping[str, tuple[str, ...]]:
    """Give every leaf that names who is responsible for something, with the names."""
    found: dict[str, tuple[str, ...]] = {}
    for path, leaf in plan.leaves.items():
        if _names_people(path) and (names := names_in(leaf.text)):
            found[path] = names
    return found


def names_in(text: str) -> tuple[str, ...]:
    """Give the names of a leaf: one, or several in a list."""
    parts = text.strip().removeprefix("[").removesuffix("]").split(",")
    names = (part.strip().strip("'\"") for part in parts)
    return tuple(dict.fromkeys(name for name in names if _HANDLE.fullmatch(name) and not is_placeholder(name)))


def _names_people(path: str) -> bool:
    return _PLACES.fullmatch(path) is not None and _SKIPPED.fullmatch(path) is None


def people(plan: Plan, folder: Path, now: datetime) -> Iterator[DirectoryFact | UnseenFact]:
    """Look up every name of the plan in the directory that it names; nothing where it names none."""
    name = plan.answer("owners.directory")
    if not isinstance(name, str):
        return
    seen = Seen(SEEN_IN, now, _HOW, "file permissions")
    root = folder.resolve()
    try:
        path = (root / name).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            yield UnseenFact(seen, _HOW, "it is not below the plan's folder", f"put {name} beside the plan")
            return
        if path.stat().st_size > _MAX_BYTES:
            yield UnseenFact(seen, _HOW, "it is larger than 32 MB", "export the people that the plan names")
            return
        entries = _read(path.name, path.read_text(encoding="utf-8-sig"), now.date())
    except (OSError, ValueError, csv.Error) as e:
        reason = f"it cannot be read ({type(e).__name__})"
        yield UnseenFact(seen, _HOW, reason, "export it as CSV or YAML with a column email and a column status")
        return
    responsible = (each for names in named_people(plan).values() for each in names)
    mapped = (source.mapped_to.rpartition(":")[2] for source in plan.sources.values() if source.mapped_to)
    for wanted in dict.fromkeys((*responsible, *mapped)):
        yield DirectoryFact(seen, wanted, _state(entries, wanted))


def _state(entries: Mapping[str, _Entry], name: str) -> str:
    entry = entries.get(_key(name))
    if entry is None:
        return "absent"
    if not entry.active:
        return "left"
    if entry.members is not None:
        members = (entries.get(_key(member)) for member in entry.members)
        return "active" if any(member is not None and member.active for member in members) else "empty"
    return "active" if entry.told else "listed"


def _key(name: str) -> str:
    return name.strip().removeprefix("@").casefold()


def _read(name: str, text: str, today: date) -> dict[str, _Entry]:
    if name.upper().startswith("CODEOWNERS"):
        return _codeowners(text)
    if name.lower().endswith((".yaml", ".yml", ".json")):
        return _of_records(_records(_parsed(text)), today)
    first = text.partition("\n")[0]
    delimiter = max(",;\t", key=first.count)
    return _of_records(csv.DictReader(io.StringIO(text), delimiter=delimiter), today)


def _parsed(text: str) -> Any:
    import yaml

    try:
        return yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        raise ValueError("no YAML") from None


def _records(parsed: Any) -> Iterator[Mapping[str, Any]]:
    """Give the entries of a YAML export: lists of mappings, or names with what is said of them."""
    if isinstance(parsed, list):
        for entry in parsed:
            yield entry if isinstance(entry, Mapping) else {"name": entry}
    elif isinstance(parsed, Mapping):
        for key, below in parsed.items():
            if _holds_entries(below):
                yield from _records(below)
            elif isinstance(below, Mapping):
                yield {"name": key, **below}
            elif isinstance(below, list):
                yield {"name": key, "members": below}
            else:
                yield {"name": key, "status": below}
    else:
        raise ValueError("no directory")  # noqa: TRY004 - what is wrong is the file, as with every other reason


def _holds_entries(below: Any) -> bool:
    if isinstance(below, list):
        return all(isinstance(entry, Mapping) for entry in below)
    if not isinstance(below, Mapping):
        return False
    known = {*_NAMES, *_STATES, *_ENDS, *_GROUPS, "members"}
    return not any(str(key).casefold() in known for key in below)


def _of_records(records: Iterable[Mapping[Any, Any]], today: date) -> dict[str, _Entry]:
    entries: dict[str, _Entry] = {}
    grouped: dict[str, list[str]] = {}
    for raw in records:
        record = {re.sub(r"\W+", "_", str(key)).casefold(): value for key, value in raw.items() if key is not None}
        names = [_key(str(record[key])) for key in _NAMES if record.get(key)]
        members = record.get("members")
        listed = None if members is None or members == "" else _listed(members)
        kind = str(record.get("type") or record.get("kind") or "").casefold()
        entry = _Entry(_is_active(record, today), True, listed if listed is not None or kind != "group" else [])
        for name in names:
            entries.setdefault(name, entry)
        for group in (each for key in _GROUPS if record.get(key) for each in _listed(record[key])):
            grouped.setdefault(_key(group), []).extend(names[:1])
    if not entries:
        raise ValueError("no names")
    for group, names in grouped.items():
        entry = entries.setdefault(group, _Entry(True, True, []))
        entry.members = [*(entry.members or []), *names]
    return entries


def _listed(value: Any) -> list[str]:
    return [str(part).strip() for part in (value if isinstance(value, list) else re.split(r"[;,|\s]+", str(value)))]


def _is_active(record: Mapping[str, Any], today: date) -> bool:
    if any(str(record[key]).strip().casefold() in _GONE for key in _STATES if record.get(key) is not None):
        return False
    for key in _ENDS:
        try:
            if record.get(key) and date.fromisoformat(str(record[key]).strip()[:10]) < today:
                return False
        except ValueError:
            continue
    return True


def _codeowners(text: str) -> dict[str, _Entry]:
    found: dict[str, _Entry] = {}
    for line in text.splitlines():
        _pattern, *owners = line.partition("#")[0].split() or [""]
        for owner in owners:
            found.setdefault(_key(owner), _Entry(True, told=False))
    return found
