"""A plan's tree held against its shape: every error of the models as a problem with line, column and the way out.

What is wrong is taken out and the rest is judged again, so that one wrong key does not hide the next problem.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable
from typing import Any, Final, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lineage.plan.schema import PlanShape
from lineage.plan.shape_types import Shape
from lineage.yamlsource import MappingNode, Node, Place, Problem, Scalar, SequenceNode, plain_data

_ROUNDS: Final = 12
_STAND_INS: Final[dict[str, Any]] = {
    "plan": "v1",
    "meta": {"id": "x"},
    "sources": {"x": {"connector": {"type": "x"}, "datasets": {}}},
}
_SAID: Final = {
    "model_type": "must be a mapping ('key: value' below it)",
    "dict_type": "must be a mapping ('key: value' below it)",
    "list_type": "must be a list",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "bool_type": "must be true or false",
    "string_too_short": "must not be empty",
    "string_too_long": "is too long",
    "too_short": "must not be empty",
    "greater_than": "must be above {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "literal_error": "must be {expected}",
    "string_pattern_mismatch": "may hold a-z, 0-9 and _ only",
}


def check_shape(root: Node) -> tuple[PlanShape | None, list[Problem]]:
    """Give what of the plan has the right shape, and every problem of the rest."""
    if not isinstance(root, MappingNode):
        place = root.start
        return None, [Problem(place.line, place.column, "a plan is a mapping", "start with 'plan: v1'")]
    data: Any = plain_data(root)
    problems: list[Problem] = []
    for _ in range(_ROUNDS):
        try:
            return PlanShape.model_validate(data), problems
        except ValidationError as invalid:
            errors = invalid.errors(include_url=False, include_input=False)
        problems.extend(_problem(error, root) for error in errors)
        _take_out(data, errors)
    return None, problems


def did_you_mean(word: str, known: Iterable[str], label: str = "known here") -> str:
    """Give the nearest known word as a question, else what is known."""
    words = list(known)
    near = difflib.get_close_matches(word[:80], words, n=1, cutoff=0.6)
    near = near or [other for other in words if other.rpartition(".")[2] == word][:1]
    if near:
        return f"did you mean {near[0]!r}?"
    if not words:
        return ""
    return f"{label}: {', '.join(words[:12])}" + (" ..." if len(words) > 12 else "")


def _problem(error: ErrorDetails, root: Node) -> Problem:
    location, kind = error["loc"], error["type"]
    key, place, node = _place_of(location, root)
    if kind == "missing":
        return Problem(place.line, place.column, f"{_in(location)} needs '{location[-1]}'", _example(location))
    if kind == "extra_forbidden":
        word = str(location[-1])
        return Problem(key.line, key.column, f"unknown key '{word}'", did_you_mean(word, _known_keys(location)))
    if location and location[-1] == "[key]":
        word = str(location[-2])
        return Problem(key.line, key.column, f"the name '{word}' {_SAID.get(kind, 'is not allowed')}", _slug(word))
    said, hint = _said(error, node)
    named = [str(part) for part in location if not isinstance(part, int)]
    where = f"'{named[-1]}' " if named else ""
    return Problem(place.line, place.column, f"{where}{said}", hint)


def _said(error: ErrorDetails, node: Node) -> tuple[str, str]:
    context: dict[str, Any] = error.get("ctx", {})
    match error["type"]:
        case "value_error":
            said, _, hint = str(context["error"]).partition("; ")
            return said, hint
        case "string_type":
            empty = isinstance(node, Scalar) and node.value is None
            hint = "put it in quotes" if isinstance(node, Scalar) else "one value, no mapping and no list"
            return "must be text", "fill it in" if empty else hint
        case "literal_error":
            words = re.findall(r"'([^']*)'", str(context["expected"]))
            text = node.text if isinstance(node, Scalar) else ""
            near = difflib.get_close_matches(text[:80], words, n=1)
            return f"must be {context['expected']}", f"did you mean '{near[0]}'?" if near else ""
        case "string_pattern_mismatch":
            return _SAID["string_pattern_mismatch"], _slug(node.text) if isinstance(node, Scalar) else ""
        case known if known in _SAID:
            return _SAID[known].format(**context), ""
        case _:
            return error["msg"].lower(), ""


def _place_of(location: tuple[int | str, ...], root: Node) -> tuple[Place, Place, Node]:
    """Give the place of the key, the place that the problem is shown at, and the node, as far as the path leads."""
    node, key, whole = root, root.start, True
    for part in location:
        if isinstance(node, MappingNode) and str(part) in node.entries:
            entry = node.entries[str(part)]
            node, key = entry.value, entry.key.start
        elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
            key = node.start
        else:
            whole = False
            break
    empty = isinstance(node, Scalar) and not node.text and node.plain
    return key, node.start if whole and not empty and isinstance(node, Scalar) else key, node


def _in(location: tuple[int | str, ...]) -> str:
    path = ".".join(str(part) for part in location[:-1])
    return f"'{path}'" if path else "the plan"


def _example(location: tuple[int | str, ...]) -> str:
    model = _model_at(location[:-1])
    field = model.model_fields.get(str(location[-1])) if model else None
    if str(location[-1]) == "plan":
        return "add 'plan: v1'"
    return (
        f"{location[-1]}: {field.description[0].lower()}{field.description[1:]}" if field and field.description else ""
    )


def _slug(word: str) -> str:
    slug = re.sub(r"[^a-z0-9]+", "_", word.lower()).strip("_")
    return f"call it '{slug}'" if slug else "give it a name"


def _known_keys(location: tuple[int | str, ...]) -> list[str]:
    model = _model_at(location[:-1])
    return list(model.model_fields) if model else []


def _model_at(location: tuple[int | str, ...]) -> type[Shape] | None:
    found: Any = PlanShape
    for part in location:
        if isinstance(found, type) and issubclass(found, Shape):
            field = found.model_fields.get(str(part))
            found = field.annotation if field else None
        elif get_origin(found) in {dict, list}:
            found = get_args(found)[-1]
        else:
            return None
        found = _without_none(found)
    return found if isinstance(found, type) and issubclass(found, Shape) else None


def _without_none(annotation: Any) -> Any:
    options = [option for option in get_args(annotation) if option is not type(None)]
    return options[0] if len(options) == 1 and get_origin(annotation) not in {dict, list} else annotation


def _take_out(data: Any, errors: list[ErrorDetails]) -> None:
    doomed: dict[int, tuple[Any, set[Any]]] = {}
    for error in errors:
        location = error["loc"]
        if error["type"] == "missing":
            location = location[:-1]
            if not location or (len(location) == 1 and str(location[0]) in _STAND_INS):
                key = str((location or error["loc"])[0])
                data[key] = _STAND_INS[key]
                continue
        holder, key = _holder(data, location)
        if holder is data and key in _STAND_INS:
            data[key] = _STAND_INS[key]
        elif key is not None:
            doomed.setdefault(id(holder), (holder, set()))[1].add(key)
    for holder, keys in doomed.values():
        for key in sorted(keys, reverse=True):
            del holder[key]


def _holder(data: Any, location: tuple[int | str, ...]) -> tuple[Any, Any]:
    """Give the container and key of the deepest part of a location that is really there."""
    found: tuple[Any, Any] = (data, None)
    for part in location:
        if isinstance(data, dict) and str(part) in data:
            found = (data, str(part))
            data = data[str(part)]
        elif isinstance(data, list) and isinstance(part, int) and part < len(data):
            found = (data, part)
            data = data[part]
        else:
            break
    return found
