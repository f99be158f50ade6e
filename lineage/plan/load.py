"""A plan read from its file: typed, or every problem at once with line, column and the way out.

A plan is untrusted: nothing it names is opened here, and `${ENV}` stays as it is written (`environment.py`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final, cast

from lineage.errors import PlanError
from lineage.model import DatasetId
from lineage.plan import build
from lineage.plan.leaves import leaves_of
from lineage.plan.model import Dataset, Mark, Plan
from lineage.plan.problems import in_order, render_problems
from lineage.plan.references import check_references
from lineage.plan.schema import PlanShape
from lineage.plan.secrets import check_secrets
from lineage.plan.shape import check_shape
from lineage.plan.shorthand import write_out
from lineage.yamlsource import MAX_CHARACTERS, MAX_PROBLEMS, Located, Node, Problem, plain_data, read_yaml, walk

_MAX_BYTES: Final = 4 * MAX_CHARACTERS
_SETTINGS: Final = frozenset(("nlp", "recognizers"))
"""Blocks that say how to look, not what is assumed: a plan without them lacks nothing."""


def load_plan(path: str | Path) -> Plan:
    """Read a plan from its file.

    Raises:
        PlanError: its text is the whole report, to be shown as it is.
    """
    file = str(path)
    try:
        with Path(path).open("rb") as opened:
            content = opened.read(_MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a file name"
        raise PlanError(f"{file}: cannot be read ({reason.lower()}); is the path right?") from error
    plan, problems = read_plan(content, file)
    if plan is None:
        raise PlanError(render_problems(problems, content, file))
    return plan


def read_plan(text: str | bytes, file: str) -> tuple[Plan | None, list[Problem]]:
    """Give the plan, or None and every problem in the order of the file."""
    document = read_yaml(text)
    root = document.root
    if root is None:
        return None, in_order(document.problems, document.text)
    write_out(root)
    places: dict[str, Located] = {}
    problems = [*document.problems]
    for located in walk(root):
        first = places.setdefault(located.path, located)
        if first is not located:
            problems.append(_same_path(first, located))
    shape, misshapen = check_shape(root)
    problems += [*misshapen, *check_secrets(places)]
    if shape is not None:
        problems += islice(check_references(shape, places, Path(file).parent), MAX_PROBLEMS)
    if problems or shape is None:
        return None, in_order(problems, document.text)
    content = text.encode() if isinstance(text, str) else text
    return _plan(shape, root, places, file, hashlib.sha256(content).hexdigest()), []


def _same_path(first: Located, second: Located) -> Problem:
    place = second.place
    message = f"'{second.path}' is already the path of what stands on line {first.place.line}"
    return Problem(place.line, place.column, message, "use other names, or no dots in keys")


def _plan(shape: PlanShape, root: Node, places: dict[str, Located], file: str, sha256: str) -> Plan:
    sources = build.sources(shape.sources)
    datasets: dict[DatasetId, Dataset] = {
        dataset.id: dataset for source in sources.values() for dataset in source.datasets.values()
    }
    leaves, answers = leaves_of(places)
    return Plan(
        id=shape.meta.id,
        status=shape.meta.status,
        version=shape.meta.version or "",
        owner=shape.meta.owner,
        file=file,
        sha256=sha256,
        sources=sources,
        segments=build.segments(shape.segments),
        steps=build.steps(shape.steps, datasets),
        rollout=build.rollout(shape.rollout),
        constraints=build.constraints(shape.constraints),
        stores=build.stores(shape.stores),
        outputs=build.outputs(shape.outputs),
        actions=build.actions(shape.actions),
        owners=build.owners(shape.owners),
        answers=answers,
        content=cast(Mapping[str, Any], plain_data(root)),
        leaves=leaves,
        marks={path: Mark(located.place.line, located.place.column) for path, located in places.items()},
        absent_blocks=tuple(
            block for block in PlanShape.model_fields if block not in places and block not in _SETTINGS
        ),
    )
