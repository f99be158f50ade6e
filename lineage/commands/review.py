"""The command `review`: walk through what is personal, and write down what a person decides about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from lineage.commands.facts import AllowExec, code_of, facts_of, limits_of, moment_of, plan_and_text
from lineage.errors import PlanError

if TYPE_CHECKING:
    from rich.console import Console

    from lineage.finding import Finding
    from lineage.report import Report
    from lineage.review import Decision
    from lineage.scan import Limits


def add_to(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(review)


def review(
    plan: Annotated[Path, typer.Argument(metavar="PLAN", help="The plan, a YAML file.")],
    snapshot: Annotated[
        Path | None,
        typer.Option(
            "--snapshot", metavar="FILE", help="Review the facts in FILE; where it does not exist, scan and write it."
        ),
    ] = None,
    decide: Annotated[
        list[str] | None,
        typer.Option(
            "--decide",
            metavar="FINGERPRINT=DECISION",
            help="Decide without being asked: confirmed, not_personal or accepted; may be repeated.",
        ),
    ] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who decides.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DAY", help="For accepted: the last day.")] = None,
    because: Annotated[str, typer.Option("--because", help="Why.")] = "",
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="MOMENT", help="Judge as of this ISO moment instead of now.")
    ] = None,
    allow_exec: AllowExec = False,
) -> None:
    """Decide what is personal: findings one by one, with why, share and boundaries. Shows no value."""
    from rich.console import Console

    from lineage.reports.words import counted
    from lineage.review import decisions_file, not_found_again, read_decisions, write_decisions

    now, by = moment_of(as_of), (by or "").strip() or None
    report = _report(plan, snapshot, now, limits_of(False, False, allow_exec))
    file = decisions_file(plan)
    console = Console(highlight=False)
    decisions = _stated(report, decide, by, until, because, now) if decide else _asked(console, report, by, now)
    written = 0
    try:
        # One by one: what is decided stands, whatever becomes of the rest of the walk.
        for decision in decisions:
            write_decisions(file, [decision], now)
            written += 1
    finally:
        if written:
            typer.echo(f"wrote {counted(written, 'decision')} to {file}", err=True)
    for fact in not_found_again(report.findings, read_decisions(file)) if not report.failures else ():
        console.print(f"decided and not found any more: {fact.finding} ({fact.decision}, {fact.by})", markup=False)
    # What was not read may hold more to decide: that there is nothing to decide is then no answer.
    raise typer.Exit(code_of(report.failures))


def _report(plan: Path, snapshot: Path | None, now: datetime, limits: Limits) -> Report:
    from lineage import registry
    from lineage.run import report_on

    loaded, text = plan_and_text(plan)
    facts = facts_of(loaded, snapshot, now, limits)
    return report_on(text, str(plan), facts, registry.rules(), now=now, started_at=now)


def _stated(
    report: Report, stated: list[str], by: str | None, until: str | None, because: str, now: datetime
) -> list[Decision]:
    from lineage.review import DECISIONS, Decision, is_reviewed

    if not by:
        raise PlanError("--decide needs --by: who decides")
    open_ = {finding.id: finding for finding in report.findings if is_reviewed(finding)}
    decisions = []
    for text in stated:
        identifier, _, decision = text.partition("=")
        decision = decision.replace("-", "_").replace(" ", "_")
        if decision not in DECISIONS:
            raise PlanError(f"--decide {identifier}: {decision!r} is none of {', '.join(DECISIONS)}")
        if identifier not in open_:
            raise PlanError(f"--decide {identifier}: no finding of the privacy family has this fingerprint")
        if decision == "accepted" and until is None:
            raise PlanError(f"--decide {identifier}=accepted needs --until: a risk is accepted for a time")
        day = _day(until, now) if until is not None and decision == "accepted" else None
        decisions.append(Decision(open_[identifier], decision, by, day, because))
    return decisions


def _asked(console: Console, report: Report, by: str | None, now: datetime) -> Iterator[Decision]:
    from lineage.review import is_reviewed

    findings = [finding for finding in report.findings if is_reviewed(finding) and not finding.decided]
    if not findings:
        console.print("nothing to decide: no open finding of the privacy family")
        return
    for number, finding in enumerate(findings, 1):
        _show(console, report, finding, f"{number} of {len(findings)}")
        try:
            answer = _answer(finding, by, now)
        except (EOFError, typer.Abort):
            # Nobody is there to answer: a pipe, a job, or the end of what was typed.
            for other in findings[number:]:
                _show(console, report, other, f"{findings.index(other) + 1} of {len(findings)}")
            console.print("\nno answer: decide later, or with --decide FINGERPRINT=DECISION --by NAME", markup=False)
            return
        if answer == "quit":
            return
        if not isinstance(answer, str):
            by = answer.by
            yield answer


def _answer(finding: Finding, by: str | None, now: datetime) -> Decision | Literal["skip", "quit"]:
    """Ask about one finding.

    Raises:
        EOFError: there is no answer to be had.
    """
    from rich.prompt import Prompt

    from lineage.review import Decision

    answer = Prompt.ask("decide", choices=["confirmed", "not personal", "accepted", "skip", "quit"], default="skip")
    if answer == "skip":
        return "skip"
    if answer == "quit":
        return "quit"
    by = by or _asked_name()
    day = _asked_day(now) if answer == "accepted" else None
    return Decision(finding, answer.replace(" ", "_"), by, day, Prompt.ask("because", default=""))


def _asked_name() -> str:
    """Ask who decides until somebody is named."""
    from rich.prompt import Prompt

    while not (name := Prompt.ask("who decides").strip()):
        typer.echo("a decision is somebody's: write a name or an address", err=True)
    return name


def _asked_day(now: datetime) -> date:
    """Ask for a day until one is given."""
    from rich.prompt import Prompt

    while True:
        try:
            return _day(Prompt.ask("accepted until (YYYY-MM-DD)"), now)
        except PlanError as error:
            typer.echo(str(error), err=True)


def _show(console: Console, report: Report, finding: Finding, place: str) -> None:
    """Show a finding without a value: what, why, how much, and where it goes."""
    from lineage.reports.words import figure

    actual = finding.judgement.actual
    lines = [f"\n{place}  {finding.severity.value}  {finding.judgement.subject.label}  {finding.id}", finding.title]
    if actual.method:
        lines.append(f"  why: {actual.method}")
    if actual.value is not None:
        lines.append(f"  how much: {figure(actual)}" + (f", of {actual.sample:,} looked at" if actual.sample else ""))
    lines += [f"  {hop.source} -> {hop.target} ({hop.by})" for hop in finding.judgement.path]
    field = finding.judgement.subject.field
    row = next((row for row in report.matrix if row.field == field), None)
    for crossing in row.crossings if row is not None else ():
        lines.append(f"  at {crossing.boundary}: {crossing.state.value} ({crossing.why})")
    for line in lines:
        console.print(line, markup=False)


def _day(text: str, now: datetime) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise PlanError(f"{text!r} is no day; write it like 2027-01-31") from None
    if day < now.date():
        raise PlanError(f"{text!r} is over; a risk is accepted until a day to come")
    return day
