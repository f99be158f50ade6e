"""The file of waivers, `waivers.yaml` beside the plan: read with every problem at once, written with comments kept.

    waivers: v1
    longest: 120 days          # optional: how long one may last, 90 days without it
    waive:
      - finding: 0123456789abcdef
        rule: freshness/stale-source
        about: crm.contacts
        reason: the nightly load comes back with the new warehouse
        by: guardian@acme.example
        on: 2026-11-22
        until: 2027-01-31
        severity: blocker
        verdict: broken
        value: 17294400
        unit: seconds

What an entry lacks is no problem of the file but a finding (`waivers/incomplete-waiver`): it waives nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

from lineage.beside import content_beside
from lineage.duration import parse_duration
from lineage.errors import PlanError
from lineage.finding import Finding
from lineage.model import Severity, Verdict
from lineage.plan.problems import in_order, render_problems
from lineage.plan.shape import did_you_mean
from lineage.waivers.model import LONGEST_DAYS, Waiver
from lineage.yamlsource import MappingNode, Node, Problem, Scalar, SequenceNode, plain_data, read_yaml

FILE: Final = "waivers.yaml"
VERSION: Final = "v1"
_TOP: Final = ("waivers", "longest", "waive")
_TEXTS: Final = ("finding", "rule", "about", "reason", "by", "unit")
_DAYS: Final = ("on", "until")
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "severity": tuple(severity.value for severity in Severity),
    "verdict": (Verdict.BROKEN.value, Verdict.UNVERIFIED.value),
}
_KEYS: Final = ("finding", "rule", "about", "reason", "by", "on", "until", "severity", "verdict", "value", "unit")
_MOST_DAYS: Final = 366
_HEAD: Final = f"""\
# Findings of lineage-audit that somebody accepts for a time: kept under version control beside the plan.
waivers: {VERSION}
"""


def waivers_file(plan: Path) -> Path:
    """Give the file of waivers of a plan."""
    return plan.parent / FILE


def load_waivers(file: Path) -> tuple[Waiver, ...]:
    """Give the waivers of a file, none where there is no file.

    Raises:
        PlanError: its text is the whole report, to be shown as it is.
    """
    content = content_beside(file, "waivers")
    if content is None:
        return ()
    waivers, problems = read_waivers(content, str(file))
    if problems:
        raise PlanError(render_problems(problems, content, str(file)))
    return waivers


def read_waivers(text: str | bytes, file: str) -> tuple[tuple[Waiver, ...], list[Problem]]:
    """Give the waivers of a text, or none and every problem in the order of the file."""
    document = read_yaml(text)
    if document.root is None:
        return (), in_order(document.problems, document.text)
    problems = [*document.problems, *_problems(document.root)]
    if problems:
        return (), in_order(problems, document.text)
    data: Any = plain_data(document.root)
    longest = _days_of(data.get("longest")) or LONGEST_DAYS
    listed = (
        document.root.entries["waive"].value if isinstance(document.root, MappingNode) and data.get("waive") else None
    )
    nodes = listed.items if isinstance(listed, SequenceNode) else []
    taken: Counter[str] = Counter()
    return tuple(_waiver(node, file, longest, taken) for node in nodes), []


def _waiver(node: Node, file: str, longest: int, taken: Counter[str]) -> Waiver:
    entry = cast(dict[str, Any], plain_data(node))
    name = str(entry.get("finding") or entry.get("rule") or entry.get("about") or "nothing")
    taken[name] += 1
    texts = {key: str(entry.get(key) or "") for key in ("finding", "rule", "about", "reason", "by")}
    return Waiver(
        id=name if taken[name] == 1 else f"{name}#{taken[name]}",
        line=node.start.line,
        file=Path(file).name,
        **texts,
        on=_day_of(entry.get("on")),
        until=_day_of(entry.get("until")),
        value=entry.get("value"),
        unit=entry.get("unit"),
        severity=Severity(entry["severity"]) if entry.get("severity") else None,
        verdict=Verdict(entry["verdict"]) if entry.get("verdict") else None,
        longest_days=longest,
    )


def _problems(root: Node) -> Iterator[Problem]:
    if not isinstance(root, MappingNode):
        yield _at(root, "waivers are a mapping", f"start with 'waivers: {VERSION}'")
        return
    yield from _unknown(root, _TOP)
    version = root.entries.get("waivers")
    if version is None:
        yield _at(root, "the file needs 'waivers'", f"start with 'waivers: {VERSION}'")
    elif not isinstance(version.value, Scalar) or version.value.text != VERSION:
        yield _at(version.value, f"'waivers' must be {VERSION!r}", "this version reads no other")
    if "longest" in root.entries and _days_of(_text(root.entries["longest"].value)) is None:
        hint = "write it like '90 days'"
        yield _at(root.entries["longest"].value, f"'longest' must be 1 to {_MOST_DAYS} whole days", hint)
    listed = root.entries.get("waive")
    if listed is None or (isinstance(listed.value, Scalar) and listed.value.value is None):
        return
    if not isinstance(listed.value, SequenceNode):
        yield _at(listed.value, "'waive' must be a list", "write each waiver as '- finding: FINGERPRINT'")
        return
    for item in listed.value.items:
        yield from _problems_of(item)


def _problems_of(item: Node) -> Iterator[Problem]:
    if not isinstance(item, MappingNode):
        yield _at(item, "a waiver is a mapping", "write it as '- finding: FINGERPRINT' with its reason below")
        return
    yield from _unknown(item, _KEYS)
    if not item.entries.keys() & {"finding", "rule", "about"}:
        yield _at(item, "a waiver needs 'finding'", "the fingerprint that the report shows")
    for key, entry in item.entries.items():
        node = entry.value
        if not isinstance(node, Scalar):
            yield _at(node, f"{key!r} must be one value", "no mapping and no list")
        elif key in _DAYS and node.value is not None and _day_of(node.text) is None:
            yield _at(node, f"{key!r} is no day", "write it like 2027-01-31")
        elif key in _WORDS and node.value is not None and node.text not in _WORDS[key]:
            yield _at(node, f"{key!r} must be one of {', '.join(_WORDS[key])}", did_you_mean(node.text, _WORDS[key]))
        elif key in _TEXTS and node.value is not None and not isinstance(node.value, str) and key != "finding":
            yield _at(node, f"{key!r} must be text", "put it in quotes")
        elif key == "finding" and not isinstance(node.value, str) and node.value is not None:
            yield _at(node, "a fingerprint of digits alone reads as a number", "put it in quotes")


def _unknown(node: MappingNode, known: tuple[str, ...]) -> Iterator[Problem]:
    for key, entry in node.entries.items():
        if key not in known:
            place = entry.key.start
            yield Problem(place.line, place.column, f"unknown key '{key}'", did_you_mean(key, known))


def _at(node: Node, message: str, hint: str) -> Problem:
    return Problem(node.start.line, node.start.column, message, hint)


def _text(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else ""


def _day_of(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text)) if text is not None and len(str(text)) == 10 else None
    except ValueError:
        return None


def _days_of(text: object) -> int | None:
    try:
        span = parse_duration(str(text)).mean().total_seconds() / 86_400
    except PlanError:
        return None
    return int(span) if 1 <= span <= _MOST_DAYS and span == int(span) else None


def with_waiver(file: Path, finding: Finding, *, reason: str, by: str, on: date, until: date) -> tuple[str, Waiver]:
    """Give the file's text with a waiver for a finding as it is now, and that waiver; every other line stays.

    One that has ended is taken out for it: the file's history under version control tells of it.

    Raises:
        PlanError: the file is broken, holds one for this finding that has not ended, or no entry can be added to it.
    """
    before = load_waivers(file)
    ended = [waiver for waiver in before if waiver.finding == finding.id and waiver.until and waiver.until < on]
    if same := next((waiver for waiver in before if waiver.finding == finding.id and waiver not in ended), None):
        raise PlanError(f"{same.place} is a waiver for this finding already; change it, or take it out")
    changed = _with(_without(_content(file), {waiver.line for waiver in ended}), _entry(finding, reason, by, on, until))
    after, problems = read_waivers(changed, str(file))
    kept = [waiver for waiver in before if waiver not in ended]
    if problems or not after or [*map(_unplaced, after[:-1])] != [*map(_unplaced, kept)]:
        raise PlanError(f"{file}: 'waive' is no list with a line for each key; write it so, then add this one")
    return changed, after[-1]


def _unplaced(waiver: Waiver) -> Waiver:
    """Give a waiver without what changes when one before it is taken out."""
    return replace(waiver, id="", line=0)


def write_waivers(file: Path, text: str) -> None:
    """Write the file of waivers.

    Raises:
        PlanError: it cannot be written.
    """
    try:
        file.write_bytes(text.encode())
    except OSError as error:
        raise PlanError(f"{file}: cannot be written ({type(error).__name__}); may you write there?") from None


def _content(file: Path) -> str:
    # Bytes, not text: the file's own line ends must stay.
    return file.read_bytes().decode("utf-8") if file.exists() else _HEAD


def _without(text: str, gone: Collection[int]) -> str:
    """Give the text without the entries that begin in these lines."""
    root = read_yaml(text).root
    known = root.entries.get("waive") if isinstance(root, MappingNode) else None
    items = known.value.items if known is not None and isinstance(known.value, SequenceNode) else []
    lines = text.splitlines(keepends=True)
    for item in reversed(items):
        if item.start.line in gone:
            del lines[item.start.line - 1 : item.end.line]
    return "".join(lines)


def _with(text: str, entry: Mapping[str, object]) -> str:
    """Give the text with an entry at the end of its list, indented as those before."""
    root = read_yaml(text).root
    end = "\r\n" if "\r\n" in text else "\n"
    known = root.entries.get("waive") if isinstance(root, MappingNode) else None
    items = known.value.items if known is not None and isinstance(known.value, SequenceNode) else []
    lines = text.splitlines(keepends=True)
    if known is None:
        return f"{text.rstrip()}{end}waive:{end}{_block(entry, '  ', end)}"
    if not items:
        row = known.key.start.line - 1
        comment = lines[row][lines[row].find("#") :].rstrip() if "#" in lines[row] else ""
        opened = f"waive:{'  ' + comment if comment else ''}{end}"
        return "".join([*lines[:row], opened, _block(entry, "  ", end), *lines[row + 1 :]])
    last = items[-1].end.line
    first = lines[items[0].start.line - 1]
    indent = first[: len(first) - len(first.lstrip())]
    above = "".join(lines[:last])
    return f"{above}{'' if above.endswith(end) else end}{_block(entry, indent, end)}{''.join(lines[last:])}"


def _block(entry: Mapping[str, object], indent: str, end: str) -> str:
    # JSON is YAML: quotes or line breaks in a reason can end nothing.
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in entry.items()]
    return "".join(f"{indent}{'- ' if number == 0 else '  '}{line}{end}" for number, line in enumerate(lines))


def _entry(finding: Finding, reason: str, by: str, on: date, until: date) -> dict[str, object]:
    actual = finding.judgement.actual
    entry: dict[str, object] = {
        "finding": finding.id,
        "rule": finding.rule,
        "about": finding.judgement.subject.label,
        "reason": reason,
        "by": by,
        "on": on.isoformat(),
        "until": until.isoformat(),
        "severity": finding.severity.value,
        "verdict": finding.judgement.verdict.value,
    }
    if actual.value is not None:
        entry["value"] = actual.value
        if actual.unit:
            entry["unit"] = actual.unit
    return entry
