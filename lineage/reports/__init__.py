"""What a run concluded: for a terminal, for machines, for planners, for a pull request, as a page; its facts as a file.

Reports compute nothing: everything they show is decided before. A format is only imported when it is asked for.
"""

from __future__ import annotations

import io
from pathlib import PurePath
from typing import Final

from lineage.errors import PlanError
from lineage.report import Report

FORMATS: Final = ("terminal", "json", "csv", "markdown", "html")
"""The names of the formats that a run can be told in."""

_ENDINGS: Final = {
    ".txt": "terminal",
    ".json": "json",
    ".csv": "csv",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
}


def format_of(file: PurePath) -> str | None:
    """Give the format that a file's ending asks for; None where it asks for none."""
    return _ENDINGS.get(file.suffix.lower())


def text_of(report: Report, name: str, exit_code: int | None = None, width: int = 110, *, bom: bool = False) -> str:
    """Give a run as text in the format of that name, for a file; `bom` begins CSV with the mark that Excel looks for.

    Raises:
        PlanError: there is no such format.
    """
    match name:
        case "json":
            from lineage.reports.json import document, written

            return written(document(report, exit_code))
        case "terminal":
            from rich.console import Console

            from lineage.reports.terminal import render

            stream = io.StringIO()
            render(report, Console(file=stream, width=width, color_system=None), exit_code)
            return stream.getvalue()
        case "csv":
            from lineage.reports import csv

            return csv.written(report, bom=bom)
        case "markdown":
            from lineage.reports import markdown

            return markdown.written(report, exit_code)
        case "html":
            from lineage.reports import html

            return html.written(report, exit_code)
        case _:
            raise PlanError(f"no format is called {name!r}; there are {', '.join(FORMATS)}")
