"""A plan's tree held against its shape: every error of the models as a problem with line, column and the way out.

What is wrong is taken out and the rest is judged again, so that one wrong key does not hide the next problem.
"""

from __future__ import annotations

import copy
import difflib
import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from lineage.plan.schema import PlanShape
from lineage.plan.shape_types import Shape
from lineage.yamlsource import MAX_PROBLEMS, MappingNode, Node, Place, Problem, Scalar, SequenceNode, plain_data

_Location = tuple[int | str, ...]
_ROUNDS: Final = 12
_MOST_WORDS: Final = 400  # difflib needs 10 ms for 1,500 words, and a plan can hold thousands of mistakes
_STAND_INS: Final[dict[str, Any]] = {
    "plan": "v1",
    "meta": {"id": "x"},
    "sources": {"x": {"connector": {"type": "x"}, "datasets": {}}},
    "id": "x",
    "connector": {"type": "x"},
    "type": "x",
    "datasets": {},
    "reads": "x",
    "need": "none",
    "clock": "x",
    "within": "1 day",
    "level": "read",
}
"""What takes the place of a required value that is missing or wrong, so that what stands beside it is still judged."""
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
    "greater_than": "must be above {gt:g}",
    "greater_than_equal": "must be at least {ge:g}",
    "less_than_equal": "must be at most {le:g}",
    "literal_error": "must be {expected}",
}


_OTHER_WORDS: Final = {
    **dict.fromkeys(("schema", "table", "view", "topic", "path", "from", "name", "select"), "reads"),
    **dict.fromkeys(("columns", "properties"), "fields"),
    **dict.fromkeys(("connection", "driver", "system", "url", "kind"), "connector"),
    **dict.fromkeys(("user", "login", "role", "account"), "identity"),
    **dict.fromkeys(("freshness", "sla"), "fresh"),
    **dict.fromkeys(("retention", "ttl", "retain"), "keep"),
    **dict.fromkeys(("filter", "condition"), "where"),
    **dict.fromkeys(("primary_key", "pk", "id", "keys"), "key"),
    **dict.fromkeys(("pii", "classification", "personal"), "sensitive"),
    **dict.fromkeys(("references", "foreign_key", "fk"), "joins"),
    **dict.fromkeys(("enum", "allowed_values", "one_of"), "values"),
    **dict.fromkeys(("max_age", "threshold", "every"), "within"),
    **dict.fromkeys(("field", "timestamp", "loaded_at_field"), "clock"),
    **dict.fromkeys(("timezone", "tz"), "zone"),
    **dict.fromkeys(("required", "use"), "need"),
    **dict.fromkeys(("completeness", "not_null"), "complete"),
    **dict.fromkeys(("depends_on", "needs"), "after"),
    **dict.fromkeys(("method", "with"), "to"),
}
"""What other tools call our keys."""


def check_shape(root: Node) -> tuple[PlanShape | None, list[Problem]]:
    """Give what of the plan has the right shape, and every problem of the rest."""
    if not isinstance(root, MappingNode):
        place = root.start
        return None, [Problem(place.line, place.column, "a plan is a mapping", "start with 'plan: v1'")]
    data: Any = plain_data(root)
    problems: list[Problem] = []
    remains = _Remains(data)
    for _ in range(_ROUNDS):
        try:
            return PlanShape.model_validate(data), problems
        except ValidationError as invalid:
            errors = invalid.errors(include_url=False, include_input=False)
        problems.extend(_problems(errors[:MAX_PROBLEMS], remains, root))
        if len(problems) >= MAX_PROBLEMS:
            break
        remains.take_out(errors)
    return None, problems


def did_you_mean(word: str, known: Iterable[str], label: str = "known here") -> str:
    """Give the nearest known word as a question, else what is known."""
    words = list(known)[:_MOST_WORDS]
    if _OTHER_WORDS.get(word) in words:
        return f"did you mean {_OTHER_WORDS[word]!r}?"
    near = difflib.get_close_matches(word[:80], words, n=1, cutoff=0.7)
    near = near or [other for other in words if other.rpartition(".")[2] == word][:1]
    if near:
        return f"did you mean {near[0]!r}?"
    if not words:
        return ""
    return f"{label}: {', '.join(words[:12])}" + (" ..." if len(words) > 12 else "")


def _problems(errors: list[ErrorDetails], remains: _Remains, root: Node) -> Iterator[Problem]:
    placed = [(error, remains.original(error["loc"])) for error in errors]
    meant = {
        (*location[:-1], hint.split("'")[1])
        for error, location in placed
        if error["type"] == "extra_forbidden" and "did you mean" in (hint := _meant(location))
    }
    for error, location in placed:
        # A key that is missing because it was spelt wrong, or that was taken out, has been told already.
        if error["type"] != "missing" or (location not in meant and location not in remains.taken):
            yield _problem(error, location, root)


