"""A plan drawn up from a system: what is there, with everything that only people know left to fill in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from lineage.catalog import Catalog
from lineage.clock import ClockForm, clock_form
from lineage.facts import DatasetFact, FieldFact
from lineage.model import DatasetKind, Name
from lineage.plan.answered import FILL_IN, OPEN

_CLOCKS = ("updated_at", "modified_at", "updated", "modified", "last_modified", "changed_at", "created_at", "created")
_BEGINNINGS = ("created_at", "created", "inserted_at", "opened_at", "date")
_OF_PEOPLE_OR_TO_COME = re.compile(
    r"(?<![a-z])(birth|born|dob|death|died|due|expir|expected|valid|until|end|ends|planned|geb|naiss|nacim|nasc)"
)
"""Words in the names of days that say nothing of when a record was written."""
_PARTS = frozenset({DatasetKind.PARTITION})


@dataclass(frozen=True, slots=True)
class Draft:
    """What a drawn-up plan is made from."""

    source: str
    kind: str
    settings: Sequence[tuple[str, str]]
    """Connector settings as the plan writes them: `("url", "${CRM_URL}")`."""
    catalog: Catalog
    chosen: Sequence[Name]
    identity: str | None = None


def datasets_of(catalog: Catalog) -> list[DatasetFact]:
    """Give the datasets that a workflow could select from, parts of others left out, by name."""
    return sorted((seen for seen in catalog.datasets.values() if seen.kind not in _PARTS), key=lambda seen: seen.name)


def drafted(draft: Draft) -> str:
    """Write the plan."""
    chosen = [name for name in draft.chosen if draft.catalog.fields.get(name)]
    names = _ids(chosen)
    settings = "".join(f", {key}: {_quoted(value)}" for key, value in draft.settings)
    lines = [
        "plan: v1",
        f"meta: {{id: {draft.source}-workflow, status: draft, owner: {OPEN}}}  # Who answers for what it assumes?",
        "sources:",
        f"  {draft.source}:",
        f"    connector: {{type: {draft.kind}{settings}}}",
    ]
    if draft.identity:
        lines.append(f"    identity: {_plain(draft.identity)}")
    else:
        lines.append(f"    {FILL_IN} identity, the login that the workflow reads as")
    lines.append("    datasets:" if chosen else "    datasets: {}")
    for name in chosen:
        lines.extend(_dataset(draft.catalog, names[name], name))
    if left_out := len(draft.chosen) - len(chosen):
        lines.append(f"    # {left_out} datasets were left out: no field of them could be read")
    lines.append("steps:")
    reads = ", ".join(f"{draft.source}.{names[name]}: all" for name in chosen)
    lines.append(f"  answer: {{reads: {{{reads}}}, to: prompt}}  {FILL_IN} which step reads what")
    lines.append("rollout: [{stage: first}]  " + f"{FILL_IN} the segment that goes first")
    return "\n".join(lines) + "\n"


def clock_of(catalog: Catalog, name: Name) -> FieldFact | None:
    """Give the field that most likely tells when a record last changed."""
    return _first(catalog, name, _CLOCKS)


def _dataset(catalog: Catalog, identifier: str, name: Name) -> Iterator[str]:
    seen = catalog.datasets[name]
    fields = catalog.fields.get(name, {})
    taken = _field_ids(list(fields))
    yield f"      {identifier}:"
    yield f"        reads: {_quoted(_reads(name))}"
    keys = [taken[(part,)] for part in seen.key if (part,) in taken]
    if keys:
        yield f"        key: {keys[0] if len(keys) == 1 else '[' + ', '.join(keys) + ']'}"
    clock, beginning = clock_of(catalog, name), _first(catalog, name, _BEGINNINGS)
    if clock is not None:
        zone = "" if clock_form(clock.type) is ClockForm.AWARE else ", zone: UTC"
        yield f"        fresh: {{clock: {taken[clock.name.field]}{zone}, within: 1 day}}  {FILL_IN} how fresh"
    if beginning is not None:
        yield f"        keep: {{limit: 24 months, since: {taken[beginning.name.field]}}}  {FILL_IN} how long it is kept"
    yield "        fields:" if fields else "        fields: {}"
    for path in fields:
        column = "" if path == (taken[path],) else f", column: {_path(path)}"
        need = "helpful" if not column else f"{{need: helpful{column}}}"
        yield f"          {taken[path]}: {need}"


def _first(catalog: Catalog, name: Name, wanted: Sequence[str]) -> FieldFact | None:
    fields = {
        field.name.field[-1].lower(): (field, clock_form(field.type)) for field in catalog.fields.get(name, {}).values()
    }
    moments = {
        word: field
        for word, (field, form) in fields.items()
        if form in (ClockForm.AWARE, ClockForm.NAIVE, ClockForm.DATE) and not _OF_PEOPLE_OR_TO_COME.search(word)
    }
    # A text or a number tells the time only by its name: SQLite and CSV know no other moments.
    told = {word: field for word, (field, form) in fields.items() if form in (ClockForm.TEXT, ClockForm.EPOCH)}
    for word in wanted:
        if found := moments.get(word) or (told.get(word) if word != "date" else None):
            return found
    endings = ("_at", "_on", "_time", "date")
    by_type = (field for word, field in moments.items() if word.endswith(endings))
    by_name = (field for word, field in told.items() if word.endswith("_at") and not _OF_PEOPLE_OR_TO_COME.search(word))
    return next(by_type, None) or next(by_name, None)


def _reads(name: Name) -> str:
    parts = name.path[-2:] if len(name.path) > 1 else name.path
    return ".".join(
        part if re.fullmatch(r"[a-z_][a-z0-9_]*", part) or len(name.path) == 1 else _odd(part) for part in parts
    )


def _odd(part: str) -> str:
    return '"' + part.replace('"', '""') + '"'


def _ids(names: Sequence[Name]) -> dict[Name, str]:
    taken: dict[Name, str] = {}
    for name in names:
        word = _word(name.path[-1].rpartition("/")[2].partition(".")[0] or name.path[-1])
        taken[name] = _free(word, set(taken.values()))
    return taken


def _field_ids(paths: Sequence[tuple[str, ...]]) -> dict[tuple[str, ...], str]:
    taken: dict[tuple[str, ...], str] = {}
    for path in paths:
        taken[path] = _free(_word("_".join(path)), set(taken.values()))
    return taken


def _word(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_") or "unnamed"


def _free(word: str, taken: set[str]) -> str:
    number, free = 1, word
    while free in taken:
        number += 1
        free = f"{word}_{number}"
    return free


def _path(path: tuple[str, ...]) -> str:
    return _quoted(path[0]) if len(path) == 1 else "[" + ", ".join(_quoted(part) for part in path) + "]"


def _plain(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.@-]*", text) else _quoted(text)


def _quoted(text: str) -> str:
    if re.fullmatch(r"[a-z_][a-z0-9_./]*", text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped) + '"'
