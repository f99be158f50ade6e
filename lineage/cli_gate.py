"""The commands by which people take a launch through its gates: `confirm` signs, `gate` says what is open."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from lineage.cli_facts import AsOf, moment_of, plan_and_text
from lineage.errors import PlanError


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(confirm)


def confirm(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A source of the plan; `launch` signs the dossier.")],
    by: Annotated[str, typer.Option("--by", help="Who confirms, as the plan names them.")],
    plan: Annotated[Path, typer.Option("--plan", help="The plan.")] = Path("plan.yaml"),
    until: Annotated[str | None, typer.Option("--until", metavar="DAY", help="The last day on which it holds.")] = None,
    as_of: AsOf = None,
) -> None:
    """Sign what a plan declares of a source, or the launch, as the plan stands: in confirmations.yaml beside it."""
    from lineage import confirmation

    if not by.strip():
        raise PlanError("--by: who confirms?")
    loaded, _ = plan_and_text(plan)
    try:
        last = date.fromisoformat(until) if until is not None else None
    except ValueError:
        raise PlanError(f"--until: {until!r} is no day; write it like 2027-01-31") from None
    file = confirmation.confirm(loaded, source, by.strip(), moment_of(as_of), last)
    typer.echo(f"{by.strip()} confirmed {source} on {plan} {loaded.sha256[:12]}, in {file}")
