"""The commands about a launch as a whole: `requirements`; `lineage/cli.py` adds them to the rest."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lineage.commands.facts import AllowExec, AsOf, SnapshotFile, facts_of, limits_of, moment_of, plan_and_text
from lineage.errors import PlanError


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(requirements)


def requirements(
    plan: Annotated[Path | None, typer.Argument(metavar="[PLAN]", help="The plan; without it the points.")] = None,
    snapshot: SnapshotFile = None,
    as_of: AsOf = None,
    format_: Annotated[str, typer.Option("--format", "-f", help="terminal, json or csv.")] = "terminal",
    allow_exec: AllowExec = False,
) -> None:
    """Say how far a plan answers for every point that a launch has to answer for: point, assumption, rule, verdict."""
    from rich.console import Console

    from lineage import registry
    from lineage.reports import requirements as report
    from lineage.requirement import answered
    from lineage.run import report_on

    if format_ not in ("terminal", "json", "csv"):
        raise PlanError(f"--format: {format_!r} is none of terminal, json, csv")
    if plan is None:
        report.points_listed(registry.requirements(), Console(highlight=False))
        return
    now = moment_of(as_of)
    loaded, text = plan_and_text(plan)
    facts = facts_of(loaded, snapshot, now, limits_of(False, False, allow_exec))
    rules = registry.rules()
    judged = report_on(text, str(plan), facts, rules, now=now, started_at=now)
    points = answered(registry.requirements(), judged.assumptions, (rule.id for rule in rules))
    if format_ == "terminal":
        report.render(points, Console(highlight=False))
    else:
        typer.echo(report.to_json(points) if format_ == "json" else report.to_csv(points), nl=False)
    raise typer.Exit(3 if judged.incomplete else 0)
