"""The command about access alone: `grant-script`; `lineage/cli.py` adds it to the rest."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lineage.errors import PlanError

if TYPE_CHECKING:
    from lineage.plan.model import Source

_MODES: Final = ("catalog", "probe", "sample")


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command("grant-script")(grant_script)


def grant_script(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="The plan.")],
    source: Annotated[str | None, typer.Option("--source", help="This source of the plan alone.")] = None,
    mode: Annotated[
        str, typer.Option("--mode", help="catalog (structure and grants), probe (reads tried), sample (fields read).")
    ] = "catalog",
    auditor: Annotated[str, typer.Option("--auditor", help="The login that is to scan.")] = "lineage_auditor",
) -> None:
    """Print the least SQL that an auditor needs at each source, and what it unlocks. Opens nothing but the plan."""
    from lineage.plan.load import load_plan

    if mode not in _MODES:
        raise PlanError(f"--mode: {mode!r} is none of {', '.join(_MODES)}")
    loaded = load_plan(plan)
    if source is not None and source not in loaded.sources:
        raise PlanError(f"--source: there is no {source!r}; there are {', '.join(loaded.sources)}")
    wanted = [one for one in loaded.sources.values() if source in (None, one.id)]
    typer.echo("\n".join(_script(one, mode, auditor, os.environ) for one in wanted), nl=False)


def _script(source: Source, mode: str, auditor: str, environ: Mapping[str, str]) -> str:
    from lineage import registry
    from lineage.connector import GrantsAsked

    connector = registry.connector(source.kind)
    head = f"-- {source.id} ({source.kind})\n"
    if connector.grant_script is None:
        return f"{head}-- it knows no grants: let the auditor open what it reads; file permissions are all there is\n"
    fields = {
        dataset.reads: tuple(dict.fromkeys(field.column[0] for field in dataset.fields.values()))
        for dataset in source.datasets.values()
        if dataset.fields
    }
    asked = GrantsAsked(mode, auditor, source.identity, fields)
    return head + connector.grant_script(_settings(source, environ), asked)


def _settings(source: Source, environ: Mapping[str, str]) -> Mapping[str, object]:
    """Give a source's settings; a variable that is not set stays as it is, since nothing is opened."""
    from lineage.plan.environment import resolve

    try:
        return resolve(source.settings, environ)
    except PlanError:
        return dict(_without_variables(source.settings))


def _without_variables(settings: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    for name, value in settings.items():
        if not (isinstance(value, str) and "${" in value):
            yield name, value
