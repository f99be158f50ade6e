"""The command `lineage`: parse, call, render, exit. Everything heavy is imported by the command that needs it.

Exit codes: 0 nothing at or above `--fail-on`, 1 findings there, 2 the plan or the call is wrong, 3 incomplete. Nothing
else may end in 1, which says that something was found: not a reader that goes away, and not a fault of our own.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from lineage import __version__, commands
from lineage.commands.ending import fault_of, told_to_a_pipe
from lineage.commands.export import with_tracker
from lineage.commands.facts import (
    AllowExec,
    AsOf,
    NoData,
    NoSample,
    PlanFile,
    SnapshotFile,
    code_of,
    facts_of,
    limits_of,
    moment_of,
    plan_and_text,
    progress_shown,
)
from lineage.commands.files import can_be_written, written
from lineage.commands.history import StoreUrl, kept_beside, waivers_of
from lineage.errors import LineageError, PlanError, SnapshotError

if TYPE_CHECKING:
    from lineage.report import Report

app = typer.Typer(
    help="Audits what a production AI workflow takes for granted about its context, and says what may launch today.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.command()
def check(
    plans: Annotated[list[Path], typer.Argument(metavar="PLAN...", help="Plans, YAML files; each is told by itself.")],
) -> None:
    """Check a plan's form: every problem at once, with line and caret. Opens nothing but the plan."""
    wrong = []
    for plan in plans:
        try:
            typer.echo(_checked(plan))
        except PlanError as e:
            wrong.append(str(e))
    if wrong:
        raise PlanError("\n".join(wrong))


def _checked(plan: Path) -> str:
    from lineage.plan.answered import open_places

    loaded, text = plan_and_text(plan)
    claims = sum(leaf.kind.value == "claim" for leaf in loaded.leaves.values())
    questions = sum(leaf.kind.value == "question" for leaf in loaded.leaves.values())
    absent = f"; not there yet: {', '.join(loaded.absent_blocks)}" if loaded.absent_blocks else ""
    left = open_places(((leaf.text, leaf.mark.line) for leaf in loaded.leaves.values()), text)
    still = f"; {len(left)} still open, the first on line {left[0]}" if left else ""
    return f"{plan}: a plan with {claims} claims and {questions} answers, no problem{still}{absent}"


@app.command()
def schema() -> None:
    """Print the plan's JSON Schema, for editors."""
    import json

    from lineage.plan.schema import json_schema

    typer.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


@app.command()
def scan(
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="A plan, or a database's URL, a file or a folder.")],
    snapshot: Annotated[Path | None, typer.Option("--snapshot", metavar="FILE", help="Write the facts there.")] = None,
    as_of: AsOf = None,
    no_data: NoData = False,
    no_sample: NoSample = False,
    sample: Annotated[
        int | None,
        typer.Option(
            "--sample", metavar="ROWS", min=1, help="Records of each dataset to look at; else 2,000, or all of 10,000."
        ),
    ] = None,
    allow_exec: AllowExec = False,
    recognizers: Annotated[
        Path | None, typer.Option("--recognizers", metavar="FILE", help="Presidio recognisers of your own, as YAML.")
    ] = None,
) -> None:
    """Say what is in a system, how old, who can read it and what looks personal. Shows no value."""
    from rich.console import Console

    from lineage.recognizers import detector_with
    from lineage.reports.scan import render
    from lineage.reports.snapshot import write
    from lineage.survey import survey

    can_be_written(snapshot, "--snapshot")
    limits = limits_of(no_data, no_sample, allow_exec)
    if recognizers is not None:
        limits = replace(limits, detector=detector_with(recognizers))
    with progress_shown() as progress:
        plan, facts = survey(source, os.environ, now=moment_of(as_of), limits=limits, progress=progress, sample=sample)
    if snapshot is not None:
        write(facts, snapshot)
    render(plan, facts, Console(highlight=False))
    raise typer.Exit(code_of(facts.failures))


@app.command()
def audit(  # noqa: PLR0913, PLR0917 - a command has as many parameters as options
    plan: PlanFile,
    snapshot: SnapshotFile = None,
    format_: Annotated[
        str | None, typer.Option("--format", "-f", help="terminal, json, csv, markdown or html; else as FILE ends.")
    ] = None,
    output: Annotated[
        list[str] | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the report there; `-` is stdout; may be repeated."),
    ] = None,
    bom: Annotated[bool, typer.Option("--bom", help="Begin CSV with the mark by which Excel knows UTF-8.")] = False,
    waivers: Annotated[
        Path | None, typer.Option("--waivers", metavar="FILE", help="Waivers, else waivers.yaml beside the plan.")
    ] = None,
    store: StoreUrl = None,
    new_only: Annotated[
        bool, typer.Option("--new-only", help="Fail only for what the store's last run does not have; keep nothing.")
    ] = False,
    fail_on: Annotated[str, typer.Option(help="Exit 1 for findings at or above this severity.")] = "high",
    as_of: AsOf = None,
    no_data: NoData = False,
    no_sample: NoSample = False,
    allow_exec: AllowExec = False,
) -> None:
    """Read the systems that a plan names, judge what it takes for granted, and say what may launch."""
    from lineage import registry
    from lineage.model import Severity
    from lineage.run import exit_code, report_on

    started, now = datetime.now(UTC), moment_of(as_of)
    threshold = _one_of(fail_on, [severity.value for severity in Severity], "--fail-on")
    outputs = _outputs(output or ["-"], format_)
    if new_only and store is None:
        raise PlanError("--new-only needs --store: what is new is said beside the last run there")
    accepted = waivers_of(plan, waivers)
    loaded, text = plan_and_text(plan)
    replayed = snapshot is not None and snapshot.exists()
    facts = facts_of(loaded, snapshot, now, limits_of(no_data, no_sample, allow_exec))
    report = report_on(
        text, str(plan), facts, registry.rules(), now=now, started_at=started, replayed=replayed, waivers=accepted
    )
    report, trouble = kept_beside(report, store, new_only)
    code = 3 if trouble else exit_code(report, Severity(threshold))
    report = with_tracker(report, plan)  # after the exit code: what somebody said is no verdict
    for file, wanted in outputs:
        _write(wanted, report, code, file, bom)
    if trouble:
        typer.echo(f"{trouble}; the report is whole, and the run is not kept", err=True)
    raise typer.Exit(code)


