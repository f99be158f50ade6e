"""The command `canary`: plant a test subject, erase it, look for it in every copy. The one command that writes."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from lineage.commands.facts import PlanFile, moment_of, plan_and_text


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(canary)


@contextmanager
def _stopping_cleanly() -> Iterator[None]:
    """Let Ctrl+C and a polite kill end the run by way of cleaning up, and nothing disturb that."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def stop(_number: int, _frame: object) -> None:
        for number in before:
            signal.signal(number, signal.SIG_IGN)
        typer.echo("stopping: the test subject is taken out first", err=True)
        raise KeyboardInterrupt

    for number in before:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def canary(
    plan: PlanFile,
    allow_canary: Annotated[
        bool, typer.Option("--allow-canary", help="Allow to write: plant and erase the declared test subjects.")
    ] = False,
    wait: Annotated[
        float, typer.Option("--wait", metavar="SECONDS", min=0, max=86_400, help="The longest wait for copies.")
    ] = 60.0,
) -> None:
    """Plant a test subject, erase it and look for it in every copy; then clean up. Writes to the sources.

    The subject is declared in the plan, at its dataset: `canary: {id: 999000001, email: canary@example.com}`.
    What became of it is added to canary.yaml beside the plan, and audits judge deletion by it.
    Exit code 1: it is still there; 3: somewhere it could not be looked for, or not be cleaned up. Ctrl+C cleans up too.
    """
    from lineage.canary.file import write_canaries
    from lineage.canary.trial import canaries

    loaded, _ = plan_and_text(plan)
    with _stopping_cleanly():
        told = list(canaries(loaded, os.environ, now=moment_of(None), wait=wait, allowed=allow_canary))
    for fact in told:
        left = "could not be looked for" if fact.left is None else f"{fact.left:,} left after {fact.waited_seconds:g} s"
        where = "at its source" if fact.copy == fact.dataset else "in the copy"
        uncleaned = "; NOT CLEANED UP" if fact.uncleaned else ""
        why = f" ({fact.reason})" if fact.reason else ""
        typer.echo(f"{fact.copy}: {fact.arrived:,} arrived {where}, {left}{why}{uncleaned}")
    file = write_canaries(plan, told)
    typer.echo(f"added to {file}", err=True)
    if any(fact.left is None or fact.uncleaned for fact in told):
        raise typer.Exit(3)
    raise typer.Exit(1 if any(fact.left for fact in told) else 0)
