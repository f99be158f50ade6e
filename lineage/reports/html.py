"""A run as one page of HTML that makes no request: for planners, privacy reviewers and data owners, and for paper.

Everything is in the file: style, a script of a few lines that only filters what is there (the page is whole without),
and a policy that allows the browser nothing else. Every text passes through `plain` and the template's escaping.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from importlib import resources
from typing import Final

import jinja2
from markupsafe import Markup

from lineage.finding import Finding
from lineage.model import Level, Rung, Severity, Verdict
from lineage.report import Crossing, Decision, Report, SensitiveField
from lineage.reports.accepted import about, accepted, since
from lineage.reports.doors import in_figures, picture, readers, told
from lineage.reports.effect import boundaries_of, by_effect, heading, place, scope_effect
from lineage.reports.ladder import doubts, named, rung_words, together
from lineage.reports.matrix import worst_first
from lineage.reports.words import (
    age,
    cost,
    counted,
    figure,
    how_measured,
    moment,
    narrowing_costs,
    operated,
    plain,
    read_as,
)

_PARTS: Final = ("sources", "fields", "masked", "segments", "steps", "actions", "stores", "stages")
_VERDICTS: Final = (Verdict.BROKEN, Verdict.UNVERIFIED, Verdict.HELD)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the masking matrix: a cell for each boundary, None where the field does not go there."""

    field: SensitiveField
    cells: tuple[Crossing | None, ...]
    finding: str | None


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the scope: how much was declared, how much may launch, what is lost."""

    name: str
    declared: int
    launchable: int
    lost: tuple[str, ...]


def written(report: Report, exit_code: int | None = None) -> str:
    """Give a run as a page."""
    script = _file("_page.js")
    boundaries = boundaries_of(report)
    by_verdict = {verdict: [a for a in report.assumptions if a.verdict is verdict] for verdict in _VERDICTS}
    text: str = (
        _environment()
        .get_template("_page.html.j2")
        .render(
            report=report,
            exit_code=exit_code,
            sentence=_sentence(report),
            style=Markup(_file("_page.css")),  # noqa: S704 - our own file
            script=Markup(script),  # noqa: S704 - our own file
            script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
            groups=[
                (effect.value, heading(report, effect), sorted(findings, key=lambda finding: finding.severity.rank))
                for effect, findings in by_effect(report).items()
                if findings
            ],
            severities=Counter(finding.severity for finding in report.findings),
            all_severities=tuple(Severity),
            about=_about(report.findings),
            boundaries=boundaries,
            to_fix={read.source: _to_fix(report, read.source) for read in report.sources},
            matrix=_matrix(report, boundaries),
            accesses=[(access, picture(access)) for access in report.access],
            parts=[part for name in _PARTS if (part := _part(report, name)).declared or part.launchable],
            by_verdict=by_verdict,
            levels=tuple(Level),
            crossed={verdict: Counter(line.level for line in lines) for verdict, lines in by_verdict.items()},
            ladders=[(kept, list(rung_words(kept))) for kept in report.kept],
            lasting=[(named(group), group.first, doubts(group.first)) for group in together(report.lasting)],
            rungs=tuple(Rung),
            choices=_choices(report.findings),
            accepted="; ".join(part for part in (accepted(report), since(report)) if part),
            waivers=[(each, about(each)) for each in report.waivers],
            verdict_held=Verdict.HELD,
            verdict_unverified=Verdict.UNVERIFIED,
        )
    )
    return text


def _file(name: str) -> str:
    return resources.files("lineage.reports").joinpath(name).read_text("utf-8")


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        loader=jinja2.FunctionLoader(_file),
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        moment=moment,
        cost=cost,
        counted=counted,
        figure=figure,
        how_measured=how_measured,
        operated=operated,
        narrowing_costs=narrowing_costs,
        read_as=read_as,
        number="{:,}".format,
        in_figures=in_figures,
        told=told,
        readers=readers,
    )
    environment.globals.update(place=_where, old=_old, scope_effect=scope_effect)
    return environment


def _shown(value: object) -> object:
    """Make every text that a template shows safe to look at; markup is our own."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _sentence(report: Report) -> str:
    stages = [stage for stage in report.stages if stage.decision is not Decision.HOLD]
    share = f"{len(stages)} of {counted(len(report.stages), 'stage')}" if report.stages else "a part of it"
    match report.decision:
        case Decision.SHIP:
            return "All that was planned may launch."
        case Decision.NARROW:
            return f"{share[0].upper()}{share[1:]} may launch, with less than was planned."
        case _:
            return "Nothing may launch yet."


def _about(findings: Iterable[Finding]) -> dict[str, Finding]:
    found: dict[str, Finding] = {}
    for finding in findings:
        found.update(dict.fromkeys((finding.id, *finding.folded), finding))
    return found


def _to_fix(report: Report, source: str) -> list[Finding]:
    """Give the findings about a source, the worst first."""
    about = (finding for finding in report.findings if finding.judgement.subject.source == source)
    return sorted(about, key=lambda finding: finding.severity.rank)


def _matrix(report: Report, boundaries: list[str]) -> list[_Row]:
    known = {finding.id for finding in report.findings}
    rows = []
    for field in worst_first(report.matrix):
        at = {crossing.boundary: crossing for crossing in field.crossings}
        finding = next((identifier for identifier in field.findings if identifier in known), None)
        rows.append(_Row(field, tuple(at.get(boundary) for boundary in boundaries), finding))
    return rows


def _part(report: Report, name: str) -> _Part:
    declared: tuple[str, ...] = getattr(report.scope.declared, name)
    left: tuple[str, ...] = getattr(report.scope.launchable, name)
    return _Part(name, len(declared), len(left), tuple(each for each in declared if each not in left))


def _choices(findings: Iterable[Finding]) -> dict[str, list[str]]:
    listed = list(findings)
    return {
        "severity": [severity.value for severity in Severity if any(f.severity is severity for f in listed)],
        "owner": sorted({finding.owner or "nobody" for finding in listed}),
        "rule": sorted({finding.rule for finding in listed}),
        "source": sorted({finding.judgement.subject.source or "plan" for finding in listed}),
    }


def _where(report: Report, leaf: str) -> str:
    mark = place(report, leaf)
    return f"{report.plan_file}:{mark.line}:{mark.column}" if mark else report.plan_file


def _old(report: Report, newest: datetime | None) -> str:
    return f"{age((report.as_of - newest).total_seconds())} old" if newest is not None else "age not known"
