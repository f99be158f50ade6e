"""What a run says to each point that a launch has to answer for: as a table for people, JSON and CSV for machines."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from lineage.model import Verdict
from lineage.reports.csv import in_a_cell
from lineage.reports.words import plain
from lineage.requirement import Answered, Requirement

FORMAT: Final = "requirements/v1"
_STYLES: Final = {Verdict.BROKEN: "red", Verdict.UNVERIFIED: "yellow", Verdict.HELD: "green"}


def render(points: Sequence[Answered], console: Console) -> None:
    """Write the points by section, and how many are answered for in the last line."""
    for section, group in groupby(points, key=lambda answer: answer.requirement.section):
        table = Table(title=escape(section), title_justify="left", show_header=False, box=None, pad_edge=False)
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True)
        table.add_column(ratio=1)
        for answer in group:
            verdict = f"[{_STYLES[answer.verdict]}]{answer.verdict.value}[/]"
            table.add_row(answer.requirement.id, verdict, escape(f"{answer.requirement.point}\n  {_why(answer)}"))
        console.print(table)
        console.print()
    console.print(escape(summary(points)), highlight=False)


def summary(points: Sequence[Answered]) -> str:
    """Give the last line: how many points are answered for, by verdict; unverified ones say what they lack."""
    counts = {verdict: sum(answer.verdict is verdict for answer in points) for verdict in Verdict}
    for_them = sum(answer.is_answered_for for answer in points)
    silent = sum(answer.is_answered_for and not answer.lines for answer in points)
    untold = f" ({silent} of them since nothing that was read tells of it)" if silent else ""
    parts = (f"{count} {it.value}{untold if it is Verdict.UNVERIFIED else ''}" for it, count in counts.items())
    without = len(points) - for_them
    lacking = f"; no rule is there for {without}" if without else ""
    return f"{for_them} of {len(points)} points are answered for: {', '.join(parts)}{lacking}"


def points_listed(requirements: Sequence[Requirement], console: Console) -> None:
    """Write every point with where a plan says it and the rules that judge it."""
    for requirement in requirements:
        console.print(f"[bold]{requirement.id}[/] {escape(requirement.point)}", highlight=False)
        console.print(escape(f"    plan: {requirement.plan}"), highlight=False)
        console.print(escape(f"    rules: {', '.join(requirement.rules)}"), highlight=False)


def to_json(points: Sequence[Answered]) -> str:
    """Give the points as JSON (`requirements/v1`): requirement -> assumptions -> rules -> verdict."""
    document = {"format": FORMAT, "requirements": [_object(answer) for answer in points]}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def to_csv(points: Sequence[Answered]) -> str:
    """Give a line for each point and assumption that bears on it; a point without any has one line."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(
        ["requirement", "section", "point", "verdict", "assumption", "assumption_verdict", "level", "rules", "settle"]
    )
    for answer in points:
        head = (answer.requirement.id, answer.requirement.section, answer.requirement.point, answer.verdict.value)
        for line in answer.lines or (None,):
            tail = (line.leaf, line.verdict.value, line.level.value, " ".join(line.rules)) if line else ("", "", "", "")
            settle = line.settle if line else answer.settle
            writer.writerow([in_a_cell(cell) for cell in (*head, *tail, settle)])
    return text.getvalue()


def _why(answer: Answered) -> str:
    counts = ", ".join(f"{count} {verdict.value}" for verdict, count in answer.counts().items() if count)
    settle = f"\n  to settle it: {plain(answer.settle)}" if answer.settle else ""
    return f"{plain(answer.says)}" + (f" ({counts})" if counts else "") + settle


def _object(answer: Answered) -> dict[str, Any]:
    requirement = answer.requirement
    return {
        "id": requirement.id,
        "section": requirement.section,
        "point": requirement.point,
        "core": requirement.core,
        "verdict": answer.verdict.value,
        "says": answer.says,
        "settle": answer.settle,
        "rules": list(requirement.rules),
        "judged_by": list(answer.rules),
        "assumptions": [
            {
                "path": line.leaf,
                "verdict": line.verdict.value,
                "evidence_level": line.level.value,
                "rules": list(line.rules),
            }
            for line in answer.lines
        ],
    }
