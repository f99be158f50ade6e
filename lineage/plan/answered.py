"""Whether a part of a plan is answered: it says something, and not that something will be said."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

_PLACEHOLDERS: Final = frozenset(
    {"", "-", "--", ".", "..", "...", "?", "??", "???", "~", "null", "none yet", "nil", "n/a", "na"}
    | {"tbd", "tba", "tbc"}
    | {"todo", "to do", "fixme", "xxx", "unknown", "not known", "later", "to be decided", "to be defined", "pending"}
    | {"to be determined", "to be confirmed", "not applicable", "placeholder", "lorem ipsum", "changeme", "change me"}
)

OPEN: Final = "TBD"
"""What a drawn-up plan says where an answer is missing."""
FILL_IN: Final = "# fill in:"
"""What a drawn-up plan says beside a guess, and where a key is missing, that only people can answer."""


def is_placeholder(text: str) -> bool:
    """Tell whether an answer only holds the place of one: `TBD`, `n/a`, `?`, `null`, nothing."""
    return " ".join(text.split()).strip("<>[](){}.:!").strip().casefold() in _PLACEHOLDERS


ITEM_KEYS: Final = ("stage", "id", "do", "level")
"""The keys that name an item of a list, the first that is there."""


def _says_something(found: Any) -> bool:
    """Whether any leaf below holds more than the place of an answer; `false`, `0` and `none` are answers."""
    match found:
        case None:
            return False
        case str():
            return not is_placeholder(found)
        case Mapping():
            return any(_says_something(part) for part in found.values())
        case list():
            return any(_says_something(part) for part in found)
        case _:
            return True


def name_of_item(item: Any, position: int | str) -> str:
    """Give the name that an item of a list has in paths: its `stage`, `id`, `do` or `level`, else its position."""
    named = (str(item[key]) for key in ITEM_KEYS if item.get(key)) if isinstance(item, Mapping) else iter(())
    return next(named, str(position))


def _item(found: Any, part: str) -> Any:
    """Give the item of a list by the name that its path has (`yamlsource.item_name`); None where there is none."""
    if not isinstance(found, list):
        return None
    for item in found:
        if name_of_item(item, "") == part:
            return item
    return found[int(part)] if part.isdecimal() and int(part) < len(found) else None


def answer_at(content: Mapping[str, Any], path: str) -> Any:
    """Give what stands at a path of a document; None where nothing does, or nothing but the place of an answer."""
    found: Any = content
    for part in path.split("."):
        found = found.get(part) if isinstance(found, Mapping) else _item(found, part)
    return found if _says_something(found) else None


def open_places(answers: Iterable[tuple[str, int]], text: str) -> list[int]:
    """Give the line of each place of a plan's text that is still open: one that is held, or one with a mark beside it.

    `answers` are those of the plan, each with its line.
    """
    held = sorted(line for answer, line in answers if is_placeholder(answer))
    marked = {number for number, line in enumerate(text.split("\n"), 1) if FILL_IN in line}
    return sorted((*held, *marked.difference(held)))
