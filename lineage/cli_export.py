"""The command `lineage export`: a plan in the words of other tools; `lineage/cli.py` adds it to the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lineage.errors import PlanError

app = typer.Typer(help="Write a plan in the words of another tool.", no_args_is_help=True)


@app.callback()
def _export() -> None:
    """Write a plan in the words of another tool."""


@app.command()
def gx(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="The plan, a YAML file.")],
    to: Annotated[Path, typer.Option("--to", metavar="FOLDER", help="Write the project there; must be empty.")],
) -> None:
    """Write suites and a checkpoint of Great Expectations, to run in a pipeline of your own. Opens nothing."""
    from lineage.plan.load import load_plan
    from lineage.reports.expectations import exported

    project = exported(load_plan(plan))
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise PlanError(f"{to} is there already; name an empty folder")
    try:
        for name, text in project.files.items():
            path = to / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as e:
        raise PlanError(f"--to: {to} cannot be written ({e.strerror})") from None
    for line in project.left_out:
        typer.echo(f"left out: {line}", err=True)
    typer.echo(f"wrote {len(project.files)} files; run them with `python {to / 'run.py'}`")
