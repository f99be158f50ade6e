"""A user's own Presidio recognisers: from the plan's YAML, as Presidio writes them, or by the entry point.

    recognizers:
      - name: Employee number
        supported_entity: EMPLOYEE_NUMBER
        patterns: [{name: plain, regex: "E-[0-9]{6}", score: 0.8}]
        context: [employee, staff]

Context words count in the header and among the five words before a hit, `supported_languages` may hold them for each
language, `score_threshold` says from which score on a hit counts, and `type: predefined` takes one of Presidio's own.
Installed packages join by the entry point `lineage_audit.recognizers`, a callable that gives recognisers.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Final

from rules.privacy._columns.evidence import Column, Found
from rules.privacy._forms.presidio import ENTITIES, loading
from rules.privacy._lists.headers import plain

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer

_LOWEST: Final = 0.4
_NEAR: Final = 0.35
"""What a word of its context adds to a score, as Presidio's own enhancer does; the sum is at least `_LOWEST`."""
_BEFORE: Final = 5
"""So many words before a hit are its context, as in Presidio."""
_SECONDS: Final = 5.0
"""As long as one pattern may take for one value: some patterns take for ever on some texts."""
_OURS: Final = {entity: label for label, entity in ENTITIES.items()} | {
    "PERSON": "person", "LOCATION": "address", "US_PASSPORT": "passport", "US_DRIVER_LICENSE": "driving_licence",
    "MEDICAL_LICENSE": "health_id", "US_BANK_NUMBER": "bank_account",
}  # fmt: skip
_ENTITY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,40}")
_KEYS: Final = frozenset(
    ("name", "supported_entity", "supported_language", "supported_languages", "patterns", "deny_list", "context",
     "type", "enabled", "deny_list_score", "global_regex_flags", "score_threshold", "version", "country_code")
)  # fmt: skip


class OwnRecogniserError(Exception):
    """A user's recogniser failed on a value; nothing of the value is in it."""


def problem(definitions: str) -> str:
    """Give what is wrong with recognisers that were read from a plan's YAML, as JSON; empty where nothing is."""
    ones = json.loads(definitions or "[]")
    for number, one in enumerate(ones, 1):
        if flaw := _flaw(one) or _unbuilt(one):
            return f"recogniser {number} {flaw}"
    return ""


def _flaw(one: object) -> str:
    if not isinstance(one, Mapping):
        return "is no mapping"
    if unknown := sorted(set(map(str, one)) - _KEYS):
        return f"has the key {unknown[0]!r}, which Presidio's pattern recognisers do not have"
    return _languages_flaw(one) or _threshold_flaw(one) or _content_flaw(one)


def _content_flaw(one: Mapping[str, object]) -> str:
    kind = one.get("type", "custom")
    if kind == "predefined":
        return "" if isinstance(one.get("name"), str) else "is predefined and has no name"
    if kind != "custom":
        return "has a type that is neither custom nor predefined"
    if not _ENTITY.fullmatch(str(one.get("supported_entity", ""))):
        return "has no supported_entity"
    return _words_flaw(one) or _patterns_flaw(one)


def _words_flaw(one: Mapping[str, object]) -> str:
    for key in ("deny_list", "context"):
        words = one.get(key) or []
        if not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
            return f"has a {key} that is no list of words; write numbers in quotes"
    return ""


def _patterns_flaw(one: Mapping[str, object]) -> str:
    patterns = one.get("patterns") or []
    if not isinstance(patterns, list):
        return "has patterns that are no list"
    if not patterns and not one.get("deny_list"):
        return "has neither patterns nor a deny_list"
    return next((flaw for pattern in patterns if (flaw := _pattern_flaw(pattern))), "")


def _languages_flaw(one: Mapping[str, object]) -> str:
    languages = one.get("supported_languages") or []
    plain_ones = isinstance(languages, list) and all(
        isinstance(language, str) or (isinstance(language, Mapping) and isinstance(language.get("language"), str))
        for language in languages
    )
    return "" if plain_ones else "has supported_languages that are no list of languages"


def _threshold_flaw(one: Mapping[str, object]) -> str:
    threshold = one.get("score_threshold", _LOWEST)
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not 0 <= threshold <= 1:
        return "has a score_threshold that is not between 0 and 1"
    return ""


def _pattern_flaw(pattern: object) -> str:
    if not isinstance(pattern, Mapping) or not {"name", "regex", "score"} <= pattern.keys():
        return "has a pattern without name, regex and score"
    try:
        # Presidio reads patterns with this module, which knows more than `re` does.
        found = import_module("regex").compile(str(pattern["regex"]))
        score = float(pattern["score"])
    except ImportError:
        return "needs Presidio, which is not installed"
    except (import_module("regex").error, TypeError, ValueError):
        return "has a pattern whose regex or score cannot be read"
    if not 0 <= score <= 1:
        return "has a score that is not between 0 and 1"
    return "has a pattern that matches an empty text, and so stands everywhere" if found.fullmatch("") else ""


