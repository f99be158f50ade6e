"""A plan from questions: which of the eight kinds of context are read, and what only people can answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from lineage import registry
from lineage.errors import PlanError
from lineage.init_sketch import Sketch, SketchDataset, SketchField, SketchSource
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
    return flat


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


def asked(ask: Callable[[str], str]) -> dict[str, object]:
    """Ask everything, one question after the other; what is not answered stays open."""
    answers: dict[str, object] = {}
    kinds = ", ".join(registry.connector_kinds())
    for kind, told in CONTEXT.items():
        if said := ask(f"Does the workflow read {told}? By which connector ({kinds}; empty: no)").strip():
            answers[f"context.{kind}"] = said
    for path, question in {"meta.owner": "Who answers for what the plan assumes?", **registry.questions()}.items():
        if said := ask(question).strip():
            answers[path] = [part.strip() for part in said.split(",")] if path.startswith("scope.") else said
    return answers


def from_answers(answers: Mapping[str, object]) -> Sketch:
    """Give the sketch of the kinds of context that are read; which dataset and fields each holds stays open.

    Raises:
        PlanError: no kind is read, or a connector is not known.
    """
    sources = []
    for kind in CONTEXT:
        stated = answers.get(f"context.{kind}")
        if stated in (None, False, "no"):
            continue
        if stated not in registry.connector_kinds():
            raise PlanError(f"context.{kind}: no connector is called {stated!r}")
        setting = "path" if stated in ("files", "documents") else "url"
        records = SketchDataset("records", "TBD", (SketchField("id", "id", note="Which fields are needed?"),))
        sources.append(SketchSource(kind, str(stated), (records,), None, setting))
    if not sources:
        raise PlanError(f"context: name the connector of at least one of {', '.join(CONTEXT)}")
    owner = answers.get("meta.owner")
    return Sketch(str(answers.get("meta.id") or "workflow"), tuple(sources), str(owner) if owner else None)