def _problem(error: ErrorDetails, location: _Location, root: Node) -> Problem:
    kind = error["type"]
    key, place, node, name = _place_of(location, root)
    if kind == "missing":
        return Problem(key.line, key.column, f"{_in(location)} needs '{location[-1]}'", _example(location))
    if kind == "extra_forbidden":
        return Problem(key.line, key.column, f"unknown key '{location[-1]}'", _meant(location))
    said, hint = _said(error, node)
    if location and location[-1] == "[key]":
        said, hint = _pattern(error, str(location[-2]))
        return Problem(key.line, key.column, f"the name '{location[-2]}' {said}", hint)
    where = f"'{name}' " if name else ""
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
            return _pattern(error, node.text if isinstance(node, Scalar) else "")
        case known if known in _SAID:
            return _SAID[known].format(**context), ""
        case _:
            return error["msg"].lower(), ""


def _pattern(error: ErrorDetails, word: str) -> tuple[str, str]:
    hyphens = "-" in str(error.get("ctx", {}).get("pattern", "")).replace("a-z", "").replace("0-9", "")
    allowed = "a-z, 0-9, _, - and . only" if hyphens else "a-z, 0-9 and _ only"
    slug = re.sub(r"[^a-z0-9]+", "-" if hyphens else "_", word.lower()).strip("_-")
    return f"may hold {allowed}", f"call it '{slug}'" if slug else "give it a name"


def _place_of(location: _Location, root: Node) -> tuple[Place, Place, Node, str]:
    """Give the place of the key, the place to show, the node, and the name as the plan writes it."""
    node, key, name, whole = root, root.start, "", True
    for part in location:
        if isinstance(node, MappingNode) and str(part) in node.entries:
            entry = node.entries[str(part)]
            written_out = entry.key.start == entry.value.start
            node, key, name = entry.value, entry.key.start, name if written_out else str(part)
        elif isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.items):
            node = node.items[part]
            key = node.start
        else:
            whole = False
            break
    empty = isinstance(node, Scalar) and not node.text and node.plain
    return key, node.start if whole and not empty and isinstance(node, Scalar) else key, node, name


def _in(location: _Location) -> str:
    path = ".".join(str(part) for part in location[:-1])
    return f"'{path}'" if path else "the plan"


def _example(location: _Location) -> str:
    model = _model_at(location[:-1])
    field = model.model_fields.get(str(location[-1])) if model else None
    if str(location[-1]) == "plan":
        return "add 'plan: v1'"
    return field.description[0].lower() + field.description[1:] if field and field.description else ""


def _meant(location: _Location) -> str:
    model = _model_at(location[:-1])
    return did_you_mean(str(location[-1]), model.model_fields if model else ())


def _model_at(location: _Location) -> type[Shape] | None:
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


class _Remains:
    """The plan's data, from which what is wrong is taken out round by round."""

    def __init__(self, data: Any) -> None:
        self.data = data
        self.taken: set[_Location] = set()
        self._positions: dict[int, list[int]] = {}

    def original(self, location: _Location) -> _Location:
        """Give a location as it was before items were taken out of lists."""
        found: list[int | str] = []
        data = self.data
        for part in location:
            if isinstance(data, list) and isinstance(part, int) and part < len(data):
                found.append(self._positions.get(id(data), range(len(data)))[part])
                data = data[part]
            else:
                found.append(part)
                data = data.get(str(part)) if isinstance(data, dict) else None
        return tuple(found)

    def take_out(self, errors: list[ErrorDetails]) -> None:
        """Take out what the errors are about, or put something harmless in its place."""
        doomed: dict[int, tuple[Any, set[Any]]] = {}
        for error in errors:
            location = error["loc"]
            self.taken.add(self.original(location))
            holder, key = self._holder(location[:-1] if error["type"] == "missing" else location)
            if error["type"] == "missing" and location[-1] in _STAND_INS:
                inner = self.data if key is None else holder[key]
                inner[location[-1]] = copy.deepcopy(_STAND_INS[str(location[-1])])
            elif key is not None:
                doomed.setdefault(id(holder), (holder, set()))[1].add(key)
        for holder, keys in doomed.values():
            for key in sorted(keys, reverse=True):
                del holder[key]
                if isinstance(holder, list):
                    self._positions.setdefault(id(holder), list(range(len(holder) + 1))).pop(key)

    def _holder(self, location: _Location) -> tuple[Any, Any]:
        """Give the container and key of the deepest part of a location that is really there."""
        data = self.data
        found: tuple[Any, Any] = (data, None)
        for part in location:
            name = part if isinstance(data, list) else str(part)
            there = isinstance(data, dict) and name in data
            if not there and not (isinstance(data, list) and isinstance(name, int) and name < len(data)):
                break
            found = (data, name)
            data = data[name]
        return found
