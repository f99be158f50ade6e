"""Read contracts of the Open Data Contract Standard, version 3: schema, service levels, classification, quality.

A contract is untrusted text like a plan: it is parsed by the same reader, nothing it names is opened, and values that
only illustrate (`examples`, prose, prices) are passed over. What has a meaning for a plan and was not understood is
named in `Contract.not_understood`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lineage.contract import Contract, ContractDataset, ContractField, ContractServer
from lineage.duration import Duration, parse_duration
from lineage.errors import PlanError
from lineage.yamlsource import plain_data, read_yaml, walk

_STANDARD: Final = re.compile(r"v?3(\.\d+){0,2}")
_UNITS: Final = {"d": "days", "h": "hours", "hr": "hours", "y": "years", "yr": "years", "w": "weeks", "s": "seconds"}
_FRESH: Final = frozenset({"latency", "freshness", "ly", "fr"})
_KEPT: Final = frozenset({"retention", "re"})
_ENDS: Final = frozenset({"endofsupport", "es"})
_EMPTY_COUNTS: Final = frozenset({"nullvalues", "nullcheck", "missingvalues"})
_OWNERS: Final = ("data owner", "owner", "dataowner", "data product owner", "product owner", "data steward")


@dataclass(slots=True)
class _Reading:
    """A contract while it is read: where its parts stand, and what was not understood."""

    lines: Mapping[str, int]
    missed: list[str] = field(default_factory=list)

    def line(self, path: str) -> int:
        """Give the line of a path, or of what is above it."""
        while path and path not in self.lines:
            path = path.rpartition(".")[0]
        return self.lines.get(path, 1)


def read_contract(text: str | bytes) -> Contract:
    """Read a contract.

    Raises:
        PlanError: the text is no YAML, or no contract of version 3; the message begins with the line.
    """
    document = read_yaml(text)
    if document.root is None or document.problems:
        first = document.problems[0]
        raise PlanError(f"line {first.line}: {first.message}; mend the contract")
    data = plain_data(document.root)
    if not isinstance(data, Mapping) or data.get("kind") != "DataContract":
        raise PlanError("line 1: not an ODCS contract (no `kind: DataContract`); name one of version 3")
    standard = str(data.get("apiVersion") or "")
    if not _STANDARD.fullmatch(standard):
        raise PlanError(f"line 1: apiVersion {standard[:20]!r} is not read; contracts of ODCS v3 are")
    reading = _Reading({located.path: located.place.line for located in walk(document.root)})
    levels = list(_levels(data, reading))
    return Contract(
        id=_word(data.get("id")) or "",
        version=_word(data.get("version")) or "",
        status=(_word(data.get("status")) or "").lower(),
        standard=standard,
        datasets=tuple(_dataset(one, path, levels, reading) for path, one in _items(data, "schema")),
        servers=tuple(_server(one) for _, one in _items(data, "servers")),
        owner=_owner(data),
        end_of_support=next((str(level.value) for level in levels if level.property in _ENDS), None),
        not_understood=tuple(reading.missed),
    )


@dataclass(frozen=True, slots=True)
class _Level:
    """A service level, for the datasets that its element names; for all where it names none."""

    property: str
    value: object
    duration: Duration | None
    elements: tuple[str, ...]

    def about(self, dataset: str, physical: str) -> tuple[bool, str | None]:
        """Say whether it is about a dataset, and by which of its fields."""
        for element in self.elements:
            head, _, tail = element.partition(".")
            if head in (dataset, physical):
                return True, tail or None
        return not self.elements, None


def _levels(data: Mapping[str, Any], reading: _Reading) -> Iterator[_Level]:
    default = _word(data.get("slaDefaultElement"))
    for path, level in _items(data, "slaProperties"):
        name = (_word(level.get("property")) or _word(level.get("id")) or "").lower()
        told = _word(level.get("element")) or default or ""
        duration = None
        if name in _FRESH | _KEPT:
            duration = _duration(level.get("value"), _word(level.get("unit")))
            if duration is None:
                reading.missed.append(f"{path}: {name} is no duration that is clear")
        elements = tuple(part for part in re.split(r"[,\s]+", told) if part)
        yield _Level(name, level.get("value"), duration, elements)


def _duration(value: object, unit: str | None) -> Duration | None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    # `m` is a minute to some and a month to others: it is not guessed.
    spelt = _UNITS.get((unit or "").lower(), unit or "")
    try:
        return parse_duration(f"{value} {spelt}".strip())
    except PlanError:
        return None


def _dataset(data: Mapping[str, Any], path: str, levels: list[_Level], reading: _Reading) -> ContractDataset:
    name = _word(data.get("name")) or ""
    physical = _word(data.get("physicalName")) or name
    told: dict[str, tuple[Duration, str | None]] = {}
    for level in levels:
        about, by = level.about(name, physical)
        kind = "fresh" if level.property in _FRESH else "keep" if level.property in _KEPT else ""
        if about and kind and level.duration is not None:
            before = told.get(kind)
            if before is None or level.duration.mean() < before[0].mean():
                told[kind] = level.duration, by
    properties = list(_items(data, "properties", path))
    keys = [(one.get("primaryKeyPosition"), number) for number, (_, one) in enumerate(properties) if _is_key(one)]
    keys.sort(key=lambda key: (key[0] if isinstance(key[0], int) and key[0] > 0 else 10_000, key[1]))
    fresh, keep = told.get("fresh"), told.get("keep")
    return ContractDataset(
        name=name,
        physical=physical,
        line=reading.line(path),
        fields=tuple(_field(one, place, reading) for place, one in properties),
        key=tuple(_word(properties[number][1].get("name")) or "" for _, number in keys),
        fresh=fresh[0] if fresh else None,
        clock=fresh[1] if fresh else None,
        keep=keep[0] if keep else None,
        since=keep[1] if keep else None,
    )


def _is_key(data: Mapping[str, Any]) -> bool:
    return data.get("primaryKey") is True


def _field(data: Mapping[str, Any], path: str, reading: _Reading) -> ContractField:
    name = _word(data.get("name")) or ""
    complete = 1.0 if data.get("required") is True or _is_key(data) else None
    values = _listed((data.get("logicalTypeOptions") or {}), "enum")
    for place, rule in _items(data, "quality", path):
        metric = str(rule.get("metric") or rule.get("rule") or "").lower()
        if metric in _EMPTY_COUNTS:
            share = _share(rule)
            complete = share if share is not None and (complete or 0) < share else complete
            if share is None:
                reading.missed.append(f"{place}: {metric} is bounded in a way that is not understood")
        elif metric == "invalidvalues" or rule.get("validValues"):
            values = _listed(rule.get("arguments") or rule, "validValues") or values
    tags = data.get("tags")
    return ContractField(
        name=name,
        physical=_word(data.get("physicalName")) or name,
        line=reading.line(path),
        type=_word(data.get("logicalType")),
        complete=complete,
        values=values,
        classification=_word(data.get("classification")),
        tags=tuple(str(tag) for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else (),
        refers_to=next((_word(one.get("to")) for _, one in _items(data, "relationships") if one.get("to")), None),
        unique=data.get("unique") is True,
    )


def _share(rule: Mapping[str, Any]) -> float | None:
    """Give the least share that holds a value, from a bound on those that hold none; a bound in rows must be none."""
    percent = str(rule.get("unit") or "rows").lower() in ("percent", "%")
    for word in ("mustBe", "mustBeLessOrEqualTo", "mustBeLessThanOrEqualTo", "mustBeLessThan"):
        bound = rule.get(word)
        if isinstance(bound, bool) or not isinstance(bound, int | float):
            continue
        if percent and 0 <= bound <= 100:
            return round(1 - bound / 100, 6)
        return 1.0 if bound == 0 or (word == "mustBeLessThan" and bound <= 1) else None
    # A `nullCheck` of the standard's first editions has no bound: there must be no null.
    return 1.0 if not any(key.startswith("must") for key in rule) else None


def _listed(holder: object, key: str) -> tuple[str, ...] | None:
    found = holder.get(key) if isinstance(holder, Mapping) else None
    return tuple(str(one) for one in found) if isinstance(found, list) and found else None


def _server(data: Mapping[str, Any]) -> ContractServer:
    return ContractServer(
        name=_word(data.get("server")) or "",
        type=(_word(data.get("type")) or "").lower(),
        database=_word(data.get("database")) or _word(data.get("catalog")),
        schema=_word(data.get("schema")),
    )


def _owner(data: Mapping[str, Any]) -> str | None:
    team = data.get("team")
    members = team.get("members") if isinstance(team, Mapping) else team
    by_role = {
        (_word(member.get("role")) or "").lower(): _word(member.get("username"))
        for member in (members if isinstance(members, list) else [])
        if isinstance(member, Mapping) and not member.get("dateOut")
    }
    return next((by_role[role] for role in _OWNERS if by_role.get(role)), None)


def _items(data: Mapping[str, Any], key: str, above: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Give the mappings of a list with their paths, as `walk` names them where items have no name of their own."""
    found = data.get(key)
    place = f"{above}.{key}" if above else key
    for number, item in enumerate(found if isinstance(found, list) else []):
        if isinstance(item, Mapping):
            named = next((str(item[name]) for name in ("stage", "id", "do", "level") if item.get(name)), str(number))
            yield f"{place}.{named}", item


def _word(value: object) -> str | None:
    if value is None or isinstance(value, Mapping | list | bool):
        return None
    return str(value).strip() or None
