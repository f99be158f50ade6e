"""A plan from questions: which of the eight kinds of context are read, and what only people can answer."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from lineage import registry
from lineage.errors import PlanError
from lineage.init.sketch import Sketch, SketchDataset, SketchField, SketchSource, plan_text, word_of
from lineage.plan.answered import OPEN
from lineage.plan.load import read_plan
from lineage.yamlsource import plain_data, read_yaml

CONTEXT: Final[Mapping[str, str]] = {
    "crm": "customers and accounts (CRM)",
    "support": "support history",
    "events": "product events",
    "documents": "documents and knowledge",
    "policies": "policies",
    "operations": "operational records",
    "state": "user state",
    "billing": "billing data",
}
"""The kinds of context, as a checklist."""

_LARGEST: Final = 1 << 20
_NOT_READ: Final = (None, False, "no")
_UNKNOWN: Final = SketchDataset("records", OPEN, (SketchField("id", "id", note="which fields are needed?"),))
"""What stands for the datasets of a source until somebody names them."""
_REGULATIONS: Final = "constraints.regulations"
_APPLIES: Final = {"yes": True, "applies": True, "true": True, "no": False, "does not apply": False, "false": False}


def answers_of(file: Path) -> dict[str, object]:
    """Read answers by path, nested or dotted; `context.crm: postgresql` names the connector of a kind of context.

    Raises:
        PlanError: the file cannot be read, or is no mapping.
    """
    try:
        with file.open("rb") as opened:
            document = read_yaml(opened.read(_LARGEST))
    except OSError as e:
        raise PlanError(f"--answers: {file} cannot be read ({e.strerror})") from None
    if document.problems:
        raise PlanError(f"--answers: {file}:{document.problems[0].line}: {document.problems[0].message}")
    data = plain_data(document.root) if document.root is not None else {}
    if not isinstance(data, dict):
        raise PlanError(f"--answers: {file} is no mapping of paths to answers")
    flat = dict(_flat(data, ""))
    known = {*registry.questions(), *(f"context.{kind}" for kind in CONTEXT), "meta.id", "meta.owner"}
    unknown = sorted(path for path in flat if path not in known)
    if unknown:
        raise PlanError(f"--answers: nothing asks about {', '.join(unknown[:5])}; `lineage init --questions` lists all")
    meant = {path: _meant(path, value) if isinstance(value, str) else value for path, value in flat.items()}
    for path, answer in meant.items():
        if why := _why_not(path, answer):
            raise PlanError(f"--answers: {path}: {why}")
    return meant


def _flat(data: Mapping[str, object], above: str) -> list[tuple[str, object]]:
    asked = registry.questions()
    found: list[tuple[str, object]] = []
    for name, value in data.items():
        path = f"{above}{name}"
        if isinstance(value, dict) and path not in asked:
            found += _flat(value, f"{path}.")
        else:
            found.append((path, value))
    return found


def asked(ask: Callable[[str], str | None], tell: Callable[[str], None], *, context: bool = True) -> dict[str, object]:
    """Ask everything, one question after the other; what is not answered stays open.

    The kinds of `context` are asked where nothing else says what is read. `ask` gives None where nobody answers any
    more, and the rest stays open; what a plan cannot hold is told by `tell` and asked again, for whoever answers
    seventy questions does not want to hear of the third one at their end.

    Raises:
        PlanError: no kind of context is read.
    """
    answers: dict[str, object] = {}
    more = True
    if context:
        tell(f"Connectors: {', '.join(registry.connector_kinds())}")
        for kind, told in CONTEXT.items():
            question = f"Does the workflow read {told}? By which connector (empty: no)"
            more = more and _put(f"context.{kind}", question, answers, ask, tell)
        from_answers(answers)  # nothing that is read is no plan, whatever else is answered
    for path, question in {"meta.owner": "Who answers for what the plan assumes?", **registry.questions()}.items():
        more = more and _put(path, question, answers, ask, tell)
    return answers


def _put(
    path: str,
    question: str,
    answers: dict[str, object],
    ask: Callable[[str], str | None],
    tell: Callable[[str], None],
) -> bool:
    """Ask until an answer can stand in a plan, or nothing is said; give whether somebody is there to answer."""
    while (said := ask(question)) is not None:
        if not said.strip():
            return True
        answer = _meant(path, said.strip())
        if not (why := _why_not(path, answer)):
            answers[path] = answer
            return True
        tell(why)
    return False


def _meant(path: str, said: str) -> object:
    """Give a typed answer as the plan's shape takes it: a list in the scope, a law a key."""
    if path.startswith("scope."):
        return [part.strip() for part in said.split(",") if part.strip()]
    if path == _REGULATIONS:
        return dict(_regulation(part) for part in said.split(",") if part.strip())
    return said


def _regulation(said: str) -> tuple[str, object]:
    """Give `gdpr: yes` as the law and whether it applies; whatever else is said of it is the reason."""
    name, _, rest = said.partition(":")
    why = rest.strip()
    applies = _APPLIES.get(why.casefold())
    if applies is not None:
        return word_of(name), {"applies": applies}
    return word_of(name), {"applies": OPEN, "reason": why} if why else {"applies": OPEN}


def _why_not(path: str, answer: object) -> str:
    """Say why a plan with an answer would be none; empty where it is one."""
    if path.startswith("context."):
        stated = str(answer)
        if answer in _NOT_READ or stated in registry.connector_kinds():
            return ""
        near = difflib.get_close_matches(stated, registry.connector_kinds(), n=1)
        return f"no connector is called {stated!r}" + (f"; did you mean {near[0]!r}?" if near else "")
    trial = SketchSource("trial", "sqlite", (_UNKNOWN,))
    of_meta = path.startswith("meta.")
    sketch = Sketch("trial", (trial,), owner=str(answer) if of_meta else None)
    _, problems = read_plan(plan_text(sketch, {}, {} if of_meta else {path: answer}), "plan.yaml")
    return f"that cannot stand in a plan: {problems[0].message}" if problems else ""


def from_answers(answers: Mapping[str, object]) -> Sketch:
    """Give the sketch of the kinds of context that are read; which dataset and fields each holds stays open.

    Raises:
        PlanError: no kind is read, or a connector is not known.
    """
    sources = []
    for kind in CONTEXT:
        stated = answers.get(f"context.{kind}")
        if stated in _NOT_READ:
            continue
        if why := _why_not(f"context.{kind}", stated):
            raise PlanError(f"context.{kind}: {why}")
        setting = "path" if stated in ("files", "documents") else "url"
        sources.append(SketchSource(kind, str(stated), (_UNKNOWN,), None, setting))
    if not sources:
        raise PlanError(f"context: name the connector of at least one of {', '.join(CONTEXT)}")
    owner = answers.get("meta.owner")
    return Sketch(str(answers.get("meta.id") or "workflow"), tuple(sources), str(owner) if owner else None)