def _unbuilt(one: Mapping[str, Any]) -> str:
    """Give why Presidio cannot make a recogniser of a definition; empty where it can."""
    try:
        with loading:
            made = _made(one)
    except ImportError:
        return "needs Presidio, which is not installed"
    except Exception as error:  # noqa: BLE001 - Presidio raises what it likes; its text may repeat the file
        return f"cannot be made by Presidio ({type(error).__name__})"
    return "" if made is not None else "has a name that is no predefined recogniser of patterns in Presidio"


def own_kinds(column: Column, definitions: str) -> Iterator[Found]:
    """Give the kinds that the user's own recognisers see in a column's values.

    Raises:
        OwnRecogniserError: a recogniser failed, or took too long.
    """
    header = set(re.findall(r"[^\W_]+", plain(column.texts.header)))
    for recogniser, threshold in _recognisers(definitions):
        context = frozenset(plain(str(word)) for word in getattr(recogniser, "context", None) or ())
        named = bool(header & context)
        hits: dict[str, dict[int, float]] = {}
        near = False
        for index, value in enumerate(column.texts.values):
            for entity, start, score in _seen(recogniser, value):
                said = named or (bool(context) and _said_before(value, start, context))
                sure = max(min(1.0, score + _NEAR), _LOWEST) if said else score
                if sure >= threshold:
                    near = near or (said and not named)
                    best = hits.setdefault(_OURS.get(entity, entity.lower()), {})
                    best[index] = max(sure, best.get(index, 0.0))
        why = ("own recogniser", *(("header",) if named else ()), *(("context",) if near else ()))
        for label, found in hits.items():
            yield column.found(label, found, why, min(sum(found.values()) / len(found), 0.99))


def _seen(recogniser: EntityRecognizer, value: str) -> Iterator[tuple[str, int, float]]:
    """Give what a recogniser sees in a value: entity, where it begins, and how sure it is."""
    begun = time.monotonic()
    try:
        results = list(recogniser.analyze(value, recogniser.supported_entities, None) or ())
        told = [(str(result.entity_type), int(result.start), float(result.score)) for result in results]
    except Exception as error:  # noqa: BLE001 - what a recogniser raises may quote the value that it was given
        says = f"a recogniser of your own failed ({type(error).__name__})"
        raise OwnRecogniserError(says) from None
    if time.monotonic() - begun > _SECONDS:
        raise OwnRecogniserError("a recogniser of your own takes too long for a value")
    yield from told


def _said_before(value: str, start: int, context: frozenset[str]) -> bool:
    """Whether a word of the context, alone or within another, stands among the words before a hit."""
    words = re.findall(r"[^\W_]+", plain(value[max(0, start - 120) : start]))[-_BEFORE:]
    return any(word in one for one in words for word in context)


@cache
def _recognisers(definitions: str) -> tuple[tuple[EntityRecognizer, float], ...]:
    with loading:
        return (*_written(definitions), *((one, _LOWEST) for one in _installed()))


def _written(definitions: str) -> Iterator[tuple[EntityRecognizer, float]]:
    for one in json.loads(definitions or "[]"):
        if one.get("enabled", True) and (made := _made(one)) is not None:
            yield made, float(one.get("score_threshold", _LOWEST))


def _made(one: Mapping[str, Any]) -> EntityRecognizer | None:
    """Make a recogniser of a definition; None where it names none."""
    from presidio_analyzer import PatternRecognizer, pattern_recognizer, predefined_recognizers

    pattern_recognizer.REGEX_TIMEOUT_SECONDS = int(_SECONDS)
    wanted: dict[str, Any] = {key: value for key, value in one.items() if key not in _NOT_PRESIDIOS}
    languages = one.get("supported_languages") or ()
    context = [*(one.get("context") or ()), *(word for each in languages for word in _context_of(each))]
    if context:
        wanted["context"] = context
    made: EntityRecognizer
    if one.get("type") == "predefined":
        known = getattr(predefined_recognizers, str(one["name"]), None)
        if not isinstance(known, type) or not issubclass(known, PatternRecognizer):
            return None
        made = known(**{key: value for key, value in wanted.items() if key in {"context", "supported_entity"}})
    else:
        made = PatternRecognizer.from_dict({"supported_language": "en", **wanted})
    return made


_NOT_PRESIDIOS: Final = frozenset(("type", "enabled", "supported_languages", "score_threshold"))
"""What a registry's file says of a recogniser, and its class does not take."""


def _context_of(language: object) -> Sequence[str]:
    words = language.get("context") if isinstance(language, Mapping) else None
    return [str(word) for word in words] if isinstance(words, list) else []


def _installed() -> Iterator[EntityRecognizer]:
    for entry in entry_points(group="lineage_audit.recognizers"):
        yield from entry.load()()
