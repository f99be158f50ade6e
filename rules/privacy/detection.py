"""The detector of personal data and secrets: one pass over a sample's columns, labels out, no values.

Each column becomes distinct texts (`_columns/texts`), flags and shape groups (`_forms/shapes`), and evidence of its
header (`_lists/headers`). Kinds that values prove are judged by content (`_columns/by_content`), the others by header
and values together (`_columns/by_header`), masked values apart (`_columns/masked`). Presidio's recognisers decide on
candidates only (`_forms/presidio`), so that its cost is paid where it counts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from lineage.detector import Label
from rules.privacy._columns.apart import apart, ids_apart
from rules.privacy._columns.beside import Beside, named_beside
from rules.privacy._columns.by_content import by_content, number_kinds
from rules.privacy._columns.by_header import by_header
from rules.privacy._columns.evidence import Column, Found
from rules.privacy._columns.masked import masked
from rules.privacy._columns.own import own_kinds, problem
from rules.privacy._columns.quasi import quasi
from rules.privacy._columns.texts import texts_of
from rules.privacy._columns.two_columns import Parted, parted_names
from rules.privacy._forms.checks import wilson
from rules.privacy._kinds import is_raw
from rules.privacy._lists.headers import read_header
from rules.privacy._text.pipeline import installed

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class ColumnDetector:
    """Recognise personal data and secrets without a language model and without a network."""

    name: str = "shapes+presidio/1"
    model: str = ""
    """A spaCy pipeline for names in running text."""
    recognizers: str = ""
    """The user's own Presidio recognisers, as JSON."""

    def detect(self, table: pa.Table) -> Iterator[Label]:
        """Give the labels of each column of a sample, columns in the table's order."""
        named = {column: read_header(column).kinds for column in table.column_names}
        found: defaultdict[tuple[str, str], list[Found]] = defaultdict(list)
        looked: dict[str, int] = {}
        for texts in texts_of(table):
            siblings = frozenset().union(*(kinds for other, kinds in named.items() if other != texts.column))
            looked[texts.column] = max(texts.looked, looked.get(texts.column, 0))
            column = Column(texts, read_header(texts.header), siblings, self.model)
            for one in (*_judged(column), *own_kinds(column, self.recognizers)):
                found[texts.column, one.label].append(one)
        for name, beside, rows in [(one.column, one.label, rows) for one, rows in _beside(table, found, looked)]:
            found[name, beside].append(Found(beside, rows, ("sibling",), 0.85))
        for half in _parted(table, found, looked):
            found[half.column, half.label].append(
                Found(half.label, round(half.share * looked[half.column]), _TWO, 0.78)
            )
        for (name, label), parts in found.items():
            yield _label(name, label, parts, looked[name])


def _beside(
    table: pa.Table, found: Mapping[tuple[str, str], list[Found]], looked: Mapping[str, int]
) -> Iterator[tuple[Beside, int]]:
    """Give the columns that addresses in their rows tell to be of names, with the rows that hold some."""
    sure = {key for key, parts in found.items() if any(part.confidence >= _SURE for part in parts)}
    mails = [name for name, label in sure if label == "email" and found[name, label][0].rows * 2 >= looked[name]]
    if not mails or len(looked) == 1:
        return
    told = {name for name, label in sure if is_raw(label)}
    once = [name for name, count in Counter(table.column_names).items() if count == 1]
    others = [name for name in once if name in looked and name not in told and not read_header(name).about]
    for one in named_beside(table, [mail for mail in mails if mail in once], others):
        yield one, round(one.share * looked[one.column])


def _parted(table: pa.Table, found: Mapping[tuple[str, str], list[Found]], looked: Mapping[str, int]) -> list[Parted]:
    """Give the neighbouring columns that hold given names and family names, and that nothing else has told yet."""
    if len(looked) == 1:
        return []
    told = {name for (name, label), parts in found.items() if any(part.confidence >= _SURE for part in parts)}
    once = [name for name, count in Counter(table.column_names).items() if count == 1 and name in looked]
    open_ones = [
        name
        for name in once
        if name not in told and not ((said := read_header(name)).about or said.identifier or said.thing)
    ]
    return list(parted_names(table, open_ones)) if len(open_ones) > 1 else []


_TWO: Final = ("sibling", "letters")
_SURE: Final = 0.75


def _judged(column: Column) -> Iterator[Found]:
    texts = column.texts
    if texts.kind == "moment":
        yield from by_header(column, frozenset())
        return
    if texts.kind == "number":
        told = tuple(_settled((*number_kinds(column), *by_header(column, frozenset()))))
        yield from told
        yield from ids_apart(column, told)
        yield from quasi(column, column.short)
        return
    hidden, labels = masked(column)
    yield from labels
    told = tuple(_settled((*by_content(column), *by_header(column, hidden))))
    usable = [index for index in column.short if index not in hidden]
    yield from told
    yield from apart(column, usable, told)
    yield from quasi(column, usable)


def _settled(found: tuple[Found, ...]) -> Iterator[Found]:
    """Leave out the weaker of kinds that claim the same values: e-mail addresses are not user names too."""
    labels = {one.label: one for one in found}
    for one in found:
        stronger = _GIVES_WAY.get(one.label, frozenset()) & labels.keys()
        claimed = frozenset(value for other in stronger for value in labels[other].values)
        if "free text" in one.why or not claimed or len(one.values & claimed) * 2 < len(one.values):
            yield one


_GIVES_WAY: Final = {
    "username": frozenset({"email", "person", "phone"}),
    "national_id": frozenset({"ssn", "card", "iban", "phone"}),
    "bank_account": frozenset({"iban", "card"}),
    "phone": frozenset({"card", "iban", "ip", "ssn"}),
    "secret": frozenset(),
    "address": frozenset({"email", "person"}),
}


def _label(column: str, label: str, parts: list[Found], looked: int) -> Label:
    hits = min(max(part.rows for part in parts), looked)
    why = tuple(dict.fromkeys(reason for part in parts for reason in part.why))
    return Label(column, label, hits, looked, why, max(part.confidence for part in parts), wilson(hits, looked))


DETECTOR: Final = ColumnDetector()
"""What the registry finds; it holds nothing, so it pickles, and each process loads Presidio when it needs it."""


def configured(model: str, recognizers: str) -> ColumnDetector:
    """Give the detector with a spaCy pipeline and recognisers of the user's own.

    Raises:
        ValueError: the pipeline is not installed, or a recogniser is none; the message says so and the way out.
    """
    if model and not installed(model):
        says = f"no spaCy pipeline {model!r} is installed; install it, or take `nlp` out of the plan"
        raise ValueError(says)
    if flaw := problem(recognizers):
        raise ValueError(flaw)
    name = "+".join(
        part for part in (DETECTOR.name, model, "own recognisers" if recognizers not in {"", "[]"} else "") if part
    )
    return ColumnDetector(name, model, recognizers)
