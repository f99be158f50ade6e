"""A user's own Presidio recognisers: from the plan's YAML, as Presidio writes them, or by the entry point.

    recognizers:
      - name: Employee number
        supported_entity: EMPLOYEE_NUMBER
        patterns: [{name: plain, regex: "E-[0-9]{6}", score: 0.8}]
        context: [employee, staff]

Installed packages join by the entry point `lineage_audit.recognizers`, a callable that gives recognisers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Final

from rules.privacy._evidence import Column, Found
from rules.privacy._headers import plain
from rules.privacy._presidio import ENTITIES, loading

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer

_LOWEST: Final = 0.4
_NEAR: Final = 0.35
"""What a word of its context in the header adds to a score, as Presidio's own enhancer does."""
_OURS: Final = {entity: label for label, entity in ENTITIES.items()} | {
    "PERSON": "person", "LOCATION": "address", "US_PASSPORT": "passport", "US_DRIVER_LICENSE": "driving_licence",
    "MEDICAL_LICENSE": "health_id", "US_BANK_NUMBER": "bank_account",
}  # fmt: skip
_ENTITY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,40}")
_KEYS: Final = frozenset(
    ("name", "supported_entity", "supported_language", "supported_languages", "patterns", "deny_list", "context",
     "type", "enabled", "deny_list_score", "global_regex_flags")
)  # fmt: skip


def problem(definitions: str) -> str:
    """Give what is wrong with recognisers that were read from a plan's YAML, as JSON; empty where nothing is."""
    for number, one in enumerate(json.loads(definitions or "[]"), 1):
        if flaw := _flaw(one):
            return f"recogniser {number} {flaw}"
    return ""


def _flaw(one: object) -> str:
    if not isinstance(one, Mapping):
        return "is no mapping"
    if unknown := sorted(set(map(str, one)) - _KEYS):
        return f"has the key {unknown[0]!r}, which Presidio's pattern recognisers do not have"
    if not _ENTITY.fullmatch(str(one.get("supported_entity", ""))):
        return "has no supported_entity"
    if not one.get("patterns") and not one.get("deny_list"):
        return "has neither patterns nor a deny_list"
    return next((flaw for pattern in one.get("patterns") or () if (flaw := _pattern_flaw(pattern))), "")


def _pattern_flaw(pattern: object) -> str:
    if not isinstance(pattern, Mapping) or not {"name", "regex", "score"} <= pattern.keys():
        return "has a pattern without name, regex and score"
    try:
        re.compile(str(pattern["regex"]))
        score = float(pattern["score"])
    except (re.error, TypeError, ValueError):
        return "has a pattern whose regex or score cannot be read"
    return "" if 0 <= score <= 1 else "has a score that is not between 0 and 1"


def own_kinds(column: Column, definitions: str) -> Iterator[Found]:
    """Give the kinds that the user's own recognisers see in a column's values."""
    header = set(re.findall(r"[^\W_]+", plain(column.texts.header)))
    for recogniser in _recognisers(definitions):
        near = _NEAR if header & {plain(str(word)) for word in getattr(recogniser, "context", None) or ()} else 0.0
        hits: dict[str, dict[int, float]] = {}
        for index, value in enumerate(column.texts.values):
            for result in recogniser.analyze(value, recogniser.supported_entities, None) or ():
                score = min(1.0, result.score + near)
                if score >= _LOWEST:
                    label = _OURS.get(result.entity_type, result.entity_type.lower())
                    best = hits.setdefault(label, {})
                    best[index] = max(score, best.get(index, 0.0))
        for label, found in hits.items():
            sure = sum(found.values()) / len(found)
            yield column.found(label, found, ("own recogniser", *(("header",) if near else ())), min(sure, 0.99))


@cache
def _recognisers(definitions: str) -> tuple[EntityRecognizer, ...]:
    with loading:
        return (*_written(definitions), *_installed())


def _written(definitions: str) -> Iterator[EntityRecognizer]:
    if not definitions or definitions == "[]":
        return
    from presidio_analyzer import PatternRecognizer

    for one in json.loads(definitions):
        if one.get("enabled", True):
            wanted: dict[str, Any] = {
                key: value for key, value in one.items() if key not in {"type", "enabled", "supported_languages"}
            }
            yield PatternRecognizer.from_dict({"supported_language": "en", **wanted})


def _installed() -> Iterator[EntityRecognizer]:
    for entry in entry_points(group="lineage_audit.recognizers"):
        yield from entry.load()()
