"""What a job's command runs: its own statements, a block of it, and those of the routines that it calls, by their text.

`CALL purge()` deletes as surely as the DELETE that stands in it. A routine that is called is read in the catalogue, and
what that one calls; routines of extensions and of the server are not. Texts stay here and in `connectors._pg.jobs`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from connectors._pg.plpgsql import STRANGE, Body, Step, body_of
from connectors._pg.routines import Bodied
from connectors._pg.words import Words, joined, split, words

_DEEPEST: Final = 8
"""Calls within calls that are followed."""
_HERE: Final = ("public",)
"""Where a job looks for names, unless its routine says otherwise: its owner's own path is not known."""
_DEEP: Final = "it calls routines that call others more than eight deep"


@dataclass(frozen=True, slots=True)
class Run:
    """A statement that a job runs."""

    text: str
    schemas: tuple[str, ...] = _HERE
    """Where it looks for names."""
    sure: bool = True
    """It runs whenever the job does."""


@dataclass(slots=True)
class Runs:
    """What a job runs."""

    single: bool
    """The command is one statement: of several, one that fails takes back what others did."""
    statements: list[Run] = field(default_factory=list)
    opaque: str = ""
    """Why that may not be all."""


def runs_of(command: str, routines: Mapping[str, Sequence[Bodied]]) -> Runs:
    """Give what a command runs; routines by their name without a schema."""
    parts = [part for part in split(words(command), ";") if part]
    found = Runs(single=len(parts) == 1)
    for part in parts:
        _follow(found, Run(joined(part)), part, routines, frozenset())
    return found


def _follow(
    found: Runs, run: Run, query: Words, routines: Mapping[str, Sequence[Bodied]], passed: frozenset[int]
) -> None:
    if query[0].lower == "do":
        block = next((part.content for part in query if part.kind in ("dollar", "string")), None)
        _inside(found, run, body_of(block) if block else Body(opaque=STRANGE), routines, passed)
        return
    found.statements.append(run)
    for schema, name, alone in _calls(query):
        meant = [
            one for one in routines.get(name, ()) if one.schema == schema or (not schema and one.schema in run.schemas)
        ]
        for routine in meant:
            if routine.oid in passed:
                continue
            if len(passed) >= _DEEPEST:
                found.opaque = found.opaque or _DEEP
                return
            inner = replace(run, schemas=routine.path or run.schemas, sure=run.sure and alone and len(meant) == 1)
            _inside(found, inner, routine.body, routines, passed | {routine.oid})


def _inside(
    found: Runs, run: Run, body: Body, routines: Mapping[str, Sequence[Bodied]], passed: frozenset[int]
) -> None:
    found.opaque = found.opaque or body.opaque
    for step in body.steps:
        if step.query:
            _follow(found, _step(run, step), step.query, routines, passed)


def _step(run: Run, step: Step) -> Run:
    return Run(joined(step.query), run.schemas, run.sure and step.sure)


def _calls(query: Words) -> Iterator[tuple[str, str, bool]]:
    """Give schema, name and whether the statement is that call and nothing else, of each call in a statement."""
    for number, part in enumerate(query[:-1]):
        if not part.name or query[number + 1].text != "(":
            continue
        qualified = number > 1 and query[number - 1].text == "."
        begins = number - (2 if qualified else 0)
        alone = begins == 1 and query[0].lower in ("call", "select") and _closes(query, number + 1)
        yield (query[number - 2].name if qualified else ""), part.name, alone


def _closes(query: Words, opening: int) -> bool:
    """Whether the bracket that opens there is closed by the last word."""
    depth = 0
    for number in range(opening, len(query)):
        depth += (query[number].text == "(") - (query[number].text == ")")
        if depth == 0:
            return number == len(query) - 1
    return False
