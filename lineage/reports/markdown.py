"""A run as one page of Markdown, for a comment on a pull request and for docs: the decision first, the ledger folded.

Sites refuse comments of more than 65,536 characters, so a page stays under 65,000: tables are cut at their end, and the
cut is stated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from lineage.finding import Finding, Fix, Status
from lineage.model import Level, Rung, Severity, Verdict
from lineage.reached import IdentityAccess
from lineage.report import Crosses, Crossing, DatasetRead, Report, ScopeSet, SourceRead
from lineage.reports._escaped import clipped, code, fenced, prose
from lineage.reports.accepted import about, accepted, since
from lineage.reports.doors import in_figures, readers, told
from lineage.reports.effect import Effect, boundaries_of, by_effect, heading, named, place, scope_effect
from lineage.reports.ladder import doubts, rung_words, together
from lineage.reports.ladder import told as ladder_told
from lineage.reports.words import age, cost, counted, figure, moment, narrowing_costs, operated

LIMIT: Final = 65_000
"""The characters that a page may have."""

_PARTS: Final = ("sources", "fields", "masked", "segments", "steps", "actions", "stores", "stages")
_ORDER: Final = (Verdict.BROKEN, Verdict.UNVERIFIED, Verdict.HELD)
_STATES: Final = {state: f"**{state.value}**" if state is Crosses.RAW else state.value for state in Crosses}
_NOT_REACHED: Final = "not reached"
_FINDINGS_SHARE: Final = {Effect.HOLDS: 9_000, Effect.NARROWS: 9_000, Effect.TOLD: 4_000}
_NAMES_SHOWN: Final = 12
_BOUNDARIES_SHOWN: Final = 12
_SHORT: Final = 40


@dataclass(frozen=True, slots=True)
class _Section:
    """A part of the page, which may lose rows at its end."""

    before: tuple[str, ...]
    rows: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    noun: str = ""
    """What a row is; empty for a part that has none and is always there."""
    share: int = 0
    """Characters that are kept for it while earlier parts are written."""

    def size(self) -> int:
        return sum(len(line) + 1 for line in (*self.before, *self.rows, *self.after)) + 1

    def within(self, allowed: int) -> list[str]:
        """Give as many rows as there is room for, and say how many are left out."""
        if self.size() <= allowed:
            return [*self.before, *self.rows, *self.after, ""]
        fixed = sum(len(line) + 1 for line in (*self.before, *self.after)) + 200
        kept: list[str] = []
        for row in self.rows:
            fixed += len(row) + 1
            if fixed > allowed:
                break
            kept.append(row)
        left = len(self.rows) - len(kept)
        told = (
            f"*{counted(left, self.noun)} more: left out here for length, in the HTML, CSV and JSON reports in full.*"
        )
        return [*self.before, *kept, *self.after, "", told, ""]


def written(report: Report, exit_code: int | None = None) -> str:
    """Give a run as a page."""
    sections = [section for section in _sections(report, exit_code) if section.rows or not section.noun]
    used, lines = 0, []
    for number, section in enumerate(sections):
        kept = sum(min(later.share, later.size()) for later in sections[number + 1 :])
        part = section.within(LIMIT - used - kept)
        used += sum(len(line) + 1 for line in part)
        lines += part
    return "\n".join(lines).rstrip("\n") + "\n"


def _sections(report: Report, exit_code: int | None) -> list[_Section]:
    return [
        _head(report, exit_code),
        _failures(report),
        _stages(report),
        _waivers(report),
        _parts(report),
        _lost(report),
        _restore(report),
        *(_findings(report, effect, findings) for effect, findings in by_effect(report).items()),
        _matrix(report),
        _ladders(report),
        _lasting(report),
        *(_access(access) for access in report.access),
        _sources(report),
        _diff(report),
        *(_ledger(report, verdict) for verdict in _ORDER),
        _skipped(report),
    ]


def _table(*columns: str) -> tuple[str, str]:
    return "| " + " | ".join(columns) + " |", "|" + "---|" * len(columns)


def _row(*cells: str) -> str:
    return "| " + " | ".join(cells) + " |"


def _codes(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else ""
    return ", ".join(code(name) for name in names[:_NAMES_SHOWN]) + more


def _head(report: Report, exit_code: int | None) -> _Section:
    severities = Counter(finding.severity for finding in report.findings)
    found = ", ".join(f"{severities[severity]} {severity.value}" for severity in Severity if severities[severity])
    found = found.replace("blocker", "blockers") if severities[Severity.BLOCKER] > 1 else found
    counts = report.counts()
    ledger = ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in _ORDER)
    version = f" {prose(report.plan_version)}" if report.plan_version else ""
    gate = f" {counted(report.open_questions, 'question')} open." if report.open_questions else ""
    told = [moment(report.as_of), code(report.plan_file), f"mode {report.mode}", f"run {code(report.run_id)}"]
    told += [f"exit {exit_code}"] if exit_code is not None else []
    lines = [
        f"## {report.decision.value.upper()}: {code(report.plan_id)}{version} ({prose(report.plan_status)})",
        "",
        f"{found or 'No finding'}; {counted(len(report.assumptions), 'assumption')}: {ledger}.{gate}",
        *(f"{part[0].upper()}{part[1:]}." for part in (accepted(report), since(report)) if part),
        f"As of {', '.join(told)}.",
    ]
    if report.incomplete:
        lines += ["", "**The run is incomplete**: a source or a rule failed, so silence here is no answer."]
    return _Section(tuple(lines))


def _failures(report: Report) -> _Section:
    rows = [_row(code(each.what), prose(each.reason), prose(each.settle)) for each in report.failures]
    return _Section(
        ("### What failed", "", *_table("what", "why", "way out")), tuple(rows), noun="failure", share=2_000
    )


def _waivers(report: Report) -> _Section:
    rows = [
        _row(
            code(each.waiver.place),
            each.state.value,
            prose(about(each)),
            prose(each.waiver.by or "nobody"),
            prose(str(each.waiver.until or "no day")),
            prose(each.waiver.reason) + (f"<br>{prose(each.told)}" if each.flaws else ""),
        )
        for each in report.waivers
    ]
    columns = _table("waiver", "state", "of", "by", "until", "because")
    return _Section(("### What somebody accepted", "", *columns), tuple(rows), noun="waiver", share=2_000)


def _stages(report: Report) -> _Section:
    rows = [_row(code(each.stage), f"**{each.decision.value}**", prose(each.because)) for each in report.stages]
    return _Section(
        ("### What may launch", "", *_table("stage", "decision", "because")), tuple(rows), noun="stage", share=2_000
    )


def _parts(report: Report) -> _Section:
    declared, launchable = report.scope.declared, report.scope.launchable
    rows = [row for part in _PARTS if (row := _part(part, declared, launchable))]
    return _Section(_table("scope", "declared", "may launch", "lost"), tuple(rows), noun="part", share=3_000)


def _part(part: str, declared: ScopeSet, launchable: ScopeSet) -> str:
    planned: tuple[str, ...] = getattr(declared, part)
    left: tuple[str, ...] = getattr(launchable, part)
    if not planned and not left:
        return ""
    lost = [name for name in planned if name not in left]
    return _row(part, str(len(planned)), str(len(left)), _codes(lost) or "-")


def _lost(report: Report) -> _Section:
    rows = [
        _row(
            code(operated(each.operation)),
            _codes(named(report, each.because)),
            _codes(each.loses),
            prose(narrowing_costs(each) or "-"),
        )
        for each in report.scope.applied
    ]
    columns = _table("operation", "because of", "leaves the scope", "costs beside")
    before = ("#### What is lost, and why", "", *columns)
    return _Section(before, tuple(rows), noun="operation", share=4_000)


def _restore(report: Report) -> _Section:
    rows = [
        _row(
            _codes(each.gives_back),
            _codes(named(report, each.fixes)),
            prose(", ".join(each.owners) or "nobody"),
            prose(each.effort or "-"),
        )
        for each in report.scope.restore
    ]
    before = ("#### What gives it back", "", *_table("gives back", "mend all of", "owners", "effort"))
    return _Section(before, tuple(rows), noun="way", share=3_000)


def _findings(report: Report, effect: Effect, findings: Iterable[Finding]) -> _Section:
    ordered = sorted(findings, key=lambda finding: finding.severity.rank)
    head = f"### {heading(report, effect)} ({len(ordered)})"
    columns = _table("severity", "finding", "declared", "actual", "scope", "fix", "owner")
    rows = tuple(_finding(report, finding) for finding in ordered)
    return _Section((head, "", *columns), rows, noun="finding", share=_FINDINGS_SHARE[effect])


def _finding(report: Report, finding: Finding) -> str:
    judged = finding.judgement
    mark = place(report, judged.leaf)
    where = f"{report.plan_file}:{mark.line}:{mark.column}" if mark else report.plan_file
    known = judged.verdict is not Verdict.UNVERIFIED
    status = "" if finding.status is Status.OPEN else f" ({finding.status.value})"
    settle = f"to settle: {prose(judged.settle)}" if judged.settle else "nothing known would settle it"
    fixes = [_fix(fix) for fix in judged.fixes]
    return _row(
        finding.severity.value + ("" if known else " if true") + status,
        f"{code(judged.subject.label)}: {prose(finding.title)}<br>{code(finding.rule)} {code(finding.id)}",
        "<br>".join(part for part in (code(finding.declared), code(where)) if part),
        prose(figure(judged.actual)) if known else settle,
        code(scope_effect(report, finding)),
        "<br>".join(fixes),
        prose(finding.owner or "nobody"),
    )


def _fix(fix: Fix) -> str:
    lines = [prose(fix.text), *(code(line) for line in fix.patch.split("\n") if line.strip())]
    return "<br>".join(lines) + (f" ({prose(fix.owner)})" if fix.owner else "")


def _matrix(report: Report) -> _Section:
    boundaries = boundaries_of(report)
    rows = []
    for row in report.matrix:
        states = dict.fromkeys(row.not_reached, _NOT_REACHED) | {each.boundary: _state(each) for each in row.crossings}
        cells = [states.get(boundary, "-") for boundary in boundaries[:_BOUNDARIES_SHOWN]]
        cells += [""] if len(boundaries) > _BOUNDARIES_SHOWN else []
        rows.append(_row(code(row.field), prose(row.kind), code(row.mask) or "none", *cells))
    left = len(boundaries) - _BOUNDARIES_SHOWN
    more = [f"and {counted(left, 'boundary')} more"] if left > 0 else []
    named_ = [prose(clipped(boundary, _SHORT)) for boundary in boundaries[:_BOUNDARIES_SHOWN]]
    columns = _table("field", "kind", "mask", *named_, *more)
    return _Section(("### What crosses a boundary", "", *columns), tuple(rows), noun="field", share=4_000)


def _state(crossing: Crossing) -> str:
    return _STATES[crossing.state] + (f" ({prose(crossing.how)})" if crossing.how else "")


def _ladders(report: Report) -> _Section:
    order = {Verdict.BROKEN: 0, Verdict.UNVERIFIED: 1, Verdict.HELD: 2}
    worst = sorted(report.kept, key=lambda kept: min((order[read.verdict] for read in kept.rungs), default=3))
    rows = [
        _row(
            code(kept.holder),
            prose(kept.promise or "no limit"),
            *(f"**{verdict}**" if verdict == Verdict.BROKEN.value else verdict for verdict, _ in rung_words(kept)),
            prose(ladder_told(kept).partition("): ")[2]),
        )
        for kept in worst
    ]
    columns = _table("kept in", "promise", *(rung.value for rung in Rung), "first that fails, or is not known")
    return _Section(("### Promises to delete", "", *columns), tuple(rows), noun="promise", share=2_000)


def _lasting(report: Report) -> _Section:
    groups = sorted(together(report.lasting), key=lambda group: not group.first.over)
    rows = [
        _row(
            _codes(group.fields),
            prose(group.first.promise or "no limit"),
            f"**{prose(group.first.longest)}**" if group.first.over else prose(group.first.longest),
            f"{code(group.first.decides)}: {prose(group.first.because)}",
            prose(doubts(group.first)),
        )
        for group in groups
    ]
    columns = _table("fields", "promise", "really kept", "decided by", "may be longer")
    return _Section(("### How long fields are kept", "", *columns), tuple(rows), noun="row", share=2_000)


def _access(access: IdentityAccess) -> _Section:
    rows = [
        _row(
            code(field.field) + (f"<br>{prose(field.sensitive)}" if field.sensitive else ""),
            "needed" if field.declared else "not needed",
            field.opened.value,
            prose(told(field)),
            prose(readers(field)),
        )
        for field in access.fields
    ]
    more = f" {access.unlisted:,} more beyond the plan." if access.unlisted else ""
    head = (
        f"### Access of {code(access.identity)} at {code(access.source)}",
        "",
        f"{prose(in_figures(access))}.{more}",
    )
    if not rows:
        return _Section(head)
    columns = _table("field", "declared", "effective", "by", "who else reads it")
    return _Section((*head, "", *columns), tuple(rows), noun="field", share=3_000)


def _sources(report: Report) -> _Section:
    rows = [_read(report, source, dataset) for source in report.sources for dataset in source.datasets]
    columns = _table("dataset", "records", "newest is old", "read by", "owner", "cost of the source")
    return _Section(("### What was read", "", *columns), tuple(rows), noun="dataset", share=3_000)


def _read(report: Report, source: SourceRead, dataset: DatasetRead) -> str:
    spent = report.costs.get(source.source)
    return _row(
        code(dataset.dataset),
        f"{dataset.records:,}" if dataset.records is not None else "not known",
        _age(report, dataset),
        _codes(dataset.steps) or "no step",
        prose(source.owner or "nobody"),
        cost(spent) if spent else "not read",
    )


def _age(report: Report, dataset: DatasetRead) -> str:
    if not dataset.clock:
        return "no clock declared"
    old = age((report.as_of - dataset.newest).total_seconds()) if dataset.newest else "not known"
    needed = f"; {prose(dataset.within)} needed" if dataset.within else ""
    verdict = f": {dataset.fresh.value}" if dataset.fresh else ""
    return f"{old} by {code(dataset.clock)}{needed}{verdict}"


def _diff(report: Report) -> _Section:
    if not report.scope.plan_diff:
        return _Section((), noun="line")
    opened, *lines, closed = fenced(report.scope.plan_diff.rstrip("\n").split("\n"), "diff")
    return _Section(("### The plan that may launch", "", opened), tuple(lines), (closed,), "line", 5_000)


def _ledger(report: Report, verdict: Verdict) -> _Section:
    lines = [line for line in report.assumptions if line.verdict is verdict]
    levels = Counter(line.level for line in lines)
    told = ", ".join(f"{levels[level]} {level.value}" for level in Level if levels[level])
    head = f"<details><summary>Ledger: {counted(len(lines), 'assumption')} {verdict.value} ({told})</summary>"
    columns = _table("assumption", "declared", "verdict", "evidence", "what is true", "to settle", "owner")
    rows = tuple(
        _row(
            code(line.leaf),
            code(line.declared),
            line.verdict.value,
            line.level.value,
            prose(line.says),
            prose(line.settle),
            prose(line.owner or "nobody"),
        )
        for line in lines
    )
    return _Section((head, "", *columns), rows, ("", "</details>"), "assumption", 3_000)


def _skipped(report: Report) -> _Section:
    rows = tuple(_row(code(what), prose(why)) for what, why in report.coverage.skipped)
    head = f"<details><summary>Not looked at ({len(rows)})</summary>"
    return _Section((head, "", *_table("what", "why")), rows, ("", "</details>"), "thing", 1_500)
