"""What differs between two snapshots: structure, flows, uses, marks, labels and rights that came, went or changed.

What the later snapshot did not look at has not gone: where a system did not answer, a definition could not be read or
a catalogue hides what the identity may not see, a missing thing is told as *not seen*.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from rich.console import Console
from rich.text import Text

from lineage.facts import (
    DatasetFact,
    EdgeFact,
    FieldFact,
    GrantFact,
    LabelFact,
    LookFact,
    MemberFact,
    OpaqueFact,
    Snapshot,
    SystemFact,
    TagFact,
    UnseenFact,
    UseFact,
)
from lineage.model import Name, Principal
from lineage.reports.lines import Lines
from lineage.reports.words import moment, plain

Key = TypeVar("Key", bound=Hashable)
Step = tuple[Name, Name, str, str]
"""Source, target, type and subtype of an edge."""
Use = tuple[Name, str, str]
"""What was used, by whom and with which right."""
Right = tuple[Principal, str, Name]
"""Who may do what, and on what."""

_SIGNS: Final = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow"), "not seen": ("?", "dim")}


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not the same in both."""

    what: str
    """`dataset`, `field`, `edge`, `definition`, `use`, `mark`, `label`, `grant` or `member`."""
    change: str
    """`added`, `removed`, `changed`, or `not seen`: no longer there, and perhaps only out of sight."""
    name: str
    before: str | None = None
    after: str | None = None


def differences(before: Snapshot, after: Snapshot) -> tuple[Difference, ...]:
    """Compare two snapshots: datasets first, then fields, edges, what is used, what is marked and rights, by name."""
    sight = _Sight(after)
    found = [
        *_compared("dataset", _datasets(before), _datasets(after), str, sight.knows),
        *_compared("field", _fields(before), _fields(after), str, sight.knows),
        *_compared("edge", _edges(before), _edges(after), _arrow, lambda step: sight.understands(step[1])),
        *_compared("definition", _opaque(before), _opaque(after), str, sight.knows),
        *_compared("use", _uses(before), _uses(after), _use, lambda use: sight.reads_logs(use[0])),
        *_compared("mark", _marks(before), _marks(after), _marked, lambda mark: mark[0].namespace in sight.complete),
        *_compared("label", _labels(before), _labels(after), _marked, lambda label: label[0] in sight.looked),
        *_compared("grant", _grants(before), _grants(after), _grant, lambda grant: sight.rights(grant[0])),
        *_compared("member", _members(before), _members(after), _member, lambda member: sight.rights(member[0])),
    ]
    return tuple(found)


def document(before: Snapshot, after: Snapshot) -> str:
    """Give the differences as JSON."""
    told = [
        {"what": each.what, "change": each.change, "name": each.name, "before": each.before, "after": each.after}
        for each in differences(before, after)
    ]
    head = {"schema": "lineage-diff/v1", "before": before.taken_at.isoformat(), "after": after.taken_at.isoformat()}
    return json.dumps({**head, "differences": told}, indent=2, ensure_ascii=True) + "\n"


def render(before: Snapshot, after: Snapshot, console: Console) -> None:
    """Print the differences, a line each."""
    lines = Lines(console)
    lines.text(Text(f"from {moment(before.taken_at)} to {moment(after.taken_at)}", "bold"), indent=0)
    found = differences(before, after)
    for each in found:
        sign, style = _SIGNS[each.change]
        was = f": {_said(each.before)} → {_said(each.after)}" if each.change == "changed" else ""
        lines.text(Text(f"{sign} {each.what} {plain(each.name)}{was}", style), indent=0)
    if not found:
        lines.text("no dataset, field, edge, use, mark or right differs")
    if any(each.change == "not seen" for each in found):
        lines.text("? may still be there: the later scan could not look", indent=0)


def _said(value: str | None) -> str:
    return plain(value or "nothing")


