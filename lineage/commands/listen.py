"""The command `listen`: receive what a running workflow tells, and end by itself."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Annotated

import typer

from lineage.errors import PlanError


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(listen)


def listen(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the files are written; made if needed.")],
    for_: Annotated[str, typer.Option("--for", metavar="DURATION", help="How long: 60s, 10 minutes.")] = "10 minutes",
    most: Annotated[
        int, typer.Option("--max", metavar="N", min=1, max=10_000_000, help="End when so many were received.")
    ] = 100_000,
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="On 127.0.0.1; 0 takes a free one.")] = 5000,
    token_env: Annotated[
        str | None,
        typer.Option("--token-env", metavar="NAME", help="Variable that holds the token which clients must send."),
    ] = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(
            "--keep", metavar="ATTRIBUTE", help="Keep what this attribute of spans holds, as the step's name."
        ),
    ] = None,
    content: Annotated[
        bool, typer.Option("--content", help="Keep prompts and answers of traces too: the file then holds values.")
    ] = False,
) -> None:
    """Receive run events over HTTP on this machine, for a while: exit 3 where none came.

    OpenLineage events that are sent to `/api/v1/lineage` go to FOLDER/openlineage.jsonl, which the connector
    `openlineage` reads; OTLP that is sent to `/v1/traces` and `/v1/logs` goes to FOLDER/traces.jsonl, which the
    connector `otlp` reads. What can hold a value is left out of them.
    """
    from lineage.listen.events import ROUTES
    from lineage.listen.receiver import Limits, Listener
    from lineage.listen.traces import routes

    every = (*ROUTES, *routes(keep or (), content=content))
    listener = Listener(every, folder, Limits(_seconds(for_), most, _token(token_env)), port)
    typer.echo(f"listening on {listener.address} for {for_}", err=True)
    # A shell starts what runs beside it deaf to interrupts; what ends it is a TERM.
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        heard = listener.listen()
    finally:
        signal.signal(signal.SIGTERM, before)
    for file, lines in sorted(heard.lines.items()):
        typer.echo(f"received {lines:,} in {folder / file}", err=True)
    for status, times in sorted(heard.refused.items()):
        typer.echo(f"refused {times:,}: {status}", err=True)
    if not heard.lines:
        typer.echo("nothing was received; do the clients send to this address?", err=True)
    raise typer.Exit(0 if heard.lines else 3)


def _seconds(text: str) -> float:
    from lineage.duration import parse_duration

    found = parse_duration(text)
    if found.months or not 0 < found.seconds <= 86_400:
        raise PlanError(f"--for: {text!r} is not between a second and a day; write 60s or 10 minutes")
    return found.seconds


def _token(name: str | None) -> str | None:
    if name is None:
        return None
    found = os.environ.get(name)
    if not found:
        raise PlanError(f"--token-env: the variable {name} is not set; set it to the token that clients send")
    return found
