"""Texts are written in a language or a format that the launch does not take.

Why it matters
--------------
A workflow that was tried on English text drafts answers to Polish ones too, and to the mark-up of a mail program.
What it was never tried on is answered with the same confidence.

What it looks at
----------------
`languages` and `formats` of `scope.include.inputs`, beside the free text that steps read: every field that is declared
as `sensitive: free_text`.
Each text is looked at in the scanning process, up to 20,000 of a field: its format by its shape (text, HTML, JSON, XML,
RTF, binary), its language by its script and its commonest words (sixteen languages of the Latin script, fifteen
others). Only counts leave.
Broken where more than one text in a hundred, and at least three, are of one language or format that no input lists.
Texts that are too short or too mixed to tell are counted apart; where they are most, it stays unverified.
A language or format that the plan lists and that is not known here leaves it unverified too.
What the field of a record says of itself (`language`, `channel`) is `plan/unfounded-input-type`'s to judge.

How to fix it
-------------
List what really comes in and try the workflow on it, or keep these texts away from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from lineage.connector import Examine, ExamineKind, Part, Request
from lineage.facts import ExamineFact
from lineage.finding import Actual, Fix, FixKind, Judgement, Subject
from lineage.model import Level, Severity, Verdict
from lineage.plan.model import Dataset, Field, Plan
from lineage.rule import Evidence, Ground, Rule, Unknown
from rules.plan._said import words
from rules.source._content import MOST, formats, languages
from rules.source._exposed import NO_RECORD, open_question, percent, plural, readers, seen_as, subject
from rules.source._language import UNKNOWN, format_name, language_code

_LEAF: Final = "scope.include.inputs"
_SHARE: Final = 0.01
_FEWEST: Final = 3
_MOSTLY: Final = 0.5
_LOOK: Final = Unknown("its texts were not looked at", "allow a sample of it")


def requests(ground: Ground) -> Iterable[Request]:
    """Ask to look at every field of free text, where the inputs say of which language or format they are."""
    if _listed(ground.plan):
        for dataset, field in _texts(ground.plan):
            if (wanted := _wanted(ground, dataset, field)) is not None:
                yield wanted


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the texts of each field."""
    listed = _listed(evidence.plan)
    if not listed:
        return
    texts = list(_texts(evidence.plan))
    if not texts:
        why = Unknown("no field that steps read is declared as free text", "declare it: sensitive: free_text")
        yield open_question(_LEAF, Subject(), why)
    for dataset, field in texts:
        yield from _judged(evidence, dataset, field, listed)


def _judged(
    evidence: Evidence, dataset: Dataset, field: Field, listed: Mapping[str, tuple[str, ...]]
) -> Iterator[Judgement]:
    about = subject(dataset, field.name)
    name, wanted = seen_as(evidence, dataset), _wanted(evidence.ground, dataset, field)
    if isinstance(name, Unknown) or wanted is None:
        why = name if isinstance(name, Unknown) else evidence.why_unseen(dataset.id, field.name, ("data",), _LOOK)
        yield open_question(_LEAF, about, why)
        return
    found = evidence.examined(wanted)
    if isinstance(found, Unknown):
        yield open_question(_LEAF, about, found)
        return
    counts = dict(found.counts)
    for what, counted, known in (("language", languages, language_code), ("format", formats, format_name)):
        if what in listed:
            yield _told(about, what, counted(counts), listed[what], known, found)


def _told(
    about: Subject,
    what: str,
    counts: Mapping[str, int],
    said: tuple[str, ...],
    known: Callable[[str], str | None],
    found: ExamineFact,
) -> Judgement:
    listed = {known(word) for word in said}
    told = sum(count for one, count in counts.items() if one != UNKNOWN)
    every = sum(counts.values())
    if not every:
        return open_question(_LEAF, about, NO_RECORD)
    others = {
        one: count
        for one, count in counts.items()
        if one not in listed and one != UNKNOWN and count >= _FEWEST and count > _SHARE * told
    }
    actual = Actual(sum(others.values()), "texts", None, found.seen.at, f"{what} of each text", every)
    unread = counts.get(UNKNOWN, 0)
    rest = f"; of {unread:,} more it cannot be told" if unread else ""
    part = "" if found.whole else f" (the first {MOST:,})"
    if others and None not in listed:
        mix = ", ".join(f"{one} {percent(count / told)}" for one, count in sorted(others.items(), key=_by_count))
        return Judgement(
            _LEAF,
            Verdict.BROKEN,
            Level.OBSERVED,
            about,
            f"{plural(sum(others.values()), 'text')} of {told:,} are of a {what} that is not listed: {mix}{rest}{part}",
            actual,
            fixes=(
                Fix(FixKind.PLAN, f"list the {what}s that come in, and try the workflow on them", effort="days"),
                Fix(FixKind.CODE, "keep these texts away from the workflow", effort="days"),
            ),
            confidence="likely",
        )
    if None in listed:
        why = Unknown(f"a {what} that the inputs list is not known here", f"look at the {what}s of a sample by hand")
        return open_question(_LEAF, about, why)
    if unread > _MOSTLY * every:
        why = Unknown(f"of {unread:,} of {plural(every, 'text')} the {what} cannot be told", "look at a sample by hand")
        return open_question(_LEAF, about, why)
    says = f"{plural(told, 'text')} are of the listed {what}s, but for {_few(told, counts, listed)}{rest}{part}"
    return Judgement(_LEAF, Verdict.HELD, Level.OBSERVED, about, says, actual)


def _few(told: int, counts: Mapping[str, int], listed: set[str | None]) -> str:
    other = sum(count for one, count in counts.items() if one not in listed and one != UNKNOWN)
    return f"{percent(other / told)} that look otherwise" if other else "none"


def _by_count(entry: tuple[str, int]) -> tuple[int, str]:
    return -entry[1], entry[0]


def _wanted(ground: Ground, dataset: Dataset, field: Field) -> Examine | None:
    name = ground.catalog.physical(dataset.id)
    if name is None or ground.catalog.field(dataset.id, field.name) is None:
        return None
    return Examine(ExamineKind.CONTENT, Part(name, (field.column,)))


def _texts(plan: Plan) -> Iterator[tuple[Dataset, Field]]:
    for dataset in plan.datasets():
        read = {field for step in readers(plan, dataset) for field in step.reads[dataset.id]}
        for field in dataset.fields.values():
            if field.sensitive == "free_text" and field.id in read:
                yield dataset, field


def _listed(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Give the languages and formats that the inputs list; several inputs add up."""
    found: Any = plan.answer(_LEAF)
    listed: dict[str, tuple[str, ...]] = {}
    for one in found if isinstance(found, list) else ():
        for key, said in one.items() if isinstance(one, Mapping) else ():
            name = str(key).casefold().removesuffix("s")
            if name in {"language", "format"} and words(said):
                listed[name] = (*listed.get(name, ()), *words(said))
    return listed


RULE = Rule(id="source/undeclared-language-or-format", severity=Severity.MEDIUM, check=check, requests=requests)