class _Sight:
    """What a snapshot could look at."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.complete: dict[str, bool] = {}
        self.partly: set[Name] = set()
        self.opaque: set[Name] = set()
        self.looked: set[Name] = set()
        self.blind_rights: set[str] = set()
        """Namespaces, and sources, whose rights were not seen in whole."""
        self.used: set[str] = set()
        sources: dict[str, str] = {}
        blind: set[str] = set()
        for fact in snapshot.facts:
            match fact:
                case SystemFact():
                    sources[fact.namespace] = fact.seen.source
                    self.complete[fact.namespace] = fact.complete_catalogue
                case OpaqueFact():
                    self.opaque.add(fact.name)
                case LookFact():
                    self.looked.add(fact.name)
                case UseFact():
                    self.used.add(fact.name.namespace)
                case UnseenFact(what="access"):
                    self.blind_rights.add(fact.seen.source)
                case UnseenFact(what="structure" | "definition" | "system"):
                    if fact.name is None:
                        blind.add(fact.seen.source)
                    else:
                        self.partly.add(fact.name.dataset)
                case _:
                    pass
        for namespace, source in sources.items():
            self.complete[namespace] = self.complete[namespace] and source not in blind
            if source in self.blind_rights:
                self.blind_rights.add(namespace)

    def knows(self, name: Name) -> bool:
        """Say whether absence of a dataset or field proves that it is gone."""
        return self.complete.get(name.namespace, False) and name.dataset not in self.partly

    def rights(self, principal: Principal) -> bool:
        """Say whether absence of a right proves that it is gone."""
        return principal.namespace in self.complete and principal.namespace not in self.blind_rights

    def reads_logs(self, name: Name) -> bool:
        """Say whether statements on this system were read at all: what is not among them was not run."""
        return name.namespace in self.used

    def understands(self, target: Name) -> bool:
        """Say whether absence of an edge proves that nothing flows."""
        return self.knows(target) and target.dataset not in self.opaque


def _compared(
    what: str,
    before: Mapping[Key, str],
    after: Mapping[Key, str],
    named: Callable[[Key], str],
    sure: Callable[[Key], bool],
) -> Iterator[Difference]:
    for key in sorted({*before, *after}, key=named):
        old, new = before.get(key), after.get(key)
        if old == new:
            continue
        if old is None:
            yield Difference(what, "added", named(key), None, new)
        elif new is None:
            yield Difference(what, "removed" if sure(key) else "not seen", named(key), old, None)
        else:
            yield Difference(what, "changed", named(key), old, new)


def _datasets(snapshot: Snapshot) -> dict[Name, str]:
    return {fact.name: fact.kind.value for fact in snapshot.facts if isinstance(fact, DatasetFact)}


def _fields(snapshot: Snapshot) -> dict[Name, str]:
    return {
        fact.name: fact.type + ("" if fact.nullable else " not null")
        for fact in snapshot.facts
        if isinstance(fact, FieldFact)
    }


def _edges(snapshot: Snapshot) -> dict[Step, str]:
    found: dict[Step, set[str]] = {}
    for fact in snapshot.facts:
        if isinstance(fact, EdgeFact):
            step = (fact.source, fact.target, fact.transformation.type, fact.transformation.subtype)
            found.setdefault(step, set()).add(f"{fact.exposure.value}, {fact.confidence.value}")
    return {step: "; ".join(sorted(told)) for step, told in found.items()}


def _opaque(snapshot: Snapshot) -> dict[Name, str]:
    return {fact.name: fact.reason for fact in snapshot.facts if isinstance(fact, OpaqueFact)}


def _uses(snapshot: Snapshot) -> dict[Use, str]:
    # Not how often: that is another number each time.
    return {
        (fact.name, str(fact.by or ""), fact.right): "every field" if fact.whole else ""
        for fact in snapshot.facts
        if isinstance(fact, UseFact)
    }


def _marks(snapshot: Snapshot) -> dict[tuple[Name, str], str]:
    return {(fact.name, fact.label): "" for fact in snapshot.facts if isinstance(fact, TagFact)}


def _labels(snapshot: Snapshot) -> dict[tuple[Name, str], str]:
    return {(fact.name, fact.label): "" for fact in snapshot.facts if isinstance(fact, LabelFact) and fact.hits}


def _grants(snapshot: Snapshot) -> dict[Right, str]:
    return {
        (fact.holder, fact.right, fact.on): "with grant option" if fact.grantable else ""
        for fact in snapshot.facts
        if isinstance(fact, GrantFact)
    }


def _members(snapshot: Snapshot) -> dict[tuple[Principal, Principal], str]:
    return {
        (fact.member, fact.of): "inherits" if fact.inherits else "may switch" if fact.switchable else ""
        for fact in snapshot.facts
        if isinstance(fact, MemberFact)
    }


def _use(use: Use) -> str:
    name, by, right = use
    return f"{right} of {name}" + (f" by {by}" if by else "")


def _marked(mark: tuple[Name, str]) -> str:
    return f"{mark[1]} in {mark[0]}"


def _grant(grant: Right) -> str:
    holder, right, on = grant
    return f"{right} on {on} to {holder}"


def _member(member: tuple[Principal, Principal]) -> str:
    return f"{member[0]} in {member[1]}"


def _arrow(step: Step) -> str:
    source, target, _, subtype = step
    return f"{source} -> {target} ({subtype.lower()})"
