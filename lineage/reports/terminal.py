"""A run as text: for a terminal, a pipe or a ticket; the verdict is the last line."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Final

from rich.console import Console
from rich.text import Text

from lineage.finding import Finding, Fix, Status
from lineage.model import Severity, Verdict
from lineage.reached import IdentityAccess, Opened
from lineage.report import Report
from lineage.reports.accepted import about, accepted, gone, since
from lineage.reports.doors import in_figures, readers, told
from lineage.reports.effect import Effect, by_effect, heading, place, scope_effect
from lineage.reports.ladder import write_ladder, write_lasting
from lineage.reports.ledger import ORDER, write_ledger, write_unverified
from lineage.reports.lines import Lines
from lineage.reports.matrix import write_matrix
from lineage.reports.scope import DECISION_STYLE, write_scope
from lineage.reports.words import cost, counted, figure, how_measured, moment, plain, read_as

_SEVERITY_STYLE: Final = {
    Severity.BLOCKER: "bold red",
    Severity.HIGH: "red",
    Severity.MEDIUM: "yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}

_FIELDS_SHOWN: Final = 8


def render(report: Report, console: Console, exit_code: int | None = None) -> None:
    """Write a run; the exit code is named in the last line where it is known."""
    lines = Lines(console)
    _head(lines, report)
    for effect, findings in by_effect(report).items():
        asked = [finding for finding in findings if effect is Effect.TOLD and finding.judgement.unanswered]
        whole = [finding for finding in findings if finding not in asked]
        if whole:
            lines.head(f"{heading(report, effect)} ({len(whole)})")
        for finding in sorted(whole, key=lambda finding: finding.severity.rank):
            lines.blank()
            _finding(lines, report, finding)
        _asked(lines, report, asked)
    write_matrix(lines, report)
    write_ladder(lines, report)
    write_lasting(lines, report)
    for access in report.access:
        _access(lines, access)
    write_unverified(lines, report)
    write_ledger(lines, report)
    write_scope(lines, report)
    _waivers(lines, report)
    _failures(lines, report)
    lines.blank()
    lines.whole(_verdict(report, exit_code))


def _head(lines: Lines, report: Report) -> None:
    version = f" {plain(report.plan_version)}" if report.plan_version else ""
    rest = f"{version} ({plain(report.plan_status)}), {plain(report.plan_file)}"
    lines.whole(Text.assemble((plain(report.plan_id), "bold"), rest))
    lines.text(f"as of {moment(report.as_of)}, mode {report.mode}, run {plain(report.run_id)}", indent=0)
    products = {read.source: plain(read.product) for read in report.sources}
    for source in sorted({*report.identities, *report.costs}):
        identity = report.identities.get(source)
        spent = report.costs.get(source)
        parts = [products.get(source, ""), cost(spent) if spent else "", read_as(identity) if identity else ""]
        lines.text(f"{plain(source)}: {', '.join(part for part in parts if part)}", indent=0)
    seen = report.coverage
    shares = (
        ("sources", seen.sources),
        ("datasets", seen.datasets),
        ("fields", seen.fields),
        ("identities", seen.identities),
    )
    looked = ", ".join(f"{share.done} of {share.planned} {what}" for what, share in shares if share.planned)
    sampled = f"; {counted(seen.rows_sampled, 'record')} sampled" if seen.rows_sampled else ""
    lines.text(f"seen: {looked or 'nothing'}{sampled}", indent=0)


def _finding(lines: Lines, report: Report, finding: Finding) -> None:
    judged = finding.judgement
    known = judged.verdict is not Verdict.UNVERIFIED
    lines.text(
        Text.assemble(
            (finding.severity.value, _SEVERITY_STYLE[finding.severity]),
            "" if known else " if true",
            f"  {finding.rule}  ",
            (plain(judged.subject.label), "bold"),
            "" if finding.status is Status.OPEN else f"  [{finding.status.value}]",
        )
    )
    lines.text(plain(finding.title), indent=4, hang=0)
    if not known:
        lines.row("unknown", f"to settle: {plain(judged.settle) or 'nothing that is known'}")
        lines.row("scope", scope_effect(report, finding))
        lines.row("finding", finding.id)
        return
    lines.row("declared", _declared(report, finding))
    how = how_measured(judged.actual)
    lines.row("actual", "; ".join(part for part in (figure(judged.actual), how) if part))
    lines.row("path", _path(finding))
    lines.row("scope", scope_effect(report, finding))
    for fix in judged.fixes:
        _fix(lines, fix)
    lines.row("owner", plain(finding.owner or "nobody"))
    if finding.folded:
        lines.row("folded", f"{counted(len(finding.folded), 'finding')} of the same flaw")
    lines.row("finding", finding.id)


def _asked(lines: Lines, report: Report, findings: list[Finding]) -> None:
    """Write what the plan does not answer, a line each: a launch has dozens of questions, and none is a riddle."""
    if findings:
        lines.head(f"Not answered in the plan ({len(findings)})")
    for finding in sorted(findings, key=lambda finding: finding.severity.rank):
        severity = (finding.severity.value, _SEVERITY_STYLE[finding.severity])
        owner = f" ({plain(finding.owner)})" if finding.owner and finding.owner != _plan_owner(report) else ""
        lines.text(Text.assemble(severity, f"  {plain(finding.title.replace(' is not answered:', ':', 1))}{owner}"))


def _plan_owner(report: Report) -> str | None:
    """Give who owns most of what is not answered, so that no line repeats it."""
    owners = Counter(finding.owner for finding in report.findings if finding.judgement.unanswered)
    return owners.most_common(1)[0][0] if owners else None


def _declared(report: Report, finding: Finding) -> str:
    mark = place(report, finding.judgement.leaf)
    where = f"{plain(report.plan_file)}:{mark.line}:{mark.column}" if mark else plain(report.plan_file)
    return f"{plain(finding.declared)}  {where}".strip()


def _path(finding: Finding) -> str:
    hops = finding.judgement.path
    if not hops:
        return ""
    words = [plain(hops[0].source)]
    for number, hop in enumerate(hops):
        if number and hop.source != hops[number - 1].target:
            words.append(f"; {plain(hop.source)}")
        words.append(f"→ {plain(hop.target)} ({plain(hop.by)})")
    return " ".join(words)


def _fix(lines: Lines, fix: Fix) -> None:
    notes = [
        fix.effort if fix.effort != "unknown" else "",
        "safe" if fix.safe else "",
        f"by {plain(fix.owner)}" if fix.owner else "",
    ]
    said = ", ".join(note for note in notes if note)
    lines.row("fix", f"{plain(fix.text)}{f' ({said})' if said else ''}")
    if fix.patch:
        lines.verbatim(fix.patch, indent=15, style="green")


def _access(lines: Lines, access: IdentityAccess) -> None:
    """Write the three numbers, then each field that is not as declared; what is exact is counted."""
    lines.head(f"Access of {plain(access.identity)} at {plain(access.source)}")
    lines.text(in_figures(access))
    exact = sum(field.opened is Opened.EXACT for field in access.fields)
    if exact:
        lines.text(f"{counted(exact, 'field')} as declared")
    odd = [field for field in access.fields if field.opened is not Opened.EXACT]
    for field in odd[:_FIELDS_SHOWN]:
        kind = f" ({plain(field.sensitive)})" if field.sensitive else ""
        lines.text(f"{field.opened.value}  {plain(field.field)}{kind}")
        lines.row("by" if field.path else "because", told(field))
        lines.row("also", readers(field))
    left = len(odd) - len(odd[:_FIELDS_SHOWN]) + access.unlisted
    if left:
        lines.text(f"and {left:,} more, in the other formats")


def _waivers(lines: Lines, report: Report) -> None:
    if report.waivers:
        lines.head(f"Waivers ({len(report.waivers)})")
    for each in report.waivers:
        lines.text(f"{plain(each.waiver.place)}  {each.state.value}  {about(each)}")
        lines.row("by", plain(f"{each.waiver.by or 'nobody'}, until {each.waiver.until or 'no day'}"))
        lines.row("because", plain(each.waiver.reason))
        if each.flaws:
            lines.row("but", plain(each.told))
    for change, named in gone(report):
        lines.text(f"{change} since the run before: {named}")


def _failures(lines: Lines, report: Report) -> None:
    if report.failures:
        lines.head(f"Failed, so the run is incomplete ({len(report.failures)})", "bold red")
    for failure in report.failures:
        lines.text(f"{plain(failure.what)}: {plain(failure.reason)}")
        lines.row("way out", plain(failure.settle))
    skipped = report.coverage.skipped
    if skipped:
        lines.head(f"Not looked at ({len(skipped)})")
    reasons: defaultdict[str, list[str]] = defaultdict(list)
    for what, why in skipped:
        reasons[why].append(plain(what))
    for why, things in reasons.items():
        lines.text(f"{'; '.join(things)}: {plain(why)}")


def _verdict(report: Report, exit_code: int | None) -> Text:
    severities = Counter(finding.severity for finding in report.findings)
    found = ", ".join(f"{severities[severity]} {severity.value}" for severity in Severity if severities[severity])
    found = found.replace("blocker", "blockers") if severities[Severity.BLOCKER] > 1 else found
    counts = report.counts()
    ledger = ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in ORDER)
    parts = [found or "no finding", f"{ledger} (of {len(report.assumptions)})"]
    parts += [part for part in (accepted(report), since(report)) if part]
    if report.incomplete:
        parts.append("incomplete")
    if exit_code is not None:
        parts.append(f"exit {exit_code}")
    return Text.assemble((report.decision.value.upper(), DECISION_STYLE[report.decision]), "  ", "  ".join(parts))
