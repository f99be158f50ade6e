"""The commands `waive` and `history`, and what waivers and the store add to `audit` and `diff`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lineage.commands.facts import AllowExec, AsOf, SnapshotFile, code_of, facts_of, limits_of, moment_of, plan_and_text
from lineage.commands.fingerprints import in_full
from lineage.errors import PlanError, StoreError

if TYPE_CHECKING:
    from lineage.history import KeptRun
    from lineage.report import History, Report
    from lineage.waivers.model import Waiver

StoreUrl = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        envvar="LINEAGE_STORE",
        help="Keep the run there: a file, sqlite:///FILE, postgresql://..., or `default` in your state folder.",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(waive)
    app.command()(history)


def waivers_of(plan: Path, named: Path | None) -> tuple[Waiver, ...]:
    """Give the waivers of the file that is named, else of the file beside the plan, if it is there."""
    from lineage.waivers.file import load_waivers, waivers_file

    if named is not None and not named.exists():
        raise PlanError(f"--waivers: {named} is not there; is the path right?")
    return load_waivers(named or waivers_file(plan))


def kept_beside(report: Report, store: str | None, new_only: bool) -> tuple[Report, str]:
    """Compare a run with the one before it in a store, and keep it there; give what went wrong, or nothing.

    A run with `--new-only` is not kept: what a pull request adds would else be known in its next run. Where the store
    cannot be read, nothing is known, so that everything counts.
    """
    if store is None:
        return report, ""
    from lineage.history import compared, kept
    from lineage.store import open_store

    run = kept(report)
    folded = {identifier for found in report.findings for identifier in found.folded}
    try:
        with open_store(store) as opened:
            found = compared(opened.before(run, itself=new_only), run, opened.first_seen(run), folded)
            told = replace(report, history=replace(found, new_only=new_only))
            if not new_only:
                opened.keep(run, told)
    except StoreError as e:
        return report, str(e)
    return told, ""


def waive(
    fingerprint: Annotated[
        str, typer.Argument(metavar="FINGERPRINT", help="The finding's id, as reports show it, or its beginning.")
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why it may be accepted.")],
    by: Annotated[str, typer.Option("--by", help="Who accepts it: one who may, by the plan.")],
    until: Annotated[str, typer.Option("--until", metavar="DAY", help="The last day, like 2027-01-31.")],
    plan: Annotated[Path, typer.Option("--plan", metavar="PLAN", help="The plan.")] = Path("plan.yaml"),
    snapshot: SnapshotFile = None,
    waivers: Annotated[
        Path | None, typer.Option("--waivers", metavar="FILE", help="Write there, not beside the plan.")
    ] = None,
    as_of: AsOf = None,
    allow_exec: AllowExec = False,
) -> None:
    """Accept a finding for a time: write it to waivers.yaml as it is now. Comments there stay."""
    from lineage import registry
    from lineage.run import report_on
    from lineage.waivers.file import waivers_file, with_waiver, write_waivers
    from lineage.waivers.held import weighed

    now, last = moment_of(as_of), _day(until)
    file = waivers or waivers_file(plan)
    loaded, text = plan_and_text(plan)
    facts = facts_of(loaded, snapshot, now, limits_of(False, False, allow_exec))
    report = report_on(text, str(plan), facts, registry.rules(), now=now, started_at=now)
    code_of(report.failures)  # where the finding is not found, this is why
    wanted = in_full(fingerprint, {found.id: found.id for found in report.findings})
    finding = next(found for found in report.findings if found.id == wanted)
    changed, waiver = with_waiver(file, finding, reason=reason, by=by, on=now.date(), until=last)
    (stands,) = weighed([waiver], report.findings, loaded, now)
    if stands.flaws:
        raise PlanError(f"this would waive nothing: {stands.told}; {file} is as it was")
    write_waivers(file, changed)
    told = f"{finding.rule} of {finding.judgement.subject.label}"
    typer.echo(f"{file}: {told} is waived until {last} by {by}", err=True)


def history(
    plan: Annotated[Path | None, typer.Argument(metavar="[PLAN]", help="Only runs of this plan.")] = None,
    store: StoreUrl = None,
    format_: Annotated[str, typer.Option("--format", "-f", help="terminal or json.")] = "terminal",
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="The most runs.")] = 20,
) -> None:
    """List the runs of a store, the newest first, each with what changed since the one before."""
    from rich.console import Console

    from lineage.reports import history as told
    from lineage.store import DEFAULT, default_file, open_store

    if format_ not in ("terminal", "json"):
        raise PlanError(f"--format: {format_!r} is neither terminal nor json")
    name = plan_and_text(plan)[0].id if plan is not None else None
    runs: list[tuple[KeptRun, History]] = []
    if store is not None or default_file().exists():  # nobody has kept a run in the default store before the first
        with open_store(store or DEFAULT, new=False) as opened:
            runs = [(run, opened.changes(run)) for run in opened.runs(name, limit)]
    if format_ == "json":
        typer.echo(told.document(runs), nl=False)
    else:
        told.render(runs, Console(highlight=False))


def runs_compared(before: str, after: str, store: str | None, format_: str) -> None:
    """Print what became of the findings of one run in a later one."""
    from rich.console import Console

    from lineage.history import compared
    from lineage.reports import history as told
    from lineage.store import DEFAULT, open_store

    with open_store(store or DEFAULT, new=False) as opened:
        old, new = opened.run(before), opened.run(after)
        if old.plan != new.plan:
            raise PlanError(
                f"{before} is a run of the plan {old.plan}, {after} of {new.plan}: compare runs of one plan"
            )
        found = compared(old, new, opened.first_seen(new))
    if format_ == "json":
        typer.echo(told.difference(old, new, found), nl=False)
    else:
        told.render_difference(old, new, found, Console(highlight=False))


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PlanError(f"--until: {text!r} is no day; write it like 2027-01-31") from None
