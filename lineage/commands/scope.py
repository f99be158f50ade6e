"""The command `scope`: what may launch today as a diff of the plan, what that costs, and what gives the rest back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

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
from lineage.commands.fingerprints import in_full
from lineage.commands.history import waivers_of

if TYPE_CHECKING:
    from lineage.scope.resolver import Resolved


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(scope)


def scope(
    plan: PlanFile,
    snapshot: SnapshotFile = None,
    write: Annotated[
        Path | None, typer.Option("--write", metavar="FILE", help="Write the narrowed plan there.")
    ] = None,
    stage: Annotated[
        str | None, typer.Option("--stage", metavar="ID", help="What this stage of the rollout alone may launch.")
    ] = None,
    what_if: Annotated[
        str | None,
        typer.Option("--what-if", metavar="FIX,...", help="Take these findings, by fingerprint, as mended."),
    ] = None,
    waivers: Annotated[
        Path | None, typer.Option("--waivers", metavar="FILE", help="Waivers, else waivers.yaml beside the plan.")
    ] = None,
    as_of: AsOf = None,
    allow_exec: AllowExec = False,
) -> None:
    """Print the plan's diff to what may launch today; on stderr what that costs, and what gives the rest back."""
    from lineage import registry
    from lineage.report import Decision
    from lineage.reports.narrowing import narrowing
    from lineage.scope.resolver import resolve

    can_be_written(write, "--write")
    now = moment_of(as_of)
    loaded, text = plan_and_text(plan)
    facts = facts_of(loaded, snapshot, now, limits_of(False, False, allow_exec))
    rules, accepted = registry.rules(), waivers_of(plan, waivers)
    resolved = today = resolve(loaded, text, facts, rules, now, accepted, stage=stage)
    if what_if:
        fixed = _findings(what_if.split(","), resolved)
        resolved = resolve(loaded, text, facts, rules, now, accepted, stage=stage, fixed=fixed)
    if write is not None and resolved.decision is Decision.HOLD:
        typer.echo(f"{write} is not written: the launch is held, so no narrower plan can be launched", err=True)
    elif write is not None:
        written(write, resolved.scope.narrowed_text, "--write")
    typer.echo(resolved.scope.plan_diff, nl=False)
    typer.echo(narrowing(resolved, today.scope.launchable if what_if else None), err=True, nl=False)
    raise typer.Exit(3 if resolved.audit.failures else 0)


def _findings(named: Sequence[str], resolved: Resolved) -> Collection[str]:
    """Give the fingerprints that are named, each in full or by a beginning that is one finding's alone."""
    told = [*resolved.audit.findings, *resolved.arisen]
    known = {identifier: found.id for found in told for identifier in (found.id, *found.folded)}
    return {in_full(name, known, "--what-if: ") for name in named}
