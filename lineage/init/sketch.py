"""A plan written from a sketch of its sources, whatever the sketch was drawn from; what only people know is `TBD`.

Each open place holds its question as a comment, as the rules ask it, so that filling in the plan is answering them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from lineage.plan.answered import FILL_IN, OPEN

_EMPTY: Mapping[str, object] = {"scope.exclude.workflows": [OPEN], "constraints.regulations": {}}
"""What stands where the plan's shape takes no single word."""

_FIRST_LINE = re.compile(r"[\r\n]+")


@dataclass(frozen=True, slots=True)
class SketchField:
    """A field of a sketch; `column` is its name in the system where the plan's word is another."""

    name: str
    column: str
    complete: float | None = None
    values: tuple[str, ...] | None = None
    sensitive: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class SketchDataset:
    """A dataset of a sketch."""

    name: str
    reads: str
    fields: tuple[SketchField, ...]
    key: tuple[str, ...] = ()
    clock: str | None = None
    within: str | None = None
    keep: str | None = None
    since: str | None = None


@dataclass(frozen=True, slots=True)
class SketchSource:
    """A source of a sketch."""

    name: str
    connector: str
    datasets: tuple[SketchDataset, ...]
    owner: str | None = None
    setting: str = "url"


@dataclass(frozen=True, slots=True)
class Sketch:
    """What a plan is written from."""

    workflow: str
    sources: tuple[SketchSource, ...]
    owner: str | None = None
    include: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    """What could not be taken over, told at the end of the plan."""


def plan_text(sketch: Sketch, questions: Mapping[str, str], answers: Mapping[str, object]) -> str:
    """Write the plan; `questions` are asked by path, and `answers` stand in their places where they are given."""
    include = f", include: {_value(list(sketch.include))}" if sketch.include else ""
    owner = sketch.owner or OPEN
    asked = "" if sketch.owner else "  # Who answers for what the plan assumes?"
    lines = ["plan: v1", f"meta: {{id: {sketch.workflow}, status: draft, owner: {_value(owner)}{include}}}{asked}"]
    lines.append("sources:")
    for source in sketch.sources:
        lines.extend(_source(source))
    lines.append("steps:")
    reads = ", ".join(f"{source.name}.{one.name}: all" for source in sketch.sources for one in source.datasets)
    lines.append(f"  answer: {{reads: {{{reads}}}, to: prompt}}  {FILL_IN} which step reads what?")
    lines.append(f"rollout: [{{stage: first}}]  {FILL_IN} which segment goes first?")
    lines.extend(_open(questions, answers))
    lines.extend(f"# left out: {_FIRST_LINE.sub(' ', left)}" for left in sketch.left_out)
    return "\n".join(lines) + "\n"


def word_of(text: str) -> str:
    """Give a name as ids are spelt."""
    word = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") or "unnamed"
    return word if word[0].isalpha() else f"n_{word}"


def _source(source: SketchSource) -> Iterator[str]:
    yield f"  {source.name}:"
    variable = f"${{{source.name.upper()}_{source.setting.upper()}}}"
    yield f'    connector: {{type: {source.connector}, {source.setting}: "{variable}"}}'
    yield f"    owner: {_value(source.owner or OPEN)}" + ("" if source.owner else "  # Who owns this system?")
    yield f"    {FILL_IN} identity, the login that the workflow reads as"
    yield "    datasets:"
    for dataset in source.datasets:
        yield from _dataset(dataset)


def _dataset(dataset: SketchDataset) -> Iterator[str]:
    yield f"      {dataset.name}:"
    yield f"        reads: {_value(dataset.reads)}"
    if dataset.key:
        yield f"        key: {_value(list(dataset.key))}"
    if dataset.clock and dataset.within:
        yield f"        fresh: {{clock: {dataset.clock}, within: {dataset.within}, when_stale: {OPEN}}}  # What then?"
    elif dataset.within:
        yield f"        {FILL_IN} fresh within {dataset.within}, by which clock?"
    if dataset.keep:
        since = f", since: {dataset.since}" if dataset.since else ""
        yield f"        keep: {{limit: {dataset.keep}{since}}}"
    yield "        fields:"
    for field in dataset.fields:
        yield f"          {field.name}: {_field(field)}" + (f"  {FILL_IN} {field.note}" if field.note else "")


def _field(field: SketchField) -> str:
    parts: list[str] = []
    if field.column != field.name:
        parts.append(f"column: {_value(field.column)}")
    if field.values:
        parts.append(f"values: {_value(list(field.values))}")
    if field.complete is not None:
        parts.append(f"complete: {field.complete}")
    if field.sensitive:
        parts.append(f"sensitive: {field.sensitive}")
    return f"{{need: helpful, {', '.join(parts)}}}" if parts else "helpful"


def _open(questions: Mapping[str, str], answers: Mapping[str, object]) -> Iterator[str]:
    """Write the blocks that are answered by people, the deepest path where one lies in another."""
    tree: dict[str, object] = {}
    for path in {**questions, **dict.fromkeys(answers, "")}:
        at = tree
        *above, last = path.split(".")
        for part in above:
            held = at.get(part)
            if not isinstance(held, dict):
                held = at[part] = {}
            at = held
        at.setdefault(last, path)
    yield from _lines(tree, questions, answers, "")


def _lines(
    tree: Mapping[str, object], questions: Mapping[str, str], answers: Mapping[str, object], indent: str
) -> Iterator[str]:
    for name, below in tree.items():
        if isinstance(below, dict):
            yield f"{indent}{name}:"
            yield from _lines(below, questions, answers, indent + "  ")
            continue
        path = str(below)
        value = _value(answers.get(path, _EMPTY.get(path, OPEN)))
        # Where the shape takes no word that holds the place of an answer, the question does.
        mark = "#" if OPEN in value else FILL_IN
        asked = f"  {mark} {questions[path]}" if path not in answers and path in questions else ""
        yield f"{indent}{name}: {value}{asked}"


def _value(value: object) -> str:
    """Write a value as flow YAML; JSON strings are YAML's double-quoted ones."""
    if isinstance(value, str) and re.fullmatch(r"[A-Za-z][A-Za-z0-9_.@-]*", value) and not _is_word(value):
        return value
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_value(key)}: {_value(each)}" for key, each in value.items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(_value(each) for each in value) + "]"
    return json.dumps(value, ensure_ascii=True)


def _is_word(text: str) -> bool:
    return text.lower() in {"true", "false", "null", "yes", "no", "on", "off"}