@app.command()
def paths(
    field: Annotated[str, typer.Argument(metavar="FIELD", help="A field of the plan, `crm.contacts.email`.")],
    plan: Annotated[Path, typer.Option("--plan", help="The plan.")] = Path("plan.yaml"),
    snapshot: SnapshotFile = None,
    allow_exec: AllowExec = False,
) -> None:
    """Show where a field comes from and every boundary that it crosses."""
    from rich.console import Console

    from lineage.reports.paths import render

    loaded, _ = plan_and_text(plan)
    known = {declared.id for declared in loaded.fields()}
    if field not in known:
        import difflib

        near = difflib.get_close_matches(field, known, n=1)
        raise PlanError(f"{plan} has no field {field!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    facts = facts_of(loaded, snapshot, datetime.now(UTC), limits_of(True, True, allow_exec))
    code = code_of(facts.failures)
    render(loaded, facts, field, Console(highlight=False))
    raise typer.Exit(code)


@app.command()
def rule(
    identifier: Annotated[str | None, typer.Argument(metavar="[ID]", help="`freshness/stale-source`.")] = None,
) -> None:
    """Print a rule's page, or every rule in a line."""
    from lineage import registry

    found = {each.id: each for each in registry.rules()}
    if identifier is None:
        for each in found.values():
            typer.echo(f"{each.id:40} {each.severity.value:8} {registry.page(each).flaw}")
        return
    if identifier not in found:
        import difflib

        near = difflib.get_close_matches(identifier, found, n=1)
        raise PlanError(f"no rule is called {identifier!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    page = registry.page(found[identifier])
    typer.echo(f"{identifier} ({found[identifier].severity.value})\n\n{page.flaw}\n")
    for head, text in (
        ("Why it matters", page.why_it_matters),
        ("What it looks at", page.what_it_looks_at),
        ("How to fix it", page.how_to_fix_it),
    ):
        typer.echo(f"{head}\n  {text}\n")


commands.add_to(app)


def main() -> NoReturn:
    """Run the command; errors that a user can mend are told in a line, without a traceback."""
    sys.stdout = told_to_a_pipe(sys.stdout)
    try:
        try:
            app(prog_name="lineage")
        finally:
            sys.stdout.flush()  # what a full disk does not take is told here, not at Python's end
    except (PlanError, SnapshotError) as e:
        _stop(str(e), 2)
    except LineageError as e:
        _stop(str(e), 3)
    except Exception as e:  # noqa: BLE001 - a fault of our own must not end in 1, nor quote what it was working on
        _stop(fault_of(e), 3)
    sys.exit(0)


def _stop(message: str, code: int) -> NoReturn:
    typer.echo(message, err=True)
    sys.exit(code)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"lineage-audit {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    del version


def _outputs(files: list[str], wanted: str | None) -> list[tuple[Path | None, str]]:
    """Give where to write which format, None for stdout; what cannot be written is told before anything is read."""
    from lineage.reports import FORMATS, format_of

    stated = None if wanted is None else _one_of(wanted, list(FORMATS), "--format")
    outputs: list[tuple[Path | None, str]] = []
    for name in files:
        file = None if name == "-" else Path(name)
        by_ending = format_of(file) if file is not None else None
        outputs.append((file, by_ending or stated or "terminal"))
        can_be_written(file, "--output")
    if stated is not None and stated not in {used for _, used in outputs}:
        raise PlanError(f"--format {stated} is used by no output; `-o -` is stdout, a file's ending says its format")
    return outputs


def _write(wanted: str, report: Report, code: int, file: Path | None, bom: bool) -> None:
    if file is None and wanted == "terminal":
        from rich.console import Console

        from lineage.reports.terminal import render

        render(report, Console(highlight=False), code)
        return
    from lineage.reports import text_of

    text = text_of(report, wanted, code, bom=bom).encode()
    if file is None:
        typer.echo(text, nl=False)
        return
    written(file, text, "--output")


def _one_of(value: str, allowed: list[str], option: str) -> str:
    if value not in allowed:
        raise PlanError(f"{option}: {value!r} is none of {', '.join(allowed)}")
    return value
