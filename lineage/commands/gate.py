"""The commands by which people take a launch through its gates: `confirm` signs, `gate` says what is open."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from lineage.commands.facts import (
    AllowExec,
    AsOf,
    PlanFile,
    SnapshotFile,
    facts_of,
    limits_of,
    moment_of,
    plan_and_text,
)
from lineage.commands.files import can_be_written, written
from lineage.commands.history import waivers_of
from lineage.errors import PlanError


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(confirm)
    app.command()(gate)


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


def gate(
    number: Annotated[int, typer.Argument(metavar="GATE", help="3 (production-ready) or 4 (live).", min=3, max=4)],
    plan: PlanFile,
    snapshot: SnapshotFile = None,
    dossier: Annotated[
        Path | None, typer.Option("--dossier", metavar="FILE.zip", help="Write the evidence there, with its hashes.")
    ] = None,
    waivers: Annotated[
        Path | None, typer.Option("--waivers", metavar="FILE", help="Waivers, else waivers.yaml beside the plan.")
    ] = None,
    as_of: AsOf = None,
    allow_exec: AllowExec = False,
) -> None:
    """Print a gate's entry and exit criteria with their evidence; exit 1 while something is open."""
    from lineage import registry
    from lineage.dossier.gate import checklist, gate_of

    can_be_written(dossier, "--dossier")
    now, accepted = moment_of(as_of), waivers_of(plan, waivers)
    loaded, text = plan_and_text(plan)
    facts = facts_of(loaded, snapshot, now, limits_of(False, False, allow_exec))
    rules, points = registry.rules(), registry.requirements()
    judged = gate_of(number, loaded, facts, rules, points, now, accepted)
    typer.echo(checklist(judged), nl=False)
    if dossier is not None:
        from lineage.dossier.bundle import dossier as dossier_of

        written(dossier, dossier_of(loaded, text, facts, rules, points, now, accepted), "--dossier")
    still = sum(criterion.open for criterion in judged.criteria)
    typer.echo(f"gate {number}: {still} of {len(judged.criteria)} criteria open", err=True)
    raise typer.Exit(3 if judged.failures else int(judged.open))
