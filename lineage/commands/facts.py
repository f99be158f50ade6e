"""What commands share: the plan, the facts (read or replayed), progress on a terminal, and common options."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lineage.commands.files import can_be_written
from lineage.errors import PlanError

if TYPE_CHECKING:
    from lineage.facts import Failure, Snapshot
    from lineage.plan.model import Plan
    from lineage.scan import Limits

PlanFile = Annotated[Path, typer.Argument(metavar="PLAN", help="The plan, a YAML file.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="MOMENT", help="Judge as of this ISO moment instead of now.")
]
SnapshotFile = Annotated[
    Path | None,
    typer.Option(
        "--snapshot", metavar="FILE", help="Judge the facts in FILE; where it does not exist, scan and write it."
    ),
]
NoData = Annotated[bool, typer.Option("--no-data", help="Read catalogues only: no row is read.")]
NoSample = Annotated[bool, typer.Option("--no-sample", help="Aggregate only: look at no value.")]
AllowExec = Annotated[bool, typer.Option("--allow-exec", help="Allow connectors that run a command of the plan.")]


def plan_and_text(path: Path) -> tuple[Plan, str]:
    """Load a plan, and give its text beside it."""
    from lineage.plan.load import load_plan

    loaded = load_plan(path)
    return loaded, path.read_bytes().decode("utf-8-sig")


def facts_of(plan: Plan, file: Path | None, now: datetime, limits: Limits) -> Snapshot:
    """Give the facts of a file where it is there; else scan, and write them there where a file is named."""
    from lineage import registry
    from lineage.reports.snapshot import read, write
    from lineage.scan import scan as scanned

    if file is not None and file.exists():
        facts = read(file)
        typer.echo(f"judging the facts of {facts.taken_at:%Y-%m-%d %H:%M} UTC in {file}; no source is read", err=True)
        return _with_what_is_signed(facts, Path(plan.file))
    can_be_written(file, "--snapshot")
    with progress_shown() as progress:
        facts = scanned(
            plan,
            registry.rules(),
            now=now,
            environ=os.environ,
            limits=limits,
            progress=progress,
            folder=Path(plan.file).parent,
        )
    if file is not None:
        write(facts, file)
        typer.echo(f"wrote the facts to {file}", err=True)
    return _with_what_is_signed(facts, Path(plan.file))


def _with_what_is_signed(facts: Snapshot, plan: Path) -> Snapshot:
    """Give facts with what stands beside a plan now: decisions, confirmations, the approved scan, test subjects."""
    from lineage.approved import with_approved
    from lineage.canary.file import with_canaries
    from lineage.confirmation import with_confirmations
    from lineage.review import with_decisions

    return with_canaries(with_approved(with_confirmations(with_decisions(facts, plan), plan), plan), plan)


def code_of(failures: Iterable[Failure]) -> int:
    """Tell on stderr what failed, so that the run is incomplete, and give the exit code: 3 then, else 0."""
    code = 0
    for failure in failures:
        typer.echo(f"incomplete: {failure.what}: {failure.reason}; {failure.settle}", err=True)
        code = 3
    return code


def limits_of(no_data: bool, no_sample: bool, allow_exec: bool) -> Limits:
    """Give the limits of a scan as the options say."""
    from lineage.scan import Limits

    return Limits(data=not no_data, sample=not (no_data or no_sample), commands=allow_exec)


def moment_of(text: str | None) -> datetime:
    """Give the moment that `--as-of` says, now without it; a moment without a zone is UTC."""
    if text is None:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise PlanError(f"--as-of: {text!r} is no ISO moment; write it like 2026-11-22T12:00:00+00:00") from None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


@contextmanager
def progress_shown() -> Iterator[Callable[[str, int, int], None] | None]:
    """Show on stderr how far a scan is, only on a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn

    columns = (SpinnerColumn(), TextColumn("reading {task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        tasks: dict[str, TaskID] = {}

        def told(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=of)
            bars.update(tasks[what], completed=done)

        yield told
