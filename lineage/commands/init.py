"""The command `init`: a first plan from a system, from contracts, a dbt manifest or a snapshot, or from questions."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from lineage.commands.files import can_be_written, written
from lineage.errors import PlanError


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(init)


def init(
    url: Annotated[
        str | None, typer.Argument(metavar="[URL]", help="A database's URL, a file or a folder; ${ENV} is read.")
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write the plan there, not to stdout.")] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", help="Take only this dataset, `schema.table`, or this exposure.")
    ] = None,
    identity: Annotated[str | None, typer.Option(help="The login that the workflow reads as.")] = None,
    from_: Annotated[
        list[Path] | None,
        typer.Option("--from", metavar="FILE", help="Contracts (*.odcs.yaml), a dbt manifest.json or a snapshot."),
    ] = None,
    questions: Annotated[bool, typer.Option("--questions", help="Ask on the terminal what only people know.")] = False,
    answers: Annotated[
        Path | None, typer.Option("--answers", metavar="FILE", help="Answers by path (YAML), instead of being asked.")
    ] = None,
) -> None:
    """Write a plan to fill in; what is not known is marked with its question, and `lineage check` counts it."""
    if output is not None and output.exists():
        raise PlanError(f"{output} is there already; give another name, or move it away")
    can_be_written(output, "--output")
    text, hint = _drawn(url, from_ or (), only or (), identity, questions, answers)
    if output is None:
        typer.echo(text, nl=False)
    else:
        written(output, text, "--output")
    typer.echo(hint, err=True)


def _drawn(
    url: str | None,
    files: Sequence[Path],
    only: Sequence[str],
    identity: str | None,
    questions: bool,
    answers: Path | None,
) -> tuple[str, str]:
    from lineage import registry
    from lineage.init.existing import sketched
    from lineage.init.questions import answers_of, asked, from_answers
    from lineage.init.sketch import plan_text

    if (url is not None) + bool(files) + (url is None and not files and (questions or answers is not None)) != 1:
        raise PlanError("name one of: a URL, --from FILE, --questions (or --answers FILE)")
    if url is not None:
        from lineage.survey import draft_from_url

        if questions or answers is not None:
            raise PlanError("--questions and --answers go with --from, or stand alone; a URL is read by itself")
        return draft_from_url(url, os.environ, only, identity, datetime.now(UTC))
    given: dict[str, object] = {}
    if answers is not None:
        given = answers_of(answers)
    elif questions:
        if not sys.stdin.isatty():
            raise PlanError("--questions asks on a terminal; elsewhere give --answers FILE")
        given = asked(_typed, lambda said: typer.echo(said, err=True), context=not files)
    sketch = sketched(files, only) if files else from_answers(given)
    if "meta.owner" in given:
        sketch = replace(sketch, owner=str(given["meta.owner"]))
    said = {path: answer for path, answer in given.items() if path in registry.questions()}
    text = plan_text(sketch, registry.questions(), said)
    return text, "fill in what is marked TBD or `# fill in:`, then: lineage check PLAN and lineage audit PLAN"


def _typed(question: str) -> str | None:
    """Ask on the terminal; None where nobody answers any more (Ctrl-D, Ctrl-C), so that no answer is lost."""
    try:
        return str(typer.prompt(question, default="", show_default=False, err=True))
    except typer.Abort:
        typer.echo("\nno more answers: the rest stays open", err=True)
        return None
