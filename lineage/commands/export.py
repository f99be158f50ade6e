"""The commands `lineage export` and `lineage import`: a plan and a run in the words of other tools, and back.

`lineage/cli.py` adds them to the rest. Every format of `lineage.exports` becomes a command of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lineage.commands.facts import (
    AllowExec,
    AsOf,
    NoData,
    NoSample,
    SnapshotFile,
    code_of,
    facts_of,
    limits_of,
    moment_of,
    plan_and_text,
)
from lineage.commands.files import can_be_written, written
from lineage.commands.history import StoreUrl, waivers_of
from lineage.errors import PlanError
from lineage.exports import FORMATS, Beside, Format, exported

if TYPE_CHECKING:
    from lineage.report import Report
    from lineage.scan import Limits

app = typer.Typer(help="Write a plan or its audit in the words of another tool.", no_args_is_help=True)

OutputFile = Annotated[
    Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the export there, not to stdout.")
]

ExportedPlan = Annotated[
    Path | None,
    typer.Argument(metavar="[PLAN]", help="The plan, a YAML file; with --run only tracker.yaml beside it is read."),
]

KeptRunId = Annotated[
    str | None,
    typer.Option("--run", metavar="ID", help="A run that the store keeps, as it was told: nothing is read or judged."),
]

WaiversFile = Annotated[
    Path | None, typer.Option("--waivers", metavar="FILE", help="Waivers, else waivers.yaml beside the plan.")
]


@app.callback()
def _export() -> None:
    """Write a plan or its audit in the words of another tool."""


@app.command()
def gx(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="The plan, a YAML file.")],
    to: Annotated[Path, typer.Option("--to", metavar="FOLDER", help="Write the project there; must be empty.")],
) -> None:
    """Write suites and a checkpoint of Great Expectations, to run in a pipeline of your own. Opens nothing."""
    from lineage.plan.load import load_plan
    from lineage.reports.expectations import exported as expectations

    project = expectations(load_plan(plan))
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


def _command(form: Format) -> Callable[..., None]:
    def export(  # noqa: PLR0913, PLR0917 - a command has as many parameters as options
        plan: ExportedPlan = None,
        run: KeptRunId = None,
        store: StoreUrl = None,
        snapshot: SnapshotFile = None,
        output: OutputFile = None,
        as_of: AsOf = None,
        no_data: NoData = False,
        no_sample: NoSample = False,
        allow_exec: AllowExec = False,
        waivers: WaiversFile = None,
    ) -> None:
        _can_be_written(form, output)
        if run is not None:
            judging = {"--snapshot": snapshot, "--as-of": as_of, "--waivers": waivers}
            report = _kept(run, store, [option for option, value in judging.items() if value is not None])
        elif plan is None:
            raise PlanError("name a plan, or with --run a run that `lineage audit --store` has kept")
        else:
            report = _judged(plan, snapshot, as_of, limits_of(no_data, no_sample, allow_exec), waivers)
        _write(_in(form, report, plan), output)
        if report.incomplete and not form.tells_failures:
            code_of(report.failures)
            raise typer.Exit(3)

    return export


def _judged(plan: Path, snapshot: Path | None, as_of: str | None, limits: Limits, waivers: Path | None) -> Report:
    from lineage import registry
    from lineage.run import report_on

    accepted = waivers_of(plan, waivers)
    now, started = moment_of(as_of), datetime.now(UTC)
    loaded, text = plan_and_text(plan)
    replayed = snapshot is not None and snapshot.exists()
    facts = facts_of(loaded, snapshot, now, limits)
    return report_on(
        text, str(plan), facts, registry.rules(), now=now, started_at=started, replayed=replayed, waivers=accepted
    )


def _kept(run: str, store: str | None, others: Sequence[str]) -> Report:
    """Give the report of a run as it was told then: nothing is read or judged."""
    from lineage.store import DEFAULT, open_store

    if others:
        raise PlanError(f"--run gives a run as it was told; {' and '.join(others)} would judge anew: leave one of them")
    with open_store(store or DEFAULT, new=False) as opened:
        return opened.report(run)


def _in(form: Format, report: Report, plan: Path | None) -> bytes:
    from lineage import registry
    from lineage.exports import tracker

    known = tracker.keys(tracker.tracker_file(plan)) if plan is not None else {}
    pages = {rule.id: registry.page(rule) for rule in registry.rules()}
    return exported(with_tracker(report, plan) if plan is not None else report, form.name, Beside(pages, known))


def _can_be_written(form: Format, output: Path | None) -> None:
    """Tell what cannot be written before anything is read."""
    if form.binary and output is None:
        raise PlanError(f"lineage export {form.name} writes no text; name a file with -o")
    can_be_written(output, "--output")


def _write(content: bytes, output: Path | None) -> None:
    if output is None:
        typer.echo(content, nl=False)
        return
    written(output, content, "--output")


def with_tracker(report: Report, plan: Path) -> Report:
    """Give a report that tells what the tracker says of its findings, where `lineage import` has noted that."""
    from lineage.exports.tracker import tracker_file, with_said

    return with_said(report, tracker_file(plan))


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Issues that Jira exported as CSV; `-` is stdin.")],
    plan: Annotated[Path, typer.Option("--plan", help="The plan that the findings are of.")] = Path("plan.yaml"),
) -> None:
    """Note what Jira says of findings in tracker.yaml beside the plan; later runs tell it, and judge for themselves."""
    from collections import Counter

    from lineage.exports import jira, tracker

    if not plan.exists():
        raise PlanError(f"{plan} is not there; name the plan with --plan")
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as e:
        raise PlanError(f"{file}: cannot be read ({e.strerror})") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PlanError(f"{file}: is not UTF-8; export it from Jira as CSV once more") from None
    issues = jira.read(text, str(file))
    beside = tracker.tracker_file(plan)
    tracker.write(beside, issues, datetime.now(UTC))
    counts = Counter(issue.status.value for issue in issues)
    told = ", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "none about a finding"
    typer.echo(f"wrote {beside}: {told}")


for _form in FORMATS:
    app.command(_form.name, help=f"{_form.gives}.")(_command(_form))


def add_to(commands: typer.Typer) -> None:
    """Add `lineage export` and what goes with it."""
    commands.add_typer(app, name="export")
    commands.command("import")(import_)
