"""What detection finds in labelled columns, told apart by what their headers say.

Headers are `kind` (they say what the column holds), `opaque` (they say nothing) or `misleading` (something else).
A label counts from a confidence of 0.75 on, and where it says that what identifies a person stands there unmasked.
F1 of a group counts the misses of its own columns and the false alarms of all harmless ones, so that no group gains
from where a harmless column was put. Columns of one table are looked at together, as siblings.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

GROUPS: Final = ("kind", "opaque", "misleading")
SURE: Final = 0.75
AGREE: Final = {
    "person": {"person", "first_name"},
    "national_id": {"national_id", "ssn"},
    "health_id": {"health_id", "national_id"},
    "bank_account": {"bank_account", "iban"},
    "device_id": {"device_id", "mac_address"},
}
"""Kind -> the labels that are right for it, where there is more than its own."""
SHOWN: Final = frozenset(
    (
        "email", "phone", "person", "address", "birth_date", "national_id", "vehicle_id", "iban", "card", "ip",
        "mac_address", "secret", "crypto_wallet", "text",
    )
)  # fmt: skip
"""Kinds that their values may show; the others (a CVV, a plate, who is a child) only a header can tell."""
SEVERAL: Final = "text"
"""The kind of columns that hold several kinds: texts and documents. Only whether they are personal is asked."""


@dataclass(frozen=True, slots=True)
class Given:
    """A column, what its header is worth, and the kind that it holds; None: nothing personal."""

    header: str
    group: str
    kind: str | None
    values: Sequence[object]


Table = Sequence[Given]


@dataclass(slots=True)
class Tally:
    """Counts of one reading of a set of tables."""

    right: dict[str, int] = field(default_factory=dict)
    missed: dict[str, int] = field(default_factory=dict)
    alarms: dict[str, int] = field(default_factory=dict)
    harmless: dict[str, int] = field(default_factory=dict)
    shown: list[int] = field(default_factory=lambda: [0, 0])
    """Found and missed columns of kinds that their values may show."""
    kinds: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    """Group and kind -> right, missed, told of another kind; what is told of harmless columns has no group."""

    def count(self, column: Given, found: set[str]) -> None:
        """Count a column and the labels that were told of it."""
        if column.kind is None:
            _more(self.harmless, column.group)
            _more(self.alarms, column.group, bool(found))
        else:
            _more(self.right if found else self.missed, column.group)
            if column.kind in SHOWN:
                self.shown[not found] += 1
        agreed = AGREE.get(column.kind or "", {column.kind})
        if column.kind is not None and column.kind != SEVERAL:
            self.kinds.setdefault((column.group, column.kind), [0, 0, 0])[not found & agreed] += 1
        if column.kind != SEVERAL:
            for other in {_kin(label) for label in found - agreed}:
                self.kinds.setdefault((column.group if column.kind else "", other), [0, 0, 0])[2] += 1

    def f1(self, groups: Iterable[str] = GROUPS) -> float:
        """Give F1 of personal or not in some groups, with the false alarms of all."""
        right = sum(self.right.get(group, 0) for group in groups)
        missed = sum(self.missed.get(group, 0) for group in groups)
        return 2 * right / max(1, 2 * right + missed + sum(self.alarms.values()))

    def by_kind(self, groups: Iterable[str] = GROUPS) -> dict[str, float]:
        """Give F1 of each kind that some groups hold, with what is told wrongly of all harmless columns."""
        summed: dict[str, list[int]] = {}
        for (group, kind), counts in sorted(self.kinds.items()):
            if not group or group in groups:
                so_far = summed.get(kind, [0, 0, 0])
                summed[kind] = [one + more for one, more in zip(so_far, counts, strict=True)]
        held = {kind: counts for kind, counts in sorted(summed.items()) if counts[0] + counts[1]}
        return {kind: 2 * right / (2 * right + missed + other) for kind, (right, missed, other) in held.items()}

    def lines(self, name: str) -> Iterable[str]:
        """Give what to print."""
        harmless, alarms = sum(self.harmless.values()), sum(self.alarms.values())
        missed, right = sum(self.missed.values()), sum(self.right.values())
        share = 100 * alarms / max(1, harmless)
        yield f"{name}: F1 {self.f1():.3f}, {missed} of {right + missed} missed, {alarms} of {harmless} ({share:.2f} %)"
        found, lost = self.shown
        yield f"    of kinds that values show: F1 {2 * found / max(1, 2 * found + lost + alarms):.3f}, {lost} missed"
        yield f"    {_kinds(self.by_kind())}"
        for group in GROUPS:
            mine = self.right.get(group, 0) + self.missed.get(group, 0)
            if mine or self.harmless.get(group):
                false = f"{self.alarms.get(group, 0)} of {self.harmless.get(group, 0)} false alarms"
                f1 = f"F1 {self.f1([group]):.3f}, " if mine else ""
                yield f"  {group}: {f1}{self.missed.get(group, 0)} of {mine} missed, {false}"
                yield f"    {_kinds(self.by_kind([group]))}"


def _kinds(kinds: dict[str, float]) -> str:
    mean = sum(kinds.values()) / max(1, len(kinds))
    return f"macro {mean:.3f}: " + ", ".join(f"{kind} {value:.2f}" for kind, value in kinds.items())


def _more(counts: dict[str, int], key: str, by: int = 1) -> None:
    counts[key] = counts.get(key, 0) + by


def _kin(label: str) -> str:
    return next((kind for kind, labels in AGREE.items() if label in labels), label)


def found_in(table: Table, *, headers: bool = True, rows: int | None = None) -> list[set[str]]:
    """Give the labels that are told of each column of a table, quasi-identifiers left out."""
    import pyarrow as pa

    from rules.privacy._kinds import identifies
    from rules.privacy.detection import DETECTOR

    names = [column.header if headers else f"c{place:02}" for place, column in enumerate(table, 1)]
    names = [name if names.index(name) == place else f"{name}_{place}" for place, name in enumerate(names)]
    arrays = [pa.array(list(column.values)[:rows]) for column in table]
    longest = max(len(array) for array in arrays)
    padded = [pa.concat_arrays([array, pa.nulls(longest - len(array), array.type)]) for array in arrays]
    found: dict[str, set[str]] = {name: set() for name in names}
    for label in DETECTOR.detect(pa.table(dict(zip(names, padded, strict=True)))):
        if label.confidence >= SURE and identifies(label.label):
            found[label.column].add(label.label.removeprefix("free_text:"))
    return [found[name] for name in names]


def tally(tables: Iterable[Table], *, headers: bool = True, rows: int | None = None, tell: bool = False) -> Tally:
    """Judge every table; `tell` prints what is missed and told wrongly, which is for sets that may be looked at."""
    counted = Tally()
    for table in tables:
        for column, found in zip(table, found_in(table, headers=headers, rows=rows), strict=True):
            if column.kind is not None and column.kind.startswith("quasi:"):
                continue  # neither personal by itself nor harmless
            counted.count(column, found)
            right = AGREE.get(column.kind or "", {column.kind})
            wrong = bool(found) if column.kind is None else not found or (column.kind != SEVERAL and not found & right)
            if tell and wrong:
                print("   ", column.group, column.header, column.kind, sorted(found), list(column.values)[:4])
    return counted


def report(name: str, tables: Sequence[Table], *, tell: bool = False) -> None:
    """Print the score with headers and without, on all rows and on 50."""
    for headers in (True, False):
        for rows in (None,) if tell else (None, 50):
            said = f"{name}, headers {'read' if headers else 'ignored'}, {rows or 'all'} rows"
            for line in tally(tables, headers=headers, rows=rows, tell=tell).lines(said):
                print(line)
